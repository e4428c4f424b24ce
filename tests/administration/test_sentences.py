"""What this package and identity say to people keeps French spaces: narrow and unbreakable before « : », « ; », « ! », « ? » and inside guillemets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app

FOLDER = Path(app.__file__).parent
TERMINAL = {"cli.py", "privacy_cli.py", "backup_cli.py", "backup.py", "backup_archive.py", "backup_restore.py", "erasures.py", "demo.py"}
"""Said in a terminal, where plain spaces are the habit."""
LETTERS = {"letters.py", "invitations.py"}
"""Subjects of mail: plain, so that any mail program shows them."""
FILES = sorted(path for package in ("people", "identity") for path in (FOLDER / package).glob("*.py") if path.name not in TERMINAL | LETTERS)
WRONG = re.compile(r"\w (?:[:;!?»])(?:\s|$)|« ")


def sentences(path: Path) -> Iterator[str]:
    """The strings of a file, docstrings aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_french_spaces(path: Path) -> None:
    assert [text for text in sentences(path) if WRONG.search(text)] == []
