"""`publiccode.yml` and `pyproject.toml` say the same of one version. Read without a YAML parser, which nothing else here needs."""

from __future__ import annotations

import re
import tomllib

from app.platform.settings import ROOT

PUBLISHED = (ROOT / "publiccode.yml").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def said(key: str) -> str:
    found = re.search(rf'^ *{key}: "?([^"#\n]*[^"#\s])', PUBLISHED, re.MULTILINE)
    assert found, key
    return found[1]


def test_the_version_and_the_licence_are_those_of_the_project() -> None:
    assert said("softwareVersion") == PROJECT["version"]
    assert said("license") == PROJECT["license"].partition(" AND ")[0]


def test_the_pictures_are_there() -> None:
    pictures = [said("logo"), *re.findall(r"^ *- (\S+\.png)$", PUBLISHED, re.MULTILINE)]
    assert len(pictures) == 5
    assert [name for name in pictures if not (ROOT / name).is_file()] == []
