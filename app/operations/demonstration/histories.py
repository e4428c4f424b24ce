"""The months of the demonstration's people on the course: written through the same services as everyone's, at dates in the past, once.

Two of them are on a path that a meeting completes, which is published beside the course of the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts import results
from app.assessment.attempts import services as attempts
from app.assessment.attempts.services import start_attempt
from app.assessment.attempts.sheet import AttemptSheet, sheet_of
from app.assessment.models import AttemptRequest
from app.content.documents.reader import read_document
from app.content.store.queries import Publication, Revision, course
from app.content.store.services import new_text, store
from app.content.values.course import Course
from app.content.values.paths import longest_path, required_elements
from app.identity.rules import Role
from app.operations.demonstration.accounts import FOLDER, PLANS, WORDS, LoadedPerson, Plan, Stage
from app.platform.french import day_of
from app.record import enrolment, services
from app.record.figures import store as figures
from app.record.progress.models import EVERYTHING, Cohort, CohortMember, Enrolment, PathDemand
from app.record.progress.rules import EventType

NEWS = 2
"""Elements that came after somebody of stage FINISHED_THEN_NEWS had finished."""
SILENCE = timedelta(days=60)
TARGET = 20
"""People of a cohort who should have finished by its due date."""
PATH, READING, STEP = "en-presence", "en-reseau-preparer", "en-reseau-rencontre"
PATHS = "modules/parcours.md"
BESIDE = "metier-cpo"
COURSE = FOLDER / "course"
TEXTS = {f"modules/en-reseau/{name}": name for name in ("module.md", "01-preparer.md", "02-rencontre.md")}


def write_histories(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Write the history of whoever is not enrolled yet, and the cohorts. Nothing to do the second time."""
    published = course(session)
    if not required_elements(published, longest_path(published)):
        return
    enrolled = set(session.scalars(select(Enrolment.person_id)))
    trainer = next(person.id for person in people if Role.TRAINER in person.roles)
    whole = _publish_beside(session, published, now)  # those who are not on that path live with the course of the files: less to look through at each act
    with figures.once(session, whole, now):
        for person in people:
            if person.id not in enrolled and person.stage not in (Stage.NOTHING, Stage.STAFF, Stage.IN_PERSON):
                _live(session, published, person, trainer, now)
        _live_beside(session, whole, people, enrolled)
    _form_cohorts(session, published, people, trainer, now)
    figures.settle(session, whole, now)


def _form_cohorts(session: Session, course: Course, people: Sequence[LoadedPerson], trainer: int, now: datetime) -> None:
    if session.scalar(select(Cohort.id).limit(1)):
        return
    for each in WORDS["cohorts"]:
        starts, ends = now + timedelta(days=each["starts"]), now + timedelta(days=each["due"])
        cohort = Cohort(name=each["name"], path_id=longest_path(course).id, starts_on=day_of(starts), due_on=day_of(ends))
        cohort.target_people, cohort.target_on = TARGET, cohort.due_on
        session.add(cohort)
        session.flush()
        members = [person for person in people if person.stage != Stage.STAFF and (person.since < now - timedelta(days=120)) == (each["due"] < 0)]
        session.add_all(CohortMember(cohort_id=cohort.id, person_id=person.id) for person in members if person.id != trainer)
        session.add(CohortMember(cohort_id=cohort.id, person_id=trainer, trainer=True))
        enrolment.enrol_all(session, course, [person.id for person in members if person.stage is Stage.NOTHING], now, longest_path(course))
    session.flush()


