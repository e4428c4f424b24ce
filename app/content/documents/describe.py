"""How each question of a quiz was understood, in French words: what `flask content show` prints, and what fixtures compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from app.content.documents.reader import DocumentReading
from app.content.quiz.answers.number import words
from app.content.quiz.shapes import shape_of
from app.content.text.grids import fields
from app.content.values.course import Confusables, Cover, DatedFacts, Document, Glossary, Lesson, Module, Paths, Scene, Sources, Timeline
from app.content.values.library import Library, Network, Survey, Tool
from app.content.values.quiz import CorrectionTime, GradingMethod, Policy, Question, Quiz
from app.content.values.text import CROSSING
from app.platform.french import agree, exact

_METHODS = {
    GradingMethod.BEST: "la meilleure note compte",
    GradingMethod.MEAN: "la moyenne des notes compte",
    GradingMethod.FIRST: "la première note compte",
    GradingMethod.LAST: "la dernière note compte",
}
_TIMES = {
    CorrectionTime.AFTER_EACH: "correction après chaque question",
    CorrectionTime.AFTER_SUBMIT: "correction après envoi",
    CorrectionTime.AFTER_LAST: "correction après la dernière tentative",
    CorrectionTime.NEVER: "jamais de correction",
}


def describe_quiz(quiz: Quiz) -> Iterator[str]:
    """The quiz, its policy, then each situation and question in the order of the file."""
    home = f"leçon {quiz.lesson_id}" if quiz.lesson_id else f"module {quiz.module_id}" if quiz.module_id else "sans leçon ni module"
    yield f"Quiz « {quiz.title} » ({quiz.id}), {home} : {_many(len(quiz.questions), 'question')}."
    yield _policy(quiz.policy)
    if quiz.introduction.text:
        yield f"Introduction : {words(quiz.introduction)}"
    if quiz.reuses:
        yield f"Reprend : {', '.join(quiz.reuses)}."
    cases = {situation.question_ids[0]: situation for situation in quiz.situations if situation.question_ids}
    for question in quiz.questions:
        yield ""
        if situation := cases.get(question.id):
            yield f"Situation « {situation.title} » ({situation.id}), pour {_many(len(situation.question_ids), 'question')} : {words(situation.text)}"
        yield from describe_question(question.number, question)


def describe_question(number: int, question: Question) -> Iterator[str]:
    """A question: its statement, its type, its answer, what is said after it, its settings."""
    yield f"Question {number}, ligne {question.line} ({question.id}) : {words(question.statement)}"
    shape = shape_of(question.answer)
    yield f"  {shape.name(question.answer)}, {_many(question.points, 'point')}, niveau {question.level}."
    yield from (f"  {line}" for line in shape.lines(question.answer))
    if question.hint:
        yield f"  Indice : {words(question.hint)}"
    if question.explanation:
        yield f"  Explication : {words(question.explanation)}"
    if settings := _settings(question):
        yield f"  {settings}"


def _many(count: Decimal | int, noun: str) -> str:
    return f"{exact(count)} {agree(count, noun)}"


def _policy(policy: Policy) -> str:
    tries = _many(policy.max_attempts, "tentative") if policy.max_attempts else "autant de tentatives qu’on veut"
    drawn = f"{_many(policy.draw, 'question')} tirées au sort" if policy.draw else "toutes les questions"
    order = "mélangées" if policy.shuffle else "dans l’ordre du fichier"
    return f"Réussi à {exact(policy.pass_mark * 100)} %, {tries}, {_METHODS[policy.method]}, {_TIMES[policy.correction]}, {drawn}, {order}."


def _settings(question: Question) -> str:
    named = {"Objectif": question.objective, "Leçon": question.lesson_link, "Étiquettes": ", ".join(question.tags)}
    return " ; ".join(f"{name} : {value}" for name, value in named.items() if value)


def lines(reading: DocumentReading) -> Iterator[str]:
    """Describes how a file was understood; yields nothing for an unreadable file, whose problems say why."""
    if reading.document is not None:
        yield from _SHOWN[type(reading.document)](reading.document)


def _module(module: Module) -> Iterator[str]:
    yield f"Module « {module.title} » ({module.id}), histoire : {module.history}."
    yield f"Leçons, dans l’ordre : {', '.join(module.lesson_ids) or 'aucune'}. Quiz final : {module.final_quiz_id or 'aucun'}."
    yield from (f"  {objective.id} : {objective.text}" for objective in module.objectives)


def _glossary(glossary: Glossary) -> Iterator[str]:
    return (f"{entry.term} : {' | '.join(entry.all_expansions) or 'mot, sans développement'}" for entry in glossary.entries)


def _timeline(timeline: Timeline) -> Iterator[str]:
    return (f"{event.when} [{' + '.join(history for history in event.histories)}] {words(event.text)}" for event in timeline.events)


def _confusables(confusables: Confusables) -> Iterator[str]:
    return (f"{left} n’est jamais pris pour {right}." for left, right in confusables.pairs)


def _dated_facts(dated: DatedFacts) -> Iterator[str]:
    return (f"Vrai jusqu’au {fact.until.isoformat()} : {words(fact.text)} Où regarder : {words(fact.where)}" for fact in dated.facts)


def _paths(paths: Paths) -> Iterator[str]:
    for path in paths.paths:
        attested = f" Son attestation est à rafraîchir après {path.validity} mois." if path.validity else ""
        kept = f" Il n’en garde que {', '.join(path.only_ids)}." if path.only_ids else ""
        yield f"Parcours « {path.title} » ({path.id}){', par défaut' if path.default else ''} : {', '.join(path.module_ids)}.{kept}{attested}"


def _network(network: Network) -> Iterator[str]:
    yield f"{len(network.cites)} cités, {len(network.meetings)} rencontres."
    yield from (f"{cite.name}, {cite.departement}, vague {cite.wave}, label {cite.labelled_on}" for cite in network.cites)


def _sources(sources: Sources) -> Iterator[str]:
    return (f"[^{source.label}] {source.kind or 'sans catégorie'}, lu : {source.read or '?'} : {source.text}" for source in sources.entries)


def _library(library: Library) -> Iterator[str]:
    for each in library.documents:
        kept = each.file or each.address
        yield f"{each.title} ({each.id}), {each.type}, {each.date or 'sans date'} : {kept}{', avec sa transcription' if each.transcript else ''}"


def _cover(cover: Cover) -> Iterator[str]:
    yield f"{cover.heading}. {cover.title}, pour {cover.audience}."
    for line in cover.lines:
        yield f"  {line.name} ({line.id}), couleurs {line.colour.light} et {line.colour.dark}{f', culture : {line.side}' if line.side else ''}"
    yield f"  {cover.crossing} ({CROSSING})"


def _tool(tool: Tool) -> Iterator[str]:
    yield f"Outil « {tool.title} » ({tool.id}), {tool.form.value}. {tool.purpose} {tool.moment}"
    for number, line in enumerate(tool.body.text.split("\n"), tool.body.line):
        yield from (f"  ligne {number} : {hint or 'à remplir'} → {example}" for hint, example in fields(line))


def _survey(survey: Survey) -> Iterator[str]:
    yield f"Enquête « {survey.title} » ({survey.id}), {survey.moment.value}, après : {', '.join(sorted(survey.after))}."
    for question in survey.questions:
        measure = f", nourrit : {question.measure.value}" if question.measure else ""
        yield f"  ligne {question.line} ({question.id}), {question.asked.value}{measure} : {question.title}"
        yield from (f"    {option}" for option in question.options)


def _lesson(lesson: Lesson) -> Iterator[str]:
    yield f"Leçon « {lesson.title} » ({lesson.id}), {_many(lesson.minutes, 'minute')}, {_many(lesson.words, 'mot')}{', facultative' if lesson.optional else ''}."
    yield from ["Se lit sans compte, si le site est ouvert aux visiteurs."] * lesson.public
    yield from (f"  {objective.id} (sert {objective.serves or '—'}) : {objective.text}" for objective in lesson.objectives)
    yield from (f"{'  ' * (heading.level - 1)}{heading.title}  #{heading.anchor}" for heading in lesson.headings)
    if lesson.situation:
        yield from _situation(lesson.situation)
    counts = _many(len(lesson.calls), "source"), _many(len(lesson.images), "image"), _many(len(lesson.territory_questions), "question")
    yield f"{', '.join(counts)} « Sur mon territoire »."
    for number, question in enumerate(lesson.questions, 1):
        yield ""
        yield from describe_question(number, question)


def _situation(opening: Scene) -> Iterator[str]:
    """Which choice leads where, and how much each reader reads before « À retenir »."""
    paths = sorted(opening.paths())
    yield f"Situation : {len(paths)} fins, de {paths[0]} à {paths[-1]} mots jusqu’à chacune."
    for first in opening.choices:
        yield f"  « {first.text} » → {first.scene.title}"
        yield from (f"    « {second.text} » → {second.scene.title}" for second in first.scene.choices)


_SHOWN: dict[type[Document], Callable[[Any], Iterator[str]]] = {
    Module: _module,
    Lesson: _lesson,
    Quiz: describe_quiz,
    Paths: _paths,
    Glossary: _glossary,
    Timeline: _timeline,
    Confusables: _confusables,
    DatedFacts: _dated_facts,
    Network: _network,
    Sources: _sources,
    Tool: _tool,
    Survey: _survey,
    Library: _library,
    Cover: _cover,
}
