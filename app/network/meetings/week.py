"""What the weekly email tells of meetings, and `flask meetings remind`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.audit import AdministrativeAct
from app.identity.emails import SHOWN_FOR, WeeklyEmail, free, sending_from_a_shell, since
from app.identity.models import Membership, Person, PersonRole
from app.identity.rules import Role
from app.identity.territories import belongs_on, territory_tree
from app.network.meetings import services
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.queries import audience_of
from app.network.meetings.rules import MeetingStage, when_words
from app.platform.db import db, writing
from app.platform.french import day_of, french, plural
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.settings import current_settings
from app.platform.web.edge import path_of
from app.record.progress.models import CohortMember

KIND = "rencontres"
"""Among `email_preferences.KINDS`."""


def meeting_lines(session: Session, now: datetime, people: Collection[int] | None) -> Iterator[tuple[int, WeekLine]]:
    """To learners, the meetings announced since their last weekly email that are for them and where they have no place yet, the nearest first."""
    told = _announcement_times(session, now)
    coming = (
        select(Meeting).where(Meeting.id.in_(told), Meeting.stage == MeetingStage.ANNOUNCED, Meeting.starts_at > now).order_by(Meeting.starts_at, Meeting.id)
    )
    meetings = [(row, audience_of(row), _line(row)) for row in session.scalars(coming)]
    if not meetings:
        return
    places_asked = select(MeetingPerson.meeting_id, MeetingPerson.person_id).where(MeetingPerson.meeting_id.in_(told))
    held = {(meeting_id, person_id) for meeting_id, person_id in session.execute(places_asked)}
    places = _places(session, day_of(now))
    learners = select(Person.id, since(now)).join(PersonRole, PersonRole.person_id == Person.id).outerjoin(WeeklyEmail, WeeklyEmail.person_id == Person.id)
    for person_id, begins in session.execute(learners.where(Person.active, PersonRole.name == Role.LEARNER, free(day_of(now))).order_by(Person.id)):
        for row, audience, line in meetings if people is None or person_id in people else ():
            if told[row.id] > begins and (row.id, person_id) not in held and audience.holds(*places.get(person_id, (frozenset(), frozenset()))):
                yield person_id, line


def _announcement_times(session: Session, now: datetime) -> dict[int, datetime]:
    """Meeting → when it was announced."""
    acts = select(AdministrativeAct.details, AdministrativeAct.at).where(AdministrativeAct.act == "meeting_announced", AdministrativeAct.at > now - SHOWN_FOR)
    return {int(details["rencontre"]): at for details, at in session.execute(acts.order_by(AdministrativeAct.id))}


def _places(session: Session, on: date) -> Mapping[int, tuple[frozenset[str], frozenset[int]]]:
    """Person → what `MeetingAudience.holds` is asked."""
    tree, homes, cohorts = territory_tree(session), dict[int, set[str]](), dict[int, set[int]]()
    for person_id, territory_id in session.execute(select(Membership.person_id, Membership.territory_id).where(belongs_on(on))):
        homes.setdefault(person_id, set()).update(node.id for node in tree.ancestors(territory_id))
    for person_id, cohort_id in session.execute(select(CohortMember.person_id, CohortMember.cohort_id)):
        cohorts.setdefault(person_id, set()).add(cohort_id)
    return {each: (frozenset(homes.get(each, ())), frozenset(cohorts.get(each, ()))) for each in homes.keys() | cohorts.keys()}


def _line(row: Meeting) -> WeekLine:
    address = outbox.base(current_settings()) + path_of("meetings.meeting", meeting_id=row.id)
    return WeekLine(french(f"Rencontre : {row.title}, {when_words(row.starts_at, row.ends_at)}"), address)


# --- `flask meetings remind` -----------------------------------------------------------------------------------------
# The day before, by a daily timer.

meetings = AppGroup("meetings", help="Les rencontres : rappel de la veille.")


@meetings.command()
def remind() -> None:
    """Rappelle les rencontres du lendemain, et donne les places laissées par des comptes fermés. À lancer chaque jour, sans risque de doublon."""
    with sending_from_a_shell() as (settings, now):
        queued = 0
        for meeting_id in services.coming(db.session, now):
            db.session.rollback()
            with writing() as session:
                outbox.hold_back(session)
                queued += services.remind(session, settings, meeting_id, now)
        click.echo(f"{plural(queued, 'rappel')} en file. ", nl=False)
