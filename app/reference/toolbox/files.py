"""Which files a tool is given in, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.content.text.fields import Copy
from app.content.values.course import ToolForm
from app.reference.toolbox import docx_file, odt_file, xlsx_file
from app.reference.toolbox.paper import Paper


@dataclass(frozen=True, slots=True)
class FileFormat:
    program: str
    """« pour Word »."""
    mimetype: str
    write: Callable[[Paper], bytes]


FORMATS = {
    ToolForm.TEXT: {
        "docx": FileFormat("pour Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_file.write),
        "odt": FileFormat("pour LibreOffice", "application/vnd.oasis.opendocument.text", odt_file.write),
    },
    ToolForm.TABLE: {
        "xlsx": FileFormat("pour Excel ou LibreOffice", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file.write),
    },
}


def file_name(tool_id: str, copy: Copy, extension: str) -> str:
    return f"{tool_id}-exemple.{extension}" if copy is Copy.FILLED else f"{tool_id}.{extension}"
