"""The demonstration: loads its people once, keeps their passwords in `instance/demonstration.json`, readable by its owner alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import services
from app.identity.demo.people import PEOPLE, DemoPerson, Stage
from app.identity.models import Person
from app.identity.passwords.hashing import hashed
from app.identity.queries import territory_tree
from app.identity.rules import TERRITORIAL, Role
from app.identity.territories.rules import Tree
from app.platform import hooks
from app.platform.errors import DomainError
from app.platform.files import write_whole
from app.platform.french import day_of
from app.platform.hooks import DemonstrationStep
from app.platform.settings import Settings

FILE = "demonstration.json"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are read for one another."""


class ProductionRefused(DomainError):
    sentence = "La démonstration est refusée en production : ses comptes sont inventés et leurs mots de passe affichés."


class NotLoaded(DomainError):
    sentence = "La démonstration n’est pas chargée : lancez `flask demo load`."


class DemoAccount(Struct, frozen=True):
    """One line of `demonstration.json`. `territory`: the name of what the person belongs to or looks after."""

    role: str
    email: str
    password: str
    territory: str


class LoadedPerson(Struct, frozen=True):
    """What the other packages need to write somebody's history."""

    id: int
    stage: Stage
    roles: frozenset[Role]
    since: datetime


class Loading(Struct, frozen=True):
    """What a load did: how many accounts it opened, everybody, and the territories that `reseau.md` does not have."""

    opened: int
    people: tuple[LoadedPerson, ...]
    accounts: tuple[DemoAccount, ...]
    missing: tuple[str, ...]


def add_step(app: Flask, step: DemonstrationStep) -> None:
    hooks.demonstration_steps.of(app).append(step)


def load(session: Session, settings: Settings, now: datetime) -> Loading:
    """Open the accounts that are not there yet, then let each package add its part. A second load changes nothing."""
    if settings.production:
        raise ProductionRefused
    tree = territory_tree(session)
    rows = {row.email: row for row in session.scalars(select(Person).where(Person.email.in_([person.email for person in PEOPLE])))}
    opened = [person for person in PEOPLE if person.email not in rows]
    rows |= {person.email: _open(session, person, tree, now) for person in opened}
    accounts = _give_passwords(session, settings, rows, {person.email for person in opened}, tree)
    people = tuple(LoadedPerson(rows[person.email].id, person.stage, rows[person.email].role_set, rows[person.email].created_at) for person in PEOPLE)
    for step in hooks.demonstration_steps.here():
        step(session, people, now)
    return Loading(len(opened), people, accounts, _missing(tree))


def _give_passwords(session: Session, settings: Settings, rows: Mapping[str, Person], opened: Collection[str], tree: Tree) -> tuple[DemoAccount, ...]:
    """The passwords of the file, and new ones for whoever is not in it."""
    kept = {account.email: account.password for account in read(settings)}
    accounts = tuple(_account(person, kept.get(person.email) or draw_password(), tree) for person in PEOPLE)
    _write(settings, accounts)  # before the commit: a password that nobody can read again would be lost
    for account in accounts:
        if account.email in opened or account.email not in kept:
            services.set_password(session, rows[account.email], hashed(account.password))
    return accounts


def _missing(tree: Tree) -> tuple[str, ...]:
    wanted = {place for person in PEOPLE for place in (person.territory, person.before) if place}
    return tuple(sorted(wanted - tree.nodes.keys()))


def _open(session: Session, person: DemoPerson, tree: Tree, now: datetime) -> Person:
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


def _settle(session: Session, person: DemoPerson, row: Person, tree: Tree, since: date) -> None:
    """Where the person works, and where they worked before."""
    moved = since
    if person.before in tree.nodes:
        moved = since + timedelta(days=person.days // 2)
        services.join_territory(session, row, person.before, since)
        services.leave_territory(session, row, person.before, moved)
    services.join_territory(session, row, person.territory, moved)


def _account(person: DemoPerson, password: str, tree: Tree) -> DemoAccount:
    node = tree.nodes.get(person.territory)
    return DemoAccount(person.main_role.value, person.email, password, node.name if node else person.territory)


def draw_password() -> str:
    """Four groups of four letters and figures: easy to copy, about 80 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def read(settings: Settings) -> tuple[DemoAccount, ...]:
    """What `demonstration.json` holds; nothing when it does not exist or is not what we wrote."""
    try:
        lines = json.loads(_path(settings).read_text(encoding="utf-8"))["accounts"]
        return tuple(DemoAccount(**line) for line in lines)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def forget(settings: Settings, email: str) -> None:
    """Take one account out of the file: it was erased."""
    _write(settings, [account for account in read(settings) if account.email != email])


def _write(settings: Settings, accounts: Sequence[DemoAccount]) -> None:
    """Replace the file, only if something differs."""
    if read(settings) == tuple(accounts):
        return
    said = json.dumps({"accounts": [asdict(account) for account in accounts]}, ensure_ascii=False, indent=1)
    write_whole(_path(settings), said.encode())


def _path(settings: Settings) -> Path:
    return settings.instance_path / FILE
