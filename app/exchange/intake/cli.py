"""`flask authoring read`: what the page of an import would say of some files. Keeps nothing."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.exchange.intake import services
from app.exchange.intake.reading import as_json
from app.exchange.intake.staging import StagedImport
from app.exchange.intake.units import SourceReading
from app.platform.errors import DomainError
from app.platform.settings import current_settings
from app.platform.shell_json import print_json

authoring = AppGroup("authoring", help="Ce qu'un formateur apporte : lu comme la page « Importer » le lirait.")
STATES = {"read": "lue", "asked": "à demander", "refused": "refusée"}


@authoring.command("read")
@click.argument("paths", metavar="FICHIER…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_machine", is_flag=True, help="Pour une machine.")
def read_command(paths: tuple[Path, ...], as_machine: bool) -> None:
    """Dire ce que contiennent des FICHIERS ou un dossier, dans l'ordre : chaque question et sa clé, ce qui se demande, ce qui se perd."""
    files = [each for path in paths for each in (sorted(path.rglob("*")) if path.is_dir() else [path]) if each.is_file() and not each.name.startswith(".")]
    try:
        found = [services.stage(current_settings().instance_path, [(each.name, each.read_bytes())]) for each in files]
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    readings = [reading for staged in found for reading in StagedImport(sources=staged.sources).readings()]
    if as_machine:
        return print_json(as_json(readings))
    for reading in readings:
        _print(reading)
    return None


def _print(reading: SourceReading) -> None:
    click.echo(f"{reading.name} : « {reading.title or 'sans titre'} »")
    for unit in reading.units:
        click.echo(f"  {unit.n}. ligne {unit.line}, {unit.kind}, {STATES[unit.state]} : {' '.join(unit.statement.split())[:90]}")
        for said in unit.key:
            click.echo(f"     clé : {said}")
        for said in reading.asked_of(unit):
            click.echo(f"     ? {said}")
        for said in (*unit.losses, *([unit.refused] if unit.refused else [])):
            click.echo(f"     ! {said}")
    for each in reading.aside:
        click.echo(f"  à part, ligne {each.line} ({each.why}) : {each.text[:90]}")
    for remark in reading.remarks:
        click.echo(f"  {remark}")
