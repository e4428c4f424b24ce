"""Typed answers: `Réponse : contrat de ville | contrat`, the list under it, and what could be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.content.quiz.dialects.boxes import CROSSES, TICKS
from app.content.quiz.source.report import short

_PIECE = re.compile(r"(`+)[^`]*?\1|(?<!\\)\|")
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
_LONGEST = 400
"""Characters of a piece in which a mark is looked for."""
_COLONS = re.compile(r"[^\d\s]:[^\s/][^:]*:\S")
_COMMA = re.compile(r"\s*,\s+|(?<!\d),|,(?!\d)")
_AND = re.compile(r"\s+et\s+", re.IGNORECASE)
_NAME = re.compile(r"\(?(?:[a-h]|\d{1,2})\)?", re.IGNORECASE)
_WRAPPED = re.compile(r"(\*\*|__|\*|_|`|«|“|\"|\[\[)\s*([^*_`«»“”\"\[\]]+?)\s*(\*\*|__|\*|_|`|»|”|\"|\]\])")


def pieces(written: str) -> list[str]:
    """Cut at each bar that is neither after a backslash nor code."""
    bars = [found.start() for found in _PIECE.finditer(written) if found.group() == "|"] if "|" in written else []
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
        if len(piece) < _LONGEST and (found := mark.fullmatch(piece)):
            return JudgedPiece((found["after"] or found["before"]).strip(), right)
    return JudgedPiece(piece, None)


def right_pieces(written: str) -> list[str]:
    """The pieces that a mark says right among others, without it."""
    marks = judge(written)
    right = [each.text for each in marks if each.right]
    return right if len(right) < len(marks) else []


def stressed_piece(written: str) -> str:
    """The piece that alone among several is in bold or in italics, hence perhaps the only right one; empty where none is."""
    wrapped = [piece.strip() for piece in pieces(written) if unwrapped(piece) != piece.strip()]
    alone = len(wrapped) == 1 < len(pieces(written)) and _STRESSED.fullmatch(wrapped[0])
    return wrapped[0] if alone else ""


def unwrapped(text: str) -> str:
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
