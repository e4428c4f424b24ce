"""Parses a text into a Quiz, or a call-out of a lesson into its question, and their Problems. Never raises.

head → sections in the guide's own form (`tidy`) → gaps marked → one parse of the whole → blocks → questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from app.content.quiz.answers.gaps import GapMarkers
from app.content.quiz.blocks import QuizBlock, QuizLines, strip_quote_marks
from app.content.quiz.keys import ANSWERS, QuizKey, key_line
from app.content.quiz.lettered_options import box
from app.content.quiz.question import QuizIds, question_label, read_question
from app.content.quiz.report import TOLERATED, NumberedLine, QuizReport, code_mask, short
from app.content.quiz.sections import QuestionTitle, QuizSection, SectionPart, read_title, situation_title
from app.content.quiz.settings import QUIZ_KEYS, QuizHead
from app.content.quiz.tidy import MAX_QUESTIONS, tidy_body
from app.content.text.head import read_head
from app.content.text.normalise import refusal
from app.content.text.parts import QUESTION_MARK
from app.content.text.scan import TextScan, candidates, scan_text
from app.content.values.quiz import GAP_OPEN, Question, Quiz, Situation
from app.content.values.text import Fragment, Problem

_SETTINGS = frozenset({QuizKey.POINTS, QuizKey.OBJECTIVE, QuizKey.LEVEL, QuizKey.TAGS})
_VALUED = re.compile(r"\d|[OM]\d|.*,|\w+$")


def read_quiz(path: str, text: str) -> tuple[Quiz | None, TextScan]:
    """The value of a quiz's normalised text, and its scan, which the checks across files need; everything that is wrong with it is among its problems."""
    if refused := refusal(path, text):
        return None, TextScan(problems=[refused])
    return _QuizReader(path, text).read()


@dataclass(slots=True)
class _PlacedSection:
    """A section and the range of its body among the lines of the page."""

    section: QuizSection
    title: QuestionTitle | None
    label: str
    start: int
    end: int
    explained: bool
    """Whether part of its answer is refused already."""
    number: int
    """Of the last question that the file had then."""


