"""Which of its blocks answer a question, and so of what type it is; what stands before them, between them and after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.content.quiz.answers.choices import ChoicesShape, read_choices, refused_weight
from app.content.quiz.answers.gaps import GapMarkers, GapsShape
from app.content.quiz.answers.number import AnswerShape, NumberShape, with_plain_arrows
from app.content.quiz.answers.pairs import YEARS, MatchingShape, OrderingShape, cut_at_arrow, read_matching, read_ordering, warn_of_years
from app.content.quiz.answers.short_text import OpenTextShape, ShortTextShape, cut_at_free_line, read_open, read_typed
from app.content.quiz.blocks import QuizBlock, Shape
from app.content.quiz.keys import ANSWERS, bare, nearest_key
from app.content.quiz.lettered_options import EMPTY, TICKED
from app.content.quiz.report import QuizReport, short, spans
from app.content.quiz.settings import QuestionSettings
from app.content.values.quiz import GAP_OPEN, Answer, Choices, Gaps, Matching, NumberAnswer, OpenText, Ordering, ShortText
from app.content.values.text import Fragment

SHAPES: dict[type[Answer], AnswerShape[Any]] = {
    Choices: ChoicesShape(),
    ShortText: ShortTextShape(),
    NumberAnswer: NumberShape(),
    Matching: MatchingShape(),
    Ordering: OrderingShape(),
    Gaps: GapsShape(),
    OpenText: OpenTextShape(),
}


def shape_of(answer: Answer) -> AnswerShape[Any]:
    return SHAPES[type(answer)]


_NUMBER_LINE = re.compile(r" {0,3}\d{1,3}[.)]\s+\S")
_PAIR = re.compile(r"([^:=→–—\n]+?)(?: ?(?:[:→]|=>?|[-–]>)| [–—-]) (\S[^\n]*)")
"""`ZEP : 1981`, in a list that has no arrow, or `Préfet → État` in lines that are no list."""
_SIGNED = re.compile(rf"[{TICKED}{EMPTY}]\s*(\S.*)")
_BOLD = re.compile(r"(\*\*|__)[^*_]+\1\.?")


@dataclass(slots=True)
class Layout:
    """A question's blocks by their part in it. One of the lists from `boxes` to `free` is its answer (`answers` may have `boxes` too)."""

    before: list[QuizBlock] = field(default_factory=list)
    answering: list[QuizBlock] = field(default_factory=list)
    """From the first block of the answer to the last, in order."""
    after: list[QuizBlock] = field(default_factory=list)
    boxes: list[QuizBlock] = field(default_factory=list)
    pairs: list[QuizBlock] = field(default_factory=list)
    answers: list[QuizBlock] = field(default_factory=list)
    gaps: list[QuizBlock] = field(default_factory=list)
    numbered: list[QuizBlock] = field(default_factory=list)
    free: list[QuizBlock] = field(default_factory=list)
    """The line `Réponse libre` and all that follows it."""

    @property
    def parts(self) -> list[QuizBlock]:
        """All that answers, what stands between left out."""
        return [*self.boxes, *self.pairs, *self.answers, *self.gaps, *self.numbered]


def lay_out(blocks: Sequence[QuizBlock], report: QuizReport, line: int, explained: bool) -> Layout | None:
    """Find the answer among the blocks of a question; None, with the reason, when there is none or more than one.

    `line` is that of the question; `explained` says that something was refused already, so that a missing answer is no news.
    """
    above, free = cut_at_free_line(blocks)
    blocks = [*above, *free]
    layout = Layout(
        free=free,
        boxes=[block for block in blocks if block.boxed],
        pairs=[block for block in blocks if is_matching(block)],
        answers=[block for block in blocks if block.key is not None and block.key.key in ANSWERS],
    )
    layout.gaps = _with_gaps(blocks, alone=not (layout.boxes or layout.pairs or layout.answers))
    if not (layout.boxes or layout.pairs or layout.answers or layout.gaps or free):
        layout.numbered = [block for block in blocks if block.ordered]
    if not _one_shape(layout, report):
        return None
    if free:
        layout.before = above
        return layout
    answering = {id(block) for block in layout.parts}
    if not answering:
        if not explained and not check_statement(blocks, report):
            _no_shape(blocks, report, line)
        return None
    places = [index for index, block in enumerate(blocks) if id(block) in answering]
    first, last = places[0], places[-1]
    layout.before, layout.answering, layout.after = list(blocks[:first]), list(blocks[first : last + 1]), list(blocks[last + 1 :])
    return layout


