"""Runs the process that prints, for a while at most; whatever happens to it, the worker lives on."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from app import log, sandbox
from app.errors import DomainError
from app.french import spaced
from app.sandbox import Limits

TEMPLATE = Path(__file__).with_name("report.typ")
CHILD = Path(__file__).with_name("process.py")
"""Not imported: what it needs to print stays out of the workers."""
LIMITS = Limits(mebibytes=1024, seconds=20, patience=22)
"""A report of 500 people takes a third of the addresses."""


class NotPrinted(DomainError):
    status = 503
    sentence = "Le rapport n’a pas pu être imprimé. Le tableur et le fichier CSV de la grille donnent les mêmes chiffres."


def pdf_of(instance: Path, report: dict[str, Any], now: datetime, *, limits: Limits = LIMITS, template: Path = TEMPLATE) -> bytes:
    """The PDF of the values of `report.printed_report`. TooBusy when another process is at work, NotPrinted when it takes too much.

    The report goes in and comes out by pipes: no file is left.
    """
    arguments, sent = (str(template), str(int(now.timestamp()))), spaced(json.dumps(report, ensure_ascii=False)).encode(errors="replace")
    try:
        pdf = sandbox.output(instance, CHILD, *arguments, data=sent, limits=limits)
    except sandbox.Stopped as stopped:
        log.event("report_not_printed", reason=stopped.reason)
        raise NotPrinted from None
    if not pdf.startswith(b"%PDF-"):
        log.event("report_not_printed", reason=0)
        raise NotPrinted
    return pdf
