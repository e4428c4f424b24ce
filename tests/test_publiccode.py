"""`publiccode.yml` is what catalogues of public software read, but for what only its publisher knows (GOVERNANCE), and says the same as `pyproject.toml`."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from app.platform.settings import ROOT

PUBLISHED: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MANDATORY = [
    "publiccodeYmlVersion",
    "name",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal/license",
    "maintenance/type",
    "localisation/localisationReady",
    "localisation/availableLanguages",
]
OF_THE_PUBLISHER = ["url", "maintenance/contacts", "landingURL", "roadmap", "releaseDate", "organisation", "fundedBy", "usedBy"]
CATALOGUE = ["ROADMAP.md", "AUTHORS.md", "CONTRIBUTING.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "GOVERNANCE.md", "README.md", "LICENSE"]
"""What codegouvfr/awesome-codegouvfr looks for, by name, at the top of a repository."""


def told(key: str) -> object:
    value: Any = PUBLISHED
    for part in key.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def test_the_version_and_the_licence_are_those_of_the_project() -> None:
    assert told("softwareVersion") == PROJECT["version"]
    assert told("legal/license") == PROJECT["license"].partition(" AND ")[0]
    assert [told("legal/mainCopyrightOwner")] == [author["name"] for author in PROJECT["authors"]]


def test_nothing_mandatory_is_missing_that_the_repository_knows() -> None:
    assert [key for key in MANDATORY if told(key) is None] == []


def test_what_only_the_publisher_knows_is_asked_in_one_place() -> None:
    asked = (ROOT / "GOVERNANCE.md").read_text(encoding="utf-8").split("\n## À compléter par qui publie\n")[1]
    missing = [key for key in OF_THE_PUBLISHER if told(key) is None]
    assert [key for key in missing if any(f"`{part}`" not in asked for part in key.split("/"))] == []


@pytest.mark.parametrize("language", PUBLISHED["description"])
def test_each_description_has_the_length_that_catalogues_take(language: str) -> None:
    description = PUBLISHED["description"][language]
    assert len(description["shortDescription"]) <= 150
    assert 150 <= len(description["longDescription"]) <= 10_000
    assert 5 <= len(description["features"]) <= 20


def test_both_languages_tell_the_same_features() -> None:
    assert len({len(description["features"]) for description in PUBLISHED["description"].values()}) == 1


def test_the_files_of_the_catalogue_and_the_pictures_are_there() -> None:
    pictures = [picture for description in PUBLISHED["description"].values() for picture in description.get("screenshots", [])]
    assert [name for name in [*CATALOGUE, PUBLISHED["logo"], *pictures] if not (ROOT / name).is_file()] == []
