"""New documents from a model, under an id made of their title, each cited where it stands. `Desk.save` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts import placing
from app.authoring.drafts.placing import FIRST_PATH, Desk
from app.authoring.drafts.queries import reading_of
from app.authoring.models import Draft, PlannedPublication, ReadingRequest
from app.content.store import survey as skeletons
from app.content.store.queries import Document, course
from app.content.text.head import is_id
from app.content.text.markdown import slug
from app.content.values.course import Document as ParsedDocument
from app.content.values.course import Lesson, Module
from app.content.values.quiz import Quiz

_LONGEST = 48
TITLE_LENGTH = 150
"""Characters of a title typed in a field."""
FINAL = "Quiz de fin de module"
Make = Callable[[Desk, str, str], str]
"""The author's desk, a title, where it will stand → the id."""
Choice = tuple[str | None, str, str]
"""The group under which it is listed, the id, the words."""


def homes(session: Session, author_id: int, kind: type[Module] | type[Lesson]) -> dict[str, tuple[str, str]]:
    """Id → (title, path) of the modules or lessons that there are: published, or drafted by this author."""
    published = course(session)
    stored = published.modules if kind is Module else published.lessons
    found = {identifier: (one.title, one.path) for identifier, one in stored.items()}
    for document in _drafted_documents(session, author_id):
        if isinstance(document, kind):
            found.setdefault(document.id, (document.title, document.path))
    return found


def module_choices(session: Session, author_id: int) -> list[Choice]:
    return [(None, identifier, title) for identifier, (title, _) in homes(session, author_id, Module).items()]


def without_quiz(desk: Desk) -> list[Choice]:
    """Lessons that have no quiz yet, or name one that there is not, module by module, and the end of each module that has none."""
    documents = list(_drafted_documents(desk.session, desk.author_id, new=False))
    drafted = {each.id: each for each in documents if isinstance(each, Lesson)}
    quizzes = {*course(desk.session).quizzes, *(each.id for each in documents if isinstance(each, Quiz))}
    left, found = {**course(desk.session).lessons, **drafted}, list[Choice]()
    for module in desk.modules().values():
        here = [left.pop(each) for each in module.lesson_ids if each in left]
        found += [(module.title, lesson.id, lesson.title) for lesson in here if lesson.quiz_id not in quizzes]
        found += [] if module.final_quiz_id in quizzes else [(module.title, module.id, "Fin du module")]
    return [*found, *(("Hors des modules", lesson.id, lesson.title) for lesson in left.values() if lesson.quiz_id not in quizzes)]


def _drafted_documents(session: Session, author_id: int, new: bool = True) -> Iterator[ParsedDocument | None]:
    """What this author's drafts say: those of texts that are not published, or all."""
    rows = session.execute(select(Draft.path, Draft.text).where(Draft.author_id == author_id, *([Draft.base_revision_id.is_(None)] if new else [])))
    return (reading_of(path, text).document for path, text in rows)


def identifier_of(title: str, ending: str = "") -> str:
    """An id made of a title's first words, and of an ending, which no length cuts away: what is made for a text is never called like it."""
    words = slug(title.replace("’", "'"))  # typed or set, an apostrophe ends a word
    room = _LONGEST - len(ending) - bool(ending)
    if len(words) > room:
        words = words[:room].rpartition("-")[0] or words[:room]
    return "-".join(filter(None, (words, ending)))


def wanted_id(title: str, ending: str = "") -> str:
    """Makes a well-formed id from a title, whatever the title says."""
    words = identifier_of(title, ending)
    return words if is_id(words) else f"texte-{words}".strip("-")


def first_free(title: str, taken: Collection[str], ending: str = "") -> str:
    """A well-formed id made of a title, that nothing has."""
    wanted = wanted_id(title, ending)
    return next(each for each in (wanted, *(f"{wanted}-{count}" for count in range(2, 10_000))) if each not in taken)


def free_id(desk: Desk, title: str, more: Collection[str] = (), ending: str = "") -> str:
    """A well-formed id made of a title, that nothing of the course, of the drafts or of this desk has, nor `more`."""
    return first_free(title, {*more, *taken_ids(desk.session), *desk.sheets, *desk.renamed.values()}, ending)


