"""A question that is asked outside any attempt, in a lesson or to be reviewed: judged as if it were worth a point, shown without. Pure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.kind import Grade, Renderer
from app.assessment.kinds.layout import QuestionLayout
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse
from app.assessment.questions.correct import AnsweredQuestion, CorrectedQuestion, correct
from app.assessment.questions.present import ShownQuestion, present
from app.content.values.course import Course
from app.content.values.quiz import Question, Quiz, Situation


def present_apart(
    question: Question, layout: QuestionLayout, renderer: Renderer, given: QuestionResponse, words: str, situation: Situation | None = None
) -> ShownQuestion:
    """`words` say what becomes of the answer, after what is asked for."""
    said = f"{kind_of(question).invitation} {words}".strip()
    return replace(present(question, layout, renderer, given, situation), credit=said)


def grade_standalone(question: Question, given: QuestionResponse, lexicon: Lexicon) -> Grade:
    return kind_of(_worth_a_point(question)).grade(given, lexicon)


def correct_apart(
    question: Question,
    quiz: Quiz | None,
    given: QuestionResponse,
    layout: QuestionLayout,
    renderer: Renderer,
    lexicon: Lexicon,
    course: Course,
    situation: Situation | None = None,
) -> CorrectedQuestion:
    """`quiz`: the file that holds it; None of one that a lesson asks."""
    answered = AnsweredQuestion(_worth_a_point(question), quiz, given, grade_standalone(question, given, lexicon), situation)
    return replace(correct(answered, layout, renderer, lexicon, course), points=Decimal(0), earned=Fraction(0))


def _worth_a_point(question: Question) -> Question:
    return question if kind_of(question).unmarked else replace(question, points=Decimal(1))
