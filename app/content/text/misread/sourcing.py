"""Which passages give a figure, a date or a law and call no note. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from app.content.figures import reading
from app.content.text.markdown import plain, tokens, without_notes
from app.content.text.parts import parse_text
from app.content.text.questions import opens_territory, set_apart
from app.content.values.course import Document, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import Fragment
from app.content.values.toolbox import Tool

_FIGURE = re.compile(r"\d")
_NOT_A_FACT = re.compile(r"\b(?:CM[12]|CE[12]|[3-6]e|1re|2de|M\d|O\d|n° ?\d+ du module)\b|\bREP\+?")
"""Digits that name a class or an objective."""


def unsourced(document: Document) -> Iterator[tuple[int, str]]:
    """Line and first words of each paragraph, list item, table or figure that holds a number without a note; in a quiz, of each such explanation; of a tool, how to use it only.

    A figure calls its notes itself, or is told by the paragraph that follows. That of a module gathers what its lessons say with theirs.
    """
    for fragment in _fragments(document):
        if not _FIGURE.search(fragment.text):
            continue
        parsed = parse_text(fragment.text, fragment.line).tokens if isinstance(document, Module | Lesson) else tokens(fragment.text, fragment.line)
        for line, text in (*_passages(parsed), *(_figures(parsed) if isinstance(document, Lesson) else ())):
            yield line, _around(text)


def _fragments(document: Document) -> Iterator[Fragment]:
    if isinstance(document, Module | Lesson):
        yield document.body
    elif isinstance(document, Tool):
        yield document.introduction
    elif isinstance(document, Quiz):
        yield from (question.explanation for question in document.questions if question.explanation)


def _passages(written: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Line and text of each passage at fault. A table is one passage; titles and questions are none: what a lesson asks, it has taught."""
    private = False
    table: list[Token] | None = None
    parsed = set_apart(without_notes(written))
    for index, token in enumerate(parsed):
        if token.type == "heading_open":
            private = opens_territory(parsed[index + 1])
        elif token.type == "table_open":
            table = []
        elif token.type == "table_close" and table is not None:
            yield from _at_fault(table)
            table = None
        elif token.type == "inline" and not private and parsed[index - 1].type != "heading_open":
            if table is not None:
                table.append(token)
            else:
                yield from _at_fault([token])


def _figures(parsed: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Line and words of each figure at fault."""
    for index, token in enumerate(parsed):
        figure = reading.figure_of(token.info, token.content) if token.type == "fence" and reading.is_figure(token.info) else None
        if figure is None or figure.calls or _calls_a_note(next((after for after in parsed[index:] if after.type == "inline"), None)):
            continue
        said = "\n".join(f"{item.label} : {item.text} {item.then}" for item in figure.items)
        if _FIGURE.search(_NOT_A_FACT.sub("", said)):
            yield (token.map or [1])[0], said


def _calls_a_note(token: Token | None) -> bool:
    return token is not None and any(child.type == "footnote_ref" for child in token.children or ())


def _at_fault(passage: list[Token]) -> Iterator[tuple[int, str]]:
    sourced = any(map(_calls_a_note, passage))
    for token in passage if not sourced else ():
        if not _FIGURE.search(token.content):
            continue
        text = plain(token.children)
        if _FIGURE.search(_NOT_A_FACT.sub("", text)):
            yield (token.map or [1])[0], text
            return


def _around(text: str) -> str:
    found = _FIGURE.search(_NOT_A_FACT.sub(lambda match: " " * len(match.group()), text))
    start = max(0, (found.start() if found else 0) - 30)
    return text[start : start + 60].strip()
