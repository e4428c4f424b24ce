"""The pages of rules: the preview is the run, each within their reach, an answer by a signed link told only in totals."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.administration.privacy.journal import words
from app.identity import email_preferences
from app.identity.rules import Role
from app.reporting.reminders.models import ReminderAnswer, ReminderRule
from app.reporting.reminders.plan import PERSONAL
from tests.making import make_app, make_settings
from tests.record.world import words_of
from tests.reporting.reminders.reminding import LENS, LILLE, NORD, PAS_DE_CALAIS, Network, small_network
from tests.strict import Page, StrictClient
from tests.words import PAUSE_IT, SAVE_RULE, SEND_MY_ANSWER, START_RULE, WHO_IS_REMINDED

FIRST, MONDAY = date(2026, 11, 2), date(2026, 11, 30)
RULES = "/pilotage/rappels"


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    return small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, FIRST)


def cells(page: Page, caption: str) -> list[list[str]]:
    """The rows of the table with this caption; none where there is no such table."""
    for table in page.all("table"):
        if page.text_of(next(table.iter("caption"))) == caption:
            rows = [[page.text_of(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
            return [[cell.replace("\u00a0", " ") for cell in row] for row in rows[1:]]
    return []


def receiving(page: Page) -> list[list[str]]:
    return cells(page, WHO_IS_REMINDED)


def masked(text: str, network: Network, person: int) -> str:
    return text.replace(email_preferences.make_token(network.app.config["CROISEE"].secret_key, person), PERSONAL)


# --- From the form to the letter -------------------------------------------------------------------------------------


def silent_and_others(network: Network) -> int:
    """Anna is silent, Bilal too and refuses letters, Chloé was here thirteen days ago, David never came. Gives Anna's number."""
    anna, bilal, chloe = (network.learner(name) for name in ("Anna", "Bilal", "Chloé"))
    network.learner("David")
    for person in (anna, bilal, chloe):
        network.look(person, "un-a")
    network.at(date(2026, 11, 17))
    network.look(chloe, "un-b")
    network.write(lambda session: email_preferences.refuse(session, bilal, "relance", network.clock.now()))
    network.at(MONDAY)
    return anna


def test_a_new_rule_waits_until_its_author_has_read_whom_it_reaches(network: Network) -> None:
    silent_and_others(network)
    client = network.signed_in(network.manager(LENS))
    client.see(f"{RULES}/nouveau")
    page = client.submit(SAVE_RULE, target=f"t:{LENS}", days="14", pause="7", most="3", zone="B", note="Je reste joignable.")
    assert "Lens (Pas-de-Calais) : inactif depuis 14 jours et parcours non terminé" in words_of(page)
    assert "En pause" in page.text
    network.send()
    assert network.outbox() == []
    client.submit(START_RULE)
    network.send()
    assert len(network.outbox()) == 1


def test_the_preview_is_the_run(network: Network) -> None:
    """Who, why and when, and the letter word for word but for the links that only its reader may follow."""
    nadia, anna = network.manager(LENS), silent_and_others(network)
    rule = network.rule(nadia, territory_id=LENS, words="Je reste joignable.\n\nNadia")
    client = network.signed_in(nadia)
    page = client.see(f"{RULES}/{rule}")
    assert [row[0::2] for row in receiving(page)] == [["Anna", "aujourd’hui"], ["Chloé", "1er décembre 2026"]]
    assert [row[0::2] for row in cells(page, "Qui n’en reçoit pas")] == [["Bilal", "ne souhaite plus de rappels"], ["David", "n’a pas encore commencé"]]
    network.send()
    (row,) = network.outbox()
    assert row.recipient.startswith("anna@")
    assert " ".join(masked(row.text, network, anna).split()) == page.text_of(page.all("pre")[0])
    body = Page(masked(row.html, network, anna))
    letter = next(element for element in page.all("div") if element.get("class") == "shown-mail")
    assert page.text_of(letter) == body.text_of(body.all("body")[0])
    assert "Je reste joignable." in page.html
    assert token(network, anna) not in page.html, "whoever reads the preview cannot answer for the person"
    later = receiving(client.see(f"{RULES}/{rule}"))
    assert [row[0::2] for row in later] == [["Chloé", "1er décembre 2026"], ["Anna", "7 décembre 2026"]], "today's letter has left"


