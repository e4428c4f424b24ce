"""What stands before and behind the words of a line: a number, a letter, a bullet, a box, a mark. By its shape, whatever hand wrote it. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from app.exchange.intake.rich import Rich


class LabelKind(StrEnum):
    NUMBER = "number"
    LETTER = "letter"
    BULLET = "bullet"
    BOX = "box"
    MARK = "mark"
    """A sign that no list has: a star, a tick, an arrow before an option."""


def called_number(value: int) -> str:
    """How a number of the source is said: « 4.1 » of two storeys, « A » for one that is a letter."""
    if value > IN_LETTER:
        return f"{chr(64 + (value - IN_LETTER) // 100)}{value % 100}"
    if value > BY_LETTER:
        return chr(64 + value - BY_LETTER)
    return f"{value // 100}.{value % 100}" if value > 99 else str(value)


class Label(Struct, frozen=True):
    """`value`: the number, the letter's rank from 0, or the sign of a box. `style`: its shape, the same for all the labels of one list."""

    kind: LabelKind
    value: int = 0
    style: str = ""
    sign: str = ""


TICKS = "✓✔✅☑🗸🗹"
CROSSES = "✗✘❌✖✕🗴🗶☓×"
CROSSED_BOXES = "☒❎🗵🗷"
FULL, HOLLOW = "●◉🔘⚫■◼🔵🟢⬛🞊⦿", "○◯⚪□☐▢◻⬜❏❐❑❒🔲🞎🔳⭘\uf0a8\uf06f\uf071\uf070\uf072"
_BOX = rf"\[\(\s?[xX]?\s?\)\]|\[\[\s?[xX]?\s?\]\](?=\s)|\[\s*[xX✓✔✗×•*v ]?\s*\]|\(\s*[xX•●✓✔*]\s*\)|\(\s{{0,3}}\)(?=\s)|[{TICKS}{CROSSES}{CROSSED_BOXES}{FULL}{HOLLOW}]"
_BOXES = re.compile(_BOX)
_AFTER_GLYPH = re.compile(r"\s*[).:–-]?\s*")
_SPACE = r"[ \t\u00a0\u202f\u2009]"
_WORDS = r"questions?|qu?est|exercice|exo|q|qcm|qcu|item|énoncé|num[ée]ro|n[°ºo]"
_SPELT = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"]
_QUESTION = re.compile(
    rf"(?:{_WORDS}){_SPACE}*\.?{_SPACE}*(?:n{_SPACE}*[°ºo]?{_SPACE}*)?(\d{{1,3}}|(?:{'|'.join(_SPELT)})\b)(?![\d%])(?:{_SPACE}*/{_SPACE}*\d{{1,3}}|{_SPACE}+sur{_SPACE}+\d{{1,3}})?{_SPACE}*(?:[.):°/|·–—-]+)?\s*",
    re.IGNORECASE,
)
_LETTERED = re.compile(rf"(?:questions?|exercice){_SPACE}+([A-H])(?:{_SPACE}?[.):–-]\s*|\s*$)", re.IGNORECASE)
"""« Question A. »"""
BY_LETTER = 10_000
"""Added to the rank of a letter that stands for a number."""
IN_LETTER = 20_000
"""Added to the number that stands in a part named by a letter, « B2 »."""
_ASKING = re.compile(r"(?:questions?|énoncé|q)\s*[:.)–—-]\s*(?=\S)", re.IGNORECASE)
"""« Q : » without a number."""
_NUMBER = re.compile(
    rf"[(\[]?(\d{{1,3}})(?:{_SPACE}?(°{_SPACE}?[).:/]?-?|[.)\]:/]-?|[.)]°|er\b)(?!\d)|{_SPACE}?([-–—])(?=\s|[^\s\d])|(\ufe0f?\u20e3)|(\t))[ \t\u00a0\u202f]*(?:[-–—]{_SPACE}+)?(?=\S|$)"
)
_BARE_NUMBER = re.compile(rf"(\d{{1,2}}){_SPACE}+(?=[A-ZÀ-ÖØ-Þ«\"“])")
_AGAIN = re.compile(rf"(\d{{1,2}}){_SPACE}?(?:bis|ter)\b[.):–-]*\s+(?=\S)", re.IGNORECASE)
_CIRCLED = {chr(0x2460 + place): place + 1 for place in range(20)} | {chr(0x2776 + place): place + 1 for place in range(10)}
_ROMAN = re.compile(r"(I{1,3}|IV|VI{0,3}|IX|XI{0,3}|XIV|XV)(?:\s?([.)/°])|\s([-–—])(?=\s))\s*(?:[-–—]\s+)?(?=\S)")
ROMANS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12, "XIII": 13, "XIV": 14, "XV": 15}
_COMPOUND = re.compile(
    r"(I{1,3}|IV|VI{0,3}|IX|X)\.(\d{1,2})(?:\s?[.):-])?\s+(?=\S)|(\d{1,2})\.(\d{1,2})(?:\s?[.):-])?\s+(?=[A-ZÀ-Þ«])|([A-H])(\d{1,2})\s?[.):-]\s+(?=[A-ZÀ-Þ«])"
)
_LETTER = re.compile(
    rf"(?:(?:r[ée]ponse|proposition|option|choix|item){_SPACE}+)?[(\[]?([A-Za-z])(?:{_SPACE}?(°?[).\]:/|°]|\*\))|{_SPACE}?([-–—=])(?=\s)|([-–—])(?=[A-ZÀ-Þ])|({_SPACE}{{2,}}|\t))\s*(?=\S)",
    re.IGNORECASE,
)
_GLYPHS = {
    "🅰": 0,
    "🅱": 1,
    **{chr(0x24B6 + place): place for place in range(8)},
    **{chr(0x24D0 + place): place for place in range(8)},
    **{chr(0x1F130 + place): place for place in range(8)},
}
_GREEK = {letter: place for place, letter in enumerate("αβγδε")}
_BULLET = re.compile(r"[-–—•◦▪▫‣·*+§►▶➤➢❖o\uf0b7\uf0a7\uf0d8\uf076](?=[ \t\u00a0])[ \t\u00a0]*|[•◦▪▫‣►▶➤➢❖](?=\S)|[-–](?=[^\W\d_])")
_BEFORE = re.compile(r"(\*{1,2}|→|=>|⇒|->|➔|➜|👉|▸|>>?|★|⭐)\s*(?=\(?[A-Za-z][).:]|\S)")
_X_BEFORE = re.compile(r"([xX])\s+(?=\(?[a-hA-H]\s?[).:/-])")

