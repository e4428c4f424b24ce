"""`/pilotage`: one scope at a glance. Averages are given for five people or more; people are named where somebody should call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import french
from app.learning.progress.models import Attestation, PersonFigures
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview.aggregates import Population, population_of
from app.reporting.overview.calls import Call, calls
from app.reporting.overview.chart_queries import pictures_of
from app.reporting.overview.charts_svg import drawn
from app.reporting.overview.map import District, districts, map_sentence
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import SMALL, PathSituation
from app.reporting.scope.selection import conditions


@dataclass(frozen=True, slots=True)
class CountLine:
    words: str
    value: int
    grid: Mapping[str, str] | None
    """The filter of the grid that lists them; None where it has no such filter."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture, drawn with its table."""

    id: str
    title: str
    sentence: str
    html: Markup


@dataclass(frozen=True, slots=True)
class OverviewPage:
    scope: str
    scopeless: bool
    """A responsable without a territory is told so, and is given no figure unless they train a cohort."""
    nobody: bool
    """The report looks after no territory and trains no cohort: no section is shown."""
    total: int
    counts: tuple[CountLine, ...]
    calls: tuple[Call, ...]
    pictures: tuple[ShownPicture, ...]
    """None below five people."""
    districts: tuple[District, ...]
    map_sentence: str
    smallest: int
    computed_at: datetime


def overview_page(session: Session, course: Course, scope: ReportScope, now: datetime) -> OverviewPage:
    """Four SELECTs besides those that a report begins with, whatever the size."""
    population = population_of(PeopleReport(session, course, scope, ReportFilter(), now))
    cites = districts(scope, population.groups)
    return OverviewPage(
        scope=scope_words(scope),
        scopeless=scope.scopeless,
        nobody=scope.empty,
        total=population.total,
        counts=_counts(population),
        calls=calls(population.report),
        pictures=tuple(ShownPicture(picture.id, picture.title, french(picture.sentence), drawn(picture)) for picture in pictures_of(population)),
        districts=cites,
        map_sentence=map_sentence(cites),
        smallest=SMALL,
        computed_at=now,
    )


def scope_words(scope: ReportScope) -> str:
    names = [scope.tree.path_name(node) for node in scope.top]
    names += [f"cohorte « {scope.cohorts[cohort]} »" for cohort in sorted(scope.training)]
    return "Tout le réseau" if scope.everybody else ", ".join(names) or "Aucun territoire ni cohorte ne vous est confié"


def _counts(population: Population) -> tuple[CountLine, ...]:
    words = {
        PathSituation.NOT_STARTED: "n’ont pas commencé",
        PathSituation.STARTED: "avancent",
        PathSituation.STUCK: "à l’arrêt depuis plus de 21 jours",
        PathSituation.FINISHED: "ont terminé",
    }
    situations = [CountLine(text, population.by_situation[situation], {"etat": situation.value}) for situation, text in words.items()]
    everybody = CountLine("personnes inscrites", population.total, {})
    spared = CountLine("dispensées d’une partie", sum(group.people for group in population.groups if group.path.waived), None)
    return (everybody, *situations, spared, CountLine("attestations délivrées", attestations(population.report), None))


def attestations(report: PeopleReport) -> int:
    """How many the people of a report hold."""
    holders = select(Attestation.id).join(PersonFigures, PersonFigures.person_id == Attestation.person_id).where(Attestation.revoked_at.is_(None))
    counted = holders.where(*conditions(report.scope, report.filter, report.now)).subquery()
    return report.session.scalar(select(func.count()).select_from(counted)) or 0
