"""The email about a change of an account's keys: a new browser, a factor that came or went, a printed code."""

from __future__ import annotations

from datetime import datetime

from flask import has_request_context, request
from sqlalchemy.orm import Session

from app.identity.letters.sending import send
from app.identity.models import Person
from app.identity.sessions import devices
from app.identity.sign_in.factors.rules import FactorChange
from app.platform.french import french_datetime
from app.platform.mail import outbox
from app.platform.mail.emails import SECURITY
from app.platform.settings import current_settings
from app.platform.web.edge import path_of

WORDS = {
    FactorChange.BROWSER: ("nouvelle connexion", "Votre compte vient d’être ouvert avec un navigateur qui ne l’avait jamais ouvert."),
    FactorChange.ADDED: ("second facteur ajouté", "Un second facteur a été ajouté à votre compte. Les sessions ouvertes sans lui sont fermées."),
    FactorChange.REMOVED: ("second facteur retiré", "Un second facteur a été retiré de votre compte. Les sessions qu’il avait ouvertes sont fermées."),
    FactorChange.CODES: ("nouveaux codes de secours", "De nouveaux codes de secours ont été tirés. Les anciens ne servent plus."),
    FactorChange.LINKED: ("compte relié", "Votre compte s’ouvre désormais aussi par votre institution."),
    FactorChange.UNLINKED: ("compte délié", "Une institution n’ouvre plus votre compte. Vos sessions ouvertes sont fermées."),
    FactorChange.CODE_USED: ("code de secours utilisé", "Un de vos codes de secours imprimés a remplacé votre second facteur."),
}


def tell(session: Session, *, person: Person, change: FactorChange, now: datetime) -> None:
    """Heard of `factors.services.changed`: in the same transaction, an email."""
    subject, sentence = WORDS[change]
    values = {
        "objet": subject,
        "ce qui change": sentence,
        "date": french_datetime(now),
        "appareil": devices.device(request.user_agent.string) if has_request_context() else "le terminal du serveur",
        "lien": outbox.base(current_settings()) + path_of("identity.sessions"),
    }
    send(session, SECURITY, person, values, now)
