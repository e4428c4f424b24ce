"""What is wrong between the facts that the texts of a course name: two values, a name out of its place, a value in which nothing counts. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.content.documents.index import CourseIndex
from app.content.documents.reader import DocumentReading
from app.content.problems.catalogue import problem
from app.content.text.markdown import inline_tokens, plain
from app.content.values.course import DatedFacts
from app.content.values.facts import count_value, same_value
from app.content.values.text import DocumentKind, Fact, Problem

TELLING = (DocumentKind.LESSON, DocumentKind.GLOSSARY)
"""What may tell a fact."""


Told = tuple[DocumentReading, Fact]


def check_facts(index: CourseIndex) -> Iterator[Problem]:
    """E73 of a place, E74, A45 and A46."""
    told: dict[str, Told] = {}
    for reading in index.readings:
        for fact in reading.scan.facts if reading.kind in TELLING else ():
            yield from _check_value(told.setdefault(fact.id, (reading, fact)), (reading, fact))
    for reading in index.readings:
        if reading.kind is DocumentKind.FACTS:
            yield from _check_watched(reading, told)
        elif reading.kind not in TELLING:
            for fact in reading.scan.facts:
                message = f"« {fact.id} » : un fait se nomme dans une leçon, une définition du glossaire ou une ligne de a-verifier.md."
                yield problem(reading.path, fact.line, "E73", message, "Retirez ce nom.")


def _check_value(first: Told, here: Told) -> Iterator[Problem]:
    """E74 at both places, since which one is at fault only the trainer knows; A45."""
    reading, fact = here
    if not same_value(first[1].value, fact.value):
        for (at, one), (there, other) in ((first, here), (here, first)):
            message = f"« {fact.id} » vaut ici « {one.value[:60]} », et « {other.value[:60]} » dans {there.path}:{other.line}."
            yield problem(at.path, one.line, "E74", message, "Donnez la même valeur aux deux endroits, et publiez-les ensemble.")
    elif not count_value(fact.value).counts:
        message = f"Rien ne compte dans « {fact.value[:60]} » : ni chiffre, ni date, ni sigle, ni nom."
        yield problem(reading.path, fact.line, "A45", message, "Mettez en gras les quelques mots qui peuvent changer, et le nom du fait juste après.")


def _check_watched(reading: DocumentReading, told: dict[str, Told]) -> Iterator[Problem]:
    """A46: a line of a-verifier.md says what the course says."""
    for watched in reading.document.facts if isinstance(reading.document, DatedFacts) else ():
        known = told.get(watched.name)
        if watched.name and known is None:
            yield problem(
                reading.path, watched.line, "A46", f"Aucun texte ne nomme le fait « {watched.name} ».", "Nommez-le là où il est dit, ou corrigez ce nom."
            )
        elif known is not None:
            here, there = count_value(plain(inline_tokens(watched.text.text))), count_value(known[1].value)
            if not there.figures <= here.figures:
                message = f"« {watched.name} » vaut « {known[1].value[:60]} » dans {known[0].path}:{known[1].line}, et cette ligne ne le dit pas."
                yield problem(reading.path, watched.line, "A46", message, "Écrivez la même valeur ici.")
