"""Who may look at whom: readers of every kind, people near and far, the days on which they come and go. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import services as accounts
from app.identity.models import Membership, Person
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.platform.db import db
from app.platform.errors import NotYours
from app.record.progress.models import Cohort, CohortMember
from app.reporting.scope import ReportScope, in_scope, readers_of, report_scope, scope_words, territory_scope, trains, visible_person
from tests.identity.builders import SMALL, TODAY, create_person

NORD, PAS_DE_CALAIS, REGION = "departement-nord", "departement-pas-de-calais", "region-hauts-de-france"
LILLE, LENS, ANZIN = "cite-lille-sud", "cite-lens", "cite-valenciennes-anzin"
ADMINISTRATOR, MANAGER, TRAINER, LEARNER = Role.ADMINISTRATOR, Role.MANAGER, Role.TRAINER, Role.LEARNER
AUTUMN, SPRING = 1, 2

PEOPLE = {
    "Léa de Lille": (LILLE, AUTUMN),
    "Luc de Lille": (LILLE, None),
    "Lin de Lens": (LENS, AUTUMN),
    "Zoé de Lens": (LENS, SPRING),
    "Ana d’Anzin": (ANZIN, None),
    "Sylvain Sansterre": (None, None),
    "Chloé Close": (LILLE, AUTUMN),
}
"""Where each works, and the cohort in which they learn. The last one's account is closed."""
EVERYBODY = frozenset(PEOPLE) - {"Chloé Close"}


@pytest.fixture(scope="module")
def app(shared_app: Flask) -> Flask:
    with shared_app.app_context():
        accounts.sync_territories(db.session, SMALL)
        db.session.add_all(Cohort(id=number, name=name, path_id="cours", starts_on=TODAY) for number, name in ((AUTUMN, "Automne"), (SPRING, "Printemps")))
        for name, (place, cohort) in PEOPLE.items():
            person = somebody(db.session, name)
            if place:
                accounts.join_territory(db.session, person, place, TODAY - timedelta(days=30))
            if cohort:
                db.session.add(CohortMember(cohort_id=cohort, person_id=person.id))
        accounts.set_active(db.session, named(db.session, "Chloé Close"), False)
        db.session.commit()
    return shared_app


@pytest.fixture
def site(app: Flask) -> Iterator[Session]:
    """What a test writes is taken back."""
    with app.app_context():
        yield db.session
        db.session.rollback()


def somebody(session: Session, name: str, *roles: Role, scope: tuple[str, ...] = (), cohorts: tuple[int, ...] = ()) -> Person:
    """An account; `cohorts` are those of which they are a formateur."""
    person = create_person(session, name=name, password=None, roles=roles or [LEARNER])
    accounts.set_scope(session, person, scope)
    session.add_all(CohortMember(cohort_id=cohort, person_id=person.id, trainer=True) for cohort in cohorts)
    session.flush()
    return person


def named(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).one()


def signed(person: Person) -> SignedIn:
    return SignedIn(person.id, person.name, person.email, person.side, person.role_set, person.fs_uniquifier)


def reach(session: Session, *roles: Role, scope: tuple[str, ...] = (), cohorts: tuple[int, ...] = (), on: date = TODAY) -> ReportScope:
    return report_scope(session, signed(somebody(session, "Rose Lectrice", *roles, scope=scope, cohorts=cohorts)), on)


def seen(session: Session, mine: ReportScope) -> set[str]:
    """Whom a report shows of `PEOPLE`, closed accounts included: reports leave those out by a condition of their own."""
    return set(session.scalars(select(Person.name).where(in_scope(mine, Person.id)))) & set(PEOPLE)


