"""An independent count: who learns in the demonstration and where they stand, from the ledger, enrolments, memberships and cohorts; no figure of the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Membership, Person, PersonRole, Territory
from app.identity.rules import Role
from app.platform.french import day_of
from app.record.progress.models import Cohort, CohortMember, Enrolment, LearningEvent

STANDING = "acculturation"
"""The path of whoever joined none."""
DONE = {"read", "passed", "attended", "waived", "override_set"}
OF_OTHERS = {"waived", "override_set", "override_revoked", "due_moved", "attended", "attendance_revoked", "regraded", "regraded_pass"}
"""What a person does not do themselves."""


@dataclass(frozen=True)
class Learner:
    name: str
    places: frozenset[str]
    """Territories of today, and all above them."""
    cohorts: frozenset[int]
    path: str
    opened: date
    began: date | None
    finished: date | None
    last: datetime | None
    left: tuple[tuple[str, str], ...]
    """(element, module) that the path still asks for, in order; nothing is known of whoever joined none."""
    joined: bool
    due: date | None

    def began_within(self, since: date, until: date) -> bool:
        return self.began is not None and since <= self.began <= until

    def finished_within(self, since: date, until: date) -> bool:
        return self.finished is not None and since <= self.finished <= until

    def is_late(self, today: date) -> bool:
        return self.finished is None and self.due is not None and self.due < today

    def is_stuck(self, now: datetime) -> bool:
        return self.finished is None and self.last is not None and self.last < now - timedelta(days=21)

    def lacks(self, module: str) -> bool:
        return not self.joined or any(each == module for _element, each in self.left)


def learners(session: Session, now: datetime) -> list[Learner]:
    """Open accounts that have the role of a learner or did something."""
    events: dict[int, list[LearningEvent]] = {}
    for event in session.scalars(select(LearningEvent).order_by(LearningEvent.id)):
        events.setdefault(event.person_id, []).append(event)
    learning = set(session.scalars(select(PersonRole.person_id).where(PersonRole.name == Role.LEARNER)))
    enrolments = {row.person_id: row for row in session.scalars(select(Enrolment)) if not row.path_id.startswith("module:")}
    above = dict(session.execute(select(Territory.id, Territory.parent_id)).all())
    cohorts = {row.id: row for row in session.scalars(select(Cohort))}
    members: dict[int, set[int]] = {}
    for row in session.scalars(select(CohortMember).where(~CohortMember.trainer)):
        members.setdefault(row.person_id, set()).add(row.cohort_id)
    stays: dict[int, set[str]] = {}
    for stay in session.scalars(select(Membership)):
        if stay.started_on <= day_of(now) and (stay.ended_on is None or stay.ended_on > day_of(now)):
            stays.setdefault(stay.person_id, set()).update(_upwards(stay.territory_id, above))
    people = session.scalars(select(Person).where(Person.active).order_by(Person.id))
    return [
        _learner(one, events.get(one.id, []), enrolments.get(one.id), [cohorts[each] for each in members.get(one.id, ())], stays.get(one.id, set()))
        for one in people
        if one.id in learning or any(event.event not in OF_OTHERS for event in events.get(one.id, ()))
    ]


def _upwards(territory: str | None, above: dict[str, str | None]) -> Iterator[str]:
    while territory:
        yield territory
        territory = above.get(territory)


def _learner(person: Person, events: list[LearningEvent], enrolment: Enrolment | None, cohorts: list[Cohort], places: set[str]) -> Learner:
    own = [event.at for event in events if event.event not in OF_OTHERS]
    done: dict[str, date] = {}
    for event in events:
        if event.event in DONE:
            done.setdefault(event.element_id, day_of(event.at))
        elif event.event == "override_revoked":
            done.pop(event.element_id, None)
    pins = enrolment.pins if enrolment else []
    left = tuple((pin[0], pin[1]) for pin in pins if pin[0] not in done)
    finished = max(done[pin[0]] for pin in pins) if pins and not left else None
    dues = sorted((each.starts_on, each.due_on) for each in cohorts if each.due_on)
    return Learner(
        name=person.name,
        places=frozenset(places),
        cohorts=frozenset(each.id for each in cohorts),
        path=enrolment.path_id if enrolment else STANDING,
        opened=day_of(person.created_at),
        began=day_of(min(own)) if own else None,
        finished=finished,
        last=max(own) if own else None,
        left=left,
        joined=enrolment is not None,
        due=dues[-1][1] if dues else None,
    )
