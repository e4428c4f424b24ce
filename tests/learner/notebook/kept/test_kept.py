"""Notes on a passage, and favourites: written, found again at their place, and never lost by an edit of the course."""

from __future__ import annotations

import pytest

from app.identity.rules import Role
from app.learner.notebook import passages
from app.learner.notebook.notes import KeptPassage
from app.learner.notebook.passage_rules import KINDS, PassageKey
from app.learner.notebook.rules import LONGEST, mark_of
from tests.learner.notebook.kept.held import GLOSSARY, LESSON, START, address, favour, favourites, note, rows, take_away, texts, token
from tests.learner.submissions import return_to, send_after_the_end
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import NOTHING_MATCHES, SEND_WHAT_WAS_TYPED

WHOLE = PassageKey("lecon", "un-b")


@pytest.fixture
def client(world: World) -> StrictClient:
    world.person()
    return world.client()


# --- Notes ---


def test_a_note_is_stored_and_read_at_its_heading(world: World, client: StrictClient) -> None:
    page = client.see(LESSON)
    assert page.link("Noter : Première partie") == address(START)
    form = client.see(address(START)).form("Enregistrer")
    response = client.post(form["action"], data={**form["fields"], "text": " Voir le rectorat.\r\nVite. "})
    assert (response.status_code, response.headers["Location"]) == (303, f"{LESSON}#debut")
    assert texts(world) == {"debut": "Voir le rectorat.\nVite."}
    page = client.see(LESSON)
    assert page.link("Modifier : Première partie") == address(START)
    assert [one.text for one in page.all("p") if one.get("class") == "answer-said"] == ["Voir le rectorat.\nVite."] * 2, "in the margin, and folded"
    assert page.link("Noter : Seconde partie")


@pytest.mark.parametrize("place", [WHOLE, START, PassageKey("mot", "glossaire", "rep")])
def test_changed_then_emptied(world: World, client: StrictClient, place: PassageKey) -> None:
    world.publish(("modules/glossaire.md", GLOSSARY))
    note(client, "Un", place)
    page = note(client, "Deux", place)
    assert "Deux" in words_of(page)
    assert texts(world) == {place.anchor: "Deux"}
    note(client, "", place)
    assert texts(world) == {}


def test_too_long_comes_back_whole(world: World, client: StrictClient) -> None:
    long = "é" * (LONGEST + 1)
    page = note(client, long, status=422)
    assert page.form("Enregistrer")["fields"]["text"] == long
    assert "4 000 caractères au plus" in words_of(page)
    assert texts(world) == {}


def test_a_second_window_is_told_of_the_first(world: World, client: StrictClient) -> None:
    other = world.client()
    other.see(address(START))
    note(client, "De la première")
    page = other.submit("Enregistrer", 409, text="De la seconde")
    assert "De la première" in words_of(page)
    assert page.form("Enregistrer")["fields"]["text"] == "De la seconde"
    other.submit("Enregistrer", text="Des deux")
    assert texts(world) == {"debut": "Des deux"}


def test_windows_at_once(either: World) -> None:
    either.person()
    windows = [either.client() for _ in range(3)]
    sent = [window.see(address(START)).form("Enregistrer") for window in windows]
    statuses = either.together(
        3, lambda number: windows[number].post(sent[number]["action"], data={**sent[number]["fields"], "text": f"De {number}"}).status_code
    )
    assert sorted(statuses) == [303, 409, 409]
    assert texts(either) == {"debut": f"De {statuses.index(303)}"}
    places = [{"csrf_token": token(window), "kind": "lecon", "ref": "un-b", "ancre": "fin"} for window in windows]
    assert either.together(3, lambda number: windows[number].post("/carnet/favoris", data=places[number]).status_code) == [303] * 3
    assert favourites(either) == [("lecon", "un-b", "fin")]


