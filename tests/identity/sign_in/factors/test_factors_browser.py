"""The second factor in a real browser: the picture read, a key of Chromium's virtual authenticator, a printed code; axe is silent on each page."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from passlib.totp import TOTP
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from app.platform import clock
from tests.browsers import follow, press, sign_in
from tests.platform.web.axe import complaints_in_each_size
from tests.words import CREATE_PASSKEY, SAVE_AUTHENTICATOR, USE_A_PASSKEY

pytestmark = [pytest.mark.browser, pytest.mark.proof]

SIZES = ((390, "light"), (1280, "dark"))


@pytest.fixture
def told() -> None:
    """The time is the machine's: a real browser has its own."""


def key_in_hand(tab: Page) -> None:
    """As a telephone with a fingerprint."""
    device = tab.context.new_cdp_session(tab)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})


def photographed(tab: Page) -> str:
    """The secret in the picture that the page shows."""
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(tab.locator(".factor-picture").screenshot())).convert("L"))
    return parse_qs(urlsplit(code.text).query)["secret"][0]


def helped(tab: Page) -> list[str]:
    """The help with pictures, from where a factor is asked, and back."""
    follow(tab.get_by_role("link", name="Ce qui vous est demandé"), "Se connecter, en images")
    assert tab.get_by_role("img", name="téléphone").count() >= 2
    found = complaints_in_each_size(tab, SIZES)
    tab.go_back()
    return found


@pytest.mark.usefixtures("ines")
def test_from_the_picture_to_a_key_and_a_printed_code(live: str, context: BrowserContext) -> None:
    site, tab, found = live.replace("127.0.0.1", "localhost"), context.new_page(), list[str]()
    key_in_hand(tab)
    tab.goto(f"{site}/connexion?next=/compte/securite")
    sign_in(tab)
    found += complaints_in_each_size(tab, SIZES)
    follow(tab.get_by_role("link", name="Ajouter une application de codes"))
    found += complaints_in_each_size(tab, SIZES)
    tab.get_by_label("Code à six chiffres").fill(str(TOTP(key=photographed(tab), format="base32").generate(int(clock.now().timestamp())).token))
    press(tab, SAVE_AUTHENTICATOR)
    codes = tab.locator(".factor-codes code").all_text_contents()
    found += complaints_in_each_size(tab, SIZES)
    tab.goto(f"{site}/compte/securite/cle")
    press(tab, CREATE_PASSKEY)
    assert tab.get_by_role("listitem").filter(has_text="Ma clé").is_visible()
    found += complaints_in_each_size(tab, SIZES)

    context.clear_cookies()
    tab.goto(f"{site}/connexion?next=/compte/sessions")
    press(tab, USE_A_PASSKEY)
    assert tab.get_by_role("heading", level=1).text_content() == "Mes sessions"
    found += complaints_in_each_size(tab, SIZES)

    context.clear_cookies()
    tab.goto(f"{site}/connexion?next=/compte")
    sign_in(tab)
    found += complaints_in_each_size(tab, SIZES)
    found += helped(tab)
    tab.get_by_label("Votre code").fill(codes[0])
    press(tab, "Continuer")
    assert tab.get_by_role("heading", level=1).text_content() == "Mon compte"
    assert found == []
