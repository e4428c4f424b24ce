"""A text with gaps, each typed or chosen in a menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any, cast

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from app.assessment.answers.compare import AskAgain, MatchRule, MatchVerdict, match_text
from app.assessment.answers.doubts import ask_again
from app.assessment.answers.figures import in_figures
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import clean_text, phrase
from app.assessment.answers.numbers import match_read, plain_numbers, read_asked_number
from app.assessment.kinds.answer_form import END, AnswerField, AnswerForm, BankForms, Model, Row, T
from app.assessment.kinds.kind import NOTHING, CorrectedAnswer, Grade, Pick, QuestionKind, Renderer, ShownAnswer
from app.assessment.kinds.package_key import BETWEEN_TYPED, TYPED_MOST, Marking, PackageKey, Part, number_key, share, shares, words_key
from app.assessment.kinds.responses import MAX_TYPED, Fields, Form, QuestionLayout, UnreadableAnswer, quote_text, raw_text, read_typed
from app.assessment.kinds.typed_text import TYPED_LUCK, sentence, typed_pick
from app.content.values.quiz import GAP, Gap, Gaps, QuestionType
from app.platform.french import french

_HELD = re.compile(rf"[^\s<>]*{GAP.pattern}[^\s<>]*")
"""A gap with what touches it, « l’ » before or a full stop after: they stay on one line."""


def gap_field(index: int) -> str:
    return f"trou-{index}"


def menu_shown(layout: QuestionLayout, gap: Gap, index: int) -> tuple[str, ...]:
    """Always shuffled: the right choice is commonly written first."""
    return layout.shuffle_part(gap.menu, f"gap {index}", str)


class FilledGaps(Struct, frozen=True):
    """What each gap holds, in order; empty where nothing."""

    texts: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not any(self.texts)

    def payload(self) -> dict[str, Any]:
        return {"texts": list(self.texts)}


class ShownGap(Struct, frozen=True):
    """A hole: a menu where `menu` has choices, else a field to type in, of one width whatever is expected.

    A choice is its own value: a text with gaps says in words what stands where.
    """

    name: str
    number: int
    value: str
    menu: tuple[str, ...]
    longest: int = MAX_TYPED


class ShownGaps(ShownAnswer, frozen=True):
    """The text, cut at its gaps: HTML and gaps in turn, to be written one after the other."""

    pieces: tuple[Markup | ShownGap, ...]


class CorrectedGap(Struct, frozen=True):
    number: int
    given: str
    accepted: tuple[str, ...]
    correct: bool
    sentence: str
    menu: tuple[str, ...]
    """Every choice, in written order; empty where one types."""


class CorrectedGaps(CorrectedAnswer, frozen=True):
    pieces: tuple[Markup | CorrectedGap, ...]


class TextForm(AnswerForm):
    key, label = "trous", "Texte à trous"
    field = AnswerField("Texte, avec ses trous", "[[préfet | représentant de l’État]] se tape ; [[(maire) | recteur | député]] se choisit.")
    within = "[["

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        return answer.split("\n")


TEXT = TextForm()


class GapsKind(QuestionKind[Gaps, FilledGaps]):
    marked = ((QuestionType.GAPS, "la part des trous justes."),)
    earned_whole = False
    forms = (TEXT,)
    models = (
        Model(
            "q-trous",
            "Texte à trous",
            "## Complétez la phrase.\n\nLe contrat est signé par le [[préfet | représentant de l'État]] et par le [[(maire) | recteur | député]]." + END,
        ),
    )

    def read_answer(self, layout: QuestionLayout, fields: Fields) -> FilledGaps:
        return FilledGaps(tuple(_read_gap(gap, read_typed(fields, gap_field(index))) for index, gap in enumerate(self.answer.gaps)))

    def read_refused(self, layout: QuestionLayout, fields: Fields) -> FilledGaps:
        return FilledGaps(tuple(raw_text(fields, gap_field(index)) for index in range(len(self.answer.gaps))))

    def restore_answer(self, stored: Mapping[str, Any]) -> FilledGaps:
        return FilledGaps(tuple(stored.get("texts", ("",) * len(self.answer.gaps))))

    def is_complete(self, given: FilledGaps) -> bool:
        return all(given.texts) and bool(given.texts)

    @property
    def credit(self) -> str:
        return "Chaque trou bien rempli rapporte sa part."

    def present(self, layout: QuestionLayout, renderer: Renderer, given: FilledGaps) -> ShownGaps:
        gaps = self.answer.gaps
        return ShownGaps(
            self._pieces(renderer, lambda index: ShownGap(gap_field(index), index + 1, given.texts[index], menu_shown(layout, gaps[index], index)))
        )

    def correct(self, given: FilledGaps, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedGaps:
        return CorrectedGaps(self._pieces(renderer, lambda index: _correct_gap(self.answer.gaps[index], index, given.texts[index], grade)))

    def _pieces(self, renderer: Renderer, gap: Callable[[int], T]) -> tuple[Markup | T, ...]:
        """The rendered text cut at the places of its gaps, each made by `gap` from its index."""
        parts = GAP.split(_HELD.sub(r'<span class="unbroken">\g<0></span>', str(renderer.html(self.answer.body))))
        pieces: list[Markup | T] = []
        for place, part in enumerate(parts):
            if place % 2:
                pieces.append(gap(int(part)))
            elif part:
                pieces.append(Markup(part))  # noqa: S704 — cut from what the renderer made
        return tuple(pieces)

    def parts(self, given: FilledGaps) -> Iterator[str]:
        return (quote_text(text) if text else "(vide)" for text in given.texts if not given.is_blank)

    def grade(self, given: FilledGaps, lexicon: Lexicon) -> Grade:
        """Share of the gaps that are right."""
        met = self._match_gaps(given, lexicon)
        verdicts = tuple(one if isinstance(one, MatchVerdict) else None for one in met)
        return Grade(share(sum(verdict is not None for verdict in verdicts), len(self.answer.gaps)), verdicts)

    def unclear(self, given: FilledGaps, lexicon: Lexicon) -> str:
        doubts = ((number, met) for number, met in enumerate(self._match_gaps(given, lexicon), 1) if isinstance(met, AskAgain))
        return next((french(f"Trou {number} : {doubt.sentence[0].lower()}{doubt.sentence[1:]}") for number, doubt in doubts), "")

    def _match_gaps(self, given: FilledGaps, lexicon: Lexicon) -> tuple[MatchVerdict | AskAgain | None, ...]:
        filled = enumerate(zip(self.answer.gaps, given.texts, strict=False))
        said = f"{self.question.statement.text}\n{self.answer.body.text}"
        return tuple(
            _choice(gap, text) if gap.menu else match_gap(text, gap, lexicon, said, asking(self.answer.body.text, index)) for index, (gap, text) in filled
        )

    def picks(self, given: FilledGaps, grade: Grade) -> Iterator[Pick]:
        for number, (text, verdict) in enumerate(zip(given.texts, grade.verdicts, strict=False), 1):
            if text:
                yield typed_pick(text, verdict is not None, f"{number}:", f"dans le trou {number}, ")

    def guess_share(self) -> Fraction:
        guessed = (Fraction(1, len(gap.menu)) if gap.menu else NOTHING for gap in self.answer.gaps)
        return sum(guessed, NOTHING) / len(self.answer.gaps)

    def luck(self) -> float:
        return prod(1 / len(gap.menu) if gap.menu else TYPED_LUCK for gap in self.answer.gaps)

    def texts(self) -> dict[str, str]:
        return {}

    def offered_choices(self) -> tuple[object, ...]:
        return tuple(frozenset(gap.menu) for gap in self.answer.gaps)

    def carry_over(self, given: FilledGaps, moved: Mapping[str, str]) -> FilledGaps:
        return given

    def put_into(self, forms: BankForms[T]) -> T:
        return forms.gaps(self.answer.body, self.answer.gaps)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        parts = tuple(self._part(gap, index, layout, lexicon) for index, gap in enumerate(self.answer.gaps))
        kept = sum(1 if gap.menu else TYPED_MOST for gap in self.answer.gaps) + len(parts) - 1
        said = phrase(f"{self.question.statement.text}\n{self.answer.body.text}")
        return PackageKey(Marking.PARTS, shares(len(parts)), "fill-in", kept=kept, parts=parts, between=BETWEEN_TYPED, statement=said)

    def _part(self, gap: Gap, index: int, layout: QuestionLayout, lexicon: Lexicon) -> Part:
        if gap.menu:
            return Part(clean_text(gap.accepted[0]), tuple(clean_text(choice) for choice in menu_shown(layout, gap, index)))
        numbers = (*gap.numbers, *plain_numbers(gap.accepted))
        number = number_key(numbers, read_asked_number(asking(self.answer.body.text, index), gap.unit), gap.unit, required=False) if numbers else None
        return Part(gap.accepted[0], accepted=words_key(gap.accepted, lexicon), number=number)

    def typed_writings(self) -> tuple[str, ...]:
        return tuple(text for gap in self.answer.gaps if not gap.menu for text in gap.accepted)

    def limit_typing(self, shown: ShownAnswer) -> ShownAnswer:
        return ShownGaps(tuple(replace(piece, longest=TYPED_MOST) if isinstance(piece, ShownGap) else piece for piece in cast("ShownGaps", shown).pieces))

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        return {gap_field(index): [gap.accepted[0] if right else _wrong(gap)] for index, gap in enumerate(self.answer.gaps)}


def match_gap(text: str, gap: Gap, lexicon: Lexicon, said: str, asked: str) -> MatchVerdict | AskAgain | None:
    """A word is matched tolerantly, to a question that says `said`; a number, where the gap asks for one, with the words that stand around the gap, `asked`."""
    verdict = match_text(text, gap.accepted, lexicon, said)
    if verdict or not text:
        return verdict
    numbers = (*gap.numbers, *plain_numbers(gap.accepted))
    if numbers and any(letter.isdigit() for letter in in_figures(clean_text(text))):
        return match_read(text, numbers, read_asked_number(asked, gap.unit), gap.unit)
    return ask_again(text, gap.accepted, lexicon, said)


def _read_gap(gap: Gap, text: str) -> str:
    if not gap.menu or not text:
        return text
    chosen = next((choice for choice in gap.menu if clean_text(choice) == text), None)
    if chosen is None:
        raise UnreadableAnswer
    return chosen


def _choice(gap: Gap, text: str) -> MatchVerdict | None:
    return MatchVerdict(MatchRule.EXACT, gap.accepted[0]) if text == gap.accepted[0] else None


def asking(body: str, index: int) -> str:
    """The text as a question about one of its gaps: « dure combien de ans »."""
    parts = GAP.split(body)
    return "".join((" combien de " if int(part) == index else " … ") if place % 2 else part for place, part in enumerate(parts))


def _correct_gap(gap: Gap, index: int, text: str, grade: Grade) -> CorrectedGap:
    correct = index < len(grade.verdicts) and grade.verdicts[index] is not None
    accepted = tuple(french(writing) for writing in gap.accepted)
    return CorrectedGap(index + 1, text, accepted, correct, "" if gap.menu else sentence(grade, index), tuple(french(choice) for choice in gap.menu))


def _wrong(gap: Gap) -> str:
    return next((choice for choice in gap.menu if choice != gap.accepted[0]), "je ne sais pas")
