"""The lines of a source → its questions, what is around them, and the keys given apart. By shapes and by what follows what. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TypeVar

from app.content.text.pitfalls.signs import sign_of
from app.exchange.intake import answer_keys, tables
from app.exchange.intake.aside import PEOPLE, TALK, speaks_aside, why_aside
from app.exchange.intake.evidence import ASKS, HOLED, TRUTH_TITLE, asks_by_itself, counted_questions, evidence, hidden_in_text, hidden_within, is_answer
from app.exchange.intake.heads import SECTION, find_heads
from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import annotation_of
from app.exchange.intake.questions import Block, Guess
from app.exchange.intake.rich import Look, Rich
from app.exchange.intake.shapes import BY_LETTER, LabelKind
from app.exchange.intake.statements import PAIRING


@dataclass(slots=True)
class PaperPart:
    """A run of lines that is no question: `title` stands over what follows."""

    lines: list[PaperLine]
    title: bool = False
    why: str = ""
    """Why it is set aside; empty for text."""
    guessed: Guess = Guess.SURE
    """Why it looked like a question, which it is not."""

    def all_lines(self) -> list[PaperLine]:
        return self.lines


@dataclass(slots=True)
class PaperCut:
    parts: list[PaperPart | Block] = field(default_factory=list)
    title: str = ""
    titled_at: int = -1
    """The place of the line that is the title."""
    key_lines: set[int] = field(default_factory=set)
    """Places of the lines that only give keys."""
    lost_keys: list[answer_keys.KeyEntry] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        return [part for part in self.parts if isinstance(part, Block)]


def cut_paper(lines: Sequence[PaperLine], begun: Mapping[int, Guess] | None = None) -> PaperCut:
    """Everything of a source, each line in one place. `begun`: places of lines that may begin a question, beside those that surely do."""
    return _Cutter(lines, begun or {}).cut()


def hidden_questions(found: PaperCut) -> dict[int, Guess]:
    """Places of the lines that may begin a question and are read as something else."""
    hidden: list[tuple[PaperLine, Guess]] = []
    text: list[PaperLine] = []
    often: list[PaperLine] = []
    sure = [block.head.at for block in found.blocks if not block.guessed]
    for part, below in zip(found.parts, [*found.parts[1:], None], strict=False):
        if isinstance(part, Block):
            hidden += [(line, Guess.WITHIN) for line in hidden_within(part.head, part.lines)]
        else:
            if part.title and isinstance(below, Block):
                continue
            asking = [line for line in hidden_in_text(part.lines, introduces=isinstance(below, Block)) if not _names_part(line)]
            text, often = [*text, *part.lines], [*often, *asking]
            # before any question, a text may ask without wanting an answer
            hidden += [(line, Guess.TEXT) for line in asking if len(sure) > 1 and sure[0] < line.at and not (part.title and "?" in line.plain)]
            hidden += [(line, Guess.TEXT) for line in asking if HOLED.search(line.plain)]
    hidden += [(line, Guess.TEXT) for line in often if _asks_often(often, text)]
    counted = counted_questions([line for part in found.parts for line in part.all_lines()], [block.head.at for block in found.blocks])
    for part, below in zip(found.parts, [*found.parts[1:], None], strict=False):
        if isinstance(part, PaperPart) and part.title and isinstance(below, Block):
            continue
        hidden += [(line, Guess.WITHIN if isinstance(part, Block) else Guess.TEXT) for line in part.all_lines() if line.at in counted]
    return {line.at: guess for line, guess in hidden if why_aside(line, edge=True) not in (TALK, PEOPLE) and not _names_part(line)}


def _asks_often(asking: Sequence[PaperLine], text: Sequence[PaperLine]) -> bool:
    """Whether a text asks often enough to be a quiz."""
    return len(asking) * 40 > sum(len(cell.plain.split()) for line in text for cell in line.cells)


def _names_part(line: PaperLine) -> bool:
    """« Vrai ou faux ? », « Quiz : que savez-vous de la laïcité ? »: a title, which asks nothing by itself."""
    return bool(SECTION.match(line.plain)) or (bool(TRUTH_TITLE.search(line.plain)) and len(line.plain) < 30)


class _Cutter:
    def __init__(self, lines: Sequence[PaperLine], begun: Mapping[int, Guess]) -> None:
        self.all, self.begun = list(lines), begun
        self.found = PaperCut()

    def cut(self) -> PaperCut:
        aside = {place: why for place, line in enumerate(self.all) if line.at not in self.begun and (why := why_aside(line, edge=False))}
        lines = [line for place, line in enumerate(self.all) if place not in aside]
        tabled = {place: blocks for place, line in enumerate(lines) if line.rows and (blocks := tables.blocks_of(line))}
        first = next((place for place, line in enumerate(lines) if place in tabled or self._answers(lines, place)), len(lines))
        zones = [zone for zone in answer_keys.zones(lines, first + 1) if self._is_apart(lines, zone)]
        zoned = {place for zone in zones for place in range(zone.first, zone.end)}
        self.found.key_lines = {at for place in zoned for at in range(lines[place].at, lines[place].last + 1)}
        self.lines = [line for place, line in enumerate(lines) if place not in zoned]
        self.tabled = {line.at: tabled[place] for place, line in enumerate(lines) if place in tabled}
        answered = [entry.number for zone in zones for entry in zone.entries]
        self.heads = {place: Guess.ALIKE if guessed else Guess.SURE for place, guessed in find_heads(self.lines, answered).items()}
        if not (self.heads or tabled):
            asking = [line for line in hidden_in_text(self.lines, introduces=False) if not _names_part(line)]
            self.heads = {place: Guess.ALIKE for place, line in enumerate(self.lines) if line in asking and _asks_often(asking, self.lines)}
        self.heads = {place: self.begun[line.at] for place, line in enumerate(self.lines) if line.at in self.begun} | self.heads
        self._place_lines()
        titles = _part_titles(self.found.parts)
        self.parted = {part.number: titles[place] for place, part in enumerate(self.found.parts) if place in titles and isinstance(part, Block)}
        self.found.parts = [PaperPart(part.all_lines(), title=True) if place in titles else part for place, part in enumerate(self.found.parts)]
        self._aside(aside)
        at: Counter[int] = Counter()
        for number, block in enumerate(self.found.blocks, 1):
            at[block.head.at] += 1
            block.n, block.key = number, f"{block.head.at}" + (f".{at[block.head.at]}" if at[block.head.at] > 1 else "")
        self._give([entry for zone in zones for entry in zone.entries])
        return self.found

    # --- Where keys stand apart ---

    @staticmethod
    def _is_apart(lines: Sequence[PaperLine], zone: answer_keys.Zone) -> bool:
        """« Réponse : 1-c, 2-a » under « Reliez » is that question's own."""
        above = lines[max(0, zone.first - 12) : zone.first]
        head = next((place for place in range(len(above) - 1, -1, -1) if ASKS.search(above[place].plain) or above[place].level), 0)
        near = " ".join(line.plain for line in above[head:])
        rows = any(line.rows for line in above[head:])
        own = bool(re.search(rf"{PAIRING}|\bclasse[zr]|\bordre\b|chronolog", near, re.IGNORECASE)) or rows
        titled = answer_keys.TITLE.fullmatch(lines[zone.first].plain.rstrip()) is not None or lines[zone.first].level > 0
        return titled or not own

    def _give(self, entries: Sequence[answer_keys.KeyEntry]) -> None:
        """Each to the question of its number, run by run: a paper may count from 1 again in each part."""
        inner = [block for blocks in self.parted.values() for block in blocks if block.number < 100]
        blocks = [block for block in self.found.blocks if (block.number or not block.guessed) and block not in inner] or self.found.blocks
        for number, run in enumerate(_runs(entries, lambda entry: entry.number)):
            runs = _runs(blocks, lambda block: block.number)
            targets = runs[number] if number < len(runs) and len(runs) > 1 else blocks
            numbered = any(block.number for block in targets)
            for entry in run:
                found = (each for place, each in enumerate(targets, 1) if (each.number if numbered else place) == entry.number)
                target = next(found, None) or next((each for each in blocks if each.number == entry.number), None)
                if target is None or entry.number in self.parted:
                    self._give_parts(entry)
                else:
                    target.apart.append((entry.value, True))
                    target.explained += [Rich(entry.why)] if entry.why else []

    def _give_parts(self, entry: answer_keys.KeyEntry) -> None:
        """« Exercice 2 : 1) … 2) … »: to the questions of that part."""
        parts = self.parted.get(entry.number, [])
        given = [(block, each.value) for each in answer_keys.entries_of(entry.value, entry.line) for block in parts if block.number == each.number]
        for block, value in given:
            block.apart.append((value, True))
        if not given:
            self.found.lost_keys.append(entry)

    # --- Where questions begin ---

    def _answers(self, lines: Sequence[PaperLine], place: int) -> int:
        """How surely the lines from `place` on, up to a title, are a statement and its answers: 2, 1 or 0."""
        return evidence(lines[place], lines[place + 1 : place + 12])

    # --- Each line in its place ---

    def _place_lines(self) -> None:
        """Blocks and runs of text, in order. `truth`: the title above says that what follows is true or false."""
        self.block: Block | None = None
        self.truth = False
        for place, line in enumerate(self.lines):
            if line.at in self.tabled:
                self.found.parts += self.tabled[line.at]
                self.block = None
            elif place in self.heads and self.block is not None and self._states(self.block, line):
                self.block.lines.append(line)
                self.block.statement = line.body
            elif place in self.heads:
                self.block = self._begin(line, self.heads[place])
            elif self._is_title(self.lines, place, self.block):
                self.truth = bool(TRUTH_TITLE.search(line.plain))
                self.found.parts.append(PaperPart([line], title=True))
                self.block = None
            elif self.block is not None and not self._leaves(self.lines, place, self.block):
                self.block.lines.append(line)
            else:
                self._add_text(line)

    @staticmethod
    def _states(block: Block, line: PaperLine) -> bool:
        """« Item 1 », then « Énoncé : … »: what a number alone waits for."""
        label = line.label(LabelKind.NUMBER)
        return not (block.statement or block.lines or line.rows) and label is not None and not label.value

    def _begin(self, line: PaperLine, guessed: Guess) -> Block:
        label, letter = line.label(LabelKind.NUMBER), line.label(LabelKind.LETTER)
        number = label.value if label else BY_LETTER + letter.value + 1 if letter and not guessed else 0
        block = Block(line, line.body if line.labels else line.words, [], number, truth=self.truth, guessed=guessed)
        if line.rows:
            block.statement = next((cell for row in line.rows for cell in row if asks_by_itself(cell.plain)), line.rows[0][0])
            block.lines.append(line)
        self.found.parts.append(block)
        return block

    def _add_text(self, line: PaperLine) -> None:
        self.block = None
        self.truth = self.truth or (bool(TRUTH_TITLE.search(line.plain)) and len(line.plain) < 120)
        last = self.found.parts[-1] if self.found.parts else None
        if isinstance(last, PaperPart) and not last.title:
            last.lines.append(line)
        else:
            self.found.parts.append(PaperPart([line]))

    def _is_title(self, lines: Sequence[PaperLine], place: int, block: Block | None) -> bool:
        """A heading; or a short line alone above a question, which neither asks nor answers."""
        line = lines[place]
        states = block is not None and not (block.statement or block.lines)
        if (
            line.gap
            and place + 1 in self.heads
            and line.label(LabelKind.LETTER)
            and not (states or line.rows)
            and "?" not in line.plain
            and asks_by_itself(line.body.plain)
        ):
            return True  # « B. Répondez en un mot. », over the questions that it is about
        if line.rows or line.code or annotation_of(line.words) is not None or line.label(LabelKind.LETTER, LabelKind.BOX):
            return False
        if line.level:
            return True
        goes_on = block is not None and bool(block.lines) and block.lines[-1].label(LabelKind.NUMBER) is not None
        if line.label(LabelKind.NUMBER) and not goes_on and place + 1 in self.heads and len(line.plain) <= 90 and not ASKS.search(line.plain):
            return True
        below = place + 1 in self.heads or (place + 1 < len(lines) and lines[place + 1].at in self.tabled) or place + 2 in self.heads
        bold = line.words.wears(Look.BOLD) == "all"
        upper = line.plain.isupper() and len(line.plain) > 4
        short_words = len(line.plain) <= 90 and not line.plain.endswith((".", "?", ";", ",")) and not line.label(LabelKind.BULLET)
        if block is None:
            return short_words and (bold or upper or (bool(SECTION.match(line.plain)) and below))
        answered = is_answer(block.head) or any(map(is_answer, block.lines))
        return short_words and below and answered and line.gap and (bold or upper or bool(SECTION.match(line.plain)) or bool(TRUTH_TITLE.search(line.plain)))

    def _leaves(self, lines: Sequence[PaperLine], place: int, block: Block) -> bool:
        """Whether a line, after a whole question, belongs to it no more."""
        line = lines[place]
        answered = is_answer(block.head) or any(map(is_answer, block.lines))
        if block.guessed is Guess.TEXT and not is_answer(line) and not line.labels:
            return True
        if line.labels or line.rows or annotation_of(line.words) is not None:
            return False
        after = [each for each in self.heads if each > place]
        why = why_aside(line, edge=True)
        if not answered:
            return why == TALK and line.gap and not after
        return bool(why) and (line.gap or not after or place + 1 in self.heads)

    def _aside(self, aside: dict[int, str]) -> None:
        """Runs of text that are set aside, where they stand; and the title."""
        parts = self.found.parts
        for part in parts:
            if isinstance(part, PaperPart) and not part.title:
                whys = [why_aside(line, edge=True) for line in part.lines]
                if all(whys):
                    part.why = whys[0]
        for place, why in aside.items():
            line = self.all[place]
            index = next((index for index, part in enumerate(parts) if _first(part).at > line.at), len(parts))
            parts.insert(index, PaperPart([line], why=why))
        self._take_title()

    def _take_title(self) -> None:
        """The first heading of the highest level before any question; otherwise a first line that stands alone as one."""
        before = [part for part in takewhile(lambda part: isinstance(part, PaperPart), self.found.parts) if isinstance(part, PaperPart) and not part.why]
        lines = [(part, line) for part in before for line in part.lines if not (sign_of(line.plain) or speaks_aside(line) or why_aside(line, edge=True))]
        found = next(((part, line) for part, line in lines if line.level == 1), None) or next(iter(lines[:1]), None)
        others = [line for part in self.found.parts if isinstance(part, PaperPart) and not part.why for line in part.lines]
        if found is None or not _is_title_line(*found) or (len(others) == 1 and not self.found.blocks):
            return
        part, line = found
        self.found.title, self.found.titled_at = line.plain.strip("*_ "), line.at
        part.lines.remove(line)
        if not part.lines:
            self.found.parts.remove(part)


