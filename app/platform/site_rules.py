"""The site as one value: each of its settings is said once, here, for the form, the storage and the history. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from app.features import ALL, FEATURES
from app.platform.colours import Colour
from app.platform.french import capital, short

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
LONGEST = 160
"""Characters of a value in the history."""

# --- Kinds of settings -----------------------------------------------------------------------------------------------


class SiteSetting(Struct, frozen=True, kw_only=True):
    """All that is said of a setting beside its name, its type and its default: what form, storage and history ask."""

    title: str
    help: str = ""
    group: str = ""
    """The heading under which the form of the site shows it; empty: it is chosen elsewhere."""
    briefly: str = ""
    """Its title in the history, where that of the form says less alone."""
    feature: str = ""
    """The one that it serves: off, it is not asked."""

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, value: Any) -> Any:
        return value

    def to_field(self, value: Any) -> Any:
        """What the field of the form holds."""
        return value

    def from_field(self, typed: Any, before: Any) -> Any:
        """Of what was typed and found right. `before`: what was set."""
        return typed or ""

    def in_words(self, value: Any) -> str:
        """For the history. `value`: as JSON holds it, or the default."""
        return short(str(value), LONGEST) if value else "rien"


class Line(SiteSetting, frozen=True, kw_only=True):
    most: int = 200
    """Characters."""
    needed: str = ""
    """What is said where it is empty; empty: it may be."""


class Text(SiteSetting, frozen=True, kw_only=True):
    """Several lines of Markdown."""

    most: int = 20_000
    rows: int


class Choice(SiteSetting, frozen=True, kw_only=True):
    choices: Mapping[str, str]
    """What is stored → words."""

    def in_words(self, value: Any) -> str:
        return self.choices.get(value, str(value))


class Number(SiteSetting, frozen=True, kw_only=True):
    least: int
    most: int
    needed: str

    def from_field(self, typed: Any, before: Any) -> Any:
        return typed or before


class Days(SiteSetting, frozen=True, kw_only=True):
    most: int = 2_000
    rows: int

    def to_json(self, value: tuple[date, ...]) -> list[str]:
        return [day.isoformat() for day in value]

    def from_json(self, value: list[str]) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in value)

    def to_field(self, value: tuple[date, ...]) -> str:
        return "\n".join(f"{day:%d/%m/%Y}" for day in value)

    def from_field(self, typed: Any, before: Any) -> tuple[date, ...]:
        return read_days(typed or "")[0]

    def in_words(self, value: Any) -> str:
        return ", ".join(value) or "rien"


class LineColours(SiteSetting, frozen=True, kw_only=True):
    """Line id → the site's own colour: a field for each line of the course."""

    def to_json(self, value: Mapping[str, Colour]) -> dict[str, list[str]]:
        return {line: [colour.light, colour.dark] for line, colour in sorted(value.items())}

    def from_json(self, value: Mapping[str, list[str]]) -> dict[str, Colour]:
        return {line: Colour(*pair) for line, pair in value.items()}

    def in_words(self, value: Any) -> str:
        return ", ".join(f"{line} : {light} et {dark}" for line, (light, dark) in value.items()) or "rien"


class Picture(SiteSetting, frozen=True, kw_only=True):
    def in_words(self, value: Any) -> str:
        return "une image" if value else "rien"


class Switches(SiteSetting, frozen=True, kw_only=True):
    """Key of a feature → was it turned on or off? Those that nobody touched are not in it."""

    def in_words(self, value: Any) -> str:
        return ", ".join(f"{one.name} : {'oui' if value[one.key] else 'non'}" for one in FEATURES if one.key in value) or "rien"


# --- The settings ----------------------------------------------------------------------------------------------------

NAMED, ANSWERS, COLOURS, HOURS = "Nom", "Qui en répond", "Couleurs des lignes", "Jours et heures"
"""Headings of the form."""
MOST_DAYS = 30


