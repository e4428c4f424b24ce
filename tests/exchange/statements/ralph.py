"""Ralph, the store of FUN, on this machine: installed apart from what developers need, by the first proof that asks."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.platform.settings.tables import Lrs
from tests.bench.serving import free_port
from tests.installing import kept

ROOT = Path(__file__).parents[3]
LOCKED = ROOT / "requirements" / "lrs.txt"
KEY, SECRET = "croisee", "le-secret"
APPENDING = """
import sys, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

FSLRSBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", port=int(sys.argv[1]), log_level="warning")
"""
"""As it is, its store of files (5.1.0) would take one POST and refuse all others, because the file is there."""
HASH = "import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(4)).decode())"


def installed() -> Path:
    """A folder of packages, hashes checked. The test is skipped (in CI: fails) where they cannot be had."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary=:all:"]
    pip = [sys.executable, "-m", "pip", "install", *quiet, "-r", str(LOCKED)]
    name = f"lrs-{hashlib.sha256(LOCKED.read_bytes()).hexdigest()[:12]}"
    return kept(name, "pip", "requirements/lrs.txt", lambda folder: [*pip, "--target", str(folder)])


CHECKING = """
import sys
from ralph.models.xapi.base.statements import BaseXapiStatement

for line in sys.stdin:
    BaseXapiStatement.model_validate_json(line)
"""


def wrong_in(statements: str) -> str:
    """What its strict models of xAPI say of statements, one a line: the server itself looks at little. Empty: all is well."""
    environment = {**os.environ, "PYTHONPATH": str(installed()), "PYTHONWARNINGS": "ignore"}
    return subprocess.run([sys.executable, "-c", CHECKING], input=statements, env=environment, capture_output=True, text=True, timeout=120).stderr


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Lrs, Path]]:
    """The store, and the file in which it keeps statements, one a line."""
    port, packages = free_port(), str(installed())
    environment = {**os.environ, "PYTHONPATH": packages, "PYTHONWARNINGS": "ignore"}
    proof = subprocess.run([sys.executable, "-c", HASH, SECRET], env=environment, capture_output=True, text=True, check=True).stdout.strip()
    user = {"username": KEY, "hash": proof, "scopes": ["all"], "agent": {"mbox": "mailto:croisee@example.org"}}
    (folder / "auth.json").write_text(json.dumps([user]), encoding="utf-8")
    environment |= {
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "archives"),
    }
    with (folder / "ralph.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-c", APPENDING, str(port)], env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/__lbheartbeat__", server, folder / "ralph.log")
            yield Lrs(name="ralph", address=f"http://127.0.0.1:{port}/xAPI", key=KEY, secret=SECRET), folder / "archives" / "fs_lrs.jsonl"
        finally:
            server.terminate()
            server.wait(20)


def _wait(address: str, server: subprocess.Popen[Any], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 — this machine
                return
        except (urllib.error.URLError, OSError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
