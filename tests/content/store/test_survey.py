"""What is kept of a reading of the course is dropped when the engine that read it changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import app
from app.content.store import queries
from app.content.store.queries import LIBRARIES, engine, engine_of

APP = Path(app.__file__).parent
ROOMS = sorted({path.parent.relative_to(APP) for path in APP.joinpath("content").rglob("*.py")})


@pytest.mark.parametrize("room", [*ROOMS, Path("platform")], ids=str)
def test_a_change_in_any_room_of_the_engine_is_a_change_of_the_engine(room: Path, tmp_path: Path) -> None:
    """The whole of `app/content`, the French that it writes, and how its signs are normalised."""
    copy = Path(shutil.copytree(APP / "content", tmp_path / "content")).parent
    (copy / "platform").mkdir()
    for name in ("french.py", "unicode.py"):
        shutil.copy(APP / "platform" / name, copy / "platform")
    assert engine_of(copy) == engine()
    changed = max((copy / room).glob("*.py"))
    changed.write_text(changed.read_text(encoding="utf-8") + "# changed", encoding="utf-8")
    assert engine_of(copy) != engine()


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_another_engine(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: queries.version(name) for name in LIBRARIES}
    monkeypatch.setattr(queries, "version", {**known, library: "0.0"}.__getitem__)
    assert engine_of(APP) != engine()
