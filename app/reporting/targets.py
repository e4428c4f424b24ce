"""Targets of cohorts: so many people to have finished by a day, and the state of each: reached, on the way with the pace that is needed, missed by so many."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import case, func, select

from app.platform.french import agree, french_date, plural
from app.record.progress.models import Cohort, CohortMember, PersonFigures
from app.reporting.grid.rows import PeopleReport

# --- Pure ---


class TargetState(StrEnum):
    """Its words begin the sentence."""

    REACHED = "atteint"
    ON_THE_WAY = "en chemin"
    MISSED = "manqué"
    IN_PART = "en partie visible"
    """The reader sees a part of the cohort, too few to reach it alone: its state would tell of people whom they may not see."""


def target_state(done: int, wanted: int, by: date, on: date, *, whole: bool) -> TargetState:
    """`whole`: everybody of the cohort is counted in `done`, not only those whom the reader may see, or looks at."""
    if done >= wanted:
        return TargetState.REACHED
    if not whole:
        return TargetState.IN_PART
    return TargetState.MISSED if on > by else TargetState.ON_THE_WAY


def pace_words(left: int, days: int) -> str:
    """How many people are to finish in so many days, and what that is a week; `days` may be 0: today is the last."""
    if days == 0:
        return f"il en faut {left} de plus aujourd’hui"
    whole = f"il en faut {left} de plus en {plural(days, 'jour')}"
    if days < 14:
        return whole
    if left * 7 > days:
        return f"{whole}, soit {-(-left * 7 // days)} par semaine"
    weeks = days // 7 // left
    return f"{whole}, soit une {'par semaine' if weeks == 1 else f'toutes les {weeks} semaines'}"


def target_words(done: int, wanted: int, by: date, on: date, *, whole: bool) -> str:
    """The state and its reason, in one sentence."""
    state = target_state(done, wanted, by, on, whole=whole)
    finished = plural(done, "personne a terminé", "personnes ont terminé") if done else "personne n’a terminé"
    if state is TargetState.IN_PART:
        aim = f"en visait {wanted} pour le {french_date(by)}, qui est passé" if on > by else f"en vise {wanted} pour le {french_date(by)}"
        return f"{finished} parmi celles que vous suivez ; la cohorte entière {aim}."
    aim = f"{finished} sur {wanted} {agree(wanted, 'visée')} pour le {french_date(by)}"
    if state is TargetState.REACHED:
        return f"{state} : {aim}."
    return f"manqué de {wanted - done} : {aim}." if state is TargetState.MISSED else f"{state} : {aim} ; {pace_words(wanted - done, (by - on).days)}."


# --- Of a report ---


class TargetLine(Struct, frozen=True):
    cohort: int
    name: str
    state: TargetState
    words: str


def targets(report: PeopleReport) -> tuple[TargetLine, ...]:
    """Returns how far the reader's cohorts, or the one chosen, have come towards their target, the next day first. One SELECT."""
    wanted = report.filter.cohort
    mine = sorted(report.scope.cohorts) if wanted is None else [wanted]
    paths = report.calculator.paths
    its_path = case((Cohort.path_id.in_(paths), Cohort.path_id), else_=report.calculator.default.id)
    cohorts = select(Cohort).where(Cohort.id.in_(mine), Cohort.target_on.is_not(None)).subquery()
    done = (
        select(CohortMember.cohort_id, PersonFigures.completed_at)
        .join(PersonFigures, PersonFigures.person_id == CohortMember.person_id)
        .join(Cohort, (Cohort.id == CohortMember.cohort_id) & (PersonFigures.path_id == its_path))
        .where(~CohortMember.trainer, PersonFigures.finished, *report.conditions())
    ).subquery()
    finished = func.count(done.c.completed_at)
    query = select(cohorts, finished.label("done")).outerjoin(done, done.c.cohort_id == cohorts.c.id).group_by(*cohorts.c)
    whole = report.scope.everybody and not report.filter.territory
    lines: list[TargetLine] = []
    for row in report.session.execute(query.order_by(cohorts.c.target_on, cohorts.c.name)):
        facts = row.done, row.target_people, row.target_on, report.scope.on
        seen = whole or row.id in report.scope.training
        lines.append(TargetLine(row.id, row.name, target_state(*facts, whole=seen), target_words(*facts, whole=seen)))
    return tuple(lines)
