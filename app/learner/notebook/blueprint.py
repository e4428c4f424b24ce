"""The one blueprint of the notebook: « voir comme » shuts it by its name."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("notebook", __name__)
