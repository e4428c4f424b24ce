"""Whole sites for tests of the archive: a course from files with an image, and an empty one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app.authoring.incoming import archive
from app.authoring.incoming.archive import ImportPlan, import_archive
from app.authoring.incoming.image_process import answers
from app.content.store import disk
from app.content.store.sync import known_documents
from app.platform.db import db
from app.platform.storage.folder import FolderStore
from tests.authoring.incoming.pictures import picture
from tests.authoring.sending import rows
from tests.content.course_folder import CourseFolder
from tests.content.publishing import publish
from tests.identity.builders import stored_person
from tests.making import make_app, make_settings

IMAGE = "modules/exemple/images/plan.png"
NOON = datetime(2026, 12, 2, 11, tzinfo=UTC)
"""After the day when the last source of the course was read."""
LATER = NOON + timedelta(hours=1)


@dataclass
class Site:
    """A running site: its database, its images, one trainer."""

    app: Flask
    author: int = field(init=False)

    def __post_init__(self) -> None:
        self.author = stored_person(self.app, name="Awa Ndiaye", email="awa@croisee.example", password=None)

    @property
    def media(self) -> Path:
        folder: Path = self.app.config["CROISEE"].instance_path / "media"
        return folder

    def do(self, work: Callable[[Session], Any]) -> Any:
        with self.app.app_context():
            result = work(db.session)
            db.session.commit()
            return result

    def export(self) -> bytes:
        exported: bytes = self.do(lambda session: archive.course_archive(session, FolderStore(self.media)))
        return exported

    def plan(self, data: bytes) -> ImportPlan:
        planned: ImportPlan = self.do(lambda session: archive.import_plan(data, archive.published_course(session), NOON.date(), answers))
        return planned

    def bring_in(self, data: bytes) -> int:
        plan = self.plan(data)
        count: int = self.do(lambda session: import_archive(session, plan, FolderStore(self.media), self.author, LATER))
        return count

    def publish(self, path: str, text: str) -> None:
        shown = {"plan.png": disk.store(FolderStore(self.media), "plan.png", picture())}
        self.do(lambda session: publish(session, path, text, author_id=self.author, now=LATER, media=shown))

    def state(self) -> dict[str, Any]:
        """What is published: path, fingerprint and images of each document."""
        known = self.do(known_documents)
        return {name: (each.path, each.mark) for name, each in known.items() if each.mark}

    def everything(self) -> tuple[Any, ...]:
        """Every row and every image, to be compared."""
        files = {path.name: path.read_bytes() for path in self.media.glob("**/*") if path.is_file()}
        return self.do(rows), files


@contextmanager
def site_with(folder: Path, image: bytes) -> Iterator[Site]:
    """A site that has the example course from its files, with an image."""
    app = make_app(make_settings(folder / "un"))
    files = CourseFolder(folder)
    files.replace("\n## À retenir", "\n![Le plan du quartier](images/plan.png)\n\n## À retenir")
    files.image("plan.png", image)
    files.media = app.config["CROISEE"].instance_path / "media"
    with app.app_context():
        assert files.sync(db.session).complete
    yield Site(app)
    with app.app_context():
        db.engine.dispose()
