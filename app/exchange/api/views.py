"""The views of `/api/v1`, and its catalogue of the published course."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from app.content.values.course import Course, LearningPath, Lesson, Module
from app.content.values.paths import element_of, is_optional, minutes_of
from app.exchange.api import people, queries
from app.exchange.api.queries import JSON, YAML, ApiAnswer, ApiReading, ApiRefused, Holder, Item, answer, as_json, takes
from app.exchange.api.rules import BadParameter, ListRequest, read_parameters
from app.platform import clock
from app.platform.db import db, writing
from app.platform.web.endpoints import PUBLIC, page
from app.record.figures.store import begin_report


def catalogue_answer(reading: ApiReading) -> ApiAnswer:
    course = reading.course
    paths, modules = [_path(path) for path in course.paths.paths], [_module(course, module) for module in course.modules.values()]
    return ApiAnswer([{"title": course.cover.title, "paths": paths, "modules": modules}])


def _path(path: LearningPath) -> Item:
    return {
        "id": path.id,
        "title": path.title,
        "default": path.default,
        "modules": list(path.module_ids),
        "required": list(path.required_ids or path.module_ids),
        "elements": list(path.only_ids) or None,
        "days": path.days,
        "validity_months": path.validity or None,
    }


def _module(course: Course, module: Module) -> Item:
    elements = [_element(course, element) for element in course.elements_of(module)]
    return {
        "id": module.id,
        "title": module.title,
        "objectives": [objective.text for objective in module.objectives],
        "minutes": sum(element["minutes"] for element in elements if not element["optional"]),
        "elements": elements,
    }


def _element(course: Course, element_id: str) -> Item:
    found = element_of(course, element_id)
    kind, title, minutes = ("lesson" if isinstance(found, Lesson) else "quiz"), found.title if found else "", minutes_of(found) if found else 0
    return {"id": element_id, "kind": kind, "title": title, "minutes": minutes, "optional": is_optional(course, element_id)}


# --- `/api/v1` ---
# Read only, by token, without cookie nor session. What is not the token's to read does not exist.

DESCRIPTION = Path(__file__).with_name("openapi.yaml")
LIST = ("after", "limit")
DATED = (*LIST, "updated_since")

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(ApiRefused, queries.refuse_request)


def _read_request(allowed: Collection[str], *, numbered: bool = True) -> ListRequest:
    try:
        return read_parameters(list(request.args.items(multi=True)), allowed, numbered=numbered)
    except BadParameter as error:
        raise ApiRefused("bad-parameter", name=str(error)) from error


def _holder() -> Holder:
    """A session of this browser counts for nothing here."""
    holder = queries.admit(db.session, request.headers.get("Authorization", ""), clock.now())
    takes(JSON)
    return holder


def _query_resource(holder: Holder, asked: ListRequest, resource: Callable[[ApiReading], ApiAnswer]) -> ApiAnswer:
    now = clock.now()
    return resource(ApiReading(holder, begin_report(db.session, now), now, asked))


def _send(holder: Holder, body: dict[str, Any], people: Collection[int] = (), what: str = "", following: str = "") -> Response:
    """Noted before it is sent; what the client has already, and a HEAD, show nobody."""
    response, now = answer(as_json(body), JSON, following), clock.now()
    shown = people if response.status_code == 200 and request.method == "GET" else ()
    db.session.rollback()  # the writer must not find this transaction open
    if queries.worth_noting(holder, shown, now):
        with writing() as session:
            queries.note(session, holder, shown, what, now)
    return response


def _list(resource: Callable[[ApiReading], ApiAnswer], what: str, allowed: Collection[str] = DATED, *, numbered: bool = True) -> Response:
    holder, asked = _holder(), _read_request(allowed, numbered=numbered)
    told = _query_resource(holder, asked, resource)
    following = _following(told.following) if told.following is not None else ""
    return _send(holder, {"items": told.items, "next": following or None}, told.people, what, following)


def _following(key: int | str) -> str:
    return f"{request.root_path}{request.path}?{urlencode({**request.args, 'after': key})}"


def _one(key: int | str | None, resource: Callable[[ApiReading], ApiAnswer], what: str) -> Response:
    holder, _none = _holder(), _read_request(())
    told = _query_resource(holder, ListRequest(only=key, limit=1), resource)
    if not told.items:
        raise ApiRefused("not-found")
    return _send(holder, dict(told.items[0]), told.people, what)


@blueprint.get("")
@page(who=PUBLIC)
def index() -> Response:
    """What this token reads, and until when."""
    holder, _none = _holder(), _read_request(())
    read_at = url_for("api.index")
    places = {name: f"{read_at}/{name}" for name in ("people", "progress", "enrolments", "attestations", "meetings", "catalogue")}
    body = {"territory_id": holder.territory_id, "token": holder.prefix, "expires_on": holder.expires_on, **places, "description": url_for("api.description")}
    return _send(holder, body)


@blueprint.get("/openapi.yaml")
@page(who=PUBLIC)
def description() -> Response:
    """Serves the OpenAPI description to everybody: it holds no personal data."""
    takes(YAML)
    return answer(_description(), YAML)


@cache
def _description() -> str:
    return DESCRIPTION.read_text(encoding="utf-8")


@blueprint.get("/people")
@page(who=PUBLIC)
def people_list() -> Response:
    return _list(people.people, "api.people", LIST)


@blueprint.get("/people/<int:number>")
@page(who=PUBLIC)
def person(number: int) -> Response:
    return _one(number, people.people, "api.people")


@blueprint.get("/progress")
@page(who=PUBLIC)
def progress_list() -> Response:
    return _list(people.progress, "api.progress")


@blueprint.get("/progress/<int:number>")
@page(who=PUBLIC)
def progress(number: int) -> Response:
    return _one(number, people.person_progress, "api.progress")


@blueprint.get("/enrolments")
@page(who=PUBLIC)
def enrolment_list() -> Response:
    return _list(people.enrolments, "api.enrolments")


@blueprint.get("/enrolments/<int:number>")
@page(who=PUBLIC)
def enrolment(number: int) -> Response:
    return _one(number, people.enrolments, "api.enrolments")


@blueprint.get("/attestations")
@page(who=PUBLIC)
def attestation_list() -> Response:
    return _list(people.attestations, "api.attestations", numbered=False)


@blueprint.get("/attestations/<attestation_id>")
@page(who=PUBLIC)
def attestation(attestation_id: str) -> Response:
    return _one(attestation_id, people.attestations, "api.attestations")


@blueprint.get("/meetings")
@page(who=PUBLIC)
def meeting_list() -> Response:
    return _list(people.meetings, "api.meetings", LIST)


@blueprint.get("/meetings/<int:number>")
@page(who=PUBLIC)
def meeting(number: int) -> Response:
    return _one(number, people.meeting, "api.meetings")


@blueprint.get("/catalogue")
@page(who=PUBLIC)
def catalogue() -> Response:
    return _one(None, catalogue_answer, "")
