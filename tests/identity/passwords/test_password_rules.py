"""Which passwords pass: long, not oneself, not what everybody tries."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import passwords
from app.identity.passwords import (
    COMMON_WORDS,
    ENOUGH,
    MAXIMUM,
    MINIMUM,
    TOO_CLOSE,
    TOO_COMMON,
    TOO_LONG,
    TOO_SHORT,
    WANTED,
    is_common,
    password_faults,
    strength_in_words,
)

NAME, EMAIL = "Claire Lenoir", "claire.lenoir@croisee.example"


@pytest.mark.parametrize(
    "password",
    [
        "le chat dort sous l’évier",
        "vélo bleu trottoir 7",
        "J'aime les moules-frites",
        "correct horse battery",
        "9F!kqZ7w2p#L",
        "claire aime le canal de Roubaix",
        "k7mf-wq2t-xp9c-vzd4",
        "!?;:…«»&&()[]{}é",
    ],
)
def test_good_ones_pass(password: str) -> None:
    assert password_faults(password, NAME, EMAIL) == ()


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("onze signes", TOO_SHORT),
        ("é" * 5, TOO_SHORT),
        ("phrase longue " * 20, TOO_LONG),
        ("Claire.Lenoir59", TOO_CLOSE),
        ("lenoirclaire!", TOO_CLOSE),
        ("claire.lenoir@croisee.example", TOO_CLOSE),
        ("motdepasse2024!", TOO_COMMON),
        ("M0tDeP@sse2024", TOO_COMMON),
        ("mot de passe !", TOO_COMMON),
        ("Azerty12345!", TOO_COMMON),
        ("azertyuiop12", TOO_COMMON),
        ("123456789012", TOO_COMMON),
        ("987654321098", TOO_COMMON),
        ("bonjourbonjour1", TOO_COMMON),
        ("juillet-août-2025", TOO_COMMON),
        ("Cité-éducative-2022", TOO_COMMON),
        ("20240101202401", TOO_COMMON),
    ],
)
def test_bad_ones_are_told_why(password: str, fault: str) -> None:
    assert password_faults(password, NAME, EMAIL) == (fault,)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("sunshine dragon", "password"),
        ("jaimelechocolat", "password"),
        ("Nicolas1985Paris", "dictionary"),
        ("wsxdrfvgyhnj", "spatial"),
        ("aaaaaaaaaaaa", "repeat"),
        ("abcabcabcabcab", "repeat"),
        ("e\u0301" * MINIMUM, "repeat"),
        ("zut 17/04/1984", "date"),
    ],
)
def test_easy_ones_are_told_how_easy_and_why(password: str, why: str) -> None:
    """By the list that a library ships, and the CNIL's count."""
    (told,) = password_faults(password, NAME, EMAIL)
    assert passwords.FOUND[why] in told


def test_what_is_accepted_is_told_its_strength() -> None:
    assert strength_in_words("correct horse battery") == "Sa force est suffisante."
    assert "très bonne" in strength_in_words("le chat dort sous l’évier")


@given(st.text(max_size=MAXIMUM))
def test_any_text_has_a_strength_no_greater_than_its_length_allows(text: str) -> None:
    found = passwords.strength(text)
    assert 0 <= found.bits <= passwords.LOOKED_AT * 7
    assert found.why or found.bits >= ENOUGH or len(text) < MINIMUM or is_common(text)


def test_the_guide_of_operators_says_the_same_rule() -> None:
    guide = " ".join(Path("docs/exploitants/comptes.md").read_text(encoding="utf-8").split())
    assert WANTED in guide
    assert f"{ENOUGH} bits" in guide


def test_bounds_are_inclusive() -> None:
    phrase = "Un renard traverse la place du marché "
    assert password_faults(phrase[:MINIMUM], NAME, EMAIL) == ()
    assert password_faults((phrase * 8)[: MAXIMUM - 1] + "z", NAME, EMAIL) == ()
    assert password_faults((phrase * 8)[:MAXIMUM] + "z", NAME, EMAIL) == (TOO_LONG,)


def test_composed_and_decomposed_letters_are_one_password() -> None:
    assert password_faults("e\u0301" * MINIMUM, NAME, EMAIL) == password_faults("é" * MINIMUM, NAME, EMAIL)


@given(st.lists(st.sampled_from(sorted(COMMON_WORDS)), min_size=1, max_size=4), st.integers(0, 99_999))
def test_common_words_and_figures_are_common(words: list[str], number: int) -> None:
    assert is_common("-".join(words).capitalize() + str(number) + "!")


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40))
def test_any_text_has_an_answer(password: str, name: str, email: str) -> None:
    assert len(password_faults(password, name, email)) <= 1
