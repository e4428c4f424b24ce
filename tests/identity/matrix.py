"""What several tests share: every URL × every role: what its view says answers."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.identity.rules import Role
from app.identity.sign_in.guards import Admission, decide_admission
from app.platform.web.endpoints import gathered

SOME_OPEN = {"learning.lesson", "media.image", "library.document", "library.file", "cites.cite", "meetings.past_meeting"}
OPEN = {"visitors.landing", "search.search", "reference.glossary", "reference.timeline", "reference.facts", "network.network", "meetings.index"} | SOME_OPEN
"""What visitors may read unless the site is closed to them; of lessons, images and documents, those that the course opens."""


def reach(app: Flask, rule: Rule) -> tuple[str, str]:
    """(method, path) that leads to a rule."""
    values: dict[str, Any] = {name: 1 if "Integer" in type(converter).__name__ else "x" for name, converter in rule._converters.items()}
    path = app.url_map.bind("localhost").build(rule.endpoint, values, method=(method := "GET" if "GET" in (rule.methods or ()) else "POST"))
    return method, path


def verdict(app: Flask, roles: set[Role] | None, endpoint: str, public: bool) -> Admission:
    """An endpoint of which some addresses only are open is shown with one that is not; the door shows the landing page."""
    shown = OPEN - SOME_OPEN | {"learning.home"}
    return Admission.ALLOWED if roles is None and public and endpoint in shown else decide_admission(roles, gathered.of(app)[endpoint])
