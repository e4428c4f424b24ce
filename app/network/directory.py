"""The directory of those who wish to be found by their colleagues: consent, cards, messages, and their pages."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import ForeignKey, Select, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired

from app.content.store.queries import course
from app.content.values.course import Course
from app.identity import audit, tries
from app.identity.emails import send
from app.identity.forms import Form
from app.identity.models import Membership, Person, enum_column
from app.identity.services import SignedIn, lock_people, lock_person
from app.identity.sign_in.guards import current_person
from app.identity.territories import belongs_on
from app.network.atlas import CiteName, cites_of_territories
from app.platform import clock, log
from app.platform.db import Base, UtcDateTime, db
from app.platform.french import day_of, fold
from app.platform.mail import outbox
from app.platform.mail.emails import DIRECTORY_MESSAGE
from app.platform.settings import Settings, current_settings
from app.platform.web.edge import at_most, one_line, path_of
from app.platform.web.endpoints import SIGNED_IN, act, page

# --- Rules (pure) ----------------------------------------------------------------------------------------------------

FUNCTION_LENGTH, HELP_LENGTH, MESSAGE_LENGTH = 120, 500, 2_000


class ContactChoice(StrEnum):
    """Chosen by the person, who may say nothing of it."""

    SITE = "site"
    ADDRESS = "adresse"
    NONE = "aucun"


CONTACT_WORDS = {
    ContactChoice.SITE: "Par le site : votre adresse reste cachée tant que vous ne répondez pas",
    ContactChoice.ADDRESS: "À votre adresse, que tous les inscrits voient",
    ContactChoice.NONE: "Pas du tout : votre nom et votre fonction suffisent",
}


def holds(typed: str, *told: str) -> bool:
    """Are all the words there, from their beginnings, whatever their capitals and accents?"""
    words, known = _words(typed), _words(" ".join(told))
    return bool(words) and all(any(one.startswith(word) for one in known) for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


# --- Table -----------------------------------------------------------------------------------------------------------
# The row is the consent: without it nobody appears anywhere, and taking it back deletes it.


class DirectoryEntry(Base):
    """A person's entry in the directory. The pages it shows on follow from where the person belongs that day."""

    __tablename__ = "directory_entry"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    function: Mapped[str] = mapped_column(String(FUNCTION_LENGTH))
    help_with: Mapped[str] = mapped_column(Text)
    """What others may ask them."""
    contact: Mapped[ContactChoice] = mapped_column(enum_column(ContactChoice))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- Who appears, and where ------------------------------------------------------------------------------------------
# Read at each request and cached nowhere, so that a consent taken back hides at once.

MOST_FOUND = 10


class Card(Struct, frozen=True):
    """A person as others read them."""

    person_id: int
    name: str
    function: str
    help_with: str
    address: str
    """Empty unless they chose to show it."""
    writable: bool
    """Through the site."""


class FoundCard(Struct, frozen=True):
    person_id: int
    name: str
    function: str
    cites: tuple[CiteName, ...]


class OwnCardPage(Struct, frozen=True):
    """`/compte/annuaire`: one's own card, and where it shows."""

    card: Card | None
    """None for whoever does not appear."""
    cites: tuple[CiteName, ...]
    by_mail: bool


class WriteToMemberPage(Struct, frozen=True):
    """A message to somebody of the directory."""

    card: Card
    cite: CiteName


def _visible_entries(on: date) -> Select[DirectoryEntry, str, str, str]:
    """One row a person and a territory, of those who agreed, whose account is open and who belong there that day."""
    return (
        select(DirectoryEntry, Person.name, Person.email, Membership.territory_id)
        .join(Person, Person.id == DirectoryEntry.person_id)
        .join(Membership, Membership.person_id == DirectoryEntry.person_id)
        .where(Person.active, belongs_on(on))
        .order_by(Person.search_key, DirectoryEntry.person_id)
    )


def people_of(session: Session, settings: Settings, territory_id: str, on: date) -> tuple[Card, ...]:
    """Lists the directory entries of one cité, by name."""
    rows = session.execute(_visible_entries(on).where(Membership.territory_id == territory_id))
    return tuple(_card(settings, entry, name, email) for entry, name, email, _ in rows)


def _card(settings: Settings, entry: DirectoryEntry, name: str, email: str) -> Card:
    shown = outbox.reachable(email) if entry.contact is ContactChoice.ADDRESS else ""
    writable = entry.contact is ContactChoice.SITE and bool(outbox.reachable(email)) and outbox.available(settings)
    return Card(entry.person_id, name, entry.function, entry.help_with, shown, writable)


class CitePeople(Struct, frozen=True):
    cite: CiteName
    people: tuple[Card, ...]


