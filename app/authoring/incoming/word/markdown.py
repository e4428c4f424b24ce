"""HTML, as mammoth writes it or as a word processor puts it on the clipboard, made Markdown of the course: one block a paragraph. Pure.

What has no Markdown leaves a mark where it stood. Habits of writing (bullets typed by hand, questions) come after. Both are in
`habits.py`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from markdownify import MarkdownConverter

from app.authoring.incoming.word.habits import CLOSE, OPEN
from app.platform.french import short

PICTURE = "croisee-image-"
"""The address of an image until it has a name of its own: this, and its number."""
_DROPPED = ("script", "style", "meta", "link", "title", "head", "xml", "iframe", "object", "embed", "svg", "form", "button", "template", "noscript", "select")
_NOTE_CALL = re.compile(r"#_?(ftn|edn|footnote-|endnote-|sdfootnote|sdendnote)(\d+)(?:sym)?$")
_NOTE = re.compile(r"_?(ftn|edn|footnote-|endnote-|sdfootnote|sdendnote)(\d+)$")
_BACK = re.compile(r"#(_?(ftn|edn)ref|(footnote|endnote)-ref|(sdfootnote|sdendnote)\d+anc)")
_DETOUR = re.compile(r"https?://(?:www\.)?google\.[a-z.]+/url\?(.*)", re.IGNORECASE)
"""How Google Docs writes a link: through itself."""
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_BY_MACHINE = re.compile(r"\s*(?:Description générée automatiquement|Le contenu généré par l.IA|Image générée par l.IA).*", re.DOTALL)
"""What Word adds to an alternative that it wrote by itself: somebody has to read it again, and this would be read aloud."""
_RAISED = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ", strict=True))
_ORDINAL = re.compile(r"(?:ers?|res?|[èe](?:me)?s?|nde?s?|os?|me|lle|gr|de?|te?)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_BLANKS = re.compile(r"(?<![ \t])[ \t]+\n")
_BLOCKS = re.compile(r"\[document\]|html|body|div|p|li|[uod]l|d[td]|t[dhr]|table|pre|blockquote|section|article|h[1-6]")
_LIST_LEVEL = re.compile(r"level(\d)")


class _Converter(MarkdownConverter):
    """markdownify, but a picture's alternative loses what would end it, and a table cell is one line."""

    def __init__(self, literal: Callable[[str], str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.literal = literal

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return self.literal(text) if self.literal else str(super().escape(text, parent_tags))  # type: ignore[misc]  # which the stubs forget

    def convert_img(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        said = _BY_MACHINE.sub("", str(element.get("alt") or ""))
        alternative = " ".join(said.split()).translate(str.maketrans("[]", "()"))
        return f"![{alternative}]({element.get('src')})"


def markdown(html: str, remarks: list[str], pictures: list[bytes], literal: Callable[[str], str] | None = None) -> str:
    """The Markdown of a page. `remarks` and `pictures` receive what the page itself adds to them.

    `literal` writes its words so that no character of theirs means anything; without it, habits of typing (`- `, `## `) are left to be understood.
    """
    soup = BeautifulSoup(_COMMENT.sub(_as_text, html), "html.parser")
    notes = _WordPage(soup, remarks, pictures).plain()
    converter = _Converter(literal, heading_style="ATX", bullets="-", newline_style="BACKSLASH", table_infer_header=True)
    text = str(converter.convert_soup(soup))
    text = _BLANKS.sub("\n", text.replace("\u00a0", " "))
    return "\n\n".join([re.sub(r"\n{3,}", "\n\n", text).strip(), *notes]) + "\n"


class _WordPage:
    def __init__(self, soup: BeautifulSoup, remarks: list[str], pictures: list[bytes]) -> None:
        self.soup = soup
        self.remarks = remarks
        self.pictures = pictures
        self.labels: dict[str, str] = {}

    def plain(self) -> list[str]:
        """Leave in the page only what Markdown has; give the notes, which stand at the end of a file."""
        for unseen in self.soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
            unseen.extract()
        for name in _DROPPED:
            for element in self.soup.find_all(name):
                element.decompose()
        self._emphasis()
        self._call_notes()
        notes = list(self._notes())
        self._breaks()
        self._boxes()
        self._nested_lists()
        self._rewrite_raised()
        self._lists()
        self._titles()
        self._links()
        self._images()
        self._tables()
        return notes

    def _remark(self, said: str) -> str:
        self.remarks.append(said)
        return f"{OPEN}{len(self.remarks) - 1}{CLOSE}"

    def _emphasis(self) -> None:
        """Weights that a style gives, as some editors paste them; what is in bold as a whole page is not."""
        for element in self.soup.find_all(["span", "b", "strong", "i", "em"]):
            style = str(element.get("style") or "").replace(" ", "").lower()
            if "font-weight:normal" in style or "font-weight:400" in style:
                element.unwrap() if element.name in ("b", "strong") else None
            elif element.name == "span" and re.search(r"font-weight:(bold|[6-9]00)", style):
                element.name = "strong"
            elif element.name == "span" and "font-style:italic" in style:
                element.name = "em"

    # --- Notes ---

    def _call_notes(self) -> None:
        for link in self.soup.find_all("a", href=_NOTE_CALL):
            if link.find_parent(id=_NOTE) is not None:
                continue
            found = _NOTE_CALL.search(str(link["href"]))
            if found:
                label = self.labels.setdefault(found[1].strip("-") + found[2], str(len(self.labels) + 1))
                _with_its_sup(link).replace_with(f"[^{label}]")

    def _notes(self) -> Iterator[str]:
        for element in self.soup.find_all(["li", "div", "p"], id=_NOTE):
            found = _NOTE.search(str(element["id"]))
            label = self.labels.get(found[1].strip("-") + found[2]) if found else None
            for back in element.find_all("a", href=_BACK):
                _with_its_sup(back).decompose()
            if label:
                said = " ".join(str(_Converter(newline_style="BACKSLASH").convert(element.decode_contents())).replace("\\\n", " ").split())
                yield f"[^{label}]: {said}"
            element.decompose()

    # --- Blocks ---

    def _breaks(self) -> None:
        """One that ends a block breaks nothing, and would leave its mark. From the last on: another may stand before it."""
        for element in reversed(self.soup.find_all("br")):
            if _ends_block(element):
                element.decompose()

    def _boxes(self) -> None:
        for box in self.soup.find_all("input"):
            box.replace_with("[x] " if box.has_attr("checked") else "[ ] ") if box.get("type") == "checkbox" else box.decompose()

    def _nested_lists(self) -> None:
        """A list that stands beside the item it belongs to, as Google Docs and LibreOffice paste it, goes into it."""
        for inner in self.soup.find_all(["ul", "ol"]):
            above = inner.find_previous_sibling("li") if inner.parent is not None and inner.parent.name in ("ul", "ol") else None
            if above is not None:
                above.append(inner.extract())

    def _rewrite_raised(self) -> None:
        """`10<sup>3</sup>` is 10³, `1<sup>er</sup>` 1er; what has no character of its own is said."""
        for name, signs in (("sup", _RAISED), ("sub", _LOWERED)):
            for element in self.soup.find_all(name):
                written = element.get_text()
                if not written.strip() or _ORDINAL.fullmatch(written.strip()):
                    element.unwrap()
                elif all(letter in signs for letter in written.strip()):
                    element.replace_with("".join(signs[letter] for letter in written.strip()))
                else:
                    said = self._remark(f"« {short(written, 40)} » était écrit {'plus haut' if name == 'sup' else 'plus bas'} que la ligne.")
                    element.insert_before(said)
                    element.unwrap()

    def _lists(self) -> None:
        """Word pastes its lists as paragraphs whose bullet is written: the bullet is kept, the list is made again later."""
        for paragraph in self.soup.find_all("p", style=re.compile(r"mso-list:\s*l\d")):
            sign = paragraph.find("span", style=re.compile(r"mso-list:\s*Ignore"))
            written = sign.get_text().replace("\u00a0", " ").strip() if sign else ""
            if sign:
                sign.decompose()
            level = _LIST_LEVEL.search(str(paragraph["style"]))
            marker = written if re.match(r"\(?[0-9A-Za-z]{1,3}[.)]", written) else "•"
            paragraph.insert(0, f"{OPEN}{'>' * (int(level[1]) - 1 if level else 0)}{CLOSE}{marker} ")

    def _titles(self) -> None:
        """The title of the whole is above every other heading."""
        titles = self.soup.find_all("p", class_=re.compile(r"^(titre|MsoTitle)$"))
        for heading in self.soup.find_all(re.compile(r"h[1-6]$")) if titles else ():
            heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"
        for paragraph in titles:
            paragraph.name = "h1"
        for heading in self.soup.find_all(re.compile(r"h[1-6]$")):
            for bold in heading.find_all(["strong", "b", "em", "i"]):
                bold.unwrap()

    def _links(self) -> None:
        for link in self.soup.find_all("a"):
            if (found := _DETOUR.match(str(link.get("href") or ""))) and (meant := parse_qs(found[1]).get("q")):
                link["href"] = meant[0]
            if not _SAFE.match(str(link.get("href") or "")):
                link.unwrap()

    def _images(self) -> None:
        for image in self.soup.find_all("img"):
            source = str(image.get("src") or "")
            if _DATA.match(source):
                self._embed_image(image, source)
            elif not re.fullmatch(rf"{PICTURE}\d+", source):
                image.replace_with(self._remark("Une image n’a pas été collée avec le texte : ajoutez-la par son fichier."))

    def _embed_image(self, image: Tag, source: str) -> None:
        try:
            self.pictures.append(base64.b64decode(source.partition(",")[2], validate=True))
        except (binascii.Error, ValueError):
            self.pictures.append(b"")
        image["src"] = f"{PICTURE}{len(self.pictures) - 1}"

    # --- Tables ---

    def _tables(self) -> None:
        for element in self.soup.find_all(["colgroup", "col"]):
            element.unwrap()  # as Excel writes them: the first row would not be seen to be the first
        for table in self.soup.find_all("table"):
            cells = table.find_all(["td", "th"])
            if table.find("table") is not None or len(cells) < 2:
                self._unframe_table(table)
                continue
            if any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for cell in cells):
                table.insert_before(self._block("Ce tableau avait des cases réunies : relisez-le."))
            for cell in cells:
                self._one_line(cell)

    def _unframe_table(self, table: Tag) -> None:
        """A frame of one cell, or a table that holds another: a way of placing text, which a lesson has not."""
        table.insert_before(self._block("Ce qui suit était dans un cadre ou un tableau de mise en page."))
        for name in ("tbody", "thead", "tr", "td", "th"):
            for element in table.find_all(name):
                element.unwrap()
        table.unwrap()

    def _block(self, said: str) -> Tag:
        paragraph = self.soup.new_tag("p")
        paragraph.string = self._remark(said)
        return paragraph

    def _one_line(self, cell: Tag) -> None:
        for paragraph in cell.find_all(["p", "li", "br"]):
            paragraph.insert_after(" ")
            paragraph.unwrap()
        for wrapper in cell.find_all(["ul", "ol", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"]):
            wrapper.unwrap()
        for text in cell.find_all(string=re.compile(r"\|")):
            text.replace_with(str(text).replace("|", "\\|"))


def _as_text(comment: re.Match[str]) -> str:
    """Nothing; one that never ends is text, of which its reader would look for the end again and again."""
    return "" if comment[1] else comment.group().replace("<!--", "&lt;!--")


def _ends_block(element: Tag) -> bool:
    """Whether nothing follows it there; blanks that do are taken away."""
    node: Tag = element
    while not _BLOCKS.fullmatch(node.name):
        while isinstance(after := node.next_sibling, NavigableString) and not after.strip():
            after.extract()
        if after is not None:
            return isinstance(after, Tag) and bool(_BLOCKS.fullmatch(after.name))
        if node.parent is None:
            return True
        node = node.parent
    return True


def _with_its_sup(link: Tag) -> Tag:
    """The call of a note, and what raises it."""
    return link.parent if link.parent is not None and link.parent.name == "sup" else link
