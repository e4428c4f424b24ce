"""« Trouver »: what somebody may read, found by words.

Another kind of thing has its sections in `content/search/entries.py` if it is published, its reader below if it belongs to one person, and its name in `NAMES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.assessment.attempts.queries import SeenAt, seen_questions
from app.content.search.asking import SearchRequest, ask
from app.content.search.correction import correct_typing, unknown_sigle, vocabulary
from app.content.search.entries import SearchKind
from app.content.search.queries import Results, SearchAudience, ShownSection, expansions_of, load_sections, search
from app.content.search.ranking import RankedCandidate, SearchCandidate, mark_title, marks, snippet
from app.content.values.addresses import of_link
from app.content.values.course import Course, made_of_course
from app.content.values.paths import default_path, modules_in_order
from app.content.values.text import SourceKind
from app.identity.rules import AUTHORS
from app.identity.services import SignedIn
from app.learner.answerers import who_answers
from app.learner.reference.catalogue import category_anchor
from app.learner.search_own import DraftHit, OwnResults, drafts, read_faqs, read_notes
from app.learner.visitors import open_course
from app.network.atlas import insee_of
from app.network.directory import FoundCard, search_cards
from app.platform import hooks
from app.platform.french import NARROW
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


_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


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
    sigle: str
    """One that the glossary does not hold, nor anything else that the reader may find; empty where none was typed."""
    answerers: tuple[str, ...]
    """Who may say what it stands for."""
    closed: bool
    """A visitor finds nothing that holds all the words, and more of the course is read with an account. Of what stands there, it says nothing."""
    nowhere: str
    """A postcode of no cité of the network."""
    instead: str
    """The same where nothing holds all that was typed, and its results are shown at once."""
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
    elif suggestion and not results.whole and '"' not in wish.typed:
        better, better_own = find(session, course, reader, replace(wish, typed=suggestion, typing=False))
        if better.whole or (better.ranked and not results.ranked):
            results, own, suggestion, instead = better, better_own, "", suggestion
    sigle = "" if suggestion or instead or apart.has_hits else unknown_sigle(wish.typed, results.unknown)
    postcode = _POSTCODE.search(wish.typed)
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
        sigle=sigle,
        answerers=who_answers(session, reader.person.id, on) if sigle and reader.person else (),
        closed=reader.person is None and bool(wish.typed.strip()) and not results.whole and len(open_course(course).lessons) < len(course.lessons),
        nowhere=postcode[0] if postcode and not (results.whole or apart.has_hits) else "",
        number=number,
        last=last,
        choices=tuple((name, label) for name, (label, kinds) in CHOICES.items() if kinds & _kinds(reader)),
        modules=tuple((module.id, module.title) for module in modules_in_order(course, default_path(course))) if reader.person else (),
        apart=apart,
    )


def find(session: Session, course: Course, reader: SearchReader, wish: SearchWish) -> tuple[Results, OwnResults]:
    audience, own = _audience(course, reader, wish), OwnResults()
    wish = replace(wish, typed=_POSTCODE.sub(lambda found: " ".join(insee_of(course, found[0])) or found[0], wish.typed))
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
