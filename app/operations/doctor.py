"""`flask doctor` says what is wrong with an installation and how to mend it; it runs even where the settings are refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.administration.privacy import erasure
from app.content.store.queries import course
from app.content.store.survey import survey_folder
from app.exchange.statements.queries import statements_page
from app.operations import machine, prepare, weight
from app.operations.backup.write import missing_images
from app.operations.jobs.queries import TimerState, jobs_page
from app.operations.machine import Finding
from app.platform import clock
from app.platform.db import db
from app.platform.db.engines import BUSY_MILLISECONDS
from app.platform.errors import DomainError, SettingsError
from app.platform.french import day_of, plural
from app.platform.mail.delivery import trial
from app.platform.settings import Settings, current_settings
from app.platform.settings.fields import SETTINGS
from app.platform.shell_json import AS_JSON, print_json
from app.platform.storage import places
from app.platform.web import migrations
from app.platform.web.health import write_nothing
from app.record import ledger
from app.record.badges import public_keys, signing_key

LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk under which the doctor warns: a full disk is the one thing that SQLite cannot wait out."""
MOST_EXAMINED = 500
"""People whose record is compared with the ledger: a doctor is not kept waiting by a hundred thousand."""
OF_THE_REPOSITORY = frozenset({"README.md", ".gitignore"})
"""What the instance folder holds before anything is installed: it says nothing of anybody."""


def bare_app(error: SettingsError) -> Flask:
    """An application that can do nothing but explain why there is none."""
    app = Flask(__name__)

    @app.cli.command("doctor")
    @AS_JSON
    def explain(as_json: bool) -> None:
        """Explique ce qui empêche de servir."""
        _print([(False, error.message), (False, "Corrigez ce réglage, puis relancez : rien d’autre ne peut être vérifié avant.")], as_json)

    return app


@click.command()
@AS_JSON
@with_appcontext
def doctor(as_json: bool) -> None:
    """Vérifie l'installation et dit comment réparer ; sort avec 1 s'il y a de quoi."""
    _print((finding for check in CHECKS for finding in _run_check(check)), as_json)


def _print(findings: Iterable[Finding], as_json: bool) -> None:
    found = []
    for good, sentence in findings:
        found.append({"well": good, "sentence": sentence})
        if not as_json:
            click.echo(f"{'  ok ' if good else '  !! '} {sentence}")
    if as_json:
        print_json(found)
    if not all(each["well"] for each in found):
        raise SystemExit(1)


def _run_check(check: Callable[[Settings], Iterator[Finding]]) -> Iterator[Finding]:
    """A check that cannot run is a finding, not a crash."""
    try:
        yield from check(current_settings())
    except DomainError as error:
        yield False, error.sentence
    except (SQLAlchemyError, OSError) as error:
        db.session.rollback()  # PostgreSQL answers nothing more in a transaction that failed
        yield False, f"Vérification impossible : {type(error).__name__}. {prepare.remedy(error)}"


def _settings_found(settings: Settings) -> Iterator[Finding]:
    variables = {setting.field: setting.variable for setting in SETTINGS}
    given = [f"{variables[field]} ({origin})" for field, origin in settings.origins if origin != "défaut"]
    yield True, f"Réglages : environnement {settings.environment} ; donnés : {', '.join(given) or 'aucun'}."
    if settings.production and not settings.site_url.startswith("https://"):
        yield False, "En production, CROISEE_SITE_URL doit être l’adresse publique en https:// : les courriels et les attestations la citent."
    if not settings.contact:
        yield not settings.production, "CROISEE_CONTACT est vide : la page de connexion ne dit pas à qui demander un compte."


def _institutions(settings: Settings) -> Iterator[Finding]:
    """Each provider answers, says that it is itself, and publishes keys; where to come back to is known."""
    if settings.oidc:
        from app.identity.sign_in import openid as institutions  # and all that verifies signatures, which most sites do without

    for provider in settings.oidc:
        if not settings.site_url:
            yield False, f"{provider.button} : réglez CROISEE_SITE_URL, l’adresse où votre institution ramène les personnes."
        try:
            institutions.check(provider, clock.now())
            yield (
                True,
                f"{provider.button} : {provider.issuer} répond ; adresse de retour à lui donner : {settings.address_of(f'/connexion/{provider.name}/retour')}.",
            )
        except DomainError as error:
            yield False, f"{provider.button} : {provider.issuer} ne convient pas. {error.sentence}"


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
    free = min(shutil.disk_usage(each).free for each in (folder, *(file.parent for file in _database_files())))
    yield free > LEAST_FREE, f"Espace libre : {free // 1024**2} Mio{'' if free > LEAST_FREE else ' ; faites de la place avant que plus rien ne s’enregistre'}."


