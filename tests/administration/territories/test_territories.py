"""The pages of the tree: what is typed is kept, what cannot be is said, and the history names who."""

from __future__ import annotations

from app.identity import territories
from app.identity.models import Territory
from app.identity.rules import Role
from tests.identity.builders import SMALL
from tests.record.world import World
from tests.strict import Page

TREE = "/administration/territoires"


def test_a_territory_is_added_named_moved_and_withdrawn(world: World) -> None:
    world.write(lambda session: territories.sync_territories(session, SMALL))
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    client = world.client("Aude Admin")
    client.see(TREE)
    client.submit("Ajouter", level="academie", name="Académie de Lille", parent="region-hauts-de-france", zone="B")
    client.see(f"{TREE}/departement-nord")
    client.submit("Enregistrer", name="Le Nord", parent="academie-academie-de-lille")
    page = client.see(f"{TREE}/departement-nord").text
    assert all(words in page for words in ("Aude Admin", "Le Nord", "Département, dans Hauts-de-France, Académie de Lille."))
    assert "contient 3 territoires" in client.submit("Retirer ce territoire", 422).text.replace("\u00a0", " ")
    client.see(f"{TREE}/cite-lens")
    client.submit("Retirer ce territoire")
    assert "Lens" not in client.see(TREE).text.replace("« Lens »", "")
    assert client.get(f"{TREE}/nulle-part").status_code == 404


def test_what_stands_below_a_withdrawn_territory_keeps_its_link(world: World) -> None:
    world.write(lambda session: territories.sync_territories(session, SMALL))
    world.write(lambda session: setattr(session.get_one(Territory, "departement-nord"), "withdrawn", True))
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    client, below = world.client("Aude Admin"), "cite-lille-sud"
    page = client.see(TREE)
    assert page.link("Lille Sud") == f"{TREE}/{below}"
    assert "departement-nord" not in offered(page)
    assert not any("departement-nord" in (link.get("href") or "") for link in page.all("a"))
    assert "departement-nord" in offered(client.see(f"{TREE}/{below}")), "its own place stays"
    client.submit("Enregistrer", name="Un autre nom")
    assert "Un autre nom" in client.see(TREE).text


def offered(page: Page) -> list[str | None]:
    return [option.get("value") for option in page.all("option")]


def test_a_manager_has_no_tree(world: World) -> None:
    world.person("Nadia M", role=Role.MANAGER)
    assert world.client("Nadia M").get(TREE).status_code == 404
