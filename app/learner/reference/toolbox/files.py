"""Which files a tool is given in, and what they are called."""

from __future__ import annotations

from app.content.papers.files import TEXTS, FileFormat
from app.content.papers.paper import Paper
from app.content.text.fields import Copy
from app.content.values.toolbox import ToolForm


def _xlsx(paper: Paper) -> bytes:
    from app.learner.reference.toolbox import xlsx_file  # its library takes a while to come, and few ask for it

    return xlsx_file.write(paper)


FORMATS = {
    ToolForm.TEXT: TEXTS,
    ToolForm.TABLE: {
        "xlsx": FileFormat("pour Excel ou LibreOffice", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    },
}


def file_name(tool_id: str, copy: Copy, extension: str) -> str:
    return f"{tool_id}-exemple.{extension}" if copy is Copy.FILLED else f"{tool_id}.{extension}"
