"""The bucket that both hosts keep their images in: an S3-compatible server of this machine, which may go away and come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.platform.storage import s3

NAME = "croisee"


@dataclass
class Bucket:
    address: str
    port: int = 9000
    _server: Any = None

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {"CROISEE_BUCKET": NAME, "CROISEE_BUCKET_URL": self.url, "CROISEE_BUCKET_KEY": "clef", "CROISEE_BUCKET_SECRET": "secret"}

    def start(self) -> None:
        self._server = s3.started(self.address, self.port)

    def stop(self) -> None:
        self._server.stop()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens there; what it holds is there again afterwards."""
        self.stop()
        yield
        self.start()


@contextmanager
def bucket(address: str) -> Iterator[Bucket]:
    made = Bucket(address)
    made.start()
    try:
        s3.make_bucket(made.url, NAME)
        yield made
    finally:
        made.stop()
