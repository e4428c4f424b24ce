"""The course's lists: glossaire.md, frise.md, confusions.md, a-verifier.md, parcours.md. Each line is understood or reported, never dropped."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from markdown_it.token import Token
from msgspec.structs import replace

from app.content.problems.catalogue import problem
from app.content.text import scan
from app.content.text.facts import name_in
from app.content.text.head import Head, HeadValues, is_id, read_lines, read_optional_head
from app.content.text.markdown import slug, split_anchor
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.course import Confusables, DatedFact, DatedFacts, Glossary, GlossaryEntry, LearningPath, Paths, Timeline, TimelineEvent
from app.content.values.text import Fragment
from app.platform.french import french

MAX_CONFUSABLES = 12
"""Words on one line: each is paired with each."""
PATH_KEYS = ("modules", "requis", "seulement", "attestation", "validité", "défaut", "délai", "étapes")
LONGEST_VALIDITY = 120
"""Months."""
MOST_DAYS = 3650
_MONTHS = re.compile(r"(\d{1,3})\s*mois\.?|(\d{1,2})\s*ans?\.?")

MOST_PARTS = 4
"""Of a line of a-verifier.md."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOOKED = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:,\s*(.+))?")
_EVENT = re.compile(r"(\d{4}(?:-\d{2}){0,2})\s*·\s*([^·]*?)\s*·\s*(\S.*)", re.DOTALL)
_DAYS = re.compile(r"(\d{1,4})\s*(?:j|jours?)?\.?")
_STEP = re.compile(r"(\S+)\s+(\d.*)")
_SENTENCE_END = re.compile(r"\.(?:\s+|$)")


class Body:
    """A file's body, its tokens and its scan; `report` adds a problem of this file."""

    def __init__(self, path: str, text: str) -> None:
        _, self.text, self.first_line, problems = read_optional_head(path, text)
        self.path = path
        self.tokens = parse_text(self.text, self.first_line).tokens
        self.scan = scan_text(path, self.text, self.first_line, self.tokens)
        self.scan.problems += problems
        self.lines = self.text.split("\n")

    def report(self, line: int, code: str, message: str, hint: str = "") -> None:
        self.scan.problems.append(problem(self.path, line, code, message, hint))

    def slice(self, start: int, end: int) -> list[str]:
        """The lines of the file from `start` to `end`, excluded."""
        return self.lines[start - self.first_line : end - self.first_line]

    def line_of(self, token: Token) -> int:
        return token.map[0] if token.map else self.first_line

    def strays(self, homes: str) -> Iterator[Token]:
        """Paragraphs that stand after the first `homes` block and outside any: text that would silently be lost."""
        depth, begun = 0, False
        for index, token in enumerate(self.tokens):
            if token.type in (f"{homes}_open", "footnote_reference_open"):
                begun = begun or token.type == f"{homes}_open"
                depth += 1
            elif token.type in (f"{homes}_close", "footnote_reference_close"):
                depth -= 1
            elif token.type == "paragraph_open" and begun and not depth:
                yield self.tokens[index + 1]

    def items(self) -> Iterator[Token]:
        """The first text of each item of the top-level lists; what is not in such a list is reported."""
        for stray in self.strays("bullet_list"):
            self.report(self.line_of(stray), "E09", f"Ligne non comprise : « {stray.content[:60]} ».", "Commencez-la par un tiret : « - … ».")
        for index, token in enumerate(self.tokens):
            if token.type == "list_item_open" and token.level == 1 and self.tokens[index + 1].type == "paragraph_open":
                yield self.tokens[index + 2]


def glossary(path: str, text: str) -> tuple[Glossary, TextScan]:
    """`SIGLE` on a line, then `: développement. définition[^n]`; another long form follows ` | `. A word that is no acronym has a definition only."""
    body = Body(path, text)
    for stray in body.strays("dl"):
        hint = "Un mot sur sa ligne, puis, à la ligne suivante, « : développement. définition »."
        body.report(body.line_of(stray), "E09", f"Entrée non comprise : « {stray.content[:60]} ».", hint)
    entries: dict[str, GlossaryEntry] = {}
    term = ""
    for index, token in enumerate(body.tokens):
        if token.type == "dt_open":
            term = body.tokens[index + 1].content.strip()
        elif token.type == "dd_open" and term:
            # The plugin places every definition but a list's first one line too early: its first block says where it begins.
            start = body.line_of(body.tokens[index + 1])
            entry = _entry(body, term, start, (token.map or [start, start + 1])[1])
            if entry.anchor in entries:
                message = f"« {term} » est déjà défini ligne {entries[entry.anchor].line}."
                body.report(entry.line, "E23", message, f"Pour un second sens, précisez : « {term} (contexte) ».")
            entries.setdefault(entry.anchor, entry)
    return Glossary(tuple(entries.values()), tuple(body.scan.sources), body.scan.called_labels, tuple(body.scan.facts)), body.scan


