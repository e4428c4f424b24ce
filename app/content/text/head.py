"""The head of a course file: `clé : valeur` lines between two `---`. Read by hand: a title may hold colons, a value needs no quotes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from app.content.problems.catalogue import problem
from app.content.text.markdown import slug
from app.content.text.normalise import normalise, without_comments
from app.content.values.text import ID_LENGTH, CompletionCriterion, DocumentKind, Objective, Problem
from app.platform.french import exact, french, short, strip_accents

FREE_KEYS = frozenset({"titre", "auteur", "notes", "objectifs", "signes"})
"""Whose values may hold commas and ` # `."""
YES_NO_KEYS = frozenset({"mélanger", "facultatif", "public", "attestation", "défaut"})
MAX_HEAD_LINES = 300
MAX_HEAD_CHARACTERS = 30_000

_YES = frozenset({"oui", "vrai", "yes", "true"})
_NO = frozenset({"non", "faux", "no", "false"})
_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$")
_DASHES = re.compile(r"\s*(?:[-–—−‒]{1,6}|[*_]{3})\s*")
"""What word processors and other dialects make of `---`."""
_RULE = re.compile(r"-{3,}\s*")


class HeadItem(Struct, frozen=True):
    """One element of a list, and its line in the file."""

    text: str
    line: int


class HeadEntry(Struct, frozen=True):
    key: str
    line: int
    value: str
    items: tuple[HeadItem, ...] = ()


class Head(Struct, frozen=True):
    """What the head says, by key. A key that is not written answers empty."""

    entries: Mapping[str, HeadEntry] = field(default_factory=dict)
    first_line: int = 1

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def text(self, key: str) -> str:
        entry = self.entries.get(key)
        return entry.value if entry else ""

    def items(self, key: str) -> tuple[HeadItem, ...]:
        entry = self.entries.get(key)
        return entry.items if entry else ()

    def line(self, key: str) -> int:
        """The line where the key stands, or the head's first line when it does not."""
        entry = self.entries.get(key)
        return entry.line if entry else self.first_line

    def yes(self, key: str, default: bool) -> bool:
        value = self.text(key).casefold()
        return default if value not in _YES | _NO else value in _YES


def read_head(path: str, text: str, known: Iterable[str]) -> tuple[Head, str, int, tuple[Problem, ...]]:
    """Cut a file into its head and its body.

    Returns the head, the body (comments blanked), the file's line on which the body begins, and the problems. `known` are the keys
    that this kind of file has; another is an error that names the nearest. Without a head (E04), the body is the whole text.
    """
    lines = normalise(text).split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not _RULE.fullmatch(lines[first]):
        body, problems = _body(path, lines, 0)
        return Head(), body, 1, (_no_head(path, first + 1, lines[first]), *problems)
    end = next((index for index in range(first + 1, len(lines)) if _RULE.fullmatch(lines[index])), None)
    if end is None:
        dashes = next((index for index in range(first + 1, len(lines)) if _DASHES.fullmatch(lines[index])), None)
        if dashes is not None:
            return Head(), "", len(lines), (_of_dashes(path, dashes + 1, lines[dashes]),)
        message = "L’en-tête n’est pas fermé."
        return Head(), "", len(lines), (problem(path, first + 1, "E04", message, "Ajoutez une ligne « --- » après la dernière clé."),)
    head, problems = _HeadReader(path, tuple(known)).read(lines[first + 1 : end], first + 2)
    body, body_problems = _body(path, lines, end + 1)
    return head, body, end + 2, (*problems, *body_problems)


def read_optional_head(path: str, text: str) -> tuple[Head, str, int, tuple[Problem, ...]]:
    """Reads the head of a file that needs none (`glossaire.md`, `frise.md`…): it may give title, author and notes."""
    if _RULE.match(text.lstrip("\ufeff\n ")):
        return read_head(path, text, ("titre", "auteur", "notes"))
    body, problems = _body(path, normalise(text).split("\n"), 0)
    return Head(), body, 1, problems


def read_lines(path: str, lines: list[str], first_line: int, known: Iterable[str]) -> tuple[Head, tuple[Problem, ...]]:
    """Reads a few lines `key: value` elsewhere than in a head, such as those of one path of `parcours.md`."""
    return _HeadReader(path, tuple(known)).read(lines, first_line)


