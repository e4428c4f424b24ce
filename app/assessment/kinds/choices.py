"""Single, multiple, true or false: options to tick."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb
from string import ascii_uppercase
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.answer_form import END, AnswerForm, BankForms, Model, Row, RowWords, T, boxes
from app.assessment.kinds.kind import ALL, NOTHING, WHOLE, CorrectedAnswer, Grade, Pick, QuestionKind, Renderer, ShownAnswer, optional_html, plain_text
from app.assessment.kinds.package_key import Marking, PackageKey
from app.assessment.kinds.responses import Fields, Form, QuestionLayout, UnreadableAnswer, as_text, pick_item, quote_text
from app.content.values.quiz import Choices, Option, QuestionType
from app.platform.french import french

FIELD = "choix"

CREDIT = {
    QuestionType.SINGLE: "Une seule bonne réponse : tout ou rien.",
    QuestionType.TRUE_FALSE: "Vrai ou faux : tout ou rien.",
    QuestionType.MULTIPLE: "Plusieurs bonnes réponses possibles : chaque bonne case cochée rapporte sa part, chaque mauvaise en retire une ; jamais moins de zéro.",
}
INVITATIONS = {
    QuestionType.SINGLE: "Une seule bonne réponse.",
    QuestionType.TRUE_FALSE: "Vrai ou faux ?",
    QuestionType.MULTIPLE: "Plusieurs bonnes réponses possibles.",
}
SUFFICES = "Plusieurs bonnes réponses : une suffit, choisissez-en une."
EXACT = "Plusieurs bonnes réponses possibles : tout ou rien, il faut cocher toutes les bonnes cases et aucune autre."


def proportional(right_ticked: int, right: int, wrong_ticked: int, wrong: int) -> Fraction:
    """`CREDIT[QuestionType.MULTIPLE]`: max(0, R/r − W/w). Ticking everything, or nothing, earns nothing; without any wrong option, R/r."""
    if not right:
        return NOTHING
    return max(NOTHING, Fraction(right_ticked, right) - (Fraction(wrong_ticked, wrong) if wrong else NOTHING))


def option_id(place: int) -> str:
    return f"c{place}"


def options_shown(layout: QuestionLayout, answer: Choices) -> tuple[Option, ...]:
    """Shuffled unless the order is fixed, Vrai before Faux as written; « Aucune… » and the like stay last."""
    if not layout.shuffle or answer.fixed_order or answer.kind == QuestionType.TRUE_FALSE:
        return answer.options
    moving = [option for option in answer.options if not option.stays_last]
    staying = [option for option in answer.options if option.stays_last]
    return (*layout.shuffle_part(moving, "options", lambda option: option.text.text), *staying)


class TickedOptions(Struct, frozen=True):
    """Keys of the options ticked, in the file's order."""

    keys: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.keys

    def payload(self) -> dict[str, Any]:
        return {"keys": list(self.keys)}


class ShownOption(Struct, frozen=True):
    id: str
    text: Markup
    chosen: bool


class ShownChoices(ShownAnswer, frozen=True):
    """Radio buttons, or boxes where `several`; all named `name`."""

    name: str
    several: bool
    options: tuple[ShownOption, ...]


class CorrectedOption(Struct, frozen=True):
    text: Markup
    chosen: bool
    correct: bool
    feedback: Markup | None


class CorrectedChoices(CorrectedAnswer, frozen=True):
    several: bool
    suffices: bool
    """One of those that are right was enough."""
    options: tuple[CorrectedOption, ...]


class OptionsForm(AnswerForm):
    key, label = "choix", "Une ou plusieurs bonnes réponses"
    rows = RowWords(
        "Propositions",
        "Cochez celles qui sont justes. Le commentaire dit pourquoi une proposition est fausse.",
        "Proposition",
        "Commentaire de la proposition",
        "Commentaire",
        ticked=True,
    )
    commented = one_may_suffice = True
    _box = re.compile(r"- \[([ xX])\] +(\S.*)")

    def read_row(self, line: str) -> Row | None:
        found = self._box.fullmatch(line)
        return Row(found[2], found[1] != " ") if found else None

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        return boxes(rows)


