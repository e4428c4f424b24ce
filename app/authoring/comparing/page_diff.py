"""Two pages as learners read them, in one: what went and what came is marked in the page itself, word by word, and remarks stand at their passage. Pure.

A passage is what one block says: a paragraph, a point of a list, a cell. Pictures, formulas and addresses are marked by `mark_unworded`, right answers by
`mark_ticks`; drawings are left as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.authoring.comparing.word_diff import MOST, DiffMark, marked_words, matches

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from app.authoring.comparing.word_diff import Block, DiffLine, DiffSpan, compare_lines, gone_paragraph, mark_unworded, where_paragraphs_stand
from app.content.rendering.page import REFERENCES
from app.platform.french import fold

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import NavigableString


TICK = "tick"
"""Class of the word that says an option right."""

# --- Right answers ---------------------------------------------------------------------------------------------------
# A key that moves changes no word of a page: ticks are compared option by option.


class Tickable(Struct, frozen=True, eq=False):
    """An option as it stands in a page."""

    question: str
    text: str
    place: Tag
    """What holds its words."""
    tick: Tag | None
    """None of a wrong one."""


def options_of(soup: BeautifulSoup) -> list[Tickable]:
    """Lists the options of a page in its order. To be read before anything is marked in the page."""
    found = []
    for line in soup.select("[data-ticked]"):
        question, text = line.find_parent(class_=["corrected", "lesson-answer"]), line.find(class_="answer-text")
        asked = question.find(class_=["corrected-title", "lesson-asked"]) if question else None
        if asked is not None and text is not None and text.parent is not None:
            found.append(Tickable(asked.get_text(), text.get_text(), text.parent, line.find(class_=TICK)))
    return found


def mark_ticks(soup: BeautifulSoup, options: Sequence[Tickable], was: Sequence[Tickable]) -> int:
    """Mark each option that is right and was not, or was and is not: an option that says the same, else the one in its place. Of how many questions."""
    changed = set()
    before_words, now_words = ([f"{each.question}\0{each.text}" for each in page] for page in (was, options))
    for _, a, b, c, d in matches(before_words, now_words, MOST):
        for place, now in enumerate(options[c:d], a):
            before = was[place].tick if place < b else None
            if (now.tick is None) == (before is None):
                continue
            changed.add(now.question)
            if now.tick is not None:
                words = now.tick.get_text()
                now.tick.clear()
                now.tick.append(marked_words(soup, DiffMark.ADDED, words))
            elif before is not None:
                gone = soup.new_tag("p", attrs={"class": "said"})
                gone.append(marked_words(soup, DiffMark.REMOVED, before.get_text()))
                now.place.insert(0, gone)
    return len(changed)


# --- The two pages in one --------------------------------------------------------------------------------------------

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "button",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "output",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
    ]
)
_UNREAD = frozenset(["math", "option", "script", "select", "style", "svg", "textarea"])
_ASIDE = frozenset(("visually-hidden", "note-call", "note-back", TICK))
"""What a word processor would not say, and ticks: numbers of notes change with each note that comes before them."""
_NEAR = 0.6
"""Of the words of a quoted passage, the part that a passage keeps to be still the same one."""
_SAID = re.compile(r"\w+")


class Anchor(Struct, frozen=True):
    """Where a remark stands: what it quotes, and the heading above it. Either may be empty."""

    number: int
    quote: str
    heading: str


class AnchorPlace(Struct, frozen=True):
    """What became of a remark's passage. `ref`: the id to go to; empty where nothing of it is left."""

    ref: str
    changed: bool


class MarkedPage(Struct, frozen=True):
    html: Markup
    headings: tuple[tuple[str, str], ...]
    """(id in the text, words) of each."""
    placed: dict[int, AnchorPlace]
    removed: int
    """Words."""
    added: int
    others: int = 0
    """Pictures, formulas and addresses that changed."""
    ticks: int = 0
    """Questions of which other options are right."""


