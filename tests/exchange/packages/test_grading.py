"""The script of a package marks as the site does: the real quizzes with answers of all sorts, and the trainers' file of pairs."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.responses import QuestionLayout
from app.assessment.kinds.typed_text import FIELD as TYPED
from app.content.values.quiz import Answer
from tests import builders
from tests.assessment.answers.matching import ACCEPTED, AGAIN, LEXICON, REFUSED, Pair, number_of
from tests.assessment.answers.on_the_phone import course_lexicon, on_the_phone
from tests.course import the_course
from tests.exchange.packages.grading import Case, answers, by_script, on_the_site

SEED = 19


def differing(cases: list[Case], lexicon: Lexicon) -> list[str]:
    wrong = []
    for case, found in zip(cases, by_script(cases, lexicon), strict=True):
        expected, share = on_the_site(case, lexicon), found.get("share")
        same = share is None if expected is None else share is not None and abs(float(expected) - share) < 1e-9 and _kept_whole(case, found)
        if not same:
            wrong.append(f"{case.question.id} {case.given}: {expected} on the site, {found}")
    return wrong


def _kept_whole(case: Case, found: dict[str, Any]) -> bool:
    """What the system gives back is worth the same, and takes no more room than was counted. What is longer cannot be typed."""
    if case.question.kind == "open":
        return bool(found["kept"] == 1)
    return found["again"] == found["share"] and (found["kept"] <= found["most"] or max(map(len, case.given)) > found["most"])


@pytest.mark.proof
def test_the_course_is_marked_alike() -> None:
    lexicon, chance = course_lexicon(), Random(SEED)
    asked = [(quiz, question) for quiz, question in the_course.questions()]
    cases = [case for quiz, question in asked for case in answers(question, QuestionLayout(0, f"{quiz.id}/{question.id}"), chance)]
    assert {case.question.kind for case in cases} >= {"single", "multiple", "true_false", "text", "number", "matching", "ordering", "gaps"}
    assert differing(cases, lexicon) == []


@pytest.mark.proof
def test_what_people_typed_on_the_phone_is_judged_alike() -> None:
    """What is asked again too."""
    assert differing([typed.case for typed in on_the_phone()], course_lexicon()) == []


def _asked(pair: Pair, number: int) -> Case:
    answer: Answer = number_of(pair.expected) if pair.section.startswith("Nombres") else _text(pair)
    return Case(builders.question(answer, f"Question {number}"), QuestionLayout(0, str(number)), {TYPED: [pair.typed]})


def _text(pair: Pair) -> Answer:
    return builders.short_text(*pair.expected.split(" / "), strict=pair.section.startswith("Textes exacts"))


def test_the_pairs_of_the_trainers_are_judged_alike() -> None:
    assert differing([_asked(pair, number) for number, pair in enumerate((*ACCEPTED, *REFUSED, *AGAIN))], LEXICON) == []


def test_what_a_question_says_of_its_number_counts_alike() -> None:
    statements = ("Combien de milliards d’euros", "Jusqu’à quel âge", "Depuis combien de mois", "Quel pourcentage des élèves")
    typed = (
        "12",
        "12 milliards d’euros",
        "12 millions",
        "12 000 000 000",
        "jusqu’à 12 ans",
        "plus de 12",
        "12 %",
        "environ 12",
        "12 mois",
        "1.234",
        "12e",
        "−12",
    )
    answer = builders.number("12", "1 234")
    cases = [Case(builders.question(answer, f"{said} ?"), QuestionLayout(0, said), {TYPED: [text]}) for said in statements for text in typed]
    assert differing(cases, LEXICON) == []
