"""Lists the file formats in which a paper is offered."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from app.content.papers.paper import Paper


class FileFormat(Struct, frozen=True):
    program: str
    """« pour Word »."""
    mimetype: str
    write: Callable[[Paper], bytes]


def _docx(paper: Paper) -> bytes:
    from app.content.papers import docx_file  # its library takes a while to come, and few ask for it

    return docx_file.write(paper)


def _odt(paper: Paper) -> bytes:
    from app.content.papers import odt_file

    return odt_file.write(paper)


TEXTS = {
    "docx": FileFormat("pour Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "odt": FileFormat("pour LibreOffice", "application/vnd.oasis.opendocument.text", _odt),
}
"""By the ending of a name."""
