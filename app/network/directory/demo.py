"""The directory of the demonstration: one person in four agrees to appear, each as they choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import cycle

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.rules import Role
from app.network.directory import services
from app.network.directory.models import DirectoryEntry
from app.network.directory.rules import Contact

CARDS = (
    ("CPO de la cité éducative", "Monter un conseil d’enfants ; une convention trois fois amendée.", Contact.ADDRESS),
    ("Responsable du réseau d’éducation prioritaire", "Par quelle porte entrer dans une école.", Contact.SITE),
    ("Responsable de la politique de la ville", "", Contact.NONE),
)
ONE_IN = 4


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    """Once: where somebody appears, nothing more is written."""
    if session.scalar(select(DirectoryEntry.person_id).limit(1)) is not None:
        return
    learners = [person.id for person in people if person.roles == {Role.LEARNER}]
    for person_id, card in zip(learners[::ONE_IN], cycle(CARDS), strict=False):
        services.appear(session, person_id, *card, now)
