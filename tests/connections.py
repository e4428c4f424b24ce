"""What every test also proves: a request lets go of its connections, and nothing dear is done while the writer's turn is held.

`watch()` is called once a test process. It notes, thread by thread, which connections are out of their pool, and puts a guard before the
functions that cost time: in a request, each refuses to run while this thread's transaction holds SQLite's one writer's turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import has_app_context, has_request_context
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from app.platform.db.engines import TURN

_thread = threading.local()

DEAR = (
    ("markdown_it.main", "MarkdownIt.parse"),
    ("app.platform.sandbox", "output"),
    ("app.identity.hashing", "hash_password"),
    ("app.identity.forms", "verify_password"),
    ("zipfile", "ZipFile.__init__"),
    ("PIL.Image", "open"),
)
"""(module, function): reading, rendering, unpacking, hashing, Word, PDF, images."""


def held() -> set[ConnectionPoolEntry]:
    """The connections that this thread has out of their pool."""
    found: set[ConnectionPoolEntry] = _thread.__dict__.setdefault("held", set())
    return found


@contextmanager
def let_go_of() -> Iterator[None]:
    """What runs inside must leave no connection out of its pool. Inside an application's context the session outlives a request."""
    if has_app_context():
        yield
        return
    before = set(held())
    yield
    kept = held() - before
    assert not kept, f"{len(kept)} connections are still out of their pool"


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        assert not (has_request_context() and any(entry.info.get(TURN) for entry in held())), f"{name} runs while this thread holds the writer's turn"
        return function(*arguments, **options)

    return run


def watch() -> None:
    import importlib

    event.listen(Pool, "checkout", lambda _driver, entry, _proxy: held().add(entry))
    event.listen(Pool, "checkin", lambda _driver, entry: held().discard(entry))
    for module_name, path in DEAR:
        place: Any = importlib.import_module(module_name)
        *outer, name = path.split(".")
        for part in outer:
            place = getattr(place, part)
        setattr(place, name, _guarded(f"{module_name}.{path}", getattr(place, name)))
