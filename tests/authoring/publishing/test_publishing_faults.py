"""Workers of a real server killed while trainers save, publish and import: every text is whole, old or new; what was acknowledged is there."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.authoring.models import Draft
from app.content.store.queries import ContentState, Publication, Revision, course
from app.content.store.services import locked_state, store
from app.content.text.normalise import normalise
from app.identity.audit import AdministrativeAct
from app.identity.rules import Role
from app.platform.db import db
from tests.authoring.incoming.zips import unzipped, zipped
from tests.bench.journeys import Person
from tests.bench.load import form_with_file, led, once, request_bytes
from tests.bench.serving import kill_workers, serving
from tests.identity.builders import PASSWORD
from tests.making import make_app, make_settings
from tests.record import courses
from tests.record.world import Clock, World
from tests.strict import Page
from tests.words import CHECK_ARCHIVE, PUBLISH_NOW

KILLS = 100
ENOUGH = 6
"""Acknowledged publications of each trainer: with fewer, little would be shown."""
DOCUMENTS = ("un-a", "un-b")
PACKED = ("paquet-a", "paquet-b")
"""Two lessons that always come together, in an archive: all or nothing is seen on them."""

pytestmark = [pytest.mark.proof, pytest.mark.long]


def whole(document: str, number: int) -> str:
    """A lesson of which every paragraph says the same number: half of one and half of another would be seen."""
    body = "".join(f"## Titre {place} {{#titre-{place}}}\n\nParagraphe {place} de la version {number}, {'des mots ' * 30}\n\n" for place in range(12))
    return normalise(courses.lesson(document, quiz="un-a-quiz" if document == "un-a" else "", body=body.strip())[1])


def numbers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"de la version (\d+)", text)}


class Trainer(threading.Thread):
    """Somebody signed in who goes on and on; what was acknowledged is noted. A connection that was cut says nothing."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__(daemon=True)
        person = Person(port, {"email": f"formateur.{number}@croisee.example", "password": PASSWORD})
        person.get("/atelier/archive")  # the first form puts its token in the session
        self.port, self.cookie = port, person.cookie
        person.connection.close()
        self.published: list[int] = []
        self.unexpected: list[str] = []
        self.heard = 0
        self.over = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            with suppress(OSError):
                self.work(number)

    def work(self, number: int) -> None:
        raise NotImplementedError

    def get(self, path: str) -> bytes:
        return self.exchange(request_bytes("GET", path, self.cookie))[2]

    def post(self, action: str, fields: dict[str, Any], good: tuple[int, ...] = (303,)) -> str:
        """Send a form; gives where it leads to, which is nowhere when the answer was a page."""
        status, head, _body = self.exchange(request_bytes("POST", action, self.cookie, list(fields.items())))
        return self.led(action, status, head, good)

    def led(self, action: str, status: int, head: bytes, good: tuple[int, ...] = (303,)) -> str:
        if status not in good or b"/fusion" in head:
            self.unexpected.append(f"{action}: {status}")
        self.heard += 1
        return led(head)

    def exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        return once(self.port, request)


class Writer(Trainer):
    """Saves a version of one document, then publishes it, as from the editor."""

    def __init__(self, port: int, number: int, document: str) -> None:
        super().__init__(port, number)
        self.document = document
        self.saved: list[int] = []

    def work(self, number: int) -> None:
        address = f"/atelier/documents/{self.document}"
        form = Page(self.get(address).decode()).form("Enregistrer")
        self.post(form["action"], {**form["fields"], "text": whole(self.document, number), "then": "save"})
        self.saved.append(number)
        form = Page(self.get(f"{address}/relecture").decode()).form(PUBLISH_NOW)
        self.post(form["action"], form["fields"])
        self.published.append(number)


