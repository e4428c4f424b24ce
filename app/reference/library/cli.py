"""`flask library …`: the links of the course."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import AppGroup

from app.content.store import disk
from app.reference.library import links
from app.reference.library.links import Fetch, LinkReport, LinkState
from app.settings import current_settings

FETCHER = "croisee_fetcher"
"""In `app.extensions`: given the seconds of patience, what asks the sites; by default, the network."""

library = AppGroup("library", help="La bibliothèque et les liens du cours.")


@library.command("links")
@click.option("--json", "as_json", is_flag=True, help="La même liste, pour une machine, liens vivants compris.")
@click.option("--patience", type=click.FloatRange(1, 120), default=10.0, show_default=True, help="Secondes données à chaque site.")
def links_command(as_json: bool, patience: float) -> None:
    """Demander à chaque site si les liens du cours vivent encore. Sort en erreur quand l’un est mort."""
    files = disk.find(current_settings().course_path)
    fetcher: Callable[[float], Fetch] = current_app.extensions.get(FETCHER, links.over_the_network)
    reports = links.check(links.addresses(files.documents), fetcher(patience))
    if as_json:
        click.echo(json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=1))
    else:
        _tell(reports)
    if any(report.state is LinkState.DEAD for report in reports):
        raise SystemExit(1)


def _tell(reports: list[LinkReport]) -> None:
    for line in links.lines(reports):
        click.echo(line)
    counted = Counter(report.state for report in reports)
    names = {LinkState.ALIVE: "vivants", LinkState.MOVED: "déplacés", LinkState.DOUBTFUL: "à ouvrir vous-même", LinkState.DEAD: "morts"}
    click.echo(f"Liens : {len(reports)}, dont {', '.join(f'{counted[state]} {words}' for state, words in names.items())}.", err=True)
