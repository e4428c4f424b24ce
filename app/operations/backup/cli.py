"""The commands of backups: `flask backup`, `backups`, `restore`, `drill`; and `flask database copy`, from SQLite to PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from msgspec import Struct
from sqlalchemy import Connection, Table, create_engine
from sqlalchemy.exc import SQLAlchemyError

from app.administration.privacy import erasure
from app.content.search import services
from app.identity.services import administrators
from app.operations import prepare
from app.operations.backup import restore as restoring
from app.operations.backup.write import BackupRefused, BackupReport, ImagesMissing, TableMark, back_up, lines, mark_of, newest, snapshot, stored_tables, write
from app.platform import clock
from app.platform.db import db, writing
from app.platform.db.engines import prepare_engine
from app.platform.errors import DomainError
from app.platform.french import plural
from app.platform.settings import current_settings
from app.platform.shell_json import AS_JSON, print_json
from app.platform.web import migrations
from app.platform.web.migrations import database

Told = Callable[[int], object]
"""How many rows more were written."""


class LiveTables(Struct, frozen=True):
    """The tables of a database, as `restore.loaded` takes them."""

    tables: Mapping[str, Table]
    marks: Mapping[str, TableMark]
    connection: Connection

    def rows(self, table: str) -> Iterator[list[Any]]:
        return (json.loads(line) for line in lines(self.connection, self.tables[table]))


def copy_database(path: Path, told: Callable[[int], Told]) -> Mapping[str, TableMark]:
    """What was copied, table by table: the same digests on both sides. `told` learns how many rows there are, and gives what hears of each batch.

    Raises BackupRefused, and then the target is as it was.
    """
    if db.engine.dialect.name != "postgresql":
        raise BackupRefused("La base d’arrivée est celle de DATABASE_URL : donnez-lui une adresse postgresql://…")
    if not path.is_file():
        raise BackupRefused(f"{path} n’existe pas : donnez le fichier SQLite du site.")
    source = create_engine(f"sqlite:///{path}", hide_parameters=True)
    prepare_engine(source)
    try:
        with snapshot(source) as connection:
            marks = _copy_database(path, connection, told)
    finally:
        source.dispose()
    migrations.upgrade()
    with writing() as session:
        services.refresh(session)
    return marks


def _copy_database(path: Path, connection: Connection, told: Callable[[int], Told]) -> Mapping[str, TableMark]:
    revision = next(iter(migrations.current(connection)), None)
    if revision is None:
        raise BackupRefused(f"{path} n’est pas une base de Croisée.")
    restoring.prepare_schema(revision)
    with db.engine.connect() as target:
        full = restoring.full_tables(target, stored_tables(target))
    if full:
        raise BackupRefused(
            f"La base d’arrivée n’est pas vide ({', '.join(full[:3])}…) : rien n’y est écrit. Créez-en une neuve, et ne lancez pas flask prepare avant."
        )
    tables = {table.name: table for table in stored_tables(connection)}
    source = LiveTables(tables, {name: mark_of(connection, table) for name, table in tables.items()}, connection)
    with restoring.load_database(source, replace=False, told=told(sum(mark.rows for mark in source.marks.values()))):
        return source.marks


# --- The commands ---

FILE = click.Path(dir_okay=False, path_type=Path)


def init_app(app: Flask) -> None:
    app.cli.add_command(backup)
    app.cli.add_command(backups)
    app.cli.add_command(restore)
    app.cli.add_command(drill)


@click.command()
@click.argument("fichier", type=FILE)
@click.option("--incomplete", type=FILE, metavar="AUTRE", help="S'il manque des images, écrire quand même ce qui est là, dans AUTRE, et sortir avec 1.")
@AS_JSON
@with_appcontext
def backup(fichier: Path, incomplete: Path | None, as_json: bool) -> None:
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
        if not as_json:
            click.echo(f"Sauvegarde écrite : {fichier}")
            _say(report)
        noted = erasure.note_missing(db.session, settings)
    if as_json:
        print_json({"file": str(fichier), "rows": report.rows, "media": report.media, "ledger": report.ledger, "content": report.content, "erasures": noted})
    elif noted:
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
        erasure.note_missing(db.session, settings)
    click.echo(f"Sauvegarde écrite : {plural(report.rows, 'ligne')}, {plural(report.media, 'image')}." if report else "La sauvegarde du jour est déjà là.")


@click.command()
@click.argument("fichier", type=FILE)
@click.option("--replace", "--remplacer", "replace", is_flag=True, help="Remplacer tout ce que contient la base d’arrivée.")
@with_appcontext
def restore(fichier: Path, replace: bool) -> None:
    """Restaure FICHIER dans la base réglée, SQLite ou PostgreSQL. Arrêtez le site d'abord."""
    with _in_words(), migrations.exclusive():
        report, again = restoring.restore(current_settings(), fichier, replace=replace, now=clock.now())
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
        rows = restoring.drill(settings, found)
    click.echo(f"{found.name} : restaurée à part, relue et vérifiée ({plural(rows, 'ligne')}).")


@database.command("copy")
@click.argument("fichier", type=FILE)
@with_appcontext
def copy(fichier: Path) -> None:
    """Copie la base SQLite FICHIER dans celle de DATABASE_URL, PostgreSQL et vide. Arrêtez le site d'abord."""
    bars = ExitStack()
    with _in_words(), migrations.exclusive(), bars:
        marks = copy_database(fichier, lambda rows: bars.enter_context(click.progressbar(length=rows, label="Copie")).update)
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
        raise click.ClickException(f"Impossible : {type(error).__name__}. {prepare.remedy(error)}") from None


def _say(report: BackupReport) -> None:
    click.echo(f"{plural(report.rows, 'ligne')}, {plural(report.media, 'image')}")
    click.echo(f"Empreinte du registre : {report.ledger}")
    click.echo(f"Empreinte du contenu : {report.content}")
