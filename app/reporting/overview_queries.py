"""`/pilotage`: one scope at a glance. Averages are given for five people or more; people are named where somebody should call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.models import AttemptRequest
from app.content.typography import french
from app.content.values import Course
from app.identity.models import Person
from app.learning.models import Attestation
from app.reporting.asking import Asked
from app.reporting.cites import District, districts, told
from app.reporting.lines import Line, Reader, conditions
from app.reporting.picture_drawing import drawn
from app.reporting.picture_queries import pictures_of
from app.reporting.reach import Reach
from app.reporting.rules import SMALL, Candidate, Situation, to_call
from app.reporting.table import element_title, place_names


@dataclass(frozen=True, slots=True)
class Count:
    words: str
    value: int
    url: str
    """The grid that lists them; empty where it has no such filter."""


@dataclass(frozen=True, slots=True)
class CallLine:
    person_id: int
    name: str
    url: str
    places: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, drawn with its table."""

    id: str
    title: str
    sentence: str
    html: Markup


@dataclass(frozen=True, slots=True)
class OverviewPage:
    scope: str
    total: int
    counts: tuple[Count, ...]
    calls: tuple[CallLine, ...]
    pictures: tuple[Shown, ...]
    """None below five people."""
    districts: tuple[District, ...]
    map_sentence: str
    smallest: int
    computed_at: datetime


def overview_page(session: Session, course: Course, reach: Reach, now: datetime) -> OverviewPage:
    reader = Reader(session, course, reach, Asked(order="avancement"), now)
    lines = list(reader.everything())
    cites = districts(reach, lines)
    return OverviewPage(
        scope=scope_words(reach),
        total=len(lines),
        counts=_counts(lines, _attestations(session, reach)),
        calls=_calls(session, course, reach, lines, now),
        pictures=tuple(Shown(picture.id, picture.title, french(picture.sentence), drawn(picture)) for picture in pictures_of(reader, lines)),
        districts=cites,
        map_sentence=told(cites),
        smallest=SMALL,
        computed_at=now,
    )


def scope_words(reach: Reach) -> str:
    names = [reach.tree.path_name(node) for node in reach.top]
    names += [f"cohorte « {reach.cohorts[cohort]} »" for cohort in sorted(reach.training)]
    return "Tout le réseau" if reach.everything else ", ".join(names) or "Aucun territoire ni cohorte ne vous est confié"


def _counts(lines: Sequence[Line], attestations: int) -> tuple[Count, ...]:
    by = Counter(line.situation for line in lines)
    words = {
        Situation.NOT_STARTED: "n’ont pas commencé",
        Situation.STARTED: "avancent",
        Situation.STUCK: "à l’arrêt depuis plus de 21 jours",
        Situation.FINISHED: "ont terminé",
    }
    found = [Count(text, by[one], url_for("reporting.grid", etat=one.value)) for one, text in words.items()]
    everybody = Count("personnes inscrites", len(lines), url_for("reporting.grid"))
    return (everybody, *found, Count("attestations délivrées", attestations, ""))


def _attestations(session: Session, reach: Reach) -> int:
    people = select(Person.id).where(*conditions(reach, Asked()))
    return session.scalar(select(func.count()).select_from(Attestation).where(Attestation.person_id.in_(people))) or 0


# --- Whom to call ---


def _calls(session: Session, course: Course, reach: Reach, lines: Sequence[Line], now: datetime) -> tuple[CallLine, ...]:
    asking = set(session.scalars(select(AttemptRequest.person_id).where(AttemptRequest.answered_at.is_(None))))
    candidates = [_candidate(course, line, line.id in asking) for line in lines if line.id != reach.reader_id]
    known = {line.id: line for line in lines}
    return tuple(
        CallLine(
            call.person_id,
            known[call.person_id].name,
            url_for("reporting.person", person_id=call.person_id),
            place_names(known[call.person_id], reach),
            call.reason[0].upper() + call.reason[1:],
        )
        for call in to_call(candidates, now)
    )


def _candidate(course: Course, line: Line, asks: bool) -> Candidate:
    quiz = line.figures.failing_id
    return Candidate(line.id, line.situation, line.figures.path, line.since, line.last_at, asks, element_title(course, quiz) if quiz else None)
