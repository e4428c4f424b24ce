"""A key that moves is seen before it is published: by the trainer with what it makes of the answers given, by a guest without a figure."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.assessment import key_comparison
from app.assessment.attempts import services
from app.assessment.attempts.sheet import sheet_of
from app.assessment.kinds.registry import kind_of
from app.authoring.publishing.queries import answers_sentence
from app.content.store.queries import MAJOR, MINOR, course
from app.identity.rules import Role
from app.record import enrolment
from tests.authoring.trainers import draft
from tests.identity.builders import stored_person
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient
from tests.words import MAKE_LINK, PUBLISH_NOW, RIGHT_ANSWER

REVIEW = "/atelier/documents/controle/relecture"
UNCHANGED = "Aucun mot de la page ne change"
PADDING = "\n\n".join(f"Une phrase de l'introduction, la {number}e, que personne ne change." for number in range(20))

TYPES = [
    # kind, key, moved key, words that are marked, of four right and two wrong answers those that are right after
    ("single", "- [x] Le maire\n- [ ] Le préfet", "- [ ] Le maire\n- [x] Le préfet", RIGHT_ANSWER, 2),
    ("multiple", "- [x] Un\n- [x] Deux\n- [ ] Trois", "- [x] Un\n- [ ] Deux\n- [x] Trois", RIGHT_ANSWER, 0),
    ("true_false", "- [x] Vrai\n- [ ] Faux", "- [ ] Vrai\n- [x] Faux", RIGHT_ANSWER, 2),
    ("text", "Réponse : contrat de ville", "Réponse : projet éducatif", "projet éducatif", 0),
    ("number", "Réponse : 2014", "Réponse : 2003", "2003", 0),
    ("matching", "- Préfet => État\n- Maire => Commune", "- Préfet => Commune\n- Maire => État", "Commune", 2),
    ("ordering", "1. Diagnostic\n2. Objectifs\n3. Actions", "1. Objectifs\n2. Diagnostic\n3. Actions", "Diagnostic", 0),
    ("gaps", "Un temps [[(périscolaire) | scolaire]].", "Un temps [[périscolaire | (scolaire)]].", "scolaire", 2),
    ("open", "Réponse libre\n\nModèle : Je réunis la troïka.", "Réponse libre\n\nModèle : Je réunis le comité.", "comité", 0),
]


def asking(answers: str, explanation: str = "Une explication.", **head: object) -> courses.Text:
    return courses.quiz("controle", lesson="la-lecon", questions=f"{PADDING}\n\n## La question ? {{#une}}\n\n{answers}\n\n> {explanation}", **head)


def begin(world: World, answers: str, body: str = "", **head: object) -> tuple[int, StrictClient]:
    """The course with its quiz; the trainer and their browser."""
    lesson = courses.lesson("la-lecon", module="mod-un", quiz="controle", body=body)
    world.publish_together(courses.module("mod-un", ["la-lecon"]), lesson, asking(answers, **head), courses.path(["mod-un"]))
    trainer = world.person("Théo Formateur", enrolled=False, role=Role.TRAINER)
    return trainer, world.signed_in(trainer)


def take(world: World, name: str, *, right: bool) -> None:
    """One attempt, sent."""
    person = stored_person(world.app, name=name, password=None)
    world.do(enrolment.enrol, person)
    world.clock.pass_by(minutes=1)

    def work(session: Session) -> None:
        now = world.clock.now()
        attempt = services.start_attempt(session, course(session), person, "controle", seed=3, now=now)
        for entry in sheet_of(session, attempt).entries:
            form = kind_of(entry.pooled.question).sample(entry.layout, right)
            services.save_answer(session, person, attempt.id, entry.position, form, key=f"k{entry.position}", now=now)
        services.submit_attempt(session, course(session), person, attempt.id, now=now)

    world.write(work)


def change(world: World, trainer: int, before: str, after: str, document_id: str = "controle") -> None:
    """The trainer's draft with other words in it."""
    draft(world, trainer, document_id, lambda text: text.replace(before, after))


def proposed(page: Page) -> str:
    return next(str(each.get("value")) for each in page.all("input") if each.get("name") == "change" and each.get("checked") is not None)


def reviewed(page: Page) -> Any:
    return next(each for each in page.all("div") if "marked-page" in str(each.get("class")))


def marks(page: Page) -> str:
    """What is marked in the page that is reviewed, without its folded Markdown."""
    return " ".join(page.text_of(each) for tag in ("ins", "del") for each in reviewed(page).iter(tag))


@pytest.mark.parametrize(("kind", "before", "after", "marked", "right_after"), TYPES, ids=[each[0] for each in TYPES])
def test_each_type_shows_its_key_and_what_moving_it_makes_of_answers(world: World, kind: str, before: str, after: str, marked: str, right_after: int) -> None:
    theo, trainer = begin(world, before)
    for number in range(4):
        take(world, f"Juste {number}", right=True)
    for number in range(2):
        take(world, f"Fausse {number}", right=False)
    change(world, theo, before, after)
    page = trainer.see(REVIEW)
    words = words_of(page)
    assert UNCHANGED not in words
    assert "1 bonne réponse changée" in words
    assert marked in marks(page)
    assert "Une explication." in page.text_of(reviewed(page))
    assert proposed(page) == MAJOR
    if kind == "open":
        assert "une réponse modèle, sans note" in words
        return
    assert f"6 réponses déjà données : 4 justes avant, {right_after} après" in words
    assert "les notes déjà données restent" in words
    assert words.index("6 réponses déjà données") < words.index(PUBLISH_NOW)


