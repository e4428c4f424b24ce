"""Questions as people type them in a word processor, made questions of a quiz: `Question 1 : …`, `a) …`, `Bonne réponse : b`. Pure.

What a line means is decided by the quiz's own readers (`content.quiz.dialects`), so that a pasted question is
understood exactly as one that is typed in the editor; here it is only written in the clean form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.authoring.incoming.word.reading.habits import QUESTION, WordBlock, comment
from app.content.quiz.dialects.boxes import EMPTY, TICKED
from app.content.quiz.dialects.lettered_options import with_designated
from app.content.quiz.dialects.word_processor import clean
from app.content.quiz.source.keys import QuizKey, key_line
from app.content.quiz.source.lines import NumberedLine
from app.content.quiz.source.report import RewriteNotes
from app.content.quiz.source.sections import strip_number

_QUIZ = re.compile(r"(?:quiz|qcm|questions?|questionnaire|testez|évaluation|vérifiez|exercices?)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+\S")
_LETTERED = re.compile(r"\s*(?:\\?\*)?(?:\*\*)?\(?a[.)]\s", re.IGNORECASE)
_TICK_BOX = re.compile(rf"\s*(?:[-*•]\s+)?(?:[{TICKED}{EMPTY}]|\[[ xX]?\]|\([ xX]?\)\s)")
_BOLD_OPTION = re.compile(r"(\s*)(?:\*\*|__)([-–•·]\s+|\(?[a-hA-H][.)]\s+)(.+?)(?:\*\*|__)\s*")
_BARE_PAIR = re.compile(r"\s*[^\s>|#•·-][^|→=]*?\s*(?:→|⇒|=>|->)\s*\S")
_OPTION = re.compile(r"(\s*)((?:[-*+•·]|\d{1,2}[.)]|\(?[a-hA-H][.)])\s+)(\S.*)")
_ITEM = re.compile(r"\s*\d{1,2}[.)]\s+(\S.*)")
_STAR = re.compile(r"\s*(?:[-•·]\s+)?\\?\*\s?(?![*\s])(\S.*)")
_PLAIN_ITEM = re.compile(r"\s*[-•·]\s+(\S.*)")
_LISTED = re.compile(r"(?:[-*]|\d{1,2}[.)]) ")
_TRUE_OR_FALSE = re.compile(r"\W*vrai\s*(?:/|ou|-|–|\s)\s*(?:\W\s*)?faux\W*", re.IGNORECASE)
_LETTERS = re.compile(r"\(?[a-h]\)?(?:\s*(?:,|;|/|et|&|\+)\s*\(?[a-h]\)?)*\.?", re.IGNORECASE)
_WHOLLY_BOLD = re.compile(r"(\s*(?:[-•·]|\(?[a-hA-H][.)])?\s*)\*\*(.+?)\*\*\s*")


def parted(blocks: Sequence[WordBlock]) -> tuple[list[WordBlock], list[list[WordBlock]]]:
    """The blocks of the lesson, and those of each question, the first of which begins it. A heading that is no question ends one."""
    lesson: list[WordBlock] = []
    questions: list[list[WordBlock]] = []
    inside = False
    for index, block in enumerate(blocks):
        if _begins(blocks, index):
            inside = True
            questions.append([block])
        elif inside and not block.level:
            questions[-1].append(block)
        else:
            inside = False
            if not (_is_quiz_title(block) and index + 1 < len(blocks) and _begins(blocks, index + 1)):
                lesson.append(block)
    return lesson, questions


def _begins(blocks: Sequence[WordBlock], index: int) -> bool:
    """`Question 3 …`, as a heading, in bold or not; or `3. …` above options with letters."""
    text = _bare(blocks[index].lines()[0])
    if QUESTION.match(text):
        return True
    lines = blocks[index].lines()[1:] or (blocks[index + 1].lines() if index + 1 < len(blocks) else [])
    return bool(_NUMBERED.match(text)) and bool(lines) and bool(_LETTERED.match(lines[0]) or _TICK_BOX.match(lines[0]))


def from_tables(blocks: Sequence[WordBlock]) -> list[WordBlock]:
    """A table whose columns « Vrai » and « Faux » are ticked is as many questions as it has rows; unticked, it stays, and that is said."""
    found: list[WordBlock] = []
    asked = sum(bool(QUESTION.match(_bare(block.lines()[0]))) for block in blocks)
    for block in blocks:
        rows = [[_bare(cell) for cell in line.strip().strip("|").split("|")] for line in block.text.split("\n")] if block.text.startswith("|") else []
        heads = [head.casefold().strip(" ?") for head in rows[0]] if rows else []
        if "vrai" not in heads or "faux" not in heads:
            found.append(block)
            continue
        judged = [(row[0], "Vrai" if row[heads.index("vrai")] else "Faux") for row in rows[2:] if len(row) == len(heads) and _ticked_once(row, heads)]
        if len(judged) < len(rows) - 2:
            found.append(
                WordBlock(block.text, [*block.remarks, "Ce tableau « vrai ou faux » n’est pas repris en questions : dites de chaque phrase si elle est vraie."])
            )
            continue
        for phrase, truth in judged:
            asked += 1
            found.append(WordBlock(f"Question {asked} : {phrase}\\\nRéponse : {truth}"))
    return found


def perhaps_asked(blocks: list[WordBlock]) -> list[WordBlock]:
    """Adds a remark where lines look like questions with options but could not be recognised as such."""
    asking = [
        block for block, below in pairwise(blocks) if _bare(block.text).endswith("?") and not block.level and (_OPTION.match(below.text) or "\n" in below.text)
    ]
    inside = [block for block in blocks if len(re.findall(r"(?m)^\s*(?:\d{1,3}[.)]\s).*\?\s*$", block.text)) > 1]
    if len(asking) > 1 or inside:
        (asking + inside)[0].remarks.append("Des questions semblent se trouver ici, et ne sont pas reprises dans un quiz : commencez-les par « Question 1 : ».")
    return blocks


def _ticked_once(row: Sequence[str], heads: Sequence[str]) -> bool:
    return bool(row[0]) and bool(row[heads.index("vrai")]) != bool(row[heads.index("faux")])


def _is_quiz_title(block: WordBlock) -> bool:
    return bool(block.level or block.bold) and bool(_QUIZ.match(_bare(block.text)))


def _bare(text: str) -> str:
    return text.replace("**", "").replace("__", "").strip()


def body(questions: Sequence[Sequence[WordBlock]]) -> str:
    """The Markdown of all of them."""
    return "\n\n".join("\n".join(_question(each)) for each in questions)


def _question(blocks: Sequence[WordBlock]) -> Iterator[str]:
    first, *rest = blocks[0].lines()
    title = strip_number(_bare(first)).lstrip(":.–—- ")
    lines = _type_lines([rest, *(block.lines() for block in blocks[1:])])
    yield from (line for block in blocks for said in block.remarks for line in (comment(said), ""))
    if not title:
        title = next((line for line in lines if line.strip()), "")
        lines = lines[lines.index(title) + 1 :] if title else lines
        title = _bare(title)
    yield f"## {title}"
    yield ""
    yield from _clean(lines)


def _type_lines(parts: Sequence[Sequence[str]]) -> list[str]:
    """The lines under a question, a blank one between paragraphs."""
    lines: list[str] = []
    for part in parts:
        lines += [*(_BOLD_OPTION.sub(r"\1\2**\3**", line) for line in part), ""] if part else []
    pairs = [index for index, line in enumerate(lines) if _BARE_PAIR.match(line)]
    for index in pairs if len(pairs) > 1 else ():
        lines[index] = f"- {lines[index].strip()}"
    return lines


def _clean(lines: list[str]) -> Iterator[str]:
    lines, said = _marked_right(_with_letters(_without_true_or_false(lines)))
    yield from (line for each in said for line in (comment(each), ""))
    notes = RewriteNotes()
    numbered = [NumberedLine(number, line) for number, line in enumerate(lines, 1)]
    written = [line.text for line in clean(with_designated(numbered, notes), notes)]
    yield from _tight(written)


def _tight(lines: Sequence[str]) -> Iterator[str]:
    """One blank line between parts, none between two options, none at the ends."""
    kept = [line for line in lines if line.strip()]
    blanks = {id(line): index > 0 and not lines[index - 1].strip() for index, line in enumerate(lines) if line.strip()}
    for above, line in zip(["", *kept], kept, strict=False):
        both = bool(_LISTED.match(above) and _LISTED.match(line))
        edge = bool(_LISTED.match(above)) != bool(_LISTED.match(line)) and not line.startswith("  ")
        if above and not both and (blanks[id(line)] or edge):
            yield ""
        yield line


# --- Habits of which only a word processor knows ---


def _key(lines: Sequence[str]) -> str:
    """The value of the line that says which answer is right."""
    found = (key_line(line.strip()) for line in lines)
    return next((key.value for key in found if key is not None and key.key in (QuizKey.ANSWER, QuizKey.RIGHT)), "")


def _without_true_or_false(lines: list[str]) -> list[str]:
    """`Vrai / Faux` on a line of its own is what the key says already."""
    said = _key(lines).strip(" .").casefold() in ("vrai", "faux")
    return [line for line in lines if not (said and _TRUE_OR_FALSE.fullmatch(_bare(line)))]


def _with_letters(lines: list[str]) -> list[str]:
    """Letters that Word numbers by itself arrive as numbers: the key that names letters says so."""
    if not _LETTERS.fullmatch(_key(lines)):
        return lines
    items = [index for index, line in enumerate(lines) if _ITEM.match(line)]
    letters = {index: chr(ord("a") + place) for place, index in enumerate(items)}
    return [f"{letters[index]}) {line.split(maxsplit=1)[1]}" if index in letters and len(items) < 9 else line for index, line in enumerate(lines)]


def _marked_right(lines: list[str]) -> tuple[list[str], list[str]]:
    """Options of which some are marked by a star or by bold; bold may be an accident: it is said."""
    starred = [index for index, line in enumerate(lines) if _STAR.fullmatch(line) and key_line(line) is None]
    plain = [index for index, line in enumerate(lines) if _PLAIN_ITEM.fullmatch(line)]
    if starred and len({*starred, *plain}) > 1 and not _key(lines):
        return [_boxed(line, index in starred) if index in starred or index in plain else line for index, line in enumerate(lines)], []
    options = [index for index, line in enumerate(lines) if _OPTION.fullmatch(line.replace("**", ""))]
    bold = [index for index in options if _WHOLLY_BOLD.fullmatch(lines[index])]
    plainer = [line.replace("**", "") if index in options or key_line(line) else line for index, line in enumerate(lines)]
    if bold and len(bold) < len(options) and not _key(plainer):
        said = "La réponse en gras est prise pour la bonne : vérifiez-la."
        return [_boxed(line, index in bold) if index in options else line for index, line in enumerate(plainer)], [said]
    return [line.replace("\\*", "*", 1) if re.match(r"\s*\\\*", line) else line for line in plainer], []


def _boxed(line: str, right: bool) -> str:
    found = _OPTION.fullmatch(line)
    text = re.sub(r"^(?:[-•·]\s+)?\\?\*\s?", "", line.strip()) if found is None or "*" in line[:6] else found[3]
    return f"- [{'x' if right else ' '}] {text}"
