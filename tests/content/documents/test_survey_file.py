"""A survey's file: what each line of it means, and what is wrong with it, with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.content.documents.reader import parse
from app.content.values.library import AGREEMENT, After, Measure, Moment, Survey, SurveyAnswerShape

GUIDE = (Path(__file__).parents[3] / "docs" / "formateurs" / "enquetes.md").read_text(encoding="utf-8")
PATH = "modules/enquetes/avis.md"
HEAD = "---\nid : avis\ntitre : Votre avis\nmoment : à chaud\n---\n"


def read(body: str, head: str = HEAD) -> tuple[Survey | None, list[tuple[str, int]]]:
    document, problems = parse(PATH, f"{head}{body}\n")
    assert document is None or isinstance(document, Survey)
    return document, [(found.code, found.line) for found in problems if found.is_error]


@pytest.mark.parametrize(
    ("lines", "asked", "options", "measure"),
    [
        ("Échelle : accord", SurveyAnswerShape.SCALE, AGREEMENT, None),
        ("échelle : accord\nMesure : réutilisation", SurveyAnswerShape.SCALE, AGREEMENT, Measure.REUSE),
        ("Échelle : Non ; Un peu ; Assez ; Oui", SurveyAnswerShape.SCALE, ("Non", "Un peu", "Assez", "Oui"), None),
        ("- [ ] Court\n- [ ] Long", SurveyAnswerShape.SINGLE, ("Court", "Long"), None),
        ("Choix : multiple\n\n- [ ] Court\n- [ ] Long", SurveyAnswerShape.MULTIPLE, ("Court", "Long"), None),
        ("Dites tout.\n\nRéponse libre", SurveyAnswerShape.FREE, (), None),
    ],
)
def test_a_question(lines: str, asked: SurveyAnswerShape, options: tuple[str, ...], measure: Measure | None) -> None:
    survey, wrong = read(f"\n## Une question {{#une}}\n\n{lines}")
    assert wrong == []
    assert survey is not None
    (question,) = survey.questions
    assert (question.id, question.title, question.asked, question.options, question.measure, question.line) == (
        "une",
        "Une question",
        asked,
        options,
        measure,
        7,
    )


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("", [("E71", 6)]),
        ("## Sans ancre\n\nRéponse libre", [("E71", 6)]),
        ("## Une {#une}", [("E71", 6)]),
        ("## Une {#une}\n- [ ] Un\n- [x] Deux", [("E71", 8)]),
        ("## Une {#une}\n- [ ] Un", [("E71", 7)]),
        ("## Une {#une}\n- [ ] Un\n- [ ] Un", [("E71", 7)]),
        ("## Une {#une}\nÉchelle : un ; deux ; trois", [("E71", 7)]),
        ("## Une {#une}\nÉchelle : accord\nRéponse libre", [("E71", 6)]),
        ("## Une {#une}\nRéponse libre\nMesure : satisfaction", [("E71", 6)]),
        ("## Une {#une}\nÉchelle : accord\nMesure : humeur", [("E71", 8)]),
        ("## Une {#une}\nÉchelle : accord\nPoints : 2", [("E71", 8)]),
        ("## Une {#une}\nÉchelle : accord\nRéponse : oui", [("E71", 8)]),
        ("## Une {#une}\nRéponse libre\n## Autre {#une}\nRéponse libre", [("E23", 8), ("E71", 8)]),
        ("\n".join(f"## Question {n} {{#question-{n}}}\nRéponse libre" for n in range(21)), [("E71", 46)]),
    ],
)
def test_what_is_wrong_has_its_line(body: str, wrong: list[tuple[str, int]]) -> None:
    assert read(body)[1] == wrong


@pytest.mark.parametrize(
    ("lines", "moment", "after", "wrong"),
    [
        ("moment : à chaud", Moment.HOT, {After.MODULE, After.PATH}, []),
        ("moment : a chaud\naprès : module", Moment.HOT, {After.MODULE}, []),
        ("moment : à froid", Moment.COLD, {After.PATH}, []),
        ("moment : responsable\naprès : parcours", Moment.MANAGER, {After.PATH}, []),
        ("moment : à froid\naprès : module", Moment.COLD, {After.MODULE}, [("E09", 5)]),
        ("moment : un jour", Moment.HOT, set(After), [("E09", 4)]),
        ("moment : à chaud\naprès : la pluie", Moment.HOT, set(After), [("E09", 5)]),
        ("auteur : Moi", Moment.HOT, set(After), [("E10", 1)]),
    ],
)
def test_when_it_is_asked(lines: str, moment: Moment, after: set[After], wrong: list[tuple[str, int]]) -> None:
    survey, found = read("## Une {#une}\nRéponse libre", f"---\nid : avis\ntitre : Votre avis\n{lines}\n---\n")
    assert found == wrong
    assert survey is not None
    assert (survey.moment, set(survey.after)) == (moment, after)


def test_the_example_of_the_guide_is_in_order() -> None:
    (example,) = re.findall(r"^~~~~enquête\n(.*?)^~~~~$", GUIDE, re.MULTILINE | re.DOTALL)
    document, problems = parse(PATH, example)
    assert isinstance(document, Survey)
    assert problems == ()
    assert {question.asked for question in document.questions} == set(SurveyAnswerShape)
