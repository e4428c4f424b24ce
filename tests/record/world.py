"""A course, people and their acts, for tests of the learner's record: through the services, as requests do, or through the pages."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

from flask import Flask, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.attempts import services as attempts
from app.assessment.attempts.sheet import attempt_of, sheet_of
from app.assessment.kinds.responses import Form
from app.content.store import services as content
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.audit import SEEN
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import Base, db, writing
from app.record import enrolment, services
from app.record.progress.models import LearningEvent
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import element_states, ledger_rows, path_progress_of
from app.record.progress.rules import EventType, Progress, ProgressState
from tests.content.publishing import publish
from tests.identity.builders import carry_session, stored_person
from tests.making import prepared
from tests.record.courses import SMALL, Text
from tests.strict import Page, StrictClient

T = TypeVar("T")
MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)


@dataclass
class Clock:
    """The time that the application is told. It stands still unless a test moves it."""

    moment: datetime = MORNING

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment


@dataclass
class World:
    app: Flask
    clock: Clock
    clients: dict[int, StrictClient] = field(default_factory=dict)

    # --- The course ---

    def begin(self, *texts: Text) -> None:
        """A course, a minute later, on a database where nothing was done: worked out once by a process."""
        now = self.clock.pass_by(minutes=1)
        with self.app.app_context():
            prepared(f"course {hash(texts)} at {now}", lambda: self.publish_now(*texts))

    def publish(self, *texts: Text, change: str | None = None) -> None:
        """Each text in a publication of its own, a minute apart, as a trainer does."""
        for path, text in texts:
            self.clock.pass_by(minutes=1)
            self.write(lambda session, path=path, text=text: publish(session, path, text, author_id=None, now=self.clock.now(), change=change))

    def publish_together(self, *texts: Text) -> None:
        """All in one transaction, as `flask content sync` does, a minute later."""
        self.clock.pass_by(minutes=1)
        self.publish_now(*texts)

    def publish_now(self, *texts: Text) -> None:
        def work(session: Session) -> None:
            for path, text in texts:
                publish(session, path, text, author_id=None, now=self.clock.now())

        self.write(work)

    def withdraw(self, *ids: str) -> None:
        self.clock.pass_by(minutes=1)
        self.write(lambda session: content.withdraw(session, ids, self.clock.now()))

    # --- Transactions ---

    def write(self, work: Callable[[Session], T]) -> T:
        with self.app.app_context(), writing() as session:
            return work(session)

    def read(self, work: Callable[[Session], T]) -> T:
        with self.app.app_context():
            return work(db.session)

    def do(self, verb: Callable[..., T], person: int, *rest: Any, **named: Any) -> T:
        """A verb of `services` by somebody, a minute later."""
        self.clock.pass_by(minutes=1)
        return self.write(lambda session: verb(session, course(session), person, *rest, self.clock.now(), **named))

    def together(self, count: int, work: Callable[[int], T]) -> list[T]:
        """Run `work` in `count` threads that start at one moment."""
        barrier = Barrier(count)

        def run(number: int) -> T:
            barrier.wait()
            return work(number)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(run, range(count)))

    # --- People and what they do ---

    def person(self, name: str = "Inès Carpentier", enrolled: bool = True, role: Role = Role.LEARNER) -> int:
        """Somebody with an account; their address is made of the name."""
        number = stored_person(self.app, name=name, roles=[role])
        if enrolled:
            self.do(enrolment.enrol, number)
        return number

    def client(self, name: str = "Inès Carpentier") -> StrictClient:
        """A browser in which this person, who must exist, has signed in: a learner is enrolled by it, as by the page."""
        address = name.lower().replace(" ", ".") + "@croisee.example"

        def known(session: Session) -> tuple[int, frozenset[Role]]:
            person = session.scalars(select(Person).where(Person.email == address)).one()
            return person.id, person.role_set

        number, roles = self.read(known)
        if Role.LEARNER in roles:
            self.write(lambda session: enrolment.enrol(session, course(session), number, self.clock.now()))
        return self.signed_in(number)

    def signed_in(self, person: int) -> StrictClient:
        """The same by their number, and nothing else done. Without the page: signing in has its own tests, and is slow on purpose."""
        client = self.app.test_client()
        assert isinstance(client, StrictClient)
        carry_session(client, person)
        return client

    def look(self, person: int, element: str) -> None:
        self.do(services.record_view, person, element)

    def finish(self, person: int, element: str) -> None:
        """Read a lesson, or pass a quiz."""
        if element in self.course().lessons:
            self.do(services.mark_read, person, element)
        else:
            self.take(person, element)

    def take(self, person: int, quiz: str, share: float = 1) -> int:
        """One whole attempt with a share of right answers; gives its number in the table."""
        self.clock.pass_by(minutes=1)

        def work(session: Session) -> int:
            now, published = self.clock.now(), course(session)
            attempt = attempts.start_attempt(session, published, person, quiz, seed=7, now=now)
            for position, form in self._forms(session, person, attempt.id, share):
                attempts.save_answer(session, person, attempt.id, position, form, key=f"k{position}", now=now)
            outcome = attempts.submit_attempt(session, published, person, attempt.id, now=now)
            services.record_outcome(session, published, person, outcome, now)
            services.attest(session, published, person, now)
            return attempt.id

        return self.write(work)

    def graduate(self) -> int:
        """Somebody who did all of the small course."""
        person = self.person()
        for element in SMALL:
            self.finish(person, element)
        return person

    def decide(self, person: int, element: str, event: EventType, actor: int, reason: str = "Acquis vérifiés.") -> None:
        """A waiver, a manual completion or a revocation."""
        self.clock.pass_by(minutes=1)
        details = {"actor_id": actor, "reason": reason}
        self.write(lambda session: services.decide(session, course(session), person, element, event, self.clock.now(), **details))

    def answers(self, person: int, attempt: int, share: float = 1) -> list[tuple[int, Form]]:
        """(position, form fields) of every question, a share of them right."""
        return self.read(lambda session: self._forms(session, person, attempt, share))

    @staticmethod
    def _forms(session: Session, person: int, attempt: int, share: float) -> list[tuple[int, Form]]:
        entries = sheet_of(session, attempt_of(session, person, attempt)).entries
        good = round(len(entries) * share)
        return [(entry.position, entry.kind.sample(entry.layout, right=place < good)) for place, entry in enumerate(entries)]

    # --- What is so ---

    def course(self) -> Course:
        return self.read(course)

    def standing(self, person: int) -> PathProgress:
        return self.read(lambda session: path_progress_of(session, course(session), person))

    def progress(self, person: int) -> Progress:
        return self.standing(person).path_progress()

    def state(self, person: int, element: str) -> ProgressState:
        return self.standing(person).state(element)

    def events(self, person: int, element: str | None = None) -> list[EventType]:
        return [event.type for event in self.read(lambda session: ledger_rows(session, person, element))]

    def ledger_size(self) -> int:
        return self.read(lambda session: session.scalar(select(func.count()).select_from(LearningEvent)) or 0)

    def projection(self, person: int) -> dict[str, Any]:
        return dict(self.read(lambda session: element_states(session, person)))

    def count(self, table: type[Base], **wanted: Any) -> int:
        return self.read(lambda session: session.scalar(select(func.count()).select_from(table).filter_by(**wanted)) or 0)

    def seen(self, **wanted: Any) -> int:
        """Rows of the journal of who looked at whom."""
        query = select(func.count()).select_from(SEEN).where(*(SEEN.c[name] == value for name, value in wanted.items()))
        return self.read(lambda session: session.scalar(query) or 0)

    def address(self, endpoint: str, **values: Any) -> str:
        with self.app.test_request_context():
            return url_for(endpoint, **values)


def words_of(page: Page, within: str = "main") -> str:
    """The text of a page's main part, its special spaces made plain."""
    return page.text_of(page.all(within)[0]).replace("\u202f", " ").replace("\u00a0", " ")
