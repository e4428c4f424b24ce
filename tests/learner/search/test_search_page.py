"""`/recherche`: what each may find, and nothing else; nothing of what is looked for is kept."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.models import Draft
from app.identity.models import Membership, Scope, Territory
from app.identity.rules import Level, Role
from app.platform.db import Base
from app.platform.french import day_of
from tests.administration.seeing import look_as
from tests.learner.notebook.lessons import LESSON, asking, save
from tests.learner.search.index import GLOSSARY, stored
from tests.learner.visitors.conftest import set_to, site
from tests.record import courses
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient
from tests.words import DID_YOU_MEAN, NOTHING_MATCHES, RESULTS_FOR, SIGN_IN_LINK

__all__ = ["clock", "either", "empty", "site", "world"]


SOURCES = (
    "modules/sources.md",
    "[^dub]: Rapport Dubedout, éditeur, 1983, <https://exemple.fr/dubedout> (catégorie : rapport public ; lu : original ; vérifié : 2026-11)\n",
)


def found(page: Page) -> list[str]:
    """Where each of the list leads."""
    lists = [item for item in page.all("ol") if item.get("class") == "hits"]
    return [str(link.get("href")) for item in lists for title in item.iter("h2") for link in title.iter("a")]


def rows(world: World, person: str = "Inès Carpentier", words: str = "", *more: str) -> list[dict[str, str]]:
    address = person.lower().replace(" ", ".") + "@croisee.example"
    result = world.app.test_cli_runner().invoke(args=["search", words, "--as", address, "--json", *more])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert all(list(row) == ["kind", "ref", "anchor", "title"] for row in answer)
    return answer


# --- What is published -----------------------------------------------------------------------------------------------


def test_a_title_a_heading_and_a_word_of_the_text(either: World) -> None:
    either.publish(courses.lesson("un-a", quiz="un-a-quiz", title="La troïka", body="Un début.\n\n## Les pilotes {#pilotes}\n\nLe préfet décide."))
    either.person()
    client = either.client()
    assert found(client.see("/recherche?q=troika")) == ["/lecons/un-a", "/lecons/un-a#pilotes", "/lecons/un-a#a-retenir"]
    assert found(client.see("/recherche?q=pilote"))[0] == "/lecons/un-a#pilotes"
    page = client.see("/recherche?q=préfets")
    assert found(page) == ["/lecons/un-a#pilotes"]
    assert "Le <mark>préfet</mark> décide." in page.html
    assert "1 passage." in words_of(page)


def test_what_is_withdrawn_is_found_no_more(either: World) -> None:
    either.person()
    assert found(either.client().see("/recherche?q=deux"))
    either.withdraw("deux-a", "mod-deux")
    assert not [path for path in found(either.client().see("/recherche?q=deux")) if "deux-a" in path]


# --- For whom --------------------------------------------------------------------------------------------------------


def test_a_question_is_found_by_whoever_was_asked_it(either: World) -> None:
    ines = either.person()
    either.person("Une Autre")
    either.finish(ines, "un-a-quiz")
    page = either.client().see("/recherche?q=question")
    assert found(page)
    assert all(path.startswith("/tentatives/1#question-") for path in found(page))
    assert "Juste" not in words_of(page)
    assert not found(either.client().see("/recherche?q=juste"))
    client = either.client("Une Autre")
    assert not found(client.see("/recherche?q=question"))
    assert "un-a-quiz" not in words_of(client.page)


@pytest.mark.parametrize("role", Role)
def test_what_one_answered_is_found_by_oneself_alone(either: World, role: Role) -> None:
    either.publish(asking())
    either.person()
    client = either.client()
    client.see(LESSON)
    save(client, "Le principal Dubarreau ne répond jamais", "", "")
    assert found(client.see("/recherche?q=dubarreau")) == ["/lecons/un-a#reponse-1"]
    assert [row["kind"] for row in rows(either, words="dubarreau")] == ["note"]
    assert found(client.see("/recherche?q=dubarreau&genre=carnet&module=mod-un"))
    assert not found(client.see("/recherche?q=dubarreau&module=mod-deux"))
    either.person("Une Autre", role=role)
    other = either.client("Une Autre")
    for path in ("/recherche?q=dubarreau", "/recherche?q=dubarreau&genre=carnet", "/recherche?q=duba&frappe=1", "/recherche?q=jamais+principal"):
        page = other.see(path)
        assert not found(page)
        assert "ne répond" not in page.html
    assert rows(either, "Une Autre", "dubarreau") == []
    assert "barreau" not in str(either.read(stored))


@pytest.mark.parametrize("typed", ["cœur", "coeur", "qpv", "Q.P.V.", "rep +", "REP+", "aujourdhui"])
def test_what_one_answered_is_read_as_the_course_is(world: World, typed: str) -> None:
    world.publish(asking())
    world.person()
    client = world.client()
    client.see(LESSON)
    save(client, "Aujourd’hui, le cœur du Q.P.V. est en REP +", "", "")
    assert [row["kind"] for row in rows(world, words=typed)] == ["note"]


def test_nor_by_whoever_sees_as_them(world: World) -> None:
    world.publish(asking())
    world.person()
    client = world.client()
    client.see(LESSON)
    save(client, "Le principal Dubarreau", "", "")
    world.person("Ada Min", role=Role.ADMINISTRATOR)
    admin = world.client("Ada Min")
    look_as(admin, 1)
    assert not found(admin.see("/recherche?q=dubarreau"))
    assert "carnet" not in [option.get("value") for option in admin.page.all("option")]


def test_a_trainer_finds_in_their_own_drafts_apart(either: World) -> None:
    thomas, other = either.person("Thomas Delvigne", role=Role.TRAINER), either.person("Une Autre", role=Role.TRAINER)
    now = either.clock.now()
    for author, word in ((thomas, "brouillonneux"), (other, "gribouillis")):
        draft = Draft(
            document_id="un-a",
            author_id=author,
            path="modules/mod-un/un-a.md",
            text=courses.lesson("un-a", body=f"Un {word}.")[1],
            media={},
            base_revision_id=None,
            version=1,
            created_at=now,
            updated_at=now,
        )
        either.write(lambda session, draft=draft: session.add(draft))
    client = either.client("Thomas Delvigne")
    page = client.see("/recherche?q=brouillonneux")
    assert not found(page)
    assert "Dans mes brouillons" in words_of(page)
    assert page.link("Leçon un-a") == "/atelier/documents/un-a"
    assert "Dans mes brouillons" not in words_of(client.see("/recherche?q=gribouillis"))
    assert [row["kind"] for row in rows(either, "Thomas Delvigne", "brouillonneux")] == ["draft"]
    either.person()
    assert rows(either, words="brouillonneux") == []


def test_a_responsable_finds_people_of_their_scope_and_each_may_know_it(world: World) -> None:
    world.person("Inès Carpentier")
    world.person("Ada Min", role=Role.ADMINISTRATOR)
    world.person("Sans Territoire", role=Role.MANAGER)
    admin = world.client("Ada Min")
    page = admin.see("/recherche?q=carpentier")
    assert page.link("Inès Carpentier") == "/administration/personnes/1"
    assert not found(page)
    words = words_of(page)
    assert "Aucun passage du cours." in words
    assert not [said for said in (NOTHING_MATCHES, DID_YOU_MEAN, "Essayez un mot") if said in words]
    assert world.seen(person_id=1, what="search.search") == 1
    assert "Carpentier" not in words_of(admin.see("/recherche?q=carpentier&frappe=1"))
    assert "Inès" not in words_of(world.client("Sans Territoire").see("/recherche?q=carpentier"))
    assert "ines" not in words_of(world.client().see("/recherche?q=carpentier"))
    assert world.seen(what="search.search") == 1


def test_visitors_find_what_is_open_to_them(site: World) -> None:
    set_to(site, public=True)
    visitor = site.app.test_client()
    assert isinstance(visitor, StrictClient)
    assert found(visitor.see("/recherche?q=réseau"))
    assert found(visitor.see("/recherche?q=paragraphe")) == ["/lecons/un-a"]
    assert found(visitor.see("/recherche?q=lens"))[0] == "/reseau/lens"
    for kind in ("outils", "questions", "carnet", "sources", "lecons"):
        assert all(path.startswith("/lecons/un-a") for path in found(visitor.see(f"/recherche?q=un&genre={kind}")))
    assert "Dans tout Croisée" in visitor.page.html
    set_to(site, public=False)
    assert visitor.get("/recherche?q=rep").status_code == 302


def test_a_visitor_who_finds_nothing_reads_that_there_is_more(site: World) -> None:
    """The same whether the word stands in a closed lesson or nowhere: nothing is told of what is closed."""
    site.publish(courses.lesson("un-b", title="La mirlitantouille", body="Un texte."))
    set_to(site, public=True)
    visitor = site.app.test_client()
    assert isinstance(visitor, StrictClient)
    said = [words_of(visitor.see(f"/recherche?q={word}")).replace(word, "…") for word in ("mirlitantouille", "turlutaine")]
    assert "La suite se lit avec un compte." in said[0]
    assert said[0] == said[1]
    assert visitor.page.link(SIGN_IN_LINK).startswith("/connexion")
    for path in ("/recherche?q=réseau", "/recherche", "/recherche?q=%20"):
        assert "avec un compte" not in words_of(visitor.see(path))
    site.person()
    assert "avec un compte" not in words_of(site.client().see("/recherche?q=turlutaine"))


# --- The page --------------------------------------------------------------------------------------------------------


def test_without_a_word_there_is_a_page(world: World) -> None:
    world.person()
    for path in ("/recherche", "/recherche?q=", "/recherche?q=%20", "/recherche?page=9&q=un", "/recherche?genre=x&module=y&q=un", "/recherche?q=%00%ff"):
        world.client().see(path)


def test_the_field_stands_on_every_page_and_asks_for_what_it_holds(world: World) -> None:
    world.person()
    client = world.client()
    for path in ("/", "/glossaire", "/lecons/un-a", "/compte", "/recherche"):
        form = client.see(path).form("/recherche")
        assert (form["action"], form["method"], list(form["fields"])) == ("/recherche", "get", ["q"])
        assert '<span class="visually-hidden">Trouver partout</span>' in client.page.html  # its button has words where there is no style


def test_what_is_not_known_is_set_right(either: World) -> None:
    either.publish(GLOSSARY, courses.lesson("un-b", title="La troïka"))
    either.person()
    page = either.client().see("/recherche?q=troica")
    assert "Résultats pour « troïka » (vous avez tapé « troica »)" in words_of(page)
    assert found(page) == found(either.client().see("/recherche?q=troïka"))
    page = either.client().see("/recherche?q=troica+paragraphe")
    assert "Résultats pour « troïka paragraphe »" in words_of(page), "a part of it is found: more is by the right word"
    assert RESULTS_FOR not in words_of(either.client().see('/recherche?q="troica"+paragraphe')), "between quotation marks, it is what was meant"


def test_an_unknown_sigle_is_told_with_whom_to_ask(either: World) -> None:
    either.publish(GLOSSARY)
    ines = either.person()
    manager = either.person("Thomas Delvigne", role=Role.MANAGER)

    def near(session: Session) -> None:
        session.add(Territory(id="nord", level=Level.DEPARTEMENT, name="Nord"))
        session.flush()
        session.add_all([Membership(person_id=ines, territory_id="nord", started_on=day_of(either.clock.now())), Scope(person_id=manager, territory_id="nord")])

    either.write(near)
    page = either.client().see("/recherche?q=le+ZZTOP")
    assert "ZZTOP n’est pas au glossaire. Demandez ce que dit ce sigle à Thomas Delvigne" in words_of(page)
    assert "n’est pas au glossaire" not in words_of(either.client().see("/recherche?q=rep"))
    assert "n’est pas au glossaire" not in words_of(either.client().see("/recherche?q=introuvablement"))


def test_a_postcode_leads_to_its_cite(site: World) -> None:
    site.person()
    assert found(site.client().see("/recherche?q=62300")) == ["/reseau/lens"]
    assert found(site.client().see("/recherche?q=62498")) == ["/reseau/lens"], "and its Insee number"
    assert "Aucune cité éducative du réseau n’a le code postal 59650" in words_of(site.client().see("/recherche?q=59650"))


def test_what_is_suggested_under_the_field_names_nobody(site: World) -> None:
    site.publish(courses.lesson("un-b", title="La troïka", body="La troïka.\n\n## Sa troïka\n\nUne.\n\n## Leur troïka\n\nUne."))
    site.person()
    site.person("Troïka Martin")
    answer = site.client().get("/recherche?q=troika&frappe=champ")
    options = [option["url"] for option in answer.get_json()]
    assert sum(path.startswith("/lecons/un-b") for path in options) == 2, "two parts of a lesson, no more"
    assert "Martin" not in answer.text
    assert site.client().get("/recherche?q=zzzz&frappe=champ").get_json() == []


def test_sources_come_last(either: World) -> None:
    """Short as it is, a source weighs more than the passage that it is of."""
    either.publish(courses.lesson("un-b", title="La suite", body=f"{'Un mot. ' * 200}\n\nLe rapport Dubedout est lu."), SOURCES)
    either.person()
    kinds = [row["kind"] for row in rows(either, words="rapport dubedout")]
    assert kinds[0] == "lesson"
    assert kinds[-1] == "source"


def test_where_nothing_holds_all_the_words_it_is_said(either: World) -> None:
    either.publish(courses.lesson("un-b", title="La troïka", body="Rien."))
    either.person()
    page = either.client().see("/recherche?q=troïka introuvable")
    assert found(page)[0] == "/lecons/un-b"
    assert "Aucun passage ne contient tous les mots." in words_of(page)


def test_those_that_hold_some_of_the_words_are_counted_apart(either: World) -> None:
    either.publish(courses.lesson("un-b", title="La troïka", body="Rien.\n\n## Les préfets {#prefets}\n\nDe la troïka."))
    either.person()
    assert "1 passage contient tous les mots ; 2 en contiennent une partie." in words_of(either.client().see("/recherche?q=troïka préfet"))


@pytest.mark.parametrize("word", ["prioritaize", "prioritaixe"])
def test_a_suggestion_tells_nothing_of_what_is_closed(site: World, word: str) -> None:
    """The first stands in a closed lesson, the second nowhere: visitors are told the same of both."""
    site.publish(courses.lesson("un-b", body="Un prioritaize."))
    set_to(site, public=True)
    visitor = site.app.test_client()
    assert isinstance(visitor, StrictClient)
    for more in ("", "+introuvable", "+lens"):
        assert re.search("Vouliez-vous dire prioritaire|Résultats pour « prioritaire", words_of(visitor.see(f"/recherche?q={word}{more}")))
    site.person()
    for path in (f"/recherche?q={word}", f"/recherche?q={word}&genre=frise", f"/recherche?q={word}+introuvable"):
        words = words_of(site.client().see(path))
        assert (DID_YOU_MEAN in words or RESULTS_FOR in words) == (word == "prioritaixe")


def test_no_word_of_a_title_is_set_right(either: World) -> None:
    """Whatever kind one keeps to."""
    either.publish(courses.lesson("un-b", title="La troïka"))
    either.person()
    assert DID_YOU_MEAN not in words_of(either.client().see("/recherche?q=troïka&genre=frise"))


def test_a_search_leaves_nothing_behind(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.person()
    client, count = world.client(), counted(world)
    with caplog.at_level("INFO"):
        client.see("/recherche?q=motsecret")
    assert "motsecret" not in caplog.text
    assert counted(world) == count


def counted(world: World) -> dict[str, int]:
    tables = Base.metadata.tables
    return world.read(lambda session: {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()})