def _privacy(settings: Settings) -> Iterator[Finding]:
    instance = settings.instance_path
    elsewhere = [file for file in _database_files() if instance not in file.parents and file.parent.stat().st_mode & 0o077]
    seen = {path for place in (instance, *elsewhere) for path in _read_by_others(place)}
    if not seen:
        yield True, "Données : lisibles par le seul compte qui sert le site."
        return
    names = ", ".join(sorted(path.name for path in seen)[:3])
    mended = " ".join(sorted({f"{instance if instance in path.parents else path}" for path in seen}))
    yield False, f"Lisibles par d’autres comptes de la machine : {names}{'…' if len(seen) > 3 else ''} ; chmod -R go= {mended}"


def _read_by_others(place: Path) -> Iterator[Path]:
    """The files of a folder, or one file. What stands in a private folder is private."""
    with suppress(FileNotFoundError):  # a journal of SQLite's comes and goes
        mode = place.stat().st_mode
        if mode & 0o077 and place.is_dir():
            for inner in place.iterdir():
                yield from _read_by_others(inner)
        elif mode & 0o044 and not place.is_dir() and place.name not in OF_THE_REPOSITORY:
            yield place


def _database_files() -> tuple[Path, ...]:
    """SQLite's, and the two that it keeps beside while somebody writes."""
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    return tuple(Path(f"{file}{end}").resolve() for end in ("", "-wal", "-shm")) if file else ()


_MIGRATIONS = {
    migrations.SchemaState.OK: "Migrations : à jour.",
    migrations.SchemaState.AHEAD: "Migrations : la base est celle d’une version plus récente, et sert.",
    migrations.SchemaState.PENDING: "La base n’est pas à jour : lancez flask prepare.",
}


def _database(settings: Settings) -> Iterator[Finding]:
    name = db.engine.dialect.name
    db.session.execute(text("SELECT 1"))
    yield True, f"Base {name} : elle répond."
    if name == "sqlite":
        yield from _sqlite()
    state = migrations.schema_state(db.session.connection())
    serves = state is not migrations.SchemaState.PENDING
    yield serves, _MIGRATIONS[state]
    if serves:
        db.session.rollback()
        write_nothing(BUSY_MILLISECONDS)
        db.session.rollback()
        yield True, "Base : accessible en écriture."


def _sqlite() -> Iterator[Finding]:
    whole = db.session.scalar(text("PRAGMA quick_check(1)"))
    yield whole == "ok", "Fichier de la base : entier." if whole == "ok" else prepare.DAMAGED
    mode = db.session.scalar(text("PRAGMA journal_mode"))
    yield mode == "wal", f"SQLite en mode {mode}{'' if mode == 'wal' else ' : le fichier est sur un disque qui ne permet pas WAL ; déplacez-le'}."


def _course(settings: Settings) -> Iterator[Finding]:
    _, found = survey_folder(settings, day_of(clock.now()))
    errors = [problem for problem in found.problems if problem.is_error]
    yield not errors, f"Fichiers du cours : {plural(len(errors), 'erreur')}.{' Voir flask content check.' if errors else ''}"
    now = course(db.session)
    yield bool(now.lessons), f"Cours publié : {len(now.modules)} modules, {len(now.lessons)} leçons, {len(now.quizzes)} quiz."


def _record(settings: Settings) -> Iterator[Finding]:
    people = ledger.draw_people(db.session, MOST_EXAMINED + 1)
    wrong = ledger.find_differences(db.session, course(db.session), people[:MOST_EXAMINED])
    drawn = f", pour {MOST_EXAMINED} personnes tirées au sort (toutes : flask learning verify)" if len(people) > MOST_EXAMINED else ""
    said = f"{plural(len(wrong), 'différence')}{drawn} ; lancez flask learning rebuild" if wrong else f"d’accord{drawn}"
    yield not wrong, f"Registre et projection : {said}."


