"""« Voir comme »: an administrator reads the site as somebody else sees it, and can change nothing. A banner says so; both ends are written.

The signed cookie of the administrator's own session holds whom they look as, and since when. At each request both accounts are looked up
again: closing the sessions of the one, or the account of the other, ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.db import db, writing
from app.errors import DomainError
from app.identity.guards import current_person, guard, person_or_none
from app.identity.models import Person
from app.identity.queries import SignedIn, signed_in
from app.identity.rules import Role
from app.people import acts, journal, people_queries

blueprint = Blueprint("seeing", __name__)

KEY = "voir_comme"
LONGEST = timedelta(minutes=30)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
GIVES_A_KEY = frozenset({"preferences.mine"})
"""Pages that hand over a link which changes something without sign-in, and would outlast the looking."""


class ReadOnly(DomainError):
    status = 422
    sentence = "Vous regardez comme une autre personne\u202f: rien ne peut être changé. Revenez d’abord à votre compte."


class Over(DomainError):
    status = 422
    sentence = "Vous ne regardez plus comme une autre personne, et cette page était la sienne\u202f: rien n’a été changé."


class NotTheirs(DomainError):
    sentence = "On ne peut pas voir comme une personne qui administre, ni comme soi-même, ni comme un compte fermé."


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who really reads, kept in `g.watcher` during the request."""

    id: int
    name: str


@blueprint.post("/administration/personnes/<int:person_id>/voir-comme")
def start(person_id: int) -> ResponseReturnValue:
    reader, now = current_person(), clock.now()
    person = people_queries.visible_person(db.session, reader, person_id, now.date())
    if person.id == reader.id or not person.active or Role.ADMINISTRATOR in person.role_set:
        raise NotTheirs
    acts.record(db.session, reader.id, "seen_as", person.id, now)
    session[KEY] = [person.id, int(now.timestamp())]
    db.session.commit()
    return redirect(url_for("learning.home"), 303)


@blueprint.post("/voir-comme/fin")
def stop() -> ResponseReturnValue:
    """Open to whoever is signed in, since the request is made as the person who is looked at."""
    seen = session.pop(KEY, None)
    watcher: Watcher | None = g.get("watcher")
    if seen is None or watcher is None:
        return redirect("/", 303)
    acts.record(db.session, watcher.id, "seen_as_ended", int(seen[0]), clock.now())
    flash("Vous êtes de retour à votre compte.")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=int(seen[0])), 303)


def wear() -> None:
    """Before the guard: put the person who is looked at in the place of the one who reads. Raises ReadOnly for anything that writes."""
    seen = session.get(KEY) if request.endpoint != "static" else None
    reader = person_or_none() if seen else None
    if seen is None or reader is None:
        return
    person = _worn(reader, seen)
    if person is None or request.endpoint == "security.logout":
        _end(reader, seen[0])
        if person is None and _writes():
            raise Over
        return
    g.watcher, g._login_user = Watcher(reader.id, reader.name), person
    if _writes() or request.endpoint in GIVES_A_KEY:
        raise ReadOnly


def _writes() -> bool:
    return request.method not in READING and request.endpoint != "seeing.stop"


def _end(reader: SignedIn, person_id: int) -> None:
    """Time is up, the account was closed, or who looks signs out: the end is written all the same."""
    session.pop(KEY, None)
    db.session.rollback()  # looking people up began a transaction, and this one is its own
    if Role.ADMINISTRATOR in reader.roles:
        with writing() as own:
            acts.record(own, reader.id, "seen_as_ended", person_id, clock.now())


def _worn(reader: SignedIn, seen: list[int]) -> SignedIn | None:
    """The person as signed in, if the reader still administers, time is not up, and the account is open and no administrator's."""
    since = datetime.fromtimestamp(seen[1], UTC)
    if Role.ADMINISTRATOR not in reader.roles or not since <= clock.now() + timedelta(seconds=1) < since + LONGEST + timedelta(seconds=1):
        return None
    version = db.session.scalar(select(Person.fs_uniquifier).where(Person.id == seen[0]))
    person = signed_in(db.session, version) if version else None
    return person if person and Role.ADMINISTRATOR not in person.roles else None


def note_page(response: Response) -> Response:
    """Each page or file that was read as somebody else is noted for them, by subject."""
    person = person_or_none() if "watcher" in g else None
    if person and (response.mimetype == "text/html" or "Content-Disposition" in response.headers):
        return journal.noted([person.id], f"{journal.AS_THEM}{request.blueprint}", response)
    return response


def init_app(app: Flask) -> None:
    before = app.before_request_funcs.setdefault(None, [])
    before.insert(before.index(guard), wear)
    app.after_request(note_page)
