"""What a course is made of, as frozen values: the one vocabulary that every other package reads.

Parsers (`parsing`, `quiz_parsing`, `data_parsing`) build these from text; nothing here knows Flask, SQLAlchemy or HTML.
Lines are 1-based and count in the whole file. A `Fragment` keeps Markdown as written: it is rendered late, by `rendering`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

GAP_OPEN, GAP_CLOSE = "\ue000", "\ue001"
"""A gap's place in `Gaps.body`: `GAP_OPEN + index + GAP_CLOSE`, private-use letters that no text may hold."""


class History(StrEnum):
    """The three lines of the course, and the place where they cross."""

    CITY = "politique-de-la-ville"
    LOCAL = "politiques-educatives-locales"
    PRIORITY = "education-prioritaire"
    CROSSING = "croisement"


class Criterion(StrEnum):
    """What completes an element (`achèvement`): read, a submitted attempt, or a passed one."""

    READ = "lu"
    SUBMITTED = "remis"
    PASSED = "réussi"


class DocumentKind(StrEnum):
    MODULE = "module"
    LESSON = "lesson"
    QUIZ = "quiz"
    PATHS = "paths"
    GLOSSARY = "glossary"
    TIMELINE = "timeline"
    CONFUSABLES = "confusables"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a file. `code` is `Exx` (stops publication) or `Axx` (advice); `hint` is the remedy."""

    path: str
    line: int
    code: str
    message: str
    hint: str = ""

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.code} {self.message}" + (f" {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of Markdown as written, and the line of the file where it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Objective:
    """`O1 : texte → M1` in a lesson (`serves` = "M1"), `M1 : texte` in a module (`serves` is empty)."""

    id: str
    text: str
    serves: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """One footnote of a document: `[^label]: text (vérifié : 2026-11 ; à revoir : 2027-11)`."""

    label: str
    text: str
    line: int
    checked: date | None = None
    review: date | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    title: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another document, `id` or `id#ancre`, as written."""

    target: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    id: str
    title: str
    history: History
    objectives: tuple[Objective, ...]
    lesson_ids: tuple[str, ...]
    final_quiz_id: str | None
    body: Fragment
    sources: tuple[Source, ...] = ()
    links: tuple[Link, ...] = ()
    path: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    id: str
    title: str
    minutes: int
    """Declared reading time; an indication, never a criterion."""
    objectives: tuple[Objective, ...]
    quiz_id: str | None
    criterion: Criterion
    optional: bool
    body: Fragment
    headings: tuple[Heading, ...]
    sources: tuple[Source, ...]
    links: tuple[Link, ...]
    images: tuple[str, ...]
    """Names under `images/` that the lesson shows."""
    territory_questions: tuple[str, ...]
    """The items of « Sur mon territoire », private and never graded."""
    words: int
    path: str = ""
    author: str = ""


