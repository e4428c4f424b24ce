"""Which files a tool is given in, and what they are called."""

from __future__ import annotations

from app.content.papers.files import TEXTS, FileFormat
from app.content.text.fields import Copy
from app.content.values.toolbox import ToolForm
from app.reference.toolbox import xlsx_file

FORMATS = {
    ToolForm.TEXT: TEXTS,
    ToolForm.TABLE: {
        "xlsx": FileFormat("pour Excel ou LibreOffice", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file.write),
    },
}


def file_name(tool_id: str, copy: Copy, extension: str) -> str:
    return f"{tool_id}-exemple.{extension}" if copy is Copy.FILLED else f"{tool_id}.{extension}"
