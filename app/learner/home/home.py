"""The home of whoever learns: what to do next, what is new, who answers them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask import url_for
from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.assessment.attempts.corrections import FailedAttempt, failed_attempt
from app.assessment.attempts.queries import OpenAttempt, open_attempts
from app.assessment.models import Attempt, RegradedAttempt, Regrading
from app.assessment.policy import correction_shows
from app.content.values.course import Course, LearningPath
from app.content.values.paths import required_elements
from app.content.values.text import CROSSING
from app.learner.answerers import who_answers
from app.learner.home.returning import Returning, returning
from app.learner.messages.queries import RecordChange, answered_since
from app.learner.review.queries import ReviewCall, review_call
from app.learner.slots import coming_slot, slot_words
from app.platform.french import day_of, first_name
from app.platform.site import offers
from app.record.attestation_issuing import attestation_validity
from app.record.progress.cards import ElementCard, ModuleCard, attestation_url, element_card, module_card
from app.record.progress.due import Pace, about, days_late, pace
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import Validity, attestations_held, due_dates_of, path_progress_of, reading_places
from app.record.progress.rules import Progress, ProgressState

# --- What to do next -------------------------------------------------------------------------------------------------
# On the home and in a module: where the person stopped, the question they were at, what they missed.


class NextStep(Struct, frozen=True):
    card: ElementCard
    module_title: str
    history: str
    url: str
    resumed: bool
    attempt: OpenAttempt | None
    """Under way."""
    failed: FailedAttempt | None
    """How the last attempt failed, and what to read again before the next one."""


def step_to(session: Session, mine: PathProgress, element_id: str, attempt: OpenAttempt | None, places: Mapping[str, str]) -> NextStep:
    """The step that a published element is; `attempt` is the one under way at it. Four SELECTs for a quiz that was failed, none for anything else."""
    module = mine.course.module_of(element_id)
    card = element_card(mine, element_id, module, places)
    progress = mine.progress.get(element_id)
    return NextStep(
        card=card,
        module_title=module.title if module else "",
        history=module.history if module else CROSSING,
        url=url_for("quiz.question", attempt_id=attempt.attempt_id, position=attempt.position) if attempt else card.url,
        resumed=card.state is not ProgressState.NOT_STARTED,
        attempt=attempt,
        failed=failed_attempt(session, mine.course, mine.person_id, element_id) if progress and progress.to_retry and not attempt else None,
    )


# --- News of one's own record ----------------------------------------------------------------------------------------
# A mark computed again, a report answered: shown for a month.

SHOWN_FOR = timedelta(days=30)


def record_changes(session: Session, course: Course, person_id: int, now: datetime) -> tuple[RecordChange, ...]:
    """The latest first. Two SELECTs."""
    since = now - SHOWN_FOR
    changes = [*_regrade_changes(session, person_id, since), *answered_since(session, course, person_id, since)]
    return tuple(sorted(changes, key=lambda change: change.at, reverse=True))


_REGRADED = (
    select(Attempt.id, Attempt.title, Regrading.at, RegradedAttempt.maintained)
    .join(RegradedAttempt, RegradedAttempt.attempt_id == Attempt.id)
    .join(Regrading, Regrading.id == RegradedAttempt.regrading_id)
    .where(Attempt.person_id == bindparam("person_id"), Regrading.at >= bindparam("since"))
    .order_by(RegradedAttempt.id)
)


def _regrade_changes(session: Session, person_id: int, since: datetime) -> list[RecordChange]:
    rows = session.execute(_REGRADED, {"person_id": person_id, "since": since})
    latest = {attempt_id: (title, at, maintained) for attempt_id, title, at, maintained in rows}
    return [
        RecordChange(
            "Une question a été corrigée : votre note est maintenue" if maintained else "Une question a été corrigée : votre note a été revue à la hausse",
            title,
            url_for("quiz.attempt", attempt_id=attempt_id),
            at,
        )
        for attempt_id, (title, at, maintained) in latest.items()
    ]


# --- The page --------------------------------------------------------------------------------------------------------


class NewsItem(Struct, frozen=True):
    card: ElementCard
    added: bool


class WaitingQuiz(Struct, frozen=True):
    """A quiz that somebody else must open again."""

    card: ElementCard
    since: datetime
    """The request, or where none was sent the last attempt."""
    days: int
    """Since then."""
    asked: bool


class PathChoice(Struct, frozen=True):
    """Another path that the person may follow instead of theirs."""

    id: str
    title: str
    steps: int
    done: int
    minutes: int
    """That the rest of it takes, about."""


class HomePage(Struct, frozen=True):
    first_name: str
    follows: bool
    """They learn, and are counted for it: by their role, or since they began something. To others the course is open, and asks for nothing."""
    path_title: str
    path_id: str
    progress: Progress
    minutes: int
    """That the rest of the path takes, about."""
    modules: tuple[ModuleCard, ...]
    """In the order in which the path is travelled."""
    next: NextStep | None
    """An attempt under way at a quiz that is not done, wherever it is; else what comes next. None where all is done, or all that is left waits."""
    after: ElementCard | None
    """What comes next on the path, where `next` is an attempt begun elsewhere."""
    under_way: tuple[NextStep, ...]
    """The other attempts under way, the last one begun first."""
    waiting: tuple[WaitingQuiz, ...]
    answerers: tuple[str, ...]
    """Who can answer; empty where nothing waits, or only administrators can."""
    meanwhile: FailedAttempt | None
    """What to read again while the first of them waits."""
    practice_id: int | None
    """The attempt whose missed questions may be practised meanwhile."""
    due_on: date | None
    due_moved: bool
    """Somebody set it for this person, who has not finished."""
    next_on: date | None
    """The nearest day by which something is left to do: a module's, or the path's."""
    late: int
    """Days since then."""
    pace: Pace | None
    """None where nothing is left that the person can do."""
    steps: int
    """That fit in the minutes of a week at that pace."""
    slot: str
    """When the person chose to read on, in words; empty where nothing is to come."""
    returning: Returning
    news: tuple[NewsItem, ...]
    changes: tuple[RecordChange, ...]
    """What happened to the person's own record lately."""
    finished_on: datetime | None
    attestation_url: str | None
    may_attest: bool
    """The path was completed by a decision or an edit rather than by an act: the attestation waits to be asked for."""
    review: ReviewCall | None
    to_refresh: Validity | None
    """Of the attestation of the path, where it is time to have it fresh again."""
    other_paths: tuple[PathChoice, ...]
    today: date


