"""What the page of an import shows: each thing as learners will see it, its key ticked, and the one thing that is asked next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.questions.correct import CorrectedQuestion, with_key
from app.authoring.drafts.queries import draft_of, title_in
from app.content.rendering.page import PageRenderer
from app.content.store.queries import course
from app.content.values.addresses import of_media
from app.content.values.course import Course
from app.content.values.library import IMAGE_TYPES
from app.content.values.text import Fragment
from app.exchange.banks.bank import question_of
from app.exchange.intake.staging import StagedImport
from app.exchange.intake.units import LESSON, Doubt, LeftAside, SourceReading, Unit

MOST_SHOWN = 1_500_000
"""Bytes of pictures on one page; the next are told by their words."""
_MEDIA = re.compile(r'(?<= src=")/media/[^"]+(?=")')
KIND_NAMES = {
    "single": "Choix unique",
    "multiple": "Choix multiple",
    "true_false": "Vrai ou faux",
    "match": "Association",
    "order": "Remise en ordre",
    "gap": "Texte à trous",
    "short": "Réponse courte",
    "numeric": "Nombre",
    "open": "Réponse libre",
    LESSON: "Leçon",
}


class ShownUnit(Struct, frozen=True):
    """`value`: how a form names it. `corrected` of a question that can be asked, `html` of a lesson."""

    unit: Unit
    value: str
    kind: str
    takes: bool
    corrected: CorrectedQuestion | None = None
    html: Markup = Markup()


class AskedDoubt(Struct, frozen=True):
    """A doubt of one source. `key` names the source too."""

    key: str
    doubt: Doubt
    answer: str = ""
    """In words, once there is one."""
    place: int = 0
    """Of its source."""
    unit: Unit | None = None
    """The first question of which it is asked."""


class ShownSource(Struct, frozen=True):
    reading: SourceReading
    place: int
    units: tuple[ShownUnit, ...]
    aside: tuple[tuple[str, LeftAside], ...]
    """With the key by which each is kept."""


class IntakePage(Struct, frozen=True):
    digest: str
    sources: tuple[ShownSource, ...]
    asked: tuple[AskedDoubt, ...]
    """The first is asked now."""
    settled: tuple[AskedDoubt, ...]
    drafts: tuple[tuple[str, str], ...]
    """Id and title of what was made of it; empty while nothing is."""
    taken: bool
    pictures: Mapping[str, str]

    def put_pictures(self, html: Markup) -> Markup:
        """Puts the pictures that came into some HTML: no file is kept yet."""
        return Markup(_MEDIA.sub(lambda found: self.pictures.get(found.group(), found.group()), html))  # noqa: S704 — the same, but for addresses

    @property
    def units(self) -> list[ShownUnit]:
        return [unit for source in self.sources for unit in source.units]

    @property
    def questions(self) -> int:
        return sum(each.unit.kind != LESSON for each in self.units)

    @property
    def lessons(self) -> int:
        return sum(each.unit.kind == LESSON for each in self.units)

    @property
    def loose(self) -> bool:
        """Whether some questions have no lesson beside them."""
        return any(source.reading.questions and source.reading.lesson is None for source in self.sources)

    @property
    def categories(self) -> int:
        return len({each.unit.category for each in self.units if each.unit.kind != LESSON})


def intake_page(session: Session, staged: StagedImport, digest: str, author_id: int, on: date) -> IntakePage:
    published = course(session)
    renderer = PageRenderer(published, published.glossary, on)
    pictures = dict(_pictures(staged))
    renderer.state.media = {name: name for name in pictures}
    readings = staged.readings()
    sources = tuple(
        ShownSource(
            reading,
            place,
            tuple(_shown_unit(unit, place, renderer, published) for unit in reading.units),
            tuple((f"{place}/{each.key}", each) for each in reading.aside),
        )
        for place, reading in enumerate(readings)
    )
    drafts = tuple((each, title_in(draft.path, draft.text, each)) for each in staged.drafts if (draft := draft_of(session, each, author_id)) is not None)
    return IntakePage(
        digest,
        sources,
        tuple(
            AskedDoubt(f"{place}/{doubt.key}", doubt, "", place, next((unit for unit in reading.questions if doubt.key in unit.doubts), None))
            for place, reading in enumerate(readings)
            for doubt in reading.doubts
        ),
        tuple(
            AskedDoubt(f"{place}/{doubt.key}", doubt, _in_words(doubt, staged.answers.get(f"{place}/{doubt.key}", "")))
            for place, reading in enumerate(readings)
            for doubt in reading.settled
        ),
        drafts,
        bool(staged.drafts),
        {of_media(name, name): data for name, data in pictures.items()},
    )


def _in_words(doubt: Doubt, answer: str) -> str:
    said = dict(doubt.choices)
    return ", ".join(said.get(each, each) for each in answer.split(",")) if doubt.choices else answer


def _shown_unit(unit: Unit, place: int, renderer: PageRenderer, published: Course) -> ShownUnit:
    value, kind = f"{place}:{unit.n}", KIND_NAMES[unit.kind]
    if unit.kind == LESSON:
        return ShownUnit(unit, value, kind, unit.takes, html=renderer.copy().body(Fragment(unit.text, 1)))
    question = question_of(unit.text) if unit.text else None
    return ShownUnit(unit, value, kind, unit.takes, with_key(question, None, renderer, published) if question is not None else None)


def _pictures(staged: StagedImport) -> Iterator[tuple[str, str]]:
    """As a page may hold them in itself, up to what it should weigh."""
    left = MOST_SHOWN
    for name, data in staged.pictures.items():
        left -= len(data) * 3 // 4
        if left < 0:
            break
        yield name, f"data:{IMAGE_TYPES[Path(name).suffix]};base64,{data}"
