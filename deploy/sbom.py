"""`make sbom`: what an installation is made of, as CycloneDX: each library that requirements/app.txt pins, its digests, its licence, what it asks for.

`cyclonedx-py` reads the pins; licences and dependencies are those that the libraries of this environment declare.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PINNED = ROOT / "requirements" / "app.txt"
CLASSIFIER = "License :: "
LONGEST_NAME = 80
"""Characters: some put the whole text of the licence where its name belongs."""


def read() -> Any:
    """The pins with their digests."""
    options = ("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--no-validate", "--of", "JSON", "-o", "-")
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(PINNED), *options]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return json.loads(done.stdout)


def licences(name: str) -> list[dict[str, Any]]:
    """As the library declares them; none for one that another version of Python needs."""
    try:
        declared = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    if expression := declared.get("License-Expression"):
        return [{"expression": expression, "acknowledgement": "declared"}]
    classified = [each.rpartition(" :: ")[2] for each in declared.get_all("Classifier") or () if each.startswith(CLASSIFIER)]
    said = (declared.get("License") or "").strip()
    names = classified or ([said] if said and len(said) <= LONGEST_NAME else [])
    return [{"license": {"name": each, "acknowledgement": "declared"}} for each in names]


def asked_by(name: str, known: dict[str, str]) -> list[str]:
    """References of the libraries that one needs, of those that are pinned."""
    try:
        found = [Requirement(each) for each in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return []
    needed = {canonicalize_name(each.name) for each in found if each.marker is None or each.marker.evaluate({"extra": ""})}
    return sorted(known[each] for each in needed if each in known)


def whole() -> str:
    """The document, as JSON that the format's own schema takes."""
    document = read()
    components = document["components"]
    for each in components:
        each["bom-ref"] = f"{each['name']}=={each['version']}"
        del each["description"]  # a line of the file, with its digests, which stand elsewhere in it
        if found := licences(each["name"]):
            each["licenses"] = found
    known = {canonicalize_name(each["name"]): each["bom-ref"] for each in components}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {canonicalize_name(Requirement(each).name) for each in chain(project["dependencies"], *project["optional-dependencies"].values())}
    root = {"ref": document["metadata"]["component"]["bom-ref"], "dependsOn": sorted(known[name] for name in direct)}
    document["dependencies"] = [root, *({"ref": each["bom-ref"], "dependsOn": asked_by(each["name"], known)} for each in components)]
    written = json.dumps(document, ensure_ascii=False, indent=1)
    if wrong := JsonStrictValidator(SchemaVersion.from_version(document["specVersion"])).validate_str(written):
        sys.exit(f"not CycloneDX: {wrong}")
    return written


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[1]).write_text(whole(), encoding="utf-8")
    print(f"{sys.argv[1]}: CycloneDX, of requirements/app.txt")
