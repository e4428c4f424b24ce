"""Previews: what learners would see of a text that is not published, of one question, of one figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from markupsafe import Markup
from msgspec import Struct

from app.assessment import policy
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Fields, QuestionLayout
from app.assessment.questions.correct import AnsweredQuestion, CorrectedQuestion, ShownQuestion, correct, present, with_key
from app.assessment.questions.draw import PoolQuestion, pool_of
from app.assessment.questions.in_lesson import LessonText, fields_of, with_questions
from app.authoring.drafts.queries import WorkingText
from app.content.rendering.html import render
from app.content.rendering.lesson import render_draft
from app.content.rendering.page import PageRenderer, render_tool
from app.content.rendering.state import document_tokens, transcription
from app.content.store.queries import course_with
from app.content.text.grids import Copy
from app.content.text.head import read_optional_head
from app.content.text.normalise import readable
from app.content.values.course import Course, Glossary, LearningPath, Lesson, Module, Paths, Sources, Timeline
from app.content.values.library import Library, Network, Survey, Tool
from app.content.values.paths import required_elements
from app.content.values.quiz import Quiz
from app.content.values.text import CROSSING, DocumentKind, Fragment, Heading, Objective
from app.learner.reference.pages import GlossaryPage, TimelinePage, glossary_page, timeline_page
from app.network.cites import NetworkPage, network_page
from app.platform.french import day_of, plural

# --- Values ----------------------------------------------------------------------------------------------------------

KINDS = {
    DocumentKind.MODULE: "Module",
    DocumentKind.LESSON: "Leçon",
    DocumentKind.QUIZ: "Quiz",
    DocumentKind.PATHS: "Parcours",
    DocumentKind.GLOSSARY: "Glossaire",
    DocumentKind.TIMELINE: "Frise",
    DocumentKind.CONFUSABLES: "Confusions",
    DocumentKind.NETWORK: "Réseau",
    DocumentKind.SOURCES: "Sources",
    DocumentKind.TOOL: "Outil",
    DocumentKind.SURVEY: "Enquête",
    DocumentKind.LIBRARY: "Bibliothèque",
    DocumentKind.COVER: "Présentation du cours",
    DocumentKind.FACTS: "À vérifier cette année",
}
NOTHING = Markup()


class PreviewQuestion(Struct, frozen=True):
    """A question as learners see it; `within` begins the names of its fields, since the whole quiz stands on one page."""

    number: int
    line: int | None
    """In this file; None for a question taken up from another quiz."""
    within: str
    shown: ShownQuestion | None
    """None where its key is shown at once, to whoever reviews it."""
    corrected: CorrectedQuestion | None
    """That key; or, once the trainer has tried the quiz and every answer is clear, how the answer fares."""
    said: str
    """What is asked again before anything is marked, as of a learner; empty where the answer is clear."""


class Trial(Struct, frozen=True):
    """What a try is worth. No attempt was made of it."""

    earned: Fraction
    points: Fraction
    passed: bool

    @property
    def fraction(self) -> Fraction:
        return self.earned / self.points if self.points else Fraction(self.passed)


class PathPreview(Struct, frozen=True):
    title: str
    said: tuple[str, ...]
    modules: tuple[tuple[str, int, str, bool], ...]
    """(title, elements, history, whether it is asked for) of each, in order."""


class DocumentPreview(Struct, frozen=True):
    title: str
    kind: str
    history: str
    meta: tuple[str, ...]
    objectives: tuple[Objective, ...] = ()
    contents: tuple[Heading, ...] = ()
    html: Markup = NOTHING
    text: LessonText | None = None
    """Of a lesson, in place of `html`."""
    sentences: tuple[str, ...] = ()
    """A quiz's policy."""
    elements: tuple[str, ...] = ()
    """Titles of what a module holds."""
    network: NetworkPage | None = None
    """Of reseau.md: its page, map and list, unfiltered."""
    questions: tuple[PreviewQuestion, ...] = ()
    notes: Markup = NOTHING
    glossary: GlossaryPage | None = None
    timeline: TimelinePage | None = None
    paths: tuple[PathPreview, ...] = ()
    trial: Trial | None = None


