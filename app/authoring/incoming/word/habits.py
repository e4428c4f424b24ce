"""How people write in a word processor, made the course's own Markdown; and what Markdown has no place for, marked where it stood. Pure.

Each thing lost is replaced by a mark (a number between two private characters), which the text carries as far as the remark that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from app.content.quiz.lettered_options import BULLETS
from app.platform.french import short

OPEN, CLOSE = "\ue100", "\ue101"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LONGEST = 160

_KINDS = {"diagram": "Un schéma SmartArt n’est pas repris : collez-en une image.", "chart": "Un graphique n’est pas repris : collez-en une image."}


def mark_losses(body: Element, comments: Mapping[str, str], remarks: list[str]) -> None:
    """Replace, in a document's body, what would be lost by marks; `remarks` receives what each number says."""
    _Marker(comments, remarks).walk(body)


def words(element: Element) -> str:
    """All the words under an element, cut short."""
    found = " ".join("".join(each.text or "" for each in element.iter() if each.tag in (f"{_W}t", f"{_M}t", f"{_W}delText", f"{_A}t")).split())
    return short(found, _LONGEST)


class _Marker:
    def __init__(self, comments: Mapping[str, str], remarks: list[str]) -> None:
        self.comments = comments
        self.remarks = remarks
        self.inserted = False
        self.rules: dict[str, Callable[[Element], str]] = {
            f"{_M}oMath": self._equation,
            f"{_M}oMathPara": self._equation,
            f"{_W}del": self._deletion,
            f"{_W}moveFrom": self._deletion,
            f"{_W}commentReference": self._comment,
            f"{_W}object": lambda _: "Un objet incorporé n’est pas repris.",
            f"{_W}altChunk": lambda _: "Un document inséré dans celui-ci n’est pas repris.",
            f"{_W}subDoc": lambda _: "Un document inséré dans celui-ci n’est pas repris.",
            f"{_W}sdt": self._contents,
            f"{_W}drawing": self._drawing,
            f"{_MC}AlternateContent": self._alternative,
        }

    def walk(self, parent: Element) -> None:
        for index, child in enumerate(list(parent)):
            if child.tag == f"{_W}ins" and not self.inserted:
                self.inserted = True
                child.insert(0, self._mark(parent, "Les ajouts en attente (suivi des modifications) sont gardés."))
            said = self.rules[child.tag](child) if child.tag in self.rules else ""
            if said:
                parent[index] = self._mark(parent, said)
            elif child.tag == f"{_W}fldSimple":
                child.tag = f"{_W}smartTag"  # whose words the conversion reads
                self.walk(child)
            elif child.tag != f"{_W}drawing":
                self.walk(child)

    def _mark(self, parent: Element, said: str) -> Element:
        """The element that may stand in `parent` and say the mark: a text in a run, a run in a paragraph, a paragraph elsewhere."""
        self.remarks.append(said)
        inner = Element(f"{_W}t")
        inner.text = f"{OPEN}{len(self.remarks) - 1}{CLOSE}"
        tags = () if parent.tag == f"{_W}r" else (f"{_W}r", f"{_W}p") if parent.tag in (f"{_W}body", f"{_W}tc", f"{_W}txbxContent") else (f"{_W}r",)
        for tag in tags:
            outer = Element(tag)
            outer.append(inner)
            inner = outer
        return inner

    # --- What each thing says; empty where it is kept ---

    def _equation(self, element: Element) -> str:
        return f"Une équation n’est pas reprise : « {words(element)} »."

    def _deletion(self, element: Element) -> str:
        return f"Une suppression en attente (suivi des modifications) est appliquée : « {words(element)} »." if words(element) else ""

    def _comment(self, element: Element) -> str:
        said = self.comments.get(element.get(f"{_W}id", ""), "")
        return f"Un commentaire n’est pas repris : « {said} »." if said else "Un commentaire n’est pas repris."

    def _contents(self, element: Element) -> str:
        """A table of contents, which Word makes; other blocks of its kind hold text."""
        made = any("Contents" in each.get(f"{_W}val", "") for each in element.iter(f"{_W}docPartGallery"))
        return "La table des matières n’est pas reprise : le site fait la sienne." if made else ""

    def _drawing(self, element: Element) -> str:
        """A picture is kept when its bytes are in the document; other drawings have no Markdown."""
        kind = next((each.get("uri", "").rpartition("/")[2] for each in element.iter(f"{_A}graphicData")), "")
        if kind != "picture":
            said = words(element)
            return _KINDS.get(kind) or ("Un dessin n’est pas repris" + (f" ; il disait : « {said} »." if said else "."))
        linked = [blip for blip in element.iter(f"{_A}blip") if blip.get(f"{_R}link") and not blip.get(f"{_R}embed")]
        return "Une image qui se trouve ailleurs que dans le document n’est pas reprise." if linked else ""

    def _alternative(self, element: Element) -> str:
        """Word writes a text box twice; the second writing is the one that is read, when it is there."""
        fallback = element.find(f"{_MC}Fallback")
        if fallback is not None and (fallback.find(f".//{_W}txbxContent") is not None or any(each.tag.endswith("}imagedata") for each in fallback.iter())):
            for choice in element.findall(f"{_MC}Choice"):
                element.remove(choice)
            if (boxed := fallback.find(f".//{_W}txbxContent")) is not None and len(boxed):
                boxed.insert(0, self._mark(boxed, "Ce qui suit était dans une zone de texte."))
            return ""
        drawing = element.find(f".//{_W}drawing")
        said = self._drawing(drawing) if drawing is not None else "Un dessin n’est pas repris."
        if not said and drawing is not None:
            element.clear()
            element.tag = f"{_W}smartTag"
            element.append(drawing)
        return said


