"""The day's letters: to whom, once, whatever happens to the run."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.administration.accounts import merging
from app.content.store.queries import course
from app.identity.models import Membership, Person, Scope
from app.identity.rules import Role
from app.platform.db import db
from app.platform.mail import outbox
from app.record.progress.models import CohortMember
from app.reporting.reminders import plan as remind_queries
from app.reporting.reminders import services as reminders
from app.reporting.reminders.models import Reminder, ReminderAnswer, ReminderCause
from app.reporting.week.monday import Digest
from tests.making import make_app, make_settings
from tests.record import courses
from tests.reporting.reminders.reminding import LENS, LILLE, NORD, SITE, Network, small_network, ticking

FIRST, MONDAY = date(2026, 11, 2), date(2026, 11, 30)
RESUME = "reprendre votre parcours"


@pytest.fixture
def either(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Network:
    """On each database in turn."""
    return small_network(any_app, monkeypatch, FIRST)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    return small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, FIRST)


def silent(network: Network, *names: str, territory: str = LENS) -> list[int]:
    """People who opened one lesson on the first day, and nothing since."""
    people = [network.learner(name, territory) for name in names]
    for person in people:
        network.look(person, "un-a")
    return people


def test_two_rules_are_one_letter_and_a_second_run_writes_nothing(either: Network) -> None:
    network = either
    author = network.manager(LENS, name="Nadia Lefebvre")
    silent(network, "Inès Carpentier")
    rules = [network.rule(author, territory_id=LENS, words="Courage."), network.rule(author, territory_id=LENS, days=20, words="Appelez-moi.\n\nNadia")]
    network.at(MONDAY)
    assert "1\u00a0rappel et 0\u00a0courriel du lundi en file" in network.send()
    (row,) = network.outbox()
    assert row.subject == f"Croisée : {RESUME}"
    assert [line for line in row.text.splitlines() if line in ("Courage.", "Appelez\u2011moi.", "Nadia", "Nadia Lefebvre vous écrit\u202f:")] == [
        "Nadia Lefebvre vous écrit\u202f:", "Courage.", "Nadia Lefebvre vous écrit\u202f:", "Appelez\u2011moi.", "Nadia",
    ]  # fmt: skip
    assert f"{SITE}/quiz/un-a-quiz" in row.text or f"{SITE}/lecons/un-a" in row.text
    assert row.text.count("Lens (Pas-de-Calais)") == 2
    assert network.read(lambda session: sorted(session.scalars(select(ReminderCause.rule_id)))) == rules
    network.at(MONDAY, 18)
    assert "0\u00a0rappel" in network.send()
    assert len(network.outbox()) == 1


def test_letters_and_summaries_leave_on_the_run_that_makes_them(either: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """One moment a command: a letter is due at the moment of the run that sends what is due."""
    network = either
    author = network.manager(LENS, monday=True)
    silent(network, "Anna", "Bilal")
    network.rule(author, territory_id=LENS)
    network.at(MONDAY)
    ticking(network, monkeypatch)
    left: list[str] = []
    monkeypatch.setattr(outbox, "transmit", lambda _settings, message: left.append(message["To"]))
    assert "2\u00a0rappels et 1\u00a0courriel du lundi en file. Courriels : 3 envoyé(s), 0 à retenter." in network.send()
    assert sorted(left) == ["anna@croisee.example", "bilal@croisee.example", "nadia.lefebvre@croisee.example"]
    assert network.outbox() == []


def test_the_letter_says_how_to_refuse_the_next(network: Network) -> None:
    """RFC 8058: two headers, an address that one POST is enough for."""
    author = network.manager(LENS)
    (ines,) = silent(network, "Inès Carpentier")
    network.rule(author, territory_id=LENS)
    network.at(MONDAY)
    network.send()
    (row,) = network.outbox()
    message = network.read(lambda session: outbox.compose(network.app.config["CROISEE"], row, network.clock.now()))
    address = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in row.text
    client = network.app.test_client()
    path = address.removeprefix(SITE)
    page = client.see(path)  # type: ignore[attr-defined]
    assert "Inès" not in page.html
    network.at(MONDAY + timedelta(days=7))
    assert "1\u00a0rappel" in network.send("--dry-run"), "a GET refused nothing"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "0\u00a0rappel" in network.send("--dry-run")
    client.see(f"/courriels/{path.split('/')[2]}/arret/rumeur", 404)  # type: ignore[attr-defined]
    client.see("/courriels/autre/arret/relance", 404)  # type: ignore[attr-defined]
    assert ines


def test_a_run_that_is_cut_off_goes_on_where_it_was(either: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    network = either
    author = network.manager(LENS)
    people = silent(network, "Anna", "Bilal", "Chloé", "David")
    network.rule(author, territory_id=LENS)
    network.at(MONDAY)
    queue, calls = outbox.queue, list[int]()

    def dies(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return queue(*args)

    with monkeypatch.context() as cut:
        cut.setattr(outbox, "queue", dies)
        with pytest.raises(KeyboardInterrupt), network.app.app_context(), network.app.test_request_context():
            reminders.send(network.app.config["CROISEE"], network.clock.now())
    assert len(network.outbox()) == network.count(Reminder) == 2, "the row that says so goes with the row of the outbox"
    network.send()
    assert len(network.outbox()) == network.count(Reminder) == len({row.recipient for row in network.outbox()}) == len(people)


def test_two_runs_at_once_write_each_letter_once(either: Network) -> None:
    network = either
    author = network.manager(LENS)
    people = silent(network, "Anna", "Bilal", "Chloé", "David")
    network.rule(author, territory_id=LENS)
    network.at(MONDAY)

    def run(_number: int) -> int:
        with network.app.app_context(), network.app.test_request_context():
            return reminders.send(network.app.config["CROISEE"], network.clock.now()).queued

    assert sum(network.together(2, run)) == len(people)
    assert len({row.recipient for row in network.outbox()}) == len(network.outbox()) == len(people)


def test_what_changed_since_the_plan_counts(either: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finished, refused, closed, or the rule paused, between the plan and the turn of the letter."""
    network = either
    author = network.manager(LENS)
    people = silent(network, "Anna", "Bilal", "Chloé", "David")
    network.rule(author, territory_id=LENS)
    network.at(MONDAY)
    early = network.mailings()
    assert [one.recipient.person.name for one in early] == ["Anna", "Bilal", "Chloé", "David"]
    for element in courses.SMALL:
        network.finish(people[0], element)
    network.write(lambda session: reminders.answer(session, people[1], "poste", network.clock.now()))
    network.write(lambda session: setattr(session.get_one(Person, people[2]), "active", False))
    monkeypatch.setattr(remind_queries.MailingPlan, "mailings", lambda *_: early)
    network.send()
    assert [row.recipient.split("@")[0] for row in network.outbox()] == ["david"]


