"""What a database is in trouble about, by its own code of an error: SQLite's and PostgreSQL's."""

from __future__ import annotations

from enum import Enum


class Trouble(Enum):
    """What the database's own code of an error means for whoever reads it."""

    BUSY = "somebody else writes"
    FULL = "the disk is full"
    READ_ONLY = "the file or its folder may not be written"
    DAMAGED = "the file is no sound database"
    OTHER = "something else"


_TROUBLES = {
    "55P03": Trouble.BUSY,  # PostgreSQL's: lock_not_available
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
}


def trouble(error: BaseException) -> Trouble:
    """What an error of the database is about."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    return _TROUBLES.get("_".join(code.split("_")[:2]), Trouble.OTHER)  # SQLITE_BUSY_SNAPSHOT is a kind of SQLITE_BUSY
