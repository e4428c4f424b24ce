"""One question as the fields of a form, and the fields as Markdown. Pure.

Only what the form can say again is read: `question_at` gives None for a question whose words would change by being written again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.assessment.kinds.answer_form import AnswerForm
from app.assessment.kinds.answer_form import Row as QuestionFormRow
from app.assessment.kinds.registry import FORMS
from app.authoring.editor.remedies import meaning
from app.content.documents.reader import read_document
from app.content.values.quiz import Quiz

_TITLE = re.compile(r"## +(.+?)(?: +\{#([^{}\s]+)\})? *")
_HEADING = re.compile(r" {0,3}#{1,2}(?!#)")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_TOLD = re.compile(r"  +> ?(.*)")
_EXPLAINED = re.compile(r"> ?(.*)")
_SETTING = re.compile(r"(Objectif|Niveau|Points|Leçon|Indice|Ordre|Étiquettes|Crédit|Tolérance|Choix) : (\S.*)")
ONE_SUFFICES, FIXED = "une suffit", "fixe"
_FIELDS = frozenset({"Objectif", "Niveau", "Points", "Leçon", "Indice"})
"""Settings that have a field."""


class QuestionFormValues(Struct, frozen=True):
    """A question as its form shows it."""

    form: AnswerForm
    title: str = ""
    statement: str = ""
    rows: tuple[QuestionFormRow, ...] = ()
    answer: str = ""
    """What is accepted, one writing a line; the text with its gaps; the model of an open question."""
    explanation: str = ""
    objective: str = ""
    level: str = ""
    kept: tuple[str, ...] = ()
    """Other lines that set something, as they are written."""
    id: str = ""
    one: bool = False
    """Several propositions are right, and one suffices."""
    strict: bool = False
    """What is typed is compared letter by letter."""
    lesson: str = ""
    """What teaches it: a lesson, or a heading of one, « id#titre »."""
    points: str = ""
    hint: str = ""
    fixed: bool = False
    """Its propositions keep their order."""


def block(lines: Sequence[str], line: int) -> tuple[int, int]:
    """The places of a question's lines, from its title to the next one."""
    fenced = False
    for place in range(line, len(lines)):
        fenced ^= bool(_FENCE.match(lines[place]))
        if not fenced and _HEADING.match(lines[place]):
            return line - 1, place
    return line - 1, len(lines)


def question_at(path: str, text: str, line: int) -> QuestionFormValues | None:
    """The question whose title stands at a line; None where there is none, or the form could not say it again."""
    lines = text.split("\n")
    document = read_document(path, text).document
    if not isinstance(document, Quiz) or line not in {question.line for question in document.questions}:
        return None
    start, end = block(lines, line)
    asked = parse_question(lines[start:end])
    if asked is None:
        return None
    again = read_document(path, replace_question(text, line, asked))
    return asked if again.document is not None and meaning(again) == meaning(read_document(path, text)) else None


def replace_question(text: str, line: int, asked: QuestionFormValues) -> str:
    """The text with a question in the place of the one that begins at a line; at its end for line 0."""
    lines = text.rstrip("\n").split("\n")
    start, end = block(lines, line) if line else (len(lines), len(lines))
    before = [*lines[:start], *([] if not line and lines[-1:] == [""] else [""] if not line else [])]
    return "\n".join([*before, *markdown_lines(asked), *([""] if end < len(lines) else []), *lines[end:]]).rstrip("\n") + "\n"


# --- From Markdown ---------------------------------------------------------------------------------------------------


def parse_question(lines: Sequence[str]) -> QuestionFormValues | None:
    """A question in the guide's own form; None for any other writing."""
    title = _TITLE.fullmatch(lines[0]) if lines else None
    return _Parts(lines[1:]).form_values(title[1], title[2] or "") if title else None


