"""What several tests share: two hosts that share a bucket, and what their readers see; a bucket that is away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from app.platform.db import db
from tests.making import make_app, make_settings
from tests.record import courses
from tests.record.world import Clock, World


def site_of(folder: Path, clock: Clock, **changes: Any) -> World:
    """A site with the small course."""
    world = World(make_app(make_settings(folder, **changes)), clock)
    world.publish_now(*courses.small())
    return world


def closed(*apps: Flask) -> None:
    for app in apps:
        with app.app_context():
            db.engine.dispose()
