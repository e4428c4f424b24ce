"""A GIFT file → questions: first the lines of each, in one pass, then their grammar. Pure.

Moodle ends a question at a blank line, wherever it stands. Here a blank line between braces ends none, and what leaves a question without a sure
end never spoils its neighbours: it is refused whole, and the next one is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.authoring.incoming.word.habits import CLOSE, OPEN
from app.exchange.banks.reading import cloze
from app.exchange.banks.reading.imported_question import FoundBank, ImportedAnswer, ImportedQuestion, check_count, gap_markup, number, plain_name
from app.exchange.banks.reading.moodle_xml import path_of
from app.exchange.banks.reading.texts import HTML, MARKDOWN, MOODLE, PLAIN, QuestionTexts

_HOLDERS = {sign: chr(0xE110 + place) for place, sign in enumerate("~=#{}:\\n")}
"""A protected sign, until its text is cut out: a private letter each."""
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_HOLDER = re.compile("[" + "".join(_HOLDERS.values()) + "]")
_SIGNS = {letter: "\n" if sign == "n" else sign for sign, letter in _HOLDERS.items()}
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*//(?!(?:[\w-]+\.)+[a-z]{2,}(?:[/?#\s]|$))(.*)")
"""But an address without its `https:`."""
_CARRIED = re.compile(r"\[(id|points|tag)\s*:\s*([^\]]+)\]", re.IGNORECASE)
_BRACE = re.compile("[{}]")
_OF_ANSWERS = re.compile(r"\s*[~=#%]")
_ENDED = re.compile(r"[.?!…:»)\]>]\s*$")
UNCLOSED = "L’accolade « { » n’est jamais fermée : ajoutez « } » après les réponses."
UNOPENED = "Une accolade « } » n’est jamais ouverte : ajoutez « { » avant les réponses, ou écrivez « \\} » si elle fait partie du texte."
NESTED = "Une accolade « { » se trouve dans les réponses : écrivez « \\{ » et « \\} » si elle en fait partie."
SECOND = "Elle a plusieurs paires d’accolades, et GIFT n’en permet qu’une : faites-en plusieurs questions, ou un texte à trous en « XML Moodle »."
TEXT = "C’est un texte sans accolades, donc sans réponse : recopiez-le en situation, ou ajoutez ses réponses entre « { » et « } »."
BELOW_UNCLOSED = "La question au-dessus n’est pas fermée : vérifiez que celle-ci commence bien là."
CUT = (
    "Une ligne vide la coupe en deux, avant la ligne {line} : retirez cette ligne vide ; ou, si le début est un texte à part, "
    "donnez un titre (« ::Titre:: ») à la question qui le suit."
)
_BEFORE, _WITHIN, _AFTER = range(3)
"""Where a line stands: before the answers, within their braces, after them."""


def hold(text: str) -> str:
    """Replaces each escaped character by a private one, so that it is not read as syntax."""
    return _ESCAPE.sub(lambda found: _HOLDERS[found[1]], text)


def release(text: str) -> str:
    """Puts the escaped characters of a text back."""
    return _HOLDER.sub(lambda found: _SIGNS[found.group()], text)


def is_titled(line: str) -> bool:
    return line.lstrip().startswith("::")


@dataclass(slots=True)
class GiftBlock:
    """The lines of a question, their protected signs held, each with its place in the file; and what its comments carry."""

    category: str
    carried: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    stands: int = _BEFORE
    kept: int = 0
    """How many of its lines are surely its own: within braces, those before the last place where another question may begin; after them, those with its answers."""
    parted: bool = False
    """A blank line stands at that place; or it ended the block."""
    refused: str = ""
    doubt: str = ""
    titled: bool = False
    """Or a part of one that is."""
    in_title: bool = False
    """Its title goes on over the next line."""

    @property
    def line(self) -> int:
        return self.lines[0][0]

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    def add(self, place: int, line: str) -> None:
        rest = self._after_title(line)
        self.lines.append((place, line))
        self.parted = False
        if self.stands == _WITHIN and _OF_ANSWERS.match(line):
            self.kept = len(self.lines)
        for sign in _BRACE.findall(rest):
            self._brace(sign)

    def _after_title(self, line: str) -> str:
        """What of a line may hold its answers: a title may have any sign."""
        if not self.lines and is_titled(line):
            self.titled = self.in_title = True
            line = line.lstrip()[2:]
        if self.in_title:
            _, ended, rest = line.partition("::")
            self.in_title = not ended and "{" not in line
            return rest if ended or self.in_title else line
        return line

    def _brace(self, sign: str) -> None:
        opens = sign == "{"
        if self.stands == _WITHIN and opens:
            self._refuse(NESTED)
        elif self.stands == _AFTER or not (opens or self.stands == _WITHIN):
            self._refuse(SECOND if opens else UNOPENED)
        else:
            self.stands, self.kept = _WITHIN if opens else _AFTER, len(self.lines)

    def _refuse(self, said: str) -> None:
        self.refused = self.refused or said

    def end(self) -> None:
        if self.stands == _WITHIN:
            self._refuse(UNCLOSED)

    def gives_way_to(self, line: str) -> bool:
        """Whether another question begins with a line, or a little above it."""
        if is_titled(line):
            return not self.in_title
        opening = line.find("{")
        if opening < 0 or self.stands == _BEFORE:
            return False
        if self.stands == _WITHIN:
            return not (_OF_ANSWERS.match(line) or 0 <= line.find("}") < opening)
        rest = self.lines[self.kept - 1][1].rpartition("}")[2]
        return not rest.strip() or bool(_ENDED.search(rest))

    def goes_on_in(self, other: GiftBlock) -> bool:
        """Whether a text without answers, and what follows its blank line, are one question."""
        if self.stands != _BEFORE or self.refused or not self.parted or other.titled or other.category != self.category:
            return False
        first = other.lines[0][1].lstrip()
        return self.titled or not _ENDED.search(self.lines[-1][1]) or first[0] in "{=~" or first[0].islower()


class _GiftCutter:
    def __init__(self) -> None:
        self.blocks: list[GiftBlock] = []
        self.current: GiftBlock | None = None
        self.category = ""
        self.carried: list[tuple[str, str]] = []

    def take(self, place: int, line: str) -> None:
        if said := _COMMENT.fullmatch(line):
            self.carried += [(name.lower(), value.strip()) for name, value in _CARRIED.findall(said[1])]
        elif named := _CATEGORY.fullmatch(line):
            self.end()
            self.category = release(hold(named[1]))
        elif line.strip():
            self._add(place, hold(line))
        elif self.current is not None:
            self.current.parted = True
            if self.current.stands == _WITHIN:
                self.current.kept = len(self.current.lines)
            else:
                self.current = None

    def _add(self, place: int, line: str) -> None:
        before = self.current
        if before is None or before.gives_way_to(line):
            self.current = GiftBlock(self.category, self.carried)
            self.blocks.append(self.current)
            self.carried = []
            if before is not None:
                self._part(before, self.current, is_titled(line))
        self.blocks[-1].add(place, line)

    @staticmethod
    def _part(before: GiftBlock, after: GiftBlock, titled: bool) -> None:
        """One question gives way to another, with those of its lines that are the other's: none, where a title says where it begins."""
        if before.stands == _WITHIN and not titled and not before.parted:
            after.doubt = BELOW_UNCLOSED
        before.end()
        kept = len(before.lines) if titled else before.kept
        for place, line in before.lines[kept:]:
            after.add(place, line)
        del before.lines[kept:]

    def end(self) -> None:
        if self.current is not None:
            self.current.end()
        self.current = None


