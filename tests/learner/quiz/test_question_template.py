"""The shapes of answer and of correction, as their template writes them: named fields, the right words, no key before its time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError
from markupsafe import Markup
from msgspec.structs import replace

from app.assessment.attempts.sheet import QuestionStatus
from app.assessment.kinds.choices import TickedOptions
from app.assessment.kinds.gaps import FilledGaps
from app.assessment.kinds.matching import MatchedPairs
from app.assessment.kinds.ordering import RankedItems
from app.assessment.kinds.responses import MAX_TYPED, TypedText
from app.content.values.quiz import Question, QuestionType
from app.platform.french import mark
from app.platform.web.templating import phrasing
from tests import builders
from tests.learner.quiz.question_pages import SAVED_AT, question_page, rendered
from tests.words import RIGHT_ANSWER, SAVE_AND_GO_ON, SEND_ANSWER, UNANSWERED, YOUR_ANSWER, YOUR_RIGHT_ANSWER, YOUR_WRONG_ANSWER

NINE = builders.one_of_each()


def named(question: Question) -> str:
    return question.id


@pytest.mark.parametrize("question", NINE, ids=named)
def test_a_question_is_a_group_named_by_its_statement(app: Flask, question: Question) -> None:
    page = rendered(app, question_page(question))
    group = page.all("fieldset")[0]
    assert page.text_of(group.find("legend")) == f"Énoncé de {question.id}"
    assert [field for field in group.iter() if field.tag in ("input", "select", "textarea")]
    assert page.h1 == "Question 2 sur 3"


@pytest.mark.parametrize("question", NINE, ids=named)
def test_the_browser_lets_type_what_the_server_takes(app: Flask, question: Question) -> None:
    typed = [field for field in rendered(app, question_page(question)).all("main")[0].iter("input") if field.get("autocomplete")]
    assert {field.get("maxlength") for field in typed} <= {str(MAX_TYPED)}
    assert bool(typed) == (question.kind in {QuestionType.TEXT, QuestionType.NUMBER, QuestionType.GAPS})


@pytest.mark.parametrize("question", NINE, ids=named)
def test_a_script_comes_where_something_is_to_be_moved(app: Flask, question: Question) -> None:
    html = rendered(app, question_page(question)).html
    assert ("js/arranging" in html) == ("data-match" in html or "data-order" in html)


@pytest.mark.parametrize("question", NINE, ids=named)
def test_nothing_of_the_correction_is_in_the_page_before_it(app: Flask, question: Question) -> None:
    page = rendered(app, question_page(question))
    assert "réservée à la correction" not in page.html
    assert "Il engage la commune" not in page.html
    assert "Je réunis la troïka" not in page.html
    assert question.id not in page.html.replace(f"Énoncé de {question.id}", "")


@pytest.mark.parametrize("question", NINE, ids=named)
def test_without_an_answer_the_correction_says_so_and_gives_the_key(app: Flask, question: Question) -> None:
    page = rendered(app, question_page(question, corrected=True))
    assert (UNANSWERED if question.points else "Sans note Votre réponse Vous n’avez rien écrit. Réponse modèle Je réunis la troïka.") in page.text
    assert page.all("fieldset") == []
    assert page.link("Continuer") == "/tentatives/7/questions/3"


def test_a_type_without_its_macros_is_an_error(app: Flask) -> None:
    """Not another type's fields."""
    page, corrected = (question_page(NINE[7], corrected=each) for each in (False, True))
    assert page.attempt.question
    assert corrected.attempt.correction
    unknown: Any = "drawing"
    asked = replace(page, attempt=replace(page.attempt, question=replace(page.attempt.question, kind=unknown)))
    told = replace(corrected, attempt=replace(corrected.attempt, correction=replace(corrected.attempt.correction, kind=unknown)))
    for each in (asked, told):
        with pytest.raises(UndefinedError):
            rendered(app, each)


