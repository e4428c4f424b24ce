"""What the stored figures cost those who learn: the same saves with them and without, one after the other, in one process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import count
from unittest import mock

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts import services as start
from app.assessment.attempts.services import save_answer
from app.content.store.queries import course
from app.platform import clock
from app.platform.db import db, writing
from app.record import services
from app.record.figures import store as stored_figures
from app.record.progress.models import PersonFigures
from tests.bench.journeys import QUIZ
from tests.bench.people import FIRST
from tests.record.world import World

WARM, PAIRS = 10, 100


def ratios(app: Flask) -> dict[str, float]:
    """Medians with the figures, over medians without."""
    return {name: spent / without for name, (spent, without) in medians(app).items()}


def medians(app: Flask, first: int = FIRST) -> dict[str, tuple[float, float]]:
    """Seconds with the figures, and without, of people from `first` on: others each time, where it is measured again."""
    with app.app_context():
        wanted = select(PersonFigures.person_id).where(PersonFigures.person_id >= first).order_by(PersonFigures.person_id).limit(2 * (WARM + PAIRS) + 1)
        people, lesson = db.session.scalars(wanted).all(), next(reversed(course(db.session).lessons))
        db.session.rollback()
        numbers, readers = count(), iter(people[1:])
        attempt, position, form = _open_attempt(people[0])

        def save(session: Session) -> None:
            number = next(numbers)
            answer = {name: [f"{value[0]} {number}"] for name, value in form.items()}
            save_answer(session, people[0], attempt, position, answer, key=f"b{number}", now=clock.now())

        def read(session: Session) -> None:
            services.mark_read(session, course(session), next(readers), lesson, clock.now())

        return {"save_answer": _both(save), "finish_element": _both(read)}


def _open_attempt(person: int) -> tuple[int, int, dict[str, list[str]]]:
    """(attempt, position, right answer) of a question that is answered by a text."""
    with writing() as session:
        published = course(session)
        attempt = start.start_attempt(session, published, person, QUIZ, seed=7, now=clock.now())
        forms = World._forms(session, person, attempt.id, 1)
        return next((attempt.id, position, form) for position, form in forms if "texte" in form)  # type: ignore[misc]


def _both(act: Callable[[Session], None]) -> tuple[float, float]:
    """Each with the figures beside one without, so that what the machine does meanwhile is shared."""
    with_figures, without = [], []
    for number in range(2 * (WARM + PAIRS)):
        if number % 4 in (0, 3):  # with, without, without, with: who comes first wins nothing
            with_figures.append(_timed(act))
            continue
        with mock.patch.object(stored_figures, "refresh"):
            without.append(_timed(act))
    return statistics.median(with_figures[WARM:]), statistics.median(without[WARM:])


def _timed(act: Callable[[Session], None]) -> float:
    begin = time.perf_counter()
    with writing() as session:
        act(session)
    return time.perf_counter() - begin
