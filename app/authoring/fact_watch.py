"""`/atelier/faits`: what was true until a day, « toujours vrai ? »; and what changed of the course, with how many know it."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.item_analysis import MIN_SHOWN
from app.authoring.drafts.queries import WorkingText, everything_published, published_revision, reading_of
from app.authoring.models import blueprint
from app.authoring.publishing.services import IdChanged, PublishedMoved, release
from app.authoring.quiz_feedback import line_url
from app.content.store import services
from app.content.store.queries import MINOR, course
from app.content.store.services import Unpublishable
from app.content.values.course import Course, DatedFact
from app.content.values.facts import told_facts
from app.content.values.text import DocumentKind
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.reference.facts import FactItem, facts_page
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of, french_date
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page
from app.record.facts import FactStanding, standings

DOCUMENT = DocumentKind.FACTS.value
_DAY = re.compile(r"(\s*[-*+]\s+)\d{4}-\d{2}-\d{2}")
_LOOKED = re.compile(r"\s*·\s*\d{4}-\d{2}(?:,[^·\n]*)?\s*$")


class ListMoved(DomainError):
    status = 409
    sentence = "La liste a changé depuis que vous l’avez lue : relisez cette ligne."


class WatchedFact(Struct, frozen=True):
    item: FactItem
    correct: str
    """Where it is corrected: the text that tells it, or else its line of the list."""


class WatchedPage(Struct, frozen=True):
    past: tuple[WatchedFact, ...]
    coming: tuple[FactItem, ...]
    revision_id: int
    """Of the list as it is shown: what is sent back with a confirmation."""
    notes: Markup
    standings: tuple[FactStanding, ...]
    least: int = MIN_SHOWN
    """Of fewer people nothing is counted."""


def watched_page(session: Session, now: datetime) -> WatchedPage:
    published, today = course(session), day_of(now)
    items, version = facts_page(published, today), published.versions.get(DOCUMENT)
    known = {fact.anchor: fact for fact in published.facts.facts}
    past = tuple(WatchedFact(item, _correct_at(published, known[item.anchor])) for item in items.past)
    found = sorted(standings(session, published, now), key=lambda each: each.knowing - each.concerned)
    return WatchedPage(past, items.coming, version.revision_id if version else 0, items.notes, tuple(found))


def _correct_at(course: Course, fact: DatedFact) -> str:
    telling = next(iter(told_facts(course).get(fact.name, ())), None)
    return line_url(telling.document_id, telling.fact.line) if telling else line_url(DOCUMENT, fact.line)


def still_true(text: str, line: int, today: date, name: str) -> tuple[str, date]:
    """The list with one line confirmed today: until the same day of a year to come, and who looked. `line` is where it begins, from 1."""
    lines = text.split("\n")
    end = next((number for number in range(line, len(lines)) if not lines[number].strip() or _DAY.match(lines[number])), len(lines))
    written = "\n".join(lines[line - 1 : end]).rstrip()
    until = _next_year(date.fromisoformat(written.split("·")[0].strip(" -*+")), today)
    confirmed = _LOOKED.sub("", _DAY.sub(rf"\g<1>{until}", written, count=1))
    return "\n".join([*lines[: line - 1], f"{confirmed} · {today:%Y-%m}, {' '.join(name.replace('·', ' ').split())}", *lines[end:]]), until


def _next_year(until: date, today: date) -> date:
    """The first such day that is to come; a 29 February becomes a 28."""
    for year in range(until.year, today.year + 2):
        day = until.day if (until.month, until.day) != (2, 29) else 28
        if (found := until.replace(year=year, day=day)) > today:
            return found
    return until


def confirm(session: Session, revision_id: int, anchor: str, *, author_id: int, name: str, now: datetime) -> date:
    """Publish the list with this line confirmed, as a minor change of its author. Raises ListMoved, Unpublishable.

    What is written is read before the turn of publications is taken, and is of what is published then, or of nothing.
    """
    fact = next((each for each in course(session).facts.facts if each.anchor == anchor), None)
    published = published_revision(session, DOCUMENT)
    if published is None or published.id != revision_id or fact is None or fact.until >= day_of(now):
        raise ListMoved
    text, until = still_true(published.text, fact.line, day_of(now), name)
    reading_of(published.path, text)
    everything_published(session)
    session.rollback()
    services.locked_state(session)
    published = published_revision(session, DOCUMENT)
    if published is None or published.id != revision_id:
        raise ListMoved
    working = WorkingText(DOCUMENT, author_id, published.path, text, published.media, published.id, published)
    release(session, [working], [MINOR], author_id=author_id, now=now)
    return until


def past_count(session: Session, now: datetime) -> int:
    """How many facts are to be looked at again."""
    today = day_of(now)
    return sum(fact.until < today for fact in course(session).facts.facts)


@blueprint.get("/faits")
@page(who=AUTHORS, feature="changes")
def facts() -> str:
    return render_template("authoring/feedback/facts.html", page=watched_page(db.session, clock.now()))


@blueprint.post("/faits/<anchor>")
@act(who=AUTHORS, feature="changes")
def confirm_fact(anchor: str) -> ResponseReturnValue:
    person, now = current_person(), clock.now()
    try:
        until = confirm(db.session, request.form.get("version", 0, bounded_int), anchor, author_id=person.id, name=person.name, now=now)
    except (ListMoved, Unpublishable, PublishedMoved, IdChanged) as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.facts"), 303)
    flash(f"C’est noté : à vérifier de nouveau après le {french_date(until)}.", "success")
    db.session.commit()
    return redirect(url_for("authoring.facts"), 303)
