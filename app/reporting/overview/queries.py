"""`/pilotage`: one scope at a glance, or part of it over a period. People are named where somebody should call them.

Figures are of one path. A mean is told of five people or more; of fewer, where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.letters.help import waiting_count
from app.platform.french import agree, capital, french, plural
from app.record.progress.due import Timeliness
from app.record.progress.models import Attestation, PersonFigures
from app.reporting.calls import queries as to_call
from app.reporting.calls.queries import CallLine
from app.reporting.calls.rules import FIRST_CALLS
from app.reporting.grid.queries import Menu, filter_in_words, menus
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview import compare
from app.reporting.overview.aggregates import Population, period_of, population_of
from app.reporting.overview.chart_queries import pictures_of
from app.reporting.overview.charts import FewPeople
from app.reporting.overview.charts_svg import draw_picture
from app.reporting.overview.compare import SideComparison
from app.reporting.overview.map import District, districts_of, map_sentence
from app.reporting.overview.nobody import EmptyCite, without_anybody
from app.reporting.overview.targets import TargetLine, targets
from app.reporting.scope.filters import ReportFilter
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import PathSituation

ASKED = MappingProxyType({"territoire": "Territoire", "cohorte": "Cohorte", "parcours": "Parcours", "module": "Module"})
"""The filters of the form; others that an address brings stay, and are said."""


class CountLine(Struct, frozen=True):
    words: str
    value: int
    grid: Mapping[str, str] | None
    """The filter of the grid that lists them; None where it has no such filter."""


class OverviewPicture(Struct, frozen=True):
    """A picture, drawn with its table, which is empty where all parts are too small, and where the people of its parts are listed."""

    id: str
    title: str
    sentence: str
    html: Markup
    links: tuple[tuple[str, Mapping[str, str]], ...]
    few: tuple[FewPeople, ...]
    travels: bool
    """It is drawn of people enough to be taken away as a file."""


class OverviewChoice(Struct, frozen=True):
    """What the form shows."""

    menus: tuple[Menu, ...]
    others: tuple[tuple[str, str], ...]
    """(value, words) of what this may be set beside."""
    other: str
    fields: Mapping[str, str]
    """The filter, as an address writes it."""
    kept: Mapping[str, str]
    """Of these, those that the form does not ask for."""
    since: str
    until: str
    refusal: str
    people: Mapping[str, str]
    """The same, for the lists of people."""
    words: str
    """The filter in words; empty without one."""
    filtered: bool


class OverviewPage(Struct, frozen=True):
    scope: str
    path: str
    """Whose figures these are; empty where the course has but one path."""
    elsewhere: str
    """People of the same choice on other paths, in words; empty where there are none."""
    choice: OverviewChoice
    period: tuple[date, date]
    scopeless: bool
    """A responsable without a territory is told so, and is given no figure unless they train a cohort."""
    nobody: bool
    """The report looks after no territory and trains no cohort: no section is shown."""
    total: int
    counts: tuple[CountLine, ...]
    calls: tuple[CallLine, ...]
    """The first."""
    to_call: int
    to_help: int
    """Answers to reminders that wait for this reader."""
    comparison: SideComparison | None
    targets: tuple[TargetLine, ...]
    pictures: tuple[OverviewPicture, ...]
    districts: tuple[District, ...]
    map_sentence: str
    empty: tuple[EmptyCite, ...]
    computed_at: datetime

    @property
    def contacts(self) -> tuple[int, ...]:
        """Returns the people named in the list of cités without learners."""
        return tuple(contact.id for cite in self.empty for contact in cite.contacts)


def overview_page(session: Session, course: Course, scope: ReportScope, now: datetime, wanted: ReportFilter | None = None, other: str = "") -> OverviewPage:
    """A dozen SELECTs besides those that a report begins with, whatever the size."""
    report = PeopleReport(session, course, scope, replace(wanted or ReportFilter(), after=""), now)
    population = population_of(report)
    first, on_list = to_call.first_calls(report, FIRST_CALLS)
    cites = districts_of(population)
    return OverviewPage(
        scope=scope_words(scope),
        path=population.path_title,
        elsewhere=elsewhere_words(population.elsewhere) if population.elsewhere else "",
        choice=_choice(report, other, population.path_title),
        period=period_of(report.filter, scope.on),
        scopeless=scope.scopeless,
        nobody=scope.empty,
        total=population.total,
        counts=_counts(population),
        calls=first,
        to_call=on_list,
        to_help=waiting_count(session, scope, scope.reader_id),
        comparison=_comparison(population, other),
        targets=targets(report),
        pictures=_shown_pictures(population),
        districts=cites,
        map_sentence=map_sentence(cites),
        empty=without_anybody(session, scope, cites),
        computed_at=now,
    )


def _shown_pictures(population: Population) -> tuple[OverviewPicture, ...]:
    """What is drawn on the screen may be drawn of too few people to travel: each picture says whether its file exists."""
    files = {picture.id for picture in pictures_of(population)}
    return tuple(
        OverviewPicture(
            picture.id,
            picture.title,
            french(picture.sentence),
            draw_picture(picture) if picture.rows else Markup(),
            picture.links,
            picture.few,
            picture.id in files,
        )
        for picture in pictures_of(population, on_screen=True)
    )


def _choice(report: PeopleReport, other: str, path: str) -> OverviewChoice:
    """`path`: whose figures are shown, where none is asked for."""
    wanted, misread = report.filter, dict(report.filter.misread)
    fields, standing = wanted.fields(), "Par défaut" if wanted.path else f"Par défaut : {path}"
    asked = {menu.name: menu for menu in menus(report.course, report.scope, wanted, report.calculator.modules)}
    return OverviewChoice(
        menus=tuple(
            replace(asked[name], label=label, all=standing if name == "parcours" else asked[name].all) for name, label in ASKED.items() if name in asked
        ),
        others=compare.choices(report.scope),
        other=other,
        fields=fields,
        kept={name: value for name, value in fields.items() if name not in (*ASKED, "depuis", "jusque")},
        since=fields.get("depuis", misread.get("depuis", "")),
        until=fields.get("jusque", misread.get("jusque", "")),
        refusal=wanted.refusal,
        people=wanted.of_people().fields(),
        words=", ".join(filter_in_words(report.course, report.scope, replace(wanted, order="nom", period=(None, None)))),
        filtered=bool(fields or other),
    )


def _comparison(population: Population, other: str) -> SideComparison | None:
    report = population.report
    wanted = compare.other_filter(other, report.filter, report.scope)
    if wanted is None:
        return None
    beside = PeopleReport(report.session, report.course, report.scope, wanted, report.now)
    return compare.comparison(population, population_of(beside), scope_words(report.scope))


def scope_words(scope: ReportScope) -> str:
    names = [scope.tree.path_name(node) for node in scope.top]
    names += [f"cohorte « {scope.cohorts[cohort]} »" for cohort in sorted(scope.training)]
    words = "Tout le réseau" if scope.everybody else ", ".join(names) or "Aucun territoire ni cohorte ne vous est confié"
    return capital(words)


def elsewhere_words(people: int) -> str:
    """Says how many people are left out of the figures because they follow another path."""
    return f"{plural(people, 'autre personne suit', 'autres personnes suivent')} un autre parcours, qui n’est pas compté ici."


def _counts(population: Population) -> tuple[CountLine, ...]:
    words = {
        PathSituation.NOT_STARTED: ("n’a pas commencé", "n’ont pas commencé"),
        PathSituation.STARTED: ("avance", "avancent"),
        PathSituation.STUCK: ("à l’arrêt depuis plus de 21 jours",) * 2,
        PathSituation.FINISHED: ("a terminé", "ont terminé"),
    }
    wanted, counted = population.report.filter.of_people(), population.by_situation
    everybody = _count(population.total, ("personne inscrite", "personnes inscrites"), wanted)
    situations = [_count(counted[one], said, replace(wanted, situation=one)) for one, said in words.items()]
    late = _count(population.late, ("en retard",) * 2, replace(wanted, timeliness=Timeliness.LATE))
    spared = _count(sum(group.people for group in population.groups if group.path.waived), ("dispensée d’une partie", "dispensées d’une partie"))
    return (everybody, *situations, late, spared, _count(attestations(population.report), ("attestation délivrée", "attestations délivrées")))


def _count(value: int, words: tuple[str, str], people: ReportFilter | None = None) -> CountLine:
    """The figure, the words that agree with it, and what leads to its people."""
    return CountLine(agree(value, *words), value, people.fields() if people else None)


def attestations(report: PeopleReport) -> int:
    """How many the people of a report hold."""
    holders = select(Attestation.id).join(PersonFigures, PersonFigures.person_id == Attestation.person_id).where(Attestation.revoked_at.is_(None))
    counted = holders.where(*report.conditions()).subquery()
    return report.session.scalar(select(func.count()).select_from(counted)) or 0