class BodyReader:
    """The questions and situations of a body, that of a quiz or of one question of a lesson; what is wrong is in `report`."""

    def __init__(self, path: str, body: str, first_line: int, title: str = "", quiz_id: str = "") -> None:
        self.path = path
        self.body, self.first_line, self.title = body, first_line, title
        self.report = QuizReport(path)
        self.gaps = GapMarkers()
        self.book = QuizIds(self.report, self.gaps, quiz_id)
        self.page_lines: list[NumberedLine] = []
        self.reuses: list[str] = []
        self.written = 0
        """Questions of the file, those that could not be read included."""
        self.questions: list[Question] = []
        self.situations: list[Situation] = []
        self.introduction = Fragment("", self.first_line)

    def read_body(self) -> QuizLines:
        placed = self._place_sections()
        page = QuizLines(self.page_lines)
        situation: Situation | None = None
        for each in placed:
            blocks = self._blocks(page, each)
            situation = self._section(each, blocks, situation)
        self._close(situation)
        self.report.enter("")
        return page

    # --- Lines ---

    def _place_sections(self) -> list[_PlacedSection]:
        """Each section, one after the other on the page."""
        sections, notes_of_headings = tidy_body(self.body, self.first_line, self.title)
        self.report.tell(notes_of_headings)
        placed: list[_PlacedSection] = []
        for section in sections:
            if section.part is SectionPart.QUESTION and self.written == MAX_QUESTIONS:
                self.report.add(
                    section.line, "E02", f"Quiz de plus de {MAX_QUESTIONS} questions : la suite n’est pas lue.", "Partagez-le en plusieurs fichiers."
                )
                break
            self.written += section.part is SectionPart.QUESTION
            placed.append(self._place(section))
        return placed

    def _place(self, section: QuizSection) -> _PlacedSection:
        title = self._title(section) if section.part in (SectionPart.QUESTION, SectionPart.SITUATION) else None
        label = self._label(section, title)
        self.report.enter(label)
        before = self.report.errors
        lines = self._lines(section)
        self.report.flush()
        if title is not None:
            self.page_lines += [NumberedLine(section.line, ""), NumberedLine(section.line, f"{section.signs} {section.title}"), NumberedLine(section.line, "")]
        start = len(self.page_lines)
        self.page_lines += [*lines, NumberedLine(lines[-1].number if lines else section.line, "")]
        return _PlacedSection(section, title, label, start, len(self.page_lines), self.report.errors > before, self.written)

    def _title(self, section: QuizSection) -> QuestionTitle:
        self.report.enter(f"Question {self.written}" if section.part is SectionPart.QUESTION else "Situation")
        self.report.tell(section.heading_notes)
        marked = self.gaps.mark([NumberedLine(section.line, section.title)], self.report)[0].text
        return replace(read_title(marked, section.line, self.report), extends=section.extends)

    def _label(self, section: QuizSection, title: QuestionTitle | None) -> str:
        """How problems name this part of the quiz."""
        if title is None:
            return "Introduction" if section.part is SectionPart.INTRODUCTION else ""
        if section.part is SectionPart.SITUATION:
            return f"Situation « {short(title.text, 40)} »"
        return question_label(self.written, self.gaps.restore(title.text) or section.opening)

    def _lines(self, section: QuizSection) -> list[NumberedLine]:
        self.report.tell(section.notes)
        self.reuses += section.reuses
        if section.part is SectionPart.QUESTION:
            return self.gaps.mark(section.lines, self.report)
        self._check_answerless(section, section.lines)
        return section.lines

    def _check_answerless(self, section: QuizSection, lines: Sequence[NumberedLine]) -> None:
        """E42: what answers or sets a question stands under one, not in the introduction nor in a case."""
        mask = code_mask(lines)[0]
        found = [line for line, code in zip(lines, mask, strict=True) if not code and _answers(line.text)]
        if found:
            where = {SectionPart.INTRODUCTION: "avant la première question", SectionPart.SITUATION: "dans la situation"}.get(
                section.part, "hors d’une question"
            )
            message = f"« {short(found[0].text, 40)} » : cette réponse ou ce réglage est {where}."
            self.report.add(found[0].number, "E42", message, "Une question commence par un titre : ## Qui signe ?")

    # --- Sections ---

    def _blocks(self, page: QuizLines, placed: _PlacedSection) -> list[QuizBlock]:
        self.report.enter(placed.label)
        blocks, lost, beyond = page.blocks(placed.start, placed.end)
        if lost:
            message = f"Cette ligne n’est montrée nulle part : « {short(lost[0].text, 50)} »."
            self.report.add(lost[0].number, "E52", message, "Un lien s’écrit en entier, [texte](adresse), là où il est lu.")
        if beyond is not None:
            self.report.add(beyond.number, "E50", "Ce bloc avale la question suivante.", "Fermez-le, ou laissez une ligne vide après lui.")
        return blocks

    def _section(self, placed: _PlacedSection, blocks: list[QuizBlock], situation: Situation | None) -> Situation | None:
        section = placed.section
        if section.part is SectionPart.QUESTION and placed.title is not None:
            question = read_question(section, placed.title, blocks, self.book, placed.explained)
            if question is not None:
                self.questions.append(replace(question, situation_id=situation.id if situation else "", number=placed.number))
                if situation:
                    situation = replace(situation, question_ids=(*situation.question_ids, question.id))
            elif situation and not situation.question_ids:
                situation = replace(situation, question_ids=("",))
            return situation
        if section.part is SectionPart.INTRODUCTION:
            self.introduction = self._text(section.lines, section.line)
            return None
        self._close(situation)
        if section.part is SectionPart.SITUATION:
            return self._situation(placed)
        self._end(section)
        return None

    def _text(self, lines: Sequence[NumberedLine], line: int) -> Fragment:
        kept = list(lines)
        while kept and kept[-1].blank:
            kept.pop()
        first = next((index for index, each in enumerate(kept) if not each.blank), len(kept))
        text = "\n".join(each.text for each in kept[first:])
        return Fragment(text, kept[first].number if text else line)

    def _situation(self, placed: _PlacedSection) -> Situation:
        section = placed.section
        written = placed.title or QuestionTitle("", "", True)
        title = situation_title(written.text)
        identifier = self.book.claim(written, section.line)
        if written.points is not None:
            self.report.add(section.line, "A12", "Une situation n’a pas de points.", "Donnez-les à chacune de ses questions : Points : 2")
        text = self._text(section.lines, section.line)
        if not text.text:
            self.report.add(section.line, "E41", "Cette situation n’a pas de texte.", "Racontez le cas sous le titre, avant la première question.")
        return Situation(identifier, title, text, ())

    def _close(self, situation: Situation | None) -> None:
        if situation is None:
            return
        self.report.enter(f"Situation « {short(situation.title, 40)} »")
        ids = tuple(identifier for identifier in situation.question_ids if identifier)
        if not situation.question_ids:
            hint = "Écrivez au moins une question ## sous elle, avant « # Suite »."
            self.report.add(self.book.ids.get(situation.id, situation.text.line), "E41", "Cette situation n’a pas de question.", hint)
        if ids:
            self.situations.append(replace(situation, question_ids=ids))

    def _end(self, section: QuizSection) -> None:
        self.report.enter("")
        text = [line for line in section.lines if not line.blank and not line.text.lstrip().startswith("[^")]
        if text:
            hint = "Un texte se met dans une question ## ou dans une situation ; « # Suite » n’en a pas."
            self.report.add(text[0].number, "E40", f"Ce texte ne serait montré nulle part : « {short(text[0].text, 50)} ».", hint)


