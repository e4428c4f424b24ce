"""`/outils/<id>`: papers to fill, their pages, and their files for word processors and spreadsheets.

What a tool may hold is read by `content/documents/survey_file.py` (`content/text/grids.py`). `paper_of` makes its values; texts are then written by `content/papers/`, tables by
`toolbox_xlsx.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, Response, abort, render_template
from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from app.content.papers.files import TEXTS, FileFormat
from app.content.papers.paper import INVENTED, Block, CellPaper, Items, Paper, PaperTitle, Paragraph, Runs, Table, TextRun, shares
from app.content.rendering.page import PageRenderer, render_tool
from app.content.store.queries import course
from app.content.text.grids import Copy, TableCell, grids, mark_fields, pieces
from app.content.text.markdown import inline_tokens, plain, tokens, without_notes
from app.content.values.course import Course, made_of_course
from app.content.values.library import Tool, ToolForm
from app.content.values.text import Source
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, french, french_date
from app.platform.web.edge import download
from app.platform.web.endpoints import SIGNED_IN, page

# --- A tool → the paper of one of its copies (pure) ------------------------------------------------------------------


def paper_of(tool: Tool, copy: Copy, published_at: datetime) -> Paper:
    reader = _ToolReader(tool, copy)
    blocks = tuple(reader.blocks())
    return Paper(tool.title, tool.purpose, copy, blocks, tuple(_source(source) for source in reader.called), published_at)


def _source(source: Source) -> str:
    return french(plain(inline_tokens(source.text)))


@dataclass(slots=True)
class _ToolReader:
    tool: Tool
    copy: Copy
    called: list[Source] = field(default_factory=list)

    def blocks(self) -> Iterator[Block]:
        parsed = without_notes(tokens(mark_fields(self.tool.body.text, self.copy), self.tool.body.line))
        tables = {grid.start: grid for grid in grids(parsed)}
        columns = _columns(self.tool)
        place = 0
        while place < len(parsed):
            token = parsed[place]
            if grid := tables.get(place):
                rows = tuple(tuple(self._cell(cell) for cell in row) for row in grid.rows)
                yield Table(tuple(french(title.words) for title in grid.titles), rows, *next(columns))
                place = grid.end
            elif token.type == "bullet_list_open":
                end = next(index for index in range(place, len(parsed)) if parsed[index].type == "bullet_list_close" and parsed[index].level == token.level)
                yield Items(tuple(self._runs(each) for each in parsed[place:end] if each.type == "inline"))
                place = end
            elif token.type == "heading_open":
                yield PaperTitle(int(token.tag[1]), french(token.meta["title"]))
                place += 1
            elif token.type == "inline":
                yield Paragraph(self._runs(token))
            place += 1

    def _cell(self, cell: TableCell) -> CellPaper:
        if cell.formula is None:
            return CellPaper(self._runs(cell.token), None, cell.number)
        words = french(str(cell.number or "")) if self.copy is Copy.FILLED else f"= {cell.formula.words}"
        return CellPaper((TextRun(words, is_field=True),), cell.formula, cell.number)

    def _runs(self, token: Token) -> Runs:
        found: list[TextRun] = []
        bold = italic = 0
        for child in token.children or ():
            bold += (child.type == "strong_open") - (child.type == "strong_close")
            italic += (child.type == "em_open") - (child.type == "em_close")
            written = self._words(child)
            if child.type == "footnote_ref" and found and found[-1].text.endswith(" "):
                written = written.lstrip()
            for words, is_field in pieces(written):
                found.append(TextRun(french(words), bold > 0, italic > 0, is_field))
        return tuple(found)

    def _words(self, child: Token) -> str:
        if child.type == "footnote_ref":
            return self._call(str(child.meta["label"]))
        return " " if child.type in ("softbreak", "hardbreak") else child.content

    def _call(self, label: str) -> str:
        source = next((each for each in self.tool.sources if each.label == label), None)
        if source is None:
            return ""
        if source not in self.called:
            self.called.append(source)
        return f" [{self.called.index(source) + 1}]"


def _columns(tool: Tool) -> Iterator[tuple[tuple[float, ...], tuple[str, ...]]]:
    """Of each table: the share of each column, by all that it holds in the filled copy, and the unit of its numbers."""
    for grid in grids(tokens(mark_fields(tool.body.text, Copy.FILLED))):
        columns = list(zip(grid.titles, *grid.rows, strict=True))
        needs = shares([[str(cell.number) if cell.formula else "".join(words for words, _ in pieces(cell.words)) for cell in column] for column in columns])
        numbers = [next((cell.number for cell in column if cell.number), None) for column in columns]
        yield needs, tuple((number.unit or "nombre") if number else "" for number in numbers)


# --- Files -----------------------------------------------------------------------------------------------------------


def _xlsx(paper: Paper) -> bytes:
    from app.learner.reference import toolbox_xlsx  # its library takes a while to come, and few ask for it

    return toolbox_xlsx.write(paper)


FORMATS = {
    ToolForm.TEXT: TEXTS,
    ToolForm.TABLE: {
        "xlsx": FileFormat("pour Excel ou LibreOffice", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    },
}


def file_name(tool_id: str, copy: Copy, extension: str) -> str:
    return f"{tool_id}-exemple.{extension}" if copy is Copy.FILLED else f"{tool_id}.{extension}"


# --- Pages -----------------------------------------------------------------------------------------------------------


class ToolLessonLink(Struct, frozen=True):
    id: str
    title: str


class ToolItem(Struct, frozen=True):
    id: str
    title: str
    purpose: str
    moment: str
    lessons: tuple[ToolLessonLink, ...]
    formats: tuple[str, ...]
    """« DOCX », « ODT »."""


class FileLink(Struct, frozen=True):
    name: str
    words: str
    """« DOCX, pour Word »."""


class ToolPage(Struct, frozen=True):
    item: ToolItem
    introduction: Markup
    html: Markup
    notes: Markup
    blank: tuple[FileLink, ...]
    filled: tuple[FileLink, ...]
    warning: str
    """That of the example: nothing in it is true. Empty for the copy to fill."""
    published_on: str


def tool_list(course: Course) -> tuple[ToolItem, ...]:
    """Lists the tools, in the order of their file names."""
    return tuple(_item(course, tool) for tool in sorted(course.tools.values(), key=lambda tool: tool.path))


def _item(course: Course, tool: Tool) -> ToolItem:
    lessons = tuple(ToolLessonLink(lesson.id, lesson.title) for lesson in course.lessons_that_cite(tool.id))
    formats = tuple(extension.upper() for extension in FORMATS[tool.form])
    return ToolItem(tool.id, tool.title, tool.purpose, tool.moment, lessons, formats)


@made_of_course(64)
def tool_page(course: Course, tool_id: str, copy: Copy, on: date) -> ToolPage | None:
    """`on`: the day on which sources are judged stale. None for no tool."""
    tool = course.tools.get(tool_id)
    if tool is None:
        return None
    renderer = PageRenderer(course, tool, on)
    introduction = renderer.html(tool.introduction)
    html = render_tool(renderer, tool, copy)
    blank, filled = (_links(tool, each) for each in Copy)
    return ToolPage(
        item=_item(course, tool),
        introduction=introduction,
        html=html,
        notes=renderer.notes(),
        blank=blank,
        filled=filled,
        warning=INVENTED if copy is Copy.FILLED else "",
        published_on=french_date(_published_at(course, tool)),
    )


def _links(tool: Tool, copy: Copy) -> tuple[FileLink, ...]:
    return tuple(FileLink(file_name(tool.id, copy, extension), f"{extension.upper()}, {written.program}") for extension, written in FORMATS[tool.form].items())


def _published_at(course: Course, tool: Tool) -> datetime:
    return datetime.fromisoformat(course.versions[tool.id].published_at)


class ToolFile(Struct, frozen=True):
    data: bytes
    mimetype: str


@made_of_course(64)
def tool_file(course: Course, tool_id: str, name: str) -> ToolFile | None:
    """One of the files of a tool, by its name; None for no such file."""
    tool = course.tools.get(tool_id)
    for extension, written in FORMATS[tool.form].items() if tool else ():
        for copy in Copy:
            if tool and name == file_name(tool.id, copy, extension):
                return ToolFile(written.write(paper_of(tool, copy, _published_at(course, tool))), written.mimetype)
    return None


# --- Pages --------------------------------------------------------------------------------------------------------

blueprint = Blueprint("toolbox", __name__, url_prefix="/outils")


@blueprint.get("/<tool_id>")
@page(who=SIGNED_IN)
def tool(tool_id: str) -> str:
    return _render_tool(tool_id, Copy.BLANK)


@blueprint.get("/<tool_id>/exemple")
@page(who=SIGNED_IN)
def example(tool_id: str) -> str:
    return _render_tool(tool_id, Copy.FILLED)


def _render_tool(tool_id: str, copy: Copy) -> str:
    page = tool_page(course(db.session), tool_id, copy, day_of(clock.now()))
    if page is None:
        abort(404)
    return render_template("learner/reference/toolbox/tool.html", page=page)


@blueprint.get("/<tool_id>/fichiers/<name>")
@page(who=SIGNED_IN)
def file(tool_id: str, name: str) -> Response:
    """Read whole before it is sent: nothing of the database waits for a client."""
    found = tool_file(course(db.session), tool_id, name)
    if found is None:
        abort(404)
    return download(found.data, found.mimetype, name)