def blocks_of(text: str) -> list[GiftBlock]:
    """The questions of a file; one that a blank line cuts is one, and refused."""
    cutter = _GiftCutter()
    for place, line in enumerate(text.split("\n"), 1):
        cutter.take(place, line)
    cutter.end()
    return _whole(cutter.blocks)


def _whole(blocks: Iterable[GiftBlock]) -> list[GiftBlock]:
    whole: list[GiftBlock] = []
    last: GiftBlock | None = None
    for block in blocks:
        if last is not None and last.goes_on_in(block):
            whole[-1].refused = whole[-1].refused or CUT.format(line=block.line)
            block.titled = last.titled
        else:
            whole.append(block)
        last = block
    return whole


# --- The lines of a question → the question ---
# By its grammar: `::titre:: énoncé {réponses}`, its signs `~ = # { } :` protected by a backslash.
#
# What Moodle takes though the grammar does not (unprotected `:` and `=`) is read as Moodle reads it, with a remark. Source of the order in
# which a type is decided: question/format/gift/format.php. `// [id:…] [points:…] [tag:…]` is ours; Moodle skips it.

_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_UNPROTECTED = re.compile("[:=]")
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_FORMATS = {"html": HTML, "markdown": MARKDOWN, "plain": PLAIN, "moodle": MOODLE}
_TRUTH = re.compile(r"\s*(true|t|vrai|v|false|f|faux)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d*)?)%")
_GLUED = re.compile(r"(?<=[^\s~=}])=")
_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?) ?(?:(:|\.\.) ?(-?\d+(?:[.,]\d+)?))?")
_SOME = re.compile(r">\s*\d*\s*(?:RANDOM|REL|CONTIG)", re.IGNORECASE)
_OF_CLOZE = re.compile(r"\d*:[A-Z_]+:")
_MOST = 100
"""Answers of one question that are looked at."""
GLUED = "Un « = » suit un texte sans espace : lu comme Moodle le lit, il commence une autre réponse. S’il en fait partie, écrivez « \\= »."
NO_COMMENT = "Un « # » termine une réponse : lu comme Moodle le lit, il annonce un commentaire, vide ici. S’il en fait partie, écrivez « \\# »."
LOOSE = "Des « : » et des « = » n’étaient pas protégés par « \\ » : ils sont lus comme Moodle les lit."


