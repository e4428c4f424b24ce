"""The declarations of what is kept on who has answered a survey. What was answered is kept of nobody. Pure."""

from __future__ import annotations

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT
from app.administration.privacy.register.treatment import Ending, Treatment

SURVEYS = (
    Treatment(
        table="survey_turn",
        title="Enquêtes",
        data="Enquêtes auxquelles vous avez répondu, sans ce que vous avez répondu ni quand ; celles qu’un courriel vous a proposées",
        purpose="Ne pas vous demander deux fois la même chose. Les réponses sont ajoutées à des totaux par semaine, qui ne sont reliés à personne",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"survey_id": "enquête", "subject_id": "sur", "round": "trimestre", "answered": "répondu", "asked_on": "proposée par courriel"},
        inner=("digest",),
    ),
)
