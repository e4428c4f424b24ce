"""A site with somebody of each role, and something of theirs behind every number and name that an address takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app.administration.accounts import invitations
from app.administration.acts import PeopleImport
from app.assessment.attempts import services as start
from app.assessment.models import AttemptRequest
from app.authoring.models import Draft, GuestLink, ReadingRequest, SentText
from app.authoring.publishing.remarks import token_of
from app.content.store import disk
from app.content.store.queries import Revision, course
from app.exchange.api.queries import ApiToken
from app.identity import email_preferences, services
from app.identity.emails import HelpRequest
from app.identity.models import Person
from app.identity.passwords import sign
from app.identity.rules import Role
from app.learner.messages.queries import LessonFaq, TrainerMessage
from app.learner.notebook.notes import KeptPassage, TerritoryNote
from app.learner.positioning.models import Positioning, PositioningAnswer, PositioningResult
from app.learner.positioning.rules import Proposal, WaiverDecision
from app.learner.review.deck import LetterQuestion, deck_of
from app.learner.review.emails import digest
from app.learner.review.queries import asking
from app.learner.review.services import write_answer
from app.learner.slots import ReadingSlot
from app.learner.surveys.queries import SurveyTurn
from app.network.directory import ContactChoice, DirectoryEntry
from app.network.meetings.attendance import link_token
from app.network.meetings.models import Meeting, MeetingCalendar
from app.network.meetings.rules import MeetingStage
from app.network.meetings.services import calendar_token
from app.network.proposals import CiteProposal
from app.platform.db import db
from app.platform.mail.outbox import OutgoingMail
from app.platform.settings import current_settings
from app.platform.storage import places
from app.record import badges
from app.record.figures import store as stored_figures
from app.record.progress.models import Attestation, Cohort, CohortMember, Submission
from app.reporting.grid.queries import SavedView
from app.reporting.reminders.models import ReminderRule
from tests.authoring import atelier
from tests.content.publishing import publish
from tests.hostile import Attacker
from tests.identity.builders import SMALL, TODAY
from tests.learner.surveys import asking as surveyed
from tests.network.network import NETWORK
from tests.record import courses
from tests.record.world import Clock, World
from tests.reporting.reminders.reminding import with_mail

ROLES: tuple[Role | None, ...] = (None, Role.LEARNER, Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR)


def furnished(app: Flask, clock: Clock) -> World:
    """A course with something of every kind of file, and its territories."""
    world = World(with_mail(app), clock)
    world.publish_together(*atelier.course(), *surveyed.SURVEYS)
    world.write(_keep_a_document)
    world.publish(("modules/reseau.md", NETWORK))
    world.publish_together(courses.path([atelier.MODULE], validity="12 mois"))
    world.write(lambda session: services.sync_territories(session, SMALL))
    return world


def _keep_a_document(session: Session) -> None:
    kept = {"essai.pdf": disk.store(places.media(current_settings()), "essai.pdf", b"%PDF-1.7 ")}
    text = "## Un essai {#essai}\n\ntype : guide\nfichier : essai.pdf\n\nÀ lire.\n"
    publish(session, "modules/bibliotheque.md", text, author_id=None, now=datetime(2026, 11, 20, 8, tzinfo=UTC), media=kept)
    publish(session, "modules/reseau.md", "## Une rencontre {#rencontre}\n\nCe qui s’y est dit.\n", author_id=None, now=datetime(2026, 11, 20, 8, tzinfo=UTC))


def peopled(world: World) -> dict[Role | None, Attacker]:
    """Somebody of each role, with something of theirs behind every number and name that an address takes."""
    somebody = world.person("Anna Voisine")
    world.look(somebody, atelier.LESSON)
    readers = {role: world.person(f"Un {role.value}", role=role) for role in Role}
    attempts = {role: world.take(person, atelier.QUIZ) for role, person in readers.items()}
    with world.app.app_context():
        shared = _shared(world, somebody, readers)
        values = {role: shared | _own(world, person, somebody, attempts[role]) for role, person in readers.items()}
        db.session.commit()
        stored_figures.settle(db.session, course(db.session), world.clock.now())  # reports would settle them at each page, and forget
        db.session.commit()
    values[None] = values[Role.LEARNER]
    cookies = {role: world.signed_in(person).get_cookie("croisee") for role, person in readers.items()}
    return {role: Attacker(world.app, role, cookies[role].value if role else "", values[role]) for role in ROLES}


def _shared(world: World, somebody: int, readers: dict[Role, int]) -> dict[str, Any]:
    session, now, settings = db.session, world.clock.now(), world.app.config["CROISEE"]
    person = session.get_one(Person, somebody)
    guest = services.create_person(session, name="Bilal Invité", email="bilal@croisee.example", now=now)
    services.join_territory(session, person, "cite-lens", TODAY - timedelta(days=30))
    services.set_scope(session, session.get_one(Person, readers[Role.MANAGER]), ["departement-pas-de-calais"])
    cohort = Cohort(name="Automne", path_id="acculturation", starts_on=TODAY)
    badges.prepare_key(session, settings.instance_path, now, bits=2048)
    mail = OutgoingMail(recipient=person.email, subject="x", text="x", html="x", created_at=now, not_before=now + timedelta(days=1))
    invitation = invitations.invite(session, settings, guest, None, now, by_mail=False)
    session.add_all([cohort, mail])
    session.flush()
    session.add_all([CohortMember(cohort_id=cohort.id, person_id=somebody), CohortMember(cohort_id=cohort.id, person_id=readers[Role.TRAINER], trainer=True)])
    letters = email_preferences.make_token(settings.secret_key, somebody)
    session.add(
        Attestation(id="preuve", person_id=somebody, subject_id=atelier.MODULE, title="Module", completed_at=now, content_version="a" * 64, issued_at=now)
    )
    report = TrainerMessage(
        person_id=somebody, element_id=atelier.LESSON, document_id=atelier.LESSON, question_id="", fingerprint="f", passage="p", message="m", sent_at=now
    )
    asked = _answered(somebody, now)
    faqs = [LessonFaq(lesson_id=atelier.LESSON, question="Qui ?", answer="Le maire.", published_at=now) for _ in range(2)]
    wanted = AttemptRequest(person_id=somebody, quiz_id=atelier.QUIZ, message="Encore", asked_at=now)
    question = course(session).quizzes[atelier.QUIZ].questions[0]
    place = {"document_id": atelier.QUIZ, "question_id": question.id, "fingerprint": question.fingerprint}
    meeting, draft = _meetings(session, now)
    session.add_all([MeetingCalendar(person_id=somebody, mark="m", drawn_at=now), ReadingSlot(person_id=somebody, at=now, chosen_at=now)])
    helped = HelpRequest(person_id=somebody, reason="poste", asked_at=now, to_tell=True)
    session.add_all([report, asked, *faqs, wanted, helped, LetterQuestion(person_id=somebody, digest=digest("lettre"), sent_at=now, readable="", **place)])
    proposal = _in_the_network(session, somebody, now)
    session.add(SurveyTurn(person_id=somebody, survey_id=surveyed.COLD, subject_id="acculturation", asked_on=TODAY, digest=digest("enquete")))
    invited = GuestLink(author_id=somebody, mark="m", guest="Jeanne", documents=["suite"], made_at=now, expires_at=now + timedelta(days=14))
    session.add_all(
        [
            invited,
            token := ApiToken(
                digest="d", prefix="croisee_abcdef", name="SIRH", territory_id="cite-lens", maker_id=readers[Role.ADMINISTRATOR], made_at=now, expires_on=TODAY
            ),
        ]
    )
    session.flush()
    _, accepted = _positioned(session, somebody, now, WaiverDecision.ACCEPTED)
    return {
        "reporting.revoke:result_id": accepted, "token_id": token.id, "person_id": somebody, "other_id": guest.id, "cohort_id": cohort.id, "mail_id": mail.id, "message_id": report.id, "authoring.publishing_faq:message_id": asked.id, "authoring.publish_faq:message_id": asked.id, "faq_id": faqs[0].id, "authoring.withdraw_faq:faq_id": faqs[1].id, "request_id": wanted.id, "help.close:request_id": helped.id,
        "revision_id": session.query(Revision.id).filter_by(document_id=atelier.LESSON).first()[0], "document_id": atelier.LESSON, "lesson_id": atelier.LESSON,
        "quiz_id": atelier.QUIZ, "module_id": atelier.MODULE, "position": 1, "filename": "js/keeping.js", "digest": "a" * 64, "name": "x.png", "entry_id": "essai", "cite_id": "lens", "card_id": somebody, "proposal_id": proposal, "site.wording:name": "invitation", "banks.export_file:name": "gift", "territory_id": "departement-nord",
        "token": letters, "kind": "relance", "notebook.passage:kind": "lecon", "notebook.save_passage:kind": "lecon", "ref": atelier.LESSON, "invitation.accept:token": invitations.link(settings, invitation).rpartition("/")[2],
        "identity.reset:token": services.password_link_token(settings.secret_key, person, now + timedelta(days=1)), "attestation_id": "preuve", "form": "jwt", "imports.refused:form": "csv", "packages.module_file:form": "scorm12", "key_id": badges.signing_key(settings.instance_path).kid, "factors.remove_key:key_id": 1, "provider": "proconnect", "link_id": 1, "key": "a" * 64,
        "meeting_id": meeting.id, "meetings.announce:meeting_id": draft.id, "anchor": "rencontre", "meetings.feed:token": calendar_token(session, settings.secret_key, somebody), "attendance.link:token": link_token(settings.secret_key, meeting),
        "syntheses.paper:name": f"{atelier.MODULE}.pdf", "review_letters.question:token": "lettre", "review_letters.answer:token": "lettre", "survey_id": surveyed.HOT, "mark": surveyed.told_text(session, TODAY - timedelta(days=30)), "subject_id": "acculturation", "surveys.letter:token": "enquete", "surveys.answer_letter:token": "enquete", **dict.fromkeys(("guests.text:token", "guests.say:token"), token_of(invited, settings.secret_key)), **dict.fromkeys(("quality.sample:token", "quality.sampled_archive:token"), sign(settings.secret_key, "quality-sample", [somebody])),
    }  # fmt: skip


def _meetings(session: Session, now: datetime) -> tuple[Meeting, Meeting]:
    """One that is announced, whose code is shown; one that is not yet."""
    words = dict.fromkeys(("link", "themes", "speakers", "programme", "synthesis"), "")
    begins = {"starts_at": now + timedelta(minutes=30), "ends_at": now + timedelta(hours=2), "territories": [], "cohorts": [], "documents": []}
    meeting, draft = (Meeting(title="Une", place="Lens", stage=stage, edition=1, **begins, **words) for stage in (MeetingStage.ANNOUNCED, MeetingStage.DRAFT))
    meeting.code, meeting.code_until = "123456", now + timedelta(minutes=5)
    session.add_all([meeting, draft])
    session.flush()
    return meeting, draft


def _answered(person: int, now: datetime) -> TrainerMessage:
    read = {"element_id": atelier.LESSON, "document_id": atelier.LESSON, "fingerprint": "f", "kind": "question"}
    return TrainerMessage(person_id=person, **read, message="Qui ?", sent_at=now, answered_at=now, answer="Le maire.")


def _in_the_network(session: Session, somebody: int, now: datetime) -> int:
    """Somebody's card of the directory, and what they propose for a cité: its number."""
    texts = {"presentation": "Une cité.", "troika": "", "quartiers": "", "contacts": ""}
    proposal = CiteProposal(territory_id="cite-lens", author_id=somebody, proposed_at=now, **texts)
    session.add_all([proposal, DirectoryEntry(person_id=somebody, function="CPO", help_with="", contact=ContactChoice.SITE, agreed_at=now, saved_at=now)])
    session.flush()
    return proposal.id


