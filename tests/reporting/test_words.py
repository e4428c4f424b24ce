"""The eight words of a manager: one list, said alike by the page, Monday's email, the printed report, the spreadsheet and the guide."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

import app as package
from app.platform.french import capital
from app.platform.mail.emails import MONDAY
from app.platform.mail.wordings import samples
from app.record.progress.due import TIMELINESS_WORDS, Timeliness
from app.reporting import words
from app.reporting.scope_rules import SITUATION_WORDS, PathSituation
from app.reporting.words import GLOSSARY
from tests.record.world import words_of
from tests.reporting.conftest import SignIn
from tests.reporting.pdf.printed import pdf, plain
from tests.words import READ_THIS_FILE

GUIDE = Path(package.__file__).parent.parent / "docs" / "responsables" / "cette-semaine.md"


def test_there_are_eight_and_each_is_said_once() -> None:
    assert len({one.word for one in GLOSSARY}) == len({one.meaning for one in GLOSSARY}) == 8
    assert {
        PathSituation.NOT_STARTED: words.NOT_STARTED.word,
        PathSituation.STARTED: words.STARTED.word,
        PathSituation.STUCK: words.STUCK.word,
        PathSituation.FINISHED: words.FINISHED.word,
    } == SITUATION_WORDS
    assert (TIMELINESS_WORDS[Timeliness.LATE], TIMELINESS_WORDS[Timeliness.FINISHED]) == (words.LATE.word, words.FINISHED.word)


@pytest.mark.parametrize("one", GLOSSARY, ids=lambda one: one.word)
def test_the_guide_says_what_the_code_says(one: words.ManagerWord) -> None:
    assert f"| {one.word} | {one.meaning} |" in GUIDE.read_text(encoding="utf-8")


def test_the_email_leads_to_what_its_words_mean(as_: SignIn) -> None:
    page = as_("solene.wattiez").see("/pilotage")
    assert "{mots}" in MONDAY.text
    assert str(samples(MONDAY)["mots"]).endswith("/pilotage#mots")
    assert 'id="mots"' in page.html
    said = words_of(page)
    assert all(one.word in said and one.meaning in said for one in GLOSSARY)


def test_the_report_and_the_spreadsheet_end_with_them(as_: SignIn) -> None:
    client = as_("solene.wattiez")
    book = load_workbook(io.BytesIO(client.get("/pilotage/personnes.xlsx", follow_redirects=True).data))
    explained = dict(row[:2] for row in book[READ_THIS_FILE].iter_rows(values_only=True))
    assert all(explained[f"« {one.word} »"] == one.meaning for one in GLOSSARY)
    report = plain("".join(page.extract_text() for page in pdf(client, "/pilotage/rapport.pdf").pages))
    assert all(plain(f"{capital(one.word)}{capital(one.meaning)}") in report for one in GLOSSARY)