class _Parts:
    def __init__(self, lines: Iterable[str]) -> None:
        self.statement: list[str] = []
        self.rows: list[QuestionFormRow] = []
        self.explained: list[str] = []
        self.settings: dict[str, str] = {}
        self.kept: list[str] = []
        self.forms: set[AnswerForm] = set()
        self.answer = ""
        self.understood = all(self._take(line.rstrip()) for line in lines)

    def _take(self, line: str) -> bool:
        """Whether a line is one that the form can say again."""
        if told := _TOLD.fullmatch(line):
            return self._tell(told[1])
        if found := _SETTING.fullmatch(line):
            return self._take_setting(found[1], found[2], line)
        for form in FORMS.values():
            if row := form.read_row(line):
                self.forms.add(form)
                self.rows.append(row)
                return not self.explained
            if (answer := form.read_answer(line)) is not None:
                return self._take_answer(form, answer)
        return self._take_words(line)

    def _take_answer(self, form: AnswerForm, answer: str) -> bool:
        fresh = not self.answer
        self.forms.add(form)
        self.answer = answer
        return fresh

    def _tell(self, said: str) -> bool:
        if not self.rows or not all(form.commented for form in self.forms) or self.explained or self.rows[-1].other:
            return False
        self.rows[-1] = QuestionFormRow(self.rows[-1].text, self.rows[-1].right, said)
        return bool(said)

    def _take_setting(self, key: str, value: str, line: str) -> bool:
        fresh = key not in self.settings
        self.settings[key] = value
        if key not in _FIELDS and (key, value) not in (("Choix", ONE_SUFFICES), ("Ordre", FIXED)):
            self.kept.append(line)
        return fresh

    def _take_words(self, line: str) -> bool:
        if (found := _EXPLAINED.fullmatch(line)) and (self.forms or self._within()):
            self.explained.append(found[1])
            return not self.settings
        if line and (self.forms or self.explained or self.settings):
            return False
        self.statement += [line] if line or self.statement else []
        return True

    def _within(self) -> set[AnswerForm]:
        """The shape of an answer that stands in the statement itself."""
        return {form for form in FORMS.values() if form.within and form.within in "\n".join(self.statement)}

    def form_values(self, title: str, identifier: str) -> QuestionFormValues | None:
        statement = "\n".join(self.statement).strip("\n")
        forms = self.forms or self._within()
        if not self.understood or len(forms) != 1:
            return None
        (form,) = forms
        answer = self.answer
        if form.within:
            statement, answer = "", statement
        settings = self.settings
        return QuestionFormValues(
            form,
            title,
            statement,
            tuple(self.rows),
            answer,
            "\n".join(self.explained),
            settings.get("Objectif", ""),
            settings.get("Niveau", ""),
            tuple(self.kept),
            identifier,
            settings.get("Choix") == ONE_SUFFICES,
            lesson=settings.get("Leçon", ""),
            points=settings.get("Points", ""),
            hint=settings.get("Indice", ""),
            fixed=settings.get("Ordre") == FIXED,
        )


# --- To Markdown -----------------------------------------------------------------------------------------------------


def markdown_lines(asked: QuestionFormValues) -> list[str]:
    """Writes a question as lines of Markdown, in the order of the guide."""
    title = f"## {asked.title} {{#{asked.id}}}" if asked.id else f"## {asked.title}"
    parts = [[title], asked.statement.split("\n") if asked.statement else []]
    parts.append(asked.form.lines([row for row in asked.rows if row.text or row.other], asked.answer, asked.strict))
    parts.append([f"> {line}".rstrip() for line in asked.explanation.split("\n")] if asked.explanation else [])
    settings = (
        ("Choix", ONE_SUFFICES if asked.one else ""),
        ("Ordre", FIXED if asked.fixed else ""),
        ("Objectif", asked.objective),
        ("Leçon", asked.lesson),
        ("Niveau", asked.level),
        ("Points", asked.points),
        ("Indice", asked.hint),
    )
    parts.append([*(f"{key} : {value}" for key, value in settings if value), *asked.kept])
    lines: list[str] = []
    for part in filter(None, parts):
        lines += [*([""] if lines else []), *part]
    return lines
