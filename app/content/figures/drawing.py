"""A figure as HTML: its caption, its drawing, the same data in words."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from app.content.figures.figure import Figure
from app.content.figures.kinds.registry import KINDS
from app.content.figures.shapes import caption, markup, svg


def draw(figure: Figure, identifier: str, calls: Markup = Markup("")) -> Markup:  # noqa: B008 — frozen, and empty
    """A `<figure>` whose ids begin with `identifier`, unique in the page. `calls` are those of its notes."""
    kind = KINDS[figure.kind]
    return markup(
        '<figure class="chart chart-{kind}{both}" aria-label="{caption}">\n<figcaption>{caption}{calls}</figcaption>\n{drawn}{words}</figure>\n',
        kind=kind.css,
        both=" chart-both" if len(kind.widths) > 1 else "",
        caption=caption(figure),
        calls=calls,
        drawn=Markup("").join(_drawings(figure, identifier)),
        words=kind.words(figure),
    )


def _drawings(figure: Figure, identifier: str) -> Iterator[Markup]:
    """One, or two of which the style sheet shows that which the page has room for."""
    kind = KINDS[figure.kind]
    for width in kind.widths:
        css = "" if len(kind.widths) == 1 else "chart-narrow" if width == min(kind.widths) else "chart-wide"
        figure_id = f"{identifier}-{css.removeprefix('chart-')}" if css else identifier
        drawing = kind.draw(figure, width, figure_id)
        if drawing:
            yield svg(figure_id, width, drawing, figure.title, kind.describe(figure), css)
