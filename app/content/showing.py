"""How a file was understood, said in words: what a trainer reads to be sure that a question is what they meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.content.describe import describe_quiz, words
from app.content.parsing import Reading
from app.content.values import Confusables, Document, Glossary, Lesson, Module, Network, Paths, Quiz, Timeline


def lines(reading: Reading) -> Iterator[str]:
    """Nothing for a file that could not be read: its problems say why."""
    if reading.document is not None:
        yield from _SHOWN[type(reading.document)](reading.document)


def _module(module: Module) -> Iterator[str]:
    yield f"Module « {module.title} » ({module.id}), histoire : {module.history.value}."
    yield f"Leçons, dans l’ordre : {', '.join(module.lesson_ids) or 'aucune'}. Quiz final : {module.final_quiz_id or 'aucun'}."
    yield from (f"  {objective.id} : {objective.text}" for objective in module.objectives)


def _glossary(glossary: Glossary) -> Iterator[str]:
    return (f"{entry.term} : {entry.expansion or 'mot, sans développement'}" for entry in glossary.entries)


def _timeline(timeline: Timeline) -> Iterator[str]:
    return (f"{event.when} [{' + '.join(history.value for history in event.histories)}] {words(event.text)}" for event in timeline.events)


def _confusables(confusables: Confusables) -> Iterator[str]:
    return (f"{left} n’est jamais pris pour {right}." for left, right in confusables.pairs)


def _paths(paths: Paths) -> Iterator[str]:
    return (f"Parcours « {path.title} » ({path.id}){', par défaut' if path.default else ''} : {', '.join(path.module_ids)}." for path in paths.paths)


def _network(network: Network) -> Iterator[str]:
    yield f"{len(network.cites)} cités, {len(network.meetings)} rencontres."
    yield from (f"{cite.name}, {cite.departement}, vague {cite.wave}, label {cite.labelled_on}" for cite in network.cites)


def _lesson(lesson: Lesson) -> Iterator[str]:
    yield f"Leçon « {lesson.title} » ({lesson.id}), {lesson.minutes} minutes, {lesson.words} mots{', facultative' if lesson.optional else ''}."
    yield from (f"  {objective.id} (sert {objective.serves or '—'}) : {objective.text}" for objective in lesson.objectives)
    yield from (f"{'  ' * (heading.level - 1)}{heading.title}  #{heading.anchor}" for heading in lesson.headings)
    yield f"{len(lesson.sources)} sources, {len(lesson.images)} images, {len(lesson.territory_questions)} questions « Sur mon territoire »."


_SHOWN: dict[type[Document], Callable[[Any], Iterator[str]]] = {
    Module: _module,
    Lesson: _lesson,
    Quiz: describe_quiz,
    Paths: _paths,
    Glossary: _glossary,
    Timeline: _timeline,
    Confusables: _confusables,
    Network: _network,
}
