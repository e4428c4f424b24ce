"""What the pictures of a population need, counted from its groups.

A mean is given for five people or more, nowhere for fewer. On the screen of somebody who may read each name in the grid anyway, the few are shown by their state; what leaves the site leaves them out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from app.platform.errors import NotYours
from app.platform.french import french_date
from app.platform.web.edge import bounded_int
from app.record.progress.rules import Progress
from app.reporting.grid.columns import element_title
from app.reporting.overview import charts
from app.reporting.overview.aggregates import DayCounts, PeopleGroup, Population, situations_of
from app.reporting.overview.charts import ELSEWHERE, SHARE_ORDER, ChartPicture, FewPeople, ModuleStop, percent, standing_words
from app.reporting.scope import ReportScope
from app.reporting.scope_rules import SITUATION_WORDS, SMALL, ModuleState, Movement, PathSituation, hidden_groups, mean_percentage, module_state
from app.reporting.selection import ReportFilter


def pictures_of(population: Population, *, on_screen: bool = False) -> tuple[ChartPicture, ...]:
    """Four at most. Three SELECTs, the first time. Off the screen, nothing is drawn of fewer than five people."""
    if population.total < (1 if on_screen else SMALL):
        return ()
    before = population.levels.before
    found = (
        _standing(population),
        _by_module(population, on_screen=on_screen),
        charts.weeks(*population.weeks, before=(before.started, before.finished)),
        _by_territory(population, on_screen=on_screen),
    )
    return tuple(picture for picture in found if picture is not None)


def _standing(population: Population) -> ChartPicture:
    """Where people are at the end of the period."""
    wanted, levels, today = population.report.filter, population.levels, population.report.scope.on
    if levels.until == today:
        return charts.situations(population.by_situation, {one: _link(wanted, situation=one) for one in PathSituation})
    end = levels.end
    done = moved_until(wanted, Movement.FINISHED, levels.until)
    return charts.standing_on(levels.until, end.finished, end.going, end.enrolled - end.finished - end.going, done.fields() if done else None)


def shares(groups: Iterable[PeopleGroup]) -> Counter[Progress]:
    """How many people are where on the path."""
    people = Counter[Progress]()
    for group in groups:
        people[group.path] += group.people
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


def moved_until(wanted: ReportFilter, what: Movement, until: date | None, since: date | None = None) -> ReportFilter | None:
    """The filter of those who did it by a day; None where the filter asks about a movement itself: a list knows one."""
    return None if wanted.movement else replace(wanted, movement=what, period=(since, until))


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
    return charts.modules(means, links, few, _stops(population, on_screen=on_screen))


def _by_territory(population: Population, *, on_screen: bool) -> ChartPicture | None:
    """One level below the scope, or below the territory that is looked at. Each person counts once, so that the parts share the whole out."""
    report = population.report
    scope, wanted = report.scope, _parts(report.scope, report.filter.territory)
    places = {together: _part(scope, wanted, together) for together in {group.territories for group in population.groups}}
    parts: defaultdict[str, list[PeopleGroup]] = defaultdict(list)
    for group in population.groups:
        parts[places[group.territories]].append(group)
    people = {node: shares(groups) for node, groups in parts.items()}
    hidden = frozenset[str]() if on_screen else hidden_groups({node: there.total() for node, there in people.items()})
    names = {node: scope.tree.path_name(node) if node else ELSEWHERE for node in parts}
    grids = {node: _link(report.filter, territory=node) for node in parts if node and node in (scope.territories or scope.tree.nodes)}
    means, few = {}, []
    for node in sorted(parts.keys() - hidden, key=names.__getitem__):
        mean, there = mean_percentage(people[node]), people[node].total()
        if mean is not None:
            means[names[node]] = mean, there
        elif there:
            few.append(FewPeople(names[node], _standings(situations_of(parts[node])), grids.get(node)))
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


def _stops(population: Population, *, on_screen: bool) -> Mapping[str, ModuleStop] | None:
    """By title of a module, those whose next element is there and who are at a standstill; None where they are too few to be told."""
    course, wanted = population.report.course, population.report.filter
    stuck: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for group in population.groups:
        if group.stuck and group.next_id:
            stuck[_module_of(population, group.next_id)][group.next_id] += group.stuck
    if not on_screen and 0 < sum(each.total() for each in stuck.values()) < SMALL:
        return None
    found = {}
    for module, elements in stuck.items():
        element, most = min(elements.items(), key=lambda item: (-item[1], item[0]))
        grid = _link(wanted, situation=PathSituation.STUCK, next_id=element)
        title = course.modules[module].title if module else "étapes retirées du cours"
        found[title] = ModuleStop(elements.total(), element_title(course, element), most, grid)
    return found


def _module_of(population: Population, element: str) -> str:
    """The module where it stands today; empty for what was taken out of the course."""
    course = population.report.course
    return next((module for module in population.modules if element in course.elements_of(course.modules[module])), "")


# --- Two side by side ---
# Two territories, two cohorts, or one period and the one before. Each figure leads to its people where it can.

TERRITORY, COHORT, BEFORE = "t:", "c:", "p:"
"""Before an id, in the address (`?avec=`); the last is whole."""


class ComparedCell(NamedTuple):
    words: str
    share: float | None = None
    """In hundredths of those who are enrolled, to be drawn; None for what is no part of them, or of fewer than five people."""


class SideComparison(Struct, frozen=True):
    names: tuple[str, str]
    grids: tuple[Mapping[str, str] | None, Mapping[str, str] | None]
    rows: tuple[tuple[str, ComparedCell, ComparedCell], ...]
    """(what, of the first, of the second)."""


def other_filter(asked: str, wanted: ReportFilter, scope: ReportScope) -> ReportFilter | None:
    """Returns the filter of the territory or cohort to compare with; None if none is asked or the reader may not see it."""
    if asked in ("", BEFORE):
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
    cohorts = tuple((f"{COHORT}{number}", f"Cohorte « {name} »") for number, name in scope.cohorts.items())
    return ((BEFORE, "la période d’avant"), *places, *cohorts)


def side_name(scope: ReportScope, wanted: ReportFilter, whole: str) -> str:
    """« Nord, cohorte « printemps » »; `whole`: of everybody."""
    names = [scope.tree.path_name(wanted.territory)] if wanted.territory else []
    names += [f"cohorte « {scope.cohorts[wanted.cohort]} »"] if wanted.cohort is not None else []
    return ", ".join(names) or whole


def comparison(mine: Population, theirs: Population, whole: str) -> SideComparison:
    columns = [dict(_figures(each)) for each in (mine, theirs)]
    rows = tuple((words, columns[0][words], columns[1][words]) for words in columns[0])
    reports = [each.report for each in (mine, theirs)]
    first, second = (side_name(each.scope, each.filter, whole) for each in reports)
    return SideComparison((first, second), (_link(reports[0].filter), _link(reports[1].filter)), rows)


def with_the_period_before(population: Population) -> SideComparison:
    levels = population.levels
    first, second = (dict(_of_period(end, moved)) for end, moved in ((levels.end, levels.moved), (levels.start, levels.before)))
    names = tuple(f"du {french_date(since)} au {french_date(until)}" for since, until in ((levels.since, levels.until), levels.previous))
    return SideComparison((names[0], names[1]), (None, None), tuple((words, first[words], second[words]) for words in first))


def _of_period(end: DayCounts, moved: DayCounts) -> list[tuple[str, ComparedCell]]:
    return [
        ("Personnes inscrites à la fin", ComparedCell(str(end.enrolled))),
        ("Avaient commencé", _part_of(end.started, end.enrolled)),
        ("Avaient terminé", _part_of(end.finished, end.enrolled)),
        *_moves(moved),
    ]


def _moves(moved: DayCounts) -> list[tuple[str, ComparedCell]]:
    return [
        ("Ont commencé dans la période", ComparedCell(str(moved.started))),
        ("Ont terminé dans la période", ComparedCell(str(moved.finished))),
        ("Attestations de la période", ComparedCell(str(moved.attested))),
    ]


def _part_of(count: int, total: int) -> ComparedCell:
    """A share beside each count, since two sides are seldom of one size; none under five people."""
    return ComparedCell(f"{count} ({100 * count // total} %)", 100 * count / total) if total >= SMALL else ComparedCell(str(count))


def _figures(population: Population) -> list[tuple[str, ComparedCell]]:
    """Those of today, then of the period."""
    total, mean = population.total, mean_percentage(shares(population.groups))
    counts = [(SITUATION_WORDS[one].capitalize(), population.by_situation[one]) for one in PathSituation]
    return [
        ("Personnes inscrites", ComparedCell(str(total))),
        *((words, _part_of(count, total)) for words, count in (*counts, ("En retard", population.late))),
        ("Avancement moyen", ComparedCell(f"sans moyenne sous {SMALL} personnes") if mean is None else ComparedCell(percent(mean), float(mean))),
        *_moves(population.levels.moved),
    ]
