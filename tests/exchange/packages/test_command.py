"""`flask exchange export` of a module and of a badge."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from app.platform.db import db
from app.record.progress.models import Attestation
from tests.learner.attestations.conftest import person
from tests.record.conftest import clock, empty, world
from tests.record.world import World

__all__ = ["clock", "empty", "person", "world"]


@pytest.mark.parametrize(("form", "manifest"), [("scorm12", "imsmanifest.xml"), ("cmi5", "cmi5.xml")])
def test_a_module(world: World, tmp_path: Path, form: str, manifest: str) -> None:
    out = tmp_path / "paquet.zip"
    done = world.app.test_cli_runner().invoke(args=["exchange", "export", "mod-un", "--format", form, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "L’attestation" in done.output
    with zipfile.ZipFile(out) as archive:
        assert manifest in archive.namelist()
    absent = world.app.test_cli_runner().invoke(args=["exchange", "export", "absent", "--format", form, "--out", str(out)])
    assert absent.exit_code == 1
    assert "Aucun module publié" in absent.output


def test_a_badge_is_that_of_its_page(world: World, person: int, tmp_path: Path) -> None:
    out, run = tmp_path / "badge.jwt", world.app.test_cli_runner()
    with world.app.app_context():
        number = db.session.scalars(select(Attestation.id).filter_by(person_id=person)).one()
    args = ["exchange", "export", str(number), "--format", "badge", "--out", str(out)]
    refused = run.invoke(args=args)
    assert refused.exit_code == 1
    assert "n’a pas d’adresse" in refused.output
    world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], site_url="https://croisee.example")
    assert run.invoke(args=args).exit_code == 0
    assert out.read_text() == world.signed_in(person).get(f"/attestations/{number}/badge/jwt").text
    assert run.invoke(args=[*args[:2], "inconnue", *args[3:]]).exit_code == 1
