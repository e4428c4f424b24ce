"""From the folders to the bucket and back; what is kept with a bucket is saved and restored with it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Flask
from msgspec.structs import replace

from app.administration.privacy import erasure
from app.platform.db import db
from app.platform.storage import places
from tests.administration.conftest import Maker, make
from tests.identity.builders import NOW
from tests.making import make_app, make_settings
from tests.operations.backup.backup import PICTURE, PICTURE_NAME, lived_in, put_back, save

__all__ = ["make"]

DIGEST = hashlib.sha256(b"one").hexdigest()


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output.replace("\u00a0", " ").replace("\u202f", " ")


def test_everything_goes_to_the_bucket_and_back(tmp_path: Path, bucket: dict[str, Any]) -> None:
    app = make_app(make_settings(tmp_path / "instance", **bucket))
    settings = app.config["CROISEE"]
    here, there = (places.folder(settings, places.MEDIA), places.bucket(settings, places.MEDIA))
    here.put(f"{DIGEST}.pdf", b"one")
    here.put("a" * 64 + ".pdf", b"not what its name says")
    places.folder(settings, places.ERASURES).put("1-x.json", b"{}")
    code, said = run(app, "media", "move", "seau")
    assert code == 1
    assert "Images et fichiers : 1 copié et vérifié, 0 déjà là, vérifié.\n  " + "a" * 64 + ".pdf : abîmé" in said
    assert "Effacements : 1 copié" in said
    assert (there.read(f"{DIGEST}.pdf"), here.size(f"{DIGEST}.pdf")) == (b"one", 3)
    here.delete("a" * 64 + ".pdf")
    code, said = run(app, "media", "move", "seau")
    assert (code, "1 déjà là, vérifié" in said, "Rien n’est effacé" in said) == (0, True, True)
    code, said = run(app, "media", "move", "seau", "--effacer")
    assert (code, "1 effacé du côté de départ" in said, list(here.entries())) == (0, True, [])
    there.put("b" * 64 + ".pdf", b"spoilt on its way")
    assert run(app, "media", "move", "dossier", "--effacer")[0] == 1
    assert [entry.name for entry in here.entries()] == [f"{DIGEST}.pdf"]
    assert [entry.name for entry in there.entries()] == ["b" * 64 + ".pdf"]
    with app.app_context():
        db.engine.dispose()


def test_it_says_why_it_cannot(tmp_path: Path, away: dict[str, Any]) -> None:
    app = make_app(make_settings(tmp_path / "instance"))
    assert "Aucun seau n’est réglé" in run(app, "media", "move", "seau")[1]
    app.config["CROISEE"] = replace(app.config["CROISEE"], **away)
    places.folder(app.config["CROISEE"], places.MEDIA).put(f"{DIGEST}.pdf", b"one")
    code, said = run(app, "media", "move", "seau")
    assert (code, "Le seau seau ne répond pas" in said, "relancez la même commande" in said) == (1, True, True)
    with app.app_context():
        db.engine.dispose()


def test_a_backup_holds_what_the_bucket_holds_and_comes_back_anywhere(make: Maker, tmp_path: Path, bucket: dict[str, Any]) -> None:
    """Saved from a bucket, restored to a folder; the erasures of one are known to the other; the doctor looks at the bucket."""
    old, path = make("old"), tmp_path / "backup.zip"
    number = lived_in(old)
    folder = replace(old.config["CROISEE"])
    places.bucket(replace(folder, **bucket), places.MEDIA).put(PICTURE_NAME, PICTURE)
    (folder.instance_path / "media" / PICTURE_NAME).unlink()
    old.config["CROISEE"] = replace(folder, **bucket)
    assert save(old, path).media == 1
    assert f"Seau {bucket['bucket']} (127.0.0.1) : lu, écrit et effacé, sans chiffrement en chemin." in run(old, "doctor")[1]
    new = make("new")
    with new.app_context():
        db.engine.dispose()
    put_back(new, path, replace=True)
    assert places.media(new.config["CROISEE"]).read(PICTURE_NAME) == PICTURE
    again = make("again")
    again.config["CROISEE"] = replace(again.config["CROISEE"], **bucket)
    places.media(again.config["CROISEE"]).delete(PICTURE_NAME)
    put_back(again, path, replace=True)
    assert places.media(again.config["CROISEE"]).read(PICTURE_NAME) == PICTURE
    erasure.note(old.config["CROISEE"], one := erasure.ErasedAccount(number, NOW, "demande"))
    assert erasure._erased_in_files(again.config["CROISEE"]) == {one}
    (entry,) = places.erasures(old.config["CROISEE"]).entries()
    assert json.loads(places.erasures(again.config["CROISEE"]).read(entry.name))["personne"] == number
