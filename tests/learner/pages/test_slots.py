"""« Quand lisez-vous la suite ? »: asked once, kept for oneself, as a file for calendars and one reminder."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from app.learner.slots import SlotWrong, anyone_to_remind, days_offered, hours_offered, keep_slot, read_slot, remind_person
from app.platform.mail.outbox import OutgoingMail
from tests.record import courses
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World, words_of
from tests.reporting.reminders.reminding import with_mail
from tests.words import KEEP_APPOINTMENT, LESSON_READ

__all__ = ["clock", "either", "empty", "world"]

NOW = datetime(2026, 11, 24, 8, 4, tzinfo=UTC)  # 9 h 04 in Paris


# --- Rules -----------------------------------------------------------------------------------------------------------


def test_two_weeks_are_offered_by_half_hours() -> None:
    days, hours = days_offered(date(2026, 11, 24)), hours_offered()
    assert (days[0], days[1][1], len(days)) == (("2026-11-24", "Aujourd’hui, mardi 24\u00a0novembre"), "Demain, mercredi 25\u00a0novembre", 14)
    assert (hours[0][0], hours[1], hours[-1][0]) == ("07:00", ("07:30", "7\u00a0h\u00a030"), "20:30")


@pytest.mark.parametrize(
    ("day", "hour"),
    [("2026-11-24", "09:00"), ("2026-11-23", "12:00"), ("2026-12-08", "09:00"), ("2026-11-25", "09:15"), ("", ""), ("demain", "9 h"), ("2026-11-25", "23:00")],
)
def test_what_was_not_offered_or_has_passed_is_refused(day: str, hour: str) -> None:
    with pytest.raises(SlotWrong):
        read_slot(day, hour, NOW)


@pytest.mark.parametrize(
    ("day", "hour", "at"), [("2026-11-24", "09:30", NOW.replace(hour=8, minute=30)), ("2026-12-07", "20:30", datetime(2026, 12, 7, 19, 30, tzinfo=UTC))]
)
def test_a_moment_is_of_the_sites_own_clock(day: str, hour: str, at: datetime) -> None:
    assert read_slot(day, hour, NOW) == at


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_it_is_asked_after_the_first_lesson_alone(world: World) -> None:
    world.person()
    client = world.client()
    for lesson, asked in (("un-a", True), ("un-b", False)):
        client.see(f"/lecons/{lesson}")
        assert "Quand lisez-vous" not in words_of(client.page)
        client.submit(LESSON_READ)
        assert ("Quand lisez-vous la suite ?" in words_of(client.page)) == asked


def test_a_moment_is_kept_shown_taken_away_and_forgotten(either: World) -> None:
    either.publish(courses.lesson("un-b", title="La suite"))
    person = either.person()
    either.finish(person, "un-a")
    either.finish(person, "un-a-quiz")
    client = either.client()
    assert client.get("/rendez-vous/lecture.ics").status_code == 404
    client.see("/")
    assert client.page.link("Choisir quand lire la suite") == "/rendez-vous"
    client.see("/rendez-vous")
    client.submit(KEEP_APPOINTMENT, jour="2026-11-25", heure="09:00")
    assert "Mercredi 25 novembre à 9 h." in words_of(client.page)
    event = next(iter(Calendar.from_ical(client.get("/rendez-vous/lecture.ics").data).walk("VEVENT")))
    assert (event["summary"], event["dtstart"].dt) == ("La suite", datetime(2026, 11, 25, 8, tzinfo=UTC))
    client.see("/")
    assert "Votre lecture : Mercredi 25 novembre à 9 h" in words_of(client.page)
    either.person("Une Autre")
    assert "Mercredi 25" not in words_of(either.client("Une Autre").see("/rendez-vous"))
    client.see("/rendez-vous")
    client.submit("Oublier ce rendez-vous")
    assert "Votre lecture" not in words_of(client.see("/"))


def test_a_wrong_moment_is_told_and_what_was_chosen_stays(world: World) -> None:
    world.person()
    client = world.client()
    client.see("/rendez-vous")
    client.submit(KEEP_APPOINTMENT, status=422, jour="2026-11-24", heure="07:00")
    assert "une heure qui n’est pas passée" in words_of(client.page)
    chosen = {option.get("value") for option in client.page.all("option") if option.get("selected") is not None}
    assert chosen == {"2026-11-24", "07:00"}


def test_a_moment_that_has_passed_is_said_no_more(world: World) -> None:
    person = world.person()
    world.write(lambda session: keep_slot(session, person, world.clock.now() + timedelta(hours=3), world.clock.now()))
    assert "Votre lecture" in words_of(world.client().see("/"))
    world.clock.pass_by(hours=4)
    assert "Votre lecture" not in words_of(world.client().see("/"))


# --- The reminder ----------------------------------------------------------------------------------------------------


def test_one_reminder_leaves_an_hour_before_and_no_other(world: World) -> None:
    with_mail(world.app)
    person = world.person()
    at = world.clock.now() + timedelta(hours=20)
    world.write(lambda session: keep_slot(session, person, at, world.clock.now()))
    assert not world.read(lambda session: anyone_to_remind(session, world.clock.now()))
    world.clock.pass_by(hours=19, minutes=5)
    assert world.read(lambda session: anyone_to_remind(session, world.clock.now()))
    for sent in (True, False):
        with world.app.test_request_context(base_url="https://croisee.example"):
            assert world.write(lambda session: remind_person(session, world.course(), person, world.clock.now())) is sent
    assert not world.read(lambda session: anyone_to_remind(session, world.clock.now()))
    assert world.count(OutgoingMail) == 1


def test_whoever_has_just_chosen_is_not_reminded(world: World) -> None:
    person = world.person()
    now = world.clock.now()
    world.write(lambda session: keep_slot(session, person, now + timedelta(minutes=40), now))
    world.clock.pass_by(minutes=5)
    assert not world.read(lambda session: anyone_to_remind(session, world.clock.now()))
