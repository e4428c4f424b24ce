"""What is wrong between the files of a course: ids, links, elements that nobody reaches, acronyms, sources, images.

Pure: the day is an argument, and so are the images that stand on the disk. Each check gives its own Problems; `check_timeless` all but those of a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import islice

from app.content.checks.didactics import check_lesson, check_quiz
from app.content.checks.notes import check_notes
from app.content.checks.references import (
    check_citations,
    check_links,
    check_meetings,
    check_objectives,
    check_open_recordings,
    check_questions,
    check_reach,
    check_repeated,
)
from app.content.documents.index import CourseIndex, DeclaredId, names
from app.content.documents.reader import MAX_PROBLEMS, DocumentReading
from app.content.problems.catalogue import problem
from app.content.text import acronyms
from app.content.values.course import Lesson, Module, Timeline
from app.content.values.library import FOLDER
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind, Problem, Source
from app.platform.french import month_and_year

WARNED_AHEAD = timedelta(days=30)
"""How long before its day the checker warns of a source to review."""


def check_between(index: CourseIndex) -> list[Problem]:
    """What is wrong between texts, whatever the day and the disk: the files, the editor and the review are judged by it alike."""
    checks = (check_ids, check_links, check_citations, check_reach, check_histories, check_open_recordings, check_meetings)
    more = (check_objectives, check_questions, check_repeated, check_acronyms, check_notes)
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
        unknown = (each for each in reading.scan.acronyms.items() if not _explained(each[0], known))
        for word, line in islice(unknown, MAX_PROBLEMS):
            message = f"Sigle « {word} » absent du glossaire."
            yield problem(reading.path, line, "A05", message, "Ajoutez-le à modules/glossaire.md, ou écrivez les mots en toutes lettres.")


def _explained(word: str, known: frozenset[str]) -> bool:
    return word in known or all(part in known for part in acronyms.parts(word) or [word])


def known_terms(terms: Iterable[str]) -> frozenset[str]:
    """The acronyms that glossary terms explain: `CEJ (Caf)` explains CEJ, `CLAIR / ÉCLAIR` both."""
    known: set[str] = set()
    for term in terms:
        known.add(term)
        known.update(acronyms.candidates(term))
    return frozenset(known)


def stale_sources(sources: Iterable[tuple[str, Source]], on: date) -> Iterator[Problem]:
    """A21 and A22: sources whose review day is past, or comes within thirty days of `on`. E29: one that says to be checked after that day."""
    for path, source in sources:
        if source.checked is not None and source.checked > on:
            message = f"La source « {source.label} » est dite vérifiée en {month_and_year(source.checked)}, qui n’est pas venu."
            yield problem(path, source.line, "E29", message, "« vérifié » donne le mois où vous l’avez lue ; celui où la relire est « à revoir ».")
        if source.review is None or source.review > on + WARNED_AHEAD:
            continue
        if source.review <= on:
            message = f"Source « {source.label} » à revérifier depuis {month_and_year(source.review)}."
            yield problem(path, source.line, "A21", message, "Relisez-la, puis changez « vérifié » et « à revoir ».")
        else:
            message = f"Source « {source.label} » à revérifier à partir du {source.review.day} {month_and_year(source.review)}."
            yield problem(path, source.line, "A22", message, "Relisez-la avant que les lecteurs ne soient prévenus.")


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
