"""May answers to a question be marked again by its corrected key, and what do they say in the corrected file's words? Pure.

Only the key may have changed: same type, same choices. Answers name choices by their place in the file, so they are carried over by what
the choices say: a key of an ordering is its very order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.assessment.questions.responses import Chosen, Filled, Given, Matched, Ordered
from app.content.values.quiz import Answer, Choices, Gaps, Matching, Ordering, Question


def obstacle(before: Question, after: Question) -> str:
    """Why answers given to `before` cannot be marked by `after`, in French; empty when they can."""
    old, new = before.answer, after.answer
    if old.kind != new.kind:
        return "le type de la question a changé"
    if _ambiguous(old) or _ambiguous(new):
        return "deux choix y disent la même chose"
    return "" if _offered(old) == _offered(new) else "les choix proposés ont changé"


def carried(given: Given, before: Question, after: Question) -> Given:
    """The answer as if it had been given to `after`. Only where there is no `obstacle`."""
    match before.answer, after.answer, given:
        case Choices() as old, Choices() as new, Chosen(keys):
            moved = _moved(_texts(old), _texts(new))
            return Chosen(tuple(sorted((moved[key] for key in keys if key in moved), key=list(_texts(new)).index)))
        case Matching() as old, Matching() as new, Matched(rights):
            moved = _moved(_texts(old), _texts(new))
            return Matched(tuple((moved[key], right) for key, right in rights if key in moved))
        case Ordering() as old, Ordering() as new, Ordered(ranks):
            moved = _moved(_texts(old), _texts(new))
            return Ordered(tuple((moved[key], rank) for key, rank in ranks if key in moved))
        case Gaps(), Gaps(), Filled():
            return given
    return given


def _texts(answer: Answer) -> dict[str, str]:
    """Key → what is written there, of each thing that an answer names by its key."""
    match answer:
        case Choices(options=options):
            return {option.key: _plain(option.text.text) for option in options}
        case Matching(pairs=pairs):
            return {pair.key: _plain(pair.left.text) for pair in pairs}
        case Ordering(items=items):
            return {item.key: _plain(item.text.text) for item in items}
    return {}


def _offered(answer: Answer) -> tuple[object, ...]:
    """All that a learner could choose from, whatever the key. What is typed is free: nothing is offered."""
    match answer:
        case Matching(pairs=pairs, distractors=distractors):
            return (_counted(_texts(answer).values()), frozenset({*(pair.right for pair in pairs), *distractors}))
        case Gaps(gaps=gaps):
            return tuple(frozenset(gap.menu) for gap in gaps)
    return (_counted(_texts(answer).values()),)


def _ambiguous(answer: Answer) -> bool:
    return any(count > 1 for count in Counter(_texts(answer).values()).values())


def _counted(texts: Iterable[str]) -> frozenset[tuple[str, int]]:
    return frozenset(Counter(texts).items())


def _moved(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Key in the old file → key of the same text in the new one."""
    places = {text: key for key, text in new.items()}
    return {key: places[text] for key, text in old.items() if text in places}


def _plain(text: str) -> str:
    return " ".join(text.split())
