"""`tests/learner/reference/recherches.md`, which trainers edit, against the course as it stands, on SQLite and on PostgreSQL: the same, in the same order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from app.content.store.queries import course
from app.content.store.survey import survey_folder
from app.content.store.sync import sync
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.learner.search import SearchPage, SearchReader, SearchWish, search_page
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import day_of
from app.platform.settings import current_settings
from tests.databases import shared_app
from tests.making import prepared

__all__ = ["shared_app"]

pytestmark = pytest.mark.xdist_group("searches")
"""What one database finds is compared with what the other found: by the same worker."""

FILE = Path(__file__).parents[1] / "reference" / "recherches.md"
NOTHING = re.compile(r"Rien(?: ≈ (.+))?")
SOMEBODY = SignedIn(0, "Quelqu’un", "quelquun@croisee.example", None, frozenset({Role.LEARNER}))
FOUND: dict[str, dict[str, tuple[tuple[str, str, str], ...]]] = {}
"""Database → search → what was found there, in order."""


@dataclass(frozen=True)
class Line:
    typed: str
    first: tuple[str, ...]
    suggestion: str

    @property
    def nothing(self) -> bool:
        return not self.first


@cache
def lines() -> tuple[Line, ...]:
    rows = [row.strip("|").split("|") for row in FILE.read_text(encoding="utf-8").splitlines() if row.startswith("|")][2:]
    return tuple(_line(*(cell.strip() for cell in row)) for row in rows)


def _line(typed: str, expected: str) -> Line:
    nothing = NOTHING.fullmatch(expected)
    return Line(typed, (), nothing[1] or "") if nothing else Line(typed, tuple(one.strip() for one in expected.split(",")), "")


@pytest.fixture(scope="module")
def whole(shared_app: Flask) -> Flask:
    with shared_app.app_context():
        prepared("the course as it stands", publish)
    return shared_app


def publish() -> None:
    files, found = survey_folder(current_settings(), day_of(clock.now()))
    with writing() as session:
        sync(session, files, found, Path(str(db.engine.url.database) + "-media"), clock.now())


LEARNER = SearchReader(SOMEBODY)


def look(app: Flask, typed: str, reader: SearchReader = LEARNER) -> SearchPage:
    with app.app_context():
        return search_page(db.session, course(db.session), reader, SearchWish(typed), date(2026, 11, 27))


def test_there_are_forty_of_them() -> None:
    assert len({line.typed for line in lines()}) == len(lines()) >= 40


@pytest.mark.proof
def test_what_is_found_first(whole: Flask, subtests: pytest.Subtests) -> None:
    for line in lines():
        with subtests.test(line.typed):
            _finds_first(whole, line)


def _finds_first(whole: Flask, line: Line) -> None:
    page = look(whole, line.typed)
    found = [f"{hit.ref}#{hit.anchor}".rstrip("#") for hit in page.hits]
    if not line.suggestion:
        assert tuple(found[: len(line.first) or 1]) == line.first, f"{line.typed} : {found[:6]}"
    assert page.instead == line.suggestion
    assert bool(found) is not (line.nothing and not line.suggestion)
    with whole.app_context():
        where = db.engine.dialect.name
    FOUND.setdefault(line.typed, {})[where] = tuple((hit.ref, hit.anchor, str(hit.passage)) for hit in page.hits)
    assert len(set(FOUND[line.typed].values())) == 1, "not the same on both databases"


def test_rep_plus_is_never_found_by_what_speaks_of_rep_alone(whole: Flask) -> None:
    for hit in look(whole, "REP+").hits:
        assert re.search(r"REP ?\+|renforcé", f"{hit.title} {hit.passage}"), hit


def test_a_word_of_nearly_every_page_does_not_put_long_ones_first(whole: Flask) -> None:
    page = look(whole, "éducation")
    assert page.cut
    assert "education" in page.hits[0].ref + page.hits[0].anchor


SIGNS = ["", " ", "a", "+", "%", "_", "*", '"', '""', "\0", "'", "l'", "((((", "AND", "NEAR(", "NOT rep", "rep OR", "a:b", "c++", "x" * 300, "é" * 300, "rep " * 80, "🙂", "中文", "\ud800", "- -", "!", "a & b", "':*", "\\"]  # fmt: skip


def test_any_sign_gives_a_page(whole: Flask, subtests: pytest.Subtests) -> None:
    for typed in SIGNS:
        with subtests.test(repr(typed)):
            _gives_a_page(whole, typed)


def _gives_a_page(whole: Flask, typed: str) -> None:
    page = look(whole, typed)
    assert page.total == len(page.hits) or page.total > len(page.hits)
    look(whole, typed, SearchReader(None))
    with whole.app_context():
        search_page(
            db.session, course(db.session), SearchReader(SOMEBODY), SearchWish(typed, "lecons", "education-prioritaire", typing=True), date(2026, 11, 27)
        )


def test_one_keeps_to_a_kind_and_to_a_module(whole: Flask) -> None:
    with whole.app_context():
        now = course(db.session)
        lessons = search_page(db.session, now, SearchReader(SOMEBODY), SearchWish("éducation", "lecons", "education-prioritaire"), date(2026, 11, 27))
    assert lessons.hits
    assert {hit.kind for hit in lessons.hits} <= {"lesson", "module"}
    assert all(hit.ref.startswith(("ep-", "education-prioritaire")) for hit in lessons.hits)


def test_the_last_word_may_go_on_while_one_types(whole: Flask) -> None:
    with whole.app_context():
        page = search_page(db.session, course(db.session), SearchReader(SOMEBODY), SearchWish("contrat de vil", typing=True), date(2026, 11, 27))
    assert page.hits[0].ref + page.hits[0].anchor == "glossairecontrat-de-ville"
