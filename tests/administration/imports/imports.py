"""What several tests share: import of people: each line its verdict, twice changes nothing, traps refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from app.administration.imports.rules import ExistingRecords, Refusal, judge
from app.identity.models import Person
from app.platform.db import db
from tests.strict import Page, StrictClient

HEADER = "Nom;Courriel;Employeur;Rôles;Territoire\r\n"


def people_file(count: int, bad: int = 0) -> bytes:
    """`count` people under a header; of line `bad`, the territory does not exist."""
    lines = [f"Personne {n};p{n}@ville.example;collectivite;apprenant;{'Nulle part' if n + 1 == bad else 'Lens'}" for n in range(1, count + 1)]
    return (HEADER + "\r\n".join(lines)).encode()


def upload(client: StrictClient, data: bytes, name: str = "personnes.csv", status: int = 303) -> Page:
    client.see("/administration/import")
    token = client.page.form("Vérifier")["fields"]["csrf_token"]
    response = client.post("/administration/import", data={"csrf_token": token, "cohort": "0", "file": (io.BytesIO(data), name)})
    assert response.status_code == status
    return client.see(response.headers["Location"]) if status == 303 else client.page


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def headcount(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Person.id))) or 0


def with_parts(parts: Mapping[str, str]) -> bytes:
    """A workbook of one line, some parts of which are others."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(("Nom",), ("A",)))) as source, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in {*source.namelist(), *parts}:
            archive.writestr(part, parts.get(part) or source.read(part))
    return data.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_strings(strings: str, **parts: str) -> bytes:
    """A workbook that has these shared strings."""
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for name, kind in (("sharedStrings", "sharedStrings"), ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"))
    )
    listed = f'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{types}</Types>'
    return with_parts({"[Content_Types].xml": listed, "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>", **parts})


KNOWN = ExistingRecords(
    {"lens": "cite-lens", "lille nord est": "cite-lne", "roubaix": "cite-roubaix"},
    {"automne": 3},
    {"cite-lens": "Lens", "cite-lne": "Lille Nord Est", "cite-roubaix": "Roubaix"},
    {3: "Automne"},
)


def refusals(cells: dict[str, str]) -> tuple[Refusal, ...]:
    found = judge(cells, KNOWN)
    assert isinstance(found, tuple)
    return found
