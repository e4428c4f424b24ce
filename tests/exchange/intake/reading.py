"""What the tests of an import share: a text or a file read as the page reads it, and answered by its own guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.authoring.incoming import image_process
from app.exchange.intake.files import sources_of
from app.exchange.intake.reading import read_source
from app.exchange.intake.units import ImportSource, SourceReading, Unit
from app.platform.french import strip_accents


def of_text(text: str, answers: Mapping[str, str] | None = None) -> SourceReading:
    return read_source(source_of("colle.txt", text.encode()), answers or {})


def of_file(name: str, data: bytes, answers: Mapping[str, str] | None = None) -> SourceReading:
    return read_source(source_of(name, data), answers or {})


def source_of(name: str, data: bytes) -> ImportSource:
    (source,) = sources_of(name, data, image_process.answers).sources
    return source


def answer_by_guess(source: ImportSource) -> SourceReading:
    """With each thing that is asked answered as it is guessed."""
    answers: dict[str, str] = {}
    reading = read_source(source, answers)
    while reading.doubts:
        answers[reading.doubts[0].key] = reading.doubts[0].guess
        reading = read_source(source, answers)
    return reading


def is_as(unit: Unit, expected: str) -> bool:
    """`single : Le préfet`; `single ?`, it has to be asked; `short ~`, it may be."""
    kind, _, key = expected.partition(" : ")
    mode = kind[-1] if kind[-1] in "?~" else ""
    if mode == "?":
        return unit.state == "asked"
    if mode == "~":
        return unit.state in ("asked", "read")
    return unit.state == "read" and unit.kind == kind and (not key or " / ".join(unit.key) == key)


def summary_of(reading: SourceReading) -> list[tuple[str, str, str]]:
    return [(unit.kind, unit.state, " / ".join(unit.key)) for unit in reading.units]


def words_of(text: str) -> set[str]:
    """Its words of four letters or more, without accents."""
    return set(re.findall(r"[a-z0-9]{4,}", strip_accents(text.casefold())))
