"""« À vérifier cette année »: what the course says for a time, until when, and where to look then."""

from __future__ import annotations

from datetime import date

from flask import render_template
from markupsafe import Markup
from msgspec import Struct

from app.content.rendering.page import PageRenderer
from app.content.store.queries import course
from app.content.values.course import Course, DatedFact, made_of_course
from app.learner.reference.pages import blueprint
from app.platform import clock
from app.platform.db import db
from app.platform.french import date_words, day_of
from app.platform.web.endpoints import OPEN, page


class FactItem(Struct, frozen=True):
    anchor: str
    html: Markup
    where: Markup
    until: date
    looked: str
    """« en novembre 2026, par Claire Dumont »; empty where nobody did."""


class FactsPage(Struct, frozen=True):
    past: tuple[FactItem, ...]
    """Whose day has come: they may be true no more."""
    coming: tuple[FactItem, ...]
    notes: Markup


@made_of_course(2)
def facts_page(course: Course, on: date) -> FactsPage:
    """What the course says for a time, the first to end first."""
    renderer = PageRenderer(course, course.facts, on)
    items = [_fact_item(fact, renderer) for fact in sorted(course.facts.facts, key=lambda fact: fact.until)]
    return FactsPage(tuple(item for item in items if item.until < on), tuple(item for item in items if item.until >= on), renderer.notes())


def _fact_item(fact: DatedFact, renderer: PageRenderer) -> FactItem:
    looked = f"en {date_words(fact.looked)}" if fact.looked else ""
    by = f", par {fact.looked_by}" if fact.looked_by else ""
    return FactItem(fact.anchor, renderer.inline(fact.text), renderer.inline(fact.where), fact.until, f"{looked}{by}")


@blueprint.get("/a-verifier")
@page(who=OPEN)
def facts() -> str:
    return render_template("learner/reference/facts.html", page=facts_page(course(db.session), day_of(clock.now())))
