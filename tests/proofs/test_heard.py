"""What a blind person hears, from signing in to the grid: a screen reader of Debian, in French, by the keyboard alone. `HEARD_IN=docs/accessibilite` keeps what was said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.operations.demonstration.accounts import stored_accounts
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import french_date
from tests.browsers import press, served, sign_in
from tests.content.publishing import publish
from tests.demonstrations import demonstration_in
from tests.making import make_app, make_settings
from tests.proofs.hearing import Reader, kept, listening
from tests.words import ANSWER_SAVED_AT, REVIEW_BEFORE_SENDING, SAVE_AND_GO_ON, SEND_FOR_GOOD

pytestmark = [pytest.mark.proof, pytest.mark.night, pytest.mark.browser, pytest.mark.xdist_group("heard")]

LEARNER, REVIEWER = "ines.carpentier@croisee.example", "bastien.lorthiois@croisee.example"
TRAINER, MANAGER = "thomas.delvigne@croisee.example", "solene.wattiez@croisee.example"
QUIZ = """---
id : ce-ages-quiz
titre : Quiz : de la naissance à vingt-cinq ans
leçon : ce-ages
mélanger : non
---

## Qui préside le conseil municipal ? {#ouie-une}

- [ ] Le préfet
- [x] Le maire

## Qui compose la troïka ? {#ouie-plusieurs}

- [x] Le préfet
- [x] Le maire
- [ ] Le président du conseil régional

## Les quartiers prioritaires sont choisis par la commune seule. {#ouie-vrai}

Réponse : Faux

> La liste est fixée par décret.

## Quel service des familles signe la convention territoriale globale avec la commune et ses voisines ? (le sigle suffit) {#ouie-texte}

Réponse : CAF

## Jusqu'à quel âge va une cité éducative ? (en années) {#ouie-nombre}

Réponse : 25

## Associez chaque personne à son institution. {#ouie-paires}

- Préfet => État
- Maire => Commune

## Remettez les étapes d'un plan d'action dans l'ordre. {#ouie-ordre}

1. Diagnostic partagé
2. Objectifs
3. Actions

## Complétez. {#ouie-trous}

Le [[projet éducatif territorial | PEDT]] organise les temps [[(périscolaires) | scolaires]].

## Le maire refuse la date du comité. Que lui répondez-vous ? {#ouie-libre}

Réponse libre

Modèle : Je lui propose deux autres dates.
"""
STATEMENTS = (
    "Qui préside",
    "Qui compose",
    "Les quartiers prioritaires",
    "Quel service",
    "Jusqu’à quel âge",
    "Associez",
    "Remettez",
    "Complétez",
    "Le maire refuse",
)
TYPED = {4: ("coordo caf", "Est‑ce bien « CAF » ?", "CAF"), 5: ("environ 25", "Écrivez le nombre seul", "25")}
"""Question → what is typed first, the sentence that asks again, what is right."""
NUISANCES = (r"header( |$)", r"status bar", r"début (d’insertion|de suppression)")
"""What no page says: a head line by line, a region that says nothing, a mark that words already say."""


class Walk:
    """A person's way through the site, and what they heard of it, page by page."""

    def __init__(self, reader: Reader, address: str, passwords: dict[str, str]) -> None:
        self.reader, self.address, self.passwords = reader, address, passwords
        self.heard: list[tuple[str, list[str]]] = []

    def keep(self, what: str, said: list[str]) -> list[str]:
        self.heard.append((what, said))
        wrong = [line for line in said for nuisance in NUISANCES if re.match(nuisance, line)]
        assert wrong == [], what
        return said

    def open(self, path: str) -> list[str]:
        return self.reader.open(self.address + path)

    def become(self, email: str) -> None:
        """Not by the keyboard: the form itself is heard once."""
        self.reader.tab.context.clear_cookies()
        self.open("/connexion")
        sign_in(self.reader.tab, email, self.passwords[email])
        self.reader.listen(quiet=0.8)


