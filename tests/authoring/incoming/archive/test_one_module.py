"""One module from one site to another: whole by itself, and saying where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.authoring.incoming.archive import FileOutcome
from app.authoring.incoming.archive_files import MEMORY, Origin, read_archive
from app.authoring.incoming.archive_views import module_archive
from app.authoring.incoming.image_process import answers
from app.content.store.queries import course
from app.platform.errors import NotYours
from app.platform.storage.folder import FolderStore
from tests.authoring.incoming.pictures import picture
from tests.authoring.incoming.zips import unzipped, zipped
from tests.authoring.sites import IMAGE, Site, site_with
from tests.content.course_folder import LESSON

SOURCE = "[^s9]: Un rapport, ANCT, 2024, <https://example.org/rapport> (catégorie : rapport public ; lu : original ; vérifié : 2026-11)"
ELSEWHERE = "---\nid : autre-un\ntitre : Une autre leçon\ndurée : 5\nachèvement : lu\n---\n\nDes faits.\n\n## À retenir\n\n- Un point.\n"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Site]:
    """Its lesson calls a source of the course's list and links to a lesson that stays."""
    with site_with(tmp_path, picture()) as site:
        site.publish("modules/sources.md", f"Les sources.\n\n{SOURCE}\n")
        site.publish("modules/autre/01-un.md", ELSEWHERE)
        lesson = next(text for path, text in unzipped(site.export()).items() if path == LESSON).decode()
        site.publish(
            LESSON,
            lesson.replace("auteur", "")
            .replace("## À retenir", "Voyez [ailleurs](autre-un) et un rapport.[^s9]\n\n## À retenir")
            .replace("achèvement : lu", "achèvement : lu\nauteur : Inès Carpentier"),
        )
        site.app.config["CROISEE"] = replace(site.app.config["CROISEE"], site_url="https://un.example")
        yield site


def leaving(site: Site, module: str = "exemple") -> bytes:
    data: bytes = site.do(lambda session: module_archive(session, site.app.config["CROISEE"], FolderStore(site.media), module, "CC BY-SA 4.0"))
    return data


def test_it_stands_by_itself_elsewhere_and_says_where_it_comes_from(one: Site, two: Site) -> None:
    data = leaving(one)
    assert data == leaving(one), "the same bytes for the same module"
    assert set(unzipped(data)) == {"modules/exemple/module.md", LESSON, IMAGE, "quizzes/exemple-un-quiz.md", MEMORY}
    plan = two.plan(data)
    assert plan.acceptable
    assert plan.origin == Origin("https://un.example/", "Croisée", "Un module d’exemple", "CC BY-SA 4.0", ("Inès Carpentier",), ("Une autre leçon",))
    assert two.bring_in(data) == 3
    lesson = two.do(course).lessons["exemple-un"]
    assert [source.label for source in two.do(course).sources_of(lesson)] == ["s1", "s9"]
    assert "](https://un.example/lecons/autre-un)" in unzipped(two.export())[LESSON].decode()


def test_come_back_to_its_site_it_changes_nothing(one: Site) -> None:
    plan = one.plan(leaving(one))
    assert {verdict.outcome for verdict in plan.verdicts} <= {FileOutcome.UNCHANGED, FileOutcome.NEWER_HERE}
    assert plan.texts == ()


def test_it_clashes_by_its_ids_with_what_stands_there(one: Site, two: Site) -> None:
    two.publish("modules/mien/01-un.md", ELSEWHERE.replace("autre-un", "exemple-un"))
    plan = two.plan(leaving(one))
    assert not plan.acceptable
    assert [verdict.path for verdict in plan.verdicts if verdict.outcome is FileOutcome.CONFLICT] == [LESSON]


def test_a_site_without_an_address_sends_it_as_it_is(one: Site, two: Site) -> None:
    one.app.config["CROISEE"] = replace(one.app.config["CROISEE"], site_url="")
    plan = two.plan(leaving(one))
    assert plan.origin.site == ""
    assert [problem.code for verdict in plan.verdicts for problem in verdict.problems if problem.is_error] == ["E13"], "what is missing is said by its line"
    with pytest.raises(NotYours):
        leaving(one, "inconnu")


def test_one_that_was_signed_before_is_read_and_its_signature_is_not(one: Site, two: Site) -> None:
    files: dict[str, Any] = {**unzipped(leaving(one)), "croisee.jws": b"e30.e30.x"}
    plan = two.plan(zipped(files))
    assert plan.acceptable
    assert "croisee.jws" not in {verdict.path for verdict in plan.verdicts}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"title": "é" * 1000, "authors": ["abc" * 100] * 100, "more": 1}, Origin(title="é" * 200, authors=("abc" * 66 + "ab",) * 50)),
        ({"title": 7, "authors": ["a"]}, Origin(title="7", authors=("a",))),
        ({"authors": 7}, Origin()),
        ("moi", Origin()),
        ([1], Origin()),
        (None, Origin()),
    ],
)
def test_whatever_an_archive_says_of_itself_is_read_or_not(told: Any, found: Origin) -> None:
    data = zipped({"modules/a/module.md": "---\nid : aaa\n---\n", MEMORY: json.dumps({"documents": {}, "origin": told})})
    assert read_archive(data, answers).origin == found
