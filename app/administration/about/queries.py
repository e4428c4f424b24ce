"""What the pages of the site's settings receive."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.about.rules import SiteChange, changes
from app.content.rendering import notice
from app.content.rendering.sheet import colours_of
from app.content.values.course import Course
from app.identity.models import Person
from app.platform.colours import Colour
from app.platform.site.models import SiteRevision
from app.platform.site.rules import Site


class SitePreview(Struct, frozen=True):
    """How the site would say it."""

    site: Site
    footer: str
    subject: str
    lines: tuple[tuple[str, Colour], ...]
    legal: Markup
    accessibility: Markup


class HistoryRow(Struct, frozen=True):
    at: datetime
    author: str
    changes: tuple[SiteChange, ...]


def preview(course: Course, site: Site, on: date) -> SitePreview:
    names = {line.id: line.name for line in course.lines}
    drawn = tuple((names[line], colour) for line, colour in colours_of(course.lines, site.colours).items())
    footer = f"{site.name}, {site.tagline or course.cover.title}"
    return SitePreview(
        site,
        footer,
        f"{site.name} : votre invitation",
        drawn,
        notice.render_notice(course, site.legal, on),
        notice.render_notice(course, site.accessibility, on),
    )


def history(session: Session) -> tuple[HistoryRow, ...]:
    """The newest first."""
    query = select(SiteRevision, Person.name).outerjoin(Person, Person.id == SiteRevision.author_id).order_by(SiteRevision.id)
    rows = [(row.created_at, name or "compte effacé", row.values) for row, name in session.execute(query)]
    values = [{}, *(each for _, _, each in rows)]
    found = [HistoryRow(at, name, tuple(changes(*pair))) for (at, name, _), pair in zip(rows, pairwise(values), strict=True)]
    return tuple(reversed(found))
