"""One note as written: what it says of its source, and the parenthesis that ends it: category, what was read, dates."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

from app.content.problems.catalogue import problem
from app.content.text.markdown import slug
from app.content.values.text import Problem, Source, SourceKind, SourceRead

Word = TypeVar("Word", bound=StrEnum)
EXAMPLE = "(catégorie : presse ; lu : original ; vérifié : 2026-11)"
_MENTION = re.compile(r"\s*\(([^()]*(?:vérifi|à revoir|catégorie|\blue? ?:)[^()]*)\)\s*\.?\s*$")
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_KEYS = {"catégorie": "kind", "lu": "read", "lue": "read", "vérifié": "checked", "vérifiée": "checked", "à revoir": "review"}


def read_source(path: str, label: str, written: str, line: int) -> tuple[Source, tuple[Problem, ...]]:
    """`[^label]: Titre, éditeur, date, <adresse> (catégorie : … ; lu : … ; vérifié : 2026-11 ; à revoir : 2027-11)`; each of the four may be left out."""
    text = written.partition("]:")[2].strip()
    mention = _MENTION.search(text)
    if mention is None:
        return Source(label, text, line), ()
    values: dict[str, str] = {}
    for part in mention[1].split(";"):
        key, colon, value = part.partition(":")
        name = _KEYS.get(key.strip().casefold())
        if not colon or name is None or name in values:
            return Source(label, text, line), (
                _source_problem(path, line, f"Fin de note non comprise : « {mention[0].strip()[:80]} ».", f"Écrivez « {EXAMPLE} »."),
            )
        values[name] = value.strip()
    problems: list[Problem] = []
    checked, review = (_date(values.get(name), path, line, problems) for name in ("checked", "review"))
    kind = _word(SourceKind, values.get("kind"), "Catégorie de source inconnue", path, line, problems)
    read = _word(SourceRead, values.get("read"), "« lu » non compris", path, line, problems)
    return Source(label, text[: mention.start()].rstrip(), line, checked, review, kind, read), tuple(problems)


def _date(written: str | None, path: str, line: int, problems: list[Problem]) -> date | None:
    if written is None:
        return None
    found = _DATE.fullmatch(written)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        pass
    problems.append(_source_problem(path, line, f"Date non comprise : « {written[:40]} ».", "Écrivez l’année et le mois : 2026-11."))
    return None


def _word(words: type[Word], written: str | None, what: str, path: str, line: int, problems: list[Problem]) -> Word | None:
    """The one of these words that is written, however its accents and apostrophe are."""
    found = next((word for word in words if written and _plain(word.value) == _plain(written)), None)
    if written is not None and found is None:
        problems.append(_source_problem(path, line, f"{what} : « {written[:40]} ».", f"Écrivez l’un de ces mots : {', '.join(word.value for word in words)}."))
    return found


def _plain(words: str) -> str:
    return slug(words.replace("’", "'"))


def _source_problem(path: str, line: int, message: str, hint: str) -> Problem:
    return problem(path, line, "E09", message, hint)
