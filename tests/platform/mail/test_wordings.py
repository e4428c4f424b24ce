"""The words of emails: checked line by line, filled without being run, the same in text and in HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.email_preferences import KINDS
from app.platform.french import with_french_spaces
from app.platform.mail.emails import EMAILS, INVITATION, MONDAY
from app.platform.mail.wordings import Email, LinkedItem, add_missing_lists, faults, fill_wording, samples

VALUES = samples(INVITATION)


@pytest.mark.parametrize("email", EMAILS, ids=lambda email: email.key)
def test_each_email_is_right_and_uses_what_it_declares(email: Email) -> None:
    assert faults(email, email.subject, email.text) == []
    written = fill_wording(email, email.subject, email.text, samples(email))
    for name, one in email.variables.items():
        for line in [] if name == "prénom" else one.sample.split("\n"):
            assert with_french_spaces(line) in written.text + written.subject
            assert with_french_spaces(line) in written.html
    assert not email.kind or (email.kind in KINDS and "{arrêt}" in email.text), "whoever may refuse it is told where"
    assert "{" not in written.text + written.subject


@pytest.mark.parametrize(("subject", "text", "told"), [
    ("Sujet", "Bonjour {prénom},\n{lien}", []),
    ("Sujet", "Bonjour {surnom},\n{lien}", [(1, "{surnom} n’existe pas. Vouliez-vous dire {prénom} ?")]),
    ("Sujet", "Bonjour\n{echeance} {lien}", [(2, "{echeance} n’existe pas. Vouliez-vous dire {échéance} ?")]),
    ("Sujet", "Bonjour", [(0, "Il manque {lien} : le lien où choisir un mot de passe.")]),
    ("Sujet", "{lien}\n{nom", [(2, "Une accolade n’est pas refermée.")]),
    ("Sujet", "[Entrer]({nom}) {lien}", [(1, "[Entrer]({nom}) : {nom} n’est pas une adresse.")]),
    ("Sujet", "{{ 7 * 7 }} {lien}", [(1, "{ 7 * 7 } n’existe pas."), (1, "Une accolade n’est pas refermée.")]),
    ("{lien}", "{lien}", [(0, "{lien} est une adresse : elle n’a pas sa place dans l’objet.")]),
    ("{nom} vous attend", "{lien}", []),
    (" ", "{lien}", [(0, "Écrivez l’objet du courriel.")]),
    ("x" * 201, "{lien}" + "x" * 5000, [(0, "L’objet est trop long : 200 signes au plus."), (0, "Le texte est trop long : 5000 signes au plus.")]),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(subject: str, text: str, told: list[tuple[int, str]]) -> None:
    assert [(fault.line, fault.sentence) for fault in faults(INVITATION, subject, text)] == told


def test_a_paragraph_without_its_value_is_left_out() -> None:
    written = fill_wording(INVITATION, "Croisée", "{lien}\n\nUne question ? {contact}\n", {**VALUES, "contact": ""})
    assert "question" not in written.text + written.html


def test_a_link_has_its_words_in_both() -> None:
    written = fill_wording(INVITATION, "Croisée", "[Entrer]({lien})", VALUES)
    assert "Entrer\u202f:\nhttps://exemple.fr/invitation/exemple\n" in written.text
    assert '<a href="https://exemple.fr/invitation/exemple">Entrer</a>' in written.html


def test_a_list_stands_alone() -> None:
    assert [fault.sentence for fault in faults(MONDAY, "x", "Voici {chiffres}\n{mouvement}\n{semaine}\n{arrêt}")] == [
        "{chiffres} est une liste : laissez-la seule sur sa ligne."
    ]
    values = {**samples(MONDAY), "chiffres": (LinkedItem("<b>12</b> inscrites"), LinkedItem("Inès", "https://croisee.example/1"))}
    written = fill_wording(MONDAY, "x", "Voici\n{chiffres}\nchiffres\n\n{arrêt}", values)
    assert written.text.startswith("Voici\n\n- <b>12</b> inscrites\n- Inès\u202f: https://croisee.example/1\n\nchiffres\n\n")
    assert fill_wording(MONDAY, "x", "Voici\n{chiffres}\n\nAussi :\n{semaine}\n\n{arrêt}", {**values, "semaine": ()}).text.count("Aussi") == 0, (
        "what announces an empty list"
    )
    assert add_missing_lists(MONDAY, "{chiffres}\n\n{arrêt}") == "{chiffres}\n\n{arrêt}\n\n{mouvement}\n\n{semaine}", "words of before lose nothing"
    assert '<li>&lt;b&gt;12&lt;/b&gt; inscrites</li>\n<li><a href="https://croisee.example/1">Inès</a></li>' in written.html


@given(st.text(max_size=60))
def test_a_value_is_never_read_as_a_template_nor_as_html(name: str) -> None:
    written = fill_wording(INVITATION, "Pour {nom}", "Bonjour {nom},\n\n{lien}", {**VALUES, "nom": name or "x"})
    assert with_french_spaces(name or "x") in written.text
    assert "\n" not in written.subject
    assert written.html.count("<a ") == 1, "whatever the name: [x]({lien}), <a href=…>"


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_breaks_the_check(text: str, subject: str) -> None:
    if not faults(INVITATION, subject, text):
        fill_wording(INVITATION, subject, text, VALUES)