def everybody(session: Session, settings: Settings, course: Course, on: date) -> tuple[CitePeople, ...]:
    """Lists the directory entries by cité, in the order of their names."""
    cites, found = cites_of_territories(course), dict[str, list[Card]]()
    for entry, name, email, territory in session.execute(_visible_entries(on)):
        if territory in cites:
            found.setdefault(territory, []).append(_card(settings, entry, name, email))
    ordered = sorted(found, key=lambda territory: fold(cites[territory].name))
    return tuple(CitePeople(cites[territory], tuple(found[territory])) for territory in ordered)


def counts(session: Session, on: date) -> dict[str, int]:
    """Territory → how many people appear there."""
    shown = _visible_entries(on).order_by(None).subquery()
    rows = session.execute(select(shown.c.territory_id, func.count()).group_by(shown.c.territory_id))
    return {row[0]: row[1] for row in rows}


def people_by_cite(session: Session, course: Course, on: date) -> dict[str, int]:
    """Counts the directory entries by cité page."""
    cites = cites_of_territories(course)
    return {cites[territory].id: count for territory, count in counts(session, on).items() if territory in cites}


def search_cards(session: Session, course: Course, typed: str, on: date) -> tuple[FoundCard, ...]:
    """Finds entries whose name, function or help contains the words. An address finds nobody."""
    cites = cites_of_territories(course)
    people: dict[int, tuple[DirectoryEntry, str, list[CiteName]]] = {}
    for entry, name, _, territory in session.execute(_visible_entries(on)):
        if territory in cites and holds(typed, name, entry.function, entry.help_with):
            people.setdefault(entry.person_id, (entry, name, []))[2].append(cites[territory])
    return tuple(FoundCard(number, name, entry.function, tuple(there)) for number, (entry, name, there) in list(people.items())[:MOST_FOUND])


class Peer(Struct, frozen=True):
    """Somebody who agreed to appear, and what they can be asked."""

    person_id: int
    name: str
    help_with: str
    cite: CiteName


NEWEST = 3


def newest_peers(session: Session, course: Course, person_id: int, on: date) -> tuple[Peer, ...]:
    """Lists those who said last what others may ask them, once each, the person left out."""
    cites = cites_of_territories(course)
    wanted = _visible_entries(on).where(DirectoryEntry.help_with != "", DirectoryEntry.person_id != person_id)
    found: dict[int, Peer] = {}
    for entry, name, _, territory in session.execute(wanted.order_by(None).order_by(DirectoryEntry.saved_at.desc(), DirectoryEntry.person_id)):
        if territory in cites and len(found) < NEWEST:
            found.setdefault(entry.person_id, Peer(entry.person_id, name, entry.help_with, cites[territory]))
    return tuple(found.values())


def own_entry(session: Session, settings: Settings, course: Course, person: Person, on: date) -> OwnCardPage:
    entry = session.get(DirectoryEntry, person.id)
    here = session.scalars(select(Membership.territory_id).where(Membership.person_id == person.id, belongs_on(on)))
    cites = cites_of_territories(course)
    there = tuple(cites[territory] for territory in dict.fromkeys(here) if territory in cites)
    return OwnCardPage(_card(settings, entry, person.name, person.email) if entry else None, there, outbox.available(settings))


def writable(session: Session, settings: Settings, course: Course, cite_id: str, card_id: int, on: date) -> WriteToMemberPage | None:
    """Returns the form to write to a person of a cité; None where nobody of that number may be written to."""
    territory = next((territory for territory, cite in cites_of_territories(course).items() if cite.id == cite_id), "")
    card = next((card for card in people_of(session, settings, territory, on) if card.person_id == card_id and card.writable), None)
    return WriteToMemberPage(card, cites_of_territories(course)[territory]) if card else None


def card_of(session: Session, person_id: int) -> DirectoryEntry | None:
    return session.get(DirectoryEntry, person_id)


# --- Appearing, writing to somebody ----------------------------------------------------------------------------------
# Flushes, never commits.


def appear(session: Session, person_id: int, function: str, help_with: str, contact: ContactChoice, now: datetime) -> None:
    """The consent is given, or the card that it gave written again."""
    lock_person(session, person_id)
    if known := session.get(DirectoryEntry, person_id):
        session.expire(known)  # what was read before the lock may be withdrawn since
    entry = session.get(DirectoryEntry, person_id)
    if entry is None:
        entry = DirectoryEntry(person_id=person_id, agreed_at=now)
        session.add(entry)
        log.event("directory_joined", person=person_id)
    entry.function, entry.help_with, entry.contact, entry.saved_at = function, help_with, contact, now
    session.flush()


def disappear(session: Session, person_id: int) -> None:
    """The consent is taken back: nothing stays of the card. Harmless where there is none."""
    lock_person(session, person_id)
    if session.execute(delete(DirectoryEntry).where(DirectoryEntry.person_id == person_id).returning(DirectoryEntry.person_id)).first():
        log.event("directory_left", person=person_id)


