"""How each question of a quiz was understood, in French words: what `flask content show` prints, and what fixtures compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import singledispatch
from typing import Any

from app.content.documents.reader import Reading
from app.content.text.markdown import inline_tokens, plain
from app.content.values.course import Confusables, Document, Glossary, Lesson, Module, Network, Paths, Timeline
from app.content.values.quiz import (
    GAP,
    Choices,
    CorrectionTime,
    Gap,
    Gaps,
    GradingMethod,
    Kind,
    Matching,
    Number,
    Ordering,
    Policy,
    Question,
    Quiz,
    ShortText,
    TypedAnswer,
)
from app.content.values.text import Fragment

KIND_NAMES = {
    Kind.SINGLE: "une seule bonne réponse",
    Kind.MULTIPLE: "plusieurs bonnes réponses",
    Kind.TRUE_FALSE: "vrai ou faux",
    Kind.TEXT: "texte court à taper",
    Kind.NUMBER: "nombre à taper",
    Kind.MATCHING: "association",
    Kind.ORDERING: "mise en ordre",
    Kind.GAPS: "texte à trous",
}
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
    for number, question in enumerate(quiz.questions, 1):
        yield ""
        if situation := cases.get(question.id):
            yield f"Situation « {situation.title} » ({situation.id}), pour {_many(len(situation.question_ids), 'question')} : {words(situation.text)}"
        yield from describe_question(number, question)


def describe_question(number: int, question: Question) -> Iterator[str]:
    """A question: its statement, its type, its answer, what is said after it, its settings."""
    yield f"Question {number}, ligne {question.line} ({question.id}) : {words(question.statement)}"
    yield f"  {_type(question)}, {_many(question.points, 'point')}, niveau {question.level}."
    yield from (f"  {line}" for line in _answer(question.answer))
    if question.hint:
        yield f"  Indice : {words(question.hint)}"
    if question.explanation:
        yield f"  Explication : {words(question.explanation)}"
    if settings := _settings(question):
        yield f"  {settings}"


def words(fragment: Fragment) -> str:
    """One line of plain words, without Markdown's signs."""
    return " ".join(plain(inline_tokens(fragment.text)).split())


def _many(count: Decimal | int, noun: str) -> str:
    shown = format(count, "f").replace(".", ",") if isinstance(count, Decimal) else str(count)
    return f"{shown} {noun}{'s' if count >= 2 else ''}"


def _policy(policy: Policy) -> str:
    tries = _many(policy.max_attempts, "tentative") if policy.max_attempts else "autant de tentatives qu’on veut"
    drawn = f"{_many(policy.draw, 'question')} tirées au sort" if policy.draw else "toutes les questions"
    order = "mélangées" if policy.shuffle else "dans l’ordre du fichier"
    percent = format(policy.pass_mark * 100, "f").rstrip("0").rstrip(".") if "." in str(policy.pass_mark * 100) else str(policy.pass_mark * 100)
    return f"Réussi à {percent.replace('.', ',')} %, {tries}, {_METHODS[policy.method]}, {_TIMES[policy.correction]}, {drawn}, {order}."


def _type(question: Question) -> str:
    answer = question.answer
    name = KIND_NAMES[question.kind].capitalize()
    if isinstance(answer, Choices):
        right = sum(option.correct for option in answer.options)
        name += f" ({right} sur {len(answer.options)})" if answer.kind is Kind.MULTIPLE else ""
        name += ", tout ou rien" if answer.exact_credit else ""
        name += ", dans l’ordre écrit" if answer.fixed_order and answer.kind is not Kind.TRUE_FALSE else ""
    elif isinstance(answer, ShortText) and answer.strict:
        name = "Texte à taper exactement"
    return name


def _settings(question: Question) -> str:
    named = {"Objectif": question.objective, "Leçon": question.lesson_link, "Étiquettes": ", ".join(question.tags)}
    return " ; ".join(f"{name} : {value}" for name, value in named.items() if value)


def _comment(feedback: Fragment | None) -> Iterator[str]:
    if feedback:
        yield f"    commentaire : {words(feedback)}"


@singledispatch
def _answer(answer: object) -> Iterator[str]:
    raise TypeError(type(answer))


@_answer.register
def _choices(answer: Choices) -> Iterator[str]:
    for option in answer.options:
        yield f"[{'x' if option.correct else ' '}] {words(option.text)}{' (reste en dernier)' if option.stays_last else ''}"
        yield from _comment(option.feedback)


@_answer.register
def _short_text(answer: ShortText) -> Iterator[str]:
    yield from _typed("accepté", answer.accepted)
    yield from _typed("erreur attendue", answer.mistakes)


def _typed(name: str, answers: tuple[TypedAnswer, ...]) -> Iterator[str]:
    for answer in answers:
        yield f"{name} : {answer.text}"
        yield from _comment(answer.feedback)


@_answer.register
def _number(answer: Number) -> Iterator[str]:
    for interval in answer.accepted:
        low, high = (format(value, "f").replace(".", ",") for value in (interval.low, interval.high))
        yield f"accepté : {low if low == high else f'de {low} à {high}'}{f' {answer.unit}' if answer.unit else ''}"
    if answer.unit:
        yield "unité exigée" if answer.unit_required else "unité facultative, montrée à côté du champ"


@_answer.register
def _matching(answer: Matching) -> Iterator[str]:
    for pair in answer.pairs:
        yield f"{words(pair.left)} => {pair.right}"
        yield from _comment(pair.feedback)
    for distractor in answer.distractors:
        yield f"leurre => {distractor}"


@_answer.register
def _ordering(answer: Ordering) -> Iterator[str]:
    for place, item in enumerate(answer.items, 1):
        yield f"{place}. {words(item.text)}"


@_answer.register
def _gaps(answer: Gaps) -> Iterator[str]:
    text = GAP.sub(lambda found: _gap(answer.gaps[int(found[1])]), answer.body.text)
    yield from (f"| {line}" for line in text.split("\n") if line.strip())


def _gap(gap: Gap) -> str:
    if not gap.menu:
        return f"[[{' | '.join(gap.accepted)}]]"
    return f"[[{' | '.join(f'({choice})' if choice == gap.accepted[0] else choice for choice in gap.menu)}]]"


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