# --- Quizzes ---------------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """The eight types of question, read from the shape of what was written."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    TEXT = "text"
    NUMBER = "number"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    """Stable within the question: "1", "2"… by position in the file."""
    text: Fragment
    correct: bool
    feedback: Fragment | None = None
    stays_last: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Single, multiple, or true/false (`kind` says which)."""

    kind: Kind
    options: tuple[Option, ...]
    exact_credit: bool = False
    fixed_order: bool = False


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """One writing of a short text, with its own feedback if the trainer gave one."""

    text: str
    feedback: Fragment | None = None


@dataclass(frozen=True, slots=True)
class ShortText:
    accepted: tuple[TypedAnswer, ...]
    mistakes: tuple[TypedAnswer, ...] = ()
    """Expected wrong answers (unticked items under `Réponse :`), each with its feedback."""
    strict: bool = False
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Interval:
    """An accepted number or range, bounds included. `shown` is how the trainer wrote it."""

    low: Decimal
    high: Decimal
    shown: str


@dataclass(frozen=True, slots=True)
class Number:
    accepted: tuple[Interval, ...]
    unit: str = ""
    unit_required: bool = False
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Pair:
    key: str
    """Stable within the question: "1", "2"…"""
    left: Fragment
    right: str
    """Equal right items are one target, reusable."""
    feedback: Fragment | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    pairs: tuple[Pair, ...]
    distractors: tuple[str, ...] = ()
    kind: Kind = Kind.MATCHING


@dataclass(frozen=True, slots=True)
class OrderedItem:
    key: str
    text: Fragment


@dataclass(frozen=True, slots=True)
class Ordering:
    items: tuple[OrderedItem, ...]
    """In the right order."""
    kind: Kind = Kind.ORDERING


@dataclass(frozen=True, slots=True)
class Gap:
    """One hole: typed when `menu` is empty, else a menu whose right choice is `accepted[0]`."""

    accepted: tuple[str, ...]
    menu: tuple[str, ...] = ()
    """Every choice of the menu in written order, the right one included."""


@dataclass(frozen=True, slots=True)
class Gaps:
    body: Fragment
    """The text, each gap replaced by `GAP_OPEN + index + GAP_CLOSE` (index from 0)."""
    gaps: tuple[Gap, ...]
    kind: Kind = Kind.GAPS


Answer = Choices | ShortText | Number | Matching | Ordering | Gaps


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    line: int
    statement: Fragment
    """The heading's text, then whatever stands before the answers. For gaps, what stands before the text with gaps."""
    answer: Answer
    hint: Fragment | None = None
    explanation: Fragment | None = None
    points: Decimal = Decimal(1)
    objective: str = ""
    """`O1`, `M1` or `lecon-id/O1`, as written."""
    lesson_link: str = ""
    """`lecon-id#ancre`: where the answer is taught."""
    level: int = 1
    tags: tuple[str, ...] = ()
    situation_id: str = ""
    fingerprint: str = ""
    """SHA-256 over statement, answer shapes and key: statistics are kept by it."""

    @property
    def kind(self) -> Kind:
        return self.answer.kind


@dataclass(frozen=True, slots=True)
class Situation:
    """A case shown above each of its questions; they are drawn together."""

    id: str
    title: str
    text: Fragment
    question_ids: tuple[str, ...]


class GradingMethod(StrEnum):
    BEST = "meilleure"
    MEAN = "moyenne"
    FIRST = "première"
    LAST = "dernière"


