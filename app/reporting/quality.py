"""The quality of the training: the evidence for each indicator of the national reference, the yearly results, and the sample for an auditor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

from msgspec import Struct
from sqlalchemy import JSON, ColumnElement, Engine, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app.assessment.models import Attempt, ExtraAttempt, Regrading
from app.content.store.queries import Publication, Revision
from app.content.values.course import Course
from app.content.values.library import Measure
from app.content.values.quiz import Quiz
from app.content.values.text import Source
from app.identity import audit
from app.identity.emails import HelpRequest
from app.identity.models import Person, PersonRole
from app.identity.rules import AUTHORS, TERRITORIAL
from app.learner.messages.queries import ThreadKind, TrainerMessage
from app.learner.positioning.models import Arrival, Positioning, PositioningResult
from app.learner.positioning.rules import WaiverDecision
from app.learner.surveys.queries import SurveyResult, figures, results
from app.platform.db import Base, UtcDateTime
from app.platform.errors import DomainError
from app.platform.french import day_of, number, percent, plural
from app.platform.site import offers
from app.platform.web.endpoints import find_offered
from app.record.progress.models import NEVER, Attestation, CohortMember, LearningEvent, PersonFigures
from app.record.progress.rules import EventType
from app.reporting.grid.columns import day_if_any
from app.reporting.quality_rules import CRITERIA, GUIDE, Indicator, Learnt, QualityCriterion, YearResult, last_quarter, year_of, year_results
from app.reporting.reminders.models import Reminder
from app.reporting.surveys import ShownFigure, shown_figure
from app.reporting.week.calls import CallRow
from app.reporting.week.rules import CallOutcome

# --- What the night counted ---
# A page that counts by itself would make its reader wait on a large site.

ONLY = 1


class QualityNight(Base):
    """One row, written again each night. It holds no person."""

    __tablename__ = "quality_night"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """What `count_evidence` counted."""
    years: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each `YearResult`, as `year_of` reads it."""


# --- The evidence for each indicator ---
# Each with the way to its rows. It names nobody.

YEAR = timedelta(days=365)


class Evidence(Struct, frozen=True):
    """« 14 objectifs : chacun a deux questions au moins », and where its rows are: an endpoint, for whoever may open it."""

    words: str
    endpoint: str = ""


@cache
def _count_queries() -> dict[str, ColumnElement[int]]:
    """Rows of each kind."""
    return {
        "arrivals": _of(audit.AdministrativeAct.id, audit.AdministrativeAct.act == "invitation_accepted"),
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
        "called": _of(CallRow.id, CallRow.outcome == CallOutcome.CALLED),
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
    counts, surveys = _Counts(found), results(session, course, on) if offers("surveys") else ()
    rows_of = {**_course(course, counts, on), **_people(counts), **_team(counts), **_improvement_evidence(counts, surveys)}
    return {number: tuple(one for one in rows if not one.endpoint or find_offered(one.endpoint)) for number, rows in rows_of.items()}


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
            Evidence(f"{plural(len(course.lessons), 'leçon')}, {plural(len(course.quizzes), 'quiz', 'quiz')}", "authoring.plan"),
            *((Evidence(plural(len(course.tools), "outil à remplir", "outils à remplir"), "reference.resources"),) if offers("tools") else ()),
            Evidence("État de l’accessibilité du site, critère par critère", "web.accessibility"),
        ),
        19: (
            *((Evidence(f"{shelf} dans la bibliothèque", "reference.resources"),) if offers("library") else ()),
            Evidence(f"{counts.say('published', 'texte publié', 'textes publiés')}, en {counts.say('revised', 'version datée', 'versions datées')}", "authoring.plan"),
            Evidence("Suivi à distance : chaque leçon ouverte, chaque quiz remis, avec sa date", "reporting.grid"),
        ),
        23: (Evidence(_review_words(law, "source officielle", "sources officielles", on), "reference.resources"),),
        24: (Evidence(_review_words(others, "source sur le métier", "sources sur le métier", on), "reference.resources"),),
        25: (Evidence(f"{plural(_recent(course, on), 'texte revu', 'textes revus')} depuis un an", "authoring.plan"),),
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


def _review_words(sources: list[Source], one: str, many: str, on: date) -> str:
    checked = sum(bool(source.checked) for source in sources)
    late = sum(source.review <= on for source in sources if source.review)
    return f"{plural(len(sources), one, many)}, dont {number(checked)} avec la date de leur vérification ; à revoir aujourd’hui : {number(late)}"


def _recent(course: Course, on: date) -> int:
    return sum(version.published_at >= (on - YEAR).isoformat() for version in course.versions.values())


