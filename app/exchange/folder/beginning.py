"""A course begun from nothing, and what an editor and a forge read beside one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.authoring.editor.snippets import SNIPPETS
from app.content.documents.network_file import COVER_KEYS
from app.content.documents.reader import LESSON_KEYS, MODULE_KEYS
from app.content.documents.survey_file import SURVEY_KEYS, TOOL_KEYS
from app.content.quiz.settings import QUIZ_KEYS
from app.content.text.head import YES_NO_KEYS
from app.content.values.quiz import CorrectionTime, GradingMethod
from app.content.values.text import CompletionCriterion, DocumentKind
from app.platform.errors import DomainError

STARTER, EDITORS = Path(__file__).parent / "starter", Path(__file__).parent / "editors"
ID = {"type": "string", "pattern": "^[a-z0-9-]{3,60}$"}
DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""Names the format: nobody fetches it."""


class FolderTaken(DomainError):
    """A course is begun in a new folder: nothing is written over."""


def begin_course(folder: Path) -> list[str]:
    """Writes a first course, in which each construct is shown once. Returns the paths written. Raises FolderTaken."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} existe déjà et n’est pas vide : donnez un autre nom.")
    paths = sorted(path.relative_to(STARTER).as_posix() for path in STARTER.rglob("*.md"))
    for path in paths:
        _write(folder / path, (STARTER / path).read_text(encoding="utf-8"))
    return paths


def equip(folder: Path) -> Iterator[tuple[str, bool]]:
    """Writes each file that is not there yet; gives its path, and whether it was written."""
    for path, make in EQUIPMENT.items():
        missing = not (folder / path).exists()
        if missing:
            _write(folder / path, make())
        yield path, missing


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")


# --- For editors ------------------------------------------------------------------------------------------------------


def code_snippets() -> str:
    """The toolbar of the atelier, as snippets of VS Code."""
    made = {
        each.label: {"prefix": f"c-{each.key}", "scope": "markdown", "body": _escape(each.text).split("\n"), "description": each.group} for each in SNIPPETS
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _escape(text: str) -> str:
    """What VS Code would take for a place to fill."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def _head(keys: tuple[str, ...], required: tuple[str, ...], known: Mapping[str, Any]) -> dict[str, Any]:
    yes_no = {key: {"enum": ["oui", "non"]} for key in keys if key in YES_NO_KEYS}
    shared = {"id": ID, "objectifs": {"type": "array", "items": {"type": "string", "pattern": "^[OM]\\d{1,2}\\s*:"}}, **yes_no}
    properties = {key: known.get(key, shared.get(key, {"type": ["string", "array"]})) for key in keys}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


HEADS: Mapping[DocumentKind, dict[str, Any]] = {
    DocumentKind.MODULE: _head(MODULE_KEYS, ("id", "titre", "histoire"), {"leçons": {"type": "array", "items": ID}, "quiz": ID}),
    DocumentKind.LESSON: _head(
        LESSON_KEYS,
        ("id", "titre"),
        {
            "durée": {"type": "string", "pattern": "^\\d{1,3}"},
            "quiz": ID,
            "achèvement": {"enum": [CompletionCriterion.READ.value, CompletionCriterion.PRESENCE.value]},
        },
    ),
    DocumentKind.QUIZ: _head(
        QUIZ_KEYS,
        ("id", "titre"),
        {
            "leçon": ID,
            "module": ID,
            "seuil": {"type": "string", "pattern": "^\\d{1,3}"},
            "note": {"enum": [each.value for each in GradingMethod]},
            "correction": {"enum": [each.value for each in CorrectionTime]},
            "achèvement": {"enum": [CompletionCriterion.PASSED.value, CompletionCriterion.SUBMITTED.value]},
        },
    ),
    DocumentKind.TOOL: _head(TOOL_KEYS, ("id", "titre", "usage", "moment", "forme"), {"forme": {"enum": ["texte", "tableau"]}}),
    DocumentKind.SURVEY: _head(SURVEY_KEYS, ("id", "titre"), {}),
    DocumentKind.COVER: _head(COVER_KEYS, (), {}),
}
"""Of each kind of file that has a head: what may stand in it."""


def head_schema() -> str:
    """The JSON Schema of heads: `$defs` has one for each kind of file."""
    kinds = [{"$ref": f"#/$defs/{kind.value}"} for kind in HEADS]
    schema = {"$schema": DRAFT, "title": "En-têtes d’un cours", "$defs": {kind.value: head for kind, head in HEADS.items()}, "anyOf": kinds}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _copy(name: str) -> Callable[[], str]:
    return lambda: (EDITORS / name).read_text(encoding="utf-8")


EQUIPMENT: Mapping[str, Callable[[], str]] = {
    ".vscode/tasks.json": _copy("tasks.json"),
    ".vscode/croisee.code-snippets": code_snippets,
    ".vscode/entetes.schema.json": head_schema,
    ".pre-commit-config.yaml": _copy("pre-commit.yaml"),
    ".github/workflows/cours.yml": _copy("github.yml"),
    ".gitlab-ci.yml": _copy("gitlab.yml"),
}
"""Path → what writes it."""
