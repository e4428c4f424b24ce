"""« Votre cours dans un dossier », followed to the letter: its commands in their order, an edit seen where one reads, a quiz marked, pages read from a disk, a site."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.platform.settings import ROOT
from tests.browsers import SIZES, in_each_size
from tests.platform.web.axe import complaints
from tests.words import RIGHT_ANSWER, SEE_ANSWER, SEND_ANSWER

pytestmark = [pytest.mark.proof, pytest.mark.browser]

TUTORIAL = (ROOT / "docs/formateurs/dossier.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line) for block in re.findall(r"```sh\n(.*?)```", TUTORIAL, re.DOTALL) for line in block.strip().split("\n")]
RUN = "import sys; sys.argv[0] = 'croisee'; from app.operations.console import main; main()"
LESSON = "mon-cours/modules/preparer-une-reunion/01-annoncer-le-but.md"


@contextmanager
def running(folder: Path, *words: str, until: str) -> Iterator[str]:
    """A command that serves, once it has said so; its address."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CROISEE_")} | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", RUN, *words], cwd=folder, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout
    try:
        told = []
        for line in process.stdout:
            told.append(line)
            if found := re.search(until, line):
                yield found[1]
                return
        raise AssertionError("".join(told))
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)
        process.stdout.close()


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def play(tab: Page) -> None:
    """A quiz of nine questions, the first one right."""
    tab.get_by_label("Devant le groupe, avant de se lever").check()
    tab.get_by_role("button", name=SEND_ANSWER).first.click()
    expect(tab.locator("[data-verdict]").first).to_contain_text("Juste")
    expect(tab.locator("[data-result]")).to_contain_text("Réponses : 1 sur 8. Points : 1 sur 8.")


def test_the_tutorial(tmp_path: Path, context: BrowserContext, browser: Browser) -> None:
    words = [command[1] for command in COMMANDS]
    assert words == ["new", "preview", "init", "check", "build", "serve"]
    new, preview, init, check, build, serve = (command[1:] for command in COMMANDS)
    run(tmp_path, *new)
    with running(tmp_path, *preview, "--port", "8917", until=r"(http://127\.0\.0\.1:\d+)/") as address:
        tab = context.new_page()
        for page in ("/", "/modules/preparer-une-reunion", "/lecons/annoncer-le-but", "/quiz/decider-ensemble-quiz", "/glossaire", "/frise", "/sources"):
            tab.goto(f"{address}{page}")
            assert [found for _ in in_each_size(tab, SIZES) for found in complaints(tab)] == []
        an_edit_is_seen_where_one_reads(tab, address, tmp_path / LESSON)
        tab.goto(f"{address}/quiz/decider-ensemble-quiz")
        tab.get_by_text(SEE_ANSWER).nth(1).press("Enter")
        expect(tab.locator("[data-key]").nth(1)).to_contain_text(RIGHT_ANSWER)
        play(tab)
    assert "tasks.json" in run(tmp_path, *init)
    run(tmp_path, *check)
    run(tmp_path, *build)
    shutil.move(tmp_path / "pages", tmp_path / "ailleurs")
    disk = browser.new_context().new_page()
    disk.goto((tmp_path / "ailleurs/index.html").as_uri())
    disk.get_by_role("link", name="Quiz : décider en réunion").click()
    play(disk)
    disk.context.close()
    with running(tmp_path, *serve, "--port", "8918", until=r"Listening at: (http://127\.0\.0\.1:\d+)") as address:
        tab.goto(f"{address}/")
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Préparer une réunion")


def an_edit_is_seen_where_one_reads(tab: Page, address: str, lesson: Path) -> None:
    tab.set_viewport_size({"width": 1280, "height": 500})
    tab.goto(f"{address}/lecons/annoncer-le-but")
    heading = tab.get_by_role("heading", name="Ce qui part avant")
    heading.scroll_into_view_if_needed()
    heading.evaluate("element => element.scrollIntoView({ block: 'start', behavior: 'instant' })")
    top = heading.evaluate("element => element.getBoundingClientRect().top")
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(text.replace("Une liste commence", "Une phrase de plus.\n\nUne liste commence"), encoding="utf-8")
    expect(tab.get_by_text("Une phrase de plus.")).to_be_attached()
    tab.wait_for_function("scrollY > 0")
    assert abs(heading.evaluate("element => element.getBoundingClientRect().top") - top) < 3, "what one read has not moved"
    lesson.write_text(text.replace("id : annoncer-le-but", "id : Annoncer"), encoding="utf-8")
    expect(tab.get_by_role("complementary", name="Remarques sur ce fichier").or_(tab.get_by_text("n’est pas dans le dossier"))).to_be_visible()
    tab.goto(f"{address}/remarques")
    assert [found for _ in in_each_size(tab, SIZES) for found in complaints(tab)] == []
    lesson.write_text(text, encoding="utf-8")
    expect(tab.get_by_text("Rien n’est à reprendre.")).to_be_visible()
