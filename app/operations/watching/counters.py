"""Numbers that all processes of a server count together, in memory that they share: no file, no lock between processes, nothing left behind.

gunicorn's first process makes the memory before it makes the others (`app.operations.serving`), and gives each a part of it in which that one alone writes;
whoever is asked reads all parts. A process that follows another goes on in its part, so that what was counted never falls; one that is killed spoils nothing.
"""

from __future__ import annotations

import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterable

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds, of the histogram of durations; one more bucket holds what took longer."""
STATUSES = ("2xx", "3xx", "4xx", "5xx")
MOST_ENDPOINTS = 600
"""The first row is for what has none."""
PRESENT, OPEN, IN_USE = range(3)
"""Before the rows: is somebody counting here; connections to the database."""
HEAD = 3
SECONDS = len(STATUSES)
BUCKETS = SECONDS + 1
ROW = BUCKETS + len(BOUNDS) + 1
PART = HEAD + MOST_ENDPOINTS * ROW


class Counters:
    def __init__(self, parts: int) -> None:
        self.parts = parts
        self.cells = memoryview(mmap.mmap(-1, parts * PART * 8)).cast("d")  # pages that nobody writes cost nothing
        self.start = 0
        self.turn = threading.Lock()

    def begin(self, part: int) -> None:
        """This process counts in that part from now on."""
        self.start = part * PART
        self.leave(part)
        self.cells[self.start + PRESENT] = 1

    def leave(self, part: int) -> None:
        """Nobody counts there any more. What was counted stays; what was open is closed."""
        for cell in (PRESENT, OPEN, IN_USE):
            self.cells[part * PART + cell] = 0

    def add(self, cell: int, amount: float) -> None:
        with self.turn:
            self.cells[self.start + cell] += amount

    def request(self, row: int, seconds: float, status: int) -> None:
        first = self.start + HEAD + row * ROW
        with self.turn:
            self.cells[first + min(max(status // 100, 2), 5) - 2] += 1
            self.cells[first + SECONDS] += seconds
            self.cells[first + BUCKETS + bisect_left(BOUNDS, seconds)] += 1

    def total(self, cell: int) -> float:
        """Of all processes."""
        return sum(self.cells[part * PART + cell] for part in range(self.parts))

    def row(self, row: int) -> list[float]:
        """STATUSES, seconds, buckets, of all processes."""
        return [self.total(HEAD + row * ROW + cell) for cell in range(ROW)]


_shared: list[Counters] = []


def share(parts: int) -> None:
    """For the process that makes those which count."""
    _shared[:] = [Counters(parts)]


def here() -> Counters:
    """This process's; its own where nobody shared any."""
    if not _shared:
        share(1)
        _shared[0].begin(0)
    return _shared[0]


def first_free(taken: Iterable[int]) -> int:
    """A part that none of these is. Where all are taken, the last: two that count in it may lose a count."""
    used = set(taken)
    return next((part for part in range(here().parts) if part not in used), here().parts - 1)
