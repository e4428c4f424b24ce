"""The cités of a scope, département after département, each with its state: whether somebody learns there, whether somebody has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from app.identity.rules import Level
from app.identity.territories.rules import Node
from app.platform.french import agree
from app.reporting.overview.aggregates import PeopleGroup, Population
from app.reporting.scope.queries import ReportScope

STATES = {"begun": "en chemin", "waiting": "pas encore commencé", "empty": "aucun inscrit"}


class MapTile(Struct, frozen=True):
    """One cité. Its state is no figure: with one or two people there, a figure would name them."""

    id: str
    name: str
    people: int
    words: str
    kind: str


class District(Struct, frozen=True):
    """One département. `id` places it on the schematic map."""

    id: str
    name: str
    tiles: tuple[MapTile, ...]


def districts(scope: ReportScope, groups: Sequence[PeopleGroup], below: str = "") -> tuple[District, ...]:
    """Returns the reader's districts, or for a trainer those of their people; only those below a territory, if one is given.

    Where there is but one cité, there is no map to draw: nothing.
    """
    there: dict[str, list[PeopleGroup]] = {}
    for group in groups:
        for territory in group.territories:
            there.setdefault(territory, []).append(group)
    seen = scope.territories or frozenset(there)
    if below:
        seen &= scope.tree.under([below])
    by_parent: dict[str, list[Node]] = {}
    for node in scope.tree.nodes.values():
        if node.level == Level.CITE and node.id in seen:
            by_parent.setdefault(node.parent_id or "", []).append(node)
    found = tuple(_district(scope, parent, nodes, there) for parent, nodes in by_parent.items())
    return found if sum(len(district.tiles) for district in found) > 1 else ()


WHOLE = frozenset({"tri", "module", "territoire", "parcours", "depuis", "jusque"})
"""Fields of a filter that leave nobody of a cité out: whoever learns there does, whatever the path."""


def districts_of(population: Population) -> tuple[District, ...]:
    """Returns the districts; none where a filter leaves people out, since their cité would look empty."""
    wanted = population.report.filter
    return () if wanted.fields().keys() - WHOLE else districts(population.report.scope, population.everywhere, wanted.territory)


def _district(scope: ReportScope, parent: str, nodes: Sequence[Node], there: Mapping[str, Sequence[PeopleGroup]]) -> District:
    above = scope.tree.nodes.get(parent)
    return District(parent, above.name if above else "", tuple(_tile(node, there.get(node.id, ())) for node in nodes))


def _tile(node: Node, there: Sequence[PeopleGroup]) -> MapTile:
    begun = any(group.waiting < group.people for group in there)
    kind = "begun" if begun else "waiting" if there else "empty"
    return MapTile(node.id, node.name, sum(group.people for group in there), STATES[kind], kind)


def map_sentence(shown: Sequence[District]) -> str:
    """The sentence above the map."""
    tiles = [tile for district in shown for tile in district.tiles]
    counts = {kind: sum(tile.kind == kind for tile in tiles) for kind in STATES}
    said = {
        "begun": f"{counts['begun']} {agree(counts['begun'], 'est', 'sont')} en chemin",
        "waiting": f"{counts['waiting']} {agree(counts['waiting'], 'a', 'ont')} des inscrits qui n’ont pas commencé",
        "empty": f"{counts['empty']} n’{agree(counts['empty'], 'a', 'ont')} aucun inscrit",
    }
    alike = next((kind for kind, count in counts.items() if count == len(tiles)), None)
    if alike:
        return {"begun": "sont toutes en chemin", "waiting": "ont toutes des inscrits, qui n’ont pas commencé", "empty": "n’ont aucun inscrit"}[alike].join(
            (f"Les {len(tiles)} cités ", ".")
        )
    return f"Sur {len(tiles)} cités, {', '.join(said[kind] for kind, count in counts.items() if count)}."
