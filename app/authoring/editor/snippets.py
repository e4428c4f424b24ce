"""What the toolbar inserts, for those who forget the syntax: words set apart, blocks, call-outs, figures, lenses, the types of question. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from app.assessment.kinds.registry import MODELS
from app.content.text.callouts import CALLOUTS
from app.content.values.text import DocumentKind

_NOTE = re.compile(r"\[\^n(\d+)\]")


class Snippet(Struct, frozen=True):
    """`before` and `after` surround what is selected, or `sample` where nothing is; a `block` stands on lines of its own."""

    key: str
    label: str
    group: str
    before: str
    sample: str = ""
    after: str = ""
    block: bool = False
    only: DocumentKind | None = None
    """The one kind of file where it has a meaning; None where it has one in any text."""
    feature: str = ""
    """The one that it serves."""

    @property
    def text(self) -> str:
        return f"{self.before}{self.sample}{self.after}"


def _block(key: str, label: str, group: str, text: str, only: DocumentKind | None = None) -> Snippet:
    return Snippet(key, label, group, text, block=True, only=only)


WORDS, BLOCKS, BOXED, FIGURES, LENSES, QUESTIONS = "Mots", "Blocs", "Encadrés", "Figures", "Points de vue et fin de leçon", "Questions"

SNIPPETS: tuple[Snippet, ...] = (
    Snippet("gras", "Gras", WORDS, "**", "mots en gras", "**"),
    Snippet("italique", "Italique", WORDS, "*", "mots en italique", "*"),
    Snippet("lien", "Lien", WORDS, "[", "texte du lien", "](https://)"),
    Snippet("note", "Note et source", WORDS, "[^n1]"),
    _block(
        "source",
        "Source",
        WORDS,
        "[^nom-court]: Titre, éditeur, date, <https://example.org/page> (catégorie : page officielle ; lu : original ; vérifié : 2026-11)",
        only=DocumentKind.SOURCES,
    ),
    _block("titre", "Titre", BLOCKS, "## Un titre"),
    _block("sous-titre", "Sous-titre", BLOCKS, "### Un sous-titre"),
    _block("liste", "Liste", BLOCKS, "- Premier point\n- Deuxième point"),
    _block("liste-numerotee", "Liste numérotée", BLOCKS, "1. D'abord\n2. Ensuite\n3. Enfin"),
    _block("tableau", "Tableau", BLOCKS, "| Qui | Fait quoi |\n| --- | --- |\n| Le préfet | Il signe |\n| Le maire | Il pilote |"),
    _block("citation", "Citation", BLOCKS, "> Ce qui a été dit, mot pour mot."),
    *(_block(f"encadre-{each.mark.lower()}", each.title, BOXED, f"> [!{each.mark}]\n> {each.model}") for each in CALLOUTS.values() if each.model),
    _block(
        "encadre-question",
        "Question dans la leçon",
        BOXED,
        "> [!QUESTION]\n> Que vient-on de lire ?\n>\n> - [x] La bonne réponse\n> - [ ] Une réponse plausible\n> - [ ] Une autre réponse plausible"
        "\n>\n> Explication : Ce qui est lu dès qu'on a répondu.",
        only=DocumentKind.LESSON,
    ),
    _block("chronologie", "Chronologie", FIGURES, "```chronologie\ntitre : Les dates qui comptent\n1981 : Premier fait\n1996 : Deuxième fait\n```"),
    _block("barres", "Barres", FIGURES, "```barres\ntitre : Ce que l'on compare\nunité : %\nPremier élément : 12,5\nSecond élément : 30\n```"),
    _block("parts", "Barres partagées", FIGURES, "```parts\ntitre : Qui paie quoi\nunité : %\nparts : État ; Ville\n2023 : 60 ; 40\n2024 : 55 ; 45\n```"),
    _block("arbre", "Arbre", FIGURES, "```arbre\ntitre : Qui dépend de qui\n- Recteur : dirige l'académie\n  - DASEN : le représente dans le département\n```"),
    _block(
        "etapes",
        "Étapes",
        FIGURES,
        "```étapes\ntitre : Ce qui se passe, dans l'ordre\nL'association : dépose son dossier\nLe service : vérifie les pièces\nsinon : le dossier revient\n```",
    ),
    _block(
        "avant-apres",
        "Avant et après",
        FIGURES,
        "```avant-après\ntitre : Ce qui a changé\nLe critère : plusieurs indices => un seul, le revenu\nLe nom : ZUS => QPV\n```",
    ),
    _block(
        "carte",
        "Carte schématique",
        FIGURES,
        "```carte\ntitre : Où sont les lieux\nB1 Collège Camus : dans le quartier\nA2 École Prévert : hors du quartier\n```",
    ),
    _block(
        "lignes",
        "Lignes côte à côte",
        FIGURES,
        "```lignes\ntitre : Deux histoires, aux mêmes dates\nlignes : La ville ; L'école\n1998 : un contrat ; un réseau\ncroisement : les deux textes se citent"
        "\nécart : les comités restent séparés\n2014 : une loi ; une carte\n```",
    ),
    _block("image", "Image du module", FIGURES, '![Ce que montre l\'image, pour qui ne la voit pas](images/nom.png "La légende, lue par tous"){moyenne}'),
    Snippet(
        "formule",
        "Formule",
        FIGURES,
        "$$\n\\text{taux} = \\frac{\\text{élèves concernés}}{\\text{tous les élèves}}\n$$",
        block=True,
        feature="formulas",
    ),
    _block(
        "points-de-vue",
        "Les trois points de vue",
        LENSES,
        "### Vu de la collectivité\n\nCe que cela change pour la ville.\n\n### Vu de l'Éducation nationale\n\nCe que cela change pour l'école."
        "\n\n### Vu de l'État\n\nCe que cela change pour la préfecture.",
    ),
    _block("a-retenir", "À retenir", LENSES, "## À retenir\n\n- Une phrase que l'on emporte."),
    _block("sur-mon-territoire", "Sur mon territoire", LENSES, "## Sur mon territoire\n\n- Une question que le lecteur se pose sur son propre territoire."),
    *(_block(model.key, model.label, QUESTIONS, model.text, only=DocumentKind.QUIZ) for model in MODELS),
    _block(
        "situation", "Situation, avec ses questions", QUESTIONS, "# Situation : le titre du cas\n\nLe cas, raconté en quelques lignes.", only=DocumentKind.QUIZ
    ),
)
BY_KEY = {snippet.key: snippet for snippet in SNIPPETS}


def snippets_for(kind: DocumentKind) -> tuple[Snippet, ...]:
    """Returns the snippets that make sense in a kind of file: questions in a quiz, lenses and titles in a lesson."""
    meant = tuple(snippet for snippet in SNIPPETS if snippet.only in (None, kind))
    if kind is DocumentKind.QUIZ:
        return tuple(snippet for snippet in meant if snippet.group != LENSES and not snippet.key.endswith("titre"))
    return meant


def groups(snippets: Iterable[Snippet]) -> tuple[tuple[str, tuple[Snippet, ...]], ...]:
    """Group → its snippets, both in their order."""
    found: dict[str, list[Snippet]] = {}
    for snippet in snippets:
        found.setdefault(snippet.group, []).append(snippet)
    return tuple((name, tuple(those)) for name, those in found.items())


def insert_snippet(text: str, snippet: Snippet, line: int | None) -> str:
    """The text with a snippet after a line, or at its end. Words are added to the line, a block stands between empty lines.

    A note takes the first free number, and its definition is added at the end of the file, to be completed.
    """
    lines = text.rstrip("\n").split("\n")
    place = len(lines) if line is None or not 1 <= line <= len(lines) else line
    if snippet.key == "note":
        label = next_note(text)
        return "\n".join([*lines[: place - 1], f"{lines[place - 1]}[^{label}]", *lines[place:], *_definition(lines, label)]) + "\n"
    if not snippet.block:
        joined = f"{lines[place - 1].rstrip()} {snippet.text}".lstrip()
        return "\n".join([*lines[: place - 1], joined, *lines[place:]]) + "\n"
    before = [""] if lines[place - 1].strip() else []
    after = [""] if lines[place:] and lines[place].strip() else []
    return "\n".join([*lines[:place], *before, snippet.text, *after, *lines[place:]]) + "\n"


def next_note(text: str) -> str:
    return f"n{max((int(found) for found in _NOTE.findall(text)), default=0) + 1}"


def _definition(lines: list[str], label: str) -> list[str]:
    """Notes stand together at the end."""
    return [*([] if lines[-1].startswith("[^") else [""]), f"[^{label}]: Source à écrire : titre, éditeur, date"]
