"""The body of a quiz cut at its headings: an introduction, questions, situations. Every way of typing a heading is made plain here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from app.content.quiz.keys import ANSWERS, bare, key_line
from app.content.quiz.report import NumberedLine, QuizReport, RewriteNotes, code_mask, short
from app.content.text.head import is_id
from app.content.text.markdown import slug
from app.platform.french import capital


class SectionPart(StrEnum):
    INTRODUCTION = "introduction"
    QUESTION = "question"
    SITUATION = "situation"
    END = "suite"


@dataclass(slots=True)
class QuizSection:
    """A heading and the lines under it: plain once they are tidied."""

    part: SectionPart
    title: str
    line: int
    lines: list[NumberedLine] = field(default_factory=list)
    extends: bool = True
    """Whether `{#id}` can be written at the end of the heading's line."""
    opening: str = ""
    """Its first line as written: the name of a question without a title."""
    heading_lines: range = range(0)
    """Two for a heading that is underlined."""
    heading_notes: RewriteNotes = field(default_factory=RewriteNotes)
    notes: RewriteNotes = field(default_factory=RewriteNotes)
    """Of its lines."""
    reuses: list[str] = field(default_factory=list)
    """Ids of questions of other quizzes, taken up by a line of their own."""

    @property
    def signs(self) -> str:
        return "##" if self.part is SectionPart.QUESTION else "#"


class SectionHeading(Struct, frozen=True):
    """A level of 0 opens nothing. `rest` is what the same line says after the title."""

    level: int
    title: str
    extends: bool = True
    rest: str = ""


_ATX = re.compile(r" {0,3}(#{1,6})(?:\s+(.*))?$")
_GLUED = re.compile(r" {0,3}(#{2,6})([^\s#{].*)$")
_GLUED_SITUATION = re.compile(r" {0,3}#((?:situation|suite|mise en situation|cas)\b.*)$", re.IGNORECASE)
_CLOSING = re.compile(r"(?:^|\s)#+$")
_UNDERLINE = re.compile(r" {0,3}(?:-{2,}|=+)\s*$")
_NOT_TEXT = re.compile(r" {0,3}(?:[-*+>|]|\d{1,9}[.)]\s|$)")
_QUESTION_LINE = re.compile(r" {0,3}(\*\*|__)?\s*((?:question|exercice)\s*(?:n\s*[°ºo]\s*)?\d{1,3}\b)\s*(.*)$", re.IGNORECASE)
_GIFT_TITLE = re.compile(r" {0,3}::([^:]*)::\s*(.*)$")
_GIFT_FORMAT = re.compile(r"^\[(?:html|markdown|plain|moodle)\]\s*")
_SITUATION = re.compile(r"(situation|mise en situation|cas pratique|cas|etude de cas)\b\s*(?:[:：–—-]|n\s*[°o]?\s*\d+\s*:?|\d+\s*:?)?\s*", re.IGNORECASE)
_ANSWERED = re.compile(r"\s*(?:[-*+•–—]|\d{1,3}[.)])\s*(?:\[[\s xX]?\]|\S.*(?:=>|→))|\s*[☐☑☒]")
_HOLE = re.compile(r"\[\[|\{\s*[=~#]")


def sections(lines: list[NumberedLine], title: str, notes: RewriteNotes) -> list[QuizSection]:
    """Cut the numbered lines of a body. `title` is the quiz's own, which a level-1 heading may repeat."""
    return _SectionCutter(_close_fences(lines, notes), title, notes).run()


