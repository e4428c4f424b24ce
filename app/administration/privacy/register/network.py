"""The declarations of what people of the network say of themselves and of their cité. Pure."""

from __future__ import annotations

from app.administration.privacy.register.treatment import Ending, Treatment

NETWORK = (
    Treatment(
        table="directory_entry",
        title="Annuaire du réseau",
        data="Si vous l’acceptez, et tant que vous l’acceptez : votre fonction, ce sur quoi vous pouvez aider, comment on vous écrit",
        purpose="Vous nommer sur la page de votre cité, aux seuls inscrits",
        lasting="Jusqu’à ce que vous retiriez votre accord",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"function": "fonction", "help_with": "peut aider sur", "contact": "comment lui écrire", "agreed_at": "accord donné", "saved_at": "enregistré"},
        free_text=("function", "help_with"),
    ),
    Treatment(
        table="cite_proposal",
        title="Propositions pour la page d’une cité",
        data="Textes que vous proposez pour la page de votre cité, ce qui en a été décidé et, si vous les relisez, vos décisions",
        purpose="Faire relire ce que la page d’une cité dira, et savoir qui l’a dit",
        lasting="Tant que le site existe",
        ending=Ending.KEPT,
        subject="author_id",
        actors=("decider_id",),
        labels={
            "territory_id": "territoire",
            "presentation": "présentation",
            "troika": "troïka",
            "quartiers": "quartiers",
            "contacts": "contacts",
            "proposed_at": "proposé",
            "decided_at": "décidé",
            "accepted": "accepté",
            "word": "mot de qui a décidé",
        },
        inner=("id",),
        free_text=("presentation", "troika", "quartiers", "contacts", "word"),
    ),
)
