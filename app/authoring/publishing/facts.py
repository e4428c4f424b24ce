"""The facts and the keys that texts would change, before and after, and how many learned what is true no more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import WorkingText
from app.content.store.facts import changes_between
from app.content.store.queries import course, document_at
from app.platform.french import french
from app.record.facts import count_holders


class FactLine(Struct, frozen=True):
    """A fact whose value changes."""

    before: str
    after: str
    people: int
    """They learned another value than the new one."""


def fact_lines(session: Session, texts: Sequence[WorkingText]) -> tuple[FactLine, ...]:
    """A line a fact, however many of these texts tell it."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        if text.published is None:
            continue
        before = None
        with suppress(KeyError):
            before = document_at(session, text.published.id)
        for fact_id, was, will_be in changes_between(text.document_id, before, text.reading.document, text.published.text):
            if was and will_be:
                found.setdefault(fact_id, (was, will_be))
    people = count_holders(session, course(session), {fact_id: will_be for fact_id, (_, will_be) in found.items()})
    return tuple(FactLine(french(was), french(will_be), people[fact_id]) for fact_id, (was, will_be) in sorted(found.items()))
