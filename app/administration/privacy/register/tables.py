"""The whole register: one declaration for each table that holds a person's key, in the order of `/donnees-personnelles` and of the export. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT, LEARNING, POSITIONING, QUIZZES, SURVEYS
from app.administration.privacy.register.people import MEETINGS, NETWORK, REMINDERS, SIGNING_IN
from app.administration.privacy.register.practice import AUTHORING, EXCHANGE, NOTEBOOK, REVIEW
from app.administration.privacy.register.treatment import Ending, Treatment
from app.identity.rules import Role

ERASED_NAME = "Personne effacée"
ERASED_TEXT = "[texte effacé]"
"""What stands where somebody wrote about a person who was erased since."""

ACCOUNT = (
    Treatment(
        table="person",
        title="Compte",
        data="Nom, adresse de courriel, employeur, téléphone et affichage des pages (si vous les choisissez), mot de passe sous une forme chiffrée qui ne permet pas de le retrouver",
        purpose="Vous connecter, vous nommer sur votre attestation, vous écrire, vous appeler si vous donnez un numéro, ouvrir d’abord dans les leçons le point de vue de votre institution et en partir pour le positionnement, dire de qui relèvent les personnes dans le suivi et ses fichiers, montrer les pages comme vous les lisez le mieux",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.KEPT,
        subject="id",
        labels={
            "id": "numéro",
            "name": "nom",
            "email": "adresse de courriel",
            "password": "mot de passe",
            "active": "compte ouvert",
            "side": "employeur",
            "phone": "téléphone",
            "listed": "ancien accord pour un annuaire, sans effet",
            "display": "affichage",
            "created_at": "créé",
        },
        inner=("fs_uniquifier", "search_key"),
        emptied={"name": ERASED_NAME, "email": None, "password": None, "listed": False, "phone": None, "display": None, "search_key": ""},
    ),
    Treatment(
        table="person_role",
        title="Rôles",
        data=", ".join(Role).capitalize(),
        purpose="Vous donner accès à ce qui vous concerne",
        lasting="Tant que le rôle vous est donné",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"name": "rôle"},
    ),
    *SIGNING_IN,
    Treatment(
        table="membership",
        title="Territoires",
        data="Cité éducative, département ou région où vous travaillez ou avez travaillé, avec les dates",
        purpose="Vous proposer ce qui touche votre territoire, compter les personnes formées par territoire",
        lasting=AS_LONG_AS_THE_ACCOUNT,
        ending=Ending.KEPT,
        subject="person_id",
        labels={"territory_id": "territoire", "started_on": "depuis le", "ended_on": "jusqu’au"},
        inner=("id",),
    ),
    Treatment(
        table="scope",
        title="Territoires suivis",
        data="Territoires dont vous suivez l’avancement",
        purpose="Vous montrer ce qui vous concerne, et rien d’autre",
        lasting="Tant que la responsabilité dure",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"territory_id": "territoire"},
    ),
    Treatment(
        table="invitation",
        title="Invitation",
        data="Date de votre invitation, de son échéance et de votre réponse, et qui vous a invité",
        purpose="Vous ouvrir l’accès, et vous relancer si le lien s’est perdu",
        lasting="Tant que le compte existe",
        ending=Ending.DELETED,
        subject="person_id",
        actors=("inviter_id",),
        labels={
            "sent_at": "envoyée",
            "expires_at": "valable jusqu’au",
            "by_mail": "par courriel",
            "accepted_at": "acceptée",
            "withdrawn_at": "retirée",
        },
        inner=("id", "mark"),
    ),
    Treatment(
        table="mail_refusal",
        title="Courriels refusés",
        data="Sortes de courriels que vous ne voulez pas recevoir",
        purpose="Respecter votre choix",
        lasting="Tant que votre choix dure",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"kind": "sorte", "at": "le"},
    ),
    Treatment(
        table="mail_wish",
        title="Courriels demandés",
        data="Sortes de courriels que vous recevez parce que vous les avez demandées",
        purpose="Respecter votre choix",
        lasting="Tant que votre choix dure",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"kind": "sorte", "at": "le"},
    ),
    Treatment(
        table="week_letter",
        title="Lettre de la semaine",
        data="Quand vous avez reçu la dernière",
        purpose="Ne vous écrire qu’une fois par semaine, et ne rien vous dire deux fois",
        lasting="Tant que le compte existe",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"sent_on": "jour", "sent_at": "envoyée"},
    ),
    Treatment(
        table="outgoing_mail",
        title="Courriels en attente",
        data="Un courriel qui vous est adressé et n’est pas encore parti",
        purpose="Vous l’envoyer",
        lasting=" au plus : jusqu’à l’envoi, ou jusqu’à ce que l’adresse refusée soit corrigée",
        ending=Ending.DELETED,
        addressed="recipient",
        labels={
            "recipient": "destinataire",
            "subject": "objet",
            "text": "texte",
            "reply_to": "adresse de réponse",
            "created_at": "écrit",
            "said": "ce que le serveur en a dit",
        },
        inner=("id", "html", "unsubscribe", "not_before", "attempts", "state"),
        free_text=("subject", "text", "html", "reply_to", "said"),
        opening=("text",),
        kept_days=7,
        dated="created_at",
    ),
    Treatment(
        table="address_fault",
        title="Adresses qui ne reçoivent pas",
        data="Ce qu’un serveur de courriel a dit de votre adresse quand il a refusé ou renvoyé un courriel",
        purpose="Ne plus écrire à une adresse qui ne reçoit pas, et la faire corriger",
        ending=Ending.DELETED,
        addressed="address",
        labels={"address": "adresse", "words": "ce que le serveur en a dit", "at": "le"},
        free_text=("words",),
        kept_days=365,
        dated="at",
    ),
)

OVERSIGHT = (
    Treatment(
        table="revision",
        title="Textes du cours",
        data="Textes que vous avez publiés depuis le navigateur, si vous êtes formateur",
        purpose="Savoir qui a changé le cours, et quand",
        lasting="Tant que le cours existe",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"document_id": "document", "created_at": "publié", "change": "sorte de changement"},
        inner=("id", "path", "text", "fingerprint", "media"),
    ),
    Treatment(
        table="fact_change",
        feature="changes",
        title="Faits du cours qui ont changé",
        data="Ce que vous avez changé de ce que le cours enseigne, et la phrase qui dit pourquoi, si vous êtes formateur",
        purpose="Le dire à ceux qui l’avaient appris",
        lasting="Tant que le cours existe",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"fact_id": "fait", "document_id": "document", "before": "avant", "after": "après", "why": "raison donnée", "at": "le"},
        inner=("id",),
        free_text=("why",),
    ),
    Treatment(
        table="lesson_faq",
        feature="questions",
        title="Questions fréquentes des leçons",
        data="Une question et sa réponse, redites sans nom, et le formateur qui les a publiées",
        purpose="Donner à tous une réponse qui a servi à une personne",
        lasting="Tant que la question est publiée",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"lesson_id": "leçon", "question": "question", "answer": "réponse", "published_at": "publiée"},
        inner=("id", "message_id", "version"),
        free_text=("question", "answer"),
    ),
    Treatment(
        table="site_revision",
        title="Réglages du site",
        data="Réglages du site que vous avez enregistrés, si vous l’administrez",
        purpose="Savoir qui a changé ce que le site dit de lui-même, et quand",
        lasting="Tant que le site existe",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"created_at": "enregistrés"},
        inner=("id", "values", "follows"),
    ),
    Treatment(
        table="territory_change",
        title="Changements de l’arbre des territoires",
        data="Territoires que vous avez ajoutés, renommés, déplacés ou retirés, si vous administrez le site",
        purpose="Savoir qui a changé l’arbre, et quand",
        lasting="Tant que le site existe",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"territory_id": "territoire", "at": "changé"},
        inner=("id", "before", "after"),
    ),
    *AUTHORING,
    Treatment(
        table="access",
        title="Consultations",
        data="Qui a ouvert une page ou un export vous concernant, et quand",
        purpose="Vous permettre de savoir qui vous a consulté",
        ending=Ending.DELETED,
        subject="person_id",
        actors=("reader_id",),
        labels={"what": "page", "at": "le"},
        inner=("id",),
        kept_days=365,
        dated="at",
    ),
    Treatment(
        table="access_person",
        title="Consultations de listes et de fichiers",
        data="Qui a ouvert une liste ou un fichier où vous figurez parmi d’autres, et quand",
        purpose="Vous permettre de savoir qui vous a consulté",
        lasting="Autant que les consultations",
        ending=Ending.DELETED,
        subject="person_id",
        beside=("access_id", "access", {"what": "page", "at": "le"}),
        inner=("access_id",),
    ),
    Treatment(
        table="erasure",
        title="Effacements",
        data="Date et motif de l’effacement d’un compte, sans nom",
        purpose="Prouver qu’une demande a été suivie d’effet, et la respecter si une sauvegarde plus ancienne est restaurée",
        lasting="Tant que le site existe",
        ending=Ending.KEPT,
        subject="person_id",
        actors=("actor_id",),
        labels={"ground": "motif", "at": "le"},
    ),
)

ADMINISTRATION = (
    Treatment(
        table="administrative_act",
        title="Actes d’administration",
        data="Ce qui a été fait sur votre compte (rôle donné, territoire changé, compte fermé), par qui et quand",
        purpose="Pouvoir expliquer un changement, et vous en répondre",
        ending=Ending.KEPT,
        subject="subject_id",
        actors=("actor_id",),
        labels={"act": "acte", "at": "le", "details": "détail"},
        inner=("id",),
        emptied={"details": {}},
        kept_days=1095,
        dated="at",
    ),
    Treatment(
        table="letter_wording",
        title="Modèles de courriels",
        data="Les mots des courriels du site que vous avez changés, si vous administrez le site",
        purpose="Savoir qui a changé un modèle, et pouvoir revenir au précédent",
        lasting="Tant que le site existe",
        ending=Ending.KEPT,
        actors=("author_id",),
        labels={"name": "modèle", "at": "le"},
        inner=("id", "subject", "text"),
        free_text=("subject", "text"),
    ),
    Treatment(
        table="people_import",
        title="Imports de personnes",
        data="Fichier de personnes déposé par qui administre, jusqu’à son import ; ensuite, ses lignes refusées, et ce qu’il a changé à quels comptes, sans les nommer",
        purpose="Ouvrir les comptes d’un groupe en une fois, et pouvoir défaire un import pendant un jour",
        ending=Ending.KEPT,
        actors=("actor_id",),
        labels={"created_at": "déposé", "applied_at": "importé", "undone_at": "défait"},
        inner=("id", "heads", "columns", "rows", "corrected", "unread", "cohort_id", "verdicts", "done"),
        free_text=("heads", "rows", "corrected", "unread", "verdicts"),
        kept_days=7,
        dated="created_at",
    ),
)

LEARNING_RECORD = (*LEARNING, *MEETINGS, *NOTEBOOK, *POSITIONING, *QUIZZES, *REVIEW)
"""What « Mes données d’apprentissage » shows."""
TREATMENTS = (*ACCOUNT, *NETWORK, *LEARNING_RECORD, *OVERSIGHT, *REMINDERS, *SURVEYS, *ADMINISTRATION, *EXCHANGE)


# --- Reading the register ---
#
# It is the one source of the public list (`/donnees-personnelles`), of the export (`/compte/mes-donnees`), of what an erasure does and of
# how long each thing is kept. A test compares it with the tables: a table or a column that is not declared fails the build.


class PublicLine(Struct, frozen=True):
    """One line of `/donnees-personnelles`."""

    title: str
    data: str
    purpose: str
    retention: str
    erasure: str


def treatments() -> tuple[Treatment, ...]:

    return TREATMENTS


def treatment(table: str) -> Treatment | None:
    return next((one for one in treatments() if one.table == table), None)


def retention_of(table: str) -> timedelta:
    """How long its rows are kept. Raises KeyError for a table that declares no duration."""
    return timedelta(days={one.table: one.kept_days for one in treatments() if one.kept_days}[table])
