"""The pictures of a report: a title, a sentence and rows, which the screen, its tables and the printed report share; and the SVG of weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct

from app.content.figures.figure import NARROW_WIDTH, Drawing, label, markup, patterned_rectangle, patterns, svg
from app.platform.french import SHORT_MONTHS, agree, french_date, number, plural
from app.reporting.scope_rules import SITUATION_WORDS, SMALL, PathSituation

ELSEWHERE = "Autres, ou sans territoire"
"""Whoever belongs to no part: drawn, and set beside no territory in words."""


ONLY_FEW = f"Moins de {SMALL} personnes à chaque fois : où elles en sont est dit, sans moyenne."


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
    note: str = ""
    """What else is to know of it."""
    grid: Mapping[str, str] | None = None
    """The arguments of the grid's address that list its people; None where it has none."""
    note_grid: Mapping[str, str] | None = None
    """The same, of those of whom the note tells."""


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
    few: tuple[FewPeople, ...] = ()
    """Parts that are too small to be drawn, on the screen alone. Where all are, there are no rows."""

    @property
    def heads(self) -> list[str | list[str]]:
        """The heads of the table as templates write them: those of numbers in a list of one."""
        return [*self.columns[:1], *([name] for name in self.columns[1:])]

    @property
    def shares(self) -> tuple[float, ...]:
        """How long the bar of each row is, in hundredths of the whole: of what is shared out, or of the longest where no whole is said."""
        values = [row.values[0] for row in self.rows]
        whole = self.full or (sum(values, Decimal(0)) if self.kind == PictureKind.SHARES else max(values, default=Decimal(0))) or 1
        return tuple(round(float(value / whole) * 100, 1) for value in values)

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
    ended = plural(done, "personne a terminé", "personnes ont terminé") if done else "Personne n’a terminé"
    sentence = f"{ended} sur {number(total)} ; {plural(stuck, 'personne est', 'personnes sont')} à l’arrêt."
    rows = tuple(_count_row(SITUATION_WORDS[one].capitalize(), counts.get(one, 0), to.get(one)) for one in SHARE_ORDER)
    return _standing(sentence, rows)


def standing_on(day: date, finished: int, going: int, waiting: int, to: Mapping[str, str] | None = None) -> ChartPicture:
    """The same at the end of a day that is past, on which nobody knows any more who was at a standstill. `to`: the grid of those who had finished."""
    total = finished + going + waiting
    ended = plural(finished, "personne avait terminé", "personnes avaient terminé") if finished else "personne n’avait terminé"
    sentence = f"Le {french_date(day)}, {ended} sur {number(total)}."
    rows = (_count_row("Terminé", finished, to), _count_row("Commencé, pas terminé", going), _count_row("Pas commencé", waiting))
    return _standing(sentence, rows)


def _standing(sentence: str, rows: tuple[PictureRow, ...]) -> ChartPicture:
    return ChartPicture("situations", PictureKind.SHARES, "Où en sont les personnes", sentence, ("Situation", "Personnes"), rows)


def standing_words(counts: Mapping[str, int]) -> str:
    """« 3 personnes : 2 en cours, 1 terminé »."""
    there = [(words, count) for words, count in counts.items() if count]
    people = plural(sum(count for _, count in there), "personne")
    return f"{people} : {there[0][0] if len(there) == 1 else ', '.join(f'{count} {words}' for words, count in there)}"


class ModuleStop(Struct, frozen=True):
    """Those at a standstill in one module: how many, and before which element the most of them are."""

    people: int
    element: str
    most: int
    grid: Mapping[str, str]
    """The most of them."""

    @property
    def words(self) -> str:
        others = f", et {self.people - self.most} ailleurs dans ce module" if self.people > self.most else ""
        return f"{self.most} à l’arrêt devant « {self.element} »{others}"


def modules(
    means: Mapping[str, Decimal],
    to: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    few: Sequence[FewPeople] = (),
    stops: Mapping[str, ModuleStop] | None = None,
) -> ChartPicture | None:
    """`means`: title → mean share, in the path's order; only those that may be shown. `few`: those that are asked of a few people.

    `stops`: where people stop, by title; None where that may not be told.
    """
    there = stops or {}
    title, head = "Module par module", ("Module", "Avancement moyen", "À l’arrêt")
    if not means:
        return ChartPicture("modules", PictureKind.BARS, title, f"{_stop_words(stops)}{ONLY_FEW}", (), (), few=tuple(few)) if few else None
    rows = tuple(
        PictureRow(
            name,
            (mean,),
            (percent(mean), "–" if stops is None else number(there[name].people if name in there else 0)),
            note=there[name].words if name in there else "",
            grid=to.get(name),
            note_grid=there[name].grid if name in there else None,
        )
        for name, mean in means.items()
    )
    return ChartPicture("modules", PictureKind.BARS, title, f"{_stop_words(stops)}{_mean_words(means)}", head, rows, full=100, few=tuple(few))


def _stop_words(stops: Mapping[str, ModuleStop] | None) -> str:
    """Where people stop the most: what a drawing of modules is looked at for."""
    if not stops:
        return "" if stops is None else "Personne n’est à l’arrêt. "
    most = max(stop.people for stop in stops.values())
    first = [title for title, stop in stops.items() if stop.people == most]
    people = plural(most, "personne")
    if len(first) > 1:
        return f"On s’arrête autant dans « {' », « '.join(first)} » ({people}). "
    return f"On s’arrête le plus dans « {first[0]} » ({people}). "


