"""The toolbox: its pages, its files in every form, and what hostile words become in them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from functools import cache

import openpyxl
import pytest
from defusedxml import ElementTree
from docx import Document as WordDocument
from odfdo import Document as OpenDocument

from app.content.documents.reader import read_document
from app.content.papers.paper import INVENTED, Paper, Table
from app.content.text.grids import Copy, fields, mark_fields
from app.content.values.library import Tool, ToolForm
from app.learner.reference.toolbox import FORMATS, file_name, paper_of
from tests.course.the_course import documents
from tests.learner.reference.toolbox.toolbox import HOSTILE, text
from tests.record import courses
from tests.record.world import World

DAY = datetime(2026, 11, 26, 9, tzinfo=UTC)


def tool_of(written: str) -> Tool:
    document = read_document("modules/outils/01-essai.md", written).document
    assert isinstance(document, Tool)
    return document


@cache
def tools() -> list[Tool]:
    """Those of the course."""
    return sorted((document for document in documents() if isinstance(document, Tool)), key=lambda tool: tool.path)


def every_file() -> list[tuple[Tool, Copy, str]]:
    return [(tool, copy, extension) for tool in tools() for copy in Copy for extension in FORMATS[tool.form]]


@pytest.fixture
def site(world: World) -> World:
    world.publish(("modules/outils/01-essai.md", text()))
    world.person()
    return world


# --- Fields ---


def test_each_copy_keeps_its_side_of_a_field_and_its_lines() -> None:
    written = "Le [[jour → lundi]],\npar [[=> elle]] ou [[lui =>]]."
    assert list(fields(written)) == [("jour", "lundi"), ("", "elle"), ("lui", "")]
    blank, filled = (mark_fields(written, copy) for copy in Copy)
    assert (blank, filled) == ("Le \ue000jour\ue001,\npar \ue000\ue001 ou \ue000lui\ue001.", "Le \ue000lundi\ue001,\npar \ue000elle\ue001 ou \ue000\ue001.")


# --- Pages ---


def test_the_catalogue_says_what_each_is_for_and_when(site: World) -> None:
    page = site.client().see("/ressources")
    assert page.link("Carnet") == "/outils/carnet-d-essai"
    assert "Le premier jour." in page.text
    assert "DOCX, ODT" in page.text


def test_a_tool_is_read_to_fill_and_filled(site: World) -> None:
    client = site.client()
    blank, filled = client.see("/outils/carnet-d-essai"), client.see("/outils/carnet-d-essai/exemple")
    assert "la date" in blank.text
    assert "3 mars" not in blank.text
    assert "= Prix − Payé" in blank.text
    assert INVENTED not in blank.text
    assert all(words in filled.text for words in ("3 mars", "2 000 €", "1 700 €", "25 %", INVENTED))
    assert not [script for page in (blank, filled) for script in page.all("script") if "alert" in page.text_of(script)]
    assert "<script>alert(1)</script>" in filled.text


def test_its_files_are_downloaded_and_no_other(site: World) -> None:
    client = site.client()
    for copy in Copy:
        for extension, written in FORMATS[ToolForm.TEXT].items():
            name = file_name("carnet-d-essai", copy, extension)
            response = client.get(f"/outils/carnet-d-essai/fichiers/{name}")
            assert (response.status_code, response.mimetype) == (200, written.mimetype)
            assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            assert zipfile.is_zipfile(io.BytesIO(response.data))
    for address in ("carnet-d-essai/fichiers/carnet-d-essai.xlsx", "carnet-d-essai/fichiers/autre.docx", "autre/fichiers/autre.docx", "autre", "autre/exemple"):
        assert client.get(f"/outils/{address}").status_code == 404


def test_a_lesson_that_cites_a_tool_is_named_on_its_page(site: World) -> None:
    site.publish(courses.lesson("un-a", quiz="un-a-quiz", body="Voir le [bloc-notes](carnet-d-essai#idees-refus)."))
    client = site.client()
    assert client.see("/lecons/un-a").link("bloc-notes") == "/outils/carnet-d-essai#idees-refus"
    assert "/lecons/un-a" in client.see("/outils/carnet-d-essai").html


# --- Files ---


def paper(form: str, copy: Copy) -> Paper:
    return paper_of(tool_of(text(form)), copy, DAY)


@pytest.mark.proof
def test_every_file_of_the_course_opens_and_says_its_title(subtests: pytest.Subtests) -> None:
    """Every part of the archive is well-formed; nothing that a reader fills is lost."""
    for tool, copy, extension in every_file():
        with subtests.test(f"{tool.id}, {copy}, {extension}"):
            made = paper_of(tool, copy, DAY)
            data = FORMATS[tool.form][extension].write(made)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert archive.testzip() is None
                for name in archive.namelist():
                    if name.endswith((".xml", ".rels")) and (part := archive.read(name)):
                        ElementTree.fromstring(part)
            if extension == "docx":
                word = WordDocument(io.BytesIO(data))
                assert (word.core_properties.title, word.core_properties.language) == (made.name, "fr-FR")
                assert [paragraph.text for paragraph in word.paragraphs if not paragraph.text.strip()] == []
                assert word.paragraphs[0].style.name == "Heading 1"
                assert len(word.tables) == sum(isinstance(block, Table) for block in made.blocks)
                assert all(row.find(f"{W}trPr/{W}tblHeader") is not None for row in (table.rows[0]._tr for table in word.tables))
                assert {lang.get(f"{W}val") for lang in word.styles.element.iter(f"{W}lang")} == {"fr-FR"}
            elif extension == "odt":
                opened = OpenDocument(io.BytesIO(data))
                assert (opened.meta.title, opened.meta.language) == (made.name, "fr-FR")
                assert len(opened.body.get_elements("//table:table-header-rows")) == sum(isinstance(block, Table) for block in made.blocks)
                assert [one for one in opened.body.get_elements("//text:h") if not one.text_recursive.strip()] == []
            else:
                book = openpyxl.load_workbook(io.BytesIO(data))
                assert book.properties.title == made.name
                assert all(sheet.print_title_rows and sheet.freeze_panes for sheet in book.worksheets[:-1])


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_hostile_words_are_words_in_a_text() -> None:
    """The same in both: what is typed in a field is neither Markdown nor XML."""
    word = WordDocument(io.BytesIO(FORMATS[ToolForm.TEXT]["docx"].write(paper("texte", Copy.FILLED))))
    with zipfile.ZipFile(io.BytesIO(FORMATS[ToolForm.TEXT]["odt"].write(paper("texte", Copy.FILLED)))) as archive:
        opened = "".join(ElementTree.fromstring(archive.read("content.xml")).itertext())
    said = word.tables[0].rows[1].cells[0].text
    assert said == HOSTILE
    assert said in opened
    assert word.paragraphs[0].text == "Carnet <b>d’essai</b> & Cie"
    assert [cell.text for cell in word.tables[0].rows[3].cells][1:3] == ["2\u202f000\u202f€", "300\u202f€"]
    assert "[1] Un guide, une agence, 2026, https://example.org/guide" in [paragraph.text for paragraph in word.paragraphs]


def test_a_blank_text_says_what_to_write() -> None:
    word = WordDocument(io.BytesIO(FORMATS[ToolForm.TEXT]["docx"].write(paper("texte", Copy.BLANK))))
    (sentence,) = (paragraph for paragraph in word.paragraphs if paragraph.text.startswith("Écrit le"))
    assert sentence.text == "Écrit le la date, par …………………………. [1]"
    assert [run.text for run in sentence.runs if run.style.name == "À remplir"] == ["la date", "…………………………"]
    assert [cell.text for cell in word.tables[0].rows[2].cells] == ["", "", "", "= Prix − Payé", "= Payé / Prix"]


def test_a_filled_workbook_works_out_its_sums_and_runs_no_word() -> None:
    data = FORMATS[ToolForm.TABLE]["xlsx"].write(paper("tableau", Copy.FILLED))
    sheet, shown = (openpyxl.load_workbook(io.BytesIO(data), data_only=only).worksheets[0] for only in (False, True))
    top = next(cell.row for cell in sheet["A"] if cell.value == "Idée")
    assert sheet.title == "Idées & refus"
    assert sheet.cell(top + 2, 1).data_type == "s"
    assert str(sheet.cell(top + 2, 1).value).startswith("=HYPERLINK")
    assert sheet.cell(top + 3, 2).value == f"=SUM(B{top + 1}:B{top + 2})"
    assert [shown.cell(top + 3, column).value for column in range(2, 6)] == [2000, 300, 1700, 15]
    assert sheet.cell(top + 1, 2).number_format == '#,##0 "€"'


def test_a_blank_workbook_has_room_and_tells_what_to_write() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS[ToolForm.TABLE]["xlsx"].write(paper("tableau", Copy.BLANK))))
    sheet, guide = book.worksheets
    top = next(cell.row for cell in sheet["A"] if cell.value == "Idée")
    assert sheet.cell(top + 1, 2).value is None
    assert sheet.cell(top + 16, 1).value == "Total"
    assert sheet.cell(top + 15, 4).value == f'=IF(COUNT(B{top + 15},C{top + 15})=0,"",B{top + 15}-C{top + 15})'
    assert {rule.prompt for rule in sheet.data_validations.dataValidation} >= {"en euros"}
    assert ("Idées & refus, Prix", "en euros") in [(row[0].value, row[1].value) for row in guide.iter_rows()]
