"""What several tests share: a session that ended meanwhile loses no answer, draft or note; of any other form nothing is kept, and one lands on its page."""

from __future__ import annotations

from typing import Any

import pytest

from app.identity import services as identity
from app.identity.models import Person
from app.platform.db import db
from tests.identity.builders import PASSWORD
from tests.record.world import World
from tests.strict import Page, StrictClient
from tests.words import SIGN_IN

HERE = {"Origin": "http://localhost"}
INES = "inès.carpentier@croisee.example"


@pytest.fixture
def client(world: World) -> StrictClient:
    world.person()
    return world.client()


def end_sessions(world: World, person: int = 1) -> None:
    """Closed from another computer."""
    with world.app.app_context():
        identity.close_sessions(db.session, db.session.get_one(Person, person))
        db.session.commit()


def return_to(client: StrictClient, location: str, email: str = INES) -> Page:
    """Sign in where the redirect leads, and follow."""
    assert location.startswith("/connexion?next=/reprise/")
    client.see(location)
    return client.submit(SIGN_IN, email=email, password=PASSWORD)


def send_after_the_end(world: World, client: StrictClient, words: str, **changes: Any) -> str:
    """Send the present page's form once the session is over; gives the address that it leads to."""
    form = client.page.form(words)
    end_sessions(world)
    response = client.post(form["action"], data={**form["fields"], **changes}, headers=HERE)
    assert response.status_code == 303
    return str(response.headers["Location"])