def test_a_paused_or_deleted_rule_writes_nothing_more(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    author = network.manager(LENS)
    silent(network, "Anna")
    rule = network.rule(author, territory_id=LENS)
    network.at(MONDAY)
    early = network.mailings()
    network.change(rule, running=False)
    assert "0\u00a0rappel" in network.send()
    with monkeypatch.context() as late:
        late.setattr(remind_queries.MailingPlan, "mailings", lambda *_: early)
        network.send()
    assert network.outbox() == []


def test_a_letter_of_a_deleted_rule_is_still_the_weeks_one(either: Network) -> None:
    network = either
    author = network.manager(LENS)
    silent(network, "Anna")
    rule = network.rule(author, territory_id=LENS)
    assert network.morning(MONDAY) == [("Anna", RESUME)]
    with network.app.app_context():
        row = db.session.get_one(reminders.ReminderRule, rule)
        reminders.delete(db.session, row, author, network.clock.now())
        db.session.commit()
    network.rule(author, territory_id=LENS)
    assert network.morning(MONDAY) == []
    assert network.morning(MONDAY + timedelta(days=6)) == [], "the week is taken, by whichever rule"
    assert network.morning(MONDAY + timedelta(days=7)) == [("Anna", RESUME)], "a new rule counts by itself from the next week"


def test_a_rule_is_cut_to_what_its_author_may_look_at(network: Network) -> None:
    author = network.manager(NORD)
    silent(network, "Anna", territory=LILLE)
    silent(network, "Bilal", territory="cite-valenciennes-anzin")
    silent(network, "Chloé", territory=LENS)
    network.rule(author, territory_id=NORD)
    assert [name for name, _ in network.morning(MONDAY)] == ["Anna", "Bilal"]

    def shrink(session: Any) -> None:
        for scope in session.scalars(select(Scope).where(Scope.person_id == author)):
            session.delete(scope)
        session.add(Scope(person_id=author, territory_id=LILLE))

    network.write(shrink)
    assert [name for name, _ in network.morning(MONDAY + timedelta(days=7))] == ["Anna"]
    network.write(lambda session: setattr(session.get_one(Person, author), "active", False))
    assert network.morning(MONDAY + timedelta(days=14)) == []


def test_whom_a_rule_includes_is_whom_its_report_holds(either: Network) -> None:
    """`Target.includes` answers in Python what `Target.report` asks the database."""
    network = either
    trainer = network.manager(name="Théo Trainer", role=Role.TRAINER)
    authors = [network.manager(NORD), network.manager(LENS, LILLE, name="Nadir"), trainer, network.manager(name="Ada Min", role=Role.ADMINISTRATOR)]
    cohort = network.group("Automne", trainer)
    anna, _bilal, chloe = (*silent(network, "Anna", "Bilal", territory=LILLE), *silent(network, "Chloé"))
    network.write(lambda session: session.add_all(CohortMember(cohort_id=cohort, person_id=person) for person in (anna, chloe)))
    network.write(lambda session: session.add(Membership(person_id=anna, territory_id=LENS, started_on=network.today)))
    for author in authors:
        for territory, group in ((LILLE, None), (NORD, None), (None, cohort), (None, None)):
            network.rule(author, territory_id=territory, cohort_id=group)

    def compare(session: Any) -> int:
        published, now = course(session), network.clock.now()
        today = remind_queries.plan(session, published, now)
        everybody = list(today.everybody())
        for target in today.targets.values():
            included = {recipient.person.id for recipient in everybody if target.includes(recipient)}
            assert included == set(session.scalars(target.report(session, published, now).select_people())), target.row.id
        return len(everybody)

    assert network.read(compare) == 3


def test_people_without_an_address_or_a_password(network: Network) -> None:
    author = network.manager(LENS)
    network.learner("Anna", email="anna@sans-adresse.invalid")
    network.learner("Bilal")
    network.rule(author, territory_id=LENS, trigger="pas-commence")
    network.at(MONDAY)
    network.send()
    (row,) = network.outbox()
    assert row.recipient.startswith("bilal@")
    assert f"{SITE}/mot-de-passe-oublie" in row.text


def test_without_a_mail_server_nothing_is_prepared(network: Network) -> None:
    author = network.manager(LENS)
    silent(network, "Anna")
    network.rule(author, territory_id=LENS)
    network.at(MONDAY)
    network.app.config["CROISEE"] = replace(network.app.config["CROISEE"], smtp_host="")
    result = network.app.test_cli_runner().invoke(args=["reminders", "send"])
    assert result.exit_code == 1
    assert "CROISEE_SMTP_HOST" in result.output
    assert network.count(Reminder) == 0


def test_the_timer_says_that_the_known_holidays_are_over(network: Network) -> None:
    author = network.manager(LENS)
    silent(network, "Anna")
    kept = network.rule(author, territory_id=LENS)
    network.at(date(2028, 9, 4))
    assert "connues jusqu’au 31\u00a0août 2028" in network.send()
    assert network.outbox() == []
    network.change(kept, zone="")
    network.send()
    assert len(network.outbox()) == 1


def test_two_accounts_become_one(either: Network) -> None:
    network = either
    admin = network.manager(name="Ada", role=Role.ADMINISTRATOR)
    kept, gone = network.learner("Inès"), network.learner("Inès bis")
    rule = network.rule(gone, territory_id=LENS)
    now = network.clock.now()

    def work(session: Any) -> None:
        for person, back in ((kept, 0), (gone, 0), (gone, 1)):
            session.add(Reminder(person_id=person, sent_on=now.date() - timedelta(days=back), sent_at=now))
        session.add_all([ReminderAnswer(person_id=gone, reason="temps", at=now), Digest(person_id=gone, since=now.date(), asked=True)])
        session.add(Digest(person_id=kept, since=now.date(), asked=True, back_on=now.date()))
        session.flush()
        merging.merge_accounts(session, session.get_one(Person, kept), session.get_one(Person, gone), admin, now)

    network.write(work)
    assert network.count(Reminder, person_id=kept) == 2
    assert network.count(ReminderAnswer, person_id=kept) == 1
    assert network.read(lambda session: session.get_one(Digest, kept).back_on) == now.date()
    assert network.read(lambda session: session.get_one(reminders.ReminderRule, rule).author_id) == kept
