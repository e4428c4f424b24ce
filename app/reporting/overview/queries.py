"""« Bilan »: the figures of a scope over a period and their movement, four pictures, the cités without anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.identity.models import Person, PersonRole, Scope
from app.identity.rules import TERRITORIAL, Level
from app.platform.french import agree, plural
from app.platform.mail.outbox import reachable
from app.record.progress.due import Timeliness
from app.reporting.grid.queries import Menu, choices_in_words, menus
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview import chart_queries
from app.reporting.overview.aggregates import PeopleGroup, Population, period_of, population_of
from app.reporting.overview.chart_queries import SideComparison, moved_until, pictures_of
from app.reporting.overview.charts import ChartPicture, PictureKind, draw_weeks
from app.reporting.scope import ReportScope, scope_words
from app.reporting.scope_rules import Movement, PathSituation
from app.reporting.selection import LIST_FIELDS, ReportFilter
from app.reporting.targets import TargetLine, targets

# --- The cités of a scope ---
# Each with its state, which is no figure: with one or two people there, a figure would name them.


class CiteState(StrEnum):
    BEGUN = "begun"
    WAITING = "waiting"
    EMPTY = "empty"


def cites(scope: ReportScope, groups: Sequence[PeopleGroup], below: str = "") -> Mapping[str, CiteState]:
    """Returns the state of each cité of the reader, by id, or for a trainer of those of their people; only those below a territory, if one is given.

    One cité alone is the whole of what its reader sees: nothing.
    """
    there: dict[str, bool] = {}
    for group in groups:
        for territory in group.territories:
            there[territory] = there.get(territory, False) or group.waiting < group.people
    seen = scope.territories or frozenset(there)
    if below:
        seen &= scope.tree.under([below])
    found = {
        node.id: CiteState.EMPTY if node.id not in there else CiteState.BEGUN if there[node.id] else CiteState.WAITING
        for node in scope.tree.nodes.values()
        if node.level == Level.CITE and node.id in seen
    }
    return found if len(found) > 1 else {}


WHOLE = LIST_FIELDS | {"module", "territoire", "parcours", "depuis", "jusque"}
"""Fields of a filter that leave nobody of a cité out: whoever learns there does, whatever the path."""


def cites_of(population: Population) -> Mapping[str, CiteState]:
    """Returns the cités; none where a filter leaves people out, since their cité would look empty."""
    wanted = population.report.filter
    return {} if wanted.fields().keys() - WHOLE else cites(population.report.scope, population.everywhere, wanted.territory)


def cites_sentence(states: Collection[CiteState]) -> str:
    """« Sur 34 cités, 20 sont en chemin, 4 n’ont aucun inscrit. »; empty where there are none."""
    counts = {state: sum(each is state for each in states) for state in CiteState}
    said = {
        CiteState.BEGUN: f"{counts[CiteState.BEGUN]} {agree(counts[CiteState.BEGUN], 'est', 'sont')} en chemin",
        CiteState.WAITING: f"{counts[CiteState.WAITING]} {agree(counts[CiteState.WAITING], 'a', 'ont')} des inscrits qui n’ont pas commencé",
        CiteState.EMPTY: f"{counts[CiteState.EMPTY]} n’{agree(counts[CiteState.EMPTY], 'a', 'ont')} aucun inscrit",
    }
    everywhere = {
        CiteState.BEGUN: "sont toutes en chemin",
        CiteState.WAITING: "ont toutes des inscrits, qui n’ont pas commencé",
        CiteState.EMPTY: "n’ont aucun inscrit",
    }
    alike = next((state for state, count in counts.items() if states and count == len(states)), None)
    if alike:
        return f"Les {len(states)} cités {everywhere[alike]}."
    return f"Sur {len(states)} cités, {', '.join(said[state] for state, count in counts.items() if count)}." if states else ""


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


def without_anybody(session: Session, scope: ReportScope, states: Mapping[str, CiteState]) -> tuple[EmptyCite, ...]:
    """One SELECT; none where each cité has somebody. Nobody is told to write to themselves."""
    empty = [cite for cite, state in states.items() if state is CiteState.EMPTY]
    if not empty:
        return ()
    above = {node.id for cite in empty for node in scope.tree.ancestors(cite)}
    holds = select(PersonRole.person_id).where(PersonRole.person_id == Person.id, PersonRole.name.in_(TERRITORIAL)).exists()
    query = select(Scope.territory_id, Person.id, Person.name, Person.email).join(Person, Person.id == Scope.person_id)
    found: dict[str, list[CiteContact]] = {}
    for territory, number, name, email in session.execute(
        query.where(Scope.territory_id.in_(above), Person.active, holds, Person.id != scope.reader_id).order_by(Person.search_key)
    ):
        found.setdefault(territory, []).append(CiteContact(number, name, reachable(email)))
    return tuple(_cite(scope, cite, found) for cite in empty)


def _cite(scope: ReportScope, cite: str, found: Mapping[str, Sequence[CiteContact]]) -> EmptyCite:
    nearest = next((node for node in scope.tree.ancestors(cite) if node.id in found), None)
    name = scope.tree.path_name(cite)
    return EmptyCite(name, (), "") if nearest is None else EmptyCite(name, tuple(found[nearest.id]), "" if nearest.id == cite else nearest.name)


# --- `/pilotage/bilan`: one scope over a period ---
# Figures are of one path. A mean is given for five people or more; of fewer, the states.

IN_LINE, BEHIND = ("parcours", "territoire"), ("cohorte",)
"""The filters of the form, in sight and behind « Plus »; others that an address brings stay, and are said."""


class BilanFigure(Struct, frozen=True):
    value: int
    words: str
    moved: tuple[int, int] | None
    """Within the period, and within the one before; None where that is not known."""
    grid: Mapping[str, str] | None
    """The filter of the grid that lists them; None where it has no such filter."""
    moved_grid: Mapping[str, str] | None = None
    """The same, of those of the period."""

    @property
    def movement(self) -> str:
        """« +7 (+2 avant) »; empty where it is not known."""
        return f"{self.moved[0]:+} ({self.moved[1]:+} avant)" if self.moved else ""


class BilanChoice(Struct, frozen=True):
    """What the form shows."""

    menus: tuple[Menu, ...]
    more: tuple[Menu, ...]
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
    chips: tuple[tuple[str, Mapping[str, str]], ...]
    """(words, the address without it) of each choice."""


class BilanPage(Struct, frozen=True):
    scope: str
    path: str
    """Whose figures these are; empty where the course has but one path."""
    elsewhere: str
    """People of the same choice on other paths, in words; empty where there are none."""
    choice: BilanChoice
    period: tuple[date, date]
    scopeless: bool
    """A responsable without a territory is told so, and is given no figure unless they train a cohort."""
    nobody: bool
    """The report looks after no territory and trains no cohort: no section is shown."""
    figures: tuple[BilanFigure, ...]
    comparison: SideComparison | None
    targets: tuple[TargetLine, ...]
    pictures: tuple[ChartPicture, ...]
    weeks: Markup
    """The drawing of the picture of weeks."""
    cites: str
    empty: tuple[EmptyCite, ...]
    computed_at: datetime

    @property
    def contacts(self) -> tuple[int, ...]:
        """Returns the people named in the list of cités without learners."""
        return tuple(contact.id for cite in self.empty for contact in cite.contacts)


def bilan_page(session: Session, course: Course, scope: ReportScope, now: datetime, wanted: ReportFilter | None = None, other: str = "") -> BilanPage:
    """A dozen SELECTs besides those that a report begins with, whatever the size. A module chooses nobody, and is left to the grid."""
    report = PeopleReport(session, course, scope, replace(wanted or ReportFilter(), after="", columns=()), now)
    population = population_of(report)
    states, pictures = cites_of(population), pictures_of(population, on_screen=True)
    return BilanPage(
        scope=scope_words(scope),
        path=population.path_title,
        elsewhere=elsewhere_words(population.elsewhere) if population.elsewhere else "",
        choice=_choice(report, other, population.path_title),
        period=period_of(report.filter, scope.on),
        scopeless=scope.scopeless,
        nobody=scope.empty,
        figures=figures_of(population),
        comparison=_comparison(population, other),
        targets=targets(report),
        pictures=pictures,
        weeks=next((draw_weeks(picture) for picture in pictures if picture.kind == PictureKind.WEEKS), Markup()),
        cites=cites_sentence(states.values()),
        empty=without_anybody(session, scope, states),
        computed_at=now,
    )


def _choice(report: PeopleReport, other: str, path: str) -> BilanChoice:
    """`path`: whose figures are shown, where none is asked for."""
    wanted, misread = report.filter, dict(report.filter.misread)
    fields, standing = wanted.fields(), "Le plus suivi" if wanted.path else f"{path} (le plus suivi)"
    asked = {menu.name: menu for menu in menus(report.course, report.scope, wanted, report.calculator.modules)}
    if "parcours" in asked:
        asked["parcours"] = replace(asked["parcours"], all=standing)
    beside = chart_queries.choices(report.scope)
    chips = [(names, words) for names, words in choices_in_words(report.course, report.scope, replace(wanted, order="nom"))]
    kept_other = {"avec": other} if other else {}
    return BilanChoice(
        menus=tuple(asked[name] for name in IN_LINE if name in asked),
        more=tuple(asked[name] for name in BEHIND if name in asked),
        others=beside,
        other=other,
        fields=fields,
        kept={name: value for name, value in fields.items() if name not in (*IN_LINE, *BEHIND, "depuis", "jusque")},
        since=fields.get("depuis", misread.get("depuis", "")),
        until=fields.get("jusque", misread.get("jusque", "")),
        refusal=wanted.refusal,
        people=wanted.of_people().fields(),
        chips=(
            *((words, {name: value for name, value in (*fields.items(), *kept_other.items()) if name not in names}) for names, words in chips),
            *((f"à côté de : {words}", fields) for value, words in beside if value == other),
        ),
    )


def _comparison(population: Population, other: str) -> SideComparison | None:
    report = population.report
    if other == chart_queries.BEFORE:
        return chart_queries.with_the_period_before(population)
    wanted = chart_queries.other_filter(other, report.filter, report.scope)
    if wanted is None:
        return None
    beside = PeopleReport(report.session, report.course, report.scope, wanted, report.now)
    return chart_queries.comparison(population, population_of(beside), scope_words(report.scope))


def elsewhere_words(people: int) -> str:
    """Says how many people are left out of the figures because they follow another path."""
    return f"{plural(people, 'autre personne suit', 'autres personnes suivent')} un autre parcours, qui n’est pas compté ici."


def figures_of(population: Population) -> tuple[BilanFigure, ...]:
    """At the end of the period, each with what moved within it; whoever is late is known of today alone."""
    levels, wanted = population.levels, population.report.filter.of_people()
    end, moved, before, past = levels.end, levels.moved, levels.before, levels.until < population.report.scope.on
    opened = min(wanted.until or levels.until, levels.until)
    enrolled = replace(wanted, until=opened) if past else wanted
    newcomers = replace(wanted, since=max(wanted.since or levels.since, levels.since), until=opened)
    finished = moved_until(wanted, Movement.FINISHED, levels.until) if past else replace(wanted, situation=PathSituation.FINISHED)
    started = moved_until(wanted, Movement.STARTED, levels.until if past else None)
    begun, ended = (moved_until(wanted, what, levels.until, levels.since) for what in Movement)
    done = end.finished if past else population.by_situation[PathSituation.FINISHED]
    late = [] if past else [_figure(population.late, ("en retard",) * 2, replace(wanted, timeliness=Timeliness.LATE))]
    return (
        _figure(end.enrolled, ("personne inscrite", "personnes inscrites"), enrolled, (moved.enrolled, before.enrolled), newcomers),
        _figure(end.started, ("a commencé", "ont commencé"), started, (moved.started, before.started), begun),
        _figure(done, ("a terminé", "ont terminé"), finished, (moved.finished, before.finished), ended),
        *late,
        _figure(end.attested, ("attestation délivrée", "attestations délivrées"), None, (moved.attested, before.attested)),
    )


def _figure(
    value: int, words: tuple[str, str], people: ReportFilter | None, moved: tuple[int, int] | None = None, movers: ReportFilter | None = None
) -> BilanFigure:
    """The figure, the words that agree with it, what moved (in the period, in the one before), and what leads to its people and to those of the period."""
    return BilanFigure(value, agree(value, *words), moved, people.fields() if people else None, movers.fields() if movers else None)