def test_a_script_saves_as_one_types(world: World, client: StrictClient) -> None:
    """By the script of a quiz: the key that comes back goes with the next save."""
    form = client.see(address(START)).form("Enregistrer")
    told = {"X-Requested-With": "fetch"}
    first = client.post(form["action"], data={**form["fields"], "text": "Un"}, headers=told)
    assert first.status_code == 200
    assert first.get_json()["key"] == mark_of("Un")
    assert first.get_json()["saved_at"]
    again = client.post(form["action"], data={**form["fields"], "key": first.get_json()["key"], "text": "Un mot"}, headers=told)
    assert again.status_code == 200
    stale = client.post(form["action"], data={**form["fields"], "text": "D’une vieille page"}, headers=told)
    assert stale.status_code == 409
    assert "autre fenêtre" in stale.get_json()["error"]
    gone = client.post(form["action"], data={**form["fields"], "key": again.get_json()["key"], "text": ""}, headers=told)
    assert gone.get_json()["saved_at"] is None
    assert texts(world) == {}


def test_sent_after_the_session_it_is_kept_and_sent_again(world: World, client: StrictClient) -> None:
    client.see(address(START))
    page = return_to(client, send_after_the_end(world, client, "Enregistrer", text="À garder"))
    assert "À garder" in words_of(page)
    client.submit(SEND_WHAT_WAS_TYPED)
    assert texts(world) == {"debut": "À garder"}


def test_a_heading_that_went_keeps_its_note_and_says_so(world: World, client: StrictClient) -> None:
    note(client, "Une idée")
    favour(client)
    client.see(address(PassageKey("lecon", "un-b", "fin")))
    world.publish(courses.lesson("un-b", body="Autre chose.\n\n## Tout neuf {#neuf}\n\nDes faits."))
    client.submit("Enregistrer", text="Trop tard, mais gardée")
    page = client.see(LESSON)
    assert "Notes sur un passage qui a changé" in words_of(page)
    assert {"Première partie", "Seconde partie"} <= {page.text_of(one) for one in page.all("h3")}
    assert "Une idée" in words_of(page)
    carnet = words_of(client.see("/carnet"))
    assert "ce passage a changé" in carnet
    assert "ce passage n’existe plus" in carnet
    note(client, "Une autre idée")
    world.withdraw("un-b")
    assert "Une autre idée" in words_of(client.see("/carnet"))
    note(client, "Encore une autre")
    assert texts(world) == {"debut": "Encore une autre", "fin": "Trop tard, mais gardée"}


@pytest.mark.parametrize("place", [PassageKey("lecon", "un-b", "nulle-part"), PassageKey("lecon", "inconnue"), PassageKey("rien", "un-b"), PassageKey("lecon", "un-b", "a" * 500), PassageKey("lecon", "glossaire"), PassageKey("outil", "inconnu"), PassageKey("mot", "glossaire", "inconnu")])  # fmt: skip
def test_what_was_never_there_takes_nothing(world: World, client: StrictClient, place: PassageKey) -> None:
    client.see(address(place), 404)
    sent = {"csrf_token": token(client), "ancre": place.anchor, "key": mark_of(""), "text": "Un mot"}
    assert client.post(f"/carnet/noter/{place.kind}/{place.ref}", data=sent).status_code == 404
    assert favour(client, place).status_code == 404
    assert rows(world) == []


# --- Favourites ---


def test_a_favourite_is_added_once_and_taken_away(world: World, client: StrictClient) -> None:
    for _ in range(2):
        response = favour(client)
        assert (response.status_code, response.headers["Location"]) == (303, f"{LESSON}#debut")
    (row,) = rows(world)
    page = client.see(LESSON)
    pressed = [page.text_of(one) for one in page.all("button") if one.get("aria-pressed") == "true"]
    assert pressed == ["Favori : Première partie"]
    client.submit("Favori : Seconde partie")
    assert favourites(world) == [("lecon", "un-b", "debut"), ("lecon", "un-b", "fin")]
    for _ in range(2):
        assert take_away(client, row.id).status_code == 303
    assert favourites(world) == [("lecon", "un-b", "fin")]


def test_nobody_takes_away_what_is_another_s_nor_a_note_by_its_number(world: World, client: StrictClient) -> None:
    favour(client)
    note(client, "À moi")
    world.person("Une Autre")
    other = world.client("Une Autre")
    for row in rows(world):
        assert take_away(other, row.id).status_code == 303
    assert len(rows(world)) == 2
    assert take_away(client, rows(world)[1].id).status_code == 303
    assert texts(world) == {"debut": "À moi"}
    assert client.post("/carnet/retirer", data={"csrf_token": token(client), "garde": "x"}).status_code == 400


