"""The pictures of a report: a title, a sentence and rows, which the drawing, its table and the printed report share; and their SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct

from app.content.figures.bars import Bars
from app.content.figures.drawing import draw
from app.content.figures.figure import (
    FILLS,
    LEADING,
    NARROW_WIDTH,
    Drawing,
    Figure,
    FigureItem,
    cut_into_lines,
    label,
    labels,
    markup,
    patterned_rectangle,
    patterns,
    svg,
    table,
)
from app.platform.errors import DomainError
from app.platform.french import NARROW, SHORT_MONTHS, agree, french, french_date, number, plural
from app.reporting.scope_rules import SITUATION_WORDS, SMALL, ModuleState, PathSituation

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
        "arrets", PictureKind.BARS, "Où l’on s’arrête", sentence, ("Étape à faire ensuite", "Personnes à l’arrêt"), rows, links=tuple(to.items())
    )


def _count_row(label: str, count: int) -> PictureRow:
    return PictureRow(label, (Decimal(count),), (number(count),))


def percent(value: Decimal) -> str:
    return f"{number(float(value), 1)} %"


# --- Drawing a picture ---
# SVG without inline style, whose parts differ by pattern and by word, then the same data as a table.

BARS = Bars()
BAR, LEGEND = 30, 24
"""Heights of the bar that is shared out, and of a line of its legend."""
PANEL, TITLE, AXIS = 72, 30, 24
"""Heights, for the weeks: of a panel's columns, of its title, of the months below."""


def draw_picture(picture: ChartPicture) -> Markup:
    if picture.kind == PictureKind.BARS:
        return draw(_figure(picture), picture.id)
    drawing = _drawing(picture)
    return markup(
        '<figure class="chart chart-{kind}" aria-label="{title}">\n<figcaption>{title}</figcaption>\n{svg}{table}</figure>\n',
        kind=picture.kind.value,
        title=french(picture.title),
        svg=svg(picture.id, NARROW_WIDTH, drawing, picture.title, picture.description),
        table=table(picture.title, picture.columns, [(row.label, *row.texts) for row in picture.rows]),
    )


def _figure(picture: ChartPicture) -> Figure:
    items = tuple(FigureItem(row.label, row.texts[0], (row.values[0],)) for row in picture.rows)
    return Figure("barres", picture.title, items, columns=picture.columns, full=picture.full)


def _drawing(picture: ChartPicture) -> Drawing:
    if picture.kind == PictureKind.BARS:
        return BARS.draw(_figure(picture), NARROW_WIDTH, picture.id)
    shapes, height = {PictureKind.SHARES: (_shares, _shares_height), PictureKind.WEEKS: (_weeks, _weeks_height)}[picture.kind]
    return Drawing(height(picture), (patterns(picture.id), *shapes(picture)))


INK, SOFT, RULE = "#17202e", "#505967", "#d9dbd5"
PRINTED = {
    "bar": f'fill="{INK}"',
    "outline": f'fill="#ffffff" stroke="{INK}"',
    "label": f'fill="{INK}"',
    "value": f'fill="{INK}" font-weight="600"',
    "track": f'fill="none" stroke="{RULE}"',
    "floor": f'stroke="{SOFT}"',
}
"""What the style sheet says of each class, as attributes: a document that the drawing is set in has no style sheet of ours."""
MARGIN, FOOT = 16, 34


def standalone(picture: ChartPicture, signed: str) -> str:
    """Draws a picture as a file of its own, with its title, author and date (`signed`) and description; no style, no script."""
    drawing = _drawing(picture)
    lines = cut_into_lines(french(picture.title), NARROW_WIDTH, strong=True)
    top = MARGIN + LEADING * len(lines) + 8
    width, height = NARROW_WIDTH + 2 * MARGIN, top + drawing.height + FOOT
    head = Markup("").join(labels(lines, MARGIN, MARGIN - 4, strong=True))
    foot = label(french(signed), MARGIN, height - 12)
    inside = markup('<g transform="translate({} {})">{}</g>', MARGIN, top, Markup("").join(drawing.shapes))
    ground = markup('<rect width="{}" height="{}" fill="#ffffff"/>', width, height)
    written = svg(picture.id, width, Drawing(height, (ground, head, inside, foot)), picture.title, picture.description)
    plain = re.sub(r'class="chart-(\w+)"', lambda found: PRINTED[found[1]], written)
    return plain.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" font-family="Arial, Helvetica, sans-serif"', 1)


# --- One bar, shared out ---


def _shares_height(picture: ChartPicture) -> int:
    return BAR + 10 + LEGEND * len(picture.rows)


def _shares(picture: ChartPicture) -> Iterator[Markup]:
    total, x = float(sum(row.values[0] for row in picture.rows)) or 1, 1.0
    for row, fill in zip(picture.rows, FILLS, strict=False):
        width = round(float(row.values[0]) / total * (NARROW_WIDTH - 2), 1)
        if width:
            yield patterned_rectangle(picture.id, fill, round(x, 1), 1, width, BAR - 2)
        x += width
    for place, (row, fill) in enumerate(zip(picture.rows, FILLS, strict=False)):
        y = BAR + 10 + LEGEND * place
        yield patterned_rectangle(picture.id, fill, 1, y + 2, 24, 14)
        yield markup(
            '<text class="chart-label" x="36" y="{}" font-size="13">{}{}: <tspan class="chart-value">{}</tspan></text>', y + 14, row.label, NARROW, row.texts[0]
        )


# --- A column a week ---


def _weeks_height(picture: ChartPicture) -> int:
    return (PANEL + TITLE) * (len(picture.columns) - 1) + AXIS


def _weeks(picture: ChartPicture) -> Iterator[Markup]:
    """Panels share their scale, so that they compare."""
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
