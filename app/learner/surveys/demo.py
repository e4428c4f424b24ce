"""The demonstration's part in the surveys: some months of answers, of those who finished a module and of others who left since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.surveys import Asked, Measure, Moment, Survey, SurveyQuestion
from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.learner.surveys.models import SurveyTurn, SurveyWeek
from app.learner.surveys.queries import asked_now, kind_of_subject
from app.learner.surveys.services import count
from app.platform.french import day_of
from app.record.progress.models import Attestation

WEEKS = 30
"""Before today, over which answers are spread."""
PEOPLE = {Moment.HOT: 17, Moment.COLD: 14, Moment.MANAGER: 9}
"""Who answered each survey on each thing, about."""
SAID = (
    "Plus d’exemples de petites communes.",
    "Une fiche sur le rôle de la CAF m’aurait aidée.",
    "Les quiz sont bien ; les corrections encore mieux.",
    "J’aurais aimé savoir qui appeler à la préfecture.",
    "Rien de trop. Le glossaire m’a sauvé la vie en comité de pilotage.",
    "Moins de dates, plus de situations.",
    "Le temps annoncé est juste, c’est rare.",
    "Un échange entre CPO à la fin serait bienvenu.",
)


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, _people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where there is an answer, nothing more is written."""
    if session.scalar(select(SurveyWeek.survey_id).limit(1)) is not None:
        return
    published = course(session)
    held = session.execute(select(Attestation.person_id, Attestation.subject_id).order_by(Attestation.person_id, Attestation.subject_id)).all()
    for number, (person_id, subject_id) in enumerate(held):
        for survey in asked_now(published, subject_id) if number % 2 else ():
            session.add(SurveyTurn(person_id=person_id, survey_id=survey.id, subject_id=subject_id, answered=True))
    chance = Random(33)  # noqa: S311 — a demonstration, not a secret
    for survey in published.surveys.values():
        for subject_id in _subjects(published, survey):
            for _ in range(PEOPLE[survey.moment] + chance.randint(-3, 5)):
                week = now - timedelta(weeks=chance.randint(0, WEEKS))
                count(session, survey, subject_id, _sheet(survey, chance), day_of(week))


def _subjects(published: Course, survey: Survey) -> list[str]:
    known = dict.fromkeys(each for path in published.paths.paths for each in (*path.module_ids, path.id))
    if survey.moment is Moment.HOT:
        return [each for each in known if kind_of_subject(published, each) in survey.after]
    return [path.id for path in published.paths.paths if path.default]


def _sheet(survey: Survey, chance: Random) -> dict[str, Sequence[str]]:
    """Mostly favourable; some leave a question, and few write."""
    return {question.id: said for question in survey.questions if (said := _said(question, chance))}


def _said(question: SurveyQuestion, chance: Random) -> Sequence[str]:
    if question.asked is Asked.FREE:
        return [chance.choice(SAID)] if chance.random() < 0.4 else ()
    if chance.random() < 0.06:
        return ()
    if question.asked is Asked.MULTIPLE:
        return [option for option in question.options if chance.random() < 0.4]
    if question.asked is Asked.SCALE:
        weights = (1, 1, 9, 14) if question.measure is Measure.SATISFACTION else (1, 3, 11, 8)
        return chance.choices(question.options, weights)
    return chance.choices(question.options, [1 + place % 2 * 3 for place in range(len(question.options))])
