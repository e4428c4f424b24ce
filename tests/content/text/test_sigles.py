"""What is a sigle and what is not."""

from __future__ import annotations

import pytest

from app.content.checks import known_terms
from app.content.text.scan import candidates, initials_of, parts, words_of, written_as_word


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La ZEP, puis le REP+ ; l'EPCI et l’ARS.", ["ZEP", "REP+", "EPCI", "ARS"]),
        ("Un IA-DASEN, un IA-IPR.", ["IA-DASEN", "IA-IPR"]),
        ("L'O.Z.P. le dit", ["OZP"]),
        ("En CM2 et au CP", ["CM2", "CP"]),
        ("Louis XIV, au XXe siècle, tome II", []),
        ("ATTENTION : OUI ou NON, VRAI ou FAUX", []),
        ("Le RÈGLEMENT INTÉRIEUR", []),
        ("A4, n° 81-238, 2014", []),
        ("Le Clair, un mot", []),
        ("ÉCLAIR", ["ÉCLAIR"]),
    ],
)
def test_candidates(text: str, found: list[str]) -> None:
    assert list(candidates(text)) == found


def test_a_word_that_is_also_written_small_is_a_word() -> None:
    assert written_as_word("TERRE", words_of("la terre et la TERRE"))
    assert written_as_word("TERRE", words_of("le mi-terre"))
    assert written_as_word("AUTO-ÉCOLE", words_of("une auto-école"))
    assert not written_as_word("PRE", words_of("un pre"))
    assert not written_as_word("TERRE", words_of("les terreaux"))


def test_compounds_and_terms() -> None:
    assert parts("IA-DASEN") == ["IA", "DASEN"]
    assert known_terms(["CEJ (Caf)", "CLAIR / ÉCLAIR", "Acsé"]) >= {"CEJ", "CLAIR", "ÉCLAIR", "Acsé"}


@pytest.mark.parametrize(
    ("term", "expansion", "is_one"),
    [
        ("Caf", "Caisse d'allocations familiales", True),
        ("Acsé", "Agence nationale pour la cohésion sociale et l'égalité des chances", True),
        ("Datar", "Délégation à l'aménagement du territoire et à l'action régionale", True),
        ("Carroyage", "Découpage d'un territoire en carrés de même taille", False),
        ("Caf", "Financement de la caisse", False),
        ("Le", "Loi d'exception", False),
        ("Carte scolaire", "Carte annuelle rectorale", False),
    ],
)
def test_a_word_made_of_initials_is_a_sigle(term: str, expansion: str, is_one: bool) -> None:
    assert initials_of(term, expansion) is is_one
