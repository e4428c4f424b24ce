"""The files of `deploy/` without a machine: what nginx lets pass, and what an installation leaves behind it where a step fails."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.platform.db import db
from app.platform.settings import ROOT
from app.platform.web import migrations
from app.platform.web.endpoints import gathered
from tests.making import make_settings

MEBIBYTE = 1024**2
WRITTEN = 'environment = "production"\nsmtp_password = "secret"\n'


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Its modules, on a machine that is a folder; `ran`: the commands that they gave it."""
    monkeypatch.syspath_prepend(ROOT / "deploy")
    install, machine = importlib.import_module("install"), importlib.import_module("machine")
    ran: list[tuple[str, ...]] = []
    for name, path in {"LIB": "lib", "ETC": "etc", "SETTINGS": "etc/settings.toml", "OPT": "opt", "PROXY": "nginx.conf", "NGINX": "nginx"}.items():
        monkeypatch.setattr(machine, name, tmp_path / path)
    (tmp_path / "lib").mkdir()
    monkeypatch.setattr(machine.os, "chown", lambda *_: None)
    monkeypatch.setattr(machine.grp, "getgrnam", lambda _name: SimpleNamespace(gr_gid=0))
    monkeypatch.setattr(machine, "run", lambda *command, **_: ran.append(command))
    monkeypatch.setattr(install, "run", lambda *command, **_: ran.append(command))
    monkeypatch.setattr(install.subprocess, "run", lambda command, **_: ran.append(tuple(command)))
    for module in (install, machine):
        monkeypatch.setattr(module, "manages", lambda: True)
    return SimpleNamespace(install=install, machine=machine, ran=ran)


