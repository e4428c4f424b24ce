"""In which files a paper is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.content.papers import docx_file, odt_file
from app.content.papers.paper import Paper


@dataclass(frozen=True, slots=True)
class FileFormat:
    program: str
    """« pour Word »."""
    mimetype: str
    write: Callable[[Paper], bytes]


TEXTS = {
    "docx": FileFormat("pour Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_file.write),
    "odt": FileFormat("pour LibreOffice", "application/vnd.oasis.opendocument.text", odt_file.write),
}
"""By the ending of a name."""
