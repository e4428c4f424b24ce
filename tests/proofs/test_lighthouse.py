"""Lighthouse finds nothing to say of twelve pages, as on a telephone: accessibility and best practices. `make bench` says how fast they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.lighthouse import scores
from tests.bench.serving import serving
from tests.demonstrations import demonstration_in

pytestmark = [pytest.mark.proof, pytest.mark.night, pytest.mark.long, pytest.mark.browser, pytest.mark.xdist_group("lighthouse")]


def test_twelve_pages_are_accessible_and_well_made_on_a_telephone(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    instance = demonstration_in(tmp_path_factory, tmp_path / "instance")
    accounts = {account["email"]: account for account in json.loads((instance / "demonstration.json").read_text(encoding="utf-8"))["accounts"]}
    environ = {"CROISEE_INSTANCE": str(instance), "DATABASE_URL": f"sqlite:///{instance / 'test.sqlite'}"}
    with serving("app:create_app()", environ) as (port, _):
        found = scores(port, accounts, "accessibility", "best-practices")
    assert len(found) == 12
    assert {path: each for path, each in found.items() if set(each.values()) != {100}} == {}
