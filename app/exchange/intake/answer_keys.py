"""Keys given apart, « Corrigé : 1b, 2a », a table of numbers and letters, one line a question: each goes to its question by its number. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import annotation_of
from app.exchange.intake.rich import Rich
from app.exchange.intake.shapes import BY_LETTER, ROMANS, LabelKind, after_first

TITLE = re.compile(
    r"\W*(?:(?:le|les|la)\s+)?(?:(?:[ée]l[ée]ments?|fiche|feuille|page|partie|grille|document)\s+(?:de|du|des)\s+)?(?:corrig[ée]s?|correction|r[ée]ponses?|bonnes\s+r[ée]ponses|solutions?|grille(?:\s+de\s+(?:r[ée]ponses|correction))?|cl[ée]s?|answers?(?:\s+key)?|rép\.?)"
    r"(?:\s+(?:du|de|de la|des|aux|au|pour|attendues|correctes|justes|formateurs?|type)\b[^:\n]{0,40})?\s*(?:\([^)]{0,80}\))?\s*(?:[:：–—-]+|\.(?=\s)|$)\s*",
    re.IGNORECASE,
)
_VALUE = r"(?:\(?[A-Ha-h]\)?(?:\s*(?:,|et|&|\+|/)?\s*\(?[A-Ha-h]\)?(?![\wà-ÿ]))*|vrai|faux|V|F)"
_ENTRY = re.compile(
    rf"[\s,;|/.–—-]*(?:questions?|q|n\s*[°ºo])?\s*(\d{{1,3}})\s*[.):=°–—→>-]*\s*(?:(?:la\s+)?(?:bonne\s+)?r[ée]p(?:onse)?s?\.?\s*:?\s*)?({_VALUE})(?![\wà-ÿ'’])\.?",
    re.IGNORECASE,
)


_NUMBERED = re.compile(r"(?:^|(?<=[\s;,|/]))(?:q\s*)?(\d{1,3})\s*(?:(?:[.):=°–—→]|->|-)\s*(?=[^\s\d])|(?:\)\s*|[.:=]\s+)(?=\d))", re.IGNORECASE)
"""« 1. troïka ; 2. principal »: entries of any words, where their numbers follow."""


_BY_LETTERS = re.compile(r"(?:^|(?<=[\s;,|/(]))([A-H]|[a-h](?=\)))\s*[:=)]\s*(?=[^\W\d_]{2}|\d{3})")
"""« A : Cousin. B : Faux. »: entries by letters, of which each says words."""
_ANSWERS = re.compile(r"\W*(?:bonnes?\s+)?(?:r[ée]ponses?|corrig[ée]|solutions?|cl[ée])\b", re.IGNORECASE)
_PARTS = re.compile(r"(?:^|(?<=[\s;,|/]))(\d{1,2})\.(\d{1,2})\s*[:=)–-]\s*(?=\S)")
"""« 4.1 : 1981 ; 4.2 : 1 000 », behind « Exercice 4 : »."""
_HEADED = re.compile(
    r"\W*(?:(?:[ée]l[ée]ments?|fiche|feuille|page|partie|grille|document|propositions?)\s+(?:de|du|des)\s+)?(?:corrig[ée]s?|correction|r[ée]ponses|solutions?|grille de correction)\b[^?]{0,60}$",
    re.IGNORECASE,
)
"""A heading that announces keys, whatever it adds."""


class KeyEntry(Struct, frozen=True):
    """`number`: of the question."""

    number: int
    value: Rich
    line: int
    why: str = ""
    """What the row of a table says beside the answer."""


def entries_of(words: Rich, line: int) -> list[KeyEntry]:
    """All of a line, read as several numbers and their answers; nothing where a part of it is something else."""
    found: list[KeyEntry] = []
    position = 0
    while match := _ENTRY.match(words.plain, position):
        found.append(KeyEntry(int(match[1]), words.cut(match.start(2), match.end(2)), line))
        position = match.end()
    if found and not re.search(r"\w", words.plain[position:]):
        return found
    lettered = list(_BY_LETTERS.finditer(words.plain))
    if len(lettered) > 1 and not lettered[0].start() and [ord(each[1].upper()) - 64 for each in lettered] == list(range(1, len(lettered) + 1)):
        return _cut_entries(words, line, lettered, lambda each: BY_LETTER + ord(each[1].upper()) - 64)
    begun = list(_NUMBERED.finditer(words.plain))
    if len(begun) > 1 and [int(each[1]) for each in begun] == list(range(int(begun[0][1]), int(begun[0][1]) + len(begun))) and not begun[0].start():
        return _cut_entries(words, line, begun, lambda each: int(each[1]))
    return []


def _cut_entries(words: Rich, line: int, begun: Sequence[re.Match[str]], number: Callable[[re.Match[str]], int]) -> list[KeyEntry]:
    """An entry from each place where one begins to the next. `number`: of what begins it."""
    ends = [each.start() for each in begun[1:]] + [len(words.plain)]
    return [KeyEntry(number(each), _trim_signs(words.cut(each.end(), end)), line) for each, end in zip(begun, ends, strict=True)]


_ROMAN = re.compile(rf"({'|'.join(ROMANS)})\s*[:=]\s*(?=\S)")


def _trim_signs(words: Rich) -> Rich:
    return words.cut(0, len(words.plain.rstrip(" ;,|/–—-.")))


class Zone(Struct, frozen=True):
    """Lines from `first` to before `end` that only give keys."""

    first: int
    end: int
    entries: tuple[KeyEntry, ...]


def zones(lines: Sequence[PaperLine], begun: int) -> Iterator[Zone]:
    """The places of a text that only give keys, after the line of place `begun`."""
    place = begun
    while place < len(lines):
        zone = _zone(lines, place)
        if zone is not None:
            yield zone
            place = zone.end
        else:
            place += 1


def _zone(lines: Sequence[PaperLine], first: int) -> Zone | None:
    line = lines[first]
    title = (TITLE.match(line.plain) or (_HEADED.match(line.plain) if line.level else None)) if not line.rows and len(line.plain) < 3_000 else None
    if line.rows:
        found = _of_table(line)
        return Zone(first, first + 1, tuple(found)) if len(found) > 1 else None
    if title is None or (line.labels and not line.level and line.label(LabelKind.BOX, LabelKind.LETTER)):
        return None
    framed = line.plain.startswith("(") and line.plain.endswith(")")
    rest = line.words.cut(title.end(), len(line.words.plain) - framed) if title.end() < len(line.words.plain) else Rich("")
    if rest:
        found = entries_of(rest, line.n)
        if len(found) < 2:
            return None
        end, more = _entries_below(lines, first + 1)
        return Zone(first, end if more else first + 1, (*found, *more))
    if len(line.plain) > 70:
        return None
    end, found = _entries_below(lines, first + 1)
    return Zone(first, end, tuple(found)) if len(found) > 1 or (found and end == len(lines)) else None


def _entries_below(lines: Sequence[PaperLine], place: int) -> tuple[int, list[KeyEntry]]:
    """The entries that follow a title, and where they end. A number alone takes the lines below it, as far as the next one of its own shape."""
    found: list[KeyEntry] = []
    taking = ""
    while place < len(lines):
        line = lines[place]
        number = line.label(LabelKind.NUMBER)
        if number is not None and number.value and not line.body and line.labels[0] is number:
            found, taking = [*found, KeyEntry(number.value, Rich(""), line.n)], number.style
        elif taking and not (line.level or line.rows or (number is not None and number.style == taking)):
            found[-1] = replace(found[-1], value=Rich(f"{found[-1].value.plain}\n{line.plain}".strip()))
        elif more := _of_table(line) if line.rows else _of_line(line):
            found, taking = [*found, *more], ""
        elif found and not (line.rows or line.level or line.labels) and (not line.gap or line.plain[:1].islower()):
            after = re.search(rf"(?:^|\s)(?:q\s?)?{found[-1].number + 1}\s?[.):=]\s", line.plain, re.IGNORECASE)
            ends = after.start() if after else len(line.plain)
            found[-1] = replace(found[-1], value=Rich(f"{found[-1].value.plain}\n{line.plain[:ends]}"))
            found += entries_of(line.words.cut(ends), line.n)
        else:
            break
        place += 1
    return place, [entry for entry in found if entry.value]


def _of_line(line: PaperLine) -> list[KeyEntry]:
    """What one line gives: several entries, or one number and all that follows it."""
    number = line.label(LabelKind.NUMBER)
    several = entries_of(line.words, line.n)
    if len(several) > 1 or (several and number is None):
        return several
    if number is None and (roman := _ROMAN.match(line.plain)):
        return [KeyEntry(ROMANS[roman[1]], line.words.cut(roman.end()), line.n)]
    if number is None or not number.value or not (line.body or several):
        return []
    rest = after_first(line.words) if line.labels[0].kind is LabelKind.NUMBER else line.body
    parts = list(_PARTS.finditer(rest.plain))
    if parts and not parts[0].start() and {int(each[1]) for each in parts} == {number.value}:
        return _cut_entries(rest, line.n, parts, lambda each: 100 * int(each[1]) + int(each[2]))
    rest = rest.cut(len(rest.plain) - len(rest.plain.lstrip("_.…\t ")))
    annotation = annotation_of(rest)
    return [KeyEntry(number.value, annotation.value if annotation and annotation.value else rest, line.n)]


def _of_table(line: PaperLine) -> list[KeyEntry]:
    """Two columns of numbers and letters, or two rows; more columns side by side."""
    rows = [list(row) for row in line.rows]
    if len(rows) == 2 and len(rows[0]) > 2:
        rows = [list(column) for column in zip(*rows, strict=False)]
    found: list[KeyEntry] = []
    headed = len(rows) > 1 and any(_ANSWERS.match(cell.plain) for cell in rows[0][1:])
    for cells in rows:
        start = len(found)
        placed: set[int] = set()
        for place in range(0, len(cells) - 1, 2):
            number = re.fullmatch(r"\W*(?:questions?|q|n\s*[°ºo])?\s*(\d{1,3})\s*[.)°]?\s*", cells[place].plain, re.IGNORECASE)
            if number and (headed or re.fullmatch(rf"\W*{_VALUE}\W*|\S{{1,30}}", cells[place + 1].plain.strip(), re.IGNORECASE)) and cells[place + 1]:
                found.append(KeyEntry(int(number[1]), cells[place + 1], line.n))
                placed |= {place, place + 1}
        if len(found) == start + 1:
            found[-1] = replace(found[-1], why=" ; ".join(cell.plain for place, cell in enumerate(cells) if cell and place not in placed))
            if not re.search(r"\w", found[-1].value.plain):
                found[-1] = replace(found[-1], value=Rich(found[-1].why), why="")  # « — | Réponse libre : … »
    plain = [cells for cells in rows if re.search(r"\d", cells[0].plain)]
    return found if found and len(found) >= len(plain) else []
