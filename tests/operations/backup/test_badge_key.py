"""The key that signs badges stands beside the database: each command says what is wrong with it, and makes it known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import inspect

from app.platform.db import db, writing
from app.record import badges
from tests.administration.conftest import Maker
from tests.identity.builders import NOW
from tests.operations.backup.backup import lived_in, put_back, save
from tests.words import BADGE_KEY_UNREADABLE


def said(app: Flask, command: str) -> str:
    return app.test_cli_runner().invoke(args=[command]).output


def test_one_that_is_not_whole_or_not_known_has_its_remedy(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make("site")
    file: Path = app.config["CROISEE"].instance_path / badges.FILE
    monkeypatch.setattr("app.operations.prepare._sync_course", lambda: None)
    assert "  !!  Clé des badges absente du dossier d’instance" in said(app, "doctor")
    file.write_text('{"kty": "RSA", "n": "AA', encoding="utf-8")
    for command in ("doctor", "prepare"):
        assert BADGE_KEY_UNREADABLE in said(app, command)
    file.write_text(json.dumps(RSAKey.generate_key(2048, {"kid": "mine"}).as_dict(private=True)), encoding="utf-8")
    assert "  !!  Clé des badges : la base ne la connaît pas" in said(app, "doctor")
    with app.app_context(), writing() as session:
        badges.prepare_key(session, file.parent, NOW)
    assert "  ok  Clé des badges : connue de la base." in said(app, "doctor")
    badges._read_key.cache_clear()
    with app.app_context(), writing() as session:
        badges.prepare_key(session, file.parent, NOW)
    assert badges._read_key.cache_info().currsize == 0  # known, hence proved: a start need not wait for it again


def test_the_target_can_sign_badges_with_the_key_that_it_has(make: Maker, tmp_path: Path) -> None:
    """Whose public half the backup may not know: it is younger, or of another machine."""
    old, new, path = make("old"), make("new", ready=False), tmp_path / "a.zip"
    lived_in(old)
    save(old, path)
    instance = new.config["CROISEE"].instance_path
    instance.mkdir(exist_ok=True)
    (instance / badges.FILE).write_text("{", encoding="utf-8")
    with pytest.raises(badges.KeyDamaged):
        put_back(new, path)
    with new.app_context():
        assert not inspect(db.engine).get_table_names()
    (instance / badges.FILE).write_text(json.dumps(RSAKey.generate_key(2048, {"kid": "mine"}).as_dict(private=True)), encoding="utf-8")
    put_back(new, path)
    with new.app_context():
        assert badges.public_keys(db.session).keys() == {"mine"}
    (instance / badges.FILE).unlink()
    put_back(new, path, replace=True)
    with new.app_context():
        (drawn,) = badges.public_keys(db.session)
        assert badges.signing_key(instance).kid == drawn != "mine"  # type: ignore[union-attr]
