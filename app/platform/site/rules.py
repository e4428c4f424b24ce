"""The site as one value, and what may be written of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from app.platform.colours import Colour
from app.platform.french import capital

SOFTWARE = "Croisée"
"""The software's own name, and that of a site which gives itself none."""
PARIS = "Europe/Paris"
ZONES = {
    PARIS: "Paris",
    "America/Guadeloupe": "Guadeloupe",
    "America/Martinique": "Martinique",
    "America/Cayenne": "Guyane",
    "Indian/Reunion": "La Réunion",
    "Indian/Mayotte": "Mayotte",
    "America/Miquelon": "Saint-Pierre-et-Miquelon",
    "Pacific/Noumea": "Nouvelle-Calédonie",
    "Pacific/Tahiti": "Polynésie française",
}
REGIONS = {
    "": "France métropolitaine",
    "57": "Alsace et Moselle",
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
}
"""Whose public holidays are kept: codes of the `holidays` library → words."""
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class Site(Struct, frozen=True):
    """Every field is text that an administrator typed, or what stands for it where nothing was typed."""

    name: str = SOFTWARE
    short_name: str = SOFTWARE
    tagline: str = ""
    """What it is, after its name; empty: the title of its course."""
    publisher: str = ""
    host: str = ""
    director: str = ""
    """Of the publication (loi n° 2004-575, article 1-1)."""
    contact: str = ""
    legal: str = ""
    """More legal notices: Markdown."""
    accessibility: str = ""
    """Who answers for accessibility, and where to write: Markdown."""
    time_zone: str = PARIS
    region: str = ""
    """Whose public holidays are kept."""
    days_off: tuple[date, ...] = ()
    """Other days on which nothing is sent."""
    answer_days: int = 5
    """Worked days within which trainers promise to answer a question."""
    colours: Mapping[str, Colour] = field(default_factory=dict)
    """Line id → the site's own."""
    logo: str = ""
    """Name of an image under `instance/media`; empty: the sign of the software."""
    version: int = 0

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def described(self, course: str) -> str:
        """What it is, in a line that begins a sentence. `course`: the title of its course."""
        return capital(self.tagline or course)

    @property
    def renamed(self) -> bool:
        """It has a name of its own, and says so where the software's sign stands."""
        return self.name != SOFTWARE


TEXTS = ("name", "short_name", "tagline", "publisher", "host", "director", "contact", "legal", "accessibility", "time_zone", "region", "logo")


def stored(site: Site) -> dict[str, Any]:
    """As JSON holds it: only what differs from a site that was told nothing."""
    plain, default = {name: getattr(site, name) for name in TEXTS}, Site()
    found: dict[str, Any] = {name: value for name, value in plain.items() if value != getattr(default, name)}
    if site.days_off:
        found["days_off"] = [day.isoformat() for day in site.days_off]
    if site.answer_days != default.answer_days:
        found["answer_days"] = site.answer_days
    if site.colours:
        found["colours"] = {line: [colour.light, colour.dark] for line, colour in sorted(site.colours.items())}
    return found


def restored(values: Mapping[str, Any], version: int) -> Site:
    """What `stored` gave. A key that this version does not know is left aside."""
    texts = {name: value for name, value in values.items() if name in TEXTS}
    days = tuple(date.fromisoformat(day) for day in values.get("days_off", ()))
    colours = {line: Colour(*pair) for line, pair in values.get("colours", {}).items()}
    numbers = {name: value for name, value in values.items() if name == "answer_days"}
    return Site(**texts, **numbers, days_off=days, colours=colours, version=version)


def read_days(written: str) -> tuple[tuple[date, ...], str]:
    """(days, a sentence on the first line that is none). One day a line, « 02/01/2027 »."""
    days: list[date] = []
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip():
            continue
        found = _DAY.fullmatch(line.strip())
        try:
            days.append(date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(line.strip()))
        except ValueError:
            return (), f"Ligne {number} : « {line.strip()[:40]} » n’est pas une date. Écrivez un jour par ligne, par exemple 02/01/2027."
    return tuple(sorted(set(days))), ""