def _entry(body: Body, written: str, start: int, end: int) -> GlossaryEntry:
    first, *others = body.slice(start, end)
    definition = "\n".join([first.strip()[1:].strip(), textwrap.dedent("\n".join(others))]).strip()
    term, anchor = split_anchor(written)
    expansions: list[str] = []
    cut = _SENTENCE_END.search(definition)
    head = definition[: cut.start()] if cut else definition
    if _is_acronym(term) or scan.initials_of(term, head):
        expansions, definition = [each.strip() for each in head.split(" | ")], definition[cut.end() :] if cut else ""
    expansion, *others = [each for each in expansions if each] or [""]
    return GlossaryEntry(term, expansion, Fragment(definition, start), anchor or slug(term.replace("+", " plus")), start - 1, tuple(others))


def _is_acronym(term: str) -> bool:
    """A term in capitals, here even `CIV`, which is no number, and `PAS`, which is no adverb; or one that holds an acronym."""
    return term.split(" (")[0].isupper() or next(scan.candidates(term), None) is not None


def timeline(path: str, text: str) -> tuple[Timeline, TextScan]:
    """`- 1981-07-01 · éducation prioritaire · texte[^n]`: year, month or day; several histories joined by `+`."""
    body = Body(path, text)
    taken: dict[str, int] = {}
    events = tuple(event for token in body.items() if (event := _event(body, token, taken)) is not None)
    return Timeline(events, tuple(body.scan.sources), body.scan.called_labels), body.scan


def _event(body: Body, token: Token, taken: dict[str, int]) -> TimelineEvent | None:
    line = body.line_of(token)
    written, anchor = split_anchor(token.content)
    found = _EVENT.fullmatch(written)
    if found is None or not is_date(found[1]):
        hint = "Écrivez « - 1981-07-01 · éducation prioritaire · texte » ; la date peut être une année ou un mois."
        body.report(line, "E09", f"Événement non compris : « {written[:60]} ».", hint)
        return None
    histories = _histories(body, found[2], line)
    taken[found[1]] = taken.get(found[1], 0) + 1
    anchor = anchor or (found[1] if taken[found[1]] == 1 else f"{found[1]}-n{taken[found[1]]}")
    return TimelineEvent(found[1], histories, Fragment(found[3], line), anchor, line) if histories else None


