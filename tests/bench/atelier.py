"""« L'atelier »: what learners would see of a lesson of 20 kB while somebody types it, in server time, without a network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app import create_app
from app.authoring.drafts.queries import WorkingText
from app.authoring.editor.previews import preview
from app.content.documents.reader import DocumentReading, read_document
from app.content.store.queries import course
from app.content.store.services import new_text, store
from app.identity import services
from app.identity.rules import Role
from app.platform.db import db, writing
from tests.bench.contents import lesson_text
from tests.identity.builders import NOW, carry_session
from tests.making import make_settings
from tests.record import courses

ROUNDS, MODULES = 15, 300
LESSON = "ce-vagues"


def measure(folder: Path, say: Callable[..., None]) -> None:
    """Each round types another letter, so that nothing was read before; the rest of the course is as it is published."""
    app = create_app(make_settings(folder))
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    with app.app_context():
        published = course(db.session)
        path = published.lessons[LESSON].path
    texts = [lesson_text(LESSON).replace("Une réunion commence.", f"Une réunion commence {'a' * number}.") for number in range(ROUNDS)]
    note = f"kB={len(texts[0].encode()) / 1000:.0f}"
    alone = [_timed(lambda text=text: preview(published, WorkingText(LESSON, 1, path, text, {}, None, None), "etat", NOW)) for text in texts]
    say("preview_parse_and_render", statistics.median(alone), 20, unit="ms", higher=False, note=note)
    client = _trainer(app)
    client.get(f"/atelier/documents/{LESSON}")  # the course is read once by each process
    asked = [_timed(lambda text=text: _preview(client, text)) for text in texts]
    say("preview_whole_request", statistics.median(asked), 50, unit="ms", higher=False, note=note)
    say("atelier_home", statistics.median(_timed(lambda: client.get("/atelier")) for _ in range(ROUNDS)), 50, unit="ms", higher=False)
    with app.app_context():
        with writing() as session:
            store(session, [new_text(reading, text, {}) for text, reading in _large_course()], author_id=None, now=NOW)
        client.get("/atelier")
        say("plan_of_300_modules", statistics.median(_timed(lambda: client.get("/atelier")) for _ in range(ROUNDS)), 60, unit="ms", higher=False)
        db.engine.dispose()


def _large_course() -> Iterator[tuple[str, DocumentReading]]:
    """A path of 300 modules of three lessons, in the place of the paths of the course."""
    names = [f"grand-{number:03d}" for number in range(MODULES)]
    texts = [courses.path(names)]
    for name in names:
        lessons = [f"{name}-{one}" for one in "abc"]
        texts += [courses.module(name, lessons), *(courses.lesson(one, module=name) for one in lessons)]
    yield from ((text, read_document(path, text)) for path, text in texts)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)


def _trainer(app: Any) -> Any:
    """A signed-in trainer's client. Forms are sent without their token: it is not what is measured."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), writing() as session:
        person = services.create_person(session, name="Banc Essai", email="banc.essai@croisee.example", now=NOW, roles=[Role.TRAINER])
        number = person.id
    client = app.test_client()
    carry_session(client, number)
    return client


def _preview(client: Any, text: str) -> None:
    answer = client.post(f"/atelier/documents/{LESSON}/apercu", data={"text": text, "side": "etat"}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200, answer.status
    assert "Une réunion commence" in answer.json["pane"]
