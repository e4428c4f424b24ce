"""`flask prepare` makes a folder ready, twice with the same result; `flask doctor` says what is wrong with one, and runs even then."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError

from app.content.store.queries import course
from app.identity.models import Person
from app.operations import doctor, prepare
from app.operations.demonstration.accounts import PEOPLE
from app.platform.db import db
from app.platform.files import write_once
from app.platform.settings import ROOT, Settings
from app.record import ledger
from app.record.progress.models import ElementState
from tests.making import make_settings, take_app
from tests.record import courses
from tests.words import ALL_ERASURES_NOTED, ALL_IMAGES_THERE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the small course."""
    return courses.written(tmp_path)


def made_in(folder: Path, **changes: Any) -> Flask:
    settings: Settings = make_settings(folder / "instance", course_path=folder, site_url="https://croisee.example", **changes)
    return take_app(settings)


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[..., Flask]]:
    """An application that nothing was prepared for; settings may be changed."""
    made: list[Flask] = []

    def build(**changes: Any) -> Flask:
        made.append(made_in(folder, **changes))
        return made[-1]

    yield build
    for app in made:
        with app.app_context():
            db.engine.dispose()


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=list(args))


def people(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0


def digest(app: Flask) -> str:
    with app.app_context():
        return ledger.ledger_digest(db.session)


# --- flask prepare ---------------------------------------------------------------------------------------------------


def test_a_fresh_folder_is_made_ready_and_a_second_run_changes_nothing(make: Callable[..., Flask]) -> None:
    app = make()
    first = run(app, "prepare")
    assert first.exit_code == 0, first.output
    assert "Cours : 9\u00a0fichiers publiés, 0 sans changement." in first.output
    assert f"Démonstration : {len(PEOPLE)}\u00a0comptes ouverts." in first.output
    assert all(role in first.output for role in ("apprenant", "formateur", "responsable", "administrateur"))
    assert people(app) == len(PEOPLE)
    before, start = digest(app), time.perf_counter()
    second = run(app, "prepare")
    assert time.perf_counter() - start < 5
    assert "Cours : 0\u00a0fichier publié, 9 sans changement." in second.output
    assert "Démonstration : 0\u00a0compte ouvert." in second.output
    assert digest(app) == before


def test_a_file_with_errors_is_named_and_the_rest_loads(make: Callable[..., Flask], folder: Path) -> None:
    app = make()
    run(app, "prepare")
    path = folder / "modules/mod-un/un-b.md"
    path.write_text(path.read_text(encoding="utf-8").replace("durée : 10", "durée : dix"), encoding="utf-8")
    output = run(app, "prepare").output
    assert "Refusé, sa version publiée reste : modules/mod-un/un-b.md. Voir flask content check modules/mod-un/un-b.md." in output
    with app.app_context():
        assert course(db.session).lessons["un-b"].minutes == 10


def test_production_gets_no_demonstration(make: Callable[..., Flask]) -> None:
    app = make(environment="production")
    result = run(app, "prepare")
    assert result.exit_code == 0
    assert "Démonstration" not in result.output
    assert people(app) == 0


@pytest.mark.parametrize("command", ["prepare", "doctor"])
def test_a_database_that_does_not_answer_is_said_without_a_traceback(make: Callable[..., Flask], command: str) -> None:
    result = run(make(database_url="postgresql+psycopg://127.0.0.1:1/rien"), command)
    assert result.exit_code == 1
    assert "OperationalError" in result.output
    assert "Traceback" not in result.output
    assert ("flask --app app doctor" if command == "prepare" else "vérifiez DATABASE_URL") in result.output


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_several_that_prepare_a_new_site_at_once_wait_for_each_other(request: pytest.FixtureRequest, folder: Path, kind: str) -> None:
    chosen = {"DATABASE_URL": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
    environ = {**os.environ, "CROISEE_INSTANCE": str(folder / "instance"), "CROISEE_COURSE": str(folder), **chosen}
    command = [sys.executable, "-m", "flask", "--app", "app"]
    several = [subprocess.Popen([*command, "prepare"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(3)]
    said = [each.communicate(timeout=120)[0] for each in several]
    assert [each.returncode for each in several] == [0, 0, 0], "\n".join(said)
    assert sum(f"{len(PEOPLE)}\u00a0comptes ouverts" in text for text in said) == 1
    examined = subprocess.run([*command, "learning", "verify"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert examined.returncode == 0, examined.stdout


@pytest.mark.postgres
def test_postgresql_is_prepared_and_examined_alike(make: Callable[..., Flask], postgres_url: str) -> None:
    app = make(database_url=postgres_url)
    before = run(app, "doctor")
    assert (before.exit_code, "lancez flask prepare" in before.output) == (1, True)
    assert run(app, "prepare").exit_code == 0
    after = run(app, "doctor")
    assert (after.exit_code, "Base postgresql : elle répond." in after.output) == (0, True), after.output


# --- flask doctor ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prepared_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `prepare` leaves in an instance's folder, the database closed."""
    app = made_in(courses.written(tmp_path_factory.mktemp("ready")))
    assert run(app, "prepare").exit_code == 0
    with app.app_context():
        db.engine.dispose()
    instance = Path(app.config["CROISEE"].instance_path)
    write_once(instance / "secret_key", b"x" * 64)
    return instance


@pytest.fixture
def ready(prepared_once: Path, folder: Path, make: Callable[..., Flask]) -> Flask:
    shutil.copytree(prepared_once, folder / "instance")
    return make()


def test_all_is_well(ready: Flask) -> None:
    result = run(ready, "doctor")
    assert result.exit_code == 0, result.output
    for sentence in (
        "accessible en écriture",
        "Clé secrète lisible par son seul propriétaire.",
        "Base sqlite : elle répond.",
        "Migrations : à jour.",
        "SQLite en mode wal.",
        "Fichiers du cours : 0\u00a0erreur.",
        "Cours publié : 2 modules, 3 leçons, 3 quiz.",
        "Registre et projection : d’accord.",
        "Courriel : aucun serveur réglé",
        "Données : lisibles par le seul compte qui sert le site.",
        "Fichier de la base : entier.",
        "Base : accessible en écriture.",
        ALL_IMAGES_THERE,
        ALL_ERASURES_NOTED,
        "Clé des badges : connue de la base.",
    ):
        assert f"  ok  {sentence}" in result.output or sentence in result.output


def test_a_folder_where_nothing_was_prepared(make: Callable[..., Flask]) -> None:
    result = run(make(), "doctor")
    assert result.exit_code == 1
    assert "  !!  La base n’est pas à jour : lancez flask prepare." in result.output
    assert "Vérification impossible : OperationalError." in result.output


def test_what_is_wrong_comes_with_its_remedy(ready: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ready.app_context():
        db.session.execute(update(ElementState).values(state="not_started"))
        db.session.commit()
    key = folder / "instance" / "secret_key"
    key.chmod(0o644)
    path = folder / "modules/mod-un/un-b.md"
    path.write_text("---\nid : un-b\n---\n", encoding="utf-8")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 10, 5 * 1024**2))
    ready.config["CROISEE"] = replace(
        ready.config["CROISEE"], environment="production", site_url="http://croisee.example", contact="", smtp_host="127.0.0.1", smtp_port=1
    )
    result = run(ready, "doctor")
    assert result.exit_code == 1
    for sentence in (
        "lancez flask learning rebuild",
        f"La clé secrète {key} est lisible par d’autres : chmod 600 {key}.",
        "Voir flask content check.",
        "Espace libre : 5 Mio ; faites de la place",
        "CROISEE_SITE_URL doit être l’adresse publique en https://",
        "CROISEE_CONTACT est vide",
        "Courriel :",
    ):
        assert re_line(sentence, result.output), f"{sentence}\n{result.output}"


def test_of_many_people_some_are_drawn(ready: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MOST_EXAMINED", 3)
    assert "Registre et projection : d’accord, pour 3 personnes tirées au sort (toutes : flask learning verify)." in run(ready, "doctor").output


def test_what_others_of_the_machine_can_read_is_named(ready: Flask, folder: Path) -> None:
    """The database, its journal, images, settings with their password; in a folder that is closed to others, nothing is."""
    instance = folder / "instance"
    (instance / "README.md").write_text("of the repository", encoding="utf-8")
    (instance / "settings.toml").write_text('smtp_password = "x"', encoding="utf-8")
    for path in (instance / "README.md", instance / "settings.toml", instance / "test.sqlite"):
        path.chmod(0o644)
    instance.chmod(0o755)
    assert re_line(f"Lisibles par d’autres comptes de la machine : settings.toml, test.sqlite ; chmod -R go= {instance}", run(ready, "doctor").output)
    instance.chmod(0o700)
    assert "Données : lisibles par le seul compte" in run(ready, "doctor").output


def test_all_that_a_site_writes_is_for_its_own_account(ready: Flask, folder: Path) -> None:
    run(ready, "backup", str(folder / "instance" / "a.zip"))
    with ready.app_context():
        db.session.execute(update(ElementState).values(state="not_started"))
        db.session.commit()
        written = [path for path in (folder / "instance").rglob("*") if path.name != "README.md"]
    assert {path.suffix for path in written} >= {".sqlite", ".sqlite-wal", ".json", ".zip"}
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_a_base_that_cannot_be_written_is_said(ready: Flask) -> None:
    """As a file without the right to write, or a disk mounted for reading, answers; whoever runs the tests may be allowed everything."""
    with ready.app_context():
        engine = db.engine
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
    engine.dispose()
    assert re_line("Lecture seule : rendez le fichier et son dossier accessibles", run(ready, "doctor").output)


@pytest.mark.parametrize("error", [OSError(28, "No space left"), OSError(30, "Read-only file system"), OSError(5, "Input/output error")])
def test_a_disk_that_fails_has_its_remedy(error: OSError) -> None:
    assert prepare.remedy(error) in (prepare.FULL, prepare.READ_ONLY, prepare.UNREADABLE)


@pytest.mark.parametrize("number", [1, 13])
def test_a_file_that_is_not_ours_is_said_in_french(number: int) -> None:
    said = prepare.remedy(PermissionError(number, "Permission denied", "/sauvegardes/a.zip"))
    assert said == f"{prepare.FORBIDDEN} (/sauvegardes/a.zip)"


def test_a_base_in_which_another_process_writes_is_not_to_be_prepared(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as one, closing(sqlite3.connect(tmp_path / "a.sqlite", timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            other.execute("BEGIN IMMEDIATE")
    said = prepare.remedy(OperationalError("BEGIN IMMEDIATE", {}, caught.value))
    assert said == "Un autre processus écrit dans la base : arrêtez le site, ou attendez, puis recommencez."


def re_line(sentence: str, output: str) -> bool:
    return any(sentence in line and line.startswith("  !! ") for line in output.splitlines())


@pytest.mark.parametrize("start", [pytest.param(["-m", "flask"], marks=pytest.mark.proof), None], ids=["python -m flask", "flask"])
def test_the_doctor_runs_even_where_the_settings_are_refused(tmp_path: Path, start: list[str] | None) -> None:
    flask = [sys.executable, *start] if start else [str(Path(sys.executable).parent / "flask")]
    environ = {**os.environ, "CROISEE_INSTANCE": str(tmp_path), "PORT": "huit mille"}
    doctor = subprocess.run([*flask, "--app", "app", "doctor"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert doctor.returncode == 1
    assert "  !!  Le réglage PORT « huit mille » (environnement) n’est pas valable : il faut un nombre de 1 à 65535." in doctor.stdout
    other = subprocess.run([*flask, "--app", "app", "learning", "verify"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert other.returncode != 0
    assert "Traceback" not in other.stderr
    assert "Le réglage PORT « huit mille »" in other.stderr
