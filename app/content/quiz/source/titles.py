"""The heading of a question or a situation: its text, its `{#id}`, the points that some write there."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from app.content.quiz.source.report import QuizReport, short
from app.content.quiz.source.sections import strip_number
from app.content.text.head_values import is_id
from app.content.text.markdown import slug

_BRACES = re.compile(r"\s*\{\s*(#?)\s*(?:id\s*[:=]\s*)?([^{}]*?)\s*\}")
_BRACKET = r"(?P<bracket>[(\[]\s*(?P<points>\d{1,2}(?:[.,]\d)?)\s*(?:points?|pts?)\s*[)\]])"
_POINTS = re.compile(rf"{_BRACKET}\s*$", re.IGNORECASE)
_POINTS_OF_NUMBER = re.compile(rf"(?:question|exercice|q)\s*(?:n\s*[°ºo]\s*)?\d{{1,3}}\s*{_BRACKET}", re.IGNORECASE)


class QuestionTitle(Struct, frozen=True):
    """A heading read. `id` is empty when it is missing or malformed; `points` None unless the heading gives them."""

    text: str
    id: str
    missing: bool
    points: Decimal | None = None
    extends: bool = True
    """Whether `{#id}` can be written at the end of its line."""
    pointless: str = ""
    """As written, but for the points and the id."""


def read_title(written: str, line: int, report: QuizReport) -> QuestionTitle:
    """Cut a heading into its text, its id and its points, saying what is not the guide's form."""
    text, identifier, found = _with_id(written, line, report)
    text, points = _with_points(text)
    return QuestionTitle(strip_number(text).strip(), identifier, not found, points, pointless=text.strip())


def _with_points(text: str) -> tuple[str, Decimal | None]:
    """`Qui signe ? (2 points)` and `Question 3 (2 points) : Qui signe ?` give the points too."""
    match = _POINTS.search(text) or _POINTS_OF_NUMBER.match(text)
    if match is None:
        return text, None
    rest = text[: match.start("bracket")].rstrip() + text[match.end("bracket") :]
    return rest, Decimal(match["points"].replace(",", "."))


def _with_id(written: str, line: int, report: QuizReport) -> tuple[str, str, bool]:
    """(the text without its id, the id if it is well formed, whether one was written)."""
    if "{" not in written:
        return written.strip(), "", False
    matches = [found for found in _BRACES.finditer(written) if found[1] or (found.end() == len(written) and is_id(found[2]))]
    if not matches:
        return written.strip(), "", False
    if len(matches) > 1:
        report.add(line, "E08", "Deux identifiants dans le même titre.", f"Gardez-en un : {{#{matches[0][2]}}}.")
    found = matches[0]
    text = f"{written[: found.start()]} {written[found.end() :]}".strip() if len(matches) == 1 else _BRACES.sub("", written).strip()
    identifier = checked_id(found[2], line, report)
    if identifier and (found.group().strip() != f"{{#{identifier}}}" or found.end() < len(written.rstrip())):
        report.tolerated(line, "Identifiant du titre compris", f"## {short(text, 50)} {{#{identifier}}}")
    return text, identifier, True


def checked_id(written: str, line: int, report: QuizReport) -> str:
    """The id if it is well formed (E08 otherwise)."""
    if is_id(written):
        return written
    proposal = slug(written)
    hint = f"Écrivez par exemple {{#{proposal}}}." if is_id(proposal) else "De 3 à 60 lettres minuscules sans accent, chiffres ou tirets : {#contrat-de-ville}."
    report.add(line, "E08", f"Identifiant mal formé ou réservé : « {short(written, 60)} ».", hint)
    return ""
