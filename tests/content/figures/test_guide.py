"""The trainers' page on figures: an example of each kind, which the engine reads; the limits that it tells are the engine's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.content.figures.drawing import KINDS, kind_named
from app.content.figures.figure import FILLS
from app.content.values.text import FIGURE_DEPTH
from tests.content.figures.drawn import figure, tree

GUIDE = (Path(__file__).parents[3] / "docs/formateurs/figures.md").read_text(encoding="utf-8")
EXAMPLES = [(info, content) for info, content in re.findall(r"^```(\S+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL) if info != "text"]


@pytest.mark.parametrize(("info", "content"), EXAMPLES)
def test_each_example_is_drawn(info: str, content: str) -> None:
    assert tree(figure(info, content)).findall(".//svg")


def test_every_kind_has_one_example_with_its_picture() -> None:
    assert sorted(kind_named(info) for info, _ in EXAMPLES) == sorted(KINDS)
    assert GUIDE.count("```text\n") == len(KINDS)


def test_numbers_told_are_those_of_the_engine() -> None:
    assert (FIGURE_DEPTH, len(FILLS)) == (4, 4)
    assert "jusqu’à quatre étages" in GUIDE
    assert "de deux à quatre parts" in GUIDE
