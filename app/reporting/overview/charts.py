"""What the pictures of a report show: a title, a sentence, and the rows that the drawing, its table and the printed report share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.french import SHORT_MONTHS, french_date, number, plural
from app.reporting.scope.rules import SITUATION_WORDS, SMALL, PathSituation


class PictureKind(StrEnum):
    """How a picture is drawn."""

    SHARES = "shares"
    """One bar, shared out."""
    BARS = "bars"
    WEEKS = "weeks"
    """A column a week, a panel for each series."""


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A line of the table: its label, then a number for each of the picture's series, with the words for it."""

    label: str
    values: tuple[Decimal, ...]
    texts: tuple[str, ...]
    mark: str = ""
    """What stands on the axis under a week that opens a month: its name."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`columns`: the heads of the table, the label's first."""

    id: str
    kind: PictureKind
    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[PictureRow, ...]
    full: int = 0
    """The value of a whole bar; 0: the longest one's."""

    @property
    def description(self) -> str:
        """What is drawn, for who does not see it; the table holds the numbers one by one."""
        if self.kind == PictureKind.WEEKS:
            first, last = self.rows[0].label, self.rows[-1].label
            return f"Colonnes, une par semaine, de la {first.lower()} à la {last.lower()}. {self.sentence}"
        told = " ; ".join(f"{row.label}, {row.texts[0]}" for row in self.rows)
        return f"{'Une barre partagée' if self.kind == PictureKind.SHARES else 'Barres horizontales'} : {told}."


SHARE_ORDER = (PathSituation.FINISHED, PathSituation.STARTED, PathSituation.STUCK, PathSituation.NOT_STARTED)
"""From what is done to what is not begun, as the bar is read."""


def situations(counts: Mapping[PathSituation, int]) -> Picture:
    total = sum(counts.values())
    done, stuck = counts.get(PathSituation.FINISHED, 0), counts.get(PathSituation.STUCK, 0)
    sentence = (
        f"{plural(done, 'personne a terminé', 'personnes ont terminé')} sur {number(total)} ; {plural(stuck, 'personne est', 'personnes sont')} à l’arrêt."
    )
    rows = tuple(_counted(SITUATION_WORDS[one].capitalize(), counts.get(one, 0)) for one in SHARE_ORDER)
    return Picture("situations", PictureKind.SHARES, "Où en sont les personnes", sentence, ("Situation", "Personnes"), rows)


def modules(means: Mapping[str, Decimal]) -> Picture | None:
    """`means`: title → mean share, in the path's order; only those that may be shown."""
    if not means:
        return None
    first, last = max(means, key=lambda title: means[title]), min(means, key=lambda title: means[title])
    sentence = f"« {first} » est le module le plus avancé ({percent(means[first])}), « {last} » le moins avancé ({percent(means[last])})."
    rows = tuple(PictureRow(title, (mean,), (percent(mean),)) for title, mean in means.items())
    return Picture("modules", PictureKind.BARS, "Avancement moyen par module", sentence, ("Module", "Avancement moyen"), rows, full=100)


def territories(means: Mapping[str, tuple[Decimal, int]], hidden: int) -> Picture | None:
    """`means`: name → (mean share, people). `hidden`: how many territories are too small to be told."""
    if not means or len(means) + hidden < 2:
        return None
    sentence = f"{_listed(len(means))} de {SMALL} personnes ou plus."
    if hidden:
        sentence += f" {plural(hidden, 'autre est tu', 'autres sont tus')} : une moyenne y désignerait quelqu’un."
    rows = tuple(PictureRow(f"{name} ({plural(people, 'personne')})", (mean,), (percent(mean),)) for name, (mean, people) in means.items())
    return Picture("territoires", PictureKind.BARS, "Avancement moyen par territoire", sentence, ("Territoire", "Avancement moyen"), rows, full=100)


def _listed(count: int) -> str:
    return "Un seul territoire" if count == 1 else f"{number(count)} territoires"


def weeks(started: Sequence[tuple[date, int]], finished: Sequence[tuple[date, int]]) -> Picture:
    """Both series over the same Mondays."""
    begun, done = sum(count for _, count in started), sum(count for _, count in finished)
    sentence = f"En {len(started)} semaines, {plural(begun, 'personne a commencé', 'personnes ont commencé')} et {plural(done, 'personne a terminé', 'personnes ont terminé')}."
    rows = tuple(
        PictureRow(
            f"Semaine du {french_date(monday)}",
            (Decimal(first), Decimal(last)),
            (number(first), number(last)),
            SHORT_MONTHS[monday.month - 1] if monday.day < 8 else "",
        )
        for (monday, first), (_, last) in zip(started, finished, strict=True)
    )
    return Picture("semaines", PictureKind.WEEKS, "Semaine après semaine", sentence, ("Semaine", "Ont commencé", "Ont terminé"), rows)


def stops(places: Sequence[tuple[str, int]]) -> Picture | None:
    """`places`: (title of the element that comes next for people at a standstill, how many), the most frequent first."""
    if not places:
        return None
    title, most = places[0]
    sentence = f"On s’arrête le plus souvent devant « {title} » ({plural(most, 'personne')})."
    rows = tuple(_counted(label, count) for label, count in places)
    return Picture("arrets", PictureKind.BARS, "Où l’on s’arrête", sentence, ("Élément à faire ensuite", "Personnes à l’arrêt"), rows)


def _counted(label: str, count: int) -> PictureRow:
    return PictureRow(label, (Decimal(count),), (number(count),))


def percent(value: Decimal) -> str:
    return f"{number(float(value), 1)} %"
