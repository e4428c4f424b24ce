"""The weekly letter: to whom, how often, what it says; each of its addresses answered once, from any browser."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from app.identity import email_preferences, emails
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.review.deck import LetterQuestion, ReviewChoice
from app.learner.review.emails import digest
from app.platform.mail.outbox import compose
from tests.identity.builders import statements
from tests.learner.review.letters.sending import addresses, asking, letters, send, stranger
from tests.learner.review.reviewing import ASKING, Reviewer
from tests.record import courses
from tests.record.world import words_of
from tests.words import NOT_ANSWERED_YET, PAUSE_IT, YOUR_RIGHT_ANSWER, YOUR_WRONG_ANSWER


def test_nobody_gets_one_who_did_not_ask(either_reviewer: Reviewer) -> None:
    assert send(either_reviewer) == 0
    assert letters(either_reviewer) == []
    page = either_reviewer.client.get("/compte/courriels", follow_redirects=True).get_data(as_text=True)
    assert re.search(r'value="revision">', page)


def test_it_asks_three_questions_once_a_week(either_reviewer: Reviewer) -> None:
    reviewer = asking(either_reviewer)
    assert [send(reviewer), send(reviewer)] == [1, 0]
    assert len(addresses(reviewer)) == 3
    reviewer.world.clock.pass_by(days=6)
    assert send(reviewer) == 0
    reviewer.world.clock.pass_by(days=1)
    assert send(reviewer) == 1


def test_it_goes_first_to_what_is_nearest_to_being_forgotten(either_reviewer: Reviewer) -> None:
    reviewer = asking(either_reviewer)
    reviewer.open()
    reviewer.answer()
    reviewer.open()
    reviewer.answer(right=False)
    frail = reviewer.cards()[1].question_id
    reviewer.world.clock.pass_by(days=9)
    assert send(reviewer) == 1
    first = reviewer.world.read(lambda session: session.scalars(select(LetterQuestion.question_id).order_by(LetterQuestion.id)).first())
    assert first == frail


def test_it_gives_no_key_away(either_reviewer: Reviewer) -> None:
    """A card may be of a quiz that never shows its correction any more; and a question that is on its way shows it to nobody."""
    reviewer = asking(either_reviewer)
    send(reviewer)
    path = addresses(reviewer)[0]
    reviewer.session()
    reviewer.world.publish(courses.quiz("un-a-quiz", lesson="un-a", correction="jamais"))
    stranger(reviewer).see(path, 404)
    reviewer.world.clock.pass_by(days=9)
    assert send(reviewer) == 1
    assert len(addresses(reviewer)) == 1


def test_it_asks_other_questions_from_week_to_week(either_reviewer: Reviewer) -> None:
    """Nobody answers: what a letter asked comes after the others for four weeks, then in its turn."""
    reviewer = asking(either_reviewer)
    reviewer.world.publish(courses.quiz("un-a-quiz", lesson="un-a", count=6))
    asked: list[set[str]] = []
    for _ in range(5):
        assert send(reviewer) == 1
        rows = reviewer.world.read(lambda session: list(session.scalars(select(LetterQuestion.question_id).order_by(LetterQuestion.id.desc()).limit(3))))
        asked.append(set(rows))
        reviewer.world.clock.pass_by(days=7)
    assert len(set.union(*asked[:3])) == 7
    assert not asked[0] & asked[1]
    reviewer.session()
    reviewer.world.clock.pass_by(days=21)
    assert send(reviewer) == 1


def test_it_says_neither_name_nor_score_and_is_stopped_by_one_click(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    letter = letters(reviewer)[0]
    for text in (letter.text, letter.html):
        assert "Inès" not in text
        assert "Carpentier" not in text
        assert "%" not in text
    with reviewer.world.app.app_context():  # the site's name is in its database
        message = compose(reviewer.world.app.config["CROISEE"], letter, reviewer.world.clock.now())
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {part.get_content_type() for part in message.iter_parts()} == {"text/plain", "text/html"}
    stop = message["List-Unsubscribe"].strip("<>").removeprefix("https://croisee.example")
    assert stranger(reviewer).post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    reviewer.world.clock.pass_by(days=8)
    assert send(reviewer) == 0
    assert not reviewer.world.read(lambda session: email_preferences.wants(session, reviewer.person, emails.KIND))


def test_it_is_answered_from_another_browser_and_explained(either_reviewer: Reviewer) -> None:
    reviewer = asking(either_reviewer)
    send(reviewer)
    client = stranger(reviewer)
    page = client.see(addresses(reviewer)[0])
    assert "Inès" not in page.text
    assert reviewer.logs() == []
    right = next(option for option in page.all("label") if "Juste" in page.text_of(option) or "préfet" in page.text_of(option))
    page = client.submit("Répondre", choix=right.get("for"))
    assert YOUR_RIGHT_ANSWER in words_of(page)
    assert [(log.rating, log.by_mail) for log in reviewer.logs()] == [(3, True)]
    assert client.get("/progression").status_code == 302, "no account was opened"
    assert reviewer.world.app.test_cli_runner().invoke(args=["review", "verify"]).exit_code == 0


def test_a_wrong_answer_is_no_rating(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    client = stranger(reviewer)
    page = client.see(addresses(reviewer)[0])
    wrong = next(option for option in page.all("label") if "Fausse" in page.text_of(option) or "recteur" in page.text_of(option))
    assert YOUR_WRONG_ANSWER in words_of(client.submit("Répondre", choix=wrong.get("for")))
    assert reviewer.logs() == []
    assert reviewer.cards() == []


def test_a_scanner_that_opens_everything_changes_nothing(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    client = stranger(reviewer)
    for address in addresses(reviewer):
        for _ in range(3):
            assert client.get(address).status_code == 200
            assert client.head(address).status_code == 200
    assert reviewer.world.count(LetterQuestion, answered_at=None) == 3
    assert reviewer.logs() == []


def test_a_replay_is_told_and_changes_nothing(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    address, client = addresses(reviewer)[0], stranger(reviewer)
    form = client.see(address).form("Répondre")
    data = {**form["fields"], "choix": "c1"}
    assert client.post(address, data=data).status_code == 303
    stored = reviewer.world.read(lambda session: session.scalars(select(LetterQuestion.readable).order_by(LetterQuestion.id)).first())
    response = client.post(address, data={**data, "choix": "c2"}, follow_redirects=True)
    assert "Vous avez déjà répondu à cette question" in response.get_data(as_text=True)
    assert reviewer.world.read(lambda session: session.scalars(select(LetterQuestion.readable).order_by(LetterQuestion.id)).first()) == stored
    assert len(reviewer.logs()) <= 1


def test_the_same_answer_twice_at_once_is_one(either_reviewer: Reviewer) -> None:
    reviewer = asking(either_reviewer)
    send(reviewer)
    address, clients = addresses(reviewer)[0], [stranger(reviewer) for _ in range(4)]
    pages = [client.see(address) for client in clients]
    right = next(option.get("for") for option in pages[0].all("label") if re.search("Juste|préfet", pages[0].text_of(option)))
    forms = [{**page.form("Répondre")["fields"], "choix": right} for page in pages]
    assert set(reviewer.world.together(4, lambda place: clients[place].post(address, data=forms[place]).status_code)) == {303}
    assert len(reviewer.logs()) == 1


def test_an_answer_locks_the_person_before_the_question(either_reviewer: Reviewer) -> None:
    """In the order of whoever merges accounts: neither waits for the other for ever."""
    reviewer = asking(either_reviewer)
    send(reviewer)
    client = stranger(reviewer)
    client.see(addresses(reviewer)[0])
    with statements(reviewer.world.app) as sent:
        client.submit("Répondre", choix="c1", follow=False)
    firsts = [
        next(place for place, one in enumerate(sent) if one.lstrip().startswith(begin))
        for begin in ("SELECT person.id \nFROM person", "UPDATE letter_question")
    ]
    locking = [place for place, one in enumerate(sent) if "FOR UPDATE OF letter_question" in one]
    assert firsts == sorted(firsts)
    assert not locking or firsts[0] < locking[0]


@pytest.mark.parametrize("token", ["forge", "A" * 22, "é", "%00", "../../x"])
def test_a_forged_address_is_refused(reviewer: Reviewer, token: str) -> None:
    send(asking(reviewer))
    response = stranger(reviewer).get(f"/revision/lettre/{token}")
    assert response.status_code == 404


def test_an_expired_address_is_refused_with_a_sentence(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    client, address = stranger(reviewer), addresses(reviewer)[0]
    form = client.see(address).form("Répondre")
    reviewer.world.clock.pass_by(days=7)
    assert "attend sept jours" in words_of(client.see(address, 404))
    assert client.post(address, data={**form["fields"], "choix": "c1"}).status_code == 404
    assert reviewer.world.count(LetterQuestion, answered_at=None) == 3


def test_whoever_signed_in_as_another_is_refused(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    reviewer.world.person("Karim Haddouche")
    other, address = reviewer.world.client("Karim Haddouche"), addresses(reviewer)[0]
    token = other.see("/revision").form("Enregistrer")["fields"]["csrf_token"]
    assert "à une autre personne" in words_of(other.see(address, 404))
    assert other.post(address, data={"csrf_token": token, "choix": "c1"}).status_code == 404
    assert reviewer.world.count(LetterQuestion, answered_at=None) == 3


def test_a_question_that_changed_is_not_asked(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    digests = {row.question_id: row.digest for row in reviewer.world.read(lambda session: list(session.scalars(select(LetterQuestion))))}
    reviewer.world.publish(courses.lesson("un-b", body=ASKING.replace("convoque", "réunit")))
    address = next(one for one in addresses(reviewer) if digest(one.rpartition("/")[2]) == digests["question-1"])
    assert "a changé, ou a quitté le cours" in words_of(stranger(reviewer).see(address, 404))


def test_a_closed_account_answers_nothing(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    reviewer.world.write(lambda session: session.execute(update(Person).where(Person.id == reviewer.person).values(active=False)))
    stranger(reviewer).see(addresses(reviewer)[0], 404)
    reviewer.world.clock.pass_by(days=8)
    assert send(reviewer) == 0


def test_only_digests_are_stored(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    tokens = [address.rpartition("/")[2] for address in addresses(reviewer)]
    stored = reviewer.world.read(lambda session: set(session.scalars(select(LetterQuestion.digest))))
    assert stored == {digest(token) for token in tokens}
    assert all(len(token) >= 22 for token in tokens)


def test_an_unclear_answer_is_asked_again(reviewer: Reviewer) -> None:
    send(asking(reviewer))
    client = stranger(reviewer)
    client.see(addresses(reviewer)[0])
    assert NOT_ANSWERED_YET in words_of(client.submit("Répondre", 422))
    assert reviewer.world.count(LetterQuestion, answered_at=None) == 3


def test_a_pause_writes_nothing(reviewer: Reviewer) -> None:
    asking(reviewer)
    reviewer.client.see("/revision")
    reviewer.client.submit(PAUSE_IT, until="2026-12-20")
    assert send(reviewer) == 0
    assert reviewer.world.count(ReviewChoice) == 1


def test_no_copy_of_the_data_holds_an_address_that_answers(reviewer: Reviewer) -> None:
    """A letter on its way stands in the person's copy and in an administrator's: whoever reads either may not answer by it, nor refuse letters."""
    send(asking(reviewer))
    reviewer.world.person("Une Admin", role=Role.ADMINISTRATOR)
    keys = [address.rpartition("/")[2] for address in addresses(reviewer)] + [
        email_preferences.make_token(reviewer.world.app.config["CROISEE"].secret_key, reviewer.person)
    ]
    admin = reviewer.world.client("Une Admin")
    for client, path in ((reviewer.client, "/compte/mes-donnees"), (admin, f"/administration/personnes/{reviewer.person}/donnees")):
        for text in (client.see(path).html, client.get(f"{path}.json").get_data(as_text=True)):
            assert "lien personnel" in text
            assert not [key for key in keys if key in text]
