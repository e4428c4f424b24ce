"""Remarks on a draft: said, answered, closed; links for guests. Flushes, never commits."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.authoring.comparing.word_diff import unspoken
from app.authoring.models import ANCHOR_LENGTH, GUEST_LENGTH, Draft, GuestLink, Remark
from app.authoring.publishing.remarks.queries import RemarkTyped
from app.platform.errors import DomainError, NotYours
from app.platform.french import exact
from app.platform.log import event

LONGEST, QUOTED = 4000, 400
"""Characters of a remark, and of the passage that it quotes."""
MOST, GUESTS_MOST = 500, 200
"""Remarks and answers on one draft: of trainers, and of guests, who never take the place of theirs."""
HOURLY = 60
"""Remarks of one guest in an hour, on all that they were given to read."""
VALID = timedelta(days=14)
"""How long a guest's link opens something."""


class RemarkRefused(DomainError):
    """What was typed comes back with the sentence."""


class RemarkEmpty(RemarkRefused):
    sentence = "Écrivez votre remarque."


class RemarkTooLong(RemarkRefused):
    sentence = f"{exact(LONGEST)} caractères au plus."


class NameMissing(RemarkRefused):
    sentence = "Dites votre nom : il accompagne vos remarques."


class TooManyRemarks(RemarkRefused):
    status = 409
    sentence = "Ce texte a déjà autant de remarques qu’il peut en avoir : voyez avec la personne qui l’écrit."


class TooFast(RemarkRefused):
    status = 429
    sentence = f"{exact(HOURLY)} remarques par heure au plus : gardez celle-ci, et envoyez-la un peu plus tard."


class Voice(Struct, frozen=True):
    """Who speaks: a trainer, or a guest by their name."""

    person_id: int | None
    guest: str = ""


def say(session: Session, draft: Draft, voice: Voice, sent: RemarkTyped, now: datetime) -> Remark:
    """A remark, or an answer to one. The same words sent twice are said once."""
    text = sent.text.strip()
    if not text:
        raise RemarkEmpty
    if len(text) > LONGEST:
        raise RemarkTooLong
    if session.scalar(select(Draft.id).where(Draft.id == draft.id).with_for_update()) is None:
        raise NotYours  # published or given up at this moment: what is said of it goes with it
    parent_id = own_remark(session, draft, sent.answers).id if sent.answers else None
    quote = " ".join(unspoken(sent.quote).split())[:QUOTED] if not parent_id else ""
    row = Remark(
        document_id=draft.document_id, author_id=draft.author_id, by_id=voice.person_id, guest=voice.guest, parent_id=parent_id, text=text, said_at=now
    )
    row.quote, row.heading = quote, sent.heading[:ANCHOR_LENGTH] if not parent_id else ""
    there = session.scalars(_of(draft)).all()
    if twin := next((each for each in there if _same(each, row)), None):
        return twin
    _make_room(session, draft, voice, sum(bool(each.guest) == bool(voice.guest) for each in there), now)
    session.add(row)
    session.flush()
    event("remark_made", document=draft.document_id, author=draft.author_id, by=voice.person_id or "guest")
    return row


def _make_room(session: Session, draft: Draft, voice: Voice, there: int, now: datetime) -> None:
    """`there`: remarks of the same kind of reader. Raises TooManyRemarks, TooFast."""
    if there >= (GUESTS_MOST if voice.guest else MOST):
        raise TooManyRemarks
    lately = select(func.count()).where(Remark.author_id == draft.author_id, Remark.guest == voice.guest, Remark.said_at > now - timedelta(hours=1))
    if voice.guest and (session.scalar(lately) or 0) >= HOURLY:
        raise TooFast


def _of(draft: Draft) -> Select[Remark]:
    return select(Remark).where(Remark.document_id == draft.document_id, Remark.author_id == draft.author_id)


def _same(one: Remark, other: Remark) -> bool:
    return (one.by_id, one.guest, one.parent_id, one.quote, one.text) == (other.by_id, other.guest, other.parent_id, other.quote, other.text)


def own_remark(session: Session, draft: Draft, number: int) -> Remark:
    """A remark on this draft, no answer. Raises NotYours."""
    row = session.get(Remark, number)
    if row is None or (row.document_id, row.author_id, row.parent_id) != (draft.document_id, draft.author_id, None):
        raise NotYours
    return row


def close(session: Session, draft: Draft, number: int, now: datetime | None) -> None:
    """Done with, or open again where `now` is None."""
    own_remark(session, draft, number).closed_at = now
    session.flush()


def invite(session: Session, draft: Draft, others: Iterable[str], form_key: str, now: datetime) -> GuestLink:
    """A link for one guest, on a draft and on others of the same author. One form makes one, however often it is sent."""
    session.scalar(select(Draft.id).where(Draft.id == draft.id).with_for_update())
    mark = hashlib.sha256(f"{draft.author_id} {form_key or secrets.token_hex()}".encode()).hexdigest()[:32]
    if twin := session.scalar(select(GuestLink).where(GuestLink.author_id == draft.author_id, GuestLink.mark == mark)):
        return twin
    mine = select(Draft.document_id).where(Draft.author_id == draft.author_id, Draft.document_id.in_(list(others)))
    documents = dict.fromkeys([draft.document_id, *sorted(session.scalars(mine))])
    row = GuestLink(author_id=draft.author_id, mark=mark, documents=list(documents), guest="", made_at=now, expires_at=now + VALID)
    session.add(row)
    session.flush()
    event("guest_invited", author=draft.author_id, link=row.id, documents=len(documents))
    return row


def revoke(session: Session, author_id: int, number: int, now: datetime) -> GuestLink:
    """The link opens nothing any more. Raises NotYours for somebody else's."""
    row = session.get(GuestLink, number)
    if row is None or row.author_id != author_id:
        raise NotYours
    row.expires_at = min(row.expires_at, now)
    session.flush()
    event("guest_revoked", author=author_id, link=row.id)
    return row


def guest_voice(row: GuestLink, typed: str) -> Voice:
    """The guest, whose name is asked once."""
    row.guest = row.guest or " ".join(typed.split())[:GUEST_LENGTH]
    if not row.guest:
        raise NameMissing
    return Voice(None, row.guest)
