"""One person's page: what they have done and when, and what may be decided for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import Row, select
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Optional

from app.assessment.attempts import results
from app.assessment.attempts.results import MAX_MESSAGE
from app.assessment.models import AttemptRequest, ExtraAttempt
from app.content.values.course import Course
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.services import SignedIn, territories_of
from app.identity.sign_in.guards import may
from app.learner.home.record import RecordPage, RecordRow, record_page
from app.learner.positioning import services as positioning
from app.learner.positioning.queries import FoundModule, found_modules
from app.learner.positioning.start_views import wish_of
from app.learner.review.queries import last_review
from app.platform import log
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.site import offers
from app.platform.web.edge import DayField, at_most
from app.record import attestation_issuing, services
from app.record.progress.models import Cohort, CohortMember
from app.record.progress.queries import element_states
from app.record.progress.rules import EventType
from app.reporting.scope import ReportScope, trains, visible_person
from app.reporting.scope_rules import SITUATION_WORDS, situation_of

# --- What the page of a person receives ---
# Their path in states and dates; scores for the formateurs of their cohort alone; never an answer.


class AttemptDecision(Struct, frozen=True):
    """An attempt that was added or refused, with its reason."""

    words: str
    title: str
    at: datetime
    reason: str


class OpenRequest(Struct, frozen=True):
    """An attempt that is asked for, and waits for an answer."""

    id: int
    title: str
    at: datetime
    reason: str


class PersonPage(Struct, frozen=True):
    id: int
    name: str
    email: str
    since: datetime
    places: tuple[str, ...]
    cohorts: tuple[Row[tuple[str, date, date | None]], ...]
    record: RecordPage
    situation: str
    """In words, as the grid says it."""
    attempts: int
    """Over all quizzes."""
    with_scores: bool
    asked: tuple[OpenRequest, ...]
    given: tuple[AttemptDecision, ...]
    found: tuple[FoundModule, ...]
    """What the positioning found, and the waivers that it led to; never an answer."""
    wish: str
    """What the person wants from the course; for the formateurs of their cohorts alone."""
    may_call: bool
    """Nobody notes a call to themselves."""
    may_decide: bool
    """Nobody decides for themselves."""
    reviewed_at: datetime | None
    """That the person reviews, and when last; never what."""


def person_page(session: Session, course: Course, scope: ReportScope, reader: SignedIn, person_id: int, now: datetime) -> PersonPage:
    person = visible_person(session, scope, person_id)
    record = record_page(session, course, person_id, person.name, now)
    near = reader.id == person_id or trains(session, scope, person_id)
    return PersonPage(
        id=person.id,
        name=person.name,
        email=person.email,
        since=person.created_at,
        places=_places(session, scope, person),
        cohorts=_cohorts(session, person_id),
        record=record,
        situation=SITUATION_WORDS[situation_of(record.progress, record.last_at, now)],
        attempts=sum(row.progress.attempts for module in record.modules for row in module.rows),
        with_scores=near,
        asked=_open_requests(session, course, person_id),
        given=attempt_decisions(session, course, person_id),
        found=found_modules(session, course, person_id),
        wish=wish_of(session, person_id) if near else "",
        may_call=reader.id != person_id,
        may_decide=may(reader.roles, "reporting.decide") and reader.id != person_id,
        reviewed_at=last_review(session, person_id) if offers("review") else None,
    )


def _places(session: Session, scope: ReportScope, person: Person) -> tuple[str, ...]:
    here = territories_of(session, person.id, scope.on)
    return tuple(scope.tree.path_name(node) for node in scope.tree.nodes if node in here)


def _cohorts(session: Session, person_id: int) -> tuple[Row[tuple[str, date, date | None]], ...]:
    query = (
        select(Cohort.name, Cohort.starts_on, Cohort.due_on)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == person_id, ~CohortMember.trainer)
    )
    return tuple(session.execute(query.order_by(Cohort.id)))


def _open_requests(session: Session, course: Course, person_id: int) -> tuple[OpenRequest, ...]:
    waiting = select(AttemptRequest).where(AttemptRequest.person_id == person_id, AttemptRequest.answered_at.is_(None))
    rows = session.scalars(waiting.order_by(AttemptRequest.asked_at))
    return tuple(OpenRequest(row.id, quiz_title(course, row.quiz_id), row.asked_at, row.message) for row in rows)


def attempt_decisions(session: Session, course: Course, person_id: int) -> tuple[AttemptDecision, ...]:
    """Attempts that were given, and requests that were declined: an accepted request is an attempt given."""
    extra = session.scalars(select(ExtraAttempt).where(ExtraAttempt.person_id == person_id))
    declined = session.scalars(select(AttemptRequest).where(AttemptRequest.person_id == person_id, AttemptRequest.granted.is_(False)))
    decisions = [AttemptDecision("Tentative accordée", quiz_title(course, row.quiz_id), row.granted_at, row.reason) for row in extra]
    decisions += [AttemptDecision("Tentative refusée", quiz_title(course, row.quiz_id), row.answered_at or row.asked_at, row.reason) for row in declined]
    return tuple(sorted(decisions, key=lambda decision: decision.at, reverse=True))


def quiz_title(course: Course, quiz_id: str) -> str:
    quiz = course.quizzes.get(quiz_id)
    return quiz.title if quiz else "quiz retiré du cours"


def element_choices(page: PersonPage) -> list[tuple[str, str]]:
    """What may be decided on: everything in the course today, as « module : étape »."""
    rows: list[tuple[str, RecordRow]] = [(module.title, row) for module in page.record.modules for row in module.rows if row.url]
    return [(row.id, f"{title} : {row.title} ({row.words})") for title, row in rows]


# --- Deciding for a person: waiver, manual validation, revocation, due date, one more attempt ---
# Flushes, never commits.


class PersonAct(StrEnum):
    WAIVE = "dispense"
    VALIDATE = "validation"
    REVOKE = "retrait"
    GRANT = "tentative"


EVENTS = {PersonAct.WAIVE: EventType.WAIVED, PersonAct.VALIDATE: EventType.OVERRIDE_SET, PersonAct.REVOKE: EventType.OVERRIDE_REVOKED}


class AlreadyDone(DomainError):
    sentence = "La personne a déjà terminé cette étape, ou une décision l’en dispense déjà."


class NothingToRevoke(DomainError):
    sentence = "Aucune dispense ni validation n’est à retirer pour cette étape."


class NotAQuiz(DomainError):
    sentence = "On n’accorde une tentative que pour un quiz."


def decide(session: Session, course: Course, scope: ReportScope, person_id: int, element_id: str, act: PersonAct, reason: str, now: datetime) -> None:
    """Write one decision in the ledger, where the person reads it with its reason. Beyond scope, or for oneself: NotYours."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    if act is PersonAct.GRANT:
        if element_id not in course.quizzes:
            raise NotAQuiz
        results.grant_attempt(session, course, person_id, element_id, actor_id=scope.reader_id, reason=reason, now=now)
    else:
        _check(session, person_id, element_id, act)
        services.decide(session, course, person_id, element_id, EVENTS[act], now, actor_id=scope.reader_id, reason=reason)
    log.event("decision_taken", actor=scope.reader_id, person=person_id, element=element_id)


