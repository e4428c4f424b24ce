"""A question inside a lesson, as its reader's browser meets it: asked, answered in place, explained at once, and nothing kept."""

from __future__ import annotations

from itertools import cycle
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, expect

from app.assessment.models import Attempt, Response
from app.assessment.questions.in_lesson import EMPTY
from app.record.progress.rules import EventType
from tests.assessment.questions.in_lesson import BODY, QUESTIONS, SECRET, asking
from tests.browsers import arrive
from tests.nonsense import TEXTS
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient
from tests.words import ANSWER_AGAIN, SEE_ANSWER, UNANSWERED, YOUR_ANSWER

PATH = "/lecons/un-a"
SENT = {
    "1": {"q1-choix": "c1"},
    "4": {"q4-texte": "contrat de ville"},
    "5": {"q5-texte": "2013"},
    "8": {"q8-trou-0": "PEDT", "q8-trou-1": "périscolaires"},
}


@pytest.fixture
def asking_world(world: World) -> World:
    """A lesson that asks a question of each type."""
    world.publish(courses.lesson("un-a", quiz="un-a-quiz", body=BODY), change="mineure")
    world.person()
    return world


@pytest.fixture
def client(asking_world: World) -> StrictClient:
    return asking_world.client()


def block(page: Page, number: int) -> str:
    (section,) = (one for one in page.all("div") if one.get("id") == f"a-vous-{number}")
    return page.text_of(section).replace("\u202f", " ").replace("\u00a0", " ")


def answered(client: StrictClient, number: int, **fields: str) -> Page:
    query = "&".join(f"{name}={quote(value)}" for name, value in {"question": str(number), **fields}.items())
    return client.see(f"{PATH}?{query}")


def test_the_page_holds_every_question_and_no_answer(client: StrictClient) -> None:
    page = client.see(PATH)
    for number in range(1, len(QUESTIONS) + 1):
        assert block(page, number).startswith("À vous")
        assert "Vérifier" in block(page, number)
    assert SECRET not in words_of(page)
    assert "explication seule" not in words_of(page)
    assert "Il représente la commune." not in words_of(page)


def test_an_answer_comes_back_in_its_place(client: StrictClient) -> None:
    page = answered(client, 4, **{"q4-texte": "contrat de ville"})
    assert "Juste" in block(page, 4)
    assert SECRET in block(page, 4)
    assert "point" not in block(page, 4)
    assert "Répondez" not in block(page, 4)
    assert "explication seule" in words_of(page), "the note that the explanation calls"
    assert "Vérifier" in block(page, 5)
    page = answered(client, 5, **{"q5-texte": "2013"})
    assert "Faux" in block(page, 5)
    assert "2014" in block(page, 5)


def test_the_name_of_an_answered_question_says_how(client: StrictClient) -> None:
    """Focus goes to the block: what it is called is heard."""
    page = answered(client, 5, **{"q5-texte": "2014"})
    (section,) = (one for one in page.all("div") if one.get("id") == "a-vous-5")
    named = [page.text_of(one) for name in str(section.get("aria-labelledby")).split() for one in page.tree.iter() if one.get("id") == name]
    assert named == ["À vous", "Juste"]


def test_a_form_is_sent_and_answered_without_a_script(client: StrictClient) -> None:
    page = client.see(PATH)
    forms = [one for one in page.all("form") if str(one.get("action")).startswith(f"{PATH}#")]
    assert [one.get("action") for one in forms] == [f"{PATH}#a-vous-{number}" for number in range(1, len(QUESTIONS) + 1)]
    assert {one.get("method") for one in forms} == {"get"}


def test_without_an_answer_a_sentence_then_the_answer_if_one_wants_it(client: StrictClient) -> None:
    page = answered(client, 1)
    assert EMPTY.replace(" :", " :") in block(page, 1)
    assert SEE_ANSWER in block(page, 1)
    assert SECRET not in words_of(page)
    page = client.see(f"{PATH}?voir=1")
    assert UNANSWERED in block(page, 1)
    assert SECRET in block(page, 1)


def test_nothing_is_kept(asking_world: World, client: StrictClient) -> None:
    client.see(PATH)
    events = asking_world.ledger_size()
    for number, fields in SENT.items():
        answered(client, int(number), **fields)
    client.see(f"{PATH}?voir=2")
    assert asking_world.ledger_size() == events
    assert asking_world.events(1, "un-a") == [EventType.VIEWED]
    assert asking_world.count(Attempt) == asking_world.count(Response) == 0