def _live(session: Session, course: Course, person: LoadedPerson, trainer: int, now: datetime) -> None:
    """One person's months: enrolment, then element after element, at growing dates."""
    plan, chance = PLANS[person.stage], Random(person.id)  # noqa: S311 — a demonstration, not a secret
    whole = longest_path(course)
    path = required_elements(course, whole)
    enrolment.enrol_all(session, course, [person.id], person.since, whole)
    if person.stage == Stage.FINISHED_THEN_NEWS:
        _pin_without_the_last(session, person.id)
        path = path[:-NEWS]
    done = path[: _count_done(course, path, plan)]
    end = _end(person, plan, now, chance)
    dates = _dates(person.since, end, len(done) + 1, chance)
    limited = next((element for element, _ in done if element in course.quizzes and course.quizzes[element].policy.max_attempts), "")
    for element_id, _module in done:
        if plan.granted and element_id == limited:
            _pass_at_last(session, course, person.id, element_id, trainer, next(dates))
        else:
            _complete(session, course, person.id, element_id, next(dates), chance)
    if plan.stuck:
        _fail_for_good(session, course, person.id, next((quiz for quiz, _ in path[len(done) :] if quiz in course.quizzes), ""), next(dates))
    for module_id in [module for _, module in path[len(done) :]][-1:] * plan.waived_modules:
        _waive(session, course, person.id, [element for element, module in path if module == module_id], trainer, next(dates))
    if plan.validated:
        _validate(session, course, person.id, [element for element, _ in path[len(done) :]][: plan.validated], trainer, next(dates))
    services.attest(session, course, person.id, end)


def _count_done(course: Course, path: Sequence[tuple[str, str]], plan: Plan) -> int:
    """How many elements are done. Whoever is stuck has done all that comes before a quiz, however many lessons the course has."""
    number = max(1, round(len(path) * plan.share)) - plan.left_out
    if not plan.stuck:
        return number
    quizzes = [place for place, (element, _) in enumerate(path) if element in course.quizzes and (course.quizzes[element].policy.max_attempts or not plan.asks)]
    return next((place for place in quizzes if place >= number), len(path))


def _end(person: LoadedPerson, plan: Plan, now: datetime, chance: Random) -> datetime:
    """When the person did something for the last time."""
    if plan.early:
        return person.since + (now - person.since) * (0.4 + chance.random() * 0.5)
    return now - SILENCE if person.stage == Stage.SILENT else now - timedelta(hours=chance.randint(5, 200))


def _pin_without_the_last(session: Session, person_id: int) -> None:
    """What came later was not in the set that this person joined with."""
    enrolment = session.scalars(select(Enrolment).filter_by(person_id=person_id)).one()
    enrolment.pins = enrolment.pins[:-NEWS]
    session.flush()


def _dates(start: datetime, end: datetime, count: int, chance: Random) -> Iterator[datetime]:
    """`count` growing moments between two dates, on working hours more or less."""
    span = max(end - start, timedelta(hours=count))
    places = sorted(chance.random() for _ in range(count))
    yield from (start + span * place for place in places)


def _complete(session: Session, course: Course, person_id: int, element_id: str, at: datetime, chance: Random) -> None:
    """Read a lesson, or take a quiz, failing it first now and then."""
    services.record_view(session, course, person_id, element_id, at)
    if element_id in course.lessons:
        services.mark_read(session, course, person_id, element_id, at + timedelta(minutes=chance.randint(6, 25)))
        services.attest(session, course, person_id, at + timedelta(minutes=25))
        return
    if chance.random() < 0.2:
        _take(session, course, person_id, element_id, at, share=0.4)
        at += timedelta(minutes=chance.randint(15, 90))
    _take(session, course, person_id, element_id, at, share=chance.choice((0.8, 0.9, 1)))


def _fail_for_good(session: Session, course: Course, person_id: int, quiz_id: str, at: datetime) -> None:
    """Somebody who tried more than once and stopped there."""
    if not quiz_id:
        return
    limit = course.quizzes[quiz_id].policy.max_attempts
    for number in range(limit or 3):
        _take(session, course, person_id, quiz_id, at + timedelta(days=number), share=0.35)
    if limit:
        results.request_attempt(session, course, person_id, quiz_id, message=WORDS["request"], now=at + timedelta(days=limit))


