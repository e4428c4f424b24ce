"""How surely a line and those below it are a question and its answers. By shapes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import COUPLES, AnnotationKind, annotation_of, is_key_line, key_within, named_options
from app.exchange.intake.options import WEAK_LOOKS
from app.exchange.intake.rich import Rich
from app.exchange.intake.shapes import BLANK, DOTS, LabelKind, mark_behind, split_blanks, split_row
from app.exchange.intake.statements import IN_ORDER, LONGEST_OPTION, PAIRING, ROOM, STATED, TOLD, TRUTH_BEHIND, split_asked

ASKS = re.compile(r"\?\s*(?:\([^)]{0,60}\)|\[[^\]]{0,60}\])?\s*[\W]*$")
OPENS = re.compile(r"[:…]\s*(?:\([^)]{0,60}\))?\s*$|\.\.\.\s*$")
LISTS = re.compile(
    rf"{PAIRING}|\bclasse[zr]|{IN_ORDER}|chronolog|\brange[zr]|num[ée]rote[zr]|du plus .{{2,30}} au plus|hi[ée]rarchie|de la plus .{{2,30}} à la plus",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:cite[zr]|explique[zr]|d[ée]cri(?:vez|re)|d[ée]finisse[zr]|donne[zr]|nomme[zr]|justifie[zr]|compl[ée]te[zr]|indique[zr]|calcule[zr]|pr[ée]sente[zr]|propose[zr]|coche[zr]|choisi(?:ssez|r)|entoure[zr])\b",
    re.IGNORECASE,
)
TRUTH_TITLE = re.compile(r"\bvrai\s*(?:ou|/|-|,)\s*faux\b|\bV\s*/\s*F\b", re.IGNORECASE)
_ARROWED = re.compile(r"\S\s*(?:→|⇒|➔|[-=]+>|↔)\s*\S")
_TOLD = re.compile(r"(?:[\s:–—([-]+)(?:vrai|faux|V|F)\s*[)\].]?\s*$")
_GAP = re.compile(r"\[\[[^\[\]]*[|*(=][^\[\]]*\]\]")
SURE, LIKE, NO = 2, 1, 0
_TEXT = 40
"""Words of a line that is a paragraph."""
_FAR = 14
"""Lines below a statement that are looked at."""


def demands(plain: str) -> bool:
    """Whether some words ask for an answer, or for a work."""
    return bool(ASKS.search(plain) or _ORDERS.match(plain) or TRUTH_TITLE.search(plain))


def is_answer(line: PaperLine) -> bool:
    """Whether a line, by itself, is an option or gives a key."""
    if line.label(LabelKind.LETTER, LabelKind.BOX, LabelKind.BULLET, LabelKind.MARK) or line.rows:
        return True
    keyed = is_key_line(line.words) or key_within(line.words)[0] is not None
    return (
        keyed
        or bool(DOTS.fullmatch(line.plain))
        or bool(ROOM.fullmatch(line.plain))
        or bool(_ARROWED.search(line.plain))
        or len(split_row(line.words)) > 2
        or TRUTH_BEHIND.search(line.plain) is not None
        or len(split_asked(line.words)) > 1
    )


def evidence(head: PaperLine, below: Sequence[PaperLine], alone: bool = False) -> int:
    """SURE: a question with its answers. LIKE: what looks like one. NO: neither. `alone`: no number says that the line begins something."""
    if head.rows or not head.plain:
        return NO
    own = _own(below)
    if _answered_itself(head, alone):
        return SURE
    asks, opens = bool(ASKS.search(head.plain)), bool(OPENS.search(head.plain))
    if (asks and own and is_paragraph(own[0])) or (alone and not asks and _enumerates(own)):
        return NO
    found = max(_by_answers(head, own, alone, asks or opens), _by_lists(head, own, alone, asks or opens))
    return found or _by_likeness(head, own, alone, asks)


def is_paragraph(line: PaperLine) -> bool:
    """Whether a line is text under a heading that asks, rather than what answers it."""
    return len(line.plain.split()) > _TEXT and not (line.labels or annotation_of(line.words))


def _enumerates(own: Sequence[PaperLine]) -> bool:
    """Whether a list goes on as one sentence, « ; » after « ; », and none of it is marked."""
    listed = list(takewhile(lambda line: line.label(LabelKind.LETTER, LabelKind.BULLET) and not line.label(LabelKind.BOX, LabelKind.MARK), own))
    after = own[len(listed)] if len(listed) < len(own) else None
    keyed = after is not None and (annotation := annotation_of(after.words)) is not None and annotation.said is AnnotationKind.KEY
    marked = any((behind := mark_behind(line.words)[0]) is not None and behind.right for line in listed)
    return len(listed) > 1 and all(line.plain.endswith((";", ",")) for line in listed[:-1]) and not (keyed or marked)


def _own(below: Sequence[PaperLine]) -> list[PaperLine]:
    own: list[PaperLine] = []
    for line in below[:_FAR]:
        if line.level and not is_answer(line):
            break
        annotation = annotation_of(line.words)
        if annotation is None or annotation.said is not AnnotationKind.POINTS:
            own.append(line)
    return own


def _answered_itself(head: PaperLine, alone: bool) -> bool:
    """A statement that holds its options, its gaps or its key."""
    inline = split_asked(head.words)
    if key_within(head.words)[0] is not None or len(inline) == 2 or _GAP.search(head.plain):
        return True
    told = not alone and _TOLD.search(head.plain) and mark_behind(head.words)[0]
    return bool(told) or len(split_row(head.words)) > 2 or TRUTH_BEHIND.search(head.plain) is not None


def _by_answers(head: PaperLine, own: Sequence[PaperLine], alone: bool, asks: bool) -> int:
    """Options with letters or boxes, a row of them, « Vrai / Faux », a key."""
    near = 1 if alone and not asks else 3
    run = opened = 0
    first = head
    for offset, line in enumerate(own):
        annotation = annotation_of(line.words) or (annotation_of(line.body) if line.label(LabelKind.BULLET) else None)
        if (
            annotation is not None
            and annotation.said is AnnotationKind.KEY
            and (offset < 3 or run)
            and (not alone or asks or BLANK.search(head.plain) or run > 1 or offset == 0)
        ):
            return SURE
        if annotation is not None and annotation.said is AnnotationKind.KEY and asks and _is_chosen(annotation.value, own[:offset]):
            return SURE
        if offset == 0 and _answers_at_once(line, alone):
            return SURE
        if offset < near and (len(split_row(line.words)) > 2 or TRUTH_BEHIND.fullmatch(f" {line.plain}")):
            return SURE
        if line.label(LabelKind.LETTER, LabelKind.BOX):
            run += 1
            first, opened = (line, offset) if run == 1 else (first, opened)
            label = first.label(LabelKind.LETTER) or first.label(LabelKind.BOX)
            if run > 1 and opened <= (2 if not alone or asks else 0) and label is not None and (label.value == 0 or first.automatic):
                return SURE
    return NO


def _is_chosen(key: Rich, lines: Sequence[PaperLine]) -> bool:
    """Whether a key names one of the lines above it, which have no label."""
    if not 1 < len(lines) < _FAR // 2 or any(line.labels or line.rows or ASKS.search(line.plain) or len(line.plain) > LONGEST_OPTION for line in lines):
        return False
    return named_options(key, [chr(97 + place) for place in range(len(lines))], [line.plain for line in lines]) is not None


def _answers_at_once(line: PaperLine, alone: bool) -> bool:
    """Whether the line below a statement is the room of a form, « Faux, car … » or a row of which some wear something."""
    told = not alone and (TOLD.match(line.plain) is not None or _some([_wears(part) for part in split_blanks(line.words)[1:]]))
    return told or ROOM.fullmatch(line.plain) is not None


def _by_lists(head: PaperLine, own: Sequence[PaperLine], alone: bool, asks: bool) -> int:
    """Lines to pair or to put in order, bullets of which some are marked, lines of which some wear something."""
    if LISTS.search(head.plain) and any(line.rows and len(line.rows[0]) > 1 for line in own[:2]):
        return SURE
    if LISTS.search(head.plain) and len(own) > 1:
        if sum(bool(_ARROWED.search(line.plain)) for line in own[:8]) > 1:
            return SURE
        keyed = any(is_key_line(line.words) or COUPLES.fullmatch(line.plain) for line in own)
        coupled = any(COUPLES.fullmatch(line.plain) for line in own)
        if coupled or (keyed and (asks or not alone)):
            return SURE
        if not alone:
            return LIKE
    return _by_bullets(head, own, asks) if _bullets(head, own) else NO


def arrow_list(lines: Sequence[PaperLine]) -> list[PaperLine]:
    """The lines that open with an arrow, where arrows are the bullets of a list: there are three, or one of two is marked."""
    own = list(takewhile(lambda each: [label.kind for label in each.labels] == [LabelKind.MARK] and each.labels[0] == lines[0].labels[0], lines))
    return own if len(own) > 2 or (len(own) > 1 and any(mark_behind(each.body)[0] for each in own)) else []


def _bullets(head: PaperLine, own: Sequence[PaperLine]) -> list[PaperLine]:
    found = [line for line in own[:8] if line.label(LabelKind.BULLET) or (line.label(LabelKind.NUMBER) and not ASKS.search(head.plain))]
    found = found or arrow_list(own)
    asking = sum(bool(ASKS.search(line.plain)) for line in found)
    return found if len(found) > 1 and own[0] in found and asking < len(found) else []


def _by_bullets(head: PaperLine, own: Sequence[PaperLine], asks: bool) -> int:
    bullets = _bullets(head, own)
    ticked = [bool((behind := mark_behind(line.words)[0]) and behind.right) for line in bullets]
    worn = [_wears(line.body) for line in bullets]
    if _some(ticked) or (asks and _some(worn)):
        return SURE
    return LIKE if ASKS.search(head.plain) else NO


def _wears(words: Rich) -> bool:
    return any(words.wears(look) == "all" for look in WEAK_LOOKS)


def _some(marked: Sequence[bool]) -> bool:
    return any(marked) and not all(marked)


def _by_likeness(head: PaperLine, own: Sequence[PaperLine], alone: bool, asks: bool) -> int:
    if BLANK.search(head.plain) or len(split_asked(head.words)) > 2 or (asks and own and (DOTS.fullmatch(own[0].plain) or ROOM.fullmatch(own[0].plain))):
        return LIKE
    return LIKE if not alone and (asks or STATED.search(head.plain) or _ORDERS.match(head.body.plain) or LISTS.search(head.plain)) else NO
