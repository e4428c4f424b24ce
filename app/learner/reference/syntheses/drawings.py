"""A figure's drawing for paper: what the style sheet of the pages says of its classes, said inside it. Pure."""

from __future__ import annotations

import re

_LOOKS = (
    "text{fill:#17202e;font-family:'Libertinus Serif'}"
    ".chart-value{font-weight:700}"
    ".chart-bar,.chart-stop,.chart-head{fill:LINE}"
    ".chart-box,.chart-root,.chart-way-out,.chart-hollow{fill:#fff;stroke:LINE;stroke-width:1.5}"
    ".chart-root{stroke-width:2.5}"
    ".chart-way-out,.chart-dashed,.chart-tick{stroke:#737a85}"
    ".chart-hollow{stroke-width:2}"
    ".chart-link,.chart-dashed{fill:none;stroke-width:1.5}"
    ".chart-dashed{stroke-dasharray:4 3}"
    ".chart-link{stroke:LINE}"
    ".chart-outline,.chart-track{fill:#fff;stroke:LINE}"
    ".chart-track{stroke:#d9dbd5}"
    ".chart-ground{fill:#d9dbd5}"
    ".chart-axis{stroke:LINE;stroke-width:3}"
    ".chart-span{stroke:LINE;stroke-opacity:.35;stroke-width:10}"
    "circle.chart-stop{fill:#fff;stroke:LINE;stroke-width:2.5}"
)
_WIDTH = re.compile(r' width="(\d+)"')
_NAMES = re.compile(r"<title .*?</desc>", re.DOTALL)
_NUMBERS = re.compile(r' (?:d|viewBox)="[^"]*"')
_ARIA = re.compile(r' (?:aria-labelledby|role)="[^"]*"')


def width_of(svg: str) -> int:
    found = _WIDTH.search(svg)
    return int(found[1]) if found else 0


def on_paper(svg: str, colour: str) -> str:
    """Prepares a drawing for print: without accessible names, which the paper gives as alternative text, with its styles."""
    bare = _ARIA.sub("", _NAMES.sub("", svg, count=1), count=2)
    opening, _, rest = bare.partition(">")
    looks = _LOOKS.replace("LINE", colour)
    whole = f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{looks}</style>{rest}'.strip()
    return _NUMBERS.sub(_without_spaces, whole)


def _without_spaces(attribute: re.Match[str]) -> str:
    """« 8 210 » would be read as one number, « 11 h » as an hour, and spaced as a French printer does."""
    name, _, told = attribute.group().partition("=")
    return f"{name}={re.sub(' (?=[A-Za-z])', '', told).replace(' ', ',')}"
