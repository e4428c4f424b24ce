"""What a course is made of, as frozen values: modules, lessons, paths, its cover, glossary, timeline, sources, and the published course."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache, partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from msgspec import Struct, field

from app.content.values.library import Library, Network, Survey, Tool
from app.content.values.quiz import Question, Quiz
from app.content.values.text import CROSSING, CompletionCriterion, Fact, Fragment, Heading, Link, Objective, Source
from app.platform.colours import PALETTE, Colour
from app.platform.french import capital, join_words

# --- Paths: which modules in which order, by when, and what their attestation is worth ---


class LearningPath(Struct, frozen=True):
    """One `## Titre {#id}` of parcours.md."""

    id: str
    title: str
    module_ids: tuple[str, ...]
    required_ids: tuple[str, ...]
    """Modules that the attestation asks for; all of them when the file names none."""
    attestation: bool
    default: bool
    line: int
    days: int | None = None
    """How long it may take, from the beginning of one's cohort, else from joining it; None for as long as one likes."""
    steps: tuple[tuple[str, int], ...] = ()
    """(module, days) of the modules that are to be done before the whole."""
    validity: int = 0
    """Months during which its attestation is fresh; 0 for ever."""
    only_ids: tuple[str, ...] = ()
    """The lessons and quizzes of its modules that it keeps, where it is shorter than they are; all that they propose where this is empty."""


class Paths(Struct, frozen=True):
    paths: tuple[LearningPath, ...] = ()

    @property
    def default(self) -> LearningPath | None:
        return next((path for path in self.paths if path.default), None)


# --- A situation: a case told in scenes, each choice of which leads to another ---


class Scene(Struct, frozen=True):
    """A part of a situation, from its title to the choices that end it; the opening has no title."""

    title: str
    anchor: str
    line: int
    words: int
    choices: tuple[SceneChoice, ...] = ()
    """Two to four in the opening and in each scene to which it leads; none after the second."""

    def scenes(self) -> Iterator[Scene]:
        """Yields the scenes that its choices lead to, each followed by its own."""
        for choice in self.choices:
            yield choice.scene
            yield from choice.scene.scenes()

    def paths(self) -> Iterator[int]:
        """The words of each way from here to an end."""
        if not self.choices:
            yield self.words
        for choice in self.choices:
            yield from (self.words + words for words in choice.scene.paths())


class SceneChoice(Struct, frozen=True):
    """What one may do at the end of a scene, and the scene that follows."""

    text: str
    scene: Scene


# --- The cover, cours.md: its name, for whom it is, the histories it tells, drawn as lines that cross ---

MOST_LINES = len(PALETTE)
COUNTS = ("", "", "deux ", "trois ", "quatre ", "cinq ")
ONE = {"": "une histoire", "les": "l’histoire", "des": "de l’histoire"}


class CourseHistory(Struct, frozen=True):
    """A history of the course. `id` is what modules and dates write."""

    id: str
    name: str
    said: str
    """Inside a sentence: « la politique de la ville »."""
    colour: Colour
    side: str = ""
    """Who comes from it, by the employer: « etat », « collectivite », « education »; empty for nobody in particular."""
    line: int = 0


class Cover(Struct, frozen=True):
    title: str = "cours des cités éducatives"
    """As it goes on after a comma: « cours d’acculturation… »."""
    audience: str = "les équipes des cités éducatives"
    """Whom it trains, with an article."""
    heading: str = "Un cours pour les cités éducatives"
    """The great title of its first page."""
    promise: str = ""
    """What one gains, in a sentence or two."""
    introduction: str = ""
    """A few sentences, for whoever does not know it."""
    lines: tuple[CourseHistory, ...] = ()
    crossing: str = "Croisement"
    """The name of the place where the lines cross."""
    crossing_said: str = "au croisement"
    """Inside a sentence."""

    @property
    def crossing_title(self) -> str:
        return capital(self.crossing_said)


def default_lines(histories: Iterable[str]) -> tuple[CourseHistory, ...]:
    """The lines of a course that describes none: as its files name them, in the order of their first mention."""
    found = [each for each in dict.fromkeys(histories) if each != CROSSING][:MOST_LINES]
    words = [each.replace("-", " ") for each in found]
    return tuple(CourseHistory(each, capital(said), said, PALETTE[place]) for place, (each, said) in enumerate(zip(found, words, strict=True)))


def count_in_words(lines: tuple[CourseHistory, ...], article: str = "") -> str:
    """« trois histoires », « les trois histoires », « des trois histoires »."""
    return ONE[article] if len(lines) == 1 else f"{article} {COUNTS[len(lines)]}histoires".strip()


def list_in_words(lines: tuple[CourseHistory, ...]) -> str:
    """« la politique de la ville, les politiques éducatives locales et l’éducation prioritaire »."""
    return join_words([line.said for line in lines])


