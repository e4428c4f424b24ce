"""What is found and no index holds: what is published of questions to trainers; and what somebody wrote, answers to « Sur mon territoire », notes on a passage,
a trainer's drafts. It is analysed when asked for; nobody else's writing is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.queries import SeenAt
from app.content.search.analysis import folds
from app.content.search.asking import SearchRequest
from app.content.search.entries import SearchKind, SearchSection, entry_of, plain_line
from app.content.search.queries import SearchAudience, ShownSection
from app.content.search.ranking import SearchCandidate, marks, rank, snippet
from app.content.values.addresses import of_link
from app.content.values.course import Course
from app.learner.messages import queries
from app.learner.notebook.notes import TerritoryNote
from app.learner.notebook.passages import PassageItem, list_notes
from app.learner.notebook.rules import questions_of
from app.platform import hooks
from app.platform.french import french

_HEAD_TITLE = re.compile(r"^titre\s*:\s*(.+)$", re.MULTILINE)
PASSAGE = "passage-"
"""Begins the anchor of a note on a passage: no title's."""
_DRAFT_READ = 200_000
"""Characters of a draft that are searched."""
MOST_DRAFTS = 10


class DraftHit(Struct, frozen=True):
    document_id: str
    title: str
    passage: Markup


@dataclass(slots=True)
class OwnResults:
    """What is judged besides the index."""

    candidates: list[SearchCandidate] = field(default_factory=list)
    shown: dict[int, ShownSection] = field(default_factory=dict)
    notes: dict[int, int] = field(default_factory=dict)
    """Row → answer."""
    passages: dict[int, PassageItem] = field(default_factory=dict)
    """Row → note on a passage."""
    faqs: dict[int, str] = field(default_factory=dict)
    """Row → address of a published question."""
    seen: Mapping[str, SeenAt] = field(default_factory=dict)


def read_faqs(session: Session, course: Course, asked: SearchRequest, audience: SearchAudience, own: OwnResults) -> None:
    """Adds the published questions of lessons that the reader may read."""
    beginnings = {stem[:4] for stem in asked.stems}
    for row in queries.everywhere(session):
        closed = audience.documents is not None and row.lesson_id not in audience.documents
        outside = closed or row.lesson_id in audience.hidden or (audience.module is not None and row.lesson_id not in audience.module)
        address = "" if outside else of_link(course, row.lesson_id, "")
        text = " ".join(row.answer.split())
        if address and _may_hold(f"{row.question} {text}", beginnings):
            section = SearchSection(SearchKind.FAQ, row.lesson_id, f"faq-{row.id}", row.id, french(row.question), "", french(text))
            own.faqs[_add(own, section)] = f"{address}#faq-{row.id}"


def read_notes(session: Session, course: Course, person_id: int, asked: SearchRequest, audience: SearchAudience, own: OwnResults) -> None:
    """The person's own rows, and nobody else's: analysed as they are asked for, kept nowhere."""
    beginnings = {stem[:4] for stem in asked.stems}
    _read_answers(session, course, person_id, beginnings, audience, own)
    for held in list_notes(session, course, person_id):
        text = french(" ".join(held.text.split()))
        outside = audience.module is not None and held.place.ref not in audience.module
        if not outside and _may_hold(f"{held.spot.words} {text}", beginnings):
            title = french(f"{held.spot.words} – {held.origin}" if held.origin else held.spot.words)
            own.passages[_add(own, SearchSection(SearchKind.NOTE, held.place.ref, f"{PASSAGE}{held.id}", held.id, title, "", text))] = held


def _may_hold(text: str, beginnings: set[str]) -> bool:
    plain = " ".join(folds(text))
    return any(begin in plain for begin in beginnings)


def _add(own: OwnResults, section: SearchSection) -> int:
    candidate = _candidate(section)
    own.candidates.append(candidate)
    own.shown[candidate.id] = ShownSection(section.title, "", section.text)
    return candidate.id


def _read_answers(session: Session, course: Course, person_id: int, beginnings: set[str], audience: SearchAudience, own: OwnResults) -> None:
    for note in session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == person_id).order_by(TerritoryNote.id)):
        text = french(" ".join(note.answer.split()))
        if audience.module is not None and note.lesson_id not in audience.module:
            continue
        if _may_hold(f"{note.question} {text}", beginnings):
            own.notes[_add(own, SearchSection(SearchKind.NOTE, note.lesson_id, _place_of(course, note), note.id, note.question, "", text))] = note.id


def _place_of(course: Course, note: TerritoryNote) -> str:
    """Under its lesson, where that still asks the question."""
    lesson = course.lessons.get(note.lesson_id)
    numbers = (number for number, question in questions_of(lesson).items() if question.key == note.question_key) if lesson else iter(())
    return next((f"reponse-{number}" for number in numbers), f"note-{note.id}")


def _candidate(section: SearchSection) -> SearchCandidate:
    entry = entry_of(section, section.ref)
    return SearchCandidate(section.id, section.kind, section.ref, section.ref, section.anchor, section.place, entry.words, entry.weights)


def drafts(session: Session, author_id: int, asked: SearchRequest) -> tuple[DraftHit, ...]:
    """Finds the author's drafts that hold all the words searched for."""
    texts: dict[int, tuple[SearchSection, str]] = {}
    for document_id, text in hooks.draft_texts.here()(session, author_id) if asked.groups else ():
        named = _HEAD_TITLE.search(text)
        section = SearchSection(SearchKind.LESSON, document_id, "", 0, plain_line(named[1]) if named else document_id, "", plain_line(text[:_DRAFT_READ]))
        texts[section.id] = section, document_id
    found = [each for each in rank(asked, [_candidate(section) for section, _ in texts.values()], {}, ()) if each.matched == len(asked.groups)]
    return tuple(_draft_hit(texts[each.candidate.id][0], asked) for each in found[:MOST_DRAFTS])


def _draft_hit(section: SearchSection, asked: SearchRequest) -> DraftHit:
    return DraftHit(section.ref, section.title, snippet(section.text, marks(asked, section.text)))
