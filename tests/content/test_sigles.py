"""What is a sigle and what is not."""

from __future__ import annotations

import pytest

from app.content.checks import known_terms
from app.content.sigles import candidates, parts, written_as_word


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
    assert written_as_word("TERRE", "la terre et la TERRE")
    assert not written_as_word("PRE", "un pre")
    assert not written_as_word("TERRE", "les terreaux")


def test_compounds_and_terms() -> None:
    assert parts("IA-DASEN") == ["IA", "DASEN"]
    assert known_terms(["CEJ (Caf)", "CLAIR / ÉCLAIR", "Acsé"]) >= {"CEJ", "CLAIR", "ÉCLAIR", "Acsé"}