# --- Files that a course has once ------------------------------------------------------------------------------------


def single_preview(course: Course, document: Network | Glossary | Timeline | Paths, on: date) -> DocumentPreview:
    """`course` is the one that holds the document."""
    match document:
        case Network():
            return _network(course, on)
        case Glossary():
            return _glossary(course, on)
        case Timeline():
            return _timeline(course, on)
    name = KINDS[DocumentKind.PATHS]
    return DocumentPreview(name, name, CROSSING, (), paths=tuple(_path(course, path) for path in document.paths))


def _network(course: Course, on: date) -> DocumentPreview:
    page, name = network_page(course, on, told=True), KINDS[DocumentKind.NETWORK]
    return DocumentPreview(name, name, CROSSING, (), html=page.introduction, network=page, notes=page.notes)


def _glossary(course: Course, on: date) -> DocumentPreview:
    page = glossary_page(course, on)
    return DocumentPreview(KINDS[DocumentKind.GLOSSARY], KINDS[DocumentKind.GLOSSARY], CROSSING, (), glossary=page, notes=page.notes)


def _timeline(course: Course, on: date) -> DocumentPreview:
    page = timeline_page(course, (), on)
    return DocumentPreview(KINDS[DocumentKind.TIMELINE], KINDS[DocumentKind.TIMELINE], CROSSING, (), timeline=page, notes=page.notes)


def _path(course: Course, path: LearningPath) -> PathPreview:
    modules = (course.modules[each] for each in path.module_ids if each in course.modules)
    said = [*(["Parcours des nouveaux venus"] if path.default else []), *(["Donne une attestation"] if path.attestation else [])]
    said += [f"À finir en {plural(path.days, 'jour')}"] if path.days else []
    kept = Counter(module_id for _, module_id in required_elements(course, path)) if path.only_ids else None
    lines = tuple((each.title, kept[each.id] if kept else len(course.elements_of(each)), each.history, each.id in path.required_ids) for each in modules)
    return PathPreview(path.title, tuple(said), lines)


# --- Any text --------------------------------------------------------------------------------------------------------
# The same engine on the same course, the draft in its place; it leaves no trace. Every kind of course file has a preview; a text with errors has one too,
# of whatever could be read. `side` is that of the reader imagined.


def preview(
    course: Course, text: WorkingText, side: str | None, now: datetime, tried: Fields | None = None, beside: WorkingText | None = None, *, keyed: bool = False
) -> DocumentPreview:
    """`tried` is the form of a quiz that was answered; `beside`, another text that is being written; `keyed`: each question is shown with its key."""
    imagined, on = course_with(course, [each.new_text(None) for each in (text, beside) if each], now), day_of(now)
    match text.reading.document:
        case Lesson() as lesson:
            return _lesson(imagined, lesson, text.media, side, on, keyed)
        case Module() as module:
            return _module(imagined, module, on)
        case Quiz() as quiz:
            return _quiz(imagined, quiz, text.media, on, tried, keyed)
        case Tool() as tool:
            return _tool(imagined, tool, on)
        case Survey() as survey:
            return _survey(imagined, survey, on)
        case Library() as library:
            return _library(imagined, library, on)
        case Network() | Glossary() | Timeline() | Paths() as single:
            return single_preview(imagined, single, on)
    return _plain(imagined, text, on)


def _lesson(course: Course, lesson: Lesson, media: Mapping[str, str], side: str | None, on: date, keyed: bool) -> DocumentPreview:
    text = with_questions(render_draft(course, lesson, side, on, media), course, lesson, {}, previewed=True, keyed=keyed)
    quiz = course.quizzes.get(lesson.quiz_id or "")
    meta = [f"Environ {lesson.minutes} minutes de lecture", *(["Facultative"] if lesson.optional else []), *([_quiz_name(quiz)] if quiz else [])]
    return DocumentPreview(
        title=lesson.title,
        kind=KINDS[DocumentKind.LESSON],
        history=_history(course, lesson.id),
        meta=tuple(meta),
        objectives=lesson.objectives,
        contents=lesson.outline,
        text=text,
        notes=text.notes,
    )


