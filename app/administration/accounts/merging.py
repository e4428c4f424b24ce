"""Merges two accounts of one person. No row of the ledger is lost or rewritten: each changes owner only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.administration.accounts import invitations, queries
from app.administration.accounts.queries import PersonRow
from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt
from app.identity import audit, services
from app.identity.models import MailRefusal, MailWish, Membership, Person
from app.identity.rules import ADMINISTRATORS, TERRITORIAL, Role
from app.identity.services import scope_of, territory_tree
from app.identity.sign_in.guards import current_person
from app.learner.messages.queries import TrainerMessage
from app.platform import clock
from app.platform.db import db, insert_once
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.web.edge import searched_words
from app.platform.web.endpoints import act, page
from app.record.figures import store
from app.record.ledger import store_projections
from app.record.progress import rules
from app.record.progress.models import Attestation, CohortMember, ElementState, Enrolment, LearningEvent, ReadingPlace, Submission
from app.record.progress.queries import ledger_rows, ledger_rows_mixed


class NotMergeable(DomainError):
    sentence = "Ces deux comptes ne peuvent pas être fusionnés."


class MergedAccount(Struct, frozen=True):
    """One of the two accounts, as the page shows it."""

    id: int
    name: str
    email: str
    active: bool
    since: datetime
    roles: tuple[Role, ...]
    events: int
    attempts: int
    attestations: int
    territories: int
    cohorts: int
    done: int


class MergePage(Struct, frozen=True):
    """What will happen: `kept` receives what `gone` has, and `gone` is closed. `done`: elements done, afterwards."""

    kept: MergedAccount
    gone: MergedAccount
    done: int
    events: int
    roles: tuple[Role, ...]
    unfinished: int
    """Attempts under way on both sides for one quiz: the closed account's stays there, unsent."""


def check(kept: Person, gone: Person, actor_id: int) -> None:
    """Raises NotMergeable."""
    if kept.id == gone.id:
        raise NotMergeable("Choisissez deux comptes différents.")
    if not kept.active:
        raise NotMergeable("Le compte gardé est fermé : rouvrez-le, ou gardez l’autre.")
    if gone.id == actor_id:
        raise NotMergeable("Votre propre compte serait fermé : gardez-le, ou demandez à une autre personne qui administre.")


def preview_merge(session: Session, kept: Person, gone: Person) -> MergePage:
    """What `merge` would do, without doing it."""
    sides = _side(session, kept), _side(session, gone)
    done = sum(progress.state.done for progress in rules.project(ledger_rows_mixed(session, [kept.id, gone.id])).values())
    roles = _roles(session, kept, gone)
    return MergePage(sides[0], sides[1], done, sides[0].events + sides[1].events, roles, len(_both_under_way(session, kept.id, gone.id)))


def _side(session: Session, person: Person) -> MergedAccount:
    def count(table: Any) -> int:
        return session.scalar(select(func.count()).select_from(table).where(table.person_id == person.id)) or 0

    done = sum(progress.state.done for progress in rules.project(ledger_rows(session, person.id)).values())
    roles = tuple(sorted(person.role_set))
    events, attempts, attestations, places, cohorts = (count(table) for table in (LearningEvent, Attempt, Attestation, Membership, CohortMember))
    return MergedAccount(person.id, person.name, person.email, person.active, person.created_at, roles, events, attempts, attestations, places, cohorts, done)


def _roles(session: Session, kept: Person, gone: Person) -> tuple[Role, ...]:
    """Both accounts' roles; administration is given on purpose, never by a merge, and looking after territories comes with one."""
    left = ADMINISTRATORS if scope_of(session, gone.id) else ADMINISTRATORS | TERRITORIAL
    return tuple(sorted(kept.role_set | (gone.role_set - left)))


