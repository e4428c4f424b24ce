"""`flask prepare` makes a folder ready to serve, `flask media move` moves its files."""

from __future__ import annotations

import errno
import logging

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.content.search import services
from app.content.store.queries import course
from app.content.store.services import keep_published, published
from app.content.store.survey import survey_folder
from app.content.store.sync import MassWithdrawal, sync
from app.identity import territories
from app.identity.sign_in import second_factor_changes
from app.platform import clock
from app.platform.db import db, writing
from app.platform.db.engines import Trouble, trouble
from app.platform.errors import DomainError
from app.platform.french import day_of, plural
from app.platform.log import logger
from app.platform.settings import Settings, current_settings
from app.platform.storage import places
from app.platform.storage.folder import StoreAway
from app.platform.storage.places import MoveReport, move
from app.platform.web import migrations
from app.record.badges import prepare_key


def init_app(app: Flask) -> None:
    app.cli.add_command(prepare)
    published.connect(_sync_territories)


def _sync_territories(session: Session) -> None:
    """The territory tree follows `reseau.md`, in the transaction that publishes it."""
    territories.sync_territories(session, course(session).network)


@click.command()
@with_appcontext
def prepare() -> None:
    """Migre la base, synchronise le cours, charge la démonstration (sauf en production). Sans effet la seconde fois."""
    level = logger.level
    logger.setLevel(logging.WARNING)  # the demonstration's months are no news
    try:
        with migrations.exclusive():
            _prepare()
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    except (SQLAlchemyError, OSError) as error:
        raise click.ClickException(f"Préparation impossible : {type(error).__name__}. Lancez flask --app app doctor, qui dit pourquoi.") from error
    finally:
        logger.setLevel(level)


def _prepare() -> None:
    migrations.upgrade()
    _sync_course()
    with writing() as session:
        prepare_key(session, current_settings().instance_path, clock.now())
        second_factor_changes.renew(session, current_settings())
    if not current_settings().production:
        _load_demonstration()
    with db.sessionmaker() as session:
        keep_published(session, current_settings())


def _sync_course() -> None:
    files, found = survey_folder(current_settings(), day_of(clock.now()))
    with writing() as session:
        try:
            report = sync(session, files, found, places.media(current_settings()), clock.now())
        except MassWithdrawal as error:
            click.echo(f"Cours : {error.sentence}")
            return
        services.refresh(session)  # where an older version indexed the course, or none did
    click.echo(f"Cours : {plural(len(report.published), 'fichier publié', 'fichiers publiés')}, {report.unchanged} sans changement.")
    for path in report.refused:
        click.echo(f"Refusé, sa version publiée reste : {path}. Voir flask content check {path}.")
    for conflict in report.conflicts:
        click.echo(f"Conflit entre le fichier et le navigateur : {conflict.path}. Voir flask content sync.")


def _load_demonstration() -> None:
    from app.operations.demonstration.load import load  # in production nothing needs it

    with writing() as session:
        loading = load(session, current_settings(), clock.now())
    click.echo(f"Démonstration : {plural(loading.opened, 'compte ouvert', 'comptes ouverts')}. Un compte de chaque rôle (tous : flask demo accounts) :")
    seen: set[str] = set()
    for account in loading.accounts:
        if account.role not in seen:
            seen.add(account.role)
            click.echo(f"  {account.role:15} {account.email:45} {account.password}")
    click.echo(f"Adresse : http://127.0.0.1:{current_settings().port}/")


# --- `flask media move` ---
# Images, files, waiting uploads and erasures, from the instance's folders to the bucket, or back.

media = AppGroup("media", help="Images et fichiers : les copier des dossiers de l’instance vers le seau, ou retour.")


@media.command("move")
@click.argument("vers", type=click.Choice(["seau", "dossier"]))
@click.option("--effacer", "remove", is_flag=True, help="Effacer du côté de départ ce qui est vérifié à l’arrivée.")
def move_command(vers: str, remove: bool) -> None:
    """Copier tout vers le SEAU ou le DOSSIER, vérifier chaque empreinte, dire ce qui est fait. Peut être relancé ; n'efface rien sans --effacer."""
    settings = current_settings()
    if not settings.bucket:
        raise click.ClickException("Aucun seau n’est réglé : donnez CROISEE_BUCKET et les réglages qui l’accompagnent (docs/exploitants/reglages.md).")
    reports = [_move_area(settings, area, back=vers == "dossier", remove=remove) for area in places.AREAS]
    if any(report.wrong for report in reports):
        raise click.ClickException("Les fichiers nommés sont restés où ils étaient : remettez-les d’une sauvegarde, puis recommencez.")
    if not remove:
        click.echo("Rien n’est effacé du côté de départ : --effacer le fera, une fois que le site sert depuis l’autre côté.")


def _move_area(settings: Settings, area: str, *, back: bool, remove: bool) -> MoveReport:
    here, there = places.folder(settings, area), places.bucket(settings, area)
    try:
        report = move(there, here, remove=remove) if back else move(here, there, remove=remove)
    except StoreAway as error:
        raise click.ClickException(f"Le seau {settings.bucket} ne répond pas ({error.why}). Ce qui est copié l’est : relancez la même commande.") from None
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    said = f"{plural(report.copied, 'copié et vérifié', 'copiés et vérifiés')}, {plural(report.there, 'déjà là, vérifié', 'déjà là, vérifiés')}"
    gone = f", {plural(report.removed, 'effacé', 'effacés')} du côté de départ" if remove else ""
    click.echo(f"{places.AREAS[area]} : {said}{gone}.")
    for name in report.wrong:
        click.echo(f"  {name} : abîmé, ou différent des deux côtés.")
    return report


# --- What stops a database or a disk, and what to do about it, in a sentence for whoever runs the site. ---

DAMAGED = "La base est abîmée : arrêtez le site, mettez son fichier de côté et restaurez une sauvegarde (docs/exploitants/sauvegarde.md, « Restaurer »)."
FULL = "Le disque est plein : faites de la place, puis recommencez."
BUSY = "Un autre processus écrit dans la base : arrêtez le site, ou attendez, puis recommencez."
FORBIDDEN = "Ce compte n’a pas le droit de lire ou d’écrire là : prenez celui qui sert le site, ou corrigez les droits."
READ_ONLY = "Lecture seule : rendez le fichier et son dossier accessibles en écriture au compte qui sert le site."
UNREADABLE = "Le disque ne lit ou n’écrit pas comme il faut : vérifiez-le, et la place qui y reste, avant toute autre chose."

_OF_THE_DATABASE = {Trouble.BUSY: BUSY, Trouble.DAMAGED: DAMAGED, Trouble.FULL: FULL, Trouble.READ_ONLY: READ_ONLY}
_OF_THE_SYSTEM = {errno.EACCES: FORBIDDEN, errno.EPERM: FORBIDDEN, errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY, errno.EIO: UNREADABLE}


def remedy(error: SQLAlchemyError | OSError) -> str:
    """What to do about an error of the database or of the disk."""
    if isinstance(error, OSError):
        known = _OF_THE_SYSTEM.get(error.errno or 0)
        return f"{error}" if known is None else f"{known} ({error.filename})" if error.filename else known
    unknown = "La base ne répond pas, ou n’a pas ses tables : lancez flask prepare, et vérifiez DATABASE_URL."
    return _OF_THE_DATABASE.get(trouble(error), unknown)