def is_date(written: str) -> bool:
    """Whether `written` is a year, a month or a day, ISO 8601."""
    try:
        date.fromisoformat((written + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _histories(body: Body, written: str, line: int) -> tuple[str, ...]:
    """Ids of lines of the course; whether it has such lines, the checks between files say."""
    if not written:
        body.report(line, "E09", "Cet événement n’a pas d’histoire.", "Nommez une ligne de cours.md, ou « croisement » ; plusieurs se joignent par « + ».")
    return tuple(dict.fromkeys(slug(name) for name in written.split("+") if slug(name)))


def dated_facts(path: str, text: str) -> tuple[DatedFacts, TextScan]:
    """`- 2026-12-31 · fait[^n] · où regarder · 2026-11, Prénom Nom`: until when it is true, and, once somebody looked, when and who."""
    body = Body(path, text)
    facts = tuple(fact for token in body.items() if (fact := _dated_fact(body, token)) is not None)
    return DatedFacts(
        tuple(replace(fact, anchor=f"fait-{number}") for number, fact in enumerate(facts, 1)), tuple(body.scan.sources), body.scan.called_labels
    ), body.scan


def _dated_fact(body: Body, token: Token) -> DatedFact | None:
    line = body.line_of(token)
    parts = [part.strip() for part in token.content.split(" · ")]
    looked = _LOOKED.fullmatch(parts[3]) if len(parts) == MOST_PARTS else None
    if not MOST_PARTS - 1 <= len(parts) <= MOST_PARTS or not _DAY.fullmatch(parts[0]) or not is_date(parts[0]) or (len(parts) == MOST_PARTS and not looked):
        hint = "Écrivez « - 2026-12-31 · le fait · où regarder », puis, quand quelqu’un a regardé, « · 2026-11, Prénom Nom »."
        body.report(line, "E09", f"Fait à vérifier non compris : « {token.content[:60]} ».", hint)
        return None
    month, name = (looked[1], looked[2]) if looked else ("", "")
    return DatedFact(date.fromisoformat(parts[0]), Fragment(parts[1], line), Fragment(parts[2], line), month, name, "", line, name_in(parts[1]))


def confusables(path: str, text: str) -> tuple[Confusables, TextScan]:
    """`- REP | REP+`: words that no tolerance may take for one another. More than two on a line: each with each."""
    body = Body(path, text)
    pairs: list[tuple[str, str]] = []
    for token in body.items():
        words = [word.strip() for word in token.content.split("|") if word.strip()]
        if 2 <= len(words) <= MAX_CONFUSABLES:
            pairs += combinations(words, 2)
        else:
            hint = f"Écrivez « - REP | REP+ » ; de 2 à {MAX_CONFUSABLES} mots par ligne."
            body.report(body.line_of(token), "E09", f"Paire non comprise : « {token.content[:60]} ».", hint)
    return Confusables(tuple(dict.fromkeys(pairs))), body.scan


def paths(path: str, text: str) -> tuple[Paths, TextScan]:
    """A `## Titre {#id}` a path, then `modules :`, `requis :`, `seulement :`, `attestation :`, `validité :`, `défaut : oui`, `délai :`, `étapes :` lines."""
    body = Body(path, text)
    openings = [index for index, token in enumerate(body.tokens) if token.type == "heading_open" and token.tag == "h2"]
    ends = [*(body.line_of(body.tokens[index]) for index in openings), body.first_line + len(body.lines)][1:]
    found = [_path(body, index, end) for index, end in zip(openings, ends, strict=True)]
    kept = tuple(each for each in found if each is not None)
    defaults = [each for each in kept if each.default]
    if kept and not defaults:
        body.report(kept[0].line, "E10", "Aucun parcours n’est le parcours par défaut.", "Ajoutez « défaut : oui » à celui que suivent les nouveaux venus.")
    for extra in defaults[1:]:
        body.report(extra.line, "E09", f"« {defaults[0].title} » est déjà le parcours par défaut, ligne {defaults[0].line}.", "Gardez-en un.")
    return Paths(kept), body.scan


def _path(body: Body, index: int, end: int) -> LearningPath | None:
    line = body.line_of(body.tokens[index])
    title, identifier = split_anchor(body.tokens[index + 1].content)
    start = (body.tokens[index].map or [line, line + 1])[1]
    head, problems = read_lines(body.path, body.slice(start, end), start, PATH_KEYS)
    body.scan.problems += problems
    values = HeadValues(body.path, Head(head.entries, line))
    module_ids, required_ids, only_ids = values.ids("modules"), values.ids("requis"), values.ids("seulement")
    if not head.items("modules"):
        values.required_text("modules")
    days, steps = _days(values, "délai", head.text("délai"), head.line("délai")), _steps(values, module_ids)
    body.scan.problems += values.problems
    body.scan.cited |= values.cited
    attested, months = head.yes("attestation", False), _validity(body, head)
    if months and not attested:
        body.report(
            head.line("validité"), "A33", "« validité » sans « attestation : oui » n’a pas d’effet.", "Ajoutez « attestation : oui », ou retirez cette ligne."
        )
    if not identifier:
        body.report(line, "E06", f"Le parcours « {title} » n’a pas d’identifiant.", "Ajoutez-le à la fin de son titre : ## Titre {#identifiant}.")
    elif not is_id(identifier):
        body.report(line, "E08", f"Identifiant mal formé : « {identifier[:60]} ».", "De 3 à 60 lettres minuscules sans accent, chiffres ou tirets.")
    else:
        required_ids = required_ids or module_ids
        months, default = months if attested else 0, head.yes("défaut", False)
        return LearningPath(identifier, french(title), module_ids, required_ids, attested, default, line, days, steps, months, only_ids)
    return None


def _validity(body: Body, head: Head) -> int:
    """Months; 0 where nothing is written, or nothing that is understood."""
    written = head.text("validité").casefold()
    found = _MONTHS.fullmatch(written)
    months = int(found[1] or 0) + 12 * int(found[2] or 0) if found else 0
    if written and not 0 < months <= LONGEST_VALIDITY:
        hint = f"Écrivez un nombre de mois, de 1 à {LONGEST_VALIDITY} : « validité : 24 mois ». Sans limite, retirez la ligne."
        body.report(head.line("validité"), "E09", f"Validité non comprise : « {written[:40]} ».", hint)
        return 0
    return months


def _days(values: HeadValues, key: str, written: str, line: int) -> int | None:
    found = _DAYS.fullmatch(written.strip())
    if found and 0 < int(found[1]) <= MOST_DAYS:
        return int(found[1])
    if written:
        hint = f"Écrivez un nombre de jours, de 1 à {MOST_DAYS} : « délai : 120 », « étapes : mon-module 30 »."
        values.report(line, "E09", f"Nombre de jours non compris dans « {key} » : « {written[:40]} ».", hint)
    return None


def _steps(values: HeadValues, module_ids: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """`étapes : mod-un 30, mod-deux 60`: days from the beginning, each module once."""
    found: dict[str, int] = {}
    for item in values.head.items("étapes"):
        step = _STEP.fullmatch(item.text.strip())
        if step is None or step[1] not in module_ids or step[1] in found:
            hint = "Écrivez un module du parcours, une fois, puis son nombre de jours : « étapes : mon-module 30, autre-module 60 »."
            values.report(item.line, "E09", f"Étape non comprise : « {item.text[:60]} ».", hint)
        elif days := _days(values, "étapes", step[2], item.line):
            found[step[1]] = days
    return tuple(found.items())
