"""What several tests share: one year of a fake clock for 200 people: the timers run each morning, on some days twice; the exact list of letters is what the rules say, none after the"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.content.store.queries import MAJOR
from app.identity import email_preferences, emails
from app.identity.models import Person, PersonRole, Scope
from app.identity.rules import Role
from app.identity.services import set_active
from app.learner.messages import services as messages
from app.learner.messages.queries import TextShown, ThreadKind
from app.learner.messages.services import MessageTyped
from app.record import enrolment
from app.record.progress.models import CohortMember
from app.record.progress.rules import EventType
from app.reporting.week import monday
from tests.making import make_app, make_settings
from tests.record import courses
from tests.reporting.reminders.reminding import LENS, LILLE, PAS_DE_CALAIS, Network, small_network
from tests.strict import StrictClient
from tests.words import SEND_MY_ANSWER

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
EXPECTED = """
2026-09-11 Bruno Never        votre parcours vous attend
2026-09-11 Gaëlle Gone        votre parcours vous attend
2026-09-11 Hugo Closed        votre parcours vous attend
2026-09-16 Chloé Refuses      reprendre votre parcours
2026-09-16 David Departs      reprendre votre parcours
2026-09-21 Alice Finishes     reprendre votre parcours
2026-09-25 Bruno Never        votre parcours vous attend
2026-09-28 Alice Finishes     reprendre votre parcours
2026-10-05 Alice Finishes     reprendre votre parcours
2026-11-02 Alice Finishes     reprendre votre parcours
2026-11-09 Alice Finishes     reprendre votre parcours
2026-11-16 Alice Finishes     reprendre votre parcours
2026-12-04 Emma Cohort        votre parcours est à terminer pour le 11 décembre
2026-12-04 Jules Both         votre parcours est à terminer pour le 11 décembre
2026-12-11 Jules Both         reprendre votre parcours
2026-12-14 Emma Cohort        reprendre votre parcours
2026-12-18 Jules Both         reprendre votre parcours
2027-01-04 Emma Cohort        reprendre votre parcours
2027-01-11 Emma Cohort        reprendre votre parcours
"""
"""Worked out by hand from the calendar of 2026-2027: autumn holidays of zone B from 17 October to 1 November, Christmas from 19 December to 3 January."""


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Empty, unlike the demonstration on which other tests of reports stand."""
    return small_network(make_app(make_settings(tmp_path / "instance")), monkeypatch, FIRST - timedelta(days=1))


