"""`make pictures`: the pictures of LISEZMOI.md, of the guides and of publiccode.yml, taken of today's demonstration: three a role, in docs/images.

The demonstration is made in a folder that goes with it. Chromium and its French are Debian’s (`chromium`, `chromium-l10n`). A picture is 1280 pixels wide, of 64 colours: some 40 kB.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 960}
COLOURS = 64
PORT = 8399
SITE = f"http://127.0.0.1:{PORT}"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--lang=fr"]
LEARNER, TRAINER, MANAGER = "zineb.haddad@croisee.example", "thomas.delvigne@croisee.example", "marguerite.fauquembergue@croisee.example"
LESSON, WRITTEN = "ce-croisements", "ce-dix-minutes"
"""The lesson that is read, and the one that is being written."""


def show_correction(tab: Page) -> None:
    """Of the last attempt at the quiz of the lesson that is read."""
    tab.goto(f"{SITE}/quiz/{LESSON}-quiz")
    tab.goto(SITE + str(tab.locator("a[href^='/tentatives/']").last.get_attribute("href")))


def review_change(tab: Page) -> None:
    """A sentence more, before it is published."""
    tab.goto(f"{SITE}/atelier/documents/{WRITTEN}")
    tab.locator(".cm-line").filter(has_text="La réunion commence").first.click()
    for key in ("End", "End"):  # of the line as it is shown, then of the paragraph
        tab.keyboard.press(key)
    tab.keyboard.type(" Une collègue de la préfecture lui garde une place.")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Relire et publier").click()


PICTURES = {
    LEARNER: {"parcours": "/", "lecon": f"/lecons/{LESSON}", "correction": show_correction},
    TRAINER: {"plan": "/", "atelier": f"/atelier/documents/{WRITTEN}", "publier": review_change},
    MANAGER: {"cette-semaine": "/", "personnes": "/pilotage/personnes", "bilan": "/pilotage/bilan"},
}
"""Of each person, by the name of the file: the page, or how one comes to it."""


def sign_in(context: BrowserContext, email: str, password: str) -> Page:
    tab = context.new_page()
    tab.goto(f"{SITE}/connexion")
    tab.get_by_label("Adresse").fill(email)
    tab.get_by_label("Mot de passe", exact=True).fill(password)
    tab.get_by_role("button", name="Se connecter", exact=True).click()
    tab.wait_for_url(lambda address: "/connexion" not in address)
    return tab


def wait_for_site(server: subprocess.Popen[bytes]) -> None:
    """Raises RuntimeError where it ends before it answers."""
    while server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1):
            return
        time.sleep(0.5)
    raise RuntimeError("the demonstration could not be served")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="croisee-pictures-") as folder, sync_playwright() as playwright:
        told = {
            "CROISEE_INSTANCE": folder,
            "PORT": str(PORT),
            "CROISEE_SITE_URL": SITE,
            "CROISEE_SMTP_HOST": "127.0.0.1",
            "CROISEE_MAIL_FROM": "croisee@croisee.example",
        }
        command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **told}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_site(server)
            accounts = json.loads(Path(folder, "demonstration.json").read_text(encoding="utf-8"))["accounts"]
            passwords = {account["email"]: account["password"] for account in accounts}
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS, env={**os.environ, "LANGUAGE": "fr", "LANG": "fr_FR.UTF-8"}
            )
            for email, pictures in PICTURES.items():
                tab = sign_in(browser.new_context(viewport=SIZE, locale="fr-FR"), email, passwords[email])
                for name, page in pictures.items():
                    if callable(page):
                        page(tab)
                    else:
                        tab.goto(SITE + page)
                        tab.wait_for_load_state("networkidle")
                        tab.reload()  # with the italics, for which a first visit does not wait
                    tab.wait_for_load_state("networkidle")
                    file = IMAGES / f"{name}.png"
                    tab.screenshot(path=file)
                    Image.open(file).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
                    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")
            browser.close()
        finally:
            server.terminate()
            server.wait(timeout=60)


if __name__ == "__main__":
    main()
