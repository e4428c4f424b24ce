"""What a type of question must do, from a form's fields to its statistics. mypy refuses a type that lacks a part of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from markupsafe import Markup
from msgspec import Struct

from app.assessment.answers.compare import MatchVerdict
from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.answer_form import AnswerForm, BankForms, Model
from app.assessment.kinds.package_key import PackageKey
from app.assessment.kinds.responses import SEPARATOR, Fields, Form, QuestionLayout, QuestionResponse, UnreadableAnswer
from app.content.values.quiz import Question, QuestionType
from app.content.values.text import Fragment
from app.platform.errors import DomainError
from app.platform.french import plural

WHOLE = "tout ou rien."

A = TypeVar("A")
G = TypeVar("G", bound=QuestionResponse)
T = TypeVar("T")


NOTHING, ALL = Fraction(0), Fraction(1)


class Grade(Struct, frozen=True):
    """What one answer is worth. `verdicts` says, for each typed place (one, or a text's gaps in order), what accepted it; None where nothing did."""

    fraction: Fraction
    verdicts: tuple[MatchVerdict | None, ...] = ()


class Renderer(Protocol):
    """What turns Markdown into HTML for one page: `app.content.rendering.page.PageRenderer`."""

    def html(self, fragment: Fragment) -> Markup: ...

    def inline(self, fragment: Fragment) -> Markup: ...

    def notes(self) -> Markup: ...


def optional_html(fragment: Fragment | None, renderer: Renderer) -> Markup | None:
    return renderer.html(fragment) if fragment else None


class ShownAnswer(Struct, frozen=True):
    """The answer's part of a question's page. No key, no feedback; ids are places on the page."""


class CorrectedAnswer(Struct, frozen=True):
    """The answer's part of a corrected question: what was answered beside the key."""


class Pick(Struct, frozen=True):
    """What an answer picked: an option, a word that was typed, a pair, a gap's filling. The key is the same for everybody who picked it."""

    key: str
    label: str
    """« l’option B », « la réponse « contrat » »."""
    text: str
    """What it says."""
    correct: bool


class QuestionKind(ABC, Generic[A, G]):
    """One question, handled as its type asks. `A` is the answer of its file, `G` what a learner answers."""

    marked: ClassVar[tuple[tuple[QuestionType, str], ...]]
    """How each type that it handles is marked, as the help page says it after the name of the type."""
    unmarked: ClassVar[bool] = False
    """Nothing of it is right or wrong."""
    forms: ClassVar[tuple[AnswerForm, ...]] = ()
    """How the form over one question shows it; none where it is written in the text alone."""
    models: ClassVar[tuple[Model, ...]]
    """What the editor's toolbar inserts."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answer = cast("A", question.answer)

    # --- From a form to a stored row ---

    @abstractmethod
    def read_answer(self, layout: QuestionLayout, fields: Fields) -> G:
        """The answer that a form holds. A field that is missing is blank; a value that this page does not offer is `UnreadableAnswer`."""

    def read_refused(self, layout: QuestionLayout, fields: Fields) -> G:
        """A form that `read_answer` refused, as far as its page can show it again."""
        try:
            return self.read_answer(layout, fields)
        except UnreadableAnswer:
            return self.blank

    @abstractmethod
    def restore_answer(self, stored: Mapping[str, Any]) -> G:
        """The answer that `QuestionResponse.payload` stored."""

    @property
    def blank(self) -> G:
        return self.restore_answer({})

    def is_complete(self, given: G) -> bool:
        """Whether nothing of it is left to answer."""
        return not given.is_blank

    def unclear(self, given: G, lexicon: Lexicon) -> str:
        """What to ask again before the answer is marked, in a French sentence: it can be read in two ways, or in none. Empty where it is clear, or blank.

        It hangs on what was answered and on the question's words, never on what is right: whoever is asked again learns nothing of the key.
        """
        return ""

    def read_clearly(self, layout: QuestionLayout, fields: Fields, lexicon: Lexicon) -> tuple[G, str]:
        """The answer that a form holds, and why it cannot be marked, in a French sentence. A blank one is clear."""
        try:
            given = self.read_answer(layout, fields)
        except DomainError as error:
            return self.read_refused(layout, fields), error.sentence
        return given, "" if given.is_blank else self.unclear(given, lexicon)

    # --- To pages ---

    @property
    @abstractmethod
    def credit(self) -> str:
        """How it is marked, in French. It depends on the shape alone, never on the key."""

    @property
    def credit_sentence(self) -> str:
        """Says before answering how the question is marked, with its points."""
        return f"{self.credit} {plural(self.question.points, 'point')}."

    @property
    def invitation(self) -> str:
        """What to do, told in a lesson, where nothing is marked. Empty where the fields say it."""
        return ""

    @abstractmethod
    def present(self, layout: QuestionLayout, renderer: Renderer, given: G) -> ShownAnswer: ...

    @abstractmethod
    def correct(self, given: G, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedAnswer:
        """Returns the correction of an answer, in the order that the attempt showed."""

    def whole_key(self, renderer: Renderer) -> CorrectedAnswer:
        """The key as nobody answered it, in the file's order, with all that is said of each answer: for whoever writes or checks it."""
        layout, lexicon = QuestionLayout(0, self.question.id, shuffle=False), Lexicon()
        return self.correct(self.blank, self.grade(self.blank, lexicon), layout, renderer, lexicon)

    @abstractmethod
    def parts(self, given: G) -> Iterator[str]:
        """The parts of the answer in French; none of a blank one."""

    def readable(self, given: G) -> str:
        """The answer as a person reads it: « Le préfet » ; « Le maire » or Préfet → État or 1. Diagnostic ; 2. Actions; empty when blank."""
        return SEPARATOR.join(self.parts(given))

    # --- Grading and statistics ---

    @property
    @abstractmethod
    def earned_whole(self) -> bool:
        """Whether an answer earns all of the points or none."""

    @abstractmethod
    def grade(self, given: G, lexicon: Lexicon) -> Grade:
        """The worth of one answer. Blank is worth nothing."""

    @abstractmethod
    def picks(self, given: G, grade: Grade) -> Iterator[Pick]:
        """Yields what was chosen in an answer, for the statistics; nothing for a blank answer."""

    def pickable(self) -> tuple[Pick, ...]:
        """What everybody could pick: the options of a question that has some, in the file's order."""
        return ()

    @abstractmethod
    def guess_share(self) -> Fraction:
        """The share of its points that answering at random earns on average."""

    @abstractmethod
    def luck(self) -> float:
        """The chance, from 0 to 1, that whoever does not know gets all of it right: picked at random, or known from elsewhere where it is typed."""

    # --- After a corrected key ---

    @abstractmethod
    def texts(self) -> dict[str, str]:
        """Key → what is written there, of each thing that an answer names by its key."""

    def offered_choices(self) -> tuple[object, ...]:
        """All that a learner could choose from, whatever the key. What is typed is free: nothing is offered."""
        return (counted_texts(self.texts().values()),)

    @abstractmethod
    def carry_over(self, given: G, moved: Mapping[str, str]) -> G:
        """An answer to the pinned question in the keys of this corrected one. `moved`: pinned key → key of the same text here, in this file's order."""

    # --- Where it may be asked ---

    @property
    def shows_knowledge(self) -> bool:
        """Whether a right answer says what somebody knows, so that the positioning may ask it."""
        return not self.unmarked

    # --- Leaving the site ---

    @abstractmethod
    def put_into(self, forms: BankForms[T]) -> T:
        """The question in the form of other systems that says it best."""

    @abstractmethod
    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        """By which the script of a package marks it."""

    def typed_writings(self) -> tuple[str, ...]:
        """What a package compares typed words with."""
        return ()

    def own_feedbacks(self) -> Iterator[tuple[str, Fragment]]:
        """What is said of single answers once one is typed in a package: the name by which its script shows it, and the text."""
        return iter(())

    def limit_typing(self, shown: ShownAnswer) -> ShownAnswer:
        """The same fields, in which no more may be typed than an LMS keeps."""
        return shown

    def line_up(self, corrected: CorrectedAnswer, layout: QuestionLayout) -> CorrectedAnswer:
        """The same correction, its parts in the order of the fields, by which the script of a package counts them."""
        return corrected

    # --- Demonstration ---

    @abstractmethod
    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        """The form of whoever knows the answer; or of whoever does not, and earns nothing or next to nothing."""


def counted_texts(texts: Iterable[str]) -> frozenset[tuple[str, int]]:
    return frozenset(Counter(texts).items())


def plain_text(text: str) -> str:
    """A text as the same text is looked for in a corrected file."""
    return " ".join(text.split())
