"""A question earns the state « read »: what of it surprises is asked, and no line of a paper joins another in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.intake.units import LESSON, SourceReading
from tests.exchange.intake.reading import answer_by_guess, of_text, source_of, summary_of, words_of

CLEAN = """1. Qui pilote la cité éducative ?
a) le préfet
b) la troïka
c) le recteur
Réponse : b
2. Qui verse les crédits du programme ?
a) la commune
b) la région
c) l'État
Réponse : c
3. Le label est donné pour trois ans.
Vrai / Faux
Réponse : vrai
4. En quelle année sont nées les zones d'éducation prioritaire ?
Réponse : 1981
"""
HEAD = "8. Qui signe la convention ?\na) le préfet\nb) le maire\nRéponse : a\n"
STRANGE = {
    "mots": (
        "1. Qui signe le contrat ?\na) le préfet\nb) le maire\nRéponse : b | garder la péniche rouge | oui | non\n",
        "1. Quel est le sigle ?\tQCM\tle hibou\tla péniche\tle phare\nRéponse : REP\n",
    ),
    "énoncé": (
        "1. Rien.\na) le préfet\nb) le maire\nRéponse : b\n",
        "1. Qui signe la convention ? Le hibou regarde passer la péniche.\na) le préfet\nb) le maire\nRéponse : b\n",
        "1. Terminé\n\nQui signe la convention ?\na) le préfet\nb) le maire\nRéponse : b\n",
        "1. Qui signe la convention (\na) le préfet\nb) le maire\nRéponse : b\n",
        "1. Reliez chaque sigle à sa définition.\na) le préfet\nb) le maire\nRéponse : b\n",
    ),
    "choix": (
        "1. Qui signe ?\na) le préfet\nb) le maire\nc) Qui paie la note ?\nRéponse : b\n",
        "1. Qui signe ?\na) le préfet\nb) le maire\nc) le maire\nRéponse : a\n",
        "1. Qui signe ?\na) le préfet\nc) le maire\nd) la caisse\nRéponse : a\n",
        "1. Qui signe ?\na) le préfet\nb) le maire\nc) Citez trois partenaires de la cité éducative\nRéponse : a\n",
        "1. Qui signe ?\na) le préfet\nb) Voir la page\nRéponse : a\n2. Qui paie ?\na) la caisse\nb) Voir la page\nRéponse : a\n",
    ),
    "clé": (
        "1. Le maire signe la convention.\nRéponse : 1981\n",
        "1. Comment s'appelle le dispositif ?\nRéponse : je crois bien le plan mercredi\n",
        "1. Comment s'appelle le dispositif ?\nRéponse : réseau REP 2014\n",
        "1. Comment s'appelle le dispositif ?\nRéponse : le plan d'action pour le mercredi\n",
        "1. Qui signe ? Cochez toutes les bonnes réponses.\na) le préfet\nb) le maire\nRéponse : a, b\n",
        "1. Lesquels de ces acteurs signent ?\na) le préfet\nb) le maire\nc) la caisse\nRéponse : a\n",
        "1. Le principal peut-il signer seul ?\nRéponse : non\n",
        "1. Qui signe ?\na) **le préfet**\nb) le **maire et la caisse**\nc) le hibou\n",
    ),
    "commentaire": (
        "1. Qui signe ?\na) le préfet\nb) le maire\nRéponse : b\nExplication : à vérifier avec Mme Petit\n",
        "1. Qui signe ?\na) le préfet\nb) le maire\nRéponse : b\nExplication : 3) la suite\n",
    ),
    "suite": (HEAD + HEAD.replace("8.", "10.").replace("signe", "paie"), HEAD + HEAD.replace("8.", "9.")),
}


@pytest.mark.parametrize(("of", "text"), [(of, text) for of, texts in STRANGE.items() for text in texts])
def test_what_surprises_is_asked(of: str, text: str) -> None:
    reading = of_text(text)
    assert any(unit.state == "asked" for unit in reading.units), summary_of(reading)
    assert of in " ".join(doubt.key for doubt in reading.doubts) or any(not doubt.key.startswith("cela") for doubt in reading.doubts)


def test_a_clean_paper_asks_nothing() -> None:
    assert [(unit.kind, unit.state) for unit in of_text(CLEAN).units] == [(kind, "read") for kind in ("single", "single", "true_false", "numeric")]


@pytest.mark.parametrize(
    "text",
    [
        "Formulaire\n\nQui signe la convention ? *\n1 point\nle préfet\nle maire\n\nQui paie la note ? *\n1 point\nla caisse\nla ville\n",
        '```json\n{\n"enonce": "Qui signe la convention ?",\n"cle": "le préfet",\n"suivant": "Qui paie la note ?",\n"fin": 2\n}\n```\n',
    ],
    ids=["form", "data"],
)
def test_what_is_no_prose_and_asks_is_no_lesson_until_its_author_says_so(text: str) -> None:
    asked = of_text(text)
    assert all(unit.state == "asked" for unit in asked.units), summary_of(asked)
    assert asked.doubts


def test_a_text_that_wonders_is_a_lesson() -> None:
    text = "# Le soir\n\nÀ qui appartient un enfant après seize heures trente ? La cloche sonne, la grille s'ouvre, et chacun s'en va.\n\nEt qui le sait vraiment ? Personne ne le demande, et la cité rentre chez elle sans y penser davantage.\n"
    assert [(unit.kind, unit.state) for unit in of_text(text).units] == [(LESSON, "read")]


@pytest.mark.parametrize("said", ["Excusés ce jour-là : Mme Ferrand et M. Ould Ahmed.", "On appelle le 05 55 00 12 34.", "On écrit à mairie@ville.example."])
def test_whom_a_text_names_is_told_or_set_aside(said: str) -> None:
    text = f"# Le soir\n\nLa cité éducative réunit l'école, la ville et l'État autour des enfants.\n\n{said}\n"
    reading = of_text(text)
    (lesson,) = reading.units
    assert any("ligne 5" in loss for loss in lesson.losses) or [each.line for each in reading.aside] == [5], reading


HIDDEN = (
    "1. Qui signe ?\na) le préfet\nb) le maire\nRéponse : a\n2- Qui paie la note du dîner ?\nla caisse\n",
    "• Qui signe ?\n☐ le préfet\n☑ le maire\n• Vrai ou pas vrai, le maire paie la note.\n• Qui paie ?\n☑ la caisse\n☐ le hibou\n",
    "B1. Qui signe la convention ?\nle préfet\nle maire\nB2. Qui paie la note ?\nla caisse\nla ville\nB3. Quand se réunit-on ?\nle lundi\nle mardi\n",
)


@pytest.mark.parametrize("text", HIDDEN)
def test_a_question_inside_another_is_asked_for(text: str) -> None:
    reading = of_text(text)
    assert len([unit for unit in reading.units if unit.kind != LESSON]) == sum(line.endswith(("?", "note.")) for line in text.split("\n")), summary_of(reading)
    assert any(unit.state == "asked" for unit in reading.units)


def test_a_line_that_begins_no_question_goes_back_where_it_was() -> None:
    text = "1. Qui signe ?\na) le préfet\nb) le maire\nRéponse : a\nEt qui paie la note ?\n2. Qui dîne ici ?\na) le hibou\nb) la caisse\nRéponse : b\n"
    asked = of_text(text)
    assert len(asked.units) == 3
    assert len(of_text(text, {"autre-question": "laisser"}).units) == 2


def test_one_answer_tells_which_are_read_well() -> None:
    text = "".join(f"{number}. Comment s'appelle le plan {word} ?\nRéponse : {word} 2018\n" for number, word in ((1, "nord"), (2, "sud")))
    (doubt,) = of_text(text).doubts
    assert doubt.several
    kept = of_text(text, {doubt.key: "2"})
    assert [unit.state for unit in kept.units] == ["refused", "read"]
    assert not kept.doubts


# --- No line joins another in silence ---

OWL = (
    "Le hibou regarde passer la péniche rouge.",
    "Le hibou et la péniche rouge",
    "Pourquoi le hibou suit-il la péniche rouge ?",
    "Hibou : péniche rouge",
    "Citez le hibou et la péniche rouge.",
    "f) le hibou de la péniche",
    "→ hibou sur la péniche",
    "HIBOU ET PÉNICHE",
    "(hibou de la péniche)",
)
BOXES = """Quiz de rentrée

