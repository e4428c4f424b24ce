"""A text under review: the page that learners will see, and what readers say of its passages; who was given a link."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.rendered import Anchor, AnchorPlace, MarkedPage
from app.authoring.drafts.queries import WorkingText, text_of
from app.authoring.drafts.readings import title_in
from app.authoring.editor.previewed import KINDS
from app.authoring.models import Draft, GuestLink, Remark
from app.authoring.publishing.remarks.shown import mark_page
from app.identity.models import Person
from app.identity.passwords.tokens import Secret, sign, signed
from app.platform.errors import NotYours
from app.platform.web.edge import LARGEST, path_of, public_address

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
    match signed(secret, LINK, token):
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
