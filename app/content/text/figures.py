"""Figures that the engine draws from words: fenced blocks `chronologie` and `barres`, read here into frozen values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.content.problems.catalogue import problem
from app.content.values.text import Problem

MAX_ITEMS = 40


class FigureKind(StrEnum):
    CHRONOLOGY = "chronologie"
    BARS = "barres"


@dataclass(frozen=True, slots=True)
class FigureItem:
    """`label : text`. `value` is the number of a bar, and 0 in a chronology."""

    label: str
    text: str
    value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figure:
    kind: FigureKind
    title: str
    unit: str
    items: tuple[FigureItem, ...]


_KINDS = {kind.value: kind for kind in FigureKind}
_HEADS = ("titre", "unité")
_SPACES = re.compile(r"\s")
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?")


def is_figure(info: str) -> bool:
    """Whether a fence's info string names a kind of figure."""
    return info.strip().casefold() in _KINDS


def read(path: str, info: str, content: str, first_line: int) -> tuple[Figure | None, tuple[Problem, ...]]:
    """The figure of a fence whose first line of content is the file's line `first_line`."""
    reader = _Reader(path, _KINDS[info.strip().casefold()], first_line)
    return reader.read(content)


class _Reader:
    def __init__(self, path: str, kind: FigureKind, first_line: int) -> None:
        self.path = path
        self.kind = kind
        self.first_line = first_line
        self.heads: dict[str, str] = {}
        self.items: list[FigureItem] = []
        self.problems: list[Problem] = []

    def read(self, content: str) -> tuple[Figure | None, tuple[Problem, ...]]:
        for line, written in enumerate(content.split("\n"), self.first_line):
            if written.strip():
                self._read_line(written.strip(), line)
        if not self.problems:
            self._check_whole()
        if self.problems:
            return None, tuple(self.problems)
        return Figure(self.kind, self.heads["titre"], self.heads.get("unité", ""), tuple(self.items)), ()

    def _report(self, line: int, message: str, hint: str) -> None:
        self.problems.append(problem(self.path, line, "E19", message, hint))

    def _read_line(self, written: str, line: int) -> None:
        label, colon, text = (part.strip() for part in written.partition(":"))
        if label.casefold() not in _HEADS and self.kind is FigureKind.BARS:
            label, colon, text = (part.strip() for part in written.rpartition(":"))  # a bar's own name may hold a colon
        if not colon or not label or not text:
            example = "1981 : texte" if self.kind is FigureKind.CHRONOLOGY else "libellé : 12,5"
            self._report(line, f"Ligne de figure non comprise : « {written[:60]} ».", f"Écrivez « {example} ».")
        elif label.casefold() in _HEADS:
            self.heads[label.casefold()] = text
        else:
            self._add(label, text, line)

    def _add(self, label: str, text: str, line: int) -> None:
        value = Decimal(0)
        if self.kind is FigureKind.BARS:
            number = _number(text)
            if number is None:
                self._report(line, f"« {text[:40]} » n’est pas un nombre positif.", "Écrivez le nombre seul, par exemple 12,5 ; l’unité va en tête.")
                return
            value = number
        self.items.append(FigureItem(label, text, value))

    def _check_whole(self) -> None:
        if "titre" not in self.heads:
            self._report(self.first_line, "Cette figure n’a pas de titre.", "Commencez par une ligne « titre : … ».")
        if not 2 <= len(self.items) <= MAX_ITEMS:
            self._report(self.first_line, f"Une figure compte de 2 à {MAX_ITEMS} éléments ; celle-ci en a {len(self.items)}.", "Ajoutez ou retirez des lignes.")


def _number(written: str) -> Decimal | None:
    """A positive number as French writes it, `1 362` or `12,5`, its unit tolerated after it when it is a sign."""
    bare = _SPACES.sub("", written).rstrip("%€")
    return Decimal(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) and bare.isascii() else None