def merge_accounts(session: Session, kept: Person, gone: Person, actor_id: int, now: datetime) -> None:
    """Everything of `gone` becomes `kept`'s; `gone` is closed and its links stop. Raises NotMergeable."""
    both = select(Person).where(Person.id.in_([kept.id, gone.id])).order_by(Person.id)
    # As `lock` of `app/identity/services.py` does, and stronger: whoever is writing a row that names one of them is waited for, so that it moves too.
    session.scalars(both.with_for_update().execution_options(populate_existing=True)).all()
    check(kept, gone, actor_id)
    events = _move_record(session, kept.id, gone.id)
    _move_attempts(session, kept.id, gone.id)
    _move_enrolments(session, kept.id, gone.id)
    _move_places(session, kept.id, gone.id, now)
    _move_cohorts(session, kept.id, gone.id)
    services.set_roles(session, kept, _roles(session, kept, gone))
    services.set_scope(session, kept, scope_of(session, kept.id) | scope_of(session, gone.id))
    services.set_scope(session, gone, ())
    services.set_roles(session, gone, gone.role_set - TERRITORIAL)
    kept.side = kept.side or gone.side
    chosen: list[MailRefusal | MailWish] = [
        *session.scalars(select(MailRefusal).filter_by(person_id=gone.id)),
        *session.scalars(select(MailWish).filter_by(person_id=gone.id)),
    ]
    for row in chosen:
        insert_once(session, type(row), {"person_id": kept.id, "kind": row.kind, "at": row.at})
    invitations.withdraw_invitation(session, gone, actor_id, now)
    services.merged.send(session, kept=kept.id, gone=gone.id)
    services.set_active(session, gone, False)
    store.forget(session, [kept.id, gone.id])
    audit.record(session, actor_id, "accounts_merged", kept.id, now, compte=gone.id, événements=events)


def _move_record(session: Session, kept: int, gone: int) -> int:
    """The ledger, its projection (made anew from both), attestations that the kept account does not hold. Returns how many events moved."""
    moved = session.scalars(update(LearningEvent).where(LearningEvent.person_id == gone).values(person_id=kept).returning(LearningEvent.id)).all()
    session.execute(delete(ElementState).where(ElementState.person_id.in_([kept, gone])))
    store_projections(session, [(kept, progress) for progress in rules.project(ledger_rows(session, kept)).values()])
    held = select(Attestation.subject_id).where(Attestation.person_id == kept)
    _give(session, Attestation, kept, gone, Attestation.subject_id.not_in(held.scalar_subquery()))
    _give(session, Submission, kept, gone)
    _give(session, TrainerMessage, kept, gone)
    read = select(ReadingPlace.lesson_id).where(ReadingPlace.person_id == kept)
    _give(session, ReadingPlace, kept, gone, ReadingPlace.lesson_id.not_in(read.scalar_subquery()))
    return len(moved)


def _give(session: Session, table: Any, kept: int, gone: int, *which: Any) -> None:
    session.execute(update(table).where(table.person_id == gone, *which).values(person_id=kept))


def _both_under_way(session: Session, kept: int, gone: int) -> set[str]:
    def under_way(person_id: int) -> set[str]:
        query = select(Attempt.quiz_id).where(Attempt.person_id == person_id, Attempt.submitted_at.is_(None), Attempt.practice.is_(False))
        return set(session.scalars(query))

    return under_way(kept) & under_way(gone)


def _move_attempts(session: Session, kept: int, gone: int) -> None:
    """Numbered after the kept account's own."""
    doubled = _both_under_way(session, kept, gone)
    last = {(quiz, practice): number for quiz, practice, number in session.execute(
        select(Attempt.quiz_id, Attempt.practice, func.max(Attempt.number)).where(Attempt.person_id == kept).group_by(Attempt.quiz_id, Attempt.practice)
    )}  # fmt: skip
    for row in session.scalars(select(Attempt).where(Attempt.person_id == gone).order_by(Attempt.id)).all():
        if row.quiz_id in doubled and row.submitted_at is None and not row.practice:
            continue
        row.number += last.get((row.quiz_id, row.practice), 0)
        row.person_id = kept
    session.flush()
    _give(session, ExtraAttempt, kept, gone)
    asked = select(AttemptRequest.quiz_id).where(AttemptRequest.person_id == kept, AttemptRequest.answered_at.is_(None))
    _give(session, AttemptRequest, kept, gone, AttemptRequest.answered_at.is_not(None) | AttemptRequest.quiz_id.not_in(asked.scalar_subquery()))


