"""Loads the demonstration, once: the accounts that are not there yet, then each part of what the people did; and `flask demo`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import click
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import services
from app.identity.cli import command
from app.identity.hashing import hash_new_password
from app.identity.models import Person
from app.identity.rules import TERRITORIAL, Role, TerritoryTree
from app.identity.services import territory_tree
from app.operations.demonstration import histories, learners, network
from app.operations.demonstration.accounts import PEOPLE, DemoAccount, DemoPerson, LoadedPerson, NotLoaded, draw_password, store_accounts, stored_accounts
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.french import day_of
from app.platform.settings import Settings, current_settings
from app.platform.shell_json import print_json

PARTS: tuple[Callable[[Session, Sequence[LoadedPerson], datetime], None], ...] = (
    histories.write_histories,
    learners.write_messages,
    learners.take_positionings,
    network.join_directory,
    network.propose,
    network.hold_meetings,
    learners.review,
    learners.answer_surveys,
    network.set_reminders,
)
"""Each flushes, and does nothing where its rows are there. What a feature that is off would show is there too, for whoever turns it on."""


class ProductionRefused(DomainError):
    sentence = "La démonstration est refusée en production : ses comptes sont inventés et leurs mots de passe affichés."


class Loading(Struct, frozen=True):
    """What a load did: how many accounts it opened, everybody's account, and the territories that `reseau.md` does not have."""

    opened: int
    accounts: tuple[DemoAccount, ...]
    missing: tuple[str, ...]


def load(session: Session, settings: Settings, now: datetime) -> Loading:
    """Open the accounts that are not there yet, then add each part. A second load changes nothing."""
    if settings.production:
        raise ProductionRefused
    tree = territory_tree(session)
    rows = {row.email: row for row in session.scalars(select(Person).where(Person.email.in_([person.email for person in PEOPLE])))}
    opened = [person for person in PEOPLE if person.email not in rows]
    rows |= {person.email: _open(session, person, tree, now) for person in opened}
    accounts = _give_passwords(session, settings, rows, {person.email for person in opened}, tree)
    people = tuple(LoadedPerson(rows[person.email].id, person.stage, rows[person.email].role_set, rows[person.email].created_at) for person in PEOPLE)
    for part in PARTS:
        part(session, people, now)
    return Loading(len(opened), accounts, _missing(tree))


def _give_passwords(session: Session, settings: Settings, rows: Mapping[str, Person], opened: Collection[str], tree: TerritoryTree) -> tuple[DemoAccount, ...]:
    """The passwords of the file, and new ones for whoever is not in it."""
    known = {account.email: account.password for account in stored_accounts(settings)}
    accounts = tuple(_account(person, known.get(person.email) or draw_password(), tree) for person in PEOPLE)
    store_accounts(settings, accounts)  # before the commit: a password that nobody can read again would be lost
    for account in accounts:
        if account.email in opened or account.email not in known:
            services.set_password(session, rows[account.email], hash_new_password(account.password))
    return accounts


def _missing(tree: TerritoryTree) -> tuple[str, ...]:
    wanted = {place for person in PEOPLE for place in (person.territory, person.before) if place}
    return tuple(sorted(wanted - tree.nodes.keys()))


def _open(session: Session, person: DemoPerson, tree: TerritoryTree, now: datetime) -> Person:
    """Open one account, with its territory or its scope."""
    since = now - timedelta(days=person.days)
    roles = set(person.roles)
    if person.scope not in tree.nodes:  # nobody is responsable of nothing
        roles = roles - TERRITORIAL or {Role.LEARNER}
    row = services.create_person(session, name=person.name, email=person.email, now=since, roles=roles, side=person.side)
    if person.scope in tree.nodes:
        services.set_scope(session, row, [person.scope])
    elif person.territory in tree.nodes:
        _settle(session, person, row, tree, day_of(since))
    return row


def _settle(session: Session, person: DemoPerson, row: Person, tree: TerritoryTree, since: date) -> None:
    """Where the person works, and where they worked before."""
    moved = since
    if person.before in tree.nodes:
        moved = since + timedelta(days=person.days // 2)
        services.join_territory(session, row, person.before, since)
        services.leave_territory(session, row, person.before, moved)
    services.join_territory(session, row, person.territory, moved)


def _account(person: DemoPerson, password: str, tree: TerritoryTree) -> DemoAccount:
    node = tree.nodes.get(person.territory)
    return DemoAccount(person.main_role.value, person.email, password, node.name if node else person.territory)


# --- `flask demo`, for whoever has a terminal on the server ---


@click.group()
def demo() -> None:
    """Démonstration : des personnes inventées, jamais en production."""


@demo.command("load")
@command
def load_demo() -> None:
    """Charger les personnes inventées ; une seconde fois ne change rien."""
    done = load(db.session, current_settings(), clock.now())
    if done.missing:
        click.echo(f"Territoires absents du réseau, laissés de côté : {', '.join(done.missing)}.", err=True)
    if not done.opened:
        click.echo("La démonstration est déjà chargée ; `flask demo accounts` rappelle ses comptes.")
        return
    click.echo(f"{done.opened} comptes de démonstration ouverts :")
    _print_accounts(done.accounts)


@demo.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="Une liste JSON : role, email, password, territory.")
@command
def demo_accounts(as_json: bool) -> None:
    """Rappeler les comptes de démonstration et leurs mots de passe."""
    accounts = stored_accounts(current_settings())
    if not accounts:
        raise NotLoaded
    if as_json:
        print_json(accounts)
    else:
        _print_accounts(accounts)


def _print_accounts(accounts: Sequence[DemoAccount]) -> None:
    for account in accounts:
        click.echo(f"  {account.role:<15} {account.email:<45} {account.password}  {account.territory}")
