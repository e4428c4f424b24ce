"""What is kept of a reading of the course is dropped when the engine that read it changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import app
from app.content.store.kept import engine

APP = Path(app.__file__).parent
ROOMS = sorted({path.parent.relative_to(APP) for path in APP.joinpath("content").rglob("*.py")})


@pytest.mark.parametrize("room", [*ROOMS, Path()], ids=str)
def test_a_change_in_any_room_of_the_engine_is_a_change_of_the_engine(room: Path, tmp_path: Path) -> None:
    """The whole of `app/content`, and the French that it writes."""
    copy = Path(shutil.copytree(APP / "content", tmp_path / "content")).parent
    shutil.copy(APP / "french.py", copy)
    assert engine(copy) == engine()
    changed = max((copy / room).glob("*.py"))
    changed.write_text(changed.read_text(encoding="utf-8") + "# changed", encoding="utf-8")
    assert engine(copy) != engine()
