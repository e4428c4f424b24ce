"""Names in plain words: a function is a verb with its object, or a noun of the field; a class has a name of its own."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import app as package

APP = Path(package.__file__).parent
CODE = sorted(path for path in APP.rglob("*.py") if "migrations" not in path.parts)
FOLDERS = sorted(path.parent for path in APP.rglob("__init__.py") if path.parent != APP)

PARTICIPLES = frozenset(
    re.findall(
        r"[a-z]+",
        """
        apart begun broken brought built caught chosen cut done drawn felt forgotten found given heard held hidden kept known led left lent lost made
        meant met misread paid put read said seen sent set shown sold spent split spoken stood stuck taken thought thrown together told torn unread unseen
        unsent withdrawn won worn written
        """,
    )
)
NOUNS = frozenset({"deed", "feed", "need", "red", "seed", "speed"})
"""Words in -ed that are no participle: any other is refused. Alone, a participle says neither what a function does nor what it gives."""

VERBS = frozenset({"cut", "put", "read", "set"})
"""These are verbs too, whose object may be the class of the method: `store.put(…)`."""

SHARED_CLASSES = frozenset({"Meta"})
"""A library finds these by their name: `Meta` of a WTForms form."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def is_participle(name: str) -> bool:
    word = name.strip("_")
    if re.search("[a-z][A-Z]", word):
        return False
    word = word.lower()
    return word in PARTICIPLES or (re.fullmatch("[a-z]+ed", word) is not None and word not in NOUNS)


def is_adjective(node: Definition) -> bool:
    """A property that is true or false reads as an adjective: `if meeting.moved`."""
    if not isinstance(node, ast.FunctionDef) or not isinstance(node.returns, ast.Name) or node.returns.id != "bool":
        return False
    return any(isinstance(each, ast.Name) and each.id in ("property", "cached_property") for each in node.decorator_list)


def definitions(node: ast.AST, owners: tuple[str, ...] = (), *, in_class: bool = False) -> Iterator[tuple[str, Definition, bool]]:
    """Each class and function below a node: its qualified name, itself, and whether a class holds it directly."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            names = (*owners, child.name)
            yield ".".join(names), child, in_class
            yield from definitions(child, names, in_class=isinstance(child, ast.ClassDef))
        else:
            yield from definitions(child, owners, in_class=in_class)


def vague_names(code: str) -> list[str]:
    """The qualified names of the functions, methods and classes that are a bare participle."""
    return [
        name
        for name, node, in_class in definitions(ast.parse(code))
        if is_participle(node.name) and not (in_class and (node.name in VERBS or is_adjective(node)))
    ]


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def place(path: Path) -> str:
    return path.relative_to(APP.parent).as_posix()


def test_no_function_and_no_class_is_a_bare_participle() -> None:
    assert [f"{place(path)}: {name}" for path in CODE for name in vague_names(text_of(path))] == []


def test_no_module_and_no_folder_is_a_bare_participle() -> None:
    assert [place(path) for path in [*CODE, *FOLDERS] if is_participle(path.stem)] == []


def test_a_class_name_stands_once_in_the_application() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in CODE:
        for _, node, _ in definitions(ast.parse(text_of(path))):
            if isinstance(node, ast.ClassDef) and node.name not in SHARED_CLASSES:
                places[node.name].append(place(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}, "say the subject in the name: `FigureKind`"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def told(): ...", ["told"]),
        ("async def _told(): ...", ["_told"]),
        ("def read(text): ...", ["read"]),
        ("def read_cover(text): ...", []),
        ("class Kept: ...", ["Kept"]),
        ("class KeptPassage: ...", []),
        ("def outer():\n    def made(): ...", ["outer.made"]),
        ("def outer():\n    def read(): ...", ["outer.read"]),
        ("class Store:\n    def read(self): ...\n    def asked(self): ...", ["Store.asked"]),
        ("class Row:\n    @property\n    def moved(self) -> bool: ...", []),
        ("class Row:\n    @property\n    def moved(self) -> list[str]: ...", ["Row.moved"]),
        ("class Row:\n    def moved(self) -> bool: ...", ["Row.moved"]),
        ("if True:\n    def said(): ...", ["said"]),
    ],
)
def test_what_a_bare_participle_is(code: str, names: list[str]) -> None:
    assert vague_names(code) == names
