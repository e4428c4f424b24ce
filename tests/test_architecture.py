"""The rules of the code's layout (CONTRIBUTING, `app/__init__`) that import-linter, ruff and mypy do not already check."""

from __future__ import annotations

import ast
import builtins
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

import app as package
from tests import urls

ROOT = Path(package.__file__).parent.parent
APP, TESTS = ROOT / "app", ROOT / "tests"
CODE = sorted(path for path in APP.rglob("*.py") if "migrations" not in path.parts)
"""A migration is as long as its tables."""
BOTH = [*CODE, *sorted(TESTS.rglob("*.py"))]
TEMPLATES = APP / "templates"
RAISES = re.compile(r"\bRaises ((?:`?[A-Z]\w+`?(?:, | or | and )?)+)")
OF_OTHERS = {"SMTPException"}
"""Errors of libraries."""
VAGUE = {"utils", "helpers", "common", "base", "data", "manager", "misc", "tools"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree_of(path)))


@pytest.fixture(scope="module", autouse=True)
def _forget_trees() -> Iterator[None]:
    """Read once for all these tests; they weigh more than what other tests need."""
    yield
    tree_of.cache_clear()
    nodes.cache_clear()


def docstring(path: Path) -> str:
    return ast.get_docstring(tree_of(path)) or ""


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef))


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_file_says_what_it_holds_and_is_short() -> None:
    assert [name(path) for path in BOTH if text_of(path).strip() and not docstring(path)] == [], "no docstring"
    assert [name(path) for path in BOTH if text_of(path).count("\n") > 450] == [], "split them by subject"
    assert [name(path) for path in BOTH if path.stem in VAGUE] == [], "name them for their subject"


def test_functions_are_small() -> None:
    sizes = {f"{name(path)}:{node.name}": length(node) for path in CODE for node in functions(path)}
    assert [where for where, size in sizes.items() if size > 50] == []
    assert statistics.median(sizes.values()) < 8


