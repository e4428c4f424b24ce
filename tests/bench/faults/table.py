"""What is told of a fault: one line for each kind of act that was acknowledged meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.assessment.models import Response


@dataclass
class Line:
    fault: str
    times: int = 0
    """How often it was done."""
    acknowledged: int = 0
    """Acts of which somebody was told that they are kept, or that were promised."""
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)
    """What should not be so, in words."""

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def compared(fault: str, acknowledged: Collection[object], kept: Collection[object]) -> Line:
    """Of what was acknowledged, all is kept; of what is kept, nothing is there twice."""
    return Line(fault, 0, len(acknowledged), len(set(acknowledged) - set(kept)), len(kept) - len(set(kept)))


def answered(session: Session, acknowledged: Collection[object]) -> Line:
    return compared("an answer", acknowledged, [row.payload["text"] for row in session.scalars(select(Response)) if "text" in row.payload])


def damage(session: Session) -> list[str]:
    """What SQLite finds wrong in its own file."""
    return [str(row) for row in session.execute(text("PRAGMA integrity_check")) if row != ("ok",)]


def said(name: str, lines: Collection[Line]) -> str:
    head = f"{name:<40} {'times':>6} {'acknowledged':>13} {'lost':>5} {'doubled':>8}"
    rows = [f"{line.fault:<40} {line.times or '':>6} {line.acknowledged or '':>13} {line.lost:>5} {line.doubled:>8}  {_end(line)}" for line in lines]
    return "\n".join([head, *rows])


def _end(line: Line) -> str:
    return "ok" if line.well else "  ".join(["SHORT", *line.wrong[:5]])
