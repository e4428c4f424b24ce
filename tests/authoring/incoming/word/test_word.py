"""Word documents: what is refused before anything reads it."""

from __future__ import annotations

import tracemalloc

import pytest

from app.authoring.incoming.word import safety
from app.platform.zips import FileRefused
from tests.authoring.incoming.documents import Docx, paragraph
from tests.authoring.incoming.zips import locked, renamed, zipped
from tests.words import LEAVES_ARCHIVE

# --- What is refused ---

HONEST = Docx([paragraph("Bonjour")])
ENTITIES = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def remote(kind: str, target: str) -> bytes:
    return Docx([paragraph("Bonjour")], settings=[("r1", kind, target, True)]).data()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("cours.docm", HONEST.data(), "macros"),
        ("cours.docx", Docx(parts={"word/vbaProject.bin": b"\xd0\xcf"}).data(), "macros"),
        ("cours.docx", Docx(parts={"[Content_Types].xml": '<Types><Override ContentType="x.macroEnabled.main+xml"/></Types>'}).data(), "macros"),
        ("cours.docx", remote("attachedTemplate", "https://mal.example/modele.dotm"), "son modèle"),
        ("cours.docx", remote("attachedTemplate", "\\\\mal.example\\partage\\modele.dotm"), "son modèle"),
        ("cours.docx", remote("attachedTemplate", "file://mal.example/modele.dotm"), "son modèle"),
        ("cours.docx", remote("oleObject", "http://mal.example/x"), "une partie de lui-même"),
        ("cours.docx", Docx(prolog=ENTITIES).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/comments.xml": ENTITIES + "<a>&b;</a>"}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/x.xml": (ENTITIES.replace("?>", ' encoding="UTF-16"?>') + "<a/>").encode("utf-16")}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/x.xml": '<!DOCTYPE a SYSTEM "http://mal.example/a.dtd"><a/>'}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/x.xml": b"<a><b></a>"}).data(), "abîmé"),
        ("cours.docx", Docx(parts={"word/x.xml": b"<a>&b;</a>"}).data(), "abîmé"),
        ("cours.docx", Docx(parts={"word/x.xml": b"<a>"}).data(), "abîmé"),
        ("cours.docx", Docx(parts={"word/x.dat": ENTITIES + "<a>&b;</a>"}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/bombe.xml": b"<a>" + b" " * 9_000_000 + b"</a>"}).data(), "piégée"),
        ("cours.docx", renamed(HONEST.data(), "word/footnotes.xml", "../../../etc/p.xml"), LEAVES_ARCHIVE),
        ("cours.docx", locked(HONEST.data()), "mot de passe"),
        ("cours.docx", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "ancien format"),
        ("cours.docx", b"PK\x03\x04 nothing", "zip"),
        ("cours.docx", zipped({"modules/un.md": "x"}), "pas un document Word"),
        ("cours.docx", HONEST.data() + b"\x00" * 15_000_000, "15 Mo"),
        ("cours.pdf", HONEST.data(), ".docx"),
        ("cours", HONEST.data(), ".docx"),
    ],
)
def test_a_document_that_hides_something_is_refused_before_it_is_read(name: str, data: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        safety.check(name, data)
    assert said in refused.value.sentence


def test_a_part_of_many_elements_is_judged_without_a_tree_of_it() -> None:
    """A tree is some twenty times its part, of which there may be eighty megabytes."""
    data = Docx(parts={"word/x.xml": "<a>" + "".join(f'<b c="{number}"/>' for number in range(60_000)) + "</a>"}).data()
    tracemalloc.start()
    safety.check("cours.docx", data)
    assert tracemalloc.get_traced_memory()[1] < 6_000_000
    tracemalloc.stop()


def test_a_template_on_the_writers_own_disk_is_of_no_matter() -> None:
    safety.check("cours.docx", remote("attachedTemplate", "file:///C:/Users/a/Normal.dotm"))
