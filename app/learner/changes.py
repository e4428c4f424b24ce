"""« Ce qui a changé pour vous »: what somebody learned that is another now, told once: seen or answered, it goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.assessment.questions.correct import ShownQuestion
from app.assessment.questions.in_lesson import ANSWERED, LessonQuestion, lesson_text
from app.content.rendering.page import PageRenderer
from app.content.store.queries import course
from app.content.values.course import Course, Lesson
from app.content.values.facts import told_facts
from app.content.values.text import Fragment
from app.identity.sign_in.guards import course_address, current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, french
from app.platform.site import offers
from app.platform.web.endpoints import SIGNED_IN, act, page
from app.record.facts import ToldChange, see, told_to
from app.record.progress.cards import element_url

SHOWN = 3
"""Changes that another page shows; the others are one click away."""

blueprint = Blueprint("changes", __name__)


class ChangedFact(Struct, frozen=True):
    """One change, as it is told. `within` begins the names of the fields of its question."""

    fact_id: str
    before: str
    after: str
    why: str
    on: date
    sentence: str
    """In which it is told now; empty where that says no more. Of a key, the question."""
    source: Markup
    title: str
    url: str
    """Where it is read now."""
    question: ShownQuestion | None
    """One that its lesson asks under the same title."""
    number: int
    within: str


class ChangedFacts(Struct, frozen=True):
    shown: tuple[ChangedFact, ...]
    more: int
    """How many others there are."""
    back: str
    """Where one comes back once they are seen."""


def changed_facts(session: Session, course: Course, person_id: int, now: datetime, back: str, most: int = SHOWN) -> ChangedFacts | None:
    """None where nothing is to be told, at the cost of no SELECT where nothing changed for a year."""
    told = told_to(session, course, person_id, now) if offers("changes") else ()
    if not told:
        return None
    items = tuple(_changed_fact(course, change, place, day_of(now)) for place, change in enumerate(told[:most]))
    return ChangedFacts(items, len(told) - len(items), back)


def _changed_fact(course: Course, told: ToldChange, place: int, today: date) -> ChangedFact:
    lesson, quiz = course.lessons.get(told.place), course.quizzes.get(told.place)
    fact = next((telling.fact for telling in told_facts(course).get(told.fact_id, ()) if telling.document_id == told.place), None)
    asked = _question_under(course, lesson, fact.anchor, today) if lesson and fact else None
    source = course.sources_for(lesson).get(fact.source) if lesson and fact else None
    return ChangedFact(
        fact_id=told.fact_id,
        before=french(told.before),
        after=french(told.after),
        why=french(told.why),
        on=day_of(told.at),
        sentence=french(told.sentence) if told.sentence != told.after else "",
        source=PageRenderer(course, lesson, today).inline(Fragment(source.text, 1)) if source and lesson else Markup(""),
        title=lesson.title if lesson else quiz.title if quiz else "Glossaire",
        url=element_url(course, told.place) + (f"#{fact.anchor}" if fact and fact.anchor else "") if lesson or quiz else url_for("reference.glossary"),
        question=asked.shown if asked else None,
        number=asked.number if asked else 0,
        within=f"fait-{place + 1}-",
    )


def _question_under(course: Course, lesson: Lesson, anchor: str, today: date) -> LessonQuestion | None:
    """The first that the lesson asks between a title and the next one."""
    lines = [heading.line for heading in lesson.headings]
    begins = next((heading.line for heading in lesson.headings if heading.anchor == anchor), 0)
    ends = min((line for line in lines if line > begins), default=begins + 1_000_000)
    pieces = lesson_text(course, lesson, None, today, {}).pieces
    return next((piece for piece in pieces if isinstance(piece, LessonQuestion) and begins <= piece.line < ends and piece.shown), None)


@blueprint.get("/changements")
@page(who=SIGNED_IN)
def changes() -> str:
    found = changed_facts(db.session, course(db.session), current_person().id, clock.now(), "page", 1_000)
    return render_template("learner/changes/changes.html", changes=found)


@blueprint.post("/changements")
@act(who=SIGNED_IN)
def see_change() -> BaseResponse:
    """« J’ai vu », or an answer to the question that goes with it, which its lesson corrects."""
    published, fact_id = course(db.session), request.form.get("fait", "")
    see(db.session, published, current_person().id, [fact_id], clock.now())
    address = _corrected_at(published, fact_id, request.form.to_dict(flat=False)) or _back(request.form.get("retour", ""))
    if ANSWERED not in request.form:
        flash("C’est noté.", "success")
    db.session.commit()
    return redirect(address, 303)


def _corrected_at(course: Course, fact_id: str, fields: Mapping[str, list[str]]) -> str:
    """The address of the lesson with the answer, under the names that it gives its fields; empty where nothing was answered."""
    number, within = "".join(fields.get(ANSWERED, ()))[:3], "".join(fields.get("within", ()))
    place = next((telling.document_id for telling in told_facts(course).get(fact_id, ()) if telling.document_id in course.lessons), "")
    if not (place and number.isdigit()):
        return ""
    given: dict[str, Any] = {f"q{number}-{name.removeprefix(within)}": values for name, values in fields.items() if within and name.startswith(within)}
    return url_for("learning.lesson", lesson_id=place, _anchor=f"a-vous-{number}", **{ANSWERED: number, **given})


def _back(written: str) -> str:
    """Where one comes from: the page of changes while something is left on it, the review, or the course."""
    if written == "revision" and offers("review"):
        return url_for("review.review")
    return url_for("changes.changes") if written == "page" else course_address()
