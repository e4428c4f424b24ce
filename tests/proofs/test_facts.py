"""A fact that changes, on the demonstration: the exact set of people, by a query of our own, and what each reads; and what it costs at 1,000 people × 300 facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import own_draft, text_of
from app.authoring.models import Draft
from app.authoring.publishing.facts import fact_lines
from app.authoring.publishing.queries import as_reviewed
from app.authoring.publishing.services import publish
from app.content.store.queries import MINOR, course
from app.identity.models import Person
from app.identity.rules import Role
from app.platform import clock as app_clock
from app.platform.db import db
from app.record import facts
from app.record.progress.models import Attestation, LearningEvent
from tests.authoring.trainers import draft
from tests.demonstrations import demonstration_in
from tests.identity.builders import NOW
from tests.making import make_app, make_settings
from tests.record import courses
from tests.record.conftest import clock, empty
from tests.record.world import Clock, World, words_of
from tests.words import MEND_ERRORS_FIRST

__all__ = ["clock", "empty"]

pytestmark = [pytest.mark.proof, pytest.mark.long]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application of its own for `empty`: this folder's is the demonstration, which other tests read."""
    app = make_app(make_settings(tmp_path / "instance"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def shown(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    app: Flask = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path_factory.mktemp("facts") / "instance")))
    told = Clock(app_clock.now())
    monkeypatch.setattr("app.platform.clock.now", told.now)
    yield World(app, told)
    with app.app_context():
        db.engine.dispose()


LEARNED = """
SELECT DISTINCT e.person_id FROM learning_event e JOIN person p ON p.id = e.person_id AND p.active
WHERE e.event = 'read' AND e.element_id IN ('cpo-droit', 'cpo-situation-association') ORDER BY e.person_id
"""
LESSON, OTHER = "cpo-droit", "cpo-situation-association"


def told_now(world: World) -> list[int]:
    def work(session):  # type: ignore[no-untyped-def]
        people = session.scalars(select(Person.id).where(Person.active)).all()
        return sorted({person for person, _ in facts.told_together(session, course(session), people, world.clock.now())})

    return list(world.read(work))


def review(world: World, trainer: int) -> str:
    """The page before a publication of both lessons, for their author."""
    return words_of(world.signed_in(trainer).see(f"/atelier/documents/{LESSON}/relecture?avec={OTHER}"))


def move(world: World, trainer: int, before: str, after: str, why: str) -> None:
    """Both lessons, published together as the review's form does."""
    for document in (LESSON, OTHER):
        draft(world, trainer, document, lambda written: written.replace(before, after))

    def work(session: Session) -> None:
        reviewed = [as_reviewed(text_of(session, own_draft(session, document, trainer))) for document in (LESSON, OTHER)]
        publish(session, reviewed, author_id=trainer, change=MINOR, now=world.clock.now(), why=why)

    world.write(work)


@pytest.fixture
def trainer(shown: World) -> int:
    return shown.read(lambda session: session.scalars(select(Person).where(Person.email.startswith("thomas.delvigne"))).one().id)


def test_a_threshold_changes_and_exactly_those_who_learned_it_are_told(shown: World, trainer: int) -> None:
    wanted = shown.read(lambda session: list(session.scalars(text(LEARNED))))
    assert len(wanted) > 5
    move(shown, trainer, "60 000 € hors taxes{", "60 000 euros hors taxes{", "")  # nothing for typography
    assert told_now(shown) == []
    draft(shown, trainer, LESSON, lambda written: written.replace("60 000 euros hors taxes{", "90 000 euros hors taxes{"))
    alone = words_of(shown.signed_in(trainer).see(f"/atelier/documents/{LESSON}/relecture"))
    assert MEND_ERRORS_FIRST in alone  # the other lesson would say otherwise
    draft(shown, trainer, OTHER, lambda written: written.replace("60 000 euros hors taxes{", "90 000 euros hors taxes{"))
    assert f"{len(wanted)} personnes l’avaient appris, et seront prévenues" in review(shown, trainer)
    move(shown, trainer, "60 000 euros hors taxes{", "90 000 euros hors taxes{", "Le décret relève le seuil.")
    assert told_now(shown) == wanted
    _read(shown, wanted[0])
    assert told_now(shown) == wanted[1:]
    administrator = shown.read(lambda session: next(one.id for one in session.scalars(select(Person)) if Role.ADMINISTRATOR in one.role_set))
    for person, endpoint in ((trainer, "authoring.facts"), (administrator, "fact_standings.index")):
        assert f"1 sur {len(wanted)} sait" in words_of(shown.signed_in(person).go(endpoint))
    move(shown, trainer, "90 000 euros", "60 000 euros", "Le décret est retiré.")
    assert told_now(shown) == wanted[:1]  # the others were right all along


