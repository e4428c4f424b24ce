"""PostgreSQL, and PgBouncer before it with the very file of the operators' guide."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.bench.serving import wait_for
from tests.databases import running_postgres
from tests.proofs.shipped import shipped

SECRET = "un-mot-de-passe-de-preuve"
SITE, YEAR = "croisee", "annee"
"""Two databases: of the site, and of the year of timers."""
LEFT = """
SELECT (SELECT count(*) FROM pg_prepared_statements) AS prepared,
       (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
       (SELECT count(*) FROM pg_listening_channels()) AS channels,
       (SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r') AS tables,
       (SELECT count(*) FROM pg_cursors WHERE name <> '') AS cursors,
       (SELECT coalesce(string_agg(name || '=' || setting, ' '), '') FROM pg_settings WHERE source = 'session' AND name <> ALL(:own)) AS settings
"""
IDLE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = :name AND state LIKE 'idle in%' AND clock_timestamp() - state_change > interval '2 seconds' AND pid <> ALL(:own)
"""
OWN = ["client_encoding", "DateStyle", "TimeZone", "standard_conforming_strings", "IntervalStyle", "application_name", "search_path", "in_hot_standby"]
"""What PgBouncer itself sets for whoever it lends a connection to."""


@dataclass(frozen=True)
class Base:
    address: str
    """Of PostgreSQL itself, with `{}` in place of the database's name."""
    pooler: str

    def direct(self, name: str = SITE) -> str:
        return self.address.format(name)

    def pooled(self, name: str = SITE) -> str:
        return f"postgresql+psycopg://croisee:{SECRET}@{self.pooler}:6432/{name}"

    def left_behind(self, connections: int = 8) -> list[str]:
        """What a transaction finds of those before it in the connections that PgBouncer lends: nothing should be there."""
        engine = create_engine(self.pooled(), poolclass=NullPool, connect_args={"prepare_threshold": None})
        held = [engine.connect() for _ in range(connections)]  # at once, so that each is lent another
        try:
            rows = [each.execute(text(LEFT), {"own": OWN}).one() for each in held]
            idle = held[0].scalar(text(IDLE), {"name": SITE, "own": _pids(held)})
        finally:
            for each in held:
                each.close()
        return [str(row) for row in rows if any(row)] + [f"idle in transaction: {idle}"] * bool(idle)


def _pids(connections: list[Any]) -> list[int]:
    return [each.scalar(text("SELECT pg_backend_pid()")) for each in connections]


@contextmanager
def base(address: str) -> Iterator[Base]:
    """`address`: where PgBouncer listens."""
    temporary = tempfile.TemporaryDirectory(prefix="croisee-pgbouncer-")
    with running_postgres() as server, temporary as folder, _pooler(Path(folder), _prepared(server), address):
        yield Base(server, address)


def _prepared(server: str) -> str:
    """Where its socket stands, once it has the two databases."""
    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE croisee LOGIN PASSWORD '{SECRET}'"))
        for name in (SITE, YEAR):
            connection.execute(text(f"CREATE DATABASE {name} OWNER croisee ENCODING 'UTF8' TEMPLATE template0"))
        return str(connection.scalar(text("SHOW unix_socket_directories")))


@contextmanager
def _pooler(folder: Path, sockets: str, address: str) -> Iterator[None]:
    """The file as it is shipped, with another place for each thing that it names, and the year's database beside the site's."""
    users = folder / "userlist.txt"
    words = shipped(
        "pgbouncer.ini",
        (r"^croisee = .*$", "\n".join(f"{name} = host={sockets} port=5432 dbname={name}" for name in (SITE, YEAR))),
        (r"^listen_addr = .*$", f"listen_addr = {address}"),
        (r"/etc/pgbouncer/userlist\.txt$", str(users)),
        (r"^(logfile|pidfile|unix_socket_dir) = .*\n", ""),
    )
    users.write_text(f'"croisee" "{SECRET}"\n', encoding="utf-8")
    (folder / "pgbouncer.ini").write_text(words + "unix_socket_dir =\n", encoding="utf-8")
    for path, mode in ((folder, 0o755), (users, 0o644), (folder / "pgbouncer.ini", 0o644)):
        path.chmod(mode)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["pgbouncer", "-q", "-u", "embedded_postgres", str(folder / "pgbouncer.ini")], stdout=log, stderr=log, env={"PATH": "/usr/sbin:/usr/bin"}
        )
    try:
        wait_for(6432, process, address, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
