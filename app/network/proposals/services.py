"""Propose, and decide of a proposal. Flushes, never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.identity.letters.sending import send
from app.identity.models import Person, Territory
from app.identity.queries import SignedIn
from app.identity.services import lock_people, lock_person
from app.network.proposals.models import CiteProposal
from app.network.proposals.queries import accepted_texts
from app.network.proposals.rules import WORD_LENGTH, CiteTexts
from app.platform import log
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.mail import outbox
from app.platform.mail.emails import PROPOSAL_DECIDED
from app.platform.settings import Settings
from app.platform.web.edge import path_of


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

    Raises WordMissing, TooManyCharacters, DecidedMeanwhile, ChangedMeanwhile; NotYours for no such proposal.
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
