"""Out and in again without an edit: no lesson of the course changes, through LibreOffice or not. What a word processor changes by itself is no difference."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.authoring.circulating import views
from app.authoring.circulating.edits import carry_edits
from app.authoring.circulating.passages import passages
from app.authoring.circulating.values import key
from app.authoring.incoming.word import process
from app.authoring.models import SentText
from app.content.documents.reader import read_document
from app.content.papers.files import TEXTS
from app.content.papers.paper import mark_in
from app.content.values.addresses import media_name
from app.content.values.course import Lesson
from app.platform.french import french
from app.platform.storage.folder import FolderStore
from tests.authoring.circulating.carried import HEAD, NOW, PRINT, back, out
from tests.authoring.circulating.offices import word_documents

COURSE = Path(__file__).parents[3] / "modules"
NOTE = "Cour des comptes, « l'avis » n° {}, p. 3-4..."
SAMPLE = ("ep-reseau", "ce-situation-argent")


@cache
def lessons() -> dict[str, tuple[str, dict[str, str]]]:
    found = {}
    for path in sorted(COURSE.glob("*/*.md")):
        text = path.read_text()
        lesson = read_document(str(path.relative_to(COURSE.parent)), text).document
        if isinstance(lesson, Lesson):
            found[lesson.id] = (text, {label: NOTE.format(label) for label in lesson.calls})
    return found


@pytest.mark.parametrize("some", [SAMPLE, pytest.param((), marks=pytest.mark.proof)], ids=["two lessons", "every lesson"])
def test_no_edit_is_no_difference(some: tuple[str, ...], subtests: pytest.Subtests) -> None:
    for lesson_id in some or lessons():
        with subtests.test(lesson_id):
            text, notes = lessons()[lesson_id]
            found = carry_edits(text, notes, back(out(text, notes=notes)))
            assert found.text == text
            assert found.left == ()


@pytest.mark.proof
@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_nor_is_what_libreoffice_saves_as_a_word_document(extension: str, tmp_path: Path) -> None:
    some = dict(list(lessons().items())[::5])
    files = {f"{each}.{extension}": out(text, extension, notes) for each, (text, notes) in some.items()}
    again = word_documents(files, tmp_path)
    assert len(again) == len(some)
    for lesson_id, (text, notes) in some.items():
        data = again[f"{lesson_id}.docx"]
        found = carry_edits(text, notes, back(data))
        assert found.left == (), lesson_id
        assert found.text == text, lesson_id
        assert mark_in(data) == ("essai", PRINT)


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_pictures_go_out_with_what_they_show(extension: str, tmp_path: Path) -> None:
    written = io.BytesIO()
    Image.new("RGB", (900, 500), "teal").save(written, "WEBP")
    (tmp_path / media_name("plan.webp", PRINT)).write_bytes(written.getvalue())
    text = f'{HEAD}![Un plan](images/plan.webp "Le *quartier*"){{petite}}\n\n| A | B |\n|---|---|\n| 1 | 2 |\n'
    row = SentText(document_id="essai", fingerprint=PRINT, text=text, media={"plan.webp": PRINT}, notes={}, sent_at=NOW)
    data = views.write_file(row, TEXTS[extension], FolderStore(tmp_path))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        whole = parts.read("word/document.xml" if extension == "docx" else "content.xml").decode()
        assert any(name.startswith(("word/media/", "Pictures/")) for name in parts.namelist())
        if extension == "odt":
            assert 'manifest:media-type="image/png"' in parts.read("META-INF/manifest.xml").decode()
    assert "Un plan" in whole
    if extension == "docx":
        assert carry_edits(text, {}, back(data)).text == text


@given(st.text("aé1 \u00a0\u202f’'\"«»“”.…-–:;!?%\n", max_size=60))
def test_typography_is_no_difference(text: str) -> None:
    assert key(french(text)) == key(text)


@given(st.text(max_size=200))
def test_any_text_has_passages(text: str) -> None:
    for each in passages(text, {}):
        assert len(each.spelt.places) in (0, len(each.text))
        assert all(text[place] == sign or sign == "\n" for place, sign in zip(each.spelt.places, each.text, strict=False) if place >= 0)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", out("---\nid : essai\ntitre : T\n---\n\nUn.\n")[:2000]])
def test_what_is_no_file_of_ours_has_no_mark(data: bytes) -> None:
    assert mark_in(data) is None


def test_what_no_lesson_became_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    data = out(f"{HEAD}Un mot.\n")
    assert "pieces" in process.answer("returned", "x.docx", data)
    monkeypatch.setattr(process, "MAX_CHARACTERS", 10)
    assert "bien plus long" in process.answer("returned", "x.docx", data)["refused"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_no_mark_is_looked_for_in_what_no_word_processor_writes(method: int) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        archive.writestr("docProps/core.xml", f"croisee_essai_{PRINT}")
    assert mark_in(written.getvalue()) is None
    damaged = bytearray(written.getvalue())
    damaged[40:60] = b"\xff" * 20
    assert mark_in(bytes(damaged)) is None


def test_a_mark_is_not_looked_for_in_what_is_huge() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", f"croisee_essai_{PRINT}" + " " * 300_000)
    assert mark_in(written.getvalue()) is None
