"""A lesson sent out as a file for word processors, and a file that came back: its paper, its pages, its writing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.authoring.circulating.edits import EditedText, UnplacedEdit, carry_edits
from app.authoring.circulating.passages import AnchoredComment, anchor_comments, passages
from app.authoring.circulating.values import Passage, PassageKind, ReturnedFile, Spelt, Style, parse_returned
from app.authoring.comparing.three_way import MergeResult, merge3
from app.authoring.drafts.queries import WorkingText, course_around, course_as_written, working_text
from app.authoring.drafts.services import DraftConflict, TextTooLong, open_draft, save_draft
from app.authoring.incoming import uploads
from app.authoring.incoming.uploads import instance, media_store, waiting
from app.authoring.incoming.word_views import came_back, find_sent_text
from app.authoring.merging import UNDECIDED, TextMergePage, resolve
from app.authoring.models import GUEST_LENGTH, Draft, SentText, blueprint
from app.authoring.publishing.remarks import LONGEST, RemarkTyped, TooManyRemarks, Voice, say
from app.content.papers.files import TEXTS, FileFormat
from app.content.papers.paper import (
    Block,
    CellPaper,
    ListEntry,
    Paper,
    PaperPicture,
    PaperTitle,
    Paragraph,
    Runs,
    Table,
    TextRun,
    mark,
    plain_text,
    shares,
    writable,
)
from app.content.store.queries import course
from app.content.text.grids import Copy
from app.content.text.markdown import inline_tokens, plain
from app.content.text.maths import size_of
from app.content.values.addresses import media_name
from app.content.values.course import Lesson
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db, insert_once
from app.platform.errors import NotYours
from app.platform.french import french
from app.platform.log import event
from app.platform.storage.folder import Store
from app.platform.web.edge import download
from app.platform.web.endpoints import act, page

PURPOSE = "Une leçon à relire"
_OUTSIDE = ("http://", "https://", "mailto:")

# --- The paper (pure) ------------------------------------------------------------------------------------------------


def paper_of(found: Sequence[Passage], pictures: Mapping[str, PaperPicture], made_at: datetime, mark: str) -> Paper:
    """`pictures` by the names that the text gives them."""
    title, *rest = found
    return Paper(french(writable(title.text)), PURPOSE, Copy.BLANK, tuple(_blocks(rest, pictures)), (), made_at, mark)


def _blocks(found: Sequence[Passage], pictures: Mapping[str, PaperPicture]) -> Iterator[Block]:
    for table, group in groupby(found, key=lambda each: each.place[0]):
        if table:
            yield _table(list(group))
        else:
            for each in group:
                yield from _block(each, pictures)


def _block(each: Passage, pictures: Mapping[str, PaperPicture]) -> Iterator[Block]:
    if each.picture is not None:
        picture = pictures.get(str(each.picture.attrs.get("src", "")))
        if picture is not None:
            yield PaperPicture(picture.data, french(writable(plain(each.picture.children))), picture.width, picture.height)
        return
    if each.kind is PassageKind.HEADING:
        yield PaperTitle(each.level, french(writable(each.text)))
        yield from (Paragraph((TextRun("", note=_runs(note.spelt)),)) for _, note in each.spelt.calls)
    elif each.kind is PassageKind.ENTRY:
        yield ListEntry(_runs(each.spelt), each.level, each.number, each.begins)
    else:
        yield Paragraph(_runs(each.spelt), each.look)


def _table(cells: Sequence[Passage]) -> Table:
    heads, *rows = ([_runs(each.spelt) for each in row] for _, row in groupby(cells, key=lambda each: each.place[1]))
    titles = tuple(plain_text(runs) for runs in heads)
    shown = tuple(tuple(CellPaper(runs) for runs in row) for row in rows)
    columns = list(zip(titles, *([plain_text(runs) for runs in row] for row in rows), strict=True))
    return Table(titles, shown, shares(columns), ("",) * len(titles), tuple(heads))


def _runs(spelt: Spelt) -> Runs:
    """Cut where the look changes, and where a note is called."""
    cuts = sorted({0, len(spelt.text), *(each.start for each in spelt.styles), *(at for at, _ in spelt.calls)})
    found: list[TextRun] = []
    for start, end in zip(cuts, [*cuts[1:], len(spelt.text)], strict=True):
        found += (TextRun("", note=_runs(note.spelt)) for at, note in spelt.calls if at == start)
        if words := _words(spelt, start, end):
            look = _look(spelt.styles, start)
            found.append(TextRun(words, look.bold, look.italic, link=look.link if look.link.startswith(_OUTSIDE) else ""))
    return tuple(found)


def _words(spelt: Spelt, start: int, end: int) -> str:
    """A call touches the word before it."""
    words = french(writable(spelt.text[start:end]).replace("\n", " "))
    return words.rstrip(" ") if any(at == end for at, _ in spelt.calls) else words


def _look(styles: Sequence[Style], at: int) -> Style:
    return next((each for each in reversed(styles) if each.start <= at), Style(0))


# --- Pages -----------------------------------------------------------------------------------------------------------


class SentLine(Struct, frozen=True):
    id: int
    at: datetime
    same: bool
    """Whether the lesson still says the same."""


class CirculatePage(Struct, frozen=True):
    document_id: str
    title: str
    drafted: bool
    sent: tuple[SentLine, ...]


def own_lesson(session: Session, document_id: str, author_id: int) -> WorkingText:
    """Raises NotYours for what is no lesson that can be read."""
    text = working_text(session, document_id, author_id)
    if not isinstance(text.reading.document, Lesson):
        raise NotYours
    return text


def circulate_page(session: Session, text: WorkingText) -> CirculatePage:
    query = select(SentText).where(SentText.document_id == text.document_id, SentText.author_id == text.author_id).order_by(SentText.sent_at.desc())
    lines = tuple(SentLine(row.id, row.sent_at, row.fingerprint == text.fingerprint) for row in session.scalars(query))
    return CirculatePage(text.document_id, text.title, text.version > 0, lines)


def notes_called(session: Session, text: WorkingText) -> dict[str, str]:
    """What the notes say that a lesson calls, in words, by label."""
    lesson = text.reading.document
    if not isinstance(lesson, Lesson):
        return {}
    sources = course_as_written(course(session), course_around(session, text.document_id, text.author_id)).sources_for(lesson)
    return {label: plain(inline_tokens(sources[label].text)) for label in lesson.calls if label in sources}


def sent_text(session: Session, sent_id: int, document_id: str, author_id: int) -> SentText:
    """What one sent. Raises NotYours."""
    row = session.get(SentText, sent_id)
    if row is None or (row.document_id, row.author_id) != (document_id, author_id):
        raise NotYours
    return row


class ReturnedComparison(Struct, frozen=True):
    """A file that came back, beside what it was made from and what the lesson has become."""

    row: SentText
    text: WorkingText
    file: ReturnedFile
    edited: EditedText
    merged: MergeResult
    comments: tuple[AnchoredComment, ...]

    @property
    def says_nothing(self) -> bool:
        return self.edited.text == self.row.text and not self.comments and not self.edited.left

    @property
    def fingerprint(self) -> str:
        """By this a decision is about what was shown."""
        return self.text.fingerprint


def comparison(session: Session, row: SentText, author_id: int, file: ReturnedFile) -> ReturnedComparison:
    text = working_text(session, row.document_id, author_id)
    found = carry_edits(row.text, row.notes, file)
    merged = merge3(row.text, text.normal_text, found.text)
    comments = anchor_comments(merged.text if merged.text is not None else text.normal_text, row.notes, file)
    return ReturnedComparison(row, text, file, found, merged, comments)


class ReturnedPage(Struct, frozen=True):
    digest: str
    document_id: str
    title: str
    sent_at: datetime
    sender: str
    """Empty for oneself."""
    by: tuple[str, ...]
    drafted: bool
    merge: TextMergePage
    changes: bool
    """Whether the text itself would change."""
    comments: tuple[AnchoredComment, ...]
    left: tuple[UnplacedEdit, ...]
    says_nothing: bool


def page_of_returned(session: Session, found: ReturnedComparison, digest: str, typed: Mapping[str, str], refused: str = "") -> ReturnedPage:
    text, row = found.text, found.row
    sender = session.get(Person, row.author_id) if row.author_id != text.author_id else None
    merge = TextMergePage(
        document_id=row.document_id,
        title=text.title,
        who="",
        mine_name="mon brouillon" if text.version else "le texte publié",
        theirs_name="le fichier relu",
        mine=text.normal_text,
        merged=found.merged,
        typed=typed,
        fields={"shown": found.fingerprint},
        refused=refused,
    )
    return ReturnedPage(
        digest=digest,
        document_id=row.document_id,
        title=text.title,
        sent_at=row.sent_at,
        sender=sender.name or "" if sender else "",
        by=tuple(dict.fromkeys(filter(None, (*found.file.by, *(each.by for each in found.comments))))),
        drafted=text.version > 0,
        merge=merge,
        changes=found.merged.text != text.normal_text,
        comments=found.comments,
        left=found.edited.left,
        says_nothing=found.says_nothing,
    )


# --- Writing ---------------------------------------------------------------------------------------------------------
# Flushes, never commits.

KEPT = timedelta(days=365)
"""How long after a file left it is still known when it comes back."""
_WIDEST, _HIGHEST = 170, 200
_WIDTHS = {"petite": 57, "moyenne": 113, "pleine": _WIDEST}
"""Millimetres."""
_DOTS = 96
"""An inch, on screens."""
_PLAIN = frozenset({"PNG", "JPEG", "GIF"})
"""What every word processor shows."""


def remember_sent(session: Session, text: WorkingText, notes: Mapping[str, str], now: datetime) -> SentText:
    """Remember the text as it leaves. The same one again is the same row. Those of more than a year ago are forgotten."""
    session.execute(delete(SentText).where(SentText.sent_at < now - KEPT))
    values = {
        "document_id": text.document_id,
        "author_id": text.author_id,
        "fingerprint": text.fingerprint,
        "text": text.normal_text,
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


def keep(session: Session, text: WorkingText, merged: str, comments: Sequence[AnchoredComment], now: datetime) -> Draft:
    """The merged text becomes the author's draft, and each comment a remark on it by whoever wrote it in the file. Raises DraftConflict."""
    draft = open_draft(session, text.document_id, text.author_id, now, text.base_id)
    if text.version == 0 and draft.version != 1:
        raise DraftConflict(draft, merged)
    if merged != text.normal_text:
        draft = save_draft(session, draft, merged, version=text.version or 1, now=now)
    for comment in comments:
        voice = Voice(None, comment.name[:GUEST_LENGTH])
        said = comment.text if len(comment.text) <= LONGEST else f"{comment.text[: LONGEST - 1]}…"
        say(session, draft, voice, RemarkTyped(text=said, quote=comment.quote, heading=comment.heading), now)
    event("text_returned", document=text.document_id, author=text.author_id, remarks=len(comments))
    return draft


