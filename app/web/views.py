"""The public pages, linked from every footer: help, map of the site, legal notice, personal data, declarations."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from app.settings import current_settings

blueprint = Blueprint("web", __name__)


@dataclass(frozen=True, slots=True)
class PublicPage:
    contact: str
    """Whom to ask, as the operator wrote it; empty where nobody was named."""


def _page(name: str) -> str:
    return render_template(f"web/{name}.html", page=PublicPage(current_settings().contact))


@blueprint.get("/aide")
def help() -> str:
    return _page("help")


@blueprint.get("/mentions-legales")
def legal() -> str:
    return _page("legal")


@blueprint.get("/donnees-personnelles")
def privacy() -> str:
    return _page("privacy")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    return _page("accessibility")


@blueprint.get("/ecoconception")
def ecodesign() -> str:
    return _page("ecodesign")


@blueprint.get("/plan-du-site")
def sitemap() -> str:
    return _page("sitemap")