def test_a_unit_that_may_be_left_out_is_seen_once_and_heard_once(app: Flask) -> None:
    page = rendered(app, question_page(builders.question(builders.number("25", unit="kilomètres"))))
    (group,) = [each for each in page.all("fieldset") if each.get("class") == "question"]
    unheard = [each for each in group.iter() if each.get("aria-hidden") == "true"]
    unseen = [each for each in group.iter() if each.get("class") == "visually-hidden"]
    said = page.text_of(group)
    assert said.count("kilomètres") == 2
    assert [page.text_of(each) for each in unheard] == ["kilomètres"]
    assert [page.text_of(each) for each in unseen] == [", en kilomètres"]
    assert "unité" not in said


def test_gaps_are_named_by_their_number(app: Flask) -> None:
    page = rendered(app, question_page(NINE[7], FilledGaps(("PEDT", "périscolaires"))))
    fields = [field for tag in ("input", "select") for field in page.all(tag) if (field.get("class") or "") == "gap"]
    assert [field.get("aria-label") for field in fields] == ["Trou 1 sur 2", "Trou 2 sur 2"]
    assert fields[0].get("value") == "PEDT"
    assert [page.text_of(option) for option in fields[1].iter("option") if option.get("selected") is not None] == ["périscolaires"]


def test_each_item_to_match_or_order_names_its_menu(app: Flask) -> None:
    for question, given, texts in (
        (NINE[5], MatchedPairs((("1", "État"),)), {"Préfet", "Recteur", "Maire"}),
        (NINE[6], RankedItems((("1", 1),)), {"Diagnostic", "Objectifs", "Actions", "Évaluation"}),
    ):
        page = rendered(app, question_page(question, given))
        by_id = {element.get("id"): page.text_of(element) for element in page.all("span")}
        menus = page.all("select")
        assert {by_id[menu.get("aria-labelledby")] for menu in menus} == texts
        chosen = [page.text_of(option) for menu in menus for option in menu.iter("option") if option.get("selected") is not None]
        assert chosen == (["État"] if question is NINE[5] else ["1"])


def test_an_option_that_holds_a_list_names_its_button_by_reference(app: Flask) -> None:
    listed = builders.question(builders.choices("x Deux textes :\n\n- un\n- deux", "Aucun"))
    page = rendered(app, question_page(listed))
    button = [*page.all("main")[0].iter("input")][2]
    text = next(element for element in page.all("div") if element.get("id") == button.get("aria-labelledby"))
    assert page.text_of(text) == "Deux textes : un deux"
    assert not any(list(label.iter("ul")) for label in page.all("label"))


def test_the_save_state_stands_in_the_page_from_the_start(app: Flask) -> None:
    page = rendered(app, question_page(NINE[0], TickedOptions(("1",)), saved_at=SAVED_AT, status=QuestionStatus.ANSWERED))
    form = next(form for form in page.all("form") if form.get("data-autosave"))
    assert (form.get("data-autosave"), form.get("data-saved-at")) == ("7/2", "2026-11-24T13:05:00+00:00")
    status = next(element for element in form.iter() if element.get("aria-live") == "polite")
    assert page.text_of(status) == "Réponse enregistrée le 24 novembre 2026 à 14 h 05."


def test_a_question_corrected_at_once_is_validated_by_its_button(app: Flask) -> None:
    page = rendered(app, question_page(NINE[0], corrects_each=True))
    assert page.form(SEND_ANSWER)["fields"]["then"] == "correct"
    assert SAVE_AND_GO_ON not in page.text


def test_a_refusal_is_said_first(app: Flask) -> None:
    page = rendered(app, question_page(NINE[3], TypedText("x"), error="Cette réponse est trop longue."))
    alert = next(element for element in page.all("div") if element.get("role") == "alert" and page.text_of(element))
    assert page.text_of(alert) == "Cette réponse est trop longue."


