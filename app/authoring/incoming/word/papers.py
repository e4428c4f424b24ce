"""Lists and question papers as Word shows them, made as people type them: numbers, letters, bullets, and right answers. Pure, on the XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from msgspec import Struct

from app.authoring.incoming.word.habits import CLOSE, OPEN
from app.content.quiz.lettered_options import EMPTY, TICKED, box

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLED = re.compile(r"(?:list (?:bullet|number)|liste (?:à puces|à numéros|numérotée))\s*([2-5])?$", re.IGNORECASE)
_LETTERS = ("lowerLetter", "upperLetter")


class ListPlace(Struct, frozen=True):
    """Where a paragraph stands in a list. `list_id` and `level` say which; `styled`: by its style alone."""

    list_id: str
    level: int
    kind: str
    number: int
    styled: bool

    @property
    def is_bullet(self) -> bool:
        return self.kind in ("bullet", "none", "")

    @property
    def is_letter(self) -> bool:
        return self.kind in _LETTERS


class _Style(Struct, frozen=True):
    name: str
    parent: str
    list_id: str
    level: int | None


class Lists:
    """The lists of one document, read in its order: each paragraph is asked for once."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self.kinds: dict[str, dict[int, str]] = {}
        self.abstract: dict[str, str] = {}
        self.restarted: set[str] = set()
        self.counted: dict[tuple[str, int], int] = {}
        self.styles: dict[str, _Style] = {}
        if numbering is not None:
            self._numbering(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            self.styles[style.get(f"{W}styleId", "")] = _style(style)

    def _numbering(self, numbering: Element) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            kinds = {_whole(level.get(f"{W}ilvl")): value(level, "numFmt") for level in abstract.iter(f"{W}lvl")}
            self.kinds[abstract.get(f"{W}abstractNumId", "")] = kinds
        for used in numbering.iter(f"{W}num"):
            number = used.get(f"{W}numId", "")
            self.abstract[number] = value(used, "abstractNumId")
            if used.find(f"{W}lvlOverride") is not None:
                self.restarted.add(number)

    def place(self, paragraph: Element) -> ListPlace | None:
        """Returns where a paragraph stands in its list; None for a paragraph of no list."""
        properties = paragraph.find(f"{W}pPr")
        given = properties.find(f"{W}numPr") if properties is not None else None
        style_id = value(properties, "pStyle") if properties is not None else ""
        list_id, level, styled = self._of_style(style_id)
        if given is not None:
            list_id, styled = value(given, "numId") or list_id, False
            level = _whole(value(given, "ilvl")) if given.find(f"{W}ilvl") is not None else level
        if list_id in ("", "0"):
            return None
        source = list_id if list_id in self.restarted else self.abstract.get(list_id, list_id)
        kinds = self.kinds.get(self.abstract.get(list_id, ""), {})
        kind = kinds.get(level) or kinds.get(0, "")
        if kind == "none":
            return None  # LibreOffice counts its titles so, and shows nothing of it
        for deeper in [key for key in self.counted if key[0] == source and key[1] > level]:
            del self.counted[deeper]
        number = self.counted[source, level] = self.counted.get((source, level), 0) + 1
        return ListPlace(list_id, level, kind, number, styled)

    def _of_style(self, style_id: str) -> tuple[str, int, bool]:
        named = _STYLED.match(self.styles[style_id].name) if style_id in self.styles else None
        for _ in range(6):
            style = self.styles.get(style_id)
            if style is None:
                break
            if style.list_id:
                return style.list_id, int(named[1]) - 1 if named and named[1] else style.level or 0, True
            style_id = style.parent
        return "", 0, False


def _style(style: Element) -> _Style:
    inside = style.find(f"{W}pPr")
    given = inside.find(f"{W}numPr") if inside is not None else None
    level = _whole(value(given, "ilvl")) if given is not None and given.find(f"{W}ilvl") is not None else None
    return _Style(value(style, "name"), value(style, "basedOn"), value(given, "numId") if given is not None else "", level)


def value(parent: Element | None, name: str) -> str:
    """What an element directly under another says."""
    found = parent.find(f"{W}{name}") if parent is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdecimal() else 0


# --- Question papers -------------------------------------------------------------------------------------------------
# Numbers and letters that were automatic, and the answer that a mark shows right.
# This comes before the conversion, which drops numbers, colours and underlines; `composing.py` then reads what is typed.

Remark = Callable[[str], str]
"""Keeps a remark; gives the mark that stands for it."""

_ASKS = re.compile(r"(?:question|exercice)\s*(?:n\s*[°ºo]\s*)?\d{1,3}\b|q\s?\d{1,3}\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,3}\s?[.)]\s*\S")
_OPTION = re.compile(rf"(?:[•·▪◦*–-]\s+|\(?[a-hA-H]\s?[.)]\s+|[{TICKED}{EMPTY}]|\[[ xX]?\])\s*\S")
_SAID = re.compile(r"(?:bonnes? réponses?|réponses?|corrigé|solutions?|explication|indice|points?|objectif|leçon|niveau)\s*:", re.IGNORECASE)
_MARKS = {
    "highlight": "La réponse surlignée est prise pour la bonne : vérifiez-la.",
    "color": "La réponse en couleur est prise pour la bonne : vérifiez-la.",
    "u": "La réponse soulignée est prise pour la bonne : vérifiez-la.",
    "b": "La réponse en gras est prise pour la bonne : vérifiez-la.",
}
RIGHT = " (bonne réponse)"


@dataclass(slots=True)
class _Line:
    """A paragraph of the body that says something."""

    element: Element
    text: str
    place: ListPlace | None

    @property
    def offers(self) -> bool:
        return bool(_OPTION.match(self.text))

    @property
    def asks(self) -> bool:
        return bool(_ASKS.match(self.text) or _NUMBERED.match(self.text)) or (self.place is not None and not self.place.is_bullet)


def type_numbers(body: Element, lists: Lists, remark: Remark) -> None:
    """Write, in a document's body, what Word numbers and marks by itself."""
    lines = [_Line(element, _words(element), lists.place(element)) for element in body if element.tag == f"{W}p" and _words(element)]
    asked = [(index, options) for index in range(len(lines)) if (options := _options(lines, index))]
    sure = [(index, options) for index, options in asked if _sure(lines[index], options)]
    roots = {_list_of(lines[index]) for index, _ in sure} - {None}
    kept = dict(sure) | {index: options for index, options in asked if _list_of(lines[index]) in roots}
    if not kept:
        _unlist_styled(lines)
        _remark_restarts(lines, remark)
    else:
        alone: dict[int, list[_Line]] = {index: [] for index, line in enumerate(lines) if _list_of(line) in roots and index not in kept}
        for number, (index, options) in enumerate(sorted((kept | alone).items()), 1):
            _question(lines[index], options, number, remark)
    _remark_lost_looks(lines, remark)


def _words(element: Element) -> str:
    return " ".join("".join(each.text or "" if each.tag == f"{W}t" else " " for each in element.iter() if each.tag in (f"{W}t", f"{W}tab")).split())


def _list_of(line: _Line) -> tuple[str, int] | None:
    """The list that numbers a question; those of bullets and letters number options."""
    place = line.place
    return (place.list_id, place.level) if place and not place.is_bullet and not place.is_letter else None


def _options(lines: Sequence[_Line], index: int) -> list[_Line]:
    """The options that follow a line, if it may ask: items of another list, or of a deeper level, or lines typed as options."""
    asking = lines[index]
    if asking.offers or (asking.place and (asking.place.is_bullet or asking.place.is_letter)) or _SAID.match(asking.text):
        return []
    if not asking.asks and not asking.text.endswith(("?", ":")):
        return []
    found: list[_Line] = []
    for line in lines[index + 1 :]:
        own = line.place is not None and (asking.place is None or line.place.list_id != asking.place.list_id or line.place.level > asking.place.level)
        if _SAID.match(line.text) or not (own or line.offers) or _ASKS.match(line.text):
            break
        if found and (line.place is None) != (found[0].place is None):
            break
        if found and line.place and found[0].place and (line.place.list_id, line.place.level) != (found[0].place.list_id, found[0].place.level):
            break
        found.append(line)
    return found if len(found) > 1 else []


def _sure(asking: _Line, options: Sequence[_Line]) -> bool:
    """A question, and no list of a lesson: it asks, or one of its options is marked."""
    boxed = any((found := box(option.text)) and found[0] for option in options)
    question = asking.asks and (asking.text.endswith("?") or bool(_ASKS.match(asking.text)))
    lettered = asking.text.endswith("?") and options[0].place is not None and options[0].place.is_letter
    return question or lettered or boxed or (asking.text.endswith("?") and _right(options)[0] != "")


def _right(options: Sequence[_Line]) -> tuple[str, list[_Line]]:
    """The mark that some of the options have and others have not, and those that have it."""
    for name in _MARKS:
        found = [option for option in options if _wholly(option.element, name)]
        if name == "color" and (green := [option for option in options if _wholly(option.element, "green")]):
            found = green
        if found and len(found) < len(options):
            return name, found
    return "", []


def _wholly(paragraph: Element, name: str) -> bool:
    """Whether all the words of a paragraph are marked so."""
    runs = [run for run in paragraph.iter(f"{W}r") if any((text.text or "").strip() for text in run.findall(f"{W}t"))]
    return bool(runs) and all(_has(run, name) for run in runs)


def _has(run: Element, name: str) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return False
    if name in ("color", "green"):
        colour = properties.find(f"{W}color")
        value = colour.get(f"{W}val", "auto").upper() if colour is not None else "AUTO"
        return _is_green(value) if name == "green" else value not in ("AUTO", "000000")
    found = properties.find(f"{W}{name}")
    if name == "highlight" and found is None:
        shade = properties.find(f"{W}shd")
        return shade is not None and shade.get(f"{W}fill", "auto").upper() not in ("AUTO", "FFFFFF")
    if name == "b" and found is None:
        style = properties.find(f"{W}rStyle")
        return style is not None and style.get(f"{W}val", "").casefold() in ("strong", "lev", "élevé")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "none", "off")


