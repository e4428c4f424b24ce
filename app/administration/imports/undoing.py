"""An import undone within a day: accounts that it opened go, what it gave to others is taken back; whatever somebody touched since stays, and is told.

Flushes, never commits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.orm import Session

from app.administration.acts import LABELS
from app.administration.imports.queries import CREATED, JudgedLine
from app.administration.models import UNDONE, Invitation, PeopleImport
from app.administration.privacy import erasure
from app.administration.privacy.queries import table_of, treatments_here
from app.identity import services as accounts
from app.identity.audit import acts
from app.identity.audit.acts import AdministrativeAct
from app.identity.models import Membership, Person, Scope
from app.platform.french import day_of
from app.platform.settings import Settings
from app.record.figures import store as stored_figures
from app.record.progress.models import Cohort, CohortMember, Enrolment, LearningEvent

WITHIN = timedelta(days=1)
WAYS_IN = ("invited", "invitation_withdrawn", "link_shown", "seen_as", "seen_as_ended")
"""Acts that change nothing of an account but its way in, which goes with it, or that only look at it."""
PLACED = (
    "territory_joined", "territory_left", "scope_set", "roles_set", "cohort_joined", "cohort_left", "cohort_moved", "due_moved", "accounts_merged", "account_closed",
)  # fmt: skip
"""Acts that decided of what an import gives to an account that was there before it."""
OF_ANY_ACCOUNT = frozenset({
    "person", "person_role", "membership", "scope", "invitation", "enrolment", "cohort_member", "person_figures", "administrative_act", "access", "access_person",
    "outgoing_mail", "reminder", "week_letter", "digest",
})  # fmt: skip
"""Tables with rows about somebody who has done nothing yet: what an import writes, what the site sends by itself, who looked."""


class Deed(Struct, frozen=True):
    """What an import did to one account. `why` it was left, once the import is undone."""

    person_id: int
    is_new: bool
    place: str = ""
    """The territory that it joined."""
    scope: str = ""
    """The one that it looks after since."""
    cohorts: Sequence[int] = ()
    why: str = ""


def deeds(lines: Sequence[JudgedLine]) -> list[dict[str, object]]:
    """What these lines did, to be kept with the import."""
    found = []
    for line in lines:
        if line.person_id and (line.missing or line.outcome == CREATED):
            place, scope, cohorts = (line.missing.place, line.missing.scope, sorted(line.missing.cohorts)) if line.missing else ("", "", [])
            found.append(asdict(Deed(line.person_id, line.is_new, place, scope, cohorts)))
    return found


def may_be_undone(row: PeopleImport, now: datetime) -> bool:
    return row.applied_at is not None and row.undone_at is None and bool(row.done) and now < row.applied_at + WITHIN


def count_invited(session: Session, row: PeopleImport) -> int:
    """How many of the accounts that it opened were invited by mail: a letter that has left cannot be called back."""
    opened = [one["person_id"] for one in row.done if one["is_new"]]
    return session.scalar(select(func.count()).select_from(Invitation).where(Invitation.person_id.in_(opened), Invitation.by_mail)) or 0


def undo(session: Session, settings: Settings, row: PeopleImport, actor_id: int, now: datetime) -> bool:
    """Undo the import, locked by the caller. False when it cannot be any more, and at a second call: nothing then changes."""
    if row.applied_at is None or not may_be_undone(row, now):
        return False
    done = [Deed(**one) for one in row.done]
    accounts.lock_people(session, {deed.person_id for deed in done})
    opened, completed = [deed for deed in done if deed.is_new], [deed for deed in done if not deed.is_new]
    why = _why_opened_stay(session, [deed.person_id for deed in opened], row.applied_at)
    why |= _why_completed_stay(session, [deed.person_id for deed in completed], row.applied_at)
    taken = [deed for deed in completed if deed.person_id not in why]
    learnt = _learners_by_it(session, taken, row.applied_at)
    _take_back(session, taken, learnt, row.applied_at, actor_id, now)
    removed = [deed.person_id for deed in opened if deed.person_id not in why]
    _remove(session, settings, removed, actor_id, now)
    why |= dict.fromkeys(learnt, "a appris depuis dans le parcours de sa cohorte : y reste")
    row.done, row.undone_at = [asdict(replace(deed, why=why[deed.person_id])) for deed in done if deed.person_id in why], now
    acts.record(session, actor_id, "import_undone", None, now, retirés=len(removed), rendus=len(taken), laissés=len(why))
    return True


# --- What stays ------------------------------------------------------------------------------------------------------


def _why_opened_stay(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, str]:
    """The accounts that somebody came in by, or about which anything was written or decided."""
    why = dict[int, str]()
    for one in treatments_here():
        if one.subject and one.table not in OF_ANY_ACCOUNT:
            column = table_of(one).c[one.subject]
            why |= dict.fromkeys(session.scalars(select(column).where(column.in_(person_ids)).distinct()), f"a déjà quelque chose dans « {one.title} »")
    why |= _decisions(session, person_ids, since, AdministrativeAct.act.not_in(WAYS_IN))
    people = select(Person.id, Person.active).where(Person.id.in_(person_ids), Person.active.is_(False) | Person.password.is_not(None))
    return why | {number: "a choisi son mot de passe" if active else "compte fermé depuis" for number, active in session.execute(people)}


def _why_completed_stay(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, str]:
    """The accounts whose territories or cohorts somebody decided about since."""
    return _decisions(session, person_ids, since, AdministrativeAct.act.in_(PLACED))


def _decisions(session: Session, person_ids: Collection[int], since: datetime, which: ColumnElement[bool]) -> dict[int, str]:
    query = select(AdministrativeAct.subject_id, AdministrativeAct.act).where(AdministrativeAct.subject_id.in_(person_ids), AdministrativeAct.at > since, which)
    return {number or 0: f"« {LABELS.get(act, act)} » depuis l’import" for number, act in session.execute(query)}


def _learners_by_it(session: Session, done: Sequence[Deed], since: datetime) -> frozenset[int]:
    """Who joined a cohort by the import, is in its path since, and has learnt: enrolled by the import, or, who is no learner, by beginning."""
    number, joined = Enrolment.person_id, [(deed.person_id, cohort) for deed in done for cohort in deed.cohorts]
    happened = select(LearningEvent.id).where(LearningEvent.person_id == number, LearningEvent.at > since).exists()
    own = select(CohortMember.person_id).where(tuple_(CohortMember.person_id, CohortMember.cohort_id).in_(joined), CohortMember.person_id == number)
    there = own.join(Cohort, Cohort.id == CohortMember.cohort_id).where(Cohort.path_id == Enrolment.path_id).exists()
    return frozenset(session.scalars(select(number).where(Enrolment.enrolled_at >= since, there, happened)))


# --- What goes -------------------------------------------------------------------------------------------------------


def _take_back(session: Session, done: Sequence[Deed], learnt: Collection[int], since: datetime, actor_id: int, now: datetime) -> None:
    """What accounts that were there before were given."""
    places = [(deed.person_id, deed.place) for deed in done if deed.place]
    scopes = [(deed.person_id, deed.scope) for deed in done if deed.scope]
    groups = [(deed.person_id, cohort) for deed in done if deed.person_id not in learnt for cohort in deed.cohorts]
    open_there = tuple_(Membership.person_id, Membership.territory_id).in_(places) & Membership.ended_on.is_(None) & (Membership.started_on == day_of(since))
    session.execute(delete(Membership).where(open_there))
    session.execute(delete(Scope).where(tuple_(Scope.person_id, Scope.territory_id).in_(scopes)))
    session.execute(delete(CohortMember).where(tuple_(CohortMember.person_id, CohortMember.cohort_id).in_(groups)))
    session.execute(delete(Enrolment).where(Enrolment.person_id.in_([number for number, _cohort in groups]), Enrolment.enrolled_at == since))
    stored_figures.forget(session, [deed.person_id for deed in done])
    acts.record_all(session, actor_id, list(_acts(places, scopes, groups, day_of(now).isoformat())), now)


def _acts(places: Sequence[tuple[int, str]], scopes: Sequence[tuple[int, str]], groups: Sequence[tuple[int, int]], today: str) -> Iterator[acts.Act]:
    """What is written on each account, in the words of the same acts by hand."""
    for number, place in places:
        yield acts.Act("territory_left", number, {"territoire": place, "le": today})
    for number, _scope in scopes:
        yield acts.Act("scope_set", number, {"territoires": []})
    for number, cohort in groups:
        yield acts.Act("cohort_left", number, {"cohorte": cohort})


def _remove(session: Session, settings: Settings, person_ids: Collection[int], actor_id: int, now: datetime) -> None:
    """Accounts that nobody used are erased, and leave no figure: nothing of them is to be counted."""
    for table in (Membership, CohortMember, Enrolment):
        session.execute(delete(table).where(table.person_id.in_(person_ids)))
    people = session.scalars(select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)).all()
    erasure.erase_together(session, settings, people, ground=UNDONE, now=now, actor_id=actor_id)
