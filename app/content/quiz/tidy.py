"""Quizzes written in other ways (Word, Moodle, the hand) are brought to the one that is read, as a list of edits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from app.content.quiz.lettered_options import with_designated, without_pictures
from app.content.quiz.report import TOLERATED, NumberedLine, RewriteNotes, code_mask, number_lines, short
from app.content.quiz.sections import QuizSection, SectionPart, sections
from app.content.quiz.settings import QUIZ_KEYS
from app.content.quiz.word_processor import clean
from app.content.text.head import read_head
from app.content.text.normalise import normalise, readable, refusal

# --- Questions pasted from Moodle ---
#
# Answers in braces are pointed to the import, which reads banks; comments are not shown.
# GIFT: https://docs.moodle.org/en/GIFT_format; holes inside a text: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type.

_COMMENT = re.compile(r"\s*//(?!\S*\.\S)\s*(.*)$")
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:", re.IGNORECASE)
_CLOZE = re.compile(r"\{\d*:[A-Z_]+:")
_OPENS = re.compile(r"(?<!\\)\{\s*(?:[=~>]|#\s*[-\d=.]|\}|(?:true|t|vrai|v|false|f|faux)\s*[#}]|$)", re.IGNORECASE)
_CLOSES = re.compile(r"(?<!\\)\}")
_MOST_LINES = 60
_IMPORT = "Ouvrez « Importer », dans l’atelier, et collez-y la question : elle y est traduite, et vous la reprenez ici."


def without_gift(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """The lines of a question: answers of GIFT pointed to the import and taken away with its comments."""
    mask = code_mask(lines)[0]
    result: list[NumberedLine] = []
    index = 0
    while index < len(lines):
        end = index + 1
        if not mask[index] and "{" in lines[index].text:
            end = _end_of_answer(lines, index, mask, notes) or end
        if lines[index].number in notes.refused and "{" in lines[index].text:
            result += [lines[index].with_text(lines[index].text.partition("{")[0]), *(line.with_text("") for line in lines[index + 1 : end])]
        else:
            result.append(lines[index] if mask[index] else _without_note(lines[index], notes))
        index = end
    return result


def without_gift_notes(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """The lines of an introduction or a case, where GIFT's comments and categories alone have a meaning."""
    return [line if code else _without_note(line, notes) for line, code in zip(lines, code_mask(lines)[0], strict=True)]


def _end_of_answer(lines: Sequence[NumberedLine], index: int, mask: Sequence[bool], notes: RewriteNotes) -> int | None:
    """The index after the last line of the answer that opens on this one; None where none does."""
    line = lines[index]
    opening = _CLOZE.search(line.text) or _OPENS.search(line.text)
    if opening is None:
        return None
    for last in range(index, min(index + _MOST_LINES, len(lines))):
        if mask[last]:
            return None
        if _CLOSES.search(lines[last].text, opening.start() if last == index else 0):
            said = short(line.text[opening.start() :], 40)
            notes.add(line.number, "E49", f"« {said} » est du GIFT, le format de Moodle, et non une réponse de ce quiz.", _IMPORT)
            notes.refused.update(each.number for each in lines[index : last + 1])
            return last + 1
    return None


def _without_note(line: NumberedLine, notes: RewriteNotes) -> NumberedLine:
    """Blank, where the line is a comment or a category."""
    text = line.text
    if "//" in text and (found := _COMMENT.match(text)):
        notes.tolerate(line.number, "Commentaire « // » compris : il n’est pas montré", f"<!-- {found[1]} -->")
        notes.unshown[line.number] = [f"<!-- {found[1].replace('--', '–')} -->"]
        return line.with_text("")
    if "$" in text and _CATEGORY.match(text):
        notes.add(line.number, "E49", "Les catégories de Moodle n’existent pas ici.", "Écrivez sous chaque question une ligne « Étiquettes : … ».")
        return line.with_text("")
    return line


# --- The edits ---
#
# headings → ids below them → questions taken up → GIFT → options named by letters → bullets, boxes and keys. Each step takes lines and gives
# lines that keep their number in the file. What has two meanings is refused: it is told, and stays as it is in the tidied text.

MAX_QUESTIONS = 500
"""Of one file: the largest pool of this course has 25. What follows is neither tidied nor read."""

_EMBEDDED = re.compile(r"\s*!\[\[\s*([^\]\n]+?)\s*\]\]\s*$")
_ID_LINE = re.compile(r"\s*\{#\s*([a-z][^{}\s]*)\s*\}\s*$")


class LineEdit(Struct, frozen=True):
    """One line of a file that is rewritten."""

    line: int
    written: str
    became: tuple[str, ...]
    """The lines that stand in its place; none where it goes."""
    code: str
    """Of the problem that tells of it; empty where that of another line does."""


