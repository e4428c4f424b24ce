"""What several tests share: « Voir comme »: the other's pages, nothing that writes, a banner, a trace, and an end."""

from __future__ import annotations

from tests.strict import StrictClient
from tests.words import VIEW_AS


def look_as(client: StrictClient, number: int) -> None:
    client.see(f"/administration/personnes/{number}")
    client.submit(VIEW_AS)
