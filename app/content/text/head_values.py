"""What the heads of modules, lessons and quizzes have in common: ids, titles, objectives, criteria, read with their Problems."""

from __future__ import annotations

import re

from app.content.limits import ID_LENGTH
from app.content.problems.catalogue import problem
from app.content.text.head import Head, HeadItem
from app.content.text.markdown import slug
from app.content.values.text import CompletionCriterion, DocumentKind, Objective, Problem
from app.platform.french import french

SINGLE_FILES = {
    "glossaire": DocumentKind.GLOSSARY,
    "frise": DocumentKind.TIMELINE,
    "reseau": DocumentKind.NETWORK,
    "parcours": DocumentKind.PATHS,
    "confusions": DocumentKind.CONFUSABLES,
    "sources": DocumentKind.SOURCES,
    "bibliotheque": DocumentKind.LIBRARY,
    "cours": DocumentKind.COVER,
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

    def required(self, key: str) -> str:
        value = self.head.text(key)
        if not value:
            self.report(self.head.line(key), "E10", f"La clé « {key} » manque ou est vide.", f"Ajoutez à l’en-tête « {key} : … ».")
        return value

    def title(self) -> str:
        """`titre`, as a French printer sets it: titles are shown without going through the renderer."""
        return french(self.required("titre"))

    def minutes(self) -> int:
        written = self.required("durée")
        found = _MINUTES.fullmatch(written)
        if written and found is None:
            self.report(self.head.line("durée"), "E09", f"Durée non comprise : « {written[:40]} ».", "Écrivez un nombre de minutes : « durée : 12 ».")
        return int(found[1]) if found else 0

    def history(self) -> str:
        """Id of a line of the course; whether it has such a line, the checks between files say."""
        written = self.required("histoire")
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
