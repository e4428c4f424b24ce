"""A text of any hand → its lines, each with its labels, its words and where it stands. Pure.

What reads a file (`files.py`) writes Markdown with what a page wears as private signs (`rich.py`), and before a paragraph of an automatic list
what the list is: `AUTOMATIC`, then the label as it was shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from app.authoring.incoming.word.habits import MARK
from app.exchange.intake.naming import annotation_of
from app.exchange.intake.rich import SIGNS, Rich, rich
from app.exchange.intake.shapes import Label, LabelKind, labels_of

AUTOMATIC = re.compile("\ue130([^\ue130\ue131]{0,40})\ue131")
"""`liste.niveau.genre` of a paragraph that an automatic list numbers."""
PARAGRAPH = re.compile("\ue132(\\d{1,6})\ue133")
"""The number of a paragraph of the source, where its place in the Markdown is not its line."""
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|(?=[^#\s!]))(.*?)(?:\s+#+)?$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_QUOTED = re.compile(r"((?:\s{0,3}>\s?)+)")
_RULER = re.compile(r"\s*(?:[-*_=]\s*){3,}$|\s*[─—–]{2,}\s*$|\s*(?:<summary>[^<>?]{0,40}</summary>|</?[A-Za-z][^<>]{0,80}>|\s)+$")
"""What only frames: a rule, tags, the handle of what folds."""
_WRITTEN = ("", "markdown", "md", "text", "txt", "plaintext")
"""What a fence of text is called: the others are code, which is looked at by nobody."""


class PaperLine(Struct, frozen=True):
    """`n`: its line or paragraph in the source. `at`: its place among the lines of the text that is read."""

    n: int
    at: int
    words: Rich
    labels: tuple[Label, ...] = ()
    body: Rich = Rich("")
    """The words without the labels."""
    level: int = 0
    quoted: bool = False
    indent: int = 0
    gap: bool = False
    """Whether a blank line, or the edge of a paragraph, stands above."""
    automatic: str = ""
    rows: tuple[tuple[Rich, ...], ...] = ()
    """Of a table: it is one line here."""
    last: int = 0
    """The place of its last line in the text: a table has several."""
    code: bool = False
    remarks: tuple[int, ...] = ()
    """Numbers of what a converter says of it."""

    @property
    def plain(self) -> str:
        return self.words.plain.strip()

    @property
    def cells(self) -> tuple[Rich, ...]:
        """Its words; of a table, those of each cell."""
        return tuple(cell for row in self.rows for cell in row) if self.rows else (self.words,)

    def label(self, *kinds: LabelKind) -> Label | None:
        return next((each for each in self.labels if each.kind in kinds), None)


def lines_of(text: str) -> tuple[PaperLine, ...]:
    """The lines that say something; values parted by tabs or semicolons, in as many columns on each line, are a table."""
    lines = [_CHAT.sub("", line) if _CHAT.match(line) else line for line in _UNBROKEN.sub(r"\1\2\n", _FRAMED.sub(r"\1", text)).split("\n")]
    for sign in ("\t", ";"):
        counts = Counter(line.count(sign) for line in lines if line.count(sign) > (sign == ";"))
        most, times = counts.most_common(1)[0] if counts else (0, 0)
        said = [line for line in lines if line.strip()]
        listed = most == 1 and sum(bool(_LISTED.match(line)) for line in said) * 2 > times
        if times > 1 and times * 5 >= (len(said) - 2) * 4 and not (listed or (most < _WIDE and any(line.startswith(sign) for line in said))):
            lines = [_row_of(line, sign) if line.count(sign) == most else line for line in lines]
            break
    return tuple(_read_lines(_with_tables(lines)))


def _with_tables(lines: Sequence[str]) -> list[str]:
    """The lines, of which a few that follow each other with as many tabs are the rows of a table."""
    found: list[str] = []
    for tabs, run in ((tabs, list(run)) for tabs, run in groupby(lines, key=lambda line: line.count("\t") if not _ROW.match(line) else 0)):
        listed = sum(bool(_LISTED.match(line)) for line in run) * 2 > len(run)
        rows = tabs > 1 or (tabs == 1 and not listed and not any(line.startswith("\t") for line in run))
        found += [_row_of(line, "\t") for line in run] if rows and len(run) > 2 else run
    return found


def _row_of(line: str, sign: str) -> str:
    return f"| {line.strip(' ').replace('|', chr(92) + '|').replace(sign, ' | ')} |"


def without_fence(text: str) -> str:
    """The text without a fence around nearly all of it: an assistant puts what it writes in one."""
    lines = text.split("\n")
    fences = [place for place, line in enumerate(lines) if _FENCE.match(line)]
    if len(fences) < 2:
        return text
    first, last = fences[0], fences[-1]
    opening = _FENCE.match(lines[first])
    inside = sum(len(line) for line in lines[first + 1 : last])
    around = sum(len(line) for line in (*lines[:first], *lines[last + 1 :]))
    if opening is None or opening[2].strip().casefold() not in _WRITTEN or around > max(400, inside // 3):
        return text
    closing = _FENCE.match(lines[last])
    if closing is None or closing[2].strip() or (len(fences) > 2 and len(fences) % 2):
        return text
    return "\n".join([*lines[:first], "", *lines[first + 1 : last], "", *lines[last + 1 :]])


_LISTED = re.compile(r"\s*[(\[]?(?:\d{1,3}|[A-Za-z]|[-–•·▪])\s?[).\]°:/-]{0,2}\t")
"""What a list of a word processor is once it is pasted: its label, then a tab."""
_WIDE = 3
"""Tabs of a line that is a row of a sheet, whatever opens it."""
_HEAD = re.compile(r"\A\s*(---+|\+\+\+)[ \t]*\n((?:[ \t]*[\w-]+[ \t]*[:=].*\n|[ \t]+.*\n|[ \t]*-.*\n|[ \t]*\n){1,60}?)\1[ \t]*(?:\n|\Z)")
_TITLED = re.compile(r"(?mi)^[ \t]*(?:title|titre)[ \t]*[:=][ \t]*[\"']?(.*?)[\"']?[ \t]*$")


def without_head(text: str) -> tuple[str, str, str]:
    """A text without the head that another tool gives it, as many lines empty; the title that it says; and the head."""
    found = _HEAD.match(text)
    if found is None:
        return text, "", ""
    titled = _TITLED.search(found[2])
    return (
        "\n" * found.group().count("\n") + text[found.end() :],
        titled[1] if titled else "",
        " ; ".join(line.strip() for line in found[2].split("\n") if line.strip()),
    )


_CHAT = re.compile(
    r"\s*\[?\s*(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?,?\s+(?:à\s+)?)?\d{1,2}[:hH]\d{2}(?::\d{2})?\s*\]?\s*[-–]?\s*[^:\n]{1,40}:\s+(?=(?:q(?:uestion)?\s?\d|\d{1,2}\s?[.)]))",
    re.IGNORECASE,
)
"""Who wrote a question in a conversation, and when."""
_UNBROKEN = re.compile(
    r"(?<![a-zà-ÿ-])(?!(?:peut|au|par|non|demi|sous|vice|avant|après|contre|là|ci|dix|vingt|soixante|quatre)-)([a-zà-ÿ]+)-\n"
    r"(?!(?:ils?|elles?|on|ce|nous|vous|je|tu|t|là|ci|mêmes?)\b)([a-zà-ÿ]+[.,;:!?»)]*)[ \t]?",
    re.IGNORECASE,
)
"""A word that a page cut at the end of a line: its second half goes up, unless a hyphen is its own."""


_TYPED_BOLD = re.compile(r"\\\*\\\*([^*\\]+)\\\*\\\*")
"""The Markdown of an assistant, kept as it is by a word processor."""
_PROPOSED = re.compile(r"\W*(?:propositions?|choix|options|r[ée]ponses? propos[ée]es?)\W*(?:: x)?$", re.IGNORECASE)
_FRAMED = re.compile(r"`(_{2,}|\.{3,}|…+)`")
"""A blank that an assistant shows as code."""
_QUESTIONED = re.compile(r"\W*(?:question|q|[ée]nonc[ée]|n\s?[°ºo])\s*(?:n\s?[°ºo]\s*)?\d{0,3}\W*", re.IGNORECASE)


def _read_lines(lines: Sequence[str]) -> Iterator[PaperLine]:
    gap, fence = True, ""
    table: list[int] = []
    seen = 0
    for at, raw in enumerate(lines):
        if table and not (_ROW.match(raw) or _RULE.match(raw)):
            yield from _table(table, lines, gap)
            table, gap = [], False
        if found := _FENCE.match(raw):
            fence = "" if fence and found[1].startswith(fence) else fence or (found[1] if found[2].strip().casefold() not in _WRITTEN else "")
            gap = True
            continue
        if _is_hollow(PARAGRAPH.sub("", raw)):
            gap = True
            continue
        if _ROW.match(raw) and not fence and raw.count("|") > 1:
            table.append(at)
            continue
        numbered = PARAGRAPH.search(raw)
        seen = int(numbered[1]) if numbered else seen
        yield _line(raw, at, seen or at + 1, gap or numbered is not None, bool(fence))
        gap = False
    if table:
        yield from _table(table, lines, gap)


def _is_hollow(raw: str) -> bool:
    """Whether a line says nothing: a rule, tags, a paragraph that only wears a look."""
    return (not rich(_QUOTED.sub("", raw)).plain.strip() and not MARK.search(raw)) or bool(_RULER.match(raw))


def _line(raw: str, at: int, number: int, gap: bool, code: bool) -> PaperLine:
    remarks = tuple(int(found[1]) for found in MARK.finditer(raw))
    automatic = AUTOMATIC.search(raw)
    text = AUTOMATIC.sub("", PARAGRAPH.sub("", MARK.sub("", raw)))
    bare = text.lstrip(" \t")
    indent = len(text[: len(text) - len(bare)].replace("\t", "    "))
    heading = _HEADING.match(text)
    quote = _QUOTED.match(text) if heading is None else None
    body = heading[2] if heading else text[quote.end() :] if quote else text
    body = _TYPED_BOLD.sub(r"**\1**", re.sub(r"(?:\\|\s{2,}|\s*\{#[\w-]+\})$", "", body))
    words = rich(body.strip(" "))
    labels, rest = labels_of(words)
    return PaperLine(
        number, at, words, labels, rest, len(heading[1]) if heading else 0, bool(quote), indent, gap, automatic[1] if automatic else "", (), at, code, remarks
    )


def _table(places: Sequence[int], lines: Sequence[str], gap: bool) -> list[PaperLine]:
    """One line; those of its rows where its first column only labels the second."""
    raw = [(at, lines[at]) for at in places if not _RULE.match(lines[at])]
    numbers = [int(found[1]) for _, line in raw for found in PARAGRAPH.finditer(line)]
    number = numbers[0] if numbers else places[0] + 1
    remarks = tuple(int(found[1]) for _, line in raw for found in MARK.finditer(line))
    cells = [(at, [_cell(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]) for at, line in raw]
    filled = [(at, row) for at, row in cells if any(map(rich, row))]
    if not remarks and _is_card([row for _, row in filled]):
        return [_line(said, at, number, True, False) for at, row in filled for said in _lines_of_row(row, lines[at])]
    titles: list[PaperLine] = []
    while len(filled) > 2 and _is_title_row(filled[0][1], filled[1][1]):
        at, row = filled.pop(0)
        titles.append(_line(" ".join(filter(None, row)), at, number, gap, False))
    rows = tuple(tuple(map(rich, row)) for _, row in filled)
    return [*titles, PaperLine(number, filled[0][0] if titles else places[0], Rich(""), gap=gap, rows=rows, last=places[-1], remarks=remarks)]


def _is_title_row(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the first row of a wide table is a title over it: fewer than half of its cells say something."""
    return len(row) >= _WIDE and sum(map(bool, row)) * 2 <= len(row) and sum(map(bool, row)) < sum(map(bool, below))


