"""`/atelier/questions-frequentes`: what is published of questions and answers, in other words and without a name."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from app.authoring.blueprint import blueprint
from app.authoring.feedback.inbox import faq_queries as queries
from app.authoring.feedback.inbox.faq_queries import FaqForm
from app.content.store.queries import course
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.messages import faq
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page


@blueprint.get("/questions-frequentes")
@page(who=AUTHORS)
def faqs() -> str:
    return render_template("authoring/feedback/inbox/faqs.html", page=queries.faqs_page(db.session, course(db.session)))


@blueprint.get("/messages/<int:message_id>/publication")
@page(who=AUTHORS)
def publishing_faq(message_id: int) -> ResponseReturnValue:
    """What is published already is changed on its own page."""
    there = faq.of_message(db.session, message_id)
    if there is not None:
        return redirect(url_for("authoring.faq_page", faq_id=there.id))
    return _html(queries.proposed(db.session, course(db.session), message_id), request.path)


@blueprint.post("/messages/<int:message_id>/publication")
@act(who=AUTHORS)
def publish_faq(message_id: int) -> ResponseReturnValue:
    typed, published = _read_form(), course(db.session)
    try:
        row = faq.publish(db.session, published, message_id, current_person().id, typed.words, clock.now())
    except (faq.Incomplete, faq.FaqTooLong) as error:
        asked = queries.proposed(db.session, published, message_id).asked
        return _refuse_form(replace(typed, asked=asked), error, request.path)
    except faq.FaqChanged as error:
        there = faq.of_message(db.session, message_id)
        return _refuse_form(queries.beside(typed, there), error, url_for("authoring.faq_page", faq_id=there.id) if there else request.path)
    return _confirm_and_redirect(row.lesson_id, row.id)


@blueprint.get("/questions-frequentes/<int:faq_id>")
@page(who=AUTHORS)
def faq_page(faq_id: int) -> str:
    return _html(queries.form_of(faq.require_faq(db.session, faq_id)), request.path)


@blueprint.post("/questions-frequentes/<int:faq_id>")
@act(who=AUTHORS)
def change_faq(faq_id: int) -> ResponseReturnValue:
    typed = _read_form()
    try:
        row = faq.change(db.session, course(db.session), faq_id, current_person().id, typed.words, typed.version, clock.now())
    except (faq.Incomplete, faq.FaqTooLong) as error:
        return _refuse_form(typed, error, request.path)
    except faq.FaqChanged as error:
        return _refuse_form(queries.beside(typed, faq.require_faq(db.session, faq_id)), error, request.path)
    return _confirm_and_redirect(row.lesson_id, row.id)


@blueprint.post("/questions-frequentes/<int:faq_id>/retrait")
@act(who=AUTHORS)
def withdraw_faq(faq_id: int) -> ResponseReturnValue:
    faq.withdraw(db.session, faq_id, current_person().id, clock.now())
    flash("La question n’est plus publiée.", "success")
    db.session.commit()
    return redirect(url_for("authoring.faqs"), 303)


def _read_form() -> FaqForm:
    lesson_id, question, answer = (request.form.get(name, "") for name in ("lesson", "question", "answer"))
    return FaqForm(lesson_id, question, answer, request.form.get("version", 0, bounded_int))


def _confirm_and_redirect(lesson_id: str, faq_id: int) -> ResponseReturnValue:
    flash("C’est publié : chacun le lit sous la leçon.", "success")
    address = url_for("learning.lesson", lesson_id=lesson_id, _anchor=f"faq-{faq_id}")
    db.session.commit()
    return redirect(address, 303)


def _refuse_form(typed: FaqForm, error: DomainError, action: str) -> ResponseReturnValue:
    return make_response(_html(typed, action, error.sentence), error.status)


def _html(form: FaqForm, action: str, error: str = "") -> str:
    lessons = queries.lessons(course(db.session))
    return render_template("authoring/feedback/inbox/faq.html", form=form, action=action, lessons=lessons, error=error)
