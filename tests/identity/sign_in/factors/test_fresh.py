"""A second factor is asked again wherever a view may give a role, or send people in a file: read of the views, not of a list that somebody keeps."""

from __future__ import annotations

from types import FunctionType

from flask import Flask

from app.identity.models import PersonRole
from app.identity.services import create_people, create_person, set_roles
from app.platform.web.edge import download, written_file
from app.platform.web.endpoints import OPEN, PUBLIC, SIGNED_IN, Who, gathered
from tests.reach import names_of, reached

FILES = {download, written_file}
OF_THE_COURSE = {
    *("authoring.sent_file", "authoring.archive_file", "authoring.module_file", "banks.export_file", "packages.module_file"),
    *("imports.model_csv", "imports.model_xlsx"),
}
"""Files that are the course's, an empty model, or a drawing of numbers: they name nobody."""
THEIR_OWN = {"institutions.back": "whoever comes back from their institution gets an account of their own, which learns and no more"}


def views(app: Flask) -> dict[str, frozenset[FunctionType]]:
    return {endpoint: reached(view) for endpoint, view in app.view_functions.items() if isinstance(view, FunctionType)}


def asking(app: Flask) -> set[str]:
    """Where a second factor is asked for again."""
    return {endpoint for endpoint, said in gathered.of(app).items() if said.fresh_factor}


def test_whoever_gives_a_role_has_just_shown_their_factor(app: Flask) -> None:
    known = views(app)
    services = {each for functions in known.values() for each in functions if each.__module__.endswith("services")}
    writers = {each for each in services if PersonRole.__name__ in names_of(each.__code__) and "select" not in names_of(each.__code__)}
    assert {create_person, create_people, set_roles} <= writers
    giving = {endpoint for endpoint, functions in known.items() if functions & writers}
    assert {"administration.roles", "invitation.new", "imports.apply", "merging.merge"} <= giving
    assert giving - asking(app) == THEIR_OWN.keys()


def test_whoever_takes_people_away_has_just_shown_their_factor(app: Flask) -> None:
    files = {endpoint for endpoint, functions in views(app).items() if functions & FILES and not isinstance(gathered.of(app)[endpoint].who, Who)}
    assert {"reporting.grid_csv", "summaries.funder", "quality.archive", "evidence.follow_up"} <= files
    assert files - asking(app) == OF_THE_COURSE
    assert {endpoint for endpoint in gathered.of(app) if endpoint.endswith(("_print", ".show_link"))} <= asking(app)


def test_what_is_asked_of_whoever_is_signed_in_is_never_public(app: Flask) -> None:
    said = gathered.of(app)
    assert {endpoint for endpoint in asking(app) if said[endpoint].who is SIGNED_IN} >= {"factors.application", "privacy.confirm_my_erasure"}
    assert not {endpoint for endpoint in asking(app) if said[endpoint].who in (PUBLIC, OPEN)}
