"""The catalogue of Problems, with the codes of quizzes (E03, E11, E30 to E59; A02, A06 to A19) and the guide made from it."""

from __future__ import annotations

import sys

from app.content.problems.course import COURSE_RULES
from app.content.problems.writing import WRITING_RULES, Rule
from app.content.values.text import Problem

QUIZ_RULES: dict[str, Rule] = {
    "E03": Rule(
        "Aucune bonne réponse cochée",
        "Une question à cases doit dire laquelle est juste. Mettez un x entre les crochets de la bonne réponse : `- [x] Le préfet`.",
    ),
    "E11": Rule(
        "Question sans réponse reconnue",
        "Le type d’une question se lit dans la forme de sa réponse. Ajoutez une liste à cases `- [ ]`, une ligne `Réponse : …`, "
        "des lignes `- gauche => droite`, une liste numérotée ou un trou `[[…]]`.",
    ),
    "E30": Rule(
        "Deux formes de réponse dans une question",
        "Une question se corrige d’une seule façon. Ici, deux formes se disputent la réponse : des cases et une ligne `Réponse :`, des cases et des trous… "
        "Gardez l’une, ou faites deux questions. Une liste de cases placée sous `Réponse :` est la seule qui aille avec elle : "
        "elle dit les autres réponses acceptées et les erreurs attendues.",
    ),
    "E31": Rule(
        "Texte après les réponses",
        "Après les réponses, seuls ont leur place une explication (`> …`), un indice et des réglages (`Points : 2`). Un autre texte ne serait montré à personne, "
        "ou au mauvais moment. Mettez `>` devant une explication, remontez la suite de l’énoncé avant les réponses, ouvrez la question suivante par `##`.",
    ),
    "E32": Rule(
        "Réponse à deux lectures",
        "Une barre oblique, un « ou », un point-virgule, une parenthèse peuvent séparer deux réponses acceptées ou faire partie d’une seule ; une explication peut suivre « Vrai » "
        "sur la même ligne ; « b, a, c » peut être un ordre, « A et C » des réponses désignées par leur lettre, une liste numérotée dont une ligne est en gras un choix ; un mot en gras, le seul bon. "
        "Un sigle derrière ses mots, `intercommunalité (EPCI)`, peut être une seconde réponse ; deux blancs à remplir demandent deux réponses. Le moteur ne choisit pas. "
        "Deux réponses se séparent par une barre droite, `Réponse : PEDT | projet éducatif territorial` ; "
        "une seule, quelle que soit sa ponctuation, se met dans une liste : `Réponse :`, puis `- [x] tout ou rien`.",
    ),
    "E33": Rule(
        "Case absente ou mal formée",
        "Dans une liste de réponses, chaque ligne porte une case, vide `[ ]` ou cochée `[x]`, suivie d’un texte. "
        "Une ligne sans case serait perdue ; `[v]` ou `[?]` ne disent ni oui ni non ; ☒ à côté de ☑ est une réponse cochée, ou barrée.",
    ),
    "E34": Rule(
        "Trop peu, ou trop, de réponses",
        "Il faut au moins deux réponses à cocher, deux associations ou trois étapes à ordonner ; et vingt-six au plus.",
    ),
    "E35": Rule(
        "Réponse écrite deux fois",
        "Deux réponses identiques, deux éléments de gauche identiques, un leurre qui est aussi une bonne réponse, une erreur attendue qui est aussi acceptée : "
        "personne ne saurait laquelle choisir. Distinguez-les, ou retirez-en une.",
    ),
    "E36": Rule(
        "Trou mal écrit",
        "Un trou à taper s’écrit `[[mot | variante]]`, un menu `[[(bon) | faux | faux]]` : une seule parenthèse, qui entoure tout le bon choix, et au moins un mauvais. "
        "Un trou se ferme, n’est pas vide, et se place dans le texte à compléter, non dans une explication, un énoncé qui a une autre réponse ou la description d’une image.",
    ),
    "E37": Rule(
        "Poids ou pénalité",
        "Les poids par réponse et les points négatifs de Moodle n’existent pas ici : une réponse est juste ou fausse. Le crédit partiel se calcule seul "
        "(`R/r − W/w` : cocher tout, ou rien, ne rapporte rien). Cochez les bonnes réponses et retirez les poids ; pour tout ou rien, écrivez `Crédit : exact`.",
    ),
    "E38": Rule(
        "Réglage de question non compris",
        "Une ligne `Points :`, `Niveau :`, `Objectif :`… a une valeur que le moteur ne lit pas, paraît deux fois, ou ressemble à un réglage mal orthographié. "
        "Corrigez-la ; si c’est une phrase de l’énoncé, commencez-la autrement.",
    ),
    "E39": Rule(
        "Question sans énoncé",
        "Le titre est vide, ou n’est qu’un numéro, et rien ne le suit avant les réponses. Écrivez la question dans le titre ou sous lui.",
    ),
    "E40": Rule(
        "Titre ou texte hors de sa place",
        "Dans un quiz, `##` ouvre une question, `# Situation : …` un cas et `# Suite` en sort. Un titre d’un autre niveau peut être une question ou un intertitre ; "
        "un texte sous `# Suite` n’appartient à rien. Un intertitre s’écrit en gras.",
    ),
    "E41": Rule(
        "Situation incomplète",
        "Une situation est un cas, raconté sous son titre, et les questions qui le suivent. Il lui manque l’un ou l’autre.",
    ),
    "E42": Rule(
        "Réponse hors d’une question",
        "Des cases, une ligne `Réponse :`, un trou ou un réglage se trouvent avant la première question, dans une situation ou après `# Suite`. "
        "Il manque sans doute le titre `## …` de la question.",
    ),
    "E43": Rule(
        "Bonne réponse contradictoire ou introuvable",
        "Deux endroits disent deux bonnes réponses (une case cochée et une ligne `Bonne réponse : b`), ou la réponse nommée n’existe pas. "
        "Gardez les cases : elles suffisent.",
    ),
    "E44": Rule(
        "Association incomplète",
        "Deux colonnes ne font pas une association : elle s’écrit ligne par ligne. Chaque ligne a une flèche et quelque chose à droite : `- Préfet => État`. Un leurre n’a rien à gauche : `- => Région`. "
        "Une vraie flèche dans un texte s’écrit `\\=>` ou `\\→`.",
    ),
    "E45": Rule(
        "Commentaire à deux rattachements",
        "On ne sait pas si ce passage est le commentaire d’une réponse, sa suite, ou l’explication. Un commentaire commence par `>` et touche sa réponse ; "
        "la suite d’une réponse s’écrit sur la même ligne qu’elle, ou dans un paragraphe en retrait qui la poursuit ; "
        "celle d’un commentaire commence aussi par `>`, celle d’une étape s’écrit sur sa ligne ; "
        "l’explication commence par `>` après une ligne vide, une fois toutes les réponses données.",
    ),
    "E46": Rule(
        "Nombre à deux lectures",
        "`1.362` peut être 1 362 ou 1,362 ; `2014-2016` un intervalle ou un texte ; « environ 1 362 » ne dit pas de combien on peut s’écarter. "
        "Écrivez `1 362`, `1,362`, `2014 à 2016`, `1 362 ± 10`, `12,5 %`, et plusieurs nombres acceptés avec une barre : `2003 | 2004`.",
    ),
    "E47": Rule(
        "Quiz sans question",
        "Le fichier n’a ni question ni `reprend :` dans son en-tête. Une question commence par un titre de niveau 2 : `## Qui signe le contrat de ville ?`",
    ),
    "E48": Rule(
        "Réglages du quiz qui se contredisent",
        "Le tirage demande plus de questions qu’il n’y en a, ou le quiz appartient à la fois à une leçon et à un module.",
    ),
    "E49": Rule(
        "Écriture de Moodle",
        "Une réponse entre accolades est du GIFT, le format de Moodle : `{=Le préfet ~Le maire}`. Collez la question dans « Importer », dans l’atelier : elle y est traduite, et ce "
        "qui n’a pas d’équivalent ici y est dit. Une catégorie devient une ligne `Étiquettes :`.",
    ),
    "E50": Rule(
        "Bloc jamais fermé",
        "Un bloc de code ou une figure (```` ``` ````) n’est pas fermé : tout ce qui suit deviendrait du code. Fermez-le par une ligne ```` ``` ````.",
    ),
    "E51": Rule(
        "Numérotation à deux lectures",
        "Une liste numérotée commence à `1.`, après une ligne vide, et ses numéros se suivent. Sinon on ne sait si c’est une liste, "
        "ni quel ordre est le bon : celui des lignes ou celui des numéros.",
    ),
    "E52": Rule(
        "Ligne qui ne serait pas montrée",
        "Cette ligne est une adresse de renvoi (`[nom]: https://…`) que Markdown retire du texte. Dans un quiz, un lien s’écrit en entier là où il est lu : "
        "`[texte](https://…)`.",
    ),
    "E53": Rule(
        "Réponse libre sans modèle",
        "« Réponse : à rédiger », « selon votre territoire », « … », ou une phrase entière, annoncent une question ouverte, et non un texte à taper. Une question ouverte n’est pas notée : elle n’apprend quelque chose que si chacun compare son texte à une réponse modèle. "
        "Sous la ligne `Réponse libre`, écrivez `Modèle :` et cette réponse, sur la même ligne ou dessous, jusqu’à la question suivante.",
    ),
    "E54": Rule(
        "Question de leçon mal placée",
        "Un encadré `> [!QUESTION]` se met dans une leçon, en début de ligne, hors d’une liste ou d’une citation, et pose une seule question, "
        "écrite sur place dans la forme d’une question de quiz.",
    ),
    "A02": Rule(
        "La bonne réponse est souvent la plus longue",
        "Qui ne sait pas choisit la réponse la plus longue. Raccourcissez les bonnes réponses, ou étoffez les autres.",
    ),
    "A06": Rule(
        "Place de la bonne réponse prévisible",
        "La bonne réponse est presque toujours à la même place, ou les places se répètent, ou tous les « vrai ou faux » ont la même réponse. "
        "Le mélange ne protège ni la relecture, ni l’impression, ni les quiz qui le coupent. Variez.",
    ),
    "A07": Rule(
        "« Toutes les réponses »",
        "Cette proposition se trouve sans savoir : il suffit d’en reconnaître deux, ou d’en écarter une. Faites plutôt cocher plusieurs réponses.",
    ),
    "A08": Rule(
        "Négation sans relief",
        "Une question à la forme négative se lit trop vite : on répond à son contraire. Posez-la à la forme affirmative, ou mettez la négation en gras : "
        "`Qui ne signe **pas** le contrat de ville ?`",
    ),
    "A09": Rule(
        "Ni explication ni commentaire",
        "Après avoir répondu, l’apprenant ne lira que « juste » ou « faux ». Ajoutez une explication, `> …` après une ligne vide, ou un commentaire sous les réponses.",
    ),
    "A10": Rule(
        "Mots absolus dans les seules mauvaises réponses",
        "« Toujours », « jamais », « uniquement » signalent une réponse fausse à qui sait passer un test. Nuancez, ou donnez à la bonne réponse la même force.",
    ),
    "A11": Rule(
        "Question sans objectif ou sans leçon",
        "La ligne `Objectif : O1` dit ce que la question vérifie ; la ligne `Leçon : la-troika#le-prefet` dit où la réponse est enseignée : la correction y mène.",
    ),
    "A12": Rule(
        "Ligne sans effet",
        "Ce réglage ou ce commentaire ne sert pas à ce type de question : `Ordre : fixe` n’agit que sur des cases, `Unité :` que sur un nombre. Retirez-le.",
    ),
    "A13": Rule(
        "Nombre qui pourrait désigner une réponse",
        "`Réponse : 2` sous une liste à puces attend que l’on tape 2. Si c’est la deuxième proposition de la liste qui est juste, mettez des cases à la liste. "
        "Sous une liste numérotée, c’est redemandé (E32).",
    ),
    "A14": Rule(
        "Mise en page involontaire",
        "Une année et un point en tête de ligne, `2014. La loi`, deviennent le numéro d’une liste, et une liste se numérote à la suite ; une liste numérotée, seule sous « Qui signe ? », "
        "devient un ordre à retrouver ; quatre espaces en tête de ligne "
        "font du code ; un trait sous une ligne en fait un titre. "
        "Le message dit comment l’éviter.",
    ),
    "A15": Rule(
        "Cases à l’intérieur d’une réponse",
        "Une réponse peut contenir une liste, mais ses cases ne comptent pas. Si ce sont d’autres réponses, ramenez-les à la marge.",
    ),
    "A16": Rule(
        "Question de leçon déjà posée",
        "La même question est dans un quiz, ou dans une autre leçon : qui l’a lue ici répondra de mémoire là-bas, et la note ne dira plus rien. "
        "Demandez la même chose autrement, ou autre chose.",
    ),
    "A17": Rule(
        "Explication lue avant de répondre",
        "La réponse proposée contient sa propre explication, « Vrai, car le préfet signe », ou un paragraphe en retrait qui a l’air d’un commentaire : chacun la lit avant de répondre. Gardez « Vrai » et « Faux », et mettez le reste dans un commentaire, derrière un `>`.",
    ),
    "A18": Rule(
        "Réponse en une ou deux parties",
        "Une virgule ou un « et » laissent croire que l’une des deux parties suffit : la réponse est attendue en entier. Deux réponses dont une suffit se séparent par une barre, "
        "`Réponse : maire | préfet` ; une seule se met dans une liste, sous `Réponse :`, `- [x] le maire et le préfet`.",
    ),
    "A19": Rule(
        "Blanc qui n’est pas un trou",
        "Dans un texte à trous, des points de suite, un trait ou des crochets simples sont montrés tels quels. Un trou s’écrit avec sa réponse, entre doubles crochets : `[[mot]]`.",
    ),
}