def _people(counts: _Counts) -> dict[int, tuple[Evidence, ...]]:
    said = counts.say("positioned", "positionnement terminé", "positionnements terminés")
    positioned = (Evidence(said, "reporting.grid"),) if offers("positioning") else ()
    share = f" ({percent(counts['passed'] / counts['tries'])})" if counts["tries"] else ""
    return {
        2: (Evidence("Page publique : personnes, achèvement, semaines, abandon, satisfaction", "quality.results"),),
        4: (
            Evidence(f"{counts.say('wishes', 'attente écrite', 'attentes écrites')}", "reporting.grid"),
            *positioned,
        ),
        6: (Evidence(f"{counts.say('waived', 'parcours adapté', 'parcours adaptés')} par une dispense", "reporting.grid"),),
        8: (
            *positioned,
            Evidence(f"{counts.say('accepted', 'dispense acceptée', 'dispenses acceptées')}, {counts.say('refused', 'refusée par la personne', 'refusées par la personne')}"),
        ),
        9: (Evidence(f"{counts.say('arrivals', 'invitation acceptée', 'invitations acceptées')}, chacune datée", "reporting.grid"),),
        10: (
            Evidence(f"{counts.say('granted', 'tentative accordée', 'tentatives accordées')} avec leur raison", "week.index"),
            Evidence(f"{counts.say('moved', 'échéance déplacée', 'échéances déplacées')} pour une personne", "reporting.grid"),
            Evidence(f"{counts.say('helped', 'demande d’aide close', 'demandes d’aide closes')}", "help.index"),
        ),
        11: (
            Evidence(f"{counts.say('tries', 'quiz remis', 'quiz remis')}, dont {number(counts['passed'])} réussis{share}", "authoring.statistics"),
            Evidence(f"{counts.say('attested', 'attestation en cours', 'attestations en cours')}", "reporting.grid"),
        ),
        12: (
            Evidence(f"{counts.say('reminded', 'rappel envoyé', 'rappels envoyés')}", "reminders.index"),
            Evidence(f"{counts.say('called', 'appel noté', 'appels notés')} depuis un an", "week.index"),
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


def _improvement_evidence(counts: _Counts, surveys: tuple[SurveyResult, ...]) -> dict[int, tuple[Evidence, ...]]:
    judged = sum(len(one.subjects) for one in surveys)
    asked = tuple(Evidence(f"« {one.survey.title} » : {_answers(one)}", "opinions.index") for one in surveys)
    modules = f"Contenus évalués par les personnes sur {plural(judged, 'module ou parcours', 'modules ou parcours')}"
    return {
        30: asked or (Evidence("Aucune enquête n’est publiée", "opinions.index"),),
        31: (Evidence(f"{counts.say('reports', 'signalement')}, dont {number(counts['answered'])} avec une réponse", "authoring.inbox"),),
        32: (
            Evidence(f"{counts.say('fixed', 'texte corrigé', 'textes corrigés')} après un signalement", "authoring.inbox"),
            Evidence(f"{counts.say('regraded', 'reprise de notes', 'reprises de notes')} après une question corrigée", "authoring.statistics"),
        ),
        33: (Evidence(modules, "opinions.index"),),
    }


def _answers(one: SurveyResult) -> str:
    return plural(one.people, "réponse") if one.people else "moins de cinq réponses"


# --- What the pages of quality receive ---

LIVE = 5_000
"""People up to whom the page counts by itself."""
READ_AT_ONCE = 5_000
"""Rows in memory, of those that a night goes through."""


class ResultsPage(Struct, frozen=True):
    """The results of the whole site, the same all day."""

    until: date
    years: tuple[YearResult, ...]
    figures: tuple[ShownFigure, ...]


class QualityTile(Struct, frozen=True):
    indicator: Indicator
    evidence: tuple[Evidence, ...]


class QualityPage(Struct, frozen=True):
    criteria: tuple[tuple[QualityCriterion, tuple[QualityTile, ...]], ...]
    computed_at: datetime
    live: bool
    """Counted as the page is opened; else in the night."""
    guide: str = GUIDE


def results_page(session: Session, course: Course, on: date) -> ResultsPage:
    told = figures(results(session, course, on))
    return ResultsPage(last_quarter(on), _published_years(session, on), tuple(shown_figure(measure, told.get(measure)) for measure in Measure))


def night_of_large_site(session: Session) -> QualityNight | None:
    """What the night counted, of a site so large that nobody should wait for it."""
    large = session.scalar(select(PersonFigures.person_id).order_by(PersonFigures.person_id).offset(LIVE).limit(1)) is not None  # nobody is counted behind it
    night = session.get(QualityNight, ONLY) if large else None
    return night if night and is_whole(night.counts) else None


def _published_years(session: Session, on: date) -> tuple[YearResult, ...]:
    night = night_of_large_site(session)
    if night and day_of(night.settled_at) <= on and last_quarter(day_of(night.settled_at)) == last_quarter(on):
        return tuple(year_of(one) for one in night.years)
    return _years(session, on)


_kept: WeakKeyDictionary[Engine, tuple[date, tuple[YearResult, ...]]] = WeakKeyDictionary()
"""Of each database, the day and what was told then: a page that anybody may open reads everybody once a day and process."""


def _years(session: Session, on: date) -> tuple[YearResult, ...]:
    engine = session.get_bind().engine
    kept = _kept.get(engine)
    if kept is None or kept[0] != on:
        kept = _kept[engine] = on, years_now(session, on)
    return kept[1]


def years_now(session: Session, on: date) -> tuple[YearResult, ...]:
    return year_results(_learnt(session), last_quarter(on))


def _learnt(session: Session) -> Iterator[Learnt]:
    """One SELECT of four columns, whose rows come as they are read. Equal ones are one value: whoever holds a million of them holds few."""
    columns = (PersonFigures.first_at, PersonFigures.last_at, PersonFigures.completed_at, PersonFigures.finished)
    rows = session.execute(select(*columns).where(PersonFigures.first_at.is_not(None)), execution_options={"yield_per": READ_AT_ONCE})
    alike: dict[Learnt, Learnt] = {}
    for first, last, completed, finished in rows:
        if first is not None:
            one = Learnt(day_of(first), day_of(last) if last != NEVER else day_of(first), day_of(completed) if completed and finished else None)
            yield alike.setdefault(one, one)


def quality_page(session: Session, course: Course, now: datetime) -> QualityPage:
    night = night_of_large_site(session)
    counts = night.counts if night else count_evidence(session)
    found: Mapping[int, tuple[Evidence, ...]] = evidence(session, course, counts, day_of(now))
    tiles = ((criterion, tuple(QualityTile(one, found.get(one.number, ())) for one in criterion.indicators)) for criterion in CRITERIA)
    return QualityPage(tuple(tiles), night.settled_at if night else now, live=night is None)


class SampledPerson(Struct, frozen=True):
    id: int
    name: str
    begun: date | None
    done: date | None


class SamplePage(Struct, frozen=True):
    """The people of one draw, in its order."""

    token: str
    people: tuple[SampledPerson, ...]


def sample_page(session: Session, token: str, numbers: Sequence[int]) -> SamplePage:
    columns = (Person.id, Person.name, PersonFigures.first_at, PersonFigures.completed_at)
    rows = session.execute(select(*columns).join(PersonFigures, PersonFigures.person_id == Person.id).where(Person.id.in_(numbers)))
    found = {row.id: SampledPerson(row.id, row.name, day_if_any(row.first_at), day_if_any(row.completed_at)) for row in rows}
    return SamplePage(token, tuple(found[number] for number in numbers if number in found))


# --- The sample that an auditor asks for, and what the night stores ---
# Some people drawn at random by an administrator, for a reason that is an act and that each of them reads.

MOST, LEAST = 10, 3


class NobodyToDraw(DomainError):
    sentence = "Personne n’a commencé le cours : il n’y a aucun dossier à tirer."


def draw(session: Session, actor_id: int, count: int, seed: int, now: datetime) -> tuple[int, ...]:
    """Numbers of people who began, in the order of the draw. The act, and the line that each person reads, stand before anything is shown. Flushes."""
    begun = list(
        session.scalars(select(PersonFigures.person_id).where(PersonFigures.first_at.is_not(None), PersonFigures.counted).order_by(PersonFigures.person_id))
    )
    if not begun:
        raise NobodyToDraw
    drawn = tuple(Random(seed).sample(begun, min(max(LEAST, min(count, MOST)), len(begun))))  # noqa: S311 — a draw that can be done again, not a secret
    audit.record(session, actor_id, "quality_sample", None, now, personnes=len(drawn), graine=seed)
    audit.note_access(session, actor_id, drawn, "quality.sample", now)
    session.flush()
    return drawn


def counted_now(session: Session, now: datetime) -> tuple[dict[str, int], list[dict[str, Any]]]:
    return count_evidence(session), [one.as_json() for one in years_now(session, day_of(now))]


def keep(session: Session, figures: tuple[dict[str, int], list[dict[str, Any]]], now: datetime) -> None:
    """Flushes."""
    counts, years = figures
    session.merge(QualityNight(id=ONLY, settled_at=now, counts=counts, years=years))
    session.flush()
