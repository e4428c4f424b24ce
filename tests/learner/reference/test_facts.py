"""« À vérifier cette année »: what the course says for a time."""

from __future__ import annotations

from datetime import date

import pytest

from app.content.checks import dated_lines, stale_sources
from app.content.documents.reader import read_document
from app.content.values.course import DatedFacts
from app.learner.reference.facts import facts_page
from tests.builders import course

FILE = """- 2026-12-31 · Le programme 147 porte 609 millions d'euros[^s1] · loi de finances de l'année · 2026-11, Claire Dumont
- 2026-06-30 · L'appel est ouvert · page de l'ANCT
"""


def facts(text: str = FILE) -> DatedFacts:
    reading = read_document("modules/a-verifier.md", text)
    assert isinstance(reading.document, DatedFacts)
    return reading.document


def test_the_first_to_end_comes_first_and_the_day_parts_them() -> None:
    published = course(facts=facts())
    page = facts_page(published, date(2026, 12, 1))
    assert [(item.anchor, item.until, item.looked) for item in page.past] == [("fait-2", date(2026, 6, 30), "")]
    assert [(item.anchor, item.until, item.looked) for item in page.coming] == [("fait-1", date(2026, 12, 31), "en novembre 2026, par Claire Dumont")]
    assert [item.anchor for item in facts_page(published, date(2027, 1, 1)).past] == ["fait-2", "fait-1"]


@pytest.mark.parametrize(
    "line",
    ["- bientôt · un fait · où", "- 2026-12-31 · un fait", "- 2026-13-01 · un fait · où", "- 2026-12-31 · un fait · où · hier", "- 2026-12-31 · a · b · c · d"],
)
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    reading = read_document("modules/a-verifier.md", f"{FILE}{line}\n")
    assert [(problem.code, problem.line) for problem in reading.problems] == [("E09", 3)]


def test_trainers_are_told_of_a_fact_whose_day_has_come() -> None:
    reading = read_document("modules/a-verifier.md", FILE)
    assert [(found.code, found.line) for found in stale_sources(dated_lines(reading), date(2026, 12, 15))] == [("A22", 1), ("A21", 2)]


@pytest.mark.parametrize(("looked", "due"), [("2026-06", "2026-06-30"), ("2026-07", "2027-07-01"), ("9999-12", "9999-12-01")])
def test_whoever_looked_after_its_day_is_told_again_a_year_later(looked: str, due: str) -> None:
    reading = read_document("modules/a-verifier.md", f"- 2026-06-30 · L'appel est ouvert · page de l'ANCT · {looked}\n")
    assert [source.review for _, source in dated_lines(reading)] == [date.fromisoformat(due)]
