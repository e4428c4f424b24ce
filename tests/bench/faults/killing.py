"""`kill -9` of gunicorn's workers and first process, of the jobs and of what they run, under load; then what is kept is compared with what was acknowledged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.assessment.models import Attempt
from app.authoring.models import Draft, PlannedPublication
from app.content.store.queries import Revision, course
from app.identity.models import Person
from app.learner.notebook.notes import KeptPassage
from app.network.meetings.models import MeetingPerson
from app.network.meetings.rules import Seat
from app.operations.backup.write import Archive
from app.platform.db import db
from app.platform.mail.outbox import CLAIM, OutgoingMail, send_pending
from app.record.ledger import find_differences
from app.record.progress.models import LearningEvent
from tests.bench.faults.actors import Actor, Answering, Noting, Picturing, Reading, Registering, Sending, end, several
from tests.bench.faults.house import House, running, wait
from tests.bench.faults.table import Line, answered, compared, damage
from tests.bench.serving import workers

LEARNERS = 3
"""The first of the people answer, note and send; those after them ask for places."""
APART = 6
"""Acts acknowledged between two kills."""


@dataclass
class Kills:
    """How many of each."""

    workers: int
    first: int
    jobs: int
    commands: int

    def order(self, chance: random.Random) -> list[str]:
        kinds = ["workers"] * self.workers + ["first"] * self.first + ["jobs"] * self.jobs + ["commands"] * self.commands
        chance.shuffle(kinds)
        return kinds


@dataclass
class Run:
    house: House
    chance: random.Random
    actors: list[Actor] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    promised: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    """Files that look whole and are not."""

    def begin(self) -> None:
        people = self.house.people()
        learners = [number for name, number in people.items() if name.startswith("Personne")]
        self.trainer = people["Théo Formateur"]
        one, two, three, *others = learners
        self.house.serve()
        self.house.work()
        self.actors = [Answering(self.house, one), Noting(self.house, two), Sending(self.house, three), Reading(self.house, others[0])]
        self.actors += [Registering(self.house, others), Picturing(self.house, self.trainer)]
        for actor in self.actors:
            actor.start()

    def kill(self, kind: str) -> None:
        several(self.actors, APART)
        time.sleep(self.chance.uniform(0, 0.03))
        {"workers": self._worker, "first": self.house.kill_first, "jobs": self._jobs, "commands": self._command}[kind]()
        self.done[kind] += 1

    def _worker(self) -> None:
        wait(lambda: self.house.kill_worker(self.chance.randrange(8)), "no worker comes")

    def _jobs(self) -> None:
        """The process, or what it runs, or both: a text whose date has come, letters and papers wait for it."""
        jobs = self.house.jobs
        assert jobs
        document = f"date-{len(self.promised)}"
        self.house.promise(document, self.trainer)
        self.promised.append(document)
        self.house.due("publications", "mail", "syntheses")
        with suppress(RuntimeError):
            wait(lambda: children(jobs.pid), "it runs nothing", 6)
        time.sleep(self.chance.uniform(0.5, 2.5))
        for victim in self.chance.choice(([jobs.pid], [*children(jobs.pid), jobs.pid])):
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        jobs.wait(timeout=30)
        self.house.work()

    def _command(self) -> None:
        """A backup or a paper, once it has begun."""
        number = self.done["commands"]
        target = self.house.instance.with_name(f"{self.house.instance.name}-{number}.zip")
        if number % 2:
            killed(self.house.command("syntheses", "make"), children, self.chance)
        else:
            killed(self.house.command("backup", str(target)), lambda _pid: list(target.parent.glob(f"{target.name}.*")), self.chance)
            self.half += [target.name] * (target.exists() and not whole(target))
        self.half += [path.name for path in self.papers() if not path.read_bytes().rstrip().endswith(b"%%EOF")]

    def papers(self) -> Iterable[Path]:
        return self.house.instance.rglob("*.pdf")

    def settle(self) -> None:
        """Everybody has left; what died lets go of what it had, in five minutes that are not waited for, and the rest is done."""
        end(self.actors)
        house = self.house
        house.due("publications", "syntheses")
        for command in (("atelier", "publish-due"), ("syntheses", "make"), ("backup", str(house.instance.with_suffix(".zip")))):
            code, said = house.said(*command)
            self.half += [f"{command[0]}: {said[-200:]}"] * bool(code)
        with house.world.app.app_context():
            send_pending(datetime.now(UTC) + CLAIM + timedelta(minutes=1))


def children(process: int) -> list[int]:
    """None of one that is gone."""
    with suppress(OSError):
        return workers(process)
    return []


def killed(process: subprocess.Popen[bytes], begun: Callable[[int], object], chance: random.Random) -> None:
    end = time.monotonic() + 30
    while not begun(process.pid) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.15))
    process.kill()
    process.wait()


def whole(path: Path) -> bool:
    with suppress(Exception):
        Archive(path).validate()
        return True
    return False


# --- What is kept ----------------------------------------------------------------------------------------------------


def lines(run: Run) -> list[Line]:
    """The table, once all is settled."""
    names = {"workers": "web worker", "first": "gunicorn’s first process", "jobs": "jobs, or what they run", "commands": "a backup, a paper half made"}
    found = [Line(f"killed: {words}", run.done[kind]) for kind, words in names.items()]
    acts = {type(actor): actor for actor in run.actors}
    found += run.house.world.read(lambda session: _kept(session, run, acts))
    found.append(Line("what else people saw", wrong=[each for actor in run.actors for each in actor.unexpected if not busy(each)]))
    return found


def busy(said: str) -> bool:
    """One image at a time on a host: whoever comes meanwhile is asked to come again."""
    return said.endswith(": 503") and "/images" in said


def _kept(session: Session, run: Run, acts: dict[type[Actor], Actor]) -> list[Line]:
    draft = session.scalar(select(Draft).where(Draft.document_id == "un-a"))
    images = sorted(draft.media) if draft else []
    return [
        answered(session, acts[Answering].acknowledged),
        _note(session, acts[Noting]),
        _sent(session, acts[Sending]),
        *_places(session, run, acts[Registering]),
        compared("an image", acts[Picturing].acknowledged, images),
        _dated(session, run.promised),
        Line("backups and papers", run.done["commands"], wrong=run.half),
        _sound(session, run.house),
    ]


def _note(session: Session, actor: Actor) -> Line:
    """It is written over: the last that was acknowledged stands, or a later one."""
    stored = [int(row.text.split()[1]) for row in session.scalars(select(KeptPassage).where(KeptPassage.person_id == actor.person))]
    return Line("a note", 0, len(actor.acknowledged), int(max(actor.acknowledged, default=0) > max(stored, default=0)), max(0, len(stored) - 1))


def _sent(session: Session, actor: Actor) -> Line:
    submitted = set(session.scalars(select(Attempt.id).where(Attempt.person_id == actor.person, Attempt.submitted_at.is_not(None))))
    told = select(LearningEvent.attempt_id, LearningEvent.event).where(LearningEvent.person_id == actor.person, LearningEvent.attempt_id.is_not(None))
    events = [(attempt, event) for attempt, event in session.execute(told) if attempt in submitted]
    line = compared("a quiz that was sent", actor.acknowledged, submitted)
    line.lost += len(submitted - {attempt for attempt, _event in events})
    line.doubled = len(events) - len(set(events))
    return line


def _places(session: Session, run: Run, actor: Actor) -> list[Line]:
    """Each place has its row and one letter: the same letter may come again, under its own number, where its sender died before it heard the server."""
    seated = list(session.scalars(select(MeetingPerson.person_id).where(MeetingPerson.seat == Seat.TAKEN)))
    addresses = {person.id: person.email for person in session.scalars(select(Person))}
    came: dict[str, set[str]] = {}
    for recipients, message in run.house.mail.taken:
        came.setdefault(recipients[0], set()).add(message["Message-ID"])
    letters = [address for address, numbers in came.items() for _ in numbers]
    again = len(run.house.mail.taken) - len(letters)
    line = compared("its letter", [addresses[person] for person in seated], letters)
    line.fault += f" ({again} came again, same Message-ID)" if again else ""
    line.wrong += [f"{session.scalar(select(func.count()).select_from(OutgoingMail))} wait"] * bool(session.scalar(select(OutgoingMail.id).limit(1)))
    return [compared("a place at a meeting", actor.acknowledged, seated), line]


def _dated(session: Session, promised: list[str]) -> Line:
    published = session.scalars(select(Revision.document_id).where(Revision.document_id.in_(promised), Revision.text.contains("Des faits nouveaux.")))
    line = compared("a publication at its date", promised, list(published))
    line.wrong += ["some still wait"] * bool(session.scalar(select(PlannedPublication.id).limit(1)))
    return line


def _sound(session: Session, house: House) -> Line:
    wrong = find_differences(session, course(session))
    if db.engine.dialect.name == "sqlite":
        wrong += damage(session)
        wrong += [str(row) for row in session.execute(text("PRAGMA foreign_key_check"))]
    session.rollback()
    _code, said = house.said("doctor")
    wrong += [line for line in said.splitlines() if line.strip().startswith("!!") and any(word in line for word in ("base", "registre", "Image", "image"))]
    return Line("the database is sound", wrong=wrong)


def killing(house: House, kills: Kills, seed: int = 7) -> list[Line]:
    run = Run(house, random.Random(seed))
    run.begin()
    try:
        for kind in kills.order(run.chance):
            run.kill(kind)
        several(run.actors, 2 * APART)
    finally:
        end(run.actors)
    run.settle()
    assert running(house.master)
    return lines(run)
