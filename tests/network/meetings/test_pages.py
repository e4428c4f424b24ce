"""The pages of meetings: prepared in the browser, told by the course, followed by calendars."""

from __future__ import annotations

from icalendar import Calendar

from app.network.meetings.models import Meeting
from tests.network.meetings.meeting import announced, ask, give_back, trainer
from tests.record.conftest import clock, empty, world
from tests.record.world import World, words_of
from tests.reporting.reminders.reminding import with_mail
from tests.words import ANNOUNCE_MEETING

__all__ = ["clock", "empty", "world"]

TOLD = """Des cités.

| Nom | Communes | Département | Vague | Label |
|---|---|---|---|---|
| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 |

## 9 juin 2022 : une rencontre {#rencontre-juin}

intervenants : Jean-Marc Berthet, sociologue

On y a parlé de trois histoires.[^a]

[^a]: Une liste, éditeur, 2022, <https://example.org/liste> (vérifié : 2022-11 ; à revoir : 2023-11)
"""
FORM = {"title": "La troïka", "day": "2026-12-10", "begins": "09:30", "ends": "12:00", "place": "Lille", "programme": "### Matin\n\n- Accueil"}


def test_a_trainer_prepares_and_announces_one(world: World) -> None:
    client, learner = world.signed_in(trainer(world)), world.signed_in(world.person("Anna Un"))
    client.see("/rencontres/nouvelle")
    page = client.submit("Enregistrer", 422, **FORM | {"ends": "08:00", "place": ""})
    assert "La fin vient après le début" in page.text
    assert "Indiquez un lieu, un lien, ou les deux" in page.text
    assert "- Accueil" in page.html
    page = client.submit("Enregistrer", **FORM)
    assert "Brouillon" in page.text
    assert "La troïka" not in learner.see("/rencontres").text
    page = client.submit(ANNOUNCE_MEETING)
    assert "Jeudi 10 décembre 2026, de 9 h 30 à 12 h" in words_of(page)
    assert "La troïka" in learner.see("/rencontres").text


def test_a_fault_of_the_programme_is_told_with_its_line(world: World) -> None:
    client = world.signed_in(trainer(world))
    client.see("/rencontres/nouvelle")
    page = client.submit("Enregistrer", 422, **FORM | {"programme": "Un mot.\n\n[x](javascript:alert(1))"})
    assert "Ligne 3" in page.text.replace("\u00a0", " ")
    assert world.count(Meeting) == 0


def test_a_draft_is_removed(world: World) -> None:
    client = world.signed_in(trainer(world))
    client.see("/rencontres/nouvelle")
    client.submit("Enregistrer", **FORM)
    client.see("/rencontres/1/annulation")
    client.submit("Supprimer le brouillon")
    assert world.count(Meeting) == 0


def test_who_waits_is_told_how_they_will_know(world: World) -> None:
    meeting = announced(world, trainer(world), places=1)
    ask(world, meeting, world.person("Anna Un"))
    client = world.signed_in(world.person("Bilal Deux"))
    client.see(f"/rencontres/{meeting}")
    assert "cette page le dira" in words_of(client.submit("M’inscrire sur la liste d’attente"))
    with_mail(world.app)
    assert "Un courriel vous dira" in words_of(client.see(f"/rencontres/{meeting}"))


def test_the_link_is_for_whoever_has_a_place(world: World) -> None:
    anna = world.person("Anna Un")
    meeting = announced(world, trainer(world), place="", link="https://visio.example/salle")
    client = world.signed_in(anna)
    page = client.see(f"/rencontres/{meeting}")
    assert "visio.example" not in page.html
    page = client.submit("M’inscrire")
    assert "https://visio.example/salle" in page.html
    assert b"visio.example" in client.get(f"/rencontres/{meeting}/rencontre.ics").data


def test_a_calendar_follows_ones_meetings_by_a_private_address(world: World) -> None:
    anna, bilal = world.person("Anna Un"), world.person("Bilal Deux")
    actor = trainer(world)
    meeting, other = announced(world, actor), announced(world, actor, title="Une autre")
    ask(world, meeting, anna)
    ask(world, other, bilal)
    client, calendar = world.signed_in(anna), world.app.test_client()

    def address() -> str:
        (field,) = [each for each in client.see("/rencontres/agenda").all("input") if each.get("id") == "adresse"]
        return str(field.get("value")).removeprefix("http://localhost")

    client.see("/rencontres/agenda")
    client.submit("Demander une adresse")
    first = address()
    response = calendar.get(first)
    assert response.headers["Cache-Control"] == "no-store"
    (event,) = Calendar.from_ical(response.data).walk("VEVENT")
    assert (str(event["summary"]), int(event["sequence"]), str(event["status"])) == ("Lire une convention", 1, "CONFIRMED")
    assert event.decoded("dtend") > event.decoded("dtstart")
    give_back(world, meeting, anna)
    assert not Calendar.from_ical(calendar.get(first).data).walk("VEVENT")
    client.see("/rencontres/agenda")
    client.submit("Changer d’adresse")
    assert calendar.get(first).status_code == 404
    second = address()
    assert calendar.get(second).status_code == 200
    client.see("/rencontres/agenda")
    client.submit("La retirer")
    assert calendar.get(second).status_code == 404


def test_what_the_course_tells_of_the_past_has_its_page(world: World) -> None:
    world.publish(("modules/reseau.md", TOLD))
    world.person()
    client = world.client()
    page = client.see(client.see("/rencontres").link("9 juin 2022 : une rencontre"))
    assert "Jean-Marc Berthet, sociologue" in page.text
    assert "intervenants :" not in page.text
    assert "Source à revérifier depuis novembre 2023" in page.text
    assert "une rencontre" not in client.see("/reseau").text
    client.see("/rencontres/jamais", 404)
