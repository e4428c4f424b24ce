"""The catalogue of Problems: every code that a trainer may meet, with its title and its paragraph of the trainers' guide.

`Exx` stops publication, `Axx` is advice. The codes themselves stand by subject in `problems.course`, `problems.quiz` and `problems.writing`;
docs/formateurs/problemes.md is written from here (`python -m app.content.problems.catalogue`), and a test compares them.
"""

from __future__ import annotations

import sys

from app.content.problems.course import COURSE_RULES
from app.content.problems.quiz import QUIZ_RULES
from app.content.problems.rule import Rule
from app.content.problems.writing import WRITING_RULES
from app.content.values.text import Problem

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
