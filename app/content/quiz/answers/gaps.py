"""Gaps in a text; and the answers typed in them or after `Réponse :`, cut into pieces, with what could be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from app.content.quiz.answers.number import AnswerShape, NumberDoubt, NumberReading, interval_in_words, lone_unit, read_number
from app.content.quiz.lettered_options import CROSSES, TICKS
from app.content.quiz.report import NumberedLine, QuizReport, code_mask, short
from app.content.values.quiz import GAP, GAP_CLOSE, GAP_OPEN, Gap, Gaps, Interval

_ALTERNATIVE_PIECE = re.compile(r"(`+)[^`]*?\1|(?<!\\)\|")
_SLASH = re.compile(r"(?<![\\<])/")
_WORD_OR = re.compile(r"\S\s+ou\s+\S", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\S\s+\([^)]+\)\s*$")
_SIGLE = re.compile(r"(\S.*?)\s*\(\s*([A-Z][A-Z0-9+-]{1,9})\s*\)")
_STRESSED = re.compile(r"(\*\*|__|\*|_)[^*_]+\1")
_RIGHT = re.compile(
    rf"(?:[*{TICKS}]|[+=](?=\s*[^\W\d])|[\[(]x[\])]|x(?=\s))\s*(?P<after>[^*\s][^*]*)"
    rf"|(?P<before>[^*]*[^*\s])\s*(?:[*{TICKS}]|\((?:la )?(?:bonne(?: réponse)?|correcte?|juste|vrai|oui)\))",
    re.IGNORECASE,
)
_WRONG = re.compile(
    rf"(?:[{CROSSES}☐]|\[\s*\]|\(\s*\))\s*(?P<after>\S.*)|(?P<before>.*\S)\s*(?:[{CROSSES}☐]|\((?:faux|fausse|incorrecte?|non|mauvaise(?: réponse)?)\))",
    re.IGNORECASE,
)
_LONGEST_ALTERNATIVE = 400
"""Characters of a piece in which a mark is looked for."""
_COLONS = re.compile(r"[^\d\s]:[^\s/][^:]*:\S")
_COMMA = re.compile(r"\s*,\s+|(?<!\d),|,(?!\d)")
_AND = re.compile(r"\s+et\s+", re.IGNORECASE)
_NAME = re.compile(r"\(?(?:[a-h]|\d{1,2})\)?", re.IGNORECASE)
_WRAPPED = re.compile(r"(\*\*|__|\*|_|`|«|“|\"|\[\[)\s*([^*_`«»“”\"\[\]]+?)\s*(\*\*|__|\*|_|`|»|”|\"|\]\])")


def pieces(written: str) -> list[str]:
    """Cut at each bar that is neither after a backslash nor code."""
    bars = [found.start() for found in _ALTERNATIVE_PIECE.finditer(written) if found.group() == "|"] if "|" in written else []
    return [written[start:end] for start, end in zip([0, *(bar + 1 for bar in bars)], [*bars, len(written)], strict=True)]


def alternatives(written: str) -> list[str]:
    """`a | b \\| c` → ["a", "b | c"]. A bar after a backslash is a real one."""
    return [" ".join(part.replace("\\|", "|").replace("\\/", "/").split()) for part in pieces(written)]


def join_pieces(texts: Iterable[str]) -> str:
    """["a", "b | c"] → `a | b \\| c`: what `alternatives` reads again."""
    return " | ".join(text.replace("|", "\\|") for text in texts)


class JudgedPiece(Struct, frozen=True):
    """A piece without the mark that judges it; `right`: None where it has none."""

    text: str
    right: bool | None


def judge(written: str) -> list[JudgedPiece]:
    """The pieces, and what a star, a tick or a cross says of each (`*préfet | maire ✗`). The one that alone is not crossed is the right one."""
    marks = [_judge(piece.strip()) for piece in pieces(written)]
    rest = [each for each in marks if each.right is not False]
    return [JudgedPiece(each.text, each is rest[0]) for each in marks] if 1 == len(rest) < len(marks) else marks


def _judge(piece: str) -> JudgedPiece:
    for mark, right in ((_RIGHT, True), (_WRONG, False)):
        if len(piece) < _LONGEST_ALTERNATIVE and (found := mark.fullmatch(piece)):
            return JudgedPiece((found["after"] or found["before"]).strip(), right)
    return JudgedPiece(piece, None)


def right_pieces(written: str) -> list[str]:
    """The pieces that a mark says right among others, without it."""
    marks = judge(written)
    right = [each.text for each in marks if each.right]
    return right if len(right) < len(marks) else []


def stressed_piece(written: str) -> str:
    """The piece that alone among several is in bold or in italics, hence perhaps the only right one; empty where none is."""
    wrapped = [piece.strip() for piece in pieces(written) if strip_wrapping(piece) != piece.strip()]
    alone = len(wrapped) == 1 < len(pieces(written)) and _STRESSED.fullmatch(wrapped[0])
    return wrapped[0] if alone else ""


def strip_wrapping(text: str) -> str:
    """A piece without the quotation marks, the emphasis or the code around the whole of it; its bars stay real ones."""
    found = _WRAPPED.fullmatch(text.strip())
    return re.sub(r"(?<!\\)\|", r"\\|", found[2]) if found else text.strip()


def ambiguity(written: str) -> str:
    """The two readings of a typed answer that has two, as a sentence to follow a colon; empty when it has one.

    A bar settles it, with one, nothing else separates: but a sigle behind its words, which are accepted nowhere.
    """
    if len(pieces(written)) > 1:
        return _lone_words(alternatives(written))
    if _SLASH.search(written):
        parts = [piece.strip() for piece in _SLASH.split(written)]
        return _two_readings(parts, written.replace("\\/", "/"))
    if ";" in written or _COLONS.search(written):
        return _two_readings([piece.strip() for piece in re.split("[;:]", written)], written)
    if _WORD_OR.search(written):
        return _two_readings(re.split(r"\s+ou\s+", written.strip(), flags=re.IGNORECASE), written)
    if _PARENTHESIS.search(written):
        outside, _, inside = written.strip().rstrip(") ").rpartition("(")
        return _two_readings([outside.strip(), inside.strip()], written)
    listed = [piece.strip() for piece in _COMMA.split(written)]
    if len(listed) > 1 and all(map(_NAME.fullmatch, listed)):
        return f"des réponses désignées par leur lettre, ou le seul texte « {written.strip()} »."
    return ""


def _lone_words(accepted: Sequence[str]) -> str:
    """`intercommunalité (EPCI)`, where « intercommunalité » alone is accepted nowhere."""
    found = [_SIGLE.fullmatch(text) for text in accepted]
    known = {text.casefold() for text in accepted}
    lone = next((match for match in found if match and match[1].casefold() not in known), None)
    return _two_readings([lone[1], lone[2]], lone[0]) if lone else ""


def perhaps_several(written: str) -> str:
    """What to say of an answer that is expected whole, though its comma or its « et » may part two; empty where nothing does."""
    if len(pieces(written)) > 1:
        return ""
    parts = [piece.strip() for piece in _COMMA.split(written) if piece.strip()]
    if len(parts) < 2:
        parts = [piece.strip() for piece in _AND.split(written) if piece.strip()]
    return f"« {short(written.strip(), 60)} » est attendu en entier, et non « {short(parts[0], 30)} » seul." if len(parts) > 1 else ""


def _two_readings(parts: list[str], whole: str) -> str:
    named = ", ".join(f"« {piece} »" for piece in parts if piece)
    return f"plusieurs réponses ({named}), ou la seule réponse « {whole.strip()} »."


# --- Gaps: `[[mot | variante]]` is typed, `[[(bon) | faux]]` is a menu ---
#
# Found in the raw lines, before a table is cut at its bars.

_PIECE = re.compile(r"(`+)[^`]*?\1|\[\[|\]\]")
_ADDRESS = re.compile(r"\((?:https?:|mailto:|images/|[a-z0-9-]{3,}(?:#[^)\s]*)?\)|#)")
_BLANK = re.compile(r"(?<![!\]\\`])\[(?![ xX]?\]|\^|…|\.\.\.|sic)[^\[\]\n]{1,60}\](?![(\[:`])|_{3,}|\.{4,}|…{2,}|\{\{[^{}\n]+\}\}|\{\d*:[A-Z]+:[^{}\n]*\}")
"""What other habits write where a word is to be found."""
BLANKS = re.compile(r"(?:_|\\_){3,}|(?:\.|…){4,}|…{2,}|\[(?:…|\.\.\.|\s{2,}|_+)\]")
"""What is left to be filled by hand."""
_LONGEST = 1_000
"""Characters between brackets."""


class GapMarkers:
    """The gaps of one quiz, as written, by the number that stands for each in the lines."""

    def __init__(self) -> None:
        self.written: list[tuple[str, int]] = []

    def mark(self, lines: Sequence[NumberedLine], report: QuizReport) -> list[NumberedLine]:
        """The lines with each `[[…]]` replaced by its number between two private-use characters; code is left alone."""
        mask = code_mask(lines)[0]
        result: list[NumberedLine] = []
        index = 0
        while index < len(lines):
            line = lines[index]
            if mask[index] or line.key is not None or "[[" not in line.text:
                result.append(line)
                index += 1
                continue
            text, used = _join_lines(lines, index)
            result += self._mark_line(line, text, lines[index : index + used], report)
            index += used
        return result

    def _mark_line(self, line: NumberedLine, text: str, lines: Sequence[NumberedLine], report: QuizReport) -> list[NumberedLine]:
        parts: list[str] = []
        position, opened, row = 0, -1, text.lstrip().startswith("|")
        for found in _PIECE.finditer(text):
            if found.group() == "[[" and opened < 0:
                opened = found.start()
            elif found.group() == "]]" and opened >= 0:
                parts += [text[position:opened], self._place_gap(text[opened + 2 : found.start()], text[found.end() :], line.number, report, row)]
                position, opened = found.end(), -1
            elif "[[" in found.group() and "]]" in found.group() and opened < 0:
                message = f"« {short(found.group(), 40)} », entre accents graves, est montré tel quel : ce n’est pas un trou."
                report.add(line.number, "A14", message, "Pour un trou, retirez les accents graves.")
        if opened >= 0:
            report.add(line.number, "E36", f"Trou jamais fermé : « {short(text[opened:], 40)} ».", "Fermez-le sur la même ligne : [[mot | variante]].")
        parts.append(text[position:])
        said = "".join(parts).split("\n")
        return [origin.with_text(piece) for origin, piece in zip(lines, [*said, *[""] * (len(lines) - len(said))], strict=True)]

    def _place_gap(self, written: str, after: str, line: int, report: QuizReport, row: bool) -> str:
        if _ADDRESS.match(after):
            message = f"« [[{short(written, 40)}]](…) » : est-ce un trou, ou un lien ?"
            report.add(
                line, "E36", message, "Un lien s’écrit avec des crochets simples, [texte](adresse) ; après un trou, laissez une espace avant la parenthèse."
            )
        if row and "\\|" in written:
            message = f"« [[{short(written, 40)}]] », dans un tableau : deux réponses, ou une seule qui contient une barre ?"
            report.add(line, "E32", message, "Dans un tableau aussi, deux réponses se séparent par une simple barre : [[mot | variante]].")
        self.written.append((" ".join(written.split()), line))
        # A gap over two lines gives the first one its number; the second goes on with what follows.
        return f"{GAP_OPEN}{len(self.written) - 1}{GAP_CLOSE}" + "\n" * written.count("\n")

    def restore(self, text: str) -> str:
        """The text with its gaps as they were written: outside a text with gaps they are ordinary text."""
        return GAP.sub(lambda found: f"[[{self.written[int(found[1])][0]}]]", text) if GAP_OPEN in text else text

    def in_text(self, text: str) -> list[int]:
        """The numbers of the gaps that a text holds, in order."""
        return [int(found[1]) for found in GAP.finditer(text)] if GAP_OPEN in text else []

    def read_gaps(self, text: str, report: QuizReport) -> tuple[str, tuple[Gap, ...]] | None:
        """A text with its gaps numbered from 0, and the gaps; None if one of them cannot be read."""
        numbers = self.in_text(text)
        if _numbered_places([self.written[number][0] for number in numbers]):
            line = self.written[numbers[0]][1]
            message = "Des trous numérotés [[1]], [[2]]… : est-ce la réponse, ou la place d’un mot à glisser comme dans Moodle ?"
            report.add(line, "E36", message, "Écrivez dans chaque trou ce qui est attendu : [[mot]], ou un menu : [[(bon) | faux]].")
            return None
        if found := _BLANK.search(text):
            line = self.written[numbers[0]][1]
            message = f"« {short(found.group(), 40)} » est montré tel quel : ce n’est pas un trou."
            report.add(line, "A19", message, "Un trou s’écrit avec sa réponse, entre doubles crochets : [[mot]].")
        gaps = [read_gap(*self.written[number], report) for number in numbers]
        whole = tuple(gap for gap in gaps if gap is not None)
        order = iter(range(len(numbers)))
        body = GAP.sub(lambda _: f"{GAP_OPEN}{next(order)}{GAP_CLOSE}", text)
        return (body, whole) if len(whole) == len(gaps) else None


def _join_lines(lines: Sequence[NumberedLine], index: int) -> tuple[str, int]:
    """The line, with the next ones while a gap that it opens is still open."""
    text, used = lines[index].text, 1
    while text.count("[[") > text.count("]]") and index + used < len(lines) and used < 4:
        following = lines[index + used]
        if following.blank or "]]" not in following.text or len(text) > _LONGEST * 20:
            break
        text, used = f"{text}\n{following.text}", used + 1
    return text, used


def _numbered_places(written: Sequence[str]) -> bool:
    """`[[1]] … [[2]] … [[1]]`, each the number of a word given elsewhere."""
    return bool(written) and set(written) == set(map(str, range(1, len(set(written)) + 1)))


def read_gap(written: str, line: int, report: QuizReport) -> Gap | None:
    """One gap, from what stands between its brackets."""
    if len(written) > _LONGEST:
        report.add(line, "E36", f"Trou de plus de {_LONGEST} caractères.", "Un trou attend un mot ou quelques-uns.")
        return None
    if not all(alternatives(written)) or any(sign in written for sign in ("[^", "[[", "=>", " ~")):
        _refuse_words(written, line, report)
        return None
    if mark := stressed_piece(written):
        menu = " | ".join(f"({strip_wrapping(piece)})" if piece.strip() == mark else piece.strip() for piece in pieces(written))
        message = f"« {short(mark, 30)} », dans « [[{short(written, 40)}]] » : est-ce le seul bon choix d’un menu, ou l’une des réponses acceptées ?"
        report.add(line, "E32", message, f"Un menu : [[{menu}]]. Des réponses acceptées : retirez la mise en forme.")
        return None
    written = _bare(_as_menu(written, line, report), line, report)
    choices = alternatives(written)
    if _is_torn(choices) or (len(choices) > 1 and any(each.right is False for each in judge(written))):
        message = f"« [[{short(written, 40)}]] » : lequel est le bon choix du menu, ou est-ce un mot à taper ?"
        report.add(line, "E36", message, "Un mot à taper : [[mot | variante]]. Un menu : [[(bon) | faux | faux]], un seul bon choix, entre parenthèses.")
        return None
    right = [choice for choice in choices if _is_wrapped(choice)]
    if right:
        return _menu(choices, right, written, line, report)
    return _read_typed_gap(choices, written, line, report)


def _read_typed_gap(choices: list[str], written: str, line: int, report: QuizReport) -> Gap | None:
    """A gap where one types."""
    numbers = [read_number(choice) for choice in choices]
    if len(choices) == 1 and isinstance(numbers[0], NumberDoubt):
        report.add(
            line,
            "E46",
            f"Dans un trou, {numbers[0].message}",
            f"{numbers[0].hint.partition(' ; pour ce texte')[0].rstrip('.')}. Un texte : [[{choices[0]} | autre écriture]].",
        )
        return None
    read = [number for number in numbers if isinstance(number, NumberReading)]
    if unit := lone_unit(choices, numbers):
        report.add(
            line,
            "E32",
            f"« [[{short(written, 40)}]] » : « {unit} », seul, serait une réponse juste.",
            f"Écrivez l’unité derrière son nombre seulement : [[{read[0].interval.shown}]].",
        )
        return None
    if not read and (readings := ambiguity(written)):
        hint = "Séparez deux réponses par une barre : [[mot | variante]]. Une seule, avec ses parenthèses : écrivez aussi ce qui s’en accepte."
        report.add(line, "E32", f"« [[{short(written, 40)}]] » a deux lectures : {readings}", hint if "(" in written else hint.partition(". ")[0] + ".")
        return None
    if not read and (said := perhaps_several(written)):
        report.add(
            line, "A18", f"Dans un trou, {said}", "Deux réponses dont une suffit : [[a | b]]. Une seule : donnez-en une autre écriture, après une barre."
        )
    if repeated := _first_repeated(choices):
        report.add(line, "E35", f"La variante « {short(repeated, 40)} » est écrite deux fois dans le même trou.", "Gardez-en une.")
    return typed_gap(choices)


def typed_gap(writings: Sequence[str]) -> Gap:
    """A gap to type in, of which each of these writings is accepted."""
    read = [one for one in map(read_number, writings) if isinstance(one, NumberReading)]
    return Gap(tuple(dict.fromkeys(writings)), (), *_numbers(read))


def _as_menu(written: str, line: int, report: QuizReport) -> str:
    """`*bon | ✗ faux` as `(bon) | faux`."""
    right = right_pieces(written)
    if not right:
        return written
    menu = " | ".join(f"({each.text})" if each.right and not _is_wrapped(each.text) else each.text for each in judge(written))
    if len(right) == 1:
        report.tolerate(line, "Marque comprise comme celle du bon choix d’un menu", f"[[{menu}]]")
    return menu


def _refuse_words(written: str, line: int, report: QuizReport) -> None:
    shown = short(written, 40)
    if "[^" in written:
        report.add(line, "E36", f"L’appel d’une note dans un trou : « [[{shown}]] ».", "Mettez l’appel après le trou, ou dans l’explication.")
    elif "[[" in written:
        report.add(line, "E36", f"Trou jamais fermé : « [[{shown} ».", "Fermez-le sur la même ligne : [[mot | variante]].")
    elif "=>" in written or " ~" in written:
        report.add(line, "E36", f"« [[{shown}]] » : un trou n’a ni flèche ni tilde.", "Un mot à taper : [[mot | variante]]. Un menu : [[(bon) | faux]].")
    else:
        report.add(line, "E36", f"Trou vide, ou variante vide : « [[{shown}]] ».", "Écrivez au moins un mot de chaque côté de la barre : [[mot | variante]].")


def _bare(written: str, line: int, report: QuizReport) -> str:
    """Without the emphasis, the code or the quotation marks around one of its writings."""
    bare = " | ".join(strip_wrapping(piece) for piece in pieces(written))
    if bare != " | ".join(piece.strip() for piece in pieces(written)):
        report.tolerate(line, "Guillemets ou mise en forme retirés du trou", f"[[{bare}]]")
    return bare


def _numbers(read: Sequence[NumberReading]) -> tuple[tuple[Interval, ...], str]:
    """Ranges and numbers that have a unit: others are matched as they are written."""
    unit = next((number.unit for number in read if number.unit), "")
    return tuple(number.interval for number in read if unit or number.interval.low != number.interval.high), unit


def _menu(choices: list[str], right: list[str], written: str, line: int, report: QuizReport) -> Gap | None:
    shown = short(written, 40)
    if len(choices) == 1:
        hint = f"Un mot à taper : [[{choices[0][1:-1].strip()}]]. Un menu : [[{choices[0]} | faux | faux]]."
        report.add(line, "E36", f"« [[{shown}]] » : est-ce un mot à taper entre parenthèses, ou un menu sans mauvais choix ?", hint)
        return None
    if len(right) > 1:
        report.add(line, "E36", f"« [[{shown}]] » a {len(right)} bons choix entre parenthèses.", "Un menu n’a qu’un bon choix : [[(bon) | faux | faux]].")
        return None
    menu = tuple(choice[1:-1].strip() if choice in right else choice for choice in choices)
    if repeated := _first_repeated(menu):
        report.add(line, "E35", f"Le choix « {short(repeated, 40)} » paraît deux fois dans le même menu.", "Gardez-en un.")
        return None
    return Gap((right[0][1:-1].strip(),), menu)


def _is_wrapped(choice: str) -> bool:
    """Whether one pair of parentheses wraps the whole choice: `(bon)`, not `(a) et (b)`."""
    if not (choice.startswith("(") and choice.endswith(")")) or not choice[1:-1].strip():
        return False
    depth = 0
    for position, sign in enumerate(choice):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and position < len(choice) - 1:
            return False
    return depth == 0


def _is_torn(choices: Sequence[str]) -> bool:
    """`(a | b) | c`: a pair of parentheses around several choices."""
    depths = [choice.count("(") - choice.count(")") for choice in choices]
    return any(depths) and not sum(depths)


def _first_repeated(choices: Sequence[str]) -> str:
    seen: set[str] = set()
    for choice in choices:
        if choice.casefold() in seen:
            return choice
        seen.add(choice.casefold())
    return ""


class GapsShape(AnswerShape[Gaps]):
    def lines(self, answer: Gaps) -> Iterator[str]:
        """The text with its gaps numbered, then what each accepts."""
        text = GAP.sub(lambda found: f"[{int(found[1]) + 1}]", answer.body.text)
        yield from (f"| {line}" for line in text.split("\n") if line.strip())
        for number, gap in enumerate(answer.gaps, 1):
            yield f"trou {number}{', au choix' if gap.menu else ''} : {_describe_gap(gap)}"


def _describe_gap(gap: Gap) -> str:
    if gap.menu:
        return ", ".join(f"« {choice} »{' (juste)' if choice == gap.accepted[0] else ''}" for choice in gap.menu)
    ranges = {interval.shown: interval for interval in gap.numbers}
    return " ou ".join(interval_in_words(ranges[writing], gap.unit) if writing in ranges else f"« {writing} »" for writing in gap.accepted)
