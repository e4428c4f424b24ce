"""In a real browser, for the responsable of a cité, of a département and of the region: from sign-in to whom to call today, then a file elsewhere."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from app.operations.demonstration.accounts import stored_accounts
from app.reporting.grid.exports import SHEET
from tests.browsers import arrive, follow, press
from tests.words import ACCOUNT_OPENED_ON, NEXT_PEOPLE, PROGRESS_SHARE

pytestmark = [pytest.mark.proof, pytest.mark.browser]

MANAGERS = {
    "cité": "solene.wattiez@croisee.example",
    "département": "karim.haddouche@croisee.example",
    "région": "marguerite.fauquembergue@croisee.example",
}
AS_SHOWN = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,1"
"""LibreOffice's words for: semicolons, quotes, UTF-8, cells as they are shown, the first sheet."""


@pytest.mark.parametrize("who", MANAGERS)
def test_whom_to_call_today_then_a_file_that_says_what_the_screen_says(app: Flask, live: str, context: BrowserContext, tmp_path: Path, who: str) -> None:
    passwords = {account.email: account.password for account in stored_accounts(app.config["CROISEE"])}
    tab = arrive(context, f"{live}/connexion", MANAGERS[who], passwords[MANAGERS[who]])
    follow(tab.get_by_role("link", name="Pilotage"))
    assert tab.locator(".site-header > .frame").bounding_box()["height"] < 80, "places and name stand in one line"  # type: ignore[index]
    whom_to_call(tab)
    follow(tab.get_by_role("navigation", name="Pilotage").get_by_role("link", name="Personnes"))
    tab.locator("summary", has_text="Plus").click()
    tab.locator("[name=tri]").select_option("-avancement")
    tab.locator("[name=etat]").select_option("en-cours")
    press(tab, "Filtrer")
    shown = rows_on_screen(tab)
    assert len(shown) >= 2
    assert widest_module(tab) <= 116 + 1, "« dont 4 dispensées » stands below its figure"
    book = download(tab, "tableur (XLSX)", tmp_path)
    assert rows_in_openpyxl(book) == shown
    report = download(tab, "rapport (PDF accessible)", tmp_path)
    assert report.read_bytes().startswith(b"%PDF-")
    assert rows_in_libreoffice(book, tmp_path) == shown


def whom_to_call(tab: Tab) -> None:
    """The answer is on the first page: three names, each with its reason, and one click to the person."""
    calls = tab.locator(".calls > li")
    assert calls.count() >= 3
    for place in range(3):
        link = calls.nth(place).locator(".call-name > a")
        name, reason = link.inner_text(), calls.nth(place).locator(".call-why").inner_text()
        assert "jours" in reason, reason
        follow(link)
        assert tab.locator("h1").inner_text() == f"Appeler {name}"
        with tab.expect_navigation():
            tab.go_back()


def download(tab: Tab, words: str, folder: Path) -> Path:
    with tab.expect_download() as coming:
        tab.get_by_role("link", name=words).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def widest_module(tab: Tab) -> float:
    """Of its columns, in a window that all of them do not fill."""
    before = tab.viewport_size
    tab.set_viewport_size({"width": 1024, "height": 900})
    widths = tab.locator(".grid-head").evaluate_all("heads => heads.map((head) => head.getBoundingClientRect().width)")
    tab.set_viewport_size(before or {"width": 1280, "height": 900})
    return float(max(widths))


Row = tuple[str, ...]
"""(name, situation, share, done, asked, done and asked in each module)."""


def rows_on_screen(tab: Tab) -> list[Row]:
    """Page after page."""
    found: list[Row] = []
    while True:
        for row in tab.locator(".grid tbody tr").all():
            words = [text.replace("\u00a0", " ").replace("\u202f", " ") for text in row.locator("td").all_inner_texts()]
            share, done, asked = re.findall(r"[\d,]*\d", words[1])[:3]
            modules = [part for text in words[4:] for part in re.findall(r"\d+", text)[:2]]
            found.append((row.locator("th a").inner_text(), words[0].strip().lower(), _with_tenths(share), done, asked, *modules))
        following = tab.get_by_role("link", name=NEXT_PEOPLE)
        if not following.count():
            return found
        follow(following)


def _with_tenths(share: str) -> str:
    """« 41 » is written for « 41,0 »."""
    return share if "," in share else f"{share},0"


def by_title(lines: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Title of a column → what each line says under it."""
    head, *rows = lines
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def counts_of(line: dict[str, Any]) -> list[Any]:
    """Done and asked, of the whole and of each module. What is waived is said in words on the screen."""
    return [value for title, value in line.items() if re.search(r"(?:^Étapes|:) (?:faites|demandées)$", title)]


def rows_in_openpyxl(book: Path) -> list[Row]:
    """The cells have types: a day is a date, a count a number."""
    sheet = load_workbook(book)[SHEET]
    lines = by_title(sheet.iter_rows(values_only=True))
    for line in lines:
        days = {title: value for title, value in line.items() if title.endswith(" le")}
        assert len(days) == 3
        assert all(value is None or isinstance(value, datetime) for value in days.values())
        assert isinstance(line[ACCOUNT_OPENED_ON], datetime)
        assert all(isinstance(value, int | float) for value in [line["Numéro"], line[PROGRESS_SHARE], *counts_of(line)])
    formats = {str(title.value): cell.number_format for title, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (formats[PROGRESS_SHARE], formats[ACCOUNT_OPENED_ON]) == ("0.0", "dd/mm/yyyy")
    return [(line["Nom"], line["Situation"], f"{line[PROGRESS_SHARE]:.1f}".replace(".", ","), *(str(count) for count in counts_of(line))) for line in lines]


def rows_in_libreoffice(book: Path, folder: Path) -> list[Row]:
    """The same workbook, opened by LibreOffice and saved as it shows it."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice: apt-get install libreoffice-calc-nogui")
    profile = (folder / "profile").as_uri()
    command = [office, "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", AS_SHOWN, "--outdir", str(folder), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    (written,) = folder.glob("*.csv")
    lines = by_title(csv.reader(written.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", line[ACCOUNT_OPENED_ON]) for line in lines)
    return [(line["Nom"], line["Situation"], _with_tenths(line[PROGRESS_SHARE].replace(".", ",")), *counts_of(line)) for line in lines]