def _move_enrolments(session: Session, kept: int, gone: int) -> None:
    """On a path that both follow, the kept account's set stays, with what was done on the other: no share falls."""
    mine = {row.path_id: row for row in session.scalars(select(Enrolment).where(Enrolment.person_id == kept))}
    done = {progress.element_id for progress in rules.project(ledger_rows(session, kept)).values() if progress.state.done}
    for row in session.scalars(select(Enrolment).where(Enrolment.person_id == gone).order_by(Enrolment.id)).all():
        own = mine.get(row.path_id)
        if own is None:
            row.person_id = kept
            continue
        pinned = {pin[0] for pin in own.pins}
        own.pins = [*own.pins, *(pin for pin in row.pins if pin[0] in done - pinned)]
        own.enrolled_at = min(own.enrolled_at, row.enrolled_at)
        session.delete(row)
    session.flush()


def _move_places(session: Session, kept: int, gone: int, now: datetime) -> None:
    """History comes along; where both belong today, the kept account belongs since the earlier day."""
    rows = session.scalars(select(Membership).where(Membership.person_id.in_([kept, gone])).order_by(Membership.id)).all()
    mine = {row.territory_id: row for row in rows if row.person_id == kept and row.ended_on is None}
    for row in _of(rows, gone):
        twin = mine.get(row.territory_id) if row.ended_on is None else None
        if twin is None:
            row.person_id = kept
            continue
        twin.started_on = min(twin.started_on, row.started_on)
        row.ended_on = max(day_of(now), row.started_on)
    session.flush()


def _of(rows: Iterable[Membership], person_id: int) -> list[Membership]:
    return [row for row in rows if row.person_id == person_id]


def _move_cohorts(session: Session, kept: int, gone: int) -> None:
    rows = session.scalars(select(CohortMember).where(CohortMember.person_id == gone)).all()
    for row in rows:
        insert_once(session, CohortMember, {"cohort_id": row.cohort_id, "person_id": kept, "trainer": row.trainer})
        session.delete(row)
    session.flush()


# --- `/administration/personnes/<n>/fusion` ---
# Choose the other account, read what will happen, do it.

blueprint = Blueprint("merging", __name__, url_prefix="/administration/personnes/<int:person_id>/fusion")

MOST = 20


class ChoosePage(Struct, frozen=True):
    id: int
    name: str
    text: str
    found: tuple[PersonRow, ...]


def _two(person_id: int, other_id: int) -> tuple[Person, Person]:
    return queries.somebody(db.session, person_id), queries.somebody(db.session, other_id)


@blueprint.get("")
@page(who=ADMINISTRATORS, names_people="Choix d’un compte à fusionner avec le vôtre")
def choose(person_id: int) -> str:
    kept, _ = _two(person_id, person_id)
    text, now = searched_words(kept.name), clock.now()
    others = [Person.id != person_id, queries.NOT_ERASED, *queries.holding(text)]
    found = queries.people_rows(db.session, territory_tree(db.session), now, others, MOST) if text else ()
    audit.record_access([row.id for row in found], "administration.people", now)
    return render_template("administration/accounts/merge_choose.html", page=ChoosePage(kept.id, kept.name, text, found))


@blueprint.get("/<int:other_id>")
@page(who=ADMINISTRATORS, fresh_factor=True, names_people="Ce que ferait une fusion avec votre compte")
def preview(person_id: int, other_id: int) -> str:
    kept, gone = _two(person_id, other_id)
    check(kept, gone, current_person().id)
    page = preview_merge(db.session, kept, gone)
    return render_template("administration/accounts/merge_preview.html", page=page)


@blueprint.post("/<int:other_id>")
@act(who=ADMINISTRATORS, fresh_factor=True, names_people="Fusion de comptes")
def merge(person_id: int, other_id: int) -> ResponseReturnValue:
    kept, gone = _two(person_id, other_id)
    merge_accounts(db.session, kept, gone, current_person().id, clock.now())
    flash("Les deux comptes n’en font plus qu’un.", "success")
    db.session.commit()
    return redirect(url_for("administration.person", person_id=person_id), 303)
