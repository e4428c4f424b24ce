"""The papers of the course: what they say, accessible, made once, never a 500."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pdfua import validate
from pypdf import PdfReader

from app.content.rendering.sheet import colours_of
from app.content.values.course import Course
from app.learner.reference.syntheses.papers import SynthesisRow, anything_missing, make_pdf, papers_of, synthesis_rows
from app.learner.reference.syntheses.synthesis import Imprint, events_of
from app.platform import printing
from app.platform.db import db
from app.platform.errors import TooBusy
from app.platform.printing import NotPrinted
from tests.course import the_course
from tests.record import courses
from tests.record.world import MORNING, World, words_of
from tests.strict import StrictClient
from tests.words import TRY_IN_A_MINUTE

IMPRINT = Imprint("Croisée", "https://croisee.example", tuple((line, colour.light) for line, colour in colours_of(the_course.course().lines).items()))
HOSTILE = """

## À retenir

- #import "x" $x^2$ \\alpha @ref <label> *gras* **très** `#eval` 😀 ~~barré~~ [lien](https://example.org/?a=1&b=2)
- « Une citation »

| Qui | Combien |
|---|--:|
| *l'État* | 12 |

> [!TIP]
> Un conseil.

1. un
2. deux
"""
SYNTHESIS = "/bibliotheque/syntheses/mod-un.pdf"
POSTER = "/bibliotheque/syntheses/glossaire-et-frise.pdf"
GLOSSARY = ("modules/glossaire.md", "Des mots.\n\nREP\n: réseau d'éducation prioritaire. Des écoles et leur collège.\n")


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u00ad\u2060-]+", "", text)


def told(pdf: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@pytest.fixture
def world(world: World) -> World:
    path, body = courses.lesson("un-b")
    world.publish((path, body.split("## À retenir")[0] + HOSTILE), GLOSSARY)
    return world


@pytest.fixture
def client(world: World) -> StrictClient:
    world.person()
    return world.client()


# --- The papers of the published course ------------------------------------------------------------------------------


def the_papers() -> Iterator[Any]:
    return iter(papers_of(the_course.course(), IMPRINT))


@pytest.mark.parametrize("place", range(6))
def test_a_checker_finds_no_fault_in_a_paper_of_the_course(place: int, tmp_path: Path) -> None:
    paper = list(the_papers())[place]
    file = tmp_path / "paper.pdf"
    file.write_bytes(make_pdf(tmp_path, paper))
    assert [(found.rule_id, found.message) for found in validate(file).findings] == []
    reader = PdfReader(file)
    if not paper.module_id:
        assert [round(float(side) / 72 * 25.4) for page in reader.pages for side in page.mediabox[2:]] == [420, 297] * 2, "one sheet, both sides"
    fonts = {str(font) for page in reader.pages for font in page["/Resources"].get("/Font", {}).values() for font in [font.get_object()["/BaseFont"]]}
    assert all("LibertinusSerif" in font or "DejaVuSansMono" in font for font in fonts), fonts


def test_a_synthesis_says_all_in_order(tmp_path: Path) -> None:
    course = the_course.course()
    paper = next(paper for paper in the_papers() if paper.module_id == "education-prioritaire")
    read = told(make_pdf(tmp_path, paper))
    places = [read.index(plain(words)) for words in ("Synthèse du module", "À retenir, leçon par leçon", "Les dates", "Les sources", "CC BY-SA 4.0")]
    assert places == sorted(places)
    for lesson in (course.lessons[each] for each in course.modules["education-prioritaire"].lesson_ids):
        assert plain(lesson.title.replace("'", "’")) in read, lesson.title


def test_each_module_has_its_own_dates() -> None:
    course: Course = the_course.course()
    few = [module.id for module in course.modules.values() if len(events_of(course, module)) <= 3]
    assert few == ["premier-mois"], "which says what is to be done, and no history"


# --- Its page --------------------------------------------------------------------------------------------------------


def test_whatever_is_written_is_printed_as_text(world: World, client: StrictClient) -> None:
    answer = client.get(SYNTHESIS)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    read = told(answer.data)
    for words in ("#import « x » x² \\alpha @ref <label> gras très #eval", "barré lien", "« Une citation »", "l’État", "Conseil"):
        assert plain(words) in read, (words, read)


def test_an_edition_is_made_once_and_the_older_one_goes(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[Any] = []
    real = printing.pdf_of
    monkeypatch.setattr("app.learner.reference.syntheses.papers.pdf_of", lambda *values, **more: times.append(values) or real(*values, **more))
    head = client.head(SYNTHESIS)
    assert (head.status_code, head.data, times) == (200, b"", [])
    first = client.get(SYNTHESIS)
    assert client.get(SYNTHESIS).data == first.data
    assert len(times) == 1
    assert client.head(SYNTHESIS).content_length == len(first.data)
    again = client.get(SYNTHESIS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    world.publish(courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")), courses.module("mod-un", ["un-b"]))
    newer = client.get(SYNTHESIS, headers={"If-None-Match": first.headers["ETag"]})
    assert newer.status_code == 200
    assert newer.headers["ETag"] != first.headers["ETag"]
    assert len(list((world.app.config["CROISEE"].instance_path / "cache" / "syntheses").iterdir())) == 1


@pytest.mark.parametrize(
    ("error", "said"), [(TooBusy(), TRY_IN_A_MINUTE), (NotPrinted("Pas imprimé. La page du module dit la même chose."), "La page du module")]
)
def test_one_that_cannot_be_made_says_what_to_do(client: StrictClient, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    def refused(*_: Any, **__: Any) -> bytes:
        raise error

    monkeypatch.setattr("app.learner.reference.syntheses.papers.pdf_of", refused)
    assert said in words_of(client.see(SYNTHESIS, 503))


def test_a_full_disk_keeps_nobody_from_reading(client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.learner.reference.syntheses.papers.write_whole", full)
    assert client.get(SYNTHESIS).status_code == 200


def test_who_may_read_the_module_may_have_it(world: World, client: StrictClient) -> None:
    assert client.get("/bibliotheque/syntheses/inconnu.pdf").status_code == 404
    assert client.get(POSTER).status_code == 200
    for address in (SYNTHESIS, POSTER):
        assert "/connexion" in world.app.test_client().get(address).headers["Location"]
    for page, linked in (("/modules/mod-un", SYNTHESIS), ("/glossaire", POSTER), ("/frise", POSTER)):
        assert f'href="{linked}"' in client.get(page).text, page


def test_lists_know_its_weight_once_it_is_made(world: World, client: StrictClient) -> None:
    def rows() -> dict[str, SynthesisRow]:
        with world.app.test_request_context():
            return {row.href: row for row in synthesis_rows(world.course(), world.app.config["CROISEE"])}

    assert {row.weight for row in rows().values()} == {0}
    size = len(client.get(SYNTHESIS).data)
    assert rows()[SYNTHESIS].weight == size
    assert list(rows())[-1] == POSTER
    assert f'href="{SYNTHESIS}"' in client.get("/ressources").text


# --- Made by whoever comes first -------------------------------------------------------------------------------------


def test_what_is_missing_is_made_once_and_again_after_a_publication(world: World) -> None:
    run = world.app.test_cli_runner().invoke
    missing = partial(world.read, lambda session: anything_missing(session, world.clock.now()))
    assert missing()
    first = run(args=["syntheses", "make"])
    assert sorted(first.output.split("\n")) == ["", "glossaire-et-frise.pdf : fabriquée.", "mod-deux.pdf : fabriquée.", "mod-un.pdf : fabriquée."]
    assert not missing()
    assert run(args=["syntheses", "make"]).output == ""
    world.publish(courses.rewritten(courses.lesson("un-b")))
    assert missing()
    second = run(args=["syntheses", "make"])
    assert (second.exit_code, second.output) == (0, "mod-un.pdf : fabriquée.\n")


def test_a_site_without_course_misses_nothing(app: Flask) -> None:
    with app.app_context():
        assert not anything_missing(db.session, MORNING)
