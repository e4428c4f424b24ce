"""A person of whom every table holds something, with their name and address wherever people write."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from app.administration.acts import Invitation, PeopleImport
from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt, RegradedAttempt, Regrading, Response
from app.authoring.models import Draft, GuestLink, PlannedPublication, ReadingRequest, Remark, SentText
from app.content.store.facts import FactChange
from app.content.store.queries import Document, Revision
from app.exchange.api.queries import ApiToken
from app.exchange.statements.queries import LrsAccount
from app.identity.audit import Access, AccessPerson, AdministrativeAct
from app.identity.emails import HelpRequest, WeeklyEmail
from app.identity.models import KnownBrowser, MailRefusal, MailWish, Membership, Person, Scope, SignIn, Territory, TerritoryChange
from app.identity.rules import Level, Role, Side
from app.identity.sign_in.institution_accounts import IdentityLink
from app.identity.sign_in.second_factor import Authenticator, FactorLoss, Passkey, RecoveryCode
from app.learner.messages.queries import LessonFaq, TrainerMessage
from app.learner.notebook.notes import KeptPassage, TerritoryNote
from app.learner.positioning.models import Arrival, Positioning, PositioningAnswer, PositioningResult
from app.learner.positioning.rules import Proposal, WaiverDecision
from app.learner.review.deck import LetterQuestion, ReviewCard, ReviewChoice, ReviewLog
from app.learner.slots import ReadingSlot
from app.learner.surveys.queries import SurveyTurn, SurveyWeek
from app.network.directory import ContactChoice, DirectoryEntry
from app.network.proposals import CiteProposal
from app.platform.mail.delivery import AddressFault
from app.platform.mail.outbox import EmailWording, OutgoingMail
from app.platform.site import SiteRevision, newest_version
from app.record.facts import FactSeen
from app.record.progress.models import Attestation, Cohort, CohortMember, ElementState, Enrolment, LearningEvent, ReadingPlace, Submission
from app.reporting.grid.queries import SavedView
from app.reporting.reminders.models import Reminder, ReminderAnswer, ReminderRule
from app.reporting.week.calls import CallRow
from app.reporting.week.monday import Digest
from tests.identity.builders import NOW, create_person
from tests.network.meetings.meeting import meet

NAME, ADDRESS = "Élodie Vasseur-Prigent", "elodie.vasseur@ville-de-lens.example"
DAY = timedelta(days=1)


def fill(session: Session) -> tuple[Person, Person]:
    """(the person, a colleague who administers). Not committed."""
    colleague = create_person(session, name="Bruno Lambert", roles=[Role.ADMINISTRATOR, Role.TRAINER])
    person = create_person(session, name=NAME, email=ADDRESS, roles=[Role.LEARNER, Role.MANAGER], side=Side.COLLECTIVITE)
    person.phone = "03 21 00 00 00"
    cohort = Cohort(name="Automne", path_id="parcours", starts_on=date(2026, 9, 1))
    session.add_all([Territory(id="cite-lens", level=Level.CITE, name="Lens"), cohort, Document(id="lecon", kind="lesson", path="modules/a.md")])
    session.flush()
    for somebody, other in ((person, colleague), (colleague, person)):
        _learning(session, somebody.id, other.id, cohort.id)
        _quiz(session, somebody.id, other.id)
        _account(session, somebody.id, other.id)
        _review(session, somebody.id)
        meet(session, somebody.id, NOW, other.id)
        session.add(ReadingSlot(person_id=somebody.id, at=NOW, chosen_at=NOW))
    said = {"manque#1": {"answered": 1, "texts": [f"Demandez à {NAME}."]}}
    session.add_all([SurveyWeek(survey_id="avis", subject_id=subject, week=NOW.date(), counts=said) for subject in ("module", "parcours")])
    session.add(OutgoingMail(recipient=ADDRESS, subject=f"Bonjour {NAME}", text=f"Bonjour {NAME}", html=f"<p>{NAME}</p>", created_at=NOW, not_before=NOW))
    session.add(AddressFault(address=ADDRESS, words=f"550 {ADDRESS}", at=NOW))
    about = f"{NAME.upper()} ({ADDRESS}) a demandé une tentative"
    session.add(OutgoingMail(recipient=colleague.email, subject="Une demande", text=about, html=f"<p>{about}</p>", created_at=NOW, not_before=NOW))
    session.flush()
    return person, colleague


def _learning(session: Session, person_id: int, other_id: int, cohort_id: int) -> None:
    row = LearningEvent(person_id=person_id, element_id="lecon", event="viewed", at=NOW, idempotency_key=f"viewed:{person_id}:lecon")
    waived = LearningEvent(person_id=person_id, element_id="quiz", event="waived", at=NOW, actor_id=other_id, idempotency_key=f"waived:{person_id}:quiz")
    waived.reason = f"Acquis de {NAME} vérifiés, voir avec {ADDRESS}."
    session.add_all([
        row, waived,
        ElementState(person_id=person_id, element_id="lecon", state="in_progress", first_at=NOW, last_at=NOW),
        ElementState(person_id=person_id, element_id="quiz", state="waived", completed_at=NOW, last_at=NOW, manual=True),
        Enrolment(person_id=person_id, path_id="parcours", enrolled_at=NOW, pins=[["lecon", "module", NOW.isoformat()]]),
        CohortMember(cohort_id=cohort_id, person_id=person_id),
        ReadingPlace(person_id=person_id, lesson_id="lecon", anchor="suite", at=NOW),
        FactChange(fact_id="seuil", document_id="lecon", before="40 000", after="60 000", why=f"Voir avec {NAME}, {ADDRESS}.", author_id=person_id, at=NOW),
        FactSeen(person_id=person_id, fact_id="seuil", value="60 000", at=NOW),
        TerritoryNote(person_id=person_id, lesson_id="lecon", question_key="k", lesson_title="Leçon", question="Qui signe ?", answer=f"Demander à {NAME}.", saved_at=NOW),
        KeptPassage(person_id=person_id, kind="lecon", ref="lecon", anchor="", favourite=False, origin="o", title="Leçon", heading="", text=f"Écrire à {ADDRESS}.", saved_at=NOW, sender=NAME, received_at=NOW),
        Attestation(id=f"attestation-de-{person_id}", person_id=person_id, subject_id="module", title="Module", completed_at=NOW, content_version="a" * 64, issued_at=NOW),
        CallRow(person_id=person_id, actor_id=other_id, at=NOW, note=f"{NAME} rappellera depuis {ADDRESS}.", back_on=NOW.date()),
        HelpRequest(person_id=person_id, reason="poste", asked_at=NOW, to_tell=True, closed_at=NOW, closer_id=other_id, word=f"Fait avec {NAME}."),
        SurveyTurn(person_id=person_id, survey_id="avis", subject_id="module", answered=True),
        Arrival(person_id=person_id, shown_at=NOW, wish=f"{NAME} veut comprendre.", said_at=NOW),
        Submission(id=f"envoi-{person_id}", person_id=person_id, path="/x", fields=[["text", f"{NAME} écrit"]], kind="refused", at=NOW),
    ])  # fmt: skip


def _quiz(session: Session, person_id: int, other_id: int) -> None:
    attempt = Attempt(
        person_id=person_id, quiz_id="quiz", title="Quiz", number=1, seed=1, questions=[], pins={}, policy={}, started_at=NOW, submitted_at=NOW + DAY
    )
    attempt.score_raw, attempt.score_max, attempt.passed = Fraction(3, 2), Fraction(2), True
    session.add(attempt)
    session.flush()
    _positioning(session, person_id, other_id)
    name, address = (NAME, ADDRESS) if session.get_one(Person, person_id).name == NAME else ("Bruno", "bruno@croisee.example")
    answers = ({"keys": ["2"]}, "Le préfet"), ({"text": f"Je suis {name}"}, f"Je suis {name}"), ({"texts": [address, ""]}, address)
    for place, (payload, readable) in enumerate(answers):
        session.add(Response(attempt_id=attempt.id, question_id=f"q{place}", seq=1, payload=payload, readable=readable, saved_at=NOW, idempotency_key=f"{place}", fraction=Fraction(1, 2)))  # fmt: skip
    said = f"Bonjour, c’est {NAME}, {ADDRESS}."
    regrading = Regrading(quiz_id="quiz", actor_id=other_id, reason=said, at=NOW, keys={})
    session.add(regrading)
    session.flush()
    session.add(RegradedAttempt(attempt_id=attempt.id, regrading_id=regrading.id, found_raw=Fraction(2), score_raw=Fraction(2), passed=True, maintained=False))
    session.add(TrainerMessage(person_id=person_id, element_id="quiz", document_id="quiz", question_id="q0", fingerprint="f", passage=said, message=said, sent_at=NOW, answered_at=NOW, actor_id=other_id, fixed=True, answer=said, taken_by=other_id))  # fmt: skip
    session.add(WeeklyEmail(person_id=person_id, sent_on=NOW.date(), sent_at=NOW))
    session.add(LessonFaq(lesson_id="lecon", question=said, answer=said, author_id=person_id, published_at=NOW))
    session.add(ExtraAttempt(person_id=person_id, quiz_id="quiz", actor_id=other_id, reason=said, granted_at=NOW))
    session.add(AttemptRequest(person_id=person_id, quiz_id="quiz", message=said, asked_at=NOW, answered_at=NOW, actor_id=other_id, granted=True, reason=said))


def _positioning(session: Session, person_id: int, other_id: int) -> None:
    test = Positioning(person_id=person_id, seed=1, side=Side.ETAT, started_at=NOW, ended_at=NOW + DAY)
    session.add(test)
    session.flush()
    typed = {"position": 1, "question_id": "q", "revision_id": 1, "module_id": "module", "level": 2, "guess": 0.05, "right": False, "answered_at": NOW}
    session.add(PositioningAnswer(positioning_id=test.id, payload={"text": f"Je suis {NAME}"}, readable=f"Je suis {NAME}", **typed))
    counts = {"chance": 0.95, "asked": 2, "right": 2, "hard": 0, "decided_at": NOW, "actor_id": other_id, "reason": f"Vu avec {NAME}."}
    session.add(PositioningResult(positioning_id=test.id, module_id="module", proposal=Proposal.WAIVED, decision=WaiverDecision.REVOKED, **counts))


def _review(session: Session, person_id: int) -> None:
    typed = {"payload": {"text": f"Je suis {NAME}"}, "readable": f"Je suis {NAME}"}
    place = {"person_id": person_id, "document_id": "lecon", "question_id": "q", "fingerprint": "f"}
    card = ReviewCard(**place, introduced_at=NOW, stability=2.3, difficulty=2.1, state=2, due=NOW + DAY, last_review=NOW, put_off=0, answers=1, misses=0)
    session.add(card)
    session.flush()
    session.add_all([
        ReviewLog(person_id=person_id, card_id=card.id, number=1, at=NOW, fingerprint="f", rating=3, by_mail=False, stability=2.3, difficulty=2.1, state=2, due=NOW + DAY, **typed),
        ReviewChoice(person_id=person_id, zone="B"),
        LetterQuestion(**place, digest=f"digest-{person_id}", sent_at=NOW, answered_at=NOW, **typed),
    ])  # fmt: skip


def _account(session: Session, person_id: int, other_id: int) -> None:
    session.add(listed := Access(reader_id=other_id, what="reporting.grid", at=NOW))
    session.flush()
    session.add_all([
        SiteRevision(values={}, follows=newest_version(session), author_id=person_id, created_at=NOW),
        TerritoryChange(territory_id="cite-lens", author_id=person_id, at=NOW, before={}, after={"name": "Lens"}),
        Membership(person_id=person_id, territory_id="cite-lens", started_on=NOW.date()),
        Scope(person_id=person_id, territory_id="cite-lens"),
        CiteProposal(territory_id="cite-lens", author_id=person_id, presentation=f"Écrivez à {NAME}", troika=NAME, quartiers=NAME, contacts=ADDRESS, proposed_at=NOW, decided_at=NOW, decider_id=other_id, accepted=True, word=f"Merci {NAME}"),
        DirectoryEntry(person_id=person_id, function=f"{NAME}, CPO", help_with=f"Appelez {NAME}", contact=ContactChoice.SITE, agreed_at=NOW, saved_at=NOW),
        SignIn(id=f"session-de-{person_id}", person_id=person_id, created_at=NOW, seen_id=other_id, seen_since=NOW),
        KnownBrowser(person_id=person_id, browser="b", at=NOW),
        Authenticator(person_id=person_id, secret="s", counter=1, created_at=NOW),
        Passkey(person_id=person_id, credential=f"cle-{person_id}", public_key="k", count=0, name=f"Téléphone de {NAME}", created_at=NOW),
        RecoveryCode(person_id=person_id, digest="d", created_at=NOW),
        IdentityLink(person_id=person_id, provider="proconnect", issuer="https://i.example", subject=f"s-{person_id}", idp="", siret="", organisation="Ville", roles=[], acr="", first_at=NOW, last_at=NOW, token="t"),
        LrsAccount(person_id=person_id, account=f"entrepot-{person_id}"),
        FactorLoss(person_id=person_id, asker_id=other_id, at=NOW),
        Invitation(person_id=person_id, inviter_id=other_id, mark="m", sent_at=NOW, expires_at=NOW + DAY, by_mail=True),
        AdministrativeAct(actor_id=other_id, act="roles_set", subject_id=person_id, at=NOW, details={"rôles": ["responsable"]}),
        PeopleImport(id=f"import-{person_id}", actor_id=person_id, created_at=NOW, heads=["nom", "courriel"], columns=["nom", "courriel"], rows=[[2, [NAME, ADDRESS.upper()]]], verdicts=[{"valeur": ADDRESS}]),
        EmailWording(name="invitation", subject=f"De {NAME}", text=f"{NAME} vous invite", author_id=person_id, at=NOW),
        Revision(document_id="lecon", path="modules/a.md", text="Texte", fingerprint="f", media={}, author_id=person_id, created_at=NOW, change="mineure"),
        Draft(document_id="lecon", author_id=person_id, path="modules/a.md", text="Texte", media={}, version=1, created_at=NOW, updated_at=NOW),
        PlannedPublication(document_id=f"lecon-{person_id}", author_id=person_id, path="modules/a.md", text="Texte", media={}, change="mineure", due_at=NOW, planned_at=NOW),
        Remark(document_id="lecon", author_id=other_id, by_id=person_id, quote="Un passage", text=f"{NAME} remarque", said_at=NOW),
        SentText(document_id="lecon", author_id=person_id, fingerprint="f", text="Texte", media={}, notes={}, sent_at=NOW),
        ApiToken(digest=f"jeton-{person_id}", prefix="croisee_abcdef", name=f"SIRH de {NAME}", territory_id="cite-lens", maker_id=person_id, made_at=NOW, expires_on=NOW.date(), revoked_at=NOW, revoker_id=other_id),
        GuestLink(author_id=person_id, mark="m", documents=["lecon"], guest=NAME, made_at=NOW, expires_at=NOW),
        ReadingRequest(document_id="lecon", asker_id=person_id, reader_id=other_id, message=f"{NAME} demande", asked_at=NOW, remarks=f"Merci {NAME}"),
        Access(reader_id=other_id, person_id=person_id, what="privacy.person_data", at=NOW),
        AccessPerson(person_id=person_id, access_id=listed.id),
        MailRefusal(person_id=person_id, kind="relance", at=NOW),
        MailWish(person_id=person_id, kind="revision", at=NOW),
        Reminder(person_id=person_id, sent_on=NOW.date(), sent_at=NOW),
        ReminderAnswer(person_id=person_id, reason="temps", at=NOW),
        ReminderRule(author_id=other_id, territory_id="cite-lens", trigger="inactif", days=14, pause=7, most=3, zone="B", words=f"Appelez {NAME}.", running=True, changed_at=NOW),
        SavedView(id=f"vue-de-{person_id}", person_id=person_id, name=f"Pour {NAME}", fields={"nom": NAME}, saved_at=NOW),
        Digest(person_id=person_id, since=NOW.date(), asked=True),
    ])  # fmt: skip
