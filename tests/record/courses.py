"""Small courses as the Markdown that trainers write: each builder gives (path, text), with one obvious default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

Text = tuple[str, str]
"""(path, text) of a course file."""


def lesson(
    id: str, *, module: str = "mod-un", quiz: str = "", title: str = "", optional: bool = False, body: str = "", minutes: int = 10, public: bool = False,
    criterion: str = "lu", instead: str = "",
) -> Text:  # fmt: skip
    head = [f"id : {id}", f"titre : {title or f'Leçon {id}'}", f"durée : {minutes}", "objectifs :", f"- O1 : Savoir {id} → M1"]
    head += (
        [f"quiz : {quiz}"] * bool(quiz)
        + [f"achèvement : {criterion}"]
        + [f"équivalent : {instead}"] * bool(instead)
        + ["facultatif : oui"] * optional
        + ["public : oui"] * public
    )
    text = body or f"Un paragraphe de {id}.\n\n## Première partie {{#debut}}\n\nDes faits.\n\n## Seconde partie {{#fin}}\n\nD'autres faits."
    return f"modules/{module}/{id}.md", _file(head, f"{text}\n\n## À retenir\n\n- L'essentiel de {id}.")


def module(id: str, lessons: Iterable[str], *, quiz: str = "", title: str = "", history: str = "croisement") -> Text:
    head = [f"id : {id}", f"titre : {title or f'Module {id}'}", f"histoire : {history}", "objectifs :", f"- M1 : Comprendre {id}", "leçons :"]
    head += [f"- {lesson}" for lesson in lessons] + [f"quiz : {quiz}"] * bool(quiz)
    return f"modules/{id}/module.md", _file(head, f"Présentation du module {id}.")


def path(modules: Sequence[str], *, id: str = "acculturation", required: Sequence[str] = (), title: str = "Le parcours", validity: str = "") -> Text:
    lines = [f"## {title} {{#{id}}}", "", f"modules : {', '.join(modules)}"]
    lines += [f"requis : {', '.join(required or modules)}", "attestation : oui", "défaut : oui"] + [f"validité : {validity}"] * bool(validity)
    return "modules/parcours.md", "\n".join(lines) + "\n"


def quiz(id: str, *, lesson: str = "", module: str = "", count: int = 2, criterion: str = "réussi", questions: str = "", **head: object) -> Text:
    """`count` questions of two options, unless `questions` gives them. Other keys go to the head as they are."""
    lines = [f"id : {id}", f"titre : Quiz {id}", f"leçon : {lesson}" if lesson else f"module : {module}", f"achèvement : {criterion}"]
    lines += [f"{key} : {value}" for key, value in head.items()]
    made = "\n\n".join(f"## Question {id} {number} ? {{#{id}-{number}}}\n\n- [x] Juste {number}\n- [ ] Fausse {number}" for number in range(1, count + 1))
    return f"quizzes/{id}.md", _file(lines, questions or made)


def _file(head: Iterable[str], body: str) -> str:
    return "---\n" + "\n".join(head) + f"\n---\n\n{body}\n"


def small() -> tuple[Text, ...]:
    """Module « mod-un »: two lessons, the first with a quiz; module « mod-deux »: one lesson and a final quiz. Both on the path: six elements."""
    return (
        module("mod-un", ["un-a", "un-b"]),
        lesson("un-a", quiz="un-a-quiz"),
        quiz("un-a-quiz", lesson="un-a"),
        lesson("un-b"),
        module("mod-deux", ["deux-a"], quiz="deux-final"),
        lesson("deux-a", module="mod-deux", quiz="deux-a-quiz"),
        quiz("deux-a-quiz", lesson="deux-a"),
        quiz("deux-final", module="mod-deux"),
        path(["mod-un", "mod-deux"]),
    )


def written(folder: Path) -> Path:
    """The files of the small course."""
    for path, text in small():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


SMALL = ("un-a", "un-a-quiz", "un-b", "deux-a", "deux-a-quiz", "deux-final")
"""The elements of the small course, in order."""


def rewritten(text: Text) -> Text:
    """The same document, most of its sentences changed."""
    path, body = text
    other = "Entièrement récrit, phrase après phrase, du début à la fin. " * 3
    return path, body.replace("Des faits.", other).replace("D'autres faits.", other)


EIGHT = """
## Qui représente l'État dans le département ? {#signataire}

- [ ] Le maire
  > Il représente la commune.
- [x] Le préfet
- [ ] Le recteur

> Explication réservée à la correction.

## Qui forme la troïka ? {#troika}

- [x] Le préfet
- [x] Le recteur
- [x] Le maire
- [ ] Le président de région

## Un quartier prioritaire peut s'étendre sur deux communes. {#deux-communes}

- [x] Vrai
- [ ] Faux

## Comment s'appelle le contrat de la politique de la ville ? {#contrat}

Réponse : contrat de ville

## En quelle année la loi Lamy a-t-elle été votée ? {#lamy}

Réponse : 2014

## Associez chaque personne à son institution. {#institutions}

- Préfet => État
- Recteur => Éducation nationale
- Maire => Commune

## Remettez dans l'ordre les étapes d'un projet. {#etapes}

1. Diagnostic
2. Objectifs
3. Actions
4. Évaluation

## Complétez la phrase. {#phrase}

Le [[projet éducatif territorial | PEDT]] concerne les temps [[(périscolaires) | scolaires]].
"""
"""A question of each of the eight types."""


COVER = (
    "modules/cours.md",
    _file(
        ["titre : cours des cités éducatives", "pour : les équipes des cités", "accroche : Trois histoires se croisent"],
        "Un cours d'essai.\n\n## Politique de la ville\n\nculture : État\n\n## Politiques éducatives locales\n\nculture : collectivité\n\n"
        "## Éducation prioritaire\n\nculture : éducation\n\n## Croisement\n\ndans une phrase : au croisement des trois histoires",
    ),
)
"""The three lines of the demonstration's course."""


def two_paths(only: str = "un-b, deux-a") -> Text:
    short = f"## Le court {{#court}}\n\nmodules : mod-deux, mod-un\nseulement : {only}\nattestation : oui\ndéfaut : oui\n"
    return "modules/parcours.md", f"{short}\n## Le tout {{#acculturation}}\n\nmodules : mod-un, mod-deux\nattestation : oui\n"
