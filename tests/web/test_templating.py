"""What templates say in French."""

from __future__ import annotations

import pytest

from app.french import of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mehdi Ouarab", "de Mehdi Ouarab"),
        ("Inès Carpentier", "d’Inès Carpentier"),
        ("Étienne Bocquillon", "d’Étienne Bocquillon"),
        ("E\u0301lodie Quignon", "d’E\u0301lodie Quignon"),
        ("Œdipe", "d’Œdipe"),
        ("Hélène Ducrocq", "d’Hélène Ducrocq"),
        ("Yves Lambert", "d’Yves Lambert"),
        ("Yolande Fiévet", "de Yolande Fiévet"),
        ("", "de "),
    ],
)
def test_the_preposition_elides_before_a_vowel(name: str, said: str) -> None:
    assert of(name) == said
