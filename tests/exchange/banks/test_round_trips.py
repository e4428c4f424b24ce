"""Croisée → Moodle XML, GIFT → Croisée: equal, but for what the report of the file names."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.documents.reader import read_document
from app.content.text.normalise import normalise
from app.content.values.course import Sources
from app.content.values.quiz import Quiz
from app.exchange.banks.reading.imported_question import literal
from app.exchange.banks.services import FORMATS
from app.exchange.banks.writing.texts import FRACTIONS
from tests.authoring.incoming.pictures import picture
from tests.exchange.banks.banking import again, bank, quiz, sound
from tests.record import courses

COURSE = Path(__file__).parents[3]
FILES = sorted((COURSE / "quizzes").glob("*.md"))
LETTERS = st.text(alphabet="ABCéà «»:=~#{}[]<>\\*_`$%&|/'\"->→x12.()!?", min_size=1, max_size=24)
WORDS = LETTERS.map(lambda text: f"Mot {' '.join(text.split())} fin")


def real(path: Path) -> Quiz:
    return quiz(path.read_text(encoding="utf-8"))


@pytest.mark.proof
@pytest.mark.parametrize("name", FORMATS)
def test_every_quiz_of_the_course_leaves_and_comes_back(name: str) -> None:
    read_sources = read_document("modules/sources.md", normalise((COURSE / "modules/sources.md").read_text(encoding="utf-8"))).document
    assert isinstance(read_sources, Sources)
    sources = {source.label: source for source in read_sources.entries}
    for path in FILES:
        value = real(path)
        if not value.questions:  # it only takes questions up, which leave with the quizzes that hold them
            assert value.reuses, path.name
            continue
        sent, received, sent_again = again(value, name, sources)
        assert not [item.refused for item in received.items if item.refused], path.name
        assert not [item.lost for item in received.items if item.lost], path.name
        if value.situations:  # a case is repeated before each of its questions, which the report says: their names then begin with it
            sent, sent_again = _unnamed(sent), _unnamed(sent_again)
        assert sent == sent_again, path.name


def _unnamed(data: bytes) -> bytes:
    """Without the names of questions, and with one kind of break between a case and its question."""
    return re.sub(rb"<name>\s*<text>[^<]*</text>|::[^\n]*?::(?=\[html\])", b"", data)


def test_all_eight_types_come_back_as_they_were() -> None:
    """Compared as values: identities of answers, points, tags, hints, feedback; the report names all the rest."""
    value = quiz("\n\n".join(courses.EIGHT) if not isinstance(courses.EIGHT, str) else courses.EIGHT)
    _, received, _ = again(value, "moodle-xml")
    back = [quiz(item.text).questions[0] for item in received.items]
    assert [question.answer.identity() for question in back] == [question.answer.identity() for question in value.questions]
    assert [(question.kind, question.points, question.tags) for question in back] == [
        (question.kind, question.points, question.tags) for question in value.questions
    ]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("title", ["Complétez le texte.", "Qui signe ?", ""])
def test_a_text_with_a_gap_keeps_its_title_once(name: str, title: str) -> None:
    """« Complétez le texte. » is also what a text without a title gets."""
    sent, received, sent_again = again(quiz(f"## {title} {{#le-texte}}\n\nLe [[préfet | préfète]] signe.\n"), name)
    assert received.items[0].text == f"## {title or 'Complétez le texte.'}\n\nLe [[préfet | préfète]] signe."
    assert sent == sent_again


def test_images_leave_as_files_and_come_back() -> None:
    value = quiz("## Que montre ce plan ? {#le-plan}\n\n![Un plan](images/plan.png)\n\n- [x] Un quartier\n- [ ] Une forêt\n")
    sent, received, _ = again(value, "moodle-xml", images={"plan.png": picture()})
    (name,) = received.pictures
    assert f"![Un plan](images/{name})" in received.items[0].text
    assert b"@@PLUGINFILE@@/plan.png" in sent
    (missing,) = [loss for loss in FORMATS["moodle-xml"].write(value, {}, {}).losses if loss.id]
    assert missing.said == ("L’image « plan.png » n’est pas jointe.",)


def test_an_image_leaves_wherever_it_stands() -> None:
    asked = "## Lequel ? {#lequel}\n\n- [x] ![Un plan](images/plan.png)\n- [ ] Une forêt\n"
    value = quiz(f"---\nid : essai\ntitre : Essai\nleçon : une-lecon\n---\n\n![La carte](images/carte.png)\n\n{asked}")
    _, received, _ = again(value, "moodle-xml", images={"plan.png": picture(), "carte.png": picture(colour="red")})
    assert len(received.pictures) == 2
    assert any(name in received.introductions["Essai"] for name in received.pictures)
    told = {loss.id: loss.said for loss in FORMATS["moodle-xml"].write(value, {}, {}).losses}
    assert "L’image « carte.png » n’est pas jointe." in told[""]
    assert told["lequel"] == ("L’image « plan.png » n’est pas jointe.",)


@st.composite
def questions(draw: st.DrawFn) -> str:
    """A question whose words hold every sign of every format; as trainers cannot type some of them, what our own reader refuses is left out."""
    words = st.lists(WORDS.map(literal), min_size=3, max_size=5, unique_by=lambda text: re.sub(r"\W", "", text).casefold())
    title, *options = [draw(WORDS.map(literal)), *draw(words)]
    body = draw(st.sampled_from(["une", "plusieurs", "vrai", "ordre", "paires", "texte", "nombre"]))
    told = draw(st.booleans())
    lines = {
        "une": [f"- [{'x' if not place else ' '}] {text}" + ("\n  > Oui, *vraiment* : non." if told else "") for place, text in enumerate(options)],
        "plusieurs": [f"- [{'x' if place < 2 else ' '}] {text}" for place, text in enumerate(options)],
        "vrai": ["Réponse : Faux"],
        "ordre": [f"{place}. {text}" for place, text in enumerate(options, 1)],
        "paires": [f"- Gauche {place} => Droite {place} : ~=" for place, _ in enumerate(options)],
        "texte": ["Réponse :", "", "- [x] mot = « a:b » {c}", "- [ ] autre ~"],
        "nombre": ["Réponse : 1362,5 ± 10 | 14"],
    }[body]
    return "\n".join([f"## {title} {{#question-une}}", "", *lines, *(["", "> Parce que : a = b {c}."] if told and body != "ordre" else []), "", "Points : 2"])


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(text=questions())
def test_whatever_the_signs(name: str, text: str) -> None:
    value = sound(text)
    if value is None or any("Laissée de côté" in said for loss in FORMATS[name].write(value, {}, {}).losses for said in loss.said):
        return
    _, received, _ = again(value, name)
    (item,) = received.items
    assert not item.refused
    assert not [said for said in item.lost if "formule" not in said]
    (back,) = quiz(item.text).questions
    sent = FORMATS[name].write(value, {}, {}).data
    assert FORMATS[name].write(quiz(item.text.replace("\n", " {#question-une}\n", 1)), {}, {}).data == sent
    assert back.kind == value.questions[0].kind


def test_only_fractions_of_the_closed_list_leave_and_a_rounded_one_is_said() -> None:
    for right in range(1, 14):
        for wrong in range(1, 13):
            boxes = [f"- [x] Juste {place}" for place in range(right)] + [f"- [ ] Fausse {place}" for place in range(wrong)]
            value = quiz("## Lesquelles ? {#lesquelles}\n\n" + "\n".join(boxes))
            exported = FORMATS["moodle-xml"].write(value, {}, {})
            found = {each.get("fraction", "").lstrip("-") for each in ElementTree.fromstring(exported.data).iter("answer")}  # noqa: S314 — ours
            assert found <= {*FRACTIONS, "0"}
            exact = all(count in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20) for count in ((right, wrong) if right > 1 else (1,)))
            assert any("fraction exacte" in said for loss in exported.losses for said in loss.said) is not exact
            assert not bank(exported.data).items[0].lost or not exact
