"""Python's collector of garbage, told to rest where all that is made is kept: it would look through it again and again for what may go."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest(*, set_aside: bool = False) -> Iterator[None]:
    """`set_aside`: all that there is at the end stays for good, and no later collection goes through it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if set_aside:
            gc.freeze()
        if was_enabled:
            gc.enable()
