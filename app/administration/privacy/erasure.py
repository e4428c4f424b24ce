"""Erasure: a person becomes a number that leads to nobody; their name and address go from what others wrote; the erased are noted beside the database."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, String, Table, cast, delete, event, or_, select, true, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from wtforms import Form

from app.administration.accounts.queries import is_erased
from app.administration.acts import UNDONE, Erasure
from app.administration.privacy.queries import about, counts, table_of, treatments_here
from app.administration.privacy.register.tables import ERASED_TEXT
from app.administration.privacy.register.treatment import Ending, Treatment
from app.identity import audit, services
from app.identity.models import Person
from app.identity.services import administrators
from app.platform import hooks, log
from app.platform.db import Base, db, forget_removed, in_chunks
from app.platform.errors import DomainError
from app.platform.french import strip_accents
from app.platform.settings import Settings
from app.platform.storage import places


def variants(name: str, address: str) -> tuple[str, ...]:
    """What to look for, folded, the longest first: the address, the name, and the name with its last words first."""
    words = _fold_with_places(name)[0].split()
    turned = {" ".join(words[place:] + words[:place]) for place in range(len(words))}
    sought = {_fold_with_places(address)[0], *turned} if len(words) > 1 else {_fold_with_places(address)[0], _fold_with_places(name)[0]}
    return tuple(sorted((one for one in sought if one.strip()), key=lambda one: (-len(one), one)))


def without(value: Any, sought: tuple[str, ...]) -> Any:
    """`value` (a text, or what JSON holds) without these folded words. What only looks like a part of them stays."""
    if isinstance(value, dict):
        return {key: without(inner, sought) for key, inner in value.items()}
    if isinstance(value, list):
        return [without(inner, sought) for inner in value]
    return _erase_words(value, sought) if isinstance(value, str) else value


def _erase_words(text: str, sought: tuple[str, ...]) -> str:
    folded, places = _fold_with_places(text)
    found = [(start, start + len(word)) for word in sought for start in _starts(folded, word)]
    for start, end in _without_overlaps(found):
        text = text[: places[start]] + ERASED_TEXT + text[places[end - 1] + 1 :]
    return text


def _starts(folded: str, word: str) -> Iterator[int]:
    """Where the word stands as a word: « Anne Martin » is not in « Jeanne Martineau »."""
    start = folded.find(word)
    while start >= 0:
        end = start + len(word)
        if not (folded[start - 1 : start].isalnum() or folded[end : end + 1].isalnum()):
            yield start
        start = folded.find(word, start + 1)


def _without_overlaps(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places from the last to the first, none over another; the longer of two that overlap."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: place[0] - place[1]):
        if all(end <= first or start >= last for first, last in kept):
            kept.append((start, end))
    return sorted(kept, reverse=True)


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The text in plain small letters, every sign between words a space, one space for many; and for each letter its place in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in _plain(sign):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _plain(sign: str) -> str:
    """One letter without its accent, in small letters (« ß » gives two); a space for what joins or parts names, nothing for a lone accent."""
    plain = strip_accents(sign.casefold(), "NFKD")
    return " " if plain.isspace() or plain in JOINTS else plain


JOINTS = frozenset("-‐‑–—_'’")


# --- The note of who was erased ---
# Kept beside the database too: a backup restored from before an erasure must not bring anybody back.
#
# One file an erasure, kept beside the database: the person's number and when the account was opened, which tells two sites apart; no name, no
# address. Files of several machines go into one store without meeting, so that it can be shared, or filled by copying.

OLDER = "effacements.jsonl"
"""Where all of them stood, one a line."""


class ErasedAccount(Struct, frozen=True):
    person_id: int
    opened: datetime
    ground: str


def note(settings: Settings, known: ErasedAccount) -> None:
    """A second time changes nothing."""
    said = {"personne": known.person_id, "compte ouvert": known.opened.isoformat(), "motif": known.ground}
    name = f"{known.person_id}-{known.opened:%Y%m%dT%H%M%S%f}.json"
    places.erasures(settings).put(name, json.dumps(said).encode())


def erased_accounts(settings: Settings) -> frozenset[ErasedAccount]:
    """Returns the erased accounts, from the files and from the database that is about to be replaced."""
    found = _erased_in_files(settings)
    with suppress(SQLAlchemyError), db.sessionmaker() as session:  # tables of an older version: the files know
        found |= _erased_in_database(session)
    return found


def not_noted(session: Session, settings: Settings) -> frozenset[ErasedAccount]:
    """Erasures of the database that are in no file here: another machine made them, and its folder is not this one."""
    return _erased_in_database(session) - _erased_in_files(settings)


def note_missing(session: Session, settings: Settings) -> int:
    """Note those here too. Returns how many."""
    missing = not_noted(session, settings)
    for one in missing:
        note(settings, one)
    return len(missing)


def _erased_in_database(session: Session) -> frozenset[ErasedAccount]:
    rows = session.execute(select(Person.id, Person.created_at, Erasure.ground).join(Erasure, Erasure.person_id == Person.id))
    return frozenset(ErasedAccount(*row) for row in rows)


def _erased_in_files(settings: Settings) -> frozenset[ErasedAccount]:
    """Raises DomainError for a line that cannot be read: whom it names might come back."""
    return frozenset(one for name, data in _files(settings) for one in _read_lines(name, data))


def _files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Where each stands, and what it says."""
    older, kept, where = settings.instance_path / OLDER, places.erasures(settings), places.place(settings, places.ERASURES)
    if older.exists():
        yield str(older), older.read_bytes()
    for entry in kept.entries():
        if entry.name.endswith(".json"):
            yield f"{where}/{entry.name}", kept.read(entry.name)


