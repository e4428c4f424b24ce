"""The course folder, checked as a whole (each text is parsed once, on every core when that pays, and not at all when nothing changed); and new texts."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, field

from app.content.checks import check_timeless, dated_lines, image_folder, stale_sources
from app.content.documents.index import CourseIndex, document_id
from app.content.documents.reader import DocumentReading, kind_of, read_document
from app.content.store import disk, queries
from app.content.store.disk import CourseFile, CourseFiles
from app.content.store.queries import NewText, engine
from app.content.text.head import is_id
from app.content.text.normalise import normalise
from app.content.values.course import Module
from app.content.values.text import DocumentKind, Problem, Source
from app.platform import collector
from app.platform.errors import DomainError
from app.platform.files import write_whole
from app.platform.processors import processors
from app.platform.settings import Settings

ContentMark = tuple[str, tuple[tuple[str, str], ...]]
"""What is compared of a document: the fingerprint of its text, the digests of its images."""

READINGS = "readings.pickle"
"""Beside the kept answer: each file as it was read."""
PARALLEL_FROM = 1_500_000
"""Characters under which a second process costs more than it gains."""


class SurveyedDocument(Struct, frozen=True):
    """What the sync needs of one document."""

    path: str
    kind: DocumentKind
    id: str
    """Empty when the document could not be read so far."""
    fingerprint: str
    media: tuple[tuple[str, str], ...]
    """Name and digest of each image that it shows."""

    @property
    def mark(self) -> ContentMark:
        return self.fingerprint, tuple(sorted(self.media))


class CourseSurvey(Struct, frozen=True):
    documents: tuple[SurveyedDocument, ...]
    problems: tuple[Problem, ...]
    """Sorted by place; those of the day included."""
    readings: Mapping[str, DocumentReading] = field(default_factory=dict)
    """By path, where the texts had to be read; empty when the answer was known."""

    def paths_with_errors(self) -> frozenset[str]:
        """Paths that have an error."""
        return frozenset(found.path for found in self.problems if found.is_error)

    def new_text(self, document: SurveyedDocument, text: str) -> NewText:
        """One of these documents and the text of its file, ready to be stored."""
        reading = self.readings.get(document.path)
        value = reading.document if reading else None
        return NewText(document.id, document.kind, document.path, normalise(text), document.fingerprint, dict(document.media), value)


def survey_folder(settings: Settings, on: date) -> tuple[CourseFiles, CourseSurvey]:
    """The files of the course of this site, and what is found of them on that day."""
    files = disk.find(settings.course_path)
    return files, survey_files(files, on, settings.instance_path / "cache" / "content.json" if files.documents else None)


def survey_files(files: CourseFiles, on: date, cache: Path | None = None) -> CourseSurvey:
    """Check all the files. `cache` is a file where the answer is kept until a byte of the course, or of the engine, changes."""
    key = f"{engine()} {files.key}"
    readings: list[DocumentReading] = []
    known = _load(cache, key)
    if known is None:
        readings = _readings(files.documents, cache.with_name(READINGS) if cache else None)
        known = examine(files, readings)
        _save(cache, key, known)
    problems = (*known.problems, *stale_sources(known.reviews, on))
    ordered = tuple(sorted(problems, key=lambda found: (found.path, found.line, found.code)))
    return CourseSurvey(known.documents, ordered, {reading.path: reading for reading in readings})


def _readings(documents: Sequence[CourseFile], cache: Path | None) -> list[DocumentReading]:
    """A reading of each file whose text could be decoded, in the same order: of one changed file of a thousand, one is read."""
    known = queries.load(cache)
    readable = [file for file in documents if file.text is not None]
    missing = [file for file in readable if (file.path, file.digest) not in known]
    if missing:
        fresh = zip(missing, read_all(missing), strict=True)
        found = known | {(file.path, file.digest): reading for file, reading in fresh}
        known = {(file.path, file.digest): found[file.path, file.digest] for file in readable}
        queries.keep(cache, known)
    return [known[file.path, file.digest] for file in readable]


class CourseFindings(Struct, frozen=True):
    """What does not depend on the day, and the sources that will."""

    documents: tuple[SurveyedDocument, ...]
    problems: tuple[Problem, ...]
    reviews: tuple[tuple[str, Source], ...]


def examine(files: CourseFiles, readings: Sequence[DocumentReading]) -> CourseFindings:
    """What is found of files that were read, one by one and together: all that does not depend on the day."""
    index = CourseIndex(readings, unreadable=any(file.text is None for file in files.documents))
    problems = [found for file in files.documents for found in file.problems]
    problems += [found for reading in readings for found in reading.problems]
    problems += check_timeless(index, files.image_names())
    reviews = (each for reading in readings for each in dated_lines(reading) if each[1].review or each[1].checked)
    documents = (*(_survey_document(index, files, reading) for reading in readings), *map(_unreadable, (file for file in files.documents if file.text is None)))
    return CourseFindings(documents, tuple(problems), tuple(reviews))


def _survey_document(index: CourseIndex, files: CourseFiles, reading: DocumentReading) -> SurveyedDocument:
    folder = image_folder(index, reading) if reading.scan.images else ""
    shown = {image.name for image in reading.scan.images}
    media = tuple((image.name, image.digest) for image in files.images if image.folder == folder and image.name in shown) if shown else ()
    return SurveyedDocument(reading.path, reading.kind, document_id(reading), reading.fingerprint, media)


def _unreadable(file: CourseFile) -> SurveyedDocument:
    return SurveyedDocument(file.path, kind_of(file.path) or DocumentKind.LESSON, "", "", ())


def read_all(documents: Sequence[CourseFile]) -> list[DocumentReading]:
    """Parses the text of every file, in several processes where there is much."""
    texts = [(file.path, file.text) for file in documents if file.text is not None]
    characters = sum(len(text) for _, text in texts)
    workers = _workers(characters)
    with collector.at_rest(set_aside=characters > PARALLEL_FROM):  # readings are kept, and have no cycles: it would take a third of the time
        if workers < 2:
            return [read_document(path, text) for path, text in texts]
        import multiprocessing  # which takes a while to come, and only a course that was changed asks for it
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_read_pair, texts, chunksize=max(1, len(texts) // (workers * 8))))


def _read_pair(pair: tuple[str, str]) -> DocumentReading:
    return read_document(*pair)


def _workers(characters: int) -> int:
    """How many processes. A process that has threads is not copied: what they hold would stay held in the copy."""
    if characters < PARALLEL_FROM or sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(8, processors())


def _load(cache: Path | None, key: str) -> CourseFindings | None:
    """The kept answer, if it is that of `key`. A file that is damaged is as good as none."""
    if cache is None:
        return None
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept["key"] != key:
            return None
        documents = tuple(
            SurveyedDocument(path, DocumentKind(kind), name, mark, tuple((image, digest) for image, digest in media))
            for path, kind, name, mark, media in kept["documents"]
        )
        reviews = tuple((path, Source(label, "", line, _day(checked), _day(review))) for path, label, line, checked, review in kept["reviews"])
        return CourseFindings(documents, tuple(Problem(*found) for found in kept["problems"]), reviews)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(cache: Path | None, key: str, kept: CourseFindings) -> None:
    """Where it cannot be written, the next check is only slower."""
    if cache is None:
        return
    answer = {
        "key": key,
        "documents": [(each.path, each.kind.value, each.id, each.fingerprint, each.media) for each in kept.documents],
        "problems": [(each.path, each.line, each.code, each.message, each.hint) for each in kept.problems],
        "reviews": [(path, source.label, source.line, *map(_iso_or_empty, (source.checked, source.review))) for path, source in kept.reviews],
    }
    try:
        write_whole(cache, json.dumps(answer, ensure_ascii=False).encode())
    except (OSError, ValueError):
        return


def _iso_or_empty(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


# --- New texts, to be filled ---
#
# What `flask content new` and the editor begin with has no other error than its own sentences (E70), which `text/pitfalls/passes.py` knows.

_NUMBER = re.compile(r"modules/[^/]+/(\d+)-")
TOOLS = "modules/outils"
SURVEYS = "modules/enquetes"


class NotMade(DomainError):
    """The identifier, the history or the module that was given will not do; the sentence says why."""


class Skeleton(Struct, frozen=True):
    id: str
    path: str
    text: str
    advice: str
    """What remains to be done elsewhere, in a sentence."""


InModule = Callable[[Iterable[str], str, str, str], Skeleton]
"""Every path of the course, the folder of a module, the id and the title → what stands next there."""


def module(identifier: str, title: str, history: str, histories: Collection[str]) -> Skeleton:
    _refuse_bad_id(identifier)
    if history not in histories:
        raise NotMade(f"Histoire inconnue : « {history} ». Écrivez l’une de : {', '.join(histories)}.")
    text = f"""---
