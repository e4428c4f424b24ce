"""The overview of a scope: counts, pictures, whom to call, and the map of the cités."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.models import Person, PersonRole, Scope
from app.identity.rules import TERRITORIAL, Level, Node
from app.platform.french import agree, french, plural
from app.platform.mail.outbox import reachable
from app.record.progress.due import Timeliness
from app.record.progress.models import Attestation, PersonFigures
from app.reporting.grid.queries import Menu, filter_in_words, menus
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview import chart_queries
from app.reporting.overview.aggregates import PeopleGroup, Population, period_of, population_of
from app.reporting.overview.chart_queries import SideComparison, pictures_of
from app.reporting.overview.charts import FewPeople, draw_picture
from app.reporting.scope import ReportScope, scope_words
from app.reporting.scope_rules import PathSituation
from app.reporting.selection import ReportFilter
from app.reporting.targets import TargetLine, targets
from app.reporting.week.calls import CallLine, first_calls
from app.reporting.week.rules import FIRST_CALLS

# --- The cités of a scope, by département ---
# Each with its state: whether somebody learns there, whether somebody has begun.

STATES = {"begun": "en chemin", "waiting": "pas encore commencé", "empty": "aucun inscrit"}


class MapTile(Struct, frozen=True):
    """One cité. Its state is no figure: with one or two people there, a figure would name them."""

    id: str
    name: str
    people: int
    words: str
    kind: str


class District(Struct, frozen=True):
    """One département. `id` places it on the schematic map."""

    id: str
    name: str
    tiles: tuple[MapTile, ...]


def districts(scope: ReportScope, groups: Sequence[PeopleGroup], below: str = "") -> tuple[District, ...]:
    """Returns the reader's districts, or for a trainer those of their people; only those below a territory, if one is given.

    Where there is but one cité, there is no map to draw: nothing.
    """
    there: dict[str, list[PeopleGroup]] = {}
    for group in groups:
        for territory in group.territories:
            there.setdefault(territory, []).append(group)
    seen = scope.territories or frozenset(there)
    if below:
        seen &= scope.tree.under([below])
    by_parent: dict[str, list[Node]] = {}
    for node in scope.tree.nodes.values():
        if node.level == Level.CITE and node.id in seen:
            by_parent.setdefault(node.parent_id or "", []).append(node)
    found = tuple(_district(scope, parent, nodes, there) for parent, nodes in by_parent.items())
    return found if sum(len(district.tiles) for district in found) > 1 else ()


WHOLE = frozenset({"tri", "module", "territoire", "parcours", "depuis", "jusque"})
"""Fields of a filter that leave nobody of a cité out: whoever learns there does, whatever the path."""


def districts_of(population: Population) -> tuple[District, ...]:
    """Returns the districts; none where a filter leaves people out, since their cité would look empty."""
    wanted = population.report.filter
    return () if wanted.fields().keys() - WHOLE else districts(population.report.scope, population.everywhere, wanted.territory)


def _district(scope: ReportScope, parent: str, nodes: Sequence[Node], there: Mapping[str, Sequence[PeopleGroup]]) -> District:
    above = scope.tree.nodes.get(parent)
    return District(parent, above.name if above else "", tuple(_tile(node, there.get(node.id, ())) for node in nodes))


def _tile(node: Node, there: Sequence[PeopleGroup]) -> MapTile:
    begun = any(group.waiting < group.people for group in there)
    kind = "begun" if begun else "waiting" if there else "empty"
    return MapTile(node.id, node.name, sum(group.people for group in there), STATES[kind], kind)


def map_sentence(shown: Sequence[District]) -> str:
    """The sentence above the map."""
    tiles = [tile for district in shown for tile in district.tiles]
    counts = {kind: sum(tile.kind == kind for tile in tiles) for kind in STATES}
    said = {
        "begun": f"{counts['begun']} {agree(counts['begun'], 'est', 'sont')} en chemin",
        "waiting": f"{counts['waiting']} {agree(counts['waiting'], 'a', 'ont')} des inscrits qui n’ont pas commencé",
        "empty": f"{counts['empty']} n’{agree(counts['empty'], 'a', 'ont')} aucun inscrit",
    }
    alike = next((kind for kind, count in counts.items() if count == len(tiles)), None)
    if alike:
        return {"begun": "sont toutes en chemin", "waiting": "ont toutes des inscrits, qui n’ont pas commencé", "empty": "n’ont aucun inscrit"}[alike].join(
            (f"Les {len(tiles)} cités ", ".")
        )
    return f"Sur {len(tiles)} cités, {', '.join(said[kind] for kind, count in counts.items() if count)}."


# --- The cités without anybody ---
# Each with whom to write to: who looks after it, or after the nearest territory above.


class CiteContact(Struct, frozen=True):
    id: int
    name: str
    email: str
    """Empty where they have none."""


class EmptyCite(Struct, frozen=True):
    name: str
    contacts: tuple[CiteContact, ...]
    at: str
    """The territory above which they look after; empty where it is the cité itself."""


def without_anybody(session: Session, scope: ReportScope, shown: Sequence[District]) -> tuple[EmptyCite, ...]:
    """One SELECT; none where each cité has somebody."""
    empty = [tile.id for district in shown for tile in district.tiles if tile.kind == "empty"]
    if not empty:
        return ()
    above = {node.id for cite in empty for node in scope.tree.ancestors(cite)}
    holds = select(PersonRole.person_id).where(PersonRole.person_id == Person.id, PersonRole.name.in_(TERRITORIAL)).exists()
    query = select(Scope.territory_id, Person.id, Person.name, Person.email).join(Person, Person.id == Scope.person_id)
    found: dict[str, list[CiteContact]] = {}
    for territory, number, name, email in session.execute(query.where(Scope.territory_id.in_(above), Person.active, holds).order_by(Person.search_key)):
        found.setdefault(territory, []).append(CiteContact(number, name, reachable(email)))
    return tuple(_cite(scope, cite, found) for cite in empty)


def _cite(scope: ReportScope, cite: str, found: Mapping[str, Sequence[CiteContact]]) -> EmptyCite:
    nearest = next((node for node in scope.tree.ancestors(cite) if node.id in found), None)
    name = scope.tree.path_name(cite)
    return EmptyCite(name, (), "") if nearest is None else EmptyCite(name, tuple(found[nearest.id]), "" if nearest.id == cite else nearest.name)


# --- `/pilotage`: one scope at a glance, or part of it over a period ---
# People are named where somebody should call them.
#
# Figures are of one path. A mean is given for five people or more; of fewer, the states.

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
    first, on_list = first_calls(report, FIRST_CALLS)
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
    fields, standing = wanted.fields(), "Le plus suivi" if wanted.path else f"Le plus suivi : {path}"
    asked = {menu.name: menu for menu in menus(report.course, report.scope, wanted, report.calculator.modules)}
    return OverviewChoice(
        menus=tuple(
            replace(asked[name], label=label, all=standing if name == "parcours" else asked[name].all) for name, label in ASKED.items() if name in asked
        ),
        others=chart_queries.choices(report.scope),
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
    wanted = chart_queries.other_filter(other, report.filter, report.scope)
    if wanted is None:
        return None
    beside = PeopleReport(report.session, report.course, report.scope, wanted, report.now)
    return chart_queries.comparison(population, population_of(beside), scope_words(report.scope))


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
