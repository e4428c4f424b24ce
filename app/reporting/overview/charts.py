"""What the pictures of a report show: a title, a sentence, and the rows that the drawing, its table and the printed report share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from msgspec import Struct

from app.platform.errors import DomainError
from app.platform.french import SHORT_MONTHS, agree, french_date, number, plural
from app.reporting.scope.rules import SITUATION_WORDS, SMALL, ModuleState, PathSituation

PICTURES = frozenset({"situations", "modules", "elements", "semaines", "territoires", "arrets"})
"""The names of all pictures, in addresses."""


ELSEWHERE = "Autres, ou sans territoire"
"""Whoever belongs to no part: drawn, and set beside no territory in words."""


ONLY_FEW = f"Moins de {SMALL} personnes à chaque fois : où elles en sont est dit, sans moyenne."


class NotDrawn(DomainError):
    """Below five people."""

    sentence = f"Moins de {SMALL} personnes : ce dessin désignerait quelqu’un s’il quittait l’écran. Rien n’est à emporter."


class PictureKind(StrEnum):
    """How a picture is drawn."""

    SHARES = "shares"
    """One bar, shared out."""
    BARS = "bars"
    WEEKS = "weeks"
    """A column a week, a panel for each series."""


class PictureRow(Struct, frozen=True):
    """A line of the table: its label, then a number for each of the picture's series, with the words for it."""

    label: str
    values: tuple[Decimal, ...]
    texts: tuple[str, ...]
    mark: str = ""
    """What stands on the axis under a week that opens a month: its name."""


class FewPeople(Struct, frozen=True):
    """A part of fewer than five people: where they stand is said, and no mean of them."""

    name: str
    words: str
    grid: Mapping[str, str] | None
    """Who they are, where the grid can list them."""


class ChartPicture(Struct, frozen=True):
    """`columns`: the heads of the table, the label's first."""

    id: str
    kind: PictureKind
    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[PictureRow, ...]
    full: int = 0
    """The value of a whole bar; 0: the longest one's."""
    links: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """(words, arguments of the grid's address): the people of each part, for the screen."""
    few: tuple[FewPeople, ...] = ()
    """Parts that are too small to be drawn, on the screen alone. Where all are, there are no rows."""

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


def situations(counts: Mapping[PathSituation, int], to: Mapping[PathSituation, Mapping[str, str]] = MappingProxyType({})) -> ChartPicture:
    """`to`: the grid of each situation."""
    total = sum(counts.values())
    done, stuck = counts.get(PathSituation.FINISHED, 0), counts.get(PathSituation.STUCK, 0)
    sentence = (
        f"{plural(done, 'personne a terminé', 'personnes ont terminé')} sur {number(total)} ; {plural(stuck, 'personne est', 'personnes sont')} à l’arrêt."
    )
    rows = tuple(_count_row(SITUATION_WORDS[one].capitalize(), counts.get(one, 0)) for one in SHARE_ORDER)
    links = tuple((SITUATION_WORDS[one], to[one]) for one in SHARE_ORDER if one in to and counts.get(one))
    return ChartPicture("situations", PictureKind.SHARES, "Où en sont les personnes", sentence, ("Situation", "Personnes"), rows, links=links)


MODULE_ORDER = {ModuleState.DONE: "Module terminé", ModuleState.STARTED: "En chemin", ModuleState.NOT_STARTED: "Rien de fait"}


def module_shares(title: str, counts: Mapping[ModuleState, int], to: Mapping[ModuleState, Mapping[str, str]] = MappingProxyType({})) -> ChartPicture | None:
    """`to`: the grid of each state."""
    finished, total = counts.get(ModuleState.DONE, 0), sum(counts.values())
    if not total:
        return None
    sentence = f"{plural(finished, 'personne a terminé', 'personnes ont terminé')} ce module, sur {number(total)} à qui il est demandé."
    rows = tuple(_count_row(words, counts.get(one, 0)) for one, words in MODULE_ORDER.items())
    links = tuple((words.lower(), to[one]) for one, words in MODULE_ORDER.items() if one in to and counts.get(one))
    return ChartPicture("situations", PictureKind.SHARES, f"Où en sont les personnes dans « {title} »", sentence, ("Module", "Personnes"), rows, links=links)


def elements(done: Sequence[tuple[str, int]], people: int, to: Mapping[str, str] = MappingProxyType({})) -> ChartPicture | None:
    """`done`: (title, how many have it behind them), in the module's order; of so many `people`. `to`: the grid of the module."""
    if not done or not people:
        return None
    falls = [(before[1] - after[1], after[0]) for before, after in pairwise(done)]
    worst = max(falls, default=(0, ""))
    sentence = (
        f"C’est devant « {worst[1]} » que l’on s’arrête le plus : {plural(worst[0], 'personne')} de moins qu’à l’étape d’avant."
        if worst[0] > 0
        else "Aucune étape n’arrête plus qu’une autre."
    )
    rows = tuple(_count_row(title, count) for title, count in done)
    return ChartPicture(
        "elements",
        PictureKind.BARS,
        "Étape par étape",
        sentence,
        ("Étape", "Personnes qui l’ont faite"),
        rows,
        full=people,
        links=(("étape par étape", to),) if to else (),
    )


def standing_words(counts: Mapping[str, int]) -> str:
    """« 3 personnes : 2 en cours, 1 terminé »."""
    there = [(words, count) for words, count in counts.items() if count]
    people = plural(sum(count for _, count in there), "personne")
    return f"{people} : {there[0][0] if len(there) == 1 else ', '.join(f'{count} {words}' for words, count in there)}"


