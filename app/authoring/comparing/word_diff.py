"""Two texts side by side in one reading: what was taken out, what was put in, word by word; what did not change is folded. Pure.

Comparing costs the square of what is compared. So equal ends are cut off first, lines are compared before words, and beyond a bound a
passage is shown whole as taken out and put in: the page is then longer, never slower. A passage that moved is a removal and an addition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from app.platform.french import french

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


MOST_LINES = 2000
"""Lines compared one by one, once equal ends are cut off."""
MOST_WORDS = 1500
"""Words compared one by one within a changed passage."""
MOST_PAIRS = 2_000_000
"""Words of one text times words of the other, over all the passages of a comparison; what comes after is shown whole."""
MOST_ALIGNED = 2500
"""Lines that went times lines that came, in one place, that are set side by side."""
CONTEXT = 2
"""Unchanged lines shown around a change."""
_ALIKE = 0.35
"""Two passages that share less than this part of their words read better whole, one after the other."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_SAID = re.compile(r"\w+")

Match = tuple[str, int, int, int, int]
"""(tag, from, to, from, to), as `SequenceMatcher.get_opcodes` gives: equal, replace, delete, insert."""


class DiffMark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"

    @property
    def element(self) -> str:
        """Returns the HTML element of the mark, `ins` or `del`; empty for what did not change."""
        return {DiffMark.REMOVED: "del", DiffMark.ADDED: "ins"}.get(self, "")

    @property
    def spoken_opening(self) -> str:
        """What is said before the words, to whoever does not see them marked; `]` is said after."""
        return {DiffMark.REMOVED: french("[retiré : "), DiffMark.ADDED: french("[ajouté : ")}.get(self, "")


_OPENINGS = "|".join(r"\s".join(map(re.escape, mark.spoken_opening.split())) for mark in (DiffMark.REMOVED, DiffMark.ADDED))
_SPOKEN = re.compile(rf"(?:{_OPENINGS})\s([^\]]*)\]?")


def unspoken(copied: str) -> str:
    """A passage copied from a page that marks it, without what the page says of the marks."""
    return _SPOKEN.sub(r"\1", copied)


class DiffSpan(Struct, frozen=True):
    """Some words of a line."""

    mark: DiffMark
    text: str


class DiffLine(Struct, frozen=True):
    """A line as it stands in one text or in both. `before` and `after` are its numbers there, from 1; None where it is not."""

    before: int | None
    after: int | None
    parts: tuple[DiffSpan, ...]

    @property
    def changed(self) -> bool:
        return any(part.mark is not DiffMark.SAME for part in self.parts) or self.before is None or self.after is None


class Fold(Struct, frozen=True):
    """Lines that are the same in both texts and are not shown. They may be unfolded."""

    lines: tuple[DiffLine, ...]


class WordDifference(Struct, frozen=True):
    blocks: tuple[DiffLine | Fold, ...]
    removed: int
    """Words."""
    added: int

    @property
    def nothing(self) -> bool:
        return not any(isinstance(block, DiffLine) and block.changed for block in self.blocks)


def compare_lines(before: Sequence[str], after: Sequence[str]) -> tuple[DiffLine, ...]:
    """What became of each line, or passage, in one reading."""
    return tuple(_Comparison(before, after).lines())


def difference(before: str, after: str) -> WordDifference:
    """What changed from one text to the other. Removing what is marked added gives `before` back, and the other way round."""
    lines = compare_lines(before.split("\n"), after.split("\n"))
    return WordDifference(tuple(_fold_lines(lines)), _words(lines, DiffMark.REMOVED), _words(lines, DiffMark.ADDED))


def matches(before: Sequence[str], after: Sequence[str], most: int) -> list[Match]:
    """What became what, at a bounded cost: equal ends are cut off, and a middle beyond `most` is one replacement."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle, other = before[start : len(before) - end], after[start : len(after) - end]
    found: list[Match] = [("equal", 0, start, 0, start)] if start else []
    found += [(tag, a + start, b + start, c + start, d + start) for tag, a, b, c, d in _middle(middle, other, most)]
    if end:
        found.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return found


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items they begin with alike."""
    return next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))


