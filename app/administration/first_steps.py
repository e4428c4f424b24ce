"""The first steps of a new site, on the administrator's door: each ticked by what is, gone once all are done."""

from __future__ import annotations

from flask import url_for
from msgspec import Struct
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.identity.audit import AdministrativeAct
from app.platform.settings import Settings
from app.platform.site_rules import Site
from app.record.progress.models import Cohort, CohortMember

MAIL_TRIED = "mail_tried"
"""The act of whoever sent themselves an email."""


class FirstStep(Struct, frozen=True):
    words: str
    help: str
    url: str
    """Where it is done; empty: it waits for an operator."""
    done: bool
    sends: bool = False
    """Its address takes a form of one button."""


def first_steps(session: Session, site: Site, settings: Settings) -> tuple[FirstStep, ...]:
    """All of them, in order; none once all are done. One SELECT. `site`: as it is read."""
    tried = exists().where(AdministrativeAct.act == MAIL_TRIED)
    learning = exists().where(CohortMember.trainer.is_(False))
    mail, cohort, people = session.execute(select(tried, exists().where(Cohort.id.is_not(None)), learning)).one()
    steps = (
        FirstStep("Dire qui est ce site", "Son nom, l’organisme qui en répond.", url_for("about.settings"), site.renamed or bool(site.publisher)),
        _mail_step(settings, done=mail),
        FirstStep("Créer une cohorte", "Qui suit ensemble quel parcours, de quand à quand.", url_for("cohorts.index"), cohort),
        FirstStep("Y faire entrer des personnes", "Un tableau de personnes, ou une invitation à la fois.", url_for("imports.new"), people),
    )
    return () if all(step.done for step in steps) else steps


def _mail_step(settings: Settings, *, done: bool) -> FirstStep:
    if settings.smtp_host:
        return FirstStep("Essayer le courriel", "Une invitation d’exemple part à votre adresse.", url_for("site.try_mail"), done, sends=True)
    return FirstStep("Essayer le courriel", "Aucun serveur de courriel n’est réglé : demandez-le à l’exploitant.", "", done)
