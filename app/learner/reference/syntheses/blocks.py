"""Rendered HTML and figures of the course → plain values that a template prints. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

from msgspec import Struct, field
from msgspec.structs import replace

from app.platform.french import fold

_DRAWING_LOOKS = (
    "text{fill:#17202e;font-family:'Libertinus Serif'}"
    ".chart-value{font-weight:700}"
    ".chart-bar,.chart-stop,.chart-head{fill:LINE}"
    ".chart-box,.chart-root,.chart-way-out,.chart-hollow{fill:#fff;stroke:LINE;stroke-width:1.5}"
    ".chart-root{stroke-width:2.5}"
    ".chart-way-out,.chart-dashed,.chart-tick{stroke:#737a85}"
    ".chart-hollow{stroke-width:2}"
    ".chart-link,.chart-dashed{fill:none;stroke-width:1.5}"
    ".chart-dashed{stroke-dasharray:4 3}"
    ".chart-link{stroke:LINE}"
    ".chart-outline,.chart-track{fill:#fff;stroke:LINE}"
    ".chart-track{stroke:#d9dbd5}"
    ".chart-ground{fill:#d9dbd5}"
    ".chart-axis{stroke:LINE;stroke-width:3}"
    ".chart-span{stroke:LINE;stroke-opacity:.35;stroke-width:10}"
    "circle.chart-stop{fill:#fff;stroke:LINE;stroke-width:2.5}"
)
_WIDTH = re.compile(r' width="(\d+)"')
_NAMES = re.compile(r"<title .*?</desc>", re.DOTALL)
_NUMBERS = re.compile(r' (?:d|viewBox)="[^"]*"')
_ARIA = re.compile(r' (?:aria-labelledby|role)="[^"]*"')


def width_of(svg: str) -> int:
    found = _WIDTH.search(svg)
    return int(found[1]) if found else 0


def on_paper(svg: str, colour: str) -> str:
    """Prepares a drawing for print: without accessible names, which the paper gives as alternative text, with its styles."""
    bare = _ARIA.sub("", _NAMES.sub("", svg, count=1), count=2)
    opening, _, rest = bare.partition(">")
    looks = _DRAWING_LOOKS.replace("LINE", colour)
    whole = f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{looks}</style>{rest}'.strip()
    return _NUMBERS.sub(_without_spaces, whole)


def _without_spaces(attribute: re.Match[str]) -> str:
    """« 8 210 » would be read as one number, « 11 h » as an hour, and spaced as a French printer does."""
    name, _, told = attribute.group().partition("=")
    return f"{name}={re.sub(' (?=[A-Za-z])', '', told).replace(' ', ',')}"


# --- Blocks of runs of words -----------------------------------------------------------------------------------------
# It reads our own HTML, so that what is decided once for the pages (spaces, superscripts, numbers of notes, acronyms, figures) holds on paper too.

Block = dict[str, Any]
Run = dict[str, Any]
"""`text`, `is` (its looks) and `to` (an address); or `calls`, the numbers of notes."""

_DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)
_VOID = frozenset({"br", "img", "hr"})
_LOOKS = {"strong": "bold", "em": "italic", "s": "struck", "sup": "raised", "code": "code"}
_NAMED = {"host": "soft", "checked": "soft", "chart-date": "bold"}
_BLOCKS = frozenset(
    ["p", "ul", "ol", "dl", "table", "aside", "blockquote", "figure", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "div", "section", "details"]
)
_ALIGNED = {"number": "right", "centred": "center"}


class Translator(Struct, frozen=True):
    """`site`: what internal addresses are added to; without it they are words only, for paper knows no « here »."""

    site: str = ""
    calls: bool = True
    """Whether the numbers of notes are kept."""
    colour: str = "#17202e"
    """Of the lines of drawings."""
    _drawings: list[str] = field(default_factory=list)

    def blocks(self, html: str) -> list[Block]:
        own = replace(self, _drawings=[])
        marked = _DRAWING.sub(own._keep_drawing, html)
        return list(own._blocks(_tree(marked)))

    def runs(self, html: str) -> list[Run]:
        """Converts inline HTML into text runs."""
        return list(self._runs(_tree(html)))

    def _keep_drawing(self, found: re.Match[str]) -> str:
        self._drawings.append(found.group())
        return f'<img class="drawing" alt="{len(self._drawings) - 1}">'

    # --- Blocks ---

    def _blocks(self, parent: Element) -> Iterator[Block]:
        """Words that stand between blocks, as in a tight list, are a paragraph."""
        loose = Element("p")
        loose.text = parent.text
        for child in parent:
            if child.tag in _BLOCKS:
                yield from self._paragraph(loose)
                loose = Element("p")
                yield from self._block(child)
                loose.text = child.tail
            else:
                loose.append(child)
        yield from self._paragraph(loose)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        runs = _trim_runs(list(self._runs(element)))
        if runs:
            yield {"kind": "text", "runs": runs}

    def _block(self, element: Element) -> Iterator[Block]:
        if element.tag == "p":
            yield from self._paragraph(element)
        elif element.tag == "figure":
            yield from self._figure(element)
        elif element.tag in _MADE:
            yield _MADE[element.tag](self, element)
        else:
            yield from self._blocks(element)

    def _title(self, element: Element) -> Block:
        return {"kind": "title", "runs": _trim_runs(list(self._runs(element)))}

    def _code(self, element: Element) -> Block:
        return {"kind": "code", "lines": "".join(element.itertext()).rstrip("\n").split("\n")}

    def _set_apart(self, element: Element) -> Block:
        return {"kind": "callout" if element.tag == "aside" else "quotation", "blocks": list(self._blocks(element))}

    def _definitions(self, element: Element) -> Block:
        return {"kind": "words", "items": list(self._words(element))}

    def _rule(self, _element: Element) -> Block:
        return {"kind": "rule"}

    def _list(self, element: Element) -> Block:
        items = [list(self._blocks(item)) for item in element if item.tag == "li"]
        numbered = element.tag == "ol" and element.get("class") != "chart-stops"  # dates number themselves
        return {"kind": "list", "start": int(element.get("start", "1")) if numbered else 0, "items": items}

    def _words(self, element: Element) -> Iterator[list[Any]]:
        """Pairs of what is defined and what is said of it."""
        term: list[Run] = []
        for child in element:
            if child.tag == "dt":
                term = _trim_runs(list(self._runs(child)))
            elif child.tag == "dd":
                yield [term, list(self._blocks(child))]

    def _table(self, element: Element) -> Block:
        rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in element.iter("tr")]
        heads = rows[0] if rows else []
        return {
            "kind": "table",
            "aligned": [_ALIGNED.get(cell.get("class", ""), "left") for cell in heads],
            "rows": [[_trim_runs(list(self._runs(cell))) for cell in row] for row in rows],
        }

    # --- Figures ---

    def _figure(self, element: Element) -> Iterator[Block]:
        """The drawing that has the most room; its alternative is all that the page says in words below it."""
        caption = element.find("figcaption")
        title = _trim_runs(list(self._runs(caption))) if caption is not None else []
        rest = [child for child in element if child is not caption and child.tag != "img"]
        drawings = [self._drawings[int(image.get("alt", "0"))] for image in element.iter("img") if image.get("class") == "drawing"]
        blocks = [block for child in rest if not (drawings and child.tag == "details") for block in self._inside(child)]
        picture = element.find(".//img")
        if not drawings and picture is not None:
            yield {"kind": "text", "runs": [_text_run(f"Image : {picture.get('alt', '')}", ("italic",)), *([_text_run(". ")] if title else []), *title]}
        elif drawings or title or blocks:
            widest = max(drawings, key=width_of, default="")
            words = "".join(run.get("text", "") for run in title)
            alt = f"{words}. {' '.join(map(_table_in_words, rest))}" if widest else ""
            yield {
                "kind": "figure",
                "title": title,
                "drawing": on_paper(widest, self.colour) if widest else "",
                "width": width_of(widest),
                "alt": alt,
                "blocks": blocks,
            }

    def _inside(self, child: Element) -> Iterator[Block]:
        """A block, or those that are folded in it."""
        for one in child if child.tag == "details" else (child,):
            if one.tag != "summary":
                yield from self._block(one)

    # --- Words ---

    def _runs(self, element: Element, looks: tuple[str, ...] = (), to: str = "") -> Iterator[Run]:
        said = ""
        """What the paragraph has said so far: an acronym that follows its own expansion needs no other."""
        for run in self._pieces(element, looks, to):
            if "expansion" in run:
                name, expansion = run["text"], run["expansion"]
                inside = said.count("(") > said.count(")")
                run = _text_run(
                    name if fold(expansion) in fold(said) else f"{name}{', ' if inside else ' ('}{expansion}{'' if inside else ')'}", run["is"], run["to"]
                )
            said += run.get("text", "")
            yield run

    def _pieces(self, element: Element, looks: tuple[str, ...], to: str) -> Iterator[Run]:
        if element.text:
            yield _text_run(element.text, looks, to)
        for child in element:
            yield from self._piece(child, looks, to)
            if child.tail:
                yield _text_run(child.tail, looks, to)

    def _piece(self, child: Element, looks: tuple[str, ...], to: str) -> Iterator[Run]:
        css = child.get("class", "").split()
        if "visually-hidden" in css or child.tag == "summary":
            return
        if "note-call" in css:
            numbers = [int(word) for word in re.findall(r"\d+", "".join(child.itertext()))]
            if self.calls and numbers:
                yield {"calls": numbers}
        elif "sigle" in css:
            yield {"text": "".join(child.itertext()), "is": list(looks), "to": to, "expansion": child.get("expansion", "")}
        elif child.tag == "br":
            yield _text_run("\u2028", looks, to)
        elif child.tag in ("img", "math"):
            yield _text_run(child.get("alt", child.get("alttext", "")), (*looks, "italic"), to)
        elif child.tag == "a":
            yield from self._pieces(child, looks, self._address(child.get("href", "")))
        else:
            look = _LOOKS.get(child.tag) or next((_NAMED[name] for name in css if name in _NAMED), "")
            yield from self._pieces(child, (*looks, look) if look else looks, to)

    def _address(self, href: str) -> str:
        if href.startswith("/"):
            return f"{self.site.rstrip('/')}{href}" if self.site else ""
        return "" if href.startswith("#") else href


_MADE: dict[str, Callable[[Translator, Element], Block]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Translator._title),
    **dict.fromkeys(("ul", "ol"), Translator._list),
    **dict.fromkeys(("aside", "blockquote"), Translator._set_apart),
    "dl": Translator._definitions,
    "table": Translator._table,
    "pre": Translator._code,
    "hr": Translator._rule,
}


class _TreeReader(HTMLParser):
    """Our HTML as a tree. The bubble of an acronym becomes an attribute of what opens it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TreeBuilder()
        self.builder.start("root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)

    def tree(self) -> Element:
        self.builder.end("root")
        return self.builder.close()


def _tree(html: str) -> Element:
    reader = _TreeReader()
    reader.feed(html)
    reader.close()
    root = reader.tree()
    for parent in list(root.iter()):
        _fold_bubbles(parent)
    return root


def _fold_bubbles(parent: Element) -> None:
    before: Element | None = None
    for child in list(parent):
        if before is not None and "sigle" in before.get("class", "") and child.get("class") == "popover":
            expansion = child.find("strong")
            before.set("expansion", "".join(expansion.itertext()) if expansion is not None else "")
            before.tail = child.tail
            parent.remove(child)
        else:
            before = child


def _text_run(text: str, looks: Iterable[str] = (), to: str = "") -> Run:
    return {"text": text.replace("\n", " "), "is": list(looks), "to": to}


def _trim_runs(runs: list[Run]) -> list[Run]:
    """Without the spaces that the page's source has around its words."""
    while runs and not runs[0].get("text", "x").strip(" "):
        runs = runs[1:]
    while runs and not runs[-1].get("text", "x").strip(" "):
        runs = runs[:-1]
    if runs and "text" in runs[0]:
        runs[0] = {**runs[0], "text": runs[0]["text"].lstrip(" ")}
    if runs and "text" in runs[-1]:
        runs[-1] = {**runs[-1], "text": runs[-1]["text"].rstrip(" ")}
    return runs


# --- In words --------------------------------------------------------------------------------------------------------


def _table_in_words(element: Element) -> str:
    """A table or a list in sentences: « Lille : B2, premier label ; … »."""
    tables = list(element.iter("table"))
    if tables:
        return " ".join(_rows_in_words(table) for table in tables)
    items = [" : ".join(filter(None, map(_plain, item))) or _plain(item) for item in element.iter("li")]
    return " ; ".join(items) + "." if items else _plain(element)


def _rows_in_words(table: Element) -> str:
    rows: Sequence[list[str]] = [[_plain(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
    return " ; ".join(f"{row[0]} : {', '.join(row[1:])}" for row in rows[1:] if row) + "."


def _plain(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
