"""The declarations of what trainers leave before a publication. Pure."""

from __future__ import annotations

from app.administration.privacy.register.treatment import Ending, Treatment

AUTHORING = (
    Treatment(
        table="planned_publication",
        title="Publications programmées",
        data="Textes du cours que vous avez demandé de publier à une date, si vous êtes formateur",
        purpose="Publier à la date que vous avez choisie, et vous écrire si ce n’est pas possible",
        lasting="Jusqu’à la publication ou l’annulation",
        ending=Ending.DELETED,
        subject="author_id",
        labels={
            "path": "fichier",
            "text": "texte",
            "due_at": "à publier le",
            "planned_at": "programmé",
            "change": "sorte de changement",
            "refused_at": "refusé",
        },
        inner=("id", "document_id", "media", "base_revision_id", "refusal"),
    ),
    Treatment(
        table="reading_request",
        title="Relectures entre formateurs",
        data="Brouillons que vous avez demandé à un collègue de relire, avec votre message, ses remarques et les dates",
        purpose="Qu’un second regard précède une publication",
        lasting="Jusqu’à la publication ou l’abandon du brouillon",
        ending=Ending.DELETED,
        subject="asker_id",
        actors=("reader_id",),
        labels={
            "document_id": "document",
            "message": "message",
            "asked_at": "demandée",
            "answered_at": "répondue",
            "agreed": "d’accord",
            "remarks": "remarques",
        },
        inner=("id", "fingerprint"),
        free_text=("message", "remarks"),
    ),
    Treatment(
        table="remark",
        title="Remarques sur un texte en relecture",
        data="Remarques sur un passage d’un brouillon et leurs réponses, avec leur date ; d’un invité sans compte, le nom qu’il a donné",
        purpose="Relire un texte avant de le publier",
        lasting="Jusqu’à la publication ou l’abandon du brouillon",
        ending=Ending.DELETED,
        subject="by_id",
        actors=("author_id",),
        labels={"document_id": "document", "quote": "passage", "text": "remarque", "said_at": "dite", "closed_at": "close"},
        inner=("id", "guest", "parent_id", "heading"),
        free_text=("text", "guest"),
    ),
    Treatment(
        table="guest_link",
        title="Liens donnés à des invités",
        data="Textes que vous avez donnés à lire par un lien, si vous êtes formateur ; le nom que l’invité a donné",
        purpose="Qu’une personne sans compte relise un texte avant sa publication",
        lasting="Jusqu’à la publication ou l’abandon du dernier brouillon qu’ils montrent ; ils n’ouvrent plus rien après quatorze jours",
        ending=Ending.DELETED,
        subject="author_id",
        labels={"documents": "documents", "guest": "invité", "made_at": "fait", "expires_at": "valable jusqu’au"},
        inner=("id", "mark"),
        free_text=("guest",),
    ),
)
