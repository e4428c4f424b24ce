"""What the letter of the week asks, three months after the end of a path: the person what remains of it, and once a quarter whoever looks after their territory."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.surveys import Moment, Survey
from app.identity.models import Membership, Person, Scope
from app.identity.queries import holders, territory_tree
from app.identity.rules import TERRITORIAL
from app.identity.territories.scope import belongs_on
from app.learner.surveys.models import SurveyTurn
from app.learner.surveys.queries import subject_title
from app.learner.surveys.rules import COLD, LATE, VALID, quarter_of
from app.learner.surveys.services import digest
from app.platform.db import insert_once
from app.platform.french import day_of, french
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.edge import path_of
from app.record.progress.models import Attestation

DAY = timedelta(days=1)
KIND = "enquetes"
"""Among `preferences.KINDS`."""
NOTE = f"Le lien d’une enquête sert une fois, pendant {VALID.days} jours, sans mot de passe ; votre réponse est comptée avec les autres, sans votre nom."


class SurveyAsking(Struct, frozen=True):
    """One survey, on one thing, to one person."""

    person_id: int
    survey: Survey
    subject_id: str
    round: str = ""


def lines(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """One a survey that is due; its address is drawn when the letter that carries it is sent (`app.identity.letters.week`)."""
    published, on = course(session), day_of(now)
    for one in _due(session, published, now):
        if people is None or one.person_id in people:
            yield one.person_id, WeekLine(_words(published, one), partial(_address, one, on), NOTE)


def _words(published: Course, one: SurveyAsking) -> str:
    subject = subject_title(published, one.subject_id)
    if one.survey.moment is Moment.MANAGER:
        return french(f"Une question à qui suit un territoire, sur « {subject} » ({one.survey.title})")
    return french(f"Votre avis sur « {subject} » ({one.survey.title})")


def _address(one: SurveyAsking, on: date, session: Session) -> str:
    """128 bits at random, of which the digest alone is kept."""
    token = secrets.token_urlsafe(16)
    turn = {"person_id": one.person_id, "survey_id": one.survey.id, "subject_id": one.subject_id, "round": one.round}
    asked = {"asked_on": on, "digest": digest(token)}
    if not insert_once(session, SurveyTurn, {**turn, "answered": False, **asked}):
        session.execute(update(SurveyTurn).filter_by(**turn).values(**asked))
    return outbox.base(current_settings()) + path_of("surveys.letter", token=token)


def _due(session: Session, published: Course, now: datetime) -> Iterator[SurveyAsking]:
    finished = list(_finished(session, published, now))
    if not finished:
        return
    key = (SurveyTurn.person_id, SurveyTurn.survey_id, SurveyTurn.subject_id, SurveyTurn.round)
    asked = {tuple(row) for row in session.execute(select(*key).where(SurveyTurn.asked_on.is_not(None)))}
    for survey in published.surveys.values():
        if survey.moment is Moment.COLD:
            found = [SurveyAsking(person_id, survey, subject_id) for person_id, subject_id, _ in finished]
        elif survey.moment is Moment.MANAGER:
            found = list(_managers(session, survey, finished, day_of(now)))
        else:
            found = []
        yield from (one for one in found if (one.person_id, survey.id, one.subject_id, one.round) not in asked)


Finished = tuple[int, str, date]
"""(person, path, day)."""


def _finished(session: Session, published: Course, now: datetime) -> Iterator[Finished]:
    """Who finished a path three months ago, and up to one month before."""
    paths = [path.id for path in published.paths.paths]
    rows = (
        select(Person.id, Attestation.subject_id, Attestation.completed_at)
        .join(Attestation, Attestation.person_id == Person.id)
        .where(Person.active, Attestation.subject_id.in_(paths), Attestation.revoked_at.is_(None))
        .where(Attestation.completed_at > now - COLD - LATE - DAY, Attestation.completed_at < now - COLD + DAY)
        .order_by(Person.id)
    )
    on = day_of(now)
    for person_id, subject_id, completed_at in session.execute(rows):
        if on - COLD - LATE < (day := day_of(completed_at)) <= on - COLD:
            yield person_id, subject_id, day


def _managers(session: Session, survey: Survey, finished: Sequence[Finished], on: date) -> Iterator[SurveyAsking]:
    """The nearest responsables of each, each once a quarter and path: nobody is asked of one person."""
    tree = territory_tree(session)
    looks_after: dict[str, list[int]] = {}
    for person_id, territory in session.execute(holders(TERRITORIAL, Person.id).join(Scope, Scope.person_id == Person.id).add_columns(Scope.territory_id)):
        looks_after.setdefault(territory, []).append(person_id)
    places = select(Membership.person_id, Membership.territory_id).where(belongs_on(on), Membership.person_id.in_([one[0] for one in finished]))
    homes: dict[int, list[str]] = {}
    for person_id, territory in session.execute(places):
        homes.setdefault(person_id, []).append(territory)
    found: dict[tuple[int, str, str], SurveyAsking] = {}
    for person_id, subject_id, day in finished:
        for home in homes.get(person_id, ()):
            nearest = next((looks_after[above.id] for above in tree.ancestors(home) if above.id in looks_after), [])
            for manager_id in nearest:
                if manager_id != person_id:
                    asking = SurveyAsking(manager_id, survey, subject_id, quarter_of(day))
                    found.setdefault((manager_id, subject_id, asking.round), asking)
    yield from found.values()