def test_words_and_dates_are_chosen_from_a_list(world: World, client: StrictClient) -> None:
    world.publish(("modules/glossaire.md", GLOSSARY))
    page = client.see("/glossaire")
    assert page.link("Garder ou noter un mot") == "/carnet/noter/mot/glossaire"
    client.see("/carnet/noter/mot/glossaire")
    page = client.submit("Continuer", 200, ancre="rep")
    assert "REP : réseau d’éducation prioritaire" in words_of(page)
    client.submit("Favori")
    assert favourites(world) == [("mot", "glossaire", "rep")]
    assert client.see("/glossaire").link("Favori") == "/carnet/noter/mot/glossaire?ancre=rep"
    assert "Mots du glossaire" in words_of(client.see("/carnet"))
    assert client.page.link("REP") == "/glossaire#rep"


@pytest.mark.parametrize("role", Role)
def test_whoever_reads_may_note(world: World, role: Role) -> None:
    world.person("Une Autre", role=role)
    other = world.client("Une Autre")
    note(other, "Un")
    assert texts(world) == {"debut": "Un"}


# --- The notebook ---


def test_the_notebook_lists_all_in_the_order_of_the_course(world: World, client: StrictClient) -> None:
    for text, place in (("Fin", PassageKey("lecon", "un-b", "fin")), ("Deux", PassageKey("lecon", "deux-a", "debut")), ("Début", START)):
        note(client, text, place)
    favour(client, PassageKey("lecon", "deux-a"))
    page = client.see("/carnet")
    assert [page.text_of(one) for one in page.all("h3")] == ["Leçon un-b", "Leçon deux-a", "Leçons et passages"]
    assert [page.text_of(one) for one in page.all("dt")] == ["Première partie", "Seconde partie", "Première partie"]
    assert page.link("Première partie") == f"{LESSON}#debut"
    page = client.submit("Retirer : Leçon deux-a")
    assert favourites(world) == []
    assert "retiré" in words_of(page)
    text = client.get("/carnet.txt").get_data(as_text=True)
    assert [line for line in text.split("\n") if line in ("MES NOTES", "    Début", "    Fin", "    Deux")] == ["MES NOTES", "    Début", "    Fin", "    Deux"]
    client.see("/carnet/noter/lecon/un-b?ancre=fin&then=carnet")
    assert client.submit("Enregistrer", text="La fin").h1 == "Mon carnet"


def test_the_search_finds_notes_at_their_place(world: World, client: StrictClient) -> None:
    note(client, "Le pilotage par Dubarreau")
    page = client.see("/recherche?q=dubarreau")
    assert page.link("Première partie") == f"{LESSON}#debut"
    assert "Mon carnet" in words_of(page)
    assert NOTHING_MATCHES in words_of(client.see("/recherche?q=dubarreau&module=mod-deux"))
    world.publish(courses.lesson("un-b", body="Plus rien."))
    assert client.see("/recherche?q=dubarreau&genre=carnet").link("Première partie") == "/carnet"


def test_hostile_text_is_shown_as_it_was_typed(world: World, client: StrictClient) -> None:
    text = "</textarea><script>alert(1)</script> {{ 7*7 }} \u202e « a » ?"
    assert "<script>alert" not in note(client, text).html
    assert client.see(address(START)).form("Enregistrer")["fields"]["text"] == text
    assert "<script>alert" not in client.see("/carnet").html


def test_two_accounts_that_become_one(either: World) -> None:
    for name in ("Inès Carpentier", "Ines Carpentier"):
        either.person(name)
    for name, text in (("Inès Carpentier", "Un"), ("Ines Carpentier", "Deux")):
        client = either.client(name)
        note(client, text)
        favour(client)
    note(client, "Seule", PassageKey("lecon", "un-b", "fin"))
    either.write(lambda session: passages.follow_merge(session, kept=1, gone=2))
    assert texts(either) == {"debut": "Un\n\nDeux", "fin": "Seule"}
    assert favourites(either) == [("lecon", "un-b", "debut")]
    assert rows(either, 2) == []
    assert either.count(KeptPassage) == 3


def test_every_kind_fits_its_column() -> None:
    assert all(len(kind) <= KeptPassage.__table__.c.kind.type.length for kind in KINDS)
