"""`/administration/reponses`: who waits for help, the oldest first; and what was done lately, so that two people do not do it twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.identity.letters.answers import REASONS
from app.identity.letters.help import HelpRequest, theirs, waiting_count
from app.identity.models import Person
from app.identity.territories.scope import ReaderScope
from app.platform.mail import outbox
from app.platform.web.edge import nearest_page

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
    return HelpPage(tuple(lines), _closed(session, scope, reader_id), total, number, last, refused)


def _requests(scope: ReaderScope, reader_id: int) -> Select[HelpRequest, Person]:
    return select(HelpRequest, Person).join(Person, Person.id == HelpRequest.person_id).where(*theirs(scope, reader_id))


def _closed(session: Session, scope: ReaderScope, reader_id: int) -> tuple[ClosedLine, ...]:
    closer = aliased(Person)
    query = _requests(scope, reader_id).add_columns(closer.name).join(closer, closer.id == HelpRequest.closer_id)
    rows = session.execute(query.order_by(HelpRequest.closed_at.desc(), HelpRequest.id.desc()).limit(LATELY))
    return tuple(ClosedLine(person.id, person.name, REASONS[row.reason], row.closed_at, name, row.word) for row, person, name in rows if row.closed_at)
