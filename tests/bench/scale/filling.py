"""People as many as one likes, by the database itself. One of them does the elements through the services; everybody else did as much of it, at their own dates.

States and figures are everybody's, as is the row of the ledger that ended each element; what leads there (openings, attempts, answers) is of one person in `DETAILED`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Integer, MetaData, String, Table, case, cast, func, insert, literal, null, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.assessment.models import Attempt, Response
from app.content.store.queries import course
from app.content.values.paths import longest_path, required_elements
from app.identity.audit import Access, AccessPerson
from app.identity.models import MailWish, Membership, Person, PersonRole, SignIn, Territory
from app.identity.rules import Level, Role
from app.learner.review.queries import LETTER
from app.platform import clock
from app.platform.db import UtcDateTime, db, writing
from app.platform.french import fold
from app.record.figures import store as stored_figures
from app.record.progress.models import STALE, Attestation, Cohort, CohortMember, ElementState, Enrolment, LearningEvent, PersonFigures
from app.record.progress.rules import EventType, ProgressState
from tests.bench.people import DAYS, ELEMENTS, FIRST, HASHED, make_readers
from tests.record.world import Clock, World

DETAILED = 10
"""One person in so many has every row of what they did."""
ROOM = 100
"""Numbers of attempts that a person has for themselves."""
PERIOD = 31_000
"""So many people later, everything repeats itself but names and cohorts. People of one transaction."""
FIRST_NAMES = ("Élodie", "Karim", "Zoé", "Bruno", "Émile", "Inès")
GROUPED = 100
"""One person in so many is in a cohort, of thirty."""
CLOSED = 200
"""One account in so many is closed."""
WRITTEN_TO = 500
"""One person in so many asked for questions by mail."""
ENDS = (EventType.READ, EventType.PASSED)

_beside = MetaData()
_number = Table("scale_number", _beside, Column("n", BigInteger, primary_key=True, autoincrement=False))
_cite = Table("scale_cite", _beside, Column("place", Integer, primary_key=True), Column("id", String(100)))
_element = Table("scale_element", _beside, Column("place", Integer, primary_key=True), Column("id", String(60)))
_moment = Table("scale_moment", _beside, Column("day", Integer, primary_key=True), Column("at", UtcDateTime))

Values = Mapping[Any, Any]
"""Column → what is written there."""


@dataclass(frozen=True, slots=True)
class Model:
    """The person whom the others copy, and what they all have."""

    person: int
    path_id: str
    pins: list[list[str]]
    today: date
    cohorts: int
    first_cohort: int
    modules: Mapping[str, int]
    """Module → the place of its last element, of those that are whole within `ELEMENTS`."""


def fill(app: Flask, people: int, tell: Callable[[str], object]) -> None:
    """On an application whose course is published; `tell` hears how far it is."""
    with app.app_context():
        model = _model(app, people)
        for done in range(0, people, PERIOD):
            with _unchecked() as session:
                _some(session, model, FIRST + done, min(PERIOD, people - done))
            if not done:
                stored_figures.settle_everybody(clock.now())  # the first ones by the one function; whoever is like one of them copies theirs
            tell(f"{min(done + PERIOD, people)} personnes")
        with writing() as session:
            _beside.drop_all(session.connection())
            _continue_numbers(session)
        stored_figures.settle_everybody(clock.now())


def _continue_numbers(session: Session) -> None:
    """After rows whose numbers were given, PostgreSQL goes on behind them."""
    if db.engine.dialect.name == "postgresql":
        for table in ("person", "attempt"):
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))  # noqa: S608 - our own two names


@contextmanager
def _unchecked() -> Iterator[Session]:
    """Keys that lead to other tables are not looked up one by one: they come from those tables."""
    with writing() as session:
        if db.engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session


def _model(app: Flask, people: int) -> Model:
    now = clock.now()
    world = World(app, Clock(now - timedelta(days=400)))
    with writing() as session:
        make_readers(session, now)
        published = course(session)
        path = longest_path(published)
        elements = required_elements(published, path)[:ELEMENTS]
        cohorts = [Cohort(name=f"Cohorte {number + 1}", path_id=path.id, **_dates(number, now.date())) for number in range(max(1, people // 3000))]
        session.add_all(cohorts)
        session.flush()
        first_cohort = cohorts[0].id
    person = world.person("Modèle Essai")
    for element, _module in elements:
        world.look(person, element)
        world.finish(person, element)
    with writing() as session:
        _beside.create_all(session.connection())
        session.execute(insert(_element), [{"place": place, "id": element} for place, (element, _module) in enumerate(elements)])
        session.execute(insert(_moment), [{"day": day, "at": now - timedelta(days=DAYS + ELEMENTS - day)} for day in range(DAYS + ELEMENTS)])
        cites = session.scalars(select(Territory.id).where(Territory.level == Level.CITE).order_by(Territory.id))
        session.execute(insert(_cite), [{"place": place, "id": cite} for place, cite in enumerate(cites)])
        session.execute(insert(_number), [{"n": number} for number in range(PERIOD)])
    ends = {module: place for place, (_element, module) in enumerate(elements)}
    held = {module: place for module, place in ends.items() if all(one in dict(elements) for one in published.elements_of(published.modules[module]))}
    pins = [[element, module, (now - timedelta(days=400)).isoformat()] for element, module in elements]
    return Model(person, path.id, pins, now.date(), len(cohorts), first_cohort, held)


def _dates(number: int, today: date) -> dict[str, date]:
    return {"starts_on": today - timedelta(days=300 - number % 200), "due_on": today + timedelta(days=number % 180 - 60)}


def _some(session: Session, model: Model, first: int, count: int) -> None:
    n = (_number.c.n + first).label("n")
    whom = select(n).where(_number.c.n < count)
    _accounts(session, model, n, whom)
    _states(session, model, n, whom)
    _ledger(session, model, n, whom)
    _attempts(session, model, n, whom)
    _around(session, model, n, whom)
    _figures(session, n, whom, copied=first > FIRST)


def _write(session: Session, table: Any, values: Values, rows: Any) -> None:
    names = [column.key for column in values]
    session.connection().execute(insert(table).from_select(names, rows.with_only_columns(*values.values(), maintain_column_froms=True)))


def _accounts(session: Session, model: Model, n: ColumnElement[int], whom: Any) -> None:
    name, folded = _name(n, FIRST_NAMES), _name(n, tuple(map(fold, FIRST_NAMES)))
    address = literal("b").concat(cast(n, String)).concat("@croisee.example")
    account: Values = {
        Person.id: n,
        Person.name: name,
        Person.email: address,
        Person.password: case((n % 10 == 0, null()), else_=HASHED),
        Person.active: n % CLOSED != 7,
        Person.fs_uniquifier: literal("b").concat(cast(n, String)),
        Person.created_at: _moment.c.at,
        Person.search_key: folded.concat("\n").concat(address),
    }
    _write(session, Person, account, whom.join(_moment, _moment.c.day == n % DAYS))
    _write(session, PersonRole, {PersonRole.person_id: n, PersonRole.name: literal(Role.LEARNER, PersonRole.name.type)}, whom)
    day = literal(model.today - timedelta(days=300))
    stay: Values = {Membership.person_id: n, Membership.territory_id: _cite.c.id, Membership.started_on: day}
    _write(session, Membership, stay, _placed(n, whom))
    path: Values = {
        Enrolment.person_id: n,
        Enrolment.path_id: literal(model.path_id),
        Enrolment.enrolled_at: _moment.c.at,
        Enrolment.pins: literal(model.pins, JSON),
    }
    _write(session, Enrolment, path, whom.join(_moment, _moment.c.day == n % DAYS))
    cohort = model.first_cohort + n // GROUPED % model.cohorts
    member: Values = {CohortMember.cohort_id: cohort, CohortMember.person_id: n, CohortMember.trainer: literal(False)}
    _write(session, CohortMember, member, whom.where(n % GROUPED == 1))


def _name(n: ColumnElement[int], first_names: Sequence[str]) -> ColumnElement[str]:
    digits = func.substr(cast(10_000_000 + n * 7919 % 1_000_003, String), 2)
    return case(*((n % len(first_names) == place, each) for place, each in enumerate(first_names)), else_="").concat(" ").concat(digits)


def _placed(n: ColumnElement[int], whom: Any) -> Any:
    """With the cité where a person belongs."""
    cites = select(func.count()).select_from(_cite).scalar_subquery()
    return whom.join(_cite, _cite.c.place == (n - FIRST) % PERIOD * 31 % cites)


def _figures(session: Session, n: ColumnElement[int], whom: Any, *, copied: bool) -> None:
    """Stale of who is in a cohort, whose dates are its own."""
    if not copied:
        _write(session, PersonFigures, {PersonFigures.person_id: n}, whom)
        return
    own: Values = {
        PersonFigures.person_id: n,
        PersonFigures.name_key: _name(n, tuple(map(fold, FIRST_NAMES))),
        PersonFigures.basis: case((n % GROUPED == 1, STALE), else_=PersonFigures.basis),
    }
    rows = whom.join(PersonFigures, PersonFigures.person_id == FIRST + (n - FIRST) % PERIOD)
    _write(session, PersonFigures, {**own, **_copied(*_same(PersonFigures, *(column.key for column in own)))}, rows)


def _begun(n: ColumnElement[int]) -> ColumnElement[int]:
    """How many elements a person did."""
    return n * 7919 % (ELEMENTS + 1)


def _done(n: ColumnElement[int], whom: Any) -> Any:
    """A row an element that a person did, with the day when they did it."""
    return whom.join(_element, _element.c.place < _begun(n)).join(_moment, _moment.c.day == n % DAYS + _element.c.place)


def _copied(*columns: InstrumentedAttribute[Any]) -> dict[Any, Any]:
    return {column: column for column in columns}


def _states(session: Session, model: Model, n: ColumnElement[int], whom: Any) -> None:
    dates: Values = dict.fromkeys((ElementState.first_at, ElementState.completed_at, ElementState.last_at), _moment.c.at)
    done: Values = {ElementState.person_id: n, **dates, **_copied(*_same(ElementState, "person_id", *(column.key for column in dates)))}
    _write(
        session, ElementState, done, _done(n, whom).join(ElementState, (ElementState.element_id == _element.c.id) & (ElementState.person_id == model.person))
    )
    tried: Values = {
        ElementState.person_id: n,
        ElementState.element_id: _element.c.id,
        ElementState.state: literal(ProgressState.IN_PROGRESS.value),
        ElementState.first_at: _moment.c.at,
        ElementState.last_at: _moment.c.at,
        ElementState.attempts: literal(2),
    }
    begun = whom.join(_element, _element.c.place == _begun(n)).join(_moment, _moment.c.day == n % DAYS + _element.c.place)
    _write(session, ElementState, tried, begun.where(n % 20 == 0))


def _same(table: Any, *but: str) -> list[Any]:
    return [getattr(table, column.key) for column in table.__table__.columns if column.key not in but]


def _attempt(n: ColumnElement[int]) -> ColumnElement[int]:
    return n * ROOM + _element.c.place


def _ledger(session: Session, model: Model, n: ColumnElement[int], whom: Any) -> None:
    key = (
        LearningEvent.event.concat(":")
        .concat(cast(n, String))
        .concat(":")
        .concat(LearningEvent.element_id)
        .concat(":")
        .concat(LearningEvent.content_fingerprint)
    )
    own: Values = {
        LearningEvent.person_id: n,
        LearningEvent.at: _moment.c.at,
        LearningEvent.attempt_id: case((LearningEvent.attempt_id.is_not(None) & (n % DETAILED == 3), _attempt(n)), else_=null()),
        LearningEvent.idempotency_key: key,
    }
    rows = _done(n, whom).join(LearningEvent, (LearningEvent.element_id == _element.c.id) & (LearningEvent.person_id == model.person))
    values = {**own, **_copied(*_same(LearningEvent, "id", *(column.key for column in own)))}
    _write(session, LearningEvent, values, rows.where((n % DETAILED == 3) | LearningEvent.event.in_([one.value for one in ENDS])))


def _attempts(session: Session, model: Model, n: ColumnElement[int], whom: Any) -> None:
    own: Values = {Attempt.id: _attempt(n), Attempt.person_id: n, Attempt.started_at: _moment.c.at, Attempt.submitted_at: _moment.c.at}
    rows = _done(n, whom.where(n % DETAILED == 3)).join(Attempt, (Attempt.quiz_id == _element.c.id) & (Attempt.person_id == model.person))
    _write(session, Attempt, {**own, **_copied(*_same(Attempt, *(column.key for column in own)))}, rows)
    answer: Values = {Response.attempt_id: _attempt(n), Response.saved_at: _moment.c.at}
    rows = rows.join(Response, Response.attempt_id == Attempt.id)
    _write(session, Response, {**answer, **_copied(*_same(Response, "id", *(column.key for column in answer)))}, rows)


def _around(session: Session, model: Model, n: ColumnElement[int], whom: Any) -> None:
    """What hangs on people besides: attestations, open sessions, what was opened about them."""
    when = whom.join(_moment, _moment.c.day == DAYS + ELEMENTS - 1 - n % 30)
    for module, place in model.modules.items():
        mark = literal("b").concat(cast(n, String)).concat("-").concat(Attestation.subject_id)
        own: Values = {Attestation.id: func.substr(mark, 1, 40), Attestation.person_id: n, Attestation.badge_id: func.substr(mark, 1, 36)}
        rows = whom.join(Attestation, (Attestation.subject_id == module) & (Attestation.person_id == model.person)).where(_begun(n) > place)
        _write(session, Attestation, {**own, **_copied(*_same(Attestation, *(column.key for column in own)))}, rows)
    mine: Values = {SignIn.id: literal("b").concat(cast(n, String)), SignIn.person_id: n, SignIn.created_at: _moment.c.at, SignIn.used_at: _moment.c.at}
    _write(session, SignIn, mine, when.where(n % 4 == 0))
    wish: Values = {MailWish.person_id: n, MailWish.kind: literal(LETTER), MailWish.at: _moment.c.at}
    _write(session, MailWish, wish, when.where(n % WRITTEN_TO == 5))
    session.add(listed := Access(reader_id=model.person, what="reporting.grid", at=session.scalar(select(func.max(_moment.c.at)))))
    session.flush()
    _write(session, AccessPerson, {AccessPerson.person_id: n, AccessPerson.access_id: literal(listed.id)}, whom)
