"""What the site recorded that bears on each indicator, each with the way to its rows. It names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.assessment.models import Attempt, ExtraAttempt, Regrading
from app.content.store.models import Publication, Revision
from app.content.values.course import Course
from app.content.values.quiz import Quiz
from app.content.values.text import Source
from app.identity.letters.help import HelpRequest
from app.identity.models import Person, PersonRole
from app.identity.rules import AUTHORS, TERRITORIAL
from app.learner.messages.models import TrainerMessage
from app.learner.messages.rules import ThreadKind
from app.learner.positioning.models import Arrival, Positioning, PositioningResult
from app.learner.positioning.rules import WaiverDecision
from app.learner.surveys.queries import SurveyResult, results
from app.platform.french import number, percent, plural
from app.record.progress.models import Attestation, CohortMember, LearningEvent, PersonFigures
from app.record.progress.rules import EventType
from app.reporting.calls.models import Call
from app.reporting.reminders.models import Reminder

YEAR = timedelta(days=365)


class Evidence(Struct, frozen=True):
    """« 14 objectifs : chacun a deux questions au moins », and where its rows are: an endpoint, for whoever may open it."""

    words: str
    endpoint: str = ""


@cache
def _count_queries() -> dict[str, ColumnElement[int]]:
    """Rows of each kind."""
    return {
        "arrivals": _of(Arrival.person_id),
        "wishes": _of(Arrival.person_id, Arrival.wish != ""),
        "positioned": _of(Positioning.id, Positioning.ended_at.is_not(None)),
        "accepted": _of(PositioningResult.id, PositioningResult.decision == WaiverDecision.ACCEPTED),
        "refused": _of(PositioningResult.id, PositioningResult.decision == WaiverDecision.REFUSED),
        "waived": _of(PersonFigures.person_id, PersonFigures.waived > 0),
        "tries": _of(Attempt.id, Attempt.submitted_at.is_not(None), ~Attempt.practice),
        "passed": _of(Attempt.id, Attempt.submitted_at.is_not(None), ~Attempt.practice, Attempt.passed),
        "attested": _of(Attestation.id, Attestation.revoked_at.is_(None)),
        "granted": _of(ExtraAttempt.id),
        "moved": _of(LearningEvent.id, LearningEvent.event == EventType.DUE_MOVED),
        "helped": _of(HelpRequest.id, HelpRequest.closed_at.is_not(None)),
        "reminded": _of(Reminder.id),
        "called": _of(Call.id),
        "trainers": _of(PersonRole.person_id, PersonRole.name.in_(AUTHORS)),
        "managers": _of(PersonRole.person_id, PersonRole.name.in_(TERRITORIAL)),
        "followed": _of(CohortMember.person_id, CohortMember.trainer),
        "displayed": _of(Person.id, Person.display.is_not(None)),
        "reports": _of(TrainerMessage.id, TrainerMessage.kind == ThreadKind.ERROR),
        "answered": _of(TrainerMessage.id, TrainerMessage.kind == ThreadKind.ERROR, TrainerMessage.answered_at.is_not(None)),
        "fixed": _of(TrainerMessage.id, TrainerMessage.fixed),
        "regraded": _of(Regrading.id),
        "published": _of(Publication.document_id),
        "revised": _of(Revision.id),
    }


def count_evidence(session: Session) -> dict[str, int]:
    """One SELECT that reads whole tables: a large site counts at night."""
    return dict(session.execute(select(*(value.label(name) for name, value in _count_queries().items()))).one()._asdict())


def is_whole(counts: Mapping[str, int]) -> bool:
    """False for what an older version counted."""
    return counts.keys() == _count_queries().keys()


def _of(column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool] | InstrumentedAttribute[Any]) -> ColumnElement[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()


class _Counts(dict[str, int]):
    def say(self, name: str, one: str, many: str = "") -> str:
        return plural(self[name], one, many)


def evidence(session: Session, course: Course, found: Mapping[str, int], on: date) -> dict[int, tuple[Evidence, ...]]:
    """Returns the evidence by indicator number. `found`: the counts."""
    counts, surveys = _Counts(found), results(session, course, on)
    return {**_course(course, counts, on), **_people(counts), **_team(counts), **_improved(counts, surveys)}


def _course(course: Course, counts: _Counts, on: date) -> dict[int, tuple[Evidence, ...]]:
    minutes = sum(lesson.minutes for lesson in course.lessons.values())
    objectives, asked = _objectives(course)
    sources = course.sources.entries
    law, others = [one for one in sources if one.kind and one.kind.is_official], [one for one in sources if not (one.kind and one.kind.is_official)]
    shelf = plural(len(course.library.documents), "document")
    return {
        1: (
            Evidence(f"{plural(len(course.modules), 'module')} et {plural(len(course.lessons), 'leçon')}, avec objectifs et durée annoncée", "visitors.landing"),
            Evidence(f"{number(minutes)} minutes de lecture annoncées"),
        ),
        5: (Evidence(f"{plural(objectives, 'objectif de leçon', 'objectifs de leçon')}, dont {number(asked)} avec deux questions au moins", "authoring.statistics"),),
        17: (
            Evidence(f"{plural(len(course.lessons), 'leçon')}, {plural(len(course.quizzes), 'quiz', 'quiz')}, {plural(len(course.tools), 'outil')}", "toolbox.tools"),
            Evidence("État de l’accessibilité du site, critère par critère", "web.accessibility"),
        ),
        19: (
            Evidence(f"{shelf} dans la bibliothèque, {plural(len(course.tools), 'outil')} à remplir", "library.library"),
            Evidence(f"{counts.say('published', 'texte publié', 'textes publiés')}, en {counts.say('revised', 'version datée', 'versions datées')}", "authoring.home"),
            Evidence("Suivi à distance : chaque leçon ouverte, chaque quiz remis, avec sa date", "reporting.grid"),
        ),
        23: (Evidence(_watched(law, "source officielle", "sources officielles", on), "reference.sources"),),
        24: (Evidence(_watched(others, "source sur le métier", "sources sur le métier", on), "reference.sources"),),
        25: (Evidence(f"{plural(_recent(course, on), 'texte revu', 'textes revus')} depuis un an", "authoring.home"),),
    }  # fmt: skip


def _objectives(course: Course) -> tuple[int, int]:
    """(of lessons, of which two questions or more ask)."""
    asked: dict[tuple[str, str], int] = {}
    for quiz in course.quizzes.values():
        for question in quiz.questions:
            key = _objective_of(quiz, question.objective)
            asked[key] = asked.get(key, 0) + 1
    every = [(lesson.id, objective.id) for lesson in course.lessons.values() for objective in lesson.objectives]
    return len(every), sum(asked.get(key, 0) >= 2 for key in every)


def _objective_of(quiz: Quiz, written: str) -> tuple[str, str]:
    """`O1` is of the quiz's own lesson, `lecon-id/O1` of another."""
    lesson, _, objective = written.rpartition("/")
    return lesson or quiz.lesson_id or "", objective


