"""A draft as learners will see it, each question as its correction shows it, with what changed since the published text marked in the page.
Nothing of it may be used or sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import get_template_attribute
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.authoring.comparing.rendered import Anchor, MarkedPage, marked
from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.readings import course_around, course_as_written
from app.authoring.editor.preview import preview
from app.content.store.queries import course
from app.content.values.course import Course

MOST = 1_500_000
"""Characters of both pages together; beyond, the text is read line by line only: the page would keep its reader waiting."""


def mark_page(session: Session, text: WorkingText, now: datetime, anchors: Iterable[Anchor] = (), prefix: str = "") -> MarkedPage | None:
    """Marks in the future page what changed since the published text; None for a text that is too long."""
    published = course(session)
    after = _page(course_as_written(published, course_around(session, text.document_id, text.author_id)), text, now)
    before = ""
    if text.published is not None:
        before = _page(published, replace(text, path=text.published.path, text=text.published.text, media=text.published.media), now)
    return marked(before, after, anchors, prefix, compare=text.published is not None) if len(before) + len(after) <= MOST else None


def _page(imagined: Course, text: WorkingText, now: datetime) -> str:
    found = preview(imagined, text, None, now, keyed=True)
    return str(get_template_attribute("macros/authoring/preview.html", "learner")(found, "", ""))
