"""Two files of a scope over a period: one for a funder, one for an employer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

from msgspec import Struct
from sqlalchemy import select

from app.content.values.paths import element_of, minutes_of
from app.identity.models import Person
from app.identity.sign_in.institution_accounts import IdentityLink
from app.learner.surveys.queries import QuestionResult, results
from app.platform.db import in_chunks
from app.platform.french import day_of, french_date, french_datetime
from app.platform.site import current_site, offers
from app.record.figures.calculator import StoredEnrolment
from app.record.progress import rules
from app.record.progress.models import EVERYTHING, MODULE, Attestation, ElementState, Enrolment, PersonFigures
from app.record.progress.path_progress import moments, title_of
from app.record.progress.queries import STATE_COLUMNS, counting, state_value
from app.record.progress.rules import Progress, ProgressState
from app.reporting import selection
from app.reporting.grid.columns import SHORT_SIDES, GridColumn, Row, day_if_any
from app.reporting.grid.exports import open_workbook, write_cells, write_texts
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PIECE, PeopleReport, ReportRow
from app.reporting.overview.aggregates import period_of
from app.reporting.scope import scope_words
from app.reporting.scope_rules import SITUATION_WORDS, PathSituation

# --- The file of a funder ---
# For whoever was active within a period: dates, results, attestations and announced hours; read some people at a time.
#
# It says nothing that Croisée did not record: an announced duration is no time spent. Satisfaction is that of the whole site, module by module: a survey
# is answered without a name, so that no row of a person has any.

LEARNED = [state.value for state in ProgressState if state.done and state is not ProgressState.WAIVED]
PEOPLE, PROOFS, OPINIONS, NOTES = "Personnes", "Attestations", "Satisfaction", "Lire ce fichier"


class FundedPerson(Struct, frozen=True):
    """One person, with what their row does not tell."""

    row: ReportRow
    minutes: int
    """Announced, of what was learned; a waiver has no hour."""
    passed: int
    proofs: Sequence[tuple[str, datetime]]
    """(title, when it was issued), the first first."""


class Proof(Struct, frozen=True):
    name: str
    title: str
    issued_at: datetime


class Opinion(Struct, frozen=True):
    about: str
    result: QuestionResult
    share: Fraction


FUNDER_COLUMNS: tuple[GridColumn[FundedPerson], ...] = (
    GridColumn("Nom", "Le nom de la personne sur ce site, le jour du fichier.", lambda one: one.row.name, width=28),
    GridColumn("Territoires", "Ceux auxquels la personne appartient le jour du fichier.", lambda one: one.row.places, width=36),
    GridColumn("Cohortes", "Celles où la personne apprend, parmi celles que vous pouvez nommer.", lambda one: ", ".join(one.row.cohorts), width=28),
    GridColumn("Premier acte", "Le jour de la première leçon ouverte ou du premier quiz commencé.", lambda one: day_if_any(one.row.first_at), width=14),
    GridColumn("Dernier acte", "Le jour de la dernière activité enregistrée.", lambda one: day_if_any(one.row.last_at), width=14),
    GridColumn("Parcours terminé le", "Vide tant que le parcours n’est pas terminé.", lambda one: _finished_on(one.row), width=14),
    GridColumn("Échéance", "Le jour pour lequel le parcours est à terminer ; vide sans échéance.", lambda one: one.row.figures.due_on, width=14),
    GridColumn(
        "Situation",
        "Terminé ; en cours ; à l’arrêt : rien depuis plus de 21 jours ; pas commencé.",
        lambda one: SITUATION_WORDS[one.row.situation].capitalize(),
        width=16,
    ),
    GridColumn("Étapes faites", "Leçons et quiz terminés, validés ou dispensés.", lambda one: one.row.figures.path.done, width=12),
    GridColumn("Étapes demandées", "Ce que le parcours demande à la personne.", lambda one: one.row.figures.path.required, width=12),
    GridColumn(
        "Dont dispensées",
        "Ce dont la personne a été dispensée : compté comme fait, jamais dans les heures.",
        lambda one: one.row.figures.path.waived,
        width=12,
    ),
    GridColumn("Quiz réussis", "Tous les quiz réussis depuis le début ; aucune note ne figure dans ce fichier.", lambda one: one.passed, width=12),
    GridColumn("Attestations", "Celles qui valent le jour du fichier ; leur liste est dans la deuxième feuille.", lambda one: len(one.proofs), width=12),
    GridColumn(
        "Heures annoncées",
        "La durée annoncée de ce qui est terminé, sans les dispenses : ce n’est pas un temps mesuré.",
        lambda one: round(one.minutes / 60, 1),
        width=12,
    ),
)
PROOF_COLUMNS: tuple[GridColumn[Proof], ...] = (
    GridColumn("Nom", "", lambda one: one.name, width=28),
    GridColumn("Attestation", "", lambda one: one.title, width=60),
    GridColumn("Émise le", "", lambda one: day_of(one.issued_at), width=14),
)
OPINION_COLUMNS: tuple[GridColumn[Opinion], ...] = (
    GridColumn("Sur quoi", "", lambda one: one.about, width=40),
    GridColumn("Question", "", lambda one: one.result.question.title, width=60),
    GridColumn("Réponses", "", lambda one: one.result.total.answered, width=12),
    GridColumn("Satisfaction (part favorable, %)", "", lambda one: round(float(one.share) * 100, 1), width=18),
    GridColumn("Jusqu’au", "", lambda one: one.result.lots[-1].until, width=14),
)


def _finished_on(row: ReportRow) -> date | None:
    return day_if_any(row.figures.completed_at) if row.situation is PathSituation.FINISHED else None


def active_on_path(report: PeopleReport) -> Sequence[int]:
    """Returns who was active on one path: hours and results of several would not add up."""
    return active(report.of_one_path())


def active(report: PeopleReport) -> Sequence[int]:
    """Whoever did something between the two days, in order: their first act is before its end, their last one after its beginning."""
    since, until = period_of(report.filter, report.scope.on)
    began = PersonFigures.first_at.is_not(None), *selection.within(PersonFigures.first_at, None, until)
    return report.people(*began, *selection.within(PersonFigures.last_at, since, None))


def write(target: IO[bytes], report: PeopleReport, people: Sequence[int]) -> None:
    """The workbook, some people at a time. `people`: as `active_on_path` tells them."""
    report = report.of_one_path()
    with open_workbook(target, f"{current_site().name} : fichier pour un financeur", report.now) as (book, formats):
        first, second = (book.add_worksheet(name) for name in (PEOPLE, PROOFS))
        _head(first, FUNDER_COLUMNS, formats)
        _head(second, PROOF_COLUMNS, formats)
        last = proofs = 0
        for last, one in enumerate(funder_rows(report, people), 1):
            _row(first, last, FUNDER_COLUMNS, one, formats)
            for title, issued_at in one.proofs:
                proofs += 1
                _row(second, proofs, PROOF_COLUMNS, Proof(one.row.name, title, issued_at), formats)
        first.autofilter(0, 0, last, len(FUNDER_COLUMNS) - 1)
        if offers("surveys"):
            _write_opinions(book.add_worksheet(OPINIONS), report, formats)
        _notes(book.add_worksheet(NOTES), report, len(people), formats)


def funder_rows(report: PeopleReport, people: Sequence[int]) -> Iterator[FundedPerson]:
    """Of one path, as `active_on_path`; some people at a time: memory does not grow with their number."""
    report = report.of_one_path()
    for part in in_chunks(people, PIECE):
        minutes, passed = _learning_of(report, part)
        proofs = _proofs_of(report, part)
        for row in report.everything(people=part):
            yield FundedPerson(row, minutes.get(row.id, 0), passed.get(row.id, 0), proofs.get(row.id, ()))


def _learning_of(report: PeopleReport, people: Sequence[int]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """By person: announced minutes of what they learned, quizzes that they passed."""
    minutes: dict[int, int] = {}
    passed: dict[int, int] = {}
    states = select(ElementState.person_id, ElementState.element_id, ElementState.state)
    for number, element_id, state in report.session.execute(states.where(ElementState.person_id.in_(people), ElementState.state.in_(LEARNED))):
        element = element_of(report.course, element_id)
        minutes[number] = minutes.get(number, 0) + (minutes_of(element) if element else 0)
        passed[number] = passed.get(number, 0) + (state == ProgressState.COMPLETE_PASS.value)
    return minutes, passed


def _proofs_of(report: PeopleReport, people: Sequence[int]) -> Mapping[int, Sequence[tuple[str, datetime]]]:
    proofs: dict[int, list[tuple[str, datetime]]] = {}
    held = select(Attestation.person_id, Attestation.title, Attestation.issued_at).where(Attestation.revoked_at.is_(None))
    for number, title, issued_at in report.session.execute(held.where(Attestation.person_id.in_(people)).order_by(Attestation.issued_at, Attestation.id)):
        proofs.setdefault(number, []).append((title, issued_at))
    return proofs


def _head(sheet: Any, columns: Sequence[GridColumn[Any]], formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.write_row(0, 0, [column.name for column in columns], formats["head"])


def _row(sheet: Any, place: int, columns: Sequence[GridColumn[Row]], row: Row, formats: Mapping[str, Any]) -> None:
    write_cells(sheet, place, [column.value(row) for column in columns], formats)


def _write_opinions(sheet: Any, report: PeopleReport, formats: Mapping[str, Any]) -> None:
    """What may be told of surveys, from five answers on: the same whatever the scope and the period."""
    _head(sheet, OPINION_COLUMNS, formats)
    for place, one in enumerate(_opinions_of(report), 1):
        _row(sheet, place, OPINION_COLUMNS, one, formats)


def _opinions_of(report: PeopleReport) -> Iterator[Opinion]:
    for result in results(report.session, report.course, report.scope.on):
        for subject in result.subjects:
            for one in subject.questions:
                share = one.total.share(one.question) if one.question.measure else None
                if share is not None:
                    yield Opinion(subject.title, one, share)


def _notes(sheet: Any, report: PeopleReport, people: int, formats: Mapping[str, Any]) -> None:
    since, until = period_of(report.filter, report.scope.on)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    lines = [
        ("Périmètre", scope_words(report.scope)),
        ("Choix", filter_words(report, ordered=False) or "toutes les personnes de ce périmètre"),
        ("Période", f"du {french_date(since)} au {french_date(until)} : les personnes qui y ont fait quelque chose, {people} en tout"),
        ("Calculé le", french_datetime(report.now)),
        (
            "Satisfaction",
            "La feuille de ce nom : la part des réponses favorables aux enquêtes, sur tout le site, à partir de cinq réponses. Les enquêtes sont sans nom : aucune ligne de personne n’en dit rien.",
        ),
        *((column.name, column.explanation) for column in FUNDER_COLUMNS),
    ]
    write_texts(sheet, [("Ce qui est dit", "Comment le lire"), *lines], formats["head"])


# --- The file of an employer ---
# A row a person and path, with SIRET, address, days, announced hours, result. For whoever was active within a period.
#
# A SIRET is what the person's institution said when they signed in by it: nobody types one, so that it is empty for whoever has a password of this site.


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


COLUMNS: tuple[GridColumn[FollowedPath], ...] = (
    GridColumn(
        "SIRET",
        "De l’employeur, dit par l’institution qui ouvre le compte ; vide pour qui se connecte par un mot de passe.",
        lambda one: one.known.siret,
        width=16,
    ),
    GridColumn("Organisme", "Son nom, dit de la même façon.", lambda one: one.known.organisation, width=28),
    GridColumn("Employeur", "De qui la personne relève, si elle l’a dit.", lambda one: SHORT_SIDES[one.row.side] if one.row.side else "", width=18),
    GridColumn("Numéro", "Le numéro de la personne sur ce site : il distingue deux homonymes.", lambda one: one.row.id, width=9),
    GridColumn("Nom", "Le nom du compte.", lambda one: one.row.name, width=28),
    GridColumn("Courriel", "L’adresse du compte.", lambda one: one.known.email, width=34),
    GridColumn("Territoires", "Ceux auxquels la personne appartient le jour du fichier.", lambda one: one.row.places, width=28),
    GridColumn("Parcours", "Le parcours suivi, ou le module suivi en dehors d’un parcours : une ligne chacun.", lambda one: one.title, width=40),
    GridColumn("Inscription le", "Le jour de l’inscription à ce parcours.", lambda one: one.enrolled_on, width=14),
    GridColumn(
        "Premier acte", "Dans ce parcours : le jour de la première leçon ouverte ou du premier quiz commencé.", lambda one: day_if_any(one.first_at), width=14
    ),
    GridColumn("Dernier acte", "Dans ce parcours : le jour de la dernière activité enregistrée.", lambda one: day_if_any(one.last_at), width=14),
    GridColumn(
        "Terminé le", "Le jour où la dernière étape demandée a été faite ; vide tant qu’il en reste.", lambda one: day_if_any(one.completed_at), width=14
    ),
    GridColumn("Étapes faites", "Leçons et quiz terminés, validés ou dispensés.", lambda one: one.progress.done, width=14),
    GridColumn("Étapes demandées", "Ce que ce parcours demande à la personne.", lambda one: one.progress.required, width=14),
    GridColumn(
        "Heures annoncées",
        "La durée annoncée de ce qui est terminé, sans les dispenses : ce n’est pas un temps mesuré.",
        lambda one: (Decimal(one.minutes) / 60).quantize(Decimal("0.1")),
        width=14,
    ),
    GridColumn("Résultat", "Terminé, en cours ou pas commencé ; aucune note ne figure dans ce fichier.", lambda one: SITUATION_WORDS[one.result], width=14),
    GridColumn(
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
        self.enrolments: dict[int, list[StoredEnrolment]] = {}
        enrolled = select(Enrolment.person_id, Enrolment.path_id, Enrolment.enrolled_at, Enrolment.pins).where(Enrolment.person_id.in_(people))
        for number, path_id, at, pins in session.execute(enrolled.order_by(Enrolment.id)):
            self.enrolments.setdefault(number, []).append(StoredEnrolment(path_id, at, pins))
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
        return (self._followed_path(row, one, counts=one is chosen) for one in mine)

    def _followed_path(self, row: ReportRow, one: StoredEnrolment, *, counts: bool) -> FollowedPath:
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

    def _elsewhere(self, one: StoredEnrolment, done: Sequence[Any]) -> tuple[Progress, datetime | None]:
        """Of a path that is not the one whose figures are stored: by the same rules."""
        states = {state.element_id: state_value(*state[1:]) for state in done}
        demands = self.report.calculator.demands
        pins, since = moments(one.pins), demands.get(EVERYTHING if one.path_id.startswith(MODULE) else one.path_id, {})
        return rules.progress_of(pins, since, states), rules.completed_on(pins, since, states)

    def _minutes(self, inside: Sequence[Any]) -> int:
        learned = (element_of(self.report.course, state.element_id) for state in inside if state.state in LEARNED)
        return sum(minutes_of(element) for element in learned if element)
