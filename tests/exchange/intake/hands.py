"""Papers and pastes of many hands, each with what it must be read as.

What is expected of a unit is a line: its kind, « ? » where it has to be asked, then its key. « ~ » where it may be asked or read."""

from __future__ import annotations

PASTES: dict[str, tuple[str, tuple[str, ...]]] = {
    "tiret": (
        """QCM cités éducatives
Nom : ____________ Prénom : ___________

1 - Qui pilote la cité éducative ?
a) le préfet
b) la troïka
c) le maire seul
Réponse : b

2 - Le label est national : vrai ou faux ?
Réponse : vrai. Il est donné par l'État.

3 - En quelle année la politique de la ville ?
Réponse : 1981

4- Citez deux acteurs.
..............................
""",
        ("single : la troïka", "true_false : Vrai", "numeric : 1981", "open ?"),
    ),
    "corrigé en une ligne": (
        """1) Qui signe la convention ?
A. Le préfet
B. Le maire
C. La Caf
2) La loi Lamy date de :
A. 2003
B. 2014
C. 2021
3) Vrai ou faux : le QPV remplace la ZUS.

Corrigé : 1A, 2B, 3 vrai
""",
        ("single : Le préfet", "single : 2014", "true_false : Vrai"),
    ),
    "coches derrière": (
        """Qui pilote ?
- le préfet
- la troïka ✓
- le maire

Que veut dire REP ?
- Réseau d'éducation prioritaire ✓
- Réseau éducatif public
""",
        ("single : la troïka", "single : Réseau d'éducation prioritaire"),
    ),
    "assistant": (
        """Voici un quiz de 2 questions :

```markdown
# Quiz : les cités éducatives

### Question 1
**Quel est le rôle du CPO ?**

- A) Diriger
- B) Coordonner
- C) Évaluer

**Réponse : B**
*Explication : il coordonne les acteurs.*

---

### Question 2
**Complétez : la loi ____ date de ____.**
Réponse : Lamy ; 2014
```
Souhaitez-vous que j'ajoute des questions ?
""",
        ("single : Coordonner", "gap : Lamy / 2014"),
    ),
    "question réponse": ("Q: Qui finance ?\nR: L'État\n\nQ: Combien de cités en 2022 ?\nR: 200\n", ("short : L'État", "numeric : 200")),
    "parties romaines": (
        """I. Les acteurs
1. Le préfet signe la convention. V / F
2. La Caf est membre de la troïka. V / F
II. Les dates
3. La loi Lamy date de : a. 2012 b. 2014 c. 2018

Réponses
1. V
2. F (c'est l'Éducation nationale)
3. b
""",
        ("true_false : Vrai", "true_false : Faux", "single : 2014"),
    ),
    "croix et coches": (
        """Question 1 : Qui compose la troïka ?
✓ La collectivité
✓ L'État
✗ La Caf
✓ L'Éducation nationale
""",
        ("multiple : La collectivité / L'État / L'Éducation nationale",),
    ),
    "croix seules": (
        """1. Qui signe ?
✗ La Caf
☐ Le préfet
☐ Le maire
2. Qui paie ?
☐ La Caf
✗ L'État
☐ Le maire
""",
        ("single ?", "single ?"),
    ),
    "options numérotées": (
        """Q1. Combien de cités éducatives labellisées en 2019 ?
1. 40
2. 80
3. 126
Bonne réponse : 2

Q2. Qui est chef de file ?
1. Un principal de collège
2. Un préfet
3. Un maire
Bonne réponse : 1
""",
        ("single : 80", "single : Un principal de collège"),
    ),
    "lettres nues": (
        """1°) Le PRE, c'est :
A - un dispositif de réussite éducative
B - un prêt
C - un poste
Rép. A

2°) QPV veut dire
A - quartier prioritaire de la politique de la ville
B - quartier pour la ville
Rép. A
""",
        ("single : un dispositif de réussite éducative", "single : quartier prioritaire de la politique de la ville"),
    ),
    "associer": (
        """1. Reliez chaque sigle à sa date.
1. ZEP      a. 2014
2. REP      b. 1981
3. QPV      c. 2015
Réponse : 1-b, 2-c, 3-a
""",
        ("match : ZEP : 1981 / REP : 2015 / QPV : 2014",),
    ),
    "deux listes": (
        """Associez l'acteur et son rôle :
1) Le préfet
2) Le recteur
3) Le maire
a) la politique éducative de la commune
b) l'État dans le département
c) l'académie
Réponses : 1b ; 2c ; 3a
""",
        ("match : Le préfet : l'État dans le département / Le recteur : l'académie / Le maire : la politique éducative de la commune",),
    ),
    "remettre en ordre": (
        """3/ Remettez dans l'ordre chronologique :
a) REP
b) ZEP
c) Cités éducatives
d) DSQ
Réponse : b, d, a, c
""",
        ("order : 1. ZEP / 2. DSQ / 3. REP / 4. Cités éducatives",),
    ),
    "flèches": ("Associez :\n- ZEP → 1981\n- QPV → 2014\n- Cités éducatives → 2019\n", ("match : ZEP : 1981 / QPV : 2014 / Cités éducatives : 2019",)),
    "vrai faux derrière": (
        """Vrai ou faux ?
1. La cité éducative est un label. (V)
2. Elle est réservée aux lycées. (F)
3. Elle est triennale. (V)
""",
        ("true_false : Vrai", "true_false : Faux", "true_false : Vrai"),
    ),
    "sans réponse": (
        """1. Qui signe la convention ?
a) le préfet
b) le maire
2. Qui coordonne ?
a) le CPO
b) la Caf
""",
        ("single ?", "single ?"),
    ),
    "étoile devant": (
        """1. Le CPO est :
a. un élu
*b. un coordinateur
c. un professeur
2. Le label dure :
*a. trois ans
b. six ans
""",
        ("single : un coordinateur", "single : trois ans"),
    ),
    "aiken": (
        """Qui signe la convention ?
A. Le préfet
B. La Caf
ANSWER: A

Qui coordonne ?
A. Le maire
B. Le CPO
ANSWER: B
""",
        ("single : Le préfet", "single : Le CPO"),
    ),
    "courriel": (
        """De : Sylvie Martin <sylvie@exemple.fr>
À : Karim
Objet : QCM

Bonjour Karim,
Voici les questions pour lundi.

1. Qui pilote ?
a) le préfet
b) la troïka (bonne réponse)
2. Quel est le montant moyen ?
a) 100 000 €
b) 1 000 000 € (bonne réponse)

Bonne journée,
Sylvie
06 12 34 56 78
""",
        ("single : la troïka", "single : 1 000 000 €"),
    ),
    "réponse incertaine": (
        """1. Qui signe ?
a) le préfet
b) le maire
c) le recteur
Réponse : a ou c ?
2. Qui paie ?
a) l'État
b) la Caf
Réponse : a (à vérifier)
""",
        ("single ?", "single ?"),
    ),
    "cases de Markdown": (
        """## Qui compose la troïka ?
- [x] L'État
- [ ] La Caf
- [x] La collectivité

## Le CPO est nommé par le préfet
- [ ] Vrai
- [x] Faux
""",
        ("multiple : L'État / La collectivité", "true_false : Faux"),
    ),
    "réponses d'une phrase": (
        """Question 1
Pourquoi parle-t-on d'alliance éducative ?
Réponse attendue : parce que tous les acteurs, école, parents, associations, agissent ensemble autour de l'enfant.
Question 2
Expliquez le rôle de la Caf.
Réponse attendue : elle finance des actions de soutien à la parentalité et siège au comité.
""",
        (
            "open : parce que tous les acteurs, école, parents, associations, agissent ensemble autour de l'enfant.",
            "open : elle finance des actions de soutien à la parentalité et siège au comité.",
        ),
    ),
    "lettre et mots": (
        """1. Qui préside ?
a) le maire
b) le préfet
Réponse : b) le préfet
Explication : il représente l'État.
2. Qui anime ?
a) le CPO
b) le principal
→ a
""",
        ("single : le préfet", "single : le CPO"),
    ),
    "conflit": ("1. Qui préside ?\na) le maire ✓\nb) le préfet\nRéponse : b\n", ("single ?",)),
    "trous à la suite": (
        """Complétez :
1. La cité éducative est pilotée par une ________ .
2. Le CPO travaille avec le ________ de collège.
Réponses : 1. troïka 2. principal
""",
        ("gap : troïka", "gap : principal"),
    ),
    "corrigé expliqué": (
        """1. Le label est national.
A) Vrai
B) Faux
2. Qui finance ?
A) L'État
B) Les parents

CORRIGÉ
1. A. Il est donné par le ministère.
2. A - l'ANCT et l'Éducation nationale.
""",
        ("true_false : Vrai", "single : L'État"),
    ),
    "tableau de Markdown": (
        """| Question | A | B | C | Réponse |
|---|---|---|---|---|
| Qui pilote ? | le préfet | la troïka | le maire | B |
| Quelle durée ? | 1 an | 2 ans | 3 ans | C |
""",
        ("single : la troïka", "single : 3 ans"),
    ),
    "vrai faux coché": (
        """| Affirmation | Vrai | Faux |
|---|---|---|
| Le label est national | X | |
| La Caf préside | | X |
""",
        ("true_false : Vrai", "true_false : Faux"),
    ),
    "rangée et flèche": (
        """1) Le collège unique date de : a) 1959 b) 1975 c) 1989 --> b
2) La communauté éducative comprend : a) les parents b) les passants c) les élèves --> a et c
""",
        ("single : 1975", "multiple : les parents / les élèves"),
    ),
    "réponses repliées": (
        """**1. Que mesure l'indice de position sociale ?**
- a) Le niveau des élèves
- b) Leurs conditions de vie

<details>
<summary>Voir</summary>

✅ **b)** Leurs conditions de vie. Il vient des métiers des parents.

</details>

**2. Vrai ou faux ? Un indice élevé dit un public défavorisé.**

<details>
<summary>Voir</summary>

❌ **Faux** — c'est l'inverse.

</details>
""",
        ("single : Leurs conditions de vie", "true_false : Faux"),
    ),
    "puces et parenthèses": (
        """Salut Karim, mes trois questions :

- En quelle année la première vague ? (2019)
- Comment s'appelle le collège qui porte le fonds ? (le chef de file)
- Qui la pilote ? (la troïka)
""",
        ("numeric ?", "short ?", "short ?"),
    ),
    "formulaire sans clé": (
        """Questions
Réponses
12

Qui délivre l'agrément d'un accueil ? *
(2 points)
Le maire
Le préfet

La Caf
Quels diplômes permettent d'animer ? *
(2 points)
BAFA
CPJEPS
""",
        ("single ?", "single ?"),
    ),
    "colonnes d'un tableur": (
        "Question\tRéponse 1\tRéponse 2\tTemps (s)\tBonne(s) réponse(s)\nQui finance le lycée ?\tLa région\tL'État\t20\t1\nQui contrôle l'hygiène ?\tLe maire\tLa DDPP\t30\t2\n",
        ("single : La région", "single : La DDPP"),
    ),
    "trous et rangs": (
        """1) La cité est portée par l'………………, avec la commune.
2) Le label a été créé en ………… .
3) Remettez dans l'ordre.
(2) Mener les actions
(3) Évaluer
(1) Poser le diagnostic

Réponses
1) État   2) 2019
""",
        ("gap : État", "gap : 2019", "order : 1. Poser le diagnostic / 2. Mener les actions / 3. Évaluer"),
    ),
    "clé à la ligne": (
        """**Question 1 : Qui signe ?**
a) Le préfet
b) Le maire

**Bonne réponse :**
b

**Question 2 : Que finance la Caf ?**
a) Les écoles
b) Les centres sociaux
c) Les crèches

Réponses :
- b
- c
""",
        ("single : Le maire", "multiple : Les centres sociaux / Les crèches"),
    ),
    "lettre et mots qui se contredisent": (
        """1. Qui paie ?
a) Caf
b) État
Réponse : b (Caf)
""",
        ("single ?",),
    ),
    "flèches sans nom": (
        """Q1. Le sigle CLS signifie ?
   [A] Contrat local de santé  <<<
   [B] Comité local de sécurité
Q2. Il est signé entre autres par ?
   [A] l'ARS  <<<
   [B] le tribunal
   [C] la commune  <<<
""",
        ("single ?", "multiple ?"),
    ),
    "réponse derrière": (
        """1. Qui finance les transports scolaires ? La région.
2. Qui gère les collèges ? Le département.
3. Combien de périodes de vacances ? 5
""",
        ("short ?", "short ?", "numeric ?"),
    ),
}
