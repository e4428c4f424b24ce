"""GIFT → questions, by its grammar: `::titre:: énoncé {réponses}`, its signs `~ = # { } :` protected by a backslash. Pure.

What Moodle takes though the grammar does not (unprotected `:` and `=`) is read as Moodle reads it, with a remark. Source of the order in
which a type is decided: question/format/gift/format.php. `// [id:…] [points:…] [tag:…]` is ours; Moodle skips it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.authoring.incoming.word.reading.marks import CLOSE, OPEN
from app.exchange.banks.reading import cloze
from app.exchange.banks.reading.found import Found, Given, number
from app.exchange.banks.reading.moodle_xml import path_of
from app.exchange.banks.reading.texts import HTML, MARKDOWN, MOODLE, PLAIN, Texts

_HELD = {sign: chr(0xE110 + place) for place, sign in enumerate("~=#{}:\\n")}
"""A protected sign, until its text is cut out: a private letter each."""
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_HOLD = re.compile("[" + "".join(_HELD.values()) + "]")
_SIGNS = {letter: "\n" if sign == "n" else sign for sign, letter in _HELD.items()}
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:\s*(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*//(?!(?:[\w-]+\.)+[a-z]{2,}(?:[/?#\s]|$))(.*)")
"""But an address without its `https:`."""
_CARRIED = re.compile(r"\[(id|points|tag)\s*:\s*([^\]]+)\]", re.IGNORECASE)
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_FORMATS = {"html": HTML, "markdown": MARKDOWN, "plain": PLAIN, "moodle": MOODLE}
_TRUTH = re.compile(r"\s*(true|t|vrai|v|false|f|faux)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d*)?)%")
_GLUED = re.compile(r"(?<=[^\s~=}])=")
_NUMBER = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:(:|\.\.)\s*(-?\d+(?:[.,]\d+)?))?\s*")
_ORDERING = re.compile(r">\s*(\d*)\s*(?:(ALL|RANDOM|REL|CONTIGUOUS|CONTIG)[A-Z_]*)?[^\n]*\n(.*)", re.IGNORECASE | re.DOTALL)
GLUED = "Un « = » suit un texte sans espace : lu comme Moodle le lit, il commence une autre réponse. S’il en fait partie, écrivez « \\= »."
LOOSE = "Des « : » et des « = » n’étaient pas protégés par « \\ » : ils sont lus comme Moodle les lit."


@dataclass(slots=True)
class _Block:
    """Lines without a blank one between them: a question, and what its comments carry."""

    line: int
    lines: list[str] = field(default_factory=list)
    carried: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def open(self) -> bool:
        """Whether its answer is not closed yet: a blank line then does not end it."""
        held = _ESCAPE.sub("", self.text)
        return held.count("{") > held.count("}")


def read(text: str, pictures: list[bytes]) -> tuple[list[Found], tuple[str, ...]]:
    """The questions of a file, and what is to be said of the whole."""
    category, found, loose = "", list[Found](), False
    for block in _blocks(text):
        lines: list[str] = []
        for line in block.lines:
            if named := _CATEGORY.match(line):
                category = path_of(named[1])
            else:
                lines.append(line)
        if not "".join(lines).strip():
            continue
        question = _question(_Block(block.line, lines, block.carried), category, pictures)
        loose = loose or bool(re.search(r"(?<!\\)[:=]", re.sub(r"^\s*::.*?::", "", "\n".join(lines)).partition("{")[0]))
        found.append(question)
    return found, (LOOSE,) if loose else ()


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    current: _Block | None = None
    carried: list[tuple[str, str]] = []
    for place, line in enumerate(text.split("\n"), 1):
        if said := _COMMENT.fullmatch(line):
            carried += [(name.lower(), value.strip()) for name, value in _CARRIED.findall(said[1])]
        elif line.strip():
            if current is None:
                current = _Block(place, carried=carried)
                carried = []
                blocks.append(current)
            current.lines.append(line)
        elif current is not None and not (current.open and len(current.lines) < 200):
            current = None
    return blocks


def _question(block: _Block, category: str, pictures: list[bytes]) -> Found:
    question = Found(block.line, "", category=category)
    texts = Texts(pictures)
    _carry(question, block.carried)
    held = _ESCAPE.sub(lambda found: _HELD[found[1]], block.text)
    title = _TITLE.match(held)
    body = held[title.end() :] if title else held
    opening = body.find("{")
    closing = body.find("}", opening + 1) if opening >= 0 else -1
    format, before = _format(body[:opening] if opening >= 0 else body)
    question.name = " ".join(_free(title[1]).split()) if title else " ".join(_free(before).split())[:60]
    if opening >= 0 and closing < 0:
        question.refuse("L’accolade « { » n’est jamais fermée : ajoutez « } » après les réponses.")
        return question
    if opening < 0:
        question.refuse("C’est un texte sans accolades, donc sans réponse : recopiez-le en situation, ou ajoutez ses réponses entre « { » et « } ».")
        return question
    after = body[closing + 1 :].strip()
    if "{" in after:
        question.lose("Seules les premières accolades font une réponse : les suivantes sont lues comme du texte.")
    question.statement = texts.markdown(_free(before), format)
    _Answers(question, texts, format, body[opening + 1 : closing]).read()
    if after and not question.refused:
        _hole(question, texts, format, before, _free(after))
    question.lost += [each for each in texts.remarks if each not in question.lost]
    return question


def _carry(question: Found, carried: Sequence[tuple[str, str]]) -> None:
    for name, value in carried:
        if name == "id":
            question.id = value
        elif name == "points":
            question.points = number(value, Decimal(1))
        else:
            question.tags.append(value)


def _format(text: str) -> tuple[str, str]:
    found = _FORMAT.match(text)
    return (_FORMATS[found[1].lower()], text[found.end() :].strip()) if found else (MOODLE, text.strip())


def _free(text: str) -> str:
    """Its protected signs as themselves."""
    return _HOLD.sub(lambda found: _SIGNS[found.group()], text)


def _hole(question: Found, texts: Texts, format: str, before: str, after: str) -> None:
    """`La {=Seine ~Loire} traverse Paris.`: a text with one gap, or a blank where its answers have more to say."""
    right = [given for given in question.answers if given.right]
    plain = not any(given.feedback or given.weighted for given in question.answers) and not question.several
    typed = question.kind == "shortanswer"
    if plain and (typed or (question.kind == "multichoice" and len(right) == 1)):
        cloze_text = cloze.written([given.text for given in right]) if typed else _menu(question)
        mark = f"{OPEN}c{CLOSE}"
        whole = texts.markdown(f"{_free(before)} {mark} {after}", format)
        question.statement, question.kind = whole.replace(mark, cloze_text), "gaps"
    else:
        question.statement = texts.markdown(f"{_free(before)} _____ {after}", format)


def _menu(question: Found) -> str:
    return cloze.menu(question, [(given.text.replace("\\", ""), given.right) for given in question.answers])


class _Answers:
    """What stands between the braces."""

    def __init__(self, question: Found, texts: Texts, format: str, inside: str) -> None:
        self.question, self.texts, self.format = question, texts, format
        inside, parted, general = inside.rpartition("####")
        if not parted:
            inside, general = general, ""
        self.inside = inside.strip()
        question.explanation = self._markdown(general)

    def _markdown(self, text: str) -> str:
        format, text = _format(text)
        return self.texts.markdown(_free(text), format if format != MOODLE else self.format)

    def _words(self, text: str) -> str:
        """Of what is typed or chosen in a list, which Moodle takes as it is written, whatever its question is written in."""
        format, text = _format(text)
        return self.texts.words(_free(text), format)

    def read(self) -> None:
        inside = self.inside
        if inside.startswith(">"):
            self._ordering()
        elif not inside:
            self.question.kind = "essay"
        elif inside.startswith("#"):
            self._number(inside[1:])
        elif "~" in inside:
            self._choices()
        elif "=" in inside and "->" in inside:
            self._pairs()
        elif found := _TRUTH.fullmatch(inside):
            self._truth(found)
        else:
            self._typed()

    def _ordering(self) -> None:
        found = _ORDERING.fullmatch(self.inside)
        self.question.kind = "ordering"
        steps = [line for line in (found[3] if found else "").split("\n") if line.strip()]
        self.question.answers = [Given(self._markdown(line)) for line in steps]
        if found and found[2] and found[2].upper() != "ALL":
            self.question.lose("Moodle n’en montrait que quelques étapes, tirées au sort : toutes sont montrées ici.")

    def _parts(self, inside: str) -> list[str]:
        if _GLUED.search(inside):
            self.question.lose(GLUED)
        return [part for part in re.split(r"(?=[~=])", inside) if part.strip()]

    def _choices(self) -> None:
        question = self.question
        question.kind = "multichoice"
        parts = self._parts(_merged(self.inside))
        weighted = any(_WEIGHT.match(part[1:]) for part in parts)
        question.several = weighted and not any(part.startswith("=") for part in parts)
        question.answers = [self._given(part) for part in parts]

    def _given(self, part: str, typed: bool = False) -> Given:
        text, fraction, feedback = _cut(part)
        return Given(self._words(text) if typed else self._markdown(text), fraction, self._markdown(feedback))

    def _typed(self) -> None:
        self.question.kind = "shortanswer"
        parts = self._parts(self.inside)
        if not all(part.startswith("=") for part in parts):
            self.question.refuse("Ces réponses ne commencent ni par « = » ni par « ~ » : écrivez {=bonne ~fausse}, ou {=réponse à taper}.")
        self.question.answers = [self._given(part, typed=True) for part in parts]

    def _pairs(self) -> None:
        self.question.kind = "matching"
        for part in self._parts(self.inside):
            left, _, right = part.removeprefix("=").partition("->")
            format, left = _format(left)
            self.question.pairs.append((self.texts.line(_free(left), format if format != MOODLE else self.format), self._words(right)))

    def _truth(self, found: re.Match[str]) -> None:
        """`{T#said when wrong#said when right}`."""
        true = found[1].casefold()[0] in "tv"
        wrong, _, right = (found[2] or "").partition("#")
        said = (self._markdown(right), self._markdown(wrong))
        self.question.kind = "truefalse"
        self.question.answers = [
            Given("true", Decimal(100 if true else 0), said[0] if true else said[1]),
            Given("false", Decimal(0 if true else 100), said[1] if true else said[0]),
        ]

    def _number(self, inside: str) -> None:
        self.question.kind = "numerical"
        for part in self._parts(inside) if re.search(r"[=~]", inside) else [f"={inside}"]:
            value, fraction, feedback = _cut(part)
            self.question.answers.append(self._numbered(_free(value), fraction, self._markdown(feedback)))

    def _numbered(self, value: str, fraction: Decimal, feedback: str) -> Given:
        found = _NUMBER.fullmatch(value)
        if found is None:
            return Given(value.strip() or "*", fraction, feedback)
        if "," in value:
            self.question.lose("La virgule d’un nombre est comprise ; Moodle veut un point.")
        if found[2] != "..":
            return Given(found[1], fraction, feedback, found[3] or "")
        low, high = number(found[1]), number(found[3])
        return Given(str((low + high) / 2), fraction, feedback, str((high - low) / 2))


def _cut(part: str) -> tuple[str, Decimal, str]:
    """`~%50%words#comment` → what it says, its worth, its comment."""
    sign, said = part[:1], part[1:] if part[:1] in "~=" else part
    weight = _WEIGHT.match(said)
    text, _, feedback = said[weight.end() if weight else 0 :].partition("#")
    return text, number(weight[1]) if weight else Decimal(100 if sign == "=" else 0), feedback


def _merged(inside: str) -> str:
    """`=%50%` of a list of choices is read as it is."""
    return inside if inside[:1] in "~=" else f"~{inside}" if not re.match(r"\s*[~=]", inside) else inside.lstrip()
