"""A page that was copied, or a LibreOffice text → Markdown that keeps what it shows: colours, underlines, letters of lists. Pure."""

from __future__ import annotations

import base64
import html as html_module
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from defusedxml.ElementTree import fromstring

from app.authoring.incoming.word.markdown import markdown
from app.authoring.incoming.word.safety import BOUNDS
from app.exchange.intake.rich import Look, wear
from app.exchange.intake.word_file import look_of_colour
from app.platform import zips
from app.platform.zips import FileRefused

_TAB = "\ue134"
_TAGS = {"u": Look.UNDERLINE, "ins": Look.UNDERLINE, "mark": Look.HIGHLIGHT, "s": Look.STRIKE, "del": Look.STRIKE, "strike": Look.STRIKE}
_LETTERED = re.compile(r"lower-(?:alpha|latin)|upper-(?:alpha|latin)")
_NAMED = {"red": (255, 0, 0), "green": (0, 128, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "orange": (255, 165, 0), "purple": (128, 0, 128)}


def read_page(html: str) -> tuple[str, list[str], list[bytes]]:
    """The Markdown, what is said at its marks, and the pictures that it shows."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        looks = list(_looks(element))
        if looks and element.get_text(strip=True) and element.name not in ("body", "html", "table", "ul", "ol", "tr", "tbody"):
            _wear(element, looks)
    for ordered in soup.find_all("ol"):
        style = f"{ordered.get('style') or ''} {ordered.get('type') or ''}"
        if _LETTERED.search(style) or str(ordered.get("type")) in ("a", "A"):
            capital = "upper" in style or ordered.get("type") == "A"
            for place, item in enumerate(ordered.find_all("li", recursive=False)):
                first = item.find(string=lambda text: bool(text and text.strip()))
                if isinstance(first, NavigableString):
                    first.replace_with(f"{chr((65 if capital else 97) + place % 26)}) {first.lstrip()}")
                item.name = "div"
            ordered.unwrap()
    remarks: list[str] = []
    pictures: list[bytes] = []
    text = markdown(str(soup), remarks, pictures).replace(_TAB, "\t")
    return text, remarks, pictures


def _looks(element: Tag) -> Iterator[Look]:
    if element.name in _TAGS:
        yield _TAGS[element.name]
    style = str(element.get("style") or "").replace(" ", "").lower()
    colour = re.search(r"(?<![-\w])color:([^;]+)", style)
    if seen := _colour(colour[1] if colour else str(element.get("color") or "")):
        if min(seen) > 245:
            yield Look.HIDDEN
        elif max(seen) - min(seen) > 60:
            yield look_of_colour(*seen)
    ground = re.search(r"background(?:-color)?:([^;]+)", style)
    if (seen := _colour(ground[1]) if ground else None) and max(seen) - min(seen) > 60:
        yield Look.HIGHLIGHT
    decoration = re.search(r"text-decoration(?:-line)?:([^;]+)", style)
    if decoration and "underline" in decoration[1] and element.find_parent("a") is None and element.find("a") is None:
        yield Look.UNDERLINE
    if decoration and "line-through" in decoration[1]:
        yield Look.STRIKE


def _colour(written: str) -> tuple[int, int, int] | None:
    if found := re.match(r"#([0-9a-f]{6})", written):
        return int(found[1][:2], 16), int(found[1][2:4], 16), int(found[1][4:], 16)
    if found := re.match(r"#([0-9a-f])([0-9a-f])([0-9a-f])$", written):
        return int(found[1] * 2, 16), int(found[2] * 2, 16), int(found[3] * 2, 16)
    if found := re.match(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,0(?:\.0+)?\))?", written):
        return (int(found[1]), int(found[2]), int(found[3])) if not found[0].endswith(",0)") else None
    return _NAMED.get(written)


def _wear(element: Tag, looks: list[Look]) -> None:
    texts = [text for text in element.find_all(string=True) if isinstance(text, NavigableString) and text.strip()]
    for look in looks if texts else ():
        opening, closing = wear(look, "\0").split("\0")
        element.insert(0, NavigableString(opening))
        element.append(NavigableString(closing))


# --- LibreOffice -----------------------------------------------------------------------------------------------------

_OFFICE, _TEXT, _STYLE, _FO, _TABLE, _XLINK, _DRAW = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" if name != "xlink" else "{http://www.w3.org/1999/xlink}"
    for name in ("office", "text", "style", "xsl-fo-compatible", "table", "xlink", "drawing")
)


def read_odt(data: bytes) -> tuple[str, list[str], list[bytes]]:
    """As `read_page`, for a file of LibreOffice. Raises FileRefused."""
    parts = zips.unpack_zip(data, BOUNDS)
    if "content.xml" not in parts:
        raise FileRefused("Ce fichier n’est pas un texte de LibreOffice.")
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
        raise FileRefused("Ce document contient des macros, c’est-à-dire des programmes : il est refusé.")
    try:
        root = fromstring(parts["content.xml"], forbid_dtd=True)
    except Exception:
        raise FileRefused("Ce document est abîmé : ouvrez-le dans votre traitement de texte et enregistrez-le de nouveau.") from None
    return read_page(_OdtPage(root, parts).html())


class _OdtPage:
    """The text as a web page, each look as a style of it."""

    def __init__(self, root: Element, parts: dict[str, bytes]) -> None:
        self.root, self.parts = root, parts
        self.styles: dict[str, str] = {}
        self.lists: dict[str, dict[int, str]] = {}
        self.notes: list[str] = []
        for style in root.iter(f"{_STYLE}style"):
            self.styles[style.get(f"{_STYLE}name", "")] = "".join(_css(style))
        for listed in root.iter(f"{_TEXT}list-style"):
            levels = {
                int(each.get(f"{_TEXT}level", "1")): each.get(f"{_STYLE}num-format", "") for each in listed if each.tag == f"{_TEXT}list-level-style-number"
            }
            self.lists[listed.get(f"{_STYLE}name", "")] = levels

    def html(self) -> str:
        body = self.root.find(f"{_OFFICE}body/{_OFFICE}text")
        return "".join((*self._blocks(body, "", 1), *self.notes)) if body is not None else ""

    def _blocks(self, parent: Element, listed: str, level: int) -> Iterator[str]:
        for child in parent:
            if child.tag == f"{_TEXT}h":
                depth = min(int(child.get(f"{_TEXT}outline-level", "1")), 6)
                yield f"<h{depth}>{self._inline(child)}</h{depth}>"
            elif child.tag == f"{_TEXT}p":
                style = self.styles.get(child.get(f"{_TEXT}style-name", ""), "")
                name = child.get(f"{_TEXT}style-name", "").casefold()
                yield f'<p{" class=titre" if name in ("title", "titre") else ""} style="{style}">{self._inline(child)}</p>'
            elif child.tag == f"{_TEXT}list":
                yield from self._list(child, child.get(f"{_TEXT}style-name", "") or listed, level)
            elif child.tag == f"{_TABLE}table":
                yield f"<table>{''.join(self._rows(child))}</table>"
            elif child.tag in (f"{_TEXT}section", f"{_TEXT}soft-page-break"):
                yield from self._blocks(child, listed, level)

    def _list(self, element: Element, style: str, level: int) -> Iterator[str]:
        form = self.lists.get(style, {}).get(level, "")
        tag = f"ol type={form}" if form in ("a", "A") else "ol" if form else "ul"
        start = next((item.get(f"{_TEXT}start-value", "") for item in element), "")
        yield f"<{tag}{f' start={start}' if start.isdecimal() else ''}>"
        for item in element:
            yield f"<li>{''.join(self._blocks(item, style, level + 1))}</li>"
        yield f"</{tag[:2]}>"

    def _rows(self, table: Element) -> Iterator[str]:
        for row in table.iter(f"{_TABLE}table-row"):
            cells = [cell for cell in row if cell.tag == f"{_TABLE}table-cell"]
            yield "<tr>" + "".join(f"<td>{' '.join(self._blocks(cell, '', 1))}</td>" for cell in cells) + "</tr>"

    def _inline(self, element: Element) -> str:
        written = [html_module.escape(element.text or "")]
        for child in element:
            written += [self._piece(child), html_module.escape(child.tail or "")]
        return "".join(written)

    def _piece(self, child: Element) -> str:
        signs = {f"{_TEXT}tab": _TAB, f"{_TEXT}line-break": "<br>", f"{_TEXT}s": " " * min(int(child.get(f"{_TEXT}c", "1")), 40)}
        if child.tag in signs:
            return signs[child.tag]
        if child.tag == f"{_TEXT}note":
            return self._note(child)
        if child.tag == f"{_DRAW}frame":
            return self._picture(child)
        if child.tag in (f"{_OFFICE}annotation", f"{_TEXT}tracked-changes"):
            return ""
        inner = self._inline(child)
        if child.tag == f"{_TEXT}span":
            return f'<span style="{self.styles.get(child.get(f"{_TEXT}style-name", ""), "")}">{inner}</span>'
        return f'<a href="{html_module.escape(child.get(f"{_XLINK}href", ""))}">{inner}</a>' if child.tag == f"{_TEXT}a" else inner

    def _note(self, note: Element) -> str:
        number = len(self.notes) + 1
        body = note.find(f"{_TEXT}note-body")
        self.notes.append(f'<div id="sdfootnote{number}">{"".join(self._blocks(body, "", 1)) if body is not None else ""}</div>')
        return f'<a href="#sdfootnote{number}sym">{number}</a>'

    def _picture(self, frame: Element) -> str:

        image = frame.find(f"{_DRAW}image")
        data = self.parts.get(image.get(f"{_XLINK}href", ""), b"") if image is not None else b""
        kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
        return f'<img alt="" src="data:image/{kind};base64,{base64.b64encode(data).decode()}">' if data else ""


def _css(style: Element) -> Iterator[str]:
    for text in style.iter(f"{_STYLE}text-properties"):
        for name in ("color", "background-color"):
            if (said := text.get(f"{_FO}{name}")) and said != "transparent":
                yield f"{name}:{said};"
        if text.get(f"{_FO}font-weight") == "bold":
            yield "font-weight:bold;"
        if text.get(f"{_FO}font-style") == "italic":
            yield "font-style:italic;"
        if text.get(f"{_STYLE}text-underline-style", "none") != "none":
            yield "text-decoration:underline;"
        if text.get(f"{_STYLE}text-line-through-style", "none") != "none":
            yield "text-decoration:line-through;"
