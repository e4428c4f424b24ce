"""Every email that the site sends, declared. Pure: `identity.emails.send` fills and queues one; what `_FRAME` names, `contact` and `arrêt` are filled for all."""

from __future__ import annotations

from app.platform.mail.wordings import Email, Variable

_FRAME = {
    "nom": Variable("le nom de la personne", "Nadège Leroy"),
    "prénom": Variable("le premier mot de son nom", "Nadège"),
    "nom du site": Variable("le nom du site", "Le site"),
    "site": Variable("l’adresse du site", "https://exemple.fr", address=True),
}
_CONTACT = Variable("à qui s’adresser (réglage du site)", "la personne qui administre")

INVITATION = Email(
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
        **_FRAME,
        "lien": Variable("le lien où choisir un mot de passe", "https://exemple.fr/invitation/exemple", address=True, needed=True),
        "cours": Variable("le titre du cours", "le cours"),
        "échéance": Variable("jusqu’à quand le lien sert", "11 décembre 2026 à 9 h 00"),
        "contact": _CONTACT,
    },
    editable=True,
)
PASSWORD_LINK = Email(
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
    {**_FRAME, "lien": Variable("le lien où choisir un mot de passe", "https://exemple.fr/mot-de-passe-oublie/exemple", address=True, needed=True)},
    editable=True,
)
PASSWORD_CHANGED = Email(
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
        **_FRAME,
        "date": Variable("quand il a été changé", "27 novembre 2026 à 9 h 00"),
        "lien": Variable("la page « Mot de passe oublié »", "https://exemple.fr/mot-de-passe-oublie", address=True, needed=True),
    },
    editable=True,
)
SECURITY = Email(
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
        **_FRAME,
        "objet": Variable("ce dont il s’agit", "nouvelle connexion"),
        "ce qui change": Variable("ce qui a changé, en une phrase", "Votre compte a été ouvert avec un appareil qui ne l’avait jamais ouvert.", needed=True),
        "date": Variable("quand", "27 novembre 2026 à 9 h 00"),
        "appareil": Variable("avec quoi, tel que le navigateur se nomme", "Firefox sur Windows"),
        "lien": Variable("la page des sessions", "https://exemple.fr/compte/sessions", address=True, needed=True),
    },
    editable=True,
)
_STOP = Variable("l’adresse qui arrête ces courriels", "https://exemple.fr/courriels/exemple/arret", address=True, needed=True)
_WEEK = Variable(
    "ce que réunit la lettre de la semaine", "Une leçon ajoutée : qui signe la convention ?\nNote revue : quiz de la leçon 2", needed=True, listed=True
)
REMINDER = Email(
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
        **_FRAME,
        "objet": Variable("ce dont il s’agit, selon la règle", "reprendre votre parcours"),
        "avancement": Variable("où en est la personne, et son échéance", "Votre parcours : 3 étapes faites sur 12, la dernière fois le 9 novembre."),
        "mot": Variable("ce que l’auteur de la règle ajoute, signé", "Rose Ponsable vous écrit :\nJe peux vous aider."),
        "suite": Variable("la prochaine étape", "Reprendre : L’école et la ville"),
        "lien": Variable("l’adresse de la prochaine étape", "https://exemple.fr/lecons/exemple", address=True, needed=True),
        "mot de passe": Variable("où en choisir un, pour qui n’en a pas", "https://exemple.fr/mot-de-passe-oublie", address=True),
        "raisons": Variable("ce que la personne peut répondre", "Je manque de temps\nAutre chose", listed=True),
        "règles": Variable("pourquoi elle reçoit ce courriel", "Après 21 jours sans lecture", listed=True),
        "semaine": _WEEK,
        "arrêt": _STOP,
        "contact": _CONTACT,
    },
    editable=True,
    kind="relance",
)
MONDAY = Email(
    "bilan",
    "« Cette semaine », le lundi",
    "{nom du site} : {résumé}",
    """Bonjour {nom},

Cette semaine, le {date}. {périmètre}.

Depuis {depuis} :
{mouvement}

Aujourd’hui :
{chiffres}

À appeler, d’abord là où un appel peut le plus :
{appels}

Ce qui vous attend :
{attente}

[Ouvrir « Cette semaine »]({pilotage})

Aussi, pour vous qui apprenez :
{semaine}

[Ce que veulent dire ces mots]({mots})

[Ne plus recevoir ce courriel du lundi]({arrêt})
""",
    {
        **_FRAME,
        "date": Variable("le jour du courriel", "30 novembre 2026"),
        "résumé": Variable("ce qui a bougé, en quelques mots", "2 ont terminé et 5 à appeler"),
        "depuis": Variable("le lundi depuis lequel on compte", "lundi 23 novembre"),
        "périmètre": Variable("de qui parle le courriel", "Votre territoire"),
        "mouvement": Variable("ce qui a bougé, et les noms", "2 personnes ont terminé : Anna et Bilal", listed=True, needed=True),
        "chiffres": Variable("où en sont ces personnes", "4 ont terminé, 8 en cours, 2 en retard, 3 à l’arrêt", listed=True, needed=True),
        "appels": Variable("qui appeler, et pourquoi", "Inès Carpentier : plus qu’une étape, rien depuis 8 jours", listed=True),
        "attente": Variable("ce qui attend une réponse", "Inès Carpentier demande une tentative de plus : quiz de la leçon 2", listed=True),
        "pilotage": Variable("l’adresse de « Cette semaine »", "https://exemple.fr/pilotage", address=True),
        "mots": Variable("ce que veulent dire les mots", "https://exemple.fr/pilotage#mots", address=True),
        "semaine": _WEEK,
        "arrêt": _STOP,
    },
    editable=True,
    kind="bilan",
)
ANSWER = Email(
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
        **_FRAME,
        "objet": Variable("à quoi l’on répond", "réponse à votre question"),
        "endroit": Variable("la leçon ou la question du quiz", "L’école et la ville"),
        "message": Variable("ce que la personne avait écrit", "Qui signe la convention ?"),
        "réponse": Variable("ce que les formateurs répondent", "Le préfet, le recteur et le maire la signent.", needed=True),
        "suite": Variable("ce que l’on peut faire de la réponse", "Dire que c’est clair, ou demander encore"),
        "lien": Variable("la page « Mes questions »", "https://exemple.fr/mes-questions", address=True, needed=True),
        "arrêt": _STOP,
    },
    editable=True,
    kind="reponses",
    feature="questions",
)
WEEKLY = Email(
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
        "nom du site": _FRAME["nom du site"],
        "site": _FRAME["site"],
        "semaine": _WEEK,
        "questions": Variable("comment servent les liens des questions", "Les liens des questions servent une fois."),
        "choix": Variable("la page où l’on choisit ses courriels", "https://exemple.fr/courriels/exemple", address=True),
        "arrêt": _STOP,
    },
    editable=True,
    kind="semaine",
)


