"""What `flask doctor` says of the machine: the files of `deploy/` as they are placed, secrets, versions, backups and their drill."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from app.operations import machine
from app.operations.jobs import services
from app.operations.jobs.queries import JobTimer
from app.platform import clock
from app.platform.db import db, writing
from app.platform.settings import ROOT, Settings

SITE = "cites.exemple.org"
Check = Callable[[Settings], Iterator[machine.Finding]]


@pytest.fixture
def settings(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A machine where `make install` was run, and all is well."""
    for name, path in (("UNIT_FOLDER", "units"), ("RUNNING", "running"), ("PROXY", "nginx.conf")):
        monkeypatch.setattr(machine, name, tmp_path / path)
    monkeypatch.setattr(machine, "ordering_seconds", lambda: 0.0)
    wants = tmp_path / "units" / "multi-user.target.wants"
    wants.mkdir(parents=True)
    for unit in machine.UNITS:
        (tmp_path / "units" / unit).write_text((ROOT / "deploy" / unit).read_text(encoding="utf-8"), encoding="utf-8")
        (wants / unit).symlink_to(tmp_path / "units" / unit)
        (tmp_path / "running" / unit).mkdir(parents=True)
        (tmp_path / "running" / unit / "cgroup.procs").write_text("84\n", encoding="ascii")
    nginx = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8").replace(machine.EXAMPLE, SITE)
    own = nginx.replace("/etc/letsencrypt/live", "/etc/ssl/site").replace("limit_conn croisee_par_adresse 50", "limit_conn croisee_par_adresse 200")
    (tmp_path / "nginx.conf").write_text(own.replace("server 127.0.0.1:8000;", "server 10.0.0.11:8000 max_fails=2 fail_timeout=10s;"), encoding="utf-8")
    backups = tmp_path / "sauvegardes"
    backups.mkdir(mode=0o700)
    (backups / "croisee-2026-11-24.zip").touch()
    with app.app_context():
        known = replace(app.config["CROISEE"], environment="production", site_url=f"https://{SITE}", backups=str(backups))
        with writing() as session:
            services.declare(session, clock.now())
            session.get_one(JobTimer, "drill").well, session.get_one(JobTimer, "drill").ended_at = True, clock.now()
        yield known


def found(settings: Settings) -> list[machine.Finding]:
    return [finding for check in machine.CHECKS for finding in check(settings)]


def wrong(settings: Settings) -> str:
    return "\n".join(sentence for good, sentence in found(settings) if not good)


def test_a_machine_as_it_was_installed_is_well(settings: Settings) -> None:
    said = [sentence for _, sentence in found(settings)]
    assert wrong(settings) == ""
    for start in (
        "Versions : Croisée dans",
        "Unités en marche : croisee.service, croisee-travaux.service",
        "nginx :",
        "Dernière sauvegarde :",
        "Dernier exercice de",
    ):
        assert [each for each in said if each.startswith(start)], start


def appended(path: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write("    keepalive_timeout 3s;\n")

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (appended("units/croisee.service"), "croisee.service n’est pas l’unité de cette version : relancez make install"),
        (lambda folder: (folder / "units/multi-user.target.wants/croisee.service").unlink(), "ne part pas avec la machine : systemctl enable croisee.service"),
        (lambda folder: (folder / "running/croisee-travaux.service/cgroup.procs").write_text(""), "croisee-travaux.service ne tourne pas"),
        (lambda folder: (folder / "running/croisee.service/cgroup.procs").unlink(), "croisee.service ne tourne pas : systemctl start croisee.service"),
        (lambda folder: (folder / "units/croisee-travaux.service").unlink(), "Il manque l’unité croisee-travaux.service"),
        (appended("nginx.conf"), "1 ligne diffère de celui qui est livré : diff"),
        (lambda folder: (folder / "sauvegardes").chmod(0o755), "sauvegardes est lisible par d’autres comptes de la machine"),
        (lambda folder: os.utime(folder / "sauvegardes/croisee-2026-11-24.zip", (0, 0)), "elle a plus de deux jours"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(settings: Settings, tmp_path: Path, change: Callable[[Path], object], sentence: str) -> None:
    change(tmp_path)
    assert sentence in wrong(settings).replace("\u00a0", " ")


def test_settings_that_others_can_read_outside_of_the_instance(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "etc.toml"
    path.write_text("", encoding="utf-8")
    (settings.instance_path / "settings.toml").symlink_to(path)
    path.chmod(0o640)
    assert wrong(settings) == ""
    path.chmod(0o644)
    assert f"{path} est lisible par d’autres" in wrong(settings)


def test_a_drill_of_long_ago_is_told_and_the_first_is_announced(settings: Settings) -> None:
    with writing() as session:
        session.get_one(JobTimer, "drill").ended_at = clock.now() - timedelta(days=20)
    assert "il a plus de quinze jours" in wrong(settings)
    with writing() as session:
        session.get_one(JobTimer, "drill").ended_at = None
    db.session.rollback()
    assert wrong(settings) == ""


def test_without_backups_production_is_warned_and_nobody_else(settings: Settings) -> None:
    assert "donnez un dossier à CROISEE_BACKUPS" in wrong(replace(settings, backups=""))
    assert wrong(replace(settings, backups="", environment="development")) == ""
    assert "la première se fera cette nuit" in next(machine.backups(replace(settings, backups=str(settings.instance_path / "vide"))))[1]


def test_a_library_of_another_version_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    known = metadata.version
    monkeypatch.setattr(machine.metadata, "version", lambda name: "0.1" if name == "flask" else known(name))
    assert "1 bibliothèque n’est pas celle prévue : flask 0.1 au lieu de " in wrong(settings).replace("\u00a0", " ")


def test_a_python_that_orders_marks_slowly_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gh-149079" not in wrong(settings)
    monkeypatch.setattr(machine, "ordering_seconds", lambda: 0.4)
    assert "0,40 s à ranger 20 000 accents" in wrong(settings).replace("\u202f", " ").replace("\xa0", " ")
    assert all(good for good, _ in machine.interpreter(replace(settings, environment="development"))), "nobody else reaches that one"
    monkeypatch.undo()
    assert machine.ordering_seconds() >= 0
