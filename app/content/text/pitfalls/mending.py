"""What the button of a Problem does: the lines with one habit written as the guide writes it; and which passages call no note. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from markdown_it.token import Token

from app.content.figures import drawing
from app.content.text.callouts import callout_meant_by
from app.content.text.markdown import clean_title_line, plain, tokens, without_notes
from app.content.text.parts import opens_territory, parse_text, set_apart
from app.content.text.pitfalls import passes, words
from app.content.text.pitfalls.sourcing import figure_to_source
from app.content.values.course import Document, Lesson, Module
from app.content.values.library import Tool
from app.content.values.quiz import Quiz
from app.content.values.text import Fragment

Mend = Callable[[list[str], int], list[str]]

_LOWERED = str.maketrans("0123456789+-=()aeoxn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₙ")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_TITLE = re.compile(r"\s*(#+)\s*(.*)$")
_ANCHOR = re.compile(r"\s*\{#[^{}\s]+\}\s*$")
_SIZED = re.compile(r"(!\[[^\[\]]*?)\|\s*\d{1,4}(?:x\d{1,4})?(\]\()")
_RAW_MATHS = re.compile(r"\\\((?!\s*\))([^\n$]+?)\\\)|\\\[([^\n$]+?)\\\]")
_QUOTE = re.compile(r"\s*>\s?")


def mend_lines(lines: Sequence[str], index: int, code: str) -> list[str]:
    """Returns the lines with the problem of this code mended; unchanged where it cannot be mended."""
    mend = _MENDS.get(code)
    return mend(list(lines), index) if mend and 0 <= index < len(lines) else list(lines)


def _on_line(change: Callable[[str], str]) -> Mend:
    def mend(lines: list[str], index: int) -> list[str]:
        lines[index] = change(lines[index])
        return lines

    return mend


def _title(line: str) -> str:
    found = passes.GLUED.match(line)
    signs = (found[1] or "##")[:6] if found else ""
    return f"{signs} {line[found.end() :].lstrip()}" if found else line


def _known_title(line: str) -> str:
    found = _TITLE.match(line)
    if found is None:
        return line
    anchor = _ANCHOR.search(found[2])
    clean = clean_title_line(found[2], len(found[1]))
    return clean + (f" {anchor.group().strip()}" if anchor else "") if clean else line


def _bullets(lines: list[str], index: int) -> list[str]:
    """The whole run of lines that begin so; or a line that belongs to no list yet, put at the margin after an empty one."""
    if not passes.BULLET.match(lines[index]):
        end = index
        while end < len(lines) and lines[end].strip():
            lines[end] = lines[end].lstrip()
            end += 1
        return [*lines[:index], "", *lines[index:]]
    place = index
    while place < len(lines) and (found := passes.BULLET.match(lines[place])):
        indent = "  " * (len(found.group()) - len(found.group().lstrip()) >= 2)
        lines[place] = f"{indent}- {lines[place][found.end() :]}"
        place += 1
    apart = index and lines[index - 1].strip() and not lines[index - 1].lstrip().startswith("-")
    return [*lines[:index], "", *lines[index:]] if apart else lines


def _callout(lines: list[str], index: int) -> list[str]:
    quote = _QUOTE.match(lines[index])
    bare = lines[index][quote.end() :] if quote else lines[index]
    if found := passes.ALERT.match(bare):
        callout, title = callout_meant_by(found[1]), found[2].strip()
        if not callout:
            return lines
        below = range(index + 1, index + 1 if quote else _end(lines, index + 1))
        body = [f"> {lines[place]}".rstrip() for place in below]
        return [
            *lines[:index],
            f"> [!{callout.mark}]",
            *([f"> **{title}**" if quote else f"> {title}"] if title else []),
            *body,
            *lines[index + 1 + len(below) :],
        ]
    found = passes.ADMONITION.match(bare)
    callout = callout_meant_by(found[1]) if found else None
    if not found or not callout or quote:
        return lines
    closed = lines[index].lstrip().startswith((":::", "///"))
    end = _end(lines, index + 1, lines[index].lstrip()[:3] if closed else "")
    body = [line[4:] if line.startswith("    ") else line.strip() for line in lines[index + 1 : end]]
    while body and not body[-1].strip():
        body.pop()
    title = [f"> **{found[2]}**", ">"] if found[2] else []
    after = lines[end + closed :] if not closed or end < len(lines) else []
    return [*lines[:index], f"> [!{callout.mark}]", *title, *(f"> {line}".rstrip() for line in body), *([""] if after and after[0].strip() else []), *after]


def _end(lines: Sequence[str], start: int, closing: str = "") -> int:
    """Where a call-out of another dialect ends: at its closing mark, or at what is neither empty nor indented after an empty line."""
    for place in range(start, len(lines)):
        if closing and lines[place].strip().startswith(closing):
            return place
        if not closing and lines[place].strip() and not lines[place].startswith("    ") and not lines[place - 1].strip():
            return place
        if not closing and not lines[place].strip() and (place + 1 >= len(lines) or not lines[place + 1].startswith("    ")):
            return place
    return len(lines)


def _address(line: str) -> str:
    line = words.APART.sub(lambda found: found.group().replace("] (", "](").replace("]\u00a0(", "]("), line)
    line = words.SPACES.sub(r"\1[\2](<\3>)", line)
    line = words.REVERSED.sub(r"[\1](\2)", line)
    return _outside(line, lambda text: words.MAIL.sub(r"<\g<0>>", words.ADDRESS.sub(_bracket_address, text)))


def _bracket_address(found: re.Match[str]) -> str:
    return f"<{'https://' if found.group().lower().startswith('www.') else ''}{found.group()}>"


_HELD = re.compile(r"(`+).*?\1|<[^<>\s]+>|!?\[[^\[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)")


def _outside(line: str, change: Callable[[str], str]) -> str:
    """The line, changed outside its code, its addresses and its links."""
    parts: list[str] = []
    position = 0
    for found in _HELD.finditer(line):
        parts += [change(line[position : found.start()]), found.group()]
        position = found.end()
    return "".join([*parts, change(line[position:])])


def _marks(line: str) -> str:
    return _outside(line, lambda text: words.SPACED.sub(_move_spaces_out, text))


def _move_spaces_out(found: re.Match[str]) -> str:
    whole, mark = found.group(), found[1]
    before = " " * whole[len(mark) : len(mark) + 1].isspace()
    after = " " * whole[-len(mark) - 1 : -len(mark)].isspace()
    return f"{before}{mark}{found[2]}{mark}{after}"


def _rule(lines: list[str], index: int) -> list[str]:
    """Under the first row, or in the place of a rule that has another number of cells."""
    cells = len(re.split(r"(?<!\\)\|", lines[index].strip().strip("|")))
    place = next((place for place in range(index + 1, min(index + 2, len(lines))) if passes.RULE.match(lines[place])), None)
    rule = f"| {' | '.join(['---'] * cells)} |"
    if any("\t" in line for line in lines[index : index + 2]) and "|" not in lines[index]:
        return lines
    return [*lines[: index + 1], rule, *lines[index + 1 + (place is not None) :]]


def _dialect(line: str) -> str:
    line = _RAW_MATHS.sub(lambda found: f"${found[1].strip()}$" if found[1] else f"$${found[2].strip()}$$", line)
    if found := passes.NOTE.match(line):
        return re.sub(r"[ \u00a0\u202f]+:$", ":", found.group()) + line[found.end() :]
    return _outside(_SIZED.sub(r"\1\2", line), _plain)


def _plain(text: str) -> str:
    text = words.HIGHLIGHT.sub(r"**\2**", text)
    text = words.RAISED.sub(lambda found: found[1].translate(_RAISED) if found[1].translate(_RAISED).isascii() is False else found[1], text)
    text = words.LOWERED.sub(lambda found: found[1].translate(_LOWERED), text)
    return words.ATTRIBUTES.sub("", text)


def _layout(lines: list[str], index: int) -> list[str]:
    line = lines[index]
    if re.match(r"\s{0,3}\d{4}\.\s", line):
        lines[index] = re.sub(r"^(\s*\d{4})\.", r"\1\\.", line)
    elif line.startswith(("    ", "\t")):
        while index < len(lines) and lines[index].startswith(("    ", "\t")):
            lines[index] = lines[index].lstrip()
            index += 1
    elif index + 1 < len(lines) and re.fullmatch(r"\s{0,3}(?:-+|=+)\s*", lines[index + 1]):
        ended = line.rstrip().endswith((".", "!", "?", ":", ";", ",", "…", "»"))
        return [*lines[: index + 1], "", *lines[index + 1 :]] if ended else [*lines[:index], f"## {line.strip()}", *lines[index + 2 :]]
    return lines


_MENDS: dict[str, Mend] = {
    "A14": _layout,
    "A36": _on_line(_title),
    "A37": _on_line(_known_title),
    "A38": _bullets,
    "A39": _callout,
    "A40": _on_line(_address),
    "A41": _on_line(_marks),
    "A42": _rule,
    "A43": _on_line(_dialect),
}
LABELS = {
    "A14": "Écrire comme du texte",
    "A36": "Écrire le titre",
    "A37": "Écrire le titre attendu",
    "A38": "En faire une liste",
    "A39": "En faire un encadré",
    "A40": "En faire un lien",
    "A41": "Ôter les espaces",
    "A42": "En faire un tableau",
    "A43": "Écrire sans ces signes",
}
"""What each button says. It is offered where the hint of the Problem begins with « Écrivez »."""


# --- Passages that give a figure, a date or a law and call no note ---

_FIGURE = re.compile(r"\d")


def unsourced_passages(document: Document) -> Iterator[tuple[int, str]]:
    """Line and first words of each paragraph, list item, table or figure that holds a number without a note; in a quiz, of each such explanation; of a tool, how to use it only.

    A figure calls its notes itself, or is told by the paragraph that follows. That of a module gathers what its lessons say with theirs.
    """
    for fragment in _fragments(document):
        if not _FIGURE.search(fragment.text):
            continue
        parsed = parse_text(fragment.text, fragment.line).tokens if isinstance(document, Module | Lesson) else tokens(fragment.text, fragment.line)
        for line, text in (*_passages(parsed), *(_figures(parsed) if isinstance(document, Lesson) else ())):
            yield line, _around(text)


def _fragments(document: Document) -> Iterator[Fragment]:
    if isinstance(document, Module | Lesson):
        yield document.body
    elif isinstance(document, Tool):
        yield document.introduction
    elif isinstance(document, Quiz):
        yield from (question.explanation for question in document.questions if question.explanation)


def _passages(written: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Line and text of each passage at fault. A table is one passage; titles and questions are none: what a lesson asks, it has taught."""
    private = False
    table: list[Token] | None = None
    parsed = set_apart(without_notes(written))
    for index, token in enumerate(parsed):
        if token.type == "heading_open":
            private = opens_territory(parsed[index + 1])
        elif token.type == "table_open":
            table = []
        elif token.type == "table_close" and table is not None:
            yield from _at_fault(table)
            table = None
        elif token.type == "inline" and not private and parsed[index - 1].type != "heading_open":
            if table is not None:
                table.append(token)
            elif not any("?" in after.content for after in _next_passage(parsed, index)):
                yield from _at_fault([token])


