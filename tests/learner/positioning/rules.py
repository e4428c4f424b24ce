"""What several tests share: the chances by the reference's vectors, what is asked next, what is proposed; and properties over any answers."""

from __future__ import annotations

from app.content.values.text import CROSSING
from app.learner.positioning.rules import PositioningItem

HISTORIES = {"city": "politique-de-la-ville", "local": "politiques-educatives-locales", "school": "education-prioritaire", "cites": CROSSING, "work": CROSSING}
POOL = tuple(PositioningItem(f"{module}-{level}-{number}", module, level, 0.05) for module in HISTORIES for level in (1, 2, 3) for number in range(3))