def _read_lines(file: str, data: bytes) -> Iterator[ErasedAccount]:
    for number, line in enumerate(data.splitlines(), start=1):
        if not line:
            continue
        try:
            said = json.loads(line)
            yield ErasedAccount(int(said["personne"]), datetime.fromisoformat(said["compte ouvert"]), str(said["motif"]))
        except (ValueError, KeyError, TypeError):
            raise DomainError(f"La ligne {number} de {file} est illisible : corrigez ou retirez cette ligne.") from None


# --- Erasing ---
# A person becomes a number that leads to nobody. What each table loses is declared in the register, nowhere else.
#
# Ledger rows, marks and dates stay, so that no figure moves; names, addresses, passwords and everything that somebody typed go, from the
# person's rows and, where others wrote the name or the address, from theirs.

TYPED = frozenset({"text", "texts"})
"""Where `QuestionResponse.payload` of each type of question puts what somebody typed."""

TOGETHER = 100
"""People for whose names every text is looked through at once."""
READ_AT_ONCE = 1_000
"""Texts in memory meanwhile."""

OTHER_TEXTS = (
    ("cohort", "name"),
    *(("meeting", name) for name in ("title", "place", "themes", "speakers", "programme", "synthesis", "reason")),
    ("survey_week", "counts"),
)
"""Texts of tables that hold no person's key, in which somebody may have written one's name."""


class LastAdministrator(DomainError):
    sentence = "Cette personne est la seule qui administre le site : donnez d’abord ce rôle à quelqu’un d’autre."


class EffectLine(Struct, frozen=True):
    title: str
    rows: int
    erasure: str


class EffectPage(Struct, frozen=True):
    """What an erasure would do, said before."""

    name: str
    person_id: int
    own: bool
    lines: tuple[EffectLine, ...]
    last_administrator: bool


class ConfirmationPage(Struct, frozen=True):
    form: Form
    name: str
    person_id: int
    own: bool


def effect(session: Session, person: Person, *, own: bool) -> EffectPage:
    lines = tuple(EffectLine(one.title, number, one.erasure if own else one.erasure_words("la")) for one, number in counts(session, person))
    return EffectPage(person.name, person.id, own, lines, _is_last_administrator(session, person))


def erase(session: Session, settings: Settings, person: Person, *, actor_id: int | None, ground: str, now: datetime) -> None:
    """Erase for good. Flushes; after the commit the files follow. Once erased, nothing more happens.

    Raises LastAdministrator, but only where a person asks: without an actor, the purge and a restore do what was decided already.
    """
    services.lock(session, person)
    if is_erased(session, person.id):
        return
    if actor_id is not None and _is_last_administrator(session, person):
        raise LastAdministrator
    _erase(session, settings, [person], actor_id, ground, now)


def erase_together(session: Session, settings: Settings, people: Sequence[Person], *, ground: str, now: datetime, actor_id: int | None = None) -> int:
    """Erases many people in batches, reading everybody's texts once a batch. Returns how many were not erased yet. Flushes."""
    erased = 0
    for some in in_chunks(sorted(people, key=lambda person: person.id), TOGETHER):
        numbers = [person.id for person in some]
        services.lock_people(session, numbers)
        before = select(Erasure.person_id).where(Erasure.person_id.in_(numbers))
        left = select(Person).where(Person.id.in_(numbers), Person.id.not_in(before)).order_by(Person.id)
        found = session.scalars(left.execution_options(populate_existing=True)).all()
        if found:
            _erase(session, settings, found, actor_id, ground, now)
        erased += len(found)
    return erased