def _pass_at_last(session: Session, course: Course, person_id: int, quiz_id: str, trainer: int, at: datetime) -> None:
    """All attempts failed, one asked for, given, and passed."""
    _fail_for_good(session, course, person_id, quiz_id, at)
    asked = session.scalars(select(AttemptRequest).filter_by(person_id=person_id, answered_at=None)).one()
    granted = asked.asked_at + timedelta(hours=20)
    results.answer_request(session, asked.id, granted=True, actor_id=trainer, reason=WORDS["decisions"]["grant"], now=granted)
    _take(session, course, person_id, quiz_id, granted + timedelta(hours=3), share=0.9)


def _validate(session: Session, course: Course, person_id: int, elements: Sequence[str], trainer: int, at: datetime) -> None:
    for element_id in elements:
        services.decide(session, course, person_id, element_id, EventType.OVERRIDE_SET, at, actor_id=trainer, reason=WORDS["decisions"]["validation"])
    back = at + timedelta(hours=1)
    services.decide(session, course, person_id, elements[-1], EventType.OVERRIDE_REVOKED, back, actor_id=trainer, reason=WORDS["decisions"]["taken_back"])


def _waive(session: Session, course: Course, person_id: int, elements: Sequence[str], trainer: int, at: datetime) -> None:
    for element_id in elements:
        services.decide(session, course, person_id, element_id, EventType.WAIVED, at, actor_id=trainer, reason=WORDS["decisions"]["waiver"])


def _take(session: Session, course: Course, person_id: int, quiz_id: str, at: datetime, share: float) -> None:
    """One attempt, answering well to about `share` of the questions."""
    attempt = start_attempt(session, course, person_id, quiz_id, seed=person_id * 1000 + at.minute, now=at)
    sheet: AttemptSheet = sheet_of(session, attempt)
    good = round(len(sheet.entries) * share)
    forms = ((entry, entry.kind.sample(entry.layout, right=entry.position <= good), at + timedelta(minutes=entry.position)) for entry in sheet.entries)
    attempts.save_first_answers(session, attempt, forms)
    end = at + timedelta(minutes=len(sheet.entries) + 1)
    outcome = attempts.submit_attempt(session, course, person_id, attempt.id, now=end)
    services.record_outcome(session, course, person_id, outcome, end)
    services.attest(session, course, person_id, end)


def _publish_beside(session: Session, published: Course, now: datetime) -> Course:
    """Once, and beside the real course alone. Gives the course with it."""
    if BESIDE not in published.modules or any(path.id == PATH for path in published.paths.paths):
        return published
    held = select(Revision.text).join(Publication, Publication.revision_id == Revision.id).where(Revision.path == PATHS)
    texts = {path: (COURSE / name).read_text(encoding="utf-8") for path, name in TEXTS.items()}
    texts[PATHS] = (session.scalar(held) or "") + (COURSE / "parcours.md").read_text(encoding="utf-8")
    readings = [(read_document(path, text), text) for path, text in texts.items()]
    store(session, [new_text(reading, text, {}) for reading, text in readings if reading.publishable], author_id=None, now=now - timedelta(days=90))
    everywhere = session.scalars(select(PathDemand).filter_by(path_id=EVERYTHING)).one()
    everywhere.asked = [[element, enrolment.ALWAYS.isoformat() if element in (READING, STEP) else since] for element, since in everywhere.asked]
    session.flush()  # it was there before those who follow it
    return course(session)


def _live_beside(session: Session, published: Course, people: Sequence[LoadedPerson], enrolled: set[int]) -> None:
    """They join, and read what comes before the meeting."""
    path = next((path for path in published.paths.paths if path.id == PATH), None)
    for person in people if path else ():
        if path and person.stage is Stage.IN_PERSON and person.id not in enrolled:
            enrolment.enrol_all(session, published, [person.id], person.since, path)
            read_on = person.since + timedelta(days=2)
            services.record_view(session, published, person.id, READING, read_on)
            services.mark_read(session, published, person.id, READING, read_on + timedelta(minutes=9))