def recognises(text: str) -> bool:
    return "{" in text


def read_gift(text: str, pictures: list[bytes]) -> FoundBank:
    """Raises FileRefused."""
    blocks = blocks_of(text)
    check_count(len(blocks))
    return FoundBank([_question(block, pictures) for block in blocks], remarks=(LOOSE,) if any(map(_loose, blocks)) else ())


def _loose(block: GiftBlock) -> bool:
    text = block.text
    title = _TITLE.match(text)
    return bool(_UNPROTECTED.search(text, title.end() if title else 0, max(text.find("{"), 0) or len(text)))


def _question(block: GiftBlock, pictures: list[bytes]) -> ImportedQuestion:
    question = ImportedQuestion(block.line, "", category=path_of(block.category))
    texts = QuestionTexts(pictures)
    _carry(question, block.carried)
    text = block.text
    title = _TITLE.match(text)
    before, _, rest = text[title.end() if title else 0 :].partition("{")
    inside, closed, after = rest.partition("}")
    format, before = _format(before)
    question.name = plain_name(release(title[1])) if title else plain_name(release(before[:200]))[:60]
    if block.doubt:
        question.lose(block.doubt)
    if block.refused or not closed:
        question.refuse(block.refused or TEXT)
        return question
    question.statement = texts.markdown(release(before), format)
    _GiftAnswers(question, texts, format, inside).read()
    if after.strip() and not question.refused:
        _hole(question, texts, format, before, release(after.strip()))
    question.lost += [each for each in texts.remarks if each not in question.lost]
    return question


def _carry(question: ImportedQuestion, carried: Sequence[tuple[str, str]]) -> None:
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


def _hole(question: ImportedQuestion, texts: QuestionTexts, format: str, before: str, after: str) -> None:
    """`La {=Seine ~Loire} traverse Paris.`: a text with one gap, or a blank where its answers have more to say."""
    right = [given for given in question.answers if given.whole]
    plain = not any(given.feedback or given.is_weighted for given in question.answers) and not question.several
    typed = question.kind == "shortanswer"
    if plain and (typed or (question.kind == "multichoice" and len(right) == 1)):
        cloze_text = gap_markup([given.text for given in right]) if typed else _menu(question)
        mark = f"{OPEN}c{CLOSE}"
        whole = texts.markdown(_fill_between(release(before), mark, after), format)
        question.statement, question.kind = whole.replace(mark, cloze_text), "gaps"
    else:
        question.statement = texts.markdown(_fill_between(release(before), "_____", after), format)


def _fill_between(before: str, hole: str, after: str) -> str:
    """A blank on each side, but after an apostrophe and before a full stop."""
    left = "" if before.endswith(("'", "’", "(")) else " "
    right = "" if after.startswith((".", ",", ")")) else " "
    return f"{before}{left}{hole}{right}{after}"


def _menu(question: ImportedQuestion) -> str:
    return cloze.menu(question, [(given.text.replace("\\", ""), given.whole) for given in question.answers])


