"""In which order the choices of a question stand: from the attempt's seed alone. Pure.

A place in a shuffle is decided by SHA-256 over the seed and the text of what is shuffled: the same on every machine and every version of
Python, and telling nothing of the key (the same texts with another right answer come in the same order).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")


def shuffled(items: Iterable[T], seed: int, scope: str, text: Callable[[T], str]) -> tuple[T, ...]:
    """The items in the order that (seed, scope) gives them. Equal texts keep their order."""
    return tuple(sorted(items, key=lambda item: hashlib.sha256(f"{seed}\0{scope}\0{text(item)}".encode("utf-8", "surrogatepass")).digest()))


class QuestionLayout(Struct, frozen=True):
    """The order in which one attempt lays out one question's choices. Ids on the page are places in it, never keys of the file."""

    seed: int
    question_id: str
    shuffle: bool = True

    def mixed(self, items: Iterable[T], part: str, text: Callable[[T], str]) -> tuple[T, ...]:
        """The items of one part of the question in this attempt's order."""
        return shuffled(items, self.seed, f"{self.question_id}\0{part}", text)
