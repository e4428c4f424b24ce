"""What happens to a text before anything reads it: decoding, normalising, limits, comments.

Everything downstream may rely on it: UTF-8, NFC, `\\n` line ends, no byte-order mark, no control character, bounded size.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from app.content.problems.catalogue import problem
from app.content.values.text import MAX_CHARACTERS, MAX_LINE, MAX_MARKS, MAX_QUIZ_MARKS, Problem
from app.platform.french import exact
from app.platform.unicode import normal_form

_MARKS = ("- ", "\\", "`", "~", "*", "_", "[", "]", "!", "<", ">", "&", "|")
# C0 and C1 controls but tab and line feed, and the private-use characters that mark gaps (`values.quiz.GAP_OPEN`).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ue000\ue001]")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_CODE_OR_COMMENT = re.compile(r"`[^`\n]*`|<!--")


def decode(path: str, data: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of a file's bytes, or the problem that makes them unreadable. UTF-8 only: guessing an encoding corrupts accents silently."""
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            line = 1
        message = "Ce fichier n’est pas en UTF-8 : un octet n’y est pas lisible."
        return None, (problem(path, line, "E01", message, "Enregistrez-le de nouveau en choisissant l’encodage UTF-8."),)


def normalise(text: str) -> str:
    """Normalises a text: `\n` line ends, no byte-order mark, Unicode NFC, one final line feed. Idempotent."""
    return normal_form(line_feeds(text.removeprefix("\ufeff"))).rstrip("\n") + "\n"


def line_feeds(text: str) -> str:
    """Gives a text one kind of line end, whatever machine or form it comes from."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def fingerprint(normalised: str) -> str:
    """SHA-256, in hexadecimal, of a normalised text."""
    return hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()


def refusal(path: str, text: str) -> Problem | None:
    """Why a normalised text cannot be read at all, if so: too large, a line too long, a forbidden character."""
    if len(text) > MAX_CHARACTERS:
        line = text.count("\n", 0, MAX_CHARACTERS) + 1
        return problem(path, line, "E02", f"Fichier trop grand : plus de {exact(MAX_CHARACTERS)} caractères.", "Partagez-le en plusieurs fichiers.")
    return _forbidden_character(path, text) or _long_line(path, text)


def readable(path: str, text: str) -> tuple[str, Problem | None]:
    """The lines of a normalised text that are read, and where reading stops when they have more marks than a page may hold."""
    most = left = _most_marks(path)
    if _at_most(text) <= most:
        return text, None
    end = 0
    for number, (line, marks) in enumerate(_marks_by_line(text), 1):
        left -= marks
        if left < 0:
            message = f"La suite n’est pas lue : plus de {exact(most)} lignes et signes de mise en forme (crochets, astérisques, cases de tableau…)."
            return text[:end], problem(path, number, "E02", message, "Partagez ce fichier en plusieurs.")
        end += len(line) + 1
    return text, None


def _at_most(text: str) -> int:
    """More than `_marks_by_line` would find, for less: nearly every text is below its bound."""
    widest = max(line.count("|") for line in text.split("\n")) if "|" in text else 0
    return sum(map(text.count, _MARKS)) + (text.count("\n") + 1) * (1 + widest)


def marks_read(path: str, text: str) -> int:
    """How many marks of a normalised text are read at most: what it costs, as `readable` counts it."""
    return min(_most_marks(path), sum(marks for _, marks in _marks_by_line(text)))


def _most_marks(path: str) -> int:
    return MAX_QUIZ_MARKS if path.startswith("quizzes/") else MAX_MARKS


def _marks_by_line(text: str) -> Iterator[tuple[str, int]]:
    """Each line and its marks, itself included.

    It is given the bars of the longest of those above it, up to an empty one: a short row is shown with all its table's cells.
    """
    columns = 0
    for line in text.removesuffix("\n").split("\n"):
        bars = line.count("|")
        columns = max(columns, bars) if line.strip("> \t") else 0
        yield line, sum(map(line.count, _MARKS)) + 1 + columns - bars


def _forbidden_character(path: str, text: str) -> Problem | None:
    found = _FORBIDDEN.search(text) or _lone_surrogate(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    message = f"Caractère interdit (U+{ord(found.group()):04X}), invisible à l’écran."
    return problem(path, line, "E01", message, "Effacez-le : le plus souvent, retapez la ligne.")


def _lone_surrogate(text: str) -> re.Match[str] | None:
    """Half of a character, which Python may hold and UTF-8 may not."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return re.search("[\ud800-\udfff]", text)
    return None


def _long_line(path: str, text: str) -> Problem | None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            return problem(path, number, "E02", f"Ligne trop longue : plus de {exact(MAX_LINE)} caractères.", "Coupez-la en paragraphes.")
    return None


def without_comments(text: str) -> tuple[str, int | None]:
    """The text with HTML comments blanked, line ends kept, and the index of the line of a comment that never ends.

    Comments are never shown nor delivered; those inside code are code. An unclosed one is left as it is, so that nothing vanishes.
    """
    if "<!--" not in text:
        return text, None
    kept: list[str] = []
    position, fence = 0, ""
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        fence, was_fence = _next_fence(fence, text[position:end])
        if not fence and not was_fence and (comment := _comment_in(text, position, end)) is not None:
            close = text.find("-->", comment + 4)
            if close < 0:
                return "".join(kept) + text[position:], text.count("\n", 0, comment)
            kept.append(text[position:comment] + "\n" * text.count("\n", comment, close))
            position = close + 3
            continue
        kept.append(text[position:end])
        position = end
    return "".join(kept), None


def _next_fence(fence: str, line: str) -> tuple[str, bool]:
    """(the fence still open after this line, whether this line is a fence itself)."""
    match = _FENCE.match(line)
    if match is None:
        return fence, False
    if not fence:
        return match.group(1), True
    closes = match.group(1).startswith(fence) and not line[match.end() :].strip()
    return ("" if closes else fence), True


def _comment_in(text: str, start: int, end: int) -> int | None:
    for match in _CODE_OR_COMMENT.finditer(text, start, end):
        if match.group() == "<!--":
            return match.start()
    return None
