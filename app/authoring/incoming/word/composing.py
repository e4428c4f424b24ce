"""Questions as people type them in a word processor, made questions of a quiz: `Question 1 : …`, `a) …`, `Bonne réponse : b`. Pure.

What a line means is decided by the quiz's own readers (`content.quiz`), so that a pasted question is
understood exactly as one that is typed in the editor; here it is only written in the clean form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from app.authoring.incoming import images
from app.authoring.incoming.limits import extension_of
from app.authoring.incoming.word import habits
from app.authoring.incoming.word.habits import QUESTION, WordBlock, comment
from app.content.quiz.keys import QuizKey, key_line
from app.content.quiz.lettered_options import EMPTY, TICKED, with_designated
from app.content.quiz.report import NumberedLine, RewriteNotes
from app.content.quiz.sections import strip_number
from app.content.quiz.word_processor import clean
from app.content.values.text import MAX_CHARACTERS
from app.platform.zips import FileRefused

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


def split_questions(blocks: Sequence[WordBlock]) -> tuple[list[WordBlock], list[list[WordBlock]]]:
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


# --- Habits of which only a word processor knows ---------------------------------------------------------------------


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
        return [_box_option(line, index in starred) if index in starred or index in plain else line for index, line in enumerate(lines)], []
    options = [index for index, line in enumerate(lines) if _OPTION.fullmatch(line.replace("**", ""))]
    bold = [index for index in options if _WHOLLY_BOLD.fullmatch(lines[index])]
    plainer = [line.replace("**", "") if index in options or key_line(line) else line for index, line in enumerate(lines)]
    if bold and len(bold) < len(options) and not _key(plainer):
        said = "La réponse en gras est prise pour la bonne : vérifiez-la."
        return [_box_option(line, index in bold) if index in options else line for index, line in enumerate(plainer)], [said]
    return [line.replace("\\*", "*", 1) if re.match(r"\s*\\\*", line) else line for line in plainer], []


def _box_option(line: str, right: bool) -> str:
    found = _OPTION.fullmatch(line)
    text = re.sub(r"^(?:[-•·]\s+)?\\?\*\s?", "", line.strip()) if found is None or "*" in line[:6] else found[3]
    return f"- [{'x' if right else ' '}] {text}"


# --- Answers given apart ---------------------------------------------------------------------------------------------
# « Corrigé », « Réponses : 1b, 2a », a table of numbers and letters: each goes to its question.

_TITLE = re.compile(
    r"(?:corrig[ée]s?|correction|r[ée]ponses?|bonnes r[ée]ponses|solutions?|grille(?: de (?:r[ée]ponses|correction))?|cl[ée]s?)(?: (?:du|de la|des|aux) [\w ’']+)?\s*:?",
    re.IGNORECASE,
)
_VALUE = r"(?:\(?[a-h]\)?(?:\s*(?:,|et|&|\+|/)\s*\(?[a-h]\)?(?![a-zà-ÿ0-9]))*|vrai|faux)"
_ONE = re.compile(
    rf"(?:questions?|q|n\s*[°ºo])?\s*(\d{{1,3}})\s*[.):=–—-]*\s*(?:(?:la )?(?:bonne )?r[ée]ponses?\s*:?\s*)?({_VALUE})(?![a-zà-ÿ0-9])[\s.,;–—-]*", re.IGNORECASE
)


def split_answers(blocks: Sequence[WordBlock]) -> tuple[list[WordBlock], dict[int, str]]:
    """The blocks without those that only give answers, and the answer of each question, by its number."""
    kept: list[WordBlock] = []
    answers: dict[int, str] = {}
    announced = False
    for block in blocks:
        text = block.text.replace("**", "").replace("__", "").strip()
        opening = _TITLE.match(text)
        rest = text[opening.end() :].strip() if opening else text
        found = dict(_pairs(rest if opening else text)) if (opening or announced) and rest else {}
        if opening and opening.end() == len(text):
            announced = True
            kept.append(block)  # dropped below, if answers do follow it
        elif found:
            if announced and kept and _TITLE.fullmatch(kept[-1].text.replace("**", "").strip()):
                kept.pop()
            answers |= found
            announced = True
        else:
            announced = announced and not block.level and not QUESTION.match(text) and bool(block.remarks)
            kept.append(block)
    return kept, answers


def _pairs(text: str) -> Iterator[tuple[int, str]]:
    """All of the text, read as numbers and their answers; nothing where a part of it is something else."""
    if text.startswith("|"):
        yield from _of_table(text)
        return
    found: list[tuple[int, str]] = []
    position = 0
    text = " ".join(text.replace("\\\n", " ").split())
    while match := _ONE.match(text, position):
        found.append((int(match[1]), match[2]))
        position = match.end()
    if position == len(text):
        yield from found


def _of_table(text: str) -> Iterator[tuple[int, str]]:
    """Two columns, or two rows."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.split("\n") if not re.fullmatch(r"[\s|:-]+", line)]
    columns = [list(column) for column in zip(*rows, strict=False)] if len(rows) == 2 else rows
    for cells in columns:
        number = re.search(r"\d{1,3}", cells[0]) if cells else None
        if number and len(cells) > 1 and re.fullmatch(_VALUE, cells[1], re.IGNORECASE):
            yield int(number[0]), cells[1]


