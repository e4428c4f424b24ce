"""The demonstration's part in messages: a question answered and published for all, one that is answered, one that waits, an error that was corrected. Once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.demo import load as demo
from app.identity.demo.load import LoadedPerson
from app.identity.rules import Role
from app.learner.messages import faq
from app.learner.messages.models import TrainerMessage
from app.learner.messages.places import lesson_place
from app.learner.messages.rules import Kind
from app.platform.french import day_of

LESSON = "cpo-qui-appeler"
PROMISED = timedelta(days=7)
"""Five worked days, without reading any calendar of holidays."""
TOLD = (
    "Une école hors réseau veut participer : qui faut-il prévenir en premier ?",
    "L’inspecteur ou l’inspectrice de la circonscription. Hors réseau, il n’y a pas de coordonnatrice qui connaisse l’existant : l’inspection est la porte d’entrée, "
    "et son accord précède tout courrier aux écoles.",
)
MESSAGES = (
    (
        Kind.QUESTION, LESSON, "par-sujet", 21, 3,
        "Une école qui n’est pas en REP voudrait rejoindre notre action du mercredi. Je commence par la directrice ou par quelqu’un d’autre ?",
        "Par l’inspectrice de la circonscription : hors réseau, il n’y a pas de coordonnatrice pour vous dire ce qui existe déjà. Elle donne l’accord ; la directrice, "
        "ensuite, dit ce qui est possible dans son école.",
    ),
    (
        Kind.QUESTION, "cpo-annee", "revue", 9, 4,
        "Pour la revue de projet, faut-il réunir toute la troïka, ou un écrit suffit-il quand l’un des trois n’est pas libre ?",
        "Réunissez-la, même une heure et à distance : ce qui se décide à deux se rediscute à trois. Un écrit envoyé avant aide le troisième à arriver avec un avis.",
    ),
    (Kind.QUESTION, "ce-gouvernance", "troika", 2, 0, "Le principal du collège change en septembre. Peut-on garder l’ancien dans le comité de pilotage le temps de la passation ?", ""),
    (Kind.ERROR, LESSON, "etages", 15, 1, "Il manque un mot dans la phrase sur le délégué du préfet.", "Merci, la phrase est complétée."),
)  # fmt: skip
"""(kind, lesson, heading, sent and answered after so many days, words, answer)."""


def init_app(app: Flask) -> None:
    demo.add_step(app, load)


def load(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
    published = course(session)
    known = [each for each in MESSAGES if published.module_of(each[1]) is not None]
    if not known or session.scalar(select(TrainerMessage.id).limit(1)) is not None:
        return
    trainer = next(person.id for person in people if Role.TRAINER in person.roles)
    writers = [person.id for person in people if person.roles == {Role.LEARNER}][1:]
    rows = []
    for writer, (kind, lesson, anchor, ago, after, words, answer) in zip(writers, known, strict=False):
        place, sent = lesson_place(published, lesson, anchor), now - timedelta(days=ago)
        row = TrainerMessage(
            person_id=writer,
            kind=kind.value,
            element_id=lesson,
            document_id=lesson,
            fingerprint=place.fingerprint,
            revision_id=place.revision_id,
            anchor=place.anchor,
            message=words,
            sent_at=sent,
            due_on=day_of(sent + PROMISED) if kind is Kind.QUESTION else None,
        )
        if answer:
            row.answer, row.answered_at, row.actor_id = answer, sent + timedelta(days=after), trainer
            row.fixed = True if kind is Kind.ERROR else None
        rows.append(row)
    session.add_all(rows)
    session.flush()
    first = next((row for row in rows if row.element_id == LESSON and row.answered_at and row.kind == Kind.QUESTION), None)
    if first:
        faq.publish(session, published, first.id, trainer, (LESSON, *TOLD), now - timedelta(days=17))
