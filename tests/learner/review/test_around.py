"""Around the review: set aside, practice, pauses, the curve, merging, verification, what must not move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.assessment.models import Attempt
from app.learner.review.deck import ReviewCard, ReviewLog
from app.learner.review.services import follow_merge
from app.record.progress.models import LearningEvent
from tests.learner.review.reviewing import Reviewer, finish_before
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import ASK_NO_MORE, NOT_ANSWERED_YET, PAUSE_IT, PAUSED_UNTIL, RESUME_NOW, RIGHT_ANSWER


def test_a_question_is_set_aside_and_taken_back(reviewer: Reviewer) -> None:
    reviewer.open()
    page = reviewer.client.submit(ASK_NO_MORE)
    assert "2 questions" in words_of(page)
    reviewer.client.submit("Reprendre cette question")
    assert "3 questions" in words_of(reviewer.client.see("/revision"))
    assert reviewer.session() == 3


def test_practice_writes_nothing(reviewer: Reviewer) -> None:
    reviewer.session()
    before = reviewer.world.count(ReviewLog), reviewer.world.count(ReviewCard), reviewer.world.ledger_size()
    page = reviewer.client.see("/revision/entrainement")
    assert NOT_ANSWERED_YET in words_of(reviewer.client.submit("Vérifier", 200))
    key = page.form("Vérifier")["fields"]["carte"]
    item = reviewer.deck().at(key)
    assert item is not None
    reviewer.client.submit("Vérifier", 200, choix="c1")
    assert RIGHT_ANSWER in words_of(reviewer.client.page) or "juste" in words_of(reviewer.client.page)
    reviewer.client.see(reviewer.client.page.link("Une autre question"))
    assert (reviewer.world.count(ReviewLog), reviewer.world.count(ReviewCard), reviewer.world.ledger_size()) == before


def test_a_pause_puts_everything_off_and_its_end_brings_it_back(either_reviewer: Reviewer) -> None:
    reviewer = either_reviewer
    reviewer.session()
    before = {card.id: card.due for card in reviewer.cards()}
    reviewer.client.see("/revision")
    page = reviewer.client.submit(PAUSE_IT, until="2026-12-04")
    assert PAUSED_UNTIL in words_of(page)
    assert {card.id: card.due for card in reviewer.cards()} == {number: due + timedelta(days=10) for number, due in before.items() if due}
    assert reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"]).exit_code == 0
    reviewer.world.clock.pass_by(days=4)
    assert "À réviser" not in reviewer.client.see("/").text
    reviewer.client.see("/revision")
    reviewer.client.submit(RESUME_NOW)
    assert {card.id: card.due for card in reviewer.cards()} == {number: due + timedelta(days=4) for number, due in before.items() if due}


def test_the_end_of_a_pause_brings_nothing_forward_that_was_answered_during_it(either_reviewer: Reviewer) -> None:
    reviewer = either_reviewer
    form = reviewer.open().form("Répondre")
    answer = {**form["fields"], **reviewer.form(True), "then": "sure"}
    reviewer.client.see("/revision")
    reviewer.client.submit(PAUSE_IT, until="2026-12-24")
    reviewer.world.clock.pass_by(days=1)
    assert reviewer.client.post(form["action"], data=answer).status_code == 303
    reviewer.world.clock.pass_by(days=4)
    reviewer.client.see("/revision")
    reviewer.client.submit(RESUME_NOW)
    assert [card.due for card in reviewer.cards()] == [log.due for log in reviewer.logs()]
    assert [card.put_off for card in reviewer.cards()] == [0]


def test_a_pause_that_reaches_the_holidays_lasts_as_long_as_they_do(reviewer: Reviewer) -> None:
    """Until the day on which they begin, it would have them taken for days on which one took the review up again."""
    reviewer.client.see("/revision")
    reviewer.client.submit("Enregistrer", zone="B")
    page = reviewer.client.submit(PAUSE_IT, until="2026-12-19")
    assert "en pause jusqu’au 4 janvier 2027, fin des vacances de votre zone." in page.text
    reviewer.later(days=30)
    reviewer.client.see("/revision")
    reviewer.client.submit(RESUME_NOW)
    page = reviewer.client.submit(PAUSE_IT, until="2026-12-28")
    assert "en pause jusqu’au 28 décembre 2026." in page.text, "in the holidays themselves one says when they end"


@pytest.mark.parametrize("typed", ["", "demain", "2026-11-24", "2020-01-01", "2036-01-01", "31/02/2027", "0000-00-00"])
def test_a_wrong_day_is_refused_and_kept(reviewer: Reviewer, typed: str) -> None:
    reviewer.client.see("/revision")
    page = reviewer.client.submit(PAUSE_IT, 422, until=typed)
    assert "Donnez un jour à venir" in words_of(page)
    assert f'value="{typed}"' in page.html


def test_marks_completion_and_attempts_do_not_move(reviewer: Reviewer) -> None:
    def held() -> tuple[object, ...]:
        states = reviewer.world.projection(reviewer.person)
        return states, reviewer.world.count(LearningEvent), reviewer.world.count(Attempt), reviewer.world.progress(reviewer.person)

    before = held()
    reviewer.session(right=False)
    assert held() == before


def test_another_persons_answer_does_not_exist(reviewer: Reviewer) -> None:
    reviewer.session()
    reviewer.world.person("Karim Haddouche")
    other = reviewer.world.client("Karim Haddouche")
    for log in reviewer.logs():
        other.see(f"/revision/reponses/{log.id}", 404)
    page = other.see("/revision")
    token = page.form("Enregistrer")["fields"]["csrf_token"]
    for path in ("/revision/ecartees", "/revision/reprises"):
        assert other.post(path, data={"csrf_token": token, "card": reviewer.deck().items[0].key}).status_code == 404


def test_no_page_counts_what_waits(world: World) -> None:
    questions = "\n\n".join(f"## Question {number} ? {{#q-{number}}}\n\n- [x] Oui\n- [ ] Non" for number in range(40))
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions=questions))
    person = world.person()
    finish_before(world, person, "un-a-quiz")
    reviewer = Reviewer(world, person, world.client())
    for _ in range(4):
        assert reviewer.session() == 10
        reviewer.later(days=8)
    reviewer.later(days=60)
    for address in ("/", "/revision", "/revision/question"):
        assert not {"40", "30"} & set(words_of(reviewer.client.see(address)).split())


def test_the_curve_is_drawn_and_said(reviewer: Reviewer) -> None:
    assert "se dessinera ici" in words_of(reviewer.client.see("/revision/memoire"))
    reviewer.session()
    reviewer.later(days=15)
    page = reviewer.client.see("/revision/memoire")
    assert "vous sauriez répondre à environ" in words_of(page)
    assert "<svg" in page.html
    assert page.all("table")


def test_a_merge_takes_the_memory_along(either_reviewer: Reviewer) -> None:
    reviewer = either_reviewer
    reviewer.session()
    other = reviewer.world.person("Karim Haddouche")
    finish_before(reviewer.world, other, "un-a-quiz", "un-b")
    second = Reviewer(reviewer.world, other, reviewer.world.client("Karim Haddouche"))
    second.open()
    second.answer(right=False)
    reviewer.world.write(lambda session: follow_merge(session, other, reviewer.person))
    rows = reviewer.world.read(lambda session: session.execute(select(ReviewCard.person_id, ReviewCard.answers, ReviewCard.misses)).all())
    assert sorted(map(tuple, rows)) == [(other, 1, 0), (other, 1, 0), (other, 1, 1)]
    assert reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"]).exit_code == 0


def test_a_merge_keeps_the_card_that_was_answered_more(either_reviewer: Reviewer) -> None:
    """Setting a question aside makes a card without an answer: it does not delete what the other account answered."""
    reviewer = either_reviewer
    reviewer.session()
    other = reviewer.world.person("Karim Haddouche")
    finish_before(reviewer.world, other, "un-a-quiz")
    second = Reviewer(reviewer.world, other, reviewer.world.client("Karim Haddouche"))
    second.open()
    second.client.submit(ASK_NO_MORE)
    reviewer.world.write(lambda session: follow_merge(session, other, reviewer.person))
    assert [(card.person_id, card.answers) for card in reviewer.cards()] == [(other, 1)] * 3
    assert sum(card.set_aside_at is not None for card in reviewer.cards()) == 1
    assert len(reviewer.logs()) == 3
    assert reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"]).exit_code == 0


def test_a_card_that_does_not_follow_its_log_is_told(reviewer: Reviewer) -> None:
    reviewer.session()

    number = reviewer.cards()[0].id
    reviewer.world.write(lambda session: session.execute(update(ReviewCard).where(ReviewCard.id == number).values(misses=3)))
    result = reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"])
    assert result.exit_code == 1
    assert "carte ne suit pas son journal" in result.output


def typing(world: World) -> Reviewer:
    """Whose question is answered in writing, and open."""
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions="## Quel contrat ? {#contrat}\n\nRéponse : contrat de ville"))
    person = world.person()
    finish_before(world, person, "un-a-quiz")
    reviewer = Reviewer(world, person, world.client())
    reviewer.open()
    return reviewer