BLANK = re.compile(
    r"_{2,}(?:[ ]_{2,})*|\.{4,}|…{2,}|(?<=\s)(?:…|\.{3})(?=\s+\S)|[(\[]\s*(?:\.{2,}|…+|_+|\s{2,})\s*\d?\s*[)\]]|\[\s*\](?=\s*[\w.,;])|\((?:\s*\d\s*)\)\s*(?:_{2,}|\.{3,}|…+)"
)
DOTS = re.compile(r"[\s._…⋯·–—-]*(?:[._…⋯]{3,}|…)[\s._…⋯·–—-]*(?:%|€|ans?|km|points?)?\.?")


def labels_of(words: Rich) -> tuple[tuple[Label, ...], Rich]:
    """The labels that open a line, and what follows them."""
    found: list[Label] = []
    plain, position = words.plain, 0
    while len(found) < 4:
        start = position + len(plain[position:]) - len(plain[position:].lstrip())
        label, end = _label(plain, start, found)
        if label is None:
            break
        found.append(label)
        position = end
    return tuple(found), words.cut(position)


def after_first(words: Rich) -> Rich:
    """The words behind the first label, whatever label follows it."""
    label, end = _label(words.plain, 0, [])
    return words.cut(end) if label is not None else words


Reading = tuple[Label, int] | None
"""A label and where it ends."""


def _label(plain: str, start: int, before: list[Label]) -> tuple[Label | None, int]:
    kinds = {each.kind for each in before}
    counted = {LabelKind.NUMBER, LabelKind.LETTER}
    readers = (
        (counted, _question),
        ({LabelKind.BOX}, _box),
        ({LabelKind.LETTER}, _glyph),
        ({LabelKind.MARK}, _cross),
        ({LabelKind.LETTER}, _letter),
        ({*counted, LabelKind.BULLET, *({LabelKind.MARK, LabelKind.BOX} if plain[start : start + 1] == "*" else ())}, _bullet),
        ({LabelKind.MARK}, _mark),
    )
    found = (reader(plain, start) for without, reader in readers if not kinds & without)
    return next(filter(None, found), (None, start))


def _box(plain: str, start: int) -> Reading:
    box = _BOXES.match(plain, start)
    if box is None:
        return None
    end = box.end() + (plain[box.end() : box.end() + 1] == "\ufe0f")
    written = box[0][0] in "[("
    if not ((plain[end:].strip() and (end - start == 1 or written)) or box[0] in HOLLOW):
        return None
    return Label(LabelKind.BOX, 0, "box", re.sub(r"\s", "", box[0]) if written else box[0]), end


def _glyph(plain: str, start: int) -> Reading:
    if plain[start : start + 1] not in _GLYPHS | _GREEK:
        return None
    end = start + 1 + (plain[start + 1 : start + 2] == "\ufe0f")
    sign = _AFTER_GLYPH.match(plain, end)
    return Label(LabelKind.LETTER, (_GLYPHS | _GREEK)[plain[start]], "glyph"), sign.end() if sign else end


