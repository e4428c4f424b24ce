"""The database away, then back: each page says so in time and what to do, gives back what was typed, and all goes on by itself."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sqlalchemy import select

from app.content.store.queries import Revision
from app.learner.notebook.notes import KeptPassage
from app.operations.jobs.queries import JobTimer
from app.platform.db import db
from tests.bench.faults.actors import Actor, Noting
from tests.bench.faults.house import House, running, wait
from tests.bench.faults.table import Line
from tests.bench.load import request_bytes
from tests.databases import stopped
from tests.strict import Page, check_page
from tests.words import SEND_AGAIN

PAGES = ("/", "/lecons/un-a", "/quiz/un-a-quiz", "/progression", "/reseau", "/atelier", "/connexion")
IN_TIME = 12.0
"""Seconds for any page: two connections that are waited for, on a slow machine."""
BACK = 15.0
NOTE = "Une note de deux lignes,\r\nécrite pendant ce temps"


@dataclass
class Absence:
    house: House
    reader: Actor
    wrong: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, head, page; a page that comes too late is wrong."""
        began = time.monotonic()
        status, head, body = self.reader.exchange(request_bytes(method, path, self.reader.cookie, fields.items() if fields else None))
        if time.monotonic() - began > IN_TIME:
            self.wrong.append(f"{path}: {time.monotonic() - began:.0f} s")
        self.asked += 1
        return status, head.decode(), body.decode()

    def away(self, method: str, path: str, fields: dict[str, str] | None = None) -> Page:
        status, head, body = self.ask(method, path, fields)
        page = check_page(body)
        if status != 503 or "retry-after" not in head.lower() or "Patientez" not in page.text:
            self.wrong.append(f"{method} {path}: {status}")
        return page

    def look(self, seconds: float, action: str, fields: dict[str, str]) -> dict[str, str]:
        """Everything once, then again until the time is over; the form that the last refusal gave back."""
        end = time.monotonic() + seconds
        while True:
            for path in PAGES:
                self.away("GET", path)
            form = self.away("POST", action, fields).form(SEND_AGAIN)
            states = [self.ask("GET", path)[0] for path in ("/healthz/live", "/healthz/ready")]
            if states != [200, 503]:
                self.wrong.append(f"health: {states}")
            if time.monotonic() > end:
                return dict(form["fields"])
            time.sleep(0.5)


def away(house: House, address: str, seconds: float) -> list[Line]:
    """`address`: of the server, which is stopped for so long."""
    people = house.people()
    house.serve()
    house.work()
    assert house.jobs
    jobs = house.jobs.pid
    wait(lambda: house.world.read(lambda session: session.scalar(select(JobTimer.name).limit(1))), "the jobs do not begin")
    reader = Noting(house, people["Personne 1"])
    assert reader.work(1)
    absence = Absence(house, reader)
    form = reader.get("/carnet/noter/lecon/un-b?ancre=fin").form("Enregistrer")
    with stopped(address):
        fields = absence.look(seconds, form["action"], {**form["fields"], "text": NOTE})
    with house.world.app.app_context():
        db.engine.dispose()  # this process's own connections: they were cut with the others
    reader.unexpected.clear()
    began = time.monotonic()
    try:
        wait(lambda: absence.ask("GET", "/")[0] == 200, "", BACK)
        wait(lambda: absence.ask("POST", form["action"], fields)[0] == 303, "", BACK)
    except RuntimeError:
        absence.wrong.append("it does not come back")
    back = time.monotonic() - began
    lines = [Line(f"the database away {seconds:.0f} s: pages", absence.asked, wrong=absence.wrong), Line(f"back in {back:.1f} s, what was typed", 1, 1)]
    kept = house.world.read(
        lambda session: list(session.scalars(select(KeptPassage.text).where(KeptPassage.person_id == reader.person).order_by(KeptPassage.id)))
    )
    lines[1].lost, lines[1].doubled = int(NOTE.replace("\r\n", "\n") not in kept), max(0, len(kept) - 2)
    return [*lines, _jobs_go_on(house, jobs, people["Théo Formateur"])]


def _jobs_go_on(house: House, jobs: int, author: int) -> Line:
    line = Line("the jobs go on", 1, 1)
    house.promise("date-0", author)
    house.due("publications")
    published = select(Revision.id).where(Revision.document_id == "date-0", Revision.text.contains("Des faits nouveaux."))
    try:
        wait(lambda: house.world.read(lambda session: session.scalar(published)), "", 60)
    except RuntimeError:
        line.lost = 1
    if not running(jobs):
        line.wrong.append("their process is gone")
    return line
