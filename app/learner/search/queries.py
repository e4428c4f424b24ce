"""What somebody finds: in the course and in what is theirs alone; apart, a trainer's drafts and the people of a responsable."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.assessment.attempts.seen_queries import seen_questions
from app.content.search import queries as index
from app.content.search.asking import ask
from app.content.search.queries import Results, SearchAudience, expansions_of
from app.content.search.sections import SearchKind
from app.content.search.suggestions import correct_typing, vocabulary
from app.content.values.course import Course, made_of_course
from app.identity.queries import SignedIn
from app.identity.rules import AUTHORS
from app.learner.search.hits import Hit, hits
from app.learner.search.own import DraftHit, OwnResults, drafts, read_faqs, read_notes
from app.learner.search.rules import CHOICES, OPEN_KINDS, PER_PAGE
from app.learner.visitors.queries import open_course
from app.network.directory.queries import FoundCard, search_cards
from app.platform import hooks
from app.platform.hooks import FoundPerson
from app.platform.web.edge import nearest_page
from app.record.progress.path_progress import default_path, modules_in_order


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
    return index.search(session, course, wish.typed, audience, typing=wish.typing, beside=own.candidates), own


# --- For whom --------------------------------------------------------------------------------------------------------


def _kinds(reader: SearchReader) -> frozenset[SearchKind]:
    if reader.person is None:
        return OPEN_KINDS
    return frozenset(SearchKind) if reader.to_themselves else frozenset(SearchKind) - {SearchKind.NOTE}


def _audience(course: Course, reader: SearchReader, wish: SearchWish) -> SearchAudience:
    kinds = _kinds(reader) & (CHOICES[wish.choice][1] if wish.choice in CHOICES else frozenset(SearchKind))
    if reader.person is None:
        return SearchAudience(documents=frozenset(lesson.id for lesson in open_course(course).lessons), kinds=kinds, readable=OPEN_KINDS)
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
    directory = search_cards(session, course, wish.typed, on) if wish.typed.strip() else ()
    return OtherResults(_drafts(session, reader, results), hooks.people_finder.here()(session, reader.person, wish.typed, on), directory)


def _drafts(session: Session, reader: SearchReader, results: Results) -> tuple[DraftHit, ...]:
    """Of a trainer, their own."""
    writes = reader.person is not None and not reader.person.roles.isdisjoint(AUTHORS)
    return drafts(session, reader.person.id, results.asked) if reader.person and writes and results.asked.groups else ()
