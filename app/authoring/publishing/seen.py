"""What somebody had read when they decided: a publication is of that text, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.authoring.models import Draft
from app.content.text.normalise import fingerprint, normalise
from app.errors import NotYours


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft as its author read it before deciding."""

    document_id: str
    version: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.document_id}/{self.version}/{self.fingerprint}"


def as_seen(draft: Draft) -> Seen:
    return Seen(draft.document_id, draft.version, fingerprint(normalise(draft.text)))


def read_seen(values: Iterable[str]) -> tuple[Seen, ...]:
    """What a form sends back. Raises NotYours for what no page of ours wrote."""
    try:
        return tuple(Seen(name, int(version), mark) for name, version, mark in (value.split("/") for value in values))
    except ValueError as error:
        raise NotYours from error
