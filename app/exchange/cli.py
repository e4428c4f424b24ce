"""`flask exchange import` and `flask exchange export`: other systems' formats from a shell.

Another format in which something leaves is a line of `WRITERS`; of a quiz, of `FORMATS` in `banks/services.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.authoring.incoming.uploads import instance, media_store
from app.exchange.banks import services
from app.exchange.banks.bank import Bank
from app.exchange.banks.reading.formats import INCOMING
from app.exchange.banks.services import FORMATS, Destination
from app.exchange.packages.contents import PackageFormat
from app.exchange.packages.views import package_file
from app.features import KNOWN
from app.identity.services import person_by_address
from app.platform import clock
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.platform.settings import current_settings
from app.platform.shell_json import AS_JSON, print_json
from app.platform.site import offers
from app.platform.storage.folder import Store
from app.record.attestation_issuing import signed_badge

Writer = Callable[[Session, str, Store], tuple[bytes, tuple[str, ...]]]
"""The id of what leaves, the store of images → the file, and in sentences what it does not say."""


def _of_bank(name: str, session: Session, identifier: str, media_store: Store) -> tuple[bytes, tuple[str, ...]]:
    exported = services.published_file(session, identifier, FORMATS[name], media_store)
    return exported.data, tuple(f"{loss.title} : {said}" if loss.title else said for loss in exported.losses for said in loss.said)


def _badge(session: Session, attestation_id: str, _media_store: Store) -> tuple[bytes, tuple[str, ...]]:
    """The signed text of an attestation's badge. Its addresses are the site's, as no request tells one."""
    address = current_settings().site_url
    if not address:
        raise DomainError("Ce site n’a pas d’adresse (réglage « site_url ») : il n’a pas de badges.")
    with current_app.test_request_context(base_url=address):
        return signed_badge(session, attestation_id).encode(), ()


WRITERS: Mapping[str, Writer] = {
    **{name: partial(_of_bank, name) for name in FORMATS},
    **{form.value: partial(package_file, form) for form in PackageFormat},
    "badge": _badge,
}


OF_FORMAT = {"scorm12": "packages", "cmi5": "packages", "badge": "badges"}
"""Format → its feature."""

# --- The commands ---

exchange = AppGroup("exchange", help="Formats d’autres systèmes : banques de questions, à l’entrée et à la sortie.")


@exchange.command("import", help=f"Reprendre les questions d'un FICHIER ({', '.join(each.label for each in INCOMING)}) dans un brouillon.")
@click.argument("path", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Dire ce que contient le fichier, sans rien garder.")
@AS_JSON
@click.option("--lecon", "home_id", default="", help="La leçon ou le module que vérifiera le nouveau quiz.")
@click.option("--quiz", "quiz_id", default="", help="Le quiz à compléter.")
@click.option("--auteur", "address", default="", help="L’adresse du formateur dont ce sera le brouillon.")
def import_command(path: Path, dry_run: bool, as_json: bool, home_id: str, quiz_id: str, address: str) -> None:
    try:
        bank = services.look_at(instance(), path.read_bytes())
        if not dry_run:
            _take(bank, Destination(quiz_id, home_id, path.stem), address)
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    _print(bank, as_json)


def _take(bank: Bank, to: Destination, address: str) -> None:
    with writing() as session:
        author = person_by_address(session, address)
        if author is None:
            raise DomainError("Dites de qui ce sera le brouillon : --auteur adresse. Pour seulement regarder : --dry-run.")
        services.take(session, bank, range(len(bank.items)), to, author.id, media_store(), clock.now())


def _print(bank: Bank, as_json: bool) -> None:
    summary = bank.summary()
    if as_json:
        print_json(summary)
        return
    click.echo(f"Questions reprises : {summary['questions']}, dont {summary['approximated']} avec une perte. Refusées : {len(summary['refused'])}.")
    for said in bank.remarks:
        click.echo(said)
    for item in bank.items:
        for said in (item.refused, *item.lost):
            if said:
                click.echo(f"ligne {item.line}, « {item.name} » : {said}")


@exchange.command("export")
@click.argument("identifier", metavar="IDENTIFIANT")
@click.option("--format", "name", type=click.Choice(list(WRITERS)), required=True)
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export_command(identifier: str, name: str, path: Path) -> None:
    """Écrire ce qui est publié sous IDENTIFIANT dans un autre format, et dire ce qu'il n'en dit pas."""
    if not offers(OF_FORMAT.get(name, "")):
        raise click.ClickException(f"« {KNOWN[OF_FORMAT[name]].name} » n’est pas proposé par ce site : flask features list dit ce qui l’est.")
    try:
        data, losses = WRITERS[name](db.session, identifier, media_store())
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    path.write_bytes(data)
    click.echo(f"{path} : écrit.")
    for said in losses:
        click.echo(f"- {said}")
