"""A Word document → Markdown that keeps what its page shows: automatic numbers and letters, colours, underlines, boxes, blanks, comments. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import mammoth  # type: ignore[import-untyped]  # ships no types
from defusedxml.ElementTree import fromstring, tostring

from app.authoring.incoming.word import habits, safety
from app.authoring.incoming.word.docx_changes import tree_of
from app.authoring.incoming.word.lists import ListPlace, Lists, W, value
from app.authoring.incoming.word.markdown import PICTURE, markdown
from app.authoring.incoming.word.safety import main_part
from app.exchange.intake.lines import without_signs
from app.exchange.intake.rich import Look, wear
from app.exchange.intake.units import COMMENT

MOST_PICTURES = 60
_STYLES = """
p[style-name='Title'] => p.titre:fresh
p[style-name='Titre'] => p.titre:fresh
p[style-name='Titre 1'] => h1:fresh
p[style-name='Titre 2'] => h2:fresh
p[style-name='Titre 3'] => h3:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='toc 1'] => !
p[style-name='toc 2'] => !
p[style-name='toc 3'] => !
p[style-name='TOC Heading'] => !
"""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SYMBOLS = {
    "F06F": "☐", "F0A8": "☐", "F071": "☐", "F070": "☐", "F0FE": "☑", "F0FD": "☒", "F078": "☒", "F052": "☑", "F0FC": "✓", "F050": "✓", "F0FB": "✗", "F04F": "✗",
    "F0E0": "→", "F0F0": "→", "F0A1": "○", "F06D": "○", "F06E": "■", "F06C": "●", "F09F": "•", "F0B7": "•", "F0A7": "▪", "F0D8": "➢",
}  # fmt: skip
"""What Word's symbol fonts show."""
_LEADERS = ("dot", "underscore", "hyphen", "middleDot", "heavy")
_TAB = "\ue134"
_COMMENTED = re.compile(r"Un commentaire n’est pas repris : « (.*) »\.", re.DOTALL)
_FORMATS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


def read_word(name: str, data: bytes) -> tuple[str, list[str], list[bytes]]:
    """The Markdown, what is said at its marks, and the pictures that it shows. Raises FileRefused."""
    safety.check(name, data)
    return _WordFile(data).read()


