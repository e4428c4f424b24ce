"""The pages of the review: questions asked, answered once, corrected, set aside, paused; nothing else moves."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from app.learner.review.rules import MISSES
from app.record.progress.rules import EventType, ProgressState
from tests.learner.review.reviewing import ASKING, Reviewer, finish_before
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import ALL_FOR_TODAY, DO_NOT_KNOW, NOT_ANSWERED_YET, YOUR_WRONG_ANSWER


def test_nothing_finished_nothing_asked(world: World) -> None:
    world.person()
    client = world.client()
    assert "À réviser" not in client.see("/").text
    assert "Terminez une leçon" in words_of(client.see("/revision"))
    assert client.get("/revision/question").status_code == 302
    assert client.get("/revision/entrainement").status_code == 302


def test_what_was_finished_is_asked_and_final_quizzes_are_not(reviewer: Reviewer) -> None:
    assert [item.place for item in reviewer.deck().items] == [("un-a-quiz", "un-a-quiz-1"), ("un-a-quiz", "un-a-quiz-2"), ("un-b", "question-1")]
    for element in ("deux-a", "deux-final"):
        reviewer.world.finish(reviewer.person, element)
    assert {item.document_id for item in reviewer.deck().items} == {"un-a-quiz", "un-b"}


def test_a_quiz_that_withholds_its_key_is_not_asked(world: World) -> None:
    """Sent without being passed, an attempt left; counted as done by a manager: the correction is not to be read there, and an answer here would show it."""
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", criterion="remis", tentatives=2))
    person, admin = world.person(), world.person("Une Admin", role=Role.ADMINISTRATOR)
    world.take(person, "un-a-quiz", share=0)
    world.decide(person, "deux-a-quiz", EventType.OVERRIDE_SET, admin)
    assert {world.state(person, "un-a-quiz"), world.state(person, "deux-a-quiz")} == {ProgressState.COMPLETE}
    reviewer = Reviewer(world, person, world.client())
    assert reviewer.deck().items == ()
    world.take(person, "un-a-quiz")
    reviewer.later(days=1)
    assert reviewer.session() == 2, "missed and found on one day: not known yet"
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", criterion="remis", tentatives=2, correction="jamais"))
    assert reviewer.deck().items == (), "nor what one has a card of"


def test_the_table_says_it_when_there_is_some(reviewer: Reviewer) -> None:
    assert "3 questions, 2 minutes" in words_of(reviewer.client.see("/"))
    assert reviewer.session() == 3
    assert "À réviser" not in reviewer.client.see("/").text
    assert ALL_FOR_TODAY in words_of(reviewer.client.see("/revision"))


def test_ten_days_later_the_right_questions_come_back(either_reviewer: Reviewer) -> None:
    """Missed ones the next day, known ones in four, what the quiz had found known already later: what was missed and not seen again is asked first."""
    reviewer = either_reviewer
    reviewer.open()
    reviewer.answer(right=False)
    reviewer.open()
    reviewer.answer()
    reviewer.open()
    reviewer.answer()
    missed = reviewer.logs()[0].card_id
    assert [log.rating for log in reviewer.logs()] == [1, 3, 3]
    reviewer.later(days=10)
    assert "2 questions" in words_of(reviewer.client.see("/revision"))
    reviewer.open()
    reviewer.answer()
    assert reviewer.logs()[-1].card_id == missed


def test_a_wrong_answer_leads_to_the_passage_that_teaches_it(world: World) -> None:
    """Of a quiz the lesson that its question names; of a lesson's own question the title under which it stands."""
    asked = "> [!QUESTION] Qui convoque le comité ?\n> - [x] Le préfet\n> - [ ] Le recteur"
    world.publish(courses.lesson("un-b", body=f"Un paragraphe.\n\n## Première partie {{#debut}}\n\nDes faits.\n\n{asked}\n\n## Fin {{#fin-de-partie}}\n\nFin."))
    person = world.person()
    finish_before(world, person, "un-b")
    reviewer = Reviewer(world, person, world.client())
    reviewer.open()
    assert reviewer.answer(right=False).link("Première partie") == "/lecons/un-b#debut"
    reviewer.later(days=40)
    reviewer.open()
    assert "À relire" not in words_of(reviewer.answer())


# --- Before the first review -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shares", "days"), [([1], 4), ([0, 1], 1)], ids=("known", "missed first"))
def test_what_a_quiz_asked_comes_back_another_day_by_its_answer(either: World, shares: list[int], days: int) -> None:
    person = either.person()
    for share in shares:
        either.take(person, "un-a-quiz", share=share)
    reviewer = Reviewer(either, person, either.client())
    for passed in range(days):
        assert reviewer.client.get("/revision/question").status_code == 302, passed
        assert "À réviser" not in reviewer.client.see("/").text
        reviewer.later(days=1)
    assert "2 questions" in words_of(reviewer.client.see("/"))
    reviewer.open()
    reviewer.answer()
    memory = reviewer.cards()[0].stability
    assert memory is not None
    assert (memory > 5) is (shares == [1]), "what the quiz measured is remembered with the answer"
    assert reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"]).exit_code == 0


def test_what_a_lesson_asked_comes_back_another_day(world: World) -> None:
    world.publish(courses.lesson("un-b", body=ASKING))
    person = world.person()
    world.finish(person, "un-b")
    reviewer = Reviewer(world, person, world.client())
    assert reviewer.session() == 0
    reviewer.later(days=1)
    assert reviewer.session() == 1


def test_a_quiz_taken_again_puts_its_questions_off_to_another_day(reviewer: Reviewer) -> None:
    reviewer.session()
    reviewer.later(days=40)
    assert "3 questions" in words_of(reviewer.client.see("/revision"))
    reviewer.world.take(reviewer.person, "un-a-quiz")
    assert reviewer.session() == 1, "that of the lesson"
    reviewer.later(days=1)
    assert reviewer.session() == 2


