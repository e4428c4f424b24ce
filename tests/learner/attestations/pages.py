"""What several tests share: an attestation's page, its sheet of paper and its badge, for anyone who has the address."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.record.progress.models import Attestation
from tests.record.world import World
from tests.strict import Page, StrictClient


def number(world: World) -> str:
    return world.read(lambda session: session.scalars(select(Attestation.id)).one())


def visitor(world: World) -> StrictClient:
    return world.app.test_client()  # type: ignore[return-value]


def page(world: World, status: int = 200) -> Page:
    return visitor(world).see(f"/attestations/{number(world)}", status)


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u00ad-]+", "", text)


def badge(world: World, form: str = "jwt") -> bytes:
    answer = visitor(world).get(f"/attestations/{number(world)}/badge/{form}")
    assert answer.status_code == 200
    assert answer.mimetype == {"jwt": "text/plain", "png": "image/png", "svg": "image/svg+xml"}[form]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="badge.{form}"'
    return answer.get_data()


def check(world: World, text: str, status: int = 200) -> Page:
    client = visitor(world)
    client.see("/badges/verifier")
    return client.submit("Vérifier ce badge", status, follow=False, badge=text)
