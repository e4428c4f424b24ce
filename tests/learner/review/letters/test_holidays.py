"""Days without a letter, and school holidays that pause the review: for whoever chose a zone, whether the site sends mail or not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import email_preferences
from app.learner.review import emails
from app.learner.review import services as review_services
from app.learner.review.deck import ReviewChoice
from app.learner.review.queries import LETTER
from app.learner.review.services import choose_zone
from app.platform.db import in_chunks
from app.platform.french import day_of
from tests.identity.builders import statements
from tests.learner.review.letters.sending import asking, send
from tests.learner.review.reviewing import Reviewer
from tests.record.world import words_of
from tests.words import PAUSED_UNTIL, RESUME_NOW


@pytest.mark.parametrize("day", [4, 5, 31])
def test_no_letter_on_a_week_end_nor_on_a_holiday(reviewer: Reviewer, day: int) -> None:
    """28 and 29 November, then Christmas: the next working day sends it."""
    asking(reviewer)
    reviewer.world.clock.pass_by(days=day)
    assert send(reviewer) == 0


def test_the_school_holidays_of_a_zone_pause_by_themselves(either_reviewer: Reviewer) -> None:
    reviewer = asking(either_reviewer)
    reviewer.session()
    due = {card.id: card.due for card in reviewer.cards()}
    reviewer.client.see("/revision")
    reviewer.client.submit("Enregistrer", zone="B")
    reviewer.later(days=27)  # Monday 21 December
    assert send(reviewer) == 0
    assert {card.id: (card.due or due[card.id]) - due[card.id] for card in reviewer.cards()} == dict.fromkeys(due, timedelta(days=14))  # type: ignore[operator]
    assert PAUSED_UNTIL in words_of(reviewer.client.see("/revision"))
    reviewer.client.submit(RESUME_NOW)
    reviewer.world.clock.pass_by(days=1)
    assert send(reviewer) == 1, "whoever took it up again in the holidays is not paused again"


def zoned(reviewer: Reviewer, *others: str) -> None:
    """In zone B, on the first Monday of its holidays."""
    people = [reviewer.person, *(reviewer.world.person(name) for name in others)]

    def choose(session: Session) -> None:
        for person in people:
            choose_zone(session, person, "B")

    reviewer.world.write(choose)
    reviewer.later(days=27)


def test_a_site_without_mail_offers_no_letter(reviewer: Reviewer) -> None:
    """What somebody asked for when it sent some stays."""
    reviewer.world.write(lambda session: email_preferences.accept(session, reviewer.person, LETTER, reviewer.world.clock.now()))
    assert "par courriel" not in words_of(reviewer.client.see("/revision"))
    reviewer.client.submit("Enregistrer", zone="B")
    assert reviewer.world.read(lambda session: email_preferences.wants(session, reviewer.person, LETTER))


def test_a_site_without_mail_pauses_for_holidays_too(reviewer: Reviewer) -> None:
    zoned(reviewer)
    run = reviewer.world.app.test_cli_runner().invoke
    assert "Aucune lettre ne part" in run(args=["letters", "send"]).output
    assert "1 révision mise en pause" in run(args=["review", "pause"]).output.replace("\N{NO-BREAK SPACE}", " ")
    assert PAUSED_UNTIL in words_of(reviewer.client.see("/revision"))


def test_holidays_move_cards_under_the_lock_of_their_people(either_reviewer: Reviewer) -> None:
    """An answer of the same moment is neither lost nor undone: cards are read once it is written."""
    either_reviewer.session()
    zoned(either_reviewer)
    with statements(either_reviewer.world.app) as sent, either_reviewer.world.app.app_context():
        assert emails.begin_holidays(day_of(either_reviewer.world.clock.now())) == 1
    lock = next(place for place, one in enumerate(sent) if "FROM person" in one)
    again = [one for one in sent[lock:] if "FROM review_" in one]
    assert [re.search("FROM (review_[a-z]+)", one).group(1) for one in again] == ["review_choice", "review_choice", "review_card"]  # type: ignore[union-attr]
    assert not [one for one in sent[:lock] if "review_card" in one]


def test_holidays_are_one_short_transaction_after_another(reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails later takes nothing back."""
    zoned(reviewer, "Karim Haddouche")
    monkeypatch.setattr(review_services, "in_chunks", lambda values: in_chunks(values, 1))
    begun = iter((review_services.pause_for_holidays,))
    monkeypatch.setattr(emails, "pause_for_holidays", lambda *given: next(begun)(*given))
    with reviewer.world.app.app_context(), pytest.raises(StopIteration):
        emails.begin_holidays(day_of(reviewer.world.clock.now()))
    assert sorted(map(bool, reviewer.world.read(lambda session: session.scalars(select(ReviewChoice.paused_until)).all()))) == [False, True]