def _is_green(colour: str) -> bool:
    if not re.fullmatch(r"[0-9A-F]{6}", colour):
        return False
    red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    return green > red + 30 and green > blue + 10


# --- What is written -------------------------------------------------------------------------------------------------


def _question(asking: _Line, options: Sequence[_Line], number: int, remark: Remark) -> None:
    name, right = _right(options)
    begun = _ASKS.match(asking.text) or (_NUMBERED.match(asking.text) and asking.place is None and options and options[0].place is None)
    said = remark(_MARKS[name]) if name else ""
    if not begun:
        _unlist_line(asking, f"{said}Question {number} : ")
        _without_typed_number(asking.element)
    elif said:
        _unlist_line(asking, said)
    for place, option in enumerate(options):
        if option.place is not None and not option.offers:
            _unlist_line(option, f"{'abcdefghijklmnopqrstuvwxyz'[place % 26]}) ")
        if option in right:
            _append(option.element, RIGHT)
        if name:
            _plain(option.element)


def _unlist_line(line: _Line, before: str) -> None:
    """The paragraph out of its list, with what its list showed."""
    properties = line.element.find(f"{W}pPr")
    for tag in ("numPr", "pStyle") if properties is not None and line.place is not None else ():
        if properties is not None and (found := properties.find(f"{W}{tag}")) is not None:
            properties.remove(found)
    line.element.insert(0 if properties is None else list(line.element).index(properties) + 1, _text_run(before))


