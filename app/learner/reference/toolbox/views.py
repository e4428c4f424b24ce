"""`/outils`: the toolbox, each tool to fill and filled, and their files."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from app.content.store.queries import course
from app.content.text.fields import Copy
from app.learner.reference.toolbox.queries import tool_file, tool_list, tool_page
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.edge import download
from app.platform.web.endpoints import SIGNED_IN, page

blueprint = Blueprint("toolbox", __name__, url_prefix="/outils")


@blueprint.get("")
@page(who=SIGNED_IN)
def tools() -> str:
    return render_template("learner/reference/toolbox/tools.html", tools=tool_list(course(db.session)))


@blueprint.get("/<tool_id>")
@page(who=SIGNED_IN)
def tool(tool_id: str) -> str:
    return _render_tool(tool_id, Copy.BLANK)


@blueprint.get("/<tool_id>/exemple")
@page(who=SIGNED_IN)
def example(tool_id: str) -> str:
    return _render_tool(tool_id, Copy.FILLED)


def _render_tool(tool_id: str, copy: Copy) -> str:
    page = tool_page(course(db.session), tool_id, copy, day_of(clock.now()))
    if page is None:
        abort(404)
    return render_template("learner/reference/toolbox/tool.html", page=page)


@blueprint.get("/<tool_id>/fichiers/<name>")
@page(who=SIGNED_IN)
def file(tool_id: str, name: str) -> Response:
    """Read whole before it is sent: nothing of the database waits for a client."""
    found = tool_file(course(db.session), tool_id, name)
    if found is None:
        abort(404)
    return download(found.data, found.mimetype, name)
