"""The papers of the course, for whoever lists documents."""

from __future__ import annotations

from flask import url_for
from msgspec import Struct

from app.content.values.course import Course
from app.learner.reference.syntheses.papers import imprint_of, papers_of, size_of
from app.platform.french import day_of
from app.platform.settings import Settings
from app.platform.site.queries import current_site


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
