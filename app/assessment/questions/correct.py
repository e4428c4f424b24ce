"""A question as its correction shows it: what was answered, the key, feedback, explanation, why a typed answer was accepted, where it is taught.

Made only once `policies.correction_shows` allows it, or for an answer that was corrected at once (« après chaque question »).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from markupsafe import Markup

from app.assessment.answers.compare import Verdict, match_short_text
from app.assessment.answers.lexicon import Lexicon
from app.assessment.questions import responses
from app.assessment.questions.draw import Layout
from app.assessment.questions.grading import Grade
from app.assessment.questions.present import Renderer, ShownSituation, gap_pieces, present_situation, statement
from app.assessment.questions.responses import Chosen, Filled, Given, Matched, Ordered, Typed
from app.content.values.course import Course
from app.content.values.quiz import Choices, Gaps, Kind, Matching, Number, Ordering, Question, Quiz, ShortText, Situation, TypedAnswer
from app.content.values.text import Fragment
from app.french import french


class Result(StrEnum):
    """How an answer fared, in a word that a page may show."""

    RIGHT = "juste"
    PARTLY = "en partie juste"
    WRONG = "faux"
    BLANK = "sans réponse"


@dataclass(frozen=True, slots=True)
class CorrectedOption:
    text: Markup
    chosen: bool
    correct: bool
    feedback: Markup | None


@dataclass(frozen=True, slots=True)
class CorrectedChoices:
    several: bool
    options: tuple[CorrectedOption, ...]


@dataclass(frozen=True, slots=True)
class CorrectedTyped:
    """A short text or a number. `sentence` says which rule accepted it (empty when refused); `feedback` is that of an expected mistake."""

    given: str
    accepted: tuple[str, ...]
    sentence: str
    feedback: Markup | None


@dataclass(frozen=True, slots=True)
class CorrectedPair:
    left: Markup
    given: str
    expected: str
    correct: bool
    feedback: Markup | None


@dataclass(frozen=True, slots=True)
class CorrectedMatching:
    pairs: tuple[CorrectedPair, ...]


@dataclass(frozen=True, slots=True)
class CorrectedItem:
    text: Markup
    rank: int | None
    """The rank that was given."""


@dataclass(frozen=True, slots=True)
class CorrectedOrdering:
    """Items in the right order."""

    items: tuple[CorrectedItem, ...]


@dataclass(frozen=True, slots=True)
class CorrectedGap:
    number: int
    given: str
    accepted: tuple[str, ...]
    correct: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class CorrectedGaps:
    pieces: tuple[Markup | CorrectedGap, ...]


Corrected = CorrectedChoices | CorrectedTyped | CorrectedMatching | CorrectedOrdering | CorrectedGaps


@dataclass(frozen=True, slots=True)
class LessonLink:
    """Where the answer is taught. `heading` is empty when the link is to the whole lesson."""

    lesson_id: str
    lesson_title: str
    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class CorrectedQuestion:
    kind: Kind
    title: Markup
    body: Markup
    situation: ShownSituation | None
    answer: Corrected
    readable: str
    """What was answered, in French; empty when nothing was."""
    result: Result
    fraction: Fraction
    points: Decimal
    earned: Fraction
    explanation: Markup | None
    lesson: LessonLink | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of an attempt with its answer and what it was found worth."""

    question: Question
    quiz: Quiz
    """The file that holds the question, as pinned."""
    given: Given
    grade: Grade
    situation: Situation | None = None


def correct(answered: Answered, layout: Layout, renderer: Renderer, lexicon: Lexicon, course: Course) -> CorrectedQuestion:
    """The corrected question, its options in the order that the attempt showed. Rendered in reading order."""
    question, given, fraction = answered.question, answered.given, answered.grade.fraction
    situation = present_situation(answered.situation, renderer)
    title, body = statement(question, renderer)
    return CorrectedQuestion(
        kind=question.kind,
        situation=situation,
        title=title,
        body=body,
        answer=_corrected(answered, layout, renderer, lexicon),
        explanation=_optional(question.explanation, renderer),
        readable=responses.readable(question, given),
        result=result_of(given, fraction),
        fraction=fraction,
        points=question.points,
        earned=Fraction(question.points) * fraction,
        lesson=lesson_link(question, answered.quiz, course),
    )


