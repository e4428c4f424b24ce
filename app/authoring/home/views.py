"""`/atelier`: the home, and new documents from a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import clock
from app.authoring.blueprint import blueprint
from app.authoring.drafts import create
from app.authoring.home import queries
from app.authoring.home.forms import NewForm, NewLessonForm, NewModuleForm, NewQuizForm
from app.authoring.models import Draft
from app.content.store.queries import course
from app.content.values.course import Lesson, Module
from app.db import db
from app.french import day_of
from app.identity.sign_in.guards import current_person
from app.web.edge import bounded_int, searched

Make = Callable[[Session, int, str, str, str, datetime], tuple[Draft, str]]
KINDS: dict[str, tuple[str, type[NewForm], Make]] = {
    "lecon": ("une leçon", NewLessonForm, create.lesson),
    "situation": ("une situation à choix", NewLessonForm, create.situation),
    "quiz": ("un quiz", NewQuizForm, create.quiz),
    "module": ("un module", NewModuleForm, create.module),
    "outil": ("un outil", NewForm, create.tool),
    "enquete": ("une enquête", NewForm, create.survey),
}
"""`genre` in the address → what it is called, its form, what makes it."""


@dataclass(frozen=True, slots=True)
class NewPage:
    kind: str
    name: str
    kinds: tuple[tuple[str, str], ...]
    form: NewForm
    possible: bool
    """False for a lesson before any module, or a quiz before any lesson."""


@blueprint.get("")
def home() -> str:
    wanted, page = searched(), request.args.get("page", 1, bounded_int)
    now = clock.now()
    found = queries.home_page(db.session, current_person().id, wanted, page, day_of(now))
    return render_template("authoring/home/home.html", page=found)


@blueprint.route("/nouveau", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    kind = request.args.get("genre", "lecon")
    kind = kind if kind in KINDS else "lecon"
    name, form_of, make = KINDS[kind]
    form = form_of()
    possible = _offer(form)
    draft = _made(form, make) if possible and form.validate_on_submit() else None
    if draft is not None:
        db.session.commit()
        return redirect(url_for("authoring.edit", document_id=draft.document_id), 303)
    kinds = tuple((each, called) for each, (called, _, _) in KINDS.items())
    return render_template("authoring/home/new.html", page=NewPage(kind, name, kinds, form, possible)), form.status


def _offer(form: NewForm) -> bool:
    """Fill the choices of where it will stand; False when there is none."""
    if isinstance(form, NewModuleForm):
        form.offer(course(db.session).histories)
    if not isinstance(form, NewLessonForm | NewQuizForm):
        return True
    homes = create.homes(db.session, current_person().id, Module if isinstance(form, NewLessonForm) else Lesson)
    form.offer(homes)
    return bool(homes)


def _made(form: NewForm, make: Make) -> Draft | None:
    """The draft; None when it was refused, which the form then says."""
    title = form.title.data or ""
    identifier = form.identifier.data or create.identifier_of(title)
    made = form.accept(lambda: make(db.session, current_person().id, title, identifier, form.home_id, clock.now()))
    if made is None:
        return None
    flash(f"Brouillon créé. {made[1]}", "success")
    return made[0]
