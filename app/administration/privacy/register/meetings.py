"""The declarations of what is kept on meetings. Pure."""

from __future__ import annotations

from app.administration.privacy.register.treatment import Ending, Treatment

MEETINGS = (
    Treatment(
        table="meeting_person",
        title="Rencontres",
        data="Rencontres du réseau où vous êtes inscrit ou en attente, et votre présence",
        purpose="Vous garder une place, la donner à qui attend si vous la rendez, attester votre présence ; lu par les formateurs, par qui administre le site et, dans votre dossier de suivi, par qui peut voir votre avancement",
        lasting="Tant que le compte existe",
        ending=Ending.DELETED,
        subject="person_id",
        actors=("actor_id",),
        labels={
            "seat": "place",
            "asked_at": "demandée",
            "presence": "présence",
            "presence_at": "notée",
            "means": "par",
        },
        inner=("meeting_id", "turn"),
        beside=("meeting_id", "meeting", {"title": "titre", "starts_at": "date"}),
    ),
    Treatment(
        table="meeting_calendar",
        title="Agenda privé des rencontres",
        data="L’adresse privée de votre agenda, si vous en avez demandé une",
        purpose="Montrer vos rencontres dans votre agenda",
        lasting="Tant que vous ne la retirez pas",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"drawn_at": "demandée"},
        inner=("mark",),
    ),
)