# --- Documents -------------------------------------------------------------------------------------------------------
# `document` takes the Markdown of a document, one block a paragraph, and the remarks that its marks stand for. A remark becomes a comment in
# the text, above what it speaks of: a trainer sees it there, no learner ever does.

QUESTION = re.compile(r"(?:question|exercice)\s*(?:n\s*[°ºo]\s*)?\d{1,3}\b|q\s?\d{1,3}\b", re.IGNORECASE)
"""How a question begins."""
_PICTURE = re.compile(r"!\[[^\]]*\]\(croisee-image-\d+\)")
_LEVEL = re.compile(f"{OPEN}(>*){CLOSE}")
_HEADING = re.compile(r"(#{1,6}) +(\S.*)")
_BOLD = re.compile(r"(?:\*\*|__)([^*_].*?)(?:\*\*|__)\s*:?$")
_CALL = re.compile(r"\[\^[^\]\s]+\]")
_NOTE = re.compile(rf"{_CALL.pattern}: ")
_BULLET = re.compile(rf"( *)(?:[{BULLETS}§]|o(?=\s))[\s\u00a0]*(\S.*)")
_DASH = re.compile(r"( *)[-–—][\s\u00a0]+(\S.*)")
_NUMBER = re.compile(r"( *)\(?(\d{1,2})[.)][\s\u00a0]+(\S.*)")
_LETTER = re.compile(r"( *)\(?([a-hA-H])[.)][\s\u00a0]+(\S.*)")
_YEAR = re.compile(r"^(\d{4})\.(?=\s)")
_LONGEST_TITLE = 120
_BREAK = re.compile(r"\\\n| {2}\n")


@dataclass(slots=True)
class WordBlock:
    """A paragraph, a list, a table, a heading: lines without a blank one. `remarks` stand above it. `level` is a heading's, 0 elsewhere."""

    text: str
    remarks: list[str] = field(default_factory=list)
    level: int = 0

    @property
    def bold(self) -> str:
        """Returns the words of a paragraph that is one line in bold and nothing else; empty otherwise."""
        found = _BOLD.fullmatch(self.text)
        return found[1] if found and "**" not in found[1] and len(self.text) <= _LONGEST_TITLE else ""

    def lines(self) -> list[str]:
        """Splits a paragraph at its line breaks, as it was typed."""
        return _BREAK.sub("\n", self.text).split("\n")


def markdown_of_paste(markdown: str, remarks: Sequence[str]) -> str:
    """What is pasted among other words: one text, its title as a heading, its notes at its end. Pictures are sent by themselves."""
    blocks = list(_blocks(_PICTURE.sub(_comment("une image n’a pas été collée : déposez son fichier dans le texte."), markdown), remarks))
    notes = [block.text for block in blocks if _NOTE.match(block.text)]
    title, kept = _take_title([block for block in blocks if (block.text or block.remarks) and not _NOTE.match(block.text)])
    written = body(kept)
    return "\n\n".join(filter(None, (f"## {title}" if title else "", written, "\n".join(notes_of(written, notes)))))


def body(blocks: Sequence[WordBlock]) -> str:
    """The Markdown of a lesson: lists made lists, headings from level 2 without a jump, remarks as comments."""
    return "\n\n".join(
        part for block in _level_headings(list(_gather_lists(blocks))) for part in (*map(_comment, block.remarks), _YEAR.sub(r"\1\\.", block.text)) if part
    )


def _comment(said: str) -> str:
    """A remark as a line of the file that is never shown."""
    return f"<!-- {said.replace('--', '—').replace('>', '›')} -->"