def _read(world: World, person: int) -> None:
    """The screens of one of them, until it is seen."""
    reader = world.signed_in(person)
    for endpoint in ("learning.home", "review.review", "changes.changes"):
        words = words_of(reader.go(endpoint))
        assert "60 000" in words
        assert "90 000" in words
        assert "Le décret relève le seuil." in words
    held = world.read(lambda session: session.scalars(select(Attestation.id).where(Attestation.person_id == person)).all())
    assert any("À jour au" in words_of(reader.go("attestations.attestation", attestation_id=each)) for each in held)
    reader.go("changes.changes")
    reader.submit("J’ai vu")


# --- What it costs ---

PEOPLE, LESSONS, IN_EACH = 1_000, 30, 10


def lesson(number: int, value: int) -> courses.Text:
    told = "\n\n".join(f"Le montant {each} est de **{value + each} euros**{{fait:montant-{number}-{each}}}." for each in range(IN_EACH))
    return courses.lesson(f"lecon-{number}", body=f"## Les montants {{#montants}}\n\n{told}")


def crowd(world: World) -> None:
    """A thousand people who read everything."""
    numbers = range(1_000, 1_000 + PEOPLE)

    def work(session):  # type: ignore[no-untyped-def]
        people = [{"id": n, "name": f"P {n}", "email": f"p{n}@croisee.example", "fs_uniquifier": str(n), "active": True, "created_at": NOW} for n in numbers]
        session.execute(insert(Person), people)
        for place in range(LESSONS):
            rows = [
                {"person_id": n, "element_id": f"lecon-{place}", "event": "read", "at": world.clock.now(), "criterion": "lu", "idempotency_key": f"{n}:{place}"}
                for n in numbers
            ]
            session.execute(insert(LearningEvent), rows)

    world.write(work)


def spent(work: Callable[[], object], times: int = 1) -> float:
    """Milliseconds of the processor for each time."""
    work()
    begin = time.process_time()
    for _ in range(times):
        work()
    return 1000 * (time.process_time() - begin) / times


def test_a_publication_and_home_stay_quick(empty: World) -> None:
    texts = [lesson(number, 1_000) for number in range(LESSONS)]
    empty.publish_together(courses.module("mod-un", [f"lecon-{number}" for number in range(LESSONS)]), *texts, courses.path(["mod-un"]))
    crowd(empty)
    empty.clock.pass_by(minutes=1)
    _home(empty)
    _publication(empty)


def _publication(crowded: World) -> None:
    """What the review and the publication count, of a lesson of ten facts and of all the others at once."""
    trainer = crowded.person("Théo Formateur", enrolled=False, role=Role.TRAINER)
    for number in range(1, LESSONS):
        draft(crowded, trainer, f"lecon-{number}", lambda written: written.replace("est de **1", "est de **2"))
    with crowded.app.app_context():
        working = [text_of(db.session, row) for row in db.session.scalars(select(Draft)).all()]
        assert all(each.reading.publishable for each in working)
        assert spent(lambda: fact_lines(db.session, working[:1])) < 1_000  # 24 when this was written
        assert spent(lambda: fact_lines(db.session, working)) < 3_000  # 594
        assert [line.people for line in fact_lines(db.session, working)] == [PEOPLE] * ((LESSONS - 1) * IN_EACH)


def _home(crowded: World) -> None:
    """Where nothing changed, then with ten changes of the year that the person saw: milliseconds of the processor, beside a SELECT of this machine."""
    person = 1_500

    def told() -> tuple[facts.ToldChange, ...]:
        return facts.told_to(db.session, course(db.session), person, crowded.clock.now())

    with crowded.app.app_context():
        plain = spent(lambda: db.session.scalar(select(Person.name).where(Person.id == person)), 300)
        assert spent(told, 300) < plain
    crowded.publish_together(lesson(0, 2_000))
    with crowded.app.app_context():
        assert len(told()) == IN_EACH
    crowded.write(lambda session: facts.see(session, course(session), person, [f"montant-0-{each}" for each in range(IN_EACH)], crowded.clock.now()))
    with crowded.app.app_context():
        assert told() == ()
        assert spent(told, 300) < 5 * plain  # 0.25 ms, where a SELECT takes 0.12