# --- Modules and lessons ---
#
# The readers (`quiz.reader`, `documents`) build these from text; nothing here knows Flask, SQLAlchemy or HTML. Lines are 1-based and count in
# the whole file. A `Fragment` keeps Markdown as written: it is rendered late, by `rendering`.


class Module(Struct, frozen=True):
    id: str
    title: str
    history: str
    """Id of its line, as written; `CROSSING` where the lines cross."""
    objectives: tuple[Objective, ...]
    lesson_ids: tuple[str, ...]
    final_quiz_id: str | None
    body: Fragment
    sources: tuple[Source, ...] = ()
    links: tuple[Link, ...] = ()
    path: str = ""
    author: str = ""
    calls: tuple[str, ...] = ()


SYNTHESIS = "synthèse"
"""Reading what was said at the meeting, once it is published."""


class Lesson(Struct, frozen=True):
    id: str
    title: str
    minutes: int
    """Declared reading time; an indication, never a criterion."""
    objectives: tuple[Objective, ...]
    quiz_id: str | None
    criterion: CompletionCriterion
    optional: bool
    body: Fragment
    headings: tuple[Heading, ...]
    sources: tuple[Source, ...]
    """Those that it defines itself, as a text that comes from Word does; the others are in `Course.sources`."""
    links: tuple[Link, ...]
    images: tuple[str, ...]
    """Names under `images/` that the lesson shows."""
    territory_questions: tuple[str, ...]
    """The items of « Sur mon territoire », private and never graded."""
    words: int
    questions: tuple[Question, ...] = ()
    """Those that it asks by the way, in its order: answered in place, never marked. Each one's `line` is that of its `> [!QUESTION]`."""
    asking: tuple[range, ...] = ()
    """The lines of the file that ask a question or offer choices: nothing but the lesson's page tells them."""
    situation: Scene | None = None
    """The opening of a case whose choices lead on, told up to « À retenir »; None in any other lesson."""
    equivalent: str = ""
    """Of a lesson that a meeting completes: what stands for being there, `SYNTHESIS` or another lesson's id; empty where nothing does."""
    public: bool = False
    """Read without an account too, where the site is open to visitors."""
    path: str = ""
    author: str = ""
    calls: tuple[str, ...] = ()
    """Labels of the notes that it calls, in the order of the first calls; every document that may call some has them so."""
    tells: tuple[Fact, ...] = ()
    """The facts that it names."""

    @property
    def outline(self) -> tuple[Heading, ...]:
        """The titles of its contents list: nobody is told where a choice leads before having chosen."""
        hidden = {scene.anchor for scene in self.situation.scenes()} if self.situation else set()
        return tuple(_visible_headings(self.headings, hidden))


def _visible_headings(headings: Iterable[Heading], hidden: Collection[str]) -> Iterator[Heading]:
    """Those that are neither hidden nor under one that is."""
    above = 0
    for heading in headings:
        if heading.anchor in hidden:
            above = heading.level
        elif not above or heading.level <= above:
            above = 0
            yield heading


# --- The course's other files ----------------------------------------------------------------------------------------


class GlossaryEntry(Struct, frozen=True):
    term: str
    """The acronym or word, as shown."""
    expansion: str
    """Empty for a word that is no acronym."""
    definition: Fragment
    anchor: str
    line: int
    other_expansions: tuple[str, ...] = ()
    """What the acronym stands for too: accepted in answers, shown nowhere."""

    @property
    def all_expansions(self) -> tuple[str, ...]:
        return (self.expansion, *self.other_expansions) if self.expansion else ()


