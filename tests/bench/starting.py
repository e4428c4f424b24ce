"""How long one waits for a command, and for a site that was prepared before."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import urlopen

from tests.bench.serving import BIN, ROOT, free_port, wait_for

ROUNDS = 5
COMMANDS = ("mail send", "content check", "jobs list")
"""Those that need no page (`app/operations/shell.py`), besides the doctor."""


def measure(instance: Path, say: Callable[..., None]) -> None:
    """`instance`: prepared, nobody served from it."""
    environ = {**os.environ, "CROISEE_INSTANCE": str(instance)}
    for command in COMMANDS:
        taken = statistics.median(processor(command, environ) for _ in range(ROUNDS))
        say(f"start_command_{command.replace(' ', '_')}", taken, 0.7, unit="s", higher=False, note="of processor time", digits=2)
    spoken, whole = (statistics.median(times) for times in zip(*(doctor(environ) for _ in range(ROUNDS)), strict=True))
    say("start_command_doctor", spoken, 0.7, unit="s", higher=False, note=f"of processor time to its first words; to its last {whole:.2f}s", digits=2)
    waited = statistics.median(first_answer({**environ, "PORT": str(free_port())}) for _ in range(ROUNDS))
    say("serve_again", waited, 2, unit="s", higher=False, note="to the first answer", digits=2)


def processor(command: str, environ: Mapping[str, str]) -> float:
    """Seconds of it that a command takes, whatever else the machine does."""
    started = subprocess.Popen(
        [str(BIN / "flask"), "--app", "app", *command.split()], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    used = _ended(started)
    if started.returncode:
        raise RuntimeError(f"{command} stopped with status {started.returncode}")
    return used


def doctor(environ: Mapping[str, str]) -> tuple[float, float]:
    """The same of the doctor, until it says what it found first, and until it has examined everything. It may find fault with the machine at hand."""
    started = subprocess.Popen([str(BIN / "flask"), "--app", "app", "doctor"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert started.stdout
    started.stdout.readline()
    ticks = Path(f"/proc/{started.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    started.stdout.read()
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), _ended(started)


def _ended(started: subprocess.Popen[bytes]) -> float:
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def first_answer(environ: Mapping[str, str]) -> float:
    """Seconds from `flask serve`, which is what `make serve` runs, to its first page."""
    began = time.monotonic()
    command = [str(BIN / "flask"), "--app", "app", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(int(environ["PORT"]), process)
        with urlopen(f"http://127.0.0.1:{environ['PORT']}/connexion", timeout=60):
            waited = time.monotonic() - began
        process.send_signal(signal.SIGTERM)
    return waited
