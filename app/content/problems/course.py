"""The codes of every course file: E01, E02, E04 to E10, E12 to E29, E60 to E68, E71; A01, A05, A20 to A35."""

from __future__ import annotations

from app.content.problems.writing import Rule
from app.content.values.text import FIGURE_ITEMS, FIGURE_LETTERS, MAX_CHARACTERS, MAX_MARKS, MAX_QUIZ_MARKS
from app.platform.french import exact

COURSE_RULES: dict[str, Rule] = {
    "E01": Rule(
        "Fichier illisible",
        "Le fichier n’est pas en UTF-8, ou il contient un caractère invisible qui n’a rien à faire dans un texte (octet nul, caractère de contrôle). "
        "Enregistrez-le de nouveau en choisissant l’encodage UTF-8 ; pour un caractère invisible, effacez et retapez la ligne signalée.",
    ),
    "E02": Rule(
        "Texte démesuré",
        "Un fichier, une ligne, un paragraphe ou un en-tête dépasse la taille que le moteur accepte. C’est presque toujours le signe d’un collage malheureux. "
        f"Un fichier a {exact(MAX_CHARACTERS)} caractères au plus, et {exact(MAX_MARKS)} lignes et signes de mise en forme (crochets, astérisques, cases de "
        f"tableau…), {exact(MAX_QUIZ_MARKS)} pour un quiz : plus de cinq fois ceux du plus grand fichier du cours. Au-delà, la suite n’est ni vérifiée ni montrée, et rien n’est publié ; le brouillon garde tout ce qui est tapé. "
        "Coupez le texte, ou partagez-le en plusieurs fichiers.",
    ),
    "E04": Rule(
        "En-tête absent ou non fermé",
        "Un module, une leçon ou un quiz commence par une ligne `---`, puis des lignes `clé : valeur`, puis une seconde ligne `---`.",
    ),
    "E05": Rule(
        "Clé inconnue",
        "L’en-tête contient une clé que ce genre de fichier n’a pas. Le message propose la clé connue la plus proche : une faute de frappe ne reste jamais sans effet visible.",
    ),
    "E06": Rule(
        "Identifiant absent",
        "L’identifiant est ce qui reste quand le titre et le nom du fichier changent : l’historique des apprenants y est attaché. "
        "Dans l’atelier, il s’écrit de lui-même à la publication ; dans des fichiers, la commande `flask content ids` l’écrit.",
    ),
    "E07": Rule(
        "Identifiant en double",
        "Deux éléments portent le même identifiant, dans un fichier ou dans deux. Le message donne les deux endroits. Changez le plus récent : l’ancien a peut-être déjà des résultats.",
    ),
    "E08": Rule(
        "Identifiant mal formé",
        "Un identifiant compte de 3 à 60 caractères, pris parmi les lettres minuscules sans accent, les chiffres et le tiret : `contrat-de-ville`.",
    ),
    "E09": Rule(
        "Valeur non comprise",
        "Une ligne ou une valeur n’a pas la forme attendue : un nombre, oui ou non, une date, un mot d’une liste. Le message dit ce qui est attendu.",
    ),
    "E10": Rule(
        "Clé obligatoire absente",
        "Certaines clés sont indispensables : le titre d’une leçon, l’histoire d’un module. Ajoutez-les à l’en-tête.",
    ),
    "E12": Rule(
        "Clé écrite deux fois",
        "La même clé paraît deux fois dans l’en-tête. Le moteur ne choisit pas à votre place : gardez-en une.",
    ),
    "E13": Rule(
        "Lien mort",
        "Un lien mène vers un document qui n’existe pas dans le cours. Un lien interne s’écrit `[texte](identifiant)` ; vérifiez l’identifiant. "
        "Une adresse du Web commence par `https://`.",
    ),
    "E14": Rule(
        "Ancre morte",
        "Le document existe, mais aucun de ses titres ne porte cette ancre. Donnez l’ancre au titre, `## Le préfet {#le-prefet}`, ou corrigez le lien.",
    ),
    "E15": Rule(
        "Image introuvable",
        "L’image citée n’est pas dans le dossier `images` du module, ou n’est pas d’un format reconnu (PNG, JPEG, GIF, WebP, SVG). Elle s’écrit toujours `images/nom.png`.",
    ),
    "E16": Rule(
        "Image sans texte de remplacement",
        "Qui ne voit pas l’image doit recevoir la même information : écrivez-la entre les crochets, `![Carte des trois quartiers](images/carte.png)`.",
    ),
    "E17": Rule(
        "Commentaire jamais fermé",
        "Un commentaire commence par `<!--` et finit par `-->`. Sans sa fin, on ne sait pas ce qu’il cache.",
    ),
    "E18": Rule(
        "Lien ou image refusés",
        "Les adresses `javascript:`, `data:` et leurs semblables peuvent exécuter un programme chez le lecteur : elles sont refusées. "
        "Les images viennent du dossier du module, jamais d’un autre site.",
    ),
    "E19": Rule(
        "Figure mal écrite",
        "Un bloc `chronologie`, `barres`, `parts`, `arbre`, `étapes`, `avant-après`, `carte` ou `lignes` commence par `titre : …`, au besoin par `sources : [^s12]`, puis "
        f"donne un élément par ligne, de 2 à {FIGURE_ITEMS}. Le message dit comment la ligne s’écrit ; [les figures](figures.md) sont toutes montrées à part. "
        f"Un texte de figure a {FIGURE_LETTERS} signes au plus, et chaque mot tient dans sa case.",
    ),
    "E20": Rule(
        "Note appelée mais non définie",
        "Le texte appelle une note qui n’est définie ni dans `modules/sources.md`, ni à la fin du fichier. Vérifiez son nom, ou ajoutez la source à `modules/sources.md`.",
    ),
    "E21": Rule(
        "Élément cité introuvable",
        "Un en-tête nomme une leçon, un quiz, un module ou une question qui n’existe pas. Vérifiez l’identifiant, ou créez l’élément.",
    ),
    "E22": Rule(
        "Objectif mal écrit",
        "Un objectif de leçon s’écrit `O1 : texte → M1` et renvoie à un objectif de son module ; un objectif de module s’écrit `M1 : texte`. Chaque numéro ne sert qu’une fois.",
    ),
    "E23": Rule(
        "Ancre en double",
        "Deux titres du même document portent la même ancre, ou un titre porte celle d’une partie de la page elle-même, « suite » sous une leçon par exemple : "
        "un lien ne saurait où mener. Changez l’une des deux, ou celle du titre.",
    ),
    "E24": Rule(
        "Note définie deux fois",
        "Deux notes portent le même nom. Gardez-en une, ou donnez un autre nom à la seconde.",
    ),
    "E25": Rule(
        "Question recopiée",
        "La même question (énoncé et réponses) se trouve dans deux quiz : ses statistiques seraient coupées en deux. Citez-la plutôt dans l’en-tête : `reprend : identifiant`.",
    ),
    "E26": Rule(
        "Élément placé deux fois",
        "Une leçon ou un quiz appartient à un seul endroit du cours : une leçon à un module, un quiz à une leçon ou à un module. Retirez-le de l’un des deux.",
    ),
    "E27": Rule(
        "Imbrication trop profonde",
        "Des listes ou des citations s’emboîtent au-delà de ce qu’un lecteur peut suivre. Aplatissez le passage.",
    ),
    "E28": Rule(
        "Source incomplète",
        "Chaque source de `modules/sources.md` dit son titre, son éditeur, sa date (ou « s. d. »), l’adresse de ce qui a été lu, puis, entre parenthèses, sa catégorie, ce qui a été lu et quand : "
        "`[^s12]: Titre, éditeur, date, <https://…> (catégorie : presse ; lu : original ; vérifié : 2026-11 ; à revoir : 2027-11)`. "
        "Catégories : texte officiel, rapport public, page officielle, presse, centre de ressources, association, recherche, offre d’emploi, autre site. "
        "Lu : original, copie (sur un autre site que celui de son éditeur, en entier ou non : l’adresse est celle de la copie), extrait (le début, ou quelques passages, chez l’éditeur) ou résumé (une notice). "
        "« à revoir » ne s’écrit que si la source vieillit.",
    ),
    "E29": Rule(
        "Vérification à venir",
        "Une source est dite vérifiée à une date qui n’est pas encore venue. Donnez le mois où vous l’avez lue ; celui où il faudra la relire est « à revoir ».",
    ),
    "E60": Rule(
        "Champ mal écrit",
        "Dans un outil, ce que le lecteur remplira s’écrit `[[ce qu’il faut écrire => ce qu’écrit l’exemple]]`, sur une seule ligne ; à gauche de la flèche, "
        "rien est permis, à droite, jamais. Un champ se met dans un paragraphe, un élément de liste ou une case, pas dans un titre ni dans la première ligne "
        "d’un tableau. Une case calculée commence par le signe égal : `= somme`, ou `= Accordé − Dépensé`, avec les titres des colonnes.",
    ),
    "E61": Rule(
        "Mise en page que les fichiers n’ont pas",
        "Un outil devient un fichier de traitement de texte ou un classeur : après le premier `##`, il n’a que des titres `##` et `###`, des paragraphes, "
        "des listes à tirets d’un seul niveau et des tableaux. Dans un outil de forme « tableau », chaque `##` ouvre une feuille et a un tableau, un seul.",
    ),
    "E62": Rule(
        "Choix mal écrits",
        "Dans une [situation](situations.md), un encadré `> [!CHOIX]` pose sa question, puis donne un choix par ligne : `> - [Ce que l’on fait](#ancre-de-la-scene)`. "
        "Il se met dans une leçon, en début de ligne, à la fin d’une scène, une fois ; il propose de deux à quatre choix, chacun un lien entier vers un titre de la leçon.",
    ),
    "E63": Rule(
        "Choix qui ne mène pas à la suite",
        "Un choix mène à une scène qui le suit, à elle seule : du récit à un titre `##`, d’une scène `##` à un titre `###` placé sous elle. Ce choix vise une ancre "
        "qui n’existe pas, ramène en arrière, saute ailleurs, ou mène là où un autre mène déjà. Corrigez l’ancre, ou donnez à ce choix sa propre scène.",
    ),
    "E64": Rule(
        "Scène hors d’atteinte",
        "Dans une situation, tout titre placé avant « À retenir » est une scène, et personne n’y arrive sans un choix. Ajoutez le choix qui y mène, ou déplacez ce passage : "
        "dans le récit du début s’il faut le savoir pour choisir, dans « À retenir » s’il vaut pour toutes les fins.",
    ),
    "E65": Rule(
        "Situation de plus ou de moins de deux niveaux",
        "Une situation se raconte en deux choix : le récit du début en propose, chaque scène `##` en propose à son tour, chaque scène `###` est une fin. "
        "Le message donne la scène qui s’arrête trop tôt, ou celle qui va trop loin.",
    ),
    "E66": Rule(
        "Situation sans « À retenir »",
        "Quel que soit le chemin suivi, une situation se ferme sur les mêmes phrases : un titre `## À retenir`, après la dernière scène.",
    ),
    "E67": Rule(
        "Document de la bibliothèque incomplet",
        "Un document a un fichier, un lien, ou les deux : `fichier : synthese-2022.pdf` nomme un fichier de `modules/bibliotheque/`, en lettres minuscules sans accent ; "
        "`lien : https://…` mène à un autre site ; une vidéo en a toujours un. [La bibliothèque](bibliotheque.md) montre un exemple entier et les types de fichiers gardés.",
    ),
    "E68": Rule(
        "Enregistrement ou vidéo sans transcription",
        "Qui n’entend pas doit recevoir la même information : sous `### Transcription`, écrivez ce qui est dit, avec des repères de temps, `[02:30]`.",
    ),
    "E71": Rule(
        "Question d’enquête mal écrite",
        "Dans une [enquête](enquetes.md), chaque titre `## … {#ancre}` est une question. Dessous se trouve une seule sorte de réponse : `Échelle : accord` (ou quatre mots à soi, "
        "séparés par des points-virgules), des cases vides `- [ ]`, ou la ligne `Réponse libre`. Rien n’y est juste ou faux : ni case cochée, ni points, ni explication.",
    ),
    "A05": Rule(
        "Sigle absent du glossaire",
        "Le nouveau venu bute d’abord sur les sigles. Ajoutez-le à `modules/glossaire.md`, ou écrivez les mots en toutes lettres.",
    ),
    "A20": Rule(
        "Écriture comprise, à mettre au propre",
        "Ce qui est écrit n’a qu’un sens et a été compris, mais n’est pas la forme du guide. Le message donne la forme propre.",
    ),
    "A21": Rule(
        "Source à revérifier",
        "La date « à revoir » de cette source est passée : les lecteurs voient « source à revérifier depuis… ». Relisez la source, puis changez les deux dates de la note.",
    ),
    "A22": Rule(
        "Source bientôt à revérifier",
        "La date « à revoir » de cette source tombe dans les trente jours. Relisez-la avant que les lecteurs ne soient prévenus.",
    ),
    "A23": Rule(
        "Note jamais appelée",
        "Une note est définie mais aucun passage ne l’appelle : elle ne sera pas montrée. Appelez-la, `[^s12]`, ou effacez-la. "
        "Dans `modules/sources.md`, c’est une source qu’aucun texte du cours n’appelle.",
    ),
    "A24": Rule(
        "Élément hors d’atteinte",
        "Aucun module ne cite cette leçon, aucune leçon ne cite ce quiz ou aucun parcours ne cite ce module : personne n’y arrivera.",
    ),
    "A25": Rule(
        "Objectif trop peu interrogé",
        "Un objectif que moins de deux questions vérifient ne peut pas être dit atteint. Ajoutez des questions, avec la ligne `Objectif : O1`. "
        "Une [situation](situations.md) sans quiz est exceptée : on y exerce ses objectifs en choisissant. De même, une leçon sans quiz dans un module dont le quiz final reprend surtout des questions : on y exerce ses objectifs en écrivant.",
    ),
    "A26": Rule(
        "HTML montré tel quel",
        "Les balises HTML ne sont pas interprétées : le lecteur verra les chevrons. Écrivez en Markdown, ou mettez le passage entre accents graves si c’est un exemple.",
    ),
    "A27": Rule(
        "Niveau de titre sauté",
        "Le titre du document est de niveau 1 : dans le texte, commencez à `##`, puis `###`. Un saut de niveau égare qui lit avec un lecteur d’écran.",
    ),
    "A28": Rule(
        "Chiffre sans source",
        "Ce passage donne un chiffre, une date ou une loi, et n’appelle aucune note. Ajoutez la source dans le même passage ; "
        "dans une figure, par une ligne `sources : [^s12]`. Une loi seulement nommée, un nombre seul et les données d’une question n’en demandent pas.",
    ),
    "A29": Rule(
        "« Leçon : » ou « Objectif : » introuvable",
        "La question renvoie à une leçon, à un titre ou à un objectif qui n’existe pas : la correction ne pourra pas y mener. Corrigez la ligne.",
    ),
    "A30": Rule(
        "Image jamais montrée",
        "Une image du dossier n’est citée par aucune leçon du module. Effacez-la, ou montrez-la.",
    ),
    "A31": Rule(
        "Source définie dans un texte",
        "Un texte qui vient de Word porte ses notes à sa fin : elles sont lues et montrées. Mais une source que plusieurs textes citent se corrige mieux une fois : "
        "coupez la ligne de la note, collez-la dans `modules/sources.md`, complétez-y sa catégorie et ce qui a été lu. L’appel, `[^s12]`, ne change pas. "
        "Si la source y est déjà, effacez seulement la ligne ; si le même nom y désigne une autre source, changez ce nom.",
    ),
    "A32": Rule(
        "Deux sources à la même adresse",
        "Deux définitions de `modules/sources.md` donnent la même adresse : c’est sans doute la même source. Gardez-en une, et appelez-la partout.",
    ),
    "A33": Rule(
        "Validité sans attestation",
        "Un parcours dit combien de mois son attestation est fraîche (`validité : 24 mois`), mais n’en délivre pas. Ajoutez `attestation : oui`, ou retirez la ligne.",
    ),
    "A34": Rule(
        "Document sans résumé",
        "La bibliothèque montre d’un document ce que vous en dites : deux ou trois phrases suffisent pour savoir s’il faut l’ouvrir.",
    ),
    "A35": Rule(
        "Enregistrement fermé dans une leçon ouverte",
        "Une leçon lue sans compte fait entendre un enregistrement qui ne l’est pas : un visiteur n’entendrait rien. Ajoutez `public : oui` au document.",
    ),
}