class CorrectionTime(StrEnum):
    AFTER_EACH = "après chaque question"
    AFTER_SUBMIT = "après envoi"
    AFTER_LAST = "après dernière tentative"
    NEVER = "jamais"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a quiz is taken and marked; frozen, whole, in each attempt."""

    pass_mark: Decimal = Decimal("0.7")
    """A fraction, 0 to 1."""
    max_attempts: int = 0
    """In total; 0 = as many as one likes."""
    method: GradingMethod = GradingMethod.BEST
    correction: CorrectionTime = CorrectionTime.AFTER_SUBMIT
    shuffle: bool = True
    draw: int | None = None
    """Questions drawn per attempt; None = all."""


@dataclass(frozen=True, slots=True)
class Quiz:
    id: str
    title: str
    lesson_id: str | None
    module_id: str | None
    policy: Policy
    criterion: Criterion
    introduction: Fragment
    questions: tuple[Question, ...]
    situations: tuple[Situation, ...] = ()
    reuses: tuple[str, ...] = ()
    """Ids of questions of other quizzes (`reprend`)."""
    sources: tuple[Source, ...] = ()
    path: str = ""
    author: str = ""


# --- The course's other files ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    term: str
    """The sigle or word, as shown."""
    expansion: str
    """Empty for a word that is no sigle."""
    definition: Fragment
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Glossary:
    entries: tuple[GlossaryEntry, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def expansions(self) -> dict[str, str]:
        """sigle → expansion (first entry wins when a sigle has two meanings)."""
        found: dict[str, str] = {}
        for entry in self.entries:
            if entry.expansion:
                found.setdefault(entry.term.split(" (")[0], entry.expansion)
        return found


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """`when` is "1981", "1981-07" or "1981-07-01", so it sorts as text."""

    when: str
    histories: tuple[History, ...]
    text: Fragment
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Timeline:
    events: tuple[TimelineEvent, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class LearningPath:
    """One `## Titre {#id}` of parcours.md."""

    id: str
    title: str
    module_ids: tuple[str, ...]
    required_ids: tuple[str, ...]
    """Modules that the attestation asks for; all of them when the file names none."""
    attestation: bool
    default: bool
    line: int


@dataclass(frozen=True, slots=True)
class Paths:
    paths: tuple[LearningPath, ...] = ()

    @property
    def default(self) -> LearningPath | None:
        return next((path for path in self.paths if path.default), None)


@dataclass(frozen=True, slots=True)
class Confusables:
    """Pairs that no tolerance may cross: (("REP", "REP+"), …)."""

    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Commune:
    name: str
    insee: str


@dataclass(frozen=True, slots=True)
class Cite:
    name: str
    communes: tuple[Commune, ...]
    departement: str
    wave: int
    labelled_on: str
    """ISO date, month or year."""
    line: int


@dataclass(frozen=True, slots=True)
class Meeting:
    title: str
    anchor: str
    body: Fragment
    line: int


@dataclass(frozen=True, slots=True)
class Network:
    introduction: Fragment | None = None
    cites: tuple[Cite, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    sources: tuple[Source, ...] = ()


Document = Module | Lesson | Quiz | Paths | Glossary | Timeline | Confusables | Network


@dataclass(frozen=True, slots=True)
class Version:
    """Which stored revision of a document is published."""

    revision_id: int
    fingerprint: str
    """SHA-256 of the normalised text."""
    published_at: str
    """ISO 8601, UTC."""
    major: bool
    """True for « à relire », False for « mineure »."""
    major_at: str = ""
    """When the text last changed in a way to read again (the first publication counts). ISO 8601, UTC."""


@dataclass(frozen=True, eq=False)
class Course:
    """Everything published, at one moment: the value that pages read. `queries.course()` gives the current one.

    Compared and hashed by identity, so that what is computed from a course can be cached with it.
    """

    generation: int
    modules: Mapping[str, Module] = field(default_factory=dict)
    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    quizzes: Mapping[str, Quiz] = field(default_factory=dict)
    paths: Paths = field(default_factory=Paths)
    glossary: Glossary = field(default_factory=Glossary)
    timeline: Timeline = field(default_factory=Timeline)
    confusables: Confusables = field(default_factory=Confusables)
    network: Network = field(default_factory=Network)
    versions: Mapping[str, Version] = field(default_factory=dict)
    """By document id; the single files are under the name of their kind ("glossary", "timeline"…)."""
    media: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """module id → image name → SHA-256 of the bytes stored under `instance/media`."""

    def module_of(self, element_id: str) -> Module | None:
        """The module that holds a lesson or a quiz (by its lesson, or as its final quiz)."""
        quiz = self.quizzes.get(element_id)
        wanted = (quiz.lesson_id or quiz.id) if quiz else element_id
        for module in self.modules.values():
            if wanted in module.lesson_ids or wanted == module.final_quiz_id:
                return module
        return None

    def elements_of(self, module: Module) -> tuple[str, ...]:
        """Ids in the order of the path: each lesson, then its quiz, then the module's final quiz; unpublished ones left out."""
        ids: list[str] = []
        for lesson_id in module.lesson_ids:
            lesson = self.lessons.get(lesson_id)
            if lesson is None:
                continue
            ids.append(lesson_id)
            if lesson.quiz_id in self.quizzes:
                ids.append(str(lesson.quiz_id))
        if module.final_quiz_id in self.quizzes:
            ids.append(str(module.final_quiz_id))
        return tuple(ids)
