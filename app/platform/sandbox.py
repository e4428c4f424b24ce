"""Our own code in a bounded process: little memory, little time, one at a time on a host.

Whatever somebody hides in a document, the worker that asked lives on. On one host one such process runs at a time, whichever worker asks:
who finds the place taken is told so within a moment, and the other threads go on serving pages."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from msgspec import Struct

from app.platform import sandbox_limits
from app.platform.errors import TooBusy
from app.platform.zips import FileRefused

logger = logging.getLogger("croisee.alone")
LOCK = "alone.lock"
"""A file of the instance folder: whoever holds its lock has the host's one place. The system takes the lock back from what ends, however it ends."""
SHORT_WAIT, LONG_WAIT = 0.3, 2.0
"""Seconds for the place: for what is asked once, and for images, of which several come one after the other."""
_PAUSE = 0.02
_KIND = re.compile(r"[A-Za-z_.]+(?::|$)")
"""The last line of a traceback, up to its message."""
_threads = BoundedSemaphore(2)
"""In each worker, one thread at work and one that waits: more would leave none to serve pages."""


class SandboxLimits(Struct, frozen=True):
    """The limits of a bounded process: memory, processor time and elapsed time."""

    mebibytes: int
    seconds: int
    patience: float


class SandboxStopped(Exception):
    """The process failed or was stopped. `answered`: what it had written until then."""

    def __init__(self, reason: str | int, answered: bytes) -> None:
        self.reason, self.answered = reason, answered
        super().__init__(reason)

    @property
    def too_long(self) -> bool:
        return self.reason in ("timeout", -signal.SIGXCPU)


def output(instance: Path, code: Path, *arguments: str, data: bytes, limits: SandboxLimits, wait: float = SHORT_WAIT) -> bytes:
    """What a file of ours writes when it is given `data`. Raises TooBusy when another is at work, SandboxStopped when it gives no whole answer."""
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(sandbox_limits.HERE), str(limits.mebibytes), str(limits.seconds), str(code), *arguments]
    with _place(instance / LOCK, wait) as lock:
        try:
            done = subprocess.run(  # noqa: S603 — nothing of the command comes from a request
                command,
                input=data,
                capture_output=True,
                timeout=limits.patience,
                env={},
                cwd=tempfile.gettempdir(),
                check=True,
                pass_fds=(lock,),  # if this worker dies, the place is taken for as long as its process lives
            )
        except subprocess.TimeoutExpired as error:
            raise _stop_error(code, "timeout", error) from None
        except subprocess.CalledProcessError as error:
            raise _stop_error(code, error.returncode, error) from error
    return done.stdout


def read_file(instance: Path, code: Path, data: bytes, limits: SandboxLimits, *, header: Sequence[str] = (), too_long: str, unreadable: str) -> bytes:
    """The JSON that a reader of files makes of one. `header` goes before it as a line of JSON: arguments may be read by everybody on the machine.

    Raises FileRefused, with the sentence of the reader (its key `refused`) or one of the two given; TooBusy.
    """
    line = json.dumps(header).encode() + b"\n" if header else b""
    try:
        answer = output(instance, code, data=line + data, limits=limits)
    except SandboxStopped as stopped:
        raise FileRefused(too_long if stopped.too_long else unreadable) from None
    if refused := json.loads(answer).get("refused"):
        raise FileRefused(refused)
    return answer


def _stop_error(code: Path, reason: str | int, error: subprocess.TimeoutExpired | subprocess.CalledProcessError) -> SandboxStopped:
    """Logs the kind of exception that ended it, and nothing of what it said: that may be somebody's text."""
    said = (error.stderr or b"").decode(errors="replace").rstrip().rpartition("\n")[2]
    logger.info("event=process_stopped code=%s reason=%s error=%s", code.stem, reason, said.partition(":")[0] if _KIND.match(said) else "")
    return SandboxStopped(reason, error.stdout or b"")


@contextmanager
def _place(lock: Path, wait: float) -> Iterator[int]:
    """The host's one place; gives the file whose lock says so. Raises TooBusy."""
    if not _threads.acquire(blocking=False):
        raise TooBusy
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle, time.monotonic() + wait)
            yield handle
        finally:
            os.close(handle)
    finally:
        _threads.release()


def _lock(handle: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise TooBusy from None
            time.sleep(_PAUSE)