Question 1
Qui pilote la cité éducative ?
☐ le préfet
☒ la troïka
☐ le recteur

Question 2
Qui verse les crédits du programme ?
☐ la commune
☐ la région
☒ l'État
"""
APART = """1) Qui pilote la cité éducative ?
a. le préfet
b. la troïka
c. le recteur
2) Le label est national.
Vrai / Faux

Corrigé : 1b, 2 vrai
"""
MARKS = """Qui pilote la cité éducative ?
- le préfet
- la troïka ✓
- le recteur

Qui verse les crédits du programme ?
- la commune
- l'État ✓
"""


def silent_about(reading: SourceReading, words: set[str]) -> bool:
    """Whether words are in a question and nothing is asked of the paper, or are nowhere."""
    kept = [unit for unit in reading.units if words <= words_of(" ".join([unit.text, unit.statement, *unit.options, *unit.key, *unit.losses]))]
    asked = words_of(" ".join(" ".join([doubt.asks, *(said for _, said in doubt.choices)]) for doubt in reading.doubts))
    shown = words_of(" ".join([reading.title, *(each.text for each in reading.aside), *reading.remarks]))
    joined = [unit for unit in kept if unit.state == "read" and unit.kind != LESSON and words & words_of(unit.text)]
    return bool(joined and not reading.doubts) or not (kept or words <= asked or words <= shown or reading.doubts)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from((CLEAN, BOXES, APART, MARKS)), st.integers(0, 20), st.sampled_from(OWL), st.booleans())
def test_a_strange_line_is_asked_or_shown_apart(paper: str, place: int, strange: str, gap: bool) -> None:
    lines = paper.split("\n")
    lines[place:place] = ["", strange] if gap else [strange]
    reading = of_text("\n".join(lines))
    assert not silent_about(reading, {"hibou", "peniche"}), ("\n".join(lines), summary_of(reading))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, CLEAN.count("\n") - 1))
def test_a_missing_line_is_asked_for_or_takes_nothing_else_with_it(place: int) -> None:
    lines = CLEAN.split("\n")
    gone = lines.pop(place)
    whole, reading = of_text(CLEAN), of_text("\n".join(lines))
    same = [unit for unit in reading.units if unit.state == "read" and (unit.kind, unit.key) not in {(each.kind, each.key) for each in whole.units}]
    assert not same, (gone, summary_of(reading))


@pytest.mark.parametrize("text", [text for texts in STRANGE.values() for text in texts])
def test_what_is_asked_ends(text: str) -> None:
    assert all(unit.state != "asked" for unit in answer_by_guess(source_of("colle.txt", text.encode())).units)


STATUSES = ("Incorrect", "Correct", "Non répondue")
PAGE = "\n".join(
    f"Question {number}\n{status}\nNote de {number},00 sur 4,00\nMarquer la question\nTexte de la question\n{asks} ?\nVeuillez choisir une réponse.\na. le préfet\nb. le maire\nFeedback\nLa réponse correcte est : le maire"
    for number, (status, asks) in enumerate(zip(STATUSES, ("Qui signe la convention", "Qui réunit le comité", "Qui paie la salle"), strict=True), 1)
)
"""What a page of answers holds, pasted."""


def test_what_comes_back_with_each_question_is_asked_once_and_left() -> None:
    reading = of_text(PAGE)
    assert [(unit.kind, unit.key, unit.state) for unit in reading.questions] == [("single", ("le maire",), "asked")] * 3
    (doubt,) = [doubt for doubt in reading.doubts if doubt.several and "Feedback" in str(doubt.choices)]
    assert {words for _, words in doubt.choices} == {
        f"« {words} », 3 fois"
        for words in ("Note de 1,00 sur 4,00", "Marquer la question", "Texte de la question", "Veuillez choisir une réponse.", "Feedback")
    }
    kept = of_text(PAGE, {doubt.key: ",".join(value for value, _ in doubt.choices)})
    assert "Marquer la question" in kept.units[0].text + " ".join(kept.units[0].losses)
    assert "Marquer la question" in {each.text for each in reading.aside}


@pytest.mark.parametrize("often", ["Aucune de ces réponses", "Le conseil départemental"])
def test_an_answer_that_several_questions_share_is_not_left(often: str) -> None:
    paper = "\n\n".join(f"{asks} ?\nLe préfet\n{often}\nLe maire\nRéponse : Le maire" for asks in ("Qui signe", "Qui réunit le comité", "Qui paie la salle"))
    assert [len(unit.options) for unit in of_text(paper).questions] == [3, 3, 3]


def test_an_answer_that_ends_every_question_is_asked() -> None:
    asks = "Qui signe ?\nLe préfet\nLa caisse", "Qui réunit le comité ?\nLe recteur\nL'élu", "Qui paie ?\nLa région\nL'État"
    reading = of_text("\n\n".join(f"{each}\nVoir la réponse\nRéponse : {each.rpartition(chr(10))[2]}" for each in asks))
    assert [(len(unit.options), unit.state) for unit in reading.questions] == [(2, "asked")] * 3


SENTENCE = "La cité éducative réunit autour de la troïka les services de l'État, de la commune et de l'éducation nationale, pour les enfants d'un quartier."


def test_lines_that_are_no_sentence_are_asked_once_of_a_lesson() -> None:
    reading = of_text(f"# La cité éducative\n\nAccueil\nNos ressources\n\n{SENTENCE}\n\nCe que fait la troïka\n\n{SENTENCE}\n\nPropulsé par un autre outil")
    (doubt,) = reading.doubts
    assert doubt.several
    assert [words for _, words in doubt.choices if words] == [
        "« Accueil »",
        "« Nos ressources »",
        "« Ce que fait la troïka »",
        "« Propulsé par un autre outil »",
    ]
    (unit,) = reading.units
    assert "Ce que fait la troïka" in unit.text
    assert "Accueil" not in unit.text
    assert "Propulsé" not in unit.text
    assert {each.text for each in reading.aside} == {"Accueil", "Nos ressources", "Propulsé par un autre outil"}


def test_a_lesson_of_sentences_titles_and_lists_is_asked_nothing() -> None:
    reading = of_text(f"# La cité éducative\n\n{SENTENCE}\n\n## Ce que fait la troïka\n\n- elle réunit\n- elle décide\n\n{SENTENCE}\n")
    assert [unit.state for unit in reading.units] == ["read"]
    assert not reading.doubts
