"""What an author gave and has not kept yet: its sources, their pictures, the answers so far. It waits for two days, theirs alone. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.exchange.intake.reading import read_source
from app.exchange.intake.units import ImportSource, SourceReading
from app.platform.errors import NotYours

MOST_FILES = 30
"""Given at once."""


class StagedImport(Struct, frozen=True, kw_only=True):
    """`answers`: of each source by its place, « 0/clé:q3 ». `drafts`: what was made of it, once it is taken."""

    sources: tuple[ImportSource, ...]
    pictures: Mapping[str, str] = {}
    """Name → base 64."""
    answers: Mapping[str, str] = {}
    drafts: tuple[str, ...] = ()

    def readings(self) -> tuple[SourceReading, ...]:
        return tuple(read_source(source, self.given_for(place)) for place, source in enumerate(self.sources))

    def given_for(self, place: int) -> dict[str, str]:
        begins = f"{place}/"
        return {key.removeprefix(begins): answer for key, answer in self.answers.items() if key.startswith(begins)}

    def with_answer(self, key: str, answer: str | None) -> StagedImport:
        """With an answer more; without it for None: it is asked again."""
        answers = {**self.answers, key: answer} if answer is not None else {each: said for each, said in self.answers.items() if each != key}
        return replace(self, answers=answers)

    def picture(self, name: str) -> bytes:
        return base64.b64decode(self.pictures[name])


def pack(staged: StagedImport) -> bytes:
    return msgspec.json.encode(staged)


def unpack(data: bytes) -> StagedImport:
    """Raises NotYours for what waits there and is no import: an archive."""
    try:
        return msgspec.json.decode(data, type=StagedImport)
    except msgspec.MsgspecError:
        raise NotYours from None
