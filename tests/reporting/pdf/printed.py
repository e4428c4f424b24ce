"""What several tests share: the printed report: what the screen says, in PDF/UA-1, by a process that a hostile name or a huge report cannot use against the worker."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader

from tests.strict import StrictClient

REPORT = "/pilotage/rapport.pdf"


def plain(text: str) -> str:
    """Without the spaces and the hyphens that a column's width asks for."""
    return re.sub(r"[\s\u00a0\u202f\u00ad-]+", "", text)


def pdf(client: StrictClient, address: str = REPORT) -> PdfReader:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert re.search(r"croisee-pilotage-[\d-]+h\d\d\.pdf", answer.headers["Content-Disposition"])
    return PdfReader(io.BytesIO(answer.get_data()))


def text_of(reader: PdfReader) -> str:
    return plain("".join(page.extract_text() for page in reader.pages))
