"""Which emails a person wants, and the page where they say so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import delete, select, union_all
from sqlalchemy.orm import Session

from app.identity.models import MailRefusal, MailWish, Person
from app.identity.passwords import Secret, read_signed, sign
from app.identity.rules import TERRITORIAL, Role
from app.identity.services import lock_person
from app.identity.sign_in.guards import current_person
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.mail import outbox
from app.platform.settings import Settings, current_settings
from app.platform.site import offers
from app.platform.web import csrf
from app.platform.web.edge import path_of
from app.platform.web.endpoints import PUBLIC, SIGNED_IN, act, page

# --- Which emails a person wants ---
#
# A signed link answers without sign-in, and says nothing of whose it is.
# An email names its kind (`Email.kind`): `emails.send` leaves out who refused it, and puts `stop_link` in it. What a person asked for (a
# password link) or must get (a password was changed) is no matter of preference.


class EmailKind(Struct, frozen=True):
    words: str
    """What the page calls it."""
    roles: frozenset[Role] = frozenset(Role)
    """Who may get one, and is asked about it."""
    feature: str = ""
    """The one without which nothing of this kind is sent, or asked about."""
    on_demand: bool = False
    """Wanted by whoever asked for it, and by nobody else."""

    @property
    def departing(self) -> type[MailRefusal] | type[MailWish]:
        """Where stands who does otherwise than most: the refusals of what is sent, or the wishes for what is not."""
        return MailWish if self.on_demand else MailRefusal


KINDS = MappingProxyType(
    {
        "semaine": EmailKind(
            "La lettre de la semaine, une au plus, avec ce que vous cochez",
            frozenset({Role.LEARNER}) | TERRITORIAL,
        ),
        "notes": EmailKind("Note revue après la correction d’une question", frozenset({Role.LEARNER})),
        "revision": EmailKind("Révision : trois questions au plus sur ce que vous avez appris", frozenset({Role.LEARNER}), "review", on_demand=True),
        "rencontres": EmailKind("Rencontres du réseau qui vous sont annoncées", frozenset({Role.LEARNER}), "meetings"),
        "nouvelles": EmailKind("Nouvelles du cours : leçons ajoutées, ou changées au point d’être à relire", frozenset({Role.LEARNER}), on_demand=True),
        "enquetes": EmailKind("Enquêtes : votre avis, trois mois après la fin d’un parcours", frozenset({Role.LEARNER}) | TERRITORIAL, "surveys"),
        "relance": EmailKind("Rappels : une échéance approche, un module est resté en chemin", frozenset({Role.LEARNER})),
        "reponses": EmailKind("Réponse à votre question ou à votre signalement, dès qu’elle est donnée", feature="questions"),
        "bilan": EmailKind("« Cette semaine », le lundi : ce qui a bougé chez les personnes que vous suivez, et qui appeler", TERRITORIAL),
    }
)
"""Those that something sends, and no others."""

PURPOSE = "mail-preferences"


class LinkWrong(DomainError):
    """Of the link in an email, whatever it leads to."""

    status = 404
    sentence = "Ce lien n’est pas le bon, ou ne sert plus. Copiez-le en entier depuis le courriel reçu."


def wants(session: Session, person_id: int, kind: str) -> bool:
    """May an email of this kind be sent to the person? No to whoever refused it, or whose account is closed or gone."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of letter: {kind}")
    if not offers(KINDS[kind].feature):
        return False
    table = KINDS[kind].departing
    departs = select(table.kind).where(table.person_id == person_id, table.kind == kind)
    is_open = bool(session.scalar(select(Person.active).where(Person.id == person_id)))
    return is_open and (session.scalar(departs) is not None) == KINDS[kind].on_demand


def wanted_kinds(session: Session, person_id: int) -> frozenset[str]:
    rows = union_all(*(select(table.kind).where(table.person_id == person_id) for table in (MailRefusal, MailWish)))
    departing = set(session.scalars(rows))
    return frozenset(key for key, kind in KINDS.items() if (key in departing) == kind.on_demand)


def offered_kinds(person: Person) -> tuple[str, ...]:
    """The kinds that somebody with these roles may get."""
    return tuple(key for key, kind in KINDS.items() if kind.roles & person.role_set and offers(kind.feature))


def choose(session: Session, person_id: int, kinds: Collection[str], now: datetime, among: Collection[str] = tuple(KINDS)) -> None:
    """Stores that the person wants exactly these kinds of email among `among`; others are unchanged. Flushes."""
    lock_person(session, person_id)
    before = wanted_kinds(session, person_id)
    for kind in among:
        if (kind in kinds) == (kind in before):
            continue
        table = KINDS[kind].departing
        if (kind in kinds) == KINDS[kind].on_demand:
            session.add(table(person_id=person_id, kind=kind, at=now))
        else:
            session.execute(delete(table).where(table.person_id == person_id, table.kind == kind))
    session.flush()


