"""The declarations of what somebody writes and keeps for themselves. Pure."""

from __future__ import annotations

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT
from app.administration.privacy.register.treatment import Ending, Treatment

NOTEBOOK = (
    Treatment(
        table="note",
        title="Carnet",
        data="Ce que vous répondez aux questions « Sur mon territoire » des leçons, que ce site ne montre à personne d’autre",
        purpose="Vous le rendre dans la leçon et dans votre carnet",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"lesson_id": "leçon", "question": "question", "answer": "votre réponse", "saved_at": "enregistrée"},
        inner=("id", "question_key", "lesson_title"),
        free_text=("answer",),
        private=("answer",),
    ),
    Treatment(
        table="kept",
        title="Notes et favoris",
        data="Vos notes sur un passage et ce que vous gardez du cours, avec ce qu’un prédécesseur vous a transmis, que ce site ne montre à personne d’autre",
        purpose="Vous les rendre à leur place dans le cours et dans votre carnet",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={
            "title": "page",
            "heading": "passage",
            "favourite": "favori",
            "text": "votre note",
            "saved_at": "enregistré",
            "sender": "reçu de",
            "received_at": "reçu le",
        },
        inner=("id", "kind", "ref", "anchor", "origin"),
        free_text=("text", "sender"),
        private=("title", "heading", "favourite", "text", "saved_at", "sender", "received_at"),
    ),
)
