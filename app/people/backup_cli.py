"""`flask backup FILE` and `flask restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.people import backup as saving
from app.people import backup_restore
from app.web.templating import plural

FILE = click.Path(dir_okay=False, path_type=Path)


def init_app(app: Flask) -> None:
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command()
@click.argument("fichier", type=FILE)
@with_appcontext
def backup(fichier: Path) -> None:
    """Sauvegarde la base et les images dans FICHIER, pendant que le site sert."""
    try:
        report = saving.write(current_app.config["CROISEE"], fichier, clock.now())
    except saving.BackupRefused as error:
        raise click.ClickException(error.sentence) from None
    click.echo(f"Sauvegarde écrite : {fichier}")
    _say(report)


@click.command()
@click.argument("fichier", type=FILE)
@click.option("--replace", "--remplacer", "replace", is_flag=True, help="Remplacer tout ce que contient la base d’arrivée.")
@with_appcontext
def restore(fichier: Path, replace: bool) -> None:
    """Restaure FICHIER dans la base réglée, SQLite ou PostgreSQL. Arrêtez le site d'abord."""
    try:
        report, again = backup_restore.restore(current_app.config["CROISEE"], fichier, replace=replace, now=clock.now())
    except saving.BackupRefused as error:
        raise click.ClickException(error.sentence) from None
    click.echo(f"Restauré et vérifié : {fichier}")
    _say(report)
    if again:
        click.echo(f"Effacements refaits, qui avaient été faits depuis cette sauvegarde : {again}.")


def _say(report: saving.Report) -> None:
    click.echo(f"{plural(report.rows, 'ligne')}, {plural(report.media, 'image')}")
    click.echo(f"Empreinte du registre : {report.ledger}")
    click.echo(f"Empreinte du contenu : {report.content}")
