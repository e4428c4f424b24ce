"""A small site, served as `make serve` does with its jobs beside it, on either database: each of its processes may be killed, and is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import published_revision
from app.authoring.models import PlannedPublication
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.sessions import COOKIE
from app.operations.jobs.queries import JobProcess, JobTimer
from app.platform.db import db
from app.platform.settings import ROOT
from tests.bench.serving import BIN, free_port, serving, workers
from tests.making import make_app, make_settings, say_newest
from tests.network.meetings.meeting import announced
from tests.platform.mail.server import Server, listening
from tests.record import courses
from tests.record.world import Clock, World

TYPED = "## En quelle année ? {#annee}\n\nRéponse : une réponse que personne ne donne"
DATED = 40
"""Lessons of which a text is promised for a date, one at a time."""
PATIENCE = 30.0
"""Seconds for a process to come or to go."""


@dataclass
class House:
    world: World
    environ: dict[str, str]
    mail: Server
    log: Path
    port: int = field(default_factory=free_port)
    web: ExitStack = field(default_factory=ExitStack)
    master: int = 0
    jobs: subprocess.Popen[bytes] | None = None

    @property
    def instance(self) -> Path:
        return Path(self.environ["CROISEE_INSTANCE"])

    # --- Its processes ---

    def serve(self) -> None:
        _, self.master = self.web.enter_context(serving("app:create_app()", self.environ, self.log, self.port))

    def kill_first(self) -> None:
        """gunicorn's first process: its workers see that it is gone, and go; then systemd begins again."""
        orphans = workers(self.master)
        os.kill(self.master, signal.SIGKILL)
        self.web.close()
        wait(lambda: not any(map(running, orphans)), "workers outlive the first process")
        self.serve()

    def kill_worker(self, number: int) -> bool:
        alive = workers(self.master)
        with suppress(ProcessLookupError, IndexError):
            os.kill(alive[number % len(alive)], signal.SIGKILL)
            return True
        return False

    def work(self) -> None:
        """The process of the jobs. What a dead one had is free at once: two minutes are not waited for."""
        self.world.write(lambda session: session.execute(update(JobProcess).values(seen_at=datetime.now(UTC) - timedelta(hours=1))))
        self.jobs = self.command("jobs", "run")

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as told:
            return subprocess.Popen(
                [str(BIN / "flask"), "--app", "app", *words], cwd=ROOT, env={**os.environ, **self.environ}, stdout=told, stderr=told, start_new_session=True
            )

    def due(self, *timers: str) -> None:
        """As « Lancer maintenant » does."""
        self.world.write(lambda session: session.execute(update(JobTimer).where(JobTimer.name.in_(timers)).values(next_at=datetime.now(UTC))))

    # --- Its people ---

    def people(self) -> dict[str, int]:
        """By name."""
        return self.world.read(lambda session: {person.name: person.id for person in session.scalars(select(Person))})

    def cookie(self, person: int) -> tuple[str, str]:
        """A session of theirs, as a browser holds it, and the token of its forms."""
        client = self.world.signed_in(person)
        token = client.see("/compte").form("/compte")["fields"]["csrf_token"]
        held = (client.get_cookie(name) for name in (self.world.app.config["SESSION_COOKIE_NAME"], COOKIE))
        return "; ".join(f"{each.key}={each.value}" for each in held if each), token

    def promise(self, document: str, author: int) -> None:
        """A text whose date has just come."""
        now = datetime.now(UTC)

        def work(session: Session) -> None:
            base = published_revision(session, document)
            assert base
            session.add(
                PlannedPublication(
                    document_id=document,
                    author_id=author,
                    path=base.path,
                    text=base.text.replace("Des faits.", "Des faits nouveaux."),
                    media={},
                    base_revision_id=base.id,
                    change="mineure",
                    due_at=now - timedelta(minutes=1),
                    planned_at=now - timedelta(hours=1),
                )
            )

        self.world.write(work)

    def said(self, *words: str) -> tuple[int, str]:
        """A command, in this process."""
        done = self.world.app.test_cli_runner().invoke(args=list(words))
        return done.exit_code, done.output


def running(process: int) -> bool:
    """False for a zombie too."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait(until: Callable[[], object], why: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise RuntimeError(why)
        time.sleep(0.02)


@contextmanager
def house(folder: Path, database: str = "", learners: int = 60) -> Iterator[House]:
    """Its course, its people and a meeting; nothing of it is served yet."""
    database = database or f"sqlite:///{folder / 'croisee.sqlite'}"
    mail = Server()
    with listening(mail) as smtp:
        changes = {"smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_tls": False, "site_url": "https://croisee.example"}
        settings = make_settings(folder, database_url=database, **changes)
        world = World(make_app(settings), Clock(datetime.now(UTC) - timedelta(days=2)))
        _furnish(world, learners)
        environ = {
            "CROISEE_INSTANCE": str(folder),
            "DATABASE_URL": database,
            "CROISEE_SECRET_KEY": settings.secret_key,
            "CROISEE_SMTP_HOST": "127.0.0.1",
            "CROISEE_SMTP_PORT": str(smtp),
            "CROISEE_SMTP_TLS": "non",
            "CROISEE_SITE_URL": "https://croisee.example",
            "CROISEE_LOGIN_LIMIT": "1000 per minute",
        }
        made = House(world, environ, mail, folder.with_suffix(".log"))
        try:
            yield made
        finally:
            made.web.close()
            if made.jobs:
                made.jobs.terminate()
                made.jobs.wait(timeout=PATIENCE)
            with world.app.app_context():
                db.engine.dispose()


def _furnish(world: World, learners: int) -> None:
    small = [each for each in courses.small() if each[0] != "quizzes/un-a-quiz.md"]
    dated = [courses.lesson(f"date-{number}") for number in range(DATED)]
    world.publish_together(*small, courses.quiz("un-a-quiz", lesson="un-a", questions=TYPED), *dated)
    with world.app.app_context():
        say_newest()
    trainer = world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    announced(world, trainer, datetime.now(UTC) + timedelta(days=30))
    for number in range(learners):
        world.person(f"Personne {number}", enrolled=number < 4)
