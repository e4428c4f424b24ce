"""Which papers the published course makes, each under the digest of all that it says; and the files that hold them.

Nothing of it is stored but the files, in the instance's cache: what is missing can always be made again from the course (decision 26).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.content.values.course import Course, made_of_course
from app.content.values.text import DocumentKind
from app.learner.reference.syntheses.poster import poster
from app.learner.reference.syntheses.synthesis import Imprint, edition_of, synthesis
from app.platform.settings import Settings
from app.platform.site.rules import Site
from app.record.attestations.paper import colours
from app.record.progress.path_progress import default_path, modules_in_order

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


# --- Their files -----------------------------------------------------------------------------------------------------


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
