"""What the grid says of its filter, in words, and how a reader does without one of its choices; the columns that they choose; its old addresses."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from app.reporting.grid.columns import COLUMNS, MODULES, Output
from app.reporting.grid.exports import NOTES
from app.reporting.selection import USUAL_COLUMNS
from tests.record.world import words_of
from tests.reporting.conftest import SignIn, rows_of
from tests.strict import Page
from tests.words import ACCOUNT_OPENED_ON

MODULE, NEXT = "module=education-prioritaire", "ce-dix-minutes"
CASES = {
    "": r"\d+ personnes",
    "etat=en-retard&cohorte=1": r"\d+ personnes en retard, CPO arrivés au printemps",
    "etat=termine": r"\d+ personnes qui ont terminé",
    "etat=a-commencer&territoire=departement-nord": r"\d+ personnes qui n’ont pas commencé, Nord",
    "etat=a-l-arret&echeance=en-retard": r"\d+ personnes à l’arrêt et en retard",
    "etat=termine&echeance=termine": r"\d+ personnes qui ont terminé",
    f"{MODULE}&dans=a-finir&territoire=cite-lille-sud": r"\d+ personnes qui n’ont pas terminé « L’éducation prioritaire », Lille Sud \(Nord\)",
    f"{MODULE}&dans=en-cours&etat=en-cours": r"\d+ personnes en cours et qui ont commencé « L’éducation prioritaire » sans le terminer",
    "fait=termine&depuis=2026-01-01": r"\d+ personnes qui ont terminé depuis le 1er janvier 2026",
    "fait=commence&depuis=2026-01-01&jusque=2026-12-31": r"\d+ personnes qui ont commencé du 1er janvier 2026 au 31 décembre 2026",
    "nom=Youssef": r"1 personne, nom « Youssef »",
    "nom=Youssef&etat=termine": r"1 personne qui a terminé, nom « Youssef »",
    "etat=a-commencer&au=2000-01-01": r"Personne ne répond à ces choix ensemble, pas commencé, compte ouvert jusqu’au 01/01/2000",
}


def result_of(page: Page) -> str:
    (heading,) = (each for each in page.all("h2") if each.get("id") == "personnes")
    return re.sub(r"\s", " ", page.text_of(heading))


def chips_of(page: Page) -> dict[str, str]:
    """What each choice says → the address without it."""
    lists = [each for each in page.all("ul") if "chips" in str(each.get("class"))]
    return {page.text_of(link).removesuffix(", à retirer"): str(link.get("href")) for each in lists for link in each.iter("a")}


def head_of(page: Page) -> list[str]:
    return [page.text_of(head) for head in page.all("thead")[0].iter("th")]


@pytest.mark.parametrize("asked", CASES)
def test_who_is_found_is_said_in_one_line_and_counted_in_the_rows(as_: SignIn, asked: str) -> None:
    page = as_("aurelie.dussart").see(f"/pilotage/personnes?{asked}")
    words = result_of(page)
    assert re.fullmatch(CASES[asked], words), words
    told = int(words.split()[0]) if words[0].isdigit() else 0
    assert min(told, 50) == len(rows_of(page))


def test_each_choice_is_taken_away_by_itself(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    everybody = result_of(client.see("/pilotage/personnes"))
    page = client.see("/pilotage/personnes?etat=en-retard&cohorte=1&fait=commence&depuis=2026-01-01&tri=-avancement")
    chips = chips_of(page)
    assert len(chips) == 5, "four, and all of them"
    assert "CPO arrivés au printemps" not in result_of(client.see(next(address for words, address in chips.items() if words.startswith("cohorte"))))
    assert "depuis" not in next(address for words, address in chips.items() if "a commencé" in words), "with the days that it is about"
    while chips := chips_of(client.page):
        client.see(next(iter(chips.values())))
    assert result_of(client.page) == everybody


def test_late_stands_among_the_states_and_is_kept_by_the_form(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    late = result_of(client.see("/pilotage/personnes?echeance=en-retard"))
    assert client.page.form("Filtrer")["fields"]["etat"] == "en-retard"
    assert result_of(client.submit("Filtrer", status=200, follow=False)) == late
    assert result_of(client.submit("Filtrer", status=200, follow=False, etat="")) != late, "nothing else keeps it"


def test_columns_are_chosen_and_kept_with_a_view(as_: SignIn) -> None:
    assert {column.choice for column in COLUMNS if Output.SCREEN in column.outputs and column.choice} | {MODULES} == USUAL_COLUMNS
    client = as_("aurelie.dussart")
    usual = head_of(client.see("/pilotage/personnes"))
    assert head_of(client.submit("Filtrer", status=200, follow=False)) == usual
    page = client.see("/pilotage/personnes?colonnes=employeur,situation&colonnes=ouvert&colonnes=<b>")
    assert head_of(page) == ["Personne", "Employeur", "Situation", ACCOUNT_OPENED_ON]
    client.submit("Garder", vue="Employeurs")
    kept = client.get(client.page.link("Employeurs")).headers["Location"]
    assert head_of(client.see(kept)) == ["Personne", "Employeur", "Situation", ACCOUNT_OPENED_ON]
    inside = head_of(client.see(f"/pilotage/personnes?{MODULE}&colonnes=situation"))
    assert inside == ["Personne", "Dans le module"], "of the module, not of the path"
    printed = head_of(client.see("/pilotage/personnes/impression?colonnes=situation"))
    assert printed == ["Personne", "Situation"]


@pytest.mark.parametrize("old", ["grille", "grille/impression", "grille.csv", "grille.xlsx"])
def test_an_old_address_leads_on_with_all_that_it_asked(as_: SignIn, old: str) -> None:
    response = as_("aurelie.dussart").get(f"/pilotage/{old}?etat=termine&tri=-nom")
    assert (response.status_code, response.headers["Location"]) == (308, f"/pilotage/{old.replace('grille', 'personnes')}?etat=termine&tri=-nom")


def test_a_file_says_the_next_step_that_it_was_asked_about(as_: SignIn) -> None:
    client = as_("aurelie.dussart")
    page = client.see(f"/pilotage/personnes?ensuite={NEXT}&etat=a-l-arret")
    assert "à faire ensuite" in words_of(page)
    assert page.form("Filtrer")["fields"]["ensuite"] == NEXT
    book = load_workbook(io.BytesIO(client.get(f"/pilotage/personnes.xlsx?ensuite={NEXT}", buffered=True).get_data()))
    assert any("à faire ensuite : " in str(line[1]) for line in book[NOTES].iter_rows(values_only=True))