def mapped_folders() -> dict[Path, str]:
    """Folder → what it holds, as the map in `app/__init__` says; two spaces more are a folder further in."""
    found: dict[Path, str] = {}
    above: list[str] = []
    for indent, folder, text in re.findall(r"^((?:  )*)([a-z_]+) {2,}(\S.*)$", package.__doc__ or "", re.MULTILINE):
        above = [*above[: len(indent) // 2], folder]
        place = APP.joinpath(*above)
        assert place not in found
        found[place] = text
    return found


FOLDERS = sorted(path.parent for path in APP.rglob("__init__.py") if path.parent != APP)


def test_the_map_names_every_folder_and_no_other() -> None:
    assert sorted(mapped_folders()) == FOLDERS


def test_a_folder_says_what_the_map_says_of_it() -> None:
    assert {name(folder): docstring(folder / "__init__.py").partition("\n")[0] for folder in FOLDERS} == {
        name(folder): text for folder, text in mapped_folders().items()
    }


def test_tests_and_templates_stand_in_the_folders_of_the_packages() -> None:
    """Besides: what all tests share, proofs and benchmarks, the course's own, and templates that belong to no package."""
    packages = {path.parent.name for path in APP.glob("*/__init__.py")}
    shared = {"bench", "course", "courses", "proofs", "fixtures", "cases", "macros", "errors", "security", "__pycache__"}
    for top in (TESTS, TEMPLATES):
        assert {path.name for path in top.iterdir() if path.is_dir()} - packages - shared == set()


def test_no_test_imports_another() -> None:
    """Whoever runs one would collect both. What several need stands beside them, in a file that holds no test."""
    assert [name(path) for path in BOTH if re.search(r"^\s*(?:from|import) tests\.(?:\w+\.)*test_\w+", text_of(path), re.MULTILINE)] == []


def test_who_looks_after_territories_is_declared_once() -> None:
    """Elsewhere one asks `over_territories`: another role over territories is then a line of `identity/rules.py`."""
    naming = [name(path) for path in CODE if "Role.MANAGER" in text_of(path) and "demo" not in path.as_posix()]
    assert naming == ["app/identity/rules.py"]


def test_only_views_and_commands_commit() -> None:
    """A service flushes: whoever calls it decides what is one transaction."""
    calls = [path for path in CODE if re.search(r"\.commit\(\)", text_of(path))]
    entries = re.compile(r"Blueprint\(|AppGroup\(|@click\.|@blueprint\.|^@act\(", re.MULTILINE)
    assert [name(path) for path in calls if not entries.search(text_of(path)) and "views" not in path.stem] == []


def test_a_view_commits_at_most_once_on_each_way() -> None:
    views = [(path, node) for path in CODE for node in functions(path) if any(re.search("route|post", ast.dump(mark)) for mark in node.decorator_list)]
    assert len(views) > 50
    commits = {
        f"{name(path)}:{node.name}": sum(isinstance(inner, ast.Attribute) and inner.attr == "commit" for inner in ast.walk(node)) for path, node in views
    }
    assert [where for where, count in commits.items() if count > 1] == []


# --- Names that nothing uses ---

USED_FROM_OUTSIDE = re.compile(
    r"create_app|init_app|app/operations/serving\.py:|app/operations/console\.py:main$|app/platform/web/migrations\.py:(OPTIONS|downgrade)$"
)
"""By whoever starts the application, by gunicorn, by Alembic, by the command `croisee`."""


def top_names(tree: ast.Module) -> Iterator[str]:
    """The functions, classes and constants of a file, without those that a decorator hands to somebody: routes, commands, listeners."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from [node.name] * (not any(isinstance(mark, ast.Call | ast.Attribute) for mark in node.decorator_list if "dataclass" not in ast.dump(mark)))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name) and not target.id.startswith("__"))


def names_used(here: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of what a file uses: its own names, what it imports, and what it takes of a module that it imports."""
    imported: dict[str, str] = {}
    taken: list[tuple[str, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.module, alias.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield here, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            taken.append((node.value.id, node.attr))
    yield from ((imported[name], attribute) for name, attribute in taken if name in imported)


def module(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_a_name_that_only_tests_use_lives_among_the_tests() -> None:
    own: dict[tuple[str, str], str] = {}
    used: set[tuple[str, str]] = set()
    for path in CODE:
        tree = tree_of(path)
        own |= {(module(path), known): f"{name(path)}:{known}" for known in top_names(tree)}
        used.update(names_used(module(path), tree))
    assert [place for known, place in own.items() if known not in used and not USED_FROM_OUTSIDE.search(place)] == []


# --- Templates and addresses ---


def strings_of(path: Path) -> Iterator[str]:
    """Every template that a file names; `{…}` of an f-string is any word."""
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)


def test_every_template_is_used_and_every_one_that_is_named_exists() -> None:
    there = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()}
    named = {text for path in CODE for text in strings_of(path) if re.fullmatch(r"[\w/\\{}+.-]+\\?\.(html|txt|\\w\+)", text) and "/" in text}
    inner = {found for path in TEMPLATES.rglob("*.html") for found in re.findall(r'"([\w/]+\.html)"', path.read_text(encoding="utf-8"))}
    unused = {template for template in there if template not in inner and not any(re.fullmatch(text, template) for text in named)}
    assert unused == set()
    assert inner <= there
    plain = {text.replace("\\", "") for text in named if "\\w+" not in text and text.endswith(".html")}
    assert plain <= there


def test_the_addresses_are_those_of_the_list(app: Flask) -> None:
    """An address that people have bookmarked must not go by accident. On purpose: `python -m tests.urls > tests/urls.txt`."""
    assert urls.listed(app) == urls.FILE.read_text(encoding="utf-8")


def test_addresses_are_french_nouns_and_carry_ids(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        address = str(rule)
        if rule.endpoint not in ("static", "health.live", "health.ready"):
            assert re.fullmatch(r"(/([a-z0-9.-]+|<(int:)?[a-z_]+>))*/?", address), address


# --- Documents ---

PAGES = sorted([*ROOT.glob("docs/**/*.md"), *(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md")])
CONNECTIONS = re.compile(r"\.connect\(_?[a-z]|event\.listen|listens_for|app\.(before|after)_request|jinja_env\.globals")


def test_a_file_that_a_document_names_exists() -> None:
    named = {name(page): re.findall(r"`((?:app|tests|docs)/[\w./-]+?)(?::\w+)?`", text_of(page)) for page in PAGES}
    assert [f"{page}: {path}" for page, paths in named.items() for path in paths if not (ROOT / path).exists()] == []


def test_a_file_or_a_module_that_the_code_names_exists() -> None:
    """« `banks/queries.py` », from any folder above it; « `platform.clock.now` »: what follows the module is written in its file."""
    files = [f"/{name(path)}" for path in ROOT.glob("*/**/*.*") if path.parts[len(ROOT.parts)] in ("app", "tests", "docs", "deploy")]
    sources = [*CODE, *sorted(TEMPLATES.rglob("*.html"))]
    paths = {(name(source), path) for source in sources for path in re.findall(r"`((?:\w+/)+\w+\.(?:py|js|css|html))`", text_of(source))}
    assert {(source, path) for source, path in paths if not any(file.endswith(f"/{path}") for file in files)} == set()
    packages = "|".join(path.name for path in APP.iterdir() if path.is_dir())
    modules = {(name(source), path) for source in sources for path in re.findall(rf"`(?:app\.)?((?:{packages})(?:\.\w+)+)`", text_of(source))}
    assert {(source, path) for source, path in modules if not _is_in_the_code(path.split("."))} == set()


def _is_in_the_code(parts: list[str]) -> bool:
    for place in range(len(parts), 0, -1):
        folder = APP.joinpath(*parts[:place])
        module = folder.with_suffix(".py") if folder.with_suffix(".py").exists() else folder / "__init__.py"
        if module.exists():
            return place == len(parts) or re.search(rf"\b{parts[place]}\b", text_of(module)) is not None
    return False


def test_an_error_that_a_docstring_promises_exists() -> None:
    known = {node.name for path in CODE for node in nodes(path) if isinstance(node, ast.ClassDef)} | set(dir(builtins))
    promised = {(name(path), error) for path in CODE for said in RAISES.findall(text_of(path)) for error in re.findall(r"[A-Z]\w+", said)}
    assert sorted((where, error) for where, error in promised if error not in known | OF_OTHERS) == []


def test_a_link_to_a_document_leads_to_one() -> None:
    links = {page: re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+\.md)", text_of(page)) for page in PAGES}
    assert [f"{name(page)}: {link}" for page, found in links.items() for link in found if not (page.parent / link).exists()] == []


def test_the_page_of_implicit_connections_names_every_file_that_makes_one() -> None:
    page = (ROOT / "docs" / "contributors" / "wires.md").read_text(encoding="utf-8")
    connecting = [name(path) for path in CODE if CONNECTIONS.search(text_of(path))]
    assert [path for path in connecting if path not in page] == []


def test_the_bounds_of_a_pattern_are_no_value_of_a_string() -> None:
    """`rf".{2,30}"` looks for « (2, 30) »: its braces are doubled."""
    values = [
        (name(path), node.lineno)
        for path in CODE
        for node in nodes(path)
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Tuple | ast.Constant)
    ]
    assert not values