class _WordFile:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.remarks: list[str] = []
        self.pictures: list[bytes] = []
        self.count = 0

    def read(self) -> tuple[str, list[str], list[bytes]]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as parts:
            marked = self._mark_parts(parts)
        options = {"style_map": _STYLES, "include_embedded_style_map": False, "external_file_access": False}
        html = mammoth.convert_to_html(io.BytesIO(marked), convert_image=mammoth.images.img_element(self._picture), **options).value
        text = markdown(str(html), self.remarks, self.pictures).replace(_TAB, "\t")
        remarks = [without_signs(each) for each in self.remarks]
        said = [COMMENT + found[1] if (found := _COMMENTED.fullmatch(each)) else each for each in remarks]
        return text, said, self.pictures

    def _mark_parts(self, parts: zipfile.ZipFile) -> bytes:
        names, main = set(parts.namelist()), main_part(parts)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for name in parts.namelist():
                data = parts.read(name)
                if name == main:
                    data = self._mark_document(fromstring(data, forbid_dtd=True), parts, names, main.rpartition("/")[0])
                copy.writestr(name, data)
        margins = [name for name in names if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")]
        if any(habits.words(fromstring(parts.read(name), forbid_dtd=True)) for name in margins):
            self.remarks.append("L’en-tête et le pied de page ne sont pas repris.")
        return out.getvalue()

    def _mark_document(self, root: Element, parts: zipfile.ZipFile, names: set[str], folder: str) -> bytes:
        body = root.find(f"{W}body")
        if body is not None:
            lists = Lists(tree_of(parts, f"{folder}/numbering.xml"), tree_of(parts, f"{folder}/styles.xml"))
            leaders = _has_leaders(tree_of(parts, f"{folder}/styles.xml"))
            for paragraph in body.iter(f"{W}p"):
                self.count += 1
                _mark_paragraph(paragraph, self.count, lists, leaders)
        comments = fromstring(parts.read("word/comments.xml"), forbid_dtd=True) if "word/comments.xml" in names else None
        said = {each.get(f"{W}id", ""): habits.words(each) for each in comments.iter(f"{W}comment")} if comments is not None else {}
        habits.mark_losses(root, said, self.remarks)
        return bytes(tostring(root, "utf-8"))

    def _picture(self, image: object) -> dict[str, str]:
        try:
            with image.open() as file:  # type: ignore[attr-defined]
                self.pictures.append(file.read() if len(self.pictures) < MOST_PICTURES else b"")
        except (KeyError, ValueError, OSError):
            self.pictures.append(b"")
        return {"src": f"{PICTURE}{len(self.pictures) - 1}"}


def _has_leaders(styles: Element | None) -> bool:
    return styles is not None and any(tab.get(f"{W}leader") in _LEADERS for tab in styles.iter(f"{W}tab"))


# --- One paragraph ---------------------------------------------------------------------------------------------------


def _mark_paragraph(paragraph: Element, number: int, lists: Lists, leaders: bool) -> None:
    properties = paragraph.find(f"{W}pPr")
    place = lists.place(paragraph)
    led = leaders or (properties is not None and any(tab.get(f"{W}leader") in _LEADERS for tab in properties.iter(f"{W}tab")))
    looks = _paragraph_looks(properties)
    for run in list(_runs(paragraph)):
        _mark_run(run, looks, led)
    before = f"\ue132{number}\ue133"
    if place is not None:
        before += _shown_label(place, lists)
        _unlist(properties)
    paragraph.insert(0 if properties is None else list(paragraph).index(properties) + 1, _text_run(before))


def _runs(parent: Element) -> Iterator[Element]:
    """Runs that are shown there: not those of a box drawn in the paragraph, which has paragraphs of its own."""
    for child in parent:
        if child.tag == f"{W}r":
            yield child
        elif child.tag not in (f"{W}pPr", f"{W}p"):
            yield from _runs(child)


def _mark_run(run: Element, around: tuple[Look, ...], led: bool) -> None:
    properties = run.find(f"{W}rPr")
    looks = tuple(dict.fromkeys((*around, *_run_looks(properties))))
    texts = list(_texts(run, led or Look.UNDERLINE in looks))
    if Look.UNDERLINE in looks and texts and all(not (each.text or "").strip(" \u00a0") for each in texts) and sum(len(each.text or "") for each in texts) > 2:
        texts[0].text = "____"
        for each in texts[1:]:
            each.text = ""
        return
    worn = [each for each in texts if (each.text or "").strip()]
    if worn and looks:
        first, last = worn[0], worn[-1]
        for look in looks:
            opening, closing = wear(look, "\0").split("\0")
            first.text = f"{opening}{first.text}"
            last.text = f"{last.text}{closing}"


def _texts(run: Element, ruled: bool) -> Iterator[Element]:
    """The texts of a run, its signs, tabs and form boxes made texts too. `ruled`: its tabs draw a line."""
    for index, child in reversed(list(enumerate(run))):
        box = child.find(f"{W}ffData/{W}checkBox") if child.tag == f"{W}fldChar" else None
        if child.tag == f"{W}sym":
            run[index] = _text(_SYMBOLS.get(child.get(f"{W}char", "").upper(), "•"))
        elif child.tag == f"{W}tab":
            run[index] = _text("____" if ruled else _TAB)
        elif box is not None:
            said = box.find(f"{W}checked") if box.find(f"{W}checked") is not None else box.find(f"{W}default")
            run.insert(index + 1, _text("☒ " if said is not None and said.get(f"{W}val", "1") not in ("0", "false", "off") else "☐ "))
    yield from (child for child in run if child.tag == f"{W}t")


def _paragraph_looks(properties: Element | None) -> tuple[Look, ...]:
    if properties is None:
        return ()
    shade = properties.find(f"{W}shd")
    shaded = shade is not None and shade.get(f"{W}fill", "auto").upper() not in ("AUTO", "FFFFFF", "")
    return ((Look.HIGHLIGHT,) if shaded else ()) + ((Look.FRAME,) if properties.find(f"{W}pBdr") is not None else ())


def _run_looks(properties: Element | None) -> Iterator[Look]:
    if properties is None:
        return
    colour = value(properties, "color").upper()
    shade = properties.find(f"{W}shd")
    if _is_on(properties, "highlight") or (shade is not None and shade.get(f"{W}fill", "auto").upper() not in ("AUTO", "FFFFFF", "")):
        yield Look.HIGHLIGHT
    if colour == "FFFFFF" or _is_on(properties, "vanish"):
        yield Look.HIDDEN
    elif re.fullmatch(r"[0-9A-F]{6}", colour) and colour != "000000":
        yield look_of_colour(*(int(colour[place : place + 2], 16) for place in (0, 2, 4)))
    for tag, look in (("u", Look.UNDERLINE), ("strike", Look.STRIKE), ("dstrike", Look.STRIKE), ("bdr", Look.FRAME)):
        if _is_on(properties, tag):
            yield look


def look_of_colour(red: int, green: int, blue: int) -> Look:
    """What a colour is called; any dark grey is no colour."""
    if green > red + 30 and green > blue + 10:
        return Look.GREEN
    return Look.RED if red > green + 70 and red > blue + 60 else Look.COLOUR


def _is_on(properties: Element, name: str) -> bool:
    found = properties.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "none", "off", "nil")


# --- Its number in a list --------------------------------------------------------------------------------------------


def _shown_label(place: ListPlace, lists: Lists) -> str:
    kind = "b" if place.is_bullet else "l" if place.is_letter else "n"
    automatic = f"\ue130{place.list_id}.{place.level}.{kind}\ue131"
    if place.is_bullet:
        return f"{automatic}• "
    shown = _count_as(place.number, place.kind)
    pattern = lists.shown_as(place) or "%1."
    parts = re.findall(r"%\d", pattern)
    text = pattern.replace(parts[-1], shown) if parts else f"{shown}."
    text = re.sub(r"%\d[.)]?", "", text)
    return f"{automatic}{text}{'.' if text[-1:].isalnum() else ''} "


def _count_as(number: int, kind: str) -> str:
    form = _FORMATS.get(kind, "")
    if form in ("a", "A"):
        return chr(ord(form) + (number - 1) % 26)
    if form in ("i", "I"):
        return _roman(number) if form == "I" else _roman(number).lower()
    return str(number)


def _roman(number: int) -> str:
    written = ""
    for weight, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        written += sign * (number // weight)
        number %= weight
    return written


def _unlist(properties: Element | None) -> None:
    """The paragraph out of its list: its label is typed."""
    for tag in ("numPr", "pStyle") if properties is not None else ():
        found = properties.find(f"{W}{tag}") if properties is not None else None
        if (
            properties is not None
            and found is not None
            and not (tag == "pStyle" and re.match(r"(?:heading|titre|title)", found.get(f"{W}val", ""), re.IGNORECASE))
        ):
            properties.remove(found)


def _text_run(words: str) -> Element:
    run = Element(f"{W}r")
    run.append(_text(words))
    return run


def _text(words: str) -> Element:
    text = Element(f"{W}t")
    text.text = words
    text.set(_SPACE, "preserve")
    return text
