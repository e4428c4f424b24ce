"""Other programs of tests: a small region with people of every sort of place, tokens, and what each is answered."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.exchange.api import queries
from app.identity import services as accounts
from app.identity.models import Membership
from app.identity.rules import Role
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import MeetingStage, Presence, Seat
from app.platform.french import day_of
from app.record.progress.models import Attestation, Enrolment
from tests.identity.builders import SMALL, create_person
from tests.record.world import World

LISTS = ("people", "progress", "enrolments", "attestations", "meetings")
PLACES: dict[str, tuple[str, ...]] = {
    "Ana Sud": ("cite-lille-sud",),
    "Boris Sud": ("cite-lille-sud",),
    "Chloé Lens": ("cite-lens",),
    "Denis Deux": ("cite-lille-nord-est", "cite-lens"),
    "Emma Nulle": (),
    "Farid Nord": ("departement-nord",),
}
"""Name → where they belong today. « Gina Partie » left Lille Sud yesterday, « Hugo Fermé » has a closed account there."""


@dataclass
class Region:
    world: World
    admin: int
    people: dict[str, int] = field(default_factory=dict)
    meetings: dict[str, int] = field(default_factory=dict)

    def token(self, territory: str = "region-hauts-de-france", maker: int | None = None, days: int = 30) -> str:
        now = self.world.clock.now()
        return self.world.write(
            lambda session: queries.make(session, "secret", secrets.token_hex(), maker or self.admin, "SIRH", territory, day_of(now) + timedelta(days), now)
        )

    def ask(self, path: str, token: str = "", method: str = "GET", **headers: str) -> TestResponse:
        """As a program does: no cookie, whatever comes back."""
        client = FlaskClient(self.world.app, self.world.app.response_class, use_cookies=False)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(f"/api/v1{path}", method=method, headers={**({"Authorization": f"Bearer {token}"} if token else {}), **sent})

    def read(self, path: str, token: str, status: int = 200) -> Any:
        response = self.ask(path, token)
        assert response.status_code == status, (path, response.get_data(as_text=True))
        return json.loads(response.get_data())

    def walk(self, name: str, token: str, limit: int = 2) -> list[dict[str, Any]]:
        """A whole list, piece by piece."""
        found: list[dict[str, Any]] = []
        address = f"/{name}?limit={limit}"
        while address:
            piece = self.read(address, token)
            found += piece["items"]
            address = (piece["next"] or "").removeprefix("/api/v1")
        return found


def region(world: World) -> Region:
    now = world.clock.now()
    with world.app.app_context():
        world.write(lambda session: accounts.sync_territories(session, SMALL))
        found = world.write(lambda session: _people(session, world))
    world.finish(found.people["Ana Sud"], "un-a")
    world.finish(found.people["Chloé Lens"], "un-a")
    world.look(found.people["Gina Partie"], "un-a")
    world.write(lambda session: _rows(session, found, now))
    return found


def _people(session: Session, world: World) -> Region:
    today = day_of(world.clock.now())
    found = Region(world, create_person(session, "Ada Chef", roles=[Role.ADMINISTRATOR], password=None).id)
    for name in (*PLACES, "Gina Partie", "Hugo Fermé"):
        person = create_person(session, name, password=None)
        found.people[name] = person.id
        for place in PLACES.get(name, ("cite-lille-sud",)):
            ended = today if name == "Gina Partie" else None
            session.add(Membership(person_id=person.id, territory_id=place, started_on=today - timedelta(days=9), ended_on=ended))
        person.active = name != "Hugo Fermé"
    return found


def _rows(session: Session, found: Region, now: Any) -> None:
    for name, number in found.people.items():
        if session.scalar(select(Enrolment.id).where(Enrolment.person_id == number)) is None:
            session.add(Enrolment(person_id=number, path_id="acculturation", enrolled_at=now, pins=[["un-a", "mod-un", now.isoformat()]]))
        session.add(Attestation(id=f"a-{number}", person_id=number, subject_id="mod-un", title=name, completed_at=now, content_version="v", issued_at=now))
    blank = dict.fromkeys(("place", "link", "themes", "speakers", "programme", "synthesis"), "")
    for title, stage, territories in (
        ("tous", MeetingStage.ANNOUNCED, []),
        ("nord", MeetingStage.ANNOUNCED, ["departement-nord"]),
        ("lens", MeetingStage.CANCELLED, ["cite-lens"]),
        ("brouillon", MeetingStage.DRAFT, []),
    ):
        row = Meeting(stage=stage, title=title, starts_at=now, ends_at=now + timedelta(hours=2), territories=territories, cohorts=[], documents=[], **blank)
        session.add(row)
        session.flush()
        found.meetings[title] = row.id
    seats = {"tous": ("Ana Sud", "Chloé Lens", "Emma Nulle", "Gina Partie"), "lens": ("Boris Sud", "Denis Deux")}
    for title, names in seats.items():
        for turn, name in enumerate(names):
            session.add(MeetingPerson(meeting_id=found.meetings[title], person_id=found.people[name], seat=Seat.TAKEN, turn=turn, presence=Presence.PRESENT))
