"""The emails to people: how one is sent, those about accounts and security, answers to them, the weekly email and its command."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol

import click
from flask import current_app, has_request_context, request
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, Date, ForeignKey, Index, String, Text, delete, func, or_, select, text, true, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from app.identity import email_preferences, passwords, services, sessions
from app.identity.email_preferences import KINDS
from app.identity.models import Person
from app.identity.rules import WEEK
from app.identity.services import lock_person
from app.identity.sign_in.second_factor import FactorChange
from app.identity.territories import ReaderScope, visible
from app.platform import clock, hooks, log
from app.platform.db import Base, BigId, UtcDateTime, db, in_chunks, insert_new, writing
from app.platform.errors import NotYours
from app.platform.french import day_of, french_datetime, plural
from app.platform.holidays import calendar
from app.platform.hooks import WeekLine
from app.platform.mail import outbox
from app.platform.mail.emails import PASSWORD_CHANGED, PASSWORD_LINK, SECURITY, WEEKLY
from app.platform.mail.outbox import NOWHERE, Message, current_words, make_message
from app.platform.mail.wordings import Email, LinkedItem, Value
from app.platform.settings import Settings, current_settings
from app.platform.site import current_site, offers
from app.platform.web.edge import path_of

# --- The words with which an email may be answered ---

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "temps": "Je n’ai pas le temps en ce moment",
        "acces": "Je n’arrive pas à me connecter",
        "acquis": "Je connais déjà ces sujets",
        "poste": "Je ne suis plus sur ce poste",
        "concerne": "Je ne suis pas concerné(e)",
        "autre": "Autre chose me retient",
    }
)
"""Code of the link → the words."""

ENDING = frozenset({"poste", "concerne"})
"""Whoever says so is not written to again."""

HELPED = frozenset({"acces", "poste", "concerne"})
"""What somebody can do something about: given to whoever administers, with the name, as the person was told. The rest is told in totals alone."""
NEAR = frozenset({"poste", "concerne"})
"""Of these, what a responsable of the person's territory can settle too."""


# --- Requests for help: an answer that another person can act on, until it is closed with a word ---


