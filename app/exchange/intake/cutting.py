"""The lines of a source → its questions, what is around them, and the keys given apart. By shapes and by what follows what. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.exchange.intake import apart, tables
from app.exchange.intake.aside import REST, why_aside
from app.exchange.intake.lines import Line
from app.exchange.intake.naming import Said, comparable, saying_of
from app.exchange.intake.options import WEAK_LOOKS
from app.exchange.intake.questions import TRUTH_BEHIND, Block
from app.exchange.intake.rich import Look, Rich
from app.exchange.intake.shapes import BLANK, DOTS, LabelKind, mark_behind, split_row

_ASKS = re.compile(r"\?\s*(?:\([^)]{0,60}\)|\[[^\]]{0,60}\])?\s*[\W]*$")
_OPENS = re.compile(r"[:…]\s*(?:\([^)]{0,60}\))?\s*$|\.\.\.\s*$")
_TRUTH_TITLE = re.compile(r"\bvrai\s*(?:ou|/|-|,)\s*faux\b|\bV\s*/\s*F\b", re.IGNORECASE)
_SECTION = re.compile(
    r"\W*(?:partie|section|th[èe]me|s[ée]rie|bloc|module|chapitre|[ée]tape|niveau|exercices?|qcm|qcu|quiz|questionnaire|vrai\s*(?:ou|/)\s*faux|textes? à trous|questions?\s+ouvertes?|testez|[ée]valuation|test)\b",
    re.IGNORECASE,
)
_LISTS = re.compile(r"\breli|\bassoci|\bappari|\bcorrespond|\bclasse[zr]|\bordre\b|chronolog|\brange[zr]", re.IGNORECASE)
_ARROWED = re.compile(r"\S\s*(?:→|⇒|➔|[-=]+>|↔)\s*\S")
_STATED = re.compile(r"(?:[\s:–—([-]+)(?:vrai|faux|V|F)\s*[)\].]?\s*$")


@dataclass(slots=True)
class Part:
    """A run of lines that is no question: `title` stands over what follows."""

    lines: list[Line]
    title: bool = False
    why: str = ""
    """Why it is set aside; empty for text."""
    asked: bool = False
    """It looks like a question, which its author has not said that it is."""


@dataclass(slots=True)
class Cut:
    parts: list[Part | Block] = field(default_factory=list)
    title: str = ""
    lost_keys: list[apart.Entry] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        return [part for part in self.parts if isinstance(part, Block)]


def cut(lines: Sequence[Line]) -> Cut:
    """Everything of a source, each line in one place."""
    return _Cutter(lines).cut()


class _Cutter:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.all = list(lines)
        self.found = Cut()

    def cut(self) -> Cut:
        aside = {place: why for place, line in enumerate(self.all) if (why := why_aside(line, edge=False))}
        lines = [line for place, line in enumerate(self.all) if place not in aside]
        tabled = {place: blocks for place, line in enumerate(lines) if line.rows and (blocks := tables.blocks_of(line))}
        first = next((place for place, line in enumerate(lines) if place in tabled or self._answers(lines, place)), len(lines))
        zones = [zone for zone in apart.zones(lines, first + 1) if self._is_apart(lines, zone, tabled)]
        zoned = {place for zone in zones for place in range(zone.first, zone.end)}
        self.lines = [line for place, line in enumerate(lines) if place not in zoned]
        self.tabled = {line.at: tabled[place] for place, line in enumerate(lines) if place in tabled}
        self.heads = self._heads()
        self._split()
        self._aside(aside)
        for number, block in enumerate(self.found.blocks, 1):
            block.n = number
        self._give([entry for zone in zones for entry in zone.entries])
        return self.found

    # --- Where keys stand apart ---

    @staticmethod
    def _is_apart(lines: Sequence[Line], zone: apart.Zone, tabled: dict[int, list[Block]]) -> bool:
        """« Réponse : 1-c, 2-a » under « Reliez » is that question's own."""
        if zone.first in tabled:
            return False
        above = lines[max(0, zone.first - 12) : zone.first]
        head = next((place for place in range(len(above) - 1, -1, -1) if _ASKS.search(above[place].plain) or above[place].level), 0)
        near = " ".join(line.plain for line in above[head:])
        rows = any(line.rows for line in above[head:])
        own = bool(re.search(r"\breli|\bassoci|\bappari|\bcorrespond|\bclasse[zr]|\bordre\b|chronolog", near, re.IGNORECASE)) or rows
        titled = apart.TITLE.fullmatch(lines[zone.first].plain.rstrip()) is not None or lines[zone.first].level > 0
        return titled or not own

    def _give(self, entries: Sequence[apart.Entry]) -> None:
        """Each to the question of its number, run by run: a paper may count from 1 again in each part."""
        blocks = self.found.blocks
        if entries and all(entry.number == 0 for entry in entries):
            for block, entry in zip(blocks, entries, strict=False):
                block.apart.append((entry.value, len(entries) == len(blocks)))
            return
        for number, run in enumerate(_runs(entries, lambda entry: entry.number)):
            runs = _runs(blocks, lambda block: block.number)
            targets = runs[number] if number < len(runs) and len(runs) > 1 else blocks
            numbered = any(block.number for block in targets)
            for entry in run:
                block = next((each for place, each in enumerate(targets, 1) if (each.number if numbered else place) == entry.number), None)
                if block is None:
                    self.found.lost_keys.append(entry)
                else:
                    block.apart.append((entry.value, True))

    # --- Where questions begin ---

    def _answers(self, lines: Sequence[Line], place: int) -> int:
        """How surely the lines from `place` on, up to a title, are a statement and its answers: 2, 1 or 0."""
        return evidence(lines[place], lines[place + 1 : place + 12])

    def _heads(self) -> dict[int, bool]:
        """Place → whether nothing but a likeness says that a question begins there."""
        lines = self.lines
        families: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            label = line.label(LabelKind.NUMBER)
            if label is not None and line.labels[0].kind in (LabelKind.NUMBER, LabelKind.MARK, LabelKind.BULLET) and not line.rows:
                families.setdefault(_family(line), []).append(place)
        heads: dict[int, bool] = {}
        accepted: list[str] = []
        families = {name: self._rising(places) for name, places in families.items()}
        numbered = sorted({place for places in families.values() for place in places})
        for name, places in families.items():
            scores = [evidence(lines[place], lines[place + 1 : next((each for each in numbered if each > place), len(lines))]) for place in places]
            sure = sum(score == 2 for score in scores)
            if (
                (sure and sum(score > 0 for score in scores) * 2 >= len(scores))
                or (name in ("asking",) and sure)
                or (not sure and len(places) > 1 and all(scores) and not name.startswith("bare"))
            ):
                accepted.append(name)
        for name, places in families.items():
            if name not in accepted and not any(_within(families[other], places) for other in accepted):
                outer = self._holds_lists(places, numbered)
                if outer:
                    accepted = [other for other in accepted if not _within(places, families[other])]
                    accepted.append(name)
        inner = {name for name in accepted for other in accepted if other != name and self._is_inner(families[name], families[other])}
        for name in accepted:
            if name not in inner:
                for place in families[name]:
                    heads[place] = False
        self._unlabelled(heads)
        return heads

    def _is_inner(self, inner: Sequence[int], outer: Sequence[int]) -> bool:
        """Whether a list counts from 1 again under each question of another."""
        values = [self._value(place) for place in inner]
        restarts = sum(value <= before for before, value in zip(values, values[1:], strict=False))
        own = [self._value(place) for place in outer]
        rising = all(value > before for before, value in zip(own, own[1:], strict=False))
        return (
            inner[0] > outer[0]
            and rising
            and (restarts >= max(1, len(outer) // 2) or len(outer) > 1)
            and not any(evidence(self.lines[place], self.lines[place + 1 : place + 6]) == 2 and _ASKS.search(self.lines[place].plain) for place in inner)
        )

    def _value(self, place: int) -> int:
        label = self.lines[place].label(LabelKind.NUMBER)
        return label.value if label else 0

    def _holds_lists(self, places: Sequence[int], numbered: Sequence[int]) -> bool:
        """Whether numbered lines have numbered options under them."""
        found = 0
        for place, end in zip(places, [*places[1:], len(self.lines)], strict=True):
            inner = [each for each in numbered if place < each < end and _family(self.lines[each]) != _family(self.lines[place])]
            asked = _ASKS.search(self.lines[place].plain) or _OPENS.search(self.lines[place].plain)
            keyed = any((saying := saying_of(line.words)) and saying.said is Said.KEY for line in self.lines[place + 1 : end])
            found += len(inner) > 1 and bool(asked or keyed)
        return found * 2 > len(places)

    def _rising(self, places: Sequence[int]) -> list[int]:
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
                and not _ASKS.search(self.lines[place].plain)
            ):
                expected = -1
                inside = 1
                continue
            if expected == -1:
                asked = _ASKS.search(self.lines[place].plain) or _OPENS.search(self.lines[place].plain)
                if value == inside + 1 and not (asked and value == self._value(kept[-1]) + 1):
                    inside = value
                    continue
            kept.append(place)
            expected = value + 1
        return kept

    def _gathers(self, head: int, place: int) -> bool:
        """Whether a numbered line asks for the list that follows it at once."""
        plain = self.lines[head].plain
        return place == head + 1 and bool(_ASKS.search(plain) or _OPENS.search(plain) or _LISTS.search(plain))

    def _starts(self, place: int) -> bool:
        """Whether a part begins there: a title stands above."""
        return place > 0 and (self.lines[place - 1].level > 0 or bool(_SECTION.match(self.lines[place - 1].plain)))

    def _unlabelled(self, heads: dict[int, bool]) -> None:
        """Questions without a number: a statement above options or a key."""
        lines = self.lines
        place = 0
        while place < len(lines):
            if place in heads or lines[place].rows or lines[place].code:
                place += 1
                continue
            line = lines[place]
            above = max((each for each in heads if each < place), default=-1)
            inside = above >= 0 and not any(lines[each].level for each in range(above + 1, place + 1))
            answered = inside and any(_answering(lines[each]) for each in range(above, place))
            end = next((each for each in range(place + 1, len(lines)) if each in heads or lines[each].level), len(lines))
            if (not inside or (answered and _ASKS.search(line.plain))) and self._may_ask(line):
                score = evidence(line, lines[place + 1 : min(end, place + 12)], alone=True)
                if score == 2 or (score == 1 and not inside):
                    heads[place] = score < 2
            place += 1

    @staticmethod
    def _may_ask(line: Line) -> bool:
        if _TRUTH_TITLE.search(line.plain) and len(line.plain) < 60 and not line.label(LabelKind.NUMBER):
            return False
        if line.label(LabelKind.LETTER, LabelKind.BOX) or line.quoted or saying_of(line.words) is not None or DOTS.fullmatch(line.plain):
            return False
        return not (line.level and not _ASKS.search(line.plain) and not _OPENS.search(line.plain) and _SECTION.match(line.plain))

    # --- Each line in its place ---

    def _split(self) -> None:
        lines, parts = self.lines, self.found.parts
        open_block: Block | None = None
        truth = False
        text: list[Line] = []

        def close_text() -> None:
            if text:
                parts.append(Part(list(text)))
                text.clear()

        for place, line in enumerate(lines):
            if line.at in self.tabled:
                close_text()
                parts += self.tabled[line.at]
                open_block = None
            elif place in self.heads:
                close_text()
                statement = line.body if line.label(LabelKind.NUMBER) or line.labels else line.words
                label = line.label(LabelKind.NUMBER)
                open_block = Block(line, statement, [], label.value if label else 0, truth=truth, guessed=self.heads[place])
                parts.append(open_block)
            elif self._is_title(lines, place, open_block):
                close_text()
                truth = bool(_TRUTH_TITLE.search(line.plain))
                parts.append(Part([line], title=True))
                open_block = None
            elif open_block is not None and not self._leaves(lines, place, open_block):
                open_block.lines.append(line)
            else:
                open_block = None
                if _TRUTH_TITLE.search(line.plain) and len(line.plain) < 120:
                    truth = True
                text.append(line)
        close_text()

    def _is_title(self, lines: Sequence[Line], place: int, block: Block | None) -> bool:
        """A heading; or a short line alone above a question, which neither asks nor answers."""
        line = lines[place]
        if line.rows or line.code or saying_of(line.words) is not None or line.label(LabelKind.LETTER, LabelKind.BOX):
            return False
        if line.level:
            return True
        if line.label(LabelKind.NUMBER) and place + 1 in self.heads and len(line.plain) <= 90 and not _ASKS.search(line.plain):
            return True
        below = place + 1 in self.heads or (place + 1 < len(lines) and lines[place + 1].at in self.tabled) or place + 2 in self.heads
        bold = line.words.wears(Look.BOLD) == "all"
        upper = line.plain.isupper() and len(line.plain) > 4
        short_words = len(line.plain) <= 90 and not line.plain.endswith((".", "?", ";", ",")) and not line.label(LabelKind.BULLET)
        if block is None:
            return short_words and (bold or upper or (bool(_SECTION.match(line.plain)) and below))
        answered = _answering(block.head) or any(map(_answering, block.lines))
        return short_words and below and answered and line.gap and (bold or upper or bool(_SECTION.match(line.plain)) or bool(_TRUTH_TITLE.search(line.plain)))

    def _leaves(self, lines: Sequence[Line], place: int, block: Block) -> bool:
        """Whether a line, after a whole question, belongs to it no more."""
        line = lines[place]
        answered = _answering(block.head) or any(map(_answering, block.lines))
        if not answered or line.labels or line.rows or saying_of(line.words) is not None:
            return False
        after = [each for each in self.heads if each > place]
        return bool(why_aside(line, edge=True)) and (line.gap or not after or place + 1 in self.heads)

    def _aside(self, aside: dict[int, str]) -> None:
        """Runs of text that are set aside, where they stand; and the title."""
        parts = self.found.parts
        for part in parts:
            if isinstance(part, Part) and not part.title:
                whys = [why_aside(line, edge=True) for line in part.lines]
                if all(whys):
                    part.why = whys[0]
        for place, why in aside.items():
            line = self.all[place]
            index = next((index for index, part in enumerate(parts) if _first(part).at > line.at), len(parts))
            parts.insert(index, Part([line], why=why))
        self._take_title()

    def _take_title(self) -> None:
        for index, part in enumerate(self.found.parts):
            if isinstance(part, Block):
                return
            if part.why:
                continue
            line = part.lines[0]
            plain = line.plain.strip("*_ ")
            titled = (
                line.level == 1
                or (part.title and not line.labels)
                or (
                    len(plain) <= 120
                    and not plain.endswith((".", ":", "?", ";", ","))
                    and not line.labels
                    and not line.rows
                    and (line.gap or len(part.lines) > 1)
                )
            )
            if titled and plain:
                self.found.title = plain
                part.lines = part.lines[1:]
                if not part.lines:
                    del self.found.parts[index]
            return


def _first(part: Part | Block) -> Line:
    return part.head if isinstance(part, Block) else part.lines[0]


def _runs(found: Sequence, number) -> list[list]:  # type: ignore[type-arg,no-untyped-def]
    runs: list[list] = []  # type: ignore[type-arg]
    last = 0
    for each in found:
        value = number(each)
        if not runs or (value and value <= last):
            runs.append([])
        runs[-1].append(each)
        last = value or last
    return runs


def _family(line: Line) -> str:
    label = line.label(LabelKind.NUMBER)
    style = label.style if label else ""
    return f"auto:{line.automatic}" if line.automatic and not style.startswith("word") else style


def _within(outer: Sequence[int], inner: Sequence[int]) -> bool:
    """Whether all of a list stand after the first of another, between its members."""
    return bool(outer) and inner[0] > outer[0] and len(inner) >= len(outer)


def _answering(line: Line) -> bool:
    """Whether a line, by itself, is an option or gives a key."""
    if line.label(LabelKind.LETTER, LabelKind.BOX) or line.rows:
        return True
    saying = saying_of(line.words)
    return (
        bool(saying and saying.said is Said.KEY)
        or bool(DOTS.fullmatch(line.plain))
        or len(split_row(line.words)) > 2
        or TRUTH_BEHIND.search(line.plain) is not None
        or bool(line.label(LabelKind.BULLET))
    )


def evidence(head: Line, below: Sequence[Line], alone: bool = False) -> int:
    """2: a question with its answers. 1: what looks like one. 0: neither. `alone`: no number says that the line begins something."""
    plain = head.plain
    if head.rows or not plain:
        return 0
    own = []
    for line in below:
        if line.level and not _answering(line):
            break
        own.append(line)
    asks, opens = bool(_ASKS.search(plain)), bool(_OPENS.search(plain))
    if len(split_row(head.words)) > 2 or TRUTH_BEHIND.search(plain) or (_STATED.search(plain) and not alone and mark_behind(head.words)[0]):
        return 2
    near = own[:1] if alone and not (asks or opens) else own[:3]
    run = 0
    for offset, line in enumerate(own[:10]):
        saying = saying_of(line.words) or (saying_of(line.body) if line.label(LabelKind.BULLET) else None)
        if saying is not None and saying.said is Said.KEY and (offset < 3 or run):
            if not alone or asks or opens or BLANK.search(plain) or run > 1 or offset == 0:
                return 2
        if len(split_row(line.words)) > 2 and line in near:
            return 2
        if TRUTH_BEHIND.fullmatch(f" {line.plain}") and line in near:
            return 2
        if line.label(LabelKind.LETTER, LabelKind.BOX):
            run += 1
            first = own[offset - run + 1]
            if (
                run > 1
                and (offset - run + 1 <= (2 if not alone or asks or opens else 0))
                and ((first.label(LabelKind.LETTER) or first.labels[0]).value == 0 or first.automatic)
            ):
                return 2
        elif run:
            break
    if _LISTS.search(plain) and sum(bool(_ARROWED.search(line.plain)) for line in own[:8]) > 1:
        return 2
    if _LISTS.search(plain) and len(own) > 1:
        keyed = any((saying := saying_of(line.words)) and saying.said is Said.KEY for line in own)
        return 2 if keyed and (opens or asks or not alone) else 1 if not alone else 0
    key = re.search(r"[(\[]\s*(?:r[ée]p(?:onse)?|r)\s*[.:=]", plain, re.IGNORECASE)
    if key:
        return 2
    if BLANK.search(plain):
        return 1
    bullets = [line for line in own[:8] if line.label(LabelKind.BULLET) or (line.label(LabelKind.NUMBER) and not asks)]
    if (asks or opens) and len(bullets) > 1 and own and own[0] in bullets:
        marked = [mark_behind(line.words)[0] is not None or any(line.body.wears(look) == "all" for look in WEAK_LOOKS) for line in bullets]
        if any(marked) and not all(marked):
            return 2
        return 1 if asks else 0
    if asks and own and not alone:
        return 1
    if asks and alone and len(own) > 1:
        lines = [line for line in own[:6] if not line.labels and len(line.plain) < 100]
        worn = [any(line.words.wears(look) == "all" for look in WEAK_LOOKS) or mark_behind(line.words)[0] is not None for line in lines]
        if len(lines) > 1 and any(worn) and not all(worn):
            return 2
    if asks and own and DOTS.fullmatch(own[0].plain):
        return 1
    return 1 if asks and not alone else 0


def same(one: Rich, other: Rich) -> bool:
    return comparable(one.plain)[:60] == comparable(other.plain)[:60]


__all__ = ["REST", "Cut", "Part", "cut", "evidence", "same"]
