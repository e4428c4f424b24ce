"""What the demonstration's people do in the network, and what their managers set up: directory, proposals, meetings, services. Each part once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.models import Membership
from app.identity.rules import Role
from app.identity.services import scope_of, territory_tree
from app.network import directory
from app.network.directory import ContactChoice, DirectoryEntry
from app.network.meetings import steps
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import Means, MeetingStage, Presence, Seat
from app.network.proposals import CiteProposal
from app.operations.demonstration.accounts import WORDS, LoadedPerson, Stage
from app.platform.french import zone
from app.reporting.reminders import services
from app.reporting.reminders.models import ReminderRule

ONE_IN = 4
"""Learners who agree to appear in the directory."""
PLACES = 12
SILENT = frozenset({Stage.NOTHING, Stage.FIRST_LESSON, Stage.FIRST_MODULE, Stage.STUCK})
"""Those who answer a reminder."""


def join_directory(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where somebody appears, nothing more is written."""
    if session.scalar(select(DirectoryEntry.person_id).limit(1)) is not None:
        return
    learners = [person.id for person in people if person.roles == {Role.LEARNER}]
    for person_id, card in zip(learners[::ONE_IN], cycle(WORDS["cards"]), strict=False):
        directory.appear(session, person_id, card["function"], card["help_with"], ContactChoice(card["contact"]), now)


def propose(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Somebody of a cité says in their words what its page does not say yet, and it waits."""
    if session.scalar(select(CiteProposal.id).limit(1)) is not None:
        return
    learners = [person.id for person in people if person.roles == {Role.LEARNER}]
    at_work = select(Membership.person_id, Membership.territory_id).where(Membership.person_id.in_(learners), Membership.ended_on.is_(None))
    here = session.execute(at_work.where(Membership.territory_id.like("cite-%")).order_by(Membership.person_id.desc()).limit(1)).one_or_none()
    if here:
        session.add(CiteProposal(territory_id=here.territory_id, author_id=here.person_id, proposed_at=now - timedelta(days=3), **WORDS["proposal"]))
        session.flush()


def hold_meetings(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Two that were held, one of them a step of a path, with their syntheses; one that comes, nearly full."""
    if session.scalar(select(Meeting.id).limit(1)) is not None:
        return
    words, learners = WORDS["meeting"], [person.id for person in people if Role.LEARNER in person.roles]
    held = _meeting(words["past"], now - timedelta(days=40), WORDS["meeting"]["synthesis"])
    coming = _meeting(words["coming"], now + timedelta(days=26), "")
    session.add_all([held, coming])
    session.flush()
    for turn, person_id in enumerate(learners[:PLACES], 1):
        seat = MeetingPerson(meeting_id=held.id, person_id=person_id, seat=Seat.TAKEN, asked_at=held.starts_at - timedelta(days=9), turn=turn)
        seat.presence, seat.presence_at, seat.means = (Presence.EXCUSED if turn == 5 else Presence.PRESENT), held.starts_at, Means.LIST
        session.add(seat)
    on_step = [person.id for person in people if person.stage is Stage.IN_PERSON]
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
    morning = _meeting(WORDS["meeting"]["morning"], now - timedelta(days=20), WORDS["meeting"]["synthesis"])
    coming.element_id = morning.element_id = found[0].id
    session.add(morning)
    session.flush()
    for turn, (person_id, presence) in enumerate(zip(people, (Presence.PRESENT, Presence.EXCUSED), strict=False), 1):
        seat = MeetingPerson(meeting_id=morning.id, person_id=person_id, seat=Seat.TAKEN, asked_at=morning.starts_at - timedelta(days=9), turn=turn)
        seat.presence, seat.presence_at, seat.means = presence, morning.ends_at, Means.LIST
        session.add(seat)
        session.flush()
        steps.tell(session, published, morning, person_id, Presence.UNKNOWN, presence, None, morning.ends_at)


def _meeting(title: str, at: datetime, synthesis: str) -> Meeting:
    """On the Thursday of that week."""
    local = at.astimezone(zone())
    begins = (local + timedelta(days=3 - local.weekday())).replace(hour=9, minute=30, second=0, microsecond=0)
    return Meeting(
        stage=MeetingStage.ANNOUNCED,
        title=title,
        starts_at=begins,
        ends_at=begins.replace(hour=12, minute=15),
        place=WORDS["meeting"]["place"],
        link="",
        themes=WORDS["meeting"]["themes"],
        speakers=WORDS["meeting"]["speakers"],
        programme=WORDS["meeting"]["programme"],
        synthesis=synthesis,
        places=PLACES,
        territories=[],
        cohorts=[],
        documents=[],
    )


def set_reminders(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """A rule on its way, one that waits, and answers: some too few to be told, some that wait for somebody. Once."""
    if session.scalar(select(ReminderRule.id).limit(1)) is not None:
        return
    manager, node = _regional(session, people)
    if manager is None:
        return
    for rule in WORDS["reminders"]:
        values = {"territory_id": node, "cohort_id": None, "zone": "B", **{name: value for name, value in rule.items() if name != "runs"}}
        row = services.save(session, None, manager, values, now)
        if rule["runs"]:
            services.set_running(session, row, True, manager, now)
    silent = [person for person in people if person.stage in SILENT and Role.LEARNER in person.roles]
    answers = WORDS["reminder_answers"]
    for place, person in enumerate(silent):
        at = now - timedelta(days=place % 9 + 1)
        services.answer(session, person.id, answers[place % len(answers)], at, to_tell=place % 2 == 0)


def _regional(session: Session, people: Sequence[LoadedPerson]) -> tuple[int | None, str]:
    """Who looks after the whole region, and the region."""
    regions = set(territory_tree(session).roots)
    for person in people:
        if Role.MANAGER in person.roles and (mine := scope_of(session, person.id) & regions):
            return person.id, min(mine)
    return None, ""