def test_the_whole_forecast_comes_true(network: Network) -> None:
    """If nothing changes, each person gets their first letter on the very day that the page gives."""
    nadia = network.manager(LENS)
    for day, name in enumerate(("Anna", "Bilal", "Chloé", "David", "Emma")):
        network.at(FIRST + timedelta(days=3 * day))
        network.look(network.learner(name), "un-a")
    network.at(date(2026, 11, 16))
    rule = network.rule(nadia, territory_id=LENS, days=12)
    foretold = {row[0]: row[2] for row in receiving(network.signed_in(nadia).see(f"{RULES}/{rule}"))}
    assert len(foretold) == 5
    first: dict[str, str] = {}
    for day in network.days(date(2026, 11, 16), date(2026, 12, 4)):
        for name, _subject in network.morning(day):
            said = "aujourd’hui" if day == date(2026, 11, 16) else f"{'1er' if day.day == 1 else day.day} {'novembre' if day.month == 11 else 'décembre'} 2026"
            first.setdefault(name, said)
    assert first == foretold


def test_a_rule_that_starts_after_the_run_of_the_day_waits_for_the_next(network: Network) -> None:
    nadia = network.manager(LENS)
    network.look(network.learner("Anna"), "un-a")
    network.at(MONDAY)
    network.send()
    rule = network.rule(nadia, territory_id=LENS)
    assert receiving(network.signed_in(nadia).see(f"{RULES}/{rule}"))[0][2] == "1er décembre 2026"
    assert [name for name, _ in network.morning(MONDAY + timedelta(days=1))] == ["Anna"]


def test_a_letter_for_two_rules_is_foretold_as_one(network: Network) -> None:
    nadia = network.manager(LENS)
    network.look(network.learner("Anna"), "un-a")
    rules = [network.rule(nadia, territory_id=LENS), network.rule(nadia, territory_id=LENS, days=20)]
    network.at(MONDAY)
    for rule in rules:
        page = network.signed_in(nadia).see(f"{RULES}/{rule}")
        assert "un seul courriel, avec une autre règle" in receiving(page)[0][3]


def test_what_the_form_refuses(network: Network) -> None:
    client = network.signed_in(network.manager(LENS))
    client.see(f"{RULES}/nouveau")
    page = client.submit("Enregistrer", 422, target=f"t:{LENS}", days="0", pause="1", most="99", note="voir https://ailleurs.example")
    for sentence in ("Un nombre de 1 à 365.", "Un nombre de 3 à 90.", "Un nombre de 1 à 10.", "Pas d’adresse dans ce mot"):
        assert sentence in page.text
    assert "voir https://ailleurs.example" in page.html, "what was typed stays"
    client.see(f"{RULES}/nouveau")
    client.submit("Enregistrer", 422, target=f"t:{LILLE}")
    client.see(f"{RULES}/nouveau")
    client.submit("Enregistrer", 422, target="tous")
    assert network.count(ReminderRule) == 0


def test_change_pause_delete(network: Network) -> None:
    nadia = network.manager(LENS)
    rule = network.rule(nadia, territory_id=LENS)
    client = network.signed_in(nadia)
    client.see(f"{RULES}/{rule}/modification")
    page = client.submit("Enregistrer", trigger="pas-commence", days="10", zone="")
    assert "parcours pas commencé 10 jours après l’inscription" in words_of(page)
    assert "En route" in page.text
    assert "En pause" in client.submit(PAUSE_IT).text
    assert "Aucune règle" in client.submit("Supprimer la règle").text
    assert network.count(ReminderRule) == 0


