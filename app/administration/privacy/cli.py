"""`flask privacy purge`: what has outlived its purpose goes. A nightly timer runs it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.administration.privacy import retention
from app.platform import clock
from app.platform.db import forget_removed, refresh_statistics, writing
from app.platform.french import plural
from app.platform.settings import current_settings

command = AppGroup("privacy", help="Données personnelles : durées de conservation.")


@command.command()
@click.option("--dry-run", "--essai", "dry_run", is_flag=True, help="Dire ce qui serait effacé, sans rien effacer.")
def purge(dry_run: bool) -> None:
    """Efface ce qui a dépassé sa durée, et les comptes fermés depuis trois ans."""
    with writing() as session:
        done = retention.purge(session, current_settings(), clock.now(), dry_run=dry_run)
    for title, _table, number in done.rows:
        click.echo(f"{title} : {_erasure_words(number, 'ligne', 'effacée', dry_run)}")
    numbers = f" (numéros {', '.join(map(str, done.people))})" if done.people else ""
    click.echo(f"Comptes fermés depuis trois ans : {_erasure_words(len(done.people), 'compte', 'effacé', dry_run)}{numbers}")
    total = sum(number for _title, _table, number in done.rows)
    click.echo(f"En tout : {_erasure_words(total, 'ligne', 'effacée', dry_run)}.")
    if dry_run:
        return
    refresh_statistics()  # the moment of the night when the database is gone through anyway
    if not forget_removed(shrink=not done.nothing):
        click.echo("Quelqu’un qui lit garde encore dans le journal de SQLite ce qui vient d’être effacé : la prochaine purge l’en ôtera.")


def _erasure_words(number: int, noun: str, done: str, dry_run: bool) -> str:
    """« 3 lignes à effacer », « 3 lignes effacées »."""
    return f"{plural(number, noun)} à effacer" if dry_run else plural(number, f"{noun} {done}", f"{noun}s {done}s")