# --- `/atelier/documents/<id>/fichier-a-relire` and `/atelier/retours/<digest>` --------------------------------------

MOVED = "La leçon vient de changer : voici la comparaison telle qu’elle est maintenant. Vos choix sont à vérifier."


@blueprint.get("/documents/<document_id>/fichier-a-relire")
@page(who=AUTHORS, feature="word")
def circulate(document_id: str) -> str:
    text = own_lesson(db.session, document_id, current_person().id)
    return render_template("authoring/circulating/circulate.html", page=circulate_page(db.session, text))


@blueprint.post("/documents/<document_id>/fichier-a-relire", endpoint="send_text")
@act(who=AUTHORS, feature="word")
def send(document_id: str) -> ResponseReturnValue:
    """The text is remembered, then its file is fetched: what comes back will be compared with it."""
    extension = request.form.get("format", "")
    if extension not in TEXTS:
        raise NotYours
    text = own_lesson(db.session, document_id, current_person().id)
    row = remember_sent(db.session, text, notes_called(db.session, text), clock.now())
    db.session.commit()
    return redirect(url_for("authoring.sent_file", document_id=document_id, sent_id=row.id, extension=extension), 303)


@blueprint.get("/documents/<document_id>/envois/<int:sent_id>/<extension>")
@page(who=AUTHORS, feature="word")
def sent_file(document_id: str, sent_id: int, extension: str) -> Response:
    row = sent_text(db.session, sent_id, document_id, current_person().id)
    if extension not in TEXTS:
        raise NotYours
    form = TEXTS[extension]
    return download(write_file(row, form, media_store()), form.mimetype, f"{document_id}-a-relire.{extension}")


