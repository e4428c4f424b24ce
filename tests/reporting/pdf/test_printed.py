"""The printed report: what the screen says, in PDF/UA-1, by a process that a hostile name or a huge report cannot use against the worker."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pdfua import validate
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject
from sqlalchemy import select

from app.identity.audit import SEEN
from app.identity.models import Person
from app.platform import printing, sandbox
from app.platform.db import db
from app.platform.printing import NotPrinted, pdf_of
from app.platform.sandbox import SandboxLimits
from app.reporting import pdf as printed
from app.reporting.pdf import TEMPLATE
from tests.reporting.conftest import LILLE_SUD, SignIn, all_pages, rows_of
from tests.reporting.pdf.printed import REPORT, pdf, plain, text_of
from tests.words import TRY_IN_A_MINUTE

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def elements(node: Any) -> Iterator[DictionaryObject]:
    """The structure's elements, in the order in which they are read."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for one in node:
            yield from elements(one)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


# --- What it says ---


@pytest.mark.parametrize("address", ["", "?etat=en-cours&tri=-avancement", "?territoire=departement-nord&cote=education", "?module=cites-educatives"])
def test_it_lists_the_people_of_the_grid_with_their_figures_in_the_same_order(as_: SignIn, address: str) -> None:
    client = as_("aurelie.dussart")
    told = text_of(pdf(client, REPORT + address))
    people = told[told.index("Lespersonnes") :]
    rows = [(page, row) for page in all_pages(client, f"/pilotage/personnes{address}") for row in rows_of(page)]
    assert rows
    place = 0
    for page, row in rows:
        name = plain(page.text_of(next(row.iter("a"))))
        words = [plain(page.text_of(cell)) for cell in row.iter("td")]
        share, count = re.fullmatch(r"([\d,]+%)(\d+sur\d+(?:,dont\d+dispensées?)?)", words[1]).groups()  # type: ignore[union-attr]
        place = people.index(name, place)
        assert f"{share}({count})" in people[place : place + 250], name
        assert words[0].lower() in people[place : place + 150].lower(), name


def test_its_pictures_are_those_of_the_screen(as_: SignIn) -> None:
    """But for territories of fewer than five people, and as many others as keep them from being worked out: paper travels."""
    client = as_("aurelie.dussart")
    page, told = client.see("/pilotage/bilan"), text_of(pdf(client))
    (tables,) = (each for each in page.all("details") if "tables" in str(each.get("class")))
    rows = [[plain(page.text_of(cell)) for cell in row if cell.tag in ("th", "td")] for row in tables.iter("tr")]
    assert len(rows) > 40
    for cells in rows:
        assert all(cell in told for cell in cells) or re.search(r"\([1-5]personnes?\)", cells[0]), cells
    for line in next(each for each in page.all("section") if each.get("aria-labelledby") == "sans-personne").iter("li"):
        assert plain(page.text_of(line)).partition(":")[0] in told


def test_whoever_is_late_is_counted_where_the_choice_is_late(as_: SignIn) -> None:
    told = text_of(pdf(as_("aurelie.dussart"), f"{REPORT}?echeance=en-retard&parcours=acculturation"))
    found = re.search(r"Personnesinscrites(\d+)", told)
    assert found
    assert f"Enretard{found[1]}" in told


def test_it_says_when_it_was_computed_for_whom_and_by_which_filter(as_: SignIn) -> None:
    told = text_of(pdf(as_("karim.haddouche"), f"{REPORT}?cote=collectivite&du=2020-01-05"))
    assert "RapportdepilotageNord." in told
    assert re.search(r"Calculéle\d+\w+\d{4}à\d+h\d\d", told)
    assert "Choix:employeur:collectivité;ordre:parnom;compteouvertdepuisle05/01/2020." in told


def test_few_people_get_no_average(as_: SignIn) -> None:
    reader = pdf(as_("aurelie.dussart"), f"{REPORT}?territoire=cite-roubaix")
    told = text_of(reader)
    assert "Moinsde5personnes" in told
    assert "Avancementmoyen" not in told
    assert not [one for one in elements(reader.root_object["/StructTreeRoot"]) if one["/S"] == "/Figure"]


def test_nobody_else_is_in_it(as_: SignIn, app: Flask) -> None:
    told = text_of(pdf(as_("solene.wattiez")))
    with app.app_context():
        names = set(db.session.scalars(select(Person.name)))
    assert {name for name in names if plain(name) in told} == set(LILLE_SUD)


