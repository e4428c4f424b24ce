"""GIFT → questions, by its grammar: `::titre:: énoncé {réponses}`, its signs `~ = # { } :` protected by a backslash. Pure.

What Moodle takes though the grammar does not (unprotected `:` and `=`) is read as Moodle reads it, with a remark. Source of the order in
which a type is decided: question/format/gift/format.php. `// [id:…] [points:…] [tag:…]` is ours; Moodle skips it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.authoring.incoming.word.reading.marks import CLOSE, OPEN
from app.exchange.banks.reading import cloze
from app.exchange.banks.reading.found import FoundBank, ImportedAnswer, ImportedQuestion, check_count, number, plain_name
from app.exchange.banks.reading.gift_blocks import TEXT, GiftBlock, blocks_of, release
from app.exchange.banks.reading.moodle_xml import path_of
from app.exchange.banks.reading.texts import HTML, MARKDOWN, MOODLE, PLAIN, QuestionTexts

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
    plain = not any(given.feedback or given.weighted for given in question.answers) and not question.several
    typed = question.kind == "shortanswer"
    if plain and (typed or (question.kind == "multichoice" and len(right) == 1)):
        cloze_text = cloze.gap_markup([given.text for given in right]) if typed else _menu(question)
        mark = f"{OPEN}c{CLOSE}"
        whole = texts.markdown(f"{release(before)} {mark} {after}", format)
        question.statement, question.kind = whole.replace(mark, cloze_text), "gaps"
    else:
        question.statement = texts.markdown(f"{release(before)} _____ {after}", format)


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
            self._typed()

    def _ordering(self) -> None:
        head, _, steps = self.inside.partition("\n")
        self.question.kind = "ordering"
        self.question.answers = [ImportedAnswer(self._markdown(line)) for line in self._bounded([line for line in steps.split("\n") if line.strip()])]
        if _SOME.match(head[:80]):
            self.question.lose("Moodle n’en montrait que quelques étapes, tirées au sort : toutes sont montrées ici.")

    def _parts(self, inside: str) -> list[str]:
        if _GLUED.search(inside):
            self.question.lose(GLUED)
        return self._bounded([part for part in re.split(r"(?=[~=])", inside) if part.strip()])

    def _bounded(self, parts: list[str]) -> list[str]:
        """No more of them are read than a question may have."""
        if len(parts) > _MOST:
            self.question.refuse(f"Elle a {len(parts)} réponses : il en faut {_MOST} au plus.")
        return parts[:_MOST]

    def _choices(self) -> None:
        question = self.question
        question.kind = "multichoice"
        parts = self._parts(_merged(self.inside))
        weighted = any(_WEIGHT.match(part[1:]) for part in parts)
        question.answers = [self._given(part) for part in parts]
        question.several = weighted and not any(part.startswith("=") and given.whole for part, given in zip(parts, question.answers, strict=True))

    def _given(self, part: str, typed: bool = False) -> ImportedAnswer:
        text, fraction, feedback = _split_answer(part)
        if part.rstrip().endswith("#"):
            self.question.lose(NO_COMMENT)
        return ImportedAnswer(self._words(text) if typed else self._markdown(text), fraction, self._markdown(feedback))

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
            self.question.answers.append(self._numbered(release(value), fraction, self._markdown(feedback)))

    def _numbered(self, value: str, fraction: Decimal, feedback: str) -> ImportedAnswer:
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


def _merged(inside: str) -> str:
    """`=%50%` of a list of choices is read as it is."""
    return inside if inside[:1] in "~=" else f"~{inside}" if not re.match(r"\s*[~=]", inside) else inside.lstrip()