def taken_ids(session: Session) -> set[str]:
    """Every id of the course, of what left it, of its questions, of every draft, and the names of their files."""
    published = course(session)
    quizzes = published.quizzes.values()
    held = [*(each.id for quiz in quizzes for each in quiz.questions), *(each.id for quiz in quizzes for each in quiz.situations)]
    names = [name.removesuffix(".md") for path in paths(session) for name in path.split("/")[1:2]]
    ids = [*session.scalars(select(Document.id)), *session.scalars(select(Draft.document_id))]
    return {*ids, *names, *held, *published.library.shelf, *(path.id for path in published.paths.paths)}


def module(desk: Desk, title: str, history: str, path_id: str = "") -> str:
    """Creates a module in a path, by default the one that newcomers follow; a course without a path gets one."""
    made = skeletons.module(free_id(desk, title), title, history, course(desk.session).histories)
    identifier = _begin_draft(desk, made)
    if not desk.paths():
        desk.new_path(*FIRST_PATH)
    paths = desk.paths()
    default = next((path for path in paths if path.default), paths[0])
    desk.put_module(identifier, path_id or default.id)
    return identifier


def lesson(desk: Desk, title: str, module_id: str) -> str:
    return _in_module(skeletons.lesson, desk, title, module_id)


def situation(desk: Desk, title: str, module_id: str) -> str:
    return _in_module(skeletons.situation, desk, title, module_id)


def _in_module(make: skeletons.InModule, desk: Desk, title: str, module_id: str) -> str:
    found = desk.find(module_id, Module)
    if found is None:
        raise skeletons.NotMade("Choisissez un module.")
    taken = [*paths(desk.session), *(sheet.path for sheet in desk.sheets.values())]
    identifier = _begin_draft(desk, make(taken, found.path.rpartition("/")[0], free_id(desk, title), title))
    desk.put_lesson(identifier, module_id)
    return identifier


def quiz(desk: Desk, title: str, home_id: str) -> str:
    """Creates the quiz of a lesson, or the final quiz of a module."""
    of_module = desk.find(home_id, Module) is not None
    if not of_module and desk.find(home_id, Lesson) is None:
        raise skeletons.NotMade("Choisissez une leçon ou un module.")
    made = skeletons.quiz(home_id, free_id(desk, title), title, of_module)
    identifier = _begin_draft(desk, replace(made, text=placing.without_id(made.text)))
    desk.put_quiz(identifier, home_id)
    return identifier


def own_quiz(desk: Desk, home_id: str) -> str:
    """A quiz named for what it verifies."""
    home = desk.find(home_id, Lesson)
    return quiz(desk, f"Quiz : {home.title[: TITLE_LENGTH - 7]}" if home else FINAL, home_id)


def tool(desk: Desk, title: str, _: str) -> str:
    return _begin_draft(desk, skeletons.tool(paths(desk.session), free_id(desk, title), title))


def survey(desk: Desk, title: str, _: str) -> str:
    return _begin_draft(desk, skeletons.survey_skeleton(free_id(desk, title), title))


def paths(session: Session) -> list[str]:
    """Every path that a document or a draft has."""
    return [*session.scalars(select(Document.path)), *session.scalars(select(Draft.path))]


def _begin_draft(desk: Desk, made: skeletons.Skeleton) -> str:
    return desk.begin(made.id, made.path, made.text)


# --- Ids that follow titles ------------------------------------------------------------------------------------------
# Until a text is published, its id is what its title makes it, and whoever names it follows.


def settle(desk: Desk) -> dict[str, str]:
    """Give every text that was never published the id of its title; old id → new one. One that was written by hand, promised or lent to read stays."""
    held = {*desk.session.scalars(select(PlannedPublication.document_id)), *desk.session.scalars(select(ReadingRequest.document_id))}
    for identifier, document in list(desk.drafted_documents()):
        wanted = identifier_of(document.title)
        kept = re.fullmatch(rf"(?:texte-)?{re.escape(wanted)}(?:-\d+)?", identifier) or identifier in held
        if not kept and desk.session.get(Document, identifier) is None:
            desk.rename_id(identifier, free_id(desk, document.title))
    return desk.renamed
