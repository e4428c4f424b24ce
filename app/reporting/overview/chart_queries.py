"""What the pictures of a population need, counted from its groups.

A mean is given for five people or more, nowhere for fewer. On the screen of somebody who may read each name in the grid anyway, the few are shown by their state; what leaves the site leaves them out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from app.platform.errors import NotYours
from app.platform.web.edge import bounded_int
from app.record.progress.rules import Progress
from app.reporting.grid.columns import element_title
from app.reporting.overview import charts
from app.reporting.overview.aggregates import PeopleGroup, Population, period_of, situations_of
from app.reporting.overview.charts import ELSEWHERE, SHARE_ORDER, ChartPicture, FewPeople, percent, standing_words
from app.reporting.scope import ReportScope
from app.reporting.scope_rules import SITUATION_WORDS, SMALL, ModuleState, Movement, PathSituation, hidden_groups, mean_percentage, module_state
from app.reporting.selection import ReportFilter

PLACES = 8
"""Elements where people stop that are told, the most frequent."""


def pictures_of(population: Population, *, on_screen: bool = False) -> tuple[ChartPicture, ...]:
    """One SELECT, three of a module, the first time. Off the screen, nothing is drawn of fewer than five people."""
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
    report, done = population.report, population.elements
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


# --- Two territories, or two cohorts, side by side ---
# The same figures of both, each leading to its people.

TERRITORY, COHORT = "t:", "c:"
"""Before an id, in the address (`?avec=`)."""


class ComparedSide(Struct, frozen=True):
    name: str
    grid: Mapping[str, str]


class SideComparison(Struct, frozen=True):
    sides: tuple[ComparedSide, ComparedSide]
    rows: tuple[tuple[str, str, str], ...]
    """(what, of the first, of the second)."""


def other_filter(asked: str, wanted: ReportFilter, scope: ReportScope) -> ReportFilter | None:
    """Returns the filter of the territory or cohort to compare with; None if none is asked or the reader may not see it."""
    if not asked:
        return None
    kind, name = asked[:2], asked[2:]
    if kind == TERRITORY and name in (scope.territories or scope.tree.nodes):
        return replace(wanted, territory=name)
    if kind == COHORT and (number := _number(name)) in scope.cohorts:
        return replace(wanted, cohort=number)
    raise NotYours


def _number(text: str) -> int:
    try:
        return bounded_int(text)
    except ValueError:
        raise NotYours from None


def choices(scope: ReportScope) -> tuple[tuple[str, str], ...]:
    """The other sides that may be asked for. One territory alone is the whole of what its reader sees: beside itself it says nothing."""
    nodes = [node for node in scope.tree.nodes if node in (scope.territories or scope.tree.nodes)]
    places = tuple((f"{TERRITORY}{node}", scope.tree.path_name(node)) for node in nodes) if len(nodes) > 1 else ()
    return (*places, *((f"{COHORT}{number}", f"Cohorte « {name} »") for number, name in scope.cohorts.items()))


def side_name(scope: ReportScope, wanted: ReportFilter, whole: str) -> str:
    """« Nord, cohorte « printemps » »; `whole`: of everybody."""
    names = [scope.tree.path_name(wanted.territory)] if wanted.territory else []
    names += [f"cohorte « {scope.cohorts[wanted.cohort]} »"] if wanted.cohort is not None else []
    return ", ".join(names) or whole


def comparison(mine: Population, theirs: Population, whole: str) -> SideComparison:
    columns = [dict(_figures(each)) for each in (mine, theirs)]
    rows = tuple((words, columns[0][words], columns[1][words]) for words in columns[0])
    first, second = (ComparedSide(side_name(each.report.scope, each.report.filter, whole), each.report.filter.of_people().fields()) for each in (mine, theirs))
    return SideComparison((first, second), rows)


def _figures(population: Population) -> list[tuple[str, str]]:
    """A share beside each count, since the two are seldom of one size; under five people, who they are is said and no share of them."""
    total = population.total
    mean = mean_percentage(shares(population))
    counts = [(SITUATION_WORDS[one].capitalize(), population.by_situation[one]) for one in PathSituation]
    counts.append(("En retard", population.late))
    moved = [
        (words, sum(count for _, count in series))
        for words, series in zip(("Ont commencé dans la période", "Ont terminé dans la période"), population.weeks, strict=True)
    ]
    return [
        ("Personnes inscrites", str(total)),
        *((words, f"{count} ({100 * count // total} %)" if total >= SMALL else str(count)) for words, count in (*counts, *moved)),
        ("Avancement moyen", percent(mean) if mean is not None else f"sans moyenne sous {SMALL} personnes"),
    ]
