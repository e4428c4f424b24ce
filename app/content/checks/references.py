"""What one document of a course says of another: links, elements named in heads, objectives, questions taken up or copied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from app.content.documents.index import CourseIndex, anchors
from app.content.documents.reader import DocumentReading
from app.content.problems.catalogue import problem
from app.content.values.course import SYNTHESIS, Lesson, Module
from app.content.values.library import Library
from app.content.values.network import Network
from app.content.values.paths import Paths
from app.content.values.policy import CorrectionTime
from app.content.values.quiz import Question, Quiz
from app.content.values.text import DocumentKind, Link, Problem

QUESTIONS_AN_OBJECTIVE = 2


def check_links(index: CourseIndex) -> Iterator[Problem]:
    """E13 and E14: links between documents."""
    known: dict[str, set[str]] = {}
    for reading in index.readings:
        for link in reading.scan.links:
            yield from _check_link(index, known, reading, link)


def _check_link(index: CourseIndex, known: dict[str, set[str]], reading: DocumentReading, link: Link) -> Iterator[Problem]:
    target = index.reading(link.target) if link.target else reading
    if target is None and index.may_exist(link.target):
        return
    if target is None:
        hint = index.nearest(link.target, [*index.by_id, *index.shelf]) or _how_to_link(link.target)
        yield problem(reading.path, link.line, "E13", f"Lien vers « {link.target[:60]} », qui n’existe pas.", hint)
    elif link.anchor and link.anchor not in (found := _anchors(known, target, link.target)):
        hint = index.nearest(link.anchor, found) or "Donnez cette ancre au titre : ## Titre {#ancre}."
        yield problem(reading.path, link.line, "E14", f"Ancre « #{link.anchor[:60]} » introuvable dans {target.path}.", hint)


def _how_to_link(target: str) -> str:
    if re.fullmatch(r"[\w.+-]+@[\w.-]+", target):
        return f"Une adresse électronique s’écrit [texte](mailto:{target})."
    if re.search(r"\.(?:pdf|docx?|odt|xlsx?|ods|pptx?|mp3|m4a|ogg|zip)$", target, re.IGNORECASE):
        return "Un fichier se dépose dans la bibliothèque : citez son document par son identifiant, [texte](identifiant)."
    return "Un lien interne s’écrit [texte](identifiant), une adresse commence par https://."


def check_open_recordings(index: CourseIndex) -> Iterator[Problem]:
    """A35: what an open lesson plays is open too."""
    for reading in index.of(DocumentKind.LESSON):
        lesson = reading.document
        for link in reading.scan.links if isinstance(lesson, Lesson) and lesson.public else ():
            shown = index.shelf.get(link.target)
            if shown is not None and shown.is_audio and not shown.public:
                message = f"Cette leçon se lit sans compte, et l’enregistrement « {shown.title} » ne s’entend pas sans."
                yield problem(reading.path, link.line, "A35", message, "Ajoutez « public : oui » au document, dans modules/bibliotheque.md.")


def _anchors(known: dict[str, set[str]], reading: DocumentReading, target: str = "") -> set[str]:
    place = f"{reading.path} {target}" if reading.kind is DocumentKind.LIBRARY else reading.path
    if place not in known:
        known[place] = anchors(reading, target)
    return known[place]


def check_citations(index: CourseIndex) -> Iterator[Problem]:
    """E21: what a head names exists, and is of the right kind. E26: an element has one place."""
    placed: dict[str, str] = {}
    for reading in index.readings:
        document = reading.document
        if isinstance(document, Module):
            yield from _cited(index, reading, document.lesson_ids, index.lessons, "leçon", placed)
            yield from _cited(index, reading, _one(document.final_quiz_id), index.quizzes, "quiz", placed)
        elif isinstance(document, Lesson):
            yield from _cited(index, reading, _one(document.quiz_id), index.quizzes, "quiz", placed)
            yield from _cited(index, reading, _one(document.equivalent.removeprefix(SYNTHESIS)), index.lessons, "leçon")
        elif isinstance(document, Quiz):
            yield from _cited(index, reading, _one(document.lesson_id), index.lessons, "leçon")
            yield from _cited(index, reading, _one(document.module_id), index.modules, "module")
            yield from _cited(index, reading, document.reuses, index.questions, "question")
            yield from _misplaced(index, reading, document)
        elif isinstance(document, Paths):
            for path in document.paths:
                yield from _cited(index, reading, {*path.module_ids, *path.required_ids}, index.modules, "module")
        elif isinstance(document, Library):
            named = {related for each in document.documents for related in each.related}
            yield from _cited(index, reading, named, {*index.by_id, *index.shelf}, "document")


def _one(identifier: str | None) -> tuple[str, ...]:
    return (identifier,) if identifier else ()


def check_meetings(index: CourseIndex) -> Iterator[Problem]:
    """E21: the documents of a meeting are in the library."""
    for reading in index.of(DocumentKind.NETWORK):
        if isinstance(reading.document, Network):
            named = {each for meeting in reading.document.meetings for each in meeting.documents}
            yield from _cited(index, reading, named, index.shelf, "document de la bibliothèque")


def _cited(
    index: CourseIndex, reading: DocumentReading, cited: Iterable[str], known: Collection[str], what: str, placed: dict[str, str] | None = None
) -> Iterator[Problem]:
    for identifier in sorted(cited) if isinstance(cited, set) else cited:
        line = reading.scan.cited.get(identifier, 1)
        if identifier not in known and index.may_exist(identifier):
            continue
        if identifier not in known:
            hint = index.nearest(identifier, known) or "Vérifiez l’identifiant, ou créez l’élément."
            yield problem(reading.path, line, "E21", f"« {identifier} » n’est l’identifiant d’aucun élément du genre « {what} ».", hint)
        elif placed is not None and placed.setdefault(identifier, reading.path) != reading.path:
            message = f"« {identifier} » a déjà sa place dans {placed[identifier]}."
            yield problem(reading.path, line, "E26", message, "Retirez-le de l’un des deux fichiers.")


def _misplaced(index: CourseIndex, reading: DocumentReading, quiz: Quiz) -> Iterator[Problem]:
    """A quiz that names a lesson which names another quiz would be out of reach, and its objectives those of another."""
    lesson = index.lessons.get(quiz.lesson_id or "")
    if lesson and lesson.quiz_id and lesson.quiz_id != quiz.id:
        message = f"Ce quiz dit « leçon : {lesson.id} », mais cette leçon dit « quiz : {lesson.quiz_id} » ({lesson.path})."
        yield problem(reading.path, reading.scan.cited.get("leçon", 1), "E26", message, "Accordez les deux en-têtes.")


def check_reach(index: CourseIndex) -> Iterator[Problem]:
    """A24: every lesson has its module, every quiz its lesson or module, every module its path."""
    reached = {identifier for module in index.modules.values() for identifier in (*module.lesson_ids, module.final_quiz_id)}
    reached |= {lesson.quiz_id for lesson in index.lessons.values()}
    in_paths = {identifier for path in index.paths.paths for identifier in path.module_ids} if index.paths else set(index.modules)
    for reading in index.readings:
        document = reading.document
        line = reading.scan.cited.get("id", 1)
        if isinstance(document, Lesson) and document.id not in reached:
            yield problem(reading.path, line, "A24", f"Aucun module ne cite la leçon « {document.id} ».", "Ajoutez-la à « leçons » dans un module.md.")
        elif isinstance(document, Quiz) and document.id not in reached and not is_positioning(document):
            hint = "Ajoutez « quiz : … » à sa leçon ou à son module."
            yield problem(reading.path, line, "A24", f"Aucune leçon ni aucun module ne cite le quiz « {document.id} ».", hint)
        elif isinstance(document, Module) and document.id not in in_paths:
            hint = "Ajoutez-le à « modules » dans modules/parcours.md."
            yield problem(reading.path, line, "A24", f"Aucun parcours ne cite le module « {document.id} ».", hint)


def is_positioning(quiz: Quiz) -> bool:
    """A pool of the positioning test: of a module, and never corrected. It is reached by the test, not by the module."""
    return quiz.module_id is not None and quiz.policy.correction is CorrectionTime.NEVER


def check_objectives(index: CourseIndex) -> Iterator[Problem]:
    """E22: a lesson's objective serves one of its module's. A25: each is tested twice, each of a module served once."""
    asked = Counter(_objectives_asked(index))
    homes = {lesson_id: module for module in index.modules.values() for lesson_id in module.lesson_ids}
    for reading in index.of(DocumentKind.LESSON):
        lesson = reading.document
        if not isinstance(lesson, Lesson):
            continue
        offered = {objective.id for objective in homes[lesson.id].objectives} if lesson.id in homes else None
        for objective in lesson.objectives:
            if objective.serves and offered is not None and objective.serves not in offered:
                message = f"L’objectif {objective.id} sert {objective.serves}, que le module « {homes[lesson.id].id} » n’a pas."
                yield problem(reading.path, objective.line, "E22", message, f"Objectifs du module : {', '.join(sorted(offered)) or 'aucun'}.")
            count = asked[f"{lesson.id}/{objective.id}"]
            if lesson.quiz_id not in index.quizzes and (lesson.quiz_id or lesson.situation):
                continue  # said already of the quiz itself; or, in a situation that has none, practised by its choices
            if count < QUESTIONS_AN_OBJECTIVE:
                message = f"L’objectif {objective.id} est vérifié par {count} question{'s' * (count > 1)} : il en faut {QUESTIONS_AN_OBJECTIVE}."
                yield problem(reading.path, objective.line, "A25", message, f"Ajoutez à des questions « Objectif : {objective.id} ».")


def _objectives_asked(index: CourseIndex) -> Iterator[str]:
    """`lesson-id/O1` for each question that tests it, wherever it stands; a question taken up counts once, at home."""
    for quiz in index.quizzes.values():
        for question in quiz.questions:
            if question.objective.startswith("O") and quiz.lesson_id:
                yield f"{quiz.lesson_id}/{question.objective}"
            elif "/" in question.objective:
                yield question.objective


def check_questions(index: CourseIndex) -> Iterator[Problem]:
    """A29: a question's lesson, heading and objective exist. E25: it is not another one, copied."""
    known: dict[str, set[str]] = {}
    first: dict[str, tuple[str, Question]] = {}
    for reading in index.of(DocumentKind.QUIZ):
        quiz = reading.document
        if not isinstance(quiz, Quiz):
            continue
        for question in quiz.questions:
            yield from _check_question(index, known, reading, quiz, question)
            path, original = first.setdefault(question.fingerprint or question.id, (reading.path, question))
            if original is not question:
                message = f"Question « {question.id} » recopiée de {path}:{original.line}."
                yield problem(reading.path, question.line, "E25", message, f"Écrivez plutôt dans l’en-tête « reprend : {original.id} ».")


