"""A matching: each left item is given a target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from markupsafe import Markup
from msgspec import Struct

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.answer_form import END, AnswerForm, BankForms, Model, Row, RowWords, T, comment
from app.assessment.kinds.kind import CorrectedAnswer, Grade, Pick, QuestionKind, Renderer, ShownAnswer, counted_texts, optional_html, plain_text
from app.assessment.kinds.package_key import Marking, PackageKey, Part, share, shares
from app.assessment.kinds.responses import Fields, Form, QuestionLayout, as_text, pick_item, quote_text, sole
from app.content.values.quiz import Matching, MatchingPair, QuestionType
from app.platform.french import french, plural


def target_id(place: int) -> str:
    return f"t{place}"


def pair_field(place: int) -> str:
    return f"paire-p{place}"


def pairs_shown(layout: QuestionLayout, answer: Matching) -> tuple[MatchingPair, ...]:
    return layout.shuffle_part(answer.pairs, "pairs", lambda pair: pair.left.text) if layout.shuffle else answer.pairs


def targets_shown(layout: QuestionLayout, answer: Matching) -> tuple[str, ...]:
    """What a pair may be matched with, each once. Always shuffled: the file's order is the key."""
    distinct = dict.fromkeys([*(pair.right for pair in answer.pairs), *answer.distractors])
    return layout.shuffle_part(distinct, "targets", str)


