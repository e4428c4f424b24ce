"""The images of lessons and quizzes, each under the name of its bytes: one address is one image, for ever."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from app.content.store.media import is_image_name
from app.platform.settings import current_settings
from app.platform.storage.sending import send
from app.platform.web.endpoints import OPEN, page

YEAR = 31_536_000

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<name>")
@page(who=OPEN, before_factor=True)
def image(name: str) -> Response:
    """Serves an image to whoever may read a lesson that shows it; only their own browser may cache it."""
    if not is_image_name(name):
        abort(404)
    response = send(current_settings(), name)
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return response
