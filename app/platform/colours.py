"""Colours: those of the lines, by day and by night, and whether they can be read (contrasts of WCAG 2.2, 1.4.3). Pure."""

from __future__ import annotations

import re

from msgspec import Struct

TEXT = 4.5
"""The least contrast of a text with its ground."""
GROUNDS = {"light": ("#fcfcfa", "#f2f3ef", "#ffffff"), "dark": ("#12161d", "#1a202a", "#0c1016")}
"""Paper, surface and raised of css/tokens.css, which a test compares with these."""
ON_LINE = {"light": "#ffffff", "dark": "#12161d"}
SCHEMES = {"light": "en clair", "dark": "en sombre"}
WASH = {"light": 0.1, "dark": 0.12}
"""How much of a line's colour is in its ground."""

_HEX = re.compile(r"#[0-9a-f]{6}")


class Colour(Struct, frozen=True):
    """What a line is drawn in, by day and by night, and its grounds."""

    light: str
    dark: str
    light_tint: str = ""
    dark_tint: str = ""

    def tint(self, scheme: str) -> str:
        """Returns the background of a colour: the one chosen with it, or a wash of it."""
        front, chosen = (self.light, self.light_tint) if scheme == "light" else (self.dark, self.dark_tint)
        return chosen or mix_colours(front, GROUNDS[scheme][0], WASH[scheme])


PALETTE = (
    Colour("#a63d17", "#f0966f", "#faeee8", "#2c1d17"),
    Colour("#0b6660", "#5fc4b9", "#e4f2f0", "#13272a"),
    Colour("#5b37a0", "#b8a1f3", "#f0ebf9", "#231f36"),
    Colour("#1b5588", "#84bde9", "#e7f0f8", "#15242f"),
    Colour("#7a4a00", "#e0b15c", "#f9f0df", "#2a2212"),
)
"""Of the first line, the second…, where the course and the site choose none."""


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, 0 to 1 (WCAG 2.2, definition)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix_colours(front: str, ground: str, share: float) -> str:
    pairs = ((int(front[place : place + 2], 16), int(ground[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def read_colour(written: str) -> str:
    """« #a63d17 », in lower case; empty for what is no colour."""
    found = written.strip().lower()
    return found if _HEX.fullmatch(found) else ""


def refusal(colour: Colour) -> str:
    """Why a line may not be drawn so, in a sentence; empty where it reads on every ground of both schemes."""
    for scheme, words in SCHEMES.items():
        front = colour.light if scheme == "light" else colour.dark
        found = min(contrast(front, ground) for ground in (*GROUNDS[scheme], colour.tint(scheme), ON_LINE[scheme]))
        if found < TEXT:
            advice = "plus foncée" if scheme == "light" else "plus claire"
            shown = f"{int(found * 100) / 100:.2f}".replace(".", ",")
            return f"La couleur {front} ne se lit pas {words} : contraste {shown}, il faut au moins 4,5. Choisissez-la {advice}."
    return ""
