"""The one blueprint of the notebook: « voir comme » shuts it by its name."""

from __future__ import annotations

from flask import Blueprint

from app.platform.web.endpoints import keep_private

blueprint = Blueprint("notebook", __name__)
keep_private(blueprint, "un carnet ne se lit que par qui l’a écrit")
