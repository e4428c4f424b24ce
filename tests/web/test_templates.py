"""Habits that every template keeps: nothing inline, nothing from elsewhere, typographic apostrophes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app

FOLDER = Path(app.__file__).parent / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_inline(name: str) -> None:
    markup = JINJA.sub(" ", source(name))
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", markup, re.IGNORECASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_loaded_from_another_host(name: str) -> None:
    assert not re.search(r"\b(?:src|action|srcset|poster|data)\s*=\s*[\"'](?:https?:)?//|<link[^>]*https?:", source(name))


@pytest.mark.parametrize("name", TEMPLATES)
def test_apostrophes_are_typographic(name: str) -> None:
    text = TAG.sub("\n", JINJA.sub("\n", source(name)))
    assert re.findall(r"\w+'\w+", text) == []