def _quiz_name(quiz: Quiz) -> str:
    """« Quiz : » and its title, where the title does not say it itself."""
    return quiz.title if quiz.title.casefold().startswith("quiz") else f"Quiz : {quiz.title}"


def _history(course: Course, identifier: str) -> str:
    module = course.module_of(identifier)
    return module.history if module else CROSSING


def _module(course: Course, module: Module, on: date) -> DocumentPreview:
    renderer = PageRenderer(course, module, on, lined=True)
    html = renderer.body(module.body)
    titles = tuple((course.lessons.get(each) or course.quizzes[each]).title for each in course.elements_of(module))
    return DocumentPreview(module.title, KINDS[DocumentKind.MODULE], module.history, (), module.objectives, html=html, elements=titles, notes=renderer.notes())


def _tool(course: Course, tool: Tool, on: date) -> DocumentPreview:
    """With what the example writes; the fields of the copy to fill are those that are set apart."""
    renderer = PageRenderer(course, tool, on, lined=True)
    html = renderer.html(tool.introduction) + render_tool(renderer, tool, Copy.FILLED)
    return DocumentPreview(tool.title, KINDS[DocumentKind.TOOL], CROSSING, (tool.purpose, tool.moment), html=html, notes=renderer.notes())


def _survey(course: Course, survey: Survey, on: date) -> DocumentPreview:
    """Its questions with what may be answered, each at its line."""
    renderer = PageRenderer(course, survey, on, lined=True)
    html = renderer.html(survey.introduction)
    for question in survey.questions:
        html += Markup('<h2 data-line="{}">{}</h2>\n').format(question.line, question.title) + renderer.html(question.help)
        options = question.options or ("Une zone de texte",)
        html += Markup('<p class="soft">{}</p>\n<ul>{}</ul>\n').format(
            question.asked.value.capitalize(), Markup("").join(Markup("<li>{}</li>").format(each) for each in options)
        )
    after = " ou ".join(f"le {each.value}" for each in sorted(survey.after))
    return DocumentPreview(
        survey.title, KINDS[DocumentKind.SURVEY], CROSSING, (survey.moment.value.capitalize(), f"Après {after}"), html=html, notes=renderer.notes()
    )


def _library(course: Course, library: Library, on: date) -> DocumentPreview:
    """One document after the other, each with what its page says of it."""
    renderer = PageRenderer(course, library, on, lined=True)
    html = renderer.html(library.introduction) if library.introduction else NOTHING
    for each in library.documents:
        known = " · ".join(filter(None, (each.type, each.date, each.file or each.address)))
        told = render(document_tokens(each.transcript, each), renderer.state) if each.transcript else NOTHING
        html += Markup('<h2 data-line="{}">{}</h2>\n<p class="soft">{}</p>\n').format(each.line, each.title, known)
        html += render(document_tokens(each.summary, each, "h3"), renderer.state) + transcription(told)
    name = KINDS[DocumentKind.LIBRARY]
    return DocumentPreview(name, name, CROSSING, (), html=html, notes=renderer.notes())


def _plain(course: Course, text: WorkingText, on: date) -> DocumentPreview:
    """A file of which the course has one, or a text that could not be read so far: its body as it stands."""
    _, body, line, _ = read_optional_head(text.path, readable(text.path, text.normal_text)[0])
    renderer = PageRenderer(course, Glossary(sources=tuple(text.reading.scan.sources)), on, lined=True)
    renderer.state.media = text.media
    sources = text.reading.document
    html = renderer.sources(sources.entries) if isinstance(sources, Sources) else renderer.body(Fragment(body, line))
    name = KINDS[text.reading.kind]
    return DocumentPreview(name, name, CROSSING, (), html=html, notes=renderer.notes())


# --- A quiz ----------------------------------------------------------------------------------------------------------


