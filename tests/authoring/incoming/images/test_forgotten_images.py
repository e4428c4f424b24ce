"""`flask atelier forget-images`: what no text names any more goes after some time; what a draft or an old revision names stays."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from app.authoring.incoming import uploads
from app.authoring.incoming.image_process import answers
from app.authoring.incoming.image_views import add
from app.authoring.incoming.images import clean_image
from app.authoring.models import PlannedPublication
from app.content.store import disk, services
from app.identity.rules import Role
from app.platform import clock
from app.platform.storage.folder import FolderStore
from tests.authoring.incoming.pictures import picture
from tests.content.publishing import publish
from tests.record.world import World


def aged(path: Path, days: int) -> None:
    then = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_only_what_nothing_names_is_forgotten_and_not_at_once(world: World) -> None:
    folder: Path = world.app.config["CROISEE"].instance_path / "media"
    kept = FolderStore(folder)
    trainer = world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER)
    now: datetime = world.clock.now()
    drafted = clean_image("brouillon.png", picture(colour="red"), answers)
    world.write(lambda session: add(session, "un-a", trainer, drafted, kept, now))
    shown = disk.store(kept, "publiee.png", picture(colour="blue"))
    path, text = world.course().lessons["un-b"].path, "---\nid : un-b\ntitre : B\ndurée : 1\n---\n\n![x](images/publiee.png)\n"
    world.write(lambda session: publish(session, path, text, author_id=None, now=now, media={"publiee.png": shown}))
    world.write(lambda session: services.withdraw(session, ["un-b"], now))
    planned = disk.store(kept, "prevue.png", picture(colour="black"))
    row = PlannedPublication(document_id="un-c", author_id=trainer, path=path, text=text, media={"prevue.png": planned}, change="mineure")
    row.due_at, row.planned_at = now + timedelta(days=90), now
    world.write(lambda session: session.add(row))
    disk.store(kept, "recente.png", picture(colour="green"))
    disk.store(kept, "oubliee.png", picture(colour="white"))
    (folder / "README").write_text("not an image")
    (folder / ".unfinished.part").write_bytes(b"half")
    for each in folder.iterdir():
        aged(each, 40)
    disk.store(kept, "recente.png", picture(colour="green"))  # used again: it only says so
    digest = uploads.keep(FolderStore(folder.parent / "imports"), trainer, b"zip", now)
    aged(folder.parent / "imports" / f"{digest}-{trainer}.zip", 3)
    told = world.app.test_cli_runner().invoke(args=["atelier", "forget-images"])
    assert told.output == "Images effacées : 2.\n"
    assert len(list(folder.iterdir())) == 5
    assert list((folder.parent / "imports").iterdir()) == []
    assert disk.store(kept, "oubliee.png", picture(colour="white"))