class MatchedPairs(Struct, frozen=True):
    """(pair key, right item) of each pair that was matched, in the file's order."""

    rights: tuple[tuple[str, str], ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.rights

    def payload(self) -> dict[str, Any]:
        return {"rights": [list(pair) for pair in self.rights]}


class ShownTarget(Struct, frozen=True):
    id: str
    text: str


class ShownPair(Struct, frozen=True):
    """A left item and the field that chooses its target; `chosen` is a target's id, or empty."""

    name: str
    left: Markup
    chosen: str


class ShownMatching(ShownAnswer, frozen=True):
    pairs: tuple[ShownPair, ...]
    targets: tuple[ShownTarget, ...]


class CorrectedPair(Struct, frozen=True):
    left: Markup
    given: str
    expected: str
    correct: bool
    feedback: Markup | None


class CorrectedMatching(CorrectedAnswer, frozen=True):
    pairs: tuple[CorrectedPair, ...]
    distractors: tuple[str, ...] = ()
    """Proposed, and right of no pair."""


class PairsForm(AnswerForm):
    key, label = "association", "Association"
    rows = RowWords("Paires", "Une ligne sans premier terme est une proposition de trop.", "Premier terme", "Va avec, ligne")
    _pair = re.compile(r"- (.*?) *=> *(.+)")

    def read_row(self, line: str) -> Row | None:
        found = self._pair.fullmatch(line)
        return Row(found[1], other=found[2]) if found else None

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        return [line for row in rows for line in (f"- {row.text} => {row.other}".replace("-  =>", "- =>"), *comment(row.told))]


PAIRS = PairsForm()


class MatchingKind(QuestionKind[Matching, MatchedPairs]):
    marked = ((QuestionType.MATCHING, "la part des paires justes."),)
    earned_whole = False
    forms = (PAIRS,)
    models = (Model("q-association", "Association", "## Associez chaque acteur à son institution.\n\n- Préfet => État\n- Maire => Commune\n- => Région" + END),)

    def read_answer(self, layout: QuestionLayout, fields: Fields) -> MatchedPairs:
        targets, pairs = targets_shown(layout, self.answer), enumerate(pairs_shown(layout, self.answer), 1)
        matched = {pair.key: pick_item(targets, target_id, given) for place, pair in pairs if (given := sole(fields, pair_field(place)))}
        return MatchedPairs(tuple((pair.key, matched[pair.key]) for pair in self.answer.pairs if pair.key in matched))

    def restore_answer(self, stored: Mapping[str, Any]) -> MatchedPairs:
        return MatchedPairs(tuple((str(key), str(right)) for key, right in stored.get("rights", ())))

    def is_complete(self, given: MatchedPairs) -> bool:
        return len(given.rights) == len(self.answer.pairs)

    def unclear(self, given: MatchedPairs, lexicon: Lexicon) -> str:
        missing = len(self.answer.pairs) - len(given.rights)
        left = f"Il reste {plural(missing, 'ligne')} sans réponse : choisissez une proposition sur chaque ligne."
        return french(left) if given.rights and missing else ""

    @property
    def credit(self) -> str:
        return french("Chaque bonne association rapporte sa part ; une même proposition peut servir plusieurs fois.")

    def present(self, layout: QuestionLayout, renderer: Renderer, given: MatchedPairs) -> ShownMatching:
        rights, ids = dict(given.rights), {text: target_id(place) for place, text in enumerate(targets_shown(layout, self.answer), 1)}
        pairs = tuple(
            ShownPair(pair_field(place), renderer.inline(pair.left), ids.get(rights.get(pair.key, ""), ""))
            for place, pair in enumerate(pairs_shown(layout, self.answer), 1)
        )
        return ShownMatching(pairs, tuple(ShownTarget(id, as_text(text)) for text, id in ids.items()))

    def correct(self, given: MatchedPairs, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedMatching:
        rights = dict(given.rights)
        return CorrectedMatching(
            tuple(
                CorrectedPair(
                    left=renderer.inline(pair.left),
                    given=as_text(rights.get(pair.key, "")),
                    expected=as_text(pair.right),
                    correct=rights.get(pair.key) == pair.right,
                    feedback=optional_html(pair.feedback, renderer),
                )
                for pair in self.answer.pairs
            ),
            tuple(as_text(text) for text in self.answer.distractors),
        )

    def parts(self, given: MatchedPairs) -> Iterator[str]:
        lefts = {pair.key: as_text(pair.left.text) for pair in self.answer.pairs}
        return (f"{lefts.get(key, key)} → {as_text(right)}" for key, right in given.rights)

    def grade(self, given: MatchedPairs, lexicon: Lexicon) -> Grade:
        """Share of the pairs that are right."""
        rights = dict(given.rights)
        return Grade(share(sum(rights.get(pair.key) == pair.right for pair in self.answer.pairs), len(self.answer.pairs)))

    def picks(self, given: MatchedPairs, grade: Grade) -> Iterator[Pick]:
        pairs = {pair.key: pair for pair in self.answer.pairs}
        for key, right in given.rights:
            if key in pairs:
                left, text = as_text(pairs[key].left.text), as_text(right)
                yield Pick(f"{key}={right}", f"l’association {quote_text(left)} avec {quote_text(text)}", f"{left} → {text}", right == pairs[key].right)

    def guess_share(self) -> Fraction:
        return Fraction(1, len(self._targets()))

    def luck(self) -> float:
        return 0.05

    def _targets(self) -> frozenset[str]:
        return frozenset({*(pair.right for pair in self.answer.pairs), *self.answer.distractors})

    def texts(self) -> dict[str, str]:
        return {pair.key: plain_text(pair.left.text) for pair in self.answer.pairs}

    def offered_choices(self) -> tuple[object, ...]:
        return (counted_texts(self.texts().values()), self._targets())

    def carry_over(self, given: MatchedPairs, moved: Mapping[str, str]) -> MatchedPairs:
        return MatchedPairs(tuple((moved[key], right) for key, right in given.rights if key in moved))

    def put_into(self, forms: BankForms[T]) -> T:
        return forms.pairs(self.answer.pairs, self.answer.distractors)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        targets = targets_shown(layout, self.answer)
        parts = tuple(Part(target_id(targets.index(pair.right) + 1)) for pair in pairs_shown(layout, self.answer))
        ids = tuple(target_id(place) for place in range(1, len(targets) + 1))
        return PackageKey(Marking.PARTS, shares(len(parts)), "matching", kept=len(parts), values=ids, parts=parts, whole=True)

    def line_up(self, corrected: CorrectedAnswer, layout: QuestionLayout) -> CorrectedAnswer:
        told = cast("CorrectedMatching", corrected).pairs
        pairs = {pair.key: each for pair, each in zip(self.answer.pairs, told, strict=True)}
        return CorrectedMatching(tuple(pairs[pair.key] for pair in pairs_shown(layout, self.answer)))

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        """The wrong one gives each pair the target that follows its own."""
        targets, shift = targets_shown(layout, self.answer), 0 if right else 1
        places = ((place, (targets.index(pair.right) + shift) % len(targets)) for place, pair in enumerate(pairs_shown(layout, self.answer), 1))
        return {pair_field(place): [target_id(target + 1)] for place, target in places}
