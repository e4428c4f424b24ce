"""The positionings of the demonstration: taken by the same services as everyone's, days ago, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.questions.responses import Form
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.demo.people import Stage
from app.learner.positioning import services
from app.learner.positioning.held import pinned, rows_of
from app.learner.positioning.models import Positioning, PositioningResult
from app.learner.positioning.pool import pool_of
from app.learner.positioning.rules import Decision, Proposal
from app.learner.positioning.start import services as start
from app.record.figures import store

TAKERS = (Stage.FIRST_LESSON, Stage.FIRST_MODULE, Stage.WAIVED)
AGO = timedelta(days=3)
WISH = "Savoir tenir une réunion où la ville, l’État et l’école se comprennent."


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """The first person of each of these stages takes the test, accepts the first waiver and refuses the next. Nothing to do the second time."""
    published = course(session)
    if session.scalar(select(Positioning.id).limit(1)) or not pool_of(published).items:
        return
    with store.once(session, published, now):
        for stage in TAKERS:
            for person in [person for person in people if person.stage == stage][:1]:
                _take(session, published, person.id, now - AGO)
    store.settle(session, published, now)


def _take(session: Session, course: Course, person_id: int, at: datetime) -> None:
    """Somebody who knows well all the modules but the last one."""
    start.show(session, person_id, at)
    start.wish(session, person_id, WISH, at)
    test = services.begin(session, course, person_id, "", seed=person_id, now=at)
    unknown = list(pool_of(course).histories)[-1]
    while test.ended_at is None:
        row = rows_of(session, test.id)[-1]
        asked = pinned(session, test, row)
        fields: Form | None = None
        if asked and row.module_id != unknown:
            fields = asked.kind.sample(asked.layout, right=True)
        at += timedelta(seconds=40)
        services.answer(session, course, person_id, test.id, row.position, fields, now=at)
    proposed = select(PositioningResult.id).where(PositioningResult.positioning_id == test.id, PositioningResult.proposal == Proposal.WAIVED)
    for result_id, decision in zip(session.scalars(proposed.order_by(PositioningResult.id)).all(), (Decision.ACCEPTED, Decision.REFUSED), strict=False):
        services.decide(session, course, person_id, result_id, decision, now=at + timedelta(minutes=1))
