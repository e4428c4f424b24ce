"""Two territories, or two cohorts, side by side: the same figures of both, each leading to its people."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from app.platform.errors import NotYours
from app.platform.web.edge import bounded_int
from app.reporting.overview.aggregates import Population
from app.reporting.overview.chart_queries import shares
from app.reporting.overview.charts import percent
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import SITUATION_WORDS, SMALL, PathSituation, mean_percentage

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