def revoke(session: Session, course: Course, scope: ReportScope, person_id: int, result_id: int, reason: str, now: datetime) -> None:
    """End a waiver that the person accepted after a positioning. Beyond scope, or for oneself: NotYours."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    if not reason.strip():
        raise services.DecisionWithoutReason
    if len(reason.strip()) > results.MAX_MESSAGE:
        raise TooManyCharacters(results.MAX_MESSAGE)
    positioning.revoke(session, course, person_id, result_id, actor_id=scope.reader_id, reason=reason.strip(), now=now)


class SameDay(DomainError):
    sentence = "C’est déjà l’échéance de cette personne."


def move_due(session: Session, course: Course, scope: ReportScope, person_id: int, due_on: date | None, reason: str, now: datetime) -> None:
    """Set the day by which a person is to finish, or give the group's back (None). Beyond scope, or for oneself: NotYours. Raises SameDay."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    if not services.move(session, course, person_id, due_on, now, actor_id=scope.reader_id, reason=reason):
        raise SameDay


def _check(session: Session, person_id: int, element_id: str, act: PersonAct) -> None:
    """A second click, or a click on a page that is out of date, writes nothing."""
    current = element_states(session, person_id).get(element_id)
    if act is PersonAct.REVOKE and not (current and current.manual):
        raise NothingToRevoke
    if act is not PersonAct.REVOKE and current and current.state.done:
        raise AlreadyDone


def decide_attestation(session: Session, scope: ReportScope, person_id: int, attestation_id: str, reason: str, now: datetime, *, restored: bool) -> None:
    """Revoke an attestation with a reason, or hold it again. Beyond scope, or for oneself: NotYours."""
    visible_person(session, scope, person_id)
    if person_id == scope.reader_id:
        raise NotYours
    attestation_issuing.decide(session, person_id, attestation_id, reason, now, actor_id=scope.reader_id, restored=restored)


def answer(session: Session, scope: ReportScope, request_id: int, granted: bool, reason: str, now: datetime) -> AttemptRequest:
    """Give or decline the attempt that somebody in scope asked for. One's own request is somebody else's to answer."""
    request = session.get(AttemptRequest, request_id)
    if request is None or request.person_id == scope.reader_id:
        raise NotYours
    visible_person(session, scope, request.person_id)
    return results.answer_request(session, request_id, granted=granted, actor_id=scope.reader_id, reason=reason, now=now)


# --- The forms of a decision ---

ACTS = [
    SelectChoice(PersonAct.WAIVE.value, "Dispenser : la personne sait déjà"),
    SelectChoice(PersonAct.VALIDATE.value, "Valider : la personne l’a fait autrement"),
    SelectChoice(PersonAct.REVOKE.value, "Retirer la dispense ou la validation"),
    SelectChoice(PersonAct.GRANT.value, "Accorder une tentative de plus (quiz)"),
]


class DecisionForm(Form):
    element = SelectField("Étape", validators=[InputRequired("Choisissez une étape.")])
    act = RadioField("Décision", choices=ACTS, validators=[InputRequired("Choisissez une décision.")])
    reason = TextAreaField(
        "Raison",
        description="La personne la lira dans sa progression.",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Donnez la raison : la personne la lira dans sa progression."), at_most(MAX_MESSAGE)],
    )


class DueForm(Form):
    due_on = DayField("Nouvelle échéance", description="Vide : la date du groupe ou du parcours.", validators=[Optional()])
    due_reason = TextAreaField(
        "Raison de la nouvelle date",
        description="La personne la lira dans sa progression.",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Donnez la raison : la personne la lira dans sa progression."), at_most(MAX_MESSAGE)],
    )


def select_choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