def _watched(sources: list[Source], one: str, many: str, on: date) -> str:
    checked = sum(bool(source.checked) for source in sources)
    late = sum(source.review <= on for source in sources if source.review)
    return f"{plural(len(sources), one, many)}, dont {number(checked)} avec la date de leur vérification ; à revoir aujourd’hui : {number(late)}"


def _recent(course: Course, on: date) -> int:
    return sum(version.published_at >= (on - YEAR).isoformat() for version in course.versions.values())


def _people(counts: _Counts) -> dict[int, tuple[Evidence, ...]]:
    share = f" ({percent(counts['passed'] / counts['tries'])})" if counts["tries"] else ""
    return {
        2: (Evidence("Page publique : personnes, achèvement, semaines, abandon, satisfaction", "quality.results"),),
        4: (
            Evidence(f"{counts.say('wishes', 'attente écrite', 'attentes écrites')} à l’arrivée", "reporting.grid"),
            Evidence(f"{counts.say('positioned', 'positionnement terminé', 'positionnements terminés')}", "reporting.grid"),
        ),
        6: (Evidence(f"{counts.say('waived', 'parcours adapté', 'parcours adaptés')} par une dispense", "reporting.grid"),),
        8: (
            Evidence(f"{counts.say('positioned', 'positionnement terminé', 'positionnements terminés')}", "reporting.grid"),
            Evidence(f"{counts.say('accepted', 'dispense acceptée', 'dispenses acceptées')}, {counts.say('refused', 'refusée par la personne', 'refusées par la personne')}"),
        ),
        9: (Evidence(f"{counts.say('arrivals', 'personne a reçu', 'personnes ont reçu')} la page de bienvenue, datée", "reporting.grid"),),
        10: (
            Evidence(f"{counts.say('granted', 'tentative accordée', 'tentatives accordées')} avec leur raison", "reporting.requests"),
            Evidence(f"{counts.say('moved', 'échéance déplacée', 'échéances déplacées')} pour une personne", "reporting.grid"),
            Evidence(f"{counts.say('helped', 'demande d’aide close', 'demandes d’aide closes')}", "help.index"),
        ),
        11: (
            Evidence(f"{counts.say('tries', 'quiz remis', 'quiz remis')}, dont {number(counts['passed'])} réussis{share}", "authoring.statistics"),
            Evidence(f"{counts.say('attested', 'attestation en cours', 'attestations en cours')}", "reporting.grid"),
        ),
        12: (
            Evidence(f"{counts.say('reminded', 'rappel envoyé', 'rappels envoyés')}", "reminders.index"),
            Evidence(f"{counts.say('called', 'appel noté', 'appels notés')} depuis un an", "calls.index"),
        ),
        26: (
            Evidence(f"{counts.say('displayed', 'personne a réglé', 'personnes ont réglé')} l’affichage des pages (taille, contraste, espacement)"),
            Evidence("Déclaration d’accessibilité et contact", "web.accessibility"),
        ),
    }  # fmt: skip


