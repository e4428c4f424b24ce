"""Places: the last one goes to one, who gives theirs back lets in the first who waits, and letters say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.identity import emails
from app.identity.rules import Role
from app.identity.services import merged
from app.network.meetings import services
from app.network.meetings.models import MeetingPerson
from app.network.meetings.rules import Seat
from app.platform.errors import NotYours
from app.platform.mail.outbox import OutgoingMail
from tests.network.meetings.meeting import announced, ask, give_back, seat, stored, trainer
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World
from tests.reporting.reminders.reminding import with_mail
from tests.words import PLACE_FREED

__all__ = ["clock", "either", "empty", "world"]


def subjects(world: World) -> list[tuple[str, str]]:
    """(recipient's first name, what the subject ends with) of each letter, in their order."""
    rows = world.read(lambda session: session.execute(select(OutgoingMail.recipient, OutgoingMail.subject).order_by(OutgoingMail.id)).all())
    return [(recipient.partition(".")[0], subject.rpartition(", ")[2]) for recipient, subject in rows]


def test_twenty_at_once_for_the_last_place(either: World) -> None:
    meeting = announced(either, trainer(either), places=1)
    people = [either.person(f"Personne {number}") for number in range(20)]
    either.together(20, lambda number: ask(either, meeting, people[number]))
    rows = either.read(lambda session: session.scalars(select(MeetingPerson).order_by(MeetingPerson.turn)).all())
    assert [row.seat for row in rows] == [Seat.TAKEN] + [Seat.WAITING] * 19
    assert [row.turn for row in rows] == list(range(1, 21))


def test_who_gives_a_place_back_lets_in_the_first_who_waits(world: World) -> None:
    with_mail(world.app)
    meeting = announced(world, trainer(world), places=1)
    anna, bilal, chloe = (world.person(name) for name in ("Anna Un", "Bilal Deux", "Chloe Trois"))
    assert [ask(world, meeting, each) for each in (anna, bilal, chloe, bilal)] == [Seat.TAKEN, Seat.WAITING, Seat.WAITING, Seat.WAITING]
    give_back(world, meeting, anna)
    assert [seat(world, meeting, each) for each in (anna, bilal, chloe)] == [Seat.NONE, Seat.TAKEN, Seat.WAITING]
    assert ask(world, meeting, anna) is Seat.WAITING
    give_back(world, meeting, bilal)
    assert [seat(world, meeting, each) for each in (anna, bilal, chloe)] == [Seat.WAITING, Seat.NONE, Seat.TAKEN]
    waiting, let_in = "liste d’attente", PLACE_FREED
    assert subjects(world) == [
        *(("anna", "votre place est réservée"), ("bilal", waiting), ("chloe", waiting)),
        *(("bilal", let_in), ("anna", waiting), ("chloe", let_in)),
    ]


def test_the_day_before_once_and_places_that_closed_accounts_left(world: World) -> None:
    with_mail(world.app)
    meeting = announced(world, trainer(world), places=1)
    anna, bilal = world.person("Anna Un"), world.person("Bilal Deux")
    ask(world, meeting, anna)
    ask(world, meeting, bilal)
    runner = world.app.test_cli_runner()
    assert "0 rappel" in runner.invoke(args=["meetings", "remind"]).output.replace("\u00a0", " ")
    world.clock.moment = stored(world, meeting).starts_at - timedelta(days=1, hours=3)
    world.write(lambda session: setattr(session.get_one(services.Person, anna), "active", False))
    for _ in range(2):
        assert runner.invoke(args=["meetings", "remind"]).exit_code == 0
    assert subjects(world)[2:] == [("bilal", PLACE_FREED), ("bilal", "c’est demain")]
    assert seat(world, meeting, bilal) is Seat.TAKEN


def test_a_change_of_hour_and_a_cancellation_are_told(world: World) -> None:
    with_mail(world.app)
    actor = trainer(world)
    meeting, anna = announced(world, actor), world.person("Anna Un")
    ask(world, meeting, anna)
    client = world.signed_in(actor)
    client.see(f"/rencontres/{meeting}/modification")
    client.submit("Enregistrer", themes="conventions")
    client.see(f"/rencontres/{meeting}/modification")
    client.submit("Enregistrer", place="Lens")
    client.see(f"/rencontres/{meeting}/annulation")
    page = client.submit("Annuler la rencontre", reason="La salle est fermée.")
    assert "La salle est fermée." in page.text
    assert subjects(world)[1:] == [("anna", "changement"), ("anna", "annulée")]
    letters = world.read(lambda session: session.scalars(select(OutgoingMail.text).order_by(OutgoingMail.id)).all())
    assert "La salle est fermée." in letters[-1]
    assert f"/rencontres/{meeting}/rencontre.ics" in letters[-2]
    assert "rencontre.ics" not in letters[-1]


def test_two_who_edit_at_once(world: World) -> None:
    """The second is told, loses nothing, and may save all the same."""
    actor = trainer(world)
    meeting = announced(world, actor)
    first, second = world.signed_in(actor), world.signed_in(world.person("Aude Admin", role=Role.ADMINISTRATOR))
    for client in (first, second):
        client.see(f"/rencontres/{meeting}/modification")
    first.submit("Enregistrer", themes="conventions")
    page = second.submit("Enregistrer", 422, themes="budgets")
    assert "Quelqu’un a modifié cette rencontre" in page.text
    assert "budgets" in page.html
    second.submit("Enregistrer")
    assert stored(world, meeting).themes == "budgets"


def test_more_places_let_in_who_waits(world: World) -> None:
    actor = trainer(world)
    meeting = announced(world, actor, places=1)
    anna, bilal = world.person("Anna Un"), world.person("Bilal Deux")
    ask(world, meeting, anna)
    ask(world, meeting, bilal)
    client = world.signed_in(actor)
    client.see(f"/rencontres/{meeting}/modification")
    client.submit("Enregistrer", places="2")
    assert seat(world, meeting, bilal) is Seat.TAKEN


def test_whom_it_is_not_for_sees_nothing(world: World) -> None:
    anna = world.person("Anna Un")
    meeting = announced(world, trainer(world), cohorts=[7])
    client = world.signed_in(anna)
    assert "Lire une convention" not in client.see("/rencontres").text
    client.see(f"/rencontres/{meeting}", 404)
    with pytest.raises(NotYours):
        ask(world, meeting, anna)


def test_a_merge_keeps_the_better_place(world: World) -> None:
    meeting = announced(world, trainer(world), places=1)
    anna, twin = world.person("Anna Un"), world.person("Anna Deux")
    ask(world, meeting, twin)
    ask(world, meeting, anna)
    world.write(lambda session: merged.send(session, kept=anna, gone=twin))
    assert seat(world, meeting, anna) is Seat.TAKEN
    assert world.count(MeetingPerson) == 1


def test_the_letter_of_the_week_tells_of_it_once_to_who_has_no_place(world: World) -> None:
    with_mail(world.app)
    meeting = announced(world, trainer(world))
    anna, _ = world.person("Anna Un"), world.person("Bilal Deux")
    ask(world, meeting, anna)
    settings = world.app.config["CROISEE"]
    with world.app.test_request_context():
        assert emails.send_weeks(settings, world.clock.now()) == 1
    letter = world.read(lambda session: session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first())
    assert letter
    assert letter.recipient.startswith("bilal.")
    assert f"/rencontres/{meeting}" in letter.text
    assert "Rencontre" in letter.text
    world.clock.pass_by(days=7)
    with world.app.test_request_context():
        assert emails.send_weeks(settings, world.clock.now()) == 0
