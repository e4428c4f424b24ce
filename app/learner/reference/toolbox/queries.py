"""The tools of the published course: the list, the page of each, its files."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup
from msgspec import Struct

from app.content.papers.paper import INVENTED
from app.content.rendering.page import PageRenderer
from app.content.rendering.tool import render_tool
from app.content.text.fields import Copy
from app.content.values.course import Course, made_of_course
from app.content.values.toolbox import Tool
from app.learner.reference.toolbox.files import FORMATS, file_name
from app.learner.reference.toolbox.paper import paper_of
from app.platform.french import french_date


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
