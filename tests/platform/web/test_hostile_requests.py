"""Every parameter of every route, for every role, on both databases: whatever is sent, no page fails, and what is refused changes nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from app.learner import attestations as attestation_views
from app.learner.reference.syntheses import papers as syntheses
from app.network.meetings import attendance_views
from app.record.figures import store as stored_figures
from app.reporting import evidence as evidence_views
from app.reporting import report_files
from tests.databases import SQLITE_AT_NIGHT
from tests.hostile import forgetful
from tests.platform.web.peopled import furnished, peopled
from tests.record.conftest import clock
from tests.record.world import Clock, World

__all__ = ["clock"]
pytestmark = [pytest.mark.proof, pytest.mark.long, SQLITE_AT_NIGHT]

WATCHED = {"health.ready", "watching.metrics"}
"""They take no parameter: one says of a site made without migrations that it is not ready, the other asks for a token of its own."""
SIGNED = "attestations.check_badge"
"""It takes nothing but what a key of this site signed: nobody sends it that without having been given it."""
PACKS = {"notebook.look_at_pack", "notebook.receive"}
"""They take nothing but what another notebook made: their own tests send what is hostile."""
ELSEWHERE = {"institutions.go", "institutions.add", "institutions.back"}
"""They lead to another site and take what it signed: `tests/identity/sign_in/institutions` sends what is hostile."""
ROOM = {"attendance.attend", "attendance.add", "meetings.instead", "guests.image"}
"""They take nothing but the code that a room shows, the address of an account, a lesson that a meeting completes, or an image of a text that was given to read."""
SHARE = 1
"""Hostile value for each parameter, as each of five roles draws them; each of a hundred values meets many parameters."""


@pytest.fixture
def world(any_app: Flask, clock: Clock) -> World:
    any_app.config["WTF_CSRF_ENABLED"] = False
    return furnished(any_app, clock)


def test_whatever_is_sent_no_page_fails_and_what_is_refused_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL refuses more (lengths, ranges, signs): there every attack is made; here, of a route that has answered, every fourth."""
    attackers, strict = peopled(world), world.app.config["CROISEE"].database_url.startswith("postgresql")
    monkeypatch.setattr(stored_figures, "settle_everybody", lambda *_arguments: 0)
    for printing in (report_files, attestation_views, evidence_views, syntheses, attendance_views):
        monkeypatch.setattr(printing, "pdf_of", lambda *_arguments, **_more: b"%PDF-")
    opened: Counter[str] = Counter()
    with forgetful(world.app, monkeypatch):
        for attacker in attackers.values():
            attacker.explore()
            for place, (endpoint, attack) in enumerate(attacker.attacks(SHARE)):
                if place % 4 and opened[endpoint] and not strict:
                    continue
                opened[endpoint] += endpoint not in WATCHED and attacker.send(attack, endpoint).status_code < 400
    faults = [fault for attacker in attackers.values() for fault in attacker.faults]
    sent = sum(attacker.sent for attacker in attackers.values())
    programs = {name for name in world.app.view_functions if name.startswith("api.")}  # to whoever brings a token: `tests/exchange/api` sends what is hostile
    assert {name for name in world.app.view_functions if not opened[name]} <= {*WATCHED, SIGNED, *PACKS, *ROOM, *ELSEWHERE, *programs}, (
        "each route answers something good at least once: what is hostile gets past its door"
    )
    assert faults == [], f"{len(faults)} of {sent}:\n" + "\n".join(faults[:40])
