"""Things to associate: arrows, a table, two lists and the pairs of a key; asked where nobody says which go together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import COUPLES, comparable
from app.exchange.intake.options import EMPTY, TICKED, PaperOption
from app.exchange.intake.question_parts import QuestionParts, leave
from app.exchange.intake.rich import Look, Rich
from app.exchange.intake.shapes import LabelKind, labels_of
from app.exchange.intake.statements import PAIRED, PAIRING
from app.exchange.intake.units import Doubt
from app.platform.french import short

_MATCHING = re.compile(rf"{PAIRING}|\b(?:à|pour) chaque\b|\battribu", re.IGNORECASE)
_PAIR = re.compile(r"(.{1,160}?)\s*(?:→|⇒|➔|➜|↔|<[-=]+>|[-=]+>|\t+|\s\|\s)\s*(.{1,300})$")
_WEAK_PAIR = re.compile(r"(.{1,80}?)\s*(?:\s[:=–—-]\s|\s?=\s?|:\s)\s*(.{1,300})$")
_COUPLE = re.compile(r"[(\[]?\b(?:([A-Za-z])\s*[-–—=:.→>)]*\s*(\d{1,2})|(\d{1,2})\s*[-–—=:.→>)]*\s*([A-Za-z]))\b[)\]]?")


def of_pairs(one: QuestionParts) -> bool:
    asks = bool(_MATCHING.search(one.words))
    couples = _couples(one)
    if one.second and one.options and (couples or asks):
        return _two_lists(one, one.options, one.second, couples)
    if couples and len(one.options) > 1 and (columns := _columns(one.options)):
        return _two_lists(one, *columns, couples)
    if one.rows and (asks or couples) and len(one.rows[0][0]) >= 2:
        return _table(one, one.rows[0], couples)
    strong = [_PAIR.fullmatch(option.words.plain) for option in one.options]
    decoys = [(Rich(""), option.words) for option, found in zip(one.options, strong, strict=True) if not found and option.sign in ("=>", "→")]
    if (
        sum(map(bool, strong)) > max(1, len(one.options) - len(decoys) - 1)
        and not one.keys
        and not any(option.sign in TICKED | EMPTY for option in one.options)
    ):
        return _set_pairs(one, [*(_halves(option.words, found) for option, found in zip(one.options, strong, strict=True) if found), *decoys])
    weak = [_WEAK_PAIR.fullmatch(option.words.plain) for option in one.options]
    if asks and len(weak) > 1 and all(weak) and not one.keys:
        pairs = [_halves(option.words, found) for option, found in zip(one.options, weak, strict=True) if found]
        return _asked_pairs(one, pairs)
    if asks and one.options and not one.keys and (columns := _columns(one.options)):
        return _asked_pairs(one, [(left.words, right.words) for left, right in zip(*columns, strict=False)])
    return False


def is_pair(line: PaperLine, lines: Sequence[PaperLine], asked: str) -> bool:
    """« REP → réseau d’éducation prioritaire » beside its like, under « Reliez »: no « Rép. »."""
    found = PAIRED.search(line.plain) if _MATCHING.search(asked) else None
    near = [each for each in lines if 0 < abs(each.n - line.n) < 3 and PAIRED.search(each.plain)]
    return found is not None and bool(near) and not COUPLES.fullmatch(line.plain[found.end() - 1 :])


def _couples(one: QuestionParts) -> list[tuple[str, str]]:
    """« 1-c, 2-a »: (number, letter)."""
    for value, _ in one.keys:
        found = [(match[3] or match[2], (match[4] or match[1]).casefold()) for match in _COUPLE.finditer(value.plain)]
        left = _COUPLE.sub("", value.plain)
        if len(found) > 1 and not re.search(r"\w{2,}", left):
            return found
    return []


def _columns(options: Sequence[PaperOption]) -> tuple[list[PaperOption], list[PaperOption]] | None:
    """Each line in two, where a tab or a bar parts it."""
    cut = [re.search(r"\t+|\s\|\s|\s{4,}|\.{4,}|…{2,}|_{3,}", option.words.plain) for option in options]
    if not all(cut):
        return None
    left, right = [], []
    for place, (option, found) in enumerate(zip(options, cut, strict=True)):
        if found is None:
            return None
        labels, body = labels_of(option.words.cut(found.end()))
        letter = next((label for label in labels if label.kind is LabelKind.LETTER), None)
        left.append(PaperOption(option.words.cut(0, found.start()), option.line, option.name or str(place + 1)))
        right.append(PaperOption(body, option.line, chr(97 + letter.value) if letter else chr(97 + place)))
    return left, right


def _two_lists(one: QuestionParts, left: list[PaperOption], right: list[PaperOption], couples: Sequence[tuple[str, str]]) -> bool:
    if left and left[0].name.isalpha() and right and right[0].name.isdigit():
        left, right = right, left
    names, others = [option.name or str(place + 1) for place, option in enumerate(left)], [option.name or chr(97 + place) for place, option in enumerate(right)]
    chosen = {names.index(number): others.index(letter) for number, letter in couples if number in names and letter in others}
    if len(chosen) < len(left):
        choices = tuple((str(place), option.words.plain) for place, option in enumerate(right))
        for place, option in enumerate(left):
            asks = f"{one.called} : à quoi correspond « {short(option.words.plain, 80)} » ?"
            answer = one.ask(Doubt(f"paire:{one.key}:{place}", asks, choices, str(chosen.get(place, ""))))
            if answer.isdigit() and int(answer) < len(right):
                chosen[place] = int(answer)
    elif len(chosen) < len(couples):
        one.found.lose("Une paire de la réponse ne nomme rien de ces listes.")
    pairs = [(option.words, right[chosen[place]].words) for place, option in enumerate(left) if place in chosen]
    alone = [(Rich(""), option.words) for place, option in enumerate(right) if place not in chosen.values()]
    return _set_pairs(one, [*pairs, *alone])


def _table(one: QuestionParts, rows: Sequence[Sequence[Rich]], couples: Sequence[tuple[str, str]]) -> bool:
    cells = [[labels_of(_bare_end(cell)) for cell in row] for row in rows]
    first, rest = rows[0], rows[1:]
    labelled = [bool(row[0][0]) for row in cells]
    headed = all(cell.wears(Look.BOLD) == "all" for cell in first if cell) or (bool(rest) and not labelled[0] and all(labelled[1:]))
    body = cells[1:] if headed else cells
    one.rows.pop(0)
    if told := _told_pairs(one, [row[0][1] for row in body if row[0][1]], [row[-1][1] for row in body if row[-1][1]]):
        return _set_pairs(one, told)
    if couples:
        left = [PaperOption(row[0][1], None, _name(row[0][0], str(place + 1))) for place, row in enumerate(body) if row[0][1]]
        right = [PaperOption(row[-1][1], None, _name(row[-1][0], chr(97 + place))) for place, row in enumerate(body) if row[-1][1]]
        return _two_lists(one, left, right, couples)
    for value, _ in one.keys:
        one.found.lose(f"Laissé : « {short(value.plain, 120)} ».")
    return _asked_pairs(one, [(row[0][1], row[-1][1]) for row in body if row[0][1] and row[-1][1]])


def _bare_end(cell: Rich) -> Rich:
    """A cell without the dot to which one draws a line."""
    return cell.cut(0, len(cell.plain.rstrip(" •·●○")))


def _told_pairs(one: QuestionParts, lefts: Sequence[Rich], rights: Sequence[Rich]) -> list[tuple[Rich, Rich]]:
    """« REP → réseau… ; RASED → réseau d’aides… » as a key: each left with its right, by their words; nothing where one is missing."""
    said = [_PAIR.fullmatch(part.strip(" .")) for value, _ in one.keys for part in re.split(r"\s*[;\n]\s*", value.plain)]
    names = {comparable(found[1]): comparable(found[2]) for found in said if found}
    places = {comparable(right.plain): right for right in rights}
    pairs = [(left, places[names[comparable(left.plain)]]) for left in lefts if names.get(comparable(left.plain)) in places]
    if len(pairs) != len(lefts) or len(pairs) < 2:
        return []
    one.keys.clear()
    return pairs


def _name(labels: Sequence[object], otherwise: str) -> str:
    for label in labels:
        kind, value = getattr(label, "kind", ""), getattr(label, "value", 0)
        if kind is LabelKind.NUMBER:
            return str(value)
        if kind is LabelKind.LETTER:
            return chr(97 + value)
    return otherwise


def _asked_pairs(one: QuestionParts, pairs: Sequence[tuple[Rich, Rich]]) -> bool:
    left, right = pairs[0] if pairs else (Rich(""), Rich(""))
    asks = f"{one.called} : chaque ligne est-elle déjà une bonne paire (« {short(left.plain, 50)} » va avec « {short(right.plain, 50)} ») ?"
    answer = one.ask(Doubt("paires-en-place", asks, (("oui", "Oui"), ("non", "Non, elles sont mélangées")), "oui"))
    if answer == "non":
        lefts = [PaperOption(words, None, str(place + 1)) for place, (words, _) in enumerate(pairs)]
        rights = [PaperOption(words, None, chr(97 + place)) for place, (_, words) in enumerate(pairs)]
        return _two_lists(one, lefts, rights, [])
    return _set_pairs(one, pairs)


def _halves(words: Rich, found: re.Match[str]) -> tuple[Rich, Rich]:
    return words.cut(found.start(1), found.end(1)), words.cut(found.start(2), found.end(2))


def _set_pairs(one: QuestionParts, pairs: Sequence[tuple[Rich, Rich]]) -> bool:
    one.found.kind = "matching"
    one.found.pairs = [(left.markdown(), " ".join(right.plain.split()), "") for left, right in pairs]
    if len([pair for pair in pairs if pair[0]]) < 2:
        leave(one, "Une association demande au moins deux paires.")
    return True
