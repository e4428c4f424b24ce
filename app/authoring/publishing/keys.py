"""Which keys a draft moves, and what that would make of the answers already given, in words. For trainers alone: a guest reads no figure of anybody."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.item_analysis.figures import MIN_SHOWN
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import as_text, quoted
from app.assessment.questions.present import statement_title
from app.assessment.regrading.both_keys import MOST, AnswersByKeys, answers_by_keys
from app.authoring.drafts.queries import WorkingText
from app.content.store.queries import course
from app.content.values.keys import KeyChange
from app.content.values.quiz import Quiz
from app.platform.french import french, number, plural


class MovedKeyLine(Struct, frozen=True):
    """A question whose key moves. `title` stands between quotation marks; `ref` is its place in the page that shows it."""

    place: int
    title: str
    ref: str
    sentence: str
    answered: bool
    """Marks that were given hang on it."""


def key_lines(session: Session, text: WorkingText, prefix: str = "") -> tuple[MovedKeyLine, ...]:
    """`prefix` begins the ids of the text's page, where several stand on one."""
    quiz = text.reading.document
    if not isinstance(quiz, Quiz):
        return tuple(_line(change, f"{prefix}a-vous-{change.place}", "on y répond en lisant, rien n’en est gardé.", False) for change in text.changed_keys)
    found = answers_by_keys(session, course(session), quiz, text.changed_keys) if text.changed_keys else {}
    return tuple(_quiz_line(change, f"{prefix}question-{change.place}", found[change.after.id]) for change in text.changed_keys)


def _quiz_line(change: KeyChange, ref: str, answers: AnswersByKeys) -> MovedKeyLine:
    marked = not kind_of(change.after).unmarked
    return _line(change, ref, answers_sentence(answers) if marked else "une réponse modèle, sans note.", marked and bool(answers.people))


def _line(change: KeyChange, ref: str, sentence: str, answered: bool) -> MovedKeyLine:
    return MovedKeyLine(change.place, quoted(as_text(statement_title(change.after))), ref, french(sentence), answered)


def answers_sentence(answers: AnswersByKeys) -> str:
    """What of the answers already given was right, and would be. Of fewer than five people, no figure."""
    if not answers.people:
        return "personne n’y a encore répondu."
    if answers.people < MIN_SHOWN:
        return "moins de cinq personnes y ont répondu : combien de leurs réponses étaient justes ne se dit pas."
    if answers.obstacle:
        return f"{plural(answers.people, 'personne')} y ont répondu, et leurs réponses ne peuvent pas être notées avec la nouvelle clé : {answers.obstacle}."
    given = f"{plural(answers.answers, 'réponse déjà donnée', 'réponses déjà données')}{f', dans les {number(MOST)} dernières tentatives' if answers.bounded else ''}"
    return f"{given} : {plural(answers.before, 'juste')} avant, {number(answers.after)} après."


def marks_sentence(lines: Iterable[MovedKeyLine]) -> str:
    """What publishing does to marks already given."""
    moved = sum(line.answered for line in lines)
    if not moved:
        return ""
    return french(
        f"La bonne réponse de {plural(moved, 'question')} change : les notes déjà données restent ; après la publication, l’atelier montre lesquelles sont à reprendre."
    )
