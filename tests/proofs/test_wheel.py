"""A wheel holds the whole application and its course, and serves them where nothing of the repository is."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.platform.settings import ROOT
from tests.bench.journeys import LESSON, Person
from tests.proofs.wheel import tracked

pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("wheel")]  # built once

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OFFLINE = ["--no-index", "--no-deps"]
SDIST = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"


def built(source: Path, folder: Path) -> Path:
    subprocess.run([*PIP, "wheel", *OFFLINE, "--no-build-isolation", "--wheel-dir", str(folder), str(source)], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone would hold, and what an earlier build left in it."""
    folder = tmp_path_factory.mktemp("source")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for left in ("app/gone.py", "app/course/modules/gone.md"):
        (folder / "build" / "lib" / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / "build" / "lib" / left).touch()
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(source, tmp_path_factory.mktemp("wheel"))


def held(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if ".dist-info/" not in name)


def test_it_holds_what_is_tracked_and_nothing_else(wheel: Path) -> None:
    course, declarations = tracked("modules", "quizzes"), tracked("docs/accessibilite", "docs/ecoconception")
    assert held(wheel) == sorted([*tracked("app"), *(f"app/course/{name}" for name in course), *(f"app/{name}" for name in declarations)])


def test_an_sdist_gives_the_same_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", SDIST, str(tmp_path)], cwd=source, check=True, stdout=subprocess.DEVNULL)
    sdist = next(tmp_path.glob("*.tar.gz"))
    assert held(built(sdist, tmp_path / "wheel")) == held(wheel)
    with tarfile.open(sdist) as archive:
        assert {"LICENSE", "README.md"} <= {name.partition("/")[2] for name in archive.getnames()}


class Installed:
    """An environment that holds the wheel, and reads what the application needs from the environment of the tests: no network is asked."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self.folder = folder / "environment"
        self.elsewhere = folder / "elsewhere"
        """Where commands run: it is empty, so that nothing is found because it lies there."""
        self.elsewhere.mkdir()
        self.instance = folder / "instance"
        venv.create(self.folder)
        self.python = str(self.folder / "bin" / "python")
        subprocess.run([*PIP, "--python", self.python, "install", *OFFLINE, str(wheel)], check=True)
        site = Path(sysconfig.get_path("purelib", vars={"base": str(self.folder)}))
        (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        command = [self.python, "-I", *words]
        return subprocess.run(command, cwd=self.elsewhere, env={**os.environ, **environ}, capture_output=True, text=True, check=False)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """The socket is there before the server: whoever asks too soon waits in its queue."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port, number = listening.getsockname()[1], listening.fileno()
            command = [self.python, "-I", "-m", "gunicorn", "--config", "python:app.operations.serving", "--log-level", "error", "--bind", f"fd://{number}"]
            environ = {**os.environ, "CROISEE_INSTANCE": str(self.instance)}
            server = subprocess.Popen([*command, "app:create_app()"], cwd=self.elsewhere, env=environ, pass_fds=[number])
        try:
            yield port
        finally:
            server.terminate()
            server.wait(timeout=60)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


def test_installed_it_prepares_itself_and_serves_its_course(installed: Installed) -> None:
    where = installed.run("-c", "import app; print(app.__file__)").stdout
    assert Path(where.strip()).is_relative_to(installed.folder), where
    prepared = installed.run("-m", "flask", "--app", "app", "prepare", CROISEE_INSTANCE=str(installed.instance))
    assert prepared.returncode == 0, prepared.stdout + prepared.stderr
    accounts = json.loads((installed.instance / "demonstration.json").read_text(encoding="utf-8"))["accounts"]
    with installed.serving() as port, ExitStack() as close:
        person = Person(port, accounts[0])
        close.callback(person.connection.close)
        page = person.get(LESSON)
        assert (person.status, "ZEP" in page.h1) == (200, True)
        assert "106 critères" in person.get("/accessibilite").text
        sheets = [link.get("href") for link in page.all("link") if link.get("rel") == "stylesheet"]
        assert sheets
        for address in sheets:
            assert "{" in person.get(address).html
            assert person.status == 200, address
    assert list(installed.elsewhere.iterdir()) == []


def test_installed_it_asks_where_to_keep_things(installed: Installed) -> None:
    """Never among the installed packages, which an upgrade may throw away."""
    refused = installed.run("-m", "flask", "--app", "app", "prepare", CROISEE_INSTANCE="")
    assert refused.returncode != 0
    assert "CROISEE_INSTANCE est vide" in refused.stderr
    assert "Traceback" not in refused.stderr
