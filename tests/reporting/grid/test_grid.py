"""The grid: its figures are the learner's, its scope holds, its filters live in the address, its pages neither skip nor repeat."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.content.store.queries import course
from app.identity.models import Membership, Person
from app.identity.services import SignedIn
from app.platform.db import db
from app.platform.french import fold
from app.record.progress.models import Cohort, CohortMember, PathDemand
from app.record.progress.queries import path_progress_of
from app.reporting.grid import rows as lines
from app.reporting.scope import ReportScope, report_scope
from app.reporting.scope_rules import ModuleState, PathSituation, module_state
from app.reporting.selection import ORDERS, ReportFilter
from tests.record.world import words_of
from tests.reporting.conftest import LILLE_SUD, SignIn
from tests.strict import Page

NOW = datetime(2100, 1, 1, tzinfo=UTC)


def who(name: str) -> SignedIn:
    person = db.session.scalars(select(Person).where(Person.name == name)).one()
    return SignedIn(person.id, person.name, person.email, person.side, person.role_set, person.fs_uniquifier)


def reach(name: str = "Aurélie Dussart") -> ReportScope:
    return report_scope(db.session, who(name), NOW.date())


def read(asked: ReportFilter = ReportFilter(), name: str = "Aurélie Dussart", size: int = 1000) -> list[lines.ReportRow]:  # noqa: B008 — a frozen value
    return list(lines.PeopleReport(db.session, course(db.session), reach(name), asked, NOW).batch(size).rows)


def names(page: Page) -> list[str]:
    body = page.all("tbody")[0]
    return [page.text_of(next(row.iter("a"))) for row in body.iter("tr")]


def test_the_figures_of_everybody_are_those_of_their_own_page(app: Flask) -> None:
    with app.app_context():
        published = course(db.session)
        found = read()
        assert len(found) > 25
        assert len({line.figures.path for line in found}) > 5
        for line in found:
            own = path_progress_of(db.session, published, line.id)
            assert line.figures.path == own.path_progress(), line.name
            assert line.figures.modules == {module.id: own.module_progress(module.id) for module in own.modules()}, line.name
            assert line.figures.completed_at == own.path_completed_on(), line.name
            assert line.figures.next_id == own.first_left, line.name


def test_the_detail_of_each_module_is_that_of_their_own_page(app: Flask) -> None:
    with app.app_context():
        published = course(db.session)
        for module in published.modules:
            for line in read(ReportFilter(module=module)):
                own = path_progress_of(db.session, published, line.id)
                elements = published.elements_of(published.modules[module])
                assert {key: one.state for key, one in line.states.items()} == {key: own.state(key) for key in elements if key in own.progress}, line.name


def test_the_states_and_the_order_of_each_module_are_those_of_its_figures(app: Flask) -> None:
    """One text a row, of as many digits a module, says what the figures say."""
    with app.app_context():
        for module in course(db.session).modules:
            asked = ReportFilter(module=module, order="avancement")
            found = [(line.figures.modules[module], line.id) for line in read(asked)]
            places = [(one.fraction if one.required else 2, number) for one, number in found]
            assert places == sorted(places)
            for state in ModuleState:
                stages = {ModuleState.NOT_STARTED, ModuleState.STARTED} if state is ModuleState.LEFT else {state}
                assert [line.id for line in read(replace(asked, module_state=state))] == [number for one, number in found if module_state(one) in stages]


def test_what_the_path_no_longer_asks_for_leaves_both_alike(app: Flask) -> None:
    with app.app_context():
        rows = db.session.scalars(select(PathDemand)).all()
        for row in rows:
            row.asked = row.asked[:-3]
        db.session.commit()
    test_the_figures_of_everybody_are_those_of_their_own_page(app)


def test_a_responsable_sees_their_territories_and_below(app: Flask) -> None:
    with app.app_context():
        found = {line.name for line in read(name="Solène Wattiez")}
        assert found == set(LILLE_SUD)
        north = read(name="Karim Haddouche")
        assert found < {line.name for line in north}
        below = reach("Karim Haddouche").territories
        assert all(set(line.territories) & below for line in north)
        assert len(read(name="Marguerite Fauquembergue")) > len(north)


def test_who_left_a_territory_is_no_longer_seen_from_it(app: Flask) -> None:
    with app.app_context():
        damien = who("Damien Platteau").id
        stay = db.session.scalars(select(Membership).where(Membership.person_id == damien)).one()
        stay.ended_on = NOW.date()
        db.session.flush()
        assert "Damien Platteau" not in {line.name for line in read(name="Solène Wattiez")}


def test_a_formateur_sees_the_people_of_their_cohorts_and_no_other(app: Flask) -> None:
    with app.app_context():
        assert read(name="Bastien Lorthiois") == []
        mine = select(CohortMember.cohort_id).where(CohortMember.person_id == who("Thomas Delvigne").id, CohortMember.trainer)
        learners = set(db.session.scalars(select(CohortMember.person_id).where(CohortMember.cohort_id.in_(mine), ~CohortMember.trainer)))
        assert {line.id for line in read(name="Thomas Delvigne")} == learners


@pytest.mark.parametrize("path", ["/pilotage/personnes", "/pilotage/personnes.csv", "/pilotage/personnes.xlsx"])
def test_what_is_beyond_reach_does_not_exist(as_: SignIn, app: Flask, path: str) -> None:
    solene = as_("solene.wattiez")
    assert solene.get(path, buffered=True).status_code == 200
    for beyond in ("territoire=cite-lens", "territoire=departement-nord", "territoire=x", "cohorte=99", "module=x"):
        assert solene.get(f"{path}?{beyond}").status_code == 404, beyond
    with app.app_context():
        other = Cohort(name="Une autre", path_id="cours", starts_on=NOW.date())
        db.session.add(other)
        db.session.commit()
        number = other.id
    assert as_("thomas.delvigne").get(f"{path}?cohorte={number}").status_code == 404
    assert as_("ines.carpentier").get(path).status_code == 404


def test_nonsense_in_the_address_asks_for_nothing(as_: SignIn) -> None:
    solene = as_("solene.wattiez")
    page = solene.see("/pilotage/personnes?etat=x&vague=x&cote=x&tri=x&cohorte=-1&apres=x")
    assert names(page) == LILLE_SUD
    page = solene.see("/pilotage/personnes?du=hier&au=2026-13-01", 422)
    assert "« hier » et « 2026-13-01 » ne sont pas des dates" in words_of(page)
    assert names(page) == LILLE_SUD, "a day that is none filters nothing, and the page says so"
    assert names(solene.see("/pilotage/personnes?tri=inscription&apres=hier~4")) == names(solene.see("/pilotage/personnes?tri=inscription"))


def test_accents_do_not_send_names_to_the_end(as_: SignIn) -> None:
    found = names(as_("aurelie.dussart").see("/pilotage/personnes"))
    assert found.index("Damien Platteau") < found.index("Élodie Quignon") < found.index("Étienne Bocquillon") < found.index("Fatou Diarrassouba")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("situation", [None, PathSituation.STUCK])
def test_pages_neither_skip_nor_repeat(app: Flask, order: str, situation: PathSituation | None) -> None:
    with app.app_context():
        asked = ReportFilter(order=order, situation=situation)
        everybody = [line.id for line in read(asked)]
        reader = lines.PeopleReport(db.session, course(db.session), reach(), asked, NOW)
        paged: list[int] = []
        while True:
            batch = reader.batch(4)
            assert batch.total == len(everybody)
            paged += [line.id for line in batch.rows]
            if not batch.more:
                break
            reader.filter = replace(asked, after=batch.rows[-1].cursor)
        assert paged == everybody
        streamed = lines.PeopleReport(db.session, course(db.session), reach(), asked, NOW).everything(size=3)
        assert [line.id for line in streamed] == everybody


def test_each_order_sorts_by_what_it_says(app: Flask) -> None:
    with app.app_context():
        shares = [line.figures.path.fraction for line in read(ReportFilter(order="avancement"))]
        assert shares == sorted(shares)
        opened = [line.since for line in read(ReportFilter(order="-inscription"))]
        assert opened == sorted(opened, reverse=True)
        silences = [line.last_at for line in read(ReportFilter(order="activite")) if line.last_at]
        assert silences == sorted(silences)
        assert read(ReportFilter(order="activite"))[0].last_at is None


def test_filters(as_: SignIn) -> None:
    aurelie = as_("aurelie.dussart")
    everybody = names(aurelie.see("/pilotage/personnes"))
    parts = [names(aurelie.see(f"/pilotage/personnes?etat={one}")) for one in ("a-commencer", "en-cours", "termine")]
    assert all(parts)
    assert sum(len(part) for part in parts) < len(everybody)
    assert "Youssef Benkaddour" in parts[2]
    assert names(aurelie.see("/pilotage/personnes?territoire=cite-lille-sud")) == LILLE_SUD
    assert names(aurelie.see("/pilotage/personnes?territoire=cite-lille-sud&cote=association")) == ["Damien Platteau", "Nassim Belhadj"]
    assert 0 < len(names(aurelie.see("/pilotage/personnes?vague=1"))) < len(everybody)
    day = "2000-01-01"
    assert names(aurelie.see(f"/pilotage/personnes?du={day}")) == everybody
    assert "Personne ne répond" in aurelie.see(f"/pilotage/personnes?au={day}").text


def test_the_form_keeps_the_filter_and_a_module_shows_its_elements(as_: SignIn) -> None:
    aurelie = as_("aurelie.dussart")
    aurelie.see("/pilotage/personnes")
    page = aurelie.submit("Filtrer", status=200, follow=False, cote="education", tri="-nom")
    assert page.form("Filtrer")["fields"]["cote"] == "education"
    found = names(page)
    assert found == sorted(found, key=fold, reverse=True)
    inside = aurelie.submit("Filtrer", status=200, follow=False, module="cites-educatives")
    heads = [page.text_of(head) for head in inside.all("thead")[0].iter("th")]
    assert "Dix minutes pour commencer" in heads
    assert inside.form("Filtrer")["fields"]["tri"] == "-nom"
    assert names(inside) == found


def test_an_administrator_and_a_responsable_find_it_in_the_navigation_and_a_learner_does_not(as_: SignIn) -> None:
    assert as_("aurelie.dussart").see("/aide").link("Pilotage") == "/pilotage"
    page = as_("ines.carpentier").see("/")
    assert "Pilotage" not in page.text
