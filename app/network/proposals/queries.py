"""What a page says by its people, whether somebody may propose for it, and what waits for a decision."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.content.values.network import Cite
from app.identity.models import Person
from app.identity.queries import SignedIn, scope_of, territories_of
from app.identity.rules import MODERATORS, over_territories
from app.network.atlas.listing import CiteName, cites_of_territories
from app.network.proposals.models import CiteProposal
from app.network.proposals.rules import CiteTexts, TextDifference, differences

LATELY = 10


class AcceptedTexts(Struct, frozen=True):
    """What a page says by its people, and which decision said it; 0 for none."""

    texts: CiteTexts
    number: int = 0


class ProposePage(Struct, frozen=True):
    cite: CiteName
    texts: CiteTexts
    """What waits of the reader's, else what the page says."""
    waiting: datetime | None
    """Since when their proposal waits."""
    refused: tuple[datetime, str] | None
    """Of their last one, when and why it was not taken."""
    moderates: bool


class WaitingLine(Struct, frozen=True):
    id: int
    cite: CiteName
    author: str
    at: datetime


class DecidedLine(Struct, frozen=True):
    id: int
    cite: CiteName
    decider: str
    at: datetime
    accepted: bool


class QueuePage(Struct, frozen=True):
    waiting: tuple[WaitingLine, ...]
    decided: tuple[DecidedLine, ...]
    named: frozenset[int]
    """People whom the page names."""


class DecisionPage(Struct, frozen=True):
    id: int
    cite: CiteName
    author: str
    author_id: int
    at: datetime
    differences: tuple[TextDifference, ...]
    seen: int
    """Which decision the page said before it: another one meanwhile, and this one is read again."""
    verdict: str
    """In words, once decided."""
    word: str


def accepted_texts(session: Session, territory_id: str) -> AcceptedTexts:
    row = session.scalar(
        select(CiteProposal)
        .where(CiteProposal.territory_id == territory_id, CiteProposal.accepted)
        .order_by(CiteProposal.decided_at.desc(), CiteProposal.id.desc())
        .limit(1)
    )
    return AcceptedTexts(row.texts, row.id) if row else AcceptedTexts(CiteTexts())


def may_propose(session: Session, reader: SignedIn, territory_id: str, on: date) -> bool:
    """May the reader propose a change: do they work there, manage that cité, or moderate?"""
    if not reader.roles.isdisjoint(MODERATORS) or territory_id in territories_of(session, reader.id, on):
        return True
    return over_territories(reader.roles) and territory_id in scope_of(session, reader.id)


def as_written(cite: Cite, held: CiteTexts) -> CiteTexts:
    """What the page says now: its people's texts and, where they say nothing, those of the course."""
    return CiteTexts(held.presentation, held.troika or "\n".join(cite.troika), held.quartiers or "\n".join(cite.quartiers), held.contacts)


def propose_page(session: Session, cite: Cite, name: CiteName, territory_id: str, reader: SignedIn) -> ProposePage:
    own = session.scalar(
        select(CiteProposal).where(CiteProposal.territory_id == territory_id, CiteProposal.author_id == reader.id).order_by(CiteProposal.id.desc()).limit(1)
    )
    waits = own is not None and own.decided_at is None
    refused = (own.decided_at, own.word) if own and own.decided_at and not own.accepted else None
    texts = own.texts if own and waits else as_written(cite, accepted_texts(session, territory_id).texts)
    return ProposePage(name, texts, own.proposed_at if own and waits else None, refused, not reader.roles.isdisjoint(MODERATORS))


def waiting_count(session: Session) -> int:
    return session.scalar(select(func.count(CiteProposal.id)).where(CiteProposal.decided_at.is_(None))) or 0


def queue_page(session: Session, course: Course) -> QueuePage:
    """The oldest first. One that names a cité which the course no longer lists waits until it does."""
    cites = cites_of_territories(course)
    rows = session.execute(
        select(CiteProposal, Person.name).join(Person, Person.id == CiteProposal.author_id).where(CiteProposal.decided_at.is_(None)).order_by(CiteProposal.id)
    ).all()
    lately = session.execute(
        select(CiteProposal, Person.name).join(Person, Person.id == CiteProposal.decider_id).order_by(CiteProposal.decided_at.desc()).limit(LATELY)
    ).all()
    waiting = tuple(WaitingLine(row.id, cites[row.territory_id], name, row.proposed_at) for row, name in rows if row.territory_id in cites)
    decided = tuple(
        DecidedLine(row.id, cites[row.territory_id], name, row.decided_at, row.accepted) for row, name in lately if row.territory_id in cites and row.decided_at
    )
    return QueuePage(waiting, decided, frozenset(row.author_id for row, _ in rows))


def decision_page(session: Session, course: Course, proposal_id: int) -> DecisionPage | None:
    row = session.get(CiteProposal, proposal_id)
    name = cites_of_territories(course).get(row.territory_id) if row else None
    if row is None or name is None:
        return None
    cite = next(cite for cite in course.network.cites if cite.name == name.name)
    held = accepted_texts(session, row.territory_id)
    author = session.get_one(Person, row.author_id).name
    verdict = "" if row.decided_at is None else "acceptée" if row.accepted else "refusée"
    before = as_written(cite, held.texts)
    return DecisionPage(row.id, name, author, row.author_id, row.proposed_at, differences(before, row.texts), held.number, verdict, row.word)