class _QuizReader(BodyReader):
    def __init__(self, path: str, text: str) -> None:
        self.head, body, first_line, self.head_problems = read_head(path, text, QUIZ_KEYS)
        self.values = QuizHead(path, self.head)
        super().__init__(path, body, first_line, self.head.text("titre"), self.head.text("id"))

    def read(self) -> tuple[Quiz | None, TextScan]:
        page = self.read_body()
        quiz, scan = self._quiz(), self._scan(page)
        return (replace(quiz, sources=tuple(scan.sources), calls=scan.called_labels) if quiz else None), scan

    def _quiz(self) -> Quiz | None:
        values, head = self.values, self.head
        identifier, title = values.id(), values.title()
        lesson, module = values.owners()
        policy, reuses = values.policy(), tuple(dict.fromkeys((*values.reused_ids(), *self.reuses)))
        values.check_draw(policy.draw, self.written + len(reuses))
        criterion = values.quiz_criterion()
        if not self.questions and not reuses and not self.report.problems:
            self.report.add(self.first_line, "E47", "Ce quiz n’a aucune question.", "Une question commence par un titre : ## Qui signe ?")
        if not identifier or not title:
            return None
        return Quiz(
            id=identifier,
            title=title,
            lesson_id=lesson,
            module_id=module,
            policy=policy,
            criterion=criterion,
            introduction=self.introduction,
            questions=tuple(self.questions),
            situations=tuple(self.situations),
            reuses=reuses,
            path=self.path,
            author=head.text("auteur"),
        )

    def _scan(self, page: QuizLines) -> TextScan:
        scan = scan_text(self.path, self.body, self.first_line, page.file_tokens())
        for written, line in self.gaps.written:
            for word in candidates(written):
                scan.acronyms.setdefault(word, line)
        scan.id, scan.cited = self.head.text("id"), dict(self.values.cited)
        said = [*self.head_problems, *self.values.problems, *self.report.problems]
        places = {(found.line, found.code) for found in said}
        # Titles of a quiz are questions: their levels and ids are this parser's business.
        left = {"A27", "E23"} | ({"A38"} if self.report.errors else set())  # lines of answers that were refused already
        kept = [self._restore_gaps(found) for found in scan.problems if found.code not in left and (found.line, found.code) not in places]
        scan.problems = [*said, *kept]
        return scan

    def _restore_gaps(self, found: Problem) -> Problem:
        """The problem of a text with its gaps as they were written."""
        return replace(found, message=self.gaps.restore(found.message), hint=self.gaps.restore(found.hint))


