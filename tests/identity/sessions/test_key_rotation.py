"""Another secret key: what the old one signed holds as long as it is kept, and not a moment longer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.administration.accounts import invitations
from app.identity import email_preferences, passwords, sessions
from app.identity.sign_in import second_factor
from app.platform.settings import Settings
from tests.identity.builders import NOW, sign_in, stored_person
from tests.making import make_app, make_settings
from tests.words import CLOSE_OTHER_SESSIONS

OLD, NEW, NEWER = "une-ancienne-clef-de-trente-deux-signes", "une-nouvelle-clef-de-trente-deux-signes", "une-autre-clef-de-trente-deux-signes-oui"


def test_sessions_forms_and_links_outlive_the_change(tmp_path: Path) -> None:
    def at(key: str, kept: str = "") -> Settings:
        return make_settings(tmp_path / "instance", secret_key=key, secret_key_fallbacks=kept)

    before, after, later = (make_app(settings) for settings in (at(OLD), at(NEW, OLD), at(NEWER)))
    person = stored_person(before)
    assert person
    client = before.test_client()
    sign_in(client)
    client.see("/compte")  # its form is signed too
    client.application = after
    client.submit(CLOSE_OTHER_SESSIONS)
    assert client.get("/compte").status_code == 200
    client.application = later
    assert client.get("/compte").status_code == 302


@pytest.mark.parametrize(("keys", "reads"), [([OLD], True), ([OLD, NEW], True), ([OLD, NEWER, NEW], True), ([NEW], False)])
def test_what_is_signed(keys: list[str], reads: bool) -> None:
    link = invitations.InvitationLink(3, "mark", NOW + timedelta(days=1))
    assert (passwords.holder(keys, passwords.issue(OLD, 7, "v", NOW + timedelta(hours=1)), NOW) == 7) == reads
    assert (invitations.read_invitation(keys, invitations.issue([OLD], link)) is not None) == reads
    assert (sessions.read_browser(keys, sessions.issue(OLD, sessions.Browser("x", 7), NOW + timedelta(days=1)), NOW) is not None) == reads
    assert (passwords.read_signed(keys, email_preferences.PURPOSE, email_preferences.make_token(OLD, 7)) == 7) == reads
    assert passwords.read_signed(keys[-1], "x", passwords.sign(keys, "x", 1)) == 1, "the newest signs"


def test_applications_of_second_factors_go_over_to_the_new_key() -> None:
    stored = second_factor.draw(OLD)
    secret = second_factor.readable(OLD, stored)
    assert secret
    assert second_factor.readable([OLD, NEW], stored) == secret
    assert second_factor.readable(NEW, stored) == ""
    renewed = second_factor.renew_secret([OLD, NEW], stored)
    assert renewed
    assert second_factor.readable(NEW, renewed) == secret
    assert [second_factor.renew_secret([OLD, NEW], renewed), second_factor.renew_secret(NEW, stored)] == [None, None]


def test_the_order_of_the_setting(tmp_path: Path) -> None:
    assert make_settings(tmp_path, secret_key=NEWER, secret_key_fallbacks=f"{NEW} {OLD}").keys == [OLD, NEW, NEWER]
