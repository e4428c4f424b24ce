"""The floors: one-file Flask applications that do the least of what our pages must do, under the same gunicorn command.

`/lesson` three ORM queries and one Jinja page of a lesson's size; `/bare` a view that returns those bytes; `/save` one ORM insert and commit,
durable (WAL, synchronous=FULL); `/recap` one ORM query and commit, for the one page among the thirteen requests of an attempt.
"""

from __future__ import annotations

import os
import time

from flask import Flask, Response, request
from flask_sqlalchemy_lite import SQLAlchemy
from jinja2 import Template
from sqlalchemy import event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

db = SQLAlchemy()


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[int] = mapped_column(index=True)
    text: Mapped[str]


PARAGRAPH = "Une cité éducative réunit l’État, la ville et l’école autour des enfants d’un quartier, avant, pendant et après la classe. "
PAGE = Template(
    "<!doctype html><html lang=fr><title>{{ title }}</title><h1>{{ title }}</h1>"
    "{% for row in rows %}<section><h2>{{ row.text }}</h2>{% for n in range(12) %}<p>{{ paragraph }}{{ n }}</p>{% endfor %}</section>{% endfor %}",
    autoescape=True,
)


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": f"sqlite:///{os.environ['FLOOR_DATABASE']}"}
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "connect", _pragmas)
        Base.metadata.create_all(db.engine)
        if db.session.get(Row, 1) is None:
            db.session.add_all(Row(owner=number % 10, text=f"Section {number}") for number in range(160))
            db.session.commit()
        bare = _page().encode()
        db.session.close()
        db.engine.dispose()  # workers are forks of the process that runs this

    @app.get("/lesson")
    def lesson() -> str:
        return _page()

    @app.get("/bare")
    def plain() -> Response:
        return Response(bare, mimetype="text/html")

    @app.post("/save")
    def save() -> Response:
        db.session.add(Row(owner=int(request.form["owner"]), text=f"{request.form['text']} {time.monotonic_ns()}"))
        db.session.commit()
        return Response(status=204)

    @app.get("/recap")
    def recap() -> str:
        row = db.session.scalars(select(Row).where(Row.id == 1)).one()
        db.session.commit()
        return row.text

    return app


def _page() -> str:
    first = db.session.scalars(select(Row).where(Row.id == 1)).one()
    second = db.session.scalars(select(Row).where(Row.owner == 2)).all()
    third = db.session.scalars(select(Row).where(Row.owner == 3)).all()
    return PAGE.render(title=first.text, rows=[*second, *third][:16], paragraph=PARAGRAPH)


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
