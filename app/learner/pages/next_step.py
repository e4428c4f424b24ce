"""The one thing to do now, on the learner's table and in a module: where the person stopped, the question they were at, what they missed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.attempts.plan_queries import FailedAttempt, failed_attempt
from app.assessment.attempts.standing_queries import OpenAttempt
from app.content.values.text import CROSSING
from app.record.progress.cards import ElementCard, element_card
from app.record.progress.path_progress import PathProgress
from app.record.progress.rules import ProgressState


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
