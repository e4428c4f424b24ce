"""The small course with what visitors may read: a public lesson that asks a question and shows an image, reference pages, an address of the site."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.platform.db import Base, db
from tests.content.publishing import publish
from tests.making import prepared
from tests.record import courses
from tests.record.world import World
from tests.strict import StrictClient

SITE = "https://croisee.example"
SHOWN, HIDDEN = "a" * 64, "b" * 64
QUESTION = """Un paragraphe.

## Première partie {#debut}

> [!QUESTION]
> Qui représente l'État ?
>
> - [ ] Le maire
> - [x] Le préfet
>
> Explication : Le préfet représente l'État.

![Une carte](images/carte.png)
"""
OTHERS = (
    ("modules/glossaire.md", "REP\n: réseau d'éducation prioritaire. Des écoles.\n"),
    ("modules/frise.md", "- 1981-07-01 · éducation prioritaire · La circulaire des ZEP.\n"),
    (
        "modules/reseau.md",
        "| Nom | Communes | Département | Vague | Label |\n|---|---|---|---|---|\n| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 |\n",
    ),
)


def set_to(world: World, **changes: Any) -> None:
    """Other settings, for the code and for the templates."""
    world.app.config["CROISEE"] = world.app.jinja_env.globals["settings"] = replace(world.app.config["CROISEE"], **changes)


@pytest.fixture
def site(empty: World) -> World:
    set_to(empty, site_url=SITE)
    media = empty.app.config["CROISEE"].instance_path / "media"
    media.mkdir(exist_ok=True)
    for name in (SHOWN, HIDDEN):
        (media / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    moments = [empty.clock.pass_by(minutes=1) for _ in range(3)]
    with empty.app.app_context():
        prepared(f"visitors at {moments}", lambda: empty.write(partial(_publish, moments=moments)))
    return empty


def _publish(session: Session, moments: list[datetime]) -> None:
    for path, text in (*courses.small(), *OTHERS):
        publish(session, path, text, author_id=None, now=moments[0])
    for now, name, quiz, image, shown in ((moments[1], "un-a", "un-a-quiz", "carte.png", SHOWN), (moments[2], "un-b", "", "plan.png", HIDDEN)):
        path, text = courses.lesson(name, quiz=quiz, body=QUESTION.replace("carte.png", image), public=name == "un-a")
        publish(session, path, text, author_id=None, now=now, media={image: shown})


@pytest.fixture
def closed(site: World) -> World:
    """The same, not open to visitors."""
    set_to(site, public=False)
    return site


@pytest.fixture
def visitor(site: World) -> StrictClient:
    client = site.app.test_client()
    assert isinstance(client, StrictClient)
    return client


def counts(world: World) -> dict[str, int]:
    """Rows of each table."""
    with world.app.app_context():
        return {table.name: db.session.query(table).count() for table in Base.metadata.sorted_tables}
