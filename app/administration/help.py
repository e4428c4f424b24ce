"""« Réponses »: the answers to reminders that somebody can help with, and closing one with a word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.assessment.attempts.results import MAX_MESSAGE
from app.identity import audit, emails
from app.identity.emails import REASONS, HelpRequest, send, theirs, waiting_count
from app.identity.models import Person
from app.identity.rules import MANAGERS
from app.identity.services import SignedIn, scope_of_reader, territory_tree
from app.identity.sign_in.guards import current_person
from app.identity.territories import ReaderScope
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, TooManyCharacters
from app.platform.french import day_of, french_datetime
from app.platform.mail import outbox
from app.platform.mail.emails import HELP_CLOSED
from app.platform.web.edge import bounded_int, nearest_page
from app.platform.web.endpoints import act, page

# --- What the page receives ---
# Who waits for help, the oldest first; and what was done lately, so that two people do not do it twice.

PER_PAGE = 50
LATELY = 10

WHAT_TO_DO: Mapping[str, str] = MappingProxyType(
    {
        "acces": "Vérifiez son adresse, puis envoyez-lui une invitation ou un lien de mot de passe.",
        "poste": "Terminez son rattachement au territoire, et demandez-lui qui a pris sa suite.",
        "concerne": "Voyez avec la personne si son compte a une raison d’être ; sinon, terminez son rattachement.",
    }
)


class HelpLine(Struct, frozen=True):
    id: int
    person_id: int
    name: str
    email: str
    phone: str
    words: str
    advice: str
    asked_at: datetime
    to_tell: bool


class ClosedLine(Struct, frozen=True):
    person_id: int
    name: str
    words: str
    closed_at: datetime
    closer: str
    word: str


class HelpPage(Struct, frozen=True):
    """`refused`: the request whose form was not accepted, what was typed and why."""

    lines: tuple[HelpLine, ...]
    closed: tuple[ClosedLine, ...]
    total: int
    number: int
    last: int
    refused: tuple[int, str, str]

    @property
    def people_ids(self) -> tuple[int, ...]:
        return (*(line.person_id for line in self.lines), *(line.person_id for line in self.closed))


def help_page(session: Session, scope: ReaderScope, reader_id: int, number: int, refused: tuple[int, str, str] = (0, "", "")) -> HelpPage:
    total = waiting_count(session, scope, reader_id)
    number, last = nearest_page(number, total, PER_PAGE)
    query = _requests(scope, reader_id).where(HelpRequest.closed_at.is_(None)).order_by(HelpRequest.asked_at, HelpRequest.id)
    rows = session.execute(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    lines = (
        HelpLine(row.id, person.id, person.name, outbox.reachable(person.email), person.phone or "",
                 REASONS[row.reason], WHAT_TO_DO[row.reason], row.asked_at, row.to_tell)
        for row, person in rows
    )  # fmt: skip
    return HelpPage(tuple(lines), _closed_lines(session, scope, reader_id), total, number, last, refused)


def _requests(scope: ReaderScope, reader_id: int) -> Select[HelpRequest, Person]:
    return select(HelpRequest, Person).join(Person, Person.id == HelpRequest.person_id).where(*theirs(scope, reader_id))


def _closed_lines(session: Session, scope: ReaderScope, reader_id: int) -> tuple[ClosedLine, ...]:
    closer = aliased(Person)
    query = _requests(scope, reader_id).add_columns(closer.name).join(closer, closer.id == HelpRequest.closer_id)
    rows = session.execute(query.order_by(HelpRequest.closed_at.desc(), HelpRequest.id.desc()).limit(LATELY))
    return tuple(ClosedLine(person.id, person.name, REASONS[row.reason], row.closed_at, name, row.word) for row, person, name in rows if row.closed_at)


# --- Closing a request with a word ---
# It tells the person where they asked for it. Flushes, never commits.


class HelpWordMissing(DomainError):
    sentence = "Dites en un mot ce qui a été fait."


class ClosedMeanwhile(DomainError):
    """Somebody else closed it."""


def close_request(session: Session, scope: ReaderScope, reader: SignedIn, request_id: int, word: str, now: datetime) -> bool:
    """True when the person is told by mail. Beyond scope: NotYours. Raises HelpWordMissing, TooManyCharacters, ClosedMeanwhile."""
    if not word:
        raise HelpWordMissing
    if len(word) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    row, mine = emails.close(session, scope, reader.id, request_id, word, now)
    if not mine:
        closer = session.get_one(Person, row.closer_id).name
        at = french_datetime(row.closed_at) if row.closed_at else ""
        raise ClosedMeanwhile(f"{closer} l’a déjà close le {at} : « {row.word} »")
    person = session.get_one(Person, row.person_id)
    if not row.to_tell or not person.active:
        return False
    return send(session, HELP_CLOSED, person, {"raison": REASONS[row.reason], "auteur": reader.name, "mot": word}, now, reply_to=reader.email)


# --- `/administration/reponses` ---
# Responsables see what they can settle for their people.

blueprint = Blueprint("help", __name__, url_prefix="/administration/reponses")


def _scope(now: datetime) -> ReaderScope:
    return scope_of_reader(db.session, current_person(), territory_tree(db.session), day_of(now))


@blueprint.get("")
@page(who=MANAGERS, names_people="Liste des réponses à traiter où vous figurez")
def index() -> str:
    return _page(clock.now())


def _page(now: datetime, refused: tuple[int, str, str] = (0, "", "")) -> str:
    page = help_page(db.session, _scope(now), current_person().id, request.args.get("page", 1, bounded_int), refused)
    audit.record_access(page.people_ids, "help.index", now)
    return render_template("administration/help/help.html", page=page)


@blueprint.post("/<int:request_id>")
@act(who=MANAGERS)
def close(request_id: int) -> ResponseReturnValue:
    now, word = clock.now(), request.form.get("word", "").strip()
    try:
        told = close_request(db.session, _scope(now), current_person(), request_id, word, now)
    except ClosedMeanwhile as error:
        flash(error.sentence, "warning")
        return redirect(url_for("help.index"), 303)
    except DomainError as error:
        if error.status != 422:
            raise
        return _page(now, (request_id, word, error.sentence)), 422
    flash("C’est clos. La personne reçoit votre mot par courriel." if told else "C’est clos.", "success")
    db.session.commit()
    return redirect(url_for("help.index"), 303)