def _part_titles(parts: Sequence[PaperPart | Block]) -> dict[int, list[Block]]:
    """Places of the questions that only stand over others, which they number → those: « Exercice 4. Répondez par un nombre. » over 4.1, or over 1) and 2)."""
    found: dict[int, list[Block]] = {}
    for place, part in enumerate(parts):
        if not isinstance(part, Block) or "?" in part.statement.plain or any(map(is_answer, [part.head, *part.lines])) or not part.number:
            continue
        below: list[Block] = []
        for each in parts[place + 1 :]:
            if not isinstance(each, Block) or _style(each) == _style(part):
                break
            below.append(each)
        if below and (below[0].number == 1 or below[0].number // 100 == part.number):
            found[place] = below
    return found


def _style(block: Block) -> str:
    label = block.head.label(LabelKind.NUMBER, LabelKind.LETTER)
    return label.style if label else ""


def _is_title_line(part: PaperPart, line: PaperLine) -> bool:
    plain = line.plain.strip("*_ ")
    if line.level == 1 or (part.title and not line.labels):
        return bool(plain)
    alone = not line.labels and not line.rows and (line.gap or len(part.lines) > 1)
    return 0 < len(plain) <= 120 and not plain.endswith((".", ":", "?", ";", ",")) and alone


def _first(part: PaperPart | Block) -> PaperLine:
    return part.head if isinstance(part, Block) else part.lines[0]


T = TypeVar("T")


def _runs(found: Sequence[T], number: Callable[[T], int]) -> list[list[T]]:
    """Cut where the numbers start again."""
    runs: list[list[T]] = []
    last = 0
    for each in found:
        value = number(each)
        if not runs or (value and value <= last):
            runs.append([])
        runs[-1].append(each)
        last = value or last
    return runs
