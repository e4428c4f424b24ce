"""`flask backup FILE` and `flask restore FILE`, those of the night, and their drill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.administration.privacy import replay
from app.identity.queries import administrators
from app.operations import breakdowns
from app.operations.backup import copying
from app.operations.backup import drill as exercise
from app.operations.backup import restore as backup_restore
from app.operations.backup.rotation import back_up, newest
from app.operations.backup.write import BackupRefused, BackupReport, ImagesMissing, write
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import plural
from app.platform.settings import current_settings
from app.platform.web import migrations
from app.platform.web.cli import database

FILE = click.Path(dir_okay=False, path_type=Path)


def init_app(app: Flask) -> None:
    app.cli.add_command(backup)
    app.cli.add_command(backups)
    app.cli.add_command(restore)
    app.cli.add_command(drill)


@click.command()
@click.argument("fichier", type=FILE)
@click.option("--incomplete", type=FILE, metavar="AUTRE", help="S'il manque des images, écrire quand même ce qui est là, dans AUTRE, et sortir avec 1.")
@with_appcontext
def backup(fichier: Path, incomplete: Path | None) -> None:
    """Sauvegarde la base et les images dans FICHIER, pendant que le site sert."""
    settings = current_settings()
    with _in_words():
        try:
            report = write(settings, fichier, clock.now())
        except ImagesMissing:
            if incomplete:
                write(settings, incomplete, clock.now(), whole=False)
                click.echo(f"Sauvegarde incomplète écrite : {incomplete}")
            raise
        click.echo(f"Sauvegarde écrite : {fichier}")
        _say(report)
        noted = replay.note_missing(db.session, settings)
    if noted:
        click.echo(f"Effacements notés ici, qui avaient été faits sur une autre machine : {noted}.")


@click.command()
@with_appcontext
def backups() -> None:
    """Écrit la sauvegarde du jour dans le dossier CROISEE_BACKUPS, et efface les trop vieilles."""
    settings = current_settings()
    if not settings.backups:
        raise click.ClickException("CROISEE_BACKUPS est vide : aucun dossier ne reçoit les sauvegardes.")
    with _in_words():
        report = back_up(settings, clock.now())
        replay.note_missing(db.session, settings)
    click.echo(f"Sauvegarde écrite : {plural(report.rows, 'ligne')}, {plural(report.media, 'image')}." if report else "La sauvegarde du jour est déjà là.")


@click.command()
@click.argument("fichier", type=FILE)
@click.option("--replace", "--remplacer", "replace", is_flag=True, help="Remplacer tout ce que contient la base d’arrivée.")
@with_appcontext
def restore(fichier: Path, replace: bool) -> None:
    """Restaure FICHIER dans la base réglée, SQLite ou PostgreSQL. Arrêtez le site d'abord."""
    with _in_words(), migrations.exclusive():
        report, again = backup_restore.restore(current_settings(), fichier, replace=replace, now=clock.now())
    click.echo(f"Restauré et vérifié : {fichier}")
    _say(report)
    if again:
        click.echo(f"Effacements refaits, qui avaient été faits depuis cette sauvegarde : {again}.")
    if not administrators(db.session):
        click.echo("Personne n’administre Croisée : donnez ce rôle à quelqu’un par flask accounts roles ADRESSE administrateur.")


@click.command()
@click.argument("fichier", type=FILE, required=False)
@with_appcontext
def drill(fichier: Path | None) -> None:
    """Restaure FICHIER, ou la plus récente sauvegarde de la nuit, dans un dossier à part, le vérifie et l'efface ; le site n'est pas touché."""
    settings = current_settings()
    with _in_words():
        found = fichier or newest(settings)
        if found is None:
            raise BackupRefused("Aucune sauvegarde de la nuit n’est là : l’exercice attend la première (CROISEE_BACKUPS).")
        rows = exercise.drill(settings, found)
    click.echo(f"{found.name} : restaurée à part, relue et vérifiée ({plural(rows, 'ligne')}).")


@database.command("copy")
@click.argument("fichier", type=FILE)
@with_appcontext
def copy(fichier: Path) -> None:
    """Copie la base SQLite FICHIER dans celle de DATABASE_URL, PostgreSQL et vide. Arrêtez le site d'abord."""
    bars = ExitStack()
    with _in_words(), migrations.exclusive(), bars:
        marks = copying.copy(fichier, lambda rows: bars.enter_context(click.progressbar(length=rows, label="Copie")).update)
    for name, mark in sorted(marks.items()):
        if mark.rows:
            click.echo(f"{name} : {plural(mark.rows, 'ligne')}, empreinte {mark.digest[:16]}")
    click.echo(f"Copié, relu et comparé : {plural(len(marks), 'table')}, chacune avec la même empreinte des deux côtés.")


@contextmanager
def _in_words() -> Iterator[None]:
    """Whatever stops the command is a sentence, and 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    except (SQLAlchemyError, OSError) as error:
        raise click.ClickException(f"Impossible : {type(error).__name__}. {breakdowns.remedy(error)}") from None


def _say(report: BackupReport) -> None:
    click.echo(f"{plural(report.rows, 'ligne')}, {plural(report.media, 'image')}")
    click.echo(f"Empreinte du registre : {report.ledger}")
    click.echo(f"Empreinte du contenu : {report.content}")
