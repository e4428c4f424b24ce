"""Several machines on one database: what lies beside it, on which of them, and backups that say when it is not here. Damage, too, is said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from app import create_app
from app.authoring.models import Draft, PlannedPublication
from app.content.store import disk
from app.content.store.queries import Revision
from app.platform.db import db
from app.platform.storage import places
from tests.administration.conftest import Maker
from tests.administration.filled import NAME
from tests.operations.backup.backup import lived_in, put_back, save
from tests.operations.backup.backup_machines import erase, name_of, run
from tests.words import ALL_ERASURES_NOTED, ALL_IMAGES_THERE, ERASED_PERSON

DIGEST = hashlib.sha256(b"plan").hexdigest()


@pytest.fixture
def other_machine(tmp_path: Path) -> Iterator[Callable[[Flask], Flask]]:
    """Another machine on the same database, whose folder is its own."""
    made: list[Flask] = []

    def machine(first: Flask) -> Flask:
        made.append(create_app(replace(first.config["CROISEE"], instance_path=tmp_path / "b")))
        return made[-1]

    yield machine
    for app in made:
        with app.app_context():
            db.engine.dispose()


# --- Images ----------------------------------------------------------------------------------------------------------


@pytest.mark.proof
@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (Revision, "sqlite"),
        (Draft, "sqlite"),
        (PlannedPublication, "sqlite"),
        pytest.param(Revision, "postgres", marks=pytest.mark.postgres),
    ],
)
def test_an_image_that_a_text_shows_and_that_is_not_here_stops_the_backup(make: Maker, tmp_path: Path, kind: str, model: type) -> None:
    app, path, rest = make("site", kind), tmp_path / "a.zip", tmp_path / "rest.zip"
    lived_in(app)
    with app.app_context():
        db.session.execute(model.__table__.update().values(media={"plan.png": DIGEST}))  # type: ignore[attr-defined]
        db.session.commit()
    refused = run(app, "backup", str(path))
    assert (refused.exit_code, path.exists()) == (1, False)
    assert "plan.png, dans « lecon" in refused.output
    assert f" » ({DIGEST}.png)" in refused.output
    again = run(app, "backup", str(path), "--incomplete", str(rest))
    assert (again.exit_code, path.exists(), rest.exists()) == (1, False, True)
    assert (f"Sauvegarde incomplète écrite : {rest}" in again.output, "plan.png" in again.output) == (True, True)
    assert put_back(make("new", ready=False), rest)[0].rows > 0
    examined = run(app, "doctor").output
    assert any("plan.png" in line and line.startswith("  !! ") for line in examined.splitlines())
    disk.store(places.media(app.config["CROISEE"]), "plan.png", b"plan")
    assert run(app, "backup", str(path)).exit_code == 0
    assert ALL_IMAGES_THERE in run(app, "doctor").output


# --- Erasures --------------------------------------------------------------------------------------------------------


@pytest.mark.proof
def test_an_erasure_made_on_one_machine_is_done_again_by_a_restore_on_another(make: Maker, tmp_path: Path, other_machine: Callable[[Flask], Flask]) -> None:
    """The database is lost. The folder of erasures is shared, or a backup made since has noted here what another machine did."""
    first, path = make("a"), tmp_path / "a.zip"
    number = lived_in(first)
    save(first, path)
    second = other_machine(first)
    erase(second, number)
    assert "  !!  1 effacement de la base n’est pas noté dans" in run(first, "doctor").output.replace("\u00a0", " ")
    done = run(first, "backup", str(tmp_path / "b.zip"))
    assert (done.exit_code, "faits sur une autre machine : 1." in done.output) == (0, True)
    assert ALL_ERASURES_NOTED in run(first, "doctor").output
    lost = replace(first.config["CROISEE"], database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")
    new = create_app(lost)
    assert put_back(new, path)[1] == 1
    assert name_of(new, number) == ERASED_PERSON


def test_machines_that_share_the_folder_need_nothing_else(make: Maker, tmp_path: Path, other_machine: Callable[[Flask], Flask]) -> None:
    first, path = make("a"), tmp_path / "a.zip"
    number = lived_in(first)
    save(first, path)
    second, shared = other_machine(first), tmp_path / "shared"
    shared.mkdir()
    for app in (first, second):
        app.config["CROISEE"].instance_path.mkdir(exist_ok=True)
        (app.config["CROISEE"].instance_path / places.ERASURES).symlink_to(shared)
    erase(second, number)
    assert [json.loads(note.read_text())["personne"] for note in shared.iterdir()] == [number]
    assert "Effacements : tous notés" in run(first, "doctor").output
    new = create_app(replace(first.config["CROISEE"], database_url=f"sqlite:///{tmp_path / 'new.sqlite'}"))
    assert put_back(new, path)[1] == 1
    assert name_of(new, number) != NAME


# --- A damaged base --------------------------------------------------------------------------------------------------


def damage(app: Flask) -> None:
    """Every page after the first holds something else."""
    with app.app_context():
        file = Path(str(db.engine.url.database))
        db.engine.dispose()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


@pytest.mark.parametrize("how", ["pages", "no database"])
def test_a_damaged_base_is_said_and_leads_to_the_restore(make: Maker, tmp_path: Path, how: str) -> None:
    app, path = make("site"), tmp_path / "folder" / "a.zip"
    lived_in(app)
    path.parent.mkdir()
    damage(app)
    if how == "no database":
        (tmp_path / "site" / "test.sqlite").write_bytes(b"not a database at all" * 400)
    saved, examined = run(app, "backup", str(path)), run(app, "doctor")
    assert (saved.exit_code, list(path.parent.iterdir())) == (1, [])
    for output in (saved.output, examined.output):
        assert "La base est abîmée" in output
        assert "docs/exploitants/sauvegarde.md, « Restaurer »" in output
        assert "Traceback" not in output
    assert examined.exit_code == 1
    assert "flask prepare" not in examined.output
