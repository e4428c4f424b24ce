"""The public pages of every footer, the manifest and the logo; and how a reader wants pages displayed."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, Response, after_this_request, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import astuple

from app.platform import hooks
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.storage.places import send
from app.platform.web.assets import YEAR, static_url
from app.platform.web.endpoints import PUBLIC, page

# --- Display: size, spacing, light or dark, face, shortcut ---
#
# Kept by the browser in a cookie, which every page is made by.

COOKIE = "croisee-affichage"
LASTS = timedelta(days=365)
STORED_LENGTH = 40
"""Characters of the longest `Display.cookie_value`, and more."""

CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "size": ("Taille du texte", {"100": "100 %", "112": "112 %", "125": "125 %", "150": "150 %"}),
    "spacing": ("Espacement", {"normal": "Ordinaire", "ample": "Ample : plus d’espace entre les lettres, les mots, les lignes et les paragraphes"}),
    "scheme": ("Couleurs", {"system": "Comme l’appareil", "light": "Claires", "dark": "Sombres"}),
    "face": ("Caractères", {"serif": "Avec empattements dans les textes", "sans": "Sans empattements partout"}),
    "shortcut": ("Raccourci clavier", {"slash": "La touche / mène au champ « Trouver »", "none": "Aucun raccourci d’une seule touche"}),
}
"""Field of `Display` → its legend, and value → what it is called. The first value is what a page looks like unless somebody chose."""

THEME = ("#fcfcfa", "#12161d")
"""What a browser paints around the page, by day and by night: `--paper` in css/tokens.css."""


class Display(Struct, frozen=True):
    size: str = "100"
    spacing: str = "normal"
    scheme: str = "system"
    face: str = "serif"
    shortcut: str = "slash"

    @property
    def values(self) -> tuple[str, ...]:
        return astuple(self)

    @property
    def cookie_value(self) -> str:
        """Returns the choices as a cookie and an account store them: « 125.ample.dark.sans.slash »."""
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
    """What was stored; a part that is not known is as usual."""
    parts = dict(zip(CHOICES, stored.split("."), strict=False))
    return Display(**{name: value for name, value in parts.items() if value in CHOICES[name][1]})


def words(stored: str) -> str:
    """« 125 %, ample, sombres, sans empattements partout, aucun raccourci d’une seule touche »."""
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


# --- Public pages ---

blueprint = Blueprint("web", __name__)


class PublicPage(Struct, frozen=True):
    contact: str
    """Whom to ask, as the operator wrote it; empty where nobody was named."""


def _page(name: str) -> str:
    return render_template(f"platform/{name}.html", page=PublicPage(current_site().contact))


@blueprint.get("/aide")
@page(who=PUBLIC)
def help() -> str:
    return _page("help")


@blueprint.get("/mentions-legales")
@page(who=PUBLIC)
def legal() -> str:
    return _page("legal")


@blueprint.get("/donnees-personnelles")
@page(who=PUBLIC)
def privacy() -> str:
    return _page("privacy")


@blueprint.get("/accessibilite")
@page(who=PUBLIC)
def accessibility() -> str:
    return _page("accessibility")


@blueprint.get("/ecoconception")
@page(who=PUBLIC)
def ecodesign() -> str:
    return _page("ecodesign")


@blueprint.get("/plan-du-site")
@page(who=PUBLIC)
def sitemap() -> str:
    return _page("sitemap")


@blueprint.get("/logo.img")
@page(who=PUBLIC)
def logo() -> ResponseReturnValue:
    """The picture in the head of each page: the site's, or the software's logo. An address with its name may be kept for a year."""
    name = current_site().logo
    if not name:
        return redirect(static_url("img/croisee.svg"))
    response = send(current_settings(), name)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if request.args.get("v") == name else "no-cache"
    return response


ICONS = (("img/icon-192.png", "192x192", "any"), ("img/icon-512.png", "512x512", "any"), ("img/icon-maskable-512.png", "512x512", "maskable"))
"""Drawn from croisee.svg by `python -m tests.icons`."""


@blueprint.get("/manifest.webmanifest")
@page(who=PUBLIC)
def manifest() -> Response:
    """« Ajouter à l’écran d’accueil ». The browser's own way back stays: nothing here works without the network."""
    site = current_site()
    response = jsonify(
        id="/",
        name=site.name,
        short_name=site.short_name,
        description=site.described(hooks.course_title.here()()),
        lang="fr",
        dir="ltr",
        start_url="/",
        scope="/",
        display="minimal-ui",
        background_color=THEME[0],
        theme_color=THEME[0],
        icons=[{"src": static_url(name), "sizes": sizes, "type": "image/png", "purpose": purpose} for name, sizes, purpose in ICONS],
    )
    response.mimetype = "application/manifest+json"
    return response