def test_what_is_beyond_reach_does_not_exist(as_: SignIn) -> None:
    solene = as_("solene.wattiez")
    for beyond in ("territoire=cite-lens", "territoire=departement-nord", "cohorte=99", "module=x"):
        assert solene.get(f"{REPORT}?{beyond}").status_code == 404, beyond
    assert as_("ines.carpentier").get(REPORT).status_code == 404


def test_whoever_is_named_can_read_it_in_their_journal(as_: SignIn, app: Flask) -> None:
    pdf(as_("solene.wattiez"))
    with app.app_context():
        seen = select(Person.name).join(SEEN, SEEN.c.person_id == Person.id).where(SEEN.c.what == "printing.report_pdf")
        assert sorted(db.session.scalars(seen)) == sorted(LILLE_SUD)
    ines = as_("ines.carpentier").see("/compte/consultations")
    assert "Le rapport d’avancement où vous figurez, en fichier PDF" in ines.text


def test_beyond_the_people_who_are_listed_there_are_totals(as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "MOST", 10)
    told = text_of(pdf(as_("aurelie.dussart")))
    assert "Les10premièrespersonnessur" in told
    total = int(re.search(r"Les10premièrespersonnessur(\d+)", told)[1])  # type: ignore[index]
    assert f"Toutes10{total - 10}{total}" in told
    assert "ZinebHaddad" not in told


# --- PDF/UA ---


def test_it_is_pdf_ua(as_: SignIn) -> None:
    reader = pdf(as_("aurelie.dussart"))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] is not None
    assert root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).lower().startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Rapport de pilotage"
    xmp = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
    assert re.search(r"<pdfuaid:part>\s*1\s*</pdfuaid:part>", xmp)
    assert "Rapport de pilotage" in xmp
    assert all(page["/Tabs"] == "/S" for page in reader.pages if "/Annots" in page)
    assert "/StructParents" in reader.pages[0]
    assert not reader.is_encrypted


def test_a_checker_finds_no_fault(as_: SignIn, tmp_path: Path) -> None:
    """Of the rules that a machine can judge without knowing what the report means to say."""
    file = tmp_path / "rapport.pdf"
    file.write_bytes(as_("aurelie.dussart").get(REPORT).get_data())
    report = validate(file)
    assert [(found.rule_id, found.message) for found in report.findings] == []


def test_its_structure_says_what_each_part_is(as_: SignIn) -> None:
    reader = pdf(as_("aurelie.dussart"))
    parts = list(elements(reader.root_object["/StructTreeRoot"]))
    kinds = [str(one["/S"]) for one in parts]
    levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    figures = [one for one in parts if one["/S"] == "/Figure"]
    assert len(figures) == 4
    assert all(len(str(one["/Alt"])) > 40 for one in figures)
    tables = [one for one in parts if one["/S"] == "/Table"]
    assert len(tables) == 1 + 4 + 1
    for table in tables:
        inside = list(elements(table["/K"]))
        heads = [one for one in inside if one["/S"] == "/TH"]
        assert heads
        assert all("Column" in str(one.get("/A")) for one in heads)
        assert {str(one["/S"]) for one in inside} <= {"/THead", "/TBody", "/TR", "/TH", "/TD", "/P", "/Span", "/NonStruct", "/Strong", "/Em"}


def test_every_font_is_in_the_file_with_its_characters(as_: SignIn) -> None:
    reader = pdf(as_("aurelie.dussart"))
    fonts = {id(font): font for page in reader.pages for font in (one.get_object() for one in page["/Resources"]["/Font"].values())}
    assert fonts
    for font in fonts.values():
        inner = font["/DescendantFonts"][0].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & inner["/FontDescriptor"].get_object().keys()
        assert "/ToUnicode" in font


def test_nothing_that_is_shown_stands_outside_the_structure(as_: SignIn) -> None:
    """Every run of text is inside a marked sequence: of the structure, or an artifact such as the page's foot."""
    reader = pdf(as_("aurelie.dussart"))
    for page in reader.pages:
        depth = 0
        for _operands, operator in ContentStream(page.get_contents(), reader).operations:
            depth += (operator in (b"BDC", b"BMC")) - (operator == b"EMC")
            assert depth > 0 or operator not in (b"Tj", b"TJ", b"'", b"f", b"f*", b"S", b"B", b"Do"), operator
        assert depth == 0