@pytest.mark.parametrize(
    ("place", "given", "words"),
    [
        (0, TickedOptions(("2",)), ("Juste", "1 sur 1 point", YOUR_RIGHT_ANSWER)),
        (0, TickedOptions(("1",)), ("Faux", YOUR_WRONG_ANSWER, "Il engage la commune.", RIGHT_ANSWER)),
        (1, TickedOptions(("1",)), ("En partie juste", "0,66 sur 2 points", "Bonne réponse, que vous n’avez pas cochée")),
        (3, TypedText("contrat local"), ("Faux", "Votre réponse, fausse contrat local Ce contrat est un autre.", "Réponse attendue contrat de ville")),
        (4, TypedText("2014"), ("Juste", "Votre réponse, juste 2014")),
        (4, TypedText("2013"), ("Faux", "Votre réponse, fausse 2013", "Réponse attendue 2014")),
        (
            5,
            MatchedPairs((("1", "État"), ("2", "Commune"))),
            ("En partie juste", "Juste Préfet : État", "Faux Recteur : Éducation nationale Vous aviez choisi : Commune", "Vous aviez choisi : rien"),
        ),
        (
            6,
            RankedItems((("1", 1), ("2", 3), ("3", 2))),
            ("Juste 1. Diagnostic", "Faux : vous l’aviez placé au rang 3 2. Objectifs", "Faux : vous n’aviez pas donné de rang"),
        ),
        (6, RankedItems((("2", 1), ("3", 2), ("4", 3), ("1", 4))), ("Bien à la suite du précédent, mais au rang 2 3. Actions",)),
        (6, RankedItems((("1", 2), ("3", 2), ("2", 3))), ("Faux", "Faux : vous l’aviez placé au rang 3 2. Objectifs")),  # a rank given twice earns nothing
        (
            7,
            FilledGaps(("PEDT", "scolaires")),
            ("En partie juste", "Réponse juste : PEDT", "Votre réponse, fausse : scolaires Réponse attendue : périscolaires"),
        ),
    ],
)
def test_a_correction_says_each_thing_in_words(app: Flask, place: int, given: object, words: tuple[str, ...]) -> None:
    page = rendered(app, question_page(NINE[place], given, corrected=True))  # type: ignore[arg-type]
    for expected in words:
        assert expected in page.text


def test_a_text_written_for_oneself_has_room_and_its_label(app: Flask) -> None:
    page = rendered(app, question_page(NINE[8], TypedText("Une ligne.\n\nUne autre.")))
    field = page.all("textarea")[0]
    assert (field.get("name"), field.get("maxlength"), page.text_of(field)) == ("texte", "5000", "Une ligne. Une autre.")
    assert [page.text_of(label) for label in page.all("label") if label.get("for") == field.get("id")] == [YOUR_ANSWER]
    corrected = rendered(app, question_page(NINE[8], TypedText("Une ligne.\n\nUne autre."), corrected=True))
    assert "Sans note Votre réponse Une ligne. Une autre. Réponse modèle Je réunis la troïka." in corrected.text
    assert "0 sur 0" not in corrected.text


def test_marks_are_rounded_down() -> None:
    assert (mark(Fraction(2, 3)), mark(Fraction(2)), mark(Fraction(3, 2)), mark(Fraction(1999, 1000))) == ("0,66", "2", "1,5", "1,99")


def test_paragraphs_become_what_a_label_may_hold_and_other_blocks_do_not() -> None:
    assert phrasing(Markup("<p>Un <em>mot</em></p>\n<p>deux</p>\n")) == Markup(
        '<span class="paragraph">Un <em>mot</em></span><span class="paragraph">deux</span>'
    )
    assert phrasing(Markup("<p>Un</p><ul><li>x</li></ul>")) is None
    assert phrasing(Markup('<p><button type="button">REP</button></p>')) is None


def test_the_last_question_leads_to_the_recap(app: Flask) -> None:
    page = rendered(app, question_page(NINE[0], position=3))
    assert page.form(SAVE_AND_GO_ON)["fields"]["last"] == "1"
