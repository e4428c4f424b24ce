"""The options of a question and which of them are right: said by a key, by a box, a mark, or by what some wear and others do not. Pure.

What only a habit explains (✗, bold, red) is asked once for the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import NamedOptions, is_unsure, named_options
from app.exchange.intake.rich import Look, Rich
from app.exchange.intake.shapes import CROSSED_BOXES, CROSSES, FULL, HOLLOW, TICKS, Label, LabelKind, mark_behind
from app.exchange.intake.units import Asker, Doubt
from app.platform.french import short

TICKED = frozenset(
    {*TICKS, "[x]", "[X]", "[✓]", "[✔]", "(x)", "(X)", "(•)", "(●)", "(✓)", "(✔)", "(*)", "[*]", "[•]", "[v]", "(v)", "[(X)]", "[(x)]", "[[X]]", "[[x]]"}
)
EMPTY = frozenset({*HOLLOW, "[]", "()", "[()]", "[[]]"})
_FULL, _BOXED = frozenset(FULL), frozenset(CROSSED_BOXES)
_CROSSED = frozenset({*CROSSES, "[✗]", "[×]"})
WEAK_LOOKS = (Look.GREEN, Look.HIGHLIGHT, Look.BOLD, Look.UNDERLINE, Look.FRAME, Look.COLOUR, Look.RED, Look.ITALIC, Look.HIDDEN)
"""By which a right answer may be told, the likeliest first."""
RIGHT, WRONG, NOTHING = "juste", "faux", "rien"


NO_WORDS = Rich("")
_VOTES = re.compile(r"\s{2,}\d+\s+(?:votes?|réponses?|voix)\s*$")
"""What a poll counted."""


@dataclass(slots=True)
class PaperOption:
    """`name`: its letter or number, in small letters. `sign`: the box or mark before it."""

    words: Rich
    line: PaperLine | None
    """None of one that a table or a row gives."""
    name: str = ""
    sign: str = ""
    behind: bool | None = None
    behind_sign: str = ""
    unsure: bool = False
    whole: Rich = NO_WORDS
    """With its label: that alone may wear something."""
    said: list[Rich] = field(default_factory=list)
    """What is said of it, once it is chosen."""

    @property
    def stands(self) -> PaperLine:
        """Where; nowhere for one of a row."""
        return self.line or PaperLine(0, 0, self.words)


def option_of(words: Rich, labels: Sequence[Label], body: Rich, line: PaperLine) -> PaperOption:
    kinds = {label.kind: label for label in labels}
    name = ""
    if letter := kinds.get(LabelKind.LETTER):
        name = chr(97 + letter.value % 26)
    elif number := kinds.get(LabelKind.NUMBER):
        name = str(number.value)
    sign = next((label.sign for label in labels if label.kind in (LabelKind.BOX, LabelKind.MARK)), "")
    bullet = kinds.get(LabelKind.BULLET)
    behind, rest = mark_behind(body.cut(0, votes.start()) if (votes := _VOTES.search(body.plain)) else body)
    found = PaperOption(rest, line, name, sign or (bullet.sign if bullet and bullet.sign in "+-*" else ""), whole=words)
    if behind is not None:
        found.behind, found.behind_sign, found.unsure = behind.right, behind.sign, behind.unsure
    return found


@dataclass(slots=True)
class Facts:
    """What is true of a whole file. `legend`: a sign or a look → whether it tells the right answers, as the file says itself."""

    legend: Mapping[str, bool] = field(default_factory=dict)
    ticks: bool = False
    """Somewhere, a tick tells a right answer."""
    boxed: bool = False
    """Its boxes are empty or crossed, and none is ticked: crossed is ticked."""
    steady: frozenset[Look] = frozenset()
    """Looks that tell some options, and not all, of every question that has options."""


class RightAnswers:
    """Which options of one question are right. `number`: how the question is called in what is asked."""

    def __init__(self, options: list[PaperOption], facts: Facts, asker: Asker, called: str, key: str) -> None:
        self.options, self.facts, self.asker = options, facts, asker
        self.called, self.key = called, key
        self.rest: list[Rich] = []
        """What follows the key, which explains."""

    @property
    def names(self) -> list[str]:
        return [option.name or chr(97 + place) for place, option in enumerate(self.options)]

    @property
    def texts(self) -> list[str]:
        return [option.words.plain for option in self.options]

    def find(self, values: Sequence[tuple[Rich, bool]]) -> set[int] | None:
        """The places of the right ones; None where nobody says. `values`: of the lines that give the key, and whether each surely does."""
        found: list[tuple[str, set[int], bool]] = []
        for value, sure in values:
            if (said := self._name_options(value)) is not None:
                found.append(("key", set(said.places), sure and said.sure and not is_unsure(value.plain)))
                self.rest += [said.rest] if said.rest else []
            else:
                found.append(("key", set(), False))
        marked = self.by_signs()
        if marked is not None:
            found.append(("mark", marked, not any(option.unsure for option in self.options)))
        sets = [each for _, each, _ in found if each]
        if not found:
            return self.by_looks()
        if sets and all(each == sets[0] for each in sets) and all(sure for _, _, sure in found):
            return sets[0]
        return self.choose(sets[0] if sets else set(), contradicted=len({frozenset(each) for each in sets}) > 1)

    def _name_options(self, value: Rich) -> NamedOptions | None:
        """By their names; where a list is numbered, by the letters that a hand gives its lines."""
        letters = [chr(97 + place) for place in range(len(self.options))]
        others = letters if all(name.isdigit() for name in self.names) else [str(place + 1) for place in range(len(letters))]
        unnamed = not any(option.name for option in self.options)
        return named_options(value, self.names, self.texts) or (named_options(value, others, self.texts) if unnamed or others is letters else None)

    # --- Signs ---

    def by_signs(self) -> set[int] | None:
        """By boxes and marks, before and behind."""
        right, wrong = self._behind()
        signs = [option.sign for option in self.options]
        ticked = self._ticked_places(signs)
        for kind in (_CROSSED, _BOXED):
            places = {place for place, sign in enumerate(signs) if sign in kind and sign not in self.facts.legend}
            if places and kind is _CROSSED and (ticked or right or self.facts.ticks):
                wrong |= places
            elif kind is _BOXED and self.facts.boxed:
                ticked |= places
            elif places:
                answer = self._ask_sign(signs[min(places)], alone=len(places) < max(2, len(self.options) - 1))
                ticked |= places if answer == RIGHT else set()
                wrong |= places if answer == WRONG else set()
        return self._right_places(right | ticked, wrong, ticked)

    def _ticked_places(self, signs: Sequence[str]) -> set[int]:
        full = {place for place, sign in enumerate(signs) if sign in _FULL}
        hollow = any(sign in EMPTY for sign in signs)
        ticked = {place for place, sign in enumerate(signs) if sign in TICKED or self.facts.legend.get(sign) is True}
        return ticked | (full if hollow else set()) | self._marks(signs)

    def _right_places(self, right: set[int], wrong: set[int], ticked: set[int]) -> set[int] | None:
        """What marks say together; None where they tell nothing apart."""
        right = right - (wrong & ticked)
        if wrong and not right and len(wrong) < len(self.options):
            return set(range(len(self.options))) - wrong
        return right or None

    def _behind(self) -> tuple[set[int], set[int]]:
        right = {place for place, option in enumerate(self.options) if option.behind is True or self.facts.legend.get(option.behind_sign) is True}
        wrong = {place for place, option in enumerate(self.options) if option.behind is False}
        unknown = {place for place, option in enumerate(self.options) if option.behind is None and option.behind_sign}
        if unknown:
            if right or self.facts.ticks:
                wrong |= unknown
            else:
                answer = self._ask_sign(self.options[min(unknown)].behind_sign, alone=len(unknown) == 1)
                right |= unknown if answer == RIGHT else set()
                wrong |= unknown if answer == WRONG else set()
        return right, wrong

    def _marks(self, signs: Sequence[str]) -> set[int]:
        """An arrow or a star before some options, a plus among minuses."""
        found: set[int] = set()
        for sign in ("*", "**", "→", "=>", "⇒", "->", "➔", "➜", "👉", "▸", "★", "⭐", ">", ">>", "+", "x", "X"):
            places = {place for place, each in enumerate(signs) if each == sign}
            if not places or len(places) == len(signs) or sign in self.facts.legend:
                continue
            listed = sign in "+*" and any(each == "-" for each in signs)
            if sign in ("x", "X", ">", "+") or listed:
                found |= places if self._ask_sign(sign, alone=True) == RIGHT else set()
            else:
                found |= places
        return found

    def _ask_sign(self, sign: str, alone: bool) -> str:
        place = next((place for place, option in enumerate(self.options) if sign in (option.sign, option.behind_sign)), 0)
        asks = f"{self.called} : « {short(self.texts[place], 60)} » porte le signe « {sign} ». Est-ce une bonne réponse ?"
        choices = ((RIGHT, "Oui, c’est une bonne réponse"), (WRONG, "Non, c’est une mauvaise réponse"), (NOTHING, "Ce signe n’en dit rien"))
        return self.asker.ask(Doubt(f"signe:{sign}", asks, choices, RIGHT if alone else WRONG))

    # --- Looks ---

    def by_looks(self) -> set[int] | None:
        """By what some options wear and others do not."""
        worn = looks_that_tell(self.options)
        said = [look for look in worn if look.value in self.facts.legend]
        for look in said:
            return worn[look] if self.facts.legend[look.value] else set(range(len(self.options))) - worn[look]
        struck = worn.pop(Look.STRIKE, None)
        for look, places in worn.items():
            if look in (Look.GREEN, Look.HIGHLIGHT) and look in self.facts.steady:
                return places
            asks = f"{self.called} : « {short(self.texts[min(places)], 60)} » est {look.value}. Est-ce ainsi que ce document montre la bonne réponse ?"
            choices = ((RIGHT, "Oui"), (WRONG, "Non, ce sont les mauvaises"), (NOTHING, "Non, cela ne dit rien"))
            answer = self.asker.ask(Doubt(f"aspect:{look.name}", asks, choices, WRONG if look is Look.RED and Look.GREEN in worn else RIGHT))
            if answer != NOTHING:
                return places if answer == RIGHT else set(range(len(self.options))) - places
        if struck:
            asks = f"{self.called} : « {short(self.texts[min(struck)], 60)} » est barré. Est-ce une mauvaise réponse ?"
            choices = ((WRONG, "Oui, barré veut dire faux"), (RIGHT, "Non, c’est la bonne"), (NOTHING, "Cela ne dit rien"))
            answer = self.asker.ask(Doubt("aspect:STRIKE", asks, choices, WRONG))
            if answer != NOTHING:
                return struck if answer == RIGHT else set(range(len(self.options))) - struck
        return None

    # --- AskedDoubt ---

    def choose(self, guess: Iterable[int] = (), contradicted: bool = False) -> set[int] | None:
        """Which ones, as the author says; None while nobody does."""
        first = ",".join(str(place) for place in sorted(guess))
        why = "deux indications se contredisent. " if contradicted else ""
        asks = f"{self.called} : {why}{'Cette réponse est-elle bien la bonne ?' if first and not contradicted else 'Quelle est la bonne réponse ?'}"
        choices = tuple((str(place), text or f"Réponse {place + 1}") for place, text in enumerate(self.texts))
        answer = self.asker.ask(Doubt(f"clé:{self.key}", asks, choices, first, several=True))
        return {int(each) for each in answer.split(",") if each.isdigit() and int(each) < len(self.options)} or None


def looks_that_tell(options: Sequence[PaperOption]) -> dict[Look, set[int]]:
    """What some options wear, wholly or on their label, and others do not at all."""
    found: dict[Look, set[int]] = {}
    for look in (*WEAK_LOOKS, Look.STRIKE):
        places = {place for place, option in enumerate(options) if option.words.wears(look) == "all" or _label_wears(option, look)}
        if places and len(places) < len(options):
            found[look] = places
    return found


def _label_wears(option: PaperOption, look: Look) -> bool:
    """« **b)** Le préfet »."""
    length = len(option.whole.plain) - len(option.words.plain)
    label = option.whole.cut(0, length) if 0 < length < 12 else Rich("")
    return bool(label) and label.wears(look) == "all"
