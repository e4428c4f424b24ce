"""What a kind of figure must do, from a typed line to a drawing and to words. mypy refuses a kind that lacks a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from markupsafe import Markup

from app.content.figures.figure import Figure, FigureItem, FigureLine, FigureRefused
from app.content.figures.shapes import Drawing


class FigureKind(Protocol):
    @property
    def css(self) -> str:
        """The end of its class."""

    @property
    def example(self) -> str:
        """A line as it should be typed."""

    @property
    def heads(self) -> tuple[str, ...]:
        """What may be said of the whole, besides a title and its sources."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Returns the widths of its drawings: one that serves everywhere, or a large and a narrow one."""

    @property
    def room(self) -> float:
        """Returns the width available for the longest word in the narrowest drawing."""

    def item(self, line: FigureLine) -> FigureItem:
        """What a line says, or `Refused`."""

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        """The names of its columns, where it has some."""

    def check(self, figure: Figure) -> None:
        """`Refused` where lines do not go together."""

    def draw(self, figure: Figure, width: int, identifier: str) -> Drawing | None:
        """Draws the figure; None where there is nothing to draw and the words say it all."""

    def describe(self, figure: Figure) -> str:
        """What the picture is, in a sentence, for who does not see it."""

    def words(self, figure: Figure) -> Markup:
        """Says the figure in words: every label, every text, every number."""


class PlainKind:
    """What most kinds are: without heads nor columns, their lines free of one another."""

    heads: tuple[str, ...] = ()

    def columns(self, heads: Mapping[str, str]) -> tuple[str, ...]:
        return ()

    def check(self, figure: Figure) -> None:
        """Checks nothing: any figure of this kind is valid."""


def two_parts(line: FigureLine, sign: str, example: str, *, last: bool = False) -> tuple[str, str]:
    """What stands before and after a sign; both must say something."""
    before, found, after = line.text.rpartition(sign) if last else line.text.partition(sign)
    if not found or not before.strip() or not after.strip():
        raise not_understood(line, example)
    return before.strip(), after.strip()


def not_understood(line: FigureLine, example: str) -> FigureRefused:
    return FigureRefused(f"Ligne de figure non comprise : « {line.text[:60]} ».", f"Écrivez « {example} ».")
