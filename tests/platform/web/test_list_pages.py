"""No page asks the database once a row: every GET of the URL map, as each role, with ten and with a hundred rows of what it may list."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration.acts import Invitation, PeopleImport
from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, Response
from app.authoring.models import Draft, PlannedPublication, ReadingRequest
from app.content.store import queries as content_queries
from app.content.store.queries import Document, Revision
from app.identity import services
from app.identity.audit import Access, AdministrativeAct
from app.identity.emails import HelpRequest
from app.identity.models import Membership, Person, Scope
from app.identity.rules import Role
from app.learner.messages.queries import TrainerMessage
from app.learner.notebook.notes import KeptPassage, TerritoryNote
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import MeetingStage, Presence, Seat
from app.platform import sandbox
from app.platform import site as site_queries
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from app.record.progress.models import Attestation, Cohort, CohortMember, ElementState, Enrolment, LearningEvent, Submission
from app.reporting.reminders.models import Reminder, ReminderAnswer, ReminderRule
from app.reporting.week.calls import CallRow
from tests.identity.builders import SMALL, carry_session, create_person, may_open, statements
from tests.record import courses
from tests.record.conftest import clock, empty
from tests.record.world import World

__all__ = ["clock", "empty"]

DAY = timedelta(days=1)
NO_LIST = {"static", "media.image", "security.logout", "health.live", "health.ready", "watching.metrics"}
UNKNOWN = frozenset(
    {
        "anchor",
        "token",
        "view_id",
        "file_id",
        "digest",
        "sent_id",
        "extension",
        "submission_id",
        "attestation_id",
        "reading_id",
        "revision_id",
        "name",
        "filename",
        "kind",
        "position",
        "note_id",
        "tool_id",
        "survey_id",
        "mark",
        "subject_id",
        "ref",
        "entry_id",
        "cite_id",
        "card_id",
        "message_id",
        "faq_id",
        "proposal_id",
        "form",
        "key_id",
        "provider",
        "link_id",
        "log_id",
        "test_id",
        "number",
    }
)
"""Arguments of pages about one thing, which list nothing."""


class Site:
    """The small course, a reader for each role, and as many rows as one asks for, of everything, about people and about each reader."""

    def __init__(self, world: World) -> None:
        self.app, self.now, self.rows = world.app, world.clock.now(), 0
        world.publish_together(*courses.small())
        with self.app.app_context():
            services.sync_territories(db.session, SMALL)
            self.readers = {role: create_person(db.session, f"Lecteur {role}", roles=[role], password=None).id for role in Role}
            db.session.add(Scope(person_id=self.readers[Role.MANAGER], territory_id="departement-nord"))
            db.session.add(cohort := Cohort(name="Automne", path_id="acculturation", starts_on=self.now.date()))
            db.session.flush()
            self.cohort_id, self.pins = cohort.id, [[element, "mod-un", self.now.isoformat()] for element in ("un-a", "un-a-quiz", "un-b")]
            db.session.add(CohortMember(cohort_id=cohort.id, person_id=self.readers[Role.TRAINER], trainer=True))
            db.session.add(meeting := self._meeting())
            db.session.flush()
            self.meeting_id = meeting.id
            db.session.commit()
        world.take(self.readers[Role.LEARNER], "un-a-quiz")
        with self.app.app_context():
            taken = db.session.scalars(select(Attempt)).one()
            self.attempt = {name: getattr(taken, name) for name in ("seed", "questions", "pins", "policy")}
        self.clients: dict[Role, FlaskClient] = {role: FlaskClient(self.app, self.app.response_class) for role in Role}
        for role, client in self.clients.items():
            carry_session(client, self.readers[role])

    def _meeting(self) -> Meeting:
        words = dict.fromkeys(("place", "link", "themes", "speakers", "programme", "synthesis"), "Lens")
        lists: dict[str, list[Any]] = {"territories": ["departement-nord"], "cohorts": [self.cohort_id], "documents": []}
        return Meeting(stage=MeetingStage.ANNOUNCED, title="Une", starts_at=self.now, ends_at=self.now + DAY, **words, **lists)

    def grow(self, rows: int) -> None:
        with self.app.app_context():
            for number in range(self.rows, rows):
                self._one_more(db.session, number)
            row = db.session.get(PeopleImport, "x") or PeopleImport(id="x", actor_id=self.readers[Role.ADMINISTRATOR], created_at=self.now, verdicts=[])
            known = db.session.execute(select(Person.name, Person.email)).all()
            row.heads = row.columns = ["nom", "courriel", "territoire"]
            row.rows = [[line, [name, email, "Lens"]] for line, (name, email) in enumerate(known, 2)]
            db.session.add(row)
            db.session.commit()
        self.rows = rows

    def _one_more(self, session: Session, number: int) -> None:
        now, name = self.now, f"Personne {number:03d}"
        person = services.create_person(session, name=name, email=f"p{number}@ville.example", now=now)
        session.add(Membership(person_id=person.id, territory_id="cite-lille-sud", started_on=now.date() - DAY))
        session.add(Invitation(person_id=person.id, mark="m", sent_at=now, expires_at=now + DAY, by_mail=True))
        session.add(CohortMember(cohort_id=self.cohort_id, person_id=person.id))
        session.add(self._meeting())
        session.add(MeetingPerson(meeting_id=self.meeting_id, person_id=person.id, seat=Seat.TAKEN, turn=number, presence=Presence.PRESENT))
        session.add(Cohort(name=f"Cohorte {number}", path_id="acculturation", starts_on=now.date(), target_people=3, target_on=now.date()))
        session.add(OutgoingMail(recipient=person.email, subject="s", text="t", html="h", created_at=now, not_before=now + DAY))
        session.add(document := Document(id=f"texte-{number}", kind="lesson", path=f"modules/mod-un/texte-{number}.md"))
        session.flush()
        trainer = self.readers[Role.TRAINER]
        texts: dict[str, Any] = {"path": document.path, "text": f"# Texte {number}\n", "media": {}}
        session.add(Draft(document_id=document.id, author_id=trainer, version=1, created_at=now, updated_at=now, **texts))
        session.add(Draft(document_id="un-a", author_id=person.id, version=1, created_at=now, updated_at=now, **texts))
        session.add(PlannedPublication(document_id=document.id, author_id=trainer, change="mineure", due_at=now + DAY, planned_at=now, **texts))
        session.add(ReadingRequest(document_id=document.id, asker_id=person.id, reader_id=trainer, fingerprint="f", message="m", asked_at=now))
        session.add(Revision(document_id="un-a", fingerprint=f"{number}", author_id=trainer, created_at=now - DAY * 900, change="mineure", **texts))
        session.add(Revision(document_id=document.id, fingerprint=f"{number}", author_id=trainer, created_at=now, change="retrait", **texts))
        for subject in (person.id, *self.readers.values()):
            self._about(session, subject, person.id, number)
        session.flush()

    def _about(self, session: Session, subject: int, other: int, number: int) -> None:
        now = self.now
        key = {"person_id": subject, "quiz_id": "un-a-quiz"}
        attempt = Attempt(**key, **self.attempt, title="Quiz", number=number + 2, started_at=now, submitted_at=now)
        attempt.score_raw, attempt.score_max, attempt.passed = Fraction(1), Fraction(2), True
        session.add(attempt)
        session.flush()
        session.add(Response(attempt_id=attempt.id, question_id="q", seq=1, payload={}, readable="r", saved_at=now, idempotency_key="k", fraction=Fraction(1)))
        session.add(LearningEvent(person_id=subject, element_id="un-a", event="viewed", at=now, idempotency_key=f"{subject}:{number}"))
        if subject == other or number == 0:
            session.add(ElementState(person_id=subject, element_id="un-a", state="in_progress", first_at=now, last_at=now))
            if subject != self.readers[Role.LEARNER]:  # whom their quiz enrolled
                session.add(Enrolment(person_id=subject, path_id="acculturation", enrolled_at=now, pins=self.pins))
            session.add(ReminderAnswer(person_id=subject, reason="temps", at=now))
            session.add(HelpRequest(person_id=subject, reason="poste", asked_at=now, to_tell=False))
        session.add(Attestation(id=f"a-{subject}-{number}", person_id=subject, subject_id=f"mod-{number}", title="t", completed_at=now, content_version="v", issued_at=now))  # fmt: skip
        session.add(TrainerMessage(person_id=subject, element_id="un-a", document_id="un-a", fingerprint="f", message="m", sent_at=now))
        session.add(TerritoryNote(person_id=subject, lesson_id="un-a", question_key=f"{number}", lesson_title="t", question="q", answer="a", saved_at=now))
        kept = {"person_id": subject, "kind": "lecon", "ref": "un-a", "favourite": False, "title": "t", "heading": "h", "sender": "", "saved_at": now}
        session.add(KeptPassage(**kept, anchor=f"{number}", origin="", text="a"))
        session.add(KeptPassage(**kept, anchor="debut", origin=f"{number}", text="b", received_at=now))
        session.add(CallRow(person_id=subject, actor_id=other, at=now, note="n", back_on=now.date()))
        session.add(ExtraAttempt(**key, actor_id=other, reason="r", granted_at=now))
        session.add(AttemptRequest(**key, message="m", asked_at=now, answered_at=None if number == 0 else now))
        session.add(Access(reader_id=other, person_id=subject, what="administration.person", at=now))
        session.add(AdministrativeAct(actor_id=other, act="roles_set", subject_id=subject, at=now, details={"rôles": ["apprenant"], "territoire": "cite-lens"}))
        session.add(Submission(id=f"s-{subject}-{number}", person_id=subject, path="/x", fields=[["a", "b"]], kind="refused", at=now))
        session.add(Reminder(person_id=subject, sent_on=now.date() - number * DAY, sent_at=now))
        session.add(ReminderRule(author_id=subject, territory_id="cite-lille-sud", trigger="inactif", days=14, pause=7, most=3, zone="", words="w", running=True, changed_at=now))  # fmt: skip

    def counts(self) -> dict[str, list[str]]:
        """Reader and address → the statements that the page asked, when it had been opened before."""
        found: dict[str, list[str]] = {}
        for role, client in self.clients.items():
            for address in self.addresses(role):
                client.get(address).close()
                with statements(self.app) as sent:
                    response = client.get(address)
                response.close()
                assert response.status_code < 500, address
                if response.status_code == 200:
                    found[f"{role.value} {address}"] = list(sent)
        return found

    def addresses(self, role: Role) -> list[str]:
        with self.app.app_context():
            person = db.session.scalars(select(Person.id).where(Person.name == "Personne 000")).one()
            rule_id = db.session.scalars(select(ReminderRule.id).where(ReminderRule.author_id == self.readers[role]).order_by(ReminderRule.id)).first()
            attempt_id = db.session.scalars(select(Attempt.id).where(Attempt.person_id == self.readers[role]).order_by(Attempt.id)).first()
        values = {
            "person_id": person,
            "other_id": self.readers[Role.TRAINER],
            "cohort_id": self.cohort_id,
            "meeting_id": self.meeting_id,
            "territory_id": "departement-nord",
            "import_id": "x",
            "rule_id": rule_id,
        }
        values |= {"lesson_id": "un-a", "module_id": "mod-un", "quiz_id": "un-a-quiz", "document_id": "un-a", "attempt_id": attempt_id}
        adapter = self.app.url_map.bind("localhost")
        rules = [
            rule
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint not in NO_LIST and may_open(self.app, [role], rule.endpoint)
        ]
        assert {name for rule in rules for name in rule.arguments} <= UNKNOWN | values.keys(), "a new argument: give it a value, or say that it lists nothing"
        return [adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}) for rule in rules if rule.arguments <= values.keys()]


@pytest.fixture
def site(empty: World, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Documents are gathered, and not printed, which takes a process each time. What a process remembers for some seconds is remembered, on a slow machine too."""
    for remembering in (content_queries, site_queries):
        monkeypatch.setattr(remembering, "monotonic", lambda: 1e9)
    monkeypatch.setattr(sandbox, "output", lambda *_arguments, **_more: b"%PDF-")
    return Site(empty)


@pytest.mark.proof
def test_no_page_asks_once_a_row(site: Site) -> None:
    site.grow(10)
    few = site.counts()
    site.grow(100)
    many = site.counts()
    assert len(few) > 100
    assert few.keys() == many.keys()
    grown = {page: Counter(many[page]) - Counter(few[page]) for page in few if len(many[page]) != len(few[page])}
    assert not grown, "\n\n".join(f"{page}: {len(few[page])} then {len(many[page])} statements\n{more.most_common(3)}" for page, more in grown.items())