def test_it_may_stand_in_a_point_of_view_and_among_what_to_keep(world: World) -> None:
    body = f"## Trois regards\n\n### Vu de l'État\n\nDes faits.\n\n{asking(QUESTIONS[0])}\n\n### Vu de la collectivité\n\nD'autres."
    world.publish(courses.lesson("un-a", quiz="un-a-quiz", body=body.replace("[^s2]", "")), change="mineure")
    world.person()
    page = world.client().see(f"{PATH}?question=1")
    (lens,) = (
        one for one in page.all("details") if one.get("class") == "lens" and "a-vous-1" in [each.get("id") for each in one.iter() if isinstance(each.tag, str)]
    )
    assert page.text_of(next(lens.iter("summary"))) == "Vu de l’État"
    assert EMPTY.split(".")[0] in block(page, 1)


def test_nonsense_gets_the_page_or_a_sentence(client: StrictClient) -> None:
    typed = (each for each in TEXTS if "\uffff" not in each)  # a page may not hold that one, and no field types it
    for name, text in zip(cycle(["q4-texte", "question", "q8-trou-0", "q1-choix"]), typed, strict=False):
        number = name[1] if name != "question" else "1"
        value = quote(text[:2000].encode("utf-8", "surrogatepass"))
        page = client.see(f"{PATH}?question={number}&{name}={value}")
        assert "À vous" in block(page, 1)


@pytest.mark.browser
def test_with_a_script_the_passage_stays_where_it_is(asking_world: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}{PATH}")
    question = tab.locator("#a-vous-4")
    question.get_by_label(YOUR_ANSWER).fill("contrat de ville")
    question.get_by_role("button", name="Vérifier").focus()
    before = tab.evaluate("scrollY")
    tab.keyboard.press("Enter")
    expect(question.locator(".verdict")).to_contain_text("Juste")
    expect(question).to_be_focused()
    expect(question).to_have_accessible_name("À vous Juste")
    assert abs(tab.evaluate("scrollY") - before) < 400
    assert "question=" not in tab.url
    expect(tab.locator(".notes")).to_contain_text("explication seule")
    tab.locator("#a-vous-5").get_by_label(YOUR_ANSWER).fill("1")
    tab.locator("#a-vous-5").get_by_role("button", name="Vérifier").click()
    expect(tab.locator("#a-vous-5 .verdict")).to_contain_text("Faux")
    expect(question.locator(".verdict")).to_contain_text("Juste")
    question.get_by_role("link", name=ANSWER_AGAIN).click()
    expect(question.get_by_label(YOUR_ANSWER)).to_have_value("")


NOTED = """Un texte sans note.

> [!QUESTION]
> Vrai ?
>
> Réponse : Vrai
>
> Explication : Oui.[^une]

Du texte.

> [!QUESTION]
> Faux ?
>
> Réponse : Faux
>
> Explication : Non.[^autre]

Du texte.

> [!QUESTION]
> Vrai encore ?
>
> Réponse : Vrai
>
> Explication : Oui, sans note.

[^une]: La première source.
[^autre]: La seconde source.
"""


@pytest.mark.browser
def test_with_a_script_each_answer_opens_its_own_source(world: World, context: BrowserContext, live: str) -> None:
    world.publish(courses.lesson("un-a", quiz="un-a-quiz", body=NOTED), change="mineure")
    world.person()
    tab = arrive(context, f"{live}{PATH}")

    def answer(number: int, words: str) -> None:
        tab.locator(f"#a-vous-{number}").get_by_label(words).check()
        tab.locator(f"#a-vous-{number}").get_by_role("button", name="Vérifier").click()
        expect(tab.locator(f"#a-vous-{number} .verdict")).to_contain_text("Juste")

    answer(1, "Vrai")
    expect(tab.locator(".lesson-text > .notes:last-child")).to_contain_text("La première source", use_inner_text=False)
    answer(3, "Vrai")
    expect(tab.locator(".notes")).to_contain_text("La première source", use_inner_text=False)
    expect(tab.locator("#a-vous-1 .verdict")).to_be_visible()
    answer(2, "Faux")
    tab.locator("#a-vous-2").get_by_role("button", name="Source 1").click()
    expect(tab.locator(".source-card:popover-open")).to_contain_text("La seconde source")