def _cross(plain: str, start: int) -> Reading:
    cross = _X_BEFORE.match(plain, start)
    return (Label(LabelKind.MARK, 0, "", "x"), cross.end()) if cross else None


def _letter(plain: str, start: int) -> Reading:
    letter = _LETTER.match(plain, start)
    if letter is None or _initial(letter):
        return None
    style = (letter[2] or letter[3] or letter[4] or "\t").strip() or "\t"
    return Label(LabelKind.LETTER, ord(letter[1].lower()) - 97, f"{'A' if letter[1].isupper() else 'a'}{style}"), letter.end()


def _bullet(plain: str, start: int) -> Reading:
    bullet = _BULLET.match(plain, start)
    return (Label(LabelKind.BULLET, 0, plain[start], plain[start]), bullet.end()) if bullet else None


def _mark(plain: str, start: int) -> Reading:
    mark = _BEFORE.match(plain, start)
    return (Label(LabelKind.MARK, 0, "", mark[1].strip()), mark.end()) if mark else None


def _initial(letter: re.Match[str]) -> bool:
    """« M. Dupont », « y : », « R : »: no option of a list."""
    return (letter[2] == "." and letter[1] == "M") or letter[1] == "y" or (letter[2] == ":" and letter[1].lower() in ("q", "r"))


def _question(plain: str, start: int) -> Reading:
    """A number, and the word before it if there is one."""
    if found := _QUESTION.match(plain, start):
        value = int(found[1]) if found[1].isdigit() else _SPELT.index(found[1].casefold()) + 1
        word = re.match(r"\W*([^\W\d_]+)", found[0])
        return Label(LabelKind.NUMBER, value, f"word:{(word[1] if word else '').casefold()[:1]}"), found.end()
    if found := _LETTERED.match(plain, start):
        return Label(LabelKind.NUMBER, BY_LETTER + ord(found[1].upper()) - 64, "word:lettre"), found.end()
    if found := _COMPOUND.match(plain, start):
        part = ROMANS[found[1]] if found[1] else int(found[3]) if found[3] else IN_LETTER // 100 + ord(found[5]) - 64
        number = found[2] or found[4] or found[6]
        return Label(LabelKind.NUMBER, 100 * part + int(number), "part"), found.end()
    if found := _ASKING.match(plain, start):
        return Label(LabelKind.NUMBER, 0, "asking"), found.end()
    return _number(plain, start)


def _number(plain: str, start: int) -> Reading:
    if plain[start : start + 1] in _CIRCLED:
        return Label(LabelKind.NUMBER, _CIRCLED[plain[start]], "circled"), start + 1
    if found := _NUMBER.match(plain, start):
        if (found[2] or "").startswith("/") and re.match(r"\d", plain[found.end() :]):
            return None
        style = (found[2] or found[3] or (found[4] and "key") or "\t").replace(" ", "")
        opened = "(" if found.group()[0] in "([" else ""
        return Label(LabelKind.NUMBER, int(found[1]), f"{opened}n{style}" if style not in "–—" else "n-"), found.end()
    if (found := _ROMAN.match(plain, start)) and found[1] in ROMANS:
        return Label(LabelKind.NUMBER, ROMANS[found[1]], "roman"), found.end()
    if found := _AGAIN.match(plain, start):
        return Label(LabelKind.NUMBER, int(found[1]), "n."), found.end()
    found = _BARE_NUMBER.match(plain, start)
    return (Label(LabelKind.NUMBER, int(found[1]), "bare"), found.end()) if found else None


# --- Behind the words ------------------------------------------------------------------------------------------------

_RIGHT_WORDS = r"(?:la\s+)?(?:bonnes?|justes?|correcte?s?|exacte?s?|vraie?s?)(?:\s+r[ée]ponses?)?|r[ée]ponse\s+(?:correcte|juste|exacte|attendue)|right|correct|ok|oui|v|vrai|true|100\s?%|\+?1\s?(?:pt|point)s?|x"
_WRONG_WORDS = (
    r"(?:mauvaises?|fausses?)(?:\s+r[ée]ponses?)?|faux|f|incorrecte?s?|inexacte?s?|non|wrong|false|distracteur|leurre|erreur|ko|0\s?%|0\s?(?:pt|point)s?"
)
_BEHIND = re.compile(
    rf"\s*(?:[(\[{{]\s*(?:(?P<right>{_RIGHT_WORDS})|(?P<wrong>{_WRONG_WORDS}))\s*[)\]}}]"
    rf"|(?:<[-=—]+|←|⇐|◄|[-=—–]+>|→|⇒)\s*(?:c'est\s+)?(?:(?P<right2>{_RIGHT_WORDS}|ici|celle-ci|r[ée]ponse)|(?P<wrong2>{_WRONG_WORDS}))\s*[!.]?"
    rf"|(?:\s[–—-]|:)\s+(?:(?P<right3>vrai|juste|bonne r[ée]ponse|correct|V)|(?P<wrong3>faux|mauvaise r[ée]ponse|incorrect|F))\s*[!.]?"
    rf"|(?P<sign>[{TICKS}{CROSSES}]\ufe0f?(?P<unsure>\s*\?)?)|(?<=\S)\s*(?P<star>\*{{1,3}})|\s(?P<x>[xX]|<{{1,4}}|!{{2,4}}|#{{1,3}}|@|~{{1,3}}|\^{{1,3}}))\s*$",
    re.IGNORECASE,
)


