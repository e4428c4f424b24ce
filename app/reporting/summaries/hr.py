"""The file of an employer: a row a person and path, with SIRET, address, days, announced hours, result. For whoever was active within a period.

A SIRET is what the person's institution said when they signed in by it: nobody types one, so that it is empty for whoever has a password of this site.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from app.identity.models import Person
from app.identity.sign_in.institutions.models import IdentityLink
from app.platform.db import in_chunks
from app.platform.french import day_of, french_date
from app.record.figures.calculator import Enrolled
from app.record.progress import rules
from app.record.progress.models import EVERYTHING, MODULE, Attestation, ElementState, Enrolment
from app.record.progress.path_progress import element_of, minutes_of, moments, title_of
from app.record.progress.queries import STATE_COLUMNS, counting, state_value
from app.record.progress.rules import Progress
from app.reporting.grid.columns import SHORT_SIDES, day_if_any
from app.reporting.grid.columns import GridColumn as HrColumn
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PIECE, PeopleReport, ReportRow
from app.reporting.overview.aggregates import period_of
from app.reporting.scope.rules import SITUATION_WORDS, PathSituation
from app.reporting.summaries.funder import LEARNED


class PersonContact(Struct, frozen=True):
    """The contact and employer of a person, which no report row holds."""

    email: str
    siret: str = ""
    organisation: str = ""


class FollowedPath(Struct, frozen=True):
    """One person on one path, or on a module alone."""

    row: ReportRow
    known: PersonContact
    title: str
    enrolled_on: date | None
    first_at: datetime | None
    last_at: datetime | None
    completed_at: datetime | None
    progress: Progress
    minutes: int
    """Announced, of what was learned there; a waiver has no hour."""
    attested_at: datetime | None

    @property
    def result(self) -> PathSituation:
        if self.progress.finished:
            return PathSituation.FINISHED
        return PathSituation.STARTED if self.first_at else PathSituation.NOT_STARTED


COLUMNS: tuple[HrColumn[FollowedPath], ...] = (
    HrColumn(
        "SIRET",
        "De l’employeur, dit par l’institution qui ouvre le compte ; vide pour qui se connecte par un mot de passe.",
        lambda one: one.known.siret,
        width=16,
    ),
    HrColumn("Organisme", "Son nom, dit de la même façon.", lambda one: one.known.organisation, width=28),
    HrColumn("Employeur", "De qui la personne relève, si elle l’a dit.", lambda one: SHORT_SIDES[one.row.side] if one.row.side else "", width=18),
    HrColumn("Numéro", "Le numéro de la personne sur ce site : il distingue deux homonymes.", lambda one: one.row.id, width=9),
    HrColumn("Nom", "Le nom du compte.", lambda one: one.row.name, width=28),
    HrColumn("Courriel", "L’adresse du compte.", lambda one: one.known.email, width=34),
    HrColumn("Territoires", "Ceux auxquels la personne appartient le jour du fichier.", lambda one: one.row.places, width=28),
    HrColumn("Parcours", "Le parcours suivi, ou le module suivi en dehors d’un parcours : une ligne chacun.", lambda one: one.title, width=40),
    HrColumn("Inscription le", "Le jour de l’inscription à ce parcours.", lambda one: one.enrolled_on, width=14),
    HrColumn(
        "Premier acte", "Dans ce parcours : le jour de la première leçon ouverte ou du premier quiz commencé.", lambda one: day_if_any(one.first_at), width=14
    ),
    HrColumn("Dernier acte", "Dans ce parcours : le jour de la dernière activité enregistrée.", lambda one: day_if_any(one.last_at), width=14),
    HrColumn("Terminé le", "Le jour où le dernier élément demandé a été fait ; vide tant qu’il en reste.", lambda one: day_if_any(one.completed_at), width=14),
    HrColumn("Éléments faits", "Leçons et quiz terminés, validés ou dispensés.", lambda one: one.progress.done, width=14),
    HrColumn("Éléments demandés", "Ce que ce parcours demande à la personne.", lambda one: one.progress.required, width=14),
    HrColumn(
        "Heures annoncées",
        "La durée annoncée de ce qui est terminé, sans les dispenses : ce n’est pas un temps mesuré.",
        lambda one: (Decimal(one.minutes) / 60).quantize(Decimal("0.1")),
        width=14,
    ),
    HrColumn("Résultat", "Terminé, en cours ou pas commencé ; aucune note ne figure dans ce fichier.", lambda one: SITUATION_WORDS[one.result], width=14),
    HrColumn(
        "Attestation le",
        "Le jour où l’attestation de ce parcours a été émise ; vide sans attestation, ou si elle est révoquée.",
        lambda one: day_if_any(one.attested_at),
        width=14,
    ),
)


def selection_words(report: PeopleReport) -> str:
    """What was chosen and when, in words."""
    since, until = period_of(report.filter, report.scope.on)
    chosen = filter_words(report, ordered=False) or "toutes les personnes"
    return f"{chosen}, actives du {french_date(since)} au {french_date(until)}"


def rows(report: PeopleReport, people: Sequence[int]) -> Iterator[FollowedPath]:
    """Some people at a time: memory does not grow with their number."""
    for part in in_chunks(people, PIECE):
        record = _Record(report, part)
        for row in report.everything(people=part):
            yield from record.of(row)


class _Record:
    """Of some people, all that their rows need: five SELECTs."""

    def __init__(self, report: PeopleReport, people: Collection[int]) -> None:
        self.report = report
        session = report.session
        addresses = select(Person.id, Person.email).where(Person.id.in_(people))
        self.known = {number: PersonContact(email) for number, email in session.execute(addresses)}
        links = select(IdentityLink.person_id, IdentityLink.siret, IdentityLink.organisation).where(
            IdentityLink.person_id.in_(people), IdentityLink.siret != ""
        )
        for number, siret, organisation in session.execute(links.order_by(IdentityLink.last_at)):
            self.known[number] = PersonContact(self.known[number].email, siret, organisation)
        self.enrolments: dict[int, list[Enrolled]] = {}
        enrolled = select(Enrolment.person_id, Enrolment.path_id, Enrolment.enrolled_at, Enrolment.pins).where(Enrolment.person_id.in_(people))
        for number, path_id, at, pins in session.execute(enrolled.order_by(Enrolment.id)):
            self.enrolments.setdefault(number, []).append(Enrolled(path_id, at, pins))
        self.done: dict[int, list[Any]] = {}
        for state in session.execute(select(ElementState.person_id, *STATE_COLUMNS).where(ElementState.person_id.in_(people))):
            self.done.setdefault(state.person_id, []).append(state)
        held = select(Attestation.person_id, Attestation.subject_id, Attestation.issued_at)
        found = session.execute(held.where(Attestation.person_id.in_(people), Attestation.revoked_at.is_(None)))
        self.attested = {(number, subject): at for number, subject, at in found}

    def of(self, row: ReportRow) -> Iterator[FollowedPath]:
        """Whoever did something without having joined anything stands on the path of newcomers."""
        mine = self.enrolments.get(row.id) or [self.report.calculator.newcomer]
        chosen = counting(mine, self.report.calculator.paths)  # whose figures are stored
        return (self._followed(row, one, counts=one is chosen) for one in mine)

    def _followed(self, row: ReportRow, one: Enrolled, *, counts: bool) -> FollowedPath:
        subject = one.path_id.removeprefix(MODULE)
        pinned = {pin[0] for pin in one.pins}
        done = self.done.get(row.id, ())
        inside = [state for state in done if state.element_id in pinned]
        progress, completed_at = (row.figures.path, row.figures.completed_at) if counts else self._elsewhere(one, done)
        return FollowedPath(
            row=row,
            known=self.known[row.id],
            title=title_of(self.report.course, subject) or subject,
            enrolled_on=day_of(one.at) if row.id in self.enrolments else None,
            first_at=min((state.first_at for state in inside if state.first_at), default=None),
            last_at=max((state.last_at for state in inside if state.last_at), default=None),
            completed_at=completed_at if progress.finished else None,
            progress=progress,
            minutes=self._minutes(inside),
            attested_at=self.attested.get((row.id, subject)),
        )

    def _elsewhere(self, one: Enrolled, done: Sequence[Any]) -> tuple[Progress, datetime | None]:
        """Of a path that is not the one whose figures are stored: by the same rules."""
        states = {state.element_id: state_value(*state[1:]) for state in done}
        demands = self.report.calculator.demands
        pins, since = moments(one.pins), demands.get(EVERYTHING if one.path_id.startswith(MODULE) else one.path_id, {})
        return rules.progress_of(pins, since, states), rules.completed_on(pins, since, states)

    def _minutes(self, inside: Sequence[Any]) -> int:
        learned = (element_of(self.report.course, state.element_id) for state in inside if state.state in LEARNED)
        return sum(minutes_of(element) for element in learned if element)
