"""The kinds of figures by the name that is typed: the one place that knows them all."""

from __future__ import annotations

from app.content.figures.kinds.bars import Bars
from app.content.figures.kinds.chronology import Chronology
from app.content.figures.kinds.contrast import Contrast
from app.content.figures.kinds.kind import FigureKind
from app.content.figures.kinds.map import Map
from app.content.figures.kinds.parts import Parts
from app.content.figures.kinds.steps import Steps
from app.content.figures.kinds.tree import TreeFigure
from app.platform.french import fold

KINDS: dict[str, FigureKind] = {
    "chronologie": Chronology(),
    "barres": Bars(),
    "parts": Parts(),
    "arbre": TreeFigure(),
    "etapes": Steps(),
    "avant-apres": Contrast(),
    "carte": Map(),
}


def kind_named(info: str) -> str:
    """The name of the kind that a fence's info string gives, with or without accents; nothing when it is none."""
    name = fold(info.strip())
    return name if name in KINDS else ""
