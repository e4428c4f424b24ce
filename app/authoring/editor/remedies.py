"""Remedies that need no thought: from a text and one of its Problems, the text without it. Pure.

`label` says cheaply whether there is one; `mended` writes it and reads the result again: a remedy that would bring an error, leave its
Problem where it was, or, for a writing that was understood, change what it means, is not one. A writing that takes several lines
(lettered options…) has `TIDY`: the whole quiz as its reader tidies it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from app.content.documents import describe
from app.content.documents.index import write_ids
from app.content.documents.reader import DocumentReading, kind_of, read_document
from app.content.quiz.tidy import tidy
from app.content.text.normalise import normalise
from app.content.text.pitfalls import mending
from app.content.values.text import DocumentKind, Problem

TIDY = "Ranger le quiz"
_LINE = re.compile(r"ligne[ -]\d+")
_QUOTED = re.compile(r"« (.*?) »")
_HEAD_ID = re.compile(r"^(\s*id\s*:\s*).*$", re.MULTILINE)
_OF_QUESTION = re.compile(r"^Question \d+ « .*? » : ")
_NEAR = re.compile(r"Vouliez-vous dire « (.+?) » \?")
_WRITE = re.compile(r"Écrivez (?:par exemple )?« (.+) »\.")
_CLEAN = re.compile(r"Écrivez : (.+)", re.DOTALL)
_ANCHOR = re.compile(r"\{#[^{}\s]*\}")
_KINDS = re.compile(r"(?:leçon|lecon|module|quiz|question)\s*:\s*(?=[a-z0-9-]+(?:#[a-z0-9-]+)?$)", re.IGNORECASE)
_DEFAULTS = {"titre": "Titre à écrire", "durée": "12", "histoire": "croisement"}


class _Case(Struct, frozen=True):
    """What a remedy works on."""

    lines: list[str]
    found: Problem
    path: str
    taken: Collection[str]

    @property
    def index(self) -> int:
        return self.found.line - 1

    @property
    def line(self) -> str:
        return self.lines[self.index] if 0 <= self.index < len(self.lines) else ""

    @property
    def quoted_words(self) -> str:
        """What the message quotes first, once it has named its question."""
        quoted = _QUOTED.search(_OF_QUESTION.sub("", self.found.message))
        return quoted[1] if quoted else ""

    def with_line(self, line: str) -> list[str]:
        return [*self.lines[: self.index], line, *self.lines[self.index + 1 :]] if 0 <= self.index < len(self.lines) else self.lines

    def without_line(self) -> list[str]:
        return [*self.lines[: self.index], *self.lines[self.index + 1 :]]


Write = Callable[[_Case], list[str]]


def label(found: Problem, line: str, tidied: Collection[int] = ()) -> str:
    """What the button says, seeing the line; empty where only the trainer can mend it. `tidied`: the lines that `TIDY` would rewrite."""
    chosen = _remedy(found)
    clean = _CLEAN.fullmatch(found.hint)
    elsewhere = clean and not clean[1].startswith("(rien") and _letters(clean[1]) != _letters(line)
    if chosen and not elsewhere:  # otherwise the hint shows one line of several, or tells where to write
        return chosen[0]
    return TIDY if found.code == "A20" and found.line in tidied else ""


def tidied_lines(text: str, problems: Sequence[Problem]) -> frozenset[int]:
    """Returns the lines that `TIDY` would rewrite, if one of the problems asks for it."""
    path = next((found.path for found in problems if found.code == "A20"), "")
    return frozenset(edit.line for edit in tidy(path, text)[1]) if kind_of(path) is DocumentKind.QUIZ else frozenset()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def mend_text(path: str, text: str, found: Problem, taken: Collection[str] = ()) -> str | None:
    """The text without the problem; None where that cannot be written safely. `taken`: the ids of the rest of the course."""
    before = normalise(text)
    case = _Case(before.split("\n"), found, path, taken)
    chosen = _remedy(found)
    if label(found, case.line, tidied_lines(before, [found])) == TIDY:
        after = tidy(path, before)[0]
    elif chosen is not None:
        after = normalise("\n".join(chosen[1](case)))
    else:
        return None
    return after if after != before and _better(read_document(path, before), read_document(path, after), found) else None


def _better(before: DocumentReading, after: DocumentReading, found: Problem) -> bool:
    if _errors(after) > _errors(before) or (before.document is not None and after.document is None):
        return False
    if found in before.problems and _same(after, found) >= _same(before, found):
        return False
    return found.code != "A20" or meaning(before) == meaning(after)


def meaning(reading: DocumentReading) -> list[str]:
    """The document in words, wherever its lines stand."""
    return [_LINE.sub("", line) for line in describe.lines(reading)]


def _errors(reading: DocumentReading) -> int:
    return sum(found.is_error for found in reading.problems)


def _same(reading: DocumentReading, found: Problem) -> int:
    """How many problems say the same; a remedy of the first line of a habit changes which lines its message names."""
    return Counter((each.code, each.message) for each in reading.problems)[found.code, found.message]


def with_ids(path: str, text: str, taken: Collection[str]) -> str:
    """The text with every id that it lacks: what the browser writes by itself."""
    reading = read_document(path, text)
    missing = [found.line for found in reading.problems if found.code == "E06"]
    return write_ids(normalise(text), path, missing, taken)[0] if missing else text


def with_id(text: str, identifier: str) -> str:
    """The text with another id in its head: that of its document, which a published text keeps."""
    return _HEAD_ID.sub(lambda found: f"{found[1]}{identifier}", text, count=1)


# --- Which remedy a problem has --------------------------------------------------------------------------------------


def _remedy(found: Problem) -> tuple[str, Write] | None:
    by_code = _BY_CODE.get(found.code)
    if by_code is not None:
        said, pattern, write = by_code
        return (said, write) if re.search(pattern, f"{found.message} {found.hint}") else None
    if _NEAR.search(found.hint):
        return f"Écrire « {_near(found)} »", _nearest
    return _of_writing(found)


def _of_writing(found: Problem) -> tuple[str, Write] | None:
    """E08 and A20: the hint holds the clean form."""
    if found.code not in ("E08", "A20"):
        return None
    if found.hint.startswith("Écrivez : (rien"):
        return "Effacer cette ligne", _Case.without_line
    clean = _CLEAN.fullmatch(found.hint)
    if clean and not clean[1].endswith("…"):
        return "Mettre au propre", lambda case: case.with_line(_indent(case.line) + clean[1].strip())
    written = _WRITE.fullmatch(found.hint)
    if written is None:
        return None
    return f"Écrire « {written[1]} »", lambda case: _rewritten(case, written[1])


def _rewritten(case: _Case, clean: str) -> list[str]:
    """The clean form of a whole head line, of its key, of an arrow, or of an id."""
    if clean.startswith("→"):
        return case.with_line(re.sub(r"(?:->|=>|→)\s*M\d+", clean, case.line))
    if clean.endswith(":"):
        return case.with_line(f"{clean}{case.line.partition(':')[2]}")
    if " : " in clean:
        return case.with_line(clean)
    return case.with_line(case.line.replace(case.quoted_words, clean, 1))


def _near(found: Problem) -> str:
    near = _NEAR.search(found.hint)
    return near[1] if near else ""


def _nearest(case: _Case) -> list[str]:
    wrong = re.escape(case.quoted_words.removeprefix("#"))
    return case.with_line(re.sub(rf"(?<![\w-]){wrong}(?![\w-])", lambda _: _near(case.found), case.line, count=1, flags=re.IGNORECASE))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


# --- One by one ------------------------------------------------------------------------------------------------------


def _ids(case: _Case) -> list[str]:
    text = "\n".join(case.lines)
    return with_ids(case.path, text, case.taken).split("\n")


def _other_id(case: _Case) -> list[str]:
    """A question whose id is that of another takes the first number that is free."""
    text, number = "\n".join(case.lines), 2
    while f"{case.quoted_words}-{number}" in case.taken or f"{case.quoted_words}-{number}" in text:
        number += 1
    return case.with_line(case.line.replace(f"{{#{case.quoted_words}}}", f"{{#{case.quoted_words}-{number}}}", 1))


def _other_anchor(case: _Case) -> list[str]:
    wanted = _ANCHOR.search(case.found.hint)
    text, anchor, number = "\n".join(case.lines), wanted[0] if wanted else "", 2
    while anchor in text:
        number += 1
        anchor = f"{{#{case.quoted_words}-{number}}}"
    return case.with_line(f"{_ANCHOR.sub('', case.line).rstrip()} {anchor}")


def _note(case: _Case) -> list[str]:
    return ["\n".join(case.lines).rstrip("\n"), "", f"[^{case.quoted_words}]: Source à écrire : titre, éditeur, date"]


def _close_head(case: _Case) -> list[str]:
    """After the last line that looks like one of a head; or in place of the dashes that are not those."""
    if "trois tirets" in case.found.message:
        return case.with_line("---")
    end = case.index + 1
    while end < len(case.lines) and re.match(r"\s*(?:[^\s:#][^:]{0,30}:|[-•–]\s)", case.lines[end]):
        end += 1
    return [*case.lines[:end], "---", *case.lines[end:]]


def _close_fence(case: _Case) -> list[str]:
    """Before the first empty line: what follows it is text."""
    fence = re.match(r"\s*(`{3,}|~{3,})", case.line)
    end = next((place for place in range(case.index + 1, len(case.lines)) if not case.lines[place].strip()), len(case.lines))
    return [*case.lines[:end], fence[1] if fence else "```", *case.lines[end:]]


def _add_key(case: _Case) -> list[str]:
    """`clé : …` after the head's first line, with a value to be replaced."""
    key, first = case.quoted_words, case.index
    if key not in _DEFAULTS:
        return case.lines
    empty = next((place for place in range(first, len(case.lines)) if re.fullmatch(rf"\s*{key}\s*:\s*", case.lines[place])), None)
    line = f"{key} : {_DEFAULTS[key]}"
    if empty is not None:
        return [*case.lines[:empty], line, *case.lines[empty + 1 :]]
    return [*case.lines[: first + 1], line, *case.lines[first + 1 :]]


