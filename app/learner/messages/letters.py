"""The email that brings an answer: it leaves at once, to whoever asked and wants such emails, in the words of the site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.identity.letters.sending import send
from app.identity.models import Person
from app.learner.messages.models import TrainerMessage
from app.learner.messages.places import place_title
from app.learner.messages.rules import ThreadKind
from app.platform.mail import outbox
from app.platform.mail.emails import ANSWER
from app.platform.mail.wordings import Value
from app.platform.settings import Settings
from app.platform.web.edge import path_of


def tell_answer(session: Session, settings: Settings, row: TrainerMessage, now: datetime) -> None:
    """Emails the answer to its reader, unless no email can leave or the person wants none."""
    asked = row.kind == ThreadKind.QUESTION
    values: dict[str, Value] = {
        "objet": "réponse à votre question" if asked else "réponse à votre signalement",
        "endroit": place_title(session, course(session), row.element_id, row.question_id, row.revision_id),
        "message": row.message,
        "réponse": row.answer,
        "suite": "Dire que c’est clair, ou demander encore" if asked else "Mes questions et signalements",
        "lien": f"{outbox.base(settings)}{path_of('messages.mine')}#message-{row.id}",
    }
    send(session, ANSWER, session.get_one(Person, row.person_id), values, now)