def _is_card(rows: Sequence[Sequence[str]]) -> bool:
    """« Question 1 | Qui signe ? », « A | le maire », « Réponse | A »: one question, its parts named in the first column."""
    if any(len(row) != 2 for row in rows) or sum(bool(_QUESTIONED.fullmatch(rich(row[0]).plain)) for row in rows) != 1:
        return False
    heads = [rich(_label_value(row[0], "x")) for row in rows if not _QUESTIONED.fullmatch(rich(row[0]).plain)]
    named = [_PROPOSED.match(head.plain) or annotation_of(head) or any(label.kind is LabelKind.LETTER for label in labels_of(head)[0]) for head in heads]
    return len(named) > 1 and all(named)


def _lines_of_row(row: Sequence[str], raw: str) -> list[str]:
    """« A | le maire » as one line, « A : le maire »; the paragraphs of « Propositions », each; of « Type », nothing."""
    said = rich(row[0]).plain
    if _PROPOSED.match(said):
        parts = PARAGRAPH.sub("\n", re.split(r"(?<!\\)\|", raw.strip().strip("|"))[1]).split("\n")
        return [part for part in map(_cell, parts) if part]
    return [] if re.match(r"type\b", said, re.IGNORECASE) else [_label_value(*row)]


def _label_value(label: str, value: str) -> str:
    bare = re.sub(rf"[\s:.)]+(?=[*{SIGNS}]*$)", "", label)
    return f"{bare} : {value}"


def _cell(text: str) -> str:
    return " ".join(AUTOMATIC.sub("", PARAGRAPH.sub("", MARK.sub("", text))).replace("\\|", "|").split())


def runs_of(lines: Sequence[PaperLine]) -> list[list[PaperLine]]:
    """Those that follow each other, blank lines apart."""
    runs: list[list[PaperLine]] = []
    for line in lines:
        if runs and line.at - runs[-1][-1].last < 3:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def without_signs(text: str) -> str:
    """The Markdown without what only this reader understands."""
    return re.sub(f"[{SIGNS}]", "", AUTOMATIC.sub("", PARAGRAPH.sub("", text)))