def _answers(text: str) -> bool:
    """Whether a line would answer a question, or set it."""
    if box(text) is not None or ("[[" in text and GAP_OPEN not in text and "]]" in text):
        return True
    key = key_line(text)
    if key is None:
        return False
    return key.key in ANSWERS or (key.key in _SETTINGS and not key.soft and bool(_VALUED.fullmatch(key.value[:20])))


# --- A question that a lesson asks by the way: the call-out `> [!QUESTION]` ---
#
# `assessment/questions/in_lesson.py` puts it in its page; `templates/macros/lesson_question.html` shows it.

MARKED_ONLY = frozenset({QuizKey.POINTS, QuizKey.OBJECTIVE, QuizKey.LESSON, QuizKey.LEVEL, QuizKey.TAGS})
"""Settings of a question that counts: of one that does not, they say nothing."""
_HEADING = re.compile(r" {0,3}##(?!#)")


def read_lesson_question(path: str, quoted: Sequence[str], line: int, number: int) -> tuple[Question | None, tuple[Problem, ...]]:
    """The question of a call-out, whose lines are `quoted` as written and begin at `line` of the file; None when it cannot be asked.

    `number`: its place among those of the lesson, from 1, which names it where its author does not.
    """
    lines = _as_in_a_quiz(quoted, f"question-{number}")
    reader = BodyReader(path, "\n".join(lines), line)
    reader.written = number - 1
    reader.read_body()
    _check_settings(reader, lines)
    question = _only(reader)
    problems = tuple(_quote_hint(found) for found in reader.report.problems if found.code != "E06")  # no id is asked for here
    return (replace(question, line=line, points=Decimal(0)) if question else None), problems


def _as_in_a_quiz(quoted: Sequence[str], identifier: str) -> list[str]:
    """The same lines, one for one, as a quiz has them: the mark becomes the heading, unless a heading of theirs follows it."""
    lines = strip_quote_marks("\n".join(quoted)).split("\n")
    statement = QUESTION_MARK.sub("", lines[0].lstrip(), count=1)
    below = next((place for place, text in enumerate(lines[1:], 1) if text.strip()), 0)
    if not statement and _HEADING.match(lines[below]):
        lines[0], lines[below] = "", _with_id(lines[below], identifier)
    else:
        lines[0] = _with_id(f"## {statement}", identifier)
    return lines


def _with_id(heading: str, identifier: str) -> str:
    return heading if "{#" in heading else f"{heading.rstrip()} {{#{identifier}}}"


def _quote_hint(found: Problem) -> Problem:
    """The clean form of a habit as this file has it."""
    shown = found.code == TOLERATED and not found.hint.startswith("Écrivez : (rien")
    return replace(found, hint=re.sub(r"^(Écrivez[^:]* : )", r"\1> ", found.hint)) if shown else found


def _check_settings(reader: BodyReader, lines: Sequence[str]) -> None:
    """A12: nothing counts here."""
    for number, text in enumerate(lines, reader.first_line):
        key = key_line(text)
        if key and key.key in MARKED_ONLY and not key.soft:
            reader.report.add(number, "A12", f"« {key.key.value} : » est sans effet dans une leçon, où rien n’est noté.", "Retirez la ligne.")


def _only(reader: BodyReader) -> Question | None:
    """E54: a call-out asks one question."""
    beyond = [question.line for question in reader.questions[1:]] + [situation.text.line for situation in reader.situations]
    if beyond or reader.reuses:
        message = "Un encadré « [!QUESTION] » pose une seule question, écrite sur place."
        reader.report.add(min(beyond, default=reader.first_line), "E54", message, "Faites un encadré par question, séparés par du texte.")
        return None
    return reader.questions[0] if reader.questions else None
