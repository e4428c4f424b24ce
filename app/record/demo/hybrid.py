"""A path that a meeting completes, published beside the course of the files; the demonstration has two people on it, and the network its meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.documents.reader import read
from app.content.store.models import Publication, Revision
from app.content.store.queries import course
from app.content.store.services import new_text, store
from app.content.values.course import Course
from app.identity.demo.load import LoadedPerson
from app.identity.demo.people import Stage
from app.record import enrolment, services
from app.record.progress.models import EVERYTHING, PathDemand

PATH, READING, STEP = "en-presence", "en-reseau-preparer", "en-reseau-rencontre"
PATHS = "modules/parcours.md"
BESIDE = "metier-cpo"
ON_THE_PATH = """
## Rejoindre le réseau {#en-presence}

modules : en-reseau
requis : en-reseau
attestation : oui
"""
TEXTS = {
    "modules/en-reseau/module.md": """---
id : en-reseau
titre : Apprendre en réseau
histoire : croisement
objectifs :
- M1 : Tirer d'une rencontre du réseau ce qui sert à sa propre cité
leçons :
- en-reseau-preparer
- en-reseau-rencontre
---

Une lecture courte chez soi, puis une matinée ensemble : ce que l'on apporte à une rencontre compte autant que ce que l'on y entend.
""",
    "modules/en-reseau/01-preparer.md": """---
id : en-reseau-preparer
titre : Préparer sa première rencontre
durée : 8
objectifs :
- O1 : Choisir une difficulté, une réussite et une question à apporter → M1
achèvement : lu
---

Une rencontre réunit des gens qui font le même métier et se voient peu. Une demi-heure de préparation change ce que l'on en rapporte.

## Une difficulté, une réussite {#tour-de-table}

Le tour de table ouvre la matinée. Préparez deux récits d'une minute : ce qui bloque chez vous, ce qui a marché. Dites les faits avant l'explication : qui était là, ce qui était demandé, ce qui s'est passé.

## Une question à poser {#question}

Écrivez une question à laquelle un pair peut répondre. « Comment fixez-vous la date du comité de pilotage ? » appelle un récit ; « Qui paie ? » appelle un service.

## À retenir

- On vient avec une difficulté, une réussite et une question.
- On repart avec un nom à rappeler.
""",
    "modules/en-reseau/02-rencontre.md": """---
id : en-reseau-rencontre
titre : Une matinée avec le réseau
durée : 165
objectifs :
- O1 : Comparer la gouvernance de sa cité à celle de deux autres → M1
achèvement : présence
équivalent : synthèse
---

Cette étape se fait à plusieurs : inscrivez-vous à une rencontre ci-dessous. Si vous n'avez pas pu venir, la synthèse en tient lieu.

## Ce que l'on y fait {#deroule}

Un tour de table, une lecture commune, un cas discuté en petits groupes. Chacun repart avec une chose à essayer.

## À retenir

- La présence se note sur place, par un code ou par la liste.
- Qui n'a pas pu venir lit la synthèse.
""",
}


def publish(session: Session, published: Course, now: datetime) -> Course:
    """Once, and beside the real course alone. Gives the course with it."""
    if BESIDE not in published.modules or any(path.id == PATH for path in published.paths.paths):
        return published
    held = select(Revision.text).join(Publication, Publication.revision_id == Revision.id).where(Revision.path == PATHS)
    texts = {**TEXTS, PATHS: f"{session.scalar(held) or ''}{ON_THE_PATH}"}
    readings = [(read(path, text), text) for path, text in texts.items()]
    store(session, [new_text(reading, text, {}) for reading, text in readings if reading.publishable], author_id=None, now=now - timedelta(days=90))
    everywhere = session.scalars(select(PathDemand).filter_by(path_id=EVERYTHING)).one()
    everywhere.asked = [[element, enrolment.ALWAYS.isoformat() if element in (READING, STEP) else since] for element, since in everywhere.asked]
    session.flush()  # it was there before those who follow it
    return course(session)


def live(session: Session, published: Course, people: Sequence[LoadedPerson], enrolled: set[int]) -> None:
    """They join, and read what comes before the meeting."""
    path = next((path for path in published.paths.paths if path.id == PATH), None)
    for person in people if path else ():
        if path and person.stage is Stage.IN_PERSON and person.id not in enrolled:
            enrolment.enrol_all(session, published, [person.id], person.since, path)
            read_on = person.since + timedelta(days=2)
            services.record_view(session, published, person.id, READING, read_on)
            services.mark_read(session, published, person.id, READING, read_on + timedelta(minutes=9))
