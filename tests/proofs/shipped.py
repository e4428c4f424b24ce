"""Files of `deploy/` as they are shipped, but for the places that they name; and nginx, with one of them or with a test's own."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.serving import ROOT, wait_for
from tests.platform.mail.mail_tls import CERTIFICATE

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; {user}
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/croisee.conf;
}}
"""


def shipped(name: str, *changes: tuple[str, str]) -> str:
    """What a file says once each of these patterns, which must be found there, is replaced."""
    words = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    for old, new in changes:
        words, count = re.subn(old, new, words, flags=re.MULTILINE)
        assert count, old
    return words


def behind_nginx(folder: Path, *changes: tuple[str, str]) -> str:
    """The site of nginx, with the tests' certificate and its logs in the folder."""
    own = ((r"^ *listen \[::\]:.*\n", ""), (r"/etc/letsencrypt/\S+\.pem", str(CERTIFICATE)), (r"/var/log/nginx/", f"{folder}/"))
    return shipped("nginx.conf", *own, *changes)


@contextmanager
def nginx(folder: Path, site: str, port: int, address: str = "127.0.0.1", on: Callable[..., list[str]] = lambda *command: list(command)) -> Iterator[None]:
    """Serving that site, which answers there. `on`: the command as the machine that runs it is told."""
    if NGINX is None:
        pytest.skip("no nginx: apt-get install nginx-light")
    (folder / "croisee.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    log = folder / "nginx.log"
    with log.open("wb") as told:
        process = subprocess.Popen(on(NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")), stdout=told, stderr=told)
    try:
        wait_for(port, process, address, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def trusting() -> ssl.SSLContext:
    """Of who believes the tests' certificate."""
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    context.check_hostname = False  # it is another name's
    return context
