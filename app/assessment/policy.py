"""When one may try again, when the correction shows, and the sentences that say so: all from the settings of the quiz. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from msgspec import Struct

from app.assessment.kinds.registry import kind_of
from app.content.values.quiz import CorrectionTime, GradingMethod, Policy, Question
from app.platform.french import exact, french, plural

# --- Attempts --------------------------------------------------------------------------------------------------------


def allowed_attempts(policy: Policy, granted: int) -> int | None:
    """How many attempts in total, with those that trainers added; None = as many as one likes."""
    return policy.max_attempts + granted if policy.max_attempts else None


def attempts_left(allowed: int | None, used: int) -> int | None:
    """How many may still be started. `used` counts submitted attempts and the open one, which one may always go on with; None = no limit."""
    return None if allowed is None else max(0, allowed - used)


def may_start(left: int | None) -> bool:
    """Whether a new attempt may begin. Going on with an open one is always allowed and is not asked here."""
    return left is None or left > 0


def may_request(left: int | None, passed: bool, is_open: bool) -> bool:
    """« Demander une tentative »: no attempt left, none under way, and not passed."""
    return left == 0 and not passed and not is_open


class AttemptWait(Struct, frozen=True):
    """A quiz that its person cannot go on with before somebody else gives them an attempt."""

    since: datetime
    """When the last attempt was sent."""
    asked_at: datetime | None
    """Of the request that awaits its answer; None where nobody was asked."""


def correction_shows(policy: Policy, submitted: bool, left: int | None, passed: bool) -> bool:
    """Whether the key and the explanations of an attempt may be read.

    « Après dernière tentative »: when none is left, or when the quiz is passed, since nothing is protected any more.
    """
    match policy.correction:
        case CorrectionTime.NEVER:
            return False
        case CorrectionTime.AFTER_LAST:
            return submitted and (left == 0 or passed)
        case CorrectionTime.AFTER_EACH | CorrectionTime.AFTER_SUBMIT:
            return submitted


# --- Frozen in the attempt -------------------------------------------------------------------------------------------


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """The whole policy as JSON. `policy_from_json` gives the same value back."""
    return {
        "pass_mark": str(policy.pass_mark),
        "max_attempts": policy.max_attempts,
        "method": policy.method.value,
        "correction": policy.correction.value,
        "shuffle": policy.shuffle,
        "draw": policy.draw,
    }


def policy_from_json(stored: Mapping[str, Any]) -> Policy:
    return Policy(
        pass_mark=Decimal(stored["pass_mark"]),
        max_attempts=stored["max_attempts"],
        method=GradingMethod(stored["method"]),
        correction=CorrectionTime(stored["correction"]),
        shuffle=stored["shuffle"],
        draw=stored["draw"],
    )


# --- Sentences -------------------------------------------------------------------------------------------------------

_COUNTS = {
    GradingMethod.BEST: "la meilleure note compte",
    GradingMethod.MEAN: "la moyenne des notes compte",
    GradingMethod.FIRST: "la première note compte",
    GradingMethod.LAST: "la dernière note compte",
}
_CORRECTION = {
    CorrectionTime.AFTER_EACH: "Chaque question se corrige dès que vous validez votre réponse, qui ne change alors plus.",
    CorrectionTime.AFTER_SUBMIT: "La correction s’affiche après l’envoi.",
    CorrectionTime.AFTER_LAST: "La correction s’affiche quand le quiz est réussi ou qu’il ne reste plus de tentative.",
    CorrectionTime.NEVER: "La correction ne s’affiche pas ; vous connaîtrez votre note.",
}


def policy_sentences(policy: Policy, questions: Sequence[Question], drawn: int) -> tuple[str, ...]:
    """What a learner reads before starting. `questions` are all that may come, of which an attempt holds `drawn`."""
    return (_drawing(drawn, len(questions)), _passing(policy, questions, drawn), _attempts(policy), correction_sentence(policy))


def correction_sentence(policy: Policy) -> str:
    return french(_CORRECTION[policy.correction])


def _drawing(drawn: int, available: int) -> str:
    if drawn < available:
        return f"{plural(drawn, 'question')} sur {available}, tirées au sort à chaque tentative."
    return f"{plural(available, 'question')}."


def _passing(policy: Policy, questions: Sequence[Question], drawn: int) -> str:
    """Good answers where each is worth one point or none: nobody gives 4.9 of them. Points where an answer may earn a part."""
    points = [question.points for question in questions]
    if points and not any(points):
        return french("Ce quiz ne compte aucun point : pour le réussir, il suffit de l’envoyer.")
    share, total = f"{exact(policy.pass_mark * 100)} %", _total(points, drawn)
    if not total:
        return french(f"Pour réussir, il faut au moins {share} des points.")
    if set(points) == {Decimal(1)} and all(kind_of(question).earned_whole for question in questions):
        needed = (policy.pass_mark * total).to_integral_value(ROUND_CEILING)
        return french(f"Pour réussir, il faut au moins {plural(needed, 'bonne réponse', 'bonnes réponses')} sur {exact(total)} ({share}).")
    return french(
        f"Pour réussir, il faut au moins {plural(policy.pass_mark * total, 'point')} sur {exact(total)} ({share}) ; une réponse en partie juste rapporte sa part."
    )


def _total(points: Sequence[Decimal], drawn: int) -> Decimal | None:
    """Points of an attempt; None where they depend on the draw."""
    if drawn >= len(points):
        return sum(points, Decimal(0))
    return points[0] * drawn if len(set(points)) == 1 else None


def _attempts(policy: Policy) -> str:
    if policy.max_attempts == 1:
        return "Une seule tentative."
    number = f"{plural(policy.max_attempts, 'tentative')} en tout" if policy.max_attempts else "Autant de tentatives que vous voulez"
    return french(f"{number} ; {_COUNTS[policy.method]}.")


def left_sentence(allowed: int | None, left: int | None, is_open: bool) -> str:
    """What is left of the attempts; empty where there is no limit."""
    if allowed is None or left is None:
        return ""
    if is_open:
        rest = f"il en restera {left}" if left else "il n’en restera plus"
        return french(f"Une tentative est en cours ; après elle, {rest}.")
    if not left:
        return "Il ne vous reste aucune tentative."
    return f"Il vous reste {plural(left, 'tentative')} sur {allowed}."
