"""An S3-compatible server of this machine, and its buckets."""

from __future__ import annotations

import logging
from typing import Any
from urllib.request import Request, urlopen


def started(address: str = "127.0.0.1", port: int = 0) -> Any:
    """On any port where none is told; to be stopped by whoever started it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address=address, port=port, verbose=False)
    server.start()
    return server


def make_bucket(server: str, name: str) -> None:
    with urlopen(Request(f"{server}/{name}", method="PUT")):  # noqa: S310 - our own server
        pass
