"""Papers are made by whoever comes first: the timer after a publication, a command, the first who asks. One at a time on a host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.content.store.queries import generation
from app.learner.reference.syntheses.papers import SynthesisPaper, file_of, folder_of, templates_digest
from app.platform import log
from app.platform.errors import DomainError
from app.platform.files import write_whole
from app.platform.printing import pdf_of
from app.platform.sandbox import LONG_WAIT
from app.platform.settings import Settings, current_settings
from app.platform.site.queries import current_site


def make_pdf(instance: Path, paper: SynthesisPaper, *, wait: float = LONG_WAIT) -> bytes:
    """The paper, from its file or made now; older editions of it go. Raises TooBusy or NotPrinted."""
    target = file_of(instance, paper)
    with suppress(OSError):
        return target.read_bytes()
    pdf = pdf_of(instance, paper.template, json.loads(paper.values), paper.edition, instead=paper.instead, wait=wait)
    try:
        write_whole(target, pdf)
    except OSError as error:  # it is read all the same, and made again for the next one
        log.event("synthesis_not_kept", error=type(error).__name__)
    for older in folder_of(instance).glob(f"{paper.stem}*.pdf"):
        if older != target:
            older.unlink(missing_ok=True)
    return pdf


def make_missing(instance: Path, papers: tuple[SynthesisPaper, ...]) -> Iterator[tuple[SynthesisPaper, str]]:
    """(paper, what was wrong with it, empty for one that was made) of each that was missing. Those of modules that are gone are dropped."""
    _drop_strangers(instance, papers)
    for paper in papers:
        if file_of(instance, paper).exists():
            continue
        try:
            make_pdf(instance, paper)
        except DomainError as error:
            yield paper, error.sentence
        else:
            yield paper, ""


def _drop_strangers(instance: Path, papers: tuple[SynthesisPaper, ...]) -> None:
    stems = tuple(paper.stem for paper in papers)
    for file in folder_of(instance).glob("*.pdf"):
        if not file.name.startswith(stems):
            file.unlink(missing_ok=True)


# --- Known to be made ------------------------------------------------------------------------------------------------


def anything_missing(session: Session, _now: datetime) -> bool:
    """Was something published since all of them were made here? Asked often, of a process that stays small: nothing of the course is read."""
    settings, current = current_settings(), generation(session)
    with suppress(OSError):
        return bool(current) and _marker(settings).read_text(encoding="utf-8") != _mark(settings, current)
    return bool(current)


def note_made(settings: Settings, current: int) -> None:
    write_whole(_marker(settings), _mark(settings, current).encode())


def _marker(settings: Settings) -> Path:
    return folder_of(settings.instance_path) / "made"


def _mark(settings: Settings, current: int) -> str:
    return f"{current} {templates_digest()} {settings.address_of('')} {current_site().version}"