def _team(counts: _Counts) -> dict[int, tuple[Evidence, ...]]:
    trainers = counts.say("trainers", "formateur", "formateurs")
    return {
        18: (
            Evidence(f"{trainers}, {counts.say('managers', 'responsable de territoire', 'responsables de territoire')}"),
            Evidence(f"{counts.say('followed', 'suivi de groupe', 'suivis de groupe')} par un formateur", "reporting.grid"),
        ),
        21: (Evidence(f"{trainers} sur ce site"),),
    }


def _improved(counts: _Counts, surveys: tuple[SurveyResult, ...]) -> dict[int, tuple[Evidence, ...]]:
    asked = tuple(Evidence(f"« {one.survey.title} » : {_answers(one)}", "opinions.index") for one in surveys)
    modules = sum(len(one.subjects) for one in surveys)
    return {
        30: asked or (Evidence("Aucune enquête n’est publiée", "opinions.index"),),
        31: (Evidence(f"{counts.say('reports', 'signalement')}, dont {number(counts['answered'])} avec une réponse", "authoring.reports"),),
        32: (
            Evidence(f"{counts.say('fixed', 'texte corrigé', 'textes corrigés')} après un signalement", "authoring.reports"),
            Evidence(f"{counts.say('regraded', 'reprise de notes', 'reprises de notes')} après une question corrigée", "authoring.statistics"),
        ),
        33: (Evidence(f"Contenus évalués par les personnes sur {plural(modules, 'module ou parcours', 'modules ou parcours')}", "opinions.index"),),
    }


def _answers(one: SurveyResult) -> str:
    return plural(one.people, "réponse") if one.people else "moins de cinq réponses"
