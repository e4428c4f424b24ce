"""E70: what a text keeps of the model from which it began, one of `content.store.skeletons` or of the toolbar of the editor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.content.problems.catalogue import problem
from app.content.values.text import Problem
from app.platform.french import short

SENTENCES = (
    "Ce que l'on saura faire à la fin du module",
    "Ce que l'on saura faire à la fin de la leçon",
    "Ce que l'on sait mieux faire après avoir essayé",
    "Pourquoi cette histoire compte pour un CPO, et ce qu'il saura faire à la fin.",
    "Une situation de terrain : quelqu'un, quelque part, devant une question.",
    "Une situation de terrain : quelqu'un, quelque part, doit répondre.",
    "Le texte de la leçon. Un chiffre, une date ou une loi appelle une note, écrite à la fin du fichier.",
    "Premier titre",
    "Une phrase que l'on emporte.",
    "Une phrase qui vaut quel que soit le chemin.",
    "Une question que le lecteur se pose sur son propre territoire.",
    "Ce qui arrive, ce que l'on y gagne, ce que cela coûte.",
    "Ce que cela rapporte, ce que cela coûte.",
    "À quoi il sert, en une phrase.",
    "Quand on en a besoin.",
    "Comment s'en servir, en quelques lignes : seule la page de l'outil les montre.",
    "Une phrase d'introduction.",
    "La première question ?",
    "La bonne réponse",
    "Une réponse fausse",
    "Une autre réponse fausse",
    "Une réponse juste",
    "Une autre réponse juste",
    "Encore une réponse fausse",
    "Une réponse plausible",
    "Une autre réponse plausible",
    "Pourquoi elle est fausse.",
    "L'explication, montrée à tous avec la correction.",
    "Ce qui est lu dès qu'on a répondu.",
    "Que vient-on de lire ?",
    "Quelle est la bonne réponse ?",
    "Quelles réponses sont justes ?",
    "Quelle réponse est juste ?",
    "Une phrase à juger.",
    "réponse attendue | autre écriture",
    "La première étape",
    "La deuxième étape",
    "La troisième étape",
    "Une réponse possible, en quelques phrases.",
    "Le cas, raconté en quelques lignes.",
    "Situation : le titre du cas",
    "Un titre",
    "Un sous-titre",
    "Premier point",
    "Deuxième point",
    "Ce qui a été dit, mot pour mot.",
    "Une précision utile, en deux phrases.",
    "Ce qu'il ne faut pas manquer.",
    "Un conseil de terrain.",
    "Un repère à connaître.",
    "Ce qui a été fait quelque part, et ce que cela a donné.",
    "Ce que l'on peut lire ensuite, et pourquoi.",
    "Ce que cela change pour la ville.",
    "Ce que cela change pour l'école.",
    "Ce que cela change pour la préfecture.",
    "Les dates qui comptent",
    "Ce que l'on compare",
    "Ce qui se passe, dans l'ordre",
    "Où sont les lieux",
    "Titre à écrire",
)
"""Each is the whole of a line, but for the signs that make it a title, an item, an answer."""

_SIGNS = re.compile(
    r"[\s>]*(?:#+\s+|[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?(?:(?:[OM]\d+|Réponse|Modèle|Explication|titre|usage|moment)\s*:\s*)?(.*?)(?:\s*→\s*M\d+)?(?:\s*\{#[^{}]*\})?\s*"
)
_BEFORE = " >#-*[]xX0123456789."
_OPENING = 6
_KNOWN = frozenset(SENTENCES)
_OPENINGS = frozenset(sentence[:_OPENING].replace("'", sign) for sentence in SENTENCES for sign in "'’")
"""Cheap: most lines begin otherwise."""


def untouched(path: str, text: str) -> Iterator[Problem]:
    """Each line of a normalised text that is that of a model, in the order of the file."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.lstrip(_BEFORE)
        if bare[:_OPENING] in _OPENINGS or (" : " in bare[:14] and bare.partition(" : ")[2][:_OPENING] in _OPENINGS):
            found = _SIGNS.fullmatch(line.replace("’", "'"))
            if found and found[1] in _KNOWN:
                yield problem(path, number, "E70", f"« {short(found[1], 60)} » est le texte du modèle.", "Remplacez-le par le vôtre, ou effacez la ligne.")
