"""What each role comes for: from the page that opens at sign-in, by three clicks at most. A fold that is opened, a box that is ticked, a button are clicks. What is typed is none."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.identity.builders import sign_in
from tests.proofs.every_page import WHO
from tests.strict import Page, StrictClient

pytestmark = pytest.mark.proof

MOST = 3
BEGUN = {"learner": "sofiane.larbi@croisee.example"}
"""Whoever is on the way, in a lesson."""
FOLD, BUTTON, BOX = "▸ ", "■ ", "☑ "
NAME, SOURCES = f"{FOLD}Mon compte", f"{FOLD}Sources du cours"

TASKS: dict[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "learner": (
        ("reprendre là où j’en suis", ("Reprendre",), r"/(lecons|quiz|tentatives)/.+"),
        ("réviser", ("Réviser",), "/revision"),
        ("trouver un mot dans tout le cours", (f"{BUTTON}Trouver partout",), "/recherche"),
        ("lire un sigle", ("Repères", "Glossaire"), "/glossaire"),
        ("ouvrir un outil à remplir", ("Ressources", "Lettre de mission"), "/outils/lettre-de-mission"),
        ("voir d’où vient un fait", ("Ressources", SOURCES, f"{BOX}Textes officiels"), "/ressources"),
        ("trouver un pair", ("Réseau", "Personnes"), "/reseau/personnes"),
        ("m’inscrire à une rencontre", ("Réseau", "Rencontres", "La troïka au quotidien"), r"/rencontres/\d+"),
        ("savoir où j’en suis", ("Ma progression",), "/progression"),
        ("remplir la fiche de mon territoire", (NAME, "Mon carnet", "Mon territoire"), "/carnet/territoire"),
    ),
    "trainer": (
        ("répondre à un apprenant", ("message d’apprenant",), "/atelier/messages"),
        ("corriger une leçon", ("Dix minutes pour commencer",), "/atelier/documents/ce-dix-minutes"),
        ("créer une leçon", ("Créer un texte",), "/atelier/nouveau"),
        ("déplacer une étape", ("Arranger",), "/atelier"),
        ("reprendre un document ou une banque de questions", ("Importer",), "/atelier/importer"),
        ("relire le texte d’un collègue", ("À relire",), "/atelier/lectures"),
        ("savoir quelle question est mauvaise", ("Statistiques", "Quiz"), "/atelier/statistiques/.+"),
        ("voir où en est ma cohorte", ("Pilotage", "Personnes"), "/pilotage/personnes"),
        ("préparer une rencontre", ("Le cours", "Rencontres", "Préparer une rencontre"), "/rencontres/nouvelle"),
    ),
    "manager": (
        ("savoir qui appeler", (), "/pilotage"),
        ("noter un appel", ("Gaëlle Six",), r"/pilotage/personnes/\d+/appels"),
        ("répondre à une demande de tentative", (), "/pilotage"),
        ("voir qui n’a pas fini un module", ("Bilan", "L’éducation prioritaire"), "/pilotage/personnes"),
        ("lire où en est quelqu’un", ("Personnes", "Belhadj"), r"/pilotage/personnes/\d+"),
        ("emporter la liste pour un tableur", ("Personnes", "tableur"), "/pilotage/personnes.xlsx"),
        ("préparer une page pour un comité", ("Bilan", "comité"), "/pilotage/comite.pdf"),
        ("justifier auprès d’un financeur", ("Bilan", "financeur"), "/pilotage/financeur.xlsx"),
        ("régler les rappels", ("Personnes", "Rappels", "Écrire une règle"), "/pilotage/rappels/nouveau"),
        ("savoir ce que les gens pensent du cours", ("Bilan", "Enquêtes"), "/pilotage/enquetes"),
    ),
    "administrator": (
        ("voir ce qui m’attend", (), "/administration"),
        ("inviter quelqu’un", ("Personnes", "Inviter"), "/administration/personnes/nouvelle"),
        ("importer une liste", ("Personnes", "Importer"), "/administration/import"),
        ("ouvrir une cohorte", ("Personnes", "Cohortes"), "/administration/cohortes"),
        ("changer le nom du site", ("Le site",), "/administration/site"),
        ("déplacer un territoire", ("Le site", "Territoires"), "/administration/territoires"),
        ("changer les mots d’une invitation", ("Le site", "Modèles de courriels", "Invitation"), "/administration/modeles/invitation"),
        ("savoir si la sauvegarde s’est faite", ("Ce qui tourne",), "/administration/travaux"),
        ("renvoyer un courriel refusé", ("Ce qui tourne", "Courriels"), "/administration/courriels"),
        ("savoir qui a fait quoi", ("Journal",), "/administration/actes"),
    ),
}


@pytest.mark.parametrize("who", TASKS)
def test_what_each_role_comes_for_is_three_clicks_away(
    demonstration: Flask, passwords: dict[str, str], who: str, record_property: pytest.RecordProperty
) -> None:
    client = StrictClient(demonstration)
    email = (WHO | BEGUN)[who] or ""
    sign_in(client, email, passwords[email])
    door = client.get("/").headers.get("Location", "/")
    client.see(door)
    for task, clicks, place in TASKS[who]:
        address = door
        for words in clicks:
            address = follow(client.see(address), words, address)
        assert re.fullmatch(place, address.partition("?")[0].partition("#")[0]), (task, address)
        assert client.get(address).status_code == 200
        assert len(clicks) <= MOST, task
        record_property("shown", f"{who}: {task}: {len(clicks)} ({' › '.join(clicks)})")


def follow(page: Page, words: str, here: str) -> str:
    """The address to which a click leads; the same page for a fold, which is there. A box asks for what it names, as `filter.js` does."""
    if words.startswith(FOLD):
        assert any(words.removeprefix(FOLD) in Page.text_of(fold) for fold in page.all("summary")), words
        return here
    if words.startswith(BOX):
        label = next(each for each in page.all("label") if words.removeprefix(BOX) in Page.text_of(each))
        box = next(label.iter("input"))
        return f"{here}?{box.get('name')}={box.get('value')}"
    if words.startswith(BUTTON):
        return str(page.form(words.removeprefix(BUTTON))["action"])
    return page.link(words) if any(words in Page.text_of(each) for each in page.all("a")) else page.step(words)
