"""What several tests share: `openapi.yaml` is true: every route in it and no other, every answer as it says, every problem named."""

from __future__ import annotations

from typing import Any

import yaml

from app.exchange.api.views import DESCRIPTION

TOLD: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
SCHEMAS = TOLD["components"]["schemas"]


def schema(name: str) -> dict[str, Any]:
    """One that takes no member more than it names: what is answered is described."""
    return {"$ref": f"#/components/schemas/{name}", "components": {"schemas": {one: {**told, "additionalProperties": False} for one, told in SCHEMAS.items()}}}


def answered(path: str, status: str = "200") -> str:
    """The schema that an operation names."""
    told = TOLD["paths"][path]["get"]["responses"][status]
    found = TOLD["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told
    return str(next(iter(found["content"].values()))["schema"].get("$ref", "")).rpartition("/")[2]


def check(answer: Any, name: str) -> None:
    from jsonschema import Draft202012Validator, FormatChecker  # its grammars take a second to come

    faults = [
        f"{list(error.absolute_path)}: {error.message}" for error in Draft202012Validator(schema(name), format_checker=FormatChecker()).iter_errors(answer)
    ]
    assert faults == [], name
