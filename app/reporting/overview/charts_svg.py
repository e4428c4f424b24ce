"""Pictures as `<figure>`: SVG without inline style whose parts differ by pattern and by word, then the same data as a table."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from app.content.rendering.figures_svg import WIDTH, draw
from app.content.text.figures import Figure, FigureItem, FigureKind
from app.french import NARROW, french
from app.reporting.overview.charts import Picture, PictureKind

_TEXT = Markup('<text class="chart-label" x="{}" y="{}" font-size="13">{}</text>')
_FILLS = ("solid", "stripes", "dots", "hollow")
_PATTERNS = Markup(
    '<defs><pattern id="{0}-stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="chart-bar" width="3" height="6"/></pattern>'
    '<pattern id="{0}-dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="chart-bar" cx="3" cy="3" r="1.5"/></pattern></defs>'
)
BAR, LEGEND = 30, 24
"""Heights of the bar that is shared out, and of a line of its legend."""
PANEL, TITLE, AXIS = 72, 30, 24
"""Heights, for the weeks: of a panel's columns, of its title, of the months below."""


def drawn(picture: Picture) -> Markup:
    if picture.kind == PictureKind.BARS:
        items = tuple(FigureItem(row.label, row.texts[0], row.values[0]) for row in picture.rows)
        return draw(Figure(FigureKind.BARS, picture.title, "", items), picture.id, picture.columns, picture.full)
    shapes, height = (_shares(picture), _shares_height(picture)) if picture.kind == PictureKind.SHARES else (_weeks(picture), _weeks_height(picture))
    return Markup(
        '<figure class="chart chart-{kind}" aria-label="{title}">\n<figcaption>{title}</figcaption>\n'
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{i}-title {i}-desc">'
        '<title id="{i}-title">{title}</title><desc id="{i}-desc">{desc}</desc>{shapes}</svg>\n{table}</figure>\n'
    ).format(
        kind=picture.kind.value,
        title=french(picture.title),
        w=WIDTH,
        h=height,
        i=picture.id,
        desc=french(picture.description),
        shapes=Markup("").join(shapes),
        table=_table(picture),
    )


def _table(picture: Picture) -> Markup:
    heads = [Markup('<th scope="col"{}>{}</th>').format(Markup(' class="number"') if place else "", head) for place, head in enumerate(picture.columns)]
    cell = Markup('<td class="number">{}</td>')
    rows = [Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(row.label, Markup("").join(cell.format(text) for text in row.texts)) for row in picture.rows]
    return Markup(
        '<details class="disclosure chart-data"><summary>Les mêmes données en tableau</summary>\n<table>\n<caption class="visually-hidden">{}</caption>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></details>\n"
    ).format(french(picture.title), Markup("").join(heads), Markup("").join(rows))


def _filled(picture: Picture, fill: str, x: float, y: float, width: float, height: float) -> Markup:
    """A rectangle: its pattern above its outline, so that it is seen where nothing is filled."""
    pattern = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="url(#{}-{})"/>').format(x, y, width, height, picture.id, fill)
    outline = Markup('<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}"/>').format("bar" if fill == "solid" else "outline", x, y, width, height)
    return outline + pattern if fill in ("stripes", "dots") else outline


# --- One bar, shared out ---


def _shares_height(picture: Picture) -> int:
    return BAR + 10 + LEGEND * len(picture.rows)


def _shares(picture: Picture) -> Iterator[Markup]:
    yield _PATTERNS.format(picture.id)
    total, x = float(sum(row.values[0] for row in picture.rows)) or 1, 1.0
    for row, fill in zip(picture.rows, _FILLS, strict=True):
        width = round(float(row.values[0]) / total * (WIDTH - 2), 1)
        if width:
            yield _filled(picture, fill, round(x, 1), 1, width, BAR - 2)
        x += width
    for place, (row, fill) in enumerate(zip(picture.rows, _FILLS, strict=True)):
        y = BAR + 10 + LEGEND * place
        yield _filled(picture, fill, 1, y + 2, 24, 14)
        yield Markup('<text class="chart-label" x="36" y="{}" font-size="13">{}{}: <tspan class="chart-value">{}</tspan></text>').format(
            y + 14, row.label, NARROW, row.texts[0]
        )


# --- A column a week ---


def _weeks_height(picture: Picture) -> int:
    return (PANEL + TITLE) * (len(picture.columns) - 1) + AXIS


def _weeks(picture: Picture) -> Iterator[Markup]:
    """Panels share their scale, so that they compare."""
    yield _PATTERNS.format(picture.id)
    longest = max((value for row in picture.rows for value in row.values), default=0) or 1
    for series, title in enumerate(picture.columns[1:]):
        top = (PANEL + TITLE) * series
        yield _TEXT.format(0, top + 19, title)
        yield from _columns(picture, series, top + TITLE, float(longest))
    yield from _months(picture, (PANEL + TITLE) * (len(picture.columns) - 1) + 15)


def _columns(picture: Picture, series: int, top: int, longest: float) -> Iterator[Markup]:
    step = WIDTH / len(picture.rows)
    numbered = all(len(row.texts[series]) <= 2 for row in picture.rows)
    most = max(range(len(picture.rows)), key=lambda place: picture.rows[place].values[series])
    for place, row in enumerate(picture.rows):
        height = round(float(row.values[series]) / longest * (PANEL - 16), 1)
        if height:
            left, y = round(place * step + 1.5, 1), round(top + PANEL - height, 1)
            yield _filled(picture, ("solid", "stripes")[series % 2], left, y, round(step - 3, 1), height)
            if numbered or place == most:
                yield Markup('<text class="chart-value" x="{}" y="{}" font-size="12" text-anchor="middle">{}</text>').format(
                    min(max(round((place + 0.5) * step, 1), 14), WIDTH - 14), y - 3, row.texts[series]
                )
    yield Markup('<line class="chart-floor" x1="0" y1="{0}" x2="{1}" y2="{0}"/>').format(top + PANEL, WIDTH)


def _months(picture: Picture, y: int) -> Iterator[Markup]:
    step = WIDTH / len(picture.rows)
    for place, row in enumerate(picture.rows):
        if row.mark and place * step < WIDTH - 40:
            yield _TEXT.format(round(place * step, 1), y, row.mark)
