"""The titles that a lesson's layout knows: the three lenses, and the two sections that close it. What nearly is one is told."""

from __future__ import annotations

import re

from app.content.text.markdown import slug, split_anchor

LENSES = {"vu-de-la-collectivite": "collectivite", "vu-de-l-education-nationale": "education", "vu-de-l-etat": "etat"}
"""Slug of a `###` title → the side whose view it gives."""
SECTIONS = {"a-retenir": "takeaways", "sur-mon-territoire": "territory"}
"""Slug of a `##` title → the class of its section."""
_SPELT = {
    "vu-de-la-collectivite": "Vu de la collectivité",
    "vu-de-l-education-nationale": "Vu de l'Éducation nationale",
    "vu-de-l-etat": "Vu de l'État",
    "a-retenir": "À retenir",
    "sur-mon-territoire": "Sur mon territoire",
}
_APOSTROPHES = str.maketrans("’ʼ‘´`", "'''''")
_NEARLY = re.compile(r"(?:le )?(?:point de )?vue?s?-(?:de|du|par|cote|depuis)(?:-la|-le|-l)?-(\w+)".replace(" ", "-"))
_SIDES = (("collectiv", "ville", "commun", "mairie", "municipa"), ("educ", "ecole", "rectorat", "academ"), ("etat", "prefe"))


def title_slug(title: str) -> str:
    """The slug by which a title is one that the layout may know, whatever its apostrophe: macOS and Word write `Vu de l’État`."""
    return slug(split_anchor(title)[0].translate(_APOSTROPHES))


def clean_title_line(title: str, level: int) -> str:
    """The clean line of a title that is nearly one of those; empty where it is one, or nothing like it."""
    written = title_slug(title)
    if written in LENSES:
        return f"### {_SPELT[written]}" if level != 3 else ""
    if written in SECTIONS:
        return f"## {_SPELT[written]}" if level != 2 else ""
    found = _NEARLY.match(written)
    side = next((lens for lens, words in zip(LENSES, _SIDES, strict=True) if found and found[1].startswith(words)), "")
    return f"### {_SPELT[side]}" if side else ""


def placing_hint(title: str, level: int) -> str:
    """What to do with a title whose level should be `level`: a lens keeps its own."""
    return "Placez avant lui un titre ## : ce point de vue reste en ###." if title_slug(title) in LENSES else f"Écrivez « {'#' * level} {title} »."
