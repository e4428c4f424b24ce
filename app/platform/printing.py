"""Values → an accessible PDF, by a template, in a bounded process.

Whatever happens to it, the worker lives on."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from app.platform import log, sandbox
from app.platform.errors import DomainError
from app.platform.french import with_french_spaces
from app.platform.sandbox import SHORT_WAIT, SandboxLimits

CHILD = Path(__file__).with_name("printing_process.py")
"""Not imported: what it needs to print stays out of the workers."""
LIMITS = SandboxLimits(mebibytes=1024, seconds=20, patience=22)
"""A report of 500 people takes a third of the addresses."""


class NotPrinted(DomainError):
    status = 503
    sentence = "Ce document n’a pas pu être imprimé."


def pdf_of(
    instance: Path, template: Path, values: dict[str, Any], now: datetime, *, instead: str = "", wait: float = SHORT_WAIT, limits: SandboxLimits = LIMITS
) -> bytes:
    """The PDF of these values, as JSON holds them. TooBusy when another process is at work, NotPrinted, which says what to do `instead`, when it takes too much.

    The values go in and the document comes out by pipes: no file is left.
    """
    arguments, sent = (str(template), str(int(now.timestamp()))), with_french_spaces(json.dumps(values, ensure_ascii=False)).encode(errors="replace")
    try:
        pdf = sandbox.output(instance, CHILD, *arguments, data=sent, limits=limits, wait=wait)
        reason: str | int = 0
    except sandbox.SandboxStopped as stopped:
        pdf, reason = b"", stopped.reason
    if not pdf.startswith(b"%PDF-"):
        log.event("document_not_printed", template=template.stem, reason=reason)
        raise NotPrinted(f"{NotPrinted.sentence} {instead}".strip())
    return pdf
