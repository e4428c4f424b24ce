"""What a few answers say of what somebody knows already: the state of each module, the next question, when to stop, what is proposed. Pure.

Each module has a chance over four masteries, 0 to 3. An answer moves that of its module, and weakly those of the other modules of its history.
Whoever does not know may guess right, whoever knows may slip, but does not say « Je ne sais pas »: leaving the guess out makes a quarter of the waivers unjust (decision 22).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from app.platform.french import plural

Mastery = tuple[float, float, float, float]
"""The chances of mastery 0, 1, 2 and 3; they add up to 1."""

LEVELS = (1, 2, 3)
KNOWN = 2
"""From this mastery on, a module is known: a waiver is just."""
SLIP = 0.08
"""Whoever knows answers wrong that often."""
LINK = 0.35
"""How much an answer says of the other modules of its history."""
LEAST_GUESS = 0.01
MOST_QUESTIONS = 12
SECONDS_EACH = 40
"""What a question takes, about."""
EASY = 2
"""So many questions of the lowest level come first."""
MOST_ALIKE = 3
"""Questions of one module and level."""
LEAST_GAIN = 0.004
"""In bits: below it everywhere, asking on says nothing."""
SETTLED, HOPELESS = 0.2, 0.3
"""What a gain is worth in a module that may be waived already, and in one that is most likely not known."""
UNLIKELY = 0.08
ANOTHER = 0.8
"""The share of the best gain that is enough to change modules between two questions."""
WAIVABLE, LIKELY = 0.90, 0.40
AGAIN_AFTER = timedelta(days=7)

FLAT: Mastery = (0.25, 0.25, 0.25, 0.25)
OWN: Mastery = (0.15, 0.20, 0.35, 0.30)
OTHER: Mastery = (0.35, 0.30, 0.20, 0.15)


class Proposal(StrEnum):
    """What is proposed for a module."""

    WAIVED = "waived"
    ADVISED = "advised"
    NEEDED = "needed"


PROPOSAL_WORDS = {Proposal.WAIVED: "dispensé", Proposal.ADVISED: "conseillé", Proposal.NEEDED: "à suivre"}


class PositioningItem(Struct, frozen=True):
    """A question that may be asked, as far as choosing needs it."""

    id: str
    module_id: str
    level: int
    guess: float
    """The chance that whoever does not know gets all of it right."""


class ItemAnswer(Struct, frozen=True):
    """A question that was asked, and whether all of the answer was right. « Je ne sais pas » is wrong."""

    item: PositioningItem
    right: bool
    unknown: bool = False
    """« Je ne sais pas »: nobody says it by a slip."""


class ModuleVerdict(Struct, frozen=True):
    """What the answers about a module say."""

    proposal: Proposal
    chance: float
    """That it is known."""
    asked: int
    right: int
    hard: int
    """Right ones of level 3."""


Beliefs = Mapping[str, Mastery]
"""Module → what is known of it."""


# --- What an answer says ---------------------------------------------------------------------------------------------


def prior(home: str | None, history: str) -> Mastery:
    """Returns what is believed before any answer. `home`: the history of the person's employer (`pool.home_of`), or None."""
    if home is None:
        return FLAT
    return OWN if home == history else OTHER


def chance_known(mastery: Mastery) -> float:
    """The chance that a module is known."""
    return sum(mastery[KNOWN:])


def _likelihood(item: PositioningItem, right: bool, unknown: bool = False) -> Mastery:
    if unknown:
        zero, one, two, three = (float(mastery < item.level) for mastery in range(4))
        return zero, one, two, three
    chances = (1 - SLIP if mastery >= item.level else item.guess for mastery in range(4))
    zero, one, two, three = (chance if right else 1 - chance for chance in chances)
    return zero, one, two, three


def _weigh_mastery(mastery: Mastery, weights: Sequence[float]) -> Mastery:
    zero, one, two, three = (chance * weight for chance, weight in zip(mastery, weights, strict=True))
    total = zero + one + two + three
    return zero / total, one / total, two / total, three / total