class TruthForm(AnswerForm):
    key, label = "vrai-faux", "Vrai ou faux"
    words = ("Vrai", "Faux")

    def read_answer(self, line: str) -> str | None:
        return next((word for word in self.words if line.rstrip() == f"Réponse : {word}"), None)

    def lines(self, rows: Sequence[Row], answer: str, strict: bool) -> list[str]:
        return [f"Réponse : {answer}".rstrip()]


OPTIONS, TRUTH = OptionsForm(), TruthForm()


class ChoicesKind(QuestionKind[Choices, TickedOptions]):
    marked = (
        (QuestionType.SINGLE, WHOLE),
        (QuestionType.TRUE_FALSE, WHOLE),
        (QuestionType.MULTIPLE, "la part des bonnes réponses cochées, moins la part des mauvaises. Tout cocher, ou ne rien cocher, vaut zéro."),
    )

    forms = (OPTIONS, TRUTH)
    models = (
        Model(
            "q-choix",
            "Une seule bonne réponse",
            "## Quelle est la bonne réponse ?\n\n- [x] La bonne réponse\n- [ ] Une réponse fausse\n  > Pourquoi elle est fausse.\n- [ ] Une autre réponse fausse"
            + END,
        ),
        Model(
            "q-plusieurs",
            "Plusieurs bonnes réponses",
            "## Quelles réponses sont justes ?\n\n- [x] Une réponse juste\n- [x] Une autre réponse juste\n- [ ] Une réponse fausse\n- [ ] Encore une réponse fausse"
            + END,
        ),
        Model(
            "q-une-suffit",
            "Plusieurs sont justes, une suffit",
            "## Quelle réponse est juste ?\n\n- [x] Une réponse juste\n- [x] Une autre réponse juste\n- [ ] Une réponse fausse\n\nChoix : une suffit" + END,
        ),
        Model("q-vrai-faux", "Vrai ou faux", "## Une phrase à juger.\n\nRéponse : Vrai" + END),
    )

    def read_answer(self, layout: QuestionLayout, fields: Fields) -> TickedOptions:
        shown = options_shown(layout, self.answer)
        ticked = {pick_item(shown, option_id, given).key for given in fields.get(FIELD, ()) if given}
        if len(ticked) > 1 and not self._several:
            raise UnreadableAnswer
        return TickedOptions(tuple(option.key for option in self.answer.options if option.key in ticked))

    def restore_answer(self, stored: Mapping[str, Any]) -> TickedOptions:
        return TickedOptions(tuple(stored.get("keys", ())))

    @property
    def _several(self) -> bool:
        return self.answer.kind == QuestionType.MULTIPLE

    @property
    def credit(self) -> str:
        if self.answer.one_suffices:
            return french(f"{SUFFICES} Tout ou rien.")
        return french(EXACT if self._several and self.answer.exact_credit else CREDIT[self.answer.kind])

    @property
    def invitation(self) -> str:
        return french(SUFFICES if self.answer.one_suffices else INVITATIONS[self.answer.kind])

    def present(self, layout: QuestionLayout, renderer: Renderer, given: TickedOptions) -> ShownChoices:
        options = enumerate(options_shown(layout, self.answer), 1)
        shown = tuple(ShownOption(option_id(place), renderer.html(option.text), option.key in given.keys) for place, option in options)
        return ShownChoices(FIELD, self._several, shown)

    def correct(self, given: TickedOptions, grade: Grade, layout: QuestionLayout, renderer: Renderer, lexicon: Lexicon) -> CorrectedChoices:
        corrected = tuple(
            CorrectedOption(renderer.html(option.text), option.key in given.keys, option.correct, optional_html(option.feedback, renderer))
            for option in options_shown(layout, self.answer)
        )
        return CorrectedChoices(self._several, self.answer.one_suffices, corrected)

    def parts(self, given: TickedOptions) -> Iterator[str]:
        return (quote_text(as_text(option.text.text)) for option in self.answer.options if option.key in given.keys)

    @property
    def earned_whole(self) -> bool:
        return not self._several or self.answer.exact_credit

    def grade(self, given: TickedOptions, lexicon: Lexicon) -> Grade:
        ticked = frozenset(given.keys)
        right = frozenset(option.key for option in self.answer.options if option.correct)
        wrong = frozenset(option.key for option in self.answer.options) - right
        if not self._several:
            return Grade(ALL if ticked and ticked <= right else NOTHING)
        if self.earned_whole:
            return Grade(ALL if ticked and ticked == right else NOTHING)
        return Grade(proportional(len(ticked & right), len(right), len(ticked & wrong), len(wrong)))

    def picks(self, given: TickedOptions, grade: Grade) -> Iterator[Pick]:
        return (pick for pick in self.pickable() if pick.key in given.keys)

    def pickable(self) -> tuple[Pick, ...]:
        return _pickable(self.answer)

    def guess_share(self) -> Fraction:
        options = len(self.answer.options)
        right = sum(option.correct for option in self.answer.options)
        if not self._several:
            return Fraction(right, options)
        if self.answer.exact_credit:
            return Fraction(1, 2**options)
        return _guessed_boxes(right, options - right)

    def luck(self) -> float:
        return 0.06 if self._several else float(self.guess_share())

    def texts(self) -> dict[str, str]:
        return {option.key: plain_text(option.text.text) for option in self.answer.options}

    def carry_over(self, given: TickedOptions, moved: Mapping[str, str]) -> TickedOptions:
        return TickedOptions(tuple(key for pinned, key in moved.items() if pinned in given.keys))

    @property
    def shows_knowledge(self) -> bool:
        """A coin answers « vrai ou faux »."""
        return self.answer.kind is not QuestionType.TRUE_FALSE

    def put_into(self, forms: BankForms[T]) -> T:
        if self.answer.kind is QuestionType.TRUE_FALSE:
            return forms.truth(self.answer.options)
        return forms.choices(self.answer.options, self._several, self.answer.exact_credit, self.answer.fixed_order)

    def package_key(self, layout: QuestionLayout, lexicon: Lexicon) -> PackageKey:
        ids = {option.key: option_id(place) for place, option in enumerate(options_shown(layout, self.answer), 1)}
        right, wrong = ([option.key for option in self.answer.options if option.correct is each] for each in (True, False))
        worth = [[self._worth((*right[:ticked], *wrong[:spoilt])) for spoilt in range(len(wrong) + 1)] for ticked in range(len(right) + 1)]
        return PackageKey(
            Marking.TICKS,
            worth,
            "true-false" if self.answer.kind is QuestionType.TRUE_FALSE else "choice",
            kept=len(ids) if self._several else 1,
            values=tuple(ids.values()),
            ticked=tuple(ids[option.key] for option in options_shown(layout, self.answer) if option.correct),
        )

    def _worth(self, keys: tuple[str, ...]) -> float:
        return float(self.grade(TickedOptions(keys), Lexicon()).fraction)

    def sample(self, layout: QuestionLayout, right: bool) -> Form:
        ids = [option_id(place) for place, option in enumerate(options_shown(layout, self.answer), 1) if option.correct is right]
        return {FIELD: ids if right and self._several else ids[:1]}


@lru_cache(500)
def _pickable(answer: Choices) -> tuple[Pick, ...]:
    """Made once for a question, however many people answered it."""
    return tuple(_option(place, option) for place, option in enumerate(answer.options))


def _option(place: int, option: Option) -> Pick:
    letter = ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1)
    return Pick(option.key, f"l’option {letter}", as_text(option.text.text), option.correct)


def _guessed_boxes(right: int, wrong: int) -> Fraction:
    """Each box ticked or not with one chance in two, marked `proportional`."""
    ways = ((ticked, spoilt) for ticked in range(right + 1) for spoilt in range(wrong + 1))
    earned = (comb(right, ticked) * comb(wrong, spoilt) * proportional(ticked, right, spoilt, wrong) for ticked, spoilt in ways)
    return Fraction(sum(earned, NOTHING), 2 ** (right + wrong))
