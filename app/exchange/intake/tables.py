"""Tables that hold questions: a row each, with options in columns, « Vrai » and « Faux » to tick, or an answer beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.options import EMPTY, TICKED, PaperOption, option_of
from app.exchange.intake.questions import Block
from app.exchange.intake.rich import Look, Rich
from app.exchange.intake.shapes import LabelKind, labels_of, row_label, split_row

_ASKED = re.compile(r"\b(?:questions?|[ée]nonc[ée]s?|affirmations?|propositions?|phrases?|items?)\b", re.IGNORECASE)
_KEYED = re.compile(
    r"\b(?:bonnes?(?: r[ée]ponses?)?|r[ée]ponses?(?: (?:attendues?|correctes?|justes?))?|corrig[ée]s?|solutions?|cl[ée]|correct(?: answers?)?(?:\(s\))?|answers?|rép\.?)(?:\s+[-–(].*)?\s*$",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"^(?:(?:r[ée]p(?:onse)?|r|choix|proposition|prop|option|answer)\.?\s*)?([a-hA-H]|[1-6])(?:\s*[-–(].{0,30})?$|^(?:mauvaise|fausse)s?\s+r[ée]ponses?\s*\d?$|^distracteur\s*\d?$",
    re.IGNORECASE,
)
_EXPLAINED = re.compile(r"\b(?:explications?|pourquoi|justifications?|commentaires?|feedback|remarques?)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:n\s*[°ºo]?|num[ée]ro|#|)$", re.IGNORECASE)
_TRUE, _FALSE, _UNKNOWN = (
    re.compile(r"^(?:vrai|v|oui)\W*$", re.IGNORECASE),
    re.compile(r"^(?:faux|f|non)\W*$", re.IGNORECASE),
    re.compile(r"^(?:nsp|ne sai[st] pas|\?)\W*$", re.IGNORECASE),
)
_TICK = re.compile(r"^\W*(?:x|v|ok|oui|[☑✓✔✅☒✗✘❌●◉🗹×1*])\W*$", re.IGNORECASE)


def blocks_of(line: PaperLine) -> list[Block]:
    """The questions of a table; none where it asks nothing."""
    rows = [list(row) for row in line.rows]
    if len(rows) < 2 or len(rows[0]) < 2:
        return []
    heads = [re.sub(r"\((?:e?s|x)\)", "", cell.plain).strip() for cell in rows[0]]
    if any(map(_TRUE.match, heads)) and any(map(_FALSE.match, heads)):
        return _truths(line, heads, rows[1:])
    if len(rows[0]) == 2 and sum(row[0].plain.rstrip().endswith("?") for row in rows if row) * 2 > len(rows) and not _ASKED.search(heads[0]):
        return [block for row in rows if len(row) == 2 and row[1] and (block := _of_row(line, ["question", "réponse"], row, 0, 1, []))]
    asked = next((place for place, head in enumerate(heads) if _ASKED.search(head) and not _KEYED.search(head)), None)
    keyed = next((place for place, head in enumerate(heads) if _KEYED.search(head) and place != asked), None)
    options = [place for place, head in enumerate(heads) if _OPTION.match(head)]
    if asked is None and keyed is not None:
        asked = next((place for place in range(len(heads)) if place != keyed and place not in options and not _NUMBERED.match(heads[place])), None)
    if asked is None or (keyed is None and len(options) < 2) or not any(re.search(r"[^\W\d_]{3}", row[asked].plain) for row in rows[1:] if asked < len(row)):
        return []
    return _add_rest([(row, _of_row(line, heads, row, asked, keyed, options)) for row in _as_wide(rows[1:], len(heads))], len(heads))


def _as_wide(rows: Sequence[Sequence[Rich]], width: int) -> list[list[Rich]]:
    """Each row as wide as the first, or wider."""
    return [[*row, *[Rich("")] * (width - len(row))] for row in rows]


def _add_rest(found: Sequence[tuple[Sequence[Rich], Block | None]], width: int) -> list[Block]:
    """The questions of rows; what no column of theirs holds, and a row that asks nothing, is told with the question above."""
    blocks: list[Block] = []
    for row, block in found:
        blocks += [block] if block is not None else []
        over = row[width:] if block is not None else row
        if blocks and any(over):
            blocks[-1].lost.append(" | ".join(cell.plain for cell in over if cell))
    return blocks


def _of_row(line: PaperLine, heads: Sequence[str], row: Sequence[Rich], asked: int, keyed: int | None, options: Sequence[int]) -> Block | None:
    labels, statement = labels_of(row[asked])
    if not statement:
        return None
    number = next((label.value for label in labels if label.kind is LabelKind.NUMBER), 0)
    first = next((cell for place, cell in enumerate(row) if _NUMBERED.match(heads[place]) and re.fullmatch(r"\D{0,3}\d{1,3}\D?", cell.plain)), None)
    number = number or (int(re.sub(r"\D", "", first.plain)) if first is not None else 0)
    block = Block(line, statement, [], number)
    block.options += [_of_cell(line, heads[place], row[place]) for place in options if row[place]]
    if keyed is not None and row[keyed]:
        if block.options and all(option.behind is False for option in block.options):
            block.options.insert(0, PaperOption(row[keyed], line, "", "", True, "colonne", whole=row[keyed]))
        else:
            block.apart.append((row[keyed], True))
    for place, head in enumerate(heads):
        if place in (asked, keyed, *options) or not row[place] or row[place] is first:
            continue
        if not block.options and len(parts := split_row(row[place])) > 2 and not parts[0]:
            block.options = [option_of(part, *row_label(part), line) for part in parts[1:]]
        elif _EXPLAINED.search(head):
            block.explained.append(row[place])
        else:
            block.lost.append(f"{head} : {row[place].plain}")
    return block


def _of_cell(line: PaperLine, head: str, cell: Rich) -> PaperOption:
    found = _OPTION.match(head)
    inner, words = labels_of(cell)
    sign = next((label.sign for label in inner if label.kind is LabelKind.BOX), "")
    name = (found[1] or "").casefold() if found else ""
    wrong = bool(found) and not name
    return PaperOption(words, line, name, sign, False if wrong else None, "", whole=cell)


def _truths(line: PaperLine, heads: Sequence[str], rows: Sequence[Sequence[Rich]]) -> list[Block]:
    true = next(place for place, head in enumerate(heads) if _TRUE.match(head))
    false = next(place for place, head in enumerate(heads) if _FALSE.match(head))
    unknown = {place for place, head in enumerate(heads) if _UNKNOWN.match(head)}
    asked = max(
        (place for place in range(len(heads)) if place not in (true, false, *unknown)),
        key=lambda place: sum(len(row[place].plain) for row in rows if len(row) == len(heads)),
        default=0,
    )
    why = [place for place, head in enumerate(heads) if _EXPLAINED.search(head) and place not in (asked, true, false)]
    found: list[tuple[Sequence[Rich], Block | None]] = []
    for row in _as_wide(rows, len(heads)):
        labels, statement = labels_of(row[asked])
        if not statement:
            found.append((row, None))
            continue
        number = next((label.value for label in labels if label.kind is LabelKind.NUMBER), 0)
        block = Block(line, statement, [], number, truth=True)
        ticks = [place for place in (true, false) if _TICK.match(row[place].plain) and row[place].plain.strip() not in EMPTY]
        marked = [place for place in (true, false) if row[place].plain.strip() in TICKED]
        ticks = marked if len(marked) == 1 else ticks
        worn = [place for place in (true, false) if any(row[place].wears(look) for look in (Look.HIGHLIGHT, Look.GREEN, Look.BOLD))]
        if len(ticks) == 1:
            block.apart.append((Rich("Vrai" if ticks[0] == true else "Faux"), True))
        elif len(worn) == 1 and not ticks:
            block.apart.append((Rich("Vrai" if worn[0] == true else "Faux"), False))
        block.explained += [row[place] for place in why if row[place]]
        found.append((row, block))
    return _add_rest(found, len(heads))
