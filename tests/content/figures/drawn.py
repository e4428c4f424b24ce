"""What tests ask of a drawing: its tree, and the room that its words take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from app.content.figures.drawing import draw, read_figure
from app.content.figures.figure import LEADING, SIZE, Figure, measure

EXAMPLES = {
    "barres": "titre : Où étudient les élèves\nunité : %\nREP+ : 11,7\nHors zone : écoles : 1 069,1",
    "parts": "titre : Qui paie\nunité : %\nparts : État ; Collectivités ; Autres\n2022 : 55 ; 23,2 ; 21,8\n2023 : 55,1 ; 23 ; 21,9",
    "chronologie": "titre : De la zone au réseau\n1981 : circulaire : la première\nJuin 1990 : relance\n1998-07 : réseaux",
    "arbre": "titre : Les étages\n- Recteur : dirige l'académie\n  - DASEN : le représente\n    - IEN : suit des écoles\n  - Principal : dirige un collège",
    "étapes": "titre : Une subvention\nL'association : dépose\nLe service : vérifie\nsinon : le dossier revient\nLe préfet : signe\nL'État : verse",
    "avant-après": "titre : La loi de 2014\navant : Hier\naprès : Aujourd'hui\nCritère : une dizaine => un seul\nNom : ZUS, ZRU, ZFU → QPV",
    "carte": "titre : Des cités\nB1 Dunkerque : deuxième\nA2 Boulogne-sur-Mer : première\nD2 Lille : première\nF3 Laon",
    "lignes": "titre : Deux histoires\nlignes : La ville ; L'école\n1998 : un contrat ; un réseau\ncroisement : ils se citent\nécart : deux comités\n2006-2007 : — ; RAR",
}
"""One of each kind."""


def figure(info: str, content: str = "") -> Figure:
    found, problems = read_figure("a.md", info, content or EXAMPLES[info], 1)
    assert problems == ()
    assert found is not None
    return found


def refusal(info: str, content: str) -> str:
    """« line: message hint » of the only thing that is wrong."""
    found, (problem,) = read_figure("a.md", info, content, 10)
    assert found is None
    assert problem.code == "E19"
    return f"{problem.line}: {problem.message} {problem.hint}"


def tree(found: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{draw(found, 'f')}</div>")  # noqa: S314 — our own words


def places(element: ElementTree.Element, shape: str, name: str) -> list[float]:
    return [float(str(found.get(name))) for found in element.findall(f".//{shape}")]


@dataclass(frozen=True)
class Rectangle:
    left: float
    top: float
    right: float
    foot: float
    says: str = ""

    def touches(self, other: Rectangle) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.foot and other.top < self.foot

    def inside(self, other: Rectangle) -> bool:
        return other.left <= self.left and other.top <= self.top and self.right <= other.right + 0.01 and self.foot <= other.foot + 0.01


def view(svg: ElementTree.Element) -> Rectangle:
    return Rectangle(*map(float, str(svg.get("viewBox")).split()))


def written(svg: ElementTree.Element) -> list[Rectangle]:
    """Where each line of words stands: from the top of a capital to its foot."""
    return [_room(text) for text in svg.findall(".//text")]


def _room(text: ElementTree.Element) -> Rectangle:
    x, y = float(str(text.get("x"))), float(str(text.get("y")))
    width = measure(str(text.text), strong=text.get("class") == "chart-value")
    if text.get("text-anchor") == "middle":
        x -= width / 2
    return Rectangle(x, y - SIZE * 0.8, x + width, y + (LEADING - SIZE) / 2, str(text.text))


def boxes(svg: ElementTree.Element) -> Iterator[Rectangle]:
    for box in svg.findall(".//rect[@rx]"):
        x, y, width, height = (float(str(box.get(name))) for name in ("x", "y", "width", "height"))
        yield Rectangle(x, y, x + width, y + height)
