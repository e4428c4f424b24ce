"""What is written back to the files is whole, or as it was."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.platform.db import db
from app.platform.storage.folder import FolderStore, StoreAway
from tests.content.course_folder import LESSON, PNG, CourseFolder


class Breaking(BytesIO):
    """As from a bucket that goes away meanwhile."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise StoreAway("it is gone")
        return super().read(3)


def test_an_image_that_breaks_off_leaves_the_one_that_was_there(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of one would be published by the next sync."""
    folder = CourseFolder(tmp_path / "files")
    folder.replace("Le préfet signe", "![Une carte](images/carte.png)\n\nLe préfet signe")
    folder.image("carte.png")
    with app.app_context():
        folder.sync(db.session)
        (folder.root / LESSON).unlink()
        folder.image("carte.png", PNG + b"autre")
        monkeypatch.setattr(FolderStore, "open", lambda _store, _name: Breaking(PNG))
        with pytest.raises(StoreAway):
            folder.export(db.session)
    assert {path.name: path.read_bytes() for path in (folder.root / "modules/exemple/images").iterdir()} == {"carte.png": PNG + b"autre"}