def _of_dashes(path: str, line: int, written: str) -> Problem:
    message = f"« {written.strip()} » n’est pas « --- » : un traitement de texte a remplacé les trois tirets."
    return problem(path, line, "E04", message, "Écrivez trois tirets courts, « --- », sans rien d’autre.")


def _no_head(path: str, line: int, written: str) -> Problem:
    if _DASHES.fullmatch(written):
        return _of_dashes(path, line, written)
    return problem(path, line, "E04", "Ce fichier n’a pas d’en-tête.", "Commencez par une ligne « --- », des lignes « clé : valeur », une ligne « --- ».")


def _body(path: str, lines: list[str], start: int) -> tuple[str, tuple[Problem, ...]]:
    body, unclosed = without_comments("\n".join(lines[start:]))
    if unclosed is None:
        return body, ()
    message = "Ce commentaire « <!-- » n’est jamais fermé."
    return body, (problem(path, start + unclosed + 1, "E17", message, "Fermez-le par « --> »."),)


class _HeadReader:
    """Reads the lines of one head. Each line adds to `entries` or to `problems`."""

    def __init__(self, path: str, known: tuple[str, ...]) -> None:
        self.path = path
        self.known = known
        self.bare = {strip_accents(key.casefold()): key for key in known}
        self.entries: dict[str, HeadEntry] = {}
        self.problems: list[Problem] = []
        self.current: str | None = None
        """The key, always one of `entries`, to which a dash or an indented line adds."""

    def read(self, lines: list[str], first_line: int) -> tuple[Head, tuple[Problem, ...]]:
        if refused := self._too_large(lines, first_line):
            return Head(), (refused,)
        for number, line in enumerate(lines, first_line):
            if line.strip() and not line.lstrip().startswith("# ") and line.strip() != "#":
                self._read_line(line.replace("\u00a0", " ").replace("\u202f", " "), number)
        self._check_yes_no()
        return Head(self.entries, first_line - 1), tuple(self.problems)

    def _too_large(self, lines: list[str], first_line: int) -> Problem | None:
        size = 0
        for number, line in enumerate(lines):
            size += len(line)
            if number >= MAX_HEAD_LINES or size > MAX_HEAD_CHARACTERS:
                message = f"En-tête trop grand : plus de {MAX_HEAD_LINES} lignes ou de {exact(MAX_HEAD_CHARACTERS)} caractères."
                return problem(self.path, first_line + number, "E02", message, "L’en-tête se termine-t-il bien par une ligne « --- » ?")
        return None

    def _read_line(self, line: str, number: int) -> None:
        stripped = line.strip()
        entry = self.entries[self.current] if self.current else None
        if entry and stripped.startswith(("- ", "• ", "– ")):
            self._add_item(entry, stripped[2:], number)
        elif entry and line[0] in " \t" and entry.key in FREE_KEYS and self._known_form(stripped.split(":")[0]) is None:
            self._continue(entry, stripped)
        elif ":" in stripped:
            key, value = stripped.split(":", 1)
            self._add_key(key.strip().casefold(), value.strip(), number)
        else:
            hint = "Écrivez « clé : valeur », ou « - » devant l’élément d’une liste."
            self.problems.append(problem(self.path, number, "E09", f"Ligne d’en-tête non comprise : « {short(stripped, 60)} ».", hint))

    def _add_key(self, written: str, value: str, number: int) -> None:
        key = self._known_key(written, number)
        self.current = key
        if key is None:
            return
        if key in self.entries:
            hint = "Gardez-en une seule."
            self.problems.append(problem(self.path, number, "E12", f"La clé « {key} » est déjà écrite ligne {self.entries[key].line}.", hint))
            return
        value = _value(key, value)
        self.entries[key] = HeadEntry(key, number, value, _inline_items(key, value, number))

    def _known_form(self, written: str) -> str | None:
        return self.bare.get(strip_accents(written.strip().casefold()))

    def _known_key(self, written: str, number: int) -> str | None:
        if written in self.known:
            return written
        if plain := self._known_form(written):
            message = f"Clé « {short(written, 60)} » comprise comme « {plain} »."
            self.problems.append(problem(self.path, number, "A20", message, f"Écrivez « {plain} : »."))
            return plain
        near = difflib.get_close_matches(written[:60], self.known, n=1)
        hint = f"Vouliez-vous dire « {near[0]} » ?" if near else f"Clés connues : {', '.join(self.known)}."
        self.problems.append(problem(self.path, number, "E05", f"Clé inconnue : « {short(written, 60)} ».", hint))
        return None

    def _add_item(self, entry: HeadEntry, text: str, number: int) -> None:
        item = HeadItem(_value(entry.key, text.strip()), number)
        self.entries[entry.key] = HeadEntry(entry.key, entry.line, entry.value, (*entry.items, item))

    def _continue(self, entry: HeadEntry, text: str) -> None:
        """A free value, or the last item of its list, goes on on the next, indented line."""
        if entry.items and entry.items[-1].line > entry.line:
            last = HeadItem(f"{entry.items[-1].text} {text}", entry.items[-1].line)
            self.entries[entry.key] = HeadEntry(entry.key, entry.line, entry.value, (*entry.items[:-1], last))
        else:
            value = f"{entry.value} {text}".strip()
            self.entries[entry.key] = HeadEntry(entry.key, entry.line, value, _inline_items(entry.key, value, entry.line))

    def _check_yes_no(self) -> None:
        for key in YES_NO_KEYS & self.entries.keys():
            entry = self.entries[key]
            if entry.value.casefold() not in _YES | _NO:
                message = f"« {key} » attend oui ou non, et non « {short(entry.value, 60)} »."
                self.problems.append(problem(self.path, entry.line, "E09", message, f"Écrivez « {key} : oui » ou « {key} : non »."))


