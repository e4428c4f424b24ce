"""Pages of the home, of modules and lessons, of one's own record; and the images of the course."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from app.content.store.disk import is_image_name
from app.content.store.queries import course
from app.content.values.text import CompletionCriterion
from app.identity import audit, sessions
from app.identity.rules import Role
from app.identity.sign_in import guards
from app.identity.sign_in.guards import course_address, current_person, person_or_none
from app.learner import kept_forms
from app.learner.attestations import say_attested
from app.learner.changes import changed_facts
from app.learner.home.course import LessonWithdrawn, has_begun, lesson_page, module_page, open_lesson_page, workplaces
from app.learner.home.home import home_page
from app.learner.home.record import record_page
from app.learner.notebook.views import answers_under
from app.learner.positioning.queries import first_gain
from app.learner.positioning.views import offer_test
from app.learner.slots import asks_when, slot_page
from app.learner.surveys import queries
from app.learner.surveys.queries import SurveyOffer
from app.network.meetings import views as meetings
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site import current_site, offers
from app.platform.storage.places import send
from app.platform.web.endpoints import OPEN, SIGNED_IN, act, page
from app.platform.web.errors import wants_json
from app.record import enrolment, services
from app.record.progress.queries import path_progress_of
from app.record.services import append_view

# --- Images ----------------------------------------------------------------------------------------------------------
# Each under the digest of its bytes: one address is one image, for ever.

YEAR = 31_536_000

media_blueprint = Blueprint("media", __name__)


@media_blueprint.get("/media/<name>")
@page(who=OPEN, before_factor=True)
def image(name: str) -> Response:
    """Serves an image to whoever may read a lesson that shows it; only their own browser may cache it."""
    if not is_image_name(name):
        abort(404)
    response = send(current_settings(), name)
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return response


# --- Home, modules, lessons ------------------------------------------------------------------------------------------

blueprint = Blueprint("learning", __name__)


@blueprint.get("/", strict_slashes=False)  # an empty path would be redirected, to the Host that the request claims
@page(who=SIGNED_IN, names_people="Accueil de pairs, où paraît votre fiche de l’annuaire")
def home() -> ResponseReturnValue:
    """By the path for whoever learns; else to where one works."""
    return redirect(url_for(door)) if (door := guards.door()) else _course()


@blueprint.get("/cours")
@page(who=SIGNED_IN, names_people="Accueil de pairs, où paraît votre fiche de l’annuaire")
def plan() -> str:
    """The course of whoever does not learn."""
    return _course()


def _course() -> str:
    person, published, now = current_person(), course(db.session), clock.now()
    page = home_page(db.session, published, person.id, person.name, now, learner=Role.LEARNER in person.roles)
    audit.record_access([peer.person_id for peer in page.returning.peers], "learning.home", now)
    done = [module.id for module in page.modules if module.progress.finished]
    offer = offer_test(done) if offers("positioning") else None
    survey = _survey_offer(person.id, page.path_id) if page.attestation_url else None
    meeting = meetings.next_here() if offers("meetings") else None
    work = () if guards.door() else workplaces(db.session, person, now)
    changes = changed_facts(db.session, published, person.id, now, "parcours")
    return render_template("learner/pages/home.html", page=page, offer=offer, survey=survey, meeting=meeting, work=work, changes=changes)


def _survey_offer(person_id: int, subject_id: str) -> SurveyOffer | None:
    return queries.offer(db.session, course(db.session), person_id, subject_id) if offers("surveys") else None


@blueprint.post("/nouveautes")
@act(who=SIGNED_IN)
def take_news() -> BaseResponse:
    """Take what came since into one's own set: the denominator grows by the person's own decision."""
    person, now = current_person(), clock.now()
    added = enrolment.take_news_in(db.session, path_progress_of(db.session, course(db.session), person.id), now)
    flash("Votre parcours comprend maintenant les nouveautés." if added else "Votre parcours est déjà à jour.")
    db.session.commit()
    return redirect(course_address(), 303)


@blueprint.post("/parcours")
@act(who=SIGNED_IN)
def choose_path() -> BaseResponse:
    """Follow another path: what was done counts there too."""
    person, published = current_person(), course(db.session)
    path = enrolment.path_of(published, request.form.get("parcours", "")) or abort(404)
    mine = path_progress_of(db.session, published, person.id)
    if path.id != mine.path.id:
        enrolment.change_path(db.session, published, mine, path, clock.now())
        flash(f"Vous suivez maintenant « {path.title} ». Ce que vous avez déjà fait y compte.")
        db.session.commit()
    return redirect(url_for("learning.home"), 303)


@blueprint.get("/modules/<module_id>")
@page(who=SIGNED_IN)
def module(module_id: str) -> str:
    person = current_person()
    published = course(db.session)
    page = module_page(db.session, published, person.id, module_id, day_of(clock.now())) or abort(404)
    survey = _survey_offer(person.id, module_id) if page.card.attestation_url else None
    return render_template("learner/pages/module.html", page=page, survey=survey)


@blueprint.get("/lecons/<lesson_id>")
@page(who=OPEN)
def lesson(lesson_id: str) -> str:
    person, published = person_or_none(), course(db.session)
    today, answers = day_of(clock.now()), request.args.to_dict(flat=False)
    if person is None:  # the guard lets a visitor read this one
        open_page = open_lesson_page(db.session, published, lesson_id, today, answers, current_site().contact)
        return render_template("learner/pages/open_lesson.html", page=open_page or abort(404), mine=None)
    page = lesson_page(db.session, published, person.id, lesson_id, person.side, today, answers)
    if page is None:
        raise LessonWithdrawn if has_begun(db.session, person.id, lesson_id) else NotYours
    read = page.reading.lesson
    meeting = meetings.step_here(read) if read.criterion is CompletionCriterion.PRESENCE and offers("meetings") else None
    mine = answers_under(read) if offers("notebook") else None
    gain = first_gain(db.session, published, person.id, page.card.completed_at, clock.now()) if offers("positioning") else None
    slot = slot_page(None, clock.now()) if "premiere" in request.args and page.card.done else None
    html = render_template("learner/pages/lesson.html", page=page, mine=mine, meeting=meeting, gain=gain, slot=slot)
    if page.first_view:
        append_view(published, person.id, lesson_id)
    return html


@blueprint.post("/lecons/<lesson_id>/lue")
@act(who=SIGNED_IN)
def mark_read(lesson_id: str) -> BaseResponse:
    person, published, now = current_person(), course(db.session), clock.now()
    if published.module_of(lesson_id) is None or lesson_id not in published.lessons:
        abort(404)
    services.mark_read(db.session, published, person.id, lesson_id, now)
    say_attested(services.attest(db.session, published, person.id, now))
    db.session.commit()
    log.event("lesson_read", person=person.id, element=lesson_id)
    first = "" if asks_when(db.session, published, person.id) else None  # the page that follows asks when one reads on
    return redirect(url_for("learning.lesson", lesson_id=lesson_id, premiere=first, _anchor="suite"), 303)


@blueprint.post("/lecons/<lesson_id>/repere")
@act(who=SIGNED_IN)
def keep_place(lesson_id: str) -> BaseResponse:
    """Where the person is in the lesson: sent by a script, so that « Reprendre » finds the heading from any device."""
    lesson = course(db.session).lessons.get(lesson_id) or abort(404)
    anchor = request.form.get("anchor", "")
    if anchor not in {heading.anchor for heading in lesson.headings}:
        abort(400)
    services.keep_place(db.session, current_person().id, lesson_id, anchor, clock.now())
    db.session.commit()
    return Response(status=204) if wants_json() else redirect(url_for("learning.lesson", lesson_id=lesson_id, _anchor=anchor), 303)


# --- My record -------------------------------------------------------------------------------------------------------


@blueprint.get("/progression")
@page(who=SIGNED_IN)
def record() -> str:
    person = current_person()
    page = record_page(db.session, course(db.session), person.id, person.name, clock.now())
    return render_template("learner/pages/record.html", page=page)


@blueprint.post("/attestations")
@act(who=SIGNED_IN)
def attest() -> BaseResponse:
    """What the course's edits or a decision completed, rather than an act of the person, waits for them to ask."""
    person = current_person()
    say_attested(services.attest(db.session, course(db.session), person.id, clock.now()))
    db.session.commit()
    return redirect(url_for("learning.record"), 303)


# --- Back after sign-in ----------------------------------------------------------------------------------------------


@blueprint.get("/reprise/<submission_id>")
@page(who=SIGNED_IN)
def resume(submission_id: str) -> str | BaseResponse:
    page = kept_forms.resume_page(db.session, submission_id, current_person(), sessions.this_browser())
    if page.over:
        flash("Votre saisie est déjà envoyée, ou abandonnée.")
        return redirect(course_address())
    return render_template("learner/pages/resume.html", page=page)


@blueprint.post("/reprise/<submission_id>/abandon")
@act(who=SIGNED_IN)
def forget(submission_id: str) -> BaseResponse:
    if not kept_forms.close(db.session, submission_id, current_person().id, clock.now()):
        raise NotYours
    flash("Votre saisie n’a pas été envoyée.")
    db.session.commit()
    return redirect(course_address(), 303)
