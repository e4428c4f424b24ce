"""`/pilotage`: one scope at a glance. Averages are given for five people or more; people are named where somebody should call them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.french import french
from app.learning.progress.models import Attestation, PersonFigures
from app.reporting.grid.columns import place_names
from app.reporting.grid.rows import Reader
from app.reporting.overview.calls import calls
from app.reporting.overview.chart_queries import pictures_of
from app.reporting.overview.charts_svg import drawn
from app.reporting.overview.groups import Crowd, crowd_of
from app.reporting.overview.map import District, districts, told
from app.reporting.scope.filters import Asked
from app.reporting.scope.reach import Reach
from app.reporting.scope.rules import SMALL, Situation
from app.reporting.scope.selection import kept_by


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
    scopeless: bool
    """A responsable without a territory is told so, and is given no figure unless they train a cohort."""
    nobody: bool
    """The reader looks after no territory and trains no cohort: no section is shown."""
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
    """Four SELECTs besides those that a report begins with, whatever the size."""
    crowd = crowd_of(Reader(session, course, reach, Asked(), now))
    cites = districts(reach, crowd.groups)
    return OverviewPage(
        scope=scope_words(reach),
        scopeless=reach.scopeless,
        nobody=not (reach.everything or reach.nodes or reach.training),
        total=crowd.total,
        counts=_counts(crowd),
        calls=_calls(crowd.reader),
        pictures=tuple(Shown(picture.id, picture.title, french(picture.sentence), drawn(picture)) for picture in pictures_of(crowd)),
        districts=cites,
        map_sentence=told(cites),
        smallest=SMALL,
        computed_at=now,
    )


def scope_words(reach: Reach) -> str:
    names = [reach.tree.path_name(node) for node in reach.top]
    names += [f"cohorte « {reach.cohorts[cohort]} »" for cohort in sorted(reach.training)]
    return "Tout le réseau" if reach.everything else ", ".join(names) or "Aucun territoire ni cohorte ne vous est confié"


def _counts(crowd: Crowd) -> tuple[Count, ...]:
    words = {
        Situation.NOT_STARTED: "n’ont pas commencé",
        Situation.STARTED: "avancent",
        Situation.STUCK: "à l’arrêt depuis plus de 21 jours",
        Situation.FINISHED: "ont terminé",
    }
    found = [Count(text, crowd.by_situation[one], url_for("reporting.grid", etat=one.value)) for one, text in words.items()]
    everybody = Count("personnes inscrites", crowd.total, url_for("reporting.grid"))
    return (everybody, *found, Count("attestations délivrées", attestations(crowd.reader), ""))


def attestations(reader: Reader) -> int:
    """How many the people of a report hold."""
    holders = select(Attestation.id).join(PersonFigures, PersonFigures.person_id == Attestation.person_id)
    kept = holders.where(*kept_by(reader.reach, reader.asked, reader.now)).subquery()
    return reader.session.scalar(select(func.count()).select_from(kept)) or 0


def _calls(reader: Reader) -> tuple[CallLine, ...]:
    return tuple(
        CallLine(line.id, line.name, url_for("reporting.person", person_id=line.id), place_names(line, reader.reach), reason[0].upper() + reason[1:])
        for line, reason in calls(reader)
    )
