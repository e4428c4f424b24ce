"""The declarations of what is kept on somebody's arrival and positionings. Pure."""

from __future__ import annotations

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT
from app.administration.privacy.register.treatment import Ending, Treatment

POSITIONING = (
    Treatment(
        table="arrival",
        title="Arrivée",
        data="La date de votre première connexion et, si vous l’avez dit, ce que vous attendez du cours",
        purpose="Vous accueillir une fois ; dire aux formateurs de votre groupe ce que vous venez chercher",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"shown_at": "première page montrée", "wish": "ce que vous attendez du cours", "said_at": "dit"},
        free_text=("wish",),
    ),
    Treatment(
        table="positioning",
        title="Positionnements",
        data="Les tests qui cherchent ce que vous savez déjà, avec leurs dates et l’employeur que vous aviez indiqué",
        purpose="Vous proposer d’être dispensé de ce que vous savez",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.KEPT,
        subject="person_id",
        labels={"id": "numéro", "module_id": "module testé seul", "side": "employeur", "started_at": "commencé", "ended_at": "terminé"},
        inner=("seed",),
    ),
    Treatment(
        table="positioning_answer",
        title="Réponses aux positionnements",
        data="Ce que vous avez répondu à chaque question d’un positionnement ; personne d’autre ne le lit",
        purpose="Estimer ce que vous savez de chaque module",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.KEPT,
        through=("positioning_id", "positioning"),
        labels={
            "positioning_id": "positionnement",
            "question_id": "question",
            "module_id": "module",
            "level": "niveau",
            "readable": "réponse",
            "right": "juste",
            "answered_at": "répondue",
        },
        inner=("id", "position", "revision_id", "guess", "payload"),
        emptied={"readable": ""},
        typed=("payload",),
        free_text=("payload", "readable"),
        private=("readable",),
    ),
    Treatment(
        table="positioning_result",
        title="Résultats des positionnements",
        data="Ce qu’un positionnement propose pour chaque module, et ce que vous ou un formateur avez décidé de la dispense",
        purpose="Appliquer votre choix, et en garder la raison",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.KEPT,
        through=("positioning_id", "positioning"),
        actors=("actor_id",),
        labels={
            "positioning_id": "positionnement",
            "module_id": "module",
            "proposal": "proposition",
            "chance": "chance que ce module soit su",
            "asked": "questions posées",
            "right": "réponses justes",
            "hard": "dont difficiles",
            "decision": "décision",
            "decided_at": "décidée",
            "reason": "raison donnée",
        },
        inner=("id",),
        emptied={"reason": ""},
        free_text=("reason",),
    ),
)
