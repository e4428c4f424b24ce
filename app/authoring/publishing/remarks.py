"""Remarks on a draft, by colleagues and by guests who hold a link."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from flask import get_template_attribute
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.authoring.comparing.page_diff import Anchor, AnchorPlace, MarkedPage
from app.authoring.comparing.page_diff import mark_page as marked
from app.authoring.comparing.word_diff import unspoken
from app.authoring.drafts.queries import WorkingText, course_around, course_as_written, text_of, title_in
from app.authoring.editor.previews import KINDS, preview
from app.authoring.models import ANCHOR_LENGTH, GUEST_LENGTH, Draft, GuestLink, Remark
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.models import Person
from app.identity.passwords import Secret, read_signed, sign
from app.platform.errors import DomainError, NotYours
from app.platform.french import exact
from app.platform.log import event
from app.platform.web.edge import LARGEST, path_of, public_address

# --- The draft as a page ---------------------------------------------------------------------------------------------
# As learners will see it, each question as its correction shows it, with what changed since the published text marked. Nothing of it may be used or sent.

MOST_SHOWN = 1_500_000
"""Characters of both pages together; beyond, the text is read line by line only: the page would keep its reader waiting."""


def mark_page(session: Session, text: WorkingText, now: datetime, anchors: Iterable[Anchor] = (), prefix: str = "") -> MarkedPage | None:
    """Marks in the future page what changed since the published text; None for a text that is too long."""
    published = course(session)
    after = _page(course_as_written(published, course_around(session, text.document_id, text.author_id)), text, now)
    before = ""
    if text.published is not None:
        before = _page(published, replace(text, path=text.published.path, text=text.published.text, media=text.published.media), now)
    return marked(before, after, anchors, prefix, compare=text.published is not None) if len(before) + len(after) <= MOST_SHOWN else None


def _page(imagined: Course, text: WorkingText, now: datetime) -> str:
    found = preview(imagined, text, None, now, keyed=True)
    return str(get_template_attribute("macros/authoring/preview.html", "learner")(found, "", ""))


# --- What pages show -------------------------------------------------------------------------------------------------

LINK = "reading-guest"


class RemarkAnswer(Struct, frozen=True):
    by: str
    at: datetime
    text: str


class RemarkLine(Struct, frozen=True):
    id: int
    number: int
    """Its rank among the remarks on this draft: what it is called."""
    by: str
    at: datetime
    text: str
    quote: str
    ref: str
    """Where its passage stands in the page; empty where nothing is left of it."""
    changed: bool
    """The passage is no longer as it was quoted."""
    answers: tuple[RemarkAnswer, ...]
    closed: bool


class MarkedText(Struct, frozen=True):
    """`html` is empty for a text that is too long to be shown so."""

    document_id: str
    title: str
    kind: str
    is_new: bool
    html: Markup
    headings: tuple[tuple[str, str], ...]
    removed: int
    added: int
    others: int
    """Pictures, formulas and addresses of links that changed."""
    keys: int
    """Questions of which another answer is right."""
    open: tuple[RemarkLine, ...]
    closed: tuple[RemarkLine, ...]


class RemarkTyped(Struct, frozen=True):
    """What was typed and refused, on the page that shows it again. `answers`: the remark that it answers."""

    text: str = ""
    quote: str = ""
    heading: str = ""
    name: str = ""
    answers: int = 0
    refused: str = ""


class GuestLine(Struct, frozen=True):
    id: int
    guest: str
    address: str
    expires_at: datetime
    titles: tuple[str, ...]


class RemarksPage(Struct, frozen=True):
    """`others`: what may be given to read with it. `key` is drawn with the form that makes a link, and tells it from another."""

    text: MarkedText
    links: tuple[GuestLine, ...]
    others: tuple[tuple[str, str], ...]
    sent: RemarkTyped
    key: str


class GuestPage(Struct, frozen=True):
    token: str
    guest: str
    asker: str
    expires_at: datetime
    text: MarkedText
    texts: tuple[tuple[str, str], ...]
    """(document, title) of all that the link shows."""
    sent: RemarkTyped


def text_without_remarks(session: Session, text: WorkingText, now: datetime, prefix: str = "") -> MarkedText:
    """The page alone. `prefix` begins its ids, where several texts stand on one."""
    return _text(text, mark_page(session, text, now, (), prefix), ())


def read_text(session: Session, text: WorkingText, now: datetime) -> MarkedText:
    """The page, its remarks at their passages."""
    rows = session.execute(
        select(Remark, Person.name)
        .outerjoin(Person, Person.id == Remark.by_id)
        .where(Remark.document_id == text.document_id, Remark.author_id == text.author_id)
        .order_by(Remark.id)
    ).all()
    said = [(row, name or row.guest) for row, name in rows]
    first = [(number, row, by) for number, (row, by) in enumerate((each for each in said if each[0].parent_id is None), 1)]
    page = mark_page(session, text, now, [Anchor(number, row.quote, row.heading) for number, row, _ in first if row.closed_at is None])
    placed = page.placed if page else {}
    lines = [_line(number, row, by, said, placed.get(number, AnchorPlace("", False))) for number, row, by in first]
    return _text(text, page, lines)


def _text(text: WorkingText, page: MarkedPage | None, lines: Sequence[RemarkLine]) -> MarkedText:
    return MarkedText(
        document_id=text.document_id,
        title=text.title,
        kind=KINDS[text.reading.kind],
        is_new=text.published is None,
        html=page.html if page else Markup(),
        headings=page.headings if page else (),
        removed=page.removed if page else 0,
        added=page.added if page else 0,
        others=page.others if page else 0,
        keys=max(len(text.changed_keys), page.ticks if page else 0),
        open=tuple(each for each in lines if not each.closed),
        closed=tuple(each for each in lines if each.closed),
    )


def _line(number: int, row: Remark, by: str, said: Iterable[tuple[Remark, str]], placed: AnchorPlace) -> RemarkLine:
    answers = tuple(RemarkAnswer(name, each.said_at, each.text) for each, name in said if each.parent_id == row.id)
    return RemarkLine(row.id, number, by, row.said_at, row.text, row.quote, placed.ref, placed.changed, answers, row.closed_at is not None)


def remarks_page(session: Session, draft: Draft, secret: Secret, now: datetime, sent: RemarkTyped) -> RemarksPage:
    drafts = session.scalars(select(Draft).where(Draft.author_id == draft.author_id).order_by(Draft.updated_at.desc(), Draft.id)).all()
    titles = {each.document_id: title_in(each.path, each.text, each.document_id) for each in drafts}
    rows = session.scalars(select(GuestLink).where(GuestLink.author_id == draft.author_id, GuestLink.expires_at > now).order_by(GuestLink.id))
    links = tuple(_guest_line(row, secret, titles) for row in rows if draft.document_id in row.documents)
    others = tuple((each, title) for each, title in titles.items() if each != draft.document_id)
    return RemarksPage(read_text(session, text_of(session, draft), now), links, others, sent, secrets.token_urlsafe(24))


def _guest_line(row: GuestLink, secret: Secret, titles: dict[str, str]) -> GuestLine:
    return GuestLine(
        row.id,
        row.guest,
        public_address(path_of("guests.text", token=token_of(row, secret))),
        row.expires_at,
        tuple(titles[each] for each in row.documents if each in titles),
    )


def token_of(row: GuestLink, secret: Secret) -> str:
    return sign(secret, LINK, [row.id, row.mark])


def guest_link(session: Session, secret: Secret, token: str, now: datetime) -> GuestLink:
    """What a guest was given. Raises NotYours for what is no link of ours, has ended, or was revoked."""
    match read_signed(secret, LINK, token):
        case [int(number), str(mark)] if 0 < number <= LARGEST:
            row = session.get(GuestLink, number)
            if row is not None and row.mark == mark and now < row.expires_at:
                return row
    raise NotYours


def drafts_of(session: Session, row: GuestLink) -> Sequence[Draft]:
    """What is still to read by a link. Raises NotYours when nothing is."""
    query = select(Draft).where(Draft.author_id == row.author_id, Draft.document_id.in_(row.documents))
    found = sorted(session.scalars(query), key=lambda draft: row.documents.index(draft.document_id))
    if not found:
        raise NotYours
    return found


def chosen_draft(drafts: Iterable[Draft], wanted: str) -> Draft:
    """The first one, or the one that is wanted. Raises NotYours for another."""
    found = next((draft for draft in drafts if wanted in ("", draft.document_id)), None)
    if found is None:
        raise NotYours
    return found


def guest_page(session: Session, row: GuestLink, token: str, drafts: Iterable[Draft], draft: Draft, now: datetime, sent: RemarkTyped) -> GuestPage:
    asker = session.scalar(select(Person.name).where(Person.id == row.author_id)) or ""
    texts = tuple((each.document_id, title_in(each.path, each.text, each.document_id)) for each in drafts)
    return GuestPage(token, row.guest, asker, row.expires_at, read_text(session, text_of(session, draft), now), texts, sent)


def guest_images(session: Session, row: GuestLink) -> Collection[tuple[str, str]]:
    """(name, digest) of the images that a guest's texts show, as they are and as they were."""
    texts = [text_of(session, draft) for draft in drafts_of(session, row)]
    return {pair for text in texts for pair in (*text.media.items(), *text.published_media.items())}


def waiting_remarks(session: Session, author_id: int) -> Counter[str]:
    """Document → remarks of others on somebody's draft that are not closed, and that they have not answered."""
    answered = select(Remark.parent_id).where(Remark.by_id == author_id, Remark.parent_id.is_not(None))
    query = select(Remark.document_id).where(Remark.author_id == author_id, Remark.closed_at.is_(None), Remark.parent_id.is_(None))
    return Counter(session.scalars(query.where(Remark.by_id.is_distinct_from(author_id), Remark.id.not_in(answered))))


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.

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
