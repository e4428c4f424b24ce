"""`/atelier/documents/<id>/relecture`: what changes and what it does, and the decision; asking a colleague; a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.assessment.regrading import answered_otherwise
from app.authoring.drafts.queries import draft_of, own_draft, title_in, working_text
from app.authoring.models import Draft, blueprint
from app.authoring.publishing import peer_review, services
from app.authoring.publishing.queries import is_out_of_reach, learner_address, read_form_values, review_page
from app.authoring.publishing.services import AlreadyPlanned, ChangeUnexplained, DateTooEarly, DraftMoved, IdChanged, PublishedMoved
from app.content.store.queries import MAJOR, MINOR, Document, course
from app.content.store.services import Unpublishable
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.french import french_datetime, zone
from app.platform.settings import current_settings
from app.platform.web.edge import bounded_int, parse_moment
from app.platform.web.endpoints import act, page

LATER = "date"
"""Value of the button that gives a date."""


@blueprint.get("/documents/<document_id>/relecture")
@page(who=AUTHORS)
def review(document_id: str) -> ResponseReturnValue:
    draft = draft_of(db.session, document_id, current_person().id)
    if draft is not None:
        return _review(draft, request.args.getlist("avec") if {"avec", "choix"} & request.args.keys() else None)
    if db.session.get(Document, document_id) is None:
        raise NotYours
    return redirect(url_for("authoring.history", document_id=document_id))


def _review(draft: Draft, together: list[str] | None, status: int = 200, refused: str = "") -> ResponseReturnValue:
    typed = {"change": request.form.get("change", ""), "due": request.form.get("due", ""), "why": request.form.get("why", ""), "refused": refused}
    page = review_page(db.session, draft, together, clock.now(), **typed)
    return render_template("authoring/publishing/review.html", page=page), status


@blueprint.post("/documents/<document_id>/publication")
@act(who=AUTHORS)
def publish(document_id: str) -> ResponseReturnValue:
    """Now, or at the date given: the same form, two buttons."""
    reviewed, author = read_form_values(request.form.getlist("seen")), current_person().id
    if not reviewed or reviewed[0].document_id != document_id:
        raise NotYours
    services.read_before(db.session, reviewed, author)
    db.session.rollback()  # read and remembered before the turn is taken: what is written is decided on what stands then
    change, later = MINOR if request.form.get("change") == MINOR else MAJOR, request.form.get("when") == LATER
    why = " ".join(request.form.get("why", "").split())
    try:
        if later:
            due_at = _due_at(request.form.get("due", ""))
            services.plan(db.session, reviewed, author_id=author, change=change, due_at=due_at, now=clock.now(), why=why)
            flash(f"Publication programmée le {french_datetime(due_at)}.", "success")
        else:
            titles = [working_text(db.session, each.document_id, author).title for each in reviewed]
            services.publish(db.session, reviewed, author_id=author, change=change, now=clock.now(), why=why)
            flash(_publication_words(document_id, titles), "success")
    except PublishedMoved as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.merge", document_id=error.document_id), 303)
    except (DraftMoved, Unpublishable, IdChanged, DateTooEarly, AlreadyPlanned, ChangeUnexplained, TooManyCharacters) as error:
        db.session.rollback()
        return _review(own_draft(db.session, document_id, author), [each.document_id for each in reviewed[1:]], error.status, error.sentence)
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id) if later else url_for("authoring.plan", sur=document_id), 303)


def _due_at(typed: str) -> datetime:
    """What the field gives, « 2026-12-01T08:00 », in Paris."""
    try:
        return parse_moment(typed).replace(tzinfo=zone())
    except ValueError as error:
        raise DateTooEarly from error


def _publication_words(document_id: str, titles: Sequence[str]) -> str | Markup:
    """What was done, by name, and where to see it."""
    if is_out_of_reach(db.session, document_id):
        return "Le texte est publié, mais aucun module ne cite cette leçon : les apprenants ne la voient pas encore."
    address = learner_address(db.session, document_id)
    named = ", ".join(f"« {title} »" for title in titles)
    said = f"Le texte est publié : {named}." if len(titles) == 1 else f"{len(titles)} textes sont publiés : {named}."
    shown = Markup('{} <a href="{}">Voir la page que lisent les apprenants</a>.').format(said, address) if address else escape(said)
    if not answered_otherwise(db.session, course(db.session), document_id):
        return shown
    again = Markup(' Des personnes avaient répondu à une question que vous changez : <a href="{}">voir si des notes sont à reprendre</a>.')
    return shown + again.format(url_for("authoring.regrade", quiz_id=document_id))


@blueprint.post("/documents/<document_id>/programmation/annulation")
@act(who=AUTHORS)
def cancel(document_id: str) -> ResponseReturnValue:
    person = current_person()
    if services.cancel(db.session, document_id, person.id, clock.now()):
        flash("La publication programmée est annulée ; le brouillon reste.")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)


@blueprint.post("/documents/<document_id>/avis")
@act(who=AUTHORS)
def ask(document_id: str) -> ResponseReturnValue:
    """Ask a colleague to read."""
    draft = own_draft(db.session, document_id, current_person().id)
    title, message = title_in(draft.path, draft.text, document_id), request.form.get("message", "")
    try:
        reader = request.form.get("reader", 0, bounded_int)
        peer_review.ask(db.session, current_settings(), draft, reader, message, title, clock.now())
    except DomainError as error:
        db.session.rollback()
        return _review(draft, [], error.status, error.sentence)
    flash("La demande est envoyée.", "success")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)
