"""Pictures as `<figure>`: SVG without inline style whose parts differ by pattern and by word, then the same data as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from app.content.figures.drawing import draw
from app.content.figures.figure import Figure, FigureItem
from app.content.figures.kinds.bars import Bars
from app.content.figures.letters import LEADING, cut_into_lines
from app.content.figures.shapes import FILLS, Drawing, label, labels, markup, patterned_rectangle, patterns, svg
from app.content.figures.shapes import NARROW_WIDTH as WIDTH
from app.content.figures.words import table
from app.platform.french import NARROW, french
from app.reporting.overview.charts import ChartPicture, PictureKind

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
        svg=svg(picture.id, WIDTH, drawing, picture.title, picture.description),
        table=table(picture.title, picture.columns, [(row.label, *row.texts) for row in picture.rows]),
    )


def _figure(picture: ChartPicture) -> Figure:
    items = tuple(FigureItem(row.label, row.texts[0], (row.values[0],)) for row in picture.rows)
    return Figure("barres", picture.title, items, columns=picture.columns, full=picture.full)


def _drawing(picture: ChartPicture) -> Drawing:
    if picture.kind == PictureKind.BARS:
        return BARS.draw(_figure(picture), WIDTH, picture.id)
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
    lines = cut_into_lines(french(picture.title), WIDTH, strong=True)
    top = MARGIN + LEADING * len(lines) + 8
    width, height = WIDTH + 2 * MARGIN, top + drawing.height + FOOT
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
        width = round(float(row.values[0]) / total * (WIDTH - 2), 1)
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
    step = WIDTH / len(picture.rows)
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
                    min(max(round((place + 0.5) * step, 1), 14), WIDTH - 14),
                    y - 3,
                    row.texts[series],
                )
    yield markup('<line class="chart-floor" x1="0" y1="{0}" x2="{1}" y2="{0}"/>', top + PANEL, WIDTH)


def _months(picture: ChartPicture, y: int) -> Iterator[Markup]:
    step = WIDTH / len(picture.rows)
    for place, row in enumerate(picture.rows):
        if row.mark and place * step < WIDTH - 40:
            yield label(row.mark, round(place * step, 1), y)