def write_entry(session: Session, settings: Settings, page: WriteToMemberPage, sender: SignedIn, message: str, now: datetime) -> None:
    """Sends a message by the site: the recipient's address stays hidden, answers go to the sender."""
    person, own = session.get_one(Person, page.card.person_id), session.get_one(Person, sender.id)
    values = {"auteur": own.name, "cité": page.cite.name, "message": message, "lien": outbox.base(settings) + path_of("directory.mine")}
    send(session, DIRECTORY_MESSAGE, person, values, now, reply_to=own.email)
    log.event("directory_message", actor=sender.id, person=person.id)


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """One person agrees once: the kept account's own card, or its absence, decides."""
    lock_people(session, [kept, gone])
    session.execute(delete(DirectoryEntry).where(DirectoryEntry.person_id == gone))


# --- Forms -----------------------------------------------------------------------------------------------------------


class CardForm(Form):
    function = StringField(
        "Votre fonction",
        description="Telle que vous la diriez : « cheffe de projet de la cité éducative », « principal adjoint ».",
        filters=[one_line],
        validators=[DataRequired("Indiquez votre fonction."), at_most(FUNCTION_LENGTH)],
    )
    help_with = TextAreaField(
        "Ce sur quoi vous pouvez aider",
        description="En une phrase ou deux : un diagnostic, un appel à projets, un conseil d’enfants…",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(HELP_LENGTH)],
        render_kw={"rows": 3},
    )
    contact = RadioField("Comment on vous écrit", choices=[SelectChoice(value.value, words) for value, words in CONTACT_WORDS.items()])
    agree = BooleanField(
        "J’accepte de paraître, avec mon nom, sur la page de ma cité",
        description="Seuls les inscrits vous voient. Vous retirez votre accord quand vous voulez, d’un clic, ici même.",
        validators=[DataRequired("Sans votre accord, rien ne paraît : cochez cette case, ou quittez la page.")],
    )

    @property
    def chosen_contact(self) -> ContactChoice:
        return ContactChoice(self.contact.data)


class MessageForm(Form):
    message = TextAreaField(
        "Votre message",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Écrivez votre message."), at_most(MESSAGE_LENGTH)],
        render_kw={"rows": 8},
    )


# --- `/compte/annuaire` and `/reseau/<id>/personnes/<n>` -------------------------------------------------------------
# One's own card; a message to somebody who agreed to be written to.

blueprint = Blueprint("directory", __name__)


@blueprint.get("/reseau/personnes")
@page(who=SIGNED_IN, names_people="Liste des personnes du réseau où vous figurez")
def people() -> str:
    now = clock.now()
    found = everybody(db.session, current_settings(), course(db.session), day_of(now))
    audit.record_access({card.person_id for group in found for card in group.people}, "directory.people", now)
    return render_template("network/directory/people.html", groups=found, appears=card_of(db.session, current_person().id) is not None)


@blueprint.route("/compte/annuaire", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def mine() -> ResponseReturnValue:
    now = clock.now()
    person = db.session.get_one(Person, current_person().id)
    entry = card_of(db.session, person.id)
    held = {"function": entry.function, "help_with": entry.help_with, "contact": entry.contact, "agree": True} if entry else {"contact": ContactChoice.SITE}
    form = CardForm(data=held)
    if not form.validate_on_submit():
        page = own_entry(db.session, current_settings(), course(db.session), person, day_of(now))
        return render_template("network/directory/mine.html", page=page, form=form), form.status
    appear(db.session, person.id, form.function.data or "", form.help_with.data or "", form.chosen_contact, now)
    flash("Votre fiche est enregistrée : elle paraît dès maintenant.")
    db.session.commit()
    return redirect(url_for("directory.mine"), 303)


@blueprint.post("/compte/annuaire/retrait")
@act(who=SIGNED_IN)
def withdraw() -> ResponseReturnValue:
    disappear(db.session, current_person().id)
    flash("Vous ne paraissez plus nulle part, et votre fiche est effacée.")
    db.session.commit()
    return redirect(url_for("directory.mine"), 303)


@blueprint.route("/reseau/<cite_id>/personnes/<int:card_id>", methods=["GET", "POST"])
@page(who=SIGNED_IN, names_people="Page pour vous écrire, depuis l’annuaire du réseau")
def write(cite_id: str, card_id: int) -> ResponseReturnValue:
    now = clock.now()
    page = writable(db.session, current_settings(), course(db.session), cite_id, card_id, day_of(now))
    if page is None:
        abort(404)
    audit.record_access([card_id], "directory.write", now)
    form, limit = MessageForm(), tries.message(current_person().id)
    if form.validate_on_submit() and (wait := tries.take(limit)):
        form.form_errors.append(tries.sentence(wait))
        return render_template("network/directory/write.html", page=page, form=form), 429, {"Retry-After": str(wait)}
    if not form.is_submitted() or form.errors:
        return render_template("network/directory/write.html", page=page, form=form), form.status
    write_entry(db.session, current_settings(), page, current_person(), form.message.data or "", now)
    flash("Votre message est parti.")
    db.session.commit()
    return redirect(url_for("cites.cite", cite_id=cite_id, _anchor="personnes"), 303)
