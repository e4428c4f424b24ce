"""The blueprint on which every page of the atelier stands."""

from __future__ import annotations

from flask import Blueprint

from app.french import french

blueprint = Blueprint("authoring", __name__, url_prefix="/atelier")
blueprint.add_app_template_filter(french)