class Glossary(Struct, frozen=True):
    entries: tuple[GlossaryEntry, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()
    tells: tuple[Fact, ...] = ()

    @property
    def expansions(self) -> dict[str, str]:
        """acronym → expansion (first entry wins when an acronym has two meanings)."""
        found: dict[str, str] = {}
        for entry in self.entries:
            if entry.expansion:
                found.setdefault(entry.term.split(" (")[0], entry.expansion)
        return found


class TimelineEvent(Struct, frozen=True):
    """`when` is "1981", "1981-07" or "1981-07-01", so it sorts as text."""

    when: str
    histories: tuple[str, ...]
    text: Fragment
    anchor: str
    line: int


class Timeline(Struct, frozen=True):
    events: tuple[TimelineEvent, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()


class DatedFact(Struct, frozen=True):
    """What is true until a day, where to look then, and who looked last."""

    until: date
    text: Fragment
    where: Fragment
    looked: str
    """« 2026-11 », the month when somebody looked last, or nothing."""
    looked_by: str
    anchor: str
    line: int
    name: str = ""
    """Of the fact of the course that it watches; empty where it names none."""


class DatedFacts(Struct, frozen=True):
    """a-verifier.md: what trainers check each year, so that no lesson has to ask its readers to."""

    facts: tuple[DatedFact, ...] = ()
    sources: tuple[Source, ...] = ()
    calls: tuple[str, ...] = ()


class Confusables(Struct, frozen=True):
    """Pairs that no tolerance may cross: (("REP", "REP+"), …)."""

    pairs: tuple[tuple[str, str], ...] = ()


class Sources(Struct, frozen=True):
    """sources.md: each source of the course once, called by its label from any document."""

    entries: tuple[Source, ...] = ()


Titled = Module | Lesson | Quiz | Tool | Survey
"""A course has many of each: every one has an id and a title of its own."""
Document = Titled | Paths | Glossary | Timeline | Confusables | DatedFacts | Network | Sources | Cover | Library


class PublishedVersion(Struct, frozen=True):
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


class Course(Struct, frozen=True, eq=False, dict=True):
    """Everything published, at one moment: the value that pages read. `queries.course()` gives the current one.

    Compared and hashed by identity. What is made of it is kept with it (`made_of_course`).
    """

    generation: int
    modules: Mapping[str, Module] = field(default_factory=dict)
    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    quizzes: Mapping[str, Quiz] = field(default_factory=dict)
    paths: Paths = field(default_factory=Paths)
    glossary: Glossary = field(default_factory=Glossary)
    timeline: Timeline = field(default_factory=Timeline)
    confusables: Confusables = field(default_factory=Confusables)
    facts: DatedFacts = field(default_factory=DatedFacts)
    network: Network = field(default_factory=Network)
    sources: Sources = field(default_factory=Sources)
    cover: Cover = field(default_factory=Cover)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    surveys: Mapping[str, Survey] = field(default_factory=dict)
    library: Library = field(default_factory=Library)
    versions: Mapping[str, PublishedVersion] = field(default_factory=dict)
    """By document id; the single files are under the name of their kind ("glossary", "timeline"…)."""
    media: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """module id, or "library" → name of an image or a file → SHA-256 of the bytes stored under `instance/media`."""

    @cached_property
    def memory(self) -> dict[object, Callable[..., Any]]:
        """Function → the same for this course alone, which keeps its last answers."""
        return {}

    @cached_property
    def _by_label(self) -> dict[str, Source]:
        return {source.label: source for source in self.sources.entries}

    @cached_property
    def lines(self) -> tuple[CourseHistory, ...]:
        """The histories that it tells, in their order. A course without cours.md has those that its modules and its timeline name."""
        written = [*(module.history for module in self.modules.values()), *(one for event in self.timeline.events for one in event.histories)]
        return self.cover.lines or default_lines(written)

    @cached_property
    def histories(self) -> dict[str, str]:
        """Id → name of each line, then of the place where they cross: what a module may write."""
        return {line.id: line.name for line in self.lines} | {CROSSING: self.cover.crossing}

    def sources_for(self, document: Document) -> dict[str, Source]:
        """Returns by label the sources that a document may cite; its own definition wins over the course's."""
        return self._by_label | {source.label: source for source in getattr(document, "sources", ())}

    def sources_of(self, document: Document) -> tuple[Source, ...]:
        """The sources that a document calls, in its order."""
        known = self.sources_for(document)
        return tuple(known[label] for label in getattr(document, "calls", ()) if label in known)

    def module_of(self, element_id: str) -> Module | None:
        """The module that holds a lesson or a quiz (by its lesson, or as its final quiz)."""
        quiz = self.quizzes.get(element_id)
        wanted = (quiz.lesson_id or quiz.id) if quiz else element_id
        for module in self.modules.values():
            if wanted in module.lesson_ids or wanted == module.final_quiz_id:
                return module
        return None

    def lessons_that_cite(self, target: str) -> tuple[Lesson, ...]:
        """Lists the lessons that link to a tool or a library document, by module id, then in their order."""
        ordered = (self.lessons.get(lesson_id) for module in self.modules.values() for lesson_id in module.lesson_ids)
        return tuple(lesson for lesson in ordered if lesson and any(link.target == target for link in lesson.links))

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


P = ParamSpec("P")
T = TypeVar("T")


def made_of_course(most: int) -> Callable[[Callable[Concatenate[Course, P], T]], Callable[Concatenate[Course, P], T]]:
    """Keep the last `most` answers of a function of the course, as long as that course is the published one: the one cache of what is made of it.

    Measured: without it the glossary and the timeline take six times as long, a lesson twice and a half.
    """

    def decorate(make: Callable[Concatenate[Course, P], T]) -> Callable[Concatenate[Course, P], T]:
        @wraps(make)
        def from_course(course: Course, /, *values: P.args, **named: P.kwargs) -> T:
            kept = course.memory.get(make) or course.memory.setdefault(make, lru_cache(most)(partial(make, course)))
            answer: T = kept(*values, **named)
            return answer

        return from_course

    return decorate