def _drop_item(case: _Case) -> list[str]:
    return case.without_line() if re.fullmatch(rf"\s*[-•–]\s*{re.escape(case.quoted_words)}\s*", case.line) else case.lines


def _heading_level(case: _Case) -> list[str]:
    wanted = re.search(r"« (#+) ", case.found.hint)
    return case.with_line(re.sub(r"^(\s*)#+", lambda found: found[1] + (wanted[1] if wanted else "##"), case.line))


def _stress(case: _Case) -> list[str]:
    return case.with_line(re.sub(rf"\b{re.escape(case.quoted_words)}\b", f"**{case.quoted_words}**", case.line, count=1))


def _bare_link(case: _Case) -> list[str]:
    return case.with_line(case.line.replace(f"]({case.quoted_words})", f"]({_KINDS.sub('', case.quoted_words)})", 1))


def _image_folder(case: _Case) -> list[str]:
    name = case.quoted_words.rpartition("/")[2]
    return case.with_line(case.line.replace(f"]({case.quoted_words}", f"](images/{name}", 1))


def _plain_writing(case: _Case) -> list[str]:
    return mending.mend_lines(case.lines, case.index, case.found.code)


def _close_comment(case: _Case) -> list[str]:
    return case.with_line(f"{case.line} -->")


_BY_CODE: dict[str, tuple[str, str, Write]] = {
    "E06": ("Écrire les identifiants qui manquent", "", _ids),
    "E07": ("Lui donner un autre identifiant", "déjà", _other_id),
    "E23": ("Lui donner une autre ancre", r"\{#", _other_anchor),
    "E20": ("Ajouter la note, à compléter", "", _note),
    "E17": ("Fermer le commentaire ici", "", _close_comment),
    "E04": ("Fermer l’en-tête", "pas fermé|trois tirets", _close_head),
    "E50": ("Fermer le bloc", "jamais fermé", _close_fence),
    "E10": ("Ajouter la clé", r"« (?:titre|durée|histoire) » manque", _add_key),
    "E26": ("Retirer cette ligne", "est déjà dans cette liste", _drop_item),
    "A27": ("Corriger le niveau", "Écrivez « #", _heading_level),
    "A08": ("Mettre la négation en gras", "en gras", _stress),
    "E18": ("Écrire le lien du cours", r"refusée : « (?:leçon|lecon|module|quiz|question)\s*:", _bare_link),
    "E15": ("Écrire images/ devant son nom", "images/nom.png", _image_folder),
    **{code: (said, "Écrivez ", _plain_writing) for code, said in mending.LABELS.items()},
}
"""Code → (label, words of its message or hint that this remedy answers, what writes it). The others are read in their hints."""
