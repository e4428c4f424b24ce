"""What the catalogue says of one code; and the codes of what would be read otherwise than it was meant: E69, E70, E72 to E74; A36 to A46."""

from __future__ import annotations

from msgspec import Struct


class Rule(Struct, frozen=True):
    """A title, and a paragraph in Markdown that tells a trainer what is wrong, why it matters and what to do."""

    title: str
    paragraph: str


# --- The codes ---

WRITING_RULES: dict[str, Rule] = {
    "E69": Rule(
        "Case hors du tableau",
        "Une ligne d’un tableau a plus de cases que la première : ce qui dépasse ne serait montré à personne. Ajoutez une colonne à la première ligne "
        "et à celle des tirets, ou retirez la case. Une barre qui fait partie du texte s’écrit `\\|`.",
    ),
    "E70": Rule(
        "Modèle à remplir",
        "Ce texte est celui du modèle, laissé tel quel : « Ce que l’on saura faire à la fin de la leçon », « La bonne réponse »… Remplacez-le par le vôtre, ou effacez-le.",
    ),
    "E72": Rule(
        "Formule non comprise",
        "Une formule s’écrit en LaTeX entre deux signes `$` : `$E = mc^2$`, ou `$$…$$` pour qu’elle soit seule sur sa ligne. Une accolade jamais fermée, une commande inconnue, "
        "`\\frac` sans ses deux parties : elle ne peut pas être dessinée. Le message dit ce qui manque. Un signe `$` que rien ne doit lire s’écrit `\\$`.",
    ),
    "E73": Rule(
        "Fait mal nommé",
        "Le nom d’un fait, `{fait:seuil-marches}`, se met juste après ce qui le dit : des mots en gras, ou la fin d’une phrase, dans une leçon, une définition du glossaire "
        "ou une ligne de `a-verifier.md`. Seul, ailleurs ou mal écrit, il ne nomme rien. [Les faits](faits.md) montrent comment faire.",
    ),
    "E74": Rule(
        "Un fait, deux valeurs",
        "Deux textes nomment le même fait et n’en disent pas la même chose : l’un des deux est faux. Corrigez-le, et publiez les deux ensemble. "
        "Si ce sont deux faits, donnez-leur deux noms.",
    ),
    "A36": Rule(
        "Titre non reconnu",
        "Un titre s’écrit avec des signes `#`, puis une espace ordinaire : `## Titre`. Collés au titre, ou suivis d’une espace insécable, ils seraient montrés tels quels.",
    ),
    "A37": Rule(
        "Titre réservé, presque reconnu",
        "« Vu de la collectivité », « Vu de l’Éducation nationale » et « Vu de l’État » sont des titres `###`, « À retenir » et « Sur mon territoire » des titres `##`. "
        "À un autre niveau, ou dits autrement, ils ne sont que des titres.",
    ),
    "A38": Rule(
        "Liste non reconnue",
        "Une liste s’écrit avec un tiret et une espace ordinaire devant chaque élément. Les puces d’un traitement de texte (•, –, o), un tiret collé, des lettres, une liste en retrait sous une phrase "
        "n’en font pas une : les lignes se suivraient dans un même paragraphe.",
    ),
    "A39": Rule(
        "Encadré non reconnu",
        "Un encadré commence par `> [!NOTE]`, `[!SAVOIR]`, `[!TIP]`, `[!TERRAIN]`, `[!IMPORTANT]`, `[!WARNING]`, `[!CAUTION]` ou `[!LIRE]`, seul sur sa ligne ; chaque ligne de son texte commence par `>`. "
        "Un autre mot, un titre sur la même ligne, `!!! note` ou `:::tip` seraient montrés tels quels.",
    ),
    "A40": Rule(
        "Adresse qui n’est pas un lien",
        "Une adresse nue n’est pas un lien : écrivez `[texte](https://…)`, ou mettez-la entre chevrons, `<https://…>`. Entre `]` et `(`, aucune espace ; dans l’adresse non plus.",
    ),
    "A41": Rule(
        "Signe jamais fermé",
        "Un signe de mise en forme, `**` ou `*`, n’est jamais fermé, ou une espace l’en empêche : il serait montré. Fermez-le contre le dernier mot ; "
        "pour montrer le signe lui-même, mettez `\\` devant lui.",
    ),
    "A42": Rule(
        "Tableau non reconnu",
        "Un tableau a une première ligne, puis une ligne de tirets qui a autant de cases : `| --- | --- |`. Sans elle, ses barres seraient montrées. "
        "Des colonnes séparées par des tabulations n’en font pas un.",
    ),
    "A43": Rule(
        "Écriture d’un autre logiciel",
        "Ce cours ne connaît pas cette écriture d’un autre logiciel (surlignage, exposant, formule mal fermée, attribut entre accolades, lien de wiki, commande…) : elle serait montrée telle quelle, "
        "ou ne serait pas montrée. Le message dit ce qu’on peut écrire à la place. Un exemple se met entre accents graves.",
    ),
    "A44": Rule(
        "Légende ou taille d’image sans effet",
        'Une légende, `![description](images/nom.png "Légende")`, n’est montrée que sous une image du module, seule dans son paragraphe. Une taille, `{petite}`, `{moyenne}` ou `{pleine}`, '
        "se met contre l’image. Un document de la bibliothèque dit lui-même son titre.",
    ),
    "A45": Rule(
        "Fait sans rien qui compte",
        "D’un fait comptent les chiffres, les dates, les sigles et les noms, ou, de quelques mots en gras, les mots eux-mêmes. La phrase nommée n’a rien de cela : "
        "la récrire ne préviendrait personne. Mettez en gras ce qui peut changer.",
    ),
    "A46": Rule(
        "Fait à vérifier qui ne dit pas ce que dit le cours",
        "Une ligne de `a-verifier.md` nomme un fait que nul texte ne dit, ou donne un autre chiffre que lui. Mettez-les d’accord.",
    ),
    "A47": Rule(
        "Signe d’un autre outil",
        "Cette ligne commence comme une commande, une étiquette ou un commentaire d’un autre outil : elle serait montrée telle quelle. Chaque signe n’est dit qu’une fois par texte. "
        "Réécrivez la ligne, ou retirez-la ; si elle est voulue, l’en-tête le dit, et rien n’en est plus dit : `signes : [x], {…}`.",
    ),
}
