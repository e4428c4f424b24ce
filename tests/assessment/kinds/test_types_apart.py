"""A type of question is told apart in its own files alone: whoever adds one touches no page, no format and no package."""

from __future__ import annotations

import ast
import re
import typing
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

import app as package
from app.assessment.kinds.package_key import Marking
from app.assessment.kinds.registry import KINDS
from app.content.quiz.shapes import SHAPES
from app.content.values import quiz
from app.content.values.quiz import Answer, QuestionType

ROOT = Path(package.__file__).parent
TYPES = {each.__name__ for each in typing.get_args(Answer)}
OWN = ("content/quiz/", "content/values/quiz.py", "assessment/kinds/", "assessment/answers/")
"""Reading in Markdown, the values, the types themselves, and the rules by which what is typed is compared."""


def _told_apart(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == quiz.__name__:
            yield from TYPES & {name.name for name in node.names}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == QuestionType.__name__:
            yield f"{node.value.id}.{node.attr}"


def test_no_type_is_named_outside_its_own_files() -> None:
    names = {str(path.relative_to(ROOT)): path for path in ROOT.rglob("*.py")}
    quizzes = {name: path for name, path in names.items() if quiz.__name__ in path.read_text(encoding="utf-8")}
    assert {name: found for name, path in quizzes.items() if not name.startswith(OWN) and (found := sorted(_told_apart(path)))} == {}


def test_each_type_has_its_handler_its_shape_its_name_and_its_macros(app: Flask) -> None:
    assert set(KINDS) == set(SHAPES) == set(typing.get_args(Answer))
    assert {kind for handler in KINDS.values() for kind, _how in handler.marked} == set(quiz.KIND_NAMES) == set(QuestionType)
    macros = {name: app.jinja_env.get_template(name).module for name in ("macros/quiz.html", "exchange/packages/parts.html")}
    assert set(macros["macros/quiz.html"].TYPES) == set(macros["exchange/packages/parts.html"].KEYS) == {kind.value for kind in QuestionType}  # type: ignore[attr-defined]


def test_a_type_that_is_told_apart_is_seen(tmp_path: Path) -> None:
    (file := tmp_path / "a.py").write_text(f"from {quiz.__name__} import Gaps\nasked = question.kind is QuestionType.GAPS\n", encoding="utf-8")
    assert sorted(_told_apart(file)) == ["Gaps", "QuestionType.GAPS"]


def test_the_script_of_packages_counts_in_the_ways_that_a_key_may_name() -> None:
    script = (ROOT / "static" / "js" / "packages" / "grading.js").read_text(encoding="utf-8")
    (ways,) = re.findall(r"const MARKING = \{ (.*) \};", script)
    assert set(ways.split(", ")) == set(Marking)