@dataclass(slots=True)
class _Passage:
    """Texts that follow each other in one block."""

    owner: Tag
    texts: list[NavigableString]
    heading: str = ""
    words: str = ""
    last: list[NavigableString | Tag] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def mark_page(before: str, after: str, anchors: Iterable[Anchor] = (), prefix: str = "", *, compare: bool = True) -> MarkedPage:
    """`prefix` begins every id of the page, where several texts stand on one. Without `compare`, nothing is marked: the text is new."""
    from bs4 import BeautifulSoup
    from bs4.dammit import EntitySubstitution
    from bs4.formatter import HTMLFormatter

    soup = BeautifulSoup(after, "html.parser")
    passages = _passages(soup)
    headings = tuple((str(each["id"]), each.get_text().strip()) for each in soup.find_all(["h2", "h3", "h4"], id=True))
    was = BeautifulSoup(before if compare else "", "html.parser")
    old = _passages(was)
    blocks, old_blocks = _blocks(passages), _blocks(old)
    options, old_options = options_of(soup), options_of(was)
    lines = compare_lines([each.text for each in old], [each.text for each in passages]) if compare else ()
    _mark(soup, passages, lines)
    others = mark_unworded(soup, blocks, was, old_blocks) if compare else 0
    ticks = mark_ticks(soup, options, old_options) if compare else 0
    placed = {each.number: _place(soup, passages, each, dict(headings), prefix) for each in anchors}
    _read_only(soup, prefix)
    html = soup.decode(formatter=HTMLFormatter(EntitySubstitution.substitute_xml, void_element_close_prefix=""))
    return MarkedPage(Markup(html), headings, placed, _count(lines, DiffMark.REMOVED), _count(lines, DiffMark.ADDED), others, ticks)  # noqa: S704 — our own page


def _count(lines: Iterable[DiffLine], mark: DiffMark) -> int:
    return sum(len(_SAID.findall(part.text)) for line in lines for part in line.parts if part.mark is mark)


# --- What the page says ----------------------------------------------------------------------------------------------


def _passages(soup: BeautifulSoup) -> list[_Passage]:
    from bs4.element import NavigableString

    found: list[_Passage] = []
    heading = ""
    for text in soup.find_all(string=lambda text: type(text) is NavigableString):
        owner = _owner(text)
        if owner is None or (not text.strip() and not (found and found[-1].owner is owner)):
            continue
        if owner.name != "pre" and "\n" in text:
            text.replace_with(text := NavigableString(text.replace("\n", " ")))
        if owner.name in ("h2", "h3", "h4"):
            heading = str(owner.get("id", ""))
        if found and found[-1].owner is owner:
            found[-1].texts.append(text)
        else:
            found.append(_Passage(owner, [text], heading))
    for each in found:
        each.words, each.last = _fold_words(each.text), list(each.texts[-1:])
    return found


def _blocks(passages: Iterable[_Passage]) -> list[Block]:
    return [(each.owner, each.words) for each in passages if each.words]


def _owner(text: NavigableString) -> Tag | None:
    """The block that says a text; None for what is not read, or said to some only."""
    block = None
    for parent in text.parents:
        if parent.name in _UNREAD or parent.has_attr("popover") or not _ASIDE.isdisjoint(parent.get("class") or ()):
            return None
        if block is None and parent.name not in _INLINE:
            block = parent
    return block


def _fold_words(text: str) -> str:
    return " ".join(_SAID.findall(fold(text)))


# --- What changed ----------------------------------------------------------------------------------------------------


def _mark(soup: BeautifulSoup, passages: Sequence[_Passage], lines: Iterable[DiffLine]) -> None:
    gone: list[str] = []
    for line in lines:
        if line.after is None:
            gone += [part.text.strip() for part in line.parts if part.text.strip()]
            continue
        here = passages[line.after - 1]
        _put_gone(soup, gone, here.owner)
        if line.changed:
            _rewrite(soup, here, line.parts)
    _put_gone(soup, gone, None)


def _put_gone(soup: BeautifulSoup, gone: list[str], near: Tag | None) -> None:
    """What went altogether, before what follows it, where a paragraph may stand."""
    place = where_paragraphs_stand(near) if near else None
    for words in gone:
        paragraph = gone_paragraph(soup, marked_words(soup, DiffMark.REMOVED, words))
        if place is None:
            soup.append(paragraph)
        else:
            place.insert_before(paragraph)
    gone.clear()