def _erase(session: Session, settings: Settings, people: Sequence[Person], actor_id: int | None, ground: str, now: datetime) -> None:
    addresses = [person.email for person in people]
    # Nobody wrote about an account that nobody used, and its name may be anything that stood in a file, the name of a cité too.
    sought = () if ground == UNDONE else tuple(word for person in people for word in variants(person.name, person.email))
    for person in people:
        session.expunge(person)  # the rows are written below by their tables: nothing may come back from memory
    for one in reversed(treatments_here()):
        _end(session, one, people)
    for one in treatments_here():
        for column in one.free_text:
            _forget_words(session, table_of(one), column, sought, _has_typed_text(one))
    for table, column in OTHER_TEXTS:
        _forget_words(session, Base.metadata.tables[table], column, sought)
    audit.record_all(session, actor_id, [audit.Act("person_erased", person.id, {"motif": ground}) for person in people], now)
    for person in people:
        session.add(Erasure(person_id=person.id, actor_id=actor_id, ground=ground, at=now))
        log.event("person_erased", person=person.id, actor=actor_id, ground=ground)
    session.flush()
    event.listen(session, "after_commit", _after_commit(settings, people, addresses, ground), once=True)


def _is_last_administrator(session: Session, person: Person) -> bool:
    return administrators(session) == {person.id}


def _end(session: Session, one: Treatment, people: Sequence[Person]) -> None:
    """What the register says of one table."""
    condition, table = about(one, *people), table_of(one)
    if condition is None:
        return
    if one.ending is Ending.DELETED:
        session.execute(delete(table).where(condition))
        return
    for column in one.redrawn:
        _redraw(session, table, column, condition)
    for column in one.typed:
        _forget_typed(session, table, column, condition)
    if one.table == "person":
        for person in people:
            session.execute(update(table).where(table.c.id == person.id).values({**one.emptied, **_nobody(person.id)}))
    elif one.emptied:
        session.execute(update(table).where(condition).values(dict(one.emptied)))


def _redraw(session: Session, table: Table, column: str, condition: ColumnElement[bool]) -> None:
    for key in session.scalars(select(table.c[column]).where(condition)).all():
        session.execute(update(table).where(table.c[column] == key).values({column: secrets.token_urlsafe(24)}))


def _forget_typed(session: Session, table: Table, column: str, condition: ColumnElement[bool]) -> None:
    key = next(iter(table.primary_key.columns))
    for number, stored in session.execute(select(key, table.c[column]).where(condition)).all():
        if TYPED & stored.keys():
            kept = {name: value for name, value in stored.items() if name not in TYPED}
            session.execute(update(table).where(key == number).values({column: kept}))


def _nobody(person_id: int) -> dict[str, Any]:
    """What a person's row gets besides: an address that cannot be one, and no way in."""
    return {"email": f"efface-{person_id}", "active": False, "fs_uniquifier": secrets.token_hex(16)}


def _has_typed_text(one: Treatment) -> ColumnElement[bool]:
    """Among answers, which are many, those in which something was typed."""
    typed = [cast(table_of(one).c[column], String).contains(f'"{name}', autoescape=True) for column in one.typed for name in TYPED]
    return or_(*typed) if typed else true()


def _forget_words(session: Session, table: Table, column: str, sought: tuple[str, ...], where: ColumnElement[bool] | None = None) -> None:
    """Take a name and an address out of what people wrote; nothing where nothing is sought.

    Compared here and not by the database: SQLite knows no capital accented letter, and JSON writes them as codes. Of a large site such texts are many,
    and never all in memory; those that name somebody are few.
    """
    if not sought:
        return
    place, keys = table.c[column], list(table.primary_key.columns)
    query = select(place, *keys).where(place.is_not(None), true() if where is None else where)
    texts = session.execute(query, execution_options={"yield_per": READ_AT_ONCE})
    named = [(left, row) for value, *row in texts if (left := without(value, sought)) != value]
    for left, row in named:
        kept = f"{left} ({row[0]})" if place.unique else left  # two names may not become one
        session.execute(update(table).where(*(key == each for key, each in zip(keys, row, strict=True))).values({column: kept}))


def _after_commit(settings: Settings, people: Sequence[Person], addresses: Sequence[str], ground: str) -> Callable[[Session], None]:
    """The demonstration's file keeps addresses; SQLite's journal keeps what was overwritten until it is emptied."""
    forget_address = hooks.forget_address.here()
    known = [ErasedAccount(person.id, person.created_at, ground) for person in people]

    def follow(_session: Session) -> None:
        for one, address in zip(known, addresses, strict=True):
            note(settings, one)
            forget_address(settings, address)
        forget_removed()

    return follow
