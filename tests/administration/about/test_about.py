"""« Le site »: previewed, saved, refused with a sentence, told to the second of two; and everywhere at once."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from app.administration.about import form_of
from app.content.values.course import CourseHistory
from app.identity.rules import Role
from app.platform.colours import Colour
from app.platform.site_rules import SETTINGS, UNTOLD, Site
from tests.record.world import World

SITE = "/administration/site"


def test_it_is_previewed_saved_and_shown_everywhere(world: World) -> None:
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    client = world.client("Aude Admin")
    typed = {"name": "Les deux fils", "short_name": "Fils", "publisher": "La maison", "legal": "Un **mot**.", "days_off": "02/01/2027"}
    client.see(SITE)
    page = client.submit("Aperçu", 200, **typed)
    assert "Les deux fils, cours des cités éducatives" in page.text.replace("\u00a0", " ")
    assert "<strong>mot</strong>" in page.html
    assert "Les deux fils" not in world.app.test_client().get("/aide").text
    client.see(SITE)
    client.submit("Enregistrer", **typed)
    visitor = world.app.test_client()
    assert " – Les deux fils</title>" in visitor.get("/aide").text
    assert "Éditeur\u202f: La maison" in visitor.get("/mentions-legales").text
    assert visitor.get("/manifest.webmanifest").get_json()["short_name"] == "Fils"
    history = client.see(f"{SITE}/historique").text
    assert all(words in history for words in ("Aude Admin", "Nom du site", "Croisée", "Les deux fils"))


WHOLE = Site(
    name="Fils",
    short_name="F",
    legal="Un **mot**.",
    time_zone="Indian/Reunion",
    region="974",
    days_off=(date(2027, 1, 2), date(2027, 3, 4)),
    answer_days=9,
    colours={"un": Colour("#a63d17", "#f0966f")},
)


def test_the_form_is_made_of_the_declarations_and_gives_back_what_it_was_given(world: World) -> None:
    lines = (
        CourseHistory("un", "Une ligne", "la ligne", Colour("#8a1c4a", "#f29cc0")),
        CourseHistory("deux", "Une autre", "l’autre", Colour("#8a1c4a", "#f29cc0")),
    )
    with world.app.test_request_context():
        form = form_of(lines, WHOLE)
        assert form.site(UNTOLD) == WHOLE
        shown = {field.label.text for fields in form.groups.values() for field in fields}
        assert shown == {one.title for name, one in SETTINGS.items() if one.group and name != "colours"} | {"Couleurs : Une ligne", "Couleurs : Une autre"}
        assert list(form.groups) == list(dict.fromkeys(one.group for one in SETTINGS.values() if one.group))


def test_what_is_wrong_is_said_and_nothing_is_lost(world: World) -> None:
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    client = world.client("Aude Admin")
    client.see(SITE)
    page = client.submit(
        "Enregistrer", 422, name="", legal="[x](javascript:alert(1))", days_off="demain", short_name="x" * 21, answer_days="31", publisher="La maison"
    )
    assert [
        words
        for words in ("Donnez un nom.", "20 caractères au plus.", "Donnez un nombre de 1 à 30.", "Ligne\u00a01", "pas une date", 'value="La maison"')
        if words not in page.html
    ] == []


def test_the_second_of_two_keeps_what_they_typed_and_may_save_again(world: World) -> None:
    for name in ("Aude Admin", "Bilal Admin"):
        world.person(name, role=Role.ADMINISTRATOR)
    first, second = world.client("Aude Admin"), world.client("Bilal Admin")
    for client in (first, second):
        client.see(SITE)
    first.submit("Enregistrer", name="Un nom")
    page = second.submit("Enregistrer", 422, name="Un autre")
    assert "Quelqu’un d’autre a enregistré" in page.text
    assert 'value="Un autre"' in page.html
    second.submit("Enregistrer", name="Un autre")
    assert "Un autre" in second.see("/aide").text


def test_the_logo_is_written_again_and_stands_in_the_head(world: World) -> None:
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    client, sent = world.client("Aude Admin"), io.BytesIO()
    Image.new("RGB", (60, 40), "#8a1c4a").save(sent, "PNG")
    client.see(f"{SITE}/logo")
    world.app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(f"{SITE}/logo", data={"version": "0", "file": (io.BytesIO(b"no picture"), "logo.png")})
    assert answer.status_code == 422
    sent.seek(0)
    assert client.post(f"{SITE}/logo", data={"version": "0", "file": (sent, "logo.png")}).status_code == 303
    assert '<img class="mark" src="/logo.img?v=' in client.get("/aide").text
    picture = world.app.test_client().get("/logo.img")
    assert Image.open(io.BytesIO(picture.data)).size == (60, 40)