# --- Whatever happens to the process ---


HOSTILE = [
    '#panic("x") #import "@preview/x:1.0.0"',
    "$ x $ *gras* _it_ `code` <a> @b = titre \\",
    '"; #read("/etc/passwd")',
    "\u0007\u0000\ud800 a\u202eb\u200bc",
    "李小龍 محمد 😀 \U0001f9d9",
    "".join(chr(0x4E00 + place) for place in range(60)),
    "x" * 400,
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_name_is_text_whatever_is_written_in_it(as_: SignIn, app: Flask, name: str) -> None:
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.name == "Damien Platteau")).one()
        person.name = name.encode("utf-8", "ignore").decode()
        db.session.commit()
    told = text_of(pdf(as_("solene.wattiez")))
    assert "NassimBelhadj" in told
    for part in re.findall(r"[a-z#@$\"]{3,}", name.replace("\u202e", " ")):
        assert part[:40] in told


def _report(**changes: Any) -> dict[str, Any]:
    empty = {"title": "T", "description": "D", "author": "A", "scope": "S", "computed": "C", "filter": "F", "note": "", "cites": "", "listed": ""}
    lists: dict[str, Any] = {key: [] for key in ("counts", "pictures", "empty", "rows", "beyond", "notes")}
    return {**empty, **lists, "columns": list("abcdef"), "shares": [1] * 6, **changes}


def test_it_takes_little_time_for_five_hundred_people(tmp_path: Path) -> None:
    began = time.perf_counter()
    made = pdf_of(
        tmp_path,
        TEMPLATE,
        _report(rows=[[f"Personne {number}", "Lille Sud (Nord)", "en cours", "50,0 % (3 sur 6)", "1er juin 2026", "–"] for number in range(500)]),
        NOW,
    )
    assert time.perf_counter() - began < 15
    assert len(PdfReader(io.BytesIO(made)).pages) > 10


def test_what_takes_too_long_or_too_much_is_stopped(tmp_path: Path) -> None:
    endless, small = tmp_path / "endless.typ", SandboxLimits(400, 20, 22)
    endless.write_text("#let data = sys.inputs.data\n#let x = 0\n#while true { x += 1; if x < 0 { break } }\n", encoding="utf-8")
    huge = tmp_path / "huge.typ"
    huge.write_text("#let a = range(3000000).map(x => str(x) * 50)\n#a.len()\n", encoding="utf-8")
    with pytest.raises(NotPrinted):
        pdf_of(tmp_path, endless, {}, NOW, limits=SandboxLimits(1024, 1, 3))
    with pytest.raises(NotPrinted):
        pdf_of(tmp_path, huge, {}, NOW, limits=small)
    assert pdf_of(tmp_path, TEMPLATE, _report(), NOW, limits=small).startswith(b"%PDF-")


def test_when_it_cannot_be_printed_the_page_says_what_else_there_is(as_: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(printing, "CHILD", tmp_path / "nowhere.py")
    page = as_("solene.wattiez").see(REPORT, 503)
    assert "Ce document n’a pas pu être imprimé. Le tableur" in page.text


def test_reports_are_printed_one_at_a_time(as_: SignIn, app: Flask) -> None:
    client = as_("solene.wattiez")
    with sandbox._place(app.config["CROISEE"].instance_path / sandbox.LOCK, 0):
        page = client.see(REPORT, 503)
        assert TRY_IN_A_MINUTE in page.text
        assert client.get(REPORT).headers["Retry-After"] == "60"
    assert client.get(REPORT).status_code == 200


def test_the_process_is_given_nothing_but_the_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os, sys; sys.stdout.write('%PDF-' + ' '.join(sorted(os.environ)) + ' ' + str(sys.flags.isolated))", encoding="utf-8")
    monkeypatch.setattr(printing, "CHILD", child)
    monkeypatch.setenv("CROISEE_SECRET_KEY", "secret")
    assert set(pdf_of(tmp_path, TEMPLATE, {}, NOW).decode().split()) <= {"%PDF-LC_CTYPE", "%PDF-PYTHONUTF8", "LC_CTYPE", "PYTHONUTF8", "1"}
