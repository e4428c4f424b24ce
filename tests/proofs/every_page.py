"""Every page of the URL map, for each role, with a value for each variable of an address: a page that is added later is looked at too, or fails here."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts import services
from app.assessment.models import Attempt
from app.authoring.drafts import services as drafts
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.messages.queries import LessonFaq, TrainerMessage
from app.learner.positioning.models import Positioning, PositioningAnswer
from app.learner.review.deck import ReviewLog
from app.learner.visitors import open_course
from app.network.meetings.models import Meeting
from app.platform import clock
from app.platform.db import db, writing
from app.record.progress.models import Attestation, Cohort
from tests.identity.builders import may_open

TRAINER = "thomas.delvigne@croisee.example"
LEARNER = "celine.vandamme@croisee.example"
WHO = {
    "anyone": None,
    "learner": LEARNER,
    "trainer": TRAINER,
    "manager": "karim.haddouche@croisee.example",
    "administrator": "aurelie.dussart@croisee.example",
}
NEED_AN_ACT = {
    "attestations.refresher",
    "attendance.link",
    "authoring.archive_check",
    "intake.show_found",
    "factors.new_key",
    "factors.verify",
    "institutions.back",
    "institutions.join",
    "institutions.leave",
    "authoring.reading",
    "authoring.remarks",
    "authoring.returned_page",
    "guests.text",
    "directory.write",
    "proposals.decision",
    "invitation.accept",
    "invitation.show_link",
    "identity.reset",
    "imports.check",
    "imports.columns",
    "learning.resume",
    "notebook.note",
    "preferences.letters",
    "reminders.edit",
    "reminders.rule",
    "reminders.answer",
    "messages.asking_question",
    "preferences.stop",
    "review_letters.question",
    "surveys.letter",
    "opinions.text",
    "quality.sample",
}
"""Pages that exist only after somebody's act, a few minutes or once: their own tests show them."""
NO_PAGE = {
    "static",
    "banks.export_file",
    "institutions.add",
    "institutions.go",
    "institutions.back_from_institution",
    "web.logo",
    "media.image",
    "saved.open",
    "toolbox.file",
    "library.file",
    "syntheses.paper",
    "notebook.sheet_file",
    "health.live",
    "health.ready",
    "watching.metrics",
    "visitors.robots",
    "visitors.sitemap",
    "attendance.sheet",
    "meetings.calendar",
    "meetings.feed",
    "attestations.pdf",
    "guests.image",
    "authoring.sent_file",
    "evidence.certificate",
    "summaries.committee",
    "summaries.funder",
    "summaries.hr_csv",
    "summaries.hr_xlsx",
    "api.index",
    "api.description",
    "api.people_list",
    "api.person",
    "api.progress_list",
    "api.progress",
    "api.enrolment_list",
    "api.enrolment",
    "api.attestation_list",
    "api.attestation",
    "api.meeting_list",
    "api.meeting",
    "api.catalogue",
    "opinions.file",
    "quality.archive",
    "quality.sampled_archive",
    "evidence.follow_up",
    "imports.refused",
    "evidence.my_certificate",
    "evidence.my_follow_up",
    "attestations.badge",
    "packages.module_file",
    "attestations.issuer",
    "attestations.key",
    "attestations.revocations",
}


