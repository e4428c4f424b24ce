"""What a question pasted from Moodle holds: its answers in braces are pointed to the import, which reads banks; its comments are not shown.

GIFT: https://docs.moodle.org/en/GIFT_format; holes inside a text: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.content.quiz.source.lines import NumberedLine, code_mask
from app.content.quiz.source.report import RewriteNotes, short

_COMMENT = re.compile(r"\s*//(?!\S*\.\S)\s*(.*)$")
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:", re.IGNORECASE)
_CLOZE = re.compile(r"\{\d*:[A-Z_]+:")
_OPENS = re.compile(r"(?<!\\)\{\s*(?:[=~>]|#\s*[-\d=.]|\}|(?:true|t|vrai|v|false|f|faux)\s*[#}]|$)", re.IGNORECASE)
_CLOSES = re.compile(r"(?<!\\)\}")
_MOST_LINES = 60
_IMPORT = "Ouvrez « Depuis Moodle », dans l’atelier, et collez-y la question : elle y est traduite, et vous la reprenez ici."


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
        notes.tolerated(line.number, "Commentaire « // » compris : il n’est pas montré", f"<!-- {found[1]} -->")
        notes.unshown[line.number] = [f"<!-- {found[1].replace('--', '–')} -->"]
        return line.with_text("")
    if "$" in text and _CATEGORY.match(text):
        notes.add(line.number, "E49", "Les catégories de Moodle n’existent pas ici.", "Écrivez sous chaque question une ligne « Étiquettes : … ».")
        return line.with_text("")
    return line
