"""The declarations of what is kept on reminders and summaries. Pure."""

from __future__ import annotations

from app.administration.privacy.register.treatment import Ending, Treatment

REMINDERS = (
    Treatment(
        table="reminder",
        title="Rappels reçus",
        data="Date des rappels qui vous ont été envoyés",
        purpose="Ne pas vous écrire deux fois, et s’arrêter",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"sent_on": "jour", "sent_at": "mis en file le"},
        inner=("id",),
        kept_days=730,
        dated="sent_at",
    ),
    Treatment(
        table="reminder_answer",
        title="Réponse à un rappel",
        data="Ce qui vous retient, si vous avez répondu à un rappel",
        purpose="Comprendre ce qui retient les personnes, par totaux de cinq ou plus",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"reason": "réponse", "at": "le"},
        kept_days=365,
        dated="at",
    ),
    Treatment(
        table="reminder_rule",
        title="Règles de rappel",
        data="Règles que vous avez écrites, si vous suivez des territoires ou une cohorte, et le mot que vous y joignez",
        purpose="Envoyer les rappels que vous avez demandés, signés de votre nom",
        lasting="Tant que la règle existe",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"changed_at": "enregistrée"},
        inner=("id", "territory_id", "cohort_id", "trigger", "days", "pause", "most", "zone", "words", "running"),
        free_text=("words",),
    ),
    Treatment(
        table="digest",
        title="Bilan hebdomadaire",
        data="Jour où vous demandez le bilan de votre périmètre, si vous suivez des territoires ou une cohorte",
        purpose="Vous l’envoyer",
        lasting="Tant que vous le demandez",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"weekday": "jour de la semaine", "since": "depuis le", "handled_on": "dernier examen"},
        inner=("said",),
    ),
)
