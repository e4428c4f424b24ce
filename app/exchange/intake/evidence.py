"""How surely a line and those below it are a question and its answers. By shapes. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import COUPLES, AnnotationKind, annotation_of, is_key_line, key_within, named_options
from app.exchange.intake.options import WEAK_LOOKS
from app.exchange.intake.rich import Rich
from app.exchange.intake.shapes import BLANK, DOTS, ROMANS, LabelKind, mark_behind, split_blanks, split_row
from app.exchange.intake.statements import IN_ORDER, LONGEST_OPTION, PAIRING, ROOM, STATED, TOLD, TRUTH_BEHIND, split_asked
from app.platform.french import strip_accents

ASKS = re.compile(r"\?\s*(?:\([^)]{0,60}\)|\[[^\]]{0,60}\])?\s*[\W]*$")
OPENS = re.compile(r"[:…]\s*(?:\([^)]{0,60}\))?\s*$|\.\.\.\s*$")
LISTS = re.compile(
    rf"{PAIRING}|\bclasse[zr]|{IN_ORDER}|chronolog|\brange[zr]|num[ée]rote[zr]|du plus .{{2,30}} au plus|hi[ée]rarchie|de la plus .{{2,30}} à la plus",
    re.IGNORECASE,
)
TRUTH_TITLE = re.compile(r"\bvrai\s*(?:ou|/|-|,)\s*faux\b|\bV\s*/\s*F\b", re.IGNORECASE)
_ARROWED = re.compile(r"\S\s*(?:→|⇒|➔|[-=]+>|↔)\s*\S")
_TOLD = re.compile(r"(?:[\s:–—([-]+)(?:vrai|faux|V|F)\s*[)\].]?\s*$")
_GAP = re.compile(r"\[\[[^\[\]]*[|*(=][^\[\]]*\]\]")
ORDER = re.compile(r"^\W*(?:[\w’']+\s+){0,2}?\w{2,}(?:ez|dre|er|ir|ire)\b(?![’'])", re.IGNORECASE)
"""« Citez », « Les classer », « À compléter »."""
ANNOUNCES = re.compile(r"(?:[:…]|\.\.\.)\W*(?:\([^)]*\)\s*)?$")
GIVES = re.compile(r"^\W*(?:bonnes?\s+)?(?:r[ée]p(?:onse)?s?|corrig[ée]|solution|cl[ée])\b\s*(?:[:=.]|\b[a-h]\b)|\br[ée]p(?:onse)?\s*[:=]", re.IGNORECASE)
SURE, LIKE, NO = 2, 1, 0
_TEXT = 40
"""Words of a line that is a paragraph."""
_FAR = 14
"""Lines below a statement that are looked at."""


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", strip_accents(text).casefold())


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
    return len(listed) > 1 and all(line.plain.endswith((";", ",")) for line in listed[:-1]) and not (keyed or any(map(_is_ticked, listed)))


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
    plain = list(takewhile(lambda line: not (line.labels or line.rows or annotation_of(line.words)), own))
    if asks and _some([_is_ticked(line) for line in plain]):
        return SURE
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
    ticked = [_is_ticked(line) for line in bullets]
    worn = [_wears(line.body) for line in bullets]
    if _some(ticked) or (asks and _some(worn)):
        return SURE
    return LIKE if ASKS.search(head.plain) else NO


def _is_ticked(line: PaperLine) -> bool:
    behind, _ = mark_behind(line.words)
    return behind is not None and bool(behind.right)


def _wears(words: Rich) -> bool:
    return any(words.wears(look) == "all" for look in WEAK_LOOKS)


def _some(marked: Sequence[bool]) -> bool:
    return any(marked) and not all(marked)


def _by_likeness(head: PaperLine, own: Sequence[PaperLine], alone: bool, asks: bool) -> int:
    if BLANK.search(head.plain) or len(split_asked(head.words)) > 2 or (asks and own and (DOTS.fullmatch(own[0].plain) or ROOM.fullmatch(own[0].plain))):
        return LIKE
    return LIKE if not alone and (asks or STATED.search(head.plain) or ORDERS.match(head.body.plain) or LISTS.search(head.plain)) else NO


# --- Questions that nobody saw --------------------------------------------------------------------------------------

ASKS_AT_END = re.compile(r"\?\s*[\W\d]*$|^(?:\W*\d{1,2}\W+)?[^.?]*\?\s+[^?.]{1,30}\.?$|\?\s*[(\[][^()\[\]]{0,80}[)\]]?\W*$")
ORDERS = re.compile(
    r"^\W*(?:\d{1,2}\W+)?(?:vrai ou (?:pas vrai|faux)|faites|(?!(?:chez|assez|avez|voyez|notez|rappelez|retenez|pensez|sachez)\b)\w{3,}ez(?!-))\b",
    re.IGNORECASE,
)
"""« Citez », « Faites correspondre »."""
_CHOOSES = re.compile(
    r"\W*(?:veuillez|coch|choisi|entour|s[ée]lectionn|répond)\w*\b[^.?!]{0,40}\b(?:r[ée]ponses?|cases?|propositions?|options?)\b[^.?!]{0,20}\W*", re.IGNORECASE
)
"""« Veuillez choisir une réponse. »: how the question above is answered."""
_JUDGED = re.compile(r"[\s:–—(\[-]+(?:VRAI|FAUX|Vrai|Faux|V|F)\s*[)\].]*\s*$")
HOLED = re.compile(r"\w.*(?:_{3,}|\.{5,}|…{2,})")


def asks_by_itself(plain: str) -> bool:
    """Whether some words, wherever they stand, ask as a question of a paper does: short, at their end, or by an order."""
    count = len(words_of(plain))
    if plain.startswith("(") and plain.endswith(")"):
        return False
    asked = bool(ASKS_AT_END.search(plain)) and 3 <= count <= 45 and plain.count(". ") < 2
    ordered = bool(ORDERS.match(plain)) and not _CHOOSES.fullmatch(plain)
    return asked or (ordered and count <= 40) or (bool(_JUDGED.search(plain)) and count > 2)


def hidden_within(head: PaperLine, lines: Sequence[PaperLine]) -> Iterator[PaperLine]:
    """The lines of a question that may begin another one: they ask, carry the number that comes after its own, or the bullet that it has."""
    number = head.label(LabelKind.NUMBER)
    listed = {label.value for line in lines if (label := line.label(LabelKind.NUMBER))}
    shapes = {line.labels[0].kind for line in lines if line.labels}
    stated = not head.labels or bool(head.body)
    for place, line in enumerate(lines):
        own = line.label(LabelKind.NUMBER)
        follows = number is not None and own is not None and own.value == number.value + 1 > 1 and number.value not in listed
        alike = head.labels[:1] == line.labels[:1] and bool(line.label(LabelKind.BULLET)) and len(shapes) > 1
        above = lines[place - 1] if place else head
        goes_on = line.plain[:1].islower() and not line.gap and not re.search(r"[.?!:;…]\W*$", above.plain)
        if goes_on or line.rows or line.quoted or line.label(LabelKind.LETTER, LabelKind.BOX) or GIVES.search(line.plain) or annotation_of(line.words):
            continue
        asks = asks_by_itself(line.plain)
        if follows or alike or (place and stated and asks):
            yield line
        stated = stated or asks


def hidden_in_text(lines: Sequence[PaperLine], introduces: bool) -> Iterator[PaperLine]:
    """The lines of a text, or what stands above them, that may begin a question: they ask, a cell of theirs does, or they
    stand over a list. `introduces`: a question follows at once, which an order may announce."""
    above: PaperLine | None = None
    for line, below in zip(lines, [*lines[1:], None], strict=False):
        if below is not None and is_paragraph(below):
            above = None  # a heading
            continue
        letter = line.label(LabelKind.LETTER)
        announces = introduces and line is lines[-1] and "?" not in line.plain
        opens = line.plain.endswith(("…", "...")) and below is not None and below.label(LabelKind.BULLET) is not None
        if letter is not None and letter.value == 1 and above is not None:
            yield above
        elif opens or (not (line.level or announces) and any(HOLED.search(cell.plain) or asks_by_itself(cell.plain) for cell in line.cells)):
            yield line
        above = line if letter is None and not is_paragraph(line) else above


def posed_questions(lines: Sequence[PaperLine]) -> list[PaperLine]:
    """The lines that ask, of a text that is made of short lines rather than of sentences: a form, a quiz of another tool, data. None of any other text."""
    texts = [line for line in lines if not line.level and not line.rows and line.plain]
    unended = [line for line in texts if len(words_of(line.plain)) <= 10 and not re.search(r"[.!?»:]\W*$", line.plain)]
    asking = [line for line in texts if asks_by_itself(line.plain) or "?" in line.plain]
    return asking if len(asking) > 1 and len(unended) * 2 > len(texts) else []


_COUNTED = re.compile(
    r"\W*(?:(?:question|exercice|partie|q|n°)\s*)?([A-H]?)\s?(\d{1,2}|[IVX]{1,4}|(?<![^\W\d])[A-H])\s?([.)°/:-]+|\s[–-])(?=\s?\S)", re.IGNORECASE
)
_WONDERS = re.compile(r"(?:qui|que|quoi|quels?|quelles?|combien|comment|pourquoi|o[ùu]|quand|vrai)\b", re.IGNORECASE)


def counted_questions(lines: Sequence[PaperLine], heads: Collection[int]) -> set[int]:
    """The places of the lines that one count numbers through the paper, whatever its form (« B2. », « III. », « C/- »), where most of them ask."""
    series: dict[tuple[bool, str, str], list[dict[str, tuple[int, PaperLine, str]]]] = {}
    for place, line in enumerate(lines):
        over_text = place + 1 < len(lines) and is_paragraph(lines[place + 1])
        if (found := _COUNTED.match(line.plain)) and not (line.level or line.rows or over_text):
            kind = "n" if found[2].isdigit() else "r" if found[2].upper() in ROMANS else "l"
            runs = series.setdefault((bool(found[1]), kind, found[3]), [{}])
            number = f"{found[1]}{found[2]}".upper()
            if number in runs[-1]:
                runs.append({})
            runs[-1][number] = (place, line, line.plain[found.end() :].strip())
    asking: set[int] = set()
    for run in (run for runs in series.values() for run in runs if len(run) > 2):
        members = list(run.values())
        spread = (members[-1][0] - members[0][0]) / len(members)
        said = [each for _, _, each in members if len(words_of(each)) <= 45]
        asks = sum(bool("?" in each or any(shape.match(each) for shape in (ORDERS, ORDER, _WONDERS)) or ANNOUNCES.search(each)) for each in said)
        if spread > 1 and (asks * 2 > len(members) or any(line.at in heads for _, line, _ in members)):
            asking |= {line.at for _, line, _ in members}
    return asking - set(heads)
