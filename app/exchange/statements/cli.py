"""`flask statements send`: the ledger told to the stores of the settings, from a shell and by a timer."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.exchange.statements import services
from app.exchange.statements.services import Report
from app.platform import clock
from app.platform.errors import SettingsError
from app.platform.french import plural
from app.platform.settings import current_settings
from app.platform.shell_json import print_json

statements = AppGroup("statements", help="Traces d'apprentissage envoyées à des entrepôts (LRS).")


@statements.command()
@click.option("--json", "as_json", is_flag=True, help="Pour une machine.")
def send(as_json: bool) -> None:
    """Envoie à chaque entrepôt ce qui ne l'est pas encore. Sans effet si rien n'attend ; une ligne envoyée deux fois n'y est qu'une."""
    settings = current_settings()
    if settings.lrs and not settings.site_url:
        raise SettingsError("Réglez CROISEE_SITE_URL : les traces portent l’adresse publique du site.")
    reports = services.send(settings, clock.now())
    if as_json:
        print_json(reports)
    else:
        click.echo(_words(reports))
    if any(each.stopped for each in reports):
        raise SystemExit(1)


def _words(reports: list[Report]) -> str:
    return "\n".join(map(_line, reports)) or "Rien à envoyer."


def _line(report: Report) -> str:
    parts = [plural(report.sent, "trace envoyée", "traces envoyées"), *([plural(report.parked, "refusée", "refusées")] if report.parked else []), report.said]
    return f"{report.name} : {', '.join(part for part in parts if part)}"
