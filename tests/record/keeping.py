"""How tests have a form kept: sent once the session has ended, from a browser where somebody had signed in."""

from __future__ import annotations

from tests.identity.builders import PASSWORD
from tests.learner.submissions import HERE, INES, end_sessions, send_after_the_end
from tests.record.world import World
from tests.strict import StrictClient
from tests.words import SAVE_AND_GO_ON, SIGN_IN

KARIM = "karim.nouveau@croisee.example"
QUESTION = "/tentatives/1/questions/1"


def kept_answer(world: World, client: StrictClient) -> str:
    """Inès' answer, sent after her session; gives the address of what was kept."""
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    return address_of(send_after_the_end(world, client, SAVE_AND_GO_ON, **dict(world.answers(1, 1)[0][1])))


def address_of(location: str) -> str:
    assert location.startswith("/connexion?next=/reprise/"), location
    return location.split("next=")[1]


def sign_in(client: StrictClient, email: str = INES) -> None:
    client.see("/connexion")
    client.submit(SIGN_IN, follow=False, email=email, password=PASSWORD)


def from_elsewhere(world: World, name: str = "Karim Nouveau") -> StrictClient:
    """A browser at another address, in which somebody had signed in: their session is over."""
    person = world.person(name)
    client = world.app.test_client()
    assert isinstance(client, StrictClient)
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": "203.0.113.9"}
    sign_in(client, KARIM)
    end_sessions(world, person)
    return client


def send(world: World, client: StrictClient, path: str = QUESTION, **fields: str) -> str:
    world.clock.pass_by(seconds=1)
    answer = client.post(path, data=fields, headers=HERE)
    assert answer.status_code == 303
    return str(answer.headers["Location"])