READERS = [
    ("an administrator, everybody", (ADMINISTRATOR,), (), (), set(PEOPLE)),
    ("whatever else they are", (ADMINISTRATOR, MANAGER, TRAINER), (LENS,), (SPRING,), set(PEOPLE)),
    ("a responsable, the people of their cité", (MANAGER,), (LILLE,), (), {"Léa de Lille", "Luc de Lille", "Chloé Close"}),
    ("or of all the cités below", (MANAGER,), (NORD,), (), {"Léa de Lille", "Luc de Lille", "Ana d’Anzin", "Chloé Close"}),
    ("or of several", (MANAGER,), (LENS, ANZIN), (), {"Lin de Lens", "Zoé de Lens", "Ana d’Anzin"}),
    ("or of the region, but not whoever belongs nowhere", (MANAGER,), (REGION,), (), set(PEOPLE) - {"Sylvain Sansterre"}),
    ("a responsable of nothing, nobody", (MANAGER,), (), (), set()),
    ("a formateur, those who learn in their cohorts", (TRAINER,), (), (AUTUMN,), {"Léa de Lille", "Lin de Lens", "Chloé Close"}),
    ("all of them", (TRAINER,), (), (AUTUMN, SPRING), {"Léa de Lille", "Lin de Lens", "Zoé de Lens", "Chloé Close"}),
    ("a formateur of nobody, nobody", (TRAINER,), (), (), set()),
    ("both, the ones and the others", (MANAGER, TRAINER), (ANZIN,), (SPRING,), {"Ana d’Anzin", "Zoé de Lens"}),
    ("territories without the role count for nothing", (TRAINER,), (LILLE,), (SPRING,), {"Zoé de Lens"}),
    ("nor do cohorts", (MANAGER,), (ANZIN,), (SPRING,), {"Ana d’Anzin"}),
    ("a learner, nobody", (LEARNER,), (LILLE,), (AUTUMN,), set()),
]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (LILLE, {"Léa de Lille", "Luc de Lille", "Chloé Close"}),
        (NORD, {"Léa de Lille", "Luc de Lille", "Ana d’Anzin", "Chloé Close"}),
        ("cite-nulle-part", set()),
    ],
)
def test_a_program_sees_the_people_of_its_territory(site: Session, place: str, expected: set[str]) -> None:
    maker = somebody(site, "Ida Fabrique").id
    mine = territory_scope(site, maker, place, TODAY)
    assert (seen(site, mine), mine.reader_id, mine.training) == (expected, maker, frozenset())


@pytest.mark.parametrize(
    ("roles", "scope", "cohorts", "named"),
    [
        ((ADMINISTRATOR,), (), (), ()),
        ((MANAGER,), (), (), ()),
        ((MANAGER,), (LILLE,), (), ("Lille",)),
        ((MANAGER, TRAINER), (LENS,), (AUTUMN, SPRING), ("Lens", "cohorte « Automne »", "cohorte « Printemps »")),
    ],
)
def test_a_scope_is_said_by_its_places_then_its_cohorts(
    site: Session, roles: tuple[Role, ...], scope: tuple[str, ...], cohorts: tuple[int, ...], named: tuple[str, ...]
) -> None:
    words = scope_words(reach(site, *roles, scope=scope, cohorts=cohorts))
    assert [words.find(name) for name in named] == sorted(words.find(name) for name in named)
    assert all(name in words for name in named)
    assert words[:1].isupper()
    assert words.count(",") == max(0, len(named) - 1)


@pytest.mark.parametrize(("roles", "scope", "cohorts", "expected"), [case[1:] for case in READERS], ids=[case[0] for case in READERS])
def test_whom_a_reader_sees(site: Session, roles: tuple[Role, ...], scope: tuple[str, ...], cohorts: tuple[int, ...], expected: set[str]) -> None:
    mine = reach(site, *roles, scope=scope, cohorts=cohorts)
    assert seen(site, mine) == expected
    for name in PEOPLE:
        number = named(site, name).id
        if name in expected & EVERYBODY:
            assert visible_person(site, mine, number).name == name
        else:
            with pytest.raises(NotYours):
                visible_person(site, mine, number)
    with pytest.raises(NotYours):
        visible_person(site, mine, 9999)


@pytest.mark.parametrize(
    ("begun", "ended", "there"),
    [(0, None, True), (-30, None, True), (1, None, False), (-30, 1, True), (-30, 0, False), (-30, -1, False), (1, 9, False)],
)
def test_somebody_belongs_from_their_first_day_until_the_day_they_left(site: Session, begun: int, ended: int | None, there: bool) -> None:
    """The day written as the end is the first when they no longer belong."""
    person = named(site, "Sylvain Sansterre")
    stay = Membership(person_id=person.id, territory_id=LENS, started_on=TODAY + timedelta(days=begun))
    stay.ended_on = None if ended is None else TODAY + timedelta(days=ended)
    site.add(stay)
    site.flush()
    assert (person.name in seen(site, reach(site, MANAGER, scope=(LENS,)))) is there


def test_a_report_of_another_day_shows_who_belonged_then(site: Session) -> None:
    past = TODAY - timedelta(days=31)
    assert seen(site, reach(site, MANAGER, scope=(LENS,), on=past)) == set()
    assert seen(site, report_scope(site, signed(named(site, "Rose Lectrice")), past + timedelta(days=1))) == {"Lin de Lens", "Zoé de Lens"}


def test_formateurs_of_one_cohort_do_not_see_each_other(site: Session) -> None:
    colleague = somebody(site, "Paul Pair", TRAINER, cohorts=(AUTUMN,))
    mine = reach(site, TRAINER, cohorts=(AUTUMN,))
    with pytest.raises(NotYours):
        visible_person(site, mine, colleague.id)
    assert not trains(site, mine, colleague.id)