QUIET = "- [x] Le maire\n  > Il représente la commune.\n- [ ] Le préfet"


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("Une explication.", "Une raison.", "raison"),
        ("Il représente la commune.", "Il engage la commune.", "engage"),
        ("seuil : 50 %", "seuil : 80 %", "80"),
        ("- [ ] Le préfet", "- [ ] Le préfet\n\nPoints : 3", "3"),
    ],
    ids=["explanation", "feedback", "threshold", "points"],
)
def test_what_is_read_after_an_answer_and_what_it_is_worth_are_marked_too(world: World, before: str, after: str, marked: str) -> None:
    theo, trainer = begin(world, QUIET, seuil="50 %")
    change(world, theo, before, after)
    page = trainer.see(REVIEW)
    assert UNCHANGED not in words_of(page)
    assert marked in marks(page)
    assert "bonne réponse changée" not in words_of(page)
    assert proposed(page) == MINOR


def test_of_fewer_than_five_people_no_figure_is_given(world: World) -> None:
    theo, trainer = begin(world, TYPES[0][1])
    for number in range(4):
        take(world, f"Juste {number}", right=True)
    change(world, theo, *TYPES[0][1:3])
    words = words_of(trainer.see(REVIEW))
    assert "moins de cinq personnes y ont répondu" in words
    assert "justes avant" not in words


def test_a_guest_and_a_colleague_see_the_key_and_only_the_colleague_a_figure(world: World) -> None:
    theo, trainer = begin(world, TYPES[0][1])
    for number in range(5):
        take(world, f"Juste {number}", right=True)
    change(world, theo, *TYPES[0][1:3])
    trainer.see("/atelier/documents/controle/remarques")
    trainer.submit(MAKE_LINK)
    link = next(str(each.get("value")) for each in trainer.page.all("input") if "/relecture/" in str(each.get("value")))
    guest = StrictClient(world.app).see("/" + link.split("/", 3)[3])
    assert "1 bonne réponse changée" in words_of(guest)
    assert marks(guest).count(RIGHT_ANSWER) == 2
    assert "Il représente" not in marks(guest)
    for figure in ("réponses déjà données", "personnes", "avant,"):
        assert figure not in words_of(guest)
    anne = world.person("Anne Relectrice", enrolled=False, role=Role.TRAINER)
    trainer.see(REVIEW)
    trainer.submit("Demander", reader=str(anne))
    colleague = world.signed_in(anne)
    colleague.see("/atelier/lectures")
    reading = colleague.see(colleague.page.link("Quiz controle"))
    assert "5 réponses déjà données : 5 justes avant, 0 après" in words_of(reading)


LESSON = "Un paragraphe.\n\n> [!QUESTION] Qui signe ?\n>\n> - [x] Le maire\n>   > Il représente la commune.\n> - [ ] Le préfet\n>\n> > Une explication.\n\n"


def test_a_question_of_a_lesson_too(world: World) -> None:
    theo, trainer = begin(world, TYPES[0][1], LESSON + PADDING)
    change(
        world,
        theo,
        "> - [x] Le maire\n>   > Il représente la commune.\n> - [ ] Le préfet",
        "> - [ ] Le maire\n>   > Il engage la commune.\n> - [x] Le préfet",
        "la-lecon",
    )
    page = trainer.see("/atelier/documents/la-lecon/relecture")
    assert "1 bonne réponse changée" in words_of(page)
    assert marks(page).count(RIGHT_ANSWER) == 2
    assert "engage" in marks(page)
    assert "Question 1, « Qui signe ? » : on y répond en lisant" in words_of(page)
    assert proposed(page) == MAJOR
    assert page.link("Question 1") == "#a-vous-1"


def test_files_propose_it_to_be_read_again_as_well(world: World) -> None:
    begin(world, TYPES[0][1])
    world.publish(asking(TYPES[0][2]))
    assert world.read(lambda session: course(session).versions["controle"].major)


def test_the_latest_attempts_are_looked_at_and_that_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_comparison, "MOST", 5)
    theo, trainer = begin(world, TYPES[0][1])
    take(world, "Fausse", right=False)
    for number in range(5):
        take(world, f"Juste {number}", right=True)
    change(world, theo, *TYPES[0][1:3])
    assert "dernières tentatives : 5 justes avant, 0 après" in words_of(trainer.see(REVIEW))


@pytest.mark.parametrize(
    ("obstacle", "bounded", "expected"),
    [
        ("", False, "36 réponses déjà données : 30 justes avant, 5 après."),
        ("", True, "36 réponses déjà données, dans les 1 000 dernières tentatives : 30 justes avant, 5 après."),
        (
            "le type de la question a changé",
            False,
            "9 personnes y ont répondu, et leurs réponses ne peuvent pas être notées avec la nouvelle clé : le type de la question a changé.",
        ),
    ],
)
def test_what_is_said_of_the_answers_given(obstacle: str, bounded: bool, expected: str) -> None:
    found = answers_sentence(key_comparison.AnswersByKeys(9, 36, 30, 5, obstacle, bounded))
    assert re.sub(r"\s", " ", found) == expected
