"""An attacker who reads all that a responsable can reach, every other day, in every filter and every file, and subtracts: nobody is found."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from openpyxl import load_workbook

from app.identity.audit import AdministrativeAct
from app.identity.rules import Role
from app.learner.surveys.rules import FLOOR, TextFault, text_mark
from tests.identity.builders import TODAY
from tests.learner.surveys.asking import HOT, Asked
from tests.strict import StrictClient
from tests.words import READ_THIS_FILE, WITHDRAW_TEXT

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
SUBJECTS = {"mod-un": "Module mod-un", "mod-deux": "Module mod-deux", "acculturation": "Le parcours"}


@dataclass(frozen=True)
class Answer:
    """What really happened: one person, on a day, and which questions they answered."""

    number: int
    on: date
    subject: str
    questions: frozenset[str]


@pytest.mark.proof
def test_nobody_is_found_by_subtraction(asked: Asked) -> None:
    happened, seen, known = list(_happen(asked)), defaultdict[str, set[frozenset[int]]](set), asked.survey().questions
    titles = {question.title: question.id for question in known}
    number = asked.world.person("Un Curieux", enrolled=False, role=Role.MANAGER)
    for _ in range(36):
        asked.world.clock.pass_by(days=2)
        manager = asked.world.signed_in(number)
        rows = list(_rows(manager))
        _look_at_pages(manager, rows, {question.title for question in known})
        _look_elsewhere(manager, [row for row in rows if row[1] == "Satisfait"])
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
    book = load_workbook(io.BytesIO(manager.get(f"/pilotage/enquetes/{HOT}/resultats.xlsx").data))
    assert book.sheetnames == ["Réponses", READ_THIS_FILE]
    found = dict.fromkeys(row[:5] for row in book["Réponses"].iter_rows(min_row=2, values_only=True))
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


def _look_elsewhere(manager: StrictClient, measured: list[tuple[str, str, date, date, int]]) -> None:
    """The file of a funder, whatever its scope and period, the public page and the tiles tell sums of the same lots."""
    for chosen in ("", "?depuis=2026-12-01&jusque=2026-12-08"):
        book = load_workbook(io.BytesIO(manager.get(f"/pilotage/financeur.xlsx{chosen}").data))
        heads, *lines = book["Satisfaction"].iter_rows(values_only=True)
        opinions = [dict(zip(heads, line, strict=True)) for line in lines]
        told = {opinion["Sur quoi"]: opinion["Réponses"] for opinion in opinions}
        assert told == {subject: sum(row[4] for row in measured if row[0] == subject) for subject in {row[0] for row in measured}}
    people = re.search(r"favorables sur (\d+) à « Satisfait »", manager.see("/resultats").text)
    assert (int(people[1]) if people else 0) == sum(row[4] for row in measured)


def test_who_reads_what_was_written(asked: Asked) -> None:
    asked.many(5, TODAY, manque=["Des exemples."])
    asked.world.clock.pass_by(days=14)
    reads = {}
    for role in Role:
        client = asked.reader(role)
        status = client.get(f"/pilotage/enquetes/{HOT}").status_code
        reads[role] = status, "Des exemples." in client.get(f"/pilotage/enquetes/{HOT}").get_data(as_text=True)
    assert reads == {Role.LEARNER: (404, False), Role.TRAINER: (200, True), Role.MANAGER: (200, False), Role.ADMINISTRATOR: (200, True)}


def test_a_text_is_taken_out_with_a_reason_and_nothing_else_moves(asked: Asked) -> None:
    """Of the weeks that are told alone; by who reads texts; an act says who and why, and never the text."""
    name, kept = "Mme Durand n’aide personne.", "Des exemples."
    asked.many(4, TODAY, manque=[kept])
    asked.many(2, TODAY, manque=[name], satisfait=["D’accord"])
    asked.many(1, TODAY + timedelta(days=7), manque=[name])
    asked.world.clock.pass_by(days=10)
    address = f"/pilotage/enquetes/{HOT}/textes/{text_mark('manque', name)}"
    manager = asked.reader(Role.MANAGER)
    assert manager.get(address).status_code == 404
    before = list(_rows(manager))
    trainer = asked.world.signed_in(asked.world.person("Une Formatrice", enrolled=False, role=Role.TRAINER))
    trainer.see(f"/pilotage/enquetes/{HOT}")
    trainer.see(address)
    assert "2 personnes ont écrit exactement cela" in trainer.page.text
    trainer.submit(WITHDRAW_TEXT, 422)
    assert "Dites pourquoi" in trainer.page.text
    fields = {**trainer.page.form(WITHDRAW_TEXT)["fields"], "motif": TextFault.NAMES.value}
    trainer.submit(WITHDRAW_TEXT, motif=TextFault.NAMES.value)
    assert name not in trainer.page.text.replace("Le texte est retiré, 2 fois.", "")
    assert kept in trainer.page.text
    assert trainer.post(address, data=fields).status_code == 303, "gone already"
    assert list(_rows(manager)) == before, "as many answered as before"
    (act,) = asked.world.read(lambda session: session.query(AdministrativeAct).filter_by(act="survey_text_withdrawn").all())
    assert (act.details["motif"], act.details["textes"]) == (TextFault.NAMES.value, 2)
    assert "Durand" not in str(act.details)
    assert [sum(name in one.get("texts", ()) for one in week.counts.values()) for week in asked.weeks()] == [0, 1], "what is not told yet is not looked at"
