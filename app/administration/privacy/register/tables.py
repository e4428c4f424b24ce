"""The declarations themselves, in the order in which `/donnees-personnelles` and the export show them. Pure."""

from __future__ import annotations

from app.administration.privacy.register.authoring import AUTHORING
from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT, LEARNING, QUIZZES
from app.administration.privacy.register.positioning import POSITIONING
from app.administration.privacy.register.reminders import REMINDERS
from app.administration.privacy.register.review import REVIEW
from app.administration.privacy.register.treatment import Ending, Treatment
from app.identity.rules import SESSION_DAYS, Role

ERASED_NAME = "Personne effacée"
ERASED_TEXT = "[texte effacé]"
"""What stands where somebody wrote about a person who was erased since."""

ACCOUNT = (
    Treatment(
        table="person",
        title="Compte",
        data="Nom, adresse de courriel, employeur, téléphone et affichage des pages (si vous les choisissez), mot de passe sous une forme chiffrée qui ne permet pas de le retrouver",
        purpose="Vous connecter, vous nommer sur votre attestation, vous écrire, vous appeler si vous donnez un numéro, ouvrir d’abord dans les leçons le point de vue de votre institution, montrer les pages comme vous les lisez le mieux",
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
    Treatment(
        table="sign_in",
        title="Sessions ouvertes",
        data="Date de chacune de vos connexions encore ouvertes et, si vous administrez Croisée, la personne comme laquelle vous regardez le site",
        purpose="Vous reconnaître d’une page à l’autre, et fermer une session pour de bon",
        lasting=", ou jusqu’à la déconnexion si elle vient avant",
        ending=Ending.DELETED,
        subject="person_id",
        others=("seen_id",),
        labels={"created_at": "ouverte", "seen_since": "regarde comme une autre personne depuis"},
        inner=("id",),
        kept_days=SESSION_DAYS,
        dated="created_at",
    ),
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
        table="outgoing_mail",
        title="Courriels en attente",
        data="Un courriel qui vous est adressé et n’est pas encore parti",
        purpose="Vous l’envoyer",
        lasting=" au plus : jusqu’à l’envoi, ou deux jours d’essais quand le serveur de courriel ne répond pas",
        ending=Ending.DELETED,
        addressed="recipient",
        labels={"recipient": "destinataire", "subject": "objet", "text": "texte", "reply_to": "adresse de réponse", "created_at": "écrit"},
        inner=("id", "html", "unsubscribe", "not_before", "attempts"),
        free_text=("subject", "text", "html", "reply_to"),
        opening=("text",),
        kept_days=7,
        dated="created_at",
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
        table="people_import",
        title="Imports de personnes",
        data="Fichier de personnes déposé par qui administre, entre sa vérification et son import",
        purpose="Ouvrir les comptes d’un groupe en une fois",
        ending=Ending.KEPT,
        actors=("actor_id",),
        labels={"created_at": "déposé", "applied_at": "importé"},
        inner=("id", "rows", "cohort_id", "verdicts"),
        free_text=("rows", "verdicts"),
        kept_days=7,
        dated="created_at",
    ),
)

LEARNING_RECORD = (*LEARNING, *POSITIONING, *QUIZZES, *REVIEW)
"""What « Mes données d’apprentissage » shows."""
TREATMENTS = (*ACCOUNT, *LEARNING_RECORD, *OVERSIGHT, *REMINDERS, *ADMINISTRATION)