def read_answer(layout: Layout, settings: QuestionSettings, holes: GapMarkers, report: QuizReport) -> Answer | None:
    """The answer that the blocks hold; None when it cannot be asked."""
    if layout.gaps:
        return _text_with_gaps(layout, holes, report)
    if layout.free:
        return read_open(layout.free, report)
    if layout.answers:
        return read_typed(layout.answers, layout.boxes, settings, report)
    if layout.boxes:
        return read_choices(layout.boxes, settings, report)
    if layout.pairs:
        return read_matching(layout.pairs, report)
    if len(layout.numbered) > 1 and any(block.shape is Shape.TEXT for block in layout.answering):
        message = f"Deux listes numérotées (lignes {layout.numbered[0].line} et {layout.numbered[1].line}) : laquelle est à remettre en ordre ?"
        report.add(layout.numbered[1].line, "E30", message, "Mettez des puces à celle de l’énoncé : - …")
        return None
    return read_ordering(layout.numbered, report)


def _text_with_gaps(layout: Layout, holes: GapMarkers, report: QuizReport) -> Gaps | None:
    """From the first block with a gap to the last text: what follows without a gap belongs to it too."""
    while any(block.shape in (Shape.TEXT, Shape.LIST) for block in layout.after) and layout.after[0].shape not in (Shape.KEY, Shape.QUOTE):
        layout.answering.append(layout.after.pop(0))
    body = "\n\n".join(block.raw for block in layout.answering if block.shape is not Shape.KEY)
    read = holes.read_gaps(body, report)
    if read is None:
        return None
    return Gaps(Fragment(with_plain_arrows(read[0]), layout.answering[0].line), read[1])


def is_matching(block: QuizBlock) -> bool:
    """Whether a list has an arrow and no box."""
    return bool(block.items) and not block.boxed and any(cut_at_arrow(item.text.text) for item in block.items)


def _with_gaps(blocks: Sequence[QuizBlock], alone: bool) -> list[QuizBlock]:
    """The blocks that hold gaps. A quotation is one of them when it stands before the last of the others, or when nothing else answers."""
    holding = [index for index, block in enumerate(blocks) if _holds_gap(block)]
    plain = [index for index in holding if blocks[index].shape is not Shape.QUOTE]
    last = plain[-1] if plain else holding[-1] if holding and alone else -1
    return [blocks[index] for index in holding if index <= last]


def _holds_gap(block: QuizBlock) -> bool:
    if block.shape in (Shape.NOTE, Shape.KEY):
        return False
    if block.boxed or is_matching(block):
        return any(GAP_OPEN in item.text.text for item in block.items)
    return GAP_OPEN in block.raw


def _one_shape(layout: Layout, report: QuizReport) -> bool:
    """E30: an answer has one shape; only a list of boxes under `Réponse :` belongs to that line."""
    shapes = [
        ("des cases", layout.boxes),
        ("des associations « => »", layout.pairs),
        ("une ligne « Réponse : »", layout.answers),
        ("des trous [[…]]", layout.gaps),
        ("une ligne « Réponse libre »", layout.free),
    ]
    found = sorted((shape for shape in shapes if shape[1]), key=lambda shape: shape[1][0].line)
    if len(found) < 2 or _listed_under_answer(layout):
        return True
    said = " et ".join(f"{name} (ligne {blocks[0].line})" for name, blocks in found)
    hint = "Gardez l’une, ou faites deux questions : chacune commence par ##."
    if layout.pairs:
        hint += " Une flèche qui n’associe rien s’écrit \\=> ou \\→."
    report.add(found[1][1][0].line, "E30", f"Deux formes de réponse : {said}.", hint)
    return False


def _listed_under_answer(layout: Layout) -> bool:
    if not layout.boxes or not layout.answers or layout.pairs or layout.gaps:
        return False
    return layout.answers[0].line < layout.boxes[0].line


def _no_shape(blocks: Sequence[QuizBlock], report: QuizReport, line: int) -> None:
    """E11, with the remedy that what is there suggests."""
    listed = next((block for block in blocks if block.shape is Shape.LIST), None)
    if listed is not None and [item for item in listed.items if refused_weight(item, report)]:
        return
    seen = [block for block in blocks if block.shape in (Shape.TEXT, Shape.LIST, Shape.QUOTE)]
    where = f" ({spans(range(seen[0].line, seen[-1].last + 1))})" if seen else ""
    hint = "Ajoutez une liste - [ ], une ligne « Réponse : … », des lignes - gauche => droite, une liste 1. 2. 3. ou un trou [[…]]."
    if paired := _pairing_remedy(seen):
        hint = paired
    elif listed is not None:
        first = short(listed.items[0].text.text, 40)
        hint = f"Si cette liste donne les réponses, mettez-y des cases : - [x] devant la bonne, - [ ] {first}."
        bold = [item for item in listed.items if _BOLD.fullmatch(item.text.text.strip())]
        if len(bold) == 1:
            hint += f" La bonne est-elle « {short(bold[0].text.text.strip('*_. '), 40)} », en gras ?"
    elif any("__" in block.text or "…" in block.text or "...." in block.text for block in seen):
        hint += " Un blanc à remplir s’écrit avec sa réponse : [[mot]]."
    report.add(line, "E11", f"Aucune réponse reconnue{where}.", hint)


