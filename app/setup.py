"""`flask prepare` makes a folder ready to serve; `flask doctor` says what is wrong with one, and runs even then."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock
from app.content import course_files
from app.content.queries import course
from app.content.services import published
from app.content.survey import Survey, survey
from app.content.sync import sync
from app.db import db, writing
from app.errors import SettingsError
from app.identity import demo, territories
from app.learning import verification
from app.log import logger
from app.settings import SETTINGS, Settings
from app.web import migrations
from app.web.mail_trial import trial
from app.web.templating import plural

LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk under which the doctor warns: a full disk is the one thing that SQLite cannot wait out."""


def init_app(app: Flask) -> None:
    app.cli.add_command(prepare)
    app.cli.add_command(doctor)
    published.connect(_sync_territories)


def _sync_territories(session: Session) -> None:
    """The territory tree follows `reseau.md`, in the transaction that publishes it."""
    territories.sync_territories(session, course(session).network)


def _settings() -> Settings:
    settings: Settings = current_app.config["CROISEE"]
    return settings


# --- flask prepare ---------------------------------------------------------------------------------------------------


@click.command()
@with_appcontext
def prepare() -> None:
    """Migre la base, synchronise le cours, charge la démonstration (sauf en production). Sans effet la seconde fois."""
    level = logger.level
    logger.setLevel(logging.WARNING)  # the demonstration's months are no news
    try:
        with migrations.exclusive():
            _prepare()
    except (SQLAlchemyError, OSError) as error:
        raise click.ClickException(f"Préparation impossible : {type(error).__name__}. Lancez flask --app app doctor, qui dit pourquoi.") from error
    finally:
        logger.setLevel(level)


def _prepare() -> None:
    migrations.upgrade()
    _sync_course()
    if not _settings().production:
        _load_demonstration()


def _surveyed() -> tuple[course_files.CourseFiles, Survey]:
    files = course_files.find(_settings().course_path)
    return files, survey(files, clock.now().date(), _settings().instance_path / "cache" / "content.json")


def _sync_course() -> None:
    files, found = _surveyed()
    with writing() as session:
        report = sync(session, files, found, _settings().media_path, clock.now())
    click.echo(f"Cours : {plural(len(report.published), 'fichier publié', 'fichiers publiés')}, {report.unchanged} sans changement.")
    for path in report.refused:
        click.echo(f"Refusé, sa version publiée reste : {path}. Voir flask content check {path}.")
    for conflict in report.conflicts:
        click.echo(f"Conflit entre le fichier et le navigateur : {conflict.path}. Voir flask content sync.")


def _load_demonstration() -> None:
    with writing() as session:
        loading = demo.load(session, _settings(), clock.now())
    click.echo(f"Démonstration : {plural(loading.opened, 'compte ouvert', 'comptes ouverts')}. Un compte de chaque rôle (tous : flask demo accounts) :")
    seen: set[str] = set()
    for account in loading.accounts:
        if account.role not in seen:
            seen.add(account.role)
            click.echo(f"  {account.role:15} {account.email:45} {account.password}")
    click.echo(f"Adresse : http://127.0.0.1:{_settings().port}/")


# --- flask doctor ----------------------------------------------------------------------------------------------------

Finding = tuple[bool, str]
"""(all is well, the sentence)."""


def asked_for_the_doctor() -> bool:
    """True while `flask doctor` runs: it must run even where the settings are refused."""
    return "doctor" in sys.argv[1:] and "flask" in sys.argv[0]  # `flask`, or `python -m flask`


def bare_app(error: SettingsError) -> Flask:
    """An application that can do nothing but explain why there is none."""
    app = Flask(__name__)

    @app.cli.command("doctor")
    def explain() -> None:
        """Explique ce qui empêche de servir."""
        _print([(False, error.message), (False, "Corrigez ce réglage, puis relancez : rien d’autre ne peut être vérifié avant.")])

    return app


@click.command()
@with_appcontext
def doctor() -> None:
    """Vérifie l'installation et dit comment réparer ; sort avec 1 s'il y a de quoi."""
    _print(finding for check in (_settings_found, _instance, _database, _course, _record, _mail) for finding in _guarded(check))


