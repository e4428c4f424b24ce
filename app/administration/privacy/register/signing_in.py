"""What is held to let somebody in: sessions, browsers, second factors."""

from __future__ import annotations

from app.administration.privacy.register.treatment import Ending, Treatment
from app.identity.rules import SESSION_DAYS

_UNTIL_REMOVED = "Jusqu’à ce que vous le retiriez"

SIGNING_IN = (
    Treatment(
        table="sign_in",
        title="Sessions ouvertes",
        data="Date, appareil et réseau (sans sa fin) de chacune de vos connexions encore ouvertes, son dernier usage à une heure près et, si vous administrez le site, la personne comme laquelle vous regardez le site",
        purpose="Vous reconnaître d’une page à l’autre, vous montrer vos sessions, et en fermer une pour de bon",
        lasting=", ou jusqu’à la déconnexion si elle vient avant",
        ending=Ending.DELETED,
        subject="person_id",
        others=("seen_id",),
        labels={
            "created_at": "ouverte",
            "used_at": "utilisée",
            "device": "appareil",
            "place": "réseau",
            "proved_at": "second facteur montré",
            "seen_since": "regarde comme une autre personne depuis",
        },
        inner=("id", "must_set_up"),
        kept_days=SESSION_DAYS,
        dated="created_at",
    ),
    Treatment(
        table="known_browser",
        title="Navigateurs connus",
        data="Empreinte de chaque navigateur avec lequel vous vous êtes connecté, et date de la dernière connexion",
        purpose="Vous prévenir quand votre compte est ouvert avec un autre",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"at": "dernière connexion"},
        inner=("browser",),
        kept_days=365,
        dated="at",
    ),
    Treatment(
        table="authenticator",
        title="Application de codes",
        data="Secret partagé avec votre application, chiffré, et date de son ajout",
        purpose="Vérifier que c’est bien vous qui vous connectez",
        lasting=_UNTIL_REMOVED,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"created_at": "ajoutée"},
        inner=("secret", "counter"),
    ),
    Treatment(
        table="passkey",
        title="Clés d’accès",
        data="Nom que vous donnez à chaque clé, dates de son ajout et de son dernier usage, et de quoi la reconnaître ; rien de votre doigt ni de votre visage",
        purpose="Vous connecter sans mot de passe, ou vérifier que c’est bien vous",
        lasting=_UNTIL_REMOVED,
        ending=Ending.DELETED,
        subject="person_id",
        labels={"name": "nom", "created_at": "ajoutée", "used_at": "utilisée"},
        inner=("id", "credential", "public_key", "count"),
        free_text=("name",),
    ),
    Treatment(
        table="recovery_code",
        title="Codes de secours",
        data="Empreinte de chacun de vos codes de secours qui n’a pas servi, et date du tirage",
        purpose="Vous laisser entrer quand votre second facteur est perdu",
        lasting="Jusqu’à ce que le code serve, ou que vous en tiriez d’autres",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"created_at": "tiré"},
        inner=("digest",),
    ),
    Treatment(
        table="factor_loss",
        title="Perte d’un second facteur",
        data="Qui a signalé que vous avez perdu votre second facteur, et quand, tant qu’une seconde personne ne l’a pas confirmé",
        purpose="Ne rien retirer sur la parole d’une seule personne",
        ending=Ending.DELETED,
        subject="person_id",
        actors=("asker_id",),
        labels={"at": "signalée"},
        kept_days=7,
        dated="at",
    ),
)
