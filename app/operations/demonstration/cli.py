"""`flask demo`: the demonstration, for whoever has a terminal on the server."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.identity.cli import command
from app.operations.demonstration.accounts import DemoAccount, NotLoaded, stored_accounts
from app.platform import clock
from app.platform.db import db
from app.platform.settings import current_settings
from app.platform.shell_json import print_json


@click.group()
def demo() -> None:
    """Démonstration : des personnes inventées, jamais en production."""


@demo.command("load")
@command
def load_demo() -> None:
    """Charger les personnes inventées ; une seconde fois ne change rien."""
    from app.operations.demonstration.load import load  # what serves the site never loads it

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