def _quiz(course: Course, quiz: Quiz, media: Mapping[str, str], on: date, tried: Fields | None, keyed: bool) -> DocumentPreview:
    renderer = PageRenderer(course, quiz, on, lined=True)
    renderer.state.media = {**renderer.state.media, **media}
    introduction = renderer.html(quiz.introduction)
    renderer.state.lined = False  # a question's section says its line; inside, labels hold no blocks
    pool = pool_of(course, quiz)
    if keyed:
        marked, questions = False, tuple(_question_with_key(course, quiz, pooled, number, renderer) for number, pooled in enumerate(pool, 1))
    else:
        marked, questions = _as_answered(course, quiz, pool, renderer, tried)
    drawn = min(quiz.policy.draw or len(pool), len(pool))
    return DocumentPreview(
        title=quiz.title,
        kind=KINDS[DocumentKind.QUIZ],
        history=_history(course, quiz.id),
        meta=(),
        html=introduction,
        sentences=tuple(policy.policy_sentences(quiz.policy, [pooled.question for pooled in pool], drawn)),
        questions=questions,
        notes=renderer.notes(),
        trial=_trial(quiz, questions) if marked else None,
    )


def _question_with_key(course: Course, quiz: Quiz, pooled: PoolQuestion, number: int, renderer: PageRenderer) -> PreviewQuestion:
    if pooled.quiz is not quiz:
        renderer.turn_to(pooled.quiz)
    corrected = with_key(pooled.question, pooled.quiz, renderer, course, pooled.situation)
    return PreviewQuestion(number, pooled.question.line if pooled.quiz is quiz else None, f"q{number}-", None, corrected, "")


def _as_answered(
    course: Course, quiz: Quiz, pool: Sequence[PoolQuestion], renderer: PageRenderer, tried: Fields | None
) -> tuple[bool, tuple[PreviewQuestion, ...]]:
    """Whether a try is marked, and each question: as asked, or as its answer fares."""
    lexicon = lexicon_of(course.glossary, course.confusables)
    answers = [_TriedQuestion(quiz, pooled, number, lexicon, tried or {}) for number, pooled in enumerate(pool, 1)]
    marked = tried is not None and not any(answer.said for answer in answers)
    return marked, tuple(_question(course, quiz, answer, renderer, lexicon, marked) for answer in answers)


class _TriedQuestion:
    """A question of the quiz, and what was answered to it."""

    def __init__(self, quiz: Quiz, pooled: PoolQuestion, number: int, lexicon: Lexicon, tried: Fields) -> None:
        self.pooled, self.number, self.within = pooled, number, f"q{number}-"
        self.layout = QuestionLayout(0, pooled.question.id, quiz.policy.shuffle)
        self.given, self.said = kind_of(pooled.question).read_clearly(self.layout, fields_of(tried, self.within), lexicon)


def _question(course: Course, quiz: Quiz, tried: _TriedQuestion, renderer: PageRenderer, lexicon: Lexicon, marked: bool) -> PreviewQuestion:
    pooled, question = tried.pooled, tried.pooled.question
    if pooled.quiz is not quiz:
        renderer.turn_to(pooled.quiz)
    shown = present(question, tried.layout, renderer, tried.given, pooled.situation)
    corrected = None
    if marked:
        answered = AnsweredQuestion(question, pooled.quiz, tried.given, kind_of(question).grade(tried.given, lexicon), pooled.situation)
        corrected = correct(answered, tried.layout, renderer, lexicon, course)
    return PreviewQuestion(tried.number, question.line if pooled.quiz is quiz else None, tried.within, shown, corrected, tried.said)


def _trial(quiz: Quiz, questions: Sequence[PreviewQuestion]) -> Trial:
    corrected = [question.corrected for question in questions if question.corrected]
    earned = sum((each.earned for each in corrected), Fraction(0))
    points = sum((Fraction(each.points) for each in corrected), Fraction(0))
    return Trial(earned, points, bool(points) and earned >= Fraction(quiz.policy.pass_mark) * points)
