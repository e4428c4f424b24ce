"""One word a thing: what `docs/contributors/vocabulaire.md` replaces is in no template, and in no sentence of the code that people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APP = ROOT / "app"
TEMPLATES = sorted(APP.glob("templates/**/*.html"))
SENTENCES = sorted(
    path
    for name in ("administration", "assessment", "identity", "learner", "network", "platform", "record", "reporting")
    for path in APP.glob(f"{name}/**/*.py")
)
"""Of the packages whose words are for learners, managers, administrators; the others speak of files, whose lists have elements."""

_REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'')
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_TOLD = re.compile(r'\b(?:aria-label|title|placeholder|alt|content|data-[a-z]+)="([^"]*)"')
_MARKUP = re.compile(r"[\w./-]*[_./#][\w./-]*|[a-z-]+")
"""A name, an address, a class: a quoted string that holds no word for people. An accent makes it one."""


def words_of_the_table() -> dict[str, str]:
    """What is refused → what is said instead."""
    rows = [
        line.strip("| ").split(" | ") for line in (ROOT / "docs/contributors/vocabulaire.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    return {refused.strip().lower(): word for word, _, replaced in rows[1:] for refused in replaced.split(",")}


REFUSED = words_of_the_table()
_FOUND = re.compile(rf"\b({'|'.join(map(re.escape, REFUSED))})s?\b", re.IGNORECASE)


def refused(text: str) -> list[str]:
    return [f"« {found} »: say « {REFUSED[found.lower()]} »" for found in _FOUND.findall(text.replace("'", "’"))]


def seen(template: str) -> Iterator[str]:
    """What a reader may meet of a template: its text, what its attributes say, and the sentences of its expressions."""
    template = _REMARK.sub(" ", template)
    for code in _CODE.findall(template):
        yield from (words for pair in _QUOTED.findall(code) for words in pair if not _MARKUP.fullmatch(words))
    text = _CODE.sub(" ", template)
    yield from _TOLD.findall(text)
    yield _TAG.sub(" ", text)


def sentences(source: str) -> Iterator[str]:
    """The strings of a module, but for its docstrings, names, and lists of words, which begin a line of their own."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in told
            and not node.value.startswith("\n")
            and not _MARKUP.fullmatch(node.value)
        ):
            yield node.value


def test_the_list_has_twenty_words_and_refuses_none_of_them() -> None:
    assert len(set(REFUSED.values())) == 20
    assert not set(REFUSED) & set(REFUSED.values())


@pytest.mark.parametrize(
    ("template", "found"), [("<p>Un élément</p>", 1), ('<p class="station">{{ n | plural("élément") }}{# station #}</p>', 1), ('<svg class="station"/>', 0)]
)
def test_a_word_is_found_wherever_it_is_read(template: str, found: int) -> None:
    assert len([one for text in seen(template) for one in refused(text)]) == found


def test_templates_say_one_word_a_thing() -> None:
    assert [f"{path.relative_to(APP)}: {one}" for path in TEMPLATES for text in seen(path.read_text(encoding="utf-8")) for one in refused(text)] == []


def test_sentences_of_the_code_say_one_word_a_thing() -> None:
    assert [f"{path.relative_to(APP)}: {one}" for path in SENTENCES for text in sentences(path.read_text(encoding="utf-8")) for one in refused(text)] == []
