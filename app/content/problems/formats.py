"""Problems as a list that something reads: a person, a program, GitHub's annotations, a SARIF file that forges and editors show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.content.problems.catalogue import CATALOGUE
from app.content.values.text import Problem

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
"""Names the format: nobody fetches it."""
_COMMAND = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _COMMAND | str.maketrans({":": "%3A", ",": "%2C"})


def _text(problems: Sequence[Problem]) -> Iterator[str]:
    return map(str, problems)


def _json(problems: Sequence[Problem]) -> Iterator[str]:
    found = [{"path": each.path, "line": each.line, "code": each.code, "message": each.message, "hint": each.hint or None} for each in problems]
    yield json.dumps(found, ensure_ascii=False, indent=2)


def _github(problems: Sequence[Problem]) -> Iterator[str]:
    """Commands that a workflow prints, and GitHub shows on the line that each names."""
    for each in problems:
        kind, said = "error" if each.is_error else "warning", f"{each.message} {each.hint}".strip()
        place = f"file={each.path.translate(_PROPERTY)},line={each.line},title={each.code}"
        yield f"::{kind} {place}::{said.translate(_COMMAND)}"


def _sarif(problems: Sequence[Problem]) -> Iterator[str]:
    """One run of SARIF 2.1.0, with the rules of the codes that it names."""
    codes = sorted({each.code for each in problems})
    rules = [{"id": code, "shortDescription": {"text": CATALOGUE[code].title}, "help": {"text": CATALOGUE[code].paragraph}} for code in codes]
    results = [
        {
            "ruleId": each.code,
            "ruleIndex": codes.index(each.code),
            "level": "error" if each.is_error else "warning",
            "message": {"text": f"{each.message} {each.hint}".strip()},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": each.path}, "region": {"startLine": max(1, each.line)}}}],
        }
        for each in problems
    ]
    run: dict[str, Any] = {"tool": {"driver": {"name": "croisee", "rules": rules}}, "results": results}
    yield json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Callable[[Sequence[Problem]], Iterable[str]]] = {"text": _text, "json": _json, "github": _github, "sarif": _sarif}
"""Name → the lines of a list of problems."""


def problem_lines(problems: Sequence[Problem], form: str, folder: str = "") -> Iterator[str]:
    """The lines of a list of problems in one of `FORMATS`. `folder`: of the course, from where the command runs, for what a forge must find."""
    if folder and form in ("github", "sarif"):
        problems = [replace(each, path=f"{folder}/{each.path}") for each in problems]
    yield from FORMATS[form](problems)