def test_a_folder_that_is_no_machine_is_refused_before_anything_is_written(deploy: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(deploy.machine.Stop, match="n’est pas la racine"):
        deploy.install.opt_of(str(tmp_path))
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/python3").touch()
    assert deploy.install.opt_of(str(tmp_path)) == tmp_path / "opt/croisee"


def test_a_minimal_machine_is_given_the_command_that_makes_accounts(deploy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nginx").touch()
    monkeypatch.setattr(deploy.machine.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=0))
    monkeypatch.setattr(deploy.machine.shutil, "which", lambda name, path=None: None if name == "useradd" else f"/usr/bin/{name}")
    deploy.machine.packages()
    assert deploy.ran[-1][-1] == "passwd"


@pytest.mark.parametrize("step", ["stop", "prepare"])
def test_a_site_that_was_stopped_starts_again_whatever_fails(deploy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def stop(*_command: str, **_how: object) -> None:
        raise deploy.machine.Stop(step)

    if step == "stop":  # one of the two units may be down already
        monkeypatch.setattr(deploy.install, "run", stop)
    with pytest.raises(deploy.machine.Stop), deploy.install.stopped(ROOT):
        raise deploy.machine.Stop(step)
    assert deploy.ran[-1] == ("systemctl", "start", *deploy.machine.UNITS)


@pytest.mark.parametrize(("said", "saved"), [("INFO event=…\nvide\n", False), ("0041\n", True)])
def test_whatever_database_is_there_is_saved_before_the_first_version_touches_it(
    deploy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, said: str, saved: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(deploy.install, "croisee", lambda _version, *words, **_: (asked.append(words[0]), said)[1])
    assert (deploy.install.secured(None, ROOT, {"database_url": "postgresql://…"}) is not None) is saved
    assert asked == (["database", "backup", "drill"] if saved else ["database"])


def test_a_database_says_how_far_it_is(tmp_path: Path) -> None:
    site = create_app(make_settings(tmp_path))
    asked = site.test_cli_runner()
    assert asked.invoke(args=["database", "state"]).output == "vide\n"
    with site.app_context():
        migrations.upgrade("0001")
        assert asked.invoke(args=["database", "state"]).output == "0001\n"
        db.engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another account")
def test_the_line_of_the_guide_finds_its_commands_where_cron_looks(tmp_path: Path) -> None:
    flask = tmp_path / ".venv" / "bin" / "flask"
    flask.parent.mkdir(parents=True)
    flask.write_text('#!/bin/sh\necho "$CROISEE_INSTANCE $*"\n', encoding="utf-8")
    flask.chmod(0o755)
    shipped = (ROOT / "deploy" / "croisee").read_text(encoding="utf-8")
    script = shipped.replace("/opt/croisee/current", str(tmp_path)).replace("runuser -u croisee", "runuser -u root")
    done = subprocess.run(["/bin/sh", "-c", script, "croisee", "jobs", "once"], env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"/var/lib/croisee --app {tmp_path}/app jobs once\n", "")


@contextmanager
def answering() -> Iterator[int]:
    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status":"ok"}')

        def log_message(self, *_said: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_site_is_asked_without_the_proxy_that_leads_to_the_network(
    deploy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(deploy.install, "SECONDS_TO_BE_READY", 1)
    with answering() as port:
        deploy.install.start({"port": port}, None)
    assert "Le site est prêt" in capsys.readouterr().out


def test_settings_of_an_installation_by_hand_move_without_ever_being_open(deploy: SimpleNamespace) -> None:
    machine, own = deploy.machine, deploy.machine.LIB / "settings.toml"
    own.write_text(WRITTEN, encoding="utf-8")
    assert machine.settings(ROOT, "")["smtp_password"] == "secret"
    assert (own.is_symlink(), machine.SETTINGS.stat().st_mode & 0o777) == (True, 0o640)
    own.unlink()
    own.write_text(WRITTEN, encoding="utf-8")
    with pytest.raises(machine.Stop, match="se contredisent"):
        machine.settings(ROOT, "")


@pytest.mark.parametrize(("text", "sentence"), [(b'contact = "Moi"\n', "des comptes inventés"), (b'contact = "\xe9"\n', "pas lisible")])
def test_settings_that_would_not_do_stop_before_anything_changes(deploy: SimpleNamespace, text: bytes, sentence: str) -> None:
    deploy.machine.SETTINGS.parent.mkdir()
    deploy.machine.SETTINGS.write_bytes(text)
    with pytest.raises(deploy.machine.Stop, match=sentence):
        deploy.machine.settings(ROOT, "")


@pytest.mark.parametrize(("site", "address"), [("Cites-Est.Exemple.fr", "https://cites-est.exemple.fr"), ("https://cites.fr", ""), ("cités.fr", ""), ("", "")])
def test_the_name_of_the_site(deploy: SimpleNamespace, site: str, address: str) -> None:
    if address:
        assert deploy.machine.settings(ROOT, site)["site_url"] == address
    else:
        with pytest.raises(deploy.machine.Stop, match="sans https:// ni accent"):
            deploy.machine.settings(ROOT, site)


def test_nginx_takes_the_new_file_where_its_own_is_of_any_version_of_ours_and_of_nobody_else(
    deploy: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, known = deploy.machine, {"site_url": "https://cites.exemple.org"}
    for path in (machine.NGINX, tmp_path / "cert.pem"):
        path.touch()
    for name in ("une", "deux", "trois"):
        (machine.OPT / "versions" / name / "deploy").mkdir(parents=True)
        (machine.OPT / "versions" / name / "deploy/nginx.conf").write_text(f"# {name}\nssl_certificate {tmp_path}/cert.pem;\n", encoding="utf-8")
    newest = machine.OPT / "versions" / "trois"
    for old, after in (("# une", "# trois"), ("# à moi", "# à moi")):  # of two versions ago, where nginx refused the one between
        machine.PROXY.write_text(f"{old}\nssl_certificate {tmp_path}/cert.pem;\n", encoding="utf-8")
        machine.place_proxy(newest, known)
        assert machine.PROXY.read_text(encoding="utf-8").startswith(after)


def test_nginx_lets_pass_what_each_page_takes_and_little_more(app: Flask) -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    places = re.findall(r"location (=|~) (\S+) \{\s+client_max_body_size (\d+)m;", text)
    rules = {rule.endpoint: re.sub("<.*?>", "un-a", rule.rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    large = {endpoint: said.large_form[0] for endpoint, said in gathered.of(app).items() if said.large_form}
    assert len(large) == 6
    for endpoint, size in large.items():
        taken = [int(most) * MEBIBYTE for how, where, most in places if (where == rules[endpoint] if how == "=" else re.search(where, rules[endpoint]))]
        assert len(taken) == 1, endpoint
        assert size <= taken[0] < 2 * size + MEBIBYTE, endpoint
