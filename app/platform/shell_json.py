"""What the option `--json` of a command prints: one form for all, so that whoever reads one can read the others.

Each command that has it is a line of `COMMANDS` in `tests/test_shell_json.py`.
"""

from __future__ import annotations

import json
from typing import Any

import click
from msgspec import to_builtins

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Pour une machine.")


def print_json(value: Any) -> None:
    """Indented by two, in its own letters; days and moments by ISO 8601. What is not there is null: neither an empty text nor a member that is left out."""
    click.echo(json.dumps(_with_nulls(to_builtins(value)), ensure_ascii=False, indent=2))


def _with_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_nulls(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_nulls(one) for one in value]
    return None if value == "" else value