# --- In our words alone ----------------------------------------------------------------------------------------------

_FOOT = "{nom du site}\n{site}\n"
MEETING = Email(
    "rencontre",
    "Sa place à une rencontre",
    "{nom du site} : {rencontre}, {jour}, {objet}",
    f"""Bonjour {{nom}},

{{phrase}}

{{rencontre}}
{{quand}}
{{où}}

{{mot}}

[Ouvrir la page de la rencontre]({{lien}})

[L’ajouter à votre agenda]({{agenda}})

{_FOOT}""",
    {
        **_FRAME,
        "objet": Variable("ce qu’il en est", "votre place est réservée"),
        "phrase": Variable("ce qu’il en est, en une phrase", "Votre place est réservée."),
        "rencontre": Variable("le titre de la rencontre", "La journée du réseau"),
        "jour": Variable("son jour", "3 décembre"),
        "quand": Variable("son jour et ses heures", "Jeudi 3 décembre 2026, de 9 h à 12 h"),
        "où": Variable("son lieu", "À distance"),
        "mot": Variable("ce qu’écrit qui l’annule", "L’intervenant est malade."),
        "lien": Variable("la page de la rencontre", "https://exemple.fr/rencontres/1", address=True),
        "agenda": Variable("le fichier pour un agenda, s’il y a quelque chose à y noter", "https://exemple.fr/rencontres/1.ics", address=True),
    },
    feature="meetings",
)
HELP_CLOSED = Email(
    "aide",
    "Réponse à ce qui retenait",
    "{nom du site} : une réponse à ce qui vous retenait",
    f"""Bonjour {{nom}},

Vous aviez répondu à un rappel : « {{raison}} ».

{{auteur}} vous écrit :

{{mot}}

Pour lui répondre, répondez simplement à ce courriel.

{_FOOT}""",
    {
        **_FRAME,
        "raison": Variable("ce que la personne avait répondu", "Je ne peux pas me connecter"),
        "auteur": Variable("qui répond", "Rose Ponsable"),
        "mot": Variable("ce qui est répondu", "Votre compte est rouvert."),
    },
)
DIRECTORY_MESSAGE = Email(
    "annuaire",
    "Message par l’annuaire du réseau",
    "{nom du site} : {auteur} vous écrit par l’annuaire du réseau",
    f"""Bonjour {{nom}},

{{auteur}} vous écrit par l’annuaire du réseau, où vous paraissez à la page « {{cité}} » :

{{message}}

Pour lui répondre, répondez à ce courriel : votre adresse lui sera alors connue. [Ne plus paraître dans l’annuaire]({{lien}})

{_FOOT}""",
    {
        **_FRAME,
        "auteur": Variable("qui écrit", "Rose Ponsable"),
        "cité": Variable("la page où paraît la personne", "Lens"),
        "message": Variable("ce qui est écrit", "Comment avez-vous commencé ?"),
        "lien": Variable("où l’on cesse de paraître", "https://exemple.fr/annuaire", address=True),
    },
    feature="directory",
)
PROPOSAL_DECIDED = Email(
    "proposition",
    "Décision sur une proposition pour la page d’une cité",
    "{nom du site} : votre proposition est {décision}",
    f"""Bonjour {{nom}},

{{phrase}}

{{auteur}} vous écrit :

{{mot}}

Pour lui répondre, répondez à ce courriel. [Les pages des cités]({{lien}})

{_FOOT}""",
    {
        **_FRAME,
        "décision": Variable("acceptée ou refusée", "acceptée"),
        "phrase": Variable("la décision, en une phrase", "Votre proposition pour la page de votre cité est acceptée : elle y paraît."),
        "auteur": Variable("qui a décidé, s’il ajoute un mot", "Rose Ponsable"),
        "mot": Variable("le mot qu’il ajoute", "Merci !"),
        "lien": Variable("les pages des cités", "https://exemple.fr/reseau", address=True),
    },
)
READING_ASKED = Email(
    "relecture",
    "Demande de relecture",
    "{nom du site} : un texte à relire",
    f"""Bonjour {{nom}},

{{auteur}} vous demande de relire « {{titre}} » avant de le publier.

{{message}}

[Lire et répondre]({{lien}})

{_FOOT}""",
    {
        **_FRAME,
        "auteur": Variable("qui demande", "Théo Formateur"),
        "titre": Variable("le texte à relire", "L’école et la ville"),
        "message": Variable("ce que l’auteur ajoute", "La fin surtout."),
        "lien": Variable("la page de la relecture", "https://exemple.fr/atelier/relectures/1", address=True),
    },
)
PUBLICATION_REFUSED = Email(
    "publication",
    "Publication programmée refusée",
    "{nom du site} : publication programmée refusée",
    f"""Bonjour {{nom}},

La publication de {{textes}} que vous aviez programmée pour le {{échéance}} n’a pas été faite.

{{raison}}

[Ouvrir la relecture]({{lien}})

Votre brouillon est toujours là, et le cours n’a pas changé.

{_FOOT}""",
    {
        **_FRAME,
        "textes": Variable("les textes", "« L’école et la ville »"),
        "échéance": Variable("pour quand", "27 novembre 2026 à 9 h 00"),
        "raison": Variable("ce qui l’empêche", "Une erreur est restée dans le texte."),
        "lien": Variable("la page de relecture", "https://exemple.fr/atelier/documents/exemple/relecture", address=True),
    },
)

_NEXT = {
    "étape": Variable("la prochaine étape et sa durée", "L’école, 12 minutes"),
    "lien": Variable("le parcours", "https://exemple.fr/", address=True, needed=True),
}
READING_SLOT = Email(
    "rendez-vous",
    "Rappel d’un rendez-vous de lecture",
    "{nom du site} : votre lecture de {heure}",
    f"""Bonjour {{nom}},

Vous aviez choisi {{heure}} pour lire la suite : [{{étape}}]({{lien}}). C’est le seul rappel de ce rendez-vous.

{_FOOT}""",
    {**_FRAME, "heure": Variable("l’heure choisie", "9 h 30"), **_NEXT},
)
EMAILS = (
    *(INVITATION, PASSWORD_LINK, PASSWORD_CHANGED, SECURITY, ANSWER, WEEKLY, REMINDER, MONDAY),
    *(MEETING, HELP_CLOSED, DIRECTORY_MESSAGE, PROPOSAL_DECIDED, READING_ASKED, PUBLICATION_REFUSED, READING_SLOT),
)
EDITABLE = {one.key: one for one in EMAILS if one.editable}
"""In the order of the page that lists them."""