# --- The catalogue: every code that a trainer may meet, with its title and its paragraph of the guide ---
#
# `Exx` stops publication, `Axx` is advice. The other codes stand in `problems.course` and `problems.writing`; docs/formateurs/problemes.md is
# written from here (`python -m app.content.problems.catalogue`), and a test compares them.

CATALOGUE: dict[str, Rule] = dict(sorted((COURSE_RULES | QUIZ_RULES | WRITING_RULES).items(), key=lambda pair: (pair[0][0] != "E", pair[0])))


def problem(path: str, line: int, code: str, message: str, hint: str = "") -> Problem:
    """A Problem whose code is in the catalogue: an unknown one is a programmer's mistake, met at once."""
    if code not in CATALOGUE:
        raise KeyError(code)
    return Problem(path, line, code, message, hint)


def guide() -> str:
    """docs/formateurs/problemes.md, whole."""
    parts = [
        "# Les problèmes que signale la vérification",
        "Cette page est tirée du catalogue du logiciel : `python -m app.content.problems.catalogue` l’écrit. "
        "Une erreur (E) empêche de publier le fichier où elle se trouve ; un avertissement (A) est un conseil. "
        "Chaque message donne le fichier, la ligne et le remède.",
    ]
    for letter, title in (("E", "## Erreurs"), ("A", "## Avertissements")):
        parts.append(title)
        for code, rule in CATALOGUE.items():
            if code.startswith(letter):
                parts += [f"### {code} · {rule.title} {{#{code.lower()}}}", rule.paragraph]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(guide())
