"""One line a measure: what it is, beside a floor or not, and whether it is what was wanted. Bad figures are printed as they are."""

from __future__ import annotations

import re


def tell(
    kind: str,
    name: str,
    ours: float,
    goal: float | None = None,
    floor: float | None = None,
    unit: str = "",
    higher: bool = True,
    note: str = "",
    digits: int = 1,
) -> None:
    """With a floor the ratio is judged, without one the figure itself; without a goal, neither."""
    judged = ours / floor if floor else ours
    parts = [f"{kind} {name} ours={ours:.{digits}f}{unit}"]
    if floor:
        parts += [f"floor={floor:.1f}{unit}", f"ratio={judged:.2f}"]
    if goal is not None:
        good = judged >= goal if higher else judged <= goal
        parts += [f"goal={'>=' if higher else '<='}{goal:g}", "ok" if good else "short"]
    print(" ".join(part for part in (*parts, re.sub(r"\s+", " ", note)) if part), flush=True)