@dataclass
class Story:
    """Who does what on which day, after the timer of the morning."""

    network: Network
    people: dict[str, int] = field(default_factory=dict)
    cohort: int = 0

    def open(self, name: str, territory: str = LENS, role: Role = Role.LEARNER) -> None:
        self.people[name] = self.network.learner(name, territory, roles=[role])

    def begin(self) -> None:
        """The rules, and those who are there from the first day."""
        network = self.network
        nadia, lea = network.manager(PAS_DE_CALAIS), network.manager(name="Léa Formatrice", role=Role.TRAINER)
        self.people["Nadia"] = nadia
        for name in ("Alice Finishes", "Bruno Never", "Chloé Refuses", "David Departs", "Farid Waived", "Gaëlle Gone", "Hugo Closed"):
            self.open(name)
        self.open("Iris Elsewhere", LILLE)
        self.open("Théo Trainer", role=Role.TRAINER)
        self.cohort = network.group("Automne", lea, due_on=date(2026, 12, 11))
        network.rule(nadia)
        network.rule(nadia, trigger="pas-commence", days=10, pause=14, most=2)
        network.rule(lea, territory_id=None, cohort_id=self.cohort, trigger="echeance", days=7, pause=7, most=1, zone="")
        network.rule(nadia, running=False, days=1, pause=3, most=10)
        network.do(enrolment.enrol, self.people["Théo Trainer"])
        self.look("Théo Trainer")
        self.look("Iris Elsewhere")

    def come(self, name: str) -> None:
        """Somebody new in the cohort, who opens a lesson at once."""
        self.open(name)
        self.network.write(lambda session: session.add(CohortMember(cohort_id=self.cohort, person_id=self.people[name])))
        self.look(name)

    def look(self, name: str) -> None:
        self.network.look(self.people[name], "un-a")

    def read(self, name: str) -> None:
        self.network.finish(self.people[name], "un-a")

    def finish(self, name: str) -> None:
        for element in courses.SMALL:
            self.network.finish(self.people[name], element)

    def waive(self, name: str) -> None:
        self.network.do(enrolment.enrol, self.people[name])
        for element in courses.SMALL:
            self.network.decide(self.people[name], element, EventType.WAIVED, self.people["Nadia"])

    def refuse(self, name: str) -> None:
        """As a mail program does: one POST, no session, no CSRF token."""
        answer = self.client().post(f"/courriels/{self.token(name)}/arret/relance", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200

    def say_gone(self, name: str) -> None:
        client = self.client()
        client.see(f"/rappels/{self.token(name)}?raison=poste")
        client.submit(SEND_MY_ANSWER)

    def close(self, name: str) -> None:
        self.network.write(lambda session: set_active(session, session.get_one(Person, self.people[name]), False))

    def client(self) -> StrictClient:
        client = self.network.app.test_client()
        assert isinstance(client, StrictClient)
        return client

    def token(self, name: str) -> str:
        return email_preferences.make_token(self.network.app.config["CROISEE"].secret_key, self.people[name])

    def acts(self) -> dict[date, Callable[[], object]]:
        return {
            date(2026, 9, 2): lambda: (self.look("Chloé Refuses"), self.look("David Departs")),
            date(2026, 9, 7): lambda: self.look("Alice Finishes"),
            date(2026, 9, 10): lambda: self.waive("Farid Waived"),
            date(2026, 9, 11): lambda: self.say_gone("Gaëlle Gone"),
            date(2026, 9, 15): lambda: self.close("Hugo Closed"),
            date(2026, 9, 17): lambda: self.refuse("Chloé Refuses"),
            date(2026, 9, 20): lambda: self.network.leave(self.people["David Departs"]),
            date(2026, 10, 5): lambda: self.read("Alice Finishes"),
            date(2026, 11, 20): lambda: self.come("Jules Both"),
            date(2026, 11, 30): lambda: self.come("Emma Cohort"),
            date(2026, 12, 1): lambda: self.finish("Alice Finishes"),
            date(2027, 1, 12): lambda: self.finish("Emma Cohort"),
        }


GROUPS = {"Silencieux": 133, "Nouvelles": 30, "Inactif": 12, "Révise": 6, "Deux": 3, "Cadre": 2, "Refuse": 3}
"""With the eleven of the story, 200. They want nothing; the news; nothing, and stand still under a rule; questions; both; questions and the summary; news but no letter of the week."""
WEEKLY = "votre lettre de la semaine"
COUNTED = {
    ("Nouvelles", WEEKLY): 30 * 13,  # the first, and after each lesson that is to be read again
    ("Inactif", "reprendre votre parcours"): 12 * 3,
    ("Révise", WEEKLY): 6 * 52,  # what the quiz of 1 September found right comes back on the 5th, a Saturday: from Monday the 7th on, each week
    ("Révise", "réponse à votre question"): 2,
    ("Deux", WEEKLY): 3 * 49,  # with the three reminders, the same 52 weeks
    ("Deux", "reprendre votre parcours"): 3 * 3,
    ("Cadre", "le lundi"): 2 * 52,  # it takes along what they review
}
"""(group, subject) → letters of the year."""


def crowd(story: Story) -> None:
    network, now = story.network, story.network.clock.now()
    for group, count in GROUPS.items():
        for number in range(count):
            name = f"{group} {number:03}"
            story.open(name, LENS if group in ("Inactif", "Deux") else LILLE, Role.LEARNER)
            person = story.people[name]
            wishes = {"Nouvelles": ["nouvelles"], "Révise": ["revision"], "Deux": ["revision"], "Cadre": ["revision"], "Refuse": ["nouvelles"]}.get(group, [])
            network.write(lambda session, person=person, wishes=wishes: [email_preferences.accept(session, person, kind, now) for kind in wishes])
            if group in ("Révise", "Deux", "Cadre"):
                network.finish(person, "un-a")
                network.finish(person, "un-a-quiz")
            if group == "Inactif":
                network.look(person, "un-a")
    network.write(lambda session: _settle(session, story, now))


def _settle(session: Session, story: Story, now: datetime) -> None:
    for name, person in story.people.items():
        if name.startswith("Refuse "):
            email_preferences.refuse(session, person, emails.KIND, now)
        if name.startswith("Cadre "):
            session.add_all([PersonRole(person_id=person, name=Role.MANAGER), Scope(person_id=person, territory_id=LENS)])
            session.flush()
            monday.choose(session, person, True, None, now)


def news(network: Network, day: date) -> None:
    """A lesson is to be read again on the first Tuesday of each month."""
    if day.weekday() == 1 and day.day <= 7:
        network.publish(courses.lesson("un-b", module="mod-un", body=f"Un texte du {day}."), change=MAJOR)


def ask_and_answer(story: Story, day: date) -> None:
    """Somebody who gets a letter each week asks, and is answered the day after their letter: an answer does not wait."""
    place = TextShown("un-a", "un-a", "f", None)
    person, settings, now = story.people["Révise 000"], story.network.app.config["CROISEE"], story.network.clock.now()

    def work(session: Session) -> None:
        row = messages.send_message(session, person, place, MessageTyped(ThreadKind.QUESTION, f"Et le {day} ?"), now)
        messages.answer(session, settings, row.id, actor_id=story.people["Nadia"], fixed=False, words="Oui.", now=now)

    with story.network.app.test_request_context():
        story.network.write(work)


ANSWERS = {"réponse à votre question"}


def kind_of(subject: str) -> str:
    """Monday's subject tells what moved, and whom to call."""
    return "le lundi" if "à appeler" in subject or " a " in f" {subject} " or " ont " in subject else subject
