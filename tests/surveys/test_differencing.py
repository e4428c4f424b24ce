"""An attacker who reads all that a responsable can reach, every other day, in every filter and every file, and subtracts: nobody is found."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from zipfile import ZipFile

from lxml import etree

from app.identity.rules import Role
from app.surveys.rules import FLOOR
from tests.identity.builders import TODAY
from tests.strict import StrictClient
from tests.surveys.asking import HOT, Asked

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
SUBJECTS = {"mod-un": "Module mod-un", "mod-deux": "Module mod-deux", "acculturation": "Le parcours"}


@dataclass(frozen=True)
class Answer:
    """What really happened: one person, on a day, and which questions they answered."""

    number: int
    on: date
    subject: str
    questions: frozenset[str]


def test_nobody_is_found_by_subtraction(asked: Asked) -> None:
    happened, seen, known = list(_happen(asked)), defaultdict[str, set[frozenset[int]]](set), asked.survey().questions
    titles = {question.title: question.id for question in known}
    number = asked.world.person("Un Curieux", enrolled=False, role=Role.MANAGER)
    for _ in range(36):
        asked.world.clock.pass_by(days=2)
        manager = asked.world.signed_in(number)
        rows = list(_rows(manager))
        _look_at_pages(manager, rows, {question.title for question in known})
        for subject, title, since, until, answered in rows:
            people = frozenset(
                one.number for one in happened if SUBJECTS[one.subject] == subject and titles[title] in one.questions and since <= one.on <= until
            )
            assert len(people) == answered, "the file says what happened"
            seen[title].add(people)
    assert seen
    for title, sets in seen.items():
        assert min(map(len, _cells(sets))) >= FLOOR, title


def _happen(asked: Asked) -> Iterator[Answer]:
    """Few people a week, who leave what they want."""
    chance = Random(5)
    for day in range(63):
        for subject in SUBJECTS:
            if chance.random() < 0.2:
                given = {"satisfait": ["D’accord"], "temps": ["Juste"], "aide": ["Les quiz"], "manque": [f"Texte {day} {subject}"]}
                kept = {name: said for name, said in given.items() if chance.random() < 0.7}
                on = TODAY + timedelta(days=day)
                asked.count(on, kept, subject)
                yield Answer(day * 10 + list(SUBJECTS).index(subject), on, subject, frozenset(kept))


def _cells(sets: set[frozenset[int]]) -> Iterator[frozenset[int]]:
    """The finest groups that unions, intersections and differences of these sets can make."""
    marks = defaultdict[frozenset[int], set[int]](set)
    ordered = list(sets)
    for number in frozenset().union(*sets):
        marks[frozenset(place for place, one in enumerate(ordered) if number in one)].add(number)
    return (frozenset(cell) for cell in marks.values())


def _rows(manager: StrictClient) -> Iterator[tuple[str, str, date, date, int]]:
    """Of the workbook: (subject, question, first day, last day, people), once a lot. It has no sheet of texts."""
    with ZipFile(io.BytesIO(manager.get(f"/pilotage/enquetes/{HOT}/resultats.xlsx").data)) as book:
        assert b"libres" not in book.read("xl/workbook.xml")
        shared = ["".join(item.itertext()) for item in etree.fromstring(book.read("xl/sharedStrings.xml"))]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = {}
    for row in list(sheet.iter("{*}row"))[1:]:
        cells = [shared[int(cell[0].text or 0)] if cell.get("t") == "s" else int(cell[0].text or 0) for cell in row]
        found[tuple(cells[:5])] = None
    for subject, question, since, until, answered in found:
        yield str(subject), str(question), _day(str(since)), _day(str(until)), int(answered)


def _day(words: str) -> date:
    day, month, year = words.replace("\u00a0", " ").replace("1er", "1").split()
    return date(int(year), MONTHS.index(month) + 1, int(day))


def _look_at_pages(manager: StrictClient, rows: list[tuple[str, str, date, date, int]], titles: set[str]) -> None:
    """Whatever the filter, a page tells sums of the file's lots and no text that somebody wrote."""
    manager.see("/pilotage/enquetes")
    for subject in ("", *SUBJECTS, "rien"):
        page = manager.see(f"/pilotage/enquetes/{HOT}?sur={subject}")
        assert "Texte " not in page.text
        chosen = re.search(r'value="([^"]+)" selected', page.html)
        kept = [row for row in rows if not chosen or row[0] == SUBJECTS[chosen[1]]]
        sums = {title: sum(row[4] for row in kept if row[1] == title) for title in titles}
        told = dict(re.findall(r"(Satisfait|Le temps|Ce qui a aidé)\s+(?:Le plus choisi|\d+\sréponse)[^.(]* sur (\d+)", page.text))
        assert {title: int(people) for title, people in told.items()} == {title: people for title, people in sums.items() if people}, subject


def test_who_reads_what_was_written(asked: Asked) -> None:
    asked.many(5, TODAY, manque=["Des exemples."])
    asked.world.clock.pass_by(days=14)
    reads = {}
    for role in Role:
        client = asked.reader(role)
        status = client.get(f"/pilotage/enquetes/{HOT}").status_code
        reads[role] = status, "Des exemples." in client.get(f"/pilotage/enquetes/{HOT}").get_data(as_text=True)
    assert reads == {Role.LEARNER: (404, False), Role.TRAINER: (200, True), Role.MANAGER: (200, False), Role.ADMINISTRATOR: (200, True)}
