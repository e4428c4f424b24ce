"""`/atelier/nouveau`: new documents from a model."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.home import NewForm, NewLessonForm, NewModuleForm, NewQuizForm
from app.authoring.models import blueprint
from app.content.store.queries import course
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.site import offers
from app.platform.web.endpoints import page

KINDS: dict[str, tuple[str, type[NewForm], create.Make]] = {
    "lecon": ("une leçon", NewLessonForm, create.lesson),
    "situation": ("une situation à choix", NewLessonForm, create.situation),
    "quiz": ("un quiz", NewQuizForm, create.quiz),
    "module": ("un module", NewModuleForm, create.module),
    "outil": ("un outil", NewForm, create.tool),
    "enquete": ("une enquête", NewForm, create.survey),
}
"""`genre` in the address → what it is called, its form, what makes it."""
FEATURES = {"outil": "tools", "enquete": "surveys"}
"""The same → its feature, where it has one."""


class NewPage(Struct, frozen=True):
    kind: str
    name: str
    kinds: tuple[tuple[str, str], ...]
    form: NewForm
    possible: bool
    """False for a lesson before any module, or a quiz before any lesson."""


@blueprint.route("/nouveau", methods=["GET", "POST"])
@page(who=AUTHORS)
def new() -> ResponseReturnValue:
    kind = request.args.get("genre", "lecon")
    kind = kind if kind in KINDS and offers(FEATURES.get(kind, "")) else "lecon"
    name, form_of, make = KINDS[kind]
    form = form_of()
    possible = _offer(form)
    made = _make_draft(form, make) if possible and form.validate_on_submit() else None
    if made is not None:
        db.session.commit()
        return redirect(url_for("authoring.edit", document_id=made), 303)
    kinds = tuple((each, called) for each, (called, _, _) in KINDS.items() if offers(FEATURES.get(each, "")))
    return render_template("authoring/home/new.html", page=NewPage(kind, name, kinds, form, possible)), form.status


def _offer(form: NewForm) -> bool:
    """Fill the choices of where it will stand; False when there is none."""
    if isinstance(form, NewModuleForm):
        form.offer(course(db.session).histories)
    if not isinstance(form, NewLessonForm | NewQuizForm):
        return True
    author = current_person().id
    homes = create.without_quiz(Desk(db.session, author, clock.now())) if isinstance(form, NewQuizForm) else create.module_choices(db.session, author)
    form.offer(homes)
    return bool(homes)


def _make_draft(form: NewForm, make: create.Make) -> str | None:
    """The id of the draft; None when it was refused, which the form then says."""
    desk = Desk(db.session, current_person().id, clock.now())

    def work() -> str:
        made = make(desk, form.title.data or "", form.home_id)
        desk.save()
        return made

    made = form.accept(work)
    if made is not None:
        flash("Brouillon créé, à sa place dans le plan du cours : ce qui le cite est dans vos brouillons, et se publie avec lui.", "success")
    return made
