"""All that the machine bears, and what was seen of it."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from app import create_app
from app.identity.rules import Role
from app.platform.db import db
from app.platform.log import logger
from app.platform.web import migrations
from tests.authoring.incoming.documents import Docx, paragraph
from tests.bench.load import form_with_file
from tests.bench.scale import filling
from tests.bench.serving import ROOT, workers
from tests.making import make_settings
from tests.platform.mail.server import Server, listening
from tests.proofs.hosts.browsing import Browser, Tally, Way
from tests.proofs.hosts.host import KEY, Host
from tests.proofs.hosts.learners import Learner, enrolled
from tests.proofs.shipped import behind_nginx, nginx
from tests.proofs.small.crowd import PAGES, Crowd
from tests.proofs.small.machine import ADDRESS, NUMBER, Small, Watch, small

LEARNERS = 50
CRASHED = re.compile(r".*(?:was sent SIG|WORKER TIMEOUT|exited with code|MemoryError).*")


@dataclass
class RegionFigures:
    """Sizes in bytes."""

    crowd: Crowd
    bounded: bool
    most: dict[str, int]
    rest: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    killed: int = 0
    runs: int = 0
    letters: int = 0

    @property
    def requests(self) -> int:
        return self.crowd.tally.requests

    def __str__(self) -> str:
        crowd, mega = self.crowd, 1_000_000
        lines = [
            f"memory at rest: {', '.join(f'{name} {size / mega:.0f} MB' for name, size in self.rest.items())}; in all {sum(self.rest.values()) / mega:.0f} MB",
            *(f"memory, most {what}: {size / mega:.0f} MB" for what, size in self.most.items()),
            f"requests: {self.requests} in {crowd.seconds:.0f} s by {LEARNERS} learners; not answered: {dict(crowd.tally.wrong) or 0}; odd: {len(crowd.odd)}",
            *(
                f"{kind}: p50 {crowd.share(kind, 0.5):.0f} ms, p99 {crowd.share(kind, 0.99):.0f} ms, of {len(crowd.times[kind])}"
                for kind in sorted(crowd.times)
            ),
            f"a day of the told clock: {self.runs} runs, {self.letters} emails",
            f"killed: {self.killed}, in {'512 MB and ' if self.bounded else 'an unbounded memory (no group can be made here) and '}one processor",
        ]
        return "\n".join(f"SMALL {line}" for line in lines + self.wrong[:20])


def region(folder: Path, people: int, seconds: float, *, day: bool) -> RegionFigures:
    """All of it; with a day of the told clock, or without."""
    app = create_app(make_settings(folder / str(NUMBER), secret_key=KEY))
    fill(app, people)
    learners, (trainer,), (manager,) = (enrolled(app, name, count, role) for name, count, role in GROUPS_OF_PEOPLE)
    with small() as machine, listening(mail := Server()) as port:
        host = Host(
            machine, NUMBER, folder, app.config["CROISEE"].database_url, {**SETTINGS, "CROISEE_BACKUPS": f"{folder}/backups", "CROISEE_SMTP_PORT": f"{port}"}
        )
        host.flask("prepare")
        crowd, watch = Crowd(app, "small", [(ADDRESS, 443)]), Watch(machine)
        found = RegionFigures(crowd, machine.group is not None, most=watch.most)
        watch.start()
        with closing(crowd.tally):
            serve(host, machine, lambda: load(host, crowd, learners, (trainer, manager), seconds, watch), found, learners[0])
        if day:
            with watch.note_most_while("in a day of the told clock"):
                pass_day(host, found)
            found.letters = len(mail.taken)
        watch.end()
        found.killed = machine.kill_count
    with app.app_context():
        db.engine.dispose()
    return found


def fill(app: Flask, people: int) -> None:
    with app.app_context():
        migrations.upgrade()
    assert app.test_cli_runner().invoke(args=["content", "sync"]).exit_code == 0
    logger.setLevel(logging.WARNING)  # what this process does for them is no news
    filling.fill(app, people, lambda _done: None)


def serve(host: Host, machine: Small, act: Callable[[], None], found: RegionFigures, learner: Learner) -> None:
    """With nginx before it, for as long as the act takes."""
    site = behind_nginx(host.folder, (r"listen (80|443)\b", rf"listen {ADDRESS}:\1"), (r"127\.0\.0\.1:8000", f"{ADDRESS}:8000"))
    with nginx(host.folder, site, 443, ADDRESS, lambda *command: machine.on(NUMBER, *command)):
        host.start()
        try:
            found.rest = at_rest(host, machine, learner)
            act()
        finally:
            host.stop()
    found.wrong += [*found.crowd.odd, *found.crowd.tally.silent, *CRASHED.findall(host.log.read_text(encoding="utf-8"))]


def pass_day(host: Host, found: RegionFigures) -> None:
    told = host.network.on(NUMBER, sys.executable, "-m", "tests.proofs.small", "day")
    said = subprocess.run(told, cwd=ROOT, env=host.environ(), stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    found.runs = int(said[-1])
    found.wrong += said[:-1]


SETTINGS = {"CROISEE_POOLER": "non", "CROISEE_SMTP_HOST": "127.0.0.1", "CROISEE_SMTP_TLS": "non"}
GROUPS_OF_PEOPLE = (("small", LEARNERS, Role.LEARNER), ("trainer", 1, Role.TRAINER), ("manager", 1, Role.ADMINISTRATOR))


def at_rest(host: Host, machine: Small, learner: Learner) -> dict[str, int]:
    """By process, once each has done something."""
    tally = Tally()
    with closing(tally):
        for path in PAGES:
            Browser(learner.cookies, lambda: (ADDRESS, 443), tally).get(path)
    time.sleep(3)  # the jobs' first turn
    sizes, (master, jobs) = machine.sizes(), [process.pid for process in host.processes]
    named = {"master": master, **{f"worker {number}": pid for number, pid in enumerate(workers(master), 1)}, "jobs": jobs}
    return {**{name: sizes.pop(pid) for name, pid in named.items()}, "nginx and what else": sum(sizes.values())}


def load(host: Host, crowd: Crowd, learners: list[Learner], others: tuple[Learner, Learner], seconds: float, watch: Watch) -> None:
    began = time.monotonic()
    crowd.until = began + seconds
    way: Callable[[], Way] = lambda: (ADDRESS, 443)  # noqa: E731
    trainer, manager = (Browser(each.cookies, way, crowd.tally) for each in others)
    acts: tuple[tuple[float, str, Callable[[], object]], ...] = (
        (0.2, "during a PDF", lambda: crowd.expect(manager.get("/pilotage/rapport.pdf"), 200)),
        (0.4, "during a Word document", lambda: send_document(crowd, trainer)),
        (0.6, "during a backup by its command", lambda: host.flask("backup", str(host.folder / "during.zip"))),
    )
    with ThreadPoolExecutor(len(learners)) as pool, watch.note_most_while("under load"):
        going = [pool.submit(crowd.one, learner) for learner in learners]
        for part, what, act in acts:
            time.sleep(max(0.0, began + part * seconds - time.monotonic()))
            with watch.note_most_while(what):
                try:
                    act()
                except AssertionError as error:
                    crowd.odd.append(f"{what}: {error}")
        for each in going:
            each.result()
    crowd.seconds = time.monotonic() - began
    with watch.note_most_while("after the load"):
        time.sleep(1)


def send_document(crowd: Crowd, trainer: Browser) -> None:
    paragraphs = [paragraph("Le contrat de ville", style="Titre"), *(paragraph(f"Le contrat de ville réunit l’État et la commune. {n}") for n in range(400))]
    token = crowd.expect(trainer.get("/atelier/importer"), 200).token
    sent = form_with_file("cours.docx", Docx(paragraphs).data(), "files", csrf_token=token)
    crowd.expect(trainer.ask("POST", "/atelier/importer", sent), 303)
