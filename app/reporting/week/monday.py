"""Monday's email: « Cette semaine » at eight, for whoever follows a territory unless they stopped it, and for whoever else asked; nothing where there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Date, ForeignKey, String, exists, or_, select, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import Optional

from app.content.values.course import Course
from app.identity import audit, email_preferences, emails
from app.identity.emails import send as send_email
from app.identity.forms import Form
from app.identity.models import MailRefusal, Person, PersonRole, Scope
from app.identity.rules import TERRITORIAL
from app.identity.services import SignedIn
from app.platform import log
from app.platform.db import Base, db, insert_once, writing
from app.platform.french import WEEKDAYS, agree, day_and_month, day_of, french_date, join_words, number, plural
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.mail.emails import MONDAY
from app.platform.mail.wordings import LinkedItem, Value
from app.platform.settings import Settings
from app.platform.web.edge import DayField, path_of
from app.record.figures.store import begin_report
from app.reporting.scope import readers_of, report_scopes
from app.reporting.scope_rules import monday
from app.reporting.week.calls import CallLine
from app.reporting.week.queries import WeekPage, week_page
from app.reporting.week.rules import is_due

KIND = "bilan"
WHAT = "reporting.digest"
"""How the access journal calls the email, for the people whom it names."""

# --- Who gets it ---


class Digest(Base):
    """What somebody chose of Monday's email, and when theirs was last dealt with. Whoever follows a territory gets it without a row.

    `weekday`, `since` and `said` are those of the version before, which may still write here (decision 47).
    """

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(default=0)
    since: Mapped[date] = mapped_column(Date)
    handled_on: Mapped[date | None] = mapped_column(Date)
    """The last day when it was sent, or found to have nothing to say."""
    said: Mapped[str] = mapped_column(String(64), default="")
    asked: Mapped[bool] = mapped_column(server_default=true())
    """They asked for it, whether or not they follow a territory."""
    back_on: Mapped[date | None] = mapped_column(Date)
    """Nothing is sent before that day: they are away."""


_FOLLOWS = exists().where(PersonRole.person_id == Person.id, PersonRole.name.in_(TERRITORIAL), Scope.person_id == Person.id)
"""They look after a territory, or more."""
_REFUSED = exists().where(MailRefusal.person_id == Person.id, MailRefusal.kind == KIND)
_WANTED = (
    select(Person.id, Digest.handled_on, Digest.back_on)
    .outerjoin(Digest, Digest.person_id == Person.id)
    .where(Person.active, ~_REFUSED, or_(_FOLLOWS, Digest.asked))
    .order_by(Person.id)
)
"""Everybody who gets it, if they still read reports."""


def wants_monday(session: Session, person_id: int) -> bool:
    return session.execute(_WANTED.where(Person.id == person_id)).first() is not None


def choices_of(session: Session, person_id: int) -> dict[str, Any]:
    row = session.get(Digest, person_id)
    return {"wanted": "oui" if wants_monday(session, person_id) else "non", "back_on": row.back_on if row else None}


def choose(session: Session, person_id: int, wanted: bool, back_on: date | None, now: datetime) -> None:
    """Each Monday, from the day when they are back; or never. Flushes."""
    row = _row_of(session, person_id, now)
    row.asked, row.back_on = wanted, back_on
    (email_preferences.accept if wanted else email_preferences.refuse)(session, person_id, KIND, now)
    session.flush()


def _row_of(session: Session, person_id: int, now: datetime) -> Digest:
    insert_once(session, Digest, {"person_id": person_id, "weekday": 0, "since": day_of(now), "said": "", "asked": False})
    return session.get_one(Digest, person_id, with_for_update=True)


class MondayForm(Form):
    wanted = RadioField(
        "Chaque lundi à 8 heures", choices=[SelectChoice("oui", "recevoir « Cette semaine » par courriel"), SelectChoice("non", "ne rien recevoir")]
    )
    back_on = DayField("Pas avant le", description="Vous êtes absent ? Donnez le jour de votre retour : rien ne part avant.", validators=[Optional()])


def follow_merge(session: Session, kept: int, gone: int) -> None:
    if session.get(Digest, kept) is None:
        session.execute(update(Digest).where(Digest.person_id == gone).values(person_id=kept))


# --- Sending ---


class _PreparedEmail(Struct, frozen=True):
    reader: SignedIn
    page: WeekPage


def send(settings: Settings, now: datetime) -> int:
    """Queue the emails that are due, each with the row that says so in one transaction. Returns how many."""
    published, session, on = begin_report(db.session, now), db.session, day_of(now)
    due = [row.id for row in session.execute(_WANTED) if is_due(on, row.back_on, row.handled_on)]
    lines = emails.gather_lines(session, now, due) if due else {}
    prepared = list(_prepare(session, published, due, now))
    session.rollback()  # the reading is over: each email has its own short transaction
    queued = sum(_send(settings, one, lines.get(one.reader.id, ()), now) for one in prepared)
    log.event("digests_queued", queued=queued)
    return queued


def _prepare(session: Session, published: Course, due: Sequence[int], now: datetime) -> Iterable[_PreparedEmail]:
    """Those of whoever still reads reports, and has an address."""
    readers = {number: one for number, one in readers_of(session, due).items() if outbox.reachable(one.email)}
    scopes = report_scopes(session, list(readers.values()), day_of(now)) if readers else {}
    return (_PreparedEmail(reader, week_page(session, published, scopes[reader.id], reader, now)) for reader in readers.values())


def _send(settings: Settings, one: _PreparedEmail, lines: Sequence[WeekLine], now: datetime) -> bool:
    """It takes the reader's week, and its lines along. Where it has nothing to say it is dealt with all the same, and those lines leave by themselves."""
    person_id, on = one.reader.id, day_of(now)
    with writing() as session:
        outbox.hold_back(session)
        row = _row_of(session, person_id, now)
        if row.handled_on is not None and row.handled_on >= monday(on):
            return False
        if one.page.quiet:
            row.handled_on = on
            return False
        if not emails.claim(session, [person_id], now, since=monday(on)):
            return False
        row.handled_on = on
        if not send_email(session, MONDAY, one.reader, values_of(settings, one.page, emails.items(session, lines)), now):
            return False
        audit.note_access(session, person_id, one.page.people, WHAT, now)
    return True


