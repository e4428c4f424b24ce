"""A command that needs no page reads none, and says what it says with all of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.operations import shell
from app.platform.db import db
from app.platform.settings import ROOT


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/opt/croisee/bin/flask --app app mail send", ("mail", "send")),
        ("/opt/croisee/bin/flask --app=app --debug jobs list --json", ("jobs", "list", "--json")),
        ("/x/site-packages/flask/__main__.py -A app -e .env doctor", ("doctor",)),
        ("flask --app doctor", ()),
        ("flask", ()),
        ("/srv/flask/bin/gunicorn --config mail send", ()),
        ("pytest mail send", ()),
    ],
)
def test_what_flask_was_asked_for(monkeypatch: pytest.MonkeyPatch, line: str, asked: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "argv", line.split())
    assert shell.asked_for() == asked


@pytest.mark.parametrize(
    ("line", "terminal", "typed"),
    [
        ("flask accounts create a@b.example", True, True),
        ("flask accounts create a@b.example", False, False),
        ("flask serve", True, False),
        ("flask --app app jobs run", True, False),
        ("gunicorn app", True, False),
    ],
)
def test_events_stay_out_of_what_a_person_reads_in_a_terminal(monkeypatch: pytest.MonkeyPatch, line: str, terminal: bool, typed: bool) -> None:
    monkeypatch.setattr(sys, "argv", line.split())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert shell.is_typed() is typed


@pytest.mark.parametrize(
    "line", ["flask mail", "flask mail --help", "flask --help", "flask jobs run", "flask content sync", "flask accounts list", "flask serve", ""]
)
def test_others_are_given_the_whole_site(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(sys, "argv", line.split() or [""])
    assert shell.without_pages() is None


def test_no_page_is_read_for_these(tmp_path: Path) -> None:
    code = """
import sys, app
from app.operations.shell import WITHOUT_PAGES
for words in WITHOUT_PAGES:
    sys.argv = ["flask", "--app", "app", *words]
    made = app.create_app()
    print(len(made.cli.commands), len(made.blueprints))
print([name for name in sys.modules if name.startswith("app.") and name.endswith((".views", "_views", ".forms", ".blueprint", ".templating"))])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"CROISEE_INSTANCE": str(tmp_path)}, capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == ["1 0"] * len(shell.WITHOUT_PAGES) + ["[]"]


def test_sending_emails_reads_nothing_of_the_course_nor_of_people(tmp_path: Path) -> None:
    """A timer does it every minute or so."""
    code = """
import sys, app
sys.argv = ["flask", "--app", "app", "mail", "send"]
app.create_app()
print(sorted({name.split(".")[1] for name in sys.modules if name.startswith("app.")}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"CROISEE_INSTANCE": str(tmp_path)}, capture_output=True, check=True, text=True)
    assert done.stdout == "['features', 'operations', 'platform']\n"


def test_a_whole_site_starts_without_the_libraries_that_few_pages_ask_for(tmp_path: Path) -> None:
    code = """
import sys, app
app.create_app()
print({name.split(".")[0] for name in sys.modules} & {"PIL", "bs4", "docx", "lxml", "mammoth", "odfdo", "openpyxl", "typst", "xlsxwriter"})
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"CROISEE_INSTANCE": str(tmp_path)}, capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("command", ["doctor", "jobs list --json", "mail send"])
def test_they_say_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    words = command.split()
    whole = app.test_cli_runner().invoke(args=words)
    monkeypatch.setattr(sys, "argv", ["flask", *words])
    light = create_app(app.config["CROISEE"])
    alone = light.test_cli_runner().invoke(args=words)
    with light.app_context():
        db.engine.dispose()
    assert (light.blueprints, alone.exit_code) == ({}, whole.exit_code)
    assert told(alone.output) == told(whole.output) != []


def told(output: str) -> list[str]:
    """What is said, without the measures that no two runs share: the space left (other tests write meanwhile) and the seconds that something took."""
    return [re.sub(r"\d+,\d+ s\b", "… s", line) for line in output.splitlines() if "Espace libre" not in line]
