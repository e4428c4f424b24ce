"""Who may be merged, what the page says beforehand, and where one belongs and what one may do once two accounts are one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.accounts import merging
from app.administration.accounts.merging import NotMergeable
from app.administration.acts import Invitation
from app.identity import services as accounts
from app.identity.audit import AdministrativeAct
from app.identity.models import MailRefusal, Membership, Person, Scope
from app.identity.rules import Role, Side
from app.record.figures import store as stored_figures
from app.record.progress.models import STALE, Attestation, Cohort, CohortMember, LearningEvent, PersonFigures
from tests.administration.accounts.two_accounts import ACTOR, GONE, KEPT, OTHER, at, attempt, event, merge, owners, people, stay
from tests.identity.builders import NOW, TODAY

# --- Who may be merged -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "gone", "closed", "sentence"),
    [
        (KEPT, KEPT, (), "Choisissez deux comptes différents."),
        (KEPT, GONE, (KEPT,), "Le compte gardé est fermé : rouvrez-le, ou gardez l’autre."),
        (KEPT, ACTOR, (), "Votre propre compte serait fermé : gardez-le, ou demandez à une autre personne qui administre."),
        (ACTOR, GONE, (), ""),
        (KEPT, GONE, (GONE,), ""),
    ],
)
def test_who_may_be_merged(two: Session, kept: int, gone: int, closed: tuple[int, ...], sentence: str) -> None:
    """One's own account may be kept, and a closed one may be taken in."""
    for number in closed:
        accounts.set_active(two, two.get_one(Person, number), False)
    pair = two.get_one(Person, kept), two.get_one(Person, gone)
    if not sentence:
        merging.merge_accounts(two, *pair, ACTOR, NOW)
        return
    with pytest.raises(NotMergeable) as refused:
        merging.merge_accounts(two, *pair, ACTOR, NOW)
    assert str(refused.value) == sentence
    assert two.scalars(select(AdministrativeAct)).all() == []


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_counts_what_each_account_has_and_what_the_merge_will_make(two: Session) -> None:
    """An element done on both accounts counts once; one begun on one and passed on the other is done; without a right to administer."""
    kept, gone = people(two)
    accounts.set_roles(two, kept, [Role.LEARNER, Role.MANAGER])
    accounts.set_roles(two, gone, [Role.TRAINER, Role.ADMINISTRATOR])
    accounts.set_active(two, gone, False)
    two.add_all([event(KEPT, "a", -9), event(GONE, "a", -8), event(GONE, "b", -7), event(GONE, "e", -7, "viewed"), event(OTHER, "c", -7)])
    two.add_all([event(KEPT, "d", -6, "viewed"), attempt(KEPT, 1), attempt(GONE, 1), attempt(GONE, 2), attempt(OTHER, 1)])
    two.add_all([attempt(KEPT, 2, submitted=False), attempt(GONE, 3, submitted=False), attempt(GONE, 1, "seul", submitted=False)])
    two.add_all([attempt(KEPT, 1, "refait", True, False), attempt(GONE, 1, "refait", submitted=False), attempt(GONE, 1, "refait", True, False)])
    two.add(Attestation(id="x", person_id=GONE, subject_id="m", title="M", completed_at=NOW, content_version="v", issued_at=NOW))
    two.add_all([stay(KEPT, "cite-lens", -30), stay(GONE, "cite-lens", -20), stay(GONE, "cite-lille-sud", -20)])
    two.add(Cohort(id=1, name="Automne", path_id="cours", starts_on=TODAY))
    two.flush()
    two.add_all([CohortMember(cohort_id=1, person_id=KEPT), CohortMember(cohort_id=1, person_id=OTHER)])
    two.flush()
    page = merging.preview_merge(two, kept, gone)
    one, other = Role.LEARNER, Role.TRAINER
    assert page.kept == merging.MergedAccount(
        KEPT, "Éloïse Zola", "éloïse.zola@croisee.example", True, NOW, tuple(sorted((one, Role.MANAGER))), 2, 3, 0, 1, 1, 1
    )
    roles = tuple(sorted((other, Role.ADMINISTRATOR)))
    assert page.gone == merging.MergedAccount(GONE, "Éloïse Zola-Petit", "éloïse.zola-petit@croisee.example", False, NOW, roles, 3, 6, 1, 2, 0, 2)
    assert (page.done, page.events, page.roles, page.unfinished) == (2, 5, tuple(sorted((one, other, Role.MANAGER))), 1)
    assert owners(two, LearningEvent, "element_id")[0] == (KEPT, "a"), "a preview changes nothing"


def test_the_page_folds_both_ledgers_in_the_order_in_which_things_happened(two: Session) -> None:
    """Waived on one account, then revoked on the other: not done. Alone, the closed account would have kept its waiver."""
    two.add(event(GONE, "a", -9, "waived"))
    two.flush()
    two.add(event(KEPT, "a", -8, "override_revoked"))
    two.flush()
    page = merging.preview_merge(two, *people(two))
    assert (page.kept.done, page.gone.done, page.done) == (0, 1, 0)