def _rewrite(soup: BeautifulSoup, passage: _Passage, parts: Iterable[DiffSpan]) -> None:
    """Each text of the passage again, with what came and what went."""
    from bs4.element import NavigableString

    pieces = list(_pieces(passage.texts, parts))
    for number, text in enumerate(passage.texts):
        here = [(mark, words) for place, mark, words in pieces if place == number]
        new = [NavigableString(words) if mark is DiffMark.SAME or not words.strip() else marked_words(soup, mark, words) for mark, words in here]
        text.replace_with(*new)
        passage.last = list(new[-1:]) or passage.last


def _pieces(texts: Sequence[str], parts: Iterable[DiffSpan]) -> Iterator[tuple[int, DiffMark, str]]:
    """(which text, mark, words): what stays and what came fill the texts in order, what went stands where it was."""
    number = at = 0
    for part in parts:
        rest = part.text
        if part.mark is DiffMark.REMOVED:
            yield min(number, len(texts) - 1), part.mark, rest
            continue
        while rest:
            piece, rest = rest[: len(texts[number]) - at], rest[len(texts[number]) - at :]
            yield number, part.mark, piece
            at += len(piece)
            if at == len(texts[number]):
                number, at = number + 1, 0


# --- Remarks ---------------------------------------------------------------------------------------------------------


def _place(soup: BeautifulSoup, passages: Sequence[_Passage], anchor: Anchor, headings: dict[str, str], prefix: str) -> AnchorPlace:
    """A small call at the end of the passage, which leads to the remark; else the heading that it stood under."""
    passage, changed = _find(passages, anchor)
    if passage is None:
        return AnchorPlace(prefix + anchor.heading if anchor.heading in headings else "", bool(anchor.quote))
    node = passage.last[-1]
    while node.parent is not None and node.parent is not passage.owner:
        node = node.parent
    call = soup.new_tag("a", attrs={"class": "remark-call", "id": f"passage-{anchor.number}", "href": f"#remarque-{anchor.number}"})
    call.append(f"remarque {anchor.number}")
    node.insert_after(" ", call)
    return AnchorPlace(f"passage-{anchor.number}", changed)


def _find(passages: Sequence[_Passage], anchor: Anchor) -> tuple[_Passage | None, bool]:
    """The passage that is quoted, and whether it changed since: the one that says it, under its heading first; else the one that says most of it."""
    wanted = _fold_words(anchor.quote)
    if not wanted:
        return None, False
    near = sorted(passages, key=lambda each: each.heading != anchor.heading)
    for each in near:
        if f" {wanted} " in f" {each.words} ":
            return each, False
    words = Counter(wanted.split())
    shares = [((words & Counter(each.words.split())).total() / words.total(), each) for each in near]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return (best, True) if share >= _NEAR else (None, True)


# --- Read, and not used ----------------------------------------------------------------------------------------------


def _read_only(soup: BeautifulSoup, prefix: str) -> None:
    """Nothing is sent from the page: its forms are shown as they will be, and take nothing. Only calls of remarks keep an id of their own."""
    for each in soup.find_all(["button", "form", "input", "select", "textarea"]):
        if each.name == "form":
            each.name, each.attrs = "div", {}
        elif (each.name == "button" and not each.has_attr("popovertarget")) or each.get("type") == "hidden" or each.has_attr("hidden"):
            each.decompose()
        elif each.name != "button":
            each["disabled"] = ""
    for each in soup.find_all(True):
        del each["data-line"]
        if prefix and each.name == "section":
            del each["aria-labelledby"], each["aria-label"]  # each text has its « À retenir », its « Question 1 »: regions of one name lead nowhere
        if prefix and "remark-call" not in (each.get("class") or ()):
            _prefix_ids(each, prefix)


def _prefix_ids(tag: Tag, prefix: str) -> None:
    if tag.has_attr("id"):
        tag["id"] = f"{prefix}{tag['id']}"
    for name in REFERENCES:
        if value := tag.get(name):
            tag[name] = " ".join(f"{prefix}{each}" for each in (value if isinstance(value, list) else str(value).split()))
    if (href := str(tag.get("href", ""))).startswith("#"):
        tag["href"] = f"#{prefix}{href[1:]}"
    if (fill := str(tag.get("fill", ""))).startswith("url(#"):
        tag["fill"] = f"url(#{prefix}{fill[5:]}"
