"""A question as its page receives it, before its correction (`present`) and after (`correct`).

No key is in the types before: ids are places on the page (`c1`, `t2`…), never keys of the file. Feedback, explanation and the notes that only
they call are not rendered at all before the correction may show. The question's own id stays out too: it often names the answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.kind import NOTHING, CorrectedAnswer, Grade, Renderer, ShownAnswer, optional_html
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse
from app.content.values.course import Course, Lesson
from app.content.values.quiz import Question, QuestionType, Quiz, Situation
from app.content.values.text import Fragment, Heading


class ShownSituation(Struct, frozen=True):
    title: Markup
    text: Markup


class ShownQuestion(Struct, frozen=True):
    kind: QuestionType
    title: Markup
    """The statement's first paragraph, for the heading and the legend."""
    body: Markup
    """The rest of the statement; empty when there is none."""
    situation: ShownSituation | None
    hint: Markup | None
    """Shown on demand."""
    points: Decimal
    credit: str
    """How it is marked, in French."""
    answer: ShownAnswer


# --- Presenting a question ---


def present(question: Question, layout: QuestionLayout, renderer: Renderer, given: QuestionResponse, situation: Situation | None = None) -> ShownQuestion:
    """The question as the page shows it, `given` (blank or saved) filled in. Rendered in reading order: notes and sigles count from the top."""
    kind = kind_of(question)
    shown_situation = present_situation(situation, renderer)
    title, body = statement(question, renderer)
    return ShownQuestion(
        kind=question.kind,
        situation=shown_situation,
        title=title,
        body=body,
        answer=kind.present(layout, renderer, given),
        hint=optional_html(question.hint, renderer),
        points=question.points,
        credit=kind.credit_sentence,
    )


def present_situation(situation: Situation | None, renderer: Renderer) -> ShownSituation | None:
    if situation is None:
        return None
    return ShownSituation(renderer.inline(Fragment(situation.title, situation.text.line)), renderer.html(situation.text))


def statement(question: Question, renderer: Renderer) -> tuple[Markup, Markup]:
    """(first paragraph as inline HTML, the rest as blocks)."""
    first = statement_title(question)
    rest = question.statement.text.strip("\n").removeprefix(first)
    title = renderer.inline(Fragment(first, question.statement.line))
    line = question.statement.line + first.count("\n") + 2
    return title, renderer.html(Fragment(rest.strip("\n"), line)) if rest.strip() else Markup()


def statement_title(question: Question) -> str:
    """The Markdown of the statement's first paragraph: the question's heading."""
    return question.statement.text.strip("\n").partition("\n\n")[0]


# --- A corrected question: what was answered, the key, feedback, explanation, where it is taught ---
#
# Made only once `policy.correction_shows` allows it, or for an answer that was corrected at once (« après chaque question »).


class Result(StrEnum):
    """How an answer fared, in a word that a page may show."""

    RIGHT = "juste"
    PARTLY = "en partie juste"
    WRONG = "faux"
    BLANK = "sans réponse"
    UNMARKED = "sans note"
    """The question has no points."""
    KEY = "clé"
    """Nobody answered: the key alone, with what is read before it."""


class LessonLink(Struct, frozen=True):
    """Where the answer is taught. `heading` is empty when the link is to the whole lesson."""

    lesson_id: str
    lesson_title: str
    anchor: str
    heading: str


class CorrectedQuestion(Struct, frozen=True):
    kind: QuestionType
    title: Markup
    body: Markup
    situation: ShownSituation | None
    answer: CorrectedAnswer
    readable: str
    """What was answered, in French; empty when nothing was."""
    result: Result
    fraction: Fraction
    points: Decimal
    earned: Fraction
    explanation: Markup | None
    lesson: LessonLink | None
    credit: str = ""
    """With the key alone: how it is marked, in French."""
    hint: Markup | None = None


class AnsweredQuestion(Struct, frozen=True):
    """A question of an attempt with its answer and what it was found worth."""

    question: Question
    quiz: Quiz | None
    """The file that holds the question, as pinned; None of one that a lesson asks."""
    given: QuestionResponse
    grade: Grade
    situation: Situation | None = None


def correct(answered: AnsweredQuestion, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon, course: Course) -> CorrectedQuestion:
    """The corrected question, its options in the order that the attempt showed. Rendered in reading order."""
    kind = kind_of(answered.question)
    return _correct_question(answered, renderer, course, lambda: kind.correct(answered.given, answered.grade, layout, renderer, lexicon))


def with_key(question: Question, quiz: Quiz | None, renderer: Renderer, course: Course, situation: Situation | None = None) -> CorrectedQuestion:
    """The question as its correction shows it, answered by nobody: for whoever writes it or checks it. `quiz`: None of one that a lesson asks."""
    kind = kind_of(question)
    found = _correct_question(AnsweredQuestion(question, quiz, kind.blank, Grade(NOTHING), situation), renderer, course, lambda: kind.whole_key(renderer))
    credit = kind.credit_sentence if quiz else kind.invitation
    return replace(found, result=Result.KEY, credit=credit, hint=optional_html(question.hint, renderer))


def _correct_question(answered: AnsweredQuestion, renderer: Renderer, course: Course, answer: Callable[[], CorrectedAnswer]) -> CorrectedQuestion:
    question, given, fraction = answered.question, answered.given, answered.grade.fraction
    situation = present_situation(answered.situation, renderer)
    title, body = statement(question, renderer)
    return CorrectedQuestion(
        kind=question.kind,
        situation=situation,
        title=title,
        body=body,
        answer=answer(),
        explanation=optional_html(question.explanation, renderer),
        readable=kind_of(question).readable(given),
        result=result_of(question, given, fraction),
        fraction=fraction,
        points=question.points,
        earned=Fraction(question.points) * fraction,
        lesson=lesson_link(question, answered.quiz, course),
    )


def result_of(question: Question, given: QuestionResponse, fraction: Fraction) -> Result:
    if not question.points:
        return Result.UNMARKED
    if given.is_blank:
        return Result.BLANK
    if fraction == 1:
        return Result.RIGHT
    return Result.PARTLY if fraction else Result.WRONG


def lesson_link(question: Question, quiz: Quiz | None, course: Course) -> LessonLink | None:
    """`Leçon : id#ancre`, or the quiz's own lesson. A dead anchor leads to the top of the lesson, a dead lesson nowhere."""
    lesson_id, _, anchor = (question.lesson_link or (quiz and quiz.lesson_id) or "").partition("#")
    lesson = course.lessons.get(lesson_id)
    if lesson is None:
        return None
    return _link(lesson, next((heading for heading in lesson.headings if anchor and heading.anchor == anchor), None))


def passage_of(question: Question, lesson: Lesson) -> LessonLink:
    """Where a lesson asks it: under the last title before it, which teaches the answer."""
    return _link(lesson, max((heading for heading in lesson.outline if heading.line < question.line), key=lambda heading: heading.line, default=None))


def _link(lesson: Lesson, heading: Heading | None) -> LessonLink:
    return LessonLink(lesson.id, lesson.title, heading.anchor if heading else "", heading.title if heading else "")