def check_repeated(index: CourseIndex) -> Iterator[Problem]:
    """A16: what a lesson asks by the way is no question of a quiz, whose answer it would give away, nor of another lesson."""
    places = {question.fingerprint: (quiz.path, question) for quiz in index.quizzes.values() for question in quiz.questions}
    for lesson in index.lessons.values():
        for question in lesson.questions:
            path, original = places.setdefault(question.fingerprint, (lesson.path, question))
            if original is not question:
                message = f"Cette question est déjà posée dans {path}:{original.line}."
                yield problem(lesson.path, question.line, "A16", message, "Demandez-y la même chose autrement, ou autre chose.")


def _check_question(index: CourseIndex, known: dict[str, set[str]], reading: DocumentReading, quiz: Quiz, question: Question) -> Iterator[Problem]:
    if question.objective and not _objective_exists(index, quiz, question.objective):
        message = f"Objectif « {question.objective[:60]} » introuvable."
        yield problem(reading.path, question.line, "A29", message, "Écrivez O1 (de la leçon du quiz), M1 (de son module) ou lecon-id/O1.")
    document, _, anchor = question.lesson_link.partition("#")
    if not document:
        return
    target, hint = index.by_id.get(document), "Écrivez « Leçon : identifiant#ancre », l’ancre du titre qui enseigne la réponse."
    if target is None and index.may_exist(document):
        return
    if target is None or not isinstance(target.document, Lesson):
        yield problem(reading.path, question.line, "A29", f"Leçon « {document[:60]} » introuvable.", index.nearest(document, index.lessons) or hint)
    elif anchor and anchor not in _anchors(known, target):
        hint = index.nearest(anchor, _anchors(known, target)) or hint
        yield problem(reading.path, question.line, "A29", f"Titre « #{anchor[:60]} » introuvable dans {target.path}.", hint)


def _objective_exists(index: CourseIndex, quiz: Quiz, written: str) -> bool:
    owner_id, slash, objective = written.rpartition("/")
    owner: Lesson | Module | None
    if slash:
        owner = index.lessons.get(owner_id)
    elif written.startswith("M"):
        owner = index.modules.get(quiz.module_id or "")
    else:
        owner = index.lessons.get(quiz.lesson_id or "")
    return owner is not None and any(each.id == objective for each in owner.objectives)
