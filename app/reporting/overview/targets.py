"""Targets of cohorts: so many people to have finished by a day; where one stands, in words."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from sqlalchemy import case, func, select

from app.platform.french import agree, french_date, plural
from app.record.progress.models import Cohort, CohortMember, PersonFigures
from app.reporting.grid.rows import PeopleReport


class TargetLine(Struct, frozen=True):
    cohort: int
    name: str
    words: str


def targets(report: PeopleReport) -> tuple[TargetLine, ...]:
    """Returns how far the reader's cohorts, or the one chosen, have come towards their goal. One SELECT."""
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
    rows = report.session.execute(query.order_by(cohorts.c.target_on, cohorts.c.name))
    return tuple(
        TargetLine(row.id, row.name, target_words(row.done, row.target_people, row.target_on, report.scope.on, whole=whole or row.id in report.scope.training))
        for row in rows
    )


def target_words(done: int, wanted: int, by: date, on: date, *, whole: bool) -> str:
    """`whole`: everybody of the cohort is counted, not only those whom the reader may see, or looks at."""
    told = plural(done, "personne a terminé", "personnes ont terminé") if done else "personne n’a terminé"
    if not whole:
        aim = f"en visait {wanted} pour le {french_date(by)}, qui est passé" if on > by else f"en vise {wanted} pour le {french_date(by)}"
        return f"{told} parmi celles de cette page ; la cohorte entière {aim}."
    left = wanted - done
    if left <= 0:
        return f"{told} sur {wanted} visées pour le {french_date(by)} : l’objectif est atteint."
    if on > by:
        return f"{told} sur {wanted} visées pour le {french_date(by)}, qui est passé : il en manque {left}."
    days = plural((by - on).days, "jour")
    return f"{told} sur {wanted} visées pour le {french_date(by)} : il {agree(left, 'en reste une', f'en reste {left}')}, et {days}."
