"""`openapi.yaml` is true: every route in it and no other, every answer as it says, every problem named."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from app.exchange.api.rules import MOST, PROBLEMS, USUAL_LIMIT
from app.exchange.api.views import DESCRIPTION
from app.reporting.grid.columns import COLUMNS
from tests.exchange.api.description import SCHEMAS, TOLD, answered, check, schema
from tests.exchange.api.programs import LISTS, Region


def test_it_names_every_route_and_no_other(small: Region) -> None:
    rules = [str(rule) for rule in small.world.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert {re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule) for rule in rules} == TOLD["paths"].keys()
    assert all(operation.keys() == {"get"} for operation in TOLD["paths"].values())


def test_it_is_well_formed() -> None:
    from jsonschema import Draft202012Validator

    assert TOLD["openapi"].startswith("3.1.")
    for name in SCHEMAS:
        Draft202012Validator.check_schema(schema(name))
    places = re.findall(r"#/([\w/]+)", DESCRIPTION.read_text(encoding="utf-8"))
    for place in places:
        found: Any = TOLD
        for step in place.split("/"):
            found = found[step]
    names = [operation["get"]["operationId"] for operation in TOLD["paths"].values()]
    assert len(set(names)) == len(names)


def test_every_answer_is_as_it_says(both: Region) -> None:
    token, ana = both.token(), both.people["Ana Sud"]
    check(both.read("", token), answered("/api/v1"))
    check(both.read("/catalogue", token), answered("/api/v1/catalogue"))
    for name in LISTS:
        path = f"/api/v1/{name}"
        whole = both.read(f"/{name}", token)
        assert whole["items"]
        check(whole, answered(path))
        check(both.read(f"/{name}?limit=1", token), answered(path))
        single = "{attestation_id}" if name == "attestations" else "{number}"
        first = whole["items"][0]
        check(both.read(f"/{name}/{ana if name == 'progress' else first['id']}", token), answered(f"{path}/{single}"))
    elements = both.read(f"/progress/{ana}", token)["elements"]
    assert [(one["id"], one["state"]) for one in elements] == [("un-a", "complete")]


@pytest.mark.parametrize(
    ("path", "status", "headers"),
    [("/people", 401, {}), ("/people?x=1", 400, {}), ("/people/999999", 404, {}), ("/people", 406, {"Accept": "text/html"}), ("/rien", 404, {})],
)
def test_every_problem_is_as_it_says(small: Region, path: str, status: int, headers: dict[str, str]) -> None:
    answer = small.ask(path, "" if status == 401 else small.token(), **headers)
    told = json.loads(answer.get_data())
    assert answer.status_code == status
    check(told, answered("/api/v1/people/{number}", str(status)))
    assert told["type"].startswith("/api/v1/openapi.yaml#/x-problems/")


def test_it_names_every_problem() -> None:
    problems = {kind: {"status": one.status, "title": dict(zip(("fr", "en"), one.title, strict=True))} for kind, one in PROBLEMS.items()}
    assert TOLD["x-problems"] == problems


def test_what_it_says_of_progress_is_the_grids_columns() -> None:
    assert set(SCHEMAS["Progress"]["required"]) == {"person_id", "modules", *(column.key for column in COLUMNS if column.key)}
    limit = TOLD["components"]["parameters"]["Limit"]["schema"]
    assert (limit["maximum"], limit["default"]) == (MOST, USUAL_LIMIT)


def test_it_is_read_without_a_token(small: Region) -> None:
    answer = small.ask("/openapi.yaml")
    assert (answer.status_code, answer.mimetype) == (200, "application/yaml")
    assert yaml.safe_load(answer.get_data()) == TOLD
    assert small.ask("/openapi.yaml", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert small.ask("/openapi.yaml", Accept="text/html").status_code == 406
