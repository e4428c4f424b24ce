"""Two accounts of one person: what the page says is what happens, and no row of the ledger is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.administration.accounts import merging
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.db import db
from app.record import enrolment, ledger
from app.record.progress.models import Enrolment, LearningEvent
from tests.administration.people_pages import acts, administrator, person, settled, stays
from tests.identity.builders import sign_in, signed_in
from tests.record.world import World
from tests.words import MERGE_ACCOUNTS


@pytest.fixture
def world(either: World) -> World:
    return either


def rows(world: World) -> list[tuple[Any, ...]]:
    """The ledger without the owner of each row."""
    columns = [column for column in LearningEvent.__table__.columns if column.name != "person_id"]
    return world.read(lambda session: [tuple(row) for row in session.execute(select(*columns).order_by(LearningEvent.id))])


def two(world: World) -> tuple[int, int]:
    """The kept account has read two lessons and passed a quiz; the other has read one of them, another, and passed the same quiz."""
    kept, gone = (
        settled(world.app, "Éloïse Zola", "cite-lens"),
        settled(world.app, "Éloïse Zola-Petit", "cite-lille-sud", roles=[Role.TRAINER, Role.ADMINISTRATOR]),
    )
    for number, elements in ((kept, ("un-a", "un-a-quiz", "un-b")), (gone, ("un-a", "un-a-quiz", "deux-a"))):
        world.do(enrolment.enrol, number)
        for element in elements:
            world.finish(number, element)
    return kept, gone


def test_a_merge_does_what_its_page_says(world: World) -> None:
    client = administrator(world.app)
    kept, gone = two(world)
    before = rows(world)
    page = client.see(f"/administration/personnes/{kept}/fusion?q=eloise")
    client.see(page.link("Éloïse Zola-Petit"))
    assert "Étapes faites334" in client.page.text
    assert rows(world) == before
    client.submit(MERGE_ACCOUNTS)
    assert rows(world) == before
    with world.app.app_context():
        assert set(db.session.scalars(select(LearningEvent.person_id))) == {kept}
        assert [row.person_id for row in db.session.scalars(select(Enrolment).where(Enrolment.person_id.in_([kept, gone])))] == [kept]
        assert ledger.find_differences(db.session, course(db.session)) == []
    progress = world.standing(kept).path_progress()
    assert (progress.done, progress.required) == (4, 6)
    assert stays(world.app, kept) == [("cite-lens", True), ("cite-lille-sud", True)]
    with person(world.app, kept) as row:
        assert row.role_set == {Role.LEARNER, Role.TRAINER}
    with person(world.app, gone) as row:
        assert not row.active
    assert ("accounts_merged", kept) in acts(world.app)


def test_the_closed_account_opens_nothing_and_attempts_follow_each_other(world: World) -> None:
    client = administrator(world.app)
    kept, gone = two(world)
    theirs = world.app.test_client()
    sign_in(theirs, "éloïse.zola-petit@croisee.example")
    client.see(f"/administration/personnes/{kept}/fusion/{gone}")
    client.submit(MERGE_ACCOUNTS)
    assert not signed_in(theirs)
    from app.assessment.models import Attempt

    with world.app.app_context():
        found = db.session.execute(select(Attempt.person_id, Attempt.quiz_id, Attempt.number).order_by(Attempt.id)).all()
    assert [tuple(row) for row in found] == [(kept, "un-a-quiz", 1), (kept, "un-a-quiz", 2)]


def test_what_cannot_be_merged(world: World) -> None:
    client = administrator(world.app)
    number = settled(world.app, "Éloïse Zola", "cite-lens")
    client.see(f"/administration/personnes/{number}/fusion/{number}", 422)
    client.see(f"/administration/personnes/{number}/fusion/1", 422)
    client.see(f"/administration/personnes/{number}/fusion/999", 404)
    with world.app.app_context():
        one, me = db.session.get_one(Person, number), db.session.get_one(Person, 1)
        with pytest.raises(merging.NotMergeable):
            merging.merge_accounts(db.session, one, me, 1, world.clock.now())
