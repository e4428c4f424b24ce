"""What the statistics of a question say, in words: which figures call for a look at it, and why. Pure.

The thresholds, and why these, are explained to trainers in `docs/formateurs/statistiques.md`. An alarm must not come by chance: it asks for
`MIN_INDEX` people, and for a figure that answers given at random hardly ever reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from msgspec import Struct

from app.assessment.item_analysis.figures import MIN_INDEX, ItemFigures, PickFigures
from app.assessment.kinds.kind import Pick
from app.platform.french import french, plural

LEAST_CORRELATION = 0.20
"""A smaller one says nothing, however many people answered."""
DEVIATIONS = 2.5
"""Standard deviations away from chance: that of a correlation is about 1 / √people."""
GAP_DEVIATIONS = 3.0
"""The same for how much better an option goes with success than the question's own mark does."""
FEWEST_PICKERS = 5
"""An option, or a writing, that fewer people picked is not judged."""
FLAT = 0.5
"""Discrimination, in percent, that is shown as 0 or less."""
TOO_EASY, TOO_HARD = 95.0, 5.0
"""Facility beyond which a question tells nobody apart, in percent."""


class ItemRemark(Struct, frozen=True):
    """`alarm`: the question is probably wrong. Otherwise: good to know, nothing to mend."""

    alarm: bool
    text: str
    why: str


class RemarkBasis(Struct, frozen=True):
    """A question's figures, all that its remarks are made from."""

    figures: ItemFigures
    picks: Sequence[tuple[Pick, PickFigures]]
    guess: Fraction
    """Share earned by chance."""


def remarks(judged: RemarkBasis) -> tuple[ItemRemark, ...]:
    """The alarms first. None below `MIN_INDEX` people."""
    if judged.figures.people < MIN_INDEX:
        return ()
    alarm = _wrong_key(judged) or _shunned_key(judged) or _against(judged) or _below_chance(judged)
    note = _extreme(judged) or (None if alarm else _flat(judged))
    return tuple(remark for remark in (alarm, note) if remark)


def threshold(people: int) -> float:
    """The least correlation that is not chance among so many people."""
    return max(LEAST_CORRELATION, DEVIATIONS / sqrt(people))


def _wrong_key(judged: RemarkBasis) -> ItemRemark | None:
    """A wrong option that goes with success elsewhere, and does so clearly more than the question's own mark."""
    own = (judged.figures.discrimination or 0.0) / 100
    least = max(LEAST_CORRELATION, own + GAP_DEVIATIONS / sqrt(judged.figures.people))
    found = [(pick, known) for pick, known in _judgeable(judged, correct=False) if _strength(known) >= least]
    if not found:
        return None
    pick, known = max(found, key=lambda one: _strength(one[1]))
    text = f"{pick.label} attire les meilleurs : clé à vérifier"
    why = f"{plural(known.people, 'personne')} sur {judged.figures.people} l’ont donnée, plutôt de celles qui réussissent les autres questions ; elle est comptée fausse."
    return ItemRemark(True, french(text), french(why))


def _shunned_key(judged: RemarkBasis) -> ItemRemark | None:
    """An option counted right that those who succeed elsewhere leave alone."""
    least = threshold(judged.figures.people)
    found = [(pick, known) for pick, known in _judgeable(judged, correct=True) if _strength(known) <= -least]
    if not found:
        return None
    pick, known = min(found, key=lambda one: _strength(one[1]))
    text = f"{pick.label}, comptée juste, est évitée par les meilleurs : clé à vérifier"
    why = f"{plural(known.people, 'personne')} sur {judged.figures.people} l’ont donnée, plutôt de celles qui manquent les autres questions."
    return ItemRemark(True, french(text), french(why))


def _against(judged: RemarkBasis) -> ItemRemark | None:
    """The whole question goes against the others, though no option of it can be named."""
    index = judged.figures.discrimination
    if index is None or index / 100 > -threshold(judged.figures.people):
        return None
    text = "qui réussit le reste du quiz manque cette question : énoncé ou clé à vérifier"
    return ItemRemark(True, text, french(f"Indice de discrimination : {_whole(index)} %. Une bonne question a un indice positif."))


def _below_chance(judged: RemarkBasis) -> ItemRemark | None:
    """Less success than by answering at random, by more than chance explains."""
    facility, guess = judged.figures.facility, float(judged.guess)
    if facility is None or not guess:
        return None
    margin = DEVIATIONS * sqrt(guess * (1 - guess) / judged.figures.people)
    if facility / 100 >= guess - margin:
        return None
    text = "moins réussie qu’en répondant au hasard : clé à vérifier, ou piège"
    return ItemRemark(True, text, french(f"{_whole(facility)} % des points obtenus ; le hasard en donnerait {_whole(guess * 100)} %."))


def _extreme(judged: RemarkBasis) -> ItemRemark | None:
    facility = judged.figures.facility
    if facility is None or TOO_HARD <= facility <= TOO_EASY:
        return None
    if facility > TOO_EASY:
        return ItemRemark(False, "presque tout le monde réussit", "Elle rappelle l’essentiel, mais ne dit pas qui a compris.")
    return ItemRemark(False, "presque personne ne réussit", "Elle ne dit pas qui a compris : la leçon l’enseigne-t-elle ?")


def _flat(judged: RemarkBasis) -> ItemRemark | None:
    index = judged.figures.discrimination
    if index is None or index >= FLAT:
        return None
    why = f"Indice de discrimination : {_whole(index)} %. Cela peut venir du hasard ; relisez l’énoncé et les choix."
    return ItemRemark(False, "qui réussit le reste du quiz ne la réussit pas mieux", french(why))


def _judgeable(judged: RemarkBasis, *, correct: bool) -> list[tuple[Pick, PickFigures]]:
    return [(pick, known) for pick, known in judged.picks if pick.correct is correct and known.people >= FEWEST_PICKERS]


def _strength(known: PickFigures) -> float:
    return known.correlation or 0.0


def _whole(percent: float) -> str:
    return f"{round(percent)}".replace("-", "−")
