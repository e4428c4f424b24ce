"""What learners would see of a text that is not published: the same engine on the same course, the draft in its place. Leaves no trace.

Every kind of course file has a preview; a text with errors has one too, of whatever could be read. `side` is that of the reader imagined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from app.assessment import policy
from app.assessment.answers.lexicon import lexicon_of
from app.assessment.questions.correct import Answered, CorrectedQuestion, correct
from app.assessment.questions.draw import Layout
from app.assessment.questions.kinds.registry import kind_of
from app.assessment.questions.pool import Pooled, pool_of
from app.assessment.questions.present import ShownQuestion, present
from app.assessment.questions.responses import Given
from app.content.documents.index import document_id
from app.content.documents.reader import Reading
from app.content.rendering.page import PageRenderer, render_draft
from app.content.text.head import read_optional_head
from app.content.text.normalise import normalise, readable
from app.content.values.course import Confusables, Course, Document, Glossary, Lesson, Module, Network, Paths, Timeline
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind, Fragment, Heading, History, Objective
from app.errors import DomainError

KINDS = {
    DocumentKind.MODULE: "Module",
    DocumentKind.LESSON: "Leçon",
    DocumentKind.QUIZ: "Quiz",
    DocumentKind.PATHS: "Parcours",
    DocumentKind.GLOSSARY: "Glossaire",
    DocumentKind.TIMELINE: "Frise",
    DocumentKind.CONFUSABLES: "Confusions",
    DocumentKind.NETWORK: "Réseau",
}
NOTHING = Markup()

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as learners see it; `within` begins the names of its fields, since the whole quiz stands on one page."""

    number: int
    line: int | None
    """In this file; None for a question taken up from another quiz."""
    within: str
    shown: ShownQuestion
    corrected: CorrectedQuestion | None
    """Once the trainer has tried it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a try is worth. No attempt was made of it."""

    earned: Fraction
    points: Fraction
    passed: bool

    @property
    def fraction(self) -> Fraction:
        return self.earned / self.points if self.points else Fraction(self.passed)


@dataclass(frozen=True, slots=True)
class Preview:
    title: str
    kind: str
    history: History
    meta: tuple[str, ...]
    objectives: tuple[Objective, ...] = ()
    contents: tuple[Heading, ...] = ()
    html: Markup = NOTHING
    sentences: tuple[str, ...] = ()
    """A quiz's policy."""
    elements: tuple[str, ...] = ()
    """Titles of what a module holds."""
    questions: tuple[Asked, ...] = ()
    notes: Markup = NOTHING
    trial: Trial | None = None


def course_with(course: Course, reading: Reading, media: Mapping[str, str]) -> Course:
    """The course as it would be if this text were published."""
    document, identifier = reading.document, document_id(reading)
    if isinstance(document, Module):
        course = replace(course, modules={**course.modules, identifier: document})
    elif isinstance(document, Lesson):
        course = replace(course, lessons={**course.lessons, identifier: document})
    elif isinstance(document, Quiz):
        course = replace(course, quizzes={**course.quizzes, identifier: document})
    elif document is not None:
        return _with_single(course, document)
    home = document if isinstance(document, Module) else course.module_of(identifier)
    if home is None or not media:
        return course
    return replace(course, media={**course.media, home.id: {**course.media.get(home.id, {}), **media}})


def _with_single(course: Course, document: Document) -> Course:
    """One of the files that a course has once, in its place."""
    match document:
        case Glossary():
            return replace(course, glossary=document)
        case Timeline():
            return replace(course, timeline=document)
        case Network():
            return replace(course, network=document)
        case Confusables():
            return replace(course, confusables=document)
        case Paths():
            return replace(course, paths=document)
    return course


def preview(course: Course, reading: Reading, text: str, media: Mapping[str, str], side: str | None, on: date, tried: Fields | None = None) -> Preview:
    """`text` is that of the reading; `tried` is the form of a quiz that was answered."""
    imagined = course_with(course, reading, media)
    match reading.document:
        case Lesson() as lesson:
            return _lesson(imagined, lesson, media, side, on)
        case Module() as module:
            return _module(imagined, module, on)
        case Quiz() as quiz:
            return _quiz(imagined, quiz, media, on, tried)
    return _plain(imagined, reading, text, media, on)