# --- Reach -----------------------------------------------------------------------------------------------------------


def addresses(rule: int) -> list[tuple[str, str]]:
    page = f"{RULES}/{rule}"
    return [("GET", page), ("GET", f"{page}/modification"), ("POST", f"{page}/modification"), ("POST", f"{page}/marche"), ("POST", f"{page}/suppression")]


def test_a_rule_beyond_ones_reach_does_not_exist(network: Network) -> None:
    lens, north, region = (network.manager(scope, name=name) for scope, name in ((LENS, "Nadia"), (NORD, "Omar"), (PAS_DE_CALAIS, "Paule")))
    trainer, other = (network.manager(name=name, role=Role.TRAINER) for name in ("Léa", "Max"))
    admin = network.manager(name="Ada", role=Role.ADMINISTRATOR)
    rule, whole = network.rule(lens, territory_id=LENS), network.rule(admin, territory_id=None)
    group = network.group("Automne", trainer)
    cohort = network.rule(trainer, territory_id=None, cohort_id=group)
    network.app.config["WTF_CSRF_ENABLED"] = False
    seen = {
        who: {one for one in (rule, whole, cohort) if network.signed_in(who).get(f"{RULES}/{one}").status_code == 200}
        for who in (lens, north, region, trainer, other, admin)
    }
    assert seen == {lens: {rule}, north: set(), region: {rule}, trainer: {cohort}, other: set(), admin: {rule, whole, cohort}}
    for who, mine in seen.items():
        listed = network.signed_in(who).see(RULES).html
        assert {one for one in (rule, whole, cohort) if f'"{RULES}/{one}"' in listed} == mine
        for one in {rule, whole, cohort} - mine:
            for method, address in addresses(one):
                assert network.signed_in(who).open(address, method=method).status_code == 404, (who, method, address)
    assert network.count(ReminderRule) == 3


def test_the_form_proposes_ones_reach_alone(network: Network) -> None:
    """A responsable their territories, a formateur their cohorts, an administrator everything."""
    trainer, other = network.manager(name="Léa", role=Role.TRAINER), network.manager(name="Max", role=Role.TRAINER)
    mine, theirs = network.group("Automne", trainer), network.group("Hiver", other)
    admin = network.manager(name="Ada", role=Role.ADMINISTRATOR)

    def proposed(who: int) -> set[str]:
        page = network.signed_in(who).see(f"{RULES}/nouveau")
        return {str(option.get("value")) for option in next(field for field in page.all("select") if field.get("name") == "target").iter("option")}

    assert proposed(network.manager(LENS)) == {f"t:{LENS}"}
    assert proposed(trainer) == {f"c:{mine}"}
    assert {"tous", f"t:{LILLE}", f"c:{mine}", f"c:{theirs}"} <= proposed(admin)


def test_who_saves_a_rule_answers_for_it(network: Network) -> None:
    """A rule whose author has no reach any more writes to nobody, says so, and lives again in another's name."""
    nadia, paule = network.manager(LENS, name="Nadia"), network.manager(PAS_DE_CALAIS, name="Paule")
    network.look(network.learner("Anna"), "un-a")
    rule = network.rule(nadia, territory_id=LENS)
    network.leave_scope(nadia)
    network.at(MONDAY)
    client = network.signed_in(paule)
    assert "Cette règle n’écrit plus à personne" in client.see(f"{RULES}/{rule}").text
    assert receiving(client.page) == []
    client.see(f"{RULES}/{rule}/modification")
    page = client.submit("Enregistrer")
    assert "par Paule" in page.text
    assert [row[0] for row in receiving(page)] == ["Anna"]