def _check_storage(settings: Settings) -> Iterator[Finding]:
    """What lies beside the database, and what several machines must share."""
    for well, said in machine.bucket(settings):
        yield well, said
        if not well:
            return
    missing = missing_images(db.session.connection(), places.media(settings))
    yield (
        not missing,
        f"Images absentes ({places.place(settings, places.MEDIA)}) : {'; '.join(missing[:3])}{'…' if len(missing) > 3 else ''}"
        if missing
        else "Images citées par le cours : toutes là.",
    )
    unknown = erasure.not_noted(db.session, settings)
    yield (
        not unknown,
        (
            f"{plural(len(unknown), 'effacement de la base n’est pas noté', 'effacements de la base ne sont pas notés')} dans "
            f"{places.place(settings, places.ERASURES)} : partagez-le entre les machines ; flask backup y note ce qui manque."
            if unknown
            else "Effacements : tous notés à côté de la base."
        ),
    )


def _badges(settings: Settings) -> Iterator[Finding]:
    """The database is asked first: where it is damaged, that alone is to be mended."""
    known, key = public_keys(db.session), signing_key(settings.instance_path)
    if key is None:
        yield (
            False,
            "Clé des badges absente du dossier d’instance : remettez-y votre copie de badge_key.json. Sans copie, la préparation du site en tire une autre.",
        )
        return
    yield (
        key.kid in known,
        f"Clé des badges : {'connue de la base' if key.kid in known else 'la base ne la connaît pas, et ses badges seraient refusés ; lancez flask prepare'}.",
    )


def _jobs(settings: Settings) -> Iterator[Finding]:
    page = jobs_page(db.session, settings, clock.now())
    late = [row.timer.label for row in page.rows if row.state is TimerState.LATE]
    if page.processes or not settings.production:
        where = f"en marche sur {', '.join(page.processes)}" if page.processes else "arrêtés ; ils démarrent avec make serve"
        yield True, f"Travaux : {where}."
    elif late:
        yield False, f"Travaux en retard, que rien ne lance : {', '.join(late)} ; démarrez flask jobs run (docs/exploitants/travaux.md)."
    else:
        yield True, "Travaux : aucun processus à demeure ; rien n’est en retard."
    failed = [f"{row.timer.label} ({row.said})" for row in page.rows if row.state is TimerState.FAILED]
    if failed:
        yield False, f"Travaux en échec : {' ; '.join(failed)}"


def _stores(settings: Settings) -> Iterator[Finding]:
    """Where the sending of statements stands: no store is asked."""
    if not settings.lrs:
        return
    page = statements_page(db.session, settings)
    if not page.has_address:
        yield False, "Entrepôts de traces : réglez CROISEE_SITE_URL, que chaque trace porte ; rien ne part sans elle."
    for store in page.stores:
        aside = f" ; {plural(store.parked_count, 'trace refusée attend', 'traces refusées attendent')} une décision" if store.parked_count else ""
        why = f" ({store.said.rstrip('.')})" if store.said else ""
        mended = " ; corrigez, puis « Réessayer maintenant » dans « Traces d’apprentissage »" if store.stopped else ""
        yield not store.stopped, f"Entrepôt de traces {store.title} : {store.state.value}{why}{aside}{mended}."


def _watching(settings: Settings) -> Iterator[Finding]:
    told = {"webhook": settings.errors_webhook, "Sentry": settings.errors_sentry}
    addresses = [f"{name} ({urlsplit(address).hostname})" for name, address in told.items() if address]
    metrics = "ouvert à qui a le jeton" if settings.metrics_token else "fermé"
    yield True, f"Surveillance : journal en {settings.log_format} ; erreurs dites à {' et '.join(addresses) or 'personne'} ; /metrics {metrics}."
    if any(address.startswith("http://") for address in told.values()) and settings.production:
        yield False, "Les erreurs partent sans chiffrement : donnez des adresses en https:// à CROISEE_ERRORS_WEBHOOK et CROISEE_ERRORS_SENTRY."
    if old := settings.keys[:-1]:
        again = settings.secret_key in old
        yield (
            not again,
            "CROISEE_SECRET_KEY_FALLBACKS contient la clé d’aujourd’hui : changez CROISEE_SECRET_KEY, ou retirez-la de cette liste."
            if again
            else f"Clés : {plural(len(old), 'ancienne, encore acceptée', 'anciennes, encore acceptées')}.",
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_host:
        yield True, "Courriel : aucun serveur réglé ; les mots de passe se changent par flask accounts reset-link."
        return
    yield trial(settings)


CHECKS = (
    _settings_found,
    _instance,
    _privacy,
    _database,
    _course,
    _record,
    _check_storage,
    _badges,
    _jobs,
    _stores,
    _watching,
    _mail,
    _institutions,
    *machine.CHECKS,
    weight.check_weight,
)
