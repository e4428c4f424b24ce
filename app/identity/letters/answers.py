"""What somebody may answer to a letter of the site in one of its words, and who can help with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "temps": "Je n’ai pas le temps en ce moment",
        "acces": "Je n’arrive pas à me connecter",
        "acquis": "Je connais déjà ces sujets",
        "poste": "Je ne suis plus sur ce poste",
        "concerne": "Je ne suis pas concerné(e)",
        "autre": "Autre chose me retient",
    }
)
"""Code of the link → the words."""

ENDING = frozenset({"poste", "concerne"})
"""Whoever says so is not written to again."""

HELPED = frozenset({"acces", "poste", "concerne"})
"""What somebody can do something about: given to whoever administers, with the name, as the person was told. The rest is told in totals alone."""
NEAR = frozenset({"poste", "concerne"})
"""Of these, what a responsable of the person's territory can settle too."""
