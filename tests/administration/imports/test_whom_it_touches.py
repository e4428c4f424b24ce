"""An import says whom it touches: no account is completed in silence, no guess is accepted by accident, no formula becomes somebody."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.administration.imports.names import is_calculated, is_nobody, is_sum, is_total, roles_of, share_a_word, side_of
from app.administration.imports.rules import LIKELY, ROLE_CHOICES, ExistingRecords, LineWish, columns_of, judge, near_word
from app.identity.rules import SIDE_LABELS, Role, Side
from app.platform.french import fold
from tests.administration.imports.imports import headcount, refusals, upload, workbook
from tests.administration.people_pages import administrator, person, person_id, settled, stays
from tests.strict import Page, StrictClient
from tests.words import CORRECT_ALL, NOTHING_TO_IMPORT, SAVE_LINE

INES = "ines.carpentier@croisee.example"


def lines_of(page: Page) -> str:
    """The list of all lines, in words."""
    return page.text_of(page.all("table")[-1])


# --- Which account ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "same"), [
    ("Nadia Morel", "Inès Carpentier", False),
    ("CARPENTIER Ines", "Inès Carpentier", True),
    ("Jean Noël", "Marie Jean-Noël", True),
    ("Inès CARPENTIER-MOREL", "ines carpentier", True),
    ("Nadia de la Tour", "Inès de la Rue", False),
    ("Mme Saint-Omer", "Mme Saint-Amand", False),
    ("N. Morel", "Nadia Morel", True),
    ("N. Petit", "N. Grand", False),
    ("Li O", "Li U", True),
    ("El", "El", True),
    ("Ольга", "Ольга Иванова", True),
    ("", "Inès Carpentier", False),
])  # fmt: skip
def test_two_names_of_one_person_share_a_word(one: str, other: str, same: bool) -> None:
    assert share_a_word(one, other) is same
    assert share_a_word(other, one) is same


@given(st.text(max_size=30))
def test_a_name_is_its_own_whatever_its_letters(name: str) -> None:
    assert share_a_word(name, f"  {name} ?") is (re.search(r"\w", fold(name)) is not None)


def test_an_address_slip_hands_nobody_to_another_cite(app: Flask) -> None:
    client = administrator(app)
    ines = settled(app, "Inès Carpentier", "cite-lille-sud", email=INES)
    page = upload(client, "Nom;Courriel;Cité\r\nNadia Morel;ines.carpentier@croisee.example;Lens".encode())
    assert "compte d’Inès Carpentier" in page.text
    assert "1 ligne refusée" in page.text
    assert NOTHING_TO_IMPORT in page.text
    assert page.form(CORRECT_ALL)["fields"]["by"] == "ines.carpentier@croisee.example", "to be retouched; as it is, it changes nothing"
    client.submit(CORRECT_ALL)
    assert NOTHING_TO_IMPORT in client.page.text
    assert stays(app, ines) == [("cite-lille-sud", True)]


def test_each_line_names_the_account_that_it_completes_and_what_it_adds(app: Flask) -> None:
    client = administrator(app)
    ines, karim = settled(app, "Inès Carpentier", "cite-lille-sud", email=INES), settled(app, "Karim Benali", "cite-lens", email="karim.benali@croisee.example")
    file = "Nom;Courriel;Cité\r\nCARPENTIER-MOREL Ines;ines.carpentier@croisee.example;Lens\r\nBENALI;karim.benali@croisee.example;Lens\r\nZoé;z@v.example;Lens"
    said = lines_of(upload(client, file.encode()))
    assert "complète le compte d’Inès Carpentier : + Lens (Pas-de-Calais)" in said
    assert "inchangée (compte de Karim Benali)" in said
    assert "Zoé créée" in said
    client.submit("Importer 2")
    assert stays(app, ines) == [("cite-lille-sud", True), ("cite-lens", True)]
    with person(app, ines) as row:
        assert row.name == "Inès Carpentier"
    assert stays(app, karim) == [("cite-lens", True)]


def test_a_line_says_where_it_puts_somebody_new(app: Flask) -> None:
    """Of merged cells the first alone has its text: who gets no territory is not left to be guessed."""
    client = administrator(app)
    said = lines_of(upload(client, "Nom;Cité;Rôle\r\nZoé Petit;LILLE-SUD;\r\nÉric Grand;;\r\nAnna Roy;Cité éducative de Lens;responsable".encode()))
    assert "Zoé Petit créée : Lille Sud (Nord) 3" in said
    assert "Éric Grand créée, sans territoire 4" in said
    assert "Anna Roy créée : Lens (Pas-de-Calais), suit Lens (Pas-de-Calais)" in said
    assert "sans territoire" not in upload(client, "Nom\r\nZoé Petit".encode()).text


@pytest.mark.parametrize(("name", "nobody"), [
    ("Poste vacant", True), ("VACANTE", True), ("à recruter", True), ("Poste à pourvoir", True), ("Recrutement en cours", True), ("idem", True), ("N.C.", True),
    ("Paul Vacant", False), ("Nicolas Cnc", False), ("Inconnue Dupont", False), ("Recruteur", False),
])  # fmt: skip
def test_a_place_that_nobody_fills_is_nobody(name: str, nobody: bool) -> None:
    assert is_nobody(name) is nobody
    wish = judge({"nom": name}, ExistingRecords({}, {}, {}, {}))
    assert isinstance(wish, LineWish) is not nobody


def test_an_address_is_no_name_and_two_territories_are_not_one(app: Flask) -> None:
    page = upload(administrator(app), "Nom;Cité\r\nzoe@v.example;Lens\r\nZoé Petit;Lens / Lille Sud\r\nÉric Grand;Lens et ailleurs".encode())
    assert "C’est une adresse, pas un nom" in page.text
    assert "Zoé Petit Lens / Lille Sud Une ligne ne donne qu’un territoire" in page.text
    assert "Éric Grand Lens et ailleurs Ce territoire n’est pas dans le réseau." in page.text


def test_a_refused_slip_leaves_its_address_to_the_right_line(app: Flask) -> None:
    client = administrator(app)
    settled(app, "Inès Carpentier", "cite-lille-sud", email=INES)
    said = lines_of(upload(client, f"Nom;Courriel;Ville\r\nNadia Morel;{INES};Lens\r\nCarpentier;{INES};Lens".encode()))
    assert "Nadia Morel refusée" in said
    assert "Carpentier complète le compte" in said


# --- Formulas and totals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "=1+1", "'=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\uff1d1+1", "COUNTA(A5:A64)", 'HYPERLINK("http://x","Garcia")', "SOMME(3;4)", "NB.SI(A1:A9;2)",
    "AUJOURDHUI()", "#N/A", "#REF!", "#NOM?", "#DIV/0!", "#VALEUR!", "Err:508", 'Nadia HYPERLINK("http://x","Garcia")', "SI (A1>2;1;0)",
])  # fmt: skip
def test_formulas(text: str) -> None:
    assert is_calculated(text)


@pytest.mark.parametrize(
    "text", ["Durand (née Petit)", "DURAND(née Petit)", "Mairie (Lens)", "Inès", "Jean-Noël", "d’Œuf", "p1@v.example", "Préfecture (DDETS 59)", ""]
)
def test_texts_that_are_no_formula(text: str) -> None:
    assert not is_calculated(text)


@pytest.mark.parametrize(("name", "total"), [
    ("TOTAL", True), ("Total : 61", True), ("Sous-total", True), ("Total général", True), ("Nombre total de personnes", True), ("61 TOTAL", True), ("Effectif", True),
    ("Jean Total", False), ("Marie Somme", False), ("Personnes", False), ("Nadia", False), ("", False),
])  # fmt: skip
def test_totals(name: str, total: bool) -> None:
    assert is_total(name) is total


@pytest.mark.parametrize(("name", "calculated"), [("Éric 1+1", True), ("Éric =B2", True), ("Personne 1", False), ("Jean-Noël", False), ("Louis XIV-2", False)])
def test_sums_in_a_name(name: str, calculated: bool) -> None:
    assert is_sum(name) is calculated


HOSTILE = (
    ("Nom", "Prénom", "Courriel", "Cité"),
    ("=1+1", "Éric", "e@v.example", "Lens"),
    ('=HYPERLINK("http://x","Garcia")', "Nadia", "n@v.example", "Lens"),
    ("TOTAL", "=COUNTA(A2:A3)", 61, "=B2"),
    ("Éric 1+1", None, "f@v.example", "Lens"),
    ("Zoé", "Petit", "z@v.example", "Lens"),
)


def test_no_click_makes_somebody_of_a_formula_or_a_total(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, workbook(*HOSTILE), "x.xlsx")
    assert "C’est une ligne de total" in page.text
    assert page.form(CORRECT_ALL)["fields"]["by"] == ["", "", "", ""], "nothing of them is proposed, and a total has one fault"
    client.submit(CORRECT_ALL)
    assert "4 lignes refusées" in client.page.text
    client.submit("Importer 1")
    assert headcount(app) == 2


@pytest.mark.parametrize("name", ["Éric 1+1", 'Nadia HYPERLINK("http://x","Garcia")', "COUNTA(A5:A64) TOTAL", "61", "Sous-total : 61", "="])
def test_what_a_formula_leaves_is_nobodys_name(name: str) -> None:
    assert {refusal.column for refusal in refusals({"nom": name, "territoire": "Lens"})} == {"nom"}


# --- Guesses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "near"), [
    ("lense", "lens"), ("rubaix", "roubaix"), ("lille nord-est", "lille nord est"), ("marseille nord", ""), ("roubaix / lens", ""), ("lans", ""), ("", ""),
])  # fmt: skip
def test_only_what_is_very_near_is_proposed(typed: str, near: str) -> None:
    assert near_word(typed, ["lens", "lille nord est", "roubaix"]) == near


def test_how_near_is_said_once() -> None:
    assert LIKELY == 0.85
    assert [refusal.meant for refusal in refusals({"nom": "Zoé", "territoire": "Marseille Nord", "employeur": "Asociation"})] == ["une association", ""]


def test_all_that_is_wrong_with_a_line_is_told_at_once(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, "Nom;Courriel;Employeur;Profil;Cité;Cohorte\r\nZoé;pas une adresse;Gogle;dieu;Nulle part;Inconnue".encode())
    fields = page.form(CORRECT_ALL)["fields"]
    assert set(fields["column"]) == {"courriel", "employeur", "rôles", "territoire", "cohorte"}
    assert "1 ligne refusée" in page.text
    assert "Refusée1" in page.text.replace(" ", "")
    client.submit(CORRECT_ALL, by=["z@v.example" if column == "courriel" else "(case vide)" for column in fields["column"]])
    client.submit("Importer 1")
    assert headcount(app) == 2


def test_one_unknown_cohort_hides_no_wrong_address(app: Flask) -> None:
    client = administrator(app)
    lines = [f"Personne {n};{'p' if n % 7 else 'p '}{n}@v.example;Automne 2031" for n in range(1, 62)]
    page = upload(client, ("Nom;Courriel;Cohorte\r\n" + "\r\n".join(lines)).encode())
    assert "61 lignes refusées" in page.text
    assert "Refusées61" in page.text.replace(" ", "")
    assert page.form(CORRECT_ALL)["fields"]["column"].count("courriel") == 8
    client.submit(CORRECT_ALL, by=["(case vide)" if one == "" else one for one in page.form(CORRECT_ALL)["fields"]["by"]])
    client.submit("Importer 61")
    assert headcount(app) == 62


def test_refused_lines_leave_with_all_their_faults(app: Flask) -> None:
    client = administrator(app)
    upload(client, "Nom;Courriel;Cité\r\nZoé;pas une adresse;Nulle part".encode())
    text = client.get(f"{client.page.form(CORRECT_ALL)['action'].removesuffix('/corrections')}/refusees/csv").get_data(as_text=True)
    assert len(text.strip().splitlines()) == 2
    assert "territoire « Nulle part »" in text
    assert "courriel « pas une adresse »" in text


# --- Choosing --------------------------------------------------------------------------------------------------------


def options(client: StrictClient, nth: int) -> list[str]:
    return [client.page.text_of(one) for one in client.page.all("select")[nth].iter("option")]


def test_corrections_are_chosen_in_words(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, "Nom;Employeur;Profil;Cité;Cohorte\r\nZoé;Gogle;dieu;Nulle part;Inconnue".encode())
    assert len(page.all("select")) == 4
    assert options(client, 0)[1:-1] == list(SIDE_LABELS.values())
    assert options(client, 1)[1:4] == ["apprenant", "formateur", "responsable"]
    assert "Lille Sud (Nord)" in options(client, 2)
    assert not {side.value for side in (Side.EDUCATION, Side.ETAT, Side.COLLECTIVITE)} & set(page.text.replace(",", " ").split()), "no code is shown"
    sent = dict(
        zip(
            page.form(CORRECT_ALL)["fields"]["column"],
            ["l’Éducation nationale", "apprenant, formateur", "Lens (Pas-de-Calais)", "(case vide)"],
            strict=True,
        )
    )
    assert len(sent) == 4
    client.submit(CORRECT_ALL, by=list(sent.values()))
    client.submit("Importer 1")
    number = person_id(app, "zoe@sans-adresse.invalid")
    with person(app, number) as row:
        assert (row.side, row.role_set) == (Side.EDUCATION, {Role.LEARNER, Role.TRAINER})
    assert stays(app, number) == [("cite-lens", True)]


def test_all_that_can_be_chosen_is_understood() -> None:
    assert {side_of(words) for words in SIDE_LABELS.values()} == set(Side)
    assert [roles_of(words)[1] for words in ROLE_CHOICES] == [[]] * 7


def test_a_line_is_corrected_by_the_same_lists_and_keeps_what_was_written(app: Flask) -> None:
    client = administrator(app)
    upload(client, "Nom;Employeur;Cité\r\nZoé;Mairie de Lens;Lens".encode())
    client.see(client.page.form("Importer")["action"] + "?ligne=2")
    assert client.page.form(SAVE_LINE)["fields"]["cell"] == ["Zoé", "Mairie de Lens", "Lens"]
    assert len(client.page.all("select")) == 2
    client.submit(SAVE_LINE)
    client.submit("Importer 1")
    assert stays(app, person_id(app, "zoe@sans-adresse.invalid")) == [("cite-lens", True)]


def test_a_long_list_is_written_once_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.administration.imports import queries as pages

    monkeypatch.setattr(pages, "MOST_LISTED", 4)
    client = administrator(app)
    page = upload(client, "Nom;Cité\r\nZoé;Nulle part\r\nÉric;Ailleurs".encode())
    assert page.all("select") == []
    (written,) = [one for one in page.all("datalist") if one.get("id") == "choix-territoire"]
    assert "Lens (Pas-de-Calais)" in [one.get("value") for one in written.iter("option")]
    client.submit(CORRECT_ALL, by=["Lens (Pas-de-Calais)", "(case vide)"])
    client.submit("Importer 2")
    assert headcount(app) == 3


# --- Heads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("head", "column"), [
    ("Adresse mail pro", "courriel"), ("Mail pro.", "courriel"), ("Courriel professionnel", "courriel"), ("Adresse mail professionnelle", "courriel"),
    ("Structure employeur", "employeur"), ("Employeur", "employeur"), ("Téléphone pro", None), ("Pro", None),
])  # fmt: skip
def test_more_heads(head: str, column: str | None) -> None:
    assert columns_of([head]) == [column]
