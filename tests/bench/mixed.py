"""Everything at once: readers, savers, exporters who leave midway, previews, imports and probes on one served site, for as long as one likes.

`python -m tests.bench.mixed 600` prints, for each database, requests, failures and times by kind of client, and what the site kept: crashed
workers, open files, SQLite's journal, transactions left open in PostgreSQL. Each part was fast and right alone; what fails, fails together.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from tests.bench.journeys import LESSON, Person, Site
from tests.bench.serving import BIN, ROOT, serving, workers
from tests.databases import fresh_database, running_postgres

PAGES = ("/", LESSON, "/modules/education-prioritaire", "/quiz/ep-origines-quiz", "/progression", "/glossaire", "/frise", "/reseau", "/aide")
FILES = ("/pilotage/personnes.csv", "/pilotage/personnes.xlsx", "/pilotage/personnes", "/pilotage/bilan", "/pilotage/personnes.csv?etat=en-cours")
PARAGRAPH = "Le contrat de ville **2024** réunit l’État et la commune[^1] ; le REP+ en est proche, et [[la cité]] aussi.\n\n"
BOUNDARY = "une-limite-entre-les-champs"


@dataclass
class Tally:
    """What one kind of client saw. Times in seconds."""

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left: int = 0
    """Answers that the client did not wait for."""

    def share(self, part: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * part))] if self.times else 0.0


@dataclass
class Report:
    seconds: float
    tallies: dict[str, Tally]
    crashed: list[str]
    """Lines of the server's log that tell of a worker killed or gone."""
    files: tuple[int, int]
    """Open file descriptors of all workers: after a minute's warm-up (or a third of the run), at the end."""
    journal: int
    """Bytes of SQLite's WAL at its largest; 0 on PostgreSQL."""
    open_transactions: int
    """Sessions « idle in transaction » when all clients have left; 0 on SQLite."""

    @property
    def wrong(self) -> list[str]:
        return [f"{kind}: {line}" for kind, tally in self.tallies.items() for line in tally.wrong]


