"""Acting for several people of the grid: who is concerned, who is not and why, twice, at once, beyond the scope; and views that are kept."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity import email_preferences
from app.identity.audit import AdministrativeAct
from app.identity.models import Membership
from app.identity.rules import Role
from app.platform.settings import current_settings
from app.record.progress.models import CohortMember
from app.record.progress.queries import due_dates_of
from app.record.progress.rules import Progress
from app.reporting import acting
from app.reporting.acting import GroupAct, everybody_but, outcome
from app.reporting.grid.queries import SavedView
from app.reporting.grid.rows import PeopleReport
from app.reporting.reminders.models import Reminder
from app.reporting.scope import readers_of, report_scope
from app.reporting.scope_rules import MOST_CHOSEN, ModuleState, module_state
from app.reporting.selection import ReportFilter, read_people
from tests.record import courses
from tests.record.world import words_of
from tests.reporting.reminders.reminding import LENS, LILLE, NORD, Network, small_network
from tests.strict import StrictClient
from tests.words import ADD_TO_A_COHORT, WRITE_REMINDER

FIRST = date(2026, 11, 3)
GRID, CHOICE = "/pilotage/personnes", "/pilotage/choix"


@pytest.fixture
def network(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Network:
    return small_network(any_app, monkeypatch, FIRST)


def ask(client: StrictClient, act: str, *people: int, status: int = 200, **more: str) -> str:
    address = f"{CHOICE}?{urlencode([('acte', act), ('qui', 'coches'), *(('p', number) for number in people), *more.items()])}"
    page = client.see(address, status)
    return page.text if status == 200 else ""


def count(network: Network, table: type) -> int:
    return network.read(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


# --- Rules -----------------------------------------------------------------------------------------------------------


def test_who_is_left_out_is_counted_by_reason() -> None:
    assert everybody_but(2, [1, 2]) == {1: None, 2: "c’est vous"}
    found = outcome({1: None, 2: "a terminé", 3: "refuse", 4: "a terminé"})
    assert (found.concerned, found.refused) == ((1,), (("a terminé", 2), ("refuse", 1)))


@pytest.mark.parametrize(
    ("written", "people"),
    [([], ()), (["3", "1", "3"], (1, 3)), (["x", "-1", "", "99999999999"], ()), ([str(number) for number in range(9_999)], tuple(range(MOST_CHOSEN)))],
)
def test_numbers_of_an_address(written: list[str], people: tuple[int, ...]) -> None:
    assert read_people(written) == people


@pytest.mark.parametrize(
    ("progress", "state"),
    [(Progress(0, 0), None), (Progress(0, 3), ModuleState.NOT_STARTED), (Progress(1, 3), ModuleState.STARTED), (Progress(3, 3, 2), ModuleState.DONE)],
)
def test_where_one_is_in_a_module(progress: Progress, state: ModuleState | None) -> None:
    assert module_state(progress) is state


# --- A module's own state, and names ---------------------------------------------------------------------------------


def test_the_grid_of_a_module_filters_and_sorts_by_that_module(network: Network) -> None:
    people = {name: network.learner(name) for name in ("Ana Un", "Bob Deux", "Chloé Trois")}
    network.look(people["Ana Un"], "un-a")
    network.finish(people["Bob Deux"], "un-a")
    for element in courses.SMALL[:3]:
        network.finish(people["Chloé Trois"], element)
    client = network.signed_in(network.manager(LENS))

    def names(query: str) -> list[str]:
        rows = csv.DictReader(io.StringIO(client.get(f"{GRID}.csv?{query}").get_data(as_text=True)), delimiter=";")
        return [row["Nom"].split()[0] for row in rows]

    inside = "module=mod-un&dans="
    assert [names(inside + state) for state in ModuleState] == [["Ana"], ["Bob"], ["Ana", "Bob"], ["Chloé"]]
    assert names("module=mod-un&tri=-avancement") == ["Chloé", "Bob", "Ana"]
    assert names("module=mod-deux&tri=avancement&dans=a-commencer") == ["Ana", "Bob", "Chloé"]
    assert names("nom=chloe+tro") == ["Chloé"]
    assert names("nom=%25") == []
    assert names(f"personnes={people['Ana Un']},{people['Bob Deux']}") == ["Ana", "Bob"]
    page = client.see(f"{GRID}?module=mod-un&dans=a-finir&nom=bob")
    assert "pas terminé « Module mod-un », nom « bob »" in words_of(page)
    printed = client.see(f"{GRID}/impression?module=mod-un&dans=a-finir")
    assert "2 personnes." in printed.text
    assert len(printed.all("tr")) == 3


# --- Letters ---------------------------------------------------------------------------------------------------------


def test_a_letter_leaves_for_each_who_may_get_one_and_the_others_are_counted(network: Network) -> None:
    goes, done, refuses = (network.learner(name) for name in ("Ana Un", "Bob Deux", "Chloé Trois"))
    for element in courses.SMALL:
        network.finish(done, element)
    network.write(lambda session: email_preferences.refuse(session, refuses, "relance", network.clock.now()))
    client = network.signed_in(network.manager(LENS))
    said = ask(client, "rappel", goes, done, refuses)
    assert "Pour 1 personne sur les 3 choisies." in said
    assert "1 personne : a terminé" in said
    client.submit(WRITE_REMINDER, 422, note="voir https://ailleurs.example")
    page = client.submit(WRITE_REMINDER, note="Appelez-moi.")
    assert "1 rappel est parti." in page.text
    (letter,) = network.outbox()
    assert "Appelez\u2011moi." in letter.text
    assert "Nadia Lefebvre, qui suit votre parcours, a choisi de vous écrire." in letter.text
    again = ask(client, "rappel", goes)
    assert "a déjà reçu une lettre cette semaine" in again
    assert "0\u00a0rappel" in network.send(), "no rule writes the same day"
    assert (count(network, Reminder), len(network.outbox())) == (1, 1)


def test_a_page_that_was_read_before_is_refused_and_a_second_click_writes_nothing(network: Network) -> None:
    person = network.learner("Ana Un")
    client = network.signed_in(network.manager(LENS))
    ask(client, "rappel", person)
    client.submit(WRITE_REMINDER, follow=False)
    page = client.submit(WRITE_REMINDER, 422, follow=False)
    assert "ou l’acte est déjà fait" in page.text
    assert len(network.outbox()) == 1
    everyone = client.see(f"{CHOICE}?acte=echeance&qui=filtre")
    assert "Pour 1 personne." in everyone.text
    network.learner("Bob Deux")
    client.submit("Déplacer", 422, due_on="2026-12-24", due_reason="Congés")
    page = client.submit("Déplacer", due_on="2026-12-24", due_reason="Congés")
    assert "2 échéances déplacées" in page.text


def test_two_managers_at_once_write_one_letter(network: Network) -> None:
    person, first, second = network.learner("Ana Un"), network.manager(LENS), network.manager(LENS, name="Léa Autre")

    def work(number: int) -> int:
        def send(session: Session) -> int:
            reader = readers_of(session, [(first, second)[number]]).get((first, second)[number])
            assert reader
            scope = report_scope(session, reader, network.today)
            report = PeopleReport(session, course(session), scope, ReportFilter(people=(person,)), network.clock.now())
            _found, known = acting.outcome_of(report, GroupAct.REMIND, [person])
            return acting.remind(session, current_settings(), report.course, scope, reader, [person], known, "", network.clock.now())

        with network.app.test_request_context(base_url="https://croisee.example"):
            return network.write(send)

    assert sorted(network.together(2, work)) == [0, 1]
    (letter,) = network.outbox()
    assert letter.reply_to, "an answer reaches whoever chose to write"


# --- Cohorts, dates, scope -------------------------------------------------------------------------------------------


def test_people_enter_a_cohort_that_the_reader_may_name_and_nobody_twice(network: Network) -> None:
    trainer = network.manager(name="Théo Formateur", role=Role.TRAINER)
    cohort, other = (
        network.group("Automne", trainer, network.today + timedelta(days=30)),
        network.group("Autre", network.manager(name="Autre", role=Role.TRAINER)),
    )
    inside, person = network.learner("Ana Un"), network.learner("Bob Deux")
    network.write(lambda session: session.add(CohortMember(cohort_id=cohort, person_id=inside)))
    client = network.signed_in(network.manager(LENS))
    ask(client, "cohorte", inside, person)
    page = client.submit(ADD_TO_A_COHORT, cohort=str(cohort))
    assert "Entrées dans la cohorte « Automne » : 1. Déjà là : 1." in page.text
    assert network.read(lambda session: due_dates_of(session, network.standing(person)).due_on) == network.today + timedelta(days=30)
    by_trainer = network.signed_in(trainer)
    ask(by_trainer, "cohorte", person)
    by_trainer.submit(ADD_TO_A_COHORT, 422, cohort=str(other))


def test_beyond_the_scope_nobody_exists(network: Network) -> None:
    near, far = network.learner("Ana Un"), network.learner("Bob Deux", LILLE)
    client = network.signed_in(network.manager(LENS))
    for act in GroupAct:
        ask(client, act.value, near, far, status=404)
    ask(client, "echeance", near)
    client.submit("Déplacer", 404, follow=False, personnes=f"{near},{far}", nombre="2", due_on="2026-12-24", due_reason="Congés")
    assert "Bob" not in client.see(f"{GRID}?personnes={far}").text
    client.see(f"{CHOICE}?acte=inconnu", 404)
    assert "Personne n’est choisi" in ask(client, "rappel")
    assert network.read(lambda session: due_dates_of(session, network.standing(near)).due_on) is None


def test_a_moved_date_is_an_act_and_is_read_with_its_reason(network: Network) -> None:
    person = network.person("Inès Carpentier")
    network.write(lambda session: session.add(Membership(person_id=person, territory_id=LENS, started_on=network.today)))
    client = network.signed_in(network.manager(LENS))
    client.see(f"/pilotage/personnes/{person}")
    client.submit("Déplacer l’échéance", 422, due_on="2026-12-24", due_reason="")
    page = client.submit("Déplacer l’échéance", due_on="2026-12-24", due_reason="Arrivée tardive")
    assert "À terminer pour le 24 décembre 2026. Date fixée pour cette personne." in page.text
    client.submit("Déplacer l’échéance", 422, due_on="2026-12-24", due_reason="Arrivée tardive")
    own = network.client()
    assert "Cette date est fixée pour vous." in own.see("/").text
    assert "Arrivée tardive" in own.see("/progression").text
    acts = network.read(lambda session: session.scalars(select(AdministrativeAct.details).where(AdministrativeAct.act == "due_moved")).all())
    assert acts == [{"parcours": "acculturation", "échéance": "2026-12-24"}]


# --- Views -----------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_once_opened_by_others_within_their_scope_and_taken_away_by_its_author(network: Network) -> None:
    network.learner("Ana Un")
    network.learner("Bob Deux", LILLE)
    client = network.signed_in(network.manager(LENS))
    client.see(f"{GRID}?echeance=sans-echeance")
    client.submit("Garder", follow=False, vue="")
    assert count(network, SavedView) == 0
    for _twice in range(2):
        client.see(f"{GRID}?echeance=sans-echeance")
        page = client.submit("Garder", vue="Sans  date")
    address = page.link("Sans date")
    assert count(network, SavedView) == 1
    other = network.signed_in(network.manager(NORD, name="Léa Autre"))
    answer = other.get(address)
    assert answer.location.endswith("/pilotage/personnes?echeance=sans-echeance")
    shown = other.see(answer.location)
    assert "Bob Deux" in shown.text
    assert "Ana Un" not in shown.text
    token = shown.form("Garder")["fields"]["csrf_token"]
    assert other.post(f"{address}/suppression", data={"csrf_token": token}).status_code == 404
    client.see(f"{GRID}?echeance=sans-echeance")
    client.submit("Retirer « Sans date »")
    assert count(network, SavedView) == 0
    other.see("/pilotage/vues/inconnue", 404)
