"""The public pages, linked from every footer: help, map of the site, legal notice, personal data, declarations; and what a telephone asks to keep Croisée."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.platform import hooks
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.storage.places import send
from app.platform.web.assets import YEAR, static_url
from app.platform.web.display import THEME
from app.platform.web.endpoints import PUBLIC, page

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
    """The picture in the head of each page: the site's, or the software's sign. An address with its name may be kept for a year."""
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
        description=site.describe(hooks.course_title.here()()),
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