def make_token(secret: Secret, person_id: int) -> str:
    """Signs the link to the email preferences. It never expires: an email found years later must still allow to unsubscribe."""
    return sign(secret, PURPOSE, person_id)


def holder(session: Session, secret: Secret, token: str) -> Person | None:
    """The person whom an authentic token names, while the account is open."""
    number = read_signed(secret, PURPOSE, token)
    person = session.get(Person, number) if isinstance(number, int) else None
    return person if person and person.active else None


def opened_by(session: Session, secret: Secret, token: str) -> Person:
    """Returns the person of a preferences link. Raises LinkWrong."""
    person = holder(session, secret, token)
    if person is None:
        raise LinkWrong
    return person


def link(settings: Settings, person_id: int) -> str:
    """The address to put at the foot of an email."""
    return outbox.base(settings) + path_of("preferences.letters", token=make_token(settings.keys, person_id))


def stop_link(settings: Settings, person_id: int, kind: str) -> str:
    """The address that ends one kind of email: a page with one button for a person, one POST for a mail program (RFC 8058)."""
    return outbox.base(settings) + path_of("preferences.stop", token=make_token(settings.keys, person_id), kind=kind)


def refuse(session: Session, person_id: int, kind: str, now: datetime) -> None:
    """The person wants no email of this kind any more. Flushes."""
    lock_person(session, person_id)
    choose(session, person_id, wanted_kinds(session, person_id) - {kind}, now)


def accept(session: Session, person_id: int, kind: str, now: datetime) -> None:
    """The person asks for this kind again. Flushes."""
    lock_person(session, person_id)
    choose(session, person_id, wanted_kinds(session, person_id) | {kind}, now)


# --- Pages ---
#
# `/courriels/<token>`, without sign-in; `/compte/courriels` leads there from the account.

blueprint = Blueprint("preferences", __name__)


class PreferencesPage(Struct, frozen=True):
    """The page of email preferences. It shows no name nor address: whoever has the email may open the link."""

    token: str
    kinds: tuple[tuple[str, str, bool], ...]
    """(key, words, wanted)."""


class StopPage(Struct, frozen=True):
    token: str
    kind: str
    words: str
    done: bool


@blueprint.get("/compte/courriels")
@page(who=SIGNED_IN, gives_key=True)
def mine() -> ResponseReturnValue:
    token = make_token(current_settings().keys, current_person().id)
    return redirect(url_for("preferences.letters", token=token))


@blueprint.get("/courriels/<token>")
@page(who=PUBLIC)
def letters(token: str) -> str:
    person = _holder(token)
    wanted = wanted_kinds(db.session, person.id)
    kinds = tuple((key, KINDS[key].words, key in wanted) for key in offered_kinds(person))
    return render_template("identity/letters/wanted_letters.html", page=PreferencesPage(token, kinds))


@blueprint.post("/courriels/<token>")
@act(who=PUBLIC)
def choose_letters(token: str) -> ResponseReturnValue:
    person = _holder(token)
    choose(db.session, person.id, request.form.getlist("kind"), clock.now(), offered_kinds(person))
    log.event("letters_chosen", person=person.id)
    flash("Votre choix est enregistré.", "success")
    db.session.commit()
    return redirect(url_for("preferences.letters", token=token), 303)


@blueprint.get("/courriels/<token>/arret/<kind>")
@page(who=PUBLIC)
def stop(token: str, kind: str) -> str:
    """A mail program that fetches what it finds changes nothing: only the button does."""
    _holder(token)
    return render_template("identity/letters/stop_letters.html", page=StopPage(token, kind, _words(kind), done=False))


@blueprint.post("/courriels/<token>/arret/<kind>")
@act(who=PUBLIC)
@csrf.exempt  # type: ignore[untyped-decorator]  # the extension ships no types
def stop_emails(token: str, kind: str) -> str:
    """Unsubscribes by the button or by the mail program itself (RFC 8058), which has no session and follows no redirect."""
    person, words = _holder(token), _words(kind)
    refuse(db.session, person.id, kind, clock.now())
    log.event("letters_stopped", person=person.id, kind=kind)
    db.session.commit()
    return render_template("identity/letters/stop_letters.html", page=StopPage(token, kind, words, done=True))


def _words(kind: str) -> str:
    if kind not in KINDS:
        raise LinkWrong
    return KINDS[kind].words


def _holder(token: str) -> Person:
    return opened_by(db.session, current_settings().keys, token)
