"""« Trouver »: what somebody may read, found by words.

Another kind of thing has its sections in `content/search/entries.py` if it is published, its reader below if it belongs to one person, and its name in `NAMES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.queries import SeenAt, seen_questions
from app.content.search.analysis import folds
from app.content.search.entries import SearchKind, SearchSection, entry_of, plain_line
from app.content.search.queries import Results, SearchAudience, ShownSection, expansions_of, load_sections, search
from app.content.search.ranking import RankedCandidate, SearchCandidate, SearchRequest, ask, correct_typing, mark_title, marks, rank, snippet, vocabulary
from app.content.values.addresses import of_link
from app.content.values.course import Course, made_of_course
from app.content.values.paths import default_path, modules_in_order
from app.content.values.text import SourceKind
from app.identity.rules import AUTHORS
from app.identity.services import SignedIn
from app.learner.messages import queries
from app.learner.notebook.notes import TerritoryNote
from app.learner.notebook.passages import PassageItem, list_notes
from app.learner.notebook.rules import questions_of
from app.learner.reference.catalogue import category_anchor
from app.learner.visitors import open_course
from app.network.directory import FoundCard, search_cards
from app.platform import hooks
from app.platform.french import NARROW, french
from app.platform.hooks import FoundPerson
from app.platform.site import offers
from app.platform.web.edge import nearest_page

# --- Kinds (pure) ----------------------------------------------------------------------------------------------------

PER_PAGE = 20

CHOICES = MappingProxyType(
    {
        "lecons": ("Leçons et modules", frozenset({SearchKind.LESSON, SearchKind.MODULE, SearchKind.FAQ})),
        "glossaire": ("Glossaire", frozenset({SearchKind.GLOSSARY})),
        "frise": ("Frise", frozenset({SearchKind.TIMELINE})),
        "outils": ("Outils", frozenset({SearchKind.TOOL})),
        "documents": ("Documents", frozenset({SearchKind.DOCUMENT})),
        "reseau": ("Réseau", frozenset({SearchKind.CITE, SearchKind.MEETING})),
        "questions": ("Questions des quiz", frozenset({SearchKind.QUESTION})),
        "carnet": ("Mon carnet", frozenset({SearchKind.NOTE})),
        "sources": ("Sources", frozenset({SearchKind.SOURCE})),
    }
)
"""As the address names it → what the list shows, and the kinds that it keeps."""

NAMES = MappingProxyType(
    {
        SearchKind.GLOSSARY: "Glossaire",
        SearchKind.LESSON: "Leçon",
        SearchKind.FAQ: "Question fréquente",
        SearchKind.MODULE: "Module",
        SearchKind.TOOL: "Outil",
        SearchKind.DOCUMENT: "Document",
        SearchKind.TIMELINE: "Frise",
        SearchKind.CITE: "Cité éducative",
        SearchKind.MEETING: "Rencontre",
        SearchKind.QUESTION: "Question de quiz",
        SearchKind.NOTE: "Mon carnet",
        SearchKind.SOURCE: "Source",
    }
)

FEATURES = MappingProxyType(
    {
        SearchKind.TOOL: "tools",
        SearchKind.DOCUMENT: "library",
        SearchKind.MEETING: "meetings",
        SearchKind.NOTE: "notebook",
        SearchKind.FAQ: "questions",
    }
)
"""Kind → the feature without which nothing of it is found."""

OPEN_KINDS = frozenset({SearchKind.GLOSSARY, SearchKind.TIMELINE, SearchKind.CITE, SearchKind.MEETING, SearchKind.LESSON, SearchKind.FAQ})
"""What visitors may read, where the site is open to them; of lessons, those that say so."""


# --- What no index holds ---------------------------------------------------------------------------------------------
# What is published of questions to trainers; and what somebody wrote: answers to « Sur mon territoire », notes on a passage, a trainer's drafts.
# It is analysed when asked for; nobody else's writing is read.

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


# --- What the page shows ---------------------------------------------------------------------------------------------


class Hit(Struct, frozen=True):
    kind: SearchKind
    name: str
    """Of its kind, in French."""
    ref: str
    anchor: str
    title: str
    """Plain, with its heading."""
    shown: Markup
    """The same, with its words marked."""
    passage: Markup
    where: str
    """The module of a lesson."""
    line: str
    """The history of that module."""
    path: str
    """In the course; empty where one of the two below leads."""
    seen: SeenAt | None = None
    note_id: int = 0
    category: str = ""
    """Of a source: its list shows only some of them."""


def hits(session: Session, course: Course, asked: SearchRequest, ranked: Sequence[RankedCandidate], own: OwnResults) -> tuple[Hit, ...]:
    stored = {**load_sections(session, [each.candidate.id for each in ranked if each.candidate.id not in own.shown]), **own.shown}
    return tuple(_hits(course, asked, [each.candidate for each in ranked], stored, own))


def _hits(course: Course, asked: SearchRequest, candidates: Sequence[SearchCandidate], stored: Mapping[int, ShownSection], own: OwnResults) -> Iterator[Hit]:
    for found in candidates:
        words = stored.get(found.id)
        if words is None:  # withdrawn or written again since it was found
            continue
        title = _title(found.kind, words)
        stems = marks(asked, f"{title} {words.text}")
        module = course.module_of(found.document_id) if found.kind in (SearchKind.LESSON, SearchKind.QUESTION, SearchKind.NOTE, SearchKind.FAQ) else None
        seen = own.seen.get(found.anchor) if found.kind is SearchKind.QUESTION else None
        noted = own.passages.get(found.id)
        path = noted.address if noted else own.faqs[found.id] if found.id in own.faqs else "" if seen else of_link(course, found.ref, found.anchor) or ""
        yield Hit(
            kind=found.kind,
            name=NAMES[found.kind],
            ref=found.ref,
            anchor=noted.place.anchor if noted else found.anchor,
            title=title,
            shown=mark_title(title, stems),
            passage=_passage(found.kind, words, stems),
            where=module.title if module else "",
            line=module.history if module else "",
            path="" if found.anchor.startswith("note-") and found.kind is SearchKind.NOTE else path,
            seen=seen,
            note_id=own.notes.get(found.id, 0),
            category=_category(course, found.anchor) if found.kind is SearchKind.SOURCE else "",
        )


def _title(kind: SearchKind, words: ShownSection) -> str:
    """The heading of a part of a page comes first; what a sigle stands for, second."""
    if not words.heading:
        return words.title
    return f"{words.title}{NARROW}: {words.heading}" if kind is SearchKind.GLOSSARY else f"{words.heading} – {words.title}"


def _passage(kind: SearchKind, words: ShownSection, stems: frozenset[str]) -> Markup:
    """None where the title says it all."""
    if kind in (SearchKind.TIMELINE, SearchKind.SOURCE) and words.text and words.title.endswith(words.text):
        return Markup("")
    return snippet(words.text, stems)


def _category(course: Course, label: str) -> str:
    kinds: dict[str, SourceKind | None] = {source.label: source.kind for source in course.sources.entries}
    return category_anchor(kinds.get(label))


# --- Searching -------------------------------------------------------------------------------------------------------
# In the course and in what is theirs alone; apart, a trainer's drafts and the people of a responsable.


class SearchWish(Struct, frozen=True):
    """What the address asks for; empty strings ask for nothing."""

    typed: str
    choice: str = ""
    """A key of `CHOICES`."""
    module: str = ""
    page: int = 1
    typing: bool = False
    """The last word may go on."""


class SearchReader(Struct, frozen=True):
    """Who looks. `person` None: a visitor; `to_themselves`: what is theirs alone is shown to them, and to nobody who reads as them."""

    person: SignedIn | None
    to_themselves: bool = True


class OtherResults(Struct, frozen=True):
    """What is found and is no passage."""

    drafts: tuple[DraftHit, ...] = ()
    people: tuple[FoundPerson, ...] = ()
    directory: tuple[FoundCard, ...] = ()
    """Of the network's directory: who agreed to appear."""

    @property
    def has_hits(self) -> bool:
        return bool(self.drafts or self.people or self.directory)