def _positioned(session: Session, person: int, now: datetime, decision: WaiverDecision) -> tuple[int, int]:
    """A test under way, whose first question waits for its answer, and what an earlier one proposed: their numbers."""
    revision = session.query(Revision.id).filter_by(document_id=atelier.QUIZ).first()[0]
    question = course(session).quizzes[atelier.QUIZ].questions[0].id
    earlier, test = Positioning(person_id=person, seed=1, started_at=now, ended_at=now), Positioning(person_id=person, seed=1, started_at=now)
    session.add_all([earlier, test])
    session.flush()
    proposed = PositioningResult(
        positioning_id=earlier.id, module_id=atelier.MODULE, proposal=Proposal.WAIVED, chance=0.95, asked=2, right=2, hard=0, decision=decision
    )
    asked = PositioningAnswer(positioning_id=test.id, position=1, question_id=question, revision_id=revision, module_id=atelier.MODULE, level=2, guess=0.05)
    session.add_all([proposed, asked])
    session.flush()
    return test.id, proposed.id


def _own(world: World, reader: int, somebody: int, attempt: int) -> dict[str, Any]:
    """What is somebody's own: a rule, a draft that a colleague asked them to read, an import, an attempt under way, a kept form, an answer in their notebook."""
    session, now = db.session, world.clock.now()
    open_attempt = start.start_attempt(session, course(session), reader, atelier.QUIZ, seed=1, now=now)
    rule = ReminderRule(
        author_id=reader, territory_id="cite-lens", trigger="inactif", days=14, pause=7, most=3, zone="B", words="", running=True, changed_at=now
    )
    text = session.query(Revision.path, Revision.text, Revision.id).filter_by(document_id=atelier.LESSON).first()
    draft = Draft(
        document_id=atelier.LESSON,
        author_id=reader,
        path=text[0],
        text=f"{text[1]}\nUne phrase.\n",
        base_revision_id=text[2],
        media={},
        version=1,
        created_at=now,
        updated_at=now,
    )
    reading = ReadingRequest(document_id=atelier.LESSON, asker_id=somebody, reader_id=reader, message="Lis", asked_at=now)
    theirs = Draft(document_id="suite", author_id=somebody, path=text[0], text=text[1], media={}, version=1, created_at=now, updated_at=now)
    session.add_all([rule, draft, reading])
    if not session.query(Draft).filter_by(author_id=somebody).first():
        session.add(theirs)
    people = PeopleImport(
        id=f"import-{reader}",
        actor_id=reader,
        created_at=now,
        heads=["Nom", "Mail"],
        columns=["nom", "courriel"],
        rows=[[2, ["Chloé", "a@b.example"]]],
        verdicts=[],
    )
    kept = Submission(id=f"envoi-{reader}", person_id=reader, path=f"/lecons/{atelier.LESSON}/carnet", fields=[["answer", "x"]], at=now)
    note = TerritoryNote(person_id=reader, lesson_id=atelier.LESSON, question_key="k", lesson_title="Leçon", question="Qui ?", answer="Un mot", saved_at=now)
    place = {"person_id": reader, "kind": "lecon", "ref": atelier.LESSON, "anchor": "", "title": "Leçon", "heading": "", "sender": "", "saved_at": now}
    favourite = KeptPassage(**place, favourite=True, origin="", text="")
    years_ago = now - timedelta(days=800)
    proof = Attestation(person_id=reader, subject_id="acculturation", title="Parcours", completed_at=years_ago, content_version="a" * 64, issued_at=now)
    proof.id = f"preuve-{reader}"
    view = SavedView(id=f"vue-{reader}", person_id=reader, name="Retards", fields={"echeance": "en-retard"}, saved_at=now)
    answered = _answered(reader, now)
    invited = GuestLink(author_id=reader, mark="m", documents=[atelier.LESSON], made_at=now, expires_at=now + timedelta(days=14))
    sent = SentText(document_id=atelier.LESSON, author_id=reader, fingerprint="f" * 64, text="---\ntitre : T\n---\n\nUn.\n", media={}, notes={}, sent_at=now)
    session.add_all([answered, invited, sent, people, kept, note, favourite, view, proof])
    session.flush()
    test, proposed = _positioned(session, reader, now, WaiverDecision.OPEN)
    deck = deck_of(session, course(session), reader, now)
    one = asking(course(session), deck.items[0])
    log = write_answer(session, reader, deck.items[0], one, 3, one.kind.blank, now)
    return {
        "test_id": test,
        "result_id": proposed,
        "log_id": log.id,
        "note_id": note.id,
        "messages.react:message_id": answered.id,
        "rule_id": rule.id,
        "reading_id": reading.id,
        "authoring.uninvite:link_id": invited.id,
        "sent_id": sent.id,
        "extension": "docx",
        "import_id": people.id,
        "submission_id": kept.id,
        "view_id": view.id,
        "attempt_id": open_attempt.id,
        "messages.asking_question:attempt_id": attempt,
    }
