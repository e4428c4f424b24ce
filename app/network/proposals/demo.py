"""A proposal that waits in the demonstration: somebody of a cité says in their words what its page does not say yet. Once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.models import Membership
from app.identity.rules import Role
from app.network.proposals.models import CiteProposal

TEXTS = {
    "presentation": "La cité réunit les écoles, le collège et les centres sociaux du quartier.\n\nTrois priorités cette année : la lecture avant six ans, l’accueil des parents, "
    "le passage de la troisième au lycée.",
    "troika": "Sous-préfet d’arrondissement\nPrincipale du collège, cheffe de file\nAdjointe au maire à l’éducation",
    "quartiers": "",
    "contacts": "Équipe de la cité : cite-educative@commune.example",
}


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    if session.scalar(select(CiteProposal.id).limit(1)) is not None:
        return
    learners = [person.id for person in people if person.roles == {Role.LEARNER}]
    at_work = select(Membership.person_id, Membership.territory_id).where(Membership.person_id.in_(learners), Membership.ended_on.is_(None))
    here = session.execute(at_work.where(Membership.territory_id.like("cite-%")).order_by(Membership.person_id.desc()).limit(1)).one_or_none()
    if here:
        session.add(CiteProposal(territory_id=here.territory_id, author_id=here.person_id, proposed_at=now - timedelta(days=3), **TEXTS))
        session.flush()
