"""Declarations of conformity, read from `docs/`: a framework's criteria with their status, what proves it, and what remains. `read_declaration` is pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.platform.errors import SettingsError
from app.platform.settings import DOCS

FILES = {"rgaa": "accessibilite/rgaa.toml", "rgesn": "ecoconception/rgesn.toml"}


class CriterionStatus(StrEnum):
    MET = "conforme"
    UNMET = "non conforme"
    APART = "non applicable"


class AccessibilityCriterion(Struct, frozen=True):
    id: str
    """« 10.4 »: the theme's number, then its place there."""
    title: str
    status: CriterionStatus
    proof: tuple[str, ...]
    """Tests, as pytest names them (`tests/…::name`), and « relu à la main le … » with what was looked at."""
    note: str
    """What cannot be seen from the status: why it does not apply, what nobody has tried yet."""
    plan: str
    """For one that is not met: what will be done, and by when."""

    @property
    def theme(self) -> str:
        return self.id.partition(".")[0]


class Declaration(Struct, frozen=True, dict=True):
    framework: str
    version: str
    day: date
    """Of the self-assessment."""
    tools: tuple[str, ...]
    environments: tuple[str, ...]
    sample: tuple[str, ...]
    """The pages that were looked at by hand; the tests walk all of them."""
    remaining: tuple[str, ...]
    """What is still to be done beyond the criteria that are not met, each with its date."""
    themes: Mapping[str, str]
    """Number → title."""
    criteria: tuple[AccessibilityCriterion, ...]

    def of(self, status: str, theme: str = "") -> list[AccessibilityCriterion]:
        return [one for one in self.criteria if one.status == status and theme in ("", one.theme)]

    @cached_property
    def rate(self) -> Fraction:
        """Criteria met among those that apply, from 0 to 1."""
        met, unmet = len(self.of(CriterionStatus.MET)), len(self.of(CriterionStatus.UNMET))
        return Fraction(met, met + unmet) if met + unmet else Fraction(1)

    @cached_property
    def verdict(self) -> str:
        """Returns the legal verdict, shown in every footer: all criteria, at least half, or fewer."""
        return "totalement conforme" if self.rate == 1 else "partiellement conforme" if self.rate >= Fraction(1, 2) else "non conforme"


@cache
def declaration_of(name: str) -> Declaration:
    """The declaration of « rgaa » or « rgesn », read once."""
    path = DOCS / FILES[name]
    return read_declaration(path.read_text(encoding="utf-8"), path)


def read_declaration(text: str, path: Path) -> Declaration:
    """Raises SettingsError, with the file and the criterion, for what is not a whole declaration."""
    try:
        data = tomllib.loads(text)
        head, themes = data["declaration"], dict(data["themes"])
        criteria = tuple(_criterion(id, entry, themes) for id, entry in data["criteria"].items())
        lists = {key: tuple(head[key]) for key in ("tools", "environments", "sample", "remaining")}
        return Declaration(head["framework"], head["version"], head["day"], **lists, themes=themes, criteria=criteria)
    except KeyError as error:
        raise SettingsError(f"{path} : il manque {error}.") from error
    except ValueError as error:
        raise SettingsError(f"{path} : {error}.") from error


def _criterion(id: str, entry: Mapping[str, Any], themes: Mapping[str, str]) -> AccessibilityCriterion:
    try:
        one = AccessibilityCriterion(
            id, entry["title"], CriterionStatus(entry["status"]), tuple(entry.get("proof", ())), entry.get("note", ""), entry.get("plan", "")
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"critère {id} : {error}") from error
    unknown = entry.keys() - {"title", "status", "proof", "note", "plan"}
    if unknown:
        raise ValueError(f"critère {id} : {', '.join(sorted(unknown))} : clé inconnue")
    if one.theme not in themes:
        raise ValueError(f"critère {id} : thème inconnu")
    needed, there = {CriterionStatus.MET: ("proof", one.proof), CriterionStatus.UNMET: ("plan", one.plan), CriterionStatus.APART: ("note", one.note)}[
        one.status
    ]
    if not there:
        raise ValueError(f"critère {id} : « {one.status} » sans « {needed} »")
    return one
