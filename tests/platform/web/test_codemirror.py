"""The one file of the site that comes from npm: made by deploy/codemirror of what is pinned there, light enough, with its licences, loaded by the editor alone."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.npm_tools import program

ROOT = Path(__file__).parents[3]
KEPT, STATIC, TEMPLATES = ROOT / "deploy" / "codemirror", ROOT / "app" / "static", ROOT / "app" / "templates"
MADE = STATIC / "js" / "editor" / "codemirror.js"
INPUTS = ("build.js", "codemirror.js", "package-lock.json")
HEAVIEST = 160_000
"""Bytes of script on the wire that the editor's page takes, CodeMirror's and ours together."""


def test_it_was_made_of_these_inputs() -> None:
    digest = hashlib.sha256(b"".join((KEPT / name).read_bytes() for name in INPUTS)).hexdigest()
    assert f"// Inputs: {digest}\n" in MADE.read_text(encoding="utf-8"), "npm ci && npm run build, in deploy/codemirror"


def test_every_package_in_it_is_named_with_its_licence() -> None:
    """At the versions of the lock, which names no host."""
    lock = (KEPT / "package-lock.json").read_text(encoding="utf-8")
    versions = {path.removeprefix("node_modules/"): each["version"] for path, each in json.loads(lock)["packages"].items() if path}
    told = re.findall(r"^(\S+) (\S+) \((\S+)\)$", MADE.with_suffix(".txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name, _, _ in told} >= {"@codemirror/state", "@codemirror/view", "style-mod"}
    assert all(versions[name] == version and licence == "MIT" for name, version, licence in told)
    assert MADE.with_suffix(".txt").read_text(encoding="utf-8").count("Permission is hereby granted") == len(told)
    assert "http" not in lock


def test_the_editor_alone_loads_it_and_its_scripts_are_light() -> None:
    scripts = [*MADE.parent.glob("*.js"), STATIC / "js" / "keeping.js"]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) < HEAVIEST
    loading = [path.name for path in TEMPLATES.rglob("*.html") if "js/editor/editor.js" in path.read_text(encoding="utf-8")]
    assert loading == ["edit.html"]
    imported = [path.name for path in (STATIC / "js").rglob("*.js") if '/codemirror.js";' in path.read_text(encoding="utf-8")]
    assert sorted(imported) == ["colours.js", "text.js"]


@pytest.mark.proof
def test_the_same_is_built_again(tmp_path: Path) -> None:
    """Where npm and its packages are to be had."""
    folder = tmp_path / "codemirror"
    folder.mkdir()
    for name in (*INPUTS, "package.json", ".npmrc"):
        shutil.copy(KEPT / name, folder)
    installed = subprocess.run([program("npm", "npm"), "ci", "--loglevel=error"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode:
        pytest.skip(f"npm could not install what deploy/codemirror pins: {installed.stderr[-300:]}")
    subprocess.run([program("node", "nodejs"), "build.js", str(tmp_path)], cwd=folder, check=True, capture_output=True, timeout=120)
    assert all((tmp_path / path.name).read_bytes() == path.read_bytes() for path in (MADE, MADE.with_suffix(".txt")))
