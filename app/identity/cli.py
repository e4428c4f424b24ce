"""`flask accounts`, for whoever has a terminal on the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext

from app.identity import audit, emails, passwords, services
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.identity.sign_in import second_factor_changes
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.shell_json import AS_JSON, print_json

ROLE = click.Choice([role.value for role in Role])
SIDE = click.Choice([side.value for side in Side])


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Runs a command in an application context and one transaction; a refusal is printed as a sentence."""

    @with_appcontext
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except DomainError as error:
            db.session.rollback()
            raise click.ClickException(error.sentence) from None
        db.session.commit()

    return run


def _person(address: str) -> Person:
    person = services.person_by_address(db.session, address)
    if person is None:
        raise click.ClickException(f"Aucun compte ne porte l’adresse {address}.")
    return person


def _link(person: Person, hours: int) -> str:
    settings = current_settings()
    token = services.password_link_token(settings.keys, person, clock.now() + timedelta(hours=hours))
    if not settings.site_url:
        click.echo(f"Sans CROISEE_SITE_URL, le lien suppose que le site est servi sur cette machine, au port {settings.port} (réglage PORT).", err=True)
    return emails.link(settings, token)


@click.group()
def accounts() -> None:
    """Comptes : ouvrir, donner un lien ou des rôles, fermer, lister."""


@accounts.command()
@click.argument("adresse")
@click.option("--name", "--nom", "name", required=True, help="Nom affiché.")
@click.option("--role", "roles", type=ROLE, multiple=True, default=[Role.LEARNER.value], help="Peut être répété.")
@click.option("--side", "--employeur", "side", type=SIDE, help="Employeur de la personne.")
@click.option("--territory", "--territoire", "territories", multiple=True, help="Identifiant de territoire, par exemple cite-ma-ville. Peut être répété.")
@click.option("--scope", "--suit", "scopes", multiple=True, help="Territoire que suit la personne, si son rôle le demande. Peut être répété.")
@command
def create(adresse: str, name: str, roles: tuple[str, ...], side: str | None, territories: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    """Ouvrir un compte, et afficher le lien qui permet de choisir un mot de passe."""
    now = clock.now()
    services.check_scope([Role(role) for role in roles], scopes)
    person = services.create_person(db.session, name=name, email=adresse, now=now, roles=[Role(role) for role in roles], side=Side(side) if side else None)
    for territory in territories:
        services.join_territory(db.session, person, territory, day_of(now))
    services.set_scope(db.session, person, scopes)
    audit.record(db.session, None, "account_created", person.id, now, rôles=sorted(roles))
    click.echo(f"Compte {person.id} ouvert. À transmettre à la personne, le lien sert une fois, pendant trois jours :")
    click.echo(_link(person, int(passwords.BY_HAND / timedelta(hours=1))))


@accounts.command("reset-link")
@click.argument("adresse")
@click.option("--hours", "--heures", "hours", type=click.IntRange(1, 24 * 14), default=int(passwords.BY_HAND / timedelta(hours=1)), show_default=True)
@command
def reset_link(adresse: str, hours: int) -> None:
    """Afficher un lien qui permet à la personne de choisir un mot de passe."""
    person = _person(adresse)
    if not person.active:
        raise click.ClickException("Ce compte est fermé : rouvrez-le d’abord avec `flask accounts open`.")
    click.echo(_link(person, hours))


@accounts.command()
@click.argument("adresse")
@click.argument("roles", nargs=-1, type=ROLE)
@click.option("--scope", "--suit", "scopes", multiple=True, help="Territoires que suit la personne, à la place des précédents.")
@command
def roles(adresse: str, roles: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    """Donner exactement ces rôles ; sans rôle, afficher ceux de la personne."""
    person = _person(adresse)
    if roles or scopes:
        services.lock(db.session, person)
    if roles:
        services.set_roles(db.session, person, [Role(role) for role in roles])
    if scopes:
        services.set_scope(db.session, person, scopes)
    scope = services.scope_of(db.session, person.id)
    if roles:
        services.check_scope(person.role_set, scope)
    followed = services.territory_names(db.session, scope)
    click.echo(", ".join(sorted(person.role_set)) + (f" ; suit {', '.join(followed)}" if followed else ""))


@accounts.command()
@click.argument("adresse")
@command
def close(adresse: str) -> None:
    """Fermer un compte : ses sessions cessent, rien n’est effacé."""
    services.set_active(db.session, _person(adresse), False)
    click.echo("Compte fermé.")


@accounts.command("open")
@click.argument("adresse")
@command
def reopen(adresse: str) -> None:
    """Rouvrir un compte fermé."""
    services.set_active(db.session, _person(adresse), True)
    click.echo("Compte rouvert.")


@accounts.command("drop-factors")
@click.argument("adresse")
@command
def drop_factors(adresse: str) -> None:
    """Retirer les seconds facteurs d’une personne qui les a perdus, quand deux personnes qui administrent ne peuvent pas le faire."""
    person, now = _person(adresse), clock.now()
    services.lock(db.session, person)
    second_factor_changes.drop_all(db.session, person, now)
    audit.record(db.session, None, "factors_dropped", person.id, now)
    click.echo("Seconds facteurs retirés, sessions fermées : le mot de passe seul ouvre la prochaine.")


@accounts.command("list")
@AS_JSON
@command
def list_accounts(as_json: bool) -> None:
    """Lister les comptes : numéro, adresse, rôles, nom."""
    rows = services.account_summaries(db.session)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row.id}\t{row.email}\t{', '.join(row.roles)}\t{row.name}" + ("" if row.active else "\t(fermé)"))