def _next_passage(parsed: Sequence[Token], index: int) -> list[Token]:
    """The passage that follows, up to a title: what stands above a question is what it is asked of."""
    following = takewhile(lambda token: token.type != "heading_open", parsed[index + 1 : index + 7])
    return [token for token in following if token.type == "inline"][:1]


def _figures(parsed: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Line and words of each figure at fault."""
    for index, token in enumerate(parsed):
        figure = drawing.figure_of(token.info, token.content) if token.type == "fence" and drawing.is_figure(token.info) else None
        if figure is None or figure.calls or _calls_a_note(next((after for after in parsed[index:] if after.type == "inline"), None)):
            continue
        said = "\n".join(f"{item.label} : {item.text} {item.then}" for item in figure.items)
        if _FIGURE.search(said):
            yield (token.map or [1])[0], said


def _calls_a_note(token: Token | None) -> bool:
    return token is not None and any(child.type == "footnote_ref" for child in token.children or ())


def _at_fault(passage: list[Token]) -> Iterator[tuple[int, str]]:
    sourced = any(map(_calls_a_note, passage))
    for token in passage if not sourced else ():
        if not _FIGURE.search(token.content):
            continue
        text = plain(token.children)
        alone = len(passage) == 1 and len(re.findall(r"[^\W\d_]{2,}", text)) < 2  # « 14 400 € »: nothing is stated
        if not alone and figure_to_source(text) is not None:
            yield (token.map or [1])[0], text
            return


def _around(text: str) -> str:
    start = max(0, (figure_to_source(text) or 0) - 30)
    return text[start : start + 60].strip()