def test_a_cut_rule_says_so_and_names_nobody_beyond(network: Network) -> None:
    nadia = network.manager(NORD, name="Nadia")
    for name, territory in (("Anna", LILLE), ("Bilal", "cite-valenciennes-anzin")):
        network.look(network.learner(name, territory), "un-a")
    rule = network.rule(nadia, territory_id=NORD)
    network.leave_scope(nadia, LILLE)
    network.at(MONDAY)
    page = network.signed_in(nadia).see(f"{RULES}/{rule}")
    assert "ne couvre plus tout ce que dit la règle" in page.text
    assert "Anna" in page.text
    assert "Bilal" not in page.text


def test_whoever_is_named_reads_who_looked(network: Network) -> None:
    nadia = network.manager(LENS)
    anna = network.learner("Anna")
    rule = network.rule(nadia, territory_id=LENS)
    network.signed_in(nadia).see(f"{RULES}/{rule}")
    assert network.seen(person_id=anna, reader_id=nadia, what="reminders.rule") == 1
    with network.app.app_context():
        assert words("reminders.rule") != words("of.no.page")


def test_the_end_of_the_known_holidays_is_said(network: Network) -> None:
    nadia = network.manager(LENS)
    network.look(network.learner("Anna"), "un-a")
    rule = network.rule(nadia, territory_id=LENS)
    assert "sont connues jusqu’au" not in network.signed_in(nadia).see(RULES).text
    network.at(date(2028, 9, 4))
    client = network.signed_in(nadia)
    assert "sont connues jusqu’au 31 août 2028" in words_of(client.see(RULES))
    assert "vacances scolaires inconnues" in client.see(f"{RULES}/{rule}").text


# --- The answer ------------------------------------------------------------------------------------------------------


def token(network: Network, person: int) -> str:
    return email_preferences.make_token(network.app.config["CROISEE"].secret_key, person)


def visitor(network: Network) -> StrictClient:
    client: Any = network.app.test_client()
    return client  # type: ignore[no-any-return]


def test_an_answer_by_a_signed_link(network: Network) -> None:
    anna = network.learner("Anna Vasseur")
    client = visitor(network)
    page = client.see(f"/rappels/{token(network, anna)}?raison=temps")
    assert network.count(ReminderAnswer) == 0, "a GET writes nothing: mail programs open what they find"
    assert "Vasseur" not in page.html
    assert "Merci" in client.submit(SEND_MY_ANSWER).text
    client.see(f"/rappels/{token(network, anna)}?raison=acces")
    client.submit(SEND_MY_ANSWER)
    assert network.read(lambda session: session.get_one(ReminderAnswer, anna).reason) == "acces", "the last answer counts"
    assert network.read(lambda session: email_preferences.wants(session, anna, "relance"))
    assert "plus de rappels" in client.submit(SEND_MY_ANSWER, reason="concerne").text
    assert not network.read(lambda session: email_preferences.wants(session, anna, "relance"))
    client.see(f"/rappels/{token(network, anna)}?raison=rumeur")
    client.submit(SEND_MY_ANSWER, 422)
    for wrong in ("x", token(network, 999), token(network, anna)[:-1], PERSONAL):
        client.see(f"/rappels/{wrong}", 404)


def test_answers_are_read_in_totals_of_ones_reach(network: Network) -> None:
    nadia, omar = network.manager(LENS, name="Nadia"), network.manager(NORD, name="Omar")
    for number, reason in enumerate(["temps"] * 6 + ["acquis"] * 5 + ["autre"] * 1 + ["poste"] * 6):
        person = network.learner(f"Anna {number}")
        network.write(lambda session, p=person, r=reason: session.add(ReminderAnswer(person_id=p, reason=r, at=network.clock.now())))
    page = network.signed_in(nadia).see(RULES)
    rows = cells(page, "Ce qui retient les personnes")
    assert [row[1] for row in rows] == ["6", "6"], "five and one are told together"
    assert "Je ne suis plus sur ce poste" not in page.text, "that one is somebody's to settle"
    assert "Moins de cinq personnes" in network.signed_in(omar).see(RULES).text
