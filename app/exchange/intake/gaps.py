"""A text with gaps: the words that its blanks wait for, said by a key, beside each, or by what shows them in the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.exchange.banks.reading.imported_question import gap_markup, literal
from app.exchange.intake.question_parts import OR, QuestionParts, leave
from app.exchange.intake.rich import Rich
from app.exchange.intake.shapes import BLANK
from app.exchange.intake.units import Doubt
from app.platform.french import short


def of_gaps(one: QuestionParts) -> bool:
    if one.options and not _is_bank(one):
        return False
    text = Rich("\n".join(part.plain for part in one.statement))
    blanks = list(BLANK.finditer(text.plain))
    if not blanks:
        return _shown_gaps(one)
    if DOTS_ONLY.fullmatch(text.plain[blanks[0].start() :]) and _COMPLETE.search(text.plain[: blanks[0].start()]):
        one.dots = True
        one.found.statement = literal(text.plain[: blanks[0].start()].strip())
        return False
    within = [_WITHIN_GAP.match(text.plain, blank.end()) for blank in blanks]
    counted = [found[1].strip() if found else "" for found in within] == [str(place) for place in range(1, len(within) + 1)]
    if not one.keys and all(within) and not counted:
        wanted = [found[1].strip() for found in within if found]
        ends = [found.end() for found in within if found]
    else:
        wanted, ends = _gap_words(one, len(blanks)), [blank.end() for blank in blanks]
    one.found.kind = "gaps"
    if not wanted:
        asks = f"{one.called} : {'quel mot va dans le trou' if len(blanks) == 1 else f'quels mots vont dans les {len(blanks)} trous, dans leur ordre, séparés par des points-virgules'} ?"
        answer = one.ask(Doubt(f"trous:{one.key}", asks, (), " ; ".join(value.plain for value, _ in one.keys)))
        wanted = [part.strip() for part in answer.split(";") if part.strip()]
    _fill(one, text, blanks, wanted, ends)
    return True


def _fill(one: QuestionParts, text: Rich, blanks: Sequence[re.Match[str]], wanted: Sequence[str], ends: Sequence[int]) -> None:
    """Each word in its blank. `ends`: where what stands for each blank ends."""
    if len(wanted) != len(blanks):
        leave(one, "On ne sait pas quels mots vont dans ses trous.")
        one.found.statement = literal("\n".join([text.plain, *(option.words.plain for option in one.options)]))
        return
    pieces, position = [], 0
    for found, word, end in zip(blanks, wanted, ends, strict=True):
        pieces += [_words(text.plain[position : found.start()]), gap_markup([each.strip() for each in OR.split(word) if each.strip()])]
        position = end
    pieces.append(_words(text.plain[position:]))
    one.found.statement = re.sub(r"(?<=\]\]) (?=[.,)])", "", "\n\n".join(filter(None, "".join(pieces).split("\n"))))
    for option in one.options:
        if option.words.plain not in wanted:
            one.found.lose(f"Laissé : « {short(option.words.plain, 80)} ».")
    one.options = []


_WITHIN_GAP = re.compile(r"\s*\(([^()]{1,80})\)")
"""« ______ (conseil municipal) »: the word that a blank waits for."""
DOTS_ONLY = re.compile(r"[\s._…]+")
_COMPLETE = re.compile(r"[?:.]\s*$")


def _words(text: str) -> str:
    """Literal words, with the blanks at their ends."""
    lines = []
    for line in text.split("\n"):
        said = literal(line) if line.strip() else ""
        lines.append(f"{line[: len(line) - len(line.lstrip())] and ' '}{said}{line[len(line.rstrip()) :] and said and ' '}")
    return "\n".join(lines)


def _is_bank(one: QuestionParts) -> bool:
    """Whether the options are the words to place: as many as the blanks, or more, and the key fills them."""
    return bool(one.keys) and len(BLANK.findall(one.words)) > 1 and not any(option.sign for option in one.options)


def _gap_words(one: QuestionParts, count: int) -> list[str]:
    values = [value.plain.strip(" .") for value, sure in one.keys if value]
    if one.unsure or not values:
        return []
    if len(values) == count and count > 1:
        return values
    value = values[0] if count == 1 else re.sub(r"\s*\([^()]*\)$", "", values[0])
    if count == 1:
        return [value] if len(value.split()) < 6 and not re.search(r"\d\s*[.):]\s*\D.*\d\s*[.):]", value) else []
    for sign in (r"\s*[;|]\s*", r"\s+/\s+|/", r"\s*(?:,|\bet\b)\s*", r"\s+[–—-]\s+", r"\s*\(?\d[).:]\s*"):
        parts = [part.strip(" .") for part in re.split(sign, value) if part.strip(" .")]
        if len(parts) == count:
            ranked = all(re.match(rf"\(?{place}\b", part) for place, part in enumerate(parts, 1))
            return [re.sub(r"^\(?\d\s*[).:=-]\s*" if not ranked else r"^\(?\d\s*[).:=-]?\s*", "", part) for part in parts]
    return []


def _shown_gaps(one: QuestionParts) -> bool:
    """A text whose answers stand in it, in brackets or by what they wear: « la loi [Lamy] de 2014 »."""
    if one.options or one.keys or one.truth is not None or not one.statement:
        return False
    menus = [re.compile(r"\[\[?([^\[\]]{1,120})\]\]?|\{([^{}]{1,120})\}").finditer(part.plain) for part in one.statement]
    bracketed = [[found for found in finditer if (found[1] or found[2]).strip()] for finditer in menus]
    if any(bracketed):
        asks_gap = f"{one.called} : « {short(next(found.group() for each in bracketed for found in each), 40)} » est-ce un mot à trouver ?"
        if one.ask(Doubt("crochets-trou", asks_gap, (("oui", "Oui, un trou"), ("non", "Non, du texte")), "oui")) != "oui":
            return False
        one.found.kind = "gaps"
        one.found.statement = "\n\n".join(_fill_brackets(part.plain, found) for part, found in zip(one.statement, bracketed, strict=True))
        return True
    return False


def _fill_brackets(text: str, found: Sequence[re.Match[str]]) -> str:
    pieces, position = [], 0
    for match in found:
        pieces += [_words(text[position : match.start()]), _menu((match[1] or match[2]).strip())]
        position = match.end()
    return "".join([*pieces, _words(text[position:])]).strip()


def _menu(inside: str) -> str:
    """`*préfet | maire`: a list where one choice is marked; other bars part what is accepted."""
    choices = [part.strip() for part in re.split(r"\s*[|/]\s*", inside) if part.strip()]
    marked = [re.fullmatch(r"[*=✓✔]\s*(.+)|(.+?)\s*[*✓✔]", choice) for choice in choices]
    if len(choices) > 1 and sum(map(bool, marked)) == 1:
        said = [f"({found[1] or found[2]})" if found else choice for choice, found in zip(choices, marked, strict=True)]
        return f"[[{' | '.join(said)}]]"
    return gap_markup(choices)