def result_of(given: Given, fraction: Fraction) -> Result:
    if responses.is_blank(given):
        return Result.BLANK
    if fraction == 1:
        return Result.RIGHT
    return Result.PARTLY if fraction else Result.WRONG


def lesson_link(question: Question, quiz: Quiz, course: Course) -> LessonLink | None:
    """`Leçon : id#ancre`, or the quiz's own lesson. A dead anchor leads to the top of the lesson, a dead lesson nowhere."""
    lesson_id, _, anchor = (question.lesson_link or quiz.lesson_id or "").partition("#")
    lesson = course.lessons.get(lesson_id)
    if lesson is None:
        return None
    heading = next((heading for heading in lesson.headings if anchor and heading.anchor == anchor), None)
    return LessonLink(lesson.id, lesson.title, heading.anchor if heading else "", heading.title if heading else "")


def _corrected(answered: Answered, layout: Layout, renderer: Renderer, lexicon: Lexicon) -> Corrected:
    verdicts = answered.grade.verdicts
    match answered.question.answer, answered.given:
        case Choices() as answer, Chosen(keys):
            return _choices(answer, keys, layout, renderer)
        case Number() as answer, Typed(text):
            return CorrectedTyped(text, tuple(_with_unit(accepted.shown, answer.unit) for accepted in answer.accepted), _sentence(verdicts, 0), None)
        case ShortText() as answer, Typed(text):
            feedback = _typed_feedback(answered, answer, text, lexicon)
            return CorrectedTyped(text, tuple(french(one.text) for one in answer.accepted), _sentence(verdicts, 0), _optional(feedback, renderer))
        case Matching() as answer, Matched(rights):
            return _matching(answer, dict(rights), renderer)
        case Ordering() as answer, Ordered(ranks):
            given = dict(ranks)
            return CorrectedOrdering(tuple(CorrectedItem(renderer.inline(item.text), given.get(item.key)) for item in answer.items))
        case Gaps() as answer, Filled(texts):
            return CorrectedGaps(gap_pieces(answer, renderer, lambda index: _gap(answer, index, texts[index], verdicts)))
    raise TypeError(f"{type(answered.given).__name__} does not answer {answered.question.kind}")


def _choices(answer: Choices, keys: tuple[str, ...], layout: Layout, renderer: Renderer) -> CorrectedChoices:
    corrected = tuple(
        CorrectedOption(renderer.html(option.text), option.key in keys, option.correct, _optional(option.feedback, renderer))
        for option in layout.options(answer)
    )
    return CorrectedChoices(answer.kind == Kind.MULTIPLE, corrected)


def _typed_feedback(answered: Answered, answer: ShortText, text: str, lexicon: Lexicon) -> Fragment | None:
    """The feedback of the accepted writing that was met, or of the expected mistake."""
    met = match_short_text(text, answer, lexicon, answered.question.statement.text)
    if isinstance(met, TypedAnswer):
        return met.feedback
    return next((one.feedback for one in answer.accepted if met and one.text == met.expected), None)


def _matching(answer: Matching, rights: dict[str, str], renderer: Renderer) -> CorrectedMatching:
    return CorrectedMatching(
        tuple(
            CorrectedPair(
                left=renderer.inline(pair.left),
                given=responses.as_text(rights.get(pair.key, "")),
                expected=responses.as_text(pair.right),
                correct=rights.get(pair.key) == pair.right,
                feedback=_optional(pair.feedback, renderer),
            )
            for pair in answer.pairs
        )
    )


def _gap(answer: Gaps, index: int, text: str, verdicts: tuple[Verdict | None, ...]) -> CorrectedGap:
    gap = answer.gaps[index]
    correct = index < len(verdicts) and verdicts[index] is not None
    return CorrectedGap(index + 1, text, tuple(french(accepted) for accepted in gap.accepted), correct, "" if gap.menu else _sentence(verdicts, index))


def _sentence(verdicts: tuple[Verdict | None, ...], index: int) -> str:
    verdict = verdicts[index] if index < len(verdicts) else None
    return verdict.sentence if verdict else ""


def _with_unit(shown: str, unit: str) -> str:
    return french(shown if not unit or shown.endswith(unit) else f"{shown} {unit}")


def _optional(fragment: Fragment | None, renderer: Renderer) -> Markup | None:
    return renderer.html(fragment) if fragment else None