class SearchPage(Struct, frozen=True):
    wish: SearchWish
    hits: tuple[Hit, ...]
    total: int
    cut: bool
    whole: int
    """Of the total, how many hold all the words."""
    suggestion: str
    """What was typed, set right, where that is proposed."""
    instead: str
    """The same where nothing holds what was typed, and its results are shown at once."""
    number: int
    last: int
    choices: tuple[tuple[str, str], ...]
    modules: tuple[tuple[str, str], ...]
    apart: OtherResults

    @property
    def first(self) -> int:
        """Place of the first hit here among them all."""
        return (self.number - 1) * PER_PAGE + 1


def search_page(session: Session, course: Course, reader: SearchReader, wish: SearchWish, on: date) -> SearchPage:
    """One page of what the reader finds, and what stands apart from it on the first."""
    results, own = find(session, course, reader, wish)
    suggestion, instead = _suggestion(course, reader, wish, results), ""
    alone = reader.person is not None and not (wish.choice or wish.module or wish.typing) and wish.page == 1
    apart = _other_results(session, course, reader, wish, results, on) if alone else OtherResults()
    if apart.has_hits:
        suggestion = ""  # a name is not a word to set right
    elif suggestion and not results.ranked:
        better, better_own = find(session, course, reader, replace(wish, typed=suggestion, typing=False))
        if better.ranked:
            results, own, suggestion, instead = better, better_own, "", suggestion
    number, last = nearest_page(wish.page, len(results.ranked), PER_PAGE)
    here = results.ranked[(number - 1) * PER_PAGE : number * PER_PAGE]
    return SearchPage(
        wish=wish,
        hits=hits(session, course, results.asked, here, own),
        total=len(results.ranked),
        cut=results.cut,
        whole=results.whole,
        suggestion=suggestion,
        instead=instead,
        number=number,
        last=last,
        choices=tuple((name, label) for name, (label, kinds) in CHOICES.items() if kinds & _kinds(reader)),
        modules=tuple((module.id, module.title) for module in modules_in_order(course, default_path(course))) if reader.person else (),
        apart=apart,
    )


