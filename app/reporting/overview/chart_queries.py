"""What the pictures of a population need, counted from its groups.

A mean is told of five people or more, nowhere of fewer. On the screen of whoever reads each name in the grid, where the few stand is said; what travels is silent of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from app.record.progress.rules import Progress
from app.reporting.grid.columns import element_title
from app.reporting.overview import charts
from app.reporting.overview.aggregates import PeopleGroup, Population, done_by_element, period_of, situations_of
from app.reporting.overview.charts import ELSEWHERE, SHARE_ORDER, ChartPicture, FewPeople, standing_words
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import SITUATION_WORDS, SMALL, ModuleState, Movement, PathSituation, hidden_groups, mean_percentage, module_state

PLACES = 8
"""Elements where people stop that are told, the most frequent."""


def pictures_of(population: Population, *, on_screen: bool = False) -> tuple[ChartPicture, ...]:
    """One SELECT, three of a module. Off the screen, nothing is drawn of fewer than five people."""
    if population.total < (1 if on_screen else SMALL):
        return ()
    one_module = bool(population.report.filter.module)
    found = (
        _in_module(population) if one_module else charts.situations(population.by_situation, _to_situations(population.report.filter)),
        _by_element(population) if one_module else _by_module(population, on_screen=on_screen),
        charts.weeks(*population.weeks, to=_to_movement(population)),
        _by_territory(population, on_screen=on_screen),
        _stops(population, on_screen=on_screen),
    )
    return tuple(picture for picture in found if picture is not None)


def progress_of(group: PeopleGroup, module: str) -> Progress:
    """What the report is about: the module that is looked at, else the path."""
    return group.modules[module] if module else group.path


def shares(population: Population) -> Counter[Progress]:
    """How many people are where; those to whom the module asks nothing are left out."""
    return _shares_of(population.groups, population.report.filter.module)


def _shares_of(groups: Iterable[PeopleGroup], module: str) -> Counter[Progress]:
    people = Counter[Progress]()
    for group in groups:
        progress = progress_of(group, module)
        people[progress] += group.people if progress.required or not module else 0
    return people


IN_MODULE = {ModuleState.DONE: PathSituation.FINISHED, ModuleState.STARTED: PathSituation.STARTED, ModuleState.NOT_STARTED: PathSituation.NOT_STARTED}
"""A module that a few people have before them is told in the words of a path."""


def _standings_in_module(people: Mapping[Progress, int]) -> str:
    counts = Counter[PathSituation]()
    for progress, count in people.items():
        if state := module_state(progress):
            counts[IN_MODULE[state]] += count
    return _standings(counts)


def _standings(counts: Mapping[PathSituation, int]) -> str:
    return standing_words({SITUATION_WORDS[one]: counts[one] for one in SHARE_ORDER})


def _link(wanted: ReportFilter, **changes: object) -> dict[str, str]:
    return replace(wanted, **changes).of_people().fields()


def _to_situations(wanted: ReportFilter) -> Mapping[PathSituation, Mapping[str, str]]:
    return {one: _link(wanted, situation=one) for one in PathSituation}


def _to_movement(population: Population) -> tuple[Mapping[str, str], ...]:
    """None of a module: the grid knows when a path was begun and finished."""
    wanted = population.report.filter
    days = period_of(wanted, population.report.scope.on)
    return () if wanted.module else tuple(_link(wanted, movement=what, period=days) for what in Movement)


def _in_module(population: Population) -> ChartPicture | None:
    """How many have finished the module, are in it, have done nothing there."""
    wanted, counts = population.report.filter, Counter[ModuleState]()
    for progress, people in shares(population).items():
        if state := module_state(progress):
            counts[state] += people
    title = population.report.course.modules[wanted.module].title
    return charts.module_shares(title, counts, {one: _link(wanted, module_state=one) for one in charts.MODULE_ORDER})


def _by_element(population: Population) -> ChartPicture | None:
    report, done = population.report, done_by_element(population.report)
    inside = report.course.elements_of(report.course.modules[report.filter.module])
    return charts.elements(
        [(element_title(report.course, element), done.get(element, 0)) for element in inside], shares(population).total(), _link(report.filter)
    )


def _by_module(population: Population, *, on_screen: bool) -> ChartPicture | None:
    """Each module of the path over those whom it asks for something, if they are enough."""
    means, links, few, alike = {}, {}, [], population.by_modules
    for module in population.modules:
        people: Counter[Progress] = Counter()
        for modules, count in alike:
            people[modules[module]] += count if modules[module].required else 0
        mean, title, grid = mean_percentage(people), population.report.course.modules[module].title, _link(population.report.filter, module=module)
        if mean is not None:
            means[title], links[title] = mean, grid
        elif on_screen and people.total():
            few.append(FewPeople(title, _standings_in_module(people), grid))
    return charts.modules(means, links, few)


def _by_territory(population: Population, *, on_screen: bool) -> ChartPicture | None:
    """One level below the scope, or below the territory that is looked at. Each person counts once, so that the parts share the whole out."""
    report = population.report
    scope, module, wanted = report.scope, report.filter.module, _parts(report.scope, report.filter.territory)
    places = {together: _part(scope, wanted, together) for together in {group.territories for group in population.groups}}
    parts: defaultdict[str, list[PeopleGroup]] = defaultdict(list)
    for group in population.groups:
        parts[places[group.territories]].append(group)
    people = {node: _shares_of(groups, module) for node, groups in parts.items()}
    hidden = frozenset[str]() if on_screen else hidden_groups({node: there.total() for node, there in people.items()})
    names = {node: scope.tree.path_name(node) if node else ELSEWHERE for node in parts}
    grids = {node: _link(report.filter, territory=node) for node in parts if node and node in (scope.territories or scope.tree.nodes)}
    means, few = {}, []
    for node in sorted(parts.keys() - hidden, key=names.__getitem__):
        mean, there = mean_percentage(people[node]), people[node].total()
        if mean is not None:
            means[names[node]] = mean, there
        elif there:
            standing = _standings_in_module(people[node]) if module else _standings(situations_of(parts[node]))
            few.append(FewPeople(names[node], standing, grids.get(node)))
    return charts.territories(means, len(hidden), {names[node]: grid for node, grid in grids.items() if names[node] in means}, few)


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


def _stops(population: Population, *, on_screen: bool) -> ChartPicture | None:
    """The next element of those at a standstill, if they are enough."""
    report = population.report
    inside = report.course.elements_of(report.course.modules[report.filter.module]) if report.filter.module else None
    stuck: Counter[str] = Counter()
    for group in population.groups:
        if group.stuck and group.next_id and (inside is None or group.next_id in inside):
            stuck[group.next_id] += group.stuck
    if stuck.total() < (1 if on_screen else SMALL):
        return None
    most = sorted(stuck.items(), key=lambda item: (-item[1], item[0]))[:PLACES]
    links = {element_title(report.course, element): _link(report.filter, situation=PathSituation.STUCK, next_id=element, module="") for element, _ in most}
    return charts.stops([(element_title(report.course, element), count) for element, count in most], links)