class Client(threading.Thread):
    """One browser: does its act again and again until the end, and notes what it saw."""

    def __init__(self, kind: str, port: int, cookie: str, act: Callable[[Client], None], pause: float, until: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.kind, self.port, self.cookie, self.act, self.pause, self.until = kind, port, cookie, act, pause, until
        self.chance, self.tally = random.Random(seed), Tally()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def run(self) -> None:
        while time.monotonic() < self.until:
            try:
                self.act(self)
            except (OSError, http.client.HTTPException) as error:
                self.tally.wrong.append(f"{type(error).__name__}: {error}")
                self.connection.close()
            time.sleep(self.chance.uniform(0, 2 * self.pause))
        self.connection.close()

    def ask(self, method: str, path: str, body: bytes | str | None = None, kind: str = "application/x-www-form-urlencoded", leave: bool = False) -> bytes:
        headers = {"Cookie": self.cookie, "X-Requested-With": "fetch"} | ({"Content-Type": kind} if body is not None else {})
        began = time.monotonic()
        with suppress(http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):  # an idle connection that the server had closed
            return self._exchange(began, method, path, body, headers, leave)
        self.connection.close()
        return self._exchange(began, method, path, body, headers, leave)

    def _exchange(self, began: float, method: str, path: str, body: bytes | str | None, headers: dict[str, str], leave: bool) -> bytes:
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        if leave:
            answer.read(1024)
            answer.close()
            self.connection.close()
            self.tally.left += 1
            return b""
        data = answer.read()
        self.tally.times.append(time.monotonic() - began)
        if answer.status >= 400:
            self.tally.wrong.append(f"{method} {path}: {answer.status} {data[:200]!r}")
        return data


# --- What each kind does ---------------------------------------------------------------------------------------------


def read(client: Client) -> None:
    client.ask("GET", client.chance.choice(PAGES))


def probe(client: Client) -> None:
    client.ask("GET", client.chance.choice(("/healthz", "/healthz/live", "/healthz/ready")))


def export(client: Client) -> None:
    client.ask("GET", client.chance.choice(FILES), leave=client.chance.random() < 0.5)


def print_report(client: Client) -> None:
    client.ask("GET", "/pilotage/rapport.pdf", leave=client.chance.random() < 0.3)


def saver(site: Site, number: int) -> Callable[[Client], None]:
    person = site.people[number]
    action, fields = site.typed_question(person)

    def save(client: Client) -> None:
        client.ask("POST", action, urlencode([*fields, ("key", str(time.monotonic_ns())), ("texte", f"réponse {time.monotonic_ns()}"), ("then", "stay")]))

    return save


def previewer(token: str) -> Callable[[Client], None]:
    """Mostly a lesson's size, now and then all that the editor takes."""
    head = f"---\nid : {LESSON.rpartition('/')[2]}\ntitre : Les origines\ndurée : 10\n---\n\n"

    def preview(client: Client) -> None:
        size = 300_000 if client.chance.random() < 0.05 else client.chance.choice((5_000, 20_000))
        body = head + PARAGRAPH * (size // len(PARAGRAPH)) + "\n[^1]: Une source, 2024.\n"
        client.ask("POST", f"/atelier/documents/{LESSON.rpartition('/')[2]}/apercu", urlencode({"csrf_token": token, "text": body, "side": "etat"}))

    return preview


def importer(token: str) -> Callable[[Client], None]:
    """A file of people is checked, never applied."""

    def check(client: Client) -> None:
        first = client.chance.randrange(10**9)
        lines = "\r\n".join(f"Personne {n};p{n}@ville.example;collectivite;apprenant;Lens" for n in range(first, first + 300))
        file = f"Nom;Courriel;Employeur;Rôles;Territoire\r\n{lines}"
        parts = [("csrf_token", "", token), ("cohort", "", "0"), ("file", '; filename="personnes.csv"', file)]
        body = "".join(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n' for name, more, value in parts)
        client.ask("POST", "/administration/import", f"{body}--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}")

    return check


# --- The whole -------------------------------------------------------------------------------------------------------


def mixed(folder: Path, seconds: float, database: str = "") -> Report:
    """Prepare a demonstration in `folder`, serve it as `make serve` does, and put everything on it at once."""
    environ = {"CROISEE_INSTANCE": str(folder), "CROISEE_LOGIN_LIMIT": "1000000 per minute"} | ({"DATABASE_URL": database} if database else {})
    subprocess.run([str(BIN / "flask"), "--app", "app", "prepare"], cwd=ROOT, env={**os.environ, **environ}, check=True, capture_output=True)
    accounts = json.loads((folder / "demonstration.json").read_text(encoding="utf-8"))["accounts"]
    log = folder / "server.log"
    with serving("app:create_app()", environ, log) as (port, master):
        clients = _clients(port, accounts, time.monotonic() + seconds)
        for client in clients:
            client.start()
        early, journal = 0, 0
        while any(client.is_alive() for client in clients):
            time.sleep(0.5)
            journal = max(journal, *(path.stat().st_size for path in folder.glob("*.sqlite-wal")), 0)
            if not early and time.monotonic() > clients[0].until - max(seconds - 60, seconds * 2 / 3):
                early = _open_files(master)
        late = _open_files(master)
        idle = _idle_in_transaction(database) if database else 0
    tallies: dict[str, Tally] = {}
    for client in clients:
        tally = tallies.setdefault(client.kind, Tally())
        tally.times += client.tally.times
        tally.wrong += client.tally.wrong
        tally.left += client.tally.left
    crashed = re.findall(r".*(?:was sent SIG|WORKER TIMEOUT|exited with code).*", log.read_text(encoding="utf-8"))
    return Report(seconds, tallies, crashed, (early, late), journal, idle)


def _clients(port: int, accounts: list[dict[str, str]], until: float) -> list[Client]:
    of_role = {role: [each for each in accounts if each["role"] == role] for role in ("apprenant", "formateur", "responsable", "administrateur")}
    site = Site(port, of_role["apprenant"])
    trainer, manager, administrator = (Person(port, of_role[role][0]) for role in ("formateur", "responsable", "administrateur"))
    tokens = {who: who.get("/compte").form("/compte")["fields"]["csrf_token"] for who in (trainer, administrator)}
    savers = {number: saver(site, number) for number in range(4, 7)}  # first: beginning an attempt gives its cookie another token
    wanted = [
        *(("reading", site.people[number].cookie, read, 0.05) for number in range(4)),
        *(("saving", site.people[number].cookie, save, 0.05) for number, save in savers.items()),
        *(("exporting", manager.cookie, export, 0.2) for _ in range(2)),
        ("exporting", administrator.cookie, export, 0.2),
        ("printing", manager.cookie, print_report, 2.0),
        *(("previewing", trainer.cookie, previewer(tokens[trainer]), 0.3) for _ in range(2)),
        ("importing", administrator.cookie, importer(tokens[administrator]), 2.0),
        ("probing", "", probe, 0.1),
    ]
    for person in (*site.people, trainer, manager, administrator):
        person.connection.close()
    return [Client(kind, port, cookie, act, pause, until, seed) for seed, (kind, cookie, act, pause) in enumerate(wanted)]


def _open_files(master: int) -> int:
    return sum(len(list(Path(f"/proc/{child}/fd").iterdir())) for child in workers(master))


def _idle_in_transaction(database: str) -> int:
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"))
    engine.dispose()
    return int(found or 0)


def say(name: str, report: Report) -> None:
    for kind, tally in sorted(report.tallies.items()):
        figures = " ".join(f"{word}={1000 * tally.share(part):.0f}ms" for word, part in (("p50", 0.5), ("p99", 0.99), ("max", 1)))
        print(f"MIXED {name} {kind} requests={len(tally.times)} left={tally.left} {figures} wrong={len(tally.wrong)}")
    early, late = report.files
    print(f"MIXED {name} crashed={len(report.crashed)} files={early}->{late} journal={report.journal / 1e6:.1f}MB open_transactions={report.open_transactions}")
    for line in [*report.crashed, *report.wrong][:20]:
        print(f"  {line}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    with tempfile.TemporaryDirectory(prefix="croisee-mixed-") as folder, running_postgres() as server, fresh_database(server) as database:
        say("sqlite", mixed(Path(folder) / "sqlite", seconds))
        say("postgresql", mixed(Path(folder) / "postgresql", seconds, database))


if __name__ == "__main__":
    main()
