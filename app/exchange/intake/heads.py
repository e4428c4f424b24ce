"""Where the questions of a text begin: lines that a same label counts, or that stand above answers. By shapes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from app.exchange.intake.evidence import ASKS, LISTS, OPENS, SURE, TRUTH_TITLE, evidence, is_answer
from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import annotation_of, is_key_line
from app.exchange.intake.shapes import BLANK, BY_LETTER, DOTS, LabelKind
from app.exchange.intake.statements import TYPE, split_asked

SECTION = re.compile(
    r"\W*(?:partie|section|th[èe]me|s[ée]rie|bloc|module|chapitre|[ée]tape|niveau|exercices?|qcm|qcu|quiz|questionnaire|vrai\s*(?:ou|/)\s*faux|textes? à trous|questions?\s+ouvertes?|testez|[ée]valuation|test)\b",
    re.IGNORECASE,
)


def find_heads(lines: Sequence[PaperLine], answered: Sequence[int]) -> dict[int, bool]:
    """Place of each line that begins a question → whether nothing but a likeness says so. `answered`: numbers of the answers that stand apart."""
    return _Heads(lines, answered, bool(answered) or any(is_key_line(line.words) for line in lines)).find()


class _Heads:
    def __init__(self, lines: Sequence[PaperLine], answered: Sequence[int], keyed: bool) -> None:
        self.lines, self.answered = lines, set(answered)
        self.keyed = keyed

    def find(self) -> dict[int, bool]:
        """Place → whether nothing but a likeness says that a question begins there."""
        written = self._families()
        self.families = {name: self._without_chapters(self._longest_rise(places)) for name, places in written.items()}
        self.told = self._take_answered(written)
        self.numbered = sorted({place for places in self.families.values() for place in places})
        accepted = [name for name in self.families if self._asks(name)]
        outer = [
            name
            for name, places in self.families.items()
            if name not in accepted and not any(_within(self.families[other], places) for other in accepted) and self._holds_lists(places, self.numbered)
        ]
        accepted = [name for name in accepted if not any(_within(self.families[each], self.families[name]) for each in outer)] + outer
        inner = {name for name in accepted for other in accepted if other != name and self._is_inner(self.families[name], self.families[other])}
        heads: dict[int, bool] = {}
        for name in accepted:
            if name not in inner:
                sure = self.keyed or name in outer or SURE in self._scores(name)
                heads |= dict.fromkeys(self.families[name], not sure)
        self._find_unlabelled(heads)
        return heads

    def _families(self) -> dict[str, list[int]]:
        """Places of the lines that a same label counts, by its shape."""
        families: dict[str, list[int]] = {}
        for place, line in enumerate(self.lines):
            label = line.label(LabelKind.NUMBER)
            if label is not None and line.labels[0].kind in (LabelKind.NUMBER, LabelKind.MARK, LabelKind.BULLET) and not line.rows:
                families.setdefault(_family(line), []).append(place)
        return families | self._letter_families()

    def _letter_families(self) -> dict[str, list[int]]:
        """Letters that count questions: each line has its blanks, or numbered options of its own."""
        found: dict[str, list[int]] = {}
        for place, line in enumerate(self.lines):
            label = line.label(LabelKind.LETTER)
            if label is not None and line.labels[0] is label and not line.rows:
                found.setdefault(f"letters:{label.style}", []).append(place)
        return {name: places for name, places in found.items() if len(places) > 1 and all(map(self._asks_by_letter, places))}

    def _asks_by_letter(self, place: int) -> bool:
        below = self.lines[place + 1 : place + 3]
        numbered = len(below) > 1 and all(line.label(LabelKind.NUMBER) for line in below)
        return bool(BLANK.search(self.lines[place].plain) or ASKS.search(self.lines[place].plain)) or numbered

    def _scores(self, name: str, places: Sequence[int] = ()) -> list[int]:
        places = places or self.families[name]
        numbered = sorted({place for each in self.families.values() for place in each})
        ends = (next((each for each in numbered if each > place), len(self.lines)) for place in places)
        return [evidence(self.lines[place], self.lines[place + 1 : end]) for place, end in zip(places, ends, strict=True)]

    def _asks(self, name: str) -> bool:
        """Whether a label counts questions: some surely are, and half look like one; or all do."""
        scores = self._scores(name)
        if (name.startswith("word:") and len(scores) > 1) or name == self.told:
            return True  # « Question 1 », « Question 2 »; or those that a key answers, one by one
        if SURE in scores:
            return sum(score > 0 for score in scores) * 2 >= len(scores) or name == "asking"
        return len(scores) > 1 and all(scores) and not name.startswith("bare")

    def _is_inner(self, inner: Sequence[int], outer: Sequence[int]) -> bool:
        """Whether a list counts from 1 again under each question of another."""
        values = [self._value(place) for place in inner]
        restarts = sum(value <= before for before, value in pairwise(values))
        own = [self._value(place) for place in outer]
        rising = all(value > before for before, value in pairwise(own))
        rising = rising or not any(own)
        under = restarts >= 1 and inner[0] < outer[-1] if len(outer) > 1 else inner[0] == outer[0] + 1
        return (
            inner[0] > outer[0]
            and rising
            and under
            and not any(evidence(self.lines[place], self.lines[place + 1 : place + 6]) == 2 and ASKS.search(self.lines[place].plain) for place in inner)
        )

    def _value(self, place: int) -> int:
        label = self.lines[place].label(LabelKind.NUMBER)
        letter = self.lines[place].label(LabelKind.LETTER)
        return label.value if label else BY_LETTER + letter.value + 1 if letter else 0

    def _holds_lists(self, places: Sequence[int], numbered: Sequence[int]) -> bool:
        """Whether numbered lines have numbered options under them."""
        found = 0
        for place, end in zip(places, [*places[1:], len(self.lines)], strict=True):
            inner = [each for each in numbered if place < each < end and _family(self.lines[each]) != _family(self.lines[place])]
            asked = ASKS.search(self.lines[place].plain) or OPENS.search(self.lines[place].plain)
            keyed = any(is_key_line(line.words) for line in self.lines[place + 1 : end])
            found += len(inner) > 1 and bool(asked or keyed)
        return found * 2 > len(places)

    def _take_answered(self, written: Mapping[str, Sequence[int]]) -> str:
        """The family, as it is written, of which a run has the numbers of the answers that stand apart, and looks the most like questions: it is that run. Empty where none is."""
        runs = {name: run for name, places in written.items() if (run := self._answered_run(places))}
        likeness = {name: sum(score > 0 for score in self._scores(name, run)) for name, run in runs.items()}
        best = max(likeness, key=lambda name: likeness[name], default="")
        if not likeness.get(best):
            return ""
        self.families[best] = runs[best]
        return best

    def _answered_run(self, places: Sequence[int]) -> list[int]:
        """The run of a family whose numbers are those of the answers that stand apart; empty where none is."""
        runs: list[list[int]] = []
        for place in places:
            if runs and self._value(place) > self._value(runs[-1][-1]):
                runs[-1].append(place)
            else:
                runs.append([place])
        return next((run for run in runs if len(run) > 2 and {self._value(each) for each in run} == self.answered), [])

    def _longest_rise(self, places: Sequence[int]) -> list[int]:
        """Those of a family that count questions: under « 1. », a list of the same shape that starts at 1 again counts options."""
        kept: list[int] = []
        expected = 0
        for index, place in enumerate(places):
            value = self._value(place)
            following = [self._value(each) for each in places[index + 1 : index + 3]]
            if (
                kept
                and value == 1
                and expected
                and not self._starts(place)
                and following[:1] == [2]
                and self._gathers(kept[-1], place)
                and not ASKS.search(self.lines[place].plain)
            ):
                expected = -1
                inside = 1
                continue
            if expected == -1:
                asked = ASKS.search(self.lines[place].plain) or OPENS.search(self.lines[place].plain)
                if value == inside + 1 and not (asked and value == self._value(kept[-1]) + 1):
                    inside = value
                    continue
            kept.append(place)
            expected = value + 1
        return kept

    def _without_chapters(self, places: list[int]) -> list[int]:
        """Where numbers start again under the title of a quiz: without those above, of which none has an answer and some do not even ask."""
        starts = [index for index, place in enumerate(places) if index and self._value(place) == 1 and self._starts(place)]
        for start in starts:
            scores = [evidence(self.lines[place], self.lines[place + 1 : end]) for place, end in zip(places, [*places[1:], len(self.lines)], strict=True)]
            if SURE not in scores[:start] and 0 in scores[:start] and all(score == SURE for score in scores[start:]):
                return places[start:]
        return places

    def _gathers(self, head: int, place: int) -> bool:
        """Whether a numbered line asks for the list that follows it at once."""
        plain = self.lines[head].plain
        return place == head + 1 and bool(ASKS.search(plain) or OPENS.search(plain) or LISTS.search(plain))

    def _starts(self, place: int) -> bool:
        """Whether a part begins there: a title stands above."""
        return place > 0 and (self.lines[place - 1].level > 0 or bool(SECTION.match(self.lines[place - 1].plain)))

    def _find_unlabelled(self, heads: dict[int, bool]) -> None:
        """Questions without a number: a statement above options or a key."""
        lines = self.lines
        place = 0
        title = next((place for place, line in enumerate(lines) if line.level), -1) if heads else -1
        if title >= 0 and (lines[title].level > 1 or any(each < title for each in heads)):
            title = -1
        while place < len(lines):
            if place in heads or place == title or lines[place].rows or lines[place].code:
                place += 1
                continue
            line = lines[place]
            above = max((each for each in heads if each < place), default=-1)
            inside = above >= 0 and not any(lines[each].level for each in range(above + 1, place + 1))
            typed = inside and bool(TYPE.fullmatch(lines[above].body.plain.strip(" ·–—-")))  # « Question 3 – Vrai ou faux »
            answered = inside and any(is_answer(lines[each]) for each in range(above + typed, place))
            end = next((each for each in range(place + 1, len(lines)) if each in heads or lines[each].level), len(lines))
            fresh = answered and (ASKS.search(line.plain) or line.gap or len(split_asked(line.words)) > 1)
            if (not inside or fresh) and self._may_ask(line):
                score = evidence(line, lines[place + 1 : min(end, place + 12)], alone=True)
                if score == SURE and self._stands_over(place, end):
                    score = 0
                if score == 2 or (score == 1 and not inside):
                    heads[place] = score < 2
            place += 1

    def _stands_over(self, place: int, end: int) -> bool:
        """Whether a line that asks nothing stands apart over another one, which is a question without it."""
        line, below = self.lines[place], self.lines[place + 1 : place + 2]
        if not below or ASKS.search(line.plain) or OPENS.search(line.plain) or not below[0].gap or is_answer(below[0]) or BLANK.search(line.plain):
            return False
        return self._may_ask(below[0]) and evidence(below[0], self.lines[place + 2 : min(end, place + 12)], alone=True) == SURE

    @staticmethod
    def _may_ask(line: PaperLine) -> bool:
        if TRUTH_TITLE.search(line.plain) and len(line.plain) < 60 and not line.label(LabelKind.NUMBER):
            return False
        if line.label(LabelKind.LETTER, LabelKind.BOX, LabelKind.MARK) or line.quoted or annotation_of(line.words) is not None or DOTS.fullmatch(line.plain):
            return False
        return not (line.level and not ASKS.search(line.plain) and not OPENS.search(line.plain) and SECTION.match(line.plain))


def _family(line: PaperLine) -> str:
    label = line.label(LabelKind.NUMBER)
    style = label.style if label else ""
    return f"auto:{line.automatic}" if line.automatic and not style.startswith("word") else style


def _within(outer: Sequence[int], inner: Sequence[int]) -> bool:
    """Whether all of a list stand after the first of another, between its members."""
    return bool(outer) and inner[0] > outer[0] and len(inner) >= len(outer)
