"""The meetings of the demonstration: two that were held, one of them a step of a path, with their syntheses; one that comes, nearly full. Once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.demo.people import Stage as PersonStage
from app.identity.rules import Role
from app.network.meetings import steps
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import Means, Presence, Seat, Stage
from app.platform.french import zone

PLACES = 12
_PROGRAMME = """### Matin

- 9 h 30 : tour de table, une difficulté et une réussite par cité
- 10 h 30 : lire ensemble une convention de cité éducative

### Après la pause

- 11 h 15 : la troïka, qui convoque et qui décide
- 12 h : clôture
"""
_SYNTHESIS = """Huit cités ont comparé la préparation de leur comité de pilotage.

### À retenir

- Un ordre du jour court, envoyé dix jours avant, vaut mieux qu’un dossier complet la veille.
- Les directions d’école viennent si la date est fixée avec elles.
"""


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    if session.scalar(select(Meeting.id).limit(1)) is not None:
        return
    learners = [person.id for person in people if Role.LEARNER in person.roles]
    held = _meeting("Préparer un comité de pilotage", now - timedelta(days=40), _PROGRAMME, _SYNTHESIS)
    coming = _meeting("La troïka au quotidien", now + timedelta(days=26), _PROGRAMME, "")
    session.add_all([held, coming])
    session.flush()
    for turn, person_id in enumerate(learners[:PLACES], 1):
        seat = MeetingPerson(meeting_id=held.id, person_id=person_id, seat=Seat.TAKEN, asked_at=held.starts_at - timedelta(days=9), turn=turn)
        seat.presence, seat.presence_at, seat.means = (Presence.EXCUSED if turn == 5 else Presence.PRESENT), held.starts_at, Means.LIST
        session.add(seat)
    on_step = [person.id for person in people if person.stage is PersonStage.IN_PERSON]
    for turn, person_id in enumerate([*learners[2:PLACES], *on_step[1:]], 1):
        session.add(MeetingPerson(meeting_id=coming.id, person_id=person_id, seat=Seat.TAKEN, asked_at=now - timedelta(days=2), turn=turn))
    session.flush()
    _complete_a_path(session, coming, on_step, now)


def _complete_a_path(session: Session, coming: Meeting, people: Sequence[int], now: datetime) -> None:
    """A meeting as a step of a path: the first of these people was there, the second excused themselves and has a place at the next one."""
    published = course(session)
    found = steps.lessons_of(published)
    if not found or not people:
        return
    morning = _meeting("Une matinée avec le réseau", now - timedelta(days=20), _PROGRAMME, _SYNTHESIS)
    coming.element_id = morning.element_id = found[0].id
    session.add(morning)
    session.flush()
    for turn, (person_id, presence) in enumerate(zip(people, (Presence.PRESENT, Presence.EXCUSED), strict=False), 1):
        seat = MeetingPerson(meeting_id=morning.id, person_id=person_id, seat=Seat.TAKEN, asked_at=morning.starts_at - timedelta(days=9), turn=turn)
        seat.presence, seat.presence_at, seat.means = presence, morning.ends_at, Means.LIST
        session.add(seat)
        session.flush()
        steps.tell(session, published, morning, person_id, Presence.UNKNOWN, presence, None, morning.ends_at)


def _meeting(title: str, at: datetime, programme: str, synthesis: str) -> Meeting:
    """On the Thursday of that week."""
    local = at.astimezone(zone())
    begins = (local + timedelta(days=3 - local.weekday())).replace(hour=9, minute=30, second=0, microsecond=0)
    return Meeting(
        stage=Stage.ANNOUNCED,
        title=title,
        starts_at=begins,
        ends_at=begins.replace(hour=12, minute=15),
        place="Maison des associations, 27 rue Jean Bart, Lille",
        link="",
        themes="gouvernance, comité de pilotage",
        speakers="Hélène Marchand, cheffe de projet dans une cité voisine",
        programme=programme,
        synthesis=synthesis,
        places=PLACES,
        territories=[],
        cohorts=[],
        documents=[],
    )
