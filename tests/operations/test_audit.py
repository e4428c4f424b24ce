"""`make audit`: a pin or a floor that lets a known fault in is named."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from app.platform.settings import ROOT
from tests.operations.deploying import deploy_module

ADVISORY = {"library": "Some_Library", "id": "CVE-1", "fixed": "2.1", "about": "reads any file"}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    return deploy_module("audit.py")


@pytest.mark.parametrize(
    ("pin", "floor", "named"),
    [
        ("2.1", "some-library>=2.1", []),
        ("2.10.1", "some-library[extra]>=3,<4", []),
        ("2.0.9", "some-library>=2.1", ["requirements/app.txt"]),
        ("2.1", "some-library>=2.0", ["pyproject.toml"]),
        ("2.1", "some-library", ["pyproject.toml"]),
        ("2.1", "another", []),
        ("2.0", "some-library<3", ["requirements/app.txt", "pyproject.toml"]),
    ],
)
def test_what_lets_a_fault_in_is_named(audit: ModuleType, pin: str, floor: str, named: list[str]) -> None:
    pins = audit.read_pins(f"some-library=={pin} \\\n    --hash=sha256:0\n")
    floors = audit.read_floors({"dependencies": [floor], "optional-dependencies": {}})
    assert [fault.split()[0] for fault in audit.find_faults([ADVISORY], pins, floors)] == named


def test_nothing_known_is_let_in_today() -> None:
    done = subprocess.run([sys.executable, "deploy/audit.py"], cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
