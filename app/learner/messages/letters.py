"""The letter that brings an answer: it leaves at once, to whoever asked and wants such letters, in the words of the site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.letters import preferences
from app.identity.models import Person
from app.learner.messages.models import TrainerMessage
from app.learner.messages.places import place_title
from app.learner.messages.rules import Kind
from app.platform.mail import letters, outbox
from app.platform.mail.originals import ANSWER
from app.platform.mail.outbox import Letter
from app.platform.mail.wordings import Value
from app.platform.settings import Settings
from app.platform.web.edge import path_of

KIND = "reponses"
"""Among `preferences.KINDS`."""


def tell_answer(session: Session, settings: Settings, row: TrainerMessage, now: datetime) -> None:
    """Nothing where no mail can leave, or where the person wants none."""
    if outbox.available(settings) and preferences.wants(session, row.person_id, KIND):
        outbox.queue(session, _letter(session, settings, row), now)


def _letter(session: Session, settings: Settings, row: TrainerMessage) -> Letter:
    base, stop, person = outbox.base(settings), preferences.stop_link(settings, row.person_id, KIND), session.get_one(Person, row.person_id)
    asked = row.kind == Kind.QUESTION
    values: dict[str, Value] = {
        "nom": person.name,
        "objet": "réponse à votre question" if asked else "réponse à votre signalement",
        "endroit": place_title(session, course(session), row.element_id, row.question_id, row.revision_id),
        "message": row.message,
        "réponse": row.answer,
        "suite": "Dire que c’est clair, ou demander encore" if asked else "Mes questions et signalements",
        "lien": f"{base}{path_of('messages.mine')}#message-{row.id}",
        "arrêt": stop,
        "site": base,
    }
    return Letter(person.email, *letters.worded(ANSWER, letters.current(session, ANSWER), values), stop)
