"""What somebody had read when they decided: a publication is of that text, or refused."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.authoring.drafts.queries import WorkingText
from app.platform.errors import NotYours


class ReviewedDraft(Struct, frozen=True):
    """A draft as its author read it before deciding."""

    document_id: str
    version: int
    fingerprint: str


def as_reviewed(text: WorkingText) -> ReviewedDraft:
    return ReviewedDraft(text.document_id, text.version, text.fingerprint)


def form_value(draft: ReviewedDraft) -> str:
    """What the review's form sends back with the decision."""
    return f"{draft.document_id}/{draft.version}/{draft.fingerprint}"


def read_form_values(values: Iterable[str]) -> tuple[ReviewedDraft, ...]:
    """Raises NotYours for what no page of ours wrote."""
    try:
        return tuple(ReviewedDraft(name, int(version), mark) for name, version, mark in (value.split("/") for value in values))
    except ValueError as error:
        raise NotYours from error
