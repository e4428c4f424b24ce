"""The curve of what is kept, as an SVG with the same data as a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from markupsafe import Markup

from app.content.figures.shapes import NARROW_WIDTH as WIDTH
from app.content.figures.shapes import Drawing, label, markup, svg
from app.content.figures.words import table
from app.learner.review.curve import Point
from app.platform.french import day_and_month, french_date, plural

TITLE = "Questions que vous sauriez encore"
TOP, FLOOR, FOOT, LEFT = 24, 150, 176, 26
"""Of the plane in which the curve stands, of the days below it, and where it begins."""


def draw_curve(points: Sequence[Point], today: date) -> Markup:
    """`points` by their day, of which the last ones may be to come."""
    most = max((point.known for point in points), default=0) or 1
    places = [(_x(number, len(points)), _y(point.kept, most)) for number, point in enumerate(points)]
    now = next((number for number, point in enumerate(points) if point.on >= today), len(points) - 1)
    shapes = (*_plane(points, most), _line("link", places[: now + 1]), _line("dashed", places[now:]), *_marks(points, places, now))
    rows = [(french_date(point.on), f"{point.kept}", f"{point.known}") for point in points]
    return markup(
        '<figure class="chart" aria-label="{title}">\n<figcaption>{title}</figcaption>\n{svg}{table}</figure>\n',
        title=TITLE,
        svg=svg("memoire", WIDTH, Drawing(FOOT + 6, shapes), TITLE, described(points, today)),
        table=table(TITLE, ("Jour", "Sues, environ", "Déjà vues"), rows),
    )


def described(points: Sequence[Point], today: date) -> str:
    """The curve in sentences."""
    here = next((point for point in points if point.on >= today), points[-1])
    said = f"Aujourd’hui, vous sauriez répondre à environ {plural(here.kept, 'question')} sur {here.known} déjà vues."
    last = points[-1]
    return said if last.on <= today else f"{said} Sans rien réviser, il en resterait {last.kept} le {day_and_month(last.on)}."


def _x(number: int, count: int) -> float:
    return LEFT + number * (WIDTH - LEFT - 6) / max(1, count - 1)


def _y(kept: int, most: int) -> float:
    return FLOOR - kept * (FLOOR - TOP) / most


def _plane(points: Sequence[Point], most: int) -> Iterator[Markup]:
    yield label(str(most), 0, TOP + 5)
    yield label("0", 0, FLOOR + 4)
    yield markup('<path class="chart-axis" d="M{} {} H{}"/>', LEFT, FLOOR, WIDTH)


def _line(css: str, places: Sequence[tuple[float, float]]) -> Markup:
    if len(places) < 2:
        return Markup("")
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return markup('<path class="chart-{}" d="M{}"/>', css, path)


def _marks(points: Sequence[Point], places: Sequence[tuple[float, float]], now: int) -> Iterator[Markup]:
    x, y = places[now]
    yield markup('<circle class="chart-stop" cx="{}" cy="{}" r="4"/>', f"{x:.1f}", f"{y:.1f}")
    yield label(str(points[now].kept), min(x + 3, WIDTH - 20), max(y - 9, 13), strong=True)
    yield label(day_and_month(points[0].on), LEFT, FOOT)
    if WIDTH * 0.4 < x < WIDTH * 0.6:
        yield label("aujourd’hui", x, FOOT, anchor="middle")
    if len(points) > 1:
        yield label(day_and_month(points[-1].on), WIDTH, FOOT, anchor="end")