def tidy(path: str, text: str) -> tuple[str, tuple[LineEdit, ...]]:
    """The text of a quiz file without the habits that have one meaning, and what was rewritten.

    Unchanged where it cannot be read whole, and where what would be written is not plain yet:
    so a tidied text has nothing left to tidy.
    """
    text = normalise(text)
    if refusal(path, text) or readable(path, text)[1]:
        return text, ()
    edits = _edits(path, text)
    tidied = _rewritten(text, {edit.line: edit.became for edit in edits})
    return (text, ()) if _edits(path, tidied) else (tidied, edits)


def _edits(path: str, text: str) -> tuple[LineEdit, ...]:
    head, body, first_line, _ = read_head(path, text, QUIZ_KEYS)
    lines = text.split("\n")
    commented = {number for number, line in enumerate(body.split("\n"), first_line) if line != lines[number - 1]}
    return tuple(_edits_of_body(*tidy_body(body, first_line, head.text("titre")), lines, commented))


def _rewritten(text: str, became: Mapping[int, Sequence[str]]) -> str:
    tidied: list[str] = []
    for number, written in enumerate(text.split("\n"), 1):
        for line in became.get(number, (written,)):
            if number not in became or line.strip() or (tidied and tidied[-1].strip()):  # one blank line is enough where a line goes
                tidied.append(line)
    return normalise("\n".join(tidied))


def tidy_body(body: str, first_line: int, title: str) -> tuple[list[QuizSection], RewriteNotes]:
    """The sections of the body of a quiz whose own title is `title`, in the guide's own form, and the notes of its headings.

    Each section has its own notes besides.
    """
    notes = RewriteNotes()
    found = sections(number_lines(body, first_line), title, notes)
    questions = 0
    for section in found:
        questions += section.part is SectionPart.QUESTION
        if questions > MAX_QUESTIONS:
            break
        if section.part in (SectionPart.QUESTION, SectionPart.SITUATION):
            _take_id_below(section)
        section.opening = next((line.text for line in section.lines if not line.blank), "")
        section.lines = _tidy_lines(section)
    return found, notes


def _tidy_lines(section: QuizSection) -> list[NumberedLine]:
    lines = without_pictures(_without_embedded(section))
    if section.part is not SectionPart.QUESTION:
        return without_gift_notes(lines, section.notes)
    return clean(with_designated(without_gift(lines, section.notes), section.notes), section.notes)


def _take_id_below(section: QuizSection) -> None:
    """`{#id}` on the line below the heading goes to the end of it."""
    index = next((index for index, line in enumerate(section.lines) if not line.blank), None)
    found = None if index is None or "{#" in section.title else _ID_LINE.match(section.lines[index].text)
    if index is None or found is None:
        return
    line = section.lines[index]
    clean_form = f"## {short(section.title, 50)} {{#{found[1]}}}"
    section.heading_notes.tolerate(line.number, "Identifiant sous le titre, compris", clean_form, section.heading_lines)
    section.title = f"{section.title} {{#{found[1]}}}"
    section.lines[index] = line.with_text("")


def _without_embedded(section: QuizSection) -> list[NumberedLine]:
    """`![[troika]]` alone on a line takes up a question, as `reprend : troika` does in the head: a tidied text keeps it where it is."""
    if not any("![[" in line.text for line in section.lines):
        return section.lines
    result: list[NumberedLine] = []
    for line, code in zip(section.lines, code_mask(section.lines)[0], strict=True):
        found = None if code else _EMBEDDED.match(line.text)
        if found:
            identifier = found[1].rpartition("#")[2]
            section.notes.tolerate(line.number, "Reprise d’une question comprise", f"reprend : {identifier}, dans l’en-tête")
            section.notes.refused.add(line.number)
            section.reuses.append(identifier)
        result.append(line.with_text("") if found else line)
    return result


def _edits_of_body(tidied: Sequence[QuizSection], notes_of_headings: RewriteNotes, lines: Sequence[str], commented: set[int]) -> Iterator[LineEdit]:
    """`commented`: the lines that hold a comment, which would be lost with them."""
    all_notes = [notes_of_headings, *(notes for section in tidied for notes in (section.heading_notes, section.notes))]
    rewritten = set[int]().union(*(notes.rewritten for notes in all_notes)).difference(commented, *(notes.refused for notes in all_notes))
    told = {note.line for notes in all_notes for note in notes.notes if note.code == TOLERATED}
    became: dict[int, list[str]] = {}
    for section in tidied:
        if section.part is not SectionPart.INTRODUCTION:
            became[section.line] = [f"{section.signs} {section.title}"]
        for line in section.lines:
            became.setdefault(line.number, []).append(line.text)
    for notes in all_notes:
        became.update(notes.unshown)
    for number in sorted(rewritten):
        yield LineEdit(number, lines[number - 1], tuple(became.get(number, ())), TOLERATED if number in told else "")
