"""What is pasted in the editor, from where people copy it, as Markdown where the caret is."""

from __future__ import annotations

import pytest
from flask import Flask

from app.authoring.incoming.word.process import convert_paste
from tests.authoring.atelier import LESSON, Atelier

WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body><!--StartFragment--><h2>Un titre</h2>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Un</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Un bis</p>"
    "<p>Une phrase<a href='#_ftn1'><sup>[1]</sup></a> en <b>gras</b>.</p><div id=ftn1><p><a href='#_ftnref1'>[1]</a> La note.</p></div></body></html>"
)
GOOGLE = (
    "<b style='font-weight:normal;' id='docs-internal-guid-1'><h2><span style='font-weight:400'>Un titre</span></h2><p><span>En </span>"
    "<span style='font-weight:700'>gras</span><span>, un </span><a href='https://www.google.com/url?q=https://example.org/a%3Fb%3D1&amp;sa=D'>lien</a>.</p>"
    "<ul><li><p>Un</p></li><ul><li><p>Un bis</p></li></ul><li><p>Deux</p></li></ul></b>"
)
LIBREOFFICE = (
    "<html><body><h2>Un titre</h2><p>Une phrase<a class='sdfootnoteanc' name='sdfootnote1anc' href='#sdfootnote1sym'><sup>1</sup></a>.</p>"
    "<table><tr><td><p>Qui</p></td><td><p>Quoi</p></td></tr><tr><td><p>Maire</p></td><td><p>Pilote</p></td></tr></table>"
    "<div id='sdfootnote1'><p><a class='sdfootnotesym' href='#sdfootnote1anc'>1</a>La note.</p></div></body></html>"
)
EXCEL = (
    "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><body><table border=0 cellpadding=0><!--StartFragment--> {columns} "
    "<tr height=20><td>Qui</td><td>Quoi</td></tr><tr height=20><td>Maire</td><td>Pilote</td></tr><!--EndFragment--></table></body></html>"
)
"""Columns stand before the rows, in a group or not."""
TABLE = ["| Qui | Quoi |", "| --- | --- |", "| Maire | Pilote |"]
WEB = "<h3>Un titre</h3><p>Un <em>mot</em> et <script>alert(1)</script><a href='javascript:alert(1)'>rien</a></p><ol><li>D'abord</li><li>Ensuite</li></ol>"


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (WORD, ["## Un titre", "- Un", "  - Un bis", "Une phrase[^1] en **gras**.", "[^1]: La note."]),
        (GOOGLE, ["## Un titre", "En **gras**, un [lien](https://example.org/a?b=1).", "- Un", "  - Un bis", "- Deux"]),
        (LIBREOFFICE, ["## Un titre", "Une phrase[^1].", "| Qui | Quoi |", "| --- | --- |", "| Maire | Pilote |", "[^1]: La note."]),
        (EXCEL.format(columns="<col width=80 span=2 style='width:60pt'>"), TABLE),
        (EXCEL.format(columns="<colgroup><col width=80><col width=80></colgroup>"), TABLE),
        (WEB, ["## Un titre", "Un *mot* et rien", "1. D'abord", "2. Ensuite"]),
        ("deux <b>mots</b>", ["deux **mots**"]),
    ],
    ids=["Word", "Google Docs", "LibreOffice", "Excel", "Excel 365", "web", "words"],
)
def test_what_is_pasted_keeps_its_form(html: str, lines: list[str]) -> None:
    assert [line for line in convert_paste(html).split("\n") if line.strip()] == lines


def test_notes_take_labels_that_the_text_has_not(app: Flask) -> None:
    atelier = Atelier(app)
    fields = {**atelier.open(LESSON), "html": LIBREOFFICE, "text": "Un[^n4] mot.\n\n[^n4]: Une note.\n"}
    answer = atelier.client.post(f"/atelier/documents/{LESSON}/collage", data=fields, headers={"X-Requested-With": "fetch"})
    assert answer.json is not None
    assert "Une phrase[^n5]." in answer.json["text"]
    assert answer.json["notes"] == "[^n5]: La note."
    assert not atelier.drafts(), "nothing is kept"
    empty = atelier.client.post(f"/atelier/documents/{LESSON}/collage", data={**fields, "html": "<p> </p>"}, headers={"X-Requested-With": "fetch"})
    assert (empty.status_code, empty.json) == (200, {"text": "", "notes": ""})
    assert atelier.client.post("/atelier/documents/inconnu/collage", data=fields).status_code == 404