def _value(key: str, value: str) -> str:
    """A value without its comment and without the quotes that YAML asks and this head does not."""
    if key not in FREE_KEYS:
        value = _COMMENT.sub("", value).strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1].strip()
    return value


def _inline_items(key: str, value: str, line: int) -> tuple[HeadItem, ...]:
    if not value:
        return ()
    if key in FREE_KEYS:
        return (HeadItem(value, line),)
    if value[0] == "[" and value[-1] == "]":  # YAML's inline list: one meaning only
        value = value[1:-1]
    return tuple(HeadItem(part.strip(), line) for part in value.split(",") if part.strip())


# --- What heads have in common: ids, titles, objectives, criteria, read with their Problems ---

SINGLE_FILES = {
    "glossaire": DocumentKind.GLOSSARY,
    "frise": DocumentKind.TIMELINE,
    "reseau": DocumentKind.NETWORK,
    "parcours": DocumentKind.PATHS,
    "confusions": DocumentKind.CONFUSABLES,
    "sources": DocumentKind.SOURCES,
    "bibliotheque": DocumentKind.LIBRARY,
    "cours": DocumentKind.COVER,
    "a-verifier": DocumentKind.FACTS,
}
"""The files that a course has once: a link names them so (`[mot](glossaire#zep)`), they are stored under the name of their kind."""
RESERVED_IDS = frozenset(kind.value for kind in DocumentKind) | SINGLE_FILES.keys() | {"syntheses"}
"""And what `/bibliotheque/syntheses/` would hide."""

_ID = re.compile(rf"[a-z0-9-]{{3,{ID_LENGTH}}}")
_OBJECTIVE = re.compile(r"([OM]\d{1,2})\s*:\s*(.+?)(?:\s*(→|->|=>)\s*(M\d{1,2}))?")
_MINUTES = re.compile(r"(\d{1,3})\s*(?:min|mn|minutes?)?\.?")


def is_id(text: str) -> bool:
    """Whether `text` is a well-formed id, free for a trainer to use."""
    return _ID.fullmatch(text) is not None and text not in RESERVED_IDS