def _lesson(course: Course, lesson: Lesson, media: Mapping[str, str], side: str | None, on: date) -> Preview:
    rendered = render_draft(course, lesson, side, on, media)
    quiz = course.quizzes.get(lesson.quiz_id or "")
    meta = [f"Environ {lesson.minutes} minutes de lecture", *(["Facultative"] if lesson.optional else []), *([f"Quiz : {quiz.title}"] if quiz else [])]
    return Preview(
        title=lesson.title,
        kind=KINDS[DocumentKind.LESSON],
        history=_history(course, lesson.id),
        meta=tuple(meta),
        objectives=lesson.objectives,
        contents=rendered.contents,
        html=rendered.html,
        notes=rendered.notes,
    )


def _history(course: Course, identifier: str) -> History:
    module = course.module_of(identifier)
    return module.history if module else History.CROSSING


def _module(course: Course, module: Module, on: date) -> Preview:
    renderer = PageRenderer(course, module, on, lined=True)
    html = renderer.body(module.body)
    titles = tuple((course.lessons.get(each) or course.quizzes[each]).title for each in course.elements_of(module))
    return Preview(module.title, KINDS[DocumentKind.MODULE], module.history, (), module.objectives, html=html, elements=titles, notes=renderer.notes())


def _plain(course: Course, reading: Reading, text: str, media: Mapping[str, str], on: date) -> Preview:
    """A file of which the course has one, or a text that could not be read so far: its body as it stands."""
    _, body, line, _ = read_optional_head(reading.path, readable(reading.path, normalise(text))[0])
    renderer = PageRenderer(course, Glossary(sources=tuple(reading.facts.sources)), on, lined=True)
    renderer.state.media = media
    html = renderer.body(Fragment(body, line))
    name = KINDS[reading.kind]
    return Preview(name, name, History.CROSSING, (), html=html, notes=renderer.notes())


# --- A quiz ----------------------------------------------------------------------------------------------------------


def _quiz(course: Course, quiz: Quiz, media: Mapping[str, str], on: date, tried: Fields | None) -> Preview:
    renderer = PageRenderer(course, quiz, on, lined=True)
    renderer.state.media = {**renderer.state.media, **media}
    introduction = renderer.html(quiz.introduction)
    renderer.state.lined = False  # a question's section says its line; inside, labels hold no blocks
    pool = pool_of(course, quiz)
    questions = tuple(_asked(course, quiz, pooled, number, renderer, tried) for number, pooled in enumerate(pool, 1))
    drawn = min(quiz.policy.draw or len(pool), len(pool))
    return Preview(
        title=quiz.title,
        kind=KINDS[DocumentKind.QUIZ],
        history=_history(course, quiz.id),
        meta=(),
        html=introduction,
        sentences=tuple(policy.policy_sentences(quiz.policy, [pooled.question.points for pooled in pool], drawn)),
        questions=questions,
        notes=renderer.notes(),
        trial=_trial(quiz, questions) if tried is not None else None,
    )


def _asked(course: Course, quiz: Quiz, pooled: Pooled, number: int, renderer: PageRenderer, tried: Fields | None) -> Asked:
    if pooled.quiz is not quiz:
        renderer.turn_to(pooled.quiz)
    question, within = pooled.question, f"q{number}-"
    layout = Layout(0, question.id, quiz.policy.shuffle)
    given = _given(pooled, layout, within, tried or {})
    shown = present(question, layout, renderer, given, pooled.situation)
    corrected = None
    if tried is not None:
        lexicon = lexicon_of(course.glossary, course.confusables)
        answered = Answered(question, pooled.quiz, given, kind_of(question).grade(given, lexicon), pooled.situation)
        corrected = correct(answered, layout, renderer, lexicon, course)
    return Asked(number, question.line if pooled.quiz is quiz else None, within, shown, corrected)


def _given(pooled: Pooled, layout: Layout, within: str, tried: Fields) -> Given:
    """What was answered to one question; a form that cannot be read is no answer, since nothing is at stake."""
    fields = {name.removeprefix(within): values for name, values in tried.items() if name.startswith(within)}
    try:
        return kind_of(pooled.question).read(layout, fields)
    except DomainError:
        return kind_of(pooled.question).blank


def _trial(quiz: Quiz, questions: Sequence[Asked]) -> Trial:
    corrected = list(_corrected(questions))
    earned = sum((one.earned for one in corrected), Fraction(0))
    points = sum((Fraction(one.points) for one in corrected), Fraction(0))
    return Trial(earned, points, bool(corrected) and earned >= Fraction(quiz.policy.pass_mark) * points)


def _corrected(questions: Sequence[Asked]) -> Iterator[CorrectedQuestion]:
    return (asked.corrected for asked in questions if asked.corrected)