class Importer(Trainer):
    """Takes the course out as a zip, writes a version in two of its files, brings it in again."""

    def work(self, number: int) -> None:
        files = unzipped(self.get("/atelier/archive/cours.zip"))
        changed = zipped(files | {courses.lesson(document)[0]: whole(document, number) for document in PACKED})
        fields = Page(self.get("/atelier/archive").decode()).form(CHECK_ARCHIVE)["fields"]
        request = request_bytes("POST", "/atelier/archive", self.cookie, sent=form_with_file("cours.zip", changed, **fields))
        check = self.led("archive", *self.exchange(request)[:2])
        # The course may have moved since the archive was judged: it says so, and is asked again.
        if self.post(check, fields, (303, 409)):
            self.published.append(number)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A site on the disk, with one trainer a document."""
    settings = make_settings(tmp_path / "instance", database_url=f"sqlite:///{tmp_path / 'instance' / 'croisee.sqlite'}")
    world = World(make_app(settings), Clock())
    world.publish_together(*courses.small(), *(courses.lesson(document) for document in PACKED))
    for number in range(len(DOCUMENTS) + 1):
        world.person(f"Formateur {number}", role=Role.TRAINER, enrolled=False)
    for number in range(4):
        world.person(f"Apprenant {number}")
    yield world
    with world.app.app_context():
        db.engine.dispose()


def kill_and_wait(master: int, trainers: Sequence[Trainer]) -> int:
    """On a slow machine an act of several requests seldom gets through between two kills: what each is to publish is then waited for."""
    chance, end = random.Random(11), time.monotonic() + 240
    killed = kill_workers(master, KILLS, end, chance, lambda: sum(trainer.heard for trainer in trainers), lambda: chance.randint(1, 6))
    while any(len(trainer.published) < ENOUGH for trainer in trainers) and time.monotonic() < end:
        time.sleep(0.01)
    return killed


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are counted in /proc: Linux only")
def test_killed_while_saving_and_publishing_every_text_is_whole(world: World, tmp_path: Path) -> None:
    environ = {
        "CROISEE_INSTANCE": str(tmp_path / "instance"),
        "CROISEE_LOGIN_LIMIT": "1000 per minute",
        "GUNICORN_CMD_ARGS": "--preload",
    }  # a new worker at once
    with serving("app:create_app()", environ) as (port, master):
        importer = Importer(port, len(DOCUMENTS))
        writers = [Writer(port, number, document) for number, document in enumerate(DOCUMENTS)]
        trainers: list[Trainer] = [importer, *writers]
        for trainer in trainers:
            trainer.start()
        try:
            killed = kill_and_wait(master, trainers)
        finally:
            for trainer in trainers:
                trainer.over.set()
        for trainer in trainers:
            trainer.join()
    assert killed == KILLS
    assert [trainer.unexpected for trainer in trainers] == [[]] * len(trainers)
    assert all(len(trainer.published) >= ENOUGH for trainer in trainers)
    world.read(lambda session: [whole_texts(session, writer) for writer in writers])
    world.read(lambda session: all_or_nothing(session, importer))
    world.read(sound)


def stored(session: Session, document: str) -> list[int]:
    """The versions of a document in the order of time, each of them whole, the last one published."""
    revisions = list(session.scalars(select(Revision).where(Revision.document_id == document).order_by(Revision.id)))
    written = [numbers(revision.text).pop() for revision in revisions[1:]]
    assert all(revision.text == whole(document, number) for revision, number in zip(revisions[1:], written, strict=True))
    assert written == sorted(set(written)), "none twice, none out of turn"
    assert session.get_one(Publication, document).revision_id == revisions[-1].id
    return written


def all_or_nothing(session: Session, importer: Importer) -> None:
    versions = [stored(session, document) for document in PACKED]
    assert versions[0] == versions[1], "one never came without the other"
    assert set(importer.published) <= set(versions[0])


def whole_texts(session: Session, writer: Writer) -> None:
    """What was acknowledged is there, or a later one stands in its place; the draft is one version, on what is published."""
    written = stored(session, writer.document)
    assert set(writer.published) <= set(written)
    draft = session.scalar(select(Draft).where(Draft.document_id == writer.document))
    last = numbers(draft.text).pop() if draft else written[-1]
    assert draft is None or draft.text == whole(writer.document, last)
    assert draft is None or draft.base_revision_id == session.get_one(Publication, writer.document).revision_id
    assert last >= max(writer.saved)


def sound(session: Session) -> None:
    """The database, the course that it gives, and the list of acts agree."""
    assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    acts = list(session.scalars(select(AdministrativeAct).where(AdministrativeAct.act == "text_published")))
    by_hand = list(session.scalars(select(Revision.id).where(Revision.author_id.is_not(None), Revision.document_id.in_(DOCUMENTS))))
    assert sorted(act.details["version"] for act in acts) == sorted(by_hand)
    before = session.get_one(ContentState, 1).generation
    store(session, [], author_id=None, now=Clock().now())
    assert locked_state(session).generation == before, "the generation is that of what is published"
    assert {lesson.id for lesson in course(session).lessons.values()} == {*DOCUMENTS, *PACKED, "deux-a"}
