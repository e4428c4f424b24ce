"""A course in a temporary folder, and what tests do to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.content.store import disk
from app.content.store.survey import survey_files
from app.content.store.sync import Choices, ExportReport, Keep, SyncReport, export, sync
from app.platform.storage.folder import FolderStore
from tests.content.cases import example_course

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LESSON = "modules/exemple/01-un.md"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class CourseFolder:
    """The example course on the disk; `media` stands beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "course"
        self.media = root / "media"
        for path, text in example_course().items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def read(self, path: str = LESSON) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def replace(self, old: str, new: str, path: str = LESSON) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def image(self, name: str, data: bytes = PNG) -> None:
        folder = self.root / "modules/exemple/images"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    def sync(
        self,
        session: Session,
        keep: Choices = None,
        change: str | None = None,
        now: datetime = NOON,
        *,
        withdraw: bool = False,
        cache: Path | None = None,
    ) -> SyncReport:
        """Survey and synchronise, as the command does, and commit."""
        files = disk.find(self.root)
        report = sync(session, files, survey_files(files, date(2026, 11, 24), cache), FolderStore(self.media), now, keep=keep, change=change, withdraw=withdraw)
        session.commit()
        return report

    def export(self, session: Session, keep: Keep | None = None) -> ExportReport:
        files = disk.find(self.root)
        report = export(session, files, survey_files(files, date(2026, 11, 24)), FolderStore(self.media), keep=keep)
        session.commit()
        return report
