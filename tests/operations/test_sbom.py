"""`make sbom`: every library that an installation holds, with its version, its digests and its licence."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.platform.settings import ROOT


@pytest.mark.proof
def test_it_holds_what_is_pinned_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "made" / "croisee.cdx.json"
    subprocess.run([sys.executable, "deploy/sbom.py", str(path)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    document = json.loads(path.read_text(encoding="utf-8"))
    text = (ROOT / "requirements" / "app.txt").read_text(encoding="utf-8")
    pinned = {
        (name, version): set(re.findall(r"sha256:(\w+)", rest))
        for name, version, rest in re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^ ]+)((?:.*\\\n)+.*)", text, re.MULTILINE)
    }
    assert len(pinned) == len(re.findall("^[a-z].*==", text, re.MULTILINE)) > 50
    told = {(each["name"], each["version"]): each for each in document["components"]}
    digests = {key: {one["content"] for ref in each["externalReferences"] for one in ref["hashes"]} for key, each in told.items()}
    assert digests == pinned
    assert [key for key, each in told.items() if not each.get("licenses")] == []
    needs = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    assert "werkzeug" in {ref.partition("==")[0] for ref in needs[next(ref for ref in needs if ref.startswith("flask=="))]}
    assert document["metadata"]["component"]["name"] == "croisee"
