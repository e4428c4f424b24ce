"""A small course and a trainer, Ana Mercier, before the atelier's pages."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.authoring.models import Draft
from app.content.store.queries import Publication, Revision
from app.content.text.pitfalls.passes import SENTENCES
from app.identity.rules import Role
from app.platform.db import Base, db
from tests.content.publishing import publish
from tests.record import courses
from tests.record.world import Clock, World
from tests.strict import Page, StrictClient
from tests.words import CREATE_DRAFT

ADDRESS = "ana.mercier@croisee.example"
LESSON, QUIZ, MODULE = "accueil", "accueil-quiz", "module-un"
GLOSSARY = "PEDT\n: projet éducatif territorial.\n"
TIMELINE = "- 1981-07-01 · éducation prioritaire · Première circulaire.\n"


def course() -> tuple[courses.Text, ...]:
    """One module, two lessons, a quiz of eight types, a glossary and a timeline, in the folder `modules/un`."""
    path, text = courses.module(MODULE, [LESSON, "suite"])
    lessons = [courses.lesson(LESSON, quiz=QUIZ, body="Bonjour à tous.\n\n## Le préfet {#le-prefet}\n\nIl signe. PEDT."), courses.lesson("suite")]
    return (
        (path.replace("modules/module-un/", "modules/un/"), text),
        *((path.replace("mod-un/", "un/").replace("un/", f"un/0{place}-"), text) for place, (path, text) in enumerate(lessons, 1)),
        courses.quiz(QUIZ, lesson=LESSON, questions=courses.EIGHT, seuil="70 %"),
        courses.path([MODULE]),
        ("modules/glossaire.md", GLOSSARY),
        ("modules/frise.md", TIMELINE),
    )


class Atelier:
    def __init__(self, app: Flask, texts: tuple[courses.Text, ...] = ()) -> None:
        self.app = app
        self.world = World(app, Clock())
        self.world.begin(*(texts or course()))
        self.clients: dict[str, StrictClient] = {}
        self.client = self.sign_in("Ana Mercier")

    def sign_in(self, name: str) -> StrictClient:
        if name not in self.clients:
            self.clients[name] = self.world.signed_in(self.world.person(name=name, enrolled=False, role=Role.TRAINER))
        return self.clients[name]

    def open(self, document: str, name: str = "Ana Mercier") -> dict[str, Any]:
        """The fields of the editor's form, as a browser would send them."""
        client = self.sign_in(name)
        client.see(f"/atelier/documents/{document}")
        fields = client.page.form("Enregistrer")["fields"]
        return {**{key: value for key, value in fields.items() if key not in ("then", "insert")}, "text": fields["text"].removeprefix("\n")}

    def save(self, document: str, text: str, name: str = "Ana Mercier") -> Page:
        fields = self.open(document, name)
        assert self.sign_in(name).post(f"/atelier/documents/{document}", data={**fields, "text": text}).status_code == 303
        return self.sign_in(name).see(f"/atelier/documents/{document}")

    def write(self, document: str, sentence: str, name: str = "Ana Mercier") -> Page:
        """Add a sentence at the end, and save."""
        return self.save(document, f"{self.open(document, name)['text'].rstrip()}\n\n{sentence}\n", name)

    def press(self, document: str, words: str, status: int = 200) -> Page:
        """A button that stands outside the editor's form and belongs to it, on the page that is shown."""
        button = next(one for one in self.client.page.all("button") if words in Page.text_of(one) and one.get("form"))
        fields = {key: value for key, value in self.client.page.form("Enregistrer")["fields"].items() if key not in ("then", "insert")}
        answer = self.client.post(f"/atelier/documents/{document}", data={**fields, button.get("name"): button.get("value")})
        assert answer.status_code == status
        return self.client.page

    def fetch(self, document: str, fields: dict[str, Any]) -> TestResponse:
        """A save as the script sends it."""
        return self.client.post(f"/atelier/documents/{document}", data=fields, headers={"X-Requested-With": "fetch"})

    def new(self, title: str, module: str = MODULE) -> Page:
        self.client.see("/atelier/nouveau?genre=lecon")
        return self.client.submit(CREATE_DRAFT, title=title, home=module)

    def publish(self, document: str, sentence: str) -> None:
        """A sentence more in what is published."""

        def work(session: Any) -> None:
            revision = session.scalars(
                select(Revision).join(Publication, Publication.revision_id == Revision.id).where(Publication.document_id == document)
            ).one()
            publish(session, revision.path, f"{revision.text}\n{sentence}\n", author_id=None, now=self.world.clock.pass_by(minutes=1))

        self.world.write(work)

    def drafts(self) -> list[Draft]:
        return self.world.read(lambda session: list(session.scalars(select(Draft).order_by(Draft.id))))

    def counts(self) -> dict[str, int]:
        """Table → rows: what a page that leaves no trace leaves as it is."""
        with self.app.app_context():
            return {name: db.session.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()}


def in_own_words(text: str) -> str:
    """Each sentence of the models, said otherwise."""
    for sentence in SENTENCES:
        words = sentence.rstrip(" ?.")
        text = text.replace(sentence, f"{words} d’ici{sentence[len(words) :]}")
    return text
