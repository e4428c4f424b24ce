"""A Python that no release of Debian has yet, in a small system of the suite that has it: what is pinned installs, and a part of the tests passes."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.platform.settings import ROOT
from tests.proofs.machine import lacking, machine
from tests.proofs.wheel import tracked

pytestmark = [pytest.mark.proof, pytest.mark.night, pytest.mark.long]

PYTHON, SUITE = "python3.14", "testing"
TESTED = ("tests/content", "tests/assessment", "tests/operations")
CHOSEN = ["-m", "not proof and not browser and not postgres and not long", "-k", "not backup and not hostile"]
"""A minute, and nothing that more than this system has is needed for."""
FOLDER = "/srv/croisee"
MIRROR = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Component: main"]
MADE = ["mmdebstrap", "--variant=apt", f"--include={PYTHON}-venv,git,make", "--dpkgopt=force-unsafe-io", '--aptopt=Acquire::Check-Valid-Until "false"']
"""As little as apt needs; of a mirror that was frozen too."""


def test_what_is_pinned_installs_and_a_part_of_the_tests_passes(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    if lack := lacking() or ("" if shutil.which("mmdebstrap") else "no mmdebstrap: apt-get install mmdebstrap"):
        pytest.skip(lack)
    mirror, *_ = subprocess.run(MIRROR, capture_output=True, text=True, check=True).stdout.split()
    system = tmp_path / "system"
    made = subprocess.run([*MADE, SUITE, str(system), mirror], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode:  # the suite goes on to another version, or is broken for a day: nothing of ours is at fault
        pytest.xfail(f"no system of {SUITE} with {PYTHON} today: {next((line for line in made.stdout.splitlines() if line.startswith('E:')), made.stdout)}")
    for name in tracked():
        (system / FOLDER[1:] / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, system / FOLDER[1:] / name)
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", system / "etc/ssl/certs")  # of whom packages come from here
    held = tmp_path / "machine"
    held.mkdir()
    with machine(held, system) as debian:
        debian.run("make", "-C", FOLDER, ".venv/.installed", f"PYTHON={PYTHON}")
        tests = shlex.join([".venv/bin/python", "-m", "pytest", "-q", *CHOSEN, *TESTED])
        said = debian.shell(f"cd {FOLDER} && .venv/bin/python -VV && CROISEE_CI=1 {tests}")
    record_property("shown", f"{said.splitlines()[0]}: {said.splitlines()[-1]}")