id : {identifier}
titre : {title}
histoire : {history}
objectifs :
- M1 : Ce que l'on saura faire à la fin du module
leçons :
---

Pourquoi cette histoire compte pour un CPO, et ce qu'il saura faire à la fin.
"""
    return Skeleton(identifier, f"modules/{identifier}/module.md", text, "Ajoutez-le à un parcours, dans modules/parcours.md.")


def lesson(paths: Iterable[str], folder: str, identifier: str, title: str) -> Skeleton:
    """The next lesson of a module's folder, numbered after the others that stand there among `paths`."""
    told = """Une situation de terrain : quelqu'un, quelque part, devant une question.

## Premier titre {#premier-titre}

Le texte de la leçon. Un chiffre, une date ou une loi appelle une note, écrite à la fin du fichier.

## À retenir

- Une phrase que l'on emporte.
"""
    return _taught(paths, folder, identifier, title, 12, "Ce que l'on saura faire à la fin de la leçon", told)


def situation(paths: Iterable[str], folder: str, identifier: str, title: str) -> Skeleton:
    """Returns the skeleton of a lesson told as a case, with two choices, twice."""
    scenes = "\n".join(_scene(number, title) for number, title in ((1, "Ce qui suit le premier choix"), (2, "Ce qui suit l'autre choix")))
    told = f"""Une situation de terrain : quelqu'un, quelque part, doit répondre.

> [!CHOIX] Que faites-vous ?
> - [Ce que l'on peut faire](#scene-1)
> - [Ce que l'on peut faire d'autre](#scene-2)

{scenes}
## À retenir

- Une phrase qui vaut quel que soit le chemin.
"""
    return _taught(paths, folder, identifier, title, 10, "Ce que l'on sait mieux faire après avoir essayé", told)


