"""How a file was understood, said in words: what a trainer reads to be sure that a question is what they meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.content.markdown import inline_tokens, plain
from app.content.parsing import Reading
from app.content.values import (
    GAP_CLOSE,
    GAP_OPEN,
    Choices,
    Confusables,
    CorrectionTime,
    Document,
    Gaps,
    Glossary,
    GradingMethod,
    Kind,
    Lesson,
    Matching,
    Module,
    Network,
    Number,
    Ordering,
    Paths,
    Question,
    Quiz,
    ShortText,
    Timeline,
)

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
    return (f"{event.when} [{' + '.join(history.value for history in event.histories)}] {_words(event.text.text)}" for event in timeline.events)


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


def _quiz(quiz: Quiz) -> Iterator[str]:
    policy = quiz.policy
    home = f"leçon {quiz.lesson_id}" if quiz.lesson_id else f"module {quiz.module_id}" if quiz.module_id else "sans leçon ni module"
    yield f"Quiz « {quiz.title} » ({quiz.id}), {home}, {len(quiz.questions)} questions."
    tries = f"{policy.max_attempts} tentatives" if policy.max_attempts else "tentatives sans limite"
    drawn = f"{policy.draw} questions tirées" if policy.draw else "toutes les questions"
    yield f"Réussi à {policy.pass_mark * 100:.0f} %, {tries}, {_METHODS[policy.method]}, {_TIMES[policy.correction]}, {drawn}."
    cases = {situation.id: situation.title for situation in quiz.situations}
    for number, question in enumerate(quiz.questions, 1):
        yield ""
        yield f"Question {number} (ligne {question.line}, {question.id}) : {_words(question.statement.text)}"
        yield f"  → {KIND_NAMES[question.kind]}, {question.points} point{'s' if question.points > 1 else ''}, niveau {question.level}."
        if question.situation_id:
            yield f"  Dans la situation « {cases.get(question.situation_id, question.situation_id)} »."
        yield from (f"  {line}" for line in _answer(question))
        yield from (f"  {line}" for line in _around(question))


_METHODS = {
    GradingMethod.BEST: "la meilleure note compte",
    GradingMethod.MEAN: "la moyenne compte",
    GradingMethod.FIRST: "la première note compte",
    GradingMethod.LAST: "la dernière note compte",
}
_TIMES = {
    CorrectionTime.AFTER_EACH: "correction après chaque question",
    CorrectionTime.AFTER_SUBMIT: "correction après envoi",
    CorrectionTime.AFTER_LAST: "correction après la dernière tentative",
    CorrectionTime.NEVER: "jamais de correction",
}


def _answer(question: Question) -> Iterator[str]:
    match question.answer:
        case Choices() as choices:
            for option in choices.options:
                feedback = f"  (retour : {_words(option.feedback.text)})" if option.feedback else ""
                yield f"{'juste ' if option.correct else 'fausse'} : {_words(option.text.text)}{' (reste en dernier)' if option.stays_last else ''}{feedback}"
        case ShortText() as text:
            yield f"{'à la lettre' if text.strict else 'accepté'} : {' | '.join(each.text for each in text.accepted)}"
            yield from (f"erreur attendue : {each.text}" for each in text.mistakes)
        case Number() as number:
            yield f"accepté : {' | '.join(each.shown for each in number.accepted)}{f' {number.unit}' if number.unit else ''}"
        case Matching() as matching:
            yield from (f"{_words(pair.left.text)} => {pair.right}" for pair in matching.pairs)
            yield from (f"leurre : {distractor}" for distractor in matching.distractors)
        case Ordering() as ordering:
            yield from (f"{place}. {_words(item.text.text)}" for place, item in enumerate(ordering.items, 1))
        case Gaps() as gaps:
            yield _with_gaps(gaps)


def _with_gaps(gaps: Gaps) -> str:
    text = gaps.body.text
    for index, gap in enumerate(gaps.gaps):
        shown = f"menu : {' / '.join(gap.menu)} ; juste : {gap.accepted[0]}" if gap.menu else " | ".join(gap.accepted)
        text = text.replace(f"{GAP_OPEN}{index}{GAP_CLOSE}", f"[{shown}]")
    return text.strip()


def _around(question: Question) -> Iterator[str]:
    if question.hint:
        yield f"indice : {_words(question.hint.text)}"
    if question.explanation:
        yield f"explication : {_words(question.explanation.text)}"
    if question.objective or question.lesson_link:
        yield f"objectif {question.objective or '—'}, enseigné dans {question.lesson_link or '—'}"


def _words(text: str) -> str:
    """One line of plain words, without Markdown's signs."""
    return " ".join(plain(inline_tokens(text.strip())).split())


_SHOWN: dict[type[Document], Callable[[Any], Iterator[str]]] = {
    Module: _module,
    Lesson: _lesson,
    Quiz: _quiz,
    Paths: _paths,
    Glossary: _glossary,
    Timeline: _timeline,
    Confusables: _confusables,
    Network: _network,
}
