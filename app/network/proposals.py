"""What the people of a cité propose to correct on its page, and what is decided of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, fields
from sqlalchemy import ForeignKey, Index, String, Text, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.text.normalise import line_feeds
from app.content.values.course import Course
from app.content.values.library import Cite
from app.identity.emails import send
from app.identity.models import Person, Territory
from app.identity.rules import MODERATORS, over_territories
from app.identity.services import SignedIn, lock_people, lock_person, scope_of, territories_of
from app.network.atlas import CiteName, cites_of_territories
from app.platform import log
from app.platform.db import Base, BigId, UtcDateTime
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.mail import outbox
from app.platform.mail.emails import PROPOSAL_DECIDED
from app.platform.settings import Settings
from app.platform.web.edge import path_of

# --- Rules (pure) ----------------------------------------------------------------------------------------------------
# The texts that people of a cité may change, and what a proposal changes of them.

PRESENTATION_LENGTH, LIST_LENGTH, WORD_LENGTH = 1_500, 400, 500
LABELS = {"presentation": "Présentation", "troika": "La troïka, par fonction", "quartiers": "Quartiers", "contacts": "Contacts"}


class CiteTexts(Struct, frozen=True):
    """The texts of a cité page as typed: paragraphs, then one item a line."""

    presentation: str = ""
    troika: str = ""
    quartiers: str = ""
    contacts: str = ""

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, (line.strip() for line in getattr(self, name).split("\n"))))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in self.presentation.split("\n\n"))))


class TextDifference(Struct, frozen=True):
    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def tidy(text: str | None) -> str:
    """Line ends as one character, nothing at the ends of lines, no more than one empty line."""
    lines = [line.rstrip() for line in line_feeds(text or "").strip().split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept)


def differences(before: CiteTexts, after: CiteTexts) -> tuple[TextDifference, ...]:
    return tuple(TextDifference(LABELS[each.name], getattr(before, each.name), getattr(after, each.name)) for each in fields(CiteTexts))


# --- Table -----------------------------------------------------------------------------------------------------------
# The last proposal accepted is what the page says. A row never changes once decided, so the history is there.

_WAITING = text("decided_at IS NULL")


class CiteProposal(Base):
    """A proposal for the page of a cité. At most one per person and cité is open: sending again replaces it."""

    __tablename__ = "cite_proposal"
    __table_args__ = (
        Index("uq_cite_proposal_waiting", "territory_id", "author_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_cite_proposal_decided", "territory_id", "accepted", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    territory_id: Mapped[str] = mapped_column(String(100))
    """No key of `territory`: what a page said outlives its place in the tree."""
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    presentation: Mapped[str] = mapped_column(Text)
    troika: Mapped[str] = mapped_column(Text)
    quartiers: Mapped[str] = mapped_column(Text)
    contacts: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool] = mapped_column(default=False)
    word: Mapped[str] = mapped_column(Text, default="")
    """Of whoever decided, to the author."""

    @property
    def texts(self) -> CiteTexts:
        return CiteTexts(self.presentation, self.troika, self.quartiers, self.contacts)


# --- What pages show -------------------------------------------------------------------------------------------------

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


# --- Proposing and deciding ------------------------------------------------------------------------------------------
# Flushes, never commits.


class NothingChanged(DomainError):
    sentence = "C’est ce que la page dit déjà : changez un texte, ou quittez la page."


class RefusalWordMissing(DomainError):
    sentence = "Dites en un mot à son auteur pourquoi."


class DecidedMeanwhile(DomainError):
    sentence = "Quelqu’un vient de décider de cette proposition."


class CiteChangedMeanwhile(DomainError):
    sentence = "La page a changé pendant votre lecture : relisez ci-dessous, puis décidez."


def propose(session: Session, territory_id: str, person_id: int, before: CiteTexts, texts: CiteTexts, now: datetime) -> CiteProposal:
    """Stores a proposal in place of the person's open one, if any. Raises NothingChanged."""
    if texts == before:
        raise NothingChanged
    lock_person(session, person_id)
    row = session.scalar(
        select(CiteProposal)
        .where(CiteProposal.territory_id == territory_id, CiteProposal.author_id == person_id, CiteProposal.decided_at.is_(None))
        .with_for_update()
    )
    if row is None:
        row = CiteProposal(territory_id=territory_id, author_id=person_id)
        session.add(row)
    for name, value in asdict(texts).items():
        setattr(row, name, value)
    row.proposed_at = now
    session.flush()
    log.event("cite_proposed", person=person_id, territory=territory_id, proposal=row.id)
    return row


def decide(
    session: Session, settings: Settings, decider: SignedIn, proposal_id: int, seen: tuple[int, datetime], accepted: bool, word: str, now: datetime
) -> bool:
    """True when its author is told by mail. `seen`: which decision the page said, and of when the proposal was, as they were read.

    Raises RefusalWordMissing, TooManyCharacters, DecidedMeanwhile, CiteChangedMeanwhile; NotYours for no such proposal.
    """
    if not accepted and not word:
        raise RefusalWordMissing
    if len(word) > WORD_LENGTH:
        raise TooManyCharacters(WORD_LENGTH)
    row = session.get(CiteProposal, proposal_id)
    if row is None:
        raise NotYours
    session.scalar(select(Territory.id).where(Territory.id == row.territory_id).with_for_update())
    values: dict[str, Any] = {"decided_at": now, "decider_id": decider.id, "accepted": accepted, "word": word}
    deciding = update(CiteProposal).where(CiteProposal.id == proposal_id, CiteProposal.decided_at.is_(None), CiteProposal.proposed_at == seen[1])
    current = accepted_texts(session, row.territory_id).number
    if session.scalar(deciding.values(**values).returning(CiteProposal.id)) is None:
        session.refresh(row)
        raise DecidedMeanwhile if row.decided_at else CiteChangedMeanwhile
    if accepted and current != seen[0]:
        raise CiteChangedMeanwhile
    session.refresh(row)
    log.event("cite_proposal_decided", actor=decider.id, proposal=proposal_id, accepted=accepted)
    return _tell(session, settings, row, decider, now)


ACCEPTED = "acceptée", "Votre proposition pour la page de votre cité est acceptée : elle y paraît."
REFUSED = "refusée", "Votre proposition pour la page de votre cité n’est pas retenue."


def _tell(session: Session, settings: Settings, row: CiteProposal, decider: SignedIn, now: datetime) -> bool:
    """Not to oneself."""
    author, by = session.get_one(Person, row.author_id), session.get_one(Person, decider.id)
    if author.id == by.id or not author.active:
        return False
    decision, sentence = ACCEPTED if row.accepted else REFUSED
    values = {
        "décision": decision,
        "phrase": sentence,
        "auteur": by.name if row.word else "",
        "mot": row.word,
        "lien": outbox.base(settings) + path_of("network.network"),
    }
    return send(session, PROPOSAL_DECIDED, author, values, now, reply_to=by.email)


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Merges the open proposals of two accounts; where both have one for a cité, that of the kept account stays."""
    lock_people(session, [kept, gone])
    own = select(CiteProposal.territory_id).where(CiteProposal.author_id == kept, CiteProposal.decided_at.is_(None)).scalar_subquery()
    session.execute(delete(CiteProposal).where(CiteProposal.author_id == gone, CiteProposal.decided_at.is_(None), CiteProposal.territory_id.in_(own)))
    session.execute(update(CiteProposal).where(CiteProposal.author_id == gone).values(author_id=kept))
    session.execute(update(CiteProposal).where(CiteProposal.decider_id == gone).values(decider_id=kept))