def on_another_day(session: Session, now: datetime) -> set[int]:
    """Returns whose weekly email is Monday's, which is not dealt with today."""
    on = day_of(now)
    return {row.id for row in session.execute(_WANTED) if row.handled_on != on}


# --- What it says ---


def values_of(settings: Settings, page: WeekPage, also: Sequence[LinkedItem] = ()) -> dict[str, Value]:
    """`also`: the lines of the reader's own week. Figures of a scope and names within it, which its reader may see anyway: no average."""
    base = outbox.base(settings)
    week = base + path_of("week.index")
    return {
        "date": french_date(day_of(page.computed_at)),
        "résumé": _summary(page),
        "depuis": f"{WEEKDAYS[page.since.weekday()]} {day_and_month(page.since)}",
        "périmètre": page.scope,
        "mouvement": tuple(LinkedItem(line.sentence) for line in page.moves) or (LinkedItem("Rien n’a bougé."),),
        "chiffres": (LinkedItem(", ".join(f"{number(one.value)} {one.words}" for one in page.figures)),),
        "appels": tuple(_call(base, call) for call in page.calls) or (LinkedItem("Personne n’attend d’appel."),),
        "attente": tuple(_waiting(page, week)),
        "pilotage": week,
        "mots": f"{week}#mots",
        "semaine": tuple(also),
    }


def _summary(page: WeekPage) -> str:
    """For the subject: what moved first, else whom to call, else what waits."""
    moved = [f"{line.total} {agree(line.total, *line.move.value)}" for line in page.moves[:2]]
    called = [f"{page.to_call} à appeler"] if page.to_call else []
    return join_words([*moved, *called]) or f"{plural(page.waiting.total, 'réponse attendue', 'réponses attendues')}"


def _call(base: str, call: CallLine) -> LinkedItem:
    where = f", {call.person.places}" if call.person.places else ""
    phone = f". Téléphone : {call.phone}" if call.phone else ""
    return LinkedItem(f"{call.person.name}{where} : {call.reason}{phone}", base + path_of("calls.call", person_id=call.person.id))


def _waiting(page: WeekPage, week: str) -> Iterable[LinkedItem]:
    for asked in page.waiting.requests:
        yield LinkedItem(f"{asked.person.name} demande une tentative de plus : {asked.title}", f"{week}#attend")
    for reply in page.waiting.replies:
        yield LinkedItem(f"{reply.person.name} a répondu à un rappel : « {reply.words} »", f"{week}#attend")
    for words, _url in page.waiting.questions:
        yield LinkedItem(words, f"{week}#attend")
