"""The open geometry that the site ships (README.md beside it): read once a process."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from app.content.values.network import Cite
from app.network.atlas.rules import Ground, Position
from app.platform.french import fold

CREDIT = "IGN, Admin Express, 2018, contours simplifiés ; Licence Ouverte"


@lru_cache(maxsize=1)
def grounds() -> Mapping[str, Ground]:
    """Folded name of a département → its outlines."""
    read = json.loads(files(__package__).joinpath("departements.json").read_text("utf-8"))
    rows = read["departements"].values()
    return {
        fold(row["nom"]): Ground(row["nom"], tuple(tuple((y, x) for x, y in ring) for ring in row["contours"]), tuple((y, x) for x, y in row["noms"]))
        for row in rows
    }


@lru_cache(maxsize=1)
def communes() -> Mapping[str, Position]:
    """Insee number → where its middle is."""
    lines = csv.DictReader(files(__package__).joinpath("communes.csv").read_text("utf-8").splitlines())
    return {line["insee"]: (float(line["latitude"]), float(line["longitude"])) for line in lines}


def of_departements(names: Iterable[str]) -> tuple[Ground, ...]:
    """Returns the outlines of these départements that exist, each once."""
    known = grounds()
    return tuple(known[name] for name in dict.fromkeys(map(fold, names)) if name in known)


def position_of(cite: Cite) -> Position | None:
    """What its line says, else the middle of its communes; None where none of them is known."""
    if cite.position:
        return cite.position
    found = [communes()[commune.insee] for commune in cite.communes if commune.insee in communes()]
    return (sum(y for y, _ in found) / len(found), sum(x for _, x in found) / len(found)) if found else None
