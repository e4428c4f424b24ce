"""`/administration/travaux`, the same from a shell, and a backup a night."""

from __future__ import annotations

import json
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.identity.audit import AdministrativeAct
from app.operations.backup import write
from app.operations.backup.write import BackupReport, ImagesMissing
from app.operations.jobs import services
from app.operations.jobs.queries import TIMERS, JobTimer, timer
from app.operations.jobs.services import JobOutcome
from app.platform import clock
from app.platform.db import db, writing
from app.platform.mail.outbox import REFUSED, OutgoingMail
from app.platform.settings import Settings
from tests.administration.people_pages import administrator
from tests.making import make_settings
from tests.record.world import MORNING, words_of


def test_the_page_says_that_nothing_runs_them_then_what_ran(app: Flask) -> None:
    client = administrator(app)
    page = client.see("/administration/travaux")
    assert "le processus flask jobs run ne tourne pas" in words_of(page)
    assert "Jamais lancé" in words_of(page)
    purge = timer("purge")
    assert purge
    with app.app_context(), writing() as session:
        now = clock.now()
        services.declare(session, now)
        services.note_alive(session, "serveur:1", now)
        session.get_one(JobTimer, "purge").next_at = now
        session.flush()
        assert services.claim(session, "purge", "serveur:1", now)
        services.finish(session, purge, "serveur:1", JobOutcome(True, "12 lignes effacées"), now)
    told = words_of(client.see("/administration/travaux"))
    assert "En marche sur serveur:1" in told
    assert "12 lignes effacées" in told


def test_asking_for_one_makes_it_due_and_is_an_act(app: Flask) -> None:
    client = administrator(app)
    client.see("/administration/travaux")
    client.submit("Lancer « Durées de conservation » maintenant")
    with app.app_context():
        assert db.session.get_one(JobTimer, "purge").next_at <= clock.now()
        assert db.session.scalars(select(AdministrativeAct.details).where(AdministrativeAct.act == "job_asked")).one() == {"travail": "Durées de conservation"}


def test_an_unknown_one_does_not_exist(app: Flask) -> None:
    client = administrator(app)
    page = client.see("/administration/travaux")
    token = page.form("maintenant")["fields"]["csrf_token"]
    assert client.post("/administration/travaux/autre", data={"csrf_token": token}).status_code == 404


def test_a_shell_says_the_same(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    told = json.loads(run(args=["jobs", "list", "--json"]).output)
    assert [each["name"] for each in told["jobs"]] == [each.name for each in TIMERS]
    assert "flask jobs run ne tourne pas" in run(args=["jobs", "list"]).output


def test_each_outbox_tells_its_depth_and_its_oldest(app: Flask) -> None:
    before = clock.now() - timedelta(days=2)
    client = administrator(app)
    with app.app_context(), writing() as session:
        letter = {"recipient": "a@ville.example", "subject": "x", "text": "x", "html": "x", "not_before": clock.now()}
        session.add_all(
            [
                OutgoingMail(**letter, created_at=before),
                OutgoingMail(**letter, created_at=clock.now()),
                OutgoingMail(**letter, created_at=before, state=REFUSED),
            ]
        )
    told = {each["name"]: each for each in json.loads(app.test_cli_runner().invoke(args=["jobs", "list", "--json"]).output)["queues"]}
    assert {name: told[name]["depth"] for name in ("mail", "mail stopped", "publications", "syntheses")} == {
        "mail": 2, "mail stopped": 1, "publications": 0, "syntheses": 0,
    }  # fmt: skip
    assert {told[name]["oldest"] for name in ("mail", "mail stopped")} == {before.isoformat(timespec="seconds")}
    page = client.see("/administration/travaux")
    assert page.link("Courriels arrêtés") == "/administration/courriels"


# --- A backup a night ------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(write, "write", _written)
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    return replace(make_settings(tmp_path / "instance"), backups=str(folder))


def _written(_settings: Settings, path: Path, _now: object, whole: bool = True) -> BackupReport:
    path.touch()
    return BackupReport(rows=3, media=0, ledger="", content="")


def test_each_night_one_file_and_those_of_long_ago_go(settings: Settings) -> None:
    """Incomplete ones and drafts too; nothing else."""
    folder = Path(settings.backups)
    old = ["croisee-2026-10-01.zip", "croisee-2026-10-01-incomplete.zip", "croisee-2026-10-01.zip.4242"]
    others = ["croisee-secret_key", "croisee-settings.toml", "croisee-avant-2026.zip", "autre.zip"]
    for name in (*old, *others):
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
    (folder / "croisee-2026-10-01-dossier.zip").mkdir()
    os.utime(folder / "croisee-2026-10-01-dossier.zip", (0, 0))
    assert write.back_up(settings, MORNING)
    assert write.back_up(settings, MORNING) is None
    assert sorted(path.name for path in folder.iterdir()) == sorted([*others, "croisee-2026-10-01-dossier.zip", "croisee-2026-11-24.zip"])


def test_it_is_kept_for_as_long_as_the_settings_say(settings: Settings) -> None:
    path = Path(settings.backups) / "croisee-2026-11-01.zip"
    path.touch()
    os.utime(path, (MORNING.timestamp(),) * 2)
    assert list(write.old_archives(path.parent, MORNING)) == []
    assert list(write.old_archives(path.parent, MORNING + timedelta(seconds=1))) == [path]


def test_an_image_that_is_missing_deletes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(settings: Settings, path: Path, now: object, whole: bool = True) -> BackupReport:
        if whole:
            raise ImagesMissing(["carte.png"])
        return _written(settings, path, now)

    monkeypatch.setattr(write, "write", refused)
    old = Path(settings.backups) / "croisee-2026-10-01.zip"
    old.touch()
    os.utime(old, (0, 0))
    for _ in range(2):
        with pytest.raises(ImagesMissing):
            write.back_up(settings, MORNING)
    assert sorted(path.name for path in old.parent.iterdir()) == [old.name, "croisee-2026-11-24-incomplete.zip"]


def test_the_command_says_where_it_would_write(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "write", _written)
    run = app.test_cli_runner().invoke
    assert "CROISEE_BACKUPS est vide" in run(args=["backups"]).output
    app.config["CROISEE"] = replace(app.config["CROISEE"], backups=str(tmp_path / "sauvegardes"))
    assert re.search(r"Sauvegarde écrite : \d+", run(args=["backups"]).output)
    assert "déjà là" in run(args=["backups"]).output
