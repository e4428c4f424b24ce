"""`flask prepare` makes a folder ready to serve; `app.operations.doctor` says what is wrong with one."""

from __future__ import annotations

import logging

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.content.search import services as search
from app.content.store.queries import course
from app.content.store.services import keep_published, published
from app.content.store.survey import survey_folder
from app.content.store.sync import MassWithdrawal, sync
from app.identity.sign_in.factors import services as factors
from app.identity.territories import services as territories
from app.platform import clock
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.platform.french import day_of, plural
from app.platform.log import logger
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.web import migrations
from app.record.attestations.keys import prepare_key


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
        factors.renew(session, current_settings())
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
        search.refresh(session)  # where an older version indexed the course, or none did
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