def with_answers(questions: Sequence[Sequence[WordBlock]], answers: dict[int, str]) -> list[list[WordBlock]]:
    """Each question with the answer that its number has, unless it says one itself."""
    given: list[list[WordBlock]] = []
    for place, blocks in enumerate(questions, 1):
        number = re.search(r"\d{1,3}", blocks[0].lines()[0])
        value = answers.get(int(number[0]) if number else place, "")
        own = any((key := key_line(line.strip())) is not None and key.key in (QuizKey.ANSWER, QuizKey.RIGHT) for block in blocks for line in block.lines())
        name = "Réponse" if value.casefold() in ("vrai", "faux") else "Bonne réponse"
        given.append([*blocks, WordBlock(f"{name} : {value}")] if value and not own else list(blocks))
    return given


# --- A whole document ------------------------------------------------------------------------------------------------
# Made the texts of a lesson and of its questions, with the pictures that they show, in the process that read it.

_PICTURE = re.compile(r"!\[([^\]]*)\]\(croisee-image-(\d+)\)")


class ComposedLesson(Struct, frozen=True):
    """A lesson and its questions as bodies of course files, with the pictures that they show."""

    title: str
    lesson: str
    quiz: str
    pictures: Mapping[str, images.CleanImage]


def compose(text: str, remarks: Sequence[str], pictures: Sequence[bytes], title: str, decoder: images.Decoder) -> ComposedLesson:
    """Builds a draft from marked Markdown, remarks and images. `title` serves where the document has none. Raises FileRefused."""
    if len(text) > 2 * MAX_CHARACTERS:
        raise FileRefused("Ce document est trop long pour être repris d’un coup : coupez-le en deux.")
    kept: dict[str, images.CleanImage] = {}
    found = habits.document(_PICTURE.sub(_image_namer(_clean_pictures(text, pictures, decoder), kept), text), remarks)
    blocks, answers = split_answers(from_tables(found.blocks))
    lesson_blocks, asked = split_questions(blocks)
    lesson_blocks = perhaps_asked(lesson_blocks)
    lesson, quiz = habits.body(lesson_blocks), body(with_answers(asked, answers))
    if not lesson.strip() and not quiz:
        raise FileRefused("Ce document ne contient aucun texte.")
    return ComposedLesson(found.title or title or "Leçon sans titre", _with_notes(lesson, found.notes), _with_notes(quiz, found.notes), kept)


def compose_pasted(text: str, remarks: Sequence[str]) -> str:
    """What is pasted among other words: one text, its title as a heading. Pictures are sent by themselves."""
    found = habits.document(_PICTURE.sub(habits.comment("une image n’a pas été collée : déposez son fichier dans le texte."), text), remarks)
    lesson, asked = split_questions(found.blocks)
    title = f"## {found.title}" if found.title else ""
    return "\n\n".join(filter(None, (title, _with_notes(habits.body(lesson), found.notes), _with_notes(body(asked), found.notes) if asked else "")))


def _with_notes(body: str, notes: Sequence[str]) -> str:
    return "\n\n".join([body, "\n".join(habits.notes_of(body, notes))]).strip()


def _clean_pictures(text: str, pictures: Sequence[bytes], decoder: images.Decoder) -> dict[int, images.CleanImage | images.ImageRefused]:
    """The images that the text shows, by number, each through the same checks as one that is sent alone."""
    shown = list(dict.fromkeys(int(match[2]) for match in _PICTURE.finditer(text)))
    files = [_file(pictures[number] if number < len(pictures) else b"") for number in shown]
    return dict(zip(shown, images.several(files, decoder), strict=True))


def _file(data: bytes) -> tuple[str, bytes]:
    """A name that no other image of the course has, and the bytes."""
    return f"image-{hashlib.sha256(data).hexdigest()[:8]}{extension_of(data)}", data


def _image_namer(cleaned: Mapping[int, images.CleanImage | images.ImageRefused], kept: dict[str, images.CleanImage]) -> Callable[[re.Match[str]], str]:
    """Each image under its name; a bad one leaves a remark in its place. `kept` receives those that are shown."""

    def name_image(found: re.Match[str]) -> str:
        picture = cleaned[int(found[2])]
        if isinstance(picture, images.ImageRefused):
            return habits.comment(f"une image n’est pas reprise. {picture.sentence}")
        kept[picture.name] = picture
        return f"![{found[1]}](images/{picture.name})"

    return name_image
