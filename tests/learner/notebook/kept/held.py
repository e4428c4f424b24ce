"""What tests write in a notebook, and read of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.learner.notebook.notes import KeptPassage
from app.learner.notebook.passage_rules import PassageKey
from tests.record.world import World
from tests.strict import Page, StrictClient

START = PassageKey("lecon", "un-b", "debut")
LESSON = "/lecons/un-b"
GLOSSARY = "CPO\n: chef de projet opérationnel. Coordonne.\n\nREP\n: réseau d'éducation prioritaire. Des collèges.\n"


def rows(world: World, person: int = 1) -> list[KeptPassage]:
    return world.read(lambda session: list(session.scalars(select(KeptPassage).where(KeptPassage.person_id == person).order_by(KeptPassage.id))))


def texts(world: World, person: int = 1) -> dict[str, str]:
    """Anchor → own note."""
    return {row.anchor: row.text for row in rows(world, person) if not row.favourite and not row.origin}


def favourites(world: World, person: int = 1) -> list[tuple[str, str, str]]:
    return [(row.kind, row.ref, row.anchor) for row in rows(world, person) if row.favourite and not row.origin]


def address(place: PassageKey) -> str:
    return f"/carnet/noter/{place.kind}/{place.ref}" + (f"?ancre={place.anchor}" if place.anchor else "")


def note(client: StrictClient, text: str, place: PassageKey = START, status: int = 303, **more: Any) -> Page:
    client.see(address(place))
    return client.submit("Enregistrer", status, text=text, **more)


def token(client: StrictClient) -> str:
    return str(client.see(LESSON).form("Garder")["fields"]["csrf_token"])


def favour(client: StrictClient, place: PassageKey = START) -> Any:
    return client.post("/carnet/favoris", data={"csrf_token": token(client), "kind": place.kind, "ref": place.ref, "ancre": place.anchor})


def take_away(client: StrictClient, row: int, **more: str) -> Any:
    return client.post("/carnet/retirer", data={"csrf_token": token(client), "garde": str(row), **more})
