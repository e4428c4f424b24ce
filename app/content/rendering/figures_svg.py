"""Figures drawn as SVG, without inline style, each with its title, its description and the same data as a list or a table."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from markupsafe import Markup, escape

from app.content.text.figures import Figure, FigureItem, FigureKind
from app.french import NARROW, french

WIDTH = 360
"""Of every drawing, in its own units: about the width of the narrowest screen, so that its letters stay readable there."""
_LABEL_LETTERS = 46
"""Letters of a label that fit on one line of a drawing."""
_LINE, _BAR = 18, 16
"""Heights of a line of label and of a bar."""
_NUMBER_ROOM = 90
"""Kept free at the end of the longest bar, for its number."""
_YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?")


def draw(figure: Figure, identifier: str, heads: tuple[str, ...] = (), full: int = 0) -> Markup:
    """A `<figure>` whose ids begin with `identifier`, unique in the page.

    For bars: `heads` are those of the table, « Élément » and « Valeur » when not given; `full` is the value of a whole bar, the longest one's when 0.
    """
    drawing, equivalent = _chronology(figure, identifier) if figure.kind is FigureKind.CHRONOLOGY else _bars(figure, identifier, heads, full)
    caption = french(figure.title)
    if figure.unit:
        caption += f" (en {figure.unit})" if figure.unit[:1].isalpha() else f" ({figure.unit})"
    return Markup(
        '<figure class="chart chart-{kind}" role="group" aria-label="{caption}">\n<figcaption>{caption}</figcaption>\n{drawing}{equivalent}</figure>\n'
    ).format(kind="chronology" if figure.kind is FigureKind.CHRONOLOGY else "bars", caption=caption, drawing=drawing, equivalent=equivalent)


def _svg(identifier: str, height: int, title: str, description: str, shapes: Iterator[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{i}-title {i}-desc">'
        '<title id="{i}-title">{t}</title><desc id="{i}-desc">{d}</desc>{s}</svg>\n'
    ).format(w=WIDTH, h=height, i=identifier, t=french(title), d=french(description), s=Markup("").join(shapes))


# --- Bars ---


def _bars(figure: Figure, identifier: str, heads: tuple[str, ...], full: int) -> tuple[Markup, Markup]:
    rows = [(item, textwrap.wrap(french(item.label), _LABEL_LETTERS) or [""]) for item in figure.items]
    height = sum(len(lines) * _LINE + _BAR + 12 for _, lines in rows)
    description = "Barres horizontales : " + " ; ".join(f"{item.label}, {_with_unit(item, figure.unit)}" for item in figure.items) + "."
    default = ("Élément", f"Valeur ({figure.unit})" if figure.unit else "Valeur")
    return _svg(identifier, height, figure.title, description, _bar_shapes(figure, rows, full)), _bar_table(figure, heads or default)


def _bar_shapes(figure: Figure, rows: list[tuple[FigureItem, list[str]]], full: int) -> Iterator[Markup]:
    longest = full or max((item.value for item in figure.items), default=0) or 1
    y = 0
    for item, lines in rows:
        for line in lines:
            y += _LINE
            yield Markup('<text class="chart-label" x="0" y="{}" font-size="13">{}</text>').format(y - 5, line)
        width = max(1, round(float(item.value / longest) * (WIDTH - _NUMBER_ROOM)))
        if full:
            yield Markup('<rect class="chart-track" x="0.5" y="{}" width="{}" height="{}"/>').format(y + 0.5, WIDTH - _NUMBER_ROOM - 1, _BAR - 1)
        yield Markup('<rect class="chart-bar" x="0" y="{}" width="{}" height="{}"/>').format(y, width, _BAR)
        yield Markup('<text class="chart-value" x="{}" y="{}" font-size="13">{}</text>').format(
            (WIDTH - _NUMBER_ROOM if full else width) + 6, y + 13, _with_unit(item, figure.unit)
        )
        y += _BAR + 12


def _with_unit(item: FigureItem, unit: str) -> str:
    """The number as it was written, with a unit that is a sign; one in words is in the caption."""
    written = french(item.text)
    return f"{written}{NARROW}{unit}" if unit and not unit[0].isalpha() and unit not in written else written


def _bar_table(figure: Figure, heads: tuple[str, ...]) -> Markup:
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="number">{}</td></tr>\n').format(french(item.label), _with_unit(item, figure.unit))
        for item in figure.items
    )
    return Markup(
        '<details class="disclosure chart-data"><summary>Les mêmes données en tableau</summary>\n<table>\n<caption class="visually-hidden">{}</caption>\n'
        '<thead><tr><th scope="col">{}</th><th scope="col" class="number">{}</th></tr></thead>\n<tbody>\n{}</tbody></table></details>\n'
    ).format(french(figure.title), *heads, rows)


# --- Chronology ---


def _chronology(figure: Figure, identifier: str) -> tuple[Markup, Markup]:
    """The line of time to scale, where every date begins with a year, then the list, which says everything."""
    years = [_year(item.label) for item in figure.items]
    stops = Markup("").join(
        Markup('<li><span class="chart-date">{}</span> <span>{}</span></li>\n').format(french(item.label), french(item.text)) for item in figure.items
    )
    stop_list = Markup('<ol class="chart-stops">\n{}</ol>\n').format(stops)
    known = [year for year in years if year is not None]
    if len(known) < len(years) or len(set(known)) < 2:
        return Markup(""), stop_list
    description = f"Ligne du temps de {int(min(known))} à {int(max(known))}, {len(known)} repères ; la liste qui suit les donne."
    return _svg(identifier, 44, figure.title, description, _time_line(known)), stop_list


def _year(label: str) -> float | None:
    found = _YEAR.search(label)
    return int(found[1]) + (int(found[2]) - 1) / 12 if found and found[2] else float(found[1]) if found else None


def _time_line(years: list[float]) -> Iterator[Markup]:
    """An axis, a stop a date, and as many years in figures as there is room for, first and last always."""
    first, last = min(years), max(years)
    places = sorted({20 + round((year - first) / (last - first) * (WIDTH - 40)): int(year) for year in sorted(years, reverse=True)}.items())
    yield Markup('<line class="chart-axis" x1="20" y1="14" x2="{}" y2="14"/>').format(WIDTH - 20)
    for x, _ in places:
        yield Markup('<circle class="chart-stop" cx="{}" cy="14" r="5"/>').format(x)
    shown = -WIDTH
    for x, year in places:
        if x - shown >= 40 and (x == places[-1][0] or places[-1][0] - x >= 40):
            yield Markup('<text class="chart-label" x="{}" y="38" font-size="13" text-anchor="middle">{}</text>').format(x, escape(year))
            shown = x
