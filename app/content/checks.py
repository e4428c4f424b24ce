"""What is wrong between the files of a course: notes, links, objectives, ids, acronyms, sources, images. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import MAXYEAR, date, timedelta
from itertools import islice

from app.content.didactics import check_lesson, check_quiz
from app.content.documents.index import CourseIndex, DeclaredId, anchors, names
from app.content.documents.reader import MAX_PROBLEMS, DocumentReading
from app.content.facts import check_facts
from app.content.problems.catalogue import problem
from app.content.text import scan
from app.content.values.course import SYNTHESIS, DatedFact, DatedFacts, Lesson, Module, Paths, Timeline
from app.content.values.library import FOLDER, Library, Network
from app.content.values.quiz import CorrectionTime, Question, Quiz
from app.content.values.text import DocumentKind, Link, Problem, Source
from app.platform.french import month_and_year

# --- Notes: each source once, in sources.md, called from any document ---

HOME = "modules/sources.md"


def check_notes(index: CourseIndex) -> Iterator[Problem]:
    """E20, A23, A28 and A31 of each text, then A23 and A32 of sources.md."""
    for reading in index.readings:
        if reading.kind is not DocumentKind.SOURCES:
            yield from _of_text(index, reading)
    for reading in index.of(DocumentKind.SOURCES):
        yield from _of_sources(index, reading)


def _of_text(index: CourseIndex, reading: DocumentReading) -> Iterator[Problem]:
    own = {source.label for source in reading.scan.sources}
    for call in {call.label: call for call in reversed(reading.scan.calls)}.values():
        if call.label not in own and call.label not in index.sources and not index.unreadable:
            hint = f"Ajoutez {f'à {HOME}' if index.has_sources else 'à la fin'} : [^{call.label}]: Titre, éditeur, date, <https://…>"
            yield problem(reading.path, call.line, "E20", f"La note « {call.label} » est appelée mais n’est pas définie.", hint)
    for line, words in reading.scan.unsourced:
        yield problem(reading.path, line, "A28", f"Chiffre sans source : « {words} ».", "Appelez dans ce passage la note de sa source.")
    called = set(reading.scan.called_labels)
    for source in reading.scan.sources:
        if source.label not in called:
            yield problem(reading.path, source.line, "A23", f"La note « {source.label} » n’est jamais appelée.", "Appelez-la, ou effacez-la.")
        elif index.has_sources:
            yield _at_home(reading.path, source, index.sources.get(source.label))


def _at_home(path: str, source: Source, known: Source | None) -> Problem:
    """A31: what to do with a source that a text defines itself."""
    if known is None:
        hint = f"Coupez cette ligne, collez-la dans {HOME}, et complétez-la ; l’appel [^{source.label}] ne change pas."
        return problem(path, source.line, "A31", f"La source « {source.label} » est définie dans ce texte seulement.", hint)
    if known.address == source.address:
        return problem(path, source.line, "A31", f"La source « {source.label} » est déjà dans {HOME}.", "Effacez cette ligne : l’appel suffit.")
    hint = f"Donnez à celle-ci un autre nom, dans l’appel aussi, et mettez-la dans {HOME}."
    return problem(path, source.line, "A31", f"« {source.label} » désigne ici une autre source que dans {HOME}.", hint)


def _of_sources(index: CourseIndex, reading: DocumentReading) -> Iterator[Problem]:
    called = {label for each in index.readings for label in each.scan.called_labels}
    addresses: dict[str, Source] = {}
    for source in reading.scan.sources:
        if source.label not in called:
            yield problem(reading.path, source.line, "A23", f"La note « {source.label} » n’est jamais appelée.", "Appelez-la dans un texte, ou effacez-la.")
        first = addresses.setdefault(source.address.rstrip("/"), source)
        if source.address and first is not source:
            message = f"« {source.label} » a l’adresse de « {first.label} », ligne {first.line}."
            yield problem(reading.path, source.line, "A32", message, f"Gardez-en une : partout, appelez [^{first.label}].")


# --- What one document says of another: links, elements named in heads, objectives, questions taken up or copied ---

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
            yield from _check_cited_ids(index, reading, document.lesson_ids, index.lessons, "leçon", placed)
            yield from _check_cited_ids(index, reading, _one(document.final_quiz_id), index.quizzes, "quiz", placed)
        elif isinstance(document, Lesson):
            yield from _check_cited_ids(index, reading, _one(document.quiz_id), index.quizzes, "quiz", placed)
            yield from _check_cited_ids(index, reading, _one(document.equivalent.removeprefix(SYNTHESIS)), index.lessons, "leçon")
        elif isinstance(document, Quiz):
            yield from _check_cited_ids(index, reading, _one(document.lesson_id), index.lessons, "leçon")
            yield from _check_cited_ids(index, reading, _one(document.module_id), index.modules, "module")
            yield from _check_cited_ids(index, reading, document.reuses, index.questions, "question")
            yield from _check_quiz_place(index, reading, document)
        elif isinstance(document, Paths):
            for path in document.paths:
                yield from _check_cited_ids(index, reading, {*path.module_ids, *path.required_ids}, index.modules, "module")
                yield from _check_cited_ids(index, reading, path.only_ids, index.steps_of(path.module_ids), "leçon ou quiz de ses modules")
        elif isinstance(document, Library):
            named = {related for each in document.documents for related in each.related}
            yield from _check_cited_ids(index, reading, named, {*index.by_id, *index.shelf}, "document")


def _one(identifier: str | None) -> tuple[str, ...]:
    return (identifier,) if identifier else ()


def check_meetings(index: CourseIndex) -> Iterator[Problem]:
    """E21: the documents of a meeting are in the library."""
    for reading in index.of(DocumentKind.NETWORK):
        if isinstance(reading.document, Network):
            named = {each for meeting in reading.document.meetings for each in meeting.documents}
            yield from _check_cited_ids(index, reading, named, index.shelf, "document de la bibliothèque")


def _check_cited_ids(
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


def _check_quiz_place(index: CourseIndex, reading: DocumentReading, quiz: Quiz) -> Iterator[Problem]:
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
            if lesson.quiz_id not in index.quizzes and (lesson.quiz_id or _practises(index, lesson, homes.get(lesson.id))):
                continue  # said already of the quiz itself, or practised
            if count < QUESTIONS_AN_OBJECTIVE:
                message = f"L’objectif {objective.id} est vérifié par {count} question{'s' * (count > 1)} : il en faut {QUESTIONS_AN_OBJECTIVE}."
                yield problem(reading.path, objective.line, "A25", message, f"Ajoutez à des questions « Objectif : {objective.id} ».")


def _practises(index: CourseIndex, lesson: Lesson, home: Module | None) -> bool:
    """A situation has its objectives practised by its choices; a lesson whose module mostly takes questions up, by what it has one write."""
    final = index.quizzes.get(home.final_quiz_id or "") if home else None
    return lesson.situation is not None or (final is not None and len(final.reuses) > len(final.questions))


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


# --- All the checks, and those of ids, acronyms, sources and images ---
#
# The day is an argument, and so are the images that stand on the disk. Each check gives its own Problems; `check_timeless` all but those of a day.

WARNED_AHEAD = timedelta(days=30)
"""How long before its day the checker warns of a source to review."""


def check_between(index: CourseIndex) -> list[Problem]:
    """What is wrong between texts, whatever the day and the disk: the files, the editor and the review are judged by it alike."""
    checks = (check_ids, check_links, check_citations, check_reach, check_histories, check_open_recordings, check_meetings)
    more = (check_objectives, check_questions, check_repeated, check_acronyms, check_notes, check_facts)
    return [found for check in (*checks, *more) for found in check(index)]


def check_alone(reading: DocumentReading) -> tuple[Problem, ...]:
    """Advice on one text by itself, beyond what its reading says."""
    document = reading.document
    return tuple(check_quiz(document) if isinstance(document, Quiz) else check_lesson(document) if isinstance(document, Lesson) else ())


def check_timeless(index: CourseIndex, images: Mapping[str, frozenset[str]] | None = None) -> tuple[Problem, ...]:
    """The Problems that do not depend on the day, sorted by place.

    `images` are the names found in `modules/<folder>/images`, by folder; None where the disk is out of sight (a draft in the browser).
    """
    found = [*check_between(index), *(told for reading in index.readings for told in check_alone(reading))]
    if images is not None:
        found += check_images(index, images)
    return tuple(sorted(found, key=_place))


def _place(found: Problem) -> tuple[str, int, str]:
    return found.path, found.line, found.code


def check_ids(index: CourseIndex) -> Iterator[Problem]:
    """E07: an id is given once in the whole repository. Said at both places: which one is at fault, only the trainer knows."""
    taken: dict[str, DeclaredId] = {}
    for named in (named for reading in index.readings for named in names(reading)):
        first = taken.setdefault(named.id, named)
        if first is not named:
            for here, there in ((first, named), (named, first)):
                message = f"Identifiant « {here.id} » déjà utilisé dans {there.path}:{there.line}."
                yield problem(here.path, here.line, "E07", message, "Changez le plus récent des deux.")


def check_histories(index: CourseIndex) -> Iterator[Problem]:
    """E09: a module or a date stands on a line of cours.md, or where the lines cross."""
    for reading in index.readings if index.cover else ():
        document, found = reading.document, []
        if isinstance(document, Module):
            found = [(document.history, reading.scan.cited.get("histoire", 1))]
        elif isinstance(document, Timeline):
            found = [(history, event.line) for event in document.events for history in event.histories]
        for history, line in found:
            if history not in index.histories:
                hint = f"Écrivez l’une de : {', '.join(index.histories)}." + " Plusieurs se joignent par « + »." * isinstance(document, Timeline)
                yield problem(reading.path, line, "E09", f"Histoire inconnue : « {history[:60]} ».", hint)


def check_acronyms(index: CourseIndex) -> Iterator[Problem]:
    """A05: each acronym of a text is in the glossary. Without a glossary there is nothing to compare."""
    if index.glossary is None:
        return
    known = known_terms(entry.term for entry in index.glossary.entries)
    for reading in index.readings:
        unknown = (each for each in reading.scan.acronyms.items() if each[0] not in known and not known.issuperset(scan.parts(each[0]) or [each[0]]))
        for word, line in islice(unknown, MAX_PROBLEMS):
            message = f"Sigle « {word} » absent du glossaire."
            yield problem(reading.path, line, "A05", message, "Ajoutez-le à modules/glossaire.md, ou écrivez les mots en toutes lettres.")


def known_terms(terms: Iterable[str]) -> frozenset[str]:
    """The acronyms that glossary terms explain: `CEJ (Caf)` explains CEJ, `CLAIR / ÉCLAIR` both."""
    known: set[str] = set()
    for term in terms:
        known.add(term)
        known.update(scan.candidates(term))
    return frozenset(known)


def dated_lines(reading: DocumentReading) -> Iterator[tuple[str, Source]]:
    """What a file says to look at again: its sources, and its facts."""
    yield from ((reading.path, source) for source in reading.scan.sources)
    if isinstance(reading.document, DatedFacts):
        yield from ((reading.path, Source(fact.anchor, "", fact.line, review=_day_to_look_at(fact))) for fact in reading.document.facts)


def _day_to_look_at(fact: DatedFact) -> date:
    """The day until which a fact is true; a year later than somebody looked, where that was after this day: they know."""
    if fact.looked <= fact.until.isoformat()[:7]:
        return fact.until
    year, month = map(int, fact.looked.split("-"))
    return date(min(year + 1, MAXYEAR), month, 1)


def stale_sources(sources: Iterable[tuple[str, Source]], on: date) -> Iterator[Problem]:
    """A21 and A22: sources whose review day is past, or comes within thirty days of `on`. E29: one that says to be checked after that day."""
    for path, source in sources:
        if source.checked is not None and source.checked > on:
            message = f"La source « {source.label} » est dite vérifiée en {month_and_year(source.checked)}, qui n’est pas venu."
            yield problem(path, source.line, "E29", message, "« vérifié » donne le mois où vous l’avez lue ; celui où la relire est « à revoir ».")
        if source.review is None or source.review > on + WARNED_AHEAD:
            continue
        month, passed = month_and_year(source.review), source.review <= on
        when = f"depuis {month}" if passed else f"à partir du {source.review.day} {month}"
        hint = "Relisez-la, puis changez « vérifié » et « à revoir »." if passed else "Relisez-la avant que les lecteurs ne soient prévenus."
        yield problem(path, source.line, "A21" if passed else "A22", f"Source « {source.label} » à revérifier {when}.", hint)


def check_images(index: CourseIndex, images: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """E15: every image shown is on the disk. A30: every image on the disk is shown."""
    shown: dict[str, set[str]] = {}
    homes = {module.path.split("/")[1]: module.path for module in index.modules.values()}
    for reading in index.readings:
        folder = image_folder(index, reading)
        for image in reading.scan.images:
            shown.setdefault(folder, set()).add(image.name)
            if image.name not in images.get(folder, ()) and reading.kind is DocumentKind.LIBRARY:
                hint = f"Il est cherché dans modules/{FOLDER}/, où il commence comme un fichier de son extension."
                yield problem(reading.path, image.line, "E15", f"Fichier « {image.name} » introuvable.", hint)
            elif image.name not in images.get(folder, ()):
                where = f"modules/{folder}/images/" if folder else "le dossier « images » d’un module"
                yield problem(reading.path, image.line, "E15", f"Image « {image.name} » introuvable.", f"Elle est cherchée dans {where}.")
    for folder, found in images.items():
        for name in sorted(found - shown.get(folder, set())):
            if folder == FOLDER:
                yield problem(f"modules/{FOLDER}.md", 1, "A30", f"Aucun document ne nomme le fichier « {name} ».", "Effacez-le, ou décrivez-le.")
                continue
            yield problem(homes.get(folder, f"modules/{folder}"), 1, "A30", f"L’image « {name} » n’est montrée nulle part.", "Effacez-la, ou montrez-la.")


def image_folder(index: CourseIndex, reading: DocumentReading) -> str:
    """The folder of `modules/` whose images a document shows: its own, or that of the module which its quiz belongs to. The library's holds its files."""
    if reading.kind is DocumentKind.LIBRARY:
        return FOLDER
    if reading.path.startswith("modules/"):
        return reading.path.split("/")[1] if reading.path.count("/") > 1 else ""
    quiz = reading.document
    lesson = index.lessons.get(getattr(quiz, "lesson_id", None) or "")
    module = index.modules.get(getattr(quiz, "module_id", None) or "")
    home = lesson or module
    return home.path.split("/")[1] if home else ""
