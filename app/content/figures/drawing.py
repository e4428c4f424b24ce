"""A fence of Markdown → a figure, and the figure as SVG with the same data in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from markupsafe import Markup
from msgspec.structs import replace

from app.content.figures.bars import Bars, Parts
from app.content.figures.figure import Figure, FigureItem, FigureKind, FigureLine, FigureRefused, caption, longest_piece, markup, measure, svg
from app.content.figures.lanes import Lanes
from app.content.figures.map import Map
from app.content.figures.steps import Chronology, Contrast, Steps
from app.content.figures.tree import TreeFigure
from app.content.problems.catalogue import problem
from app.content.values.text import FIGURE_ITEMS, FIGURE_LETTERS, Problem
from app.platform.french import fold, french

# --- The kinds of figures by the name that is typed: the one place that knows them all ---

KINDS: dict[str, FigureKind] = {
    "chronologie": Chronology(),
    "barres": Bars(),
    "parts": Parts(),
    "arbre": TreeFigure(),
    "etapes": Steps(),
    "avant-apres": Contrast(),
    "carte": Map(),
    "lignes": Lanes(),
}


def kind_named(info: str) -> str:
    """The name of the kind that a fence's info string gives, with or without accents; nothing when it is none."""
    name = fold(info.strip())
    return name if name in KINDS else ""


# --- Reading a fence: heads, lines, limits ---
#
# What a line says is its kind's business.

T = TypeVar("T")
_HEADS = ("titre", "sources")
_CALL = re.compile(r"\[\^([^\]\s]+)\]")
_CALLS = re.compile(r"(?:\[\^[^\]\s]+\]\s*)+")


def is_figure(info: str) -> bool:
    """Whether a fence's info string names a kind of figure."""
    return bool(kind_named(info))


def read_figure(path: str, info: str, content: str, first_line: int) -> tuple[Figure | None, tuple[Problem, ...]]:
    """The figure of a fence whose first line of content is the file's line `first_line`."""
    reader = _FigureReader(path, kind_named(info), first_line)
    return reader.read(content)


def figure_of(info: str, content: str) -> Figure | None:
    """The figure alone, for who shows it."""
    return read_figure("", info, content, 1)[0]


class _FigureReader:
    def __init__(self, path: str, name: str, first_line: int) -> None:
        self.path = path
        self.name = name
        self.kind: FigureKind = KINDS[name]
        self.first_line = first_line
        self.heads: dict[str, str] = {}
        self.items: list[FigureItem] = []
        self.problems: list[Problem] = []

    def read(self, content: str) -> tuple[Figure | None, tuple[Problem, ...]]:
        for number, written in enumerate(content.split("\n"), self.first_line):
            if written.strip():
                self._try(number, self._read_line, FigureLine(written.strip(), len(written) - len(written.lstrip()), number))
            if max(len(self.items), len(self.problems)) > FIGURE_ITEMS:
                break
        figure = self._figure()
        if not self.problems:
            self._try(self.first_line, self._check, figure)
        return (None if self.problems else figure), tuple(self.problems)

    def _try(self, number: int, act: Callable[[T], None], value: T) -> None:
        try:
            act(value)
        except FigureRefused as refused:
            self.problems.append(problem(self.path, refused.line or number, "E19", refused.message, refused.hint))

    def _read_line(self, line: FigureLine) -> None:
        name, colon, said = (part.strip() for part in line.text.partition(":"))
        if colon and said and name.casefold() in (*_HEADS, *self.kind.heads):
            self.heads[name.casefold()] = said
            return
        item = self.kind.item(line)
        for part in (item.label, item.text, item.then):
            self._fits(part)
        self.items.append(replace(item, line=line.number))

    def _fits(self, text: str) -> None:
        if len(text) > FIGURE_LETTERS:
            hint = f"Dites-le en {FIGURE_LETTERS} signes au plus ; le reste va dans le texte."
            raise FigureRefused(f"Trop de mots pour une figure : « {text[:40]}… ».", hint)
        longest = longest_piece(french(text))
        if measure(longest, strong=True) > self.kind.room:
            raise FigureRefused(f"« {longest[:40]} » est trop long pour tenir dans cette figure.", "Abrégez ce mot, ou coupez-le par un trait d’union.")

    def _figure(self) -> Figure:
        calls = tuple(_CALL.findall(self.heads.get("sources", "")))
        return Figure(self.name, self.heads.get("titre", ""), tuple(self.items), self.heads.get("unité", ""), self.kind.columns(self.heads), calls=calls)

    def _check(self, figure: Figure) -> None:
        if not figure.title:
            raise FigureRefused("Cette figure n’a pas de titre.", "Commencez par une ligne « titre : … ».")
        if not _CALLS.fullmatch(self.heads.get("sources", "[^s]")):
            raise FigureRefused("Sources de figure non comprises.", "Écrivez les appels de notes seuls : « sources : [^s12] [^s13] ».")
        if not 2 <= len(figure.items) <= FIGURE_ITEMS:
            counted = f"plus de {FIGURE_ITEMS}" if len(figure.items) > FIGURE_ITEMS else str(len(figure.items))
            raise FigureRefused(f"Une figure compte de 2 à {FIGURE_ITEMS} éléments ; celle-ci en a {counted}.", "Ajoutez ou retirez des lignes.")
        for part in (figure.title, *figure.columns):
            self._fits(part)
        self.kind.check(figure)


# --- A figure as HTML: its caption, its drawing, the same data in words ---


def draw(figure: Figure, identifier: str, calls: Markup = Markup("")) -> Markup:  # noqa: B008 — frozen, and empty
    """A `<figure>` whose ids begin with `identifier`, unique in the page. `calls` are those of its notes."""
    kind = KINDS[figure.kind]
    return markup(
        '<figure class="chart chart-{kind}{both}" aria-label="{caption}">\n<figcaption>{caption}{calls}</figcaption>\n{drawn}{words}</figure>\n',
        kind=kind.css,
        both=" chart-both" if len(kind.widths) > 1 else "",
        caption=caption(figure),
        calls=calls,
        drawn=Markup("").join(_drawings(figure, identifier)),
        words=kind.words(figure),
    )


def _drawings(figure: Figure, identifier: str) -> Iterator[Markup]:
    """One, or two of which the style sheet shows that which the page has room for."""
    kind = KINDS[figure.kind]
    for width in kind.widths:
        css = "" if len(kind.widths) == 1 else "chart-narrow" if width == min(kind.widths) else "chart-wide"
        figure_id = f"{identifier}-{css.removeprefix('chart-')}" if css else identifier
        drawing = kind.draw(figure, width, figure_id)
        if drawing:
            yield svg(figure_id, width, drawing, figure.title, kind.describe(figure), css)
