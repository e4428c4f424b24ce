"""`croisee`: a folder of Markdown, seen, checked, built and served; any other word is a command of `flask` for this application."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import click
from flask.cli import FlaskGroup

from app import create_app
from app.exchange.folder.cli import COMMANDS, FOLDER
from app.platform.settings import INSTALLED


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Tout autre mot est une commande du site : croisee prepare, croisee content sync… (flask --app app --help).",
)
@click.version_option(version("croisee") if INSTALLED else "(dépôt)", prog_name="Croisée", message="%(prog)s %(version)s")
def croisee() -> None:
    """Un dossier de textes Markdown devient un cours."""


for each in COMMANDS:
    croisee.add_command(each)


@croisee.command("serve")
@FOLDER
@click.option("--instance", type=click.Path(file_okay=False, path_type=Path), help="Où garder base, clé et images ; par défaut, à côté du dossier.")
@click.option("--port", type=click.IntRange(1, 65535), help="Par défaut, 8000.")
def serve_command(folder: Path, instance: Path | None, port: int | None) -> None:
    """Servir un DOSSIER comme un site, avec ses comptes. Sans production, une démonstration invente des personnes."""
    course = folder.resolve()
    os.environ["CROISEE_COURSE"] = str(course)
    os.environ["CROISEE_INSTANCE"] = str((instance or course.with_name(f"{course.name}-site")).resolve())
    if port:
        os.environ["PORT"] = str(port)
    click.echo(f"Instance : {os.environ['CROISEE_INSTANCE']}")
    _run_flask("serve")


@croisee.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), help="Par défaut, 8000.")
def demo_command(port: int | None) -> None:
    """Servir une démonstration, avec des personnes inventées, dans un dossier qui disparaît avec elle."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # else nothing would take the folder away
    with tempfile.TemporaryDirectory(prefix="croisee-demo-") as folder:
        os.environ |= {"CROISEE_INSTANCE": folder, "CROISEE_ENV": "development", **({"PORT": str(port)} if port else {})}
        _run_flask("serve")


def _run_flask(*words: str) -> None:
    FlaskGroup(create_app=create_app, add_version_option=False, load_dotenv=False).main(list(words), prog_name="croisee")


def main() -> None:
    words = sys.argv[1:]
    if words and not words[0].startswith("-") and (words[0] not in croisee.commands or words[:2] == ["demo", "accounts"]):
        _run_flask(*words)
    croisee.main(words, prog_name="croisee")
