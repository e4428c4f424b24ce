"""`flask atelier …`: publishes what was promised for a date that is past, forgets images that nothing shows. Meant for a timer; harmless at any time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import click
from flask.cli import AppGroup

from app.authoring.drafts.queries import everything_published
from app.authoring.incoming import uploads
from app.authoring.incoming.image_views import forgotten_images
from app.authoring.publishing.services import publish_next
from app.platform import clock
from app.platform.db import db, writing
from app.platform.french import plural
from app.platform.settings import current_settings
from app.platform.storage import places
from app.platform.storage.folder import StoreAway

atelier = AppGroup("atelier", help="L’atelier : publications programmées, images oubliées.")

KEPT = timedelta(days=30)
"""How long an image that nothing names is kept: a text that showed it may still be written again."""


@atelier.command("publish-due")
def publish_due() -> None:
    """Publier ce dont la date est venue. Chaque publication est entière ou n'est pas ; relancer ne refait rien."""
    done: Counter[str] = Counter()
    while outcome := _next():
        done[outcome] += 1
    refused = sum(done.values()) - done["publié"]
    click.echo(f"Publications programmées : {plural(done['publié'], 'faite')}, {plural(refused, 'refusée')}.")


def _next() -> str:
    """One in a transaction of its own, which begins when the course has been read."""
    everything_published(db.session)
    db.session.rollback()
    with writing() as session:
        return publish_next(session, current_settings(), clock.now())


@atelier.command("forget-images")
def forget_images() -> None:
    """Effacer les images que plus aucun texte, publié, ancien ou en brouillon, ne nomme depuis trente jours, et les archives jamais importées."""
    try:
        gone = _forget()
    except StoreAway as error:
        raise click.ClickException(f"Le seau ne répond pas comme il faut : {error.why}") from None
    click.echo(f"Images effacées : {gone}.")


def _forget() -> int:
    uploads.forget(places.imports(current_settings()), clock.now())
    kept, before = places.media(current_settings()), clock.now() - KEPT
    gone = list(forgotten_images(db.session, kept, before))
    for name in gone:
        kept.delete(name)
    return len(gone) + kept.sweep(before.timestamp())