def _print(findings: Iterator[Finding] | list[Finding]) -> None:
    well = True
    for good, sentence in findings:
        well = well and good
        click.echo(f"{'  ok ' if good else '  !! '} {sentence}")
    if not well:
        raise SystemExit(1)


def _guarded(check: Callable[[Settings], Iterator[Finding]]) -> Iterator[Finding]:
    """A check that cannot run is a finding, not a crash."""
    try:
        yield from check(_settings())
    except (SQLAlchemyError, OSError) as error:
        db.session.rollback()  # PostgreSQL answers nothing more in a transaction that failed
        yield False, f"Vérification impossible : {type(error).__name__}. {_remedy(error)}"


def _remedy(error: Exception) -> str:
    if isinstance(error, SQLAlchemyError):
        return "La base ne répond pas, ou n’a pas ses tables : lancez flask prepare, et vérifiez DATABASE_URL."
    return f"{error}"


def _settings_found(settings: Settings) -> Iterator[Finding]:
    variables = {setting.field: setting.variable for setting in SETTINGS}
    given = [f"{variables[field]} ({origin})" for field, origin in settings.origins if origin != "défaut"]
    yield True, f"Réglages : environnement {settings.environment} ; donnés : {', '.join(given) or 'aucun'}."
    if settings.production and not settings.site_url.startswith("https://"):
        yield False, "En production, CROISEE_SITE_URL doit être l’adresse publique en https:// : les courriels et les attestations la citent."
    if not settings.contact:
        yield not settings.production, "CROISEE_CONTACT est vide : la page de connexion ne dit pas à qui demander un compte."


def _instance(settings: Settings) -> Iterator[Finding]:
    folder = settings.instance_path
    yield (
        os.access(folder, os.W_OK),
        f"Dossier d’instance {folder} : {'accessible en écriture' if os.access(folder, os.W_OK) else 'pas d’écriture possible ; corrigez ses droits'}.",
    )
    key = folder / "secret_key"
    if key.exists():
        private = key.stat().st_mode & 0o077 == 0
        yield private, "Clé secrète lisible par son seul propriétaire." if private else f"La clé secrète {key} est lisible par d’autres : chmod 600 {key}."
    free = shutil.disk_usage(folder).free
    yield free > LEAST_FREE, f"Espace libre : {free // 1024**2} Mio{'' if free > LEAST_FREE else ' ; faites de la place avant que plus rien ne s’enregistre'}."


def _database(settings: Settings) -> Iterator[Finding]:
    name = db.engine.dialect.name
    db.session.execute(text("SELECT 1"))
    yield True, f"Base {name} : elle répond."
    behind = migrations.pending(db.session.connection())
    yield not behind, "Migrations : à jour." if not behind else "La base n’est pas à jour : lancez flask prepare."
    if name == "sqlite":
        mode = db.session.scalar(text("PRAGMA journal_mode"))
        yield mode == "wal", f"SQLite en mode {mode}{'' if mode == 'wal' else ' : le fichier est sur un disque qui ne permet pas WAL ; déplacez-le'}."


def _course(settings: Settings) -> Iterator[Finding]:
    _, found = _surveyed()
    errors = [problem for problem in found.problems if problem.is_error]
    yield not errors, f"Fichiers du cours : {plural(len(errors), 'erreur')}.{' Voir flask content check.' if errors else ''}"
    now = course(db.session)
    yield bool(now.lessons), f"Cours publié : {len(now.modules)} modules, {len(now.lessons)} leçons, {len(now.quizzes)} quiz."


def _record(settings: Settings) -> Iterator[Finding]:
    wrong = verification.differences(db.session, course(db.session))
    yield (
        not wrong,
        "Registre et projection : d’accord." if not wrong else f"Registre et projection : {plural(len(wrong), 'différence')} ; lancez flask learning rebuild.",
    )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_host:
        yield True, "Courriel : aucun serveur réglé ; les mots de passe se changent par flask accounts reset-link."
        return
    yield trial(settings)
