"""What is refused, and what to write instead."""

from __future__ import annotations

import pytest

from app.content.figures.drawing import read_figure
from app.content.figures.figure import cut_into_lines, measure, pieces
from app.content.values.text import FIGURE_ITEMS, FIGURE_LETTERS
from tests.content.figures.drawn import EXAMPLES, figure, refusal

LONG = "anticonstitutionnellementanticonstitutionnellement"


@pytest.mark.parametrize(
    ("info", "content", "said"),
    [
        ("chronologie", "titre : T\n1981 circulaire\n1982 : zones", "11: Ligne de figure non comprise : « 1981 circulaire ». Écrivez « 1981 : texte »."),
        ("barres", "titre : T\nREP : beaucoup\nZEP : 3", "11: « beaucoup » n’est pas un nombre positif."),
        ("barres", "titre : T\nREP : 3", "10: Une figure compte de 2 à 40 éléments ; celle-ci en a 1."),
        ("barres", "REP : 3\nZEP : 4", "10: Cette figure n’a pas de titre."),
        (
            "barres",
            "titre : T\nsources : s12\nREP : 3\nZEP : 4",
            "10: Sources de figure non comprises. Écrivez les appels de notes seuls : « sources : [^s12] [^s13] ».",
        ),
        ("parts", "titre : T\na : 1 ; 2\nb : 2 ; 3", "10: Il faut nommer de deux à quatre parts. Écrivez en tête « parts : État ; Ville ; Caf »."),
        ("parts", "titre : T\nparts : A ; B\na : 1 ; 2\nb : 2", "13: « b » a 1 nombre(s) pour 2 parts."),
        ("arbre", "titre : T\n- a\nb", "12: Ligne de figure non comprise : « b ». Écrivez « - Recteur : dirige l’académie »."),
        ("arbre", "titre : T\n- a\n   - b", "12: Le retrait de cette ligne n’est pas pair."),
        ("arbre", "titre : T\n- a\n    - b", "12: Cette branche saute un étage."),
        ("arbre", "titre : T\n  - a\n- b", "11: La première branche est en retrait."),
        ("arbre", "titre : T\n- a\n  - b\n    - c\n      - d\n        - e", "15: Un arbre a 4 étages au plus."),
        ("étapes", "titre : T\nsinon : a\nb : c", "11: Ce « sinon » ne suit aucune étape."),
        ("étapes", "titre : T\na : b\nsinon : c\nsinon : d", "13: Ce « sinon » ne suit aucune étape."),
        ("avant-après", "titre : T\na : b\nc : d => e", "11: Ligne de figure non comprise : « a : b »."),
        ("lignes", "titre : T\n1998 : a ; b\n1999 : c ; d", "10: Il faut nommer deux ou trois lignes."),
        ("lignes", "titre : T\nlignes : A ; B\n1998 : a ; b ; c\n1999 : c ; d", "12: « 1998 » dit 3\u00a0faits pour 2 lignes."),
        ("lignes", "titre : T\nlignes : A ; B\ncroisement : a\n1999 : c ; d", "12: Ce « croisement » ne suit aucune date."),
        (
            "lignes",
            "titre : T\nlignes : A ; B\nmille-neuf-cent-quatre-vingt : a ; b\n1999 : c ; d",
            "12: « mille-neuf-cent-quatre-vingt » est trop long pour une date.",
        ),
        ("carte", "titre : T\nLille : B2\nA1 Calais", "11: Ligne de figure non comprise : « Lille : B2 ». Écrivez « B2 Lille : premier label »."),
        ("carte", "titre : T\nG2 Lille\nA1 Calais", "11: La case « G2 » n’est pas sur la grille. Choisissez de A1, en haut à gauche, à F12."),
        ("carte", "titre : T\nA1 Lille\na1 Calais", "12: La case A1 est déjà celle de « Lille »."),
        (
            "carte",
            "titre : T\ncontour Quartier : A1 Lille\nA1 Lille",
            "11: Ligne de figure non comprise : « contour Quartier : A1 Lille ». Écrivez « contour Quartier : B2 C2 ».",
        ),
        ("carte", "titre : T\ncontour Quartier : A1 G2\nA1 Lille", "11: La case « G2 » n’est pas sur la grille. Choisissez de A1, en haut à gauche, à F12."),
        ("carte", "titre : T\nA1 Lille\n" + "\n".join(f"contour {name} : A1" for name in "UVWX"), "10: Une carte a 3 contours au plus."),
        ("carte", "titre : T\n" + "\n".join(f"A{row} Lieu : groupe {row}" for row in range(1, 8)), "10: Une carte a 6 groupes au plus."),
        ("carte", f"titre : T\nA1 {LONG}\nA2 Calais", "11: « anticonstitutionnellementanticonstitutio » est trop long"),
        ("étapes", f"titre : T\na : {'mot ' * 70}\nb : c", "11: Trop de mots pour une figure"),
    ],
)
def test_refusals(info: str, content: str, said: str) -> None:
    assert refusal(info, content).startswith(said)


@pytest.mark.parametrize("info", EXAMPLES)
def test_too_many_lines_are_not_all_read(info: str) -> None:
    lines = EXAMPLES[info].split("\n")
    found, problems = read_figure("a.md", info, "\n".join([*lines[:-1], *[lines[-1]] * 50_000]), 1)
    assert found is None
    assert len(problems) == 1
    assert f"plus de {FIGURE_ITEMS}" in problems[0].message


def test_what_figures_say() -> None:
    bars = figure("barres")
    assert (bars.kind, bars.title, bars.unit) == ("barres", "Où étudient les élèves", "%")
    assert [(item.label, item.text, float(item.values[0])) for item in bars.items] == [("REP+", "11,7", 11.7), ("Hors zone : écoles", "1 069,1", 1069.1)]
    line = figure("chronologie")
    assert [(item.label, item.text) for item in line.items] == [("1981", "circulaire : la première"), ("Juin 1990", "relance"), ("1998-07", "réseaux")]
    assert [(item.label, item.depth) for item in figure("arbre").items] == [("Recteur", 0), ("DASEN", 1), ("IEN", 2), ("Principal", 1)]
    assert [item.cell for item in figure("carte").items] == [(1, 0), (0, 1), (3, 1), (5, 2)]
    assert figure("avant-après").columns == ("Hier", "Aujourd'hui")
    assert figure("avant-après", "titre : T\na : b => c\nd : e => f").columns == ("Avant", "Après")


def test_sources_are_those_that_it_calls() -> None:
    assert figure("barres", "titre : T\nsources : [^s12] [^ce-aides]\na : 1\nb : 2").calls == ("s12", "ce-aides")


def test_a_text_of_the_longest_size_is_read() -> None:
    words = ("mot " * FIGURE_LETTERS)[:FIGURE_LETTERS].strip()
    assert figure("étapes", f"titre : T\na : {words}\nb : c").items[0].text == words


def test_lines_are_cut_between_words_and_after_hyphens_only() -> None:
    assert cut_into_lines("une à une", 1000) == ["une à une"]
    assert cut_into_lines("Boulogne-sur-Mer", measure("Boulogne-sur-Mer") - 1) == ["Boulogne-sur-", "Mer"]
    assert cut_into_lines("peut-être oui", measure("peut-être")) == ["peut-être", "oui"]
    assert pieces("a-b/c") == ["a-", "b/", "c"]
    assert cut_into_lines("", 10) == []