def test_scores_are_for_the_formateurs_of_a_persons_own_cohort(site: Session) -> None:
    """A responsable sees the person and an administrator sees everybody: neither trains them."""
    readers = {
        "formateur": reach(site, TRAINER, cohorts=(AUTUMN,)),
        "responsable": report_scope(site, signed(somebody(site, "Responsable", MANAGER, scope=(LILLE,))), TODAY),
        "administratrice": report_scope(site, signed(somebody(site, "Administratrice", ADMINISTRATOR)), TODAY),
    }
    assert {who: {name for name in PEOPLE if trains(site, mine, named(site, name).id)} for who, mine in readers.items()} == {
        "formateur": {"Léa de Lille", "Lin de Lens", "Chloé Close"},
        "responsable": set(),
        "administratrice": set(),
    }


# --- The words for it ------------------------------------------------------------------------------------------------


def test_territories_are_named_from_the_top_as_they_were_given(site: Session) -> None:
    """In the order of the tree, so that a page says them the same every time; what lies below is reached, not named."""
    mine = reach(site, MANAGER, scope=(LENS, NORD))
    assert mine.top == (NORD, LENS)
    assert mine.territories == {NORD, LILLE, "cite-lille-nord-est", ANZIN, LENS}
    assert (mine.everybody, mine.on, mine.reader_id) == (False, TODAY, named(site, "Rose Lectrice").id)


def test_an_administrator_reaches_every_territory_and_was_given_none(site: Session) -> None:
    mine = reach(site, ADMINISTRATOR, MANAGER, scope=(LENS,))
    assert (mine.everybody, mine.top) == (True, ())
    assert mine.territories == frozenset(mine.tree.nodes)
    assert {NORD, PAS_DE_CALAIS, REGION, LILLE, LENS} <= mine.territories


def test_the_tree_and_the_waves_are_those_of_the_network(site: Session) -> None:
    mine = reach(site, MANAGER)
    assert mine.tree.path_name(LENS) == "Lens (Pas-de-Calais)"
    assert mine.waves == {LILLE: 1, LENS: 1, ANZIN: 1, "cite-lille-nord-est": 3}


@pytest.mark.parametrize(
    ("roles", "trained", "may_name", "training"),
    [
        ((ADMINISTRATOR,), (), {AUTUMN: "Automne", SPRING: "Printemps"}, set()),
        ((MANAGER,), (), {AUTUMN: "Automne", SPRING: "Printemps"}, set()),
        ((TRAINER,), (SPRING,), {SPRING: "Printemps"}, {SPRING}),
        ((TRAINER,), (), {}, set()),
        ((MANAGER, TRAINER), (SPRING,), {AUTUMN: "Automne", SPRING: "Printemps"}, {SPRING}),
        ((MANAGER,), (SPRING,), {AUTUMN: "Automne", SPRING: "Printemps"}, set()),
    ],
)
def test_the_cohorts_that_a_reader_may_name(
    site: Session, roles: tuple[Role, ...], trained: tuple[int, ...], may_name: dict[int, str], training: set[int]
) -> None:
    somebody(site, "Paul Pair", TRAINER, cohorts=(AUTUMN, SPRING))
    mine = reach(site, *roles, cohorts=trained)
    assert (mine.cohorts, mine.training) == (may_name, training)


def test_cohorts_come_in_the_order_of_their_names(site: Session) -> None:
    site.add_all(Cohort(id=number, name=name, path_id="cours", starts_on=TODAY) for number, name in ((8, "Zénith"), (9, "Aube")))
    site.flush()
    assert list(reach(site, MANAGER).cohorts.values()) == ["Aube", "Automne", "Printemps", "Zénith"]


def test_a_learner_in_a_cohort_does_not_train_it(site: Session) -> None:
    """The same person may learn in one cohort and train another."""
    reader = somebody(site, "Rose Lectrice", TRAINER, cohorts=(SPRING,))
    site.add(CohortMember(cohort_id=AUTUMN, person_id=reader.id))
    site.flush()
    assert report_scope(site, signed(reader), TODAY).training == {SPRING}


@pytest.mark.parametrize(
    ("roles", "active", "reads"),
    [
        ((ADMINISTRATOR,), True, True),
        ((MANAGER,), True, True),
        ((TRAINER, LEARNER), True, True),
        ((LEARNER,), True, False),
        ((MANAGER,), False, False),
    ],
)
def test_who_reads_reports(site: Session, roles: tuple[Role, ...], active: bool, reads: bool) -> None:
    person = somebody(site, "Rose Lectrice", *roles)
    accounts.set_active(site, person, active)
    reader = readers_of(site, [person.id]).get(person.id)
    assert (reader and replace(reader, sign_in="")) == (replace(signed(person), sign_in="") if reads else None)
    assert readers_of(site, [9999]) == {}