def test_an_answer_is_explained_at_once(reviewer: Reviewer) -> None:
    reviewer.open()
    page = reviewer.answer(right=False)
    assert YOUR_WRONG_ANSWER in words_of(page)
    assert "Elle reviendra le" in words_of(page)
    assert "À relire" in words_of(page)
    assert "point" not in words_of(page)


@pytest.mark.parametrize(("button", "rating"), [("Répondre sans certitude", 2), (DO_NOT_KNOW, 1)])
def test_one_says_that_one_is_not_sure(reviewer: Reviewer, button: str, rating: int) -> None:
    reviewer.open()
    reviewer.answer(button=button)
    assert reviewer.logs()[0].rating == rating


def test_slow_or_changed_is_hesitating(reviewer: Reviewer) -> None:
    reviewer.open()
    reviewer.world.clock.pass_by(minutes=2)
    reviewer.answer()
    reviewer.open()
    reviewer.answer(changed="1")
    reviewer.open()
    reviewer.answer(shown="jamais")
    assert [log.rating for log in reviewer.logs()] == [2, 2, 3]


def test_a_blank_answer_is_asked_again(reviewer: Reviewer) -> None:
    reviewer.open()
    page = reviewer.client.submit("Répondre", 422)
    assert NOT_ANSWERED_YET in words_of(page)
    reviewer.answer()
    assert len(reviewer.logs()) == 1


def test_an_unclear_typed_answer_is_asked_again_and_kept(world: World) -> None:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions="## En quelle année ? {#annee}\n\nRéponse : 2014"))
    person = world.person()
    finish_before(world, person, "un-a-quiz")
    reviewer = Reviewer(world, person, world.client())
    reviewer.open()
    page = reviewer.client.submit("Répondre", 422, texte="je ne sais plus trop")
    assert 'value="je ne sais plus trop"' in page.html
    assert reviewer.logs() == []


def test_two_windows_are_one_answer(reviewer: Reviewer) -> None:
    reviewer.open()
    form = reviewer.client.page.form("Répondre")
    right, wrong = reviewer.form(True), reviewer.form(False)
    first = reviewer.client.post(form["action"], data={**form["fields"], **right, "then": "sure"})
    second = reviewer.client.post(form["action"], data={**form["fields"], **wrong, "then": "sure"})
    assert first.headers["Location"] == second.headers["Location"]
    assert [log.rating for log in reviewer.logs()] == [3]
    assert "votre première réponse compte seule" in words_of(reviewer.client.see(second.headers["Location"]))


def test_the_same_card_twice_at_once_is_one_row(either_reviewer: Reviewer) -> None:
    reviewer = either_reviewer
    reviewer.open()
    form = reviewer.client.page.form("Répondre")
    data = {**form["fields"], **reviewer.form(True), "then": "sure"}
    clients = [reviewer.world.signed_in(reviewer.person) for _ in range(4)]
    tokens = [client.see("/revision/question").form("Répondre")["fields"]["csrf_token"] for client in clients]
    answers = reviewer.world.together(4, lambda place: clients[place].post(form["action"], data={**data, "csrf_token": tokens[place]}).status_code)
    assert answers == [303] * 4
    assert len(reviewer.logs()) == 1


def test_a_question_corrected_meanwhile_is_shown_as_it_is(reviewer: Reviewer) -> None:
    reviewer.open()
    reviewer.world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions="## Autre chose ? {#un-a-quiz-1}\n\n- [x] Juste 1\n- [ ] Fausse 1\n- [ ] Pire"))
    page = reviewer.client.submit("Répondre", 409, choix="c1", then="sure")
    assert "vient d’être corrigée" in words_of(page)
    assert "Autre chose ?" in words_of(page)
    reviewer.answer()
    assert len(reviewer.logs()) == 1


def test_a_question_withdrawn_meanwhile_gives_another(reviewer: Reviewer) -> None:
    reviewer.open()
    reviewer.world.withdraw("un-a-quiz")
    page = reviewer.client.submit("Répondre", choix="c1", then="sure")
    assert "n’est plus dans votre révision" in page.text
    assert "Qui convoque le comité ?" in page.text
    assert reviewer.logs() == []


def test_a_changed_question_starts_afresh(reviewer: Reviewer) -> None:
    reviewer.session()
    reviewer.world.clock.pass_by(days=1)
    reviewer.world.publish(courses.lesson("un-b", body=ASKING.replace("Le recteur", "La rectrice")))
    assert "1 question," in words_of(reviewer.client.see("/revision"))
    reviewer.open()
    reviewer.answer()
    card = next(card for card in reviewer.cards() if card.document_id == "un-b")
    assert card.answers == 2
    assert card.stability == pytest.approx(2.3065)
    assert "a changé depuis" in words_of(reviewer.client.see(f"/revision/reponses/{next(log.id for log in reviewer.logs() if log.card_id == card.id)}"))


def test_four_misses_withdraw_a_question_until_it_changes(reviewer: Reviewer) -> None:
    for number in range(MISSES):
        assert reviewer.session(right=False) == 3, number
        reviewer.later(days=8)
    assert all(card.withdrawn_at for card in reviewer.cards())
    last = words_of(reviewer.client.see(f"/revision/reponses/{reviewer.logs()[-1].id}"))
    assert "c’est elle, ou la leçon, qui est à revoir" in last
    assert "Elle reviendra" not in last
    reviewer.later(days=200)
    assert reviewer.session() == 0
    reviewer.world.publish(courses.lesson("un-b", body=ASKING.replace("convoque", "réunit")))
    assert reviewer.session() == 1
    assert reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"]).exit_code == 0