def _close_fences(lines: list[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """Without the fence that nothing closes: it would turn all the questions that follow into code."""
    lines = list(lines)
    while (unclosed := code_mask(lines)[1]) is not None:
        line = lines[unclosed]
        notes.add(line.number, "E50", "Ce bloc de code n’est jamais fermé : tout ce qui suit deviendrait du code.", "Ajoutez à sa fin une ligne ```.")
        lines[unclosed] = line.with_text("")
    return lines


class _SectionCutter:
    def __init__(self, lines: list[NumberedLine], title: str, notes: RewriteNotes) -> None:
        self.lines = lines
        self.mask = code_mask(lines)[0]
        self.title = title
        self.notes = notes
        self.sections = [QuizSection(SectionPart.INTRODUCTION, "", lines[0].number if lines else 1)]
        plain = (line.text for line, code in zip(lines, self.mask, strict=True) if not code and "#" in line.text)
        self.promoted = not any((found := _ATX.match(text) or _GLUED.match(text)) and found[1] == "##" for text in plain)

    def run(self) -> list[QuizSection]:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            heading, used = (None, 1) if self.mask[index] or line.blank else self._heading(index)
            if heading is None:
                self.sections[-1].lines.append(line)
            else:
                self._open(heading, index, used)
            index += used
        return self.sections

    # --- What is a heading ---

    def _heading(self, index: int) -> tuple[SectionHeading | None, int]:
        """The heading that begins at this line, if one does, and how many lines it takes."""
        line = self.lines[index]
        if "#" in line.text[:10] and (heading := self._with_signs(line)):
            return heading, 1
        if self._is_underlined(index):
            return self._with_underline(index)
        return self._find_heading(index), 1

    def _with_signs(self, line: NumberedLine) -> SectionHeading | None:
        if found := _ATX.match(line.text):
            return SectionHeading(len(found[1]), _CLOSING.sub("", (found[2] or "").strip()).strip())
        if found := _GLUED.match(line.text):
            self.notes.tolerate(line.number, "Titre compris, bien qu’une espace manque après les #", f"{found[1]} {found[2]}")
            return SectionHeading(len(found[1]), found[2].strip())
        if found := _GLUED_SITUATION.match(line.text):
            self.notes.tolerate(line.number, "Titre compris, bien qu’une espace manque après le #", f"# {found[1]}")
            return SectionHeading(1, found[1].strip())
        return None

    def _is_underlined(self, index: int) -> bool:
        text = self.lines[index].text
        below = self.lines[index + 1].text if index + 1 < len(self.lines) else ""
        return bool(_UNDERLINE.match(below)) and not _NOT_TEXT.match(text) and not text.startswith("    ") and not self._continues_container(index)

    def _continues_container(self, index: int) -> bool:
        """Whether the line goes on with a list item or a quotation above it: what is underlined then is no title."""
        for above in reversed(self.lines[max(0, index - 40) : index]):
            if above.blank:
                return False
            if _NOT_TEXT.match(above.text) or above.indent >= 2:
                return True
        return False

    def _with_underline(self, index: int) -> tuple[SectionHeading | None, int]:
        line, below = self.lines[index], self.lines[index + 1]
        above = self.lines[index - 1] if index else None
        if key_line(line.text):
            clean = "(rien : un titre ## suffit à séparer deux questions)"
            self.notes.tolerate(below.number, "Trait de séparation compris, bien qu’il touche la ligne du dessus", clean)
        elif above is not None and not above.blank and not _ATX.match(above.text) and not self.mask[index - 1]:
            message = "Ce trait touche un paragraphe de plusieurs lignes : est-ce un titre souligné, ou une séparation ?"
            hint = "Pour un titre, écrivez ## devant lui, sur une seule ligne ; pour une séparation, ôtez le trait."
            self.notes.add(below.number, "E40", message, hint)
        else:
            return SectionHeading(1 if "=" in below.text else 2, line.text.strip()), 2
        self.lines[index + 1] = below.with_text("")
        return None, 1

    def _find_heading(self, index: int) -> SectionHeading | None:
        """`**Question 3 :** Qui signe ?` on a paragraph of its own, or GIFT's `::titre:: énoncé`."""
        line = self.lines[index]
        above_blank = index == 0 or self.lines[index - 1].blank
        if above_blank and (found := _QUESTION_LINE.match(line.text)) and (found[1] or not found[3] or found[3][0] in ".:)–—-"):
            title = f"{found[2]} {found[3].replace(found[1], '') if found[1] else found[3]}".strip()
            self.notes.tolerate(line.number, "Début de question compris, bien qu’il ne soit pas un titre", f"## {strip_number(title) or title}")
            return SectionHeading(2, title)
        if found := _GIFT_TITLE.match(line.text):
            return self._gift_title(line, found)
        return None

    def _gift_title(self, line: NumberedLine, found: re.Match[str]) -> SectionHeading:
        """GIFT's name of a question is dropped, unless the statement is itself a text with a hole."""
        name, text = found[1].strip(), _GIFT_FORMAT.sub("", found[2])
        statement, brace, answer = text.partition("{")
        self.notes.tolerate(line.number, "Titre de question GIFT compris comme le début d’une question", f"## {statement.strip() or name}")
        section = self.sections[-1]
        if section.part is SectionPart.QUESTION and all(above.blank for above in section.lines):
            section.lines.append(line.with_text(text))
            return SectionHeading(0, "")
        if answer.partition("}")[2].strip():
            return SectionHeading(2, name, extends=False, rest=text)
        return SectionHeading(2, statement.strip() or name, extends=False, rest=brace + answer)

    # --- What a heading opens ---

    def _open(self, heading: SectionHeading, index: int, used: int) -> None:
        line = self.lines[index]
        lines = range(line.number, line.number + used)
        part = self._part(heading, line, index + used) if heading.level else None
        if line.number in self.notes.rewritten:
            self.notes.rewritten.update(lines)
        if part is not None:
            body = [line.with_text(heading.rest)] if heading.rest else []
            self.sections.append(QuizSection(part, heading.title, line.number, body, heading.extends, heading_lines=lines))

    def _part(self, heading: SectionHeading, line: NumberedLine, after: int) -> SectionPart | None:
        if heading.level == 2:
            return SectionPart.QUESTION
        answered = self._is_answered(after)
        if heading.level == 1:
            return self._level_one(heading, line, answered)
        if answered and self.promoted:
            self.notes.tolerate(line.number, "Titre compris comme celui d’une question", f"## {heading.title}")
            return SectionPart.QUESTION
        return self._report_heading(heading, line, answered)

    def _level_one(self, heading: SectionHeading, line: NumberedLine, answered: bool) -> SectionPart | None:
        plain = bare(heading.title.split("{#")[0])
        if plain == "suite":
            return SectionPart.END
        if _SITUATION.match(plain):
            return SectionPart.SITUATION
        if plain == bare(self.title) and len(self.sections) == 1:
            hint = "(rien : le titre du quiz est celui de l’en-tête)"
            self.notes.tolerate(line.number, "Ce titre répète celui de l’en-tête", hint)
            return None
        return self._report_heading(heading, line, answered)

    def _report_heading(self, heading: SectionHeading, line: NumberedLine, answered: bool) -> SectionPart:
        signs = "#" * heading.level
        message = f"Titre « {signs} {short(heading.title, 60)} » : est-ce une question, ou un intertitre ?"
        hint = "Une question commence par ##. « # Situation : … » et « # Suite » encadrent un cas. Pour un intertitre, mettez la ligne en gras."
        self.notes.add(line.number, "E40", message, hint)
        return SectionPart.QUESTION if answered else SectionPart.END

    def _is_answered(self, after: int) -> bool:
        """Whether an answer of some shape stands between here and the next heading."""
        for index in range(after, len(self.lines)):
            line = self.lines[index]
            if self.mask[index] or line.blank:
                continue
            if _ATX.match(line.text):
                return False
            found = key_line(line.text)
            if _ANSWERED.match(line.text) or _HOLE.search(line.text) or (found and found.key in ANSWERS):
                return True
        return False


_NUMBER = re.compile(
    r"(?:(?:question|exercice|q)\s*(?:n\s*[°ºo]\s*)?\d{1,3}\b\s*|n\s*[°ºo]\s*\d{1,3}\b\s*|\d{1,3}\s*(?=[.):]|[–—-]\s|$)|\d{1,3}\s*/\s*\d{1,3}\s*(?=[.):]|[–—-]\s|$))[.):–—-]*\s*",
    re.IGNORECASE,
)


def strip_number(title: str) -> str:
    """`3. Qui signe ?`, `Question 3 : Qui signe ?` → `Qui signe ?`; `Question 8` → empty. A year stays: `2014 : la loi Lamy`."""
    found = _NUMBER.match(title)
    if found is None:
        return title
    rest = title[found.end() :]
    worded = not title[:1].isdigit()
    # « Question 8 habitants » is no number: after the word, a punctuation mark, a capital or the end.
    return rest if not worded or not rest or rest[0].isupper() or found.group().rstrip()[-1:] in ".):–—-" else title


def situation_title(title: str) -> str:
    """`Situation : une réunion difficile` → `Une réunion difficile`."""
    found = _SITUATION.match(title.replace("É", "E").replace("é", "e"))  # of the same length, so that a match's end is a place in the title
    rest = title[found.end() :].strip() if found else title
    return capital(rest) or title.strip()


# --- The heading of a question or a situation: its text, its `{#id}`, its points ---

_BRACES = re.compile(r"\s*\{\s*(#?)\s*(?:id\s*[:=]\s*)?([^{}]*?)\s*\}")
_BRACKET = r"(?P<bracket>[(\[]\s*(?P<points>\d{1,2}(?:[.,]\d)?)\s*(?:points?|pts?)\s*[)\]])"
_POINTS = re.compile(rf"{_BRACKET}\s*$", re.IGNORECASE)
_POINTS_OF_NUMBER = re.compile(rf"(?:question|exercice|q)\s*(?:n\s*[°ºo]\s*)?\d{{1,3}}\s*{_BRACKET}", re.IGNORECASE)


class QuestionTitle(Struct, frozen=True):
    """A heading read. `id` is empty when it is missing or malformed; `points` None unless the heading gives them."""

    text: str
    id: str
    missing: bool
    points: Decimal | None = None
    extends: bool = True
    """Whether `{#id}` can be written at the end of its line."""
    pointless: str = ""
    """As written, but for the points and the id."""


def read_title(written: str, line: int, report: QuizReport) -> QuestionTitle:
    """Cut a heading into its text, its id and its points, saying what is not the guide's form."""
    text, identifier, found = _with_id(written, line, report)
    text, points = _with_points(text)
    return QuestionTitle(strip_number(text).strip(), identifier, not found, points, pointless=text.strip())


def _with_points(text: str) -> tuple[str, Decimal | None]:
    """`Qui signe ? (2 points)` and `Question 3 (2 points) : Qui signe ?` give the points too."""
    match = _POINTS.search(text) or _POINTS_OF_NUMBER.match(text)
    if match is None:
        return text, None
    rest = text[: match.start("bracket")].rstrip() + text[match.end("bracket") :]
    return rest, Decimal(match["points"].replace(",", "."))


def _with_id(written: str, line: int, report: QuizReport) -> tuple[str, str, bool]:
    """(the text without its id, the id if it is well formed, whether one was written)."""
    if "{" not in written:
        return written.strip(), "", False
    matches = [found for found in _BRACES.finditer(written) if found[1] or (found.end() == len(written) and is_id(found[2]))]
    if not matches:
        return written.strip(), "", False
    if len(matches) > 1:
        report.add(line, "E08", "Deux identifiants dans le même titre.", f"Gardez-en un : {{#{matches[0][2]}}}.")
    found = matches[0]
    text = f"{written[: found.start()]} {written[found.end() :]}".strip() if len(matches) == 1 else _BRACES.sub("", written).strip()
    identifier = checked_id(found[2], line, report)
    if identifier and (found.group().strip() != f"{{#{identifier}}}" or found.end() < len(written.rstrip())):
        report.tolerate(line, "Identifiant du titre compris", f"## {short(text, 50)} {{#{identifier}}}")
    return text, identifier, True


def checked_id(written: str, line: int, report: QuizReport) -> str:
    """The id if it is well formed (E08 otherwise)."""
    if is_id(written):
        return written
    proposal = slug(written)
    hint = f"Écrivez par exemple {{#{proposal}}}." if is_id(proposal) else "De 3 à 60 lettres minuscules sans accent, chiffres ou tirets : {#contrat-de-ville}."
    report.add(line, "E08", f"Identifiant mal formé ou réservé : « {short(written, 60)} ».", hint)
    return ""
