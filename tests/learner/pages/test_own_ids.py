"""Ids that a page has of itself: a text may give none of them to a title, and whatever else stands on the page comes from the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.content.documents.reader import parse
from app.content.values.addresses import is_taken
from app.content.values.text import DocumentKind
from tests.record import courses
from tests.record.world import World
from tests.strict import Page

QUIZ_IN_PASSING = """> [!QUESTION]
> Qui signe ?
>
> - [x] Le préfet
> - [ ] Le maire
>
> Explication : Le préfet.[^une]
"""
LESSON = f"""Un REP.[^une] Deux fois.[^une]

## Un intitulé {{#un-titre}}

{QUIZ_IN_PASSING}
## Sur mon territoire

- Qui ?
- Quoi ?
"""
NOTE = "\n[^une]: Une source, un éditeur, 2024, <https://example.org/une>\n"
TOOL = """---
id : un-outil
titre : Un outil
usage : Noter.
moment : Le premier jour.
forme : texte
---

Une ligne.

## Un intitulé {#un-titre}

Le [[jour => 3 mars]].
"""
DOCUMENT = """## Un document {#un-document}

type : guide
lien : https://example.org/
liés : un-a

Un résumé.

### Transcription

#### Un intitulé {#un-titre}

Un mot.
"""
OF_THE_TEXT = re.compile(r"un-titre|transcription|sur-mon-territoire|a-retenir|sources|(?:source|sigle)-\d+")
"""Titles, and what the renderer names by the first name that is free."""
PAGES = {
    "/lecons/un-a": DocumentKind.LESSON,
    "/modules/mod-un": DocumentKind.MODULE,
    "/outils/un-outil": DocumentKind.TOOL,
    "/outils/un-outil/exemple": DocumentKind.TOOL,
    "/bibliotheque/un-document": DocumentKind.LIBRARY,
}


@pytest.fixture
def site(world: World) -> World:
    path, text = courses.lesson("un-a", quiz="un-a-quiz", body=LESSON)
    module = courses.module("mod-un", ["un-a", "un-b"])
    world.publish(("modules/glossaire.md", "REP\n: réseau d'éducation prioritaire. Des écoles.\n"), (path, text + NOTE))
    world.publish(
        (module[0], f"{module[1]}\n## Un intitulé {{#un-titre}}\n\nUn fait.[^une]\n{NOTE}"),
        ("modules/outils/01-un.md", TOOL),
        ("modules/bibliotheque.md", DOCUMENT),
    )
    world.person()
    return world


def ids(page: Page) -> Iterator[str]:
    return (element.get("id") for element in page.tree.iter() if isinstance(element.tag, str) and element.get("id"))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_id_of_its_own_that_a_title_may_take(site: World, path: str) -> None:
    page = site.client().see(path)
    assert "un-titre" in ids(page)
    assert [each for each in ids(page) if not OF_THE_TEXT.fullmatch(each) and not is_taken(PAGES[path], each)] == []


@pytest.mark.parametrize(
    ("path", "text", "anchors"),
    [
        (
            *courses.lesson("un-a"),
            (
                "contenu",
                "suite",
                "mes-reponses",
                "reponse-1",
                "a-vous-2-titre",
                "a-choisir",
                "a-choisir-2-titre",
                "s-anchor",
                "note-1",
                "appel-1-2",
                "carnet.favoris",
            ),
        ),
        (*courses.module("mod-un", ["un-a"]), ("contenu", "presentation", "objectifs", "note-12")),
        ("modules/outils/01-un.md", TOOL, ("contenu", "usage")),
        ("modules/bibliotheque.md", DOCUMENT, ("contenu", "ecouter", "lies", "citations", "une.carnet")),
    ],
    ids=["lesson", "module", "tool", "library"],
)
def test_a_title_that_takes_one_is_named(path: str, text: str, anchors: tuple[str, ...]) -> None:
    for anchor, refused in [*((each, True) for each in anchors), ("le-titre", False), ("la-suite", False)]:
        _, problems = parse(path, f"{text}\n## Un autre titre {{#{anchor}}}\n\nUn mot.\n")
        assert ("E23" in {found.code for found in problems}) is refused, anchor
