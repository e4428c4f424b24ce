"""What the people of the demonstration say and do, as `words.toml` has it."""

from __future__ import annotations

import tomllib
from typing import Any

from app.operations.demonstration.people import FOLDER

WORDS: dict[str, Any] = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