def modules(means: Mapping[str, Decimal], to: Mapping[str, Mapping[str, str]] = MappingProxyType({}), few: Sequence[FewPeople] = ()) -> ChartPicture | None:
    """`means`: title → mean share, in the path's order; only those that may be shown. `few`: those that are asked of a few people."""
    if not means:
        return ChartPicture("modules", PictureKind.BARS, "Module par module", ONLY_FEW, (), (), few=tuple(few)) if few else None
    first, last = max(means, key=lambda title: means[title]), min(means, key=lambda title: means[title])
    if len(means) == 1:
        sentence = f"« {first} » : {percent(means[first])} en moyenne."
    elif means[first] == means[last]:
        sentence = f"Les {number(len(means))} modules en sont au même point ({percent(means[first])})."
    else:
        sentence = f"« {first} » est le module le plus avancé ({percent(means[first])}), « {last} » le moins avancé ({percent(means[last])})."
    rows = tuple(PictureRow(title, (mean,), (percent(mean),)) for title, mean in means.items())
    head = ("Module", "Avancement moyen")
    return ChartPicture("modules", PictureKind.BARS, "Avancement moyen par module", sentence, head, rows, full=100, links=tuple(to.items()), few=tuple(few))


def territories(
    means: Mapping[str, tuple[Decimal, int]], hidden: int, to: Mapping[str, Mapping[str, str]] = MappingProxyType({}), few: Sequence[FewPeople] = ()
) -> ChartPicture | None:
    """`means`: name → (mean share, people). `hidden`: how many territories are too small to be told; `few`: those that are, and told without a mean."""
    if len(means) + hidden + len(few) < 2 or not (means or few):
        return None
    if not means:
        return ChartPicture("territoires", PictureKind.BARS, "Territoire par territoire", ONLY_FEW, (), (), few=tuple(few))
    rows = tuple(PictureRow(f"{name} ({plural(people, 'personne')})", (mean,), (percent(mean),)) for name, (mean, people) in means.items())
    head = ("Territoire", "Avancement moyen")
    sentence = " ".join(_of_territories(means, hidden))
    title = "Avancement moyen par territoire"
    return ChartPicture("territoires", PictureKind.BARS, title, sentence, head, rows, full=100, links=tuple(to.items()), few=tuple(few))


def _of_territories(means: Mapping[str, tuple[Decimal, int]], hidden: int) -> Iterator[str]:
    means = {name: each for name, each in means.items() if name != ELSEWHERE} or means
    first, last = max(means, key=lambda name: means[name][0]), min(means, key=lambda name: means[name][0])
    if len(means) == 1:
        yield f"{first} : {percent(means[first][0])} en moyenne."
    elif means[first][0] == means[last][0]:
        yield f"Les {number(len(means))} territoires en sont au même point ({percent(means[first][0])})."
    else:
        yield f"De {percent(means[last][0])} ({last}) à {percent(means[first][0])} ({first})."
    if hidden:
        yield f"{plural(hidden, 'territoire', 'territoires')} de moins de {SMALL} personnes, ou qu’une soustraction révélerait, {agree(hidden, 'est tu', 'sont tus')}."


def weeks(started: Sequence[tuple[date, int]], finished: Sequence[tuple[date, int]], to: Sequence[Mapping[str, str]] = ()) -> ChartPicture:
    """Draws who started and who finished by week, over the same Mondays. `to`: the grid that each series links to."""
    begun, done = sum(count for _, count in started), sum(count for _, count in finished)
    links = tuple(zip(("ont commencé", "ont terminé"), to, strict=False))
    sentence = f"En {plural(len(started), 'semaine')}, {plural(begun, 'personne a commencé', 'personnes ont commencé')} et {plural(done, 'personne a terminé', 'personnes ont terminé')}."
    rows = tuple(
        PictureRow(
            f"Semaine du {french_date(monday)}",
            (Decimal(first), Decimal(last)),
            (number(first), number(last)),
            SHORT_MONTHS[monday.month - 1] if monday.day < 8 else "",
        )
        for (monday, first), (_, last) in zip(started, finished, strict=True)
    )
    return ChartPicture("semaines", PictureKind.WEEKS, "Semaine après semaine", sentence, ("Semaine", "Ont commencé", "Ont terminé"), rows, links=links)


def stops(places: Sequence[tuple[str, int]], to: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> ChartPicture | None:
    """`places`: (title of the element that comes next for people at a standstill, how many), the most frequent first."""
    if not places:
        return None
    title, most = places[0]
    first = [label for label, count in places if count == most]
    sentence = (
        f"On s’arrête autant devant « {' », « '.join(first)} » ({plural(most, 'personne')})."
        if len(first) > 1
        else f"On s’arrête le plus souvent devant « {title} » ({plural(most, 'personne')})."
    )
    rows = tuple(_count_row(label, count) for label, count in places)
    return ChartPicture(
        "arrets", PictureKind.BARS, "Où l’on s’arrête", sentence, ("Élément à faire ensuite", "Personnes à l’arrêt"), rows, links=tuple(to.items())
    )


def _count_row(label: str, count: int) -> PictureRow:
    return PictureRow(label, (Decimal(count),), (number(count),))


def percent(value: Decimal) -> str:
    return f"{number(float(value), 1)} %"
