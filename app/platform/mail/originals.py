"""The original words of the letters that may be written otherwise, each with its variables. Pure."""

from __future__ import annotations

from app.platform.mail.wordings import Variable, Wording

_NAMES = {"nom": Variable("le nom de la personne", "Nadège Leroy"), "prénom": Variable("le premier mot de son nom", "Nadège")}
_SITE = {"nom du site": Variable("le nom du site", "Le site"), "site": Variable("l’adresse du site", "https://exemple.fr", address=True)}
_CONTACT = Variable("à qui s’adresser (réglage du site)", "la personne qui administre")

INVITATION = Wording(
    "invitation",
    "Invitation",
    "{nom du site} : votre invitation",
    """Bonjour {nom},

Vous êtes invité(e) à suivre {nom du site}, {cours}.

[Choisir mon mot de passe et entrer]({lien})

Ce lien sert une fois, jusqu’au {échéance}.

Vous n’attendiez pas ce courriel ? Ne faites rien : sans vous, personne n’entre.

Une question ? {contact}

{nom du site}
{site}
""",
    {
        **_NAMES,
        "lien": Variable("le lien où choisir un mot de passe", "https://exemple.fr/invitation/exemple", address=True, needed=True),
        "cours": Variable("le titre du cours", "le cours"),
        "échéance": Variable("jusqu’à quand le lien sert", "11 décembre 2026 à 9 h 00"),
        "contact": _CONTACT,
        **_SITE,
    },
)
PASSWORD_LINK = Wording(
    "mot-de-passe",
    "Mot de passe oublié",
    "{nom du site} : choisir un nouveau mot de passe",
    """Bonjour {nom},

Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour {nom du site}.

[Choisir un nouveau mot de passe]({lien})

Ce lien sert une fois, pendant deux heures.

Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même.

{nom du site}
{site}
""",
    {
        **_NAMES,
        "lien": Variable("le lien où choisir un mot de passe", "https://exemple.fr/mot-de-passe-oublie/exemple", address=True, needed=True),
        **_SITE,
    },
)
PASSWORD_CHANGED = Wording(
    "mot-de-passe-change",
    "Mot de passe changé",
    "{nom du site} : votre mot de passe a été changé",
    """Bonjour {nom},

Votre mot de passe pour {nom du site} a été changé le {date}. Vos autres sessions ont été fermées.

Si ce n’est pas vous, demandez aussitôt un nouveau mot de passe, et prévenez la personne qui administre {nom du site}.

[Demander un nouveau mot de passe]({lien})

{nom du site}
{site}
""",
    {
        **_NAMES,
        "date": Variable("quand il a été changé", "27 novembre 2026 à 9 h 00"),
        "lien": Variable("la page « Mot de passe oublié »", "https://exemple.fr/mot-de-passe-oublie", address=True, needed=True),
        **_SITE,
    },
)
SECURITY = Wording(
    "securite",
    "Sécurité du compte",
    "{nom du site} : {objet}",
    """Bonjour {nom},

{ce qui change}

C’était le {date}, avec {appareil}.

C’est vous ? Il n’y a rien à faire.

Ce n’est pas vous ? Changez aussitôt votre mot de passe, fermez les sessions que vous ne reconnaissez pas, et prévenez la personne qui administre {nom du site}.

[Voir mes sessions]({lien})

{nom du site}
{site}
""",
    {
        **_NAMES,
        "objet": Variable("ce dont il s’agit", "nouvelle connexion"),
        "ce qui change": Variable("ce qui a changé, en une phrase", "Votre compte a été ouvert avec un appareil qui ne l’avait jamais ouvert.", needed=True),
        "date": Variable("quand", "27 novembre 2026 à 9 h 00"),
        "appareil": Variable("avec quoi, tel que le navigateur se nomme", "Firefox sur Windows"),
        "lien": Variable("la page des sessions", "https://exemple.fr/compte/sessions", address=True, needed=True),
        **_SITE,
    },
)
_STOP = Variable("l’adresse qui arrête ces courriels", "https://exemple.fr/courriels/exemple/arret", address=True, needed=True)
_WEEK = Variable("ce que réunit la lettre de la semaine", "Révision : qui signe la convention ?\nNote revue : quiz de la leçon 2", needed=True, listed=True)
REMINDER = Wording(
    "rappel",
    "Rappel",
    "{nom du site} : {objet}",
    """Bonjour {nom},

{avancement}

{mot}

[{suite}]({lien})

Vous n’avez pas encore choisi de mot de passe ? [Demandez un lien pour en choisir un]({mot de passe})

Quelque chose vous retient ? Ouvrez l’adresse qui vous convient ; ce qu’une personne peut régler (connexion, changement de poste, compte sans objet) lui est confié, le reste n’est lu qu’en totaux, à partir de cinq personnes.

{raisons}

Aussi cette semaine :
{semaine}

Une question ? {contact}

Pourquoi ce courriel ?

{règles}

Il s’arrête de lui-même dès que votre parcours est terminé. [Ne plus recevoir de rappels]({arrêt})

{nom du site}
{site}
""",
    {
        **_NAMES,
        "objet": Variable("ce dont il s’agit, selon la règle", "reprendre votre parcours"),
        "avancement": Variable("où en est la personne, et son échéance", "Votre parcours : 3 éléments faits sur 12, la dernière fois le 9 novembre."),
        "mot": Variable("ce que l’auteur de la règle ajoute, signé", "Rose Ponsable vous écrit :\nJe peux vous aider."),
        "suite": Variable("la prochaine étape", "Reprendre : L’école et la ville"),
        "lien": Variable("l’adresse de la prochaine étape", "https://exemple.fr/lecons/exemple", address=True, needed=True),
        "mot de passe": Variable("où en choisir un, pour qui n’en a pas", "https://exemple.fr/mot-de-passe-oublie", address=True),
        "raisons": Variable("ce que la personne peut répondre", "Je manque de temps\nAutre chose", listed=True),
        "règles": Variable("pourquoi elle reçoit ce courriel", "Après 21 jours sans lecture", listed=True),
        "semaine": _WEEK,
        "arrêt": _STOP,
        "contact": _CONTACT,
        **_SITE,
    },
)
DIGEST = Wording(
    "bilan",
    "Bilan hebdomadaire",
    "{nom du site} : le bilan du {date}",
    """Bonjour {nom},

Le bilan du {date}. {périmètre}.

{chiffres}

Les personnes à appeler :

{appels}

[Tout le pilotage]({pilotage})

Aussi, pour vous qui apprenez :
{semaine}

Vous avez demandé ce bilan. [Ne plus le recevoir]({arrêt})
""",
    {
        **_NAMES,
        "nom du site": _SITE["nom du site"],
        "date": Variable("le jour du bilan", "27 novembre 2026"),
        "périmètre": Variable("de qui parle le bilan", "Votre territoire"),
        "chiffres": Variable("où en sont ces personnes", "Inscrites : 12\nTerminé : 4", listed=True, needed=True),
        "appels": Variable("qui appeler, et pourquoi", "Inès Carpentier : arrêt de 25 jours", listed=True),
        "pilotage": Variable("l’adresse du pilotage", "https://exemple.fr/pilotage", address=True),
        "semaine": _WEEK,
        "arrêt": _STOP,
    },
)
ANSWER = Wording(
    "reponse",
    "Réponse à une question ou à un signalement",
    "{nom du site} : {objet}",
    """Bonjour {nom},

Vous avez écrit aux formateurs, à propos de « {endroit} » :

{message}

Leur réponse :

{réponse}

[{suite}]({lien})

{nom du site}
{site}

[Ne plus recevoir ces courriels]({arrêt})
""",
    {
        **_NAMES,
        "objet": Variable("à quoi l’on répond", "réponse à votre question"),
        "endroit": Variable("la leçon ou la question du quiz", "L’école et la ville"),
        "message": Variable("ce que la personne avait écrit", "Qui signe la convention ?"),
        "réponse": Variable("ce que les formateurs répondent", "Le préfet, le recteur et le maire la signent.", needed=True),
        "suite": Variable("ce que l’on peut faire de la réponse", "Dire que c’est clair, ou demander encore"),
        "lien": Variable("la page « Mes questions »", "https://exemple.fr/mes-questions", address=True, needed=True),
        "arrêt": _STOP,
        **_SITE,
    },
)
WEEKLY = Wording(
    "semaine",
    "Lettre de la semaine",
    "{nom du site} : votre lettre de la semaine",
    """Bonjour,

{semaine}

{questions}

Une lettre par semaine au plus, sur ce que vous avez choisi. [Choisir]({choix})

[Ne plus recevoir de lettre de la semaine]({arrêt})

{nom du site}
{site}
""",
    {
        "semaine": _WEEK,
        "questions": Variable("comment servent les liens des questions", "Les liens des questions servent une fois."),
        "choix": Variable("la page où l’on choisit ses courriels", "https://exemple.fr/courriels/exemple", address=True),
        "arrêt": _STOP,
        **_SITE,
    },
)
WORDINGS = {one.name: one for one in (INVITATION, PASSWORD_LINK, PASSWORD_CHANGED, SECURITY, ANSWER, WEEKLY, REMINDER, DIGEST)}
"""In the order of the page that lists them."""
