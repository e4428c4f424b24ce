"""What people type in a word processor becomes the course's Markdown: a table of habits, and what none of them may do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.incoming.word import composing, habits
from app.authoring.incoming.word.habits import CLOSE, OPEN
from app.content.documents.reader import read_document
from app.content.values.quiz import Choices, Quiz


def lesson(markdown: str, *remarks: str) -> str:
    return habits.body(composing.split_questions(habits.document(markdown, remarks).blocks)[0])


def quiz(markdown: str) -> str:
    return composing.body(composing.split_questions(habits.document(markdown, ()).blocks)[1])


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
    ("typed", "title", "rest"),
    [
        ("# Le contrat\n\n## Un\n\nTexte.", "Le contrat", "## Un\n\nTexte."),
        ("**Le contrat**\n\nTexte.", "Le contrat", "Texte."),
        ("Le contrat de ville\n\nTexte.", "Le contrat de ville", "Texte."),
        ("# Un\n\nTexte.\n\n# Deux\n\nTexte.", "", "## Un\n\nTexte.\n\n## Deux\n\nTexte."),
        ("Une phrase complète.\n\nTexte.", "", "Une phrase complète.\n\nTexte."),
        ("Texte seul", "", "Texte seul"),
    ],
)
def test_the_title(typed: str, title: str, rest: str) -> None:
    assert habits.document(typed, ()).title == title
    assert lesson(typed) == rest


def test_a_remark_is_a_comment_above_what_it_speaks_of() -> None:
    said = lesson(f"Un texte.\n\nUne suite {OPEN}0{CLOSE}ici.", "Une équation -- perdue --> n’est pas reprise.", "Rien à sa place.")
    assert said == (
        "<!-- Repris de Word : Rien à sa place. -->\n\nUn texte.\n\n<!-- Repris de Word : Une équation — perdue —› n’est pas reprise. -->\n\nUne suite ici."
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Question 1 : Qui signe ?\n\na) Le maire\n\nb) Le préfet\n\nBonne réponse : b", "## Qui signe ?\n\n- [ ] Le maire\n- [x] Le préfet"),
        ("**Question 1 – Qui signe ?**\n\na) A\\\nb) B\\\nBonne réponse : a", "## Qui signe ?\n\n- [x] A\n- [ ] B"),
        ("# Question n° 2\n\nQui signe ?\n\nRéponses : a et c\n\na) A\n\nb) B\n\nc) C", "## Qui signe ?\n\n- [x] A\n- [ ] B\n- [x] C"),
        ("Question 3. Qui signe ?\n\n1. A\n2. B\n\nBonne réponse : B", "## Qui signe ?\n\n- [ ] A\n- [x] B"),
        ("Question 4 : C'est vrai ?\n\nVrai / Faux\n\nRéponse : Faux", "## C'est vrai ?\n\nRéponse : Faux"),
        ("Question 4 : C'est vrai ?\n\n☐ Vrai ☒ Faux", "## C'est vrai ?\n\n- [ ] Vrai\n- [x] Faux"),
        ("Q5. Qui signe ?\n\n\\*a) A\n\nb) B", "## Qui signe ?\n\n- [x] A\n- [ ] B"),
        ("Question 6 : Qui ?\n\n• A\n\n• \\*B\n\n• C", "## Qui ?\n\n- [ ] A\n- [x] B\n- [ ] C"),
        ("Question 6 : Qui ?\n\n- A\n- \\*B", "## Qui ?\n\n- [ ] A\n- [x] B"),
        ("1. Qui signe ?\n\na) A\n\nb) B\n\nBonne réponse : a", "## Qui signe ?\n\n- [x] A\n- [ ] B"),
        ("Question 7 : Quand ?\n\nRéponse : 2014\n\nExplication : La loi Lamy.", "## Quand ?\n\nRéponse : 2014\n\nExplication : La loi Lamy."),
        ("Question 8 : Associez.\n\n• Préfet → État\n\n• Maire → Commune", "## Associez.\n\n- Préfet → État\n- Maire → Commune"),
        ("Question 9 : Remettez dans l'ordre.\n\n1. A\n2. B\n3. C", "## Remettez dans l'ordre.\n\n1. A\n2. B\n3. C"),
        ("Question 10 : Complétez.\n\nLe [[contrat]] de ville.", "## Complétez.\n\nLe [[contrat]] de ville."),
        ("Question 11 : Qui ?\n\n[x] A\n\n[ ] B", "## Qui ?\n\n- [x] A\n- [ ] B"),
    ],
)
def test_habits_of_a_question(typed: str, written: str) -> None:
    assert quiz(typed) == written
    text = f"---\nid : essai\ntitre : Essai\nleçon : une-lecon\n---\n\n{quiz(typed).replace(' ?', ' ? {#q-un}', 1).replace('. ', '. ', 1)}\n"
    reading = read_document("quizzes/essai.md", text)
    assert isinstance(reading.document, Quiz)
    assert len(reading.document.questions) == 1, reading.problems


def test_bold_that_may_be_an_accident_is_said() -> None:
    written = quiz("Question 1 : Qui ?\n\na) A\n\n**b) B**")
    assert "La réponse en gras est prise pour la bonne : vérifiez-la." in written
    assert written.endswith("- [ ] A\n- [x] B")
    assert quiz("Question 1 : Qui ?\n\n**a) A**\n\n**b) B**\n\nBonne réponse : a").endswith("- [x] A\n- [ ] B")


def test_a_lesson_goes_on_after_its_questions() -> None:
    markdown = "Du texte.\n\n# Vérifiez\n\nQuestion 1 : Qui ?\n\na) A\n\nb) B\n\nBonne réponse : a\n\n# À retenir\n\n- Le préfet."
    assert lesson(markdown) == "Du texte.\n\n## À retenir\n\n- Le préfet."
    assert quiz(markdown) == "## Qui ?\n\n- [x] A\n- [ ] B"


def test_notes_follow_the_text_that_calls_them() -> None:
    document = habits.document("Un fait.[^1]\n\n[^1]: Une source.\n\n[^2]: Une autre.", ())
    assert habits.notes_of("Un fait.[^1]", document.notes) == ["[^1]: Une source."]


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*"ab1)•-–*#\\[]x?: \n|", OPEN, CLOSE, "Question 1", "Réponse : ", "Vrai / Faux", "\n\n"]), max_size=60).map("".join))
def test_no_text_makes_it_stumble(markdown: str) -> None:
    document = habits.document(markdown, ("un",))
    blocks, asked = composing.split_questions(document.blocks)
    text = habits.body(blocks) + composing.body(asked)
    assert OPEN + "0" + CLOSE not in text


@settings(max_examples=40)
@given(
    st.integers(1, 5),
    st.integers(0, 4),
    st.sampled_from(["{}) ", "{}. ", "({}) "]),
    st.sampled_from(["Bonne réponse : {}", "Réponse : {}", "La bonne réponse est : {}"]),
)
def test_letters_and_their_key_are_understood_as_they_are_read(count: int, right: int, sign: str, key: str) -> None:
    right %= count + 1
    options = [f"{sign.format('abcdef'[place])}Réponse numéro {place}" for place in range(count + 1)]
    typed = "\n\n".join(["Question 1 : Laquelle ?", *options, key.format("abcdef"[right])])
    text = f"---\nid : essai\ntitre : Essai\nleçon : une-lecon\n---\n\n{quiz(typed).replace('Laquelle ?', 'Laquelle ? {#laquelle}')}\n"
    document = read_document("quizzes/essai.md", text).document
    assert isinstance(document, Quiz)
    answer = document.questions[0].answer
    assert isinstance(answer, Choices)
    assert [option.correct for option in answer.options] == [place == right for place in range(count + 1)]