def _mean_words(means: Mapping[str, Decimal]) -> str:
    first, last = max(means, key=lambda title: means[title]), min(means, key=lambda title: means[title])
    if len(means) == 1:
        return f"« {first} » : {percent(means[first])} en moyenne."
    if means[first] == means[last]:
        return f"Les {number(len(means))} modules en sont au même point ({percent(means[first])})."
    return f"« {first} » est le module le plus avancé ({percent(means[first])}), « {last} » le moins avancé ({percent(means[last])})."


def territories(
    means: Mapping[str, tuple[Decimal, int]], hidden: int, to: Mapping[str, Mapping[str, str]] = MappingProxyType({}), few: Sequence[FewPeople] = ()
) -> ChartPicture | None:
    """`means`: name → (mean share, people). `hidden`: how many territories are too small to be told; `few`: those that are, and told without a mean."""
    if len(means) + hidden + len(few) < 2 or not (means or few):
        return None
    if not means:
        return ChartPicture("territoires", PictureKind.BARS, "Territoire par territoire", ONLY_FEW, (), (), few=tuple(few))
    rows = tuple(PictureRow(f"{name} ({plural(people, 'personne')})", (mean,), (percent(mean),), grid=to.get(name)) for name, (mean, people) in means.items())
    head = ("Territoire", "Avancement moyen")
    sentence = " ".join(_of_territories(means, hidden))
    return ChartPicture("territoires", PictureKind.BARS, "Territoire par territoire", sentence, head, rows, full=100, few=tuple(few))


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


def weeks(started: Sequence[tuple[date, int]], finished: Sequence[tuple[date, int]], before: tuple[int, int]) -> ChartPicture:
    """Draws who started and who finished by week, over the same Mondays. `before`: how many did in the period before."""
    begun, done = sum(count for _, count in started), sum(count for _, count in finished)
    rows = tuple(
        PictureRow(
            f"Semaine du {french_date(monday)}",
            (Decimal(first), Decimal(last)),
            (number(first), number(last)),
            SHORT_MONTHS[monday.month - 1] if monday.day < 8 else "",
        )
        for (monday, first), (_, last) in zip(started, finished, strict=True)
    )
    sentence = movement_words((begun, done), before)
    return ChartPicture("semaines", PictureKind.WEEKS, "Semaine après semaine", sentence, ("Semaine", "Ont commencé", "Ont terminé"), rows)


def movement_words(moved: tuple[int, int], before: tuple[int, int]) -> str:
    """(started, finished) in a period and in the one before it, and what that comes to where both go the same way."""
    begun, done = moved
    ended = f"{done} {agree(done, 'a terminé', 'ont terminé')}" if done else "aucune n’a terminé"
    told = f"{plural(begun, 'personne a commencé', 'personnes ont commencé')} et {ended}"
    drifts = {begun - before[0], done - before[1]}
    if min(drifts) < 0 < max(drifts):
        return f"{told}, contre {before[0]} et {before[1]} dans la période précédente."
    verdict = "autant que" if drifts == {0} else "plus que" if max(drifts) > 0 else "moins que"
    return f"{told} : {verdict} dans la période précédente ({before[0]} et {before[1]})."


def _count_row(label: str, count: int, grid: Mapping[str, str] | None = None) -> PictureRow:
    return PictureRow(label, (Decimal(count),), (number(count),), grid=grid if count else None)


def percent(value: Decimal) -> str:
    return f"{number(float(value), 1)} %"


# --- A column a week ---
# SVG without inline style, whose series differ by pattern and by word.

PANEL, TITLE, AXIS = 72, 30, 24
"""Heights of a panel's columns, of its title, of the months below."""


def draw_weeks(picture: ChartPicture) -> Markup:
    """Panels share their scale, so that they compare."""
    drawing = Drawing((PANEL + TITLE) * (len(picture.columns) - 1) + AXIS, (patterns(picture.id), *_weeks(picture)))
    return svg(picture.id, NARROW_WIDTH, drawing, picture.title, picture.description)


def _weeks(picture: ChartPicture) -> Iterator[Markup]:
    longest = max((value for row in picture.rows for value in row.values), default=0) or 1
    for series, title in enumerate(picture.columns[1:]):
        top = (PANEL + TITLE) * series
        yield label(title, 0, top + 19)
        yield from _columns(picture, series, top + TITLE, float(longest))
    yield from _months(picture, (PANEL + TITLE) * (len(picture.columns) - 1) + 15)


def _columns(picture: ChartPicture, series: int, top: int, longest: float) -> Iterator[Markup]:
    step = NARROW_WIDTH / len(picture.rows)
    numbered = all(len(row.texts[series]) <= 2 for row in picture.rows)
    most = max(range(len(picture.rows)), key=lambda place: picture.rows[place].values[series])
    for place, row in enumerate(picture.rows):
        height = round(float(row.values[series]) / longest * (PANEL - 16), 1)
        if height:
            left, y = round(place * step + 1.5, 1), round(top + PANEL - height, 1)
            yield patterned_rectangle(picture.id, ("solid", "stripes")[series % 2], left, y, round(step - 3, 1), height)
            if numbered or place == most:
                yield markup(
                    '<text class="chart-value" x="{}" y="{}" font-size="12" text-anchor="middle">{}</text>',
                    min(max(round((place + 0.5) * step, 1), 14), NARROW_WIDTH - 14),
                    y - 3,
                    row.texts[series],
                )
    yield markup('<line class="chart-floor" x1="0" y1="{0}" x2="{1}" y2="{0}"/>', top + PANEL, NARROW_WIDTH)


def _months(picture: ChartPicture, y: int) -> Iterator[Markup]:
    step = NARROW_WIDTH / len(picture.rows)
    for place, row in enumerate(picture.rows):
        if row.mark and place * step < NARROW_WIDTH - 40:
            yield label(row.mark, round(place * step, 1), y)
