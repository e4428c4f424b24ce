"""Runs the process that prints: one at a time in each worker, for a while at most; whatever happens to it, the worker lives on."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app import alone, log
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
    """The report goes in and comes out by pipes: no file is left."""
    arguments, sent = (str(template), str(int(now.timestamp()))), data.encode(errors="replace")
    try:
        pdf = alone.output(CHILD, *arguments, data=sent, mebibytes=memory, seconds=seconds, patience=seconds + 2)
    except subprocess.TimeoutExpired:
        log.event("report_not_printed", reason="timeout")
        raise NotPrinted from None
    except subprocess.CalledProcessError as error:
        log.event("report_not_printed", reason=error.returncode)
        raise NotPrinted from None
    if not pdf.startswith(b"%PDF-"):
        log.event("report_not_printed", reason=0)
        raise NotPrinted
    return pdf
