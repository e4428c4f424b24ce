"""How a reader wants pages to look, and to answer the keyboard: size, spacing, light or dark, shortcut. This browser keeps it in a cookie, which every page is made by."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, after_this_request, current_app, request
from msgspec import Struct
from msgspec.structs import astuple

COOKIE = "croisee-affichage"
LASTS = timedelta(days=365)
STORED_LENGTH = 40
"""Characters of the longest `Display.stored`, and more."""

CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "size": ("Taille du texte", {"100": "100 %", "112": "112 %", "125": "125 %", "150": "150 %"}),
    "spacing": ("Espacement", {"normal": "Ordinaire", "ample": "Ample : plus d’espace entre les lettres, les mots, les lignes et les paragraphes"}),
    "scheme": ("Couleurs", {"system": "Comme l’appareil", "light": "Claires", "dark": "Sombres"}),
    "shortcut": ("Raccourci clavier", {"slash": "La touche / mène au champ « Trouver »", "none": "Aucun raccourci d’une seule touche"}),
}
"""Field of `Display` → its legend, and value → what it is called. The first value is what a page looks like unless somebody chose."""

THEME = ("#fcfcfa", "#12161d")
"""What a browser paints around the page, by day and by night: `--paper` in css/tokens.css."""


class Display(Struct, frozen=True):
    size: str = "100"
    spacing: str = "normal"
    scheme: str = "system"
    shortcut: str = "slash"

    @property
    def values(self) -> tuple[str, ...]:
        return astuple(self)

    @property
    def cookie_value(self) -> str:
        """Returns the choices as a cookie and an account store them: « 125.ample.dark.slash »."""
        return ".".join(self.values)

    @property
    def unusual_choices(self) -> dict[str, str]:
        """Field → value, of what is not as usual: the attributes of `<html>` by which css/display.css and js/search/find.js go."""
        return {name: value for name, value, usual in zip(CHOICES, self.values, USUAL.values, strict=True) if value != usual}

    @property
    def words(self) -> str:
        return ", ".join(names[value].partition(" :")[0].lower() for value, (_, names) in zip(self.values, CHOICES.values(), strict=True))

    @property
    def themes(self) -> tuple[tuple[str, str], ...]:
        """(colour, media query or nothing) of `<meta name="theme-color">`."""
        if self.scheme == "system":
            return tuple(zip(THEME, ("(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"), strict=True))
        return ((THEME[self.scheme == "dark"], ""),)


USUAL = Display()


def read_display(stored: str) -> Display:
    """What was stored, each value known by its name; one that is not known is as usual."""
    return Display(**{name: value for value in stored.split(".") for name, (_, names) in CHOICES.items() if value in names})


def words(stored: str) -> str:
    """« 125 %, ample, sombres, aucun raccourci d’une seule touche »."""
    return read_display(stored).words


def here() -> Display:
    """Returns the display choices of the browser that sent this request."""
    return read_display(request.cookies.get(COOKIE, ""))


def keep(display: Display) -> None:
    """The answer to this request tells the browser: nothing but the choice, and nothing at all where all is as usual."""

    @after_this_request
    def give(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        if display == USUAL:
            response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=secure)
        else:
            response.set_cookie(COOKIE, display.cookie_value, max_age=LASTS, httponly=True, samesite="Lax", secure=secure)
        return response


def init_app(app: Flask) -> None:
    app.jinja_env.globals["display"] = here
