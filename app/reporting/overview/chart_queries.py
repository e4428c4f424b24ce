"""What the pictures of a population need, counted from its groups; a mean is told for five people or more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from app.identity.rules import Level
from app.learning.progress.rules import Progress
from app.reporting.grid.columns import element_title
from app.reporting.overview import charts
from app.reporting.overview.aggregates import Population, weeks_of
from app.reporting.overview.charts import Picture
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import SMALL, PathSituation, hidden_groups, mean_percentage

PLACES = 8
"""Elements where people stop that are told, the most frequent."""
ELSEWHERE = "Autres, ou sans territoire"


def pictures_of(population: Population) -> tuple[Picture, ...]:
    """One SELECT. Nothing is drawn of fewer than five people."""
    if population.total < SMALL:
        return ()
    found = (
        charts.situations(population.by_situation),
        _by_module(population),
        charts.weeks(*weeks_of(population.report)),
        _by_territory(population),
        _stops(population),
    )
    return tuple(picture for picture in found if picture is not None)


def _by_module(population: Population) -> Picture | None:
    """Each module over those whom it asks for something, if they are five."""
    means = {}
    for module in population.report.calculator.modules:
        people: Counter[Progress] = Counter()
        for group in population.groups:
            people[group.modules[module]] += group.people if group.modules[module].required else 0
        mean = mean_percentage(people)
        if mean is not None:
            means[population.report.course.modules[module].title] = mean
    return charts.modules(means)


def _by_territory(population: Population) -> Picture | None:
    """One level below the scope. Each person counts once, so that the parts share the whole out."""
    scope = population.report.scope
    wanted = _parts(scope)
    names = {places: _part(scope, wanted, places) for places in {group.territories for group in population.groups}}
    parts: defaultdict[str, Counter[Progress]] = defaultdict(Counter)
    for group in population.groups:
        parts[names[group.territories]][group.path] += group.people
    sizes = {name: people.total() for name, people in parts.items()}
    hidden = hidden_groups(sizes)
    means = {name: (mean_percentage(people), sizes[name]) for name, people in sorted(parts.items()) if name not in hidden}
    return charts.territories({name: (mean, people) for name, (mean, people) in means.items() if mean is not None}, len(hidden))


def _part(scope: ReportScope, wanted: frozenset[str], places: Iterable[str]) -> str:
    for territory in places:
        for above in scope.tree.ancestors(territory):
            if above.id in wanted:
                return scope.tree.path_name(above.id)
    return ELSEWHERE


def _parts(scope: ReportScope) -> frozenset[str]:
    """The territories that share the scope out: those given where there are several, else what lies directly below the one."""
    if len(scope.top) > 1:
        return frozenset(scope.top)
    roots = scope.top or tuple(node.id for node in scope.tree.nodes.values() if node.level == Level.REGION)
    return frozenset(child.id for root in roots for child in scope.tree.children(root))


def _stops(population: Population) -> Picture | None:
    """The next element of those at a standstill, if they are five."""
    stuck: Counter[str] = Counter()
    for group in population.groups:
        if group.situation == PathSituation.STUCK and group.next_id:
            stuck[group.next_id] += group.people
    if stuck.total() < SMALL:
        return None
    most = sorted(stuck.items(), key=lambda item: (-item[1], item[0]))[:PLACES]
    return charts.stops([(element_title(population.report.course, element), count) for element, count in most])
