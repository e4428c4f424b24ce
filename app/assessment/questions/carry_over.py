"""May answers to a question be marked again by its corrected key, and what do they say in the corrected file's words? Pure.

Only the key may have changed: same type, same choices. Answers name choices by their place in the file, so they are carried over by what
the choices say: a key of an ordering is its very order.
"""

from __future__ import annotations

from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse
from app.content.values.quiz import Question


def obstacle(before: Question, after: Question) -> str:
    """Why answers given to `before` cannot be marked by `after`, in French; empty when they can."""
    if before.kind != after.kind:
        return "le type de la question a changé"
    old, new = kind_of(before), kind_of(after)
    if any(len(set(texts.values())) < len(texts) for texts in (old.texts(), new.texts())):
        return "deux choix y disent la même chose"
    return "" if old.offered_choices() == new.offered_choices() else "les choix proposés ont changé"


def carry_answer(given: QuestionResponse, before: Question, after: Question) -> QuestionResponse:
    """The answer as if it had been given to `after`. Only where there is no `obstacle`."""
    new = kind_of(after)
    places = {text: key for key, text in kind_of(before).texts().items()}
    return new.carry_over(given, {places[text]: key for key, text in new.texts().items() if text in places})
