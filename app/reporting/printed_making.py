"""Runs the process that prints: one at a time in each worker, for a while at most; whatever happens to it, the worker lives on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app import log
from app.errors import DomainError

TEMPLATE = Path(__file__).with_name("printed.typ")
CHILD = Path(__file__).with_name("printed_child.py")
"""Not imported: what it needs to print stays out of the workers."""
MEMORY = 1024
"""Mebibytes of addresses: a report of 500 people takes a third of them."""
SECONDS = 20
_turn = BoundedSemaphore(1)


class TooBusy(DomainError):
    status = 503
    sentence = "Un autre rapport est en cours. Patientez une minute, puis recommencez."


class NotPrinted(DomainError):
    status = 503
    sentence = "Le rapport n’a pas pu être imprimé. Le tableur et le fichier CSV de la grille donnent les mêmes chiffres."


def pdf_of(report: dict[str, Any], now: datetime, *, memory: int = MEMORY, seconds: int = SECONDS, template: Path = TEMPLATE) -> bytes:
    """The PDF of what `printed.report` told. TooBusy when others print for too long, NotPrinted when it takes too much."""
    if not _turn.acquire(timeout=seconds):
        raise TooBusy
    try:
        return _run(json.dumps(report, ensure_ascii=False), now, memory, seconds, template)
    finally:
        _turn.release()


def _run(data: str, now: datetime, memory: int, seconds: int, template: Path) -> bytes:
    """Nothing of our environment goes along, and the report goes in and comes out by pipes: no file is left."""
    command = [sys.executable, "-I", str(CHILD), str(template), str(memory), str(seconds), str(int(now.timestamp()))]
    try:
        done = subprocess.run(  # noqa: S603 — nothing of it comes from a request
            command,
            input=data.encode(errors="replace"),
            capture_output=True,
            timeout=seconds + 2,
            env={"PYTHONUTF8": "1"},
            cwd=tempfile.gettempdir(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.event("report_not_printed", reason="timeout")
        raise NotPrinted from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        log.event("report_not_printed", reason=done.returncode)
        raise NotPrinted
    return done.stdout