def notes_of(text: str, notes: Sequence[str]) -> list[str]:
    """The notes that a text calls."""
    called = set(_CALL.findall(text))
    return [note for note in notes if note[: note.index("]") + 1] in called]


def block_of(text: str) -> WordBlock:
    """A paragraph of a conversion as a block, its heading apart."""
    text = _LEVEL.sub(lambda found: "  " * len(found[1]), text)
    text = re.sub(r"\*\*\s*\*\*", "", text).rstrip()
    found = _HEADING.fullmatch(text.strip())
    return WordBlock(found[2].strip(), level=len(found[1])) if found else WordBlock(text)


def _blocks(markdown: str, remarks: Sequence[str]) -> Iterator[WordBlock]:
    for part in re.split(r"\n{2,}", markdown):
        said = [remarks[int(found[1])] for found in MARK.finditer(part) if int(found[1]) < len(remarks)]
        yield replace(block_of(MARK.sub("", part)), remarks=said)


# --- Title and headings ----------------------------------------------------------------------------------------------


def _take_title(blocks: list[WordBlock]) -> tuple[str, list[WordBlock]]:
    """The title: the only heading of its level when it comes first, or a first line that stands alone as one."""
    first = next((index for index, block in enumerate(blocks) if block.text), None)
    if first is None:
        return "", blocks
    block, rest = blocks[first], blocks[first + 1 :]
    titled = (
        block.level
        and not QUESTION.match(block.text)
        and sum(each.level == block.level for each in blocks) == 1
        and not any(0 < each.level < block.level for each in rest)
    )
    alone = not block.level and bool(rest) and _stands_alone(block)
    if not titled and not alone:
        return "", blocks
    kept = [WordBlock("", block.remarks)] if block.remarks else []
    return block.text.replace("**", "").strip(" *"), [*blocks[:first], *kept, *rest]


def _stands_alone(block: WordBlock) -> bool:
    short = "\n" not in block.text and len(block.text) <= _LONGEST_TITLE and not block.text.startswith(("-", "|", "!", ">", "["))
    words = block.text.strip("* ")
    return short and not words.endswith((".", ":", ";", ",")) and not _sign(words) and not QUESTION.match(words)


def _level_headings(blocks: Sequence[WordBlock]) -> Iterator[WordBlock]:
    """Headings by their style; where no style is used, short lines in bold are headings."""
    if not any(block.level for block in blocks):
        blocks = [replace(block, text=block.bold, level=1) if block.bold and _stands_alone(block) else block for block in blocks]
    used = sorted({block.level for block in blocks if block.level})
    for block in blocks:
        signs = "#" * min(used.index(block.level) + 2, 6) if block.level else ""
        yield replace(block, text=f"{signs} {block.text}") if signs else block


# --- Lists -----------------------------------------------------------------------------------------------------------


def _gather_lists(blocks: Sequence[WordBlock]) -> Iterator[WordBlock]:
    """Paragraphs that each begin with a bullet, a number or a letter, one after the other, become one list."""
    group: list[WordBlock] = []
    for block in blocks:
        if group and (block.remarks or _family(block) != _family(group[0])):
            yield from _merge_group(group)
            group = []
        if _family(block):
            group.append(block)
        else:
            yield block
    yield from _merge_group(group)


def _family(block: WordBlock) -> str:
    """What kind of list a block's lines are items of; empty for another block."""
    if block.level or not block.text or not all(_sign(line) for line in block.lines() if line.strip()):
        return ""
    return "bullets" if _BULLET.match(block.text) or _DASH.match(block.text) else "numbers"


def _merge_group(group: list[WordBlock]) -> Iterator[WordBlock]:
    lines = [line for block in group for line in block.lines() if line.strip()]
    if len(lines) == 1 and not _BULLET.match(lines[0]):
        yield from group  # a lone number or dash is a sentence's own
    elif lines:
        yield WordBlock("\n".join(_item(line) for line in lines), group[0].remarks)


def _sign(line: str) -> re.Match[str] | None:
    return _BULLET.match(line) or _DASH.match(line) or _NUMBER.match(line) or _LETTER.match(line)


def _item(line: str) -> str:
    """`• texte`, `– texte` → `- texte`; `1) texte`, `b) texte` → `1. texte`, `2. texte`."""
    if found := _BULLET.match(line) or _DASH.match(line):
        return f"{found[1]}- {found[2]}"
    if found := _NUMBER.match(line):
        return f"{found[1]}{found[2]}. {found[3]}"
    found = _LETTER.match(line)
    return f"{found[1]}{ord(found[2].lower()) - ord('a') + 1}. {found[3]}" if found else line
