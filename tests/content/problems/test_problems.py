"""Each code of the catalogue has a good and a bad example, in Markdown, and its paragraph in the trainers' guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.content.problems.catalogue import CATALOGUE, guide, problem
from tests.content.cases import Case, cases, example_course

GUIDE = Path(__file__).parents[3] / "docs" / "formateurs" / "problemes.md"
CASES = cases()


def test_each_example_is_judged_as_its_title_says(subtests: pytest.Subtests) -> None:
    for case in CASES:
        with subtests.test(str(case)):
            found = [each for each in case.problems() if each.code == case.code]
            assert bool(found) is case.bad, [str(each) for each in case.problems()]
            if "Attendu" in case.options:
                assert case.options["Attendu"] in [f"{each.path}:{each.line}" for each in found]


def test_each_code_has_a_good_and_a_bad_example(subtests: pytest.Subtests) -> None:
    for code in CATALOGUE:
        with subtests.test(code):
            kinds = {case.bad for case in CASES if case.code == code}
            assert kinds == {True, False}, f"tests/content/fixtures/{code}.md: il faut au moins un « ## Bon : » et un « ## Mauvais : »"


def test_every_example_is_of_a_code_of_the_catalogue() -> None:
    assert {case.code for case in CASES} <= set(CATALOGUE)


def test_the_example_course_has_no_problem() -> None:
    assert Case("", False, "", example_course(), {}).problems() == []


def test_every_problem_tells_a_remedy() -> None:
    bare = {f"{each.code} {each.message}" for case in CASES for each in case.problems() if not each.hint}
    assert not bare


def test_the_guide_for_trainers_is_that_of_the_catalogue() -> None:
    assert GUIDE.read_text(encoding="utf-8") == guide(), "écrivez-le de nouveau : python -m app.content.problems.catalogue > docs/formateurs/problemes.md"


def test_each_paragraph_says_more_than_the_title(subtests: pytest.Subtests) -> None:
    for code in CATALOGUE:
        with subtests.test(code):
            rule = CATALOGUE[code]
            assert rule.title
            assert len(rule.paragraph) > len(rule.title)
            assert rule.paragraph.endswith((".", ")", "`"))


def test_an_unknown_code_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        problem("a.md", 1, "E99", "?")
