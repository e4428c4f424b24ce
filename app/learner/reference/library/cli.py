"""`flask library …`: the links of the course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import click
from flask.cli import AppGroup

from app.content.store import disk
from app.learner.reference.library import links
from app.learner.reference.library.asking import over_the_network
from app.learner.reference.library.links import Fetch, LinkReport, LinkState
from app.learner.reference.library.watch import services
from app.learner.reference.library.watch.queries import course_links, due_links
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import plural
from app.platform.hooks import Slot
from app.platform.settings import current_settings
from app.platform.shell_json import print_json

FETCHER = Slot[Callable[[float], Fetch]](lambda: over_the_network)
"""Given the seconds of patience, what asks the sites: the network, but in tests."""

FEW = 3
"""Links that may all fail on one day without the network being away."""

library = AppGroup("library", help="La bibliothèque et les liens du cours.")


@library.command("links")
@click.option("--json", "as_json", is_flag=True, help="La même liste, pour une machine, liens vivants compris.")
@click.option("--patience", type=click.FloatRange(1, 120), default=10.0, show_default=True, help="Secondes données à chaque site.")
def links_command(as_json: bool, patience: float) -> None:
    """Demander à chaque site si les liens du cours vivent encore. Sort en erreur quand l’un est mort."""
    files = disk.find(current_settings().course_path)
    reports = links.check(links.addresses(files.documents), _fetcher(patience))
    if as_json:
        print_json(reports)
    else:
        _tell(reports)
    if any(report.state is LinkState.DEAD for report in reports):
        raise SystemExit(1)


PATIENCE = 10.0
ENOUGH = timedelta(minutes=45)
"""A run: the jobs stop one of an hour. What was not asked comes first the next night."""


@library.command()
def watch() -> None:
    """Vérifier les liens du cours publié dont c'est le tour, et garder ce qu'ils ont dit. À lancer chaque nuit, sans effet la seconde fois."""
    now = clock.now()
    known = course_links(db.session)
    due = due_links(db.session, known, now)
    db.session.rollback()  # the sites take their time
    with writing() as session:
        services.forget_others(session, known)
    counted, answered, held = Counter[LinkState](), False, list[LinkReport]()
    for report in links.answers(due, _fetcher(PATIENCE)):
        counted[report.state] += 1
        answered = answered or report.heard
        held.append(report)
        if answered:
            _keep(held, now)
        if clock.now() - now > ENOUGH:
            break
    if sum(report.mute for report in held) > FEW:
        click.echo("Aucun site ne répond : cette machine n’a sans doute pas accès au Web. Rien n’est noté.")
        return
    _keep(held, now)
    click.echo(f"{plural(counted.total(), 'lien vérifié', 'liens vérifiés')}, dont {counted[LinkState.DEAD]} en échec.")


def _keep(held: list[LinkReport], now: datetime) -> None:
    """At once, so that a run that is stopped loses nothing; but while nobody has answered, all are held: it may be this machine that has no network."""
    with writing() as session:
        services.keep(session, held, now)
    held.clear()


def _fetcher(patience: float) -> Fetch:
    return FETCHER.here()(patience)


def _tell(reports: list[LinkReport]) -> None:
    for line in links.lines(reports):
        click.echo(line)
    counted = Counter(report.state for report in reports)
    names = {LinkState.ALIVE: "vivants", LinkState.MOVED: "déplacés", LinkState.DOUBTFUL: "à ouvrir vous-même", LinkState.DEAD: "morts"}
    click.echo(f"Liens : {len(reports)}, dont {', '.join(f'{counted[state]} {words}' for state, words in names.items())}.", err=True)