class Behind(Struct, frozen=True):
    """`right`: what it says of the option; None for a sign that only its neighbours explain."""

    right: bool | None
    sign: str
    unsure: bool = False


def mark_behind(words: Rich) -> tuple[Behind | None, Rich]:
    """The mark that closes an option, and what stands before it."""
    if len(words.plain) > 2_000:
        return None, words
    found = _BEHIND.search(words.plain)
    if found is None or not words.plain[: found.start()].strip():
        return None, words
    rest = words.cut(0, found.start())
    if found["sign"]:
        sign = found["sign"].strip("\ufe0f ?")
        return Behind(True if sign in TICKS else None, sign, bool(found["unsure"])), rest
    if found["star"] and rest.plain.rstrip(" \\").endswith("?"):
        return None, words  # a form's sign of a question that wants an answer
    if found["star"]:
        return Behind(True, "*"), rest
    if found["x"]:
        return Behind(None, found["x"].lower()), rest
    right = bool(found["right"] or found["right2"] or found["right3"])
    return Behind(right, found.group().strip()), rest


# --- Several options on one line -------------------------------------------------------------------------------------

_ROW_LETTER = re.compile(r"(?:(?<=[\s;,/|])|^)(?:[*xX☐☑✓✔✗□○●]\s?)?[(\[]?([a-hA-H])\s?(?:[).\]:/°]|-(?=\s))\s?(?=\S)")
_ROW_BOX = re.compile(rf"(?:(?<=\s)|^)(?:{_BOX})\s*(?=[^\s.,;])")


def row_label(part: Rich) -> tuple[tuple[Label, ...], Rich]:
    """The labels of one piece of a row, where a capital needs no sign."""
    labels, body = labels_of(part)
    if not labels and re.match(r"[A-H]\s+\S", part.plain):
        return (Label(LabelKind.LETTER, ord(part.plain[0]) - 65, "row"),), part.cut(2)
    return labels, body


def split_row(words: Rich) -> list[Rich]:
    """`a) oui   b) non`, `☐ Vrai ☐ Faux`: each option by itself, after what stands before them; empty for a line that holds no several."""
    if len(words.plain) > 2_000:
        return []
    starts = next((found for found in (reader(words.plain) for reader in (_lettered_row, _boxed_row)) if len(found) > 1), [])
    if not starts:
        return []
    parts = [words.cut(start, end) for start, end in zip(starts, [*starts[1:], None], strict=True)]
    return [words.cut(0, starts[0]), *(part.cut(0, len(part.plain.rstrip(" ;,/|-–"))) if not part.plain.rstrip().endswith("- ") else part for part in parts)]


def _lettered_row(plain: str) -> list[int]:
    """The longest run of letters from a."""
    longest: list[int] = []
    run: list[int] = []
    for found in _ROW_LETTER.finditer(plain):
        value = ord(found[1].lower()) - 97
        run = [*run, found.start()] if value == len(run) else [found.start()] if value == 0 else run
        longest = run if len(run) > len(longest) else longest
    return longest


def _boxed_row(plain: str) -> list[int]:
    return [found.start() for found in _ROW_BOX.finditer(plain)]


def split_blanks(words: Rich) -> list[Rich]:
    """« 3020 ⇥ 3018 ⇥ 119 »: three short pieces at least, that only blanks part, after nothing; empty otherwise."""
    cuts = list(re.finditer(r"\s{3,}|\s*\t\s*", words.plain))
    starts, ends = [0, *(each.end() for each in cuts)], [*(each.start() for each in cuts), len(words.plain)]
    parts = [part for start, end in zip(starts, ends, strict=True) if (part := words.cut(start, end))]
    return [Rich(""), *parts] if len(parts) > 2 and all(len(part.plain) <= 40 and part.plain[-1] not in ":." for part in parts) else []