def _pairing_remedy(seen: Sequence[QuizBlock]) -> str:
    """The remedy of what answers by twos: a table, or a list whose items are all of the form `ZEP : 1981`; empty for the rest."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for block in seen if block.text.startswith("|") for line in block.text.split("\n")]
    rows = [row for row in rows if not all(set(cell) <= set(":- ") for cell in row)]
    heads = {bare(cell) for cell in rows[0]} if rows else set()
    if heads >= {"vrai", "faux"} or heads >= {"v", "f"}:
        return "Un tableau n’est pas une réponse : faites une question par ligne, ## et l’affirmation, puis « Réponse : Vrai » ou « Réponse : Faux »."
    if signed := next((found for row in rows for cell in row if (found := _SIGNED.fullmatch(cell))), None):
        return f"Un tableau n’est pas une réponse : écrivez chacune sur sa ligne, - [x] devant la bonne, - [ ] devant les autres : - [ ] {signed[1]}"
    if len(rows) > 1 and all(len(row) == 2 for row in rows):
        return f"Un tableau n’est pas une association : écrivez-en une par ligne, - {rows[1][0]} => {rows[1][1]}"
    said = [text for block in seen for text in ([item.text.text for item in block.items] or block.text.split("\n"))]
    pairs = [found for text in said if "|" not in text and (found := _PAIR.fullmatch(text))]
    if len(pairs) > 1 and 2 * len(pairs) > len(said):
        return f"Si ce sont des associations, écrivez-les avec une flèche : - {pairs[0][1].strip()} => {pairs[0][2].strip()}"
    return ""


# --- What stands around the answer ---


def check_statement(blocks: Sequence[QuizBlock], report: QuizReport) -> bool:
    """What the statement holds that may have been meant otherwise: a misspelt key, a list that Markdown does not see, code by accident.

    Whether some of it is an error.
    """
    refused = False
    for block in blocks:
        if block.code:
            hint = "Si c’est du texte, retirez les espaces au début de la ligne ; si c’est du code, encadrez-le de ```."
            report.add(block.line, "A14", "Paragraphe en retrait, compris comme du code.", hint)
        elif block.shape is Shape.TEXT:
            for offset, text in enumerate(block.text.split("\n")):
                refused = _doubtful_line(block.line + offset, text, offset > 0, report) or refused
        elif block.ordered and any(item.number in YEARS for item in block.items):
            warn_of_years(block.items, report)
    return refused


def _doubtful_line(line: int, text: str, continues: bool, report: QuizReport) -> bool:
    if (key := nearest_key(text)) is not None:
        message = f"« {short(text, 50)} » : est-ce le réglage « {key.value} : », ou une phrase de l’énoncé ?"
        report.add(line, "E38", message, f"Pour le réglage, écrivez « {key.value} : … » ; pour une phrase, commencez-la autrement.")
    elif continues and _NUMBER_LINE.match(text):
        message = f"« {short(text, 40)} » suit un texte sans ligne vide : est-ce une liste, ou la suite de la phrase ?"
        report.add(line, "E51", message, "Une liste commence à 1., après une ligne vide. Dans une phrase, gardez le numéro sur la ligne du dessus.")
    else:
        return False
    return True


def check_after(blocks: Sequence[QuizBlock], report: QuizReport) -> None:
    """E31: after the answers stand quotations, keys and notes, nothing else."""
    for block in blocks:
        if block.shape in (Shape.TEXT, Shape.LIST):
            _text_after(block, report)
        elif block.shape is Shape.RULE:
            report.tolerate(block.line, "Trait de séparation ignoré", "(rien : un titre ## suffit à séparer deux questions)")


def _text_after(block: QuizBlock, report: QuizReport) -> None:
    where = f" ({spans(range(block.line, block.last + 1))})" if block.last > block.line else ""
    message = f"Texte après les réponses : « {short(block.text, 50)} »{where}."
    key = nearest_key(block.text.split("\n")[0].lstrip("-*+ "))
    if key is not None:
        hint = f"Vouliez-vous écrire « {key.value} : … », seul sur sa ligne et sans puce ?"
    elif block.items:
        hint = "Une liste de plus : mettez-y des cases si ce sont des réponses, ou placez-la dans l’énoncé, avant les réponses."
    else:
        hint = "Une explication commence par > ; la suite de l’énoncé va avant les réponses ; une autre question commence par ##."
    report.add(block.line, "E31", message, hint)
