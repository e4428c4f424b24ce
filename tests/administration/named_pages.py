"""What several tests share: whatever shows somebody's name or address to somebody else writes it in the access journal: every page and file of the URL map is opened."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.identity.audit import SEEN, Access
from app.platform.db import db


def read(response: TestResponse) -> str:
    """What a page or a file says, whatever its form."""
    data = response.get_data()
    response.close()
    if response.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if response.mimetype.endswith("spreadsheetml.sheet"):
        return "\n".join(str(cell) for sheet in load_workbook(io.BytesIO(data)) for row in sheet.iter_rows(values_only=True) for cell in row)
    return data.decode("utf-8-sig", "replace")


def pages(app: Flask, number: int, other: int) -> Iterator[tuple[Rule, str]]:
    """Each address that answers a GET, about her wherever an address is about somebody."""
    values: dict[str, Any] = {"person_id": number, "other_id": other, "lesson_id": "un-a", "module_id": "mod-un", "quiz_id": "un-a-quiz"}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            kinds = {name: 1 if "Integer" in type(converter).__name__ else "x" for name, converter in rule._converters.items()}
            yield rule, app.url_map.bind("localhost").build(rule.endpoint, {**kinds, **{name: values[name] for name in kinds if name in values}})


def noted(app: Flask, number: int, after: int) -> list[tuple[int, str]]:
    """(reader, what) of her rows that were written after a row."""
    with app.app_context():
        rows = db.session.execute(select(SEEN.c.reader_id, SEEN.c.what).where(SEEN.c.person_id == number, SEEN.c.id > after))
        return [tuple(row) for row in rows]


def last_row(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.max(Access.id))) or 0