def update_beliefs(beliefs: Beliefs, histories: Mapping[str, str], answer: ItemAnswer) -> dict[str, Mastery]:
    """Updates the beliefs after one answer; an answer about another module changes nothing."""
    item, found = answer.item, dict(beliefs)
    if item.module_id not in found:
        return found
    weights = _likelihood(item, answer.right, answer.unknown)
    mean = sum(weights) / len(weights)
    softened = [(1 - LINK) + LINK * weight / mean for weight in weights]
    for module_id, mastery in beliefs.items():
        if module_id == item.module_id:
            found[module_id] = _weigh_mastery(mastery, weights)
        elif histories[module_id] == histories[item.module_id]:
            found[module_id] = _weigh_mastery(mastery, softened)
    return found


def beliefs_after(histories: Mapping[str, str], home: str | None, answers: Iterable[ItemAnswer]) -> dict[str, Mastery]:
    """Returns the beliefs after all answers. `histories`: those of the tested modules."""
    beliefs = {module_id: prior(home, history) for module_id, history in histories.items()}
    for answer in answers:
        beliefs = update_beliefs(beliefs, histories, answer)
    return beliefs


# --- What to ask -----------------------------------------------------------------------------------------------------


def _entropy(chance: float) -> float:
    return -sum(part * math.log2(part) for part in (chance, 1 - chance) if part > 0)


def gain(mastery: Mastery, item: PositioningItem) -> float:
    """Returns by how many bits an answer is expected to lower the entropy of « does the person know it? »."""
    weights = _likelihood(item, True)
    right = sum(chance * weight for chance, weight in zip(mastery, weights, strict=True))
    after_right, after_wrong = chance_known(_weigh_mastery(mastery, weights)), chance_known(_weigh_mastery(mastery, _likelihood(item, False)))
    return _entropy(chance_known(mastery)) - right * _entropy(after_right) - (1 - right) * _entropy(after_wrong)


def _may_be_waived(mastery: Mastery, direct: bool) -> bool:
    return chance_known(mastery) >= WAIVABLE and direct


def _direct(answers: Iterable[ItemAnswer]) -> set[str]:
    """Modules about which a question of level 2 at least was answered right."""
    return {answer.item.module_id for answer in answers if answer.right and answer.item.level >= KNOWN}


def next_item(
    pool: Iterable[PositioningItem], beliefs: Beliefs, answers: Sequence[ItemAnswer], seed: int, seen: Collection[str] = ()
) -> PositioningItem | None:
    """What to ask now; None where nothing is worth asking. `seen`: questions of earlier tests, asked again only where no other says as much."""
    if len(answers) >= MOST_QUESTIONS:
        return None
    gains = _gains(pool, beliefs, answers)
    if max(gains.values(), default=0) < LEAST_GAIN:
        return None
    order = sorted(gains, key=lambda item: (-round(gains[item], 9), item.id in seen, _draw(seed, item.id)))
    best = order[0]
    if answers and best.module_id == answers[-1].item.module_id:
        return next((item for item in order if item.module_id != best.module_id and gains[item] >= ANOTHER * gains[best]), best)
    return best


def _gains(pool: Iterable[PositioningItem], beliefs: Beliefs, answers: Sequence[ItemAnswer]) -> dict[PositioningItem, float]:
    """Of each question that may come, what it is worth. Levels rise with what was answered right: nobody who knows little is asked what is hard."""
    asked, direct = {answer.item.id for answer in answers}, _direct(answers)
    counts = Counter((answer.item.module_id, answer.item.level) for answer in answers)
    open_items = [one for one in pool if one.id not in asked and one.module_id in beliefs and counts[one.module_id, one.level] < MOST_ALIKE]
    found: dict[PositioningItem, float] = {}
    kept: dict[tuple[str, int, float], float] = {}
    for item in open_items:
        key = item.module_id, item.level, item.guess
        if key not in kept:
            mastery = beliefs[item.module_id]
            kept[key] = gain(mastery, item) * _interest(mastery, item.module_id in direct)
        found[item] = kept[key]
    return _easy_enough(found, answers)


