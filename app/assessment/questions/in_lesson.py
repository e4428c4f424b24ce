"""A question asked outside any attempt, in a lesson or a review: judged as if it were worth a point, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.kind import Grade, Renderer
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields, QuestionLayout, QuestionResponse
from app.assessment.questions.correct import AnsweredQuestion, CorrectedQuestion, ShownQuestion, correct, present, with_key
from app.content.rendering.lesson import RenderedLesson, render_lesson
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, Lesson, made_of_course
from app.content.values.quiz import Question, Quiz, Situation
from app.content.values.text import Heading


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


# --- The questions that a lesson asks by the way ---
#
# Answered in place, explained at once.
# The answer comes in the address of the page, so one question is answered at a time: `question=2&q2-choix=c1`. `voir=2` shows without an answer.
# Whatever else the address holds is nobody's answer.

ANSWERED, SHOWN = "question", "voir"
"""Fields of the address: the number of the question that is answered, or to be shown without an answer."""
EMPTY = "Vous n’avez pas encore répondu. Essayez, même sans certitude : l’effort aide à retenir."
KEPT_LESSONS = 200
"""Kept by a process: about 10 MB."""
_NOTHING_KEPT = "Rien n’est noté ni enregistré."


class LessonQuestion(Struct, frozen=True):
    """One of them as its page shows it: to answer (`shown`), or answered (`corrected`). A preview shows both, a review its key alone."""

    number: int
    line: int
    within: str
    """Begins the names of its fields: several questions stand on one page."""
    shown: ShownQuestion | None
    corrected: CorrectedQuestion | None
    said: str
    """Why an answer that was sent is not corrected, in French."""


class AnswerPlace(Struct, frozen=True):
    """The place under a question of « Sur mon territoire » where a reader may write an answer. A preview has none."""

    asked: int
    """The number of the question, from 1; one more than there are where they end: there stands the form of all."""


class PassagePlace(Struct, frozen=True):
    """The place after a title where a reader of the lesson may write a note."""

    passage: Heading


Piece = Markup | LessonQuestion | AnswerPlace | PassagePlace


class LessonText(Struct, frozen=True, eq=False):
    """A rendered lesson, its questions in their places."""

    rendered: RenderedLesson
    pieces: tuple[Piece, ...]
    """To be written one after the other: an element may begin in one and end in another."""
    notes: Markup
    recorded: bool
    """Something is heard in it."""
    made: dict[tuple[int | str, ...], Markup] = {}
    """What its page made of its parts, where that is the same for every reader (`templating.made_once`)."""


def lesson_text(course: Course, lesson: Lesson, side: str | None, on: date | None, fields: Fields) -> LessonText:
    """A published lesson for readers of one side. `on` is the day against which sources are judged stale; `fields` are those of the address.

    Made once for each side, and again when the course, or what is stale in it, changes: what is answered in the address is added to a copy.
    """
    stale = any(source.review and on and source.review <= on for source in course.sources_of(lesson))
    text = _cached_text(course, lesson.id, side, on if stale else None)
    return with_questions(text.rendered, course, lesson, fields) if ANSWERED in fields or SHOWN in fields else text


@made_of_course(KEPT_LESSONS)
def _cached_text(course: Course, lesson_id: str, side: str | None, on: date | None) -> LessonText:
    lesson = course.lessons[lesson_id]
    return with_questions(render_lesson(course, lesson, side, on), course, lesson, {})


def with_questions(rendered: RenderedLesson, course: Course, lesson: Lesson, fields: Fields, previewed: bool = False, keyed: bool = False) -> LessonText:
    """What is not answered in `fields` is not in the text at all, unless it is `previewed`, or `keyed`: shown with its key."""
    renderer, lexicon = rendered.renderer.copy(), lexicon_of(course.glossary, course.confusables)
    asking = _LessonAsking(course, lesson, renderer, lexicon, fields, previewed, keyed, lesson.outline)
    pieces = tuple(piece if isinstance(piece, Markup) else asking.at(piece) for piece in rendered.pieces())
    unchanged = renderer.state.calls == rendered.renderer.state.calls
    recorded = any("<audio" in piece for piece in pieces if isinstance(piece, Markup))
    return LessonText(rendered, pieces, rendered.notes if unchanged else renderer.notes(), recorded)


class _LessonAsking(Struct, frozen=True):
    course: Course
    lesson: Lesson
    renderer: PageRenderer
    lexicon: Lexicon
    fields: Fields
    previewed: bool
    keyed: bool
    headings: tuple[Heading, ...]

    def at(self, place: int) -> LessonQuestion | AnswerPlace | PassagePlace:
        asked = place - len(self.lesson.questions)
        left = len(self.lesson.territory_questions) - asked
        if left < 0:
            return PassagePlace(self.headings[-left - 1])
        return self.question(place) if asked < 0 else AnswerPlace(asked + 1)

    def question(self, place: int) -> LessonQuestion:
        question, number = self.lesson.questions[place], place + 1
        within, layout = f"q{number}-", QuestionLayout(0, f"{self.lesson.id}/{question.id}")
        if self.keyed:
            return LessonQuestion(number, question.line, within, None, with_key(question, None, self.renderer, self.course), "")
        given, said = self._read_response(question, layout, within, number)
        answered = self._says(SHOWN, number) or (self._says(ANSWERED, number) and not said)
        shown = None if answered else self._present(question, layout, given)
        corrected = self._correct(question, layout, given) if answered or self.previewed else None
        return LessonQuestion(number, question.line, within, shown, corrected, "" if answered else said)

    def _says(self, name: str, number: int) -> bool:
        return list(self.fields.get(name, ())) == [str(number)]

    def _read_response(self, question: Question, layout: QuestionLayout, within: str, number: int) -> tuple[QuestionResponse, str]:
        """The answer that the address holds, and why it cannot be corrected."""
        kind = kind_of(question)
        if not self._says(ANSWERED, number):
            return kind.blank, ""
        given, said = kind.read_clearly(layout, fields_of(self.fields, within), self.lexicon)
        return given, said or (EMPTY if given.is_blank else "")

    def _present(self, question: Question, layout: QuestionLayout, given: QuestionResponse) -> ShownQuestion:
        return present_apart(question, layout, self.renderer, given, _NOTHING_KEPT)

    def _correct(self, question: Question, layout: QuestionLayout, given: QuestionResponse) -> CorrectedQuestion:
        return correct_apart(question, None, given, layout, self.renderer, self.lexicon, self.course)


def fields_of(fields: Mapping[str, Sequence[str]], within: str) -> Fields:
    """The fields of one question of a page that holds several."""
    return {name.removeprefix(within): values for name, values in fields.items() if name.startswith(within)}
