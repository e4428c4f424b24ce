"""`flask assessment compare`, for trainers who doubt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from app.platform.db import writing
from tests.assessment.learners import NOON
from tests.content.publishing import publish

GLOSSARY = "REP\n: réseau d'éducation prioritaire | réseau prioritaire. Une définition.\n\nREP+\n: réseau d'éducation prioritaire renforcé. Une définition.\n"
CONFUSIONS = "- REP | REP+\n"


def published(app: Flask) -> None:
    with app.app_context(), writing() as session:
        for path, text in (("modules/glossaire.md", GLOSSARY), ("modules/confusions.md", CONFUSIONS)):
            publish(session, path, text, author_id=None, now=NOON)


def compare(app: Flask, *words: str) -> Any:
    result = app.test_cli_runner().invoke(args=["assessment", "compare", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.mark.parametrize(
    ("kind", "expected", "statement", "typed", "verdict", "rule"),
    [
        ("number", "25", "Jusqu’à quel âge ? (en années)", "25 ans", "accepted", "nombre"),
        ("number", "25 ans", "", "25 ans", "accepted", "nombre"),
        ("number", "54 à 56", "Quelle part ? (en %)", "55 %", "accepted", "nombre"),
        ("number", "25", "Jusqu’à quel âge ? (en années)", "26 ans", "refused", None),
        ("number", "25", "Jusqu’à quel âge ? (en années)", "25 mois", "ask_again", "mot_hors_question"),
        ("number", "3 500", "", "3.500", "ask_again", "point_ambigu"),
        ("gap", "six", "Le contrat dure de un à ___ ans.", "six années", "accepted", "nombre"),
        ("gap", "six", "Le contrat dure de un à ___ ans.", "6 mois", "ask_again", "mot_hors_question"),
        ("gap", "six", "Le contrat dure de un à ___ ans.", "sept ans", "refused", None),
        ("gap", "l’État", "Ils sont payés par ___.", "par l'Etat", "accepted", "mots_pleins"),
        ("text", "directeur", "", "directrices", "accepted", "accord"),
        ("text", "REP", "", "réseau prioritaire", "accepted", "sigle"),
        ("text", "REP", "Que veut dire REP ?", "REP+", "refused", None),
        ("text", "REP", "", "réseau d'éducation prioritaire (REP+)", "ask_again", "deux_choses"),
        ("text", "REP", "", "REP 59", "accepted", "lieu"),
        ("text", "chef de file", "", "fil de chef", "refused", None),
        ("text", "chef de file", "", "chef file", "accepted", "mots_pleins"),
        ("text", "chef de file", "", "chef de fil", "ask_again", "mot_à_relire"),
        ("text", "chef de file", "Comment dit-on du collège ?", "collège chef de file", "ask_again", "nom_entouré"),
        ("text", "maire", "", "coordo REP+", "ask_again", "nom_entouré"),
    ],
)
def test_what_becomes_of_an_answer(app: Flask, kind: str, expected: str, statement: str, typed: str, verdict: str, rule: str | None) -> None:
    published(app)
    told = compare(
        app, "--kind", kind, "--expected", expected if kind == "number" else "autre", "--expected", expected, "--statement", statement, "--typed", typed
    )
    assert (told["verdict"], told["rule"]) == (verdict, rule)
    assert told["sentence"].endswith(".")


def test_without_json_it_is_a_sentence_and_a_key_that_is_no_number_is_refused(app: Flask) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["assessment", "compare", "--kind", "text", "--expected", "préfet", "--typed", "maire"]).output == (
        "Refusée : Aucune règle n’accepte cette réponse.\n"
    )
    refused = run.invoke(args=["assessment", "compare", "--kind", "number", "--expected", "environ 3", "--typed", "3"])
    assert refused.exit_code == 1
    assert "ne se lit pas comme un nombre" in refused.output