def _compare_file(digest: str) -> ReturnedComparison:
    """Reading a file may take seconds: no transaction is open meanwhile. Raises NotYours."""
    author = current_person().id
    data = uploads.read_pending(waiting(), digest, author)
    db.session.rollback()
    answer = came_back(instance(), data)
    row = find_sent_text(db.session, data, author)
    if row is None:
        raise NotYours
    return comparison(db.session, row, author, parse_returned(answer))


def _page(found: ReturnedComparison, digest: str, refused: str = "") -> str:
    page = page_of_returned(db.session, found, digest, request.form, refused)
    return render_template("authoring/circulating/returned.html", page=page)


@blueprint.get("/retours/<digest>")
@page(who=AUTHORS, feature="word")
def returned_page(digest: str) -> str:
    return _page(_compare_file(digest), digest)


@blueprint.post("/retours/<digest>")
@act(who=AUTHORS, feature="word")
def keep_returned(digest: str) -> ResponseReturnValue:
    found = _compare_file(digest)
    if request.form.get("shown") != found.fingerprint:
        return _page(found, digest, MOVED), 409
    merged = resolve(found.merged, request.form)
    if merged is None:
        return _page(found, digest, UNDECIDED), 422
    try:
        keep(db.session, found.text, merged, found.comments, clock.now())
    except (DraftConflict, TextTooLong, TooManyRemarks) as error:
        db.session.rollback()
        return _page(_compare_file(digest), digest, MOVED if isinstance(error, DraftConflict) else error.sentence), error.status
    flash("Le fichier est repris dans votre brouillon : relisez, puis publiez.", "success")
    db.session.commit()
    uploads.drop(waiting(), digest, current_person().id)
    where = "authoring.remarks" if found.comments else "authoring.review"
    return redirect(url_for(where, document_id=found.row.document_id, _anchor="remarques" if found.comments else None), 303)
