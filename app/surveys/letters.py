"""The letters that ask, three months after the end of a path: the person what remains of it, and once a quarter whoever looks after their territory.

`_queue` is the one place from which such a letter leaves: what limits letters is asked there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import log
from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.surveys import Moment, Survey
from app.db import db, in_chunks, insert_once, writing
from app.french import day_of
from app.holidays import calendar
from app.identity.letters import preferences
from app.identity.models import Membership, Person, Scope
from app.identity.queries import holders, territory_tree
from app.identity.rules import TERRITORIAL
from app.identity.services import lock_people
from app.identity.territories.scope import belongs_on
from app.learning.progress.models import Attestation
from app.mail import outbox
from app.mail.outbox import NOWHERE, Letter
from app.settings import Settings
from app.site.queries import current_site
from app.surveys.models import SurveyTurn
from app.surveys.queries import subject_title
from app.surveys.rules import COLD, LATE, VALID, quarter_of
from app.surveys.services import digest

LETTER = "enquetes"
"""Kind of letter (`preferences.KINDS`)."""
TOGETHER = 50
"""Letters of one transaction."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One letter to write."""

    person_id: int
    address: str
    survey: Survey
    subject_id: str
    round: str = ""


@dataclass(frozen=True, slots=True)
class LetterText:
    """Neither a name nor an answer: a letter is read by whoever passes."""

    survey: Survey
    subject: str
    url: str
    days: int
    stop_url: str
    site: str


def send(settings: Settings, now: datetime) -> int:
    """Queues what is due. Run again, it writes none twice."""
    on = day_of(now)
    if calendar().obstacle(on, ""):
        return 0
    published = course(db.session)
    due = list(_due(db.session, published, on))
    db.session.rollback()  # the reading is over: letters have short transactions of their own
    queued = sum(_queue(settings, published, some, now) for some in in_chunks(due, TOGETHER))
    log.event("survey_letters_queued", queued=queued)
    return queued


def _due(session: Session, published: Course, on: date) -> Iterator[Asking]:
    finished = list(_finished(session, published, on))
    asked = {(turn.person_id, turn.survey_id, turn.subject_id, turn.round) for turn in session.scalars(select(SurveyTurn))}
    for survey in published.surveys.values():
        if survey.moment is Moment.COLD:
            found = [Asking(person_id, address, survey, subject_id) for person_id, address, subject_id, _ in finished]
        elif survey.moment is Moment.MANAGER:
            found = list(_managers(session, survey, finished, on))
        else:
            found = []
        yield from (one for one in found if (one.person_id, survey.id, one.subject_id, one.round) not in asked)


Finished = tuple[int, str, str, date]
"""(person, address, path, day)."""


def _finished(session: Session, published: Course, on: date) -> Iterator[Finished]:
    """Who finished a path three months ago, and up to one month before."""
    paths = [path.id for path in published.paths.paths]
    rows = (
        select(Person.id, Person.email, Attestation.subject_id, Attestation.completed_at)
        .join(Attestation, Attestation.person_id == Person.id)
        .where(Person.active, Attestation.subject_id.in_(paths), Attestation.revoked_at.is_(None))
        .order_by(Person.id)
    )
    for person_id, address, subject_id, completed_at in session.execute(rows):
        if on - COLD - LATE < (day := day_of(completed_at)) <= on - COLD:
            yield person_id, address, subject_id, day


def _managers(session: Session, survey: Survey, finished: Sequence[Finished], on: date) -> Iterator[Asking]:
    """The nearest responsables of each, each once a quarter and path: nobody is asked of one person."""
    tree = territory_tree(session)
    looks_after: dict[str, list[tuple[int, str]]] = {}
    for person_id, address, territory in session.execute(
        holders(TERRITORIAL, Person.id, Person.email).join(Scope, Scope.person_id == Person.id).add_columns(Scope.territory_id)
    ):
        looks_after.setdefault(territory, []).append((person_id, address))
    places = select(Membership.person_id, Membership.territory_id).where(belongs_on(on), Membership.person_id.in_([one[0] for one in finished]))
    homes: dict[int, list[str]] = {}
    for person_id, territory in session.execute(places):
        homes.setdefault(person_id, []).append(territory)
    found: dict[tuple[int, str, str], Asking] = {}
    for person_id, _, subject_id, day in finished:
        for home in homes.get(person_id, ()):
            nearest = next((looks_after[above.id] for above in tree.ancestors(home) if above.id in looks_after), [])
            for manager_id, address in nearest:
                if manager_id != person_id:
                    asking = Asking(manager_id, address, survey, subject_id, quarter_of(day))
                    found.setdefault((manager_id, subject_id, asking.round), asking)
    yield from found.values()


def _queue(settings: Settings, published: Course, some: Sequence[Asking], now: datetime) -> int:
    queued = 0
    with writing() as session:
        outbox.hold_back(session)
        lock_people(session, [one.person_id for one in some])
        for one in some:
            if not one.address.endswith(NOWHERE) and preferences.wants(session, one.person_id, LETTER):
                queued += _ask(session, settings, published, one, now)
    return queued


def _ask(session: Session, settings: Settings, published: Course, one: Asking, now: datetime) -> bool:
    """128 bits at random, of which the digest alone is kept. False where the person was asked meanwhile."""
    token = secrets.token_urlsafe(16)
    turn = {"person_id": one.person_id, "survey_id": one.survey.id, "subject_id": one.subject_id, "round": one.round}
    if not insert_once(session, SurveyTurn, {**turn, "answered": False, "asked_on": day_of(now), "digest": digest(token)}):
        return False
    base, stop = outbox.base(settings), preferences.stop_link(settings, one.person_id, LETTER)
    text = LetterText(one.survey, subject_title(published, one.subject_id), f"{base}/enquetes/lettre/{token}", VALID.days, stop, base)
    subject = f"{current_site().name} : {one.survey.title}"
    outbox.queue(session, Letter(one.address, subject, *outbox.render("surveys/letters/asking", text), stop), now)
    return True