def find(session: Session, course: Course, reader: SearchReader, wish: SearchWish) -> tuple[Results, OwnResults]:
    audience, own = _audience(course, reader, wish), OwnResults()
    if wish.typed and SearchKind.FAQ in audience.kinds:
        read_faqs(session, course, ask(wish.typed, expansions_of(course)), audience, own)
    if reader.person and wish.typed:
        if SearchKind.QUESTION in audience.kinds:
            own.seen = seen_questions(session, reader.person.id)
            audience = replace(audience, questions=frozenset(own.seen))
        if SearchKind.NOTE in audience.kinds:
            read_notes(session, course, reader.person.id, ask(wish.typed, expansions_of(course)), audience, own)
    return search(session, course, wish.typed, audience, typing=wish.typing, beside=own.candidates), own


# --- For whom --------------------------------------------------------------------------------------------------------


def _kinds(reader: SearchReader) -> frozenset[SearchKind]:
    there = frozenset(kind for kind in SearchKind if offers(FEATURES.get(kind, "")))
    if reader.person is None:
        return OPEN_KINDS & there
    return there if reader.to_themselves else there - {SearchKind.NOTE}


def _audience(course: Course, reader: SearchReader, wish: SearchWish) -> SearchAudience:
    kinds = _kinds(reader) & (CHOICES[wish.choice][1] if wish.choice in CHOICES else frozenset(SearchKind))
    if reader.person is None:
        return SearchAudience(documents=frozenset(lesson.id for lesson in open_course(course).lessons), kinds=kinds, readable=_kinds(reader))
    return SearchAudience(kinds=kinds, readable=_kinds(reader), hidden=_without_page(course), module=_of_module(course, wish.module), path=_path(course))


@made_of_course(2)
def _without_page(course: Course) -> frozenset[str]:
    """A lesson that no module holds is nowhere."""
    held = {lesson_id for module in course.modules.values() for lesson_id in module.lesson_ids}
    return frozenset(course.lessons.keys() - held)


@made_of_course(2)
def _path(course: Course) -> frozenset[str]:
    return frozenset(lesson_id for module in modules_in_order(course, default_path(course)) for lesson_id in module.lesson_ids)


def _of_module(course: Course, module_id: str) -> frozenset[str] | None:
    module = course.modules.get(module_id)
    if module is None:
        return None
    quizzes = {quiz.id for quiz in course.quizzes.values() if quiz.module_id == module.id or quiz.lesson_id in module.lesson_ids}
    return frozenset({module.id, *course.elements_of(module), *quizzes})


def _suggestion(course: Course, reader: SearchReader, wish: SearchWish, results: Results) -> str:
    """Of words that the reader could read."""
    if not results.unknown:
        return ""
    open_lessons = None if reader.person else frozenset(lesson.id for lesson in open_course(course).lessons)
    return correct_typing(wish.typed, results.unknown, vocabulary(course, open_lessons))


# --- Apart -----------------------------------------------------------------------------------------------------------


def _other_results(session: Session, course: Course, reader: SearchReader, wish: SearchWish, results: Results, on: date) -> OtherResults:
    directory = search_cards(session, course, wish.typed, on) if wish.typed.strip() and offers("directory") else ()
    return OtherResults(_drafts(session, reader, results), hooks.people_finder.here()(session, reader.person, wish.typed, on), directory)


def _drafts(session: Session, reader: SearchReader, results: Results) -> tuple[DraftHit, ...]:
    """Of a trainer, their own."""
    writes = reader.person is not None and not reader.person.roles.isdisjoint(AUTHORS)
    return drafts(session, reader.person.id, results.asked) if reader.person and writes and results.asked.groups else ()
