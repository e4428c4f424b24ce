"""An ordering: each item is given a rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.answer_form import END, AnswerForm, BankForms, Model, Row, RowWords, T, item
from app.assessment.kinds.kind import CorrectedAnswer, Grade, Pick, QuestionKind, Renderer, ShownAnswer, plain_text
from app.assessment.kinds.package_key import Marking, PackageKey, Part, share, shares
from app.assessment.kinds.responses import Fields, Form, QuestionLayout, as_text, pick_item, sole
from app.content.values.quiz import OrderedItem, Ordering, QuestionType
from app.platform.french import french, plural


def item_field(place: int) -> str:
    return f"rang-e{place}"


MOVE = "move"
"""Field of the buttons ↑ and ↓: « rang-e2 up »."""


def moved_row(pressed: str) -> str:
    """The field of the row that a button moves, from its value; empty for what is no such value."""
    found = re.fullmatch(r"(rang-e[0-9]{1,3}) (?:up|down)", pressed)
    return found[1] if found else ""


def items_shown(layout: QuestionLayout, answer: Ordering) -> tuple[OrderedItem, ...]:
    """Always shuffled: the file's order is the key."""
    return layout.shuffle_part(answer.items, "items", lambda item: item.text.text)


class RankedItems(Struct, frozen=True):
    """(item key, rank from 1) of each item that was given a rank, by rank."""

    ranks: tuple[tuple[str, int], ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.ranks

    def payload(self) -> dict[str, Any]:
        return {"ranks": [list(pair) for pair in self.ranks]}


class ShownItem(Struct, frozen=True):
    """An item to order and the field that gives its rank; `rank` is None until it has one: the order of the page is no answer."""

    name: str
    text: Markup
    rank: int | None


class ShownOrdering(ShownAnswer, frozen=True):
    """Items in the page's order: by rank once each has its own."""

    items: tuple[ShownItem, ...]

    @property
    def ranks(self) -> range:
        return range(1, len(self.items) + 1)


class CorrectedItem(Struct, frozen=True):
    text: Markup
    rank: int | None
    """The rank that was given."""
    follows: bool
    """It earns its part: it stands just after the one that is to come before it."""


class CorrectedOrdering(CorrectedAnswer, frozen=True):
    """Items in the right order."""

    items: tuple[CorrectedItem, ...]


def _move_item(shown: list[str], ranks: Mapping[str, int], key: str, by: int) -> dict[str, int]:
    """Every item ranked as it stood on the page, one of them moved by one place. What had no rank stood where it was shown."""
    order = sorted(shown, key=lambda item: ranks.get(item, shown.index(item) + 1))
    place = order.index(key)
    order.insert(max(0, place + by), order.pop(place))
    return {item: rank for rank, item in enumerate(order, 1)}


class StepsForm(AnswerForm):
    key, label = "ordre", "Mise en ordre"
    rows = RowWords("Étapes, dans le bon ordre", "Elles seront mélangées.", "Étape")
    _step = re.compile(r"\d+\. +(\S.*)")

    def read_row(self, line: str) -> Row | None:
        found = self._step.fullmatch(line)
        return Row(found[1]) if found else None

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        return [line for number, row in enumerate(rows, 1) for line in item(f"{number}. ", row.text)]


STEPS = StepsForm()


class OrderingKind(QuestionKind[Ordering, RankedItems]):
    marked = ((QuestionType.ORDERING, "la part des lignes suivies de celle qui doit les suivre."),)
    earned_whole = False
    forms = (STEPS,)
    models = (
        Model("q-ordre", "Mise en ordre", "## Remettez ces étapes dans l'ordre.\n\n1. La première étape\n2. La deuxième étape\n3. La troisième étape" + END),
    )

    def read_answer(self, layout: QuestionLayout, fields: Fields) -> RankedItems:
        known, items = range(1, len(self.answer.items) + 1), {item_field(place): item.key for place, item in enumerate(items_shown(layout, self.answer), 1)}
        ranks = {key: pick_item(known, str, given) for field, key in items.items() if (given := sole(fields, field))}
        pressed = sole(fields, MOVE)
        if (row := moved_row(pressed)) in items:
            ranks = _move_item(list(items.values()), ranks, items[row], -1 if pressed.endswith("up") else 1)
        return RankedItems(tuple(sorted(ranks.items(), key=lambda ranked: (ranked[1], ranked[0]))))

    def restore_answer(self, stored: Mapping[str, Any]) -> RankedItems:
        return RankedItems(tuple((str(key), int(rank)) for key, rank in stored.get("ranks", ())))

    def is_complete(self, given: RankedItems) -> bool:
        """A rank given twice leaves something to mend."""
        return sorted(rank for _, rank in given.ranks) == list(range(1, len(self.answer.items) + 1))

    def unclear(self, given: RankedItems, lexicon: Lexicon) -> str:
        ranks = [rank for _, rank in given.ranks]
        if twice := next((rank for rank in ranks if ranks.count(rank) > 1), None):
            return french(f"Le rang {twice} est donné plusieurs fois : donnez à chaque ligne un rang différent.")
        missing = len(self.answer.items) - len(ranks)
        return french(f"Il manque {plural(missing, 'rang')} : donnez-en un à chaque ligne.") if ranks and missing else ""

    @property
    def credit(self) -> str:
        return "Chaque ligne placée juste après celle qui doit le précéder rapporte sa part."

    def present(self, layout: QuestionLayout, renderer: Renderer, given: RankedItems) -> ShownOrdering:
        ranks, items = dict(given.ranks), enumerate(items_shown(layout, self.answer), 1)
        shown = [ShownItem(item_field(place), renderer.inline(item.text), ranks.get(item.key)) for place, item in items]
        return ShownOrdering(tuple(sorted(shown, key=lambda item: item.rank or 0) if self.is_complete(given) else shown))

    def correct(self, given: RankedItems, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedOrdering:
        ranks = dict(given.ranks)
        items = zip(self.answer.items, (False, *self._following(given)), strict=True)
        return CorrectedOrdering(tuple(CorrectedItem(renderer.inline(item.text), ranks.get(item.key), follows) for item, follows in items))

    def parts(self, given: RankedItems) -> Iterator[str]:
        texts = {item.key: as_text(item.text.text) for item in self.answer.items}
        return (f"{rank}. {texts.get(key, key)}" for key, rank in given.ranks)

    def grade(self, given: RankedItems, lexicon: Lexicon) -> Grade:
        """Grades an order by the share of neighbours of the key that follow each other. A rank given twice counts for none."""
        following = self._following(given)
        return Grade(share(sum(following), len(following)))

    def _following(self, given: RankedItems) -> tuple[bool, ...]:
        """Whether each item of the key but the first immediately follows the one before it."""
        ranks = [rank for _, rank in given.ranks]
        ranked = {key: rank for key, rank in given.ranks if ranks.count(rank) == 1}
        keys = [item.key for item in self.answer.items]
        return tuple(first in ranked and ranked.get(second) == ranked[first] + 1 for first, second in pairwise(keys))

    def picks(self, given: RankedItems, grade: Grade) -> Iterator[Pick]:
        """Yields nothing: an ordering has no parts to choose from."""
        return iter(())

    def guess_share(self) -> Fraction:
        return Fraction(1, len(self.answer.items))

    def luck(self) -> float:
        return 0.05

    def texts(self) -> dict[str, str]:
        return {item.key: plain_text(item.text.text) for item in self.answer.items}

    def carry_over(self, given: RankedItems, moved: Mapping[str, str]) -> RankedItems:
        return RankedItems(tuple((moved[key], rank) for key, rank in given.ranks if key in moved))

    def put_into(self, forms: BankForms[T]) -> T:
        return forms.steps(self.answer.items)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        ranks = {item.key: str(place) for place, item in enumerate(self.answer.items, 1)}
        parts = tuple(Part(ranks[item.key]) for item in items_shown(layout, self.answer))
        return PackageKey(Marking.ORDER, shares(len(parts) - 1), "sequencing", kept=len(parts), values=tuple(ranks.values()), parts=parts, whole=True)

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        """The wrong one is the key upside down."""
        keys = [item.key for item in (self.answer.items if right else reversed(self.answer.items))]
        return {item_field(place): [str(keys.index(item.key) + 1)] for place, item in enumerate(items_shown(layout, self.answer), 1)}
