"""What a change of the site's settings changed, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from app.platform.french import short
from app.platform.site.rules import PARIS, REGIONS, SOFTWARE, ZONES, Site

LABELS: Mapping[str, str] = {
    "name": "Nom du site",
    "short_name": "Nom court",
    "tagline": "Ce que c’est",
    "publisher": "Éditeur",
    "host": "Hébergeur",
    "director": "Responsable de la publication",
    "contact": "Contact",
    "legal": "Autres mentions légales",
    "accessibility": "Accessibilité : qui répond",
    "time_zone": "Heure",
    "region": "Jours fériés",
    "days_off": "Autres jours sans envoi",
    "answer_days": "Réponse promise (jours ouvrés)",
    "colours": "Couleurs des lignes",
    "logo": "Logo",
}
DEFAULTS = {"name": SOFTWARE, "short_name": SOFTWARE, "time_zone": ZONES[PARIS], "region": REGIONS[""], "answer_days": str(Site().answer_days)}
"""What stands where nothing was chosen."""
LONGEST = 160
"""Signs of a value in the history."""


class Change(Struct, frozen=True):
    label: str
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Of two stored settings, in the order of the form."""
    for key, label in LABELS.items():
        if before.get(key) != after.get(key):
            yield Change(label, words(key, before.get(key)), words(key, after.get(key)))


def words(key: str, value: Any) -> str:
    if not value:
        return DEFAULTS.get(key, "rien")
    if key == "colours":
        return ", ".join(f"{line} : {light} et {dark}" for line, (light, dark) in value.items())
    if key == "days_off":
        return ", ".join(value)
    if key == "logo":
        return "une image"
    return short({"time_zone": ZONES, "region": REGIONS}.get(key, {}).get(value, str(value)), LONGEST)
