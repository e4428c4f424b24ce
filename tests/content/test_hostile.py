"""Broken and hostile texts: refused with a line, or read, checked and rendered inert, in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc
from datetime import date
from itertools import product

import pytest

from app.content.checks import check_timeless, stale_sources
from app.content.documents.index import CourseIndex
from app.content.documents.reader import MAX_PROBLEMS, DocumentReading, read_document
from app.content.rendering.page import PageRenderer
from app.content.search.entries import sections_of
from app.content.store import survey
from app.content.store.disk import CourseFile
from app.content.values.course import Course, Lesson
from app.content.values.text import MAX_CHARACTERS
from tests.content.cases import example_course
from tests.content.hostile import SIZES

HEAD = "---\nid : exemple-un\ntitre : T\ndurée : 3\nobjectifs :\n- O1 : Nommer → M1\n---\n"
SECONDS = 20
"""Generous, for a machine that does something else at the same time: the worst of these takes 3 alone, and without bound, hours."""
MEGABYTES = 100


def lines(piece: str, width: int = 19_000) -> str:
    """Lines as long as may be, of the same piece, up to the largest file."""
    line = (piece * (width // len(piece) + 1))[:width] + "\n"
    return line * ((MAX_CHARACTERS - 1000) // len(line))


REFUSED = {
    "a line of 1 MB": (HEAD + "a" * 1_000_000, "E02"),
    "a line of 30 kB": (HEAD + "a" * 30_000, "E02"),
    "10,000 nested quotes": (HEAD + ">" * 10_000 + " x", "E27"),
    "10,000 nested quotes, spaced": (HEAD + "> " * 9_000 + "x", "E27"),
    "nested lists": (HEAD + "\n".join("  " * depth + "- a" for depth in range(300)), "E27"),
    "a NUL byte": (HEAD + "a\0b", "E01"),
    "half a character": (HEAD + "a\ud800b", "E01"),
    "a head of 1 MB": ("---\ntitre : " + "a" * 1_000_000 + "\n---\n", "E02"),
    "a head of 1 MB in lines": ("---\n" + "titre : x\n" * 30_000 + "---\n", "E02"),
    "a head of 10,000 keys": ("---\n" + "".join(f"k{number} : v\n" for number in range(10_000)) + "---\n", "E02"),
    "a head never closed": ("---\n" + "titre : x\n" * 10_000, "E04"),
    "a paragraph of 400 kB": (HEAD + "un mot\n" * 50_000, "E02"),
    "an address called 18,000 times": (HEAD + f"[a]: https://e.org/{'b' * 15_000}\n\n" + "[a] [a] [a]\n\n" * 6_000, "E02"),
    "comments never closed": (HEAD + lines("<!--"), "E17"),
    "20,000 notes": (HEAD + "".join(f"[^{number}]: a\n" for number in range(20_000)), "E02"),
    "one note 5,000 times": (HEAD + "[^a]: x\n" * 5_000, "E24"),
    "20,000 titles": (HEAD + "# a\n" * 20_000, "E23"),
    "a figure of 50,000 lines": (HEAD + "```chronologie\n" + "1 : a\n" * 50_000 + "```\n", "E19"),
}
READ = {
    "brackets": "[" * 19_000 + "\n\n",
    "images": "![" * 9_000 + "\n\n",
    "links": "[a](b" * 3_500 + "\n\n",
    "autolinks": "<a:" * 6_000 + "\n\n",
    "stars": "*a " * 6_000 + "\n\n",
    "emphasis": "_a*b_c" * 3_100 + "\n\n",
    "backticks": "".join("`" * length + " " for length in range(1, 190)) + "\n\n",
    "tildes": "~~a " * 4_700 + "\n\n",
    "bullets": "- " * 9_000 + "\n",
    "sigles": "".join(f"Q{chr(65 + number % 26)}{chr(65 + number // 26 % 26)}{chr(65 + number // 676)} " for number in range(3_700)) + "\n\n",
    "dots": "A." * 9_000 + "\n\n",
    "quotation marks": '" ' * 9_000 + "\n\n",
    "spaces": "a" + " " * 18_000 + "\n\n",
    "a bar after spaces": " " * 18_000 + "a |\n\n",
    "dashes": "-" * 18_000 + "a\n\n",
    "calls": "[^" * 9_000 + "\n\n",
    "addresses": "<http://" * 2_300 + "\n\n",
    "a title of spaces": "## a" + " #" * 9_000 + " a\n\n",
    "anchors": "## " + "{#" * 9_000 + "\n\n",
    "half refused links": "](<" + " " * 15_000 + "\n\n",
    "tags": "<a " * 6_000 + "\n\n",
    "dates": "[^a]: " + "(vérifié " * 2_000 + "\n",
    "combining accents": "e" + "\u0301" * 18_000 + "\n\n",
}
WHOLE = {
    "definitions": "a\n: b\n" * 60_000,
    "rules": "---\n" * 90_000,
    "call-outs": "> [!NOTE]\n" * 30_000,
    "cells": "|".join("a" * 5_000) + "\n" + "|".join("-" * 5_000) + "\n" + "a\n" * 5_000,
    "fences": "```\n" * 90_000,
    "references": "".join(f"[r{number}]: http://a/{'b' * 50}\n" for number in range(4_000)),
}


def judged(path: str, text: str) -> DocumentReading:
    """A reading made, checked and rendered within the bounds."""
    files = example_course()
    started = time.perf_counter()
    reading = read_document(path, text)
    others = [read_document(other, files[other]) for other in files if other != path]
    check_timeless(CourseIndex([*others, reading]))
    list(stale_sources(((path, source) for source in reading.scan.sources), date(2026, 11, 24)))
    lesson = reading.document
    if lesson is not None:
        sections_of(lesson)
    if isinstance(lesson, Lesson):
        renderer = PageRenderer(Course(1, lessons={lesson.id: lesson}), lesson)
        assert len(renderer.html(lesson.body)) + len(renderer.notes()) < 40_000_000
    assert time.perf_counter() - started < SECONDS
    assert len(reading.problems) <= MAX_PROBLEMS + 1
    return reading


OTHERS = (*(f"modules/{name}.md" for name in ("glossaire", "frise", "parcours", "reseau", "confusions", "sources")), "modules/exemple/module.md")
PIECES = ("a\n: b\n", "- 1981 · croisement · a\n", "## a {#a}\n", "- a | b\n", "| a |\n|---|\n", "id : abc\n", "[^a]: b, c, d (lu : copie)\n")


@pytest.mark.proof
def test_refused_with_a_line(subtests: pytest.Subtests) -> None:
    for name, (text, code) in REFUSED.items():
        with subtests.test(name):
            reading = judged("modules/exemple/01-un.md", text)
            assert not reading.publishable
            found = next(each for each in reading.problems if each.code == code)
            assert 1 <= found.line <= text.count("\n") + 1


@pytest.mark.parametrize("size", SIZES)
def test_read_in_bounded_time(size: int, subtests: pytest.Subtests) -> None:
    for name, body in {**{name: piece * (size // len(piece)) for name, piece in READ.items()}, **{name: body[:size] for name, body in WHOLE.items()}}.items():
        with subtests.test(name):
            judged("modules/exemple/01-un.md", HEAD + body)


@pytest.mark.parametrize("size", SIZES)
def test_the_other_files_too(size: int, subtests: pytest.Subtests) -> None:
    for path, piece in product(OTHERS, PIECES):
        with subtests.test(path, piece=piece):
            judged(path, piece * (size // len(piece)))


def test_confusable_words_are_pairs_and_not_an_explosion() -> None:
    reading = judged("modules/confusions.md", "- " + " | ".join(f"m{number}" for number in range(1_000)) + "\n")
    assert [found.code for found in reading.problems] == ["E09"]


@pytest.mark.parametrize("name", ["brackets", pytest.param("definitions", marks=pytest.mark.proof), "10,000 nested quotes", "20,000 notes"])
def test_memory_is_bounded(name: str) -> None:
    text = REFUSED[name][0] if name in REFUSED else HEAD + (READ[name] * 20 if name in READ else WHOLE[name])
    tracemalloc.start()  # slows everything: a part of the text is enough
    try:
        read_document("modules/exemple/01-un.md", text[:60_000])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTES * 1_000_000


def test_several_processes_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [CourseFile(path, path, text) for path, text in example_course().items()] * 20
    alone = survey.read_all(files)
    monkeypatch.setattr(survey, "PARALLEL_FROM", 0)
    monkeypatch.setattr(survey.threading, "active_count", lambda: 1)
    monkeypatch.setattr(survey, "processors", lambda: 2)
    survey.read_document.cache_clear()  # `tests.making` keeps what one process has read
    together = survey.read_all(files)
    assert [(each.path, each.document, each.problems, each.scan) for each in together] == [
        (each.path, each.document, each.problems, each.scan) for each in alone
    ]
