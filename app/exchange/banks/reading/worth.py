"""What answers were worth, and what is said of it where it is not kept: a part of the points makes no answer right. Pure."""

from __future__ import annotations

from decimal import Decimal

from app.exchange.banks.reading.found import ImportedAnswer, ImportedQuestion
from app.platform.french import short

NO_PART = "Pondération ignorée : seule une réponse qui donnait tous les points en rapporte."
NO_PART_TYPED = "Pondération ignorée : une réponse qui ne valait qu’une partie des points est comptée fausse."
NO_PART_NUMBER = "Pondération ignorée : un nombre qui ne valait qu’une partie des points est compté faux."
NO_PENALTY = "Pondération ignorée : une mauvaise réponse ne retire pas de points."
ONE_SUFFICED = "Plusieurs réponses pouvaient être cochées, et une bonne suffisait : ici, on en choisit une."
EQUAL_PARTS = "Pondération ignorée : chaque bonne réponse compte autant, et il faut les cocher toutes pour avoir tous les points."
WRONG_TICKED = "Pondération ignorée : cocher une mauvaise réponse retire ici de quoi annuler, toutes cochées, les bonnes."
"""Each is true of the question as the site marks it."""


def is_shared(found: ImportedQuestion) -> bool:
    """Whether its right answers each bring a part: where one of several brings all the points, it suffices."""
    return sum(each.right for each in found.answers) < 2 or not any(each.whole for each in found.answers)


def weigh(found: ImportedQuestion, several: bool) -> None:
    """Says what of the fractions our credit does not: where several are ticked, ours is 1/r for each right one, −1/w for each wrong one."""
    right, wrong = [each for each in found.answers if each.right], [each for each in found.answers if not each.right]
    if found.several and not several:
        found.lose(ONE_SUFFICED)
    if not several:
        if any(each.fraction < 0 for each in found.answers):
            found.lose(NO_PENALTY)
        return say_parts(found, NO_PART)
    if found.exact:
        return None
    if any(abs(each.fraction * len(right) - 100) > Decimal("1.5") for each in right):
        found.lose(EQUAL_PARTS)
    if any(abs(each.fraction * len(wrong) + 100) > Decimal("1.5") for each in wrong):
        found.lose(WRONG_TICKED)
    return None


def say_parts(found: ImportedQuestion, said: str) -> None:
    if any(each.weighted for each in found.answers):
        found.lose(said)


def has_joker(each: ImportedAnswer) -> bool:
    return "*" in each.text.replace("\\*", "")


def say_jokers(found: ImportedQuestion) -> None:
    """Reports the comments of wrong answers with a wildcard, which are not imported."""
    for each in found.answers:
        if each.feedback and not each.whole and has_joker(each):
            of = "des autres réponses" if each.text == "*" else f"des réponses « {short(each.text, 60)} »"
            found.lose(f"Commentaire {of}, non repris : « {short(each.feedback, 120)} »")
