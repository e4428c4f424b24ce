"""A text sent out as a file; what came back, kept. Flushes, never commits."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.authoring.circulating.anchoring import Anchored
from app.authoring.circulating.paper import paper_of
from app.authoring.circulating.passages import passages
from app.authoring.circulating.values import Passage
from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.services import DraftConflict, open_draft, save_draft
from app.authoring.models import GUEST_LENGTH, Draft, SentText
from app.authoring.publishing.remarks.queries import RemarkTyped
from app.authoring.publishing.remarks.services import LONGEST, Voice, say
from app.content.papers.files import FileFormat
from app.content.papers.marks import mark
from app.content.papers.paper import PaperPicture
from app.content.text.inline.pictures import size_of
from app.content.values.addresses import media_name
from app.platform.db import insert_once
from app.platform.log import event
from app.platform.storage.store import Store

KEPT = timedelta(days=365)
"""How long after a file left it is still known when it comes back."""
_WIDEST, _HIGHEST = 170, 200
_WIDTHS = {"petite": 57, "moyenne": 113, "pleine": _WIDEST}
"""Millimetres."""
_DOTS = 96
"""An inch, on screens."""
_PLAIN = frozenset({"PNG", "JPEG", "GIF"})
"""What every word processor shows."""


def send(session: Session, text: WorkingText, notes: Mapping[str, str], now: datetime) -> SentText:
    """Remember the text as it leaves. The same one again is the same row. Those of more than a year ago are forgotten."""
    session.execute(delete(SentText).where(SentText.sent_at < now - KEPT))
    values = {
        "document_id": text.document_id,
        "author_id": text.author_id,
        "fingerprint": text.fingerprint,
        "text": text.normalised,
        "media": dict(text.media),
        "notes": dict(notes),
        "sent_at": now,
    }
    if insert_once(session, SentText, values):
        event("text_sent", document=text.document_id, author=text.author_id)
    same = (SentText.author_id == text.author_id, SentText.document_id == text.document_id, SentText.fingerprint == text.fingerprint)
    row = session.scalars(select(SentText).where(*same)).one()
    row.sent_at, row.notes = now, dict(notes)
    session.flush()
    return row


def write_file(row: SentText, form: FileFormat, media_store: Store) -> bytes:
    """The file of a text that was sent."""
    found = passages(row.text, row.notes)
    return form.write(paper_of(found, _pictures(found, row.media, media_store), row.sent_at, mark(row.document_id, row.fingerprint)))


def _pictures(found: Sequence[Passage], media: Mapping[str, str], media_store: Store) -> dict[str, PaperPicture]:
    pictures: dict[str, PaperPicture] = {}
    for token in (each.picture for each in found if each.picture is not None):
        source = str(token.attrs.get("src", ""))
        name = source.removeprefix("images/")
        with suppress(FileNotFoundError):
            if name in media:
                pictures[source] = _picture(media_store.read(media_name(name, media[name])), size_of(token))
    return pictures


def _picture(data: bytes, size: str) -> PaperPicture:
    """As large as on the page; what word processors do not show is written again."""
    from PIL import Image  # few ask for it

    with Image.open(io.BytesIO(data)) as image:
        wide, high = image.size
        if image.format not in _PLAIN:
            again = io.BytesIO()
            image.save(again, "PNG")
            data = again.getvalue()
    width = min(_WIDTHS.get(size, wide * 25.4 / _DOTS), _WIDEST, _HIGHEST * wide / high)
    return PaperPicture(data, "", max(1, round(width)), max(1, round(width * high / wide)))


def keep(session: Session, text: WorkingText, merged: str, comments: Sequence[Anchored], now: datetime) -> Draft:
    """The merged text becomes the author's draft, and each comment a remark on it by whoever wrote it in the file. Raises DraftConflict."""
    draft = open_draft(session, text.document_id, text.author_id, now, text.base_id)
    if text.version == 0 and draft.version != 1:
        raise DraftConflict(draft, merged)
    if merged != text.normalised:
        draft = save_draft(session, draft, merged, version=text.version or 1, now=now)
    for comment in comments:
        voice = Voice(None, comment.name[:GUEST_LENGTH])
        said = comment.text if len(comment.text) <= LONGEST else f"{comment.text[: LONGEST - 1]}…"
        say(session, draft, voice, RemarkTyped(text=said, quote=comment.quote, heading=comment.heading), now)
    event("text_returned", document=text.document_id, author=text.author_id, remarks=len(comments))
    return draft