def _easy_enough(gains: dict[PositioningItem, float], answers: Sequence[ItemAnswer]) -> dict[PositioningItem, float]:
    """Those of the lowest level first, as long as they tell something; then up to one above the hardest that was answered right."""
    lowest = min((item.level for item in gains), default=LEVELS[0])
    reached = max(lowest, 1 + max((answer.item.level for answer in answers if answer.right), default=0))
    easy = {item: worth for item, worth in gains.items() if item.level == lowest}
    if len(answers) < EASY and max(easy.values(), default=0) >= LEAST_GAIN:
        return easy
    return {item: worth for item, worth in gains.items() if item.level <= reached}


def _interest(mastery: Mastery, direct: bool) -> float:
    if _may_be_waived(mastery, direct):
        return SETTLED
    return HOPELESS if chance_known(mastery) < UNLIKELY else 1


def _draw(seed: int, item_id: str) -> bytes:
    """The order of questions that say as much, other for each test."""
    return hashlib.sha256(f"{seed}/{item_id}".encode()).digest()


# --- What is proposed ------------------------------------------------------------------------------------------------


def verdict(mastery: Mastery, module_id: str, answers: Iterable[ItemAnswer]) -> ModuleVerdict:
    """Decides for one module; a waiver requires a right answer about it, at level 2 at least."""
    mine = [answer for answer in answers if answer.item.module_id == module_id]
    right = [answer for answer in mine if answer.right]
    chance = chance_known(mastery)
    less = Proposal.ADVISED if chance >= LIKELY else Proposal.NEEDED
    proposal = Proposal.WAIVED if _may_be_waived(mastery, module_id in _direct(mine)) else less
    return ModuleVerdict(proposal, chance, len(mine), len(right), sum(answer.item.level == LEVELS[-1] for answer in right))


def reason(asked: int, right: int, hard: int) -> str:
    """« 3 réponses justes sur 3, dont une difficile »."""
    if not asked:
        return "aucune question posée sur ce module"
    count = plural(right, "réponse juste", "réponses justes") if right else "aucune réponse juste"
    difficult = "" if not hard else ", difficile" if right == hard == 1 else f", dont {'une' if hard == 1 else hard} difficile{'s' if hard > 1 else ''}"
    return f"{count} sur {asked}{difficult}"


# --- When ------------------------------------------------------------------------------------------------------------


def again_on(ended: datetime | None) -> datetime | None:
    """Returns from when a module may be tested again; None where it never was."""
    return ended + AGAIN_AFTER if ended else None


def may_test(ended: datetime | None, now: datetime) -> bool:
    return ended is None or now >= ended + AGAIN_AFTER


# --- A waiver --------------------------------------------------------------------------------------------------------


class WaiverDecision(StrEnum):
    """What became of a waiver that was proposed."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    """By the person."""
    REVOKED = "revoked"
    """By somebody who follows them, with a reason."""


DECISION_WORDS = {
    WaiverDecision.OPEN: "à décider",
    WaiverDecision.ACCEPTED: "acceptée",
    WaiverDecision.REFUSED: "refusée",
    WaiverDecision.TAKEN_BACK: "abandonnée",
    WaiverDecision.REVOKED: "retirée",
}

MOVES = {
    WaiverDecision.OPEN: {WaiverDecision.ACCEPTED, WaiverDecision.REFUSED},
    WaiverDecision.REFUSED: {WaiverDecision.ACCEPTED},
    WaiverDecision.TAKEN_BACK: {WaiverDecision.ACCEPTED},
    WaiverDecision.ACCEPTED: {WaiverDecision.TAKEN_BACK, WaiverDecision.REVOKED},
    WaiverDecision.REVOKED: set[WaiverDecision](),
}
"""What may follow what: one's own mind may change, somebody else's decision asks for another test."""


def may_become(present: WaiverDecision, wanted: WaiverDecision) -> bool:
    return wanted in MOVES[present]
