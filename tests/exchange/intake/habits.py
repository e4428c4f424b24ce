"""Habits of ordinary papers, each alone: how a list is pasted, where its answers stand, what says that a line is no question. As in `hands.py`."""

from __future__ import annotations

LONG = "La réussite éducative réunit autour d'un enfant des adultes qui, chacun de leur côté, ne pouvaient rien. " * 4

HABITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "liste collée, une tabulation derrière chaque étiquette": (
        "1.\tQui préside le conseil ?\na)\tle préfet\nb)\tle maire\nRéponse : b\n\n2.\tQui finance le poste ?\na)\tl'État\nb)\tla région\nRéponse : a\n",
        ("single : le maire", "single : l'État"),
    ),
    "feuille dont la première colonne est vide": (
        "\tQuestion - 120 signes\tAnswer 1\tAnswer 2\tCorrect answer(s) - at least one\n1\tQui préside le conseil ?\tle préfet\tle maire\t2\n"
        "2\tQui finance le poste ?\tl'État\tla région\t1\n",
        ("single : le maire", "single : l'État"),
    ),
    "abréviation et deux-points": (
        "1) En quelle année naît le conseil ?\nrép. : 1983\n2) Comment s'appelle le dispositif ?\nR. : le mentorat\n",
        ("numeric : 1983", "short : le mentorat"),
    ),
    "corrigé sous un titre à pictogramme": (
        "## 1. Ce qu'est le conseil\n\nUn texte court.\n\n**1. Qui préside ?**\nA. le préfet\nB. le maire\n\n**2. Qui finance ?**\nA. l'État\nB. la région\n\n"
        "**3. Vrai ou faux ?** Le conseil siège le soir.\n\n### ✅ Corrigé\n\n1. **B**\n2. **A**\n3. **Faux**\n",
        ("single : le maire", "single : l'État", "true_false : Faux"),
    ),
    "fiche de correction": (
        "Q1. Qui préside ?\na. le préfet\nb. le maire\nQ2. Combien de membres ?\nRéponse : ………… %\n\n# Fiche de correction\n\nQ1 : b\nQ2 : 35\n",
        ("single : le maire", "numeric : 35"),
    ),
    "numéros à deux étages": (
        "Exercice 1\nQui préside ?\na) le préfet\nb) le maire\n\nExercice 2\nRépondez par un nombre.\n2.1 En quelle année naît la loi ?\n2.2 Combien de communes ?\n\n"
        "Solutions\nExercice 1 : b\nExercice 2 : 2.1 : 2014 ; 2.2 : 1 500\n",
        ("single : le maire", "numeric : 2014", "numeric : 1500"),
    ),
    "flèche et vrai ou faux": (
        "1- Le conseil est présidé par le préfet. => FAUX, par le maire (ou son adjoint)\n2- Le conseil est public. => VRAI\n",
        ("true_false : Faux", "true_false : Vrai"),
    ),
    "lettres pour numéros": (
        "Question A. Qui préside le conseil ?\n□ le préfet\n□ le maire\nQuestion B. Le conseil est public. Vrai / Faux\nRéponses. A : le maire. B : Vrai.\n",
        ("single : le maire", "true_false : Vrai"),
    ),
    "la sorte de question dans le titre": (
        "### Question 1 – Vrai ou faux\n**Le conseil est public.**\n✅ Réponse : Vrai\n### Question 2 – Mise en situation\n**Le conseil ne vient pas. Que faites-vous ?**\n"
        "✅ Éléments de réponse attendus :\n- appeler chacun de ses membres avant toute nouvelle convocation ;\n- proposer une autre heure.\n",
        ("true_false : Vrai", "open ~"),
    ),
    "titres qui demandent, au-dessus d'un texte": (
        f"# Un exposé\n\n1. Qui décide, au juste ?\n{LONG}\n\n2. Que peut le quartier ?\n{LONG}On y trouvait :\na) des classes ;\nb) des jardins.\n\n3. Et maintenant ?\n{LONG}\n",
        ("lesson",),
    ),
    "tiret collé": (
        "1) Qui préside ?\n- le préfet\n- le maire ✓\n-la région\n2) Qui finance ?\n- l'État ✓\n- la caisse\n",
        ("single : le maire", "single : l'État"),
    ),
    "deux mots, puis la flèche": ("1) Comment s'appelle le principe ? (deux mots) -> éducation prioritaire\n", ("short : éducation prioritaire",)),
    "mots acceptés aussi": ("1. Quel indice ?\nRéponse : IPS (ou : indice de position sociale)\n", ("short ~",)),
    "paires à double flèche": (
        "Question 1 - Association\nAssociez chaque temps à qui en répond.\nTemps scolaire <-> l'école\nTemps périscolaire <-> la commune\nTemps familial <-> les parents\n",
        ("match : Temps scolaire : l'école / Temps périscolaire : la commune / Temps familial : les parents",),
    ),
    "page étroite": (
        "1. Le périmètre est fait de carreaux de …………\nmètres de côté.\n2. On compare le revenu au revenu ………… de la\nrégion.\n\nCorrigé\n1. 200\n2. médian\n",
        ("gap : 200", "gap : médian"),
    ),
    "mots coupés": (
        "1. Pourquoi parle-t-on d'une première fois ?\na) parce que la con-\nvention le dit\nb) parce que le préfet, peut-\nêtre, le veut\nRéponse : a\n",
        ("single : parce que la convention le dit",),
    ),
    "un mot oublié entre deux questions": (
        "Le conseil est présidé par\nA. le préfet\nB. le maire\nANSWER: B\n\nredire à Paul pour la suite\n\nLe poste est payé par\nA. l'État\nB. la région\nANSWER: A\n",
        ("single ~", "single : l'État"),
    ),
    "réponse libre, avec sa longueur": ("1. Décrivez le conseil.\nRéponse : libre (10 lignes au maximum)\n", ("open ?",)),
    "ce qui suit une explication": (
        "1. Qui préside ?\na) le préfet\nb) le maire\nRéponse : b\nIl est élu pour six ans.\n\nÀ lire aussi\nLe conseil en cinq chiffres\nMentions légales\n",
        ("single ?",),
    ),
    "corrigé où une réponse est un tiret": (
        "1. Qui préside ?\na) le préfet\nb) le maire\n2. Décrivez une action.\n\n# Corrigé\n\n| Question | Réponse | Commentaire |\n| --- | --- | --- |\n"
        "| 1 | b | Il est élu. |\n| 2 | — | On attend un lieu, une date et un public. |\n",
        ("single : le maire", "open ~"),
    ),
    "cellule entre guillemets": (
        'N°\tQuestion\tChoix A\tChoix B\tBonne réponse\tCommentaire\n1\tQui préside ?\tle préfet\tle maire\tB\t"Il est élu.\nÀ redire."\n'
        "2\tQui finance ?\tl'État\tla région\tA\t\n",
        ("single : le maire", "single : l'État"),
    ),
    "étiquette seule sur sa ligne": (
        "Question 1\nQui préside ?\nQuestion 1 Réponse\na.\nle préfet\nb.\nle maire\nLa réponse correcte est : le maire\n"
        "Question 2\nLe conseil est public.\nQuestion 2 Réponse\nVrai\nFaux\nLa réponse correcte est « Vrai ».\n",
        ("single : le maire", "true_false ~"),
    ),
    "paires dites en toutes lettres": (
        "Exercice 1 : Reliez chaque sigle.\n\n| REP • | • réussite éducative |\n| --- | --- |\n| PRE • | • éducation prioritaire |\n\nExercice 2 : Qui préside ?\na) le préfet\n"
        "b) le maire\n\nCORRECTION\nExercice 1 : REP → éducation prioritaire ; PRE → réussite éducative\nExercice 2 : b\n",
        ("match : REP : éducation prioritaire / PRE : réussite éducative", "single : le maire"),
    ),
    "flèche pleine devant la lettre": (
        "Qui préside le conseil ?\nA. le préfet\tB. le maire\tC. le recteur\n▸ B. Il est élu.\nQui finance le poste ?\nA. l'État\nB. la région\n▸ A. Par convention.\n",
        ("single : le maire", "single : l'État"),
    ),
    "un sigle qui ressemble à une abréviation": (
        "1. Reliez chaque sigle.\nREP : éducation prioritaire\nPRE : réussite éducative\n\n2. Qui préside ?\na) le préfet\nb) le maire\nRÉP : b\n",
        ("match ~", "single : le maire"),
    ),
    "une fiche par question": (
        "## Item 01\n\n| Type | QCU |\n| --- | --- |\n| Énoncé | Qui préside ? |\n| Propositions | A. le préfet   B. le maire |\n| Clé | B |\n| Feedback | Il est élu. |\n\n"
        "## Item 02\n\n| Type | Vrai/Faux |\n| --- | --- |\n| Énoncé | Le conseil est public. |\n| Clé | Vrai |\n",
        ("single : le maire", "true_false : Vrai"),
    ),
    "bonne réponse dite sous elle": (
        "Qui préside le conseil ? *\n1 point\nle préfet\nle maire\nBonne réponse\nle recteur\n\nQui finance le poste ? *\n1 point\nl'État\nla région\nBonne réponse\nl'État\n",
        ("single ~", "single ~"),
    ),
    "un mot qui commence par non": ("1. Comment appelle-t-on ce renoncement ?\nRéponse : non-recours\n", ("short : non-recours",)),
    "les mots des trous entre parenthèses": ("1. Le parcours est ………… et ………… (artistique / culturel)\nRéponse : artistique ; culturel\n", ("gap ?",)),
    "une virgule avant ou": ("1. Quel indice ?\nRép. : : IPS, ou indice social\n", ("short ~",)),
    "du plus ancien au plus récent": (
        "1. Du plus ancien au plus récent :\na) les REP\nb) les ZEP\nc) les cités éducatives\nRéponse : b, a, c\n",
        ("order : 1. les ZEP / 2. les REP / 3. les cités éducatives",),
    ),
    "lignes d'un PDF": (
        "1. Qui valide en dernier ressort la programmation\nannuelle des crédits\nversés au conseil ?\n A. le préfet\n B. le maire\n\nSolutions\n1. Réponse A. Il en est\n"
        "l'ordonnateur.\n",
        ("single : le préfet",),
    ),
}