def home_page(session: Session, course: Course, person_id: int, name: str, now: datetime, *, learner: bool) -> HomePage:
    """`learner`: they have the role for it. As many SELECTs whatever the number of elements, attempts and requests."""
    mine = path_progress_of(session, course, person_id)
    held, places, today = attestations_held(session, person_id), reading_places(session, course, person_id), day_of(now)
    under_way = _under_way(session, mine, places)
    first = next((step for step in under_way if not step.card.done), None)
    following = step_to(session, mine, mine.next_id, None, places) if mine.next_id and not first else None
    waiting = mine.waiting_in(mine.path_elements())
    meanwhile = failed_attempt(session, course, person_id, waiting[0]) if waiting else None
    minutes, dates = mine.minutes_left(mine.path_elements()), due_dates_of(session, mine)
    next_on = dates.next_on(mine.path_progress(), mine.open_modules(dates.modules))
    paced, slot = pace(minutes, today, dates.due_on) if mine.next_id else None, coming_slot(session, person_id, now)
    return HomePage(
        first_name=first_name(name),
        follows=learner or mine.begun_at is not None,
        path_title=mine.path.title,
        path_id=mine.path.id,
        progress=mine.path_progress(),
        minutes=about(minutes),
        modules=tuple(module_card(mine, module, held, places, dates.modules.get(module.id)) for module in mine.modules()),
        next=first or following,
        after=_after(mine, first, places),
        under_way=tuple(step for step in under_way if step is not first),
        waiting=tuple(_waiting(mine, quiz_id, today) for quiz_id in waiting),
        answerers=who_answers(session, person_id, today) if waiting else (),
        meanwhile=meanwhile,
        practice_id=meanwhile.attempt_id if meanwhile and correction_shows(meanwhile.policy, submitted=True, left=0, passed=False) else None,
        due_on=dates.due_on,
        due_moved=dates.moved and next_on is not None,
        next_on=next_on,
        late=days_late(today, next_on),
        pace=paced,
        steps=mine.steps_within(paced.weekly) if paced else 0,
        slot=slot_words(slot) if slot else "",
        returning=returning(session, course, person_id, mine.begun_at, now),
        news=tuple(NewsItem(element_card(mine, item.element_id, places=places), item.added) for item in mine.news),
        changes=record_changes(session, course, person_id, now),
        finished_on=mine.path_completed_on(),
        attestation_url=attestation_url(held, mine.path.id),
        may_attest=mine.path.id not in held and mine.has_earned(mine.path.id),
        review=review_call(session, course, person_id, mine.progress, now) if offers("review") else None,
        to_refresh=_to_refresh(session, mine, held, today),
        other_paths=tuple(_choice(mine, path) for path in course.paths.paths if path.id != mine.path.id),
        today=today,
    )


def _choice(mine: PathProgress, path: LearningPath) -> PathChoice:
    steps = [element_id for element_id, _ in required_elements(mine.course, path)]
    done = sum(mine.state(element_id).done for element_id in steps)
    return PathChoice(path.id, path.title, len(steps), done, about(mine.minutes_left(steps)))


def _to_refresh(session: Session, mine: PathProgress, held: Mapping[str, str], today: date) -> Validity | None:
    """No SELECT where the path gives no validity."""
    if not mine.path.validity or mine.path.id not in held:
        return None
    found = attestation_validity(session, mine.course, held[mine.path.id])
    return found if found and found.may_refresh(today) else None


def _under_way(session: Session, mine: PathProgress, places: Mapping[str, str]) -> tuple[NextStep, ...]:
    """Attempts under way at published quizzes, those done already included."""
    found = open_attempts(session, mine.person_id)
    return tuple(step_to(session, mine, one.quiz_id, one, places) for one in found if one.quiz_id in mine.course.quizzes)


def _after(mine: PathProgress, first: NextStep | None, places: Mapping[str, str]) -> ElementCard | None:
    if first is None or mine.next_id is None or mine.next_id == first.card.id:
        return None
    return element_card(mine, mine.next_id, mine.course.module_of(mine.next_id), places)


def _waiting(mine: PathProgress, quiz_id: str, today: date) -> WaitingQuiz:
    waits = mine.waiting[quiz_id]
    since = waits.asked_at or waits.since
    return WaitingQuiz(element_card(mine, quiz_id, mine.course.module_of(quiz_id)), since, (today - day_of(since)).days, waits.asked_at is not None)