class HeadValues:
    """Reads typed values out of a head; what is wrong goes to `problems`."""

    def __init__(self, path: str, head: Head) -> None:
        self.path = path
        self.head = head
        self.problems: list[Problem] = []
        self.cited: dict[str, int] = {key: entry.line for key, entry in head.entries.items()}

    def report(self, line: int, code: str, message: str, hint: str = "") -> None:
        self.problems.append(problem(self.path, line, code, message, hint))

    def id(self) -> str:
        """The document's id; empty when it is missing or malformed."""
        written = self.head.text("id")
        if not written:
            self.report(self.head.line("id"), "E06", "Ce fichier n’a pas d’identifiant.", "Ajoutez-le en tête : « id : mon-identifiant ».")
        return self._checked_id(written, self.head.line("id")) if written else ""

    def _checked_id(self, written: str, line: int) -> str:
        if is_id(written):
            self.cited.setdefault(written, line)
            return written
        reason = "réservé au logiciel" if written in RESERVED_IDS else "mal formé"
        proposal = slug(written)
        hint = f"Écrivez par exemple « {proposal} »." if is_id(proposal) else "De 3 à 60 lettres minuscules sans accent, chiffres ou tirets."
        self.report(line, "E08", f"Identifiant {reason} : « {written[:60]} ».", hint)
        return ""

    def one_id(self, key: str) -> str | None:
        """The id of another element, or None when the key is not written."""
        return self._checked_id(self.head.text(key), self.head.line(key)) or None if self.head.text(key) else None

    def ids(self, key: str) -> tuple[str, ...]:
        """A list of ids, in order; one written twice is reported and kept once."""
        found: dict[str, int] = {}
        for item in self.head.items(key):
            written = self._checked_id(item.text, item.line)
            if written in found:
                self.report(item.line, "E26", f"« {written} » est déjà dans cette liste, ligne {found[written]}.", "Retirez-le.")
            elif written:
                found[written] = item.line
        return tuple(found)

    def required_text(self, key: str) -> str:
        value = self.head.text(key)
        if not value:
            self.report(self.head.line(key), "E10", f"La clé « {key} » manque ou est vide.", f"Ajoutez à l’en-tête « {key} : … ».")
        return value

    def title(self) -> str:
        """`titre`, as a French printer sets it: titles are shown without going through the renderer."""
        return french(self.required_text("titre"))

    def minutes(self) -> int:
        written = self.required_text("durée")
        found = _MINUTES.fullmatch(written)
        if written and found is None:
            self.report(self.head.line("durée"), "E09", f"Durée non comprise : « {written[:40]} ».", "Écrivez un nombre de minutes : « durée : 12 ».")
        return int(found[1]) if found else 0

    def history(self) -> str:
        """Id of a line of the course; whether it has such a line, the checks between files say."""
        written = self.required_text("histoire")
        history = slug(written)
        if written != history:
            self.report(self.head.line("histoire"), "A20", f"« {written} » compris comme « {history} ».", f"Écrivez « histoire : {history} ».")
        return history

    def criterion(self, allowed: tuple[CompletionCriterion, ...], default: CompletionCriterion) -> CompletionCriterion:
        written = self.head.text("achèvement").casefold()
        found = next((criterion for criterion in allowed if criterion.value == written), None)
        if written and found is None:
            choices = " ou ".join(f"« {criterion.value} »" for criterion in allowed)
            self.report(self.head.line("achèvement"), "E09", f"Critère d’achèvement non compris : « {written[:40]} ».", f"Écrivez {choices}.")
        return found or default

    def objectives(self, letter: str) -> tuple[Objective, ...]:
        """`O1 : … → M1` for a lesson (`letter` O), `M1 : …` for a module (M)."""
        found: dict[str, Objective] = {}
        for item in self.head.items("objectifs"):
            objective = self._objective(item, letter)
            if objective is None:
                continue
            if objective.id in found:
                self.report(item.line, "E22", f"L’objectif {objective.id} est déjà écrit ligne {found[objective.id].line}.", "Changez son numéro.")
            found.setdefault(objective.id, objective)
        return tuple(found.values())

    def _objective(self, item: HeadItem, letter: str) -> Objective | None:
        example = "O1 : ce que l’on saura faire → M1" if letter == "O" else "M1 : ce que l’on saura faire"
        found = _OBJECTIVE.fullmatch(item.text)
        if found is None or found[1][0] != letter:
            self.report(item.line, "E22", f"Objectif non compris : « {item.text[:60]} ».", f"Écrivez « {example} ».")
            return None
        if letter == "O" and not found[4]:
            self.report(item.line, "E22", f"L’objectif {found[1]} ne dit pas quel objectif du module il sert.", "Terminez par « → M1 ».")
        if found[3] and found[3] != "→":
            self.report(item.line, "A20", f"« {found[3]} » compris comme « → ».", f"Écrivez « → {found[4]} ».")
        return Objective(found[1], french(found[2]), found[4] or "", item.line)
