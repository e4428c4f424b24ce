"""A file as people really have it: heads and words of their own, mended in place by somebody in a hurry; nothing is imported before they say so."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.acts import PeopleImport
from app.administration.imports import queries, services
from app.administration.imports.names import COLUMNS, ROLES, SIDES, plain, roles_of, side_of
from app.administration.imports.rules import columns_of, head_place, mended_address, near_column, wrong_columns
from app.administration.imports.spreadsheet import SheetLine, read_spreadsheet
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.platform.db import db
from tests.administration.imports.imports import headcount, upload, workbook
from tests.administration.people_pages import administrator, person, person_id, stays
from tests.strict import StrictClient
from tests.words import CORRECT_ALL, FILE_COLUMNS, READ_LINES, SAVE_LINE


def test_each_word_of_the_tables_means_one_thing() -> None:
    for table in (COLUMNS, SIDES, ROLES):
        words = [word for meanings in table.values() for word in meanings]
        assert len(words) == len(set(words))
        assert [word for word in words if plain(word) != word] == []


@pytest.mark.parametrize(("heads", "columns"), [
    (["NOM", "Prénom", "Mail"], ["nom", "prénom", "courriel"]),
    (["Nom et prénom *", "Adresse électronique :", "Employeur"], ["nom", "courriel", "employeur"]),
    (["NOM D’USAGE", "E-mail (professionnel)", "Structure"], ["nom", "courriel", "employeur"]),
    (["Nom", "Courriel", "Mail"], ["nom", "courriel", None]),
    (["Nom", "Fonction", ""], ["nom", None, None]),
    (["Nom", "Pourquoi"], ["nom", ""]),
])  # fmt: skip
def test_heads(heads: list[str], columns: list[str | None]) -> None:
    assert columns_of(heads) == columns


def test_heads_are_found_under_a_title() -> None:
    lines = [SheetLine(n, cells) for n, cells in ((1, ("Liste des CPO",)), (3, ("", "NOM", "Mail")), (4, ("1", "Zoé", "z@v.example")))]
    assert head_place(lines) == 1
    assert head_place(lines[2:]) == -1, "somebody is no head"
    assert head_place([lines[0], lines[2]]) == 0


@pytest.mark.parametrize(("head", "values", "guess"), [
    ("Couriel", (), "courriel"), ("Contact", ("z@v.example",), "courriel"), ("Fonction", ("CPO",), ""), ("Territoir", (), "territoire"), ("Noms", (), ""),
])  # fmt: skip
def test_what_a_column_perhaps_is(head: str, values: tuple[str, ...], guess: str) -> None:
    assert near_column(head, values, ["nom"]) == guess


def test_columns_that_cannot_be_read() -> None:
    assert "deux fois" in wrong_columns(["nom", "nom"])
    assert "nom des personnes" in wrong_columns(["courriel", ""])
    assert wrong_columns(["nom", "", ""]) == ""


@pytest.mark.parametrize(("written", "side"), [
    ("Mairie de Lens", Side.COLLECTIVITE), ("VILLE", Side.COLLECTIVITE), ("Communauté d’agglomération", Side.COLLECTIVITE), ("éducation nationale", Side.EDUCATION),
    ("EN", Side.EDUCATION), ("Enedis", None), ("Collège Jean-Moulin", Side.EDUCATION), ("Ministère de l’Éducation nationale", Side.EDUCATION),
    ("Préfecture du Nord", Side.ETAT), ("sous-préfecture", Side.ETAT), ("Asso.", Side.ASSOCIATION), ("etat", Side.ETAT), ("Google", None), ("", None),
    ("l’État (préfecture, service déconcentré)", Side.ETAT),
])  # fmt: skip
def test_employers(written: str, side: Side | None) -> None:
    assert side_of(written) == side


@pytest.mark.parametrize(("written", "roles", "unknown"), [
    ("Formatrice, apprenante", [Role.TRAINER, Role.LEARNER], []),
    ("Cheffe de projet", [Role.LEARNER], []),
    ("responsable et formateur", [Role.MANAGER, Role.TRAINER], []),
    ("apprenant / dieu", [Role.LEARNER], ["dieu"]),
    ("", [], []),
])  # fmt: skip
def test_roles(written: str, roles: list[Role], unknown: list[str]) -> None:
    found, words = roles_of(written)
    assert (list(found), words) == (roles, unknown)


@pytest.mark.parametrize(("typed", "meant"), [
    ("Nadège Leroy <n.leroy @ ville.fr>;", "n.leroy@ville.fr"), ("mailto:a@b.fr", "a@b.fr"), ("a(at)b,fr", "a@b.fr"), ("a@b..fr.", "a@b.fr"), ("a@@b.fr", "a@b.fr"), ("néant", "néant"),
])  # fmt: skip
def test_addresses(typed: str, meant: str) -> None:
    assert mended_address(typed) == meant


def test_columns_are_said_by_hand_where_heads_do_not_tell(app: Flask) -> None:
    client = administrator(app)
    data = "Liste des participants;;\r\nQui;Contact;Fonction\r\nZoé Petit;z@v.example;CPO\r\nÉric Grand;e@v.example;CPO".encode("cp1252")
    page = upload(client, data)
    assert page.h1 == FILE_COLUMNS
    assert "Zoé Petit · Éric Grand" in page.text
    address = page.form(READ_LINES)["action"]
    assert "Dites quelle colonne contient le nom" in client.submit(READ_LINES, 422).text
    assert client.page.form(READ_LINES)["fields"]["c1"] == "courriel", "proposed by what it holds, and kept"
    assert "deux fois" in client.submit(READ_LINES, 422, c0="nom", c2="nom").text
    assert client.get(address.removesuffix("/colonnes")).headers["Location"] == address, "no line is read before"
    client.see(address)
    page = client.submit(READ_LINES, c0="nom")
    assert "Colonne non importée : Fonction" in page.text
    client.submit("Importer 2")
    with person(app, person_id(app, "z@v.example")) as row:
        assert row.name == "Zoé Petit"


def test_a_file_without_heads_loses_nobody(app: Flask) -> None:
    client = administrator(app)
    page = upload(client, "Zoé Petit;z@v.example;Lens\r\nÉric Grand;e@v.example;Nulle part".encode())
    assert "2 lignes lues" in page.text
    assert "Zoé Petit · Éric Grand" in page.text
    page = client.submit(READ_LINES, c0="nom", c2="territoire")
    assert "1 Zoé Petit créée : Lens (Pas-de-Calais)" in page.text_of(page.all("table")[-1])
    address = page.form("Importer 1")["action"]
    client.submit("Importer 1")
    again = client.get(f"{address}/refusees/csv").get_data().replace(b"Nulle part", b"Lille sud")
    assert "2 Éric Grand créée : Lille Sud (Nord)" in upload(client, again).text, "its columns have their names since"


def test_a_correction_reaches_all_its_lines_or_one_and_what_is_typed_elsewhere_is_kept(app: Flask) -> None:
    client = administrator(app)
    head = "NOM;Prénom;Mail;Employeur;Cité\r\n"
    lines = ["A;Zoé;a@v.example;colectivité;Lense", "B;Éric;b@v.example;Préfecture;Lense", "C;Luc;c@v.example;Gogle;Lens", "D;Ana;d.v.example;;Lens"]
    page = upload(client, (head + "\r\n".join(lines)).encode())
    assert "4 lignes refusées" in page.text
    fields = page.form(CORRECT_ALL)["fields"]
    assert fields["by"] == ["une collectivité, une intercommunalité", "Lens (Pas-de-Calais)", "", "d.v.example"], (
        "what is near is chosen; a text is there to retouch"
    )
    sent: dict[str, Any] = {**fields, "only": "0", "by": [fields["by"][0], fields["by"][1], "une association", "d.v.example"]}
    client.page = client.see(client.post(page.form(CORRECT_ALL)["action"], data=sent).headers["Location"])
    assert "2 cases corrigées" in client.page.text, "the one that was pressed, and what was typed beside it; no other proposal"
    assert "3 lignes refusées" in client.page.text
    assert "Employeur « Préfecture »" not in client.page.text, "its line is still refused"
    client.see(client.page.form(CORRECT_ALL)["action"].removesuffix("/corrections") + "?ligne=5")
    assert client.page.form(SAVE_LINE)["fields"]["cell"] == ["D", "Ana", "d.v.example", "", "Lens"]
    client.submit(SAVE_LINE, cell=["D", "Ana", "d@v.example", "asso", "Lens"])
    client.submit(CORRECT_ALL)
    assert "Employeur « Préfecture » : l’État" in client.page.text
    assert headcount(app) == 1, "nothing is imported before it is asked"
    client.submit("Importer 4")
    with person(app, person_id(app, "d@v.example")) as row:
        assert (row.name, row.side) == ("Ana D", Side.ASSOCIATION)


def test_refused_lines_come_back_in_a_file_and_in_again(app: Flask) -> None:
    client = administrator(app)
    upload(client, b"NOM;Mail;Employeur;Note\r\nA;a@v.example;Gogle;x\r\nB;b@v.example;;y\r\n=C;c@v.example;;z")
    client.submit(READ_LINES)  # « Note » is nobody's
    action = client.page.form("Importer")["action"]
    client.submit("Importer 1")
    for form in ("csv", "xlsx"):
        answer = client.get(f"{action}/refusees/{form}")
        assert answer.headers["Cache-Control"] == "no-store"
        lines = read_spreadsheet(app.config["CROISEE"].instance_path, answer.data).lines
        assert lines[0].cells == ("NOM", "Mail", "Employeur", "Note", "pourquoi")
        assert [line.cells[1] for line in lines[1:]] == ["a@v.example", "c@v.example"]
        assert lines[1].cells[-1].startswith("Ligne 2, employeur « Gogle » : Choisissez qui l’emploie")
    page = upload(client, answer.data, "refus.xlsx")
    assert page.h1 == FILE_COLUMNS
    page = client.submit(READ_LINES)
    assert "2 lignes refusées" in page.text, "a formula is one still"
    assert client.get(f"{action}/refusees/pdf").status_code == 404


def test_what_another_window_corrects_is_read_again_before_it_is_imported(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = administrator(app)
    upload(client, b"Nom;Mail\r\nA;a@v.example")
    judged = queries.judge_lines

    def slow(session: Any, row: PeopleImport) -> list[queries.JudgedLine]:
        found = judged(session, row)
        with db.sessionmaker() as other:
            services.rewrite(other.get_one(PeopleImport, row.id), 2, ["B", "b@v.example"])
            other.commit()
        monkeypatch.setattr(queries, "judge_lines", judged)
        return found

    monkeypatch.setattr(queries, "judge_lines", slow)
    client.submit("Importer 1")
    assert "relisez-les avant d’importer" in client.page.text
    assert headcount(app) == 1
    client.submit("Importer 1")
    with person(app, person_id(app, "b@v.example")) as row:
        assert row.name == "B"


def messy(count: int) -> list[tuple[object, ...]]:
    """Lines as offices send them, from a seed: a title above, columns of their own, words of their own, one in three with a mistake."""
    chance = random.Random(16)
    employers = ("Mairie", "ville de Lens", "Éducation nationale", "Préfecture", "Rectorat", "Asso", "collectivite", "")
    wrong = ("colectivité", "prefeture", "educaton nationale")
    rows: list[tuple[object, ...]] = [
        ("Liste des CPO, rentrée 2026",),
        (),
        ("N°", "NOM", "Prénom", "Adresse mail", "Employeur", "Cité éducative", "Profil", "Arrivée"),
    ]
    for number in range(count):
        mail = f"prenom.nom{number}@ville{number % 9}.example"
        if number % 8 == 0:
            mail = mail.replace("@", chance.choice(("@ ", "(at)")))
        employer = wrong[number % 3] if number % 6 == 0 else chance.choice(employers)
        place = "Lense" if number % 10 == 0 else chance.choice(("Lens", "lens", "Lille Sud", "Cité éducative de Lens"))
        rows.append((number + 1, f"NOM{number}", "Prénom", mail, employer, place, chance.choice(("CPO", "stagiaire", "")), "01/09/2026"))
    return rows


def test_two_hundred_messy_lines_in_a_few_clicks(app: Flask) -> None:
    client: StrictClient = administrator(app)
    page = upload(client, workbook(*messy(200)), "liste.xlsx")
    assert page.h1 == FILE_COLUMNS, "« N° » and « Arrivée » are asked for"
    page = client.submit(READ_LINES)
    assert "lignes refusées" in page.text
    clicks = 0
    while "refusée" in client.page.text and clicks < 4:  # the first fault of a line is told; mending it may show the next
        client.submit(CORRECT_ALL)
        clicks += 1
        if CORRECT_ALL not in client.page.text:
            break
    assert clicks <= 3
    client.submit("Importer 200")
    assert headcount(app) == 201
    with app.app_context():
        sides = set(db.session.scalars(select(Person.side).where(Person.email.like("prenom.nom%"))))
    assert sides == {Side.COLLECTIVITE, Side.EDUCATION, Side.ETAT, Side.ASSOCIATION, None}
    assert stays(app, person_id(app, "prenom.nom0@ville0.example")) == [("cite-lens", True)]


def test_corrected_lines_are_marked_with_what_the_file_had(app: Flask) -> None:
    client = administrator(app)
    upload(client, "Nom;Cité;Note\r\nZoé;Lense;a\r\nÉric;Lens;b".encode())
    client.submit(READ_LINES)
    client.submit(CORRECT_ALL)
    table = client.page.text_of(client.page.all("table")[-1])
    assert "Zoé créée : Lens (Pas-de-Calais) corrigée : territoire « Lense » devenu « Lens (Pas-de-Calais) »" in table
    assert table.count("corrigée") == 1
    address = client.page.form("Importer")["action"]
    client.see(f"{address}?ligne=2")
    client.submit(SAVE_LINE, cell=["Zoé", "Lense", "a"])
    assert "corrigée" not in client.page.text_of(client.page.all("table")[-1]), "as the file had it again"
    client.see(f"{address}?ligne=3")
    client.submit(SAVE_LINE, cell=["Éric Grand", "", "c"])
    assert "nom « Éric » devenu « Éric Grand », territoire « Lens » devenu « vide », Note « b » devenu « c »" in client.page.text
    client.submit("Importer 1")
    with app.app_context():
        assert db.session.scalars(select(PeopleImport.corrected)).all() == [[]], "nothing of good lines is kept"
