"""What a package holds of a module: its lessons and quizzes, its limits, and the tables by which its script marks. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from app.assessment.answers import compare, doubts, figures, normalise, numbers, places
from app.assessment.answers.compare import TYPO_LETTERS, MatchRule
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.answers.normalise import bare_spellings, full_spellings
from app.assessment.kinds.kind import NOTHING, Grade
from app.assessment.kinds.package_key import PackageKey
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout
from app.assessment.questions.correct import AnsweredQuestion, CorrectedQuestion, ShownQuestion, correct, present
from app.assessment.questions.draw import PoolQuestion, candidates, draw, pool_of
from app.content.rendering.lesson import render_lesson
from app.content.rendering.page import PageRenderer
from app.content.values.course import Course, Lesson, Module
from app.content.values.quiz import Question, Quiz, Situation
from app.platform.errors import DomainError
from app.platform.french import french, number

SUSPENDED_MOST = 4_096
"""Characters of `cmi.suspend_data` in SCORM 1.2: some systems cut what is longer without a word."""
MARK = 6
"""Letters that tell the questions of a package from those of another."""
STEP = len(";999;")


class PackageFormat(StrEnum):
    """What a package may be written in, as its address says it."""

    SCORM = "scorm12"
    CMI5 = "cmi5"


class TooMuchToKeep(DomainError):
    """An LMS would lose answers, silently."""

    def __init__(self, characters: int) -> None:
        super().__init__(
            french(
                f"Ce module a trop de questions à réponse tapée pour un paquet : leurs réponses prendraient jusqu’à {number(characters)} caractères, et un LMS n’en "
                f"garde que {number(SUSPENDED_MOST)}. Répartissez ses quiz sur deux modules."
            )
        )


def suspended_length(lessons: int, answers: Sequence[int]) -> int:
    """The longest that what is kept may be: see `encoded` in record.js. `answers`: the characters that each may take."""
    return MARK + STEP + lessons + len(";0;") + sum(answers) + len(answers)


def check_length(lessons: int, answers: Sequence[int]) -> int:
    """Raises TooMuchToKeep."""
    length = suspended_length(lessons, answers)
    if length > SUSPENDED_MOST:
        raise TooMuchToKeep(length)
    return length


# --- The tables of the rules that the script of a package follows ---


def tables(writings: Iterable[str], lexicon: Lexicon) -> dict[str, Any]:
    """What the script must know of French and of the course, to compare what is typed with these writings."""
    written = tuple(writings)
    targets = {word for text in written for target in (*bare_spellings(text), *full_spellings(text), *lexicon.long_forms(text)) for word in target.split()}
    return {
        **_french(),
        "expansions": {sigle: sorted(forms) for sigle, forms in sorted(lexicon.expansions.items())} if written else {},
        "pairs": [{"long": pair.long, "short": pair.short, "level": pair.level} for pair in (lexicon.pairs if written else ())],
        "rivals": {word: others for word in sorted(targets) if len(word) >= doubts.SHORTEST and (others := lexicon.rivals(word))},
        "near": {word: others for word in sorted(targets) if len(word) >= doubts.SHORTEST and (others := lexicon.others(word))},
    }


def _french() -> dict[str, Any]:
    return {
        "typoLetters": TYPO_LETTERS,
        "soundLetters": compare.SOUND_LETTERS,
        "slipLetters": doubts.SHORTEST,
        "aloneLetters": doubts.ALONE_SHORTEST,
        "cutLetters": doubts.CUT_LETTERS,
        "nameAndSigle": list(MatchRule).index(MatchRule.NAME_AND_SIGLE),
        "place": list(MatchRule).index(MatchRule.PLACE),
        "places": places.PLACES,
        "neutral": sorted(doubts.NEUTRAL),
        "turning": sorted(doubts.TURNING),
        "prefixes": normalise.PREFIXES,
        "articles": normalise.LEADING_ARTICLES,
        "inner": sorted(normalise.INNER_ARTICLES),
        "links": sorted(compare.LINKS),
        "plurals": normalise.PLURALS,
        "feminines": normalise.FEMININES,
        "contracted": normalise.CONTRACTED,
        "sameWord": normalise.SAME_WORD,
        "smallWords": sorted(normalise.SMALL_WORDS),
        "leads": sorted(normalise.LEADS),
        "sounds": normalise.SOUNDS,
        "belowAHundred": figures.BELOW_A_HUNDRED,
        "inclusive": {"points": normalise.POINTS, "short": normalise.SHORT, "long": normalise.LONG},
        "scales": numbers.SCALES,
        "sameUnit": numbers.SAME_UNIT,
        "small": sorted(numbers.SMALL),
        "about": sorted(numbers.ABOUT),
        "limits": sorted(numbers.LIMITS),
        "measures": sorted(numbers.MEASURES),
        "above": sorted(map(" ".join, numbers.ABOVE)),
        "dates": numbers.DATES,
    }


# --- What a package shows of a module ---
# As the site's pages do: lessons and quizzes in their order, each question with its fields, its key and what is read after.

SEED = 0
"""Of what is drawn and shuffled: a package is the same for whoever plays it."""
ASKED_IN_PASSING = french("Rien n’est noté ni enregistré.")


class PackedQuestion(Struct, frozen=True):
    """`number`: its place among those that are kept, from 0; in a lesson, where nothing is kept, None."""

    id: str
    """As a system is told it."""
    fingerprint: str
    name: str
    number: int | None
    points: Decimal
    shown: ShownQuestion
    corrected: CorrectedQuestion
    """Of a blank answer: what is read once it is answered, whatever was."""
    feedbacks: tuple[tuple[str, Markup], ...]
    """Of writings that were foreseen: `a0` of the first accepted one, `m0` of the first mistake."""
    key: PackageKey
    writings: tuple[str, ...]
    """What typed words are compared with."""

    @property
    def within(self) -> str:
        return f"{self.name}-"

    @property
    def kind(self) -> str:
        return self.shown.kind.value


def question_key(question: PackedQuestion) -> dict[str, Any]:
    """What the script marks a question by; one that a lesson asks in passing is worth nothing."""
    told: dict[str, Any] = to_builtins(question.key) | {"id": question.id, "points": float(question.points)}
    return told


class PackedLesson(Struct, frozen=True):
    lesson: Lesson
    pieces: tuple[Markup | PackedQuestion, ...]
    notes: Markup

    @property
    def questions(self) -> tuple[PackedQuestion, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, PackedQuestion))


class PackedQuiz(Struct, frozen=True):
    quiz: Quiz
    introduction: Markup
    questions: tuple[PackedQuestion, ...]
    notes: Markup


class PackedModule(Struct, frozen=True):
    module: Module
    presentation: Markup
    notes: Markup
    steps: tuple[PackedLesson | PackedQuiz, ...]
    pass_mark: Decimal | None
    """Of all its quizzes together, as a fraction; None where nothing is marked."""
    tables: dict[str, Any]

    @property
    def lessons(self) -> tuple[PackedLesson, ...]:
        return tuple(step for step in self.steps if isinstance(step, PackedLesson))

    @property
    def quizzes(self) -> tuple[PackedQuiz, ...]:
        return tuple(step for step in self.steps if isinstance(step, PackedQuiz))

    @property
    def quiz_questions(self) -> tuple[PackedQuestion, ...]:
        """The questions of its quizzes, by their number."""
        return tuple(question for quiz in self.quizzes for question in quiz.questions)

    @property
    def passing(self) -> tuple[PackedQuestion, ...]:
        """Lists the questions that its lessons ask in passing."""
        return tuple(question for lesson in self.lessons for question in lesson.questions)

    @property
    def mark(self) -> str:
        """A digest of these questions: answers kept with another digest belong to other questions."""
        told = "\n".join(f"{question.id} {question.fingerprint}" for question in self.quiz_questions)
        return hashlib.sha256(told.encode()).hexdigest()[:MARK]

    def suspend_data_length(self) -> int:
        """The characters that a system must keep of it. Raises TooMuchToKeep."""
        return check_length(len(self.lessons), [question.key.kept for question in self.quiz_questions])


def packed_module(course: Course, module: Module, on: date) -> PackedModule:
    """`on` is the day against which sources are judged stale."""
    renderer = PageRenderer(course, module, on)
    presentation = renderer.html(module.body)
    steps: list[PackedLesson | PackedQuiz] = []
    number = 0
    for element_id in course.elements_of(module):
        if element_id in course.lessons:
            steps.append(pack_lesson(course, course.lessons[element_id], on))
        else:
            quiz = pack_quiz(course, course.quizzes[element_id], on, number)
            steps.append(quiz)
            number += len(quiz.questions)
    made = PackedModule(module, presentation, renderer.notes(), tuple(steps), _pass_mark(steps), {})
    return replace(made, tables=course_tables(course, (*made.passing, *made.quiz_questions)))


def course_tables(course: Course, asked: Iterable[PackedQuestion]) -> dict[str, Any]:
    """The tables by which a script marks these questions of a course."""
    return tables((text for question in asked for text in question.writings), lexicon_of(course.glossary, course.confusables))


def _pass_mark(steps: list[PackedLesson | PackedQuiz]) -> Decimal | None:
    """An LMS holds one score for a package: the highest mark that one of its quizzes asks for, rounded up to a whole percentage."""
    marks = [step.quiz.policy.pass_mark for step in steps if isinstance(step, PackedQuiz) and any(question.points for question in step.questions)]
    return Decimal(math.ceil(max(marks) * 100)) / 100 if marks else None


def pack_lesson(course: Course, lesson: Lesson, on: date) -> PackedLesson:
    """Without the places of what only the site keeps: notes, and answers to « Sur mon territoire »."""
    rendered = render_lesson(course, lesson, None, on)
    asking = _PackageAsking(course, rendered.renderer.copy(), None)
    pieces: list[Markup | PackedQuestion] = []
    for piece in rendered.pieces():
        if isinstance(piece, Markup):
            pieces.append(piece)
        elif piece < len(lesson.questions):
            pieces.append(asking.passing(lesson.questions[piece], lesson.id, f"v{len(pieces)}"))
    unchanged = asking.renderer.state.calls == rendered.renderer.state.calls
    return PackedLesson(lesson, tuple(pieces), rendered.notes if unchanged else asking.renderer.notes())


def pack_quiz(course: Course, quiz: Quiz, on: date, number: int = 0, *, whole: bool = False) -> PackedQuiz:
    """As many questions as an attempt holds, or all of them (`whole`): the same draw for everybody, in the order of the file. `number` is that of the first."""
    asking = _PackageAsking(course, PageRenderer(course, quiz, on), quiz)
    introduction = asking.renderer.html(quiz.introduction)
    pool = {pooled.question.id: pooled for pooled in pool_of(course, quiz)}
    drawn = draw(candidates(tuple(pool.values())), None if whole else quiz.policy.draw, SEED, shuffle=False)
    questions = tuple(asking.pack_question(pool[question_id], number + place) for place, question_id in enumerate(drawn))
    return PackedQuiz(quiz, introduction, questions, asking.renderer.notes())


class _PackageAsking(Struct, frozen=True):
    course: Course
    renderer: PageRenderer
    quiz: Quiz | None

    def passing(self, question: Question, lesson_id: str, name: str) -> PackedQuestion:
        asked = self._question(question, None, None, QuestionLayout(SEED, f"{lesson_id}/{question.id}"), name, None)
        words = f"{kind_of(question).invitation} {ASKED_IN_PASSING}".strip()
        return replace(asked, shown=replace(asked.shown, credit=words), points=Decimal(0))

    def pack_question(self, pooled: PoolQuestion, number: int) -> PackedQuestion:
        self.renderer.turn_to(pooled.quiz)
        layout = QuestionLayout(SEED, f"{pooled.quiz.id}/{pooled.question.id}", self.quiz is None or self.quiz.policy.shuffle)
        return self._question(pooled.question, pooled.quiz, pooled.situation, layout, f"q{number}", number)

    def _question(
        self, question: Question, quiz: Quiz | None, situation: Situation | None, layout: QuestionLayout, name: str, number: int | None
    ) -> PackedQuestion:
        kind, lexicon = kind_of(question), lexicon_of(self.course.glossary, self.course.confusables)
        shown = present(question, layout, self.renderer, kind.blank, situation)
        answered = AnsweredQuestion(question, quiz, kind.blank, Grade(NOTHING), situation)
        corrected = correct(answered, layout, self.renderer, lexicon, self.course)
        shown = replace(shown, answer=kind.limit_typing(shown.answer))
        corrected = replace(corrected, answer=kind.line_up(corrected.answer, layout))
        return PackedQuestion(
            f"{quiz.id if quiz else name}.{question.id}",
            question.fingerprint,
            name,
            number,
            question.points,
            shown,
            corrected,
            tuple((name, self.renderer.html(feedback)) for name, feedback in kind.own_feedbacks()),
            kind.package_key(layout, lexicon),
            kind.typed_writings(),
        )
