"""A question as its page receives it: statement, choices in the attempt's order, what was answered so far. No key is in these types.

Ids are places on the page (`c1`, `t2`…), never keys of the file. Feedback, explanation and the notes that only they call are not rendered
at all: `correcting` does that, once the correction may show. The question's own id stays out too: it often names the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from markupsafe import Markup

from app.assessment.policy import credit_sentence
from app.assessment.questions import responses
from app.assessment.questions.draw import Layout
from app.assessment.questions.responses import Chosen, Filled, Given, Matched, Ordered, Typed
from app.content.values.quiz import GAP, Choices, Gaps, Kind, Matching, Number, Ordering, Question, ShortText, Situation
from app.content.values.text import Fragment

T = TypeVar("T")


class Renderer(Protocol):
    """What turns Markdown into HTML for one page: `app.content.rendering.page.PageRenderer`."""

    def html(self, fragment: Fragment) -> Markup: ...

    def inline(self, fragment: Fragment) -> Markup: ...

    def notes(self) -> Markup: ...


# --- What a page receives, one type per shape ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownOption:
    id: str
    text: Markup
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownChoices:
    """Radio buttons, or boxes where `several`; all named `name`."""

    name: str
    several: bool
    options: tuple[ShownOption, ...]


@dataclass(frozen=True, slots=True)
class ShownText:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """`unit` stands beside the field."""

    name: str
    value: str
    unit: str
    unit_required: bool


@dataclass(frozen=True, slots=True)
class ShownTarget:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A left item and the field that chooses its target; `chosen` is a target's id, or empty."""

    name: str
    left: Markup
    chosen: str


@dataclass(frozen=True, slots=True)
class ShownMatching:
    pairs: tuple[ShownPair, ...]
    targets: tuple[ShownTarget, ...]


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item to order and the field that gives its rank; `rank` is None until it has one: the order of the page is no answer."""

    name: str
    text: Markup
    rank: int | None


@dataclass(frozen=True, slots=True)
class ShownOrdering:
    items: tuple[ShownItem, ...]

    @property
    def ranks(self) -> range:
        return range(1, len(self.items) + 1)


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A hole: a menu where `menu` has choices, else a field to type in, of one width whatever is expected.

    A choice is its own value: a text with gaps says in words what stands where.
    """

    name: str
    number: int
    value: str
    menu: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownGaps:
    """The text, cut at its gaps: HTML and gaps in turn, to be written one after the other."""

    pieces: tuple[Markup | ShownGap, ...]


Shown = ShownChoices | ShownText | ShownNumber | ShownMatching | ShownOrdering | ShownGaps


@dataclass(frozen=True, slots=True)
class ShownSituation:
    title: Markup
    text: Markup


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    kind: Kind
    title: Markup
    """The statement's first paragraph, for the heading and the legend."""
    body: Markup
    """The rest of the statement; empty when there is none."""
    situation: ShownSituation | None
    hint: Markup | None
    """Shown on demand."""
    points: Decimal
    credit: str
    """How it is marked, in French."""
    answer: Shown


# --- Making them -----------------------------------------------------------------------------------------------------


def present(question: Question, layout: Layout, renderer: Renderer, given: Given, situation: Situation | None = None) -> ShownQuestion:
    """The question as the page shows it, `given` (blank or saved) filled in. Rendered in reading order: notes and sigles count from the top."""
    shown_situation = present_situation(situation, renderer)
    title, body = statement(question, renderer)
    return ShownQuestion(
        kind=question.kind,
        situation=shown_situation,
        title=title,
        body=body,
        answer=_shown(question, layout, renderer, given),
        hint=renderer.html(question.hint) if question.hint else None,
        points=question.points,
        credit=credit_sentence(question),
    )


def present_situation(situation: Situation | None, renderer: Renderer) -> ShownSituation | None:
    if situation is None:
        return None
    return ShownSituation(renderer.inline(Fragment(situation.title, situation.text.line)), renderer.html(situation.text))


def statement(question: Question, renderer: Renderer) -> tuple[Markup, Markup]:
    """(first paragraph as inline HTML, the rest as blocks)."""
    first = statement_title(question)
    rest = question.statement.text.strip("\n").removeprefix(first)
    title = renderer.inline(Fragment(first, question.statement.line))
    line = question.statement.line + first.count("\n") + 2
    return title, renderer.html(Fragment(rest.strip("\n"), line)) if rest.strip() else Markup()


def statement_title(question: Question) -> str:
    """The Markdown of the statement's first paragraph: the question's heading."""
    return question.statement.text.strip("\n").partition("\n\n")[0]


def _shown(question: Question, layout: Layout, renderer: Renderer, given: Given) -> Shown:
    match question.answer, given:
        case Choices() as answer, Chosen(keys):
            return _choices(answer, layout, renderer, keys)
        case Number() as answer, Typed(text):
            return ShownNumber(responses.TEXT, text, answer.unit, answer.unit_required)
        case ShortText(), Typed(text):
            return ShownText(responses.TEXT, text)
        case Matching() as answer, Matched(rights):
            return _matching(answer, layout, renderer, dict(rights))
        case Ordering() as answer, Ordered(ranks):
            return _ordering(answer, layout, renderer, dict(ranks))
        case Gaps() as answer, Filled(texts):
            return ShownGaps(gap_pieces(answer, renderer, lambda index: _gap(answer, layout, index, texts[index])))
    raise TypeError(f"{type(given).__name__} does not answer {question.kind}")


def _choices(answer: Choices, layout: Layout, renderer: Renderer, keys: tuple[str, ...]) -> ShownChoices:
    options = tuple(
        ShownOption(responses.option_id(place), renderer.html(option.text), option.key in keys) for place, option in enumerate(layout.options(answer), 1)
    )
    return ShownChoices(responses.CHOICE, answer.kind == Kind.MULTIPLE, options)


def _matching(answer: Matching, layout: Layout, renderer: Renderer, rights: dict[str, str]) -> ShownMatching:
    targets = tuple(ShownTarget(responses.target_id(place), responses.as_text(text)) for place, text in enumerate(layout.targets(answer), 1))
    ids = {text: responses.target_id(place) for place, text in enumerate(layout.targets(answer), 1)}
    pairs = tuple(
        ShownPair(responses.pair_field(place), renderer.inline(pair.left), ids.get(rights.get(pair.key, ""), ""))
        for place, pair in enumerate(layout.pairs(answer), 1)
    )
    return ShownMatching(pairs, targets)


def _ordering(answer: Ordering, layout: Layout, renderer: Renderer, ranks: dict[str, int]) -> ShownOrdering:
    return ShownOrdering(
        tuple(ShownItem(responses.item_field(place), renderer.inline(item.text), ranks.get(item.key)) for place, item in enumerate(layout.items(answer), 1))
    )


def _gap(answer: Gaps, layout: Layout, index: int, text: str) -> ShownGap:
    return ShownGap(responses.gap_field(index), index + 1, text, layout.menu(answer.gaps[index], index))


def gap_pieces(answer: Gaps, renderer: Renderer, gap: Callable[[int], T]) -> tuple[Markup | T, ...]:
    """The rendered text cut at the places of its gaps, each made by `gap` from its index."""
    parts = GAP.split(str(renderer.html(answer.body)))
    pieces: list[Markup | T] = []
    for place, part in enumerate(parts):
        if place % 2:
            pieces.append(gap(int(part)))
        elif part:
            pieces.append(Markup(part))  # noqa: S704 — cut from what the renderer made
    return tuple(pieces)