class Site(Struct, frozen=True):
    """What administrators chose, or what stands for it where they chose nothing. Each line says all of a setting, in the order of the form."""

    name: Annotated[
        str,
        Line(title="Nom du site", help="En tête de chaque page, dans les courriels et sur les attestations.", group=NAMED, most=60, needed="Donnez un nom."),
    ] = SOFTWARE
    short_name: Annotated[
        str, Line(title="Nom court", help="Sous l’icône, sur l’écran d’un téléphone.", group=NAMED, most=20, needed="Donnez un nom court.")
    ] = SOFTWARE
    tagline: Annotated[str, Line(title="Ce que c’est", help="Après le nom, au pied de chaque page. Vide : le titre du cours.", group=NAMED)] = ""
    publisher: Annotated[str, Line(title="Éditeur", help="L’organisme qui répond du site, et qui délivre les attestations.", group=ANSWERS)] = ""
    director: Annotated[str, Line(title="Responsable de la publication", help="Son nom et sa qualité : la loi les demande.", group=ANSWERS)] = ""
    """Loi n° 2004-575, article 1-1."""
    host: Annotated[str, Line(title="Hébergeur", help="Son nom, son adresse et son téléphone.", group=ANSWERS)] = ""
    contact: Annotated[str, Line(title="Contact", help="À qui demander un compte, ou de l’aide : un service, une adresse.", group=ANSWERS)] = ""
    legal: Annotated[
        str,
        Text(title="Autres mentions légales", help="En Markdown, comme une leçon. Ajouté à la page « Mentions légales ».", group=ANSWERS, rows=8),
    ] = ""
    accessibility: Annotated[
        str,
        Text(title="Accessibilité : qui répond", help="En Markdown. Qui publie la déclaration, à qui écrire si une page résiste.", group=ANSWERS, rows=6),
    ] = ""
    colours: Annotated[Mapping[str, Colour], LineColours(title="Couleurs des lignes", group=COLOURS)] = field(default_factory=dict)
    """Line id → the site's own."""
    time_zone: Annotated[str, Choice(title="Heure", help="Celle des dates montrées, des rappels et des échéances.", group=HOURS, choices=ZONES)] = PARIS
    region: Annotated[str, Choice(title="Jours fériés", help="Aucun rappel ne part ces jours-là.", group=HOURS, choices=REGIONS)] = ""
    days_off: Annotated[tuple[date, ...], Days(title="Autres jours sans envoi", help="Un jour par ligne, par exemple 02/01/2027.", group=HOURS, rows=4)] = ()
    answer_days: Annotated[
        int,
        Number(
            title="Réponse promise à une question",
            briefly="Réponse promise (jours ouvrés)",
            help=f"En jours ouvrés, de 1 à {MOST_DAYS} : qui pose une question lit pour quel jour la réponse lui est promise.",
            group=HOURS,
            feature="questions",
            least=1,
            most=MOST_DAYS,
            needed="Donnez un nombre de jours.",
        ),
    ] = 5
    logo: Annotated[str, Picture(title="Logo")] = ""
    """Name of an image under `instance/media`; empty: the logo of the software."""
    features: Annotated[Mapping[str, bool], Switches(title="Ce que propose le site")] = field(default_factory=dict)
    version: int = 0
    on: frozenset[str] = ALL
    """Keys of the features that this site has now, an operator's wish among them: said of the site that pages read (`site.current_site`)."""

    def offers(self, feature: str) -> bool:
        """Does this site have the feature? Empty: what is always there."""
        return not feature or feature in self.on

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def describe(self, course: str) -> str:
        """What it is, in a line that begins a sentence. `course`: the title of its course."""
        return capital(self.tagline or course)

    @property
    def renamed(self) -> bool:
        """Has the site a name of its own, shown in place of the software's logo?"""
        return self.name != SOFTWARE


def _declared_settings() -> dict[str, SiteSetting]:
    hints = get_type_hints(Site, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


SETTINGS = _declared_settings()
"""Name of a field of `Site` → its declaration. A new setting is a line of `Site`, and nothing else."""


def site_as_json(site: Site) -> dict[str, Any]:
    """Converts the site to JSON values: only what differs from the defaults."""
    told = {name: getattr(site, name) for name in SETTINGS}
    return {name: SETTINGS[name].to_json(value) for name, value in told.items() if value != getattr(UNTOLD, name)}


def site_from_json(values: Mapping[str, Any], version: int) -> Site:
    """What `stored` gave. A key that this version does not know is left aside."""
    return Site(**{name: one.from_json(values[name]) for name, one in SETTINGS.items() if name in values}, version=version)


UNTOLD = Site()
"""A site that was told nothing."""


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
