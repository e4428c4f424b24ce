"""`/reseau/<id>/proposer`, for the people of a cité; `/reseau/propositions`, for whoever decides of what they propose."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import asdict

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.rules import MODERATORS
from app.identity.sign_in.guards import current_person
from app.network.atlas.listing import CiteName, listing, territory_of
from app.network.proposals import queries, services
from app.network.proposals.forms import CiteForm
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import SIGNED_IN, act, page

blueprint = Blueprint("proposals", __name__, url_prefix="/reseau")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@blueprint.route("/<cite_id>/proposer", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def propose(cite_id: str) -> ResponseReturnValue:
    now, cite = clock.now(), listing(course(db.session)).find_cite(cite_id)
    if cite is None or not queries.may_propose(db.session, current_person(), territory_of(cite), day_of(now)):
        abort(404)
    territory = territory_of(cite)
    page = queries.propose_page(db.session, cite, CiteName(cite_id, cite.name), territory, current_person())
    form = CiteForm(data=asdict(page.texts))
    before = queries.as_written(cite, queries.accepted_texts(db.session, territory).texts)
    sent = form.validate_on_submit() and form.accept(lambda: services.propose(db.session, territory, current_person().id, before, form.texts, now))
    if not sent:
        return render_template("network/proposals/propose.html", page=page, form=form), 422 if form.errors else 200
    flash("Votre proposition est envoyée : quelqu’un la relit avant qu’elle paraisse.")
    to = url_for("proposals.decision", proposal_id=sent.id) if page.moderates else url_for("proposals.propose", cite_id=cite_id)
    db.session.commit()
    return redirect(to, 303)


@blueprint.get("/propositions")
@page(who=MODERATORS, names_people="Liste des propositions pour la page d’une cité, où vous figurez")
def index() -> str:
    page = queries.queue_page(db.session, course(db.session))
    access.record_access(page.named, "proposals.index", clock.now())
    return render_template("network/proposals/index.html", page=page)


@blueprint.get("/propositions/<int:proposal_id>")
@page(who=MODERATORS, names_people="Votre proposition pour la page d’une cité")
def decision(proposal_id: int) -> ResponseReturnValue:
    return _decision(proposal_id)


def _decision(proposal_id: int, word: str = "", error: str = "") -> ResponseReturnValue:
    page = queries.decision_page(db.session, course(db.session), proposal_id)
    if page is None:
        abort(404)
    access.record_access([page.author_id], "proposals.decision", clock.now())
    return render_template("network/proposals/decision.html", page=page, word=word, error=error), 422 if error else 200


@blueprint.post("/propositions/<int:proposal_id>")
@act(who=MODERATORS)
def decide(proposal_id: int) -> ResponseReturnValue:
    now, word, accepted = clock.now(), request.form.get("word", "").strip(), request.form.get("decision") == "accepter"
    seen = request.form.get("seen", 0, bounded_int), _moment(request.form.get("at", ""))
    try:
        told = services.decide(db.session, current_settings(), current_person(), proposal_id, seen, accepted, word, now)
    except services.DecidedMeanwhile as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("proposals.decision", proposal_id=proposal_id), 303)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        return _decision(proposal_id, word, error.sentence)
    flash(f"La proposition est {'acceptée : la page la montre' if accepted else 'refusée'}.{' Son auteur le reçoit par courriel.' if told else ''}", "success")
    db.session.commit()
    return redirect(url_for("proposals.index"), 303)


def _moment(typed: str) -> datetime:
    """When the proposal was written, as the page said it; what nobody's page says is no moment of any."""
    try:
        return datetime.fromisoformat(typed).astimezone(UTC)
    except (ValueError, OverflowError):
        return NEVER