def _taught(paths: Iterable[str], folder: str, identifier: str, title: str, minutes: int, objective: str, told: str) -> Skeleton:
    _refuse_bad_id(identifier)
    text = f"""---
id : {identifier}
titre : {title}
durée : {minutes}
objectifs :
- O1 : {objective} → M1
achèvement : lu
---

{told}
## Sur mon territoire

- Une question que le lecteur se pose sur son propre territoire.
"""
    return Skeleton(identifier, _next(paths, folder, identifier), text, f"Ajoutez « - {identifier} » à « leçons », dans {folder}/module.md.")


def _scene(number: int, title: str) -> str:
    return f"""## {title} {{#scene-{number}}}

Ce qui arrive, ce que l'on y gagne, ce que cela coûte.

> [!CHOIX] Et maintenant ?
> - [Un choix](#scene-{number}-a)
> - [L'autre](#scene-{number}-b)

### Une fin {{#scene-{number}-a}}

Ce que cela rapporte, ce que cela coûte.

### Une autre fin {{#scene-{number}-b}}

Ce que cela rapporte, ce que cela coûte.
"""


def _next(paths: Iterable[str], folder: str, identifier: str) -> str:
    numbers = [int(found[1]) for path in paths if path.startswith(f"{folder}/") and (found := _NUMBER.match(path))]
    return f"{folder}/{max(numbers, default=0) + 1:02}-{identifier}.md"


def tool(paths: Iterable[str], identifier: str, title: str) -> Skeleton:
    """The next tool of the toolbox; its identifier names its files."""
    _refuse_bad_id(identifier)
    text = f"""---
id : {identifier}
titre : {title}
usage : À quoi il sert, en une phrase.
moment : Quand on en a besoin.
forme : texte
---

Comment s'en servir, en quelques lignes : seule la page de l'outil les montre.

## Un premier titre

Un texte que tous gardent, et [[ce qu'il faut écrire => ce qu'écrit l'exemple]].

| Une colonne | Une autre |
|---|---|
| [[ce que l'on met dans cette case => un exemple]] | [[=> un autre exemple]] |
"""
    return Skeleton(identifier, _next(paths, TOOLS, identifier), text, f"Citez-le dans une leçon : [{title}]({identifier}).")


def survey_skeleton(identifier: str, title: str) -> Skeleton:
    _refuse_bad_id(identifier)
    text = f"""---
id : {identifier}
titre : {title}
moment : à chaud
après : module
---

Pourquoi on le demande, et ce que l'on fera des réponses.

## Ce module m'a été utile {{#utile}}

Échelle : accord

## Qu'est-ce qui manque ? {{#manque}}

Réponse libre
"""
    return Skeleton(identifier, f"{SURVEYS}/{identifier}.md", text, "Elle sera proposée dès sa publication.")


def quiz(home_id: str, identifier: str, title: str, of_module: bool = False) -> Skeleton:
    """Returns the skeleton of the quiz of a lesson, or of the final quiz of a module."""
    _refuse_bad_id(identifier)
    home, objective, taught, cited = ("module", "M1", "", "du module") if of_module else ("leçon", "O1", f"Leçon : {home_id}\n", "de la leçon")
    text = f"""---
id : {identifier}
titre : {title}
{home} : {home_id}
seuil : 70 %
correction : après envoi
---

Une phrase d'introduction.

## La première question ? {{#{identifier[:50]}-q1}}

- [x] La bonne réponse
- [ ] Une réponse fausse
  > Pourquoi elle est fausse.
- [ ] Une autre réponse fausse
  > Pourquoi elle est fausse.

> L'explication, montrée à tous avec la correction.

Objectif : {objective}
{taught}Niveau : 1
"""
    return Skeleton(identifier, f"quizzes/{identifier}.md", text, f"Ajoutez « quiz : {identifier} » à l’en-tête {cited} {home_id}.")


def _refuse_bad_id(identifier: str) -> None:
    if not is_id(identifier):
        raise NotMade(f"Identifiant mal formé : « {identifier} ». De 3 à 60 lettres minuscules sans accent, chiffres ou tirets.")


def folder_of(files: CourseFiles, module_id: str) -> str:
    """`modules/<folder>` of a module on the disk. Raises NotMade."""
    for file in files.documents:
        if file.path.endswith("/module.md") and file.text is not None:
            document = read_document(file.path, file.text).document
            if isinstance(document, Module) and document.id == module_id:
                return file.path.removesuffix("/module.md")
    raise NotMade(f"Aucun module n’a l’identifiant « {module_id} ».")
