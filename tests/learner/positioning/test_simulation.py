"""A thousand learners who do not exist: the published pool spares those who know, and few others."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from app.learner.positioning.models import pool_of
from app.learner.positioning.rules import PositioningItem
from app.learner.positioning.simulation import simulate
from tests.course import the_course
from tests.learner.positioning.rules import HISTORIES, POOL
from tests.learner.positioning.taking import pools
from tests.record.world import World

HOMES = ("politique-de-la-ville", "politiques-educatives-locales", "education-prioritaire")


@pytest.mark.proof
def test_the_published_pool_decides_right() -> None:
    """What is in `quizzes/` today, by the floors of the course."""
    course = the_course.course()
    pool = pool_of(course)
    found = simulate(pool.items, pool.histories, [line.id for line in course.lines if line.side])
    assert found.right >= 0.97
    assert found.unjustified_of_waivers <= 0.01
    assert found.mean_questions <= 12


def test_a_pool_that_anybody_may_guess_is_found_out() -> None:
    easy = [PositioningItem(item.id, item.module_id, item.level, 0.5) for item in POOL]
    assert simulate(POOL, HISTORIES, HOMES, 200).right > 0.94 > simulate(easy, HISTORIES, HOMES, 200).right


def test_the_command_prints_the_figures(world: World) -> None:
    world.publish_together(*pools())
    run = world.app.test_cli_runner()
    told = run.invoke(args=["positioning", "simulate", "--learners", "50", "--json"])
    assert told.exit_code == 0
    figures = json.loads(told.output)
    assert set(figures) == {"right", "unjustified_of_waivers", "missed", "mean_questions", "learners", "seed"}
    assert (figures["learners"], figures["seed"]) == (50, 14)
    assert "Décisions justes" in run.invoke(args=["positioning", "simulate", "--learners", "50"]).output
    assert figures == json.loads(run.invoke(args=["positioning", "simulate", "--learners", "50", "--json"]).output)


def test_without_questions_the_command_says_so(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["positioning", "simulate"])
    assert told.exit_code == 1
    assert "Aucune question" in told.output
