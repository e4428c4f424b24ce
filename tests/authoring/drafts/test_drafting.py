"""Drafts on both databases: begun once, saved version after version, never overwritten, whatever comes at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.administration.accounts import merging
from app.authoring.drafts import services as drafts
from app.authoring.drafts.queries import published_revision, working_text
from app.authoring.drafts.services import DraftConflict, IdTaken, TextTooLong
from app.authoring.models import Draft
from app.identity.models import Person
from app.identity.rules import Role
from app.platform.errors import DomainError, NotYours
from tests.authoring.atelier import LESSON, Atelier
from tests.authoring.drafts.drafting import NEW


@pytest.fixture
def atelier(any_app: Flask) -> Atelier:
    return Atelier(any_app)


def keep(text: str, version: int = 0, base: int | None = None, author: int = 1, document: str = LESSON) -> Callable[[Session], Draft | None]:
    from tests.record.world import MORNING

    return lambda session: drafts.keep_text(session, replace(working_text(session, document, author), text=text), version=version, base_id=base, now=MORNING)


def test_a_first_save_begins_from_what_the_author_was_shown(atelier: Atelier) -> None:
    shown = atelier.world.read(lambda session: published_revision(session, LESSON))
    assert shown
    atelier.publish(LESSON, "Publié pendant que le formateur écrivait.")
    draft = atelier.world.write(keep(f"{shown.text}\nDe ma main.\n", base=shown.id))
    assert draft
    assert (draft.base_revision_id, draft.version) == (shown.id, 2)


def test_a_base_of_another_document_is_not_taken(atelier: Atelier) -> None:
    other = atelier.world.read(lambda session: published_revision(session, "suite"))
    mine = atelier.world.read(lambda session: published_revision(session, LESSON))
    assert other
    assert mine
    draft = atelier.world.write(keep(f"{mine.text}\nÀ moi.\n", base=other.id))
    assert draft
    assert draft.base_revision_id == mine.id


def test_each_save_replaces_the_version_that_it_names(atelier: Atelier) -> None:
    versions = [atelier.world.write(keep(f"{NEW}{number}", version)) for number, version in ((1, 0), (2, 2), (3, 3))]
    assert [draft and draft.version for draft in versions] == [2, 3, 4]
    with pytest.raises(DraftConflict) as late:
        atelier.world.write(keep(f"{NEW}en retard", 3))
    assert (late.value.saved, late.value.sent, late.value.version) == (f"{NEW}3", f"{NEW}en retard", 4)
    assert atelier.drafts()[0].text == f"{NEW}3"


def test_of_many_saves_at_once_one_wins_and_the_others_are_told(atelier: Atelier) -> None:
    def save(number: int) -> str:
        try:
            atelier.world.write(keep(f"{NEW}{number}"))
        except DraftConflict as late:
            return late.saved
        return "won"

    told = atelier.world.together(4, save)
    [draft] = atelier.drafts()
    assert told.count("won") == 1
    assert set(told) == {"won", draft.text}, "and each was shown the very text that stands"


def test_the_same_text_is_saved_once(atelier: Atelier) -> None:
    told = atelier.world.together(4, lambda _: atelier.world.write(keep(NEW)))
    assert {draft and draft.version for draft in told} == {2}
    assert len(atelier.drafts()) == 1


def test_a_new_document_takes_nobody_elses_place(atelier: Atelier) -> None:
    def new(text: str = NEW, path: str = "modules/un/09-toute-neuve.md") -> Draft:
        return atelier.world.write(lambda session: drafts.new_draft(session, path, text, 1, atelier.world.clock.now()))

    assert new().document_id == "toute-neuve"
    with pytest.raises(IdTaken):
        new(path="modules/un/10-autre.md")
    with pytest.raises(IdTaken):
        new(NEW.replace("toute-neuve", "autre-neuve"))
    with pytest.raises(IdTaken):
        new(NEW.replace("toute-neuve", LESSON), "modules/un/11-encore.md")
    with pytest.raises(NotYours):
        new(path="../ailleurs.md")
    with pytest.raises(DomainError):
        new(NEW.replace("id : toute-neuve\n", ""), "modules/un/12-sans.md")
    assert len(atelier.drafts()) == 1


def test_line_ends_and_what_no_database_stores(atelier: Atelier) -> None:
    draft = atelier.world.write(keep("un\r\ndeux\rtrois\x00"))
    assert draft
    assert draft.text == "un\ndeux\ntrois\ufffd"
    with pytest.raises(TextTooLong):
        atelier.world.write(keep("a" * 400_001, 2))


def test_a_discarded_draft_is_gone_and_no_other(atelier: Atelier) -> None:
    bruno = atelier.world.person(name="Bruno Lambert", enrolled=False, role=Role.TRAINER)
    atelier.world.write(keep(f"{NEW}Ana"))
    atelier.world.write(keep(f"{NEW}Bruno", author=bruno))
    atelier.world.write(lambda session: drafts.discard_draft(session, drafts.open_draft(session, LESSON, 1, atelier.world.clock.now())))
    assert [draft.author_id for draft in atelier.drafts()] == [bruno]


def test_two_accounts_of_one_trainer_become_one_with_all_their_drafts(atelier: Atelier) -> None:
    other = atelier.world.person(name="Ana Mercier-Roy", enrolled=False, role=Role.TRAINER)
    atelier.world.write(keep(f"{NEW}de l’un"))
    atelier.world.write(keep(f"{NEW}de l’autre", author=other))
    atelier.world.write(keep(f"{NEW}suite", author=other, document="suite"))
    administrator = atelier.world.person(name="Aurélie Dussart", enrolled=False, role=Role.ADMINISTRATOR)

    def merge(session: Session) -> None:
        kept, gone = (session.get_one(Person, number) for number in (1, other))
        merging.merge_accounts(session, kept, gone, administrator, atelier.world.clock.now())

    atelier.world.write(merge)
    assert [(draft.document_id, draft.text.rpartition("\n")[2]) for draft in atelier.drafts() if draft.author_id == 1] == [
        (LESSON, "de l’un"),
        ("suite", "suite"),
    ]
    assert len(atelier.drafts()) == 3, "the second draft of one document is kept where it was"