@pytest.fixture(scope="module")
def walk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One screen for all: it takes seconds to start, and what is heard is kept in the order of the tests."""
    app = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("heard") / "instance")))
    with app.app_context(), writing() as session:
        publish(session, "quizzes/ce-ages-quiz.md", QUIZ, author_id=None, now=clock.now() - timedelta(seconds=1))
    passwords = {account.email: account.password for account in stored_accounts(app.config["CROISEE"])}
    with listening(browser.browser_type) as reader, served(app) as address:
        walk = Walk(reader, address, passwords)
        yield walk
        if folder := os.environ.get("HEARD_IN"):
            kept(Path(folder) / "entendu.md", french_date(clock.now()), walk.heard)
    with app.app_context():
        db.engine.dispose()


def once(said: list[str], words: str) -> bool:
    """Said, and not again: its lines follow one another in what is read."""
    return " ".join(re.sub(r" heading \d| panel|\.$", "", line) for line in said).count(words) == 1


def test_a_refused_sign_in_is_said_at_once(walk: Walk) -> None:
    reader = walk.reader
    walk.open("/connexion")
    reader.into_main()
    reader.into("e")
    reader.write(LEARNER)
    reader.press("Tab")
    said = walk.keep("La connexion, refusée sans mot de passe", reader.enter("Return"))
    assert "La connexion a échoué Mot de passe : Indiquez votre mot de passe." in said


def test_a_lesson_and_what_it_asks(walk: Walk) -> None:
    reader = walk.reader
    walk.become(LEARNER)
    walk.open("/lecons/ce-dix-minutes")
    lesson = walk.keep("Une leçon, de son titre à ses premiers paragraphes", reader.read_main(most=45))
    assert any(re.match(r"Environ \d+ minutes de lecture, ", line) for line in lesson)
    asked = walk.keep("« À vous », dans cette leçon", reader.into("c"))
    assert any("Trou 1 sur 2" in line for line in asked)
    for key in ("Down", "Tab", "Tab"):
        reader.press(key)
    said = walk.keep("« À vous », répondu", reader.press("Return") + reader.listen(quiet=0.8))
    assert any("À vous" in line for line in said)


def test_a_question_of_each_type_its_refusal_and_the_correction(walk: Walk) -> None:
    reader = walk.reader
    walk.become(LEARNER)
    walk.open("/quiz/ce-ages-quiz")
    press(reader.tab, "Commencer")
    attempt = reader.tab.url.removeprefix(walk.address).rsplit("/", 1)[0]
    for number, statement in enumerate(STATEMENTS, 1):
        walk.open(f"{attempt}/{number}")
        said = reader.read_main(most=30)
        strip = len(said) if number == 1 else said.index("navigation Questions")
        assert once(walk.keep(f"Question {number}", said[:strip]), statement)
        reader.into_main()
        walk.keep(f"Question {number}, répondue", answered(reader, number))
        if number in TYPED:
            _, asked, right = TYPED[number]
            assert any(asked in line for line in walk.keep(f"Question {number}, refusée", reader.enter("Return"))[:2])
            reader.tab.fill("#reponse", right)
            press(reader.tab, SAVE_AND_GO_ON)
    walk.open(f"{attempt.removesuffix('/questions')}/recapitulatif")
    walk.keep(REVIEW_BEFORE_SENDING, reader.read_main(most=60))
    press(reader.tab, SEND_FOR_GOOD)
    reader.listen(quiet=0.8)
    assert reader.tab.get_by_role("heading", level=1).inner_text() == "Résultat"
    said = walk.keep("La correction", reader.read_main(most=100))
    assert "Résultat heading 1" in said
    assert any(re.match("Question 1, faux", line) for line in said), "in one piece"


def test_a_review_and_its_refusal(walk: Walk) -> None:
    reader = walk.reader
    walk.become(REVIEWER)
    walk.open("/revision/question")
    walk.keep("Une question à réviser", reader.read_main(most=30))
    reader.into_main()
    reader.press("b")
    assert walk.keep("La même, sans réponse", reader.enter("Return")[:3])


def test_the_editor(walk: Walk) -> None:
    walk.become(TRAINER)
    walk.open("/atelier/documents/ce-dix-minutes")
    said = walk.keep("L’éditeur", walk.reader.read_main(most=45))
    assert not any(line.startswith("Ligne ") for line in said), "its line is not told at each move"


def test_the_grid(walk: Walk) -> None:
    walk.become(MANAGER)
    walk.open("/pilotage/grille")
    said = walk.keep("La grille", walk.reader.read_main(most=60))
    assert any(re.match(r"Avancement column header \d", line) for line in said), "each figure with the name of its column"


def answered(reader: Reader, number: int) -> list[str]:
    """One answer of each type, by the keys of its field; every one of them is said to be saved."""
    if number in (1, 3):
        reader.into("r")
        said = reader.press("space")
    elif number == 2:
        reader.into("x")
        said = reader.press("space")
    elif number in (4, 5, 8, 9):
        reader.into("e")
        said = reader.write(TYPED[number][0] if number in TYPED else "PEDT")
    else:
        reader.into("c")
        said = reader.press("Down")
        if number == 6:
            reader.press("Tab")
            reader.press("Down")
    said += reader.listen(quiet=1, wait=3)
    assert any(line.startswith(ANSWER_SAVED_AT) for line in said), number
    return said + (reader.press("Tab") if number in TYPED else [])
