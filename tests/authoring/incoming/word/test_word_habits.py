"""What people type in a word processor becomes the course's Markdown: a table of habits, and what none of them may do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.incoming.word import habits
from app.authoring.incoming.word.habits import CLOSE, OPEN


def lesson(markdown: str) -> str:
    return habits.body([habits.block_of(part) for part in markdown.split("\n\n")])


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("• un\n\n• deux", "- un\n- deux"),
        ("·\tun\n\n§ deux\n\no trois", "- un\n- deux\n- trois"),
        ("– un\n\n– deux", "- un\n- deux"),
        ("– Bonjour, dit-il.\n\nElle répond.", "– Bonjour, dit-il.\n\nElle répond."),
        ("1) un\n\n2) deux\n\n3) trois", "1. un\n2. deux\n3. trois"),
        ("a) un\n\nb) deux", "1. un\n2. deux"),
        ("• un\\\n• deux", "- un\n- deux"),
        ("1) Introduction\n\nDu texte.", "1) Introduction\n\nDu texte."),
        ("• un\n\n1) deux\n\n2) trois", "- un\n\n1. deux\n2. trois"),
        (f"{OPEN}{CLOSE}• un\n\n{OPEN}>{CLOSE}• dedans", "- un\n  - dedans"),
        ("Du texte.\n\n# Un\n\n### Deux\n\n# Trois\n\nFin.", "Du texte.\n\n## Un\n\n### Deux\n\n## Trois\n\nFin."),
        ("Du texte.\n\n**Un titre**\n\nEncore.", "Du texte.\n\n## Un titre\n\nEncore."),
        ("Du texte.\n\n**Une phrase en gras.**\n\nEncore.", "Du texte.\n\n**Une phrase en gras.**\n\nEncore."),
        ("Du texte.\n\n# Un\n\n**Pas un titre**\n\nEncore.", "Du texte.\n\n## Un\n\n**Pas un titre**\n\nEncore."),
        ("o est une lettre.\n\nEt la suite.", "- est une lettre.\n\nEt la suite."),
        ("| a | b |\n| --- | --- |\n| - | 1) x |", "| a | b |\n| --- | --- |\n| - | 1) x |"),
    ],
)
def test_habits_of_a_lesson(typed: str, written: str) -> None:
    assert lesson(typed) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("# Le contrat\n\n## Un\n\nTexte.", "## Le contrat\n\n## Un\n\nTexte."),
        ("Un texte.\n\nUne suite \ue1000\ue101ici.", "Un texte.\n\n<!-- Une équation — perdue —› n’est pas reprise. -->\n\nUne suite ici."),
        ("Un fait.[^1]\n\n[^1]: Une source.\n\n[^2]: Une autre.", "Un fait.[^1]\n\n[^1]: Une source."),
    ],
)
def test_what_is_pasted_is_one_text(typed: str, written: str) -> None:
    assert habits.markdown_of_paste(typed, ["Une équation -- perdue --> n’est pas reprise."]) == written


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*"ab1)•-–*#\\[]x?: \n|", OPEN, CLOSE, "Question 1", "Réponse : ", "Vrai / Faux", "\n\n"]), max_size=60).map("".join))
def test_no_text_makes_it_stumble(markdown: str) -> None:
    assert OPEN + "0" + CLOSE not in habits.markdown_of_paste(markdown, ("un",))
