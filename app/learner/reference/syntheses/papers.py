"""The papers that the published course makes, each under the digest of all that it says, and their PDF files.

Nothing of it is stored but the files, in the instance's cache: what is missing can always be made again from the course (decision 26).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import url_for
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.store.queries import generation
from app.content.values.course import Course, made_of_course
from app.content.values.paths import default_path, modules_in_order
from app.content.values.text import DocumentKind
from app.learner.reference.syntheses.synthesis import Imprint, edition_of, poster, synthesis
from app.platform import log
from app.platform.errors import DomainError
from app.platform.files import write_whole
from app.platform.french import day_of
from app.platform.printing import pdf_of
from app.platform.sandbox import LONG_WAIT
from app.platform.settings import Settings, current_settings
from app.platform.site import current_site
from app.platform.site_rules import Site
from app.record.attestation_issuing import colours

POSTER = "glossaire-et-frise"
MODULE_INSTEAD = "La page du module et celles de ses leçons disent la même chose, et votre navigateur peut les imprimer."
POSTER_INSTEAD = "Les pages du glossaire et de la frise disent la même chose, et votre navigateur peut les imprimer."
HERE = Path(__file__).parent
_TEMPLATES = {True: HERE / "poster.typ", False: HERE / "synthesis.typ"}


class SynthesisPaper(Struct, frozen=True):
    module_id: str
    """Empty for the poster."""
    title: str
    edition: datetime
    digest: str
    values: str
    """JSON, as the template reads it."""

    @property
    def template(self) -> Path:
        return _TEMPLATES[not self.module_id]

    @property
    def file_name(self) -> str:
        return f"{self.module_id or POSTER}.pdf"

    @property
    def instead(self) -> str:
        """What says the same, where it cannot be printed."""
        return MODULE_INSTEAD if self.module_id else POSTER_INSTEAD

    @property
    def stem(self) -> str:
        """What its editions have in common. No id of a module holds a point."""
        return f"{'module' if self.module_id else 'feuille'}.{self.module_id or POSTER}."


def imprint_of(course: Course, settings: Settings, site: Site) -> Imprint:
    return Imprint(site.name, settings.address_of(""), tuple(colours(site, course).items()))


@made_of_course(16)
def paper_of(course: Course, module_id: str, imprint: Imprint) -> SynthesisPaper | None:
    """The synthesis of a module; the poster where no module is named. None where the course has nothing to put on it."""
    module = course.modules.get(module_id)
    if module is not None:
        lesson_ids = (each for each in module.lesson_ids if each in course.lessons)
        return _paper(module.id, f"{module.title} : synthèse du module", edition_of(course, [module.id, *lesson_ids]), synthesis(course, module, imprint))
    if module_id or not (course.glossary.entries or course.timeline.events):
        return None
    edition = edition_of(course, [DocumentKind.GLOSSARY.value, DocumentKind.TIMELINE.value])
    return _paper("", "Glossaire et frise, sur une feuille A3", edition, poster(course, imprint))


def _paper(module_id: str, title: str, edition: datetime, values: dict[str, Any]) -> SynthesisPaper:
    told = json.dumps(values, sort_keys=True)
    template = _TEMPLATES[not module_id].read_bytes()
    return SynthesisPaper(module_id, title, edition, hashlib.sha256(template + told.encode()).hexdigest(), told)


def paper_named(course: Course, name: str, imprint: Imprint) -> SynthesisPaper | None:
    """Returns a paper by its file name, or None."""
    wanted, _, extension = name.rpartition(".")
    if extension != "pdf" or not (wanted == POSTER or wanted in course.modules):
        return None
    return paper_of(course, "" if wanted == POSTER else wanted, imprint)


@made_of_course(2)
def papers_of(course: Course, imprint: Imprint) -> tuple[SynthesisPaper, ...]:
    """Lists the papers in the order of the path, the poster last."""
    wanted = [*(module.id for module in modules_in_order(course, default_path(course))), ""]
    return tuple(paper for module_id in wanted if (paper := paper_of(course, module_id, imprint)))


def templates_digest() -> str:
    return hashlib.sha256(b"".join(template.read_bytes() for template in _TEMPLATES.values())).hexdigest()


# --- Files -----------------------------------------------------------------------------------------------------------


def folder_of(instance: Path) -> Path:
    return instance / "cache" / "syntheses"


def file_of(instance: Path, paper: SynthesisPaper) -> Path:
    return folder_of(instance) / f"{paper.stem}{paper.digest}.pdf"


def size_of(instance: Path, paper: SynthesisPaper) -> int | None:
    """Bytes; None for one that is not made yet."""
    try:
        return file_of(instance, paper).stat().st_size
    except OSError:
        return None


# --- For whoever lists documents -------------------------------------------------------------------------------------


class SynthesisRow(Struct, frozen=True):
    title: str
    href: str
    weight: int
    """Bytes; 0 for one that is not made yet: whoever asks for it first has it made."""
    date: str
    """Of its edition, ISO 8601."""


def synthesis_rows(course: Course, settings: Settings) -> tuple[SynthesisRow, ...]:
    """One for each module in the order of the path, then that of the glossary and the timeline."""
    instance = settings.instance_path
    return tuple(
        SynthesisRow(paper.title, url_for("syntheses.paper", name=paper.file_name), size_of(instance, paper) or 0, day_of(paper.edition).isoformat())
        for paper in papers_of(course, imprint_of(course, settings, current_site()))
    )


# --- Making ----------------------------------------------------------------------------------------------------------
# By whoever comes first: the timer after a publication, a command, the first who asks. One at a time on a host.


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


# --- What is left to make --------------------------------------------------------------------------------------------


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