class _GiftAnswers:
    """What stands between the braces."""

    def __init__(self, question: ImportedQuestion, texts: QuestionTexts, format: str, inside: str) -> None:
        self.question, self.texts, self.format = question, texts, format
        inside, parted, general = inside.rpartition("####")
        if not parted:
            inside, general = general, ""
        self.inside = inside.strip()
        question.explanation = self._markdown(general)

    def _markdown(self, text: str) -> str:
        format, text = _format(text)
        return self.texts.markdown(release(text), format if format != MOODLE else self.format)

    def _words(self, text: str) -> str:
        """Of what is typed or chosen in a list, which Moodle takes as it is written, whatever its question is written in."""
        format, text = _format(text)
        return self.texts.words(release(text), format)

    def read(self) -> None:
        inside = self.inside
        if inside.startswith(">"):
            self._ordering()
        elif not inside:
            self.question.kind = "essay"
        elif inside.startswith("#"):
            self._number(inside[1:])
        elif _OF_CLOZE.match(inside):
            self.question.refuse("C’est un code de texte à trous (Cloze), que GIFT n’a pas : exportez cette question en « XML Moodle ».")
        elif "~" in inside:
            self._choices()
        elif "=" in inside and "->" in inside:
            self._pairs()
        elif found := _TRUTH.fullmatch(inside):
            self._truth(found)
        else:
            self._read_typed()

    def _ordering(self) -> None:
        head, _, steps = self.inside.partition("\n")
        self.question.kind = "ordering"
        self.question.answers = [ImportedAnswer(self._markdown(line)) for line in self._limit_parts([line for line in steps.split("\n") if line.strip()])]
        if _SOME.match(head[:80]):
            self.question.lose("Moodle n’en montrait que quelques étapes, tirées au sort : toutes sont montrées ici.")

    def _parts(self, inside: str) -> list[str]:
        if _GLUED.search(inside):
            self.question.lose(GLUED)
        return self._limit_parts([part for part in re.split(r"(?=[~=])", inside) if part.strip()])

    def _limit_parts(self, parts: list[str]) -> list[str]:
        """No more of them are read than a question may have."""
        if len(parts) > _MOST:
            self.question.refuse(f"Elle a {len(parts)} réponses : il en faut {_MOST} au plus.")
        return parts[:_MOST]

    def _choices(self) -> None:
        question = self.question
        question.kind = "multichoice"
        parts = self._parts(_begin_with_sign(self.inside))
        weighted = any(_WEIGHT.match(part[1:]) for part in parts)
        question.answers = [self._read_answer(part) for part in parts]
        question.several = weighted and not any(part.startswith("=") and given.whole for part, given in zip(parts, question.answers, strict=True))

    def _read_answer(self, part: str, typed: bool = False) -> ImportedAnswer:
        text, fraction, feedback = _split_answer(part)
        if part.rstrip().endswith("#"):
            self.question.lose(NO_COMMENT)
        return ImportedAnswer(self._words(text) if typed else self._markdown(text), fraction, self._markdown(feedback))

    def _read_typed(self) -> None:
        self.question.kind = "shortanswer"
        parts = self._parts(self.inside)
        if not all(part.startswith("=") for part in parts):
            self.question.refuse("Ces réponses ne commencent ni par « = » ni par « ~ » : écrivez {=bonne ~fausse}, ou {=réponse à taper}.")
        self.question.answers = [self._read_answer(part, typed=True) for part in parts]

    def _pairs(self) -> None:
        self.question.kind = "matching"
        for part in self._parts(self.inside):
            left, _, right = part.removeprefix("=").partition("->")
            right, _, comment = right.partition("#")
            format, left = _format(left)
            left = self.texts.line(release(left), format if format != MOODLE else self.format)
            self.question.pairs.append((left, self._words(right), self._markdown(comment)))

    def _truth(self, found: re.Match[str]) -> None:
        """`{T#said when wrong#said when right}`."""
        true = found[1].casefold()[0] in "tv"
        wrong, _, right = (found[2] or "").partition("#")
        said = (self._markdown(right), self._markdown(wrong))
        self.question.kind = "truefalse"
        self.question.answers = [
            ImportedAnswer("true", Decimal(100 if true else 0), said[0] if true else said[1]),
            ImportedAnswer("false", Decimal(0 if true else 100), said[1] if true else said[0]),
        ]

    def _number(self, inside: str) -> None:
        self.question.kind = "numerical"
        for part in self._parts(inside) if re.search(r"[=~]", inside) else [f"={inside}"]:
            value, fraction, feedback = _split_answer(part)
            self.question.answers.append(self._numeric_answer(release(value), fraction, self._markdown(feedback)))

    def _numeric_answer(self, value: str, fraction: Decimal, feedback: str) -> ImportedAnswer:
        found = _NUMBER.fullmatch(" ".join(value.split()))
        if found is None:
            return ImportedAnswer(value.strip() or "*", fraction, feedback)
        if "," in value:
            self.question.lose("La virgule d’un nombre est comprise ; Moodle veut un point.")
        if found[2] != "..":
            return ImportedAnswer(found[1], fraction, feedback, found[3] or "")
        low, high = number(found[1]), number(found[3])
        return ImportedAnswer(str((low + high) / 2), fraction, feedback, str((high - low) / 2))


def _split_answer(part: str) -> tuple[str, Decimal, str]:
    """`~%50%words#comment` → what it says, its worth, its comment."""
    sign, said = part[:1], part[1:] if part[:1] in "~=" else part
    weight = _WEIGHT.match(said)
    text, _, feedback = said[weight.end() if weight else 0 :].partition("#")
    return text, number(weight[1]) if weight else Decimal(100 if sign == "=" else 0), feedback


def _begin_with_sign(inside: str) -> str:
    """`=%50%` of a list of choices is read as it is."""
    return inside if inside[:1] in "~=" else f"~{inside}" if not re.match(r"\s*[~=]", inside) else inside.lstrip()