def _without_typed_number(paragraph: Element) -> None:
    """« Question 3 : 3. Qui signe ? » says its number twice."""
    for text in list(paragraph.iter(f"{W}t"))[1:2]:
        text.text = re.sub(r"^\s*\d{1,3}\s?[.)]\s*", "", text.text or "")


def _append(paragraph: Element, words: str) -> None:
    paragraph.append(_text_run(words))


def _text_run(words: str) -> Element:
    run, text = Element(f"{W}r"), Element(f"{W}t")
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run


def _plain(paragraph: Element) -> None:
    for run in paragraph.iter(f"{W}r"):
        if (properties := run.find(f"{W}rPr")) is not None:
            run.remove(properties)


def _unlist_styled(lines: Sequence[_Line]) -> None:
    """Lists made by styles, « Liste à puces 2 »: their level is in the name of the style alone."""
    styled = [line for line in lines if line.place and line.place.styled]
    if any(line.place.level for line in styled if line.place):
        for line in styled:
            if line.place:
                sign = "•" if line.place.is_bullet else f"{line.place.number}."
                _unlist_line(line, f"{OPEN}{'>' * line.place.level}{CLOSE}{sign} ")


def _remark_restarts(lines: Sequence[_Line], remark: Remark) -> None:
    """A numbered list that begins again, or goes on after a paragraph: Markdown counts by itself."""
    for before, line in zip([None, *lines], lines, strict=False):
        place, above = line.place, before.place if before else None
        if place is None or place.is_bullet or place.level or place.styled:
            continue
        if above and not above.is_bullet and not above.level and place.number <= above.number:
            _say(line.element, remark("Une seconde liste numérotée commence ici : séparez-la de la première par une phrase."))
        elif above is None and place.number > 1:
            _say(line.element, remark(f"Cette liste continuait à {place.number} : elle recommencerait à 1."))


def _say(paragraph: Element, mark: str) -> None:
    properties = paragraph.find(f"{W}pPr")
    paragraph.insert(0 if properties is None else list(paragraph).index(properties) + 1, _text_run(mark))


def _remark_lost_looks(lines: Sequence[_Line], remark: Remark) -> None:
    """Each once, where it is first met: an underline, a colour that words wear, a highlight that becomes bold."""
    for name, said in (
        ("u", "Le souligné n’est pas repris : mettez en gras ce qui compte."),
        ("color", "La couleur des mots n’est pas reprise : mettez en gras ce qui compte."),
        ("highlight", "Le surligné est repris en gras."),
    ):
        marked = next((line for line in lines if _wears(line.element, name)), None)
        if marked is not None:
            _say(marked.element, remark(said))


def _wears(paragraph: Element, name: str) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    heading = style is not None and re.match(r"(?:heading|titre|title)", style.get(f"{W}val", ""), re.IGNORECASE)
    linked = {id(run) for link in paragraph.iter(f"{W}hyperlink") for run in link.iter(f"{W}r")}
    runs = (run for run in paragraph.iter(f"{W}r") if id(run) not in linked and any((text.text or "").strip() for text in run.findall(f"{W}t")))
    return not heading and any(_has(run, name) for run in runs)
