"""What stands around a page is made once for all who may open the same places, and says of each reader only what is theirs."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.identity.rules import Role
from app.platform.web.edge import ANYBODYS
from app.platform.web.templating import FRAMES, SIGNS
from tests.identity.builders import carry_session, stored_person
from tests.strict import Page, StrictClient
from tests.words import SIGN_IN_LINK, SIGN_OUT

HOLDER = "O’Neil <b>&"


def own(page: Page) -> tuple[str, str, str]:
    """The name, the token of the form to sign out, the way to how pages look."""
    menu = next(each for each in page.all("details") if each.get("class") == "account")
    token = next(each.get("value") for each in menu.iter() if each.get("name") == "csrf_token")
    look = next(each.get("href") for each in page.all("footer")[0].iter("a") if Page.text_of(each) == "Affichage")
    return Page.text_of(next(each for each in menu.iter() if each.get("class") == "account-who")), token or "", look or ""


def reader(app: Flask, name: str, *roles: Role) -> StrictClient:
    client = StrictClient(app)
    carry_session(client, stored_person(app, name=name, email=f"reader-{len(name)}@croisee.example", roles=roles))
    return client


def test_two_readers_of_the_same_roles_share_all_but_what_is_their_own(app: Flask) -> None:
    first, second = reader(app, HOLDER, Role.LEARNER), reader(app, "Awa Diop", Role.LEARNER)
    mine, theirs = own(first.see("/aide")), own(second.see("/plan-du-site"))
    made = len(FRAMES.of(app))
    assert (mine[0], theirs[0]) == (HOLDER, "Awa Diop")
    assert (mine[2], theirs[2]) == ("/affichage?page=/aide", "/affichage?page=/plan-du-site")
    assert own(first.see("/aide"))[1] != mine[1], "each page has its own mask"
    first.see("/aide")
    first.submit(SIGN_OUT, follow=False)
    first.see("/aide")
    assert own(second.see("/plan-du-site"))[0] == "Awa Diop"
    assert len(FRAMES.of(app)) == made + 3, "what a visitor is shown since, and nothing of anybody"


def test_what_is_kept_of_a_frame_names_nobody(app: Flask) -> None:
    page = reader(app, HOLDER, Role.LEARNER, Role.TRAINER).see("/aide")
    kept = "".join(FRAMES.of(app).values())
    assert SIGNS.name in kept
    assert ANYBODYS in kept
    assert own(page)[1] not in kept
    assert "Neil" not in kept
    assert not any(sign in page.html for sign in (SIGNS.name, SIGNS.look, ANYBODYS))


def test_a_name_that_holds_the_sign_of_a_token_shows_none(app: Flask) -> None:
    page = reader(app, f"Awa {ANYBODYS}Diop", Role.LEARNER).see("/aide")
    assert own(page)[0] == f"Awa {ANYBODYS}Diop"


def test_one_s_own_pages_are_under_one_s_name_and_the_display_at_the_foot(app: Flask) -> None:
    page = reader(app, "Awa Diop", Role.LEARNER).see("/aide")
    menu = next(each for each in page.all("details") if each.get("class") == "account")
    labels = [Page.text_of(link) for link in menu.iter("a")]
    assert labels[-2:] == ["Mon carnet", "Mon compte"]
    assert [Page.text_of(link) for link in page.all("a")].count("Affichage") == 1


def test_each_role_has_a_menu_of_its_own(app: Flask) -> None:
    learner, trainer = reader(app, "Awa Diop", Role.LEARNER), reader(app, "Thomas Delvigne", Role.TRAINER)
    assert "Atelier" not in learner.see("/aide").html
    assert "Atelier" in trainer.see("/aide").html
    visitor = FlaskClient(app, app.response_class).get("/aide").text
    assert SIGN_IN_LINK in visitor
    assert SIGN_OUT not in visitor
