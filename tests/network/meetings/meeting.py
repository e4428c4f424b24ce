"""Meetings for tests: through the services, as the pages do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.rules import Role
from app.network.meetings import services
from app.network.meetings.models import Meeting, MeetingCalendar, MeetingPerson
from app.network.meetings.queries import MeetingReader
from app.network.meetings.rules import Means, MeetingStage, Presence, Seat
from tests.record.world import World

IN_A_WEEK = timedelta(days=7)
BLANK: dict[str, Any] = {
    "title": "Lire une convention", "place": "Lille", "link": "", "themes": "", "speakers": "", "programme": "", "synthesis": "",
    "places": None, "territories": [], "cohorts": [], "documents": [], "element_id": "",
}  # fmt: skip


def reader(person: int, **changes: Any) -> MeetingReader:
    return MeetingReader(person, hosts=False, **changes)


def trainer(world: World) -> int:
    return world.person("Farid Trainer", role=Role.TRAINER)


def announced(world: World, actor: int, starts_at: datetime | None = None, **changes: Any) -> int:
    """An announced meeting of two hours, in a week."""
    now = world.clock.now()
    begins = starts_at or now + IN_A_WEEK
    values = BLANK | {"starts_at": begins, "ends_at": begins + timedelta(hours=2)} | changes
    settings = world.app.config["CROISEE"]
    number = world.write(lambda session: services.save(session, settings, course(session), None, values, edition=0, actor_id=actor, now=now).id)
    world.write(lambda session: services.announce(session, number, actor_id=actor, now=now))
    return number


def ask(world: World, meeting: int, person: int) -> Seat:
    settings, now = world.app.config["CROISEE"], world.clock.now()
    with world.app.test_request_context():
        return world.write(lambda session: services.register(session, settings, reader(person), meeting, now))


def give_back(world: World, meeting: int, person: int) -> None:
    settings, now = world.app.config["CROISEE"], world.clock.now()
    with world.app.test_request_context():
        world.write(lambda session: services.withdraw(session, settings, reader(person), meeting, now))


def held(world: World, meeting: int, person: int) -> MeetingPerson | None:
    return world.read(lambda session: session.get(MeetingPerson, (meeting, person)))


def seat(world: World, meeting: int, person: int) -> Seat:
    row = held(world, meeting, person)
    return row.seat if row else Seat.NONE


def presence(world: World, meeting: int, person: int) -> Presence:
    row = held(world, meeting, person)
    return row.presence if row else Presence.UNKNOWN


def stored(world: World, meeting: int) -> Meeting:
    return world.read(lambda session: session.get_one(Meeting, meeting))


def meet(session: Session, person: int, now: datetime, actor: int | None = None) -> None:
    """A row of each table of meetings about somebody."""
    row = Meeting(stage=MeetingStage.ANNOUNCED, starts_at=now, ends_at=now + timedelta(hours=2), **BLANK | {"title": "Une rencontre"})
    session.add(row)
    session.flush()
    told = {"presence": Presence.PRESENT, "presence_at": now, "means": Means.CODE}
    session.add(MeetingPerson(meeting_id=row.id, person_id=person, seat=Seat.TAKEN, asked_at=now, turn=1, actor_id=actor, **told))
    session.add(MeetingCalendar(person_id=person, mark="m", drawn_at=now))
