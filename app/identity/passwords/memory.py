"""What the hash of a password needs for a moment, given back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress

MMAP_THRESHOLD, ARENA_MAX = -3, -8
"""Options of the C library's `mallopt`."""


def give_back() -> None:
    """From now on 19 MiB are taken by themselves and given back at once, where glibc would keep them for each thread that ever checked a password; and
    threads share two stocks of small pieces. Measured: a worker holds 97 MB after 4,000 requests, and 170 without. Other C libraries have no such options, and no such habit."""
    with suppress(AttributeError, OSError):
        options = ctypes.CDLL(None).mallopt
        options(MMAP_THRESHOLD, 1_000_000)
        options(ARENA_MAX, 2)
