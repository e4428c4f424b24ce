"""`make audit`: whether a library that requirements/app.txt pins is known to be at fault, or may be installed by name while it is.

Two sources: requirements/advisories.toml, read by hand and dated, which needs no network; and pip-audit, where it is installed and its index is reached.
Exits with 1 where a pin, or what pyproject.toml allows, is older than what mended a fault.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PINNED = ROOT / "requirements" / "app.txt"


def read_pins(text: str) -> dict[str, Version]:
    """Library → the version that its line pins."""
    return {canonicalize_name(name): Version(version) for name, version in re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", text, re.MULTILINE)}


def read_floors(project: dict[str, Any]) -> dict[str, Requirement]:
    """Library → what an installation by name may take of it."""
    named = map(Requirement, chain(project["dependencies"], *project["optional-dependencies"].values()))
    return {canonicalize_name(each.name): each for each in named}


def find_faults(advisories: list[dict[str, str]], pins: dict[str, Version], floors: dict[str, Requirement]) -> Iterator[str]:
    """A sentence for each advisory that a pin or a floor lets in."""
    for each in advisories:
        name, fixed = canonicalize_name(each["library"]), Version(each["fixed"])
        said = f"{each['id']} ({each['about']}), mended by {each['library']} {fixed}"
        if name in pins and pins[name] < fixed:
            yield f"requirements/app.txt pins {name} {pins[name]}: {said}"
        if name in floors and not any(one.operator == ">=" and Version(one.version) >= fixed for one in floors[name].specifier):
            yield f"pyproject.toml allows {floors[name]}: {said}"


def main() -> int:
    known = tomllib.loads((ROOT / "requirements" / "advisories.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    faults = list(find_faults(known["advisory"], read_pins(PINNED.read_text(encoding="utf-8")), read_floors(project)))
    print("\n".join(faults) or f"No pin and no floor is older than the {len(known['advisory'])} advisories read on {known['read']}.")
    command = shutil.which("pip-audit")
    if command is None:
        print("pip-audit is not installed: nothing newer was asked for.")
    elif subprocess.run([command, "--disable-pip", "--require-hashes", "--requirement", PINNED]).returncode:
        return 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
