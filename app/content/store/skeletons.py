"""New texts, to be filled: what `flask content new` and the atelier begin with has no other error than its own sentences (E70). Pure.

`text/misread/untouched.py` knows their sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from msgspec import Struct

from app.content.documents.reader import read_document
from app.content.store.disk import CourseFiles
from app.content.text.head_values import is_id
from app.content.values.course import Module
from app.platform.errors import DomainError

_NUMBER = re.compile(r"modules/[^/]+/(\d+)-")
TOOLS = "modules/outils"
SURVEYS = "modules/enquetes"


class NotMade(DomainError):
    """The identifier, the history or the module that was given will not do; the sentence says why."""


class Skeleton(Struct, frozen=True):
    id: str
    path: str
    text: str
    advice: str
    """What remains to be done elsewhere, in a sentence."""


InModule = Callable[[Iterable[str], str, str, str], Skeleton]
"""Every path of the course, the folder of a module, the id and the title → what stands next there."""


def module(identifier: str, title: str, history: str, histories: Collection[str]) -> Skeleton:
    _refuse_bad_id(identifier)
    if history not in histories:
        raise NotMade(f"Histoire inconnue : « {history} ». Écrivez l’une de : {', '.join(histories)}.")
    text = f"""---
id : {identifier}
titre : {title}
histoire : {history}
objectifs :
- M1 : Ce que l'on saura faire à la fin du module
leçons :
---

Pourquoi cette histoire compte pour un CPO, et ce qu'il saura faire à la fin.
"""
    return Skeleton(identifier, f"modules/{identifier}/module.md", text, "Ajoutez-le à un parcours, dans modules/parcours.md.")


def lesson(paths: Iterable[str], folder: str, identifier: str, title: str) -> Skeleton:
    """The next lesson of a module's folder, numbered after the others that stand there among `paths`."""
    told = """Une situation de terrain : quelqu'un, quelque part, devant une question.

## Premier titre {#premier-titre}

Le texte de la leçon. Un chiffre, une date ou une loi appelle une note, écrite à la fin du fichier.

## À retenir

- Une phrase que l'on emporte.
"""
    return _taught(paths, folder, identifier, title, 12, "Ce que l'on saura faire à la fin de la leçon", told)


def situation(paths: Iterable[str], folder: str, identifier: str, title: str) -> Skeleton:
    """Returns the skeleton of a lesson told as a case, with two choices, twice."""
    scenes = "\n".join(_scene(number, title) for number, title in ((1, "Ce qui suit le premier choix"), (2, "Ce qui suit l'autre choix")))
    told = f"""Une situation de terrain : quelqu'un, quelque part, doit répondre.

> [!CHOIX] Que faites-vous ?
> - [Ce que l'on peut faire](#scene-1)
> - [Ce que l'on peut faire d'autre](#scene-2)

{scenes}
## À retenir

- Une phrase qui vaut quel que soit le chemin.
"""
    return _taught(paths, folder, identifier, title, 10, "Ce que l'on sait mieux faire après avoir essayé", told)


def _taught(paths: Iterable[str], folder: str, identifier: str, title: str, minutes: int, objective: str, told: str) -> Skeleton:
    _refuse_bad_id(identifier)
    text = f"""---
id : {identifier}
titre : {title}
durée : {minutes}
objectifs :
- O1 : {objective} → M1
achèvement : lu
---

{told}
## Sur mon territoire

- Une question que le lecteur se pose sur son propre territoire.
"""
    return Skeleton(identifier, _next(paths, folder, identifier), text, f"Ajoutez « - {identifier} » à « leçons », dans {folder}/module.md.")


def _scene(number: int, title: str) -> str:
    return f"""## {title} {{#scene-{number}}}

Ce qui arrive, ce que l'on y gagne, ce que cela coûte.

> [!CHOIX] Et maintenant ?
> - [Un choix](#scene-{number}-a)
> - [L'autre](#scene-{number}-b)

### Une fin {{#scene-{number}-a}}

Ce que cela rapporte, ce que cela coûte.

### Une autre fin {{#scene-{number}-b}}

Ce que cela rapporte, ce que cela coûte.
"""


def _next(paths: Iterable[str], folder: str, identifier: str) -> str:
    numbers = [int(found[1]) for path in paths if path.startswith(f"{folder}/") and (found := _NUMBER.match(path))]
    return f"{folder}/{max(numbers, default=0) + 1:02}-{identifier}.md"


def tool(paths: Iterable[str], identifier: str, title: str) -> Skeleton:
    """The next tool of the toolbox; its identifier names its files."""
    _refuse_bad_id(identifier)
    text = f"""---
id : {identifier}
titre : {title}
usage : À quoi il sert, en une phrase.
moment : Quand on en a besoin.
forme : texte
---

Comment s'en servir, en quelques lignes : seule la page de l'outil les montre.

## Un premier titre

Un texte que tous gardent, et [[ce qu'il faut écrire => ce qu'écrit l'exemple]].

| Une colonne | Une autre |
|---|---|
| [[ce que l'on met dans cette case => un exemple]] | [[=> un autre exemple]] |
"""
    return Skeleton(identifier, _next(paths, TOOLS, identifier), text, f"Citez-le dans une leçon : [{title}]({identifier}).")


def survey(identifier: str, title: str) -> Skeleton:
    _refuse_bad_id(identifier)
    text = f"""---
id : {identifier}
titre : {title}
moment : à chaud
après : module
---

Pourquoi on le demande, et ce que l'on fera des réponses.

## Ce module m'a été utile {{#utile}}

Échelle : accord

## Qu'est-ce qui manque ? {{#manque}}

Réponse libre
"""
    return Skeleton(identifier, f"{SURVEYS}/{identifier}.md", text, "Elle sera proposée dès sa publication.")


def quiz(home_id: str, identifier: str, title: str, of_module: bool = False) -> Skeleton:
    """Returns the skeleton of the quiz of a lesson, or of the final quiz of a module."""
    _refuse_bad_id(identifier)
    home, objective, taught, cited = ("module", "M1", "", "du module") if of_module else ("leçon", "O1", f"Leçon : {home_id}\n", "de la leçon")
    text = f"""---
id : {identifier}
titre : {title}
{home} : {home_id}
seuil : 70 %
correction : après envoi
---

Une phrase d'introduction.

## La première question ? {{#{identifier[:50]}-q1}}

- [x] La bonne réponse
- [ ] Une réponse fausse
  > Pourquoi elle est fausse.
- [ ] Une autre réponse fausse
  > Pourquoi elle est fausse.

> L'explication, montrée à tous avec la correction.

Objectif : {objective}
{taught}Niveau : 1
"""
    return Skeleton(identifier, f"quizzes/{identifier}.md", text, f"Ajoutez « quiz : {identifier} » à l’en-tête {cited} {home_id}.")


def _refuse_bad_id(identifier: str) -> None:
    if not is_id(identifier):
        raise NotMade(f"Identifiant mal formé : « {identifier} ». De 3 à 60 lettres minuscules sans accent, chiffres ou tirets.")


def folder_of(files: CourseFiles, module_id: str) -> str:
    """`modules/<folder>` of a module on the disk. Raises NotMade."""
    for file in files.documents:
        if file.path.endswith("/module.md") and file.text is not None:
            document = read_document(file.path, file.text).document
            if isinstance(document, Module) and document.id == module_id:
                return file.path.removesuffix("/module.md")
    raise NotMade(f"Aucun module n’a l’identifiant « {module_id} ».")