def _middle(before: Sequence[str], after: Sequence[str], most: int) -> list[Match]:
    if not before and not after:
        return []
    if not before or not after:
        return [("insert" if after else "delete", 0, len(before), 0, len(after))]
    if max(len(before), len(after)) > most:
        return [("replace", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(None, before, after, autojunk=len(before) > 400).get_opcodes())


class _Comparison:
    """One comparison of two texts, and how much of it may still be done word by word."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before, self.after = before, after
        self.left = MOST_PAIRS

    def lines(self) -> Iterator[DiffLine]:
        for tag, a, b, c, d in matches(self.before, self.after, MOST_LINES):
            if tag == "equal":
                yield from (DiffLine(a + place + 1, c + place + 1, _whole(DiffMark.SAME, self.before[a + place])) for place in range(b - a))
            else:
                yield from self._replaced_lines(range(a, b), range(c, d))

    def _replaced_lines(self, gone: range, come: range) -> Iterator[DiffLine]:
        """Lines that others took the place of: those that are alike side by side, in order, and the rest around them."""
        a, c = gone.start, come.start
        for before, after in _alike([self.before[place] for place in gone], [self.after[place] for place in come]):
            yield from _removed_lines(range(a, gone.start + before), self.before)
            yield from _added_lines(range(c, come.start + after), self.after)
            a, c = gone.start + before, come.start + after
            yield from self._pair(a, c)
            a, c = a + 1, c + 1
        yield from _removed_lines(range(a, gone.stop), self.before)
        yield from _added_lines(range(c, come.stop), self.after)

    def _pair(self, a: int, c: int) -> Iterator[DiffLine]:
        """A line that became another: in one reading where they are alike, one after the other where they are not."""
        before, after = self.before[a], self.after[c]
        parts = self._parts(before, after)
        kept = sum(len(part.text.strip()) for part in parts if part.mark is DiffMark.SAME)
        if kept and kept >= _ALIKE * max(len(before), len(after)):
            yield DiffLine(a + 1, c + 1, parts)
            return
        yield from _removed_lines([a], self.before)
        yield from _added_lines([c], self.after)

    def _parts(self, before: str, after: str) -> tuple[DiffSpan, ...]:
        self.left -= len(before.split()) * len(after.split())
        return tuple(words(before, after)) if self.left > 0 else ()


def _alike(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the lines that go together, in order, so that the words they share are the most. None where there are too many."""
    if len(before) * len(after) > MOST_ALIGNED:
        return []
    old, new = ([Counter(_SAID.findall(line)) for line in lines] for lines in (before, after))
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for place, words_before in enumerate(old):
        for other, words_after in enumerate(new):
            together = best[place][other] + _share(words_before, words_after)
            best[place + 1][other + 1] = max(best[place][other + 1], best[place + 1][other], together)
    return list(_pairs(best))[::-1]


def _pairs(best: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """The way back through the table: where a cell is better than the one above it and the one on its left, two lines were put together."""
    place, other = len(best) - 1, len(best[0]) - 1
    while place and other:
        if best[place][other] == best[place - 1][other]:
            place -= 1
        elif best[place][other] == best[place][other - 1]:
            other -= 1
        else:
            place, other = place - 1, other - 1
            yield place, other


def _share(one: Counter[str], other: Counter[str]) -> float:
    """Of the words of two lines, the part that they have in common; 0 when it is not worth reading them together."""
    part = 2 * (one & other).total() / max(1, one.total() + other.total())
    return part if part >= _ALIKE else 0.0


def _removed_lines(places: Sequence[int], lines: Sequence[str]) -> Iterator[DiffLine]:
    return (DiffLine(place + 1, None, _whole(DiffMark.REMOVED, lines[place])) for place in places)


def _added_lines(places: Sequence[int], lines: Sequence[str]) -> Iterator[DiffLine]:
    return (DiffLine(None, place + 1, _whole(DiffMark.ADDED, lines[place])) for place in places)


def _whole(mark: DiffMark, text: str) -> tuple[DiffSpan, ...]:
    return (DiffSpan(mark, text),) if text else ()


def words(before: str, after: str) -> Iterator[DiffSpan]:
    """One passage against another, word by word: first what goes, then what comes."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for tag, a, b, c, d in matches(old, new, MOST_WORDS):
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield DiffSpan(DiffMark.SAME, gone)
            continue
        yield from _whole(DiffMark.REMOVED, gone)
        yield from _whole(DiffMark.ADDED, come)


def _fold_lines(lines: Sequence[DiffLine]) -> Iterator[DiffLine | Fold]:
    """Changes with a little around them; the rest in folds."""
    shown = {near for place, line in enumerate(lines) if line.changed for near in range(place - CONTEXT, place + CONTEXT + 1)}
    hidden: list[DiffLine] = []
    for place, line in enumerate(lines):
        if place not in shown:
            hidden.append(line)
            continue
        yield from _fold(hidden)
        hidden = []
        yield line
    yield from _fold(hidden)


def _fold(lines: Sequence[DiffLine]) -> Iterator[DiffLine | Fold]:
    """One line folded would take as much space as the line."""
    if len(lines) > 1:
        yield Fold(tuple(lines))
    else:
        yield from lines


def _words(lines: Sequence[DiffLine], mark: DiffMark) -> int:
    return sum(len(part.text.split()) for line in lines for part in line.parts if part.mark is mark)


# --- Besides words ---------------------------------------------------------------------------------------------------
# Pictures, formulas, where links lead: what changed of them is marked in the page, and said.

MOST = 400
"""Pictures, formulas or links compared one by one; more are compared from both ends."""
_FLOWS = frozenset(["article", "aside", "blockquote", "div", "section"])
"""Where a paragraph may be put in."""
Block: TypeAlias = tuple["Tag", str]
"""What says a passage, and its words, folded."""
Pair: TypeAlias = tuple["Tag | None", "Tag | None"]


def mark_unworded(soup: BeautifulSoup, blocks: Sequence[Block], was: BeautifulSoup, old_blocks: Sequence[Block]) -> int:
    """Mark in `soup` what differs from `was`; how many changed. `blocks`: of both, in the order of the page."""
    said: dict[str, Tag] = {}
    for owner, words in blocks:
        said.setdefault(words, owner)
    old = {id(owner): words for owner, words in old_blocks}
    changed = 0
    for before, after in (*_unworded_pairs(was, soup, "img", _picture), *_unworded_pairs(was, soup, "math", str)):
        changed += 1
        if before is not None and after is not None and before.name == "img" and before.get("src") == after.get("src"):
            after.insert_after(_note(soup, f"la description de l’image a changé, avant : « {before.get('alt', '')} »"))
            continue
        if before is not None:
            _show_gone(soup, before, after, said, old)
        if after is not None:
            _around(soup, after, DiffMark.ADDED)
    for link, left in _moved_links(was, soup):
        link.insert_after(_note(soup, f"l’adresse de ce lien a changé, avant : {left}"))
        changed += 1
    return changed


def _picture(tag: Tag) -> str:
    return f"{tag.get('src')} {tag.get('alt')}"


def _unworded_pairs(was: BeautifulSoup, soup: BeautifulSoup, name: str, key: Callable[[Tag], str]) -> Iterator[Pair]:
    """What came, what went, and what stands in the place of another."""
    before, after = was.find_all(name), soup.find_all(name)
    for tag, a, b, c, d in matches([key(each) for each in before], [key(each) for each in after], MOST):
        if tag != "equal":
            yield from ((before[a + place] if a + place < b else None, after[c + place] if c + place < d else None) for place in range(max(b - a, d - c)))


def _moved_links(was: BeautifulSoup, soup: BeautifulSoup) -> list[tuple[Tag, str]]:
    """Links that say the same and lead elsewhere, each with where it led."""
    before, after = _links(was), _links(soup)
    found = []
    for tag, a, b, c, _ in matches([words for words, _ in before], [words for words, _ in after], MOST):
        pairs = zip(before[a:b], after[c:], strict=False) if tag == "equal" else ()
        found += [(link, str(left["href"])) for (_, left), (_, link) in pairs if left["href"] != link["href"]]
    return found


def _links(soup: BeautifulSoup) -> list[tuple[str, Tag]]:
    """Those of the text: notes and what the page itself puts in lead where their numbers say."""
    found = soup.find_all("a", href=True)
    inside = (each for each in found if not each.find_parent(class_="note-call") and not {"note-back", "remark-call"} & {*(each.get("class") or ())})
    return [(each.get_text(), each) for each in inside if not str(each["href"]).startswith("#note-")]


# --- In the page -----------------------------------------------------------------------------------------------------


def marked_words(soup: BeautifulSoup, mark: DiffMark, held: str | Tag) -> Tag:
    """What came or went, with what is said of it to whoever does not see it marked: of what is no word, to everybody."""
    tag, around = soup.new_tag(mark.element), {"class": "visually-hidden" if isinstance(held, str) else "mark-note"}
    tag.extend([soup.new_tag("span", attrs=around, string=mark.spoken_opening), held, soup.new_tag("span", attrs=around, string="]")])
    return tag


def _around(soup: BeautifulSoup, thing: Tag, mark: DiffMark) -> None:
    place = soup.new_tag("span")
    thing.replace_with(place)
    place.replace_with(marked_words(soup, mark, thing))


def _note(soup: BeautifulSoup, words: str) -> Tag:
    return soup.new_tag("span", attrs={"class": "mark-note"}, string=french(f" [{words}]"))


def _show_gone(soup: BeautifulSoup, before: Tag, after: Tag | None, said: Mapping[str, Tag], old: Mapping[int, str]) -> None:
    """Just before what takes its place; else under the passage that it followed, or at the end of the page."""
    gone = marked_words(soup, DiffMark.REMOVED, copy(before))
    if after is not None:
        after.insert_before(gone)
        return
    paragraph = gone_paragraph(soup, gone)
    near = next((said[words] for each in before.find_all_previous(True) if (words := old.get(id(each), "")) in said), None)
    if near is None:
        soup.append(paragraph)
    else:
        where_paragraphs_stand(near).insert_after(paragraph)


def gone_paragraph(soup: BeautifulSoup, gone: Tag) -> Tag:
    """What went and has no place left, in a paragraph of its own."""
    paragraph = soup.new_tag("p", attrs={"class": "gone"})
    paragraph.append(gone)
    return paragraph


def where_paragraphs_stand(place: Tag) -> Tag:
    """A block, or the nearest one around it beside which a paragraph may stand."""
    while place.parent is not None and not _takes_paragraphs(place.parent):
        place = place.parent
    return place


def _takes_paragraphs(parent: Tag) -> bool:
    return parent.name == "[document]" or (parent.name in _FLOWS and (parent.parent is None or parent.parent.name != "dl"))
