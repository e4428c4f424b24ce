"""E70: what a text keeps of the model from which it began."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.content.problems.catalogue import problem
from app.content.values.model_texts import SENTENCES
from app.content.values.text import Problem
from app.french import short

_SIGNS = re.compile(
    r"[\s>]*(?:#+\s+|[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?(?:(?:[OM]\d+|Réponse|Modèle|Explication|titre|usage|moment)\s*:\s*)?(.*?)(?:\s*→\s*M\d+)?(?:\s*\{#[^{}]*\})?\s*"
)


def untouched(path: str, text: str) -> Iterator[Problem]:
    """Each line of a normalised text that is that of a model, in the order of the file."""
    plain = text.replace("’", "'")
    kept = {sentence for sentence in SENTENCES if sentence in plain}
    if not kept:
        return
    for number, line in enumerate(plain.split("\n"), 1):
        found = _SIGNS.fullmatch(line)
        if found and found[1] in kept:
            yield problem(path, number, "E70", f"« {short(found[1], 60)} » est le texte du modèle.", "Remplacez-le par le vôtre, ou effacez la ligne.")
