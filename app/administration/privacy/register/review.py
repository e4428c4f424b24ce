"""The declarations of what is kept on what somebody remembers. Pure."""

from __future__ import annotations

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT
from app.administration.privacy.register.treatment import Ending, Treatment

REVIEW = (
    Treatment(
        table="review_card",
        title="Révision",
        data="Questions que vous révisez, et quand chacune doit revenir",
        purpose="Vous reposer une question avant que vous ne l’oubliiez",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={
            "document_id": "document",
            "question_id": "question",
            "introduced_at": "vue la première fois",
            "last_review": "dernière réponse",
            "due": "à revoir le",
            "answers": "réponses",
            "misses": "manquée de suite",
            "set_aside_at": "écartée",
            "withdrawn_at": "retirée",
        },
        inner=("id", "fingerprint", "stability", "difficulty", "state", "put_off"),
        private=("document_id", "question_id", "due", "answers", "misses", "set_aside_at", "withdrawn_at"),
    ),
    Treatment(
        table="review_log",
        title="Réponses de révision",
        data="Ce que vous avez répondu en révisant, que ce site ne montre à personne d’autre",
        purpose="Vous montrer la correction et ce que vous gardez en mémoire ; dire aux formateurs, à partir de cinq personnes, quelles questions s’oublient",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"at": "le", "rating": "réponse", "by_mail": "par courriel", "readable": "ce que vous avez répondu"},
        inner=("id", "card_id", "number", "fingerprint", "payload", "stability", "difficulty", "state", "due"),
        free_text=("payload", "readable"),
        private=("rating", "readable"),
    ),
    Treatment(
        table="review_choice",
        title="Rythme de révision",
        data="Votre pause, et la zone de vos vacances scolaires",
        purpose="Ne rien vous demander pendant une pause, ne vous écrire qu’une fois par semaine",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"zone": "zone", "paused_until": "en pause jusqu’au"},
    ),
    Treatment(
        table="letter_question",
        title="Questions par courriel",
        data="Questions de révision de vos lettres de la semaine, et votre réponse",
        purpose="Recevoir votre réponse une seule fois, et vous montrer la correction",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"document_id": "document", "question_id": "question", "sent_at": "envoyée", "answered_at": "répondue", "readable": "réponse"},
        inner=("id", "digest", "fingerprint", "payload"),
        free_text=("payload", "readable"),
        private=("document_id", "question_id", "readable"),
        kept_days=30,
        dated="sent_at",
    ),
)
