"""What the pictures of a population need, counted from its groups.

On the screen of whoever reads each name and its figures in the grid, a mean is told of anybody; in what travels, of five people or more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from app.learning.progress.rules import Progress
from app.reporting.grid.columns import element_title
from app.reporting.overview import charts
from app.reporting.overview.aggregates import PeopleGroup, Population, done_by_element, period_of
from app.reporting.overview.charts import ELSEWHERE, Picture
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import SMALL, ModuleState, Movement, PathSituation, hidden_groups, mean_percentage, module_state

PLACES = 8
"""Elements where people stop that are told, the most frequent."""


def pictures_of(population: Population, least: int = SMALL) -> tuple[Picture, ...]:
    """One SELECT, three of a module. Nothing is drawn of fewer than `least` people: five in what travels."""
    if population.total < max(1, least):
        return ()
    one_module = bool(population.report.filter.module)
    found = (
        _in_module(population) if one_module else charts.situations(population.by_situation, _to_situations(population.report.filter)),
        _by_element(population) if one_module else _by_module(population, least),
        charts.weeks(*population.weeks, to=_to_movement(population)),
        _by_territory(population, least),
        _stops(population, least),
    )
    return tuple(picture for picture in found if picture is not None)


def progress_of(group: PeopleGroup, module: str) -> Progress:
    """What the report is about: the module that is looked at, else the path."""
    return group.modules[module] if module else group.path


def shares(population: Population) -> Counter[Progress]:
    """How many people are where; those to whom the module asks nothing are left out."""
    module, people = population.report.filter.module, Counter[Progress]()
    for group in population.groups:
        progress = progress_of(group, module)
        people[progress] += group.people if progress.required or not module else 0
    return people


def _link(wanted: ReportFilter, **changes: object) -> dict[str, str]:
    return replace(wanted, **changes).of_people().fields()


def _to_situations(wanted: ReportFilter) -> Mapping[PathSituation, Mapping[str, str]]:
    return {one: _link(wanted, situation=one) for one in PathSituation}


def _to_movement(population: Population) -> tuple[Mapping[str, str], ...]:
    """None of a module: the grid knows when a path was begun and finished."""
    wanted = population.report.filter
    days = period_of(wanted, population.report.scope.on)
    return () if wanted.module else tuple(_link(wanted, movement=what, period=days) for what in Movement)


def _in_module(population: Population) -> Picture | None:
    """How many have finished the module, are in it, have done nothing there."""
    wanted, counts = population.report.filter, Counter[ModuleState]()
    for progress, people in shares(population).items():
        if state := module_state(progress):
            counts[state] += people
    title = population.report.course.modules[wanted.module].title
    return charts.module_shares(title, counts, {one: _link(wanted, module_state=one) for one in charts.MODULE_ORDER})


def _by_element(population: Population) -> Picture | None:
    report, done = population.report, done_by_element(population.report)
    inside = report.course.elements_of(report.course.modules[report.filter.module])
    return charts.elements(
        [(element_title(report.course, element), done.get(element, 0)) for element in inside], shares(population).total(), _link(report.filter)
    )


def _by_module(population: Population, least: int) -> Picture | None:
    """Each module over those whom it asks for something, if they are enough."""
    means, links, alike = {}, {}, population.by_modules
    for module in population.report.calculator.modules:
        people: Counter[Progress] = Counter()
        for modules, count in alike:
            people[modules[module]] += count if modules[module].required else 0
        mean = mean_percentage(people, least)
        if mean is not None:
            title = population.report.course.modules[module].title
            means[title], links[title] = mean, _link(population.report.filter, module=module)
    return charts.modules(means, links)


def _by_territory(population: Population, least: int) -> Picture | None:
    """One level below the scope, or below the territory that is looked at. Each person counts once, so that the parts share the whole out."""
    report = population.report
    scope, wanted = report.scope, _parts(report.scope, report.filter.territory)
    places = {together: _part(scope, wanted, together) for together in {group.territories for group in population.groups}}
    parts: defaultdict[str, Counter[Progress]] = defaultdict(Counter)
    for group in population.groups:
        progress = progress_of(group, report.filter.module)
        parts[places[group.territories]][progress] += group.people if progress.required or not report.filter.module else 0
    sizes = {name: people.total() for name, people in parts.items()}
    hidden = hidden_groups(sizes) if least >= SMALL else frozenset[str]()
    names = {node: scope.tree.path_name(node) if node else ELSEWHERE for node in sizes}
    means = {node: (mean_percentage(parts[node], least), sizes[node]) for node in sorted(parts, key=names.__getitem__) if node not in hidden}
    told = {names[node]: (mean, people) for node, (mean, people) in means.items() if mean is not None}
    links = {names[node]: _link(report.filter, territory=node) for node in means if node and node in (scope.territories or scope.tree.nodes)}
    return charts.territories(told, len(hidden), links)


def _part(scope: ReportScope, wanted: frozenset[str], places: Iterable[str]) -> str:
    """The id of the part where somebody counts; empty elsewhere."""
    for territory in places:
        for above in scope.tree.ancestors(territory):
            if above.id in wanted:
                return above.id
    return ""


def _parts(scope: ReportScope, territory: str) -> frozenset[str]:
    """The territories that share the whole out: those given where there are several, else what lies directly below the one."""
    if territory:
        return frozenset(child.id for child in scope.tree.children(territory))
    if len(scope.top) > 1:
        return frozenset(scope.top)
    roots = scope.top or scope.tree.roots
    return frozenset(child.id for root in roots for child in scope.tree.children(root))


def _stops(population: Population, least: int) -> Picture | None:
    """The next element of those at a standstill, if they are enough."""
    report = population.report
    inside = report.course.elements_of(report.course.modules[report.filter.module]) if report.filter.module else None
    stuck: Counter[str] = Counter()
    for group in population.groups:
        if group.stuck and group.next_id and (inside is None or group.next_id in inside):
            stuck[group.next_id] += group.stuck
    if not stuck or stuck.total() < least:
        return None
    most = sorted(stuck.items(), key=lambda item: (-item[1], item[0]))[:PLACES]
    links = {element_title(report.course, element): _link(report.filter, situation=PathSituation.STUCK, next_id=element, module="") for element, _ in most}
    return charts.stops([(element_title(report.course, element), count) for element, count in most], links)
