"""`flask media move`: images, files, waiting uploads and erasures from the instance's folders to the bucket, or back."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.platform.errors import DomainError
from app.platform.french import plural
from app.platform.settings import Settings, current_settings
from app.platform.storage import places
from app.platform.storage.moving import MoveReport, move
from app.platform.storage.store import StoreAway

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
