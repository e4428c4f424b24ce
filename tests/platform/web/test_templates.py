"""Habits that every template keeps: nothing inline, nothing from elsewhere, typographic apostrophes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

import app as application
from app.platform.web import templating

FOLDER = Path(application.__file__).parent / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_nothing_is_inline(subtests: pytest.Subtests) -> None:
    for name in TEMPLATES:
        with subtests.test(name):
            markup = JINJA.sub(" ", source(name))
            assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", markup, re.IGNORECASE)


def test_nothing_is_loaded_from_another_host(subtests: pytest.Subtests) -> None:
    for name in TEMPLATES:
        with subtests.test(name):
            assert not re.search(r"\b(?:src|action|srcset|poster|data)\s*=\s*[\"'](?:https?:)?//|<link[^>]*https?:", source(name))


def test_apostrophes_are_typographic(subtests: pytest.Subtests) -> None:
    for name in TEMPLATES:
        with subtests.test(name):
            text = TAG.sub("\n", JINJA.sub("\n", source(name)))
            assert re.findall(r"\w+'\w+", text) == []


def test_no_template_takes_a_name_that_every_page_reads(app: Flask) -> None:
    """The layout runs among the names of the page that extends it: a page's macro `place` would answer for the layout's."""
    for name in TEMPLATES:
        tree = app.jinja_env.parse(source(name))
        own = {macro.name for macro in tree.find_all(nodes.Macro)} | {word.name for word in tree.find_all(nodes.Name) if word.ctx == "store"}
        assert own.isdisjoint(app.jinja_env.globals), name


def test_templates_share_one_set_of_what_all_pages_find(app: Flask) -> None:
    """Whoever asks Jinja for its environment before it is told which gives every application Flask's own, which copies that set for each macro."""
    assert type(app.jinja_env) is templating.Templates


# --- What no page has: the declaration of accessibility says so --------------------------------------------------------

APP = FOLDER.parent
WRITTEN = sorted(path for kind in ("html", "py") for path in APP.rglob(f"*.{kind}") if path.suffix == ".html" or "rendering" in path.parts)
"""Where HTML is written: templates, and the engine that renders the course."""
SCRIPTS, STYLES = sorted(path for path in APP.rglob("*.js") if path.name != "codemirror.js"), sorted(APP.rglob("*.css"))
"""Our own: what CodeMirror does, tests/authoring/editor tries in a browser."""


def found(pattern: str, paths: list[Path]) -> list[str]:
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return [f"{path.relative_to(APP)}: {hit[0]}" for path, text in texts.items() for hit in re.finditer(pattern, text)]


def test_no_page_holds_a_frame_or_a_medium() -> None:
    """But the player of a recording of the library, which starts for nobody and stands with its transcription (tests/learner/reference/library)."""
    assert found(r"<(iframe|frame|video|audio|object|embed|canvas|marquee)\b(?! controls preload=\"none\")", WRITTEN) == []
    asked_for = "static/js/reading/recording.js: .play("  # a time of the transcription that somebody presses
    assert found(r"new Audio\(|\.play\(|speechSynthesis\.speak\(", SCRIPTS) == [asked_for]


def test_no_table_has_merged_cells() -> None:
    assert found(r"\b(colspan|rowspan)=", WRITTEN) == []


def test_no_page_opens_a_window_unsaid() -> None:
    openings = found(r"<[^>]*_blank[^>]*>.*", WRITTEN)
    assert [opening for opening in openings if "(nouvel onglet)" not in opening] == []
    assert found(r"window\.open\(|\bopen\(['\"`]", SCRIPTS) == []


def test_no_page_goes_away_by_itself() -> None:
    assert found(r"http-equiv=[\"']refresh", WRITTEN) == []
    asked_for = "preview.js"  # an author's own page, which follows the file that they save
    assert found(r"location\.reload\(|setInterval\(", [path for path in SCRIPTS if path.name != asked_for]) == []


def test_nothing_hangs_on_the_pointer_or_on_one_key() -> None:
    """A rule for what is hovered or has the focus changes how it looks, never what is there, but for the « ⋯ » of a lesson's headings, which the focus shows too and which always shows where nothing hovers; a script listens to clicks, and to keys held with Ctrl or Cmd. « / » alone is a key by itself, which one may turn off."""
    assert (
        found(r"\btitle=\"(?!\{\{ title \}\}\")[^\"]+\"(?=[^<]*>)", [path for path in WRITTEN if path.suffix == ".html" and "macros" not in path.parts]) == []
    )
    shown = r"(?:hover|focus|focus-within)[^{}]*\{[^}]*\b(?:display|visibility|opacity|content)\b"
    assert [rule for rule in found(shown, STYLES) if not re.search(r"\.acts|:focus-within, :has\(:popover-open\)", rule)] == []
    dragged = {"arranging.js", "plan.js"}  # an extra there: buttons, lists and the keyboard do the same
    dragged |= {"suggest.js"}  # a list under a field: its arrows, and the focus kept there while a line is pressed
    others = [path for path in SCRIPTS if path.name not in dragged]
    assert found(r"[\"'](?:mouse\w+|pointer\w+|touch\w+|device\w+|keypress)[\"']|accessKey", others) == []
    assert found(r"\baccesskey=", WRITTEN) == []
    listens = [path for path in others if re.search(r"[\"']key(down|up)[\"']", path.read_text(encoding="utf-8"))]
    assert [path.name for path in listens if not re.search(r"ctrlKey|metaKey", path.read_text(encoding="utf-8"))] == []
    assert [
        path.name for path in listens if re.search(r"\.key !?==+ \"/\"(?! \|\| document\.documentElement\.dataset\.shortcut)", path.read_text(encoding="utf-8"))
    ] == []


def test_styles_move_nothing() -> None:
    """But for who has not asked for less motion."""
    agreed = re.compile(r"@media[^{]*no-preference[^{]*\{(?:[^{}]|\{[^{}]*\})*\}")
    moving = re.compile(r"\b(?:transition|animation|scroll-behavior)(?:-\w+)*\s*:")
    assert [path.name for path in STYLES if moving.search(agreed.sub("", path.read_text(encoding="utf-8")))] == []