class HelpRequest(Base):
    """One of a person at most is open: their last answer counts."""

    __tablename__ = "help_request"
    __table_args__ = (
        Index("uq_help_request_open", "person_id", unique=True, sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    to_tell: Mapped[bool]
    """The person asked to be told what was done."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    word: Mapped[str] = mapped_column(Text, default="")
    """What whoever closed it says to the person."""


def record_answer(session: Session, person_id: int, reason: str, to_tell: bool, now: datetime) -> None:
    """Somebody answered an email: what another can help with waits for them, in place of what the person said before."""
    lock_person(session, person_id)
    waiting = session.scalar(select(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.closed_at.is_(None)))
    if reason not in HELPED:
        session.execute(delete(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.closed_at.is_(None)))
    elif waiting is None:
        session.add(HelpRequest(person_id=person_id, reason=reason, asked_at=now, to_tell=to_tell))
    elif (waiting.reason, waiting.to_tell) != (reason, to_tell):
        waiting.reason, waiting.to_tell, waiting.asked_at = reason, to_tell, now
    session.flush()


_asker = aliased(Person)


def theirs(scope: ReaderScope, reader_id: int) -> list[ColumnElement[bool]]:
    """What this reader can help with: all of it for whoever administers, else what a responsable settles for their people. Never one's own."""
    near = true() if scope.everybody else HelpRequest.reason.in_(sorted(NEAR))
    open_account = select(_asker.id).where(_asker.id == HelpRequest.person_id, _asker.active).exists()
    return [near, visible(scope, HelpRequest.person_id), HelpRequest.person_id != reader_id, open_account]


def waiting_count(session: Session, scope: ReaderScope, reader_id: int) -> int:
    query = select(func.count(HelpRequest.id)).where(HelpRequest.closed_at.is_(None), *theirs(scope, reader_id))
    return session.scalar(query) or 0


def close(session: Session, scope: ReaderScope, reader_id: int, request_id: int, word: str, now: datetime) -> tuple[HelpRequest, bool]:
    """(the request, whether this call closed it): somebody else may have, a moment before. Beyond scope: NotYours."""
    found = session.scalar(select(HelpRequest).where(HelpRequest.id == request_id, *theirs(scope, reader_id)))
    if found is None:
        raise NotYours
    values: dict[str, Any] = {"closed_at": now, "closer_id": reader_id, "word": word}
    closing = update(HelpRequest).where(HelpRequest.id == request_id, HelpRequest.closed_at.is_(None)).values(**values)
    mine = session.scalar(closing.returning(HelpRequest.id)) is not None
    session.refresh(found)
    if mine:
        log.event("help_closed", actor=reader_id, person=found.person_id)
    return found, mine


def keep_help_of_merged(session: Session, kept: int, gone: int) -> None:
    """An open one stays the kept account's own where it has one."""
    own = session.scalar(select(HelpRequest.id).where(HelpRequest.person_id == kept, HelpRequest.closed_at.is_(None)))
    if own is not None:
        session.execute(delete(HelpRequest).where(HelpRequest.person_id == gone, HelpRequest.closed_at.is_(None)))
    session.execute(update(HelpRequest).where(HelpRequest.person_id == gone).values(person_id=kept))
    session.execute(update(HelpRequest).where(HelpRequest.closer_id == gone).values(closer_id=kept))


# --- The week of a person: one weekly email at most ---
#
# What leaves at once counts nowhere: about the account, an answer to what one asked, what one asked for oneself. All the rest claims the week of
# its person: the reminder of a rule, the summary of a manager, and otherwise one email that gathers the lines of every package
# (`hooks.week_lines`). Whichever leaves first takes all the lines along.

KIND = "semaine"
"""Whoever refuses it gets no line at all."""
SHOWN_FOR = timedelta(days=30)
"""What happened before is no news any more."""
MOST = 6
"""Lines of one kind."""


class WeeklyEmail(Base):
    """When somebody last got a weekly email."""

    __tablename__ = "week_letter"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sent_on: Mapped[date | None] = mapped_column(Date)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """What happened after it is for the next one."""


def gather_lines(session: Session, now: datetime, people: Collection[int] | None = None) -> dict[int, list[WeekLine]]:
    """Person → lines, of the kinds that they want, for open accounts with an address. Those whose week is taken are among them."""
    found: dict[int, list[WeekLine]] = {}
    unwanted = _departing(session, KIND)
    offered = {kind: lines for kind, lines in hooks.week_lines.here().items() if offers(KINDS[kind].feature)}
    for kind, provider in offered.items():
        departing, on_demand, count = _departing(session, kind), KINDS[kind].on_demand, dict[int, int]()
        for person_id, line in provider(session, now, people):
            count[person_id] = count.get(person_id, 0) + 1
            if (person_id in departing) == on_demand and person_id not in unwanted and count[person_id] <= MOST:
                found.setdefault(person_id, []).append(line)
    return {person_id: found[person_id] for person_id in _reachable(session, found)}


def _departing(session: Session, kind: str) -> frozenset[int]:
    table = KINDS[kind].departing
    return frozenset(session.scalars(select(table.person_id).where(table.kind == kind)))


def _reachable(session: Session, people: Collection[int]) -> list[int]:
    wanted = select(Person.id).where(Person.active, ~Person.email.endswith(NOWHERE))
    return [number for some in in_chunks(sorted(people)) for number in session.scalars(wanted.where(Person.id.in_(some)).order_by(Person.id))]


def items(session: Session, lines: Iterable[WeekLine]) -> tuple[LinkedItem, ...]:
    """Returns the lines of a weekly email that is being sent, with their links."""
    return tuple(LinkedItem(line.words, line.url if isinstance(line.url, str) else line.url(session)) for line in lines)


def free(on: date) -> ColumnElement[bool]:
    """The person's week is not taken. For a statement that joins `WeeklyEmail` from the outside."""
    return or_(WeeklyEmail.sent_on.is_(None), WeeklyEmail.sent_on <= on - WEEK)


def claim(session: Session, people: Sequence[int], now: datetime, since: date | None = None) -> frozenset[int]:
    """Reserves this week's email for these people and returns those who got it: two senders never both write.

    `since`: what has a day of its own asks only for a week that nothing took from that day on (decision 32).
    """
    on = day_of(now)
    unclaimed = free(on) if since is None else or_(WeeklyEmail.sent_on.is_(None), WeeklyEmail.sent_on < since)
    insert_new(session, WeeklyEmail, [{"person_id": person_id, "sent_on": None, "sent_at": None} for person_id in people], WeeklyEmail.person_id)
    mine = update(WeeklyEmail).where(WeeklyEmail.person_id.in_(people), unclaimed).values(sent_on=on, sent_at=now)
    return frozenset(session.scalars(mine.returning(WeeklyEmail.person_id).execution_options(synchronize_session=False)))


def since(now: datetime):  # type: ignore[no-untyped-def]  # what SQLAlchemy infers
    """When a person's news begin: after their last one. For a statement that joins `WeeklyEmail` from the outside."""
    return func.coalesce(WeeklyEmail.sent_at, now - SHOWN_FOR)


def keep_week_of_merged(session: Session, kept: int, gone: int) -> None:
    """The later email counts."""
    dates = {row.person_id: row for row in session.scalars(select(WeeklyEmail).where(WeeklyEmail.person_id.in_([kept, gone])))}
    if gone in dates:
        lost = dates[gone]
        mine = dates.get(kept) or WeeklyEmail(person_id=kept, sent_on=None, sent_at=None)
        if lost.sent_on and (mine.sent_on is None or lost.sent_on > mine.sent_on):
            mine.sent_on, mine.sent_at = lost.sent_on, lost.sent_at
        session.add(mine)
        session.delete(lost)
        session.flush()


# --- The one way to write to a person ---


class Addressee(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


def send(session: Session, email: Email, person: Addressee, values: Mapping[str, Value], now: datetime, *, reply_to: str = "") -> bool:
    """Queue an email, which leaves after the caller's commit. False, and nothing is queued, where no mail can leave or the person wants none of its kind."""
    settings = current_settings()
    if not outbox.available(settings) or (email.kind and not email_preferences.wants(session, person.id, email.kind)):
        return False
    outbox.queue(session, message(settings, email, current_words(session, email), person, values, reply_to=reply_to), now)
    return True


def message(settings: Settings, email: Email, words: tuple[str, str], person: Addressee, values: Mapping[str, Value], *, reply_to: str = "") -> Message:
    """An email as this person gets it, with what all of them may say. `words`: `current_words`."""
    site, stop = current_site(), email_preferences.stop_link(settings, person.id, email.kind) if email.kind else ""
    first, *_others = person.name.split() or [""]
    known: dict[str, Value] = {
        "nom": person.name,
        "prénom": first,
        "nom du site": site.name,
        "site": outbox.base(settings),
        "contact": site.contact,
        "arrêt": stop,
    }
    return make_message(email, words, person.email, {**known, **values}, unsubscribe=stop, reply_to=outbox.reachable(reply_to))


# --- About a password ---


def link(settings: Settings, token: str) -> str:
    """The absolute address of a password link."""
    return outbox.base(settings) + path_of("identity.reset", token=token)


def send_password_link(session: Session, settings: Settings, person: Person | None, now: datetime) -> None:
    """Lets somebody choose a password; for an unknown address, or a closed account, the same work and an email to nobody."""
    known = person is not None and person.active
    reader = person if person is not None and known else Person(id=0, name="x", email="", fs_uniquifier=services.new_version())
    token = services.password_link_token(settings.keys, reader, now + passwords.BY_MAIL)
    send(session, PASSWORD_LINK, reader, {"lien": link(settings, token)}, now)


def tell_password_changed(session: Session, settings: Settings, person: Person, now: datetime) -> None:
    """Said to the person each time, so that nobody changes it unseen."""
    page = outbox.base(settings) + path_of("identity.forgotten_password")
    send(session, PASSWORD_CHANGED, person, {"date": french_datetime(now), "lien": page}, now)


# --- About an account's keys: a new browser, a factor that came or went, a printed code ---

WORDS = {
    FactorChange.BROWSER: ("nouvelle connexion", "Votre compte vient d’être ouvert avec un navigateur qui ne l’avait jamais ouvert."),
    FactorChange.ADDED: ("second facteur ajouté", "Un second facteur a été ajouté à votre compte. Les sessions ouvertes sans lui sont fermées."),
    FactorChange.REMOVED: ("second facteur retiré", "Un second facteur a été retiré de votre compte. Les sessions qu’il avait ouvertes sont fermées."),
    FactorChange.CODES: ("nouveaux codes de secours", "De nouveaux codes de secours ont été tirés. Les anciens ne servent plus."),
    FactorChange.LINKED: ("compte relié", "Votre compte s’ouvre désormais aussi par votre institution."),
    FactorChange.UNLINKED: ("compte délié", "Une institution n’ouvre plus votre compte. Vos sessions ouvertes sont fermées."),
    FactorChange.CODE_USED: ("code de secours utilisé", "Un de vos codes de secours imprimés a remplacé votre second facteur."),
}


def tell(session: Session, *, person: Person, change: FactorChange, now: datetime) -> None:
    """Heard of `second_factor_changes.changed`: in the same transaction, an email."""
    subject, sentence = WORDS[change]
    values = {
        "objet": subject,
        "ce qui change": sentence,
        "date": french_datetime(now),
        "appareil": sessions.device(request.user_agent.string) if has_request_context() else "le terminal du serveur",
        "lien": outbox.base(current_settings()) + path_of("identity.sessions"),
    }
    send(session, SECURITY, person, values, now)


# --- The weekly email: the lines of whoever got no other ---
#
# Run again, it writes none twice.

TOGETHER = 50
"""Emails of one transaction."""


def send_weeks(settings: Settings, now: datetime) -> int:
    """Queues the emails of whoever has not had one this week and is told something. Returns how many."""
    if calendar().obstacle(day_of(now), ""):
        return 0
    session = db.session
    lines = gather_lines(session, now)
    for person_id in _waiting(session, now):
        lines.pop(person_id, None)
    session.rollback()  # the reading is over: emails have short transactions of their own
    queued = sum(_queue(settings, some, lines, now) for some in in_chunks(list(lines), TOGETHER))
    log.event("week_letters_queued", queued=queued)
    return queued


def _waiting(session: Session, now: datetime) -> set[int]:
    """Whose week is taken, or who chose another day: told before anything is drawn for them."""
    taken = session.scalars(select(WeeklyEmail.person_id).where(~free(day_of(now))))
    return set(taken).union(*(other(session, now) for other in hooks.other_days.here()))


def _queue(settings: Settings, some: Sequence[int], lines: Mapping[int, Sequence[WeekLine]], now: datetime) -> int:
    with writing() as session:
        outbox.hold_back(session)
        claimed = claim(session, some, now)
        people = session.scalars(select(Person).where(Person.id.in_(claimed), Person.active).order_by(Person.id)).all()
        return sum(send(session, WEEKLY, person, _values(session, settings, person, lines[person.id]), now) for person in people)


def _values(session: Session, settings: Settings, person: Person, lines: Sequence[WeekLine]) -> dict[str, Value]:
    return {
        "semaine": items(session, lines),
        "questions": " ".join(dict.fromkeys(line.note for line in lines if line.note)),
        "choix": email_preferences.link(settings, person.id),
    }


# --- A command that sends ---


@contextmanager
def sending_from_a_shell() -> Iterator[tuple[Settings, datetime]]:
    """The settings and the moment, for a command that queues emails, in whose pages' addresses there is no request. What is queued leaves at the end, and how that went
    is said. Raises `click.ClickException` where no email can leave."""
    now, settings = clock.now(), current_settings()
    if not outbox.available(settings):
        raise click.ClickException("Aucune lettre ne part sans CROISEE_SMTP_HOST et CROISEE_SITE_URL : voir docs/exploitants/reglages.md.")
    with current_app.test_request_context(base_url=outbox.base(settings)):
        yield settings, now
        delivery = outbox.send_pending(now)
    click.echo(f"Courriels : {delivery.sent} envoyé(s), {delivery.failed} à retenter.")


# --- `flask letters send`, by a daily timer ---

letters = AppGroup("letters", help="La lettre de la semaine.")


@letters.command()
def send_command() -> None:
    """Envoie les lettres de la semaine. À lancer chaque jour : personne n'en reçoit deux en sept jours."""
    with sending_from_a_shell() as (settings, now):
        click.echo(f"{plural(send_weeks(settings, now), 'lettre')} en file. ", nl=False)