# --- Where the person belongs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "gone", "after"),
    [
        ([], [("cite-lens", -9, None)], [(KEPT, -9, None)]),
        ([("cite-lens", -9, None)], [("cite-lens", -20, None)], [(KEPT, -20, None), (GONE, -20, 0)]),
        ([("cite-lens", -20, None)], [("cite-lens", -9, None)], [(KEPT, -20, None), (GONE, -9, 0)]),
        ([("cite-lens", -9, None)], [("cite-lens", 5, None)], [(KEPT, -9, None), (GONE, 5, 5)]),  # one that was to begin ends before it began
        ([("cite-lens", -9, None)], [("cite-lens", -20, -15)], [(KEPT, -20, -15), (KEPT, -9, None)]),  # the past comes along
        ([("cite-lens", -9, -5)], [("cite-lens", -20, None)], [(KEPT, -20, None), (KEPT, -9, -5)]),  # who left may come back
        ([("cite-lille-sud", -9, None)], [("cite-lens", -20, None)], [(KEPT, -20, None), (KEPT, -9, None)]),
        ([], [("cite-lens", -20, -15), ("cite-lille-sud", -15, None)], [(KEPT, -20, -15), (KEPT, -15, None)]),  # somebody who moved, whole
    ],
)
def test_where_the_person_belongs(two: Session, kept: list[Any], gone: list[Any], after: list[Any]) -> None:
    two.add_all([*(stay(KEPT, *one) for one in kept), *(stay(GONE, *one) for one in gone), stay(OTHER, "cite-lens", -3)])
    merge(two)
    found = owners(two, Membership, "started_on")
    ends = {(row.person_id, row.started_on): row.ended_on for row in two.scalars(select(Membership))}
    assert [(who, (day - TODAY).days, ends[who, day] and (ends[who, day] - TODAY).days) for who, day in found] == [*after, (OTHER, -3, None)]


def test_cohorts_are_joined_once_with_the_part_that_one_has_in_them(two: Session) -> None:
    two.add_all(Cohort(id=number, name=f"Cohorte {number}", path_id="cours", starts_on=TODAY) for number in (1, 2, 3))
    two.flush()
    members = [(1, KEPT, False), (1, GONE, True), (2, GONE, False), (3, GONE, True), (3, OTHER, False)]
    two.add_all(CohortMember(cohort_id=cohort, person_id=who, trainer=trains) for cohort, who, trains in members)
    merge(two)
    assert owners(two, CohortMember, "cohort_id", "trainer") == [(KEPT, 1, False), (KEPT, 2, False), (KEPT, 3, True), (OTHER, 3, False)]


# --- The accounts ----------------------------------------------------------------------------------------------------


def test_the_kept_account_has_what_both_were_given_but_administration(two: Session) -> None:
    kept, gone = people(two)
    accounts.set_roles(two, kept, [Role.LEARNER, Role.MANAGER])
    accounts.set_roles(two, gone, [Role.TRAINER, Role.ADMINISTRATOR])
    accounts.set_scope(two, kept, ["cite-lens"])
    accounts.set_scope(two, gone, ["cite-lens", "cite-lille-sud"])
    gone.side = Side.ETAT
    two.add_all([MailRefusal(person_id=KEPT, kind="rappels", at=at(-1)), MailRefusal(person_id=GONE, kind="rappels", at=at(-2))])
    two.add_all([MailRefusal(person_id=GONE, kind="point", at=at(-3)), MailRefusal(person_id=OTHER, kind="autre", at=at(-3))])
    version = gone.fs_uniquifier
    merge(two)
    assert kept.role_set == {Role.LEARNER, Role.MANAGER, Role.TRAINER}
    assert owners(two, Scope, "territory_id") == [(KEPT, "cite-lens"), (KEPT, "cite-lille-sud")]
    assert (kept.side, kept.active, gone.active) == (Side.ETAT, True, False)
    assert gone.fs_uniquifier != version, "its sessions are closed"
    mine = [row for row in owners(two, MailRefusal, "kind", "at") if row[0] == KEPT]
    assert mine == [(KEPT, "point", at(-3)), (KEPT, "rappels", at(-1))], "whoever wanted no letter on one account wants none"


def test_an_administrator_who_keeps_their_account_stays_one(two: Session) -> None:
    kept, gone = people(two)
    accounts.set_roles(two, kept, [Role.ADMINISTRATOR])
    kept.side, gone.side = Side.COLLECTIVITE, Side.ETAT
    merge(two)
    assert kept.role_set == {Role.ADMINISTRATOR, Role.LEARNER}
    assert kept.side == Side.COLLECTIVITE


def test_links_given_to_the_closed_account_stop_and_others_hear_of_the_merge(two: Session) -> None:
    two.add_all(Invitation(person_id=who, mark="m", sent_at=at(-2), expires_at=at(12), by_mail=True) for who in (KEPT, GONE))
    two.add_all([event(GONE, "a", -8), event(GONE, "b", -7), event(KEPT, "a", -9)])
    told: list[tuple[Any, Any]] = []

    def listen(sender: Any, **numbers: int) -> None:
        told.append((sender, numbers))

    with accounts.merged.connected_to(listen):
        merge(two)
    assert told == [(two, {"kept": KEPT, "gone": GONE})]
    assert owners(two, Invitation, "withdrawn_at") == [(KEPT, None), (GONE, NOW)]
    acts = [(row.act, row.actor_id, row.subject_id, row.at, row.details) for row in two.scalars(select(AdministrativeAct).order_by(AdministrativeAct.id))]
    assert acts == [("invitation_withdrawn", ACTOR, GONE, NOW, {}), ("accounts_merged", ACTOR, KEPT, NOW, {"compte": GONE, "événements": 2})]


def test_figures_of_both_are_worked_out_again(two: Session) -> None:
    two.flush()
    for row in two.scalars(select(PersonFigures)):
        row.basis = STALE + 1
    merge(two)
    assert [row.person_id for row in two.scalars(select(PersonFigures).order_by(PersonFigures.person_id)) if row.basis == STALE] == [KEPT, GONE]
    assert stored_figures.STALE == STALE
