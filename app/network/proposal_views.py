"""`/reseau/<id>/proposer`, for the people of a cité; `/reseau/propositions`, for whoever decides on what they propose."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import asdict
from wtforms import TextAreaField

from app.content.store.queries import course
from app.identity import audit
from app.identity.forms import Form
from app.identity.rules import MODERATORS
from app.identity.sign_in.guards import current_person
from app.network import proposals
from app.network.atlas import CiteName, listing, territory_of
from app.network.proposals import LIST_LENGTH, PRESENTATION_LENGTH, CiteTexts, tidy
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.web.edge import at_most, bounded_int
from app.platform.web.endpoints import SIGNED_IN, act, page


class CiteForm(Form):
    presentation = TextAreaField(
        "Présentation",
        description="Quelques phrases ; une ligne vide sépare deux paragraphes. Tout le monde la lit, même sans compte.",
        filters=[tidy],
        validators=[at_most(PRESENTATION_LENGTH)],
        render_kw={"rows": 8},
    )
    troika = TextAreaField(
        "La troïka, par fonction",
        description="Une fonction par ligne, jamais un nom : « sous-préfète d’arrondissement », « principal du collège ».",
        filters=[tidy],
        validators=[at_most(LIST_LENGTH)],
        render_kw={"rows": 4},
    )
    quartiers = TextAreaField("Quartiers", description="Un par ligne.", filters=[tidy], validators=[at_most(LIST_LENGTH)], render_kw={"rows": 4})
    contacts = TextAreaField(
        "Contacts",
        description="Un par ligne : la boîte du service, un standard. Seuls les inscrits les voient ; une personne paraît par l’annuaire, si elle l’accepte.",
        filters=[tidy],
        validators=[at_most(LIST_LENGTH)],
        render_kw={"rows": 3},
    )

    @property
    def texts(self) -> CiteTexts:
        return CiteTexts(*(self[name].data or "" for name in ("presentation", "troika", "quartiers", "contacts")))


# --- Pages -----------------------------------------------------------------------------------------------------------

blueprint = Blueprint("proposals", __name__, url_prefix="/reseau")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@blueprint.route("/<cite_id>/proposer", methods=["GET", "POST"])
@page(who=SIGNED_IN)
def propose(cite_id: str) -> ResponseReturnValue:
    now, cite = clock.now(), listing(course(db.session)).find_cite(cite_id)
    if cite is None or not proposals.may_propose(db.session, current_person(), territory_of(cite), day_of(now)):
        abort(404)
    territory = territory_of(cite)
    page = proposals.propose_page(db.session, cite, CiteName(cite_id, cite.name), territory, current_person())
    form = CiteForm(data=asdict(page.texts))
    before = proposals.as_written(cite, proposals.accepted_texts(db.session, territory).texts)
    sent = form.validate_on_submit() and form.accept(lambda: proposals.propose(db.session, territory, current_person().id, before, form.texts, now))
    if not sent:
        return render_template("network/proposals/propose.html", page=page, form=form), form.status
    flash("Votre proposition est envoyée : quelqu’un la relit avant qu’elle paraisse.")
    to = url_for("proposals.decision", proposal_id=sent.id) if page.moderates else url_for("proposals.propose", cite_id=cite_id)
    db.session.commit()
    return redirect(to, 303)


@blueprint.get("/propositions")
@page(who=MODERATORS, names_people="Liste des propositions pour la page d’une cité, où vous figurez")
def index() -> str:
    page = proposals.queue_page(db.session, course(db.session))
    audit.record_access(page.named, "proposals.index", clock.now())
    return render_template("network/proposals/index.html", page=page)


@blueprint.get("/propositions/<int:proposal_id>")
@page(who=MODERATORS, names_people="Votre proposition pour la page d’une cité")
def decision(proposal_id: int) -> ResponseReturnValue:
    return _decision(proposal_id)


def _decision(proposal_id: int, word: str = "", error: str = "") -> ResponseReturnValue:
    page = proposals.decision_page(db.session, course(db.session), proposal_id)
    if page is None:
        abort(404)
    audit.record_access([page.author_id], "proposals.decision", clock.now())
    return render_template("network/proposals/decision.html", page=page, word=word, error=error), 422 if error else 200


@blueprint.post("/propositions/<int:proposal_id>")
@act(who=MODERATORS)
def decide(proposal_id: int) -> ResponseReturnValue:
    now, word, accepted = clock.now(), request.form.get("word", "").strip(), request.form.get("decision") == "accepter"
    seen = request.form.get("seen", 0, bounded_int), _moment(request.form.get("at", ""))
    try:
        told = proposals.decide(db.session, current_settings(), current_person(), proposal_id, seen, accepted, word, now)
    except proposals.DecidedMeanwhile as error:
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
