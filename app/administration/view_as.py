"""« Voir comme »: an administrator reads the site as somebody else sees it, and can change nothing. A banner says so; start and end are recorded.

The row of the administrator's own session (`SignIn`) holds whom they look as, and since when: what ended has ended for every copy of its
cookie. At each request both accounts are looked up again: closing the sessions of the one, or the account of the other, ends it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.administration.accounts.queries import visible_person
from app.administration.privacy import journal
from app.identity import audit
from app.identity.models import SignIn
from app.identity.rules import ADMINISTRATORS, Role
from app.identity.services import SignedIn, open_account
from app.identity.sign_in.guards import current_person, guard, person_or_none
from app.platform import clock
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.web import endpoints
from app.platform.web.endpoints import SIGNED_IN

blueprint = Blueprint("seeing", __name__)

LONGEST = timedelta(minutes=30)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class ReadOnly(DomainError):
    sentence = "Vous regardez comme une autre personne : rien ne peut être changé. Revenez d’abord à votre compte."


class Private(DomainError):
    status = 404

    def __init__(self, why: str) -> None:
        super().__init__(f"Vous regardez comme une autre personne, et {why}.")


class Over(DomainError):
    sentence = "Vous ne regardez plus comme une autre personne, et cette page était la sienne : rien n’a été changé."


class NotTheirs(DomainError):
    sentence = "On ne peut pas voir comme une personne qui administre, ni comme soi-même, ni comme un compte fermé."


@blueprint.post("/administration/personnes/<int:person_id>/voir-comme")
@endpoints.act(who=ADMINISTRATORS, fresh_factor=True, names_people="Voir le site comme vous, sans rien pouvoir changer")
def start(person_id: int) -> ResponseReturnValue:
    reader, now = current_person(), clock.now()
    person = visible_person(db.session, reader, person_id, day_of(now))
    if person.id == reader.id or not person.active or Role.ADMINISTRATOR in person.role_set:
        raise NotTheirs
    _look(db.session, reader, person.id, now)
    db.session.commit()
    return redirect(url_for("learning.home"), 303)


@blueprint.post("/voir-comme/fin")
@endpoints.act(who=SIGNED_IN)
def stop() -> ResponseReturnValue:
    """Open to whoever is signed in, since the request is made as the person who is looked at."""
    watcher: SignedIn | None = g.get("watcher")
    seen = _look(db.session, watcher, None, clock.now()) if watcher else None
    if seen is None:
        return redirect(url_for("learning.home"), 303)
    flash("Vous êtes de retour à votre compte.")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=seen), 303)


def _look(session: Session, reader: SignedIn, person_id: int | None, now: datetime) -> int | None:
    """From now on the reader's session looks as this person, or as nobody. Whom it looked as is written as ended, and given back.

    A session that was ended meanwhile looks as nobody. Flushes.
    """
    row = session.get(SignIn, reader.sign_in, with_for_update=True)
    if row is None:
        return None
    before, row.seen_id, row.seen_since = row.seen_id, person_id, now if person_id else None
    for act, seen in (("seen_as_ended", before), ("seen_as", person_id)):
        if seen is not None:
            audit.record(session, reader.id, act, seen, now)
    return before


def impersonate() -> None:
    """Replaces the reader by the person they look at, before the access check; the reader stays in `g.watcher`.

    Raises ReadOnly for anything that writes, Private for what is nobody else’s to read.
    """
    reader = person_or_none() if _names_somebody() else None
    if reader is None or reader.looking is None:
        return
    person = _viewed_person(reader)
    if person is None or request.endpoint == "security.logout":
        _end(reader)
        if person is None and _writes():
            raise Over
        return
    g.watcher, g._login_user = reader, person
    said = endpoints.find(request.endpoint or "")
    if _writes() or (said and said.gives_key):
        raise ReadOnly
    if said and said.private:
        raise Private(said.private)


def _names_somebody() -> bool:
    """Files, health and what programs read ask the database nothing about whose session it is. « Page introuvable » names its reader, as any page does."""
    return request.endpoint != "static" and request.blueprint not in ("health", "watching", "api")


def _writes() -> bool:
    return request.method not in READING and request.endpoint not in (None, "seeing.stop")


def _end(reader: SignedIn) -> None:
    """Time is up, the account was closed, or who looks signs out: the end is written all the same."""
    db.session.rollback()  # looking people up began a transaction, and this one is its own
    with writing() as own:
        _look(own, reader, None, clock.now())


def _viewed_person(reader: SignedIn) -> SignedIn | None:
    """The person as signed in, if the reader still administers, time is not up, and the account is open and no administrator's."""
    seen = reader.looking
    if seen is None or Role.ADMINISTRATOR not in reader.roles or clock.now() >= seen.since + LONGEST:
        return None
    person = open_account(db.session, seen.person_id)
    return person if person and Role.ADMINISTRATOR not in person.roles else None


def note_page(response: Response) -> Response:
    """Each page or file that was read as somebody else is noted for them, by subject."""
    person = person_or_none() if "watcher" in g else None
    if person and (response.mimetype == "text/html" or "Content-Disposition" in response.headers):
        return journal.note_response([person.id], f"{journal.AS_THEM}{request.blueprint}", response)
    return response


def init_app(app: Flask) -> None:
    before = app.before_request_funcs.setdefault(None, [])
    before.insert(before.index(guard), impersonate)
    app.after_request(note_page)