def made_values(app: Flask) -> dict[str, Any]:
    """A value for each variable of an address; `attempt_id` is an open attempt of the learner."""
    with app.app_context(), writing() as session:
        people = {person.email: person.id for person in session.scalars(select(Person))}
        learner = people[LEARNER]
        attempt = services.start_attempt(session, course(session), learner, "ep-origines-quiz", seed=7, now=clock.now())
        draft = drafts.open_draft(session, "ep-refondation", people[TRAINER], clock.now())
        drafts.save_draft(session, draft, draft.text + "\nUne phrase de plus.\n", version=draft.version, now=clock.now())
        return {
            "document_id": draft.document_id,
            "revision_id": draft.base_revision_id,
            "person_id": learner,
            "other_id": people["youssef.benkaddour@croisee.example"],
            "cohort_id": session.scalars(select(Cohort.id)).first(),
            "anchor": "rencontre-2022-06-09",
            "meeting_id": session.scalars(select(Meeting.id).order_by(Meeting.starts_at.desc())).first(),
            "module_id": "education-prioritaire",
            "lesson_id": "ep-refondation",
            "quiz_id": "ep-bilan",
            "attempt_id": attempt.id,
            "territory_id": "departement-nord",
            "test_id": _positioned(session, learner),
            "position": 1,
            "tool_id": "fiche-action",
            "survey_id": "avis-a-chaud",
            "subject_id": session.scalars(select(Attestation.subject_id).filter_by(person_id=learner)).first(),
            "kind": "mot",
            "ref": "glossaire",
            "entry_id": "rencontre-9-juin-2022",
            "cite_id": "lille-sud",
            "name": "rappel",
            **_asked(session, learner, people[TRAINER]),
            "log_id": session.scalars(select(ReviewLog.id).filter_by(person_id=learner)).first(),
            "attestation_id": session.scalars(select(Attestation.id).filter_by(person_id=learner)).first(),
        }


def _asked(session: Session, learner: int, trainer: int) -> dict[str, int]:
    """A question that was answered, and what was published of another."""
    read = {"person_id": learner, "element_id": "ep-refondation", "document_id": "ep-refondation", "fingerprint": "", "kind": "question"}
    answered = {"sent_at": clock.now(), "answered_at": clock.now(), "actor_id": trainer}
    one = TrainerMessage(**read, **answered, message="Qui signe ?", answer="Le préfet et le recteur.")
    faq = LessonFaq(lesson_id="ep-refondation", question="Qui signe ?", answer="Les trois.", author_id=trainer, published_at=clock.now())
    session.add_all([one, faq])
    session.flush()
    return {"message_id": one.id, "faq_id": faq.id}


def _positioned(session: Session, learner: int) -> int:
    """A test under way, whose first question waits for its answer."""
    published, test = course(session), Positioning(person_id=learner, seed=7, started_at=clock.now())
    pool = published.quizzes["positionnement-education-prioritaire"]
    session.add(test)
    session.flush()
    revision, question = published.versions[pool.id].revision_id, pool.questions[0]
    asked = {"position": 1, "question_id": question.id, "revision_id": revision, "module_id": "education-prioritaire", "level": question.level, "guess": 0.25}
    session.add(PositioningAnswer(positioning_id=test.id, **asked))
    return test.id


def addresses(app: Flask, values: dict[str, Any], *roles: Role | None) -> list[str]:
    """Every page of the URL map, or those that one of these roles (None: a visitor) may open."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGE | NEED_AN_ACT]
    rules = [rule for rule in rules if not roles or any(may_open(app, {role} if role else None, rule.endpoint) for role in roles)]
    unknown = {name for rule in rules for name in rule.arguments} - values.keys()
    assert not unknown, f"give a value for {unknown}, here or in NEED_AN_ACT"
    with app.test_request_context():
        return sorted({url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}) for rule in rules})


def open_lessons(app: Flask) -> list[str]:
    """Those that whoever has no account reads."""
    with app.app_context():
        return [f"/lecons/{lesson.id}" for lesson in open_course(course(db.session)).lessons]


def more(app: Flask, values: dict[str, Any]) -> list[str]:
    """Each question of the open attempt, a correction, and lessons and quizzes of each module."""
    with app.app_context():
        published = course(db.session)
        sent = db.session.scalars(select(Attempt.id).filter(Attempt.person_id == values["person_id"], Attempt.submitted_at.is_not(None)))
        questions = [f"/tentatives/{values['attempt_id']}/questions/{place}" for place in range(2, 9)]
        corrections = [f"/tentatives/{attempt}" for attempt in list(sent)[:2]]
        return [*questions, *corrections, *(f"/modules/{module.id}" for module in published.modules.values())]
