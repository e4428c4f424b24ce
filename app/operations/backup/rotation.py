"""The backup of the day, by a timer: one file a day in the folder of the settings, kept for as many days as they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from app.operations.backup.write import BackupReport, ImagesMissing, write
from app.platform.french import day_of
from app.platform.settings import Settings

WHOLE = "croisee-????-??-??.zip"
"""Those of the night that are whole. Their names are in the order of their days."""
PATTERN = "croisee-????-??-??*.zip*"
"""Ours: whole ones, incomplete ones, and what a machine that stopped left of one. They hold the same personal data."""


def back_up(settings: Settings, now: datetime) -> BackupReport | None:
    """Writes today's file, then deletes those that are too old; None where it is there already.

    Raises `ImagesMissing` after writing what is there beside it, and then deletes nothing.
    """
    whole = Path(settings.backups) / f"croisee-{day_of(now)}.zip"
    if whole.exists():
        return None
    whole.parent.mkdir(parents=True, exist_ok=True)
    try:
        report = write(settings, whole, now)
    except ImagesMissing:
        incomplete = whole.with_stem(f"{whole.stem}-incomplete")
        if not incomplete.exists():
            write(settings, incomplete, now, whole=False)
        raise
    for path in outlived(whole.parent, now - timedelta(days=settings.backups_days)):
        path.unlink(missing_ok=True)
    return report


def newest(settings: Settings) -> Path | None:
    """The youngest whole backup of the folder."""
    return max(Path(settings.backups).glob(WHOLE), default=None) if settings.backups else None


def outlived(folder: Path, before: datetime) -> Iterator[Path]:
    """Files of ours last written before then; no folder, and nothing of anybody else's."""
    return (path for path in folder.glob(PATTERN) if path.is_file() and path.stat().st_mtime < before.timestamp())
