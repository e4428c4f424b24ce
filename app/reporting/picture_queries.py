"""What the pictures of some people need, counted from their lines; a mean is told for five people or more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from app.content.values import Course
from app.db import UtcDateTime
from app.identity.models import Person
from app.identity.territory_rules import Level
from app.learning.models import ElementState
from app.reporting import pictures
from app.reporting.lines import Line, Reader, conditions
from app.reporting.pictures import Picture
from app.reporting.reach import Reach
from app.reporting.rules import SMALL, Situation, hidden_groups, mean_percentage, per_week
from app.reporting.table import element_title
from app.web.templating import PARIS

WEEKS = 26
PLACES = 8
"""Elements where people stop that are told, the most frequent."""
ELSEWHERE = "Autres, ou sans territoire"


def pictures_of(reader: Reader, lines: Sequence[Line]) -> tuple[Picture, ...]:
    """One SELECT. Nothing is drawn of fewer than five people."""
    if len(lines) < SMALL:
        return ()
    found = (
        pictures.situations(Counter(line.situation for line in lines)),
        _by_module(reader, lines),
        _weeks(reader, lines),
        _by_territory(reader.reach, lines),
        _stops(reader.course, lines),
    )
    return tuple(picture for picture in found if picture is not None)


def _by_module(reader: Reader, lines: Sequence[Line]) -> Picture | None:
    """Each module over those whom it asks for something, if they are five."""
    means = {}
    for module in reader.calculator.modules:
        mean = mean_percentage(line.figures.modules[module] for line in lines if line.figures.modules[module].required)
        if mean is not None:
            means[reader.course.modules[module].title] = mean
    return pictures.modules(means)


def _by_territory(reach: Reach, lines: Sequence[Line]) -> Picture | None:
    """One level below the scope. Each person counts once, so that the groups share the whole out."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(_group(reach, line), []).append(line)
    hidden = hidden_groups({name: len(people) for name, people in groups.items()})
    means = {name: (mean_percentage(line.figures.path for line in people), len(people)) for name, people in sorted(groups.items()) if name not in hidden}
    return pictures.territories({name: (mean, people) for name, (mean, people) in means.items() if mean is not None}, len(hidden))


def _group(reach: Reach, line: Line) -> str:
    wanted = _parts(reach)
    for territory in line.territories:
        for above in reach.tree.ancestors(territory):
            if above.id in wanted:
                return reach.tree.path_name(above.id)
    return ELSEWHERE


def _parts(reach: Reach) -> frozenset[str]:
    """The territories that share the scope out: those given where there are several, else what lies directly below the one."""
    if len(reach.top) > 1:
        return frozenset(reach.top)
    roots = reach.top or tuple(node.id for node in reach.tree.nodes.values() if node.level == Level.REGION)
    return frozenset(child.id for root in roots for child in reach.tree.children(root))


def _weeks(reader: Reader, lines: Sequence[Line]) -> Picture:
    today = reader.now.astimezone(PARIS).date()
    finished = [line.figures.completed_at.astimezone(PARIS).date() for line in lines if line.figures.completed_at]
    return pictures.weeks(per_week(_first_days(reader, lines), today, WEEKS), per_week(finished, today, WEEKS))


def _first_days(reader: Reader, lines: Sequence[Line]) -> list[date]:
    kept = {line.id for line in lines}
    people = select(Person.id).where(*conditions(reader.reach, reader.asked))
    first = func.min(ElementState.first_at, type_=UtcDateTime())
    rows = reader.session.execute(select(ElementState.person_id, first).where(ElementState.person_id.in_(people)).group_by(ElementState.person_id))
    return [moment.astimezone(PARIS).date() for person_id, moment in rows if moment and person_id in kept]


def _stops(course: Course, lines: Sequence[Line]) -> Picture | None:
    """The next element of those at a standstill, if they are five."""
    stuck = [line.figures.next_id for line in lines if line.situation == Situation.STUCK and line.figures.next_id]
    if len(stuck) < SMALL:
        return None
    return pictures.stops([(element_title(course, element), count) for element, count in Counter(stuck).most_common(PLACES)])
