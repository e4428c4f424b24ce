"""The same script for each learner: a lesson, its quiz, another lesson; and what the site keeps of it, told without its times and numbers."""

from __future__ import annotations

import hashlib
import http.client
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.kinds.responses import Form
from app.assessment.models import Attempt, Response
from app.content.store.queries import course
from app.identity import services, sessions
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock
from app.platform.db import db, writing
from app.record import enrolment
from app.record.progress.models import LearningEvent
from app.record.progress.rules import EventType
from tests.proofs.hosts.browsing import PAUSE, Answer, Browser, Tally, Way

LESSON, QUIZ, LAST = "un-a", "un-a-quiz", "un-b"
KINDS = 3
"""Each learner does what the third one after does."""


@dataclass(frozen=True)
class Learner:
    number: int
    person: int
    cookies: dict[str, str]


def enrolled(app: Flask, group: str, count: int, role: Role = Role.LEARNER) -> list[Learner]:
    """So many people with an account, on the path, each with an open session."""
    with app.app_context(), writing() as session:
        published, now = course(session), clock.now()
        made = []
        for number in range(count):
            person = services.create_person(session, name=f"{group} {number:04}", email=f"{group}-{number:04}@exemple.fr", now=now, roles=[role])
            enrolment.enrol(session, published, person.id, now)
            made.append(Learner(number, person.id, opened(app, session, person.id)))
        return made


def opened(app: Flask, session: Session, person: int, signed_by: str = "") -> dict[str, str]:
    """The cookie of a session as signing in leaves it; signing in itself is slow on purpose."""
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)
    signer = interface.get_signing_serializer(app)
    assert signer
    if signed_by:
        signer.secret_keys = [signed_by.encode()]
    return {str(app.config["SESSION_COOKIE_NAME"]): str(signer.dumps({"_user_id": sessions.begin(session, person, clock.now())}))}


@dataclass
class Run:
    """All learners of a group, a few at a time."""

    app: Flask
    group: str
    ways: Sequence[Way]
    """A random one for each request."""
    tally: Tally = field(default_factory=Tally)
    saved: dict[int, set[int]] = field(default_factory=dict)
    """By attempt, the questions whose answer was acknowledged."""
    odd: list[str] = field(default_factory=list)
    """Answers that the script does not expect."""
    done: int = 0
    seconds: float = 0.0
    _local: threading.local = field(default_factory=threading.local)

    def all(self, learners: Sequence[Learner], at_once: int, midway: Callable[[], None] = lambda: None) -> None:
        """`midway` happens once, when a third of them is done and the others go on."""
        waiting, began = [midway], time.monotonic()
        with closing(self.tally), ThreadPoolExecutor(at_once) as pool, ThreadPoolExecutor(1) as beside:
            happening = []
            for _ in pool.map(self.one, learners):
                self.done += 1
                if waiting and self.done >= len(learners) / 3:
                    happening.append(beside.submit(waiting.pop()))
            self.seconds = time.monotonic() - began
            for each in happening:
                each.result()

    def one(self, learner: Learner) -> None:
        if not hasattr(self._local, "connections"):
            self._local.connections = dict[Way, http.client.HTTPConnection]()
        chance = random.Random(f"{self.group} {learner.number}")
        self.script(learner, Browser(learner.cookies, lambda: chance.choice(self.ways), self.tally, self._local.connections))

    def script(self, learner: Learner, browser: Browser) -> None:
        self.expect(browser.get("/"), 200)
        token = self.expect(browser.get(f"/lecons/{LESSON}"), 200).token
        self.expect(browser.post(f"/lecons/{LESSON}/lue", csrf_token=token), 303)
        self.expect(browser.get(f"/quiz/{QUIZ}"), 200)
        begun = self.expect(browser.post(f"/quiz/{QUIZ}/tentatives", csrf_token=token), 303).location
        attempt = int(begun.split("/")[2])
        for position, form in self.answers(learner, attempt):
            answer = browser.post(f"/tentatives/{attempt}/questions/{position}", **form, csrf_token=token, key=f"k{position}", then="next")
            if self.expect(answer, 303).status == 303:
                self.saved.setdefault(attempt, set()).add(position)
        self.expect(browser.get(f"/tentatives/{attempt}/recapitulatif"), 200)
        self.expect(browser.post(f"/tentatives/{attempt}/envoi", csrf_token=token), 303)
        self.expect(browser.get(f"/tentatives/{attempt}"), 200)
        self.expect(browser.get("/progression"), 200)
        token = self.expect(browser.get(f"/lecons/{LAST}"), 200).token
        self.expect(browser.post(f"/lecons/{LAST}/lue", csrf_token=token), 303)

    def answers(self, learner: Learner, attempt: int) -> list[tuple[int, Form]]:
        """All right, or all wrong for each third learner, whatever was drawn. Whoever knows waits for a database that is away."""
        while True:
            with suppress(OperationalError), self.app.app_context():
                entries = sheet_of(db.session, attempt_of(db.session, learner.person, attempt)).entries
                return [(entry.position, entry.kind.sample(entry.layout, right=learner.number % KINDS != 0)) for entry in entries]
            time.sleep(PAUSE)

    def expect(self, answer: Answer, status: int) -> Answer:
        if answer.status != status:
            self.odd.append(f"{answer.status} for {status}: {answer.location} {answer.body[:200]}")
        return answer

    # --- What is left of it ---

    def lost(self) -> int:
        """Acknowledged answers that the database does not have."""
        with self.app.app_context():
            answered = func.count(Response.question_id.distinct())
            mine = select(Response.attempt_id, answered).where(Response.attempt_id.in_(list(self.saved))).group_by(Response.attempt_id)
            counted = dict(db.session.execute(mine).all())
        return sum(max(0, len(positions) - counted.get(attempt, 0)) for attempt, positions in self.saved.items())

    def ledgers(self, *but: EventType) -> dict[int, str]:
        with self.app.app_context():
            return ledgers(db.session, self.group, but)


def ledgers(session: Session, group: str, but: Sequence[EventType] = ()) -> dict[int, str]:
    """By learner of a group, the digest of what the ledger and the attempts say of them, without times, numbers of rows and what was drawn by chance."""
    mine, number = Person.email.like(f"{group}-%"), func.substr(Person.email, len(group) + 2, 4)
    event = LearningEvent
    told = (
        event.element_id,
        event.event,
        event.criterion,
        event.tries_left,
        event.content_fingerprint,
        event.rules_fingerprint,
        event.score_raw,
        event.score_max,
        event.source,
    )
    events = session.execute(select(number, *told).join(Person, Person.id == event.person_id).where(mine, event.event.not_in(but))).all()
    counted = select(func.count(Response.id)).where(Response.attempt_id == Attempt.id).scalar_subquery()
    kept = (Attempt.quiz_id, Attempt.number, Attempt.practice, Attempt.score_raw, Attempt.score_max, Attempt.passed, counted)
    attempts = session.execute(select(number, *kept).join(Person, Person.id == Attempt.person_id).where(mine)).all()
    found = defaultdict[int, list[str]](list)
    for who, *row in (*events, *attempts):
        found[int(who)].append(repr(row))
    return {who: hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest() for who, rows in found.items()}
