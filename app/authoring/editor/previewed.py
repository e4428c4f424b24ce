"""What a preview shows, as values."""

from __future__ import annotations

from fractions import Fraction

from markupsafe import Markup
from msgspec import Struct

from app.assessment.questions.correct import CorrectedQuestion
from app.assessment.questions.in_lesson import LessonText
from app.assessment.questions.present import ShownQuestion
from app.content.values.text import DocumentKind, Heading, Objective
from app.learner.reference.glossary import GlossaryPage
from app.learner.reference.timeline import TimelinePage
from app.network.queries import NetworkPage

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
