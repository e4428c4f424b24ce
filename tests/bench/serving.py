"""Start a server under the very options of `make serve`, stop it, and kill its workers meanwhile."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gunicorn(bind: str, target: str = "app:create_app()") -> list[str]:
    """The command of `make serve`, at another address."""
    return [str(BIN / "gunicorn"), "--config", "app/operations/serving.py", "--bind", bind, "--log-level", "error", target]


@contextmanager
def serving(target: str, environ: Mapping[str, str], log: Path | None = None, port: int = 0, folder: Path = ROOT) -> Iterator[tuple[int, int]]:
    """Serve `module:callable()`; gives (port, pid of the master). What the server prints goes to `log`, or nowhere. `port`: one of one's own; `folder`: of
    the code."""
    port = port or free_port()
    with (log or Path(os.devnull)).open("ab") as told:
        process = subprocess.Popen(gunicorn(f"127.0.0.1:{port}", target), cwd=folder, env={**os.environ, **environ}, stderr=told)
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_for(port: int, process: subprocess.Popen[bytes], address: str = "127.0.0.1", log: Path | None = None) -> None:
    """Until somebody listens there. `log`: where the end of what the process printed is read, if nobody does."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with status {process.returncode}{_last(log)}")
        with suppress(OSError), socket.create_connection((address, port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not answer{_last(log)}")


def _last(log: Path | None) -> str:
    return f": {log.read_text(encoding='utf-8', errors='replace')[-2000:]}" if log else ""


def workers(master: int) -> list[int]:
    """Their pids, on Linux."""
    return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()]


def kill_workers(master: int, kills: int, until: float, chance: random.Random, heard: Callable[[], int], apart: Callable[[], int]) -> int:
    """Kill one worker after another, each time that `apart()` more things were `heard` of since the last. Gives how many by `time.monotonic() == until`."""
    killed, before = 0, 0
    while killed < kills and time.monotonic() < until:
        alive, now = workers(master), heard()
        if len(alive) >= 2 and now >= before + apart():
            before = now
            time.sleep(chance.uniform(0, 0.03))
            with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
                os.kill(chance.choice(alive), signal.SIGKILL)
                killed += 1
        time.sleep(0.005)
    return killed


def worker_memory(master: int, what: str = "Pss") -> list[float]:
    """Megabytes of each worker: its share (`Pss`: what is common to several processes, divided among them), or all that it sees (`Rss`)."""
    sizes = []
    for child in workers(master):
        found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{child}/smaps_rollup").read_text(encoding="ascii"))
        sizes.append(int(found.group(1)) / 1024 if found else 0.0)
    return sizes
