"""What the register declares of reviews, notebooks, authors and other programs. Pure."""

from __future__ import annotations

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT
from app.administration.privacy.register.treatment import Ending, Treatment

# --- Reviews ---

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


# --- What somebody writes and keeps for themselves ---

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


# --- What trainers leave before a publication ---

AUTHORING = (
    Treatment(
        table="draft",
        title="Brouillons",
        data="Textes du cours que vous écrivez et n’avez pas publiés, si vous êtes formateur",
        purpose="Vous laisser reprendre votre travail",
        lasting="Jusqu’à la publication ou l’abandon du brouillon",
        ending=Ending.DELETED,
        subject="author_id",
        labels={"path": "fichier", "text": "texte", "created_at": "commencé", "updated_at": "enregistré"},
        inner=("id", "document_id", "media", "base_revision_id", "version"),
    ),
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
        table="sent_text",
        title="Leçons données à relire dans un fichier",
        data="Textes que vous avez donnés à relire dans un fichier Word ou LibreOffice, si vous êtes formateur, et leur date",
        purpose="Reconnaître le fichier quand il revient, et montrer ce que ses lecteurs ont changé",
        lasting="Un an après le dernier envoi",
        ending=Ending.DELETED,
        subject="author_id",
        labels={"document_id": "document", "text": "texte", "sent_at": "envoyé"},
        inner=("id", "fingerprint", "media", "notes"),
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


# --- Other programs that read the site ---

EXCHANGE = (
    Treatment(
        table="api_token",
        title="Jetons d’accès",
        data="Les jetons que vous avez créés pour d’autres logiciels, si vous administrez le site : leur nom, leur territoire, leurs dates, leur dernier usage et de quoi les reconnaître ; jamais le jeton",
        purpose="Savoir quel logiciel lit quoi, jusqu’à quand et sous la responsabilité de qui ; le lui retirer",
        lasting=" : le jeton lui-même ne fonctionne qu’un an au plus",
        ending=Ending.DELETED,
        subject="maker_id",
        others=("revoker_id",),
        labels={
            "prefix": "début du jeton",
            "name": "pour",
            "territory_id": "territoire",
            "made_at": "créé",
            "expires_on": "dernier jour",
            "revoked_at": "révoqué",
            "used_at": "dernier usage",
        },
        inner=("id", "digest"),
        free_text=("name",),
        kept_days=730,
        dated="made_at",
    ),
    Treatment(
        table="lrs_account",
        title="Traces d’apprentissage",
        data="Si l’organisme du site a choisi un ou plusieurs entrepôts de traces (LRS) : un numéro tiré au sort qui vous y désigne. Partent avec lui ce que vous ouvrez, lisez, remettez et réussissez, vos notes, présences et dispenses, avec leurs dates ; ni nom, ni adresse, ni réponse, ni raison donnée",
        purpose="Dire à ces entrepôts, que l’organisme nomme, ce qui est appris, sans dire par qui",
        lasting=f"{AS_LONG_AS_THE_ACCOUNT} ; l’entrepôt garde ce qu’il a reçu, que plus rien ne relie alors à vous",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"account": "numéro dans les entrepôts"},
    ),
)
