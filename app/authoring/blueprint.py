"""The blueprint on which every page of the atelier stands."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("authoring", __name__, url_prefix="/atelier")
