"""What is answered: asked again where it is unclear, given back after the session, marked as it was shown whatever is edited meanwhile."""

from __future__ import annotations

from sqlalchemy import select

from app.learner.positioning.models import PositioningAnswer, PositioningResult
from tests.learner.positioning import taking
from tests.learner.positioning.taking import HOME, answer_all, begin, pool, right, send, waiting
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import DO_NOT_KNOW, KNOWN_ALREADY, STOP_AND_SEE_RESULT, YOU_LEAVE_FROM_HERE


def test_blank_unclear_and_incomplete_answers_are_asked_again(tested: World, client: StrictClient) -> None:
    number = "## Combien ? {#combien}\n\nRéponse : 12\n\nNiveau : 2"
    pairs = "## Associez. {#paires}\n\n- Préfet => État\n- Maire => Commune\n\nNiveau : 2"
    tested.publish(
        courses.quiz("positionnement-mod-un", module="mod-un", questions=number), courses.quiz("positionnement-mod-deux", module="mod-deux", questions=pairs)
    )
    begin(client)
    for _ in range(2):
        if "Combien" in client.page.h1 + words_of(client.page):
            assert "choisissez « Je ne sais pas »" in words_of(client.submit("Répondre", 422))
            page = client.submit("Répondre", 422, texte="12 ou 13")
            assert page.form("Répondre")["fields"]["texte"] == "12 ou 13"
            assert tested.count(PositioningAnswer, question_id="combien", right=None) == 1
            client.submit("Répondre", texte="12")
        else:
            first = next(select for select in client.page.all("select"))
            value = next(option.get("value") for option in first.iter("option") if option.get("value"))
            page = client.submit("Répondre", 422, **{first.get("name"): value})
            assert "Il reste 1 ligne sans réponse" in words_of(page)
            assert page.form("Répondre")["fields"][first.get("name")] == value
            client.submit(DO_NOT_KNOW)
    assert tested.read(lambda session: dict(session.execute(select(PositioningAnswer.question_id, PositioningAnswer.right)).all())) == {
        "combien": True,
        "paires": False,
    }


def test_a_second_tab_changes_nothing_that_was_answered(tested: World, client: StrictClient) -> None:
    other = tested.client()
    begin(client)
    other.see("/positionnement/1/questions/1")
    row = waiting(tested, 1)
    assert row is not None
    client.submit("Répondre", **right(row))
    page = other.submit(DO_NOT_KNOW)
    assert page.h1.startswith("Question 2")
    assert "avait déjà sa réponse" in words_of(page)
    assert tested.count(PositioningAnswer, right=True) == 1
    client.submit(STOP_AND_SEE_RESULT)
    page = other.submit(DO_NOT_KNOW)
    assert page.h1 == YOU_LEAVE_FROM_HERE
    assert tested.count(PositioningAnswer) == 1


def test_a_question_edited_or_withdrawn_meanwhile_is_marked_as_it_was_shown(tested: World, client: StrictClient) -> None:
    begin(client)
    row = waiting(tested, 1)
    assert row is not None
    tested.publish(pool(row.module_id, " autrement "))
    client.see("/positionnement/1/questions/1")
    assert "autrement" not in words_of(client.page)
    client.submit("Répondre", **right(row))
    assert tested.count(PositioningAnswer, right=True) == 1
    second = waiting(tested, 1)
    assert second is not None
    tested.withdraw(*(f"positionnement-{module}" for module in taking.MODULES))
    page = client.submit("Répondre", **right(second, "" if second.module_id != row.module_id else " autrement"))
    assert page.h1 == YOU_LEAVE_FROM_HERE
    assert tested.count(PositioningAnswer, right=True) == 2
    assert tested.count(PositioningResult) == len({row.module_id, second.module_id})


def test_the_pool_of_a_module_withdrawn_meanwhile(tested: World, client: StrictClient) -> None:
    begin(client)
    client.submit(DO_NOT_KNOW)
    tested.withdraw("positionnement-mod-deux")
    answer_all(tested, client)
    assert client.page.h1 == YOU_LEAVE_FROM_HERE
    assert KNOWN_ALREADY not in words_of(client.see(HOME))
    tested.withdraw("positionnement-mod-un")
    tested.person("Ali Benali")
    other = tested.client("Ali Benali")
    assert "Aucune question de positionnement" in words_of(other.see(HOME))
    assert "positionnement" not in words_of(other.see("/"))
    send(other, HOME, 422)
