"""`/atelier`: what waits, and the course as a tree, and all that is done to it, by one form a verb."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authoring.drafts import create
from app.authoring.drafts.create import TITLE_LENGTH
from app.authoring.drafts.queries import own_draft
from app.authoring.home import waiting_page
from app.authoring.models import blueprint
from app.authoring.outline import Outline, plan_page
from app.content.values.text import ID_LENGTH
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.web.edge import bounded_int, searched_words
from app.platform.web.endpoints import page

SAVED = "C’est écrit dans vos brouillons : rien ne change pour les apprenants avant que vous ne publiiez."


@blueprint.route("", methods=["GET", "POST"])
@page(who=AUTHORS)
def plan() -> ResponseReturnValue:
    if request.method == "GET":
        return _page(request.args.get("sur", ""))
    verb, _, line = request.form.get("do", "").partition(" ")
    about = _name(line or request.form.get("id", ""))
    if verb == "relire":
        return _review(about)
    if verb not in VERBS:
        raise NotYours
    try:
        outline = Outline(db.session, current_person().id, clock.now())
        shown = VERBS[verb](outline, about)
        outline.save()
    except DomainError as error:
        if error.status == NotYours.status:
            raise
        db.session.rollback()
        return _page(about, error.status, error.sentence)
    db.session.commit()
    flash(SAVED, "success")
    return redirect(url_for("authoring.plan", sur=shown or None, _anchor=f"plan-{shown}" if shown else None), 303)


def _page(chosen: str, status: int = 200, refused: str = "") -> ResponseReturnValue:
    author, now = current_person().id, clock.now()
    page = plan_page(db.session, author, chosen, now, refused, request.form.to_dict() if refused else {})
    waiting = waiting_page(db.session, author, searched_words(), request.args.get("page", 1, bounded_int), now, request.args.get("voir", ""))
    return render_template("authoring/outline/plan.html", page=page, waiting=waiting), status


def _review(document_id: str) -> ResponseReturnValue:
    """The review of a draft with those that belong with it, under the ids that their titles give them now."""
    desk = Outline(db.session, current_person().id, clock.now())
    own_draft(db.session, document_id, desk.author_id)
    document_id = create.settle(desk).get(document_id, document_id)
    desk.save()
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)


# --- The verbs -------------------------------------------------------------------------------------------------------
# Each reads the form and gives the id of what is shown then.


def _title() -> str:
    title = " ".join(request.form.get("title", "").split())
    if not title:
        raise DomainError("Donnez un titre.")
    if len(title) > TITLE_LENGTH:
        raise TooManyCharacters(TITLE_LENGTH)
    return title


def _lessons() -> list[str]:
    return [title for line in request.form.get("lessons", "").splitlines() if (title := " ".join(line.split()))]


def _home() -> str:
    if not (home := request.form.get("home", "")):
        raise DomainError("Choisissez où.")
    return _name(home)


def _name(sent: str) -> str:
    """An id as our own pages send it, or none. Raises NotYours for anything else."""
    if not re.fullmatch(rf"[a-z0-9-]{{0,{ID_LENGTH}}}", sent):
        raise NotYours
    return sent


def _module(outline: Outline, _: str) -> str:
    title, history = _title(), request.form.get("history", "")
    if not history:
        raise DomainError("Choisissez l’histoire que raconte le module.")
    return outline.add_module(title, history, _name(request.form.get("path", "")), _lessons(), "quizzes" in request.form)


def _more_lessons(outline: Outline, about: str) -> str:
    if not (titles := _lessons()):
        raise DomainError("Écrivez le titre d’au moins une leçon.")
    return outline.add_lessons(about, titles, "quiz_each" in request.form)


def _place(outline: Outline, about: str) -> str:
    return outline.place(about, _home(), request.form.get("place", type=bounded_int))


VERBS: dict[str, Callable[[Outline, str], str]] = {
    "parcours": lambda outline, _: outline.add_path(_title()),
    "module": _module,
    "lecons": _more_lessons,
    "quiz": create.own_quiz,
    "renommer": lambda outline, about: outline.rename(about, _title()),
    "monter": lambda outline, about: outline.step(about, -1),
    "descendre": lambda outline, about: outline.step(about, 1),
    "placer": _place,
    "final": lambda outline, about: outline.place(_home(), about, None),
    "dupliquer": lambda outline, about: outline.duplicate(about),
    "sortir": lambda outline, about: outline.lift(about),
    "effacer": lambda outline, about: outline.discard(about),
}
