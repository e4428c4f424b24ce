"""`flask library`: asks other sites whether the pages that the course links to are still there.

It asks as a guest does: what robots.txt allows, one question at a time, with pauses, and never an address of this machine or of its network,
which a text of the course could name.
"""

from __future__ import annotations

import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser

import click
from flask.cli import AppGroup

from app.content.store import disk
from app.learner.reference import library_links
from app.learner.reference.library_links import AT_HOME, NOT_PLAIN, Fetch, LinkAnswer, LinkReport, LinkState, NotPublic, course_links, due_links, is_plain
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import plural
from app.platform.hooks import Slot
from app.platform.settings import current_settings
from app.platform.shell_json import print_json

AGENT = "Croisee-liens"
PAUSE = 1.0
"""Seconds between two questions to a site."""
MOST_ROBOTS = 100_000
"""Bytes of a robots.txt that are read."""
_KEPT = "%/:?#[]@!$&'()*+,;=~"
_REFUSED = 403

Read = Callable[[str, str], tuple[LinkAnswer, bytes]]
"""Given a method and an address: the head of the answer, and of a robots.txt its beginning. Raises nothing."""


def over_the_network(timeout: float) -> Fetch:
    return polite(_reader(timeout), time.sleep)


def polite(read: Read, sleep: Callable[[float], object]) -> Fetch:
    robots: dict[str, RobotFileParser] = {}

    def fetch(method: str, address: str) -> LinkAnswer:
        if not is_plain(address):
            return LinkAnswer(_REFUSED, reason=NOT_PLAIN)
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in robots:
            robots[site] = _rules(read, site)
        if not robots[site].can_fetch(AGENT, address):
            return LinkAnswer(_REFUSED, reason="pas demandé : ce site ne veut pas de programmes")
        sleep(PAUSE)
        return read(method, address)[0]

    return fetch


def _rules(read: Read, site: str) -> RobotFileParser:
    """What a site asks of programs. One that says nothing, or cannot be read, asks nothing."""
    answer, text = read("GET", f"{site}/robots.txt")
    rules = RobotFileParser()
    rules.parse(text.decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
    return rules


def _reader(timeout: float) -> Read:
    opener = library_links.opener()

    def fetch_head(method: str, address: str) -> tuple[LinkAnswer, bytes]:
        try:
            request = urllib.request.Request(quote(address, safe=_KEPT), method=method, headers={"User-Agent": f"{AGENT}/1"})  # noqa: S310 — http or https, asked before
            with opener.open(request, timeout=timeout) as answer:
                head = answer.read(MOST_ROBOTS) if method == "GET" and urlsplit(address).path == "/robots.txt" else b""
                return LinkAnswer(answer.status, answer.headers.get("Location", "")), head
        except NotPublic:
            return LinkAnswer(_REFUSED, reason=AT_HOME), b""
        except (OSError, HTTPException, ValueError) as error:
            return LinkAnswer(0, reason=str(getattr(error, "reason", error))[:120]), b""

    return fetch_head


# --- Commands --------------------------------------------------------------------------------------------------------

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
    reports = library_links.check(library_links.addresses(files.documents), _fetcher(patience))
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
        library_links.forget_others(session, known)
    counted, answered, held = Counter[LinkState](), False, list[LinkReport]()
    for report in library_links.answers(due, _fetcher(PATIENCE)):
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
        library_links.keep(session, held, now)
    held.clear()


def _fetcher(patience: float) -> Fetch:
    return FETCHER.here()(patience)


def _tell(reports: list[LinkReport]) -> None:
    for line in library_links.lines(reports):
        click.echo(line)
    counted = Counter(report.state for report in reports)
    names = {LinkState.ALIVE: "vivants", LinkState.MOVED: "déplacés", LinkState.DOUBTFUL: "à ouvrir vous-même", LinkState.DEAD: "morts"}
    click.echo(f"Liens : {len(reports)}, dont {', '.join(f'{counted[state]} {words}' for state, words in names.items())}.", err=True)
