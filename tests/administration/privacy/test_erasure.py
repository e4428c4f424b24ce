"""Erasure: no trace of a name or an address anywhere, and no figure moves."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, String, Text, func, select
from sqlalchemy.orm import Session

from app.administration.acts import REQUEST, Erasure
from app.administration.privacy import erasure
from app.administration.privacy import queries as privacy_queries
from app.administration.privacy.register.tables import treatments
from app.assessment.models import Attempt, Response
from app.identity.models import Membership, Person
from app.identity.rules import Role
from app.platform.db import Base, db
from app.record.progress.models import Attestation, Cohort, ElementState, LearningEvent
from tests.administration.filled import ADDRESS, NAME, fill
from tests.identity.builders import INES, NOW, PASSWORD, sign_in, stored_person
from tests.words import ERASE_FOR_GOOD, ERASED_PERSON, ERASED_TEXT, SIGN_IN, SIGN_OUT

SPELLINGS = {spelling.lower() for word in (NAME, ADDRESS) for spelling in (word, json.dumps(word)[1:-1], "vasseur", "prigent")}


def traces_in_database(session: Session) -> list[str]:
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            said = (repr(tuple(row)) + json.dumps(tuple(map(str, row)))).lower()
            found += [f"{table.name}: {said[:200]}" for spelling in SPELLINGS if spelling in said]
    return found


def traces_in_files(folder: Path) -> list[str]:
    """In the raw bytes of every file, the database's pages and journal included."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        found += [f"{path.name}: {spelling}" for spelling in SPELLINGS if spelling.encode() in data.lower()]
    return found


def aggregates(session: Session) -> dict[str, Any]:
    """What reports count: rows of the ledger, states by territory, marks and answers by question."""
    by_state = (
        select(Membership.territory_id, ElementState.state, func.count(), func.min(ElementState.completed_at))
        .join(ElementState, ElementState.person_id == Membership.person_id)
        .group_by(Membership.territory_id, ElementState.state)
    )
    ledger = select(LearningEvent.element_id, LearningEvent.event, func.count()).group_by(LearningEvent.element_id, LearningEvent.event)
    sides = select(Person.side, func.count()).group_by(Person.side)
    return {
        "ledger": sorted(map(tuple, session.execute(ledger))),
        "states": sorted(map(str, session.execute(by_state))),
        "sides": sorted(map(str, session.execute(sides))),
        "marks": sorted(map(str, session.execute(select(Attempt.quiz_id, Attempt.score_raw, Attempt.passed)))),
        "answers": sorted(map(str, session.execute(select(Response.question_id, Response.fraction)))),
        "choices": sorted(str(payload["keys"]) for payload in session.scalars(select(Response.payload)) if "keys" in payload),
        "attestations": session.scalar(select(func.count()).select_from(Attestation)),
        "tables": {name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in ("attempt", "response", "enrolment", "cohort_member", "membership")},
    }  # fmt: skip


def erase(app: Flask, person: Person, colleague: Person) -> None:
    erasure.erase(db.session, app.config["CROISEE"], person, actor_id=colleague.id, ground=REQUEST, now=NOW)
    db.session.commit()


def test_no_trace_and_equal_figures(any_app: Flask, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    app, folder = any_app, any_app.config["CROISEE"].instance_path
    with app.app_context(), caplog.at_level(logging.DEBUG):
        person, colleague = fill(db.session)
        db.session.commit()
        assert traces_in_database(db.session), "the search must find what is there"
        if db.engine.dialect.name == "sqlite":
            assert traces_in_files(folder)
        before = aggregates(db.session)
        erase(app, person, colleague)
        db.session.expire_all()
        assert traces_in_database(db.session) == []
        assert traces_in_files(folder) == []
        assert aggregates(db.session) == before
        exported = str(privacy_queries.extract_all(db.session, db.session.get_one(Person, colleague.id))).lower()
        assert not [spelling for spelling in SPELLINGS if spelling in exported]
    said = (caplog.text + "".join(capsys.readouterr())).lower()
    assert not [spelling for spelling in SPELLINGS if spelling in said]


def test_what_is_left_of_the_person(session: Session, app: Flask) -> None:
    person, colleague = fill(session)
    session.commit()
    number = person.id
    erase(app, person, colleague)
    session.expire_all()
    left = session.get_one(Person, number)
    assert (left.name, left.email, left.password, left.active) == (ERASED_PERSON, f"efface-{number}", None, False)
    assert left.role_set == frozenset()
    assert session.get_one(Erasure, number).actor_id == colleague.id
    assert session.get(Attestation, f"attestation-de-{number}") is None
    assert session.get(Attestation, f"attestation-de-{colleague.id}") is not None
    assert colleague.email == "bruno.lambert@croisee.example"


def test_others_keep_what_they_wrote(session: Session, app: Flask) -> None:
    """Only the name and the address go from what others wrote."""
    person, colleague = fill(session)
    session.commit()
    erase(app, person, colleague)
    reason = session.scalar(select(LearningEvent.reason).where(LearningEvent.person_id == colleague.id, LearningEvent.reason.is_not(None)))
    assert reason == "Acquis de [texte effacé] vérifiés, voir avec [texte effacé]."


def test_a_repeat_changes_nothing(session: Session, app: Flask) -> None:
    person, colleague = fill(session)
    session.commit()
    number = person.id
    erase(app, person, colleague)
    before = session.get_one(Erasure, number).at
    erase(app, session.get_one(Person, number), colleague)
    assert session.get_one(Erasure, number).at == before


def test_what_others_typed_in_any_way(session: Session, app: Flask) -> None:
    """In an answer, in a cohort's name: without accents, in capitals, the names turned round. Their ticked answers stay."""
    person, colleague = fill(session)
    attempt = session.scalars(select(Attempt).where(Attempt.person_id == colleague.id)).first()
    assert attempt
    said = "Vu avec VASSEUR PRIGENT Elodie, puis elodie vasseur-prigent !"
    for place, payload in enumerate(({"text": said}, {"texts": [said, ADDRESS.upper()]})):
        session.add(Response(attempt_id=attempt.id, question_id=f"x{place}", seq=1, payload=payload, readable=said, saved_at=NOW, idempotency_key=f"x{place}"))
    names = ("Groupe d’Élodie Vasseur-Prigent", "Groupe d’Elodie Vasseur Prigent", "Groupe d’Élodie")
    session.add_all(Cohort(name=name, path_id="parcours", starts_on=NOW.date()) for name in names)
    session.commit()
    assert traces_in_database(session)
    erase(app, person, colleague)
    session.expire_all()
    assert traces_in_database(session) == []
    kept = session.scalars(select(Response.readable).where(Response.question_id == "x0")).one()
    assert kept == "Vu avec [texte effacé], puis [texte effacé] !"
    left = sorted(session.scalars(select(Cohort.name).where(Cohort.name.startswith("Groupe"))))
    assert left == ["Groupe d’[texte effacé] (2)", "Groupe d’[texte effacé] (3)", "Groupe d’Élodie"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Vu INÈS martin.", "Vu [texte effacé]."),
        ("rien", "rien"),
        ("Inès Martin Inès Martin", "[texte effacé] [texte effacé]"),
        ("Straße, œuvre, ﬁn : Inés   Martin.", "Straße, œuvre, ﬁn : [texte effacé]."),
        ("MARTIN Ines, ines.MARTIN@ville.example", "[texte effacé], [texte effacé]"),
        ("Inès-Martin", ERASED_TEXT),
        ("Agnès Martin et Inès Martineau", "Agnès Martin et Inès Martineau"),
        ("Inès tout court", "Inès tout court"),
    ],
)
def test_without(text: str, left: str) -> None:
    sought = erasure.variants("Inès Martin", "ines.martin@ville.example")
    assert erasure.without({"a": [text, 3, None]}, sought) == {"a": [left, 3, None]}


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["Inès Martin", "Zoé", "Jean-Noël d’Œuf", "ß ﬃ", "Ō̂"]))
def test_whatever_stands_around_a_name_stays(before: str, after: str, name: str) -> None:
    sought = erasure.variants(name, "a@b.example")
    text = f"{before} . {name} . {after}"
    left = erasure.without(text, sought)
    assert erasure.without(left, sought) == left
    if erasure.without(before, sought) == before and erasure.without(after, sought) == after:
        assert left.startswith(before)
        assert left.endswith(after)


NO_PERSON_IN = {
    "api_token.digest", "api_token.territory_id", "authenticator.secret", "establishment.territory_id", "lrs_account.account", "lrs_parked.name", "lrs_parked.said", "lrs_queue.name", "lrs_queue.said", "identity_link.issuer", "identity_link.organisation", "identity_link.roles", "identity_link.subject", "identity_link.token", "known_browser.browser", "passkey.credential", "passkey.public_key", "recovery_code.digest", "refused_try.key", "sign_in.device", "spent.digest",
    "course_link.address", "course_link.digest", "course_link.said", "address_fault.address", "badge_key.public", "cohort.path_id", "document.path", "draft.media", "draft.path", "path_demand.asked", "people_import.columns", "people_import.done", "territory.id", "trainer_message.anchor", "trainer_message.fingerprint",
    "sent_text.fingerprint", "sent_text.media", "sent_text.notes", "territory.name", "territory.parent_id", "territory_commune.name", "territory_commune.territory_id", "attempt.pins", "attempt.policy",
    "attempt.questions", "attempt.title", "attestation.badge_id", "attestation.content_version", "attestation.renewals", "attestation.title", "cite_proposal.territory_id", "digest.said", "element_state.earned_on",
    "enrolment.path_id", "enrolment.pins", "job_process.name", "job_timer.claimed_by", "job_timer.said", "learning_event.content_fingerprint", "learning_event.idempotency_key", "learning_event.rules_fingerprint",
    "kept.anchor", "kept.heading", "kept.kind", "kept.origin", "kept.ref", "kept.title",
    "meeting.cohorts", "meeting.documents", "meeting.link", "meeting.territories",
    "membership.territory_id", "note.lesson_title", "note.question", "outgoing_mail.recipient", "outgoing_mail.unsubscribe", "person.fs_uniquifier", "person_figures.modules", "person_figures.module_dues", "person_figures.shares", "saved_view.id",
    "quality_night.counts", "quality_night.years", "person_figures.name_key", "person_figures.place", "planned_publication.media", "planned_publication.path", "reading_place.anchor",
    "reading_request.fingerprint", "regrading.keys", "reminder_rule.territory_id", "response.idempotency_key", "response.verdicts", "revision.fingerprint",
    "guest_link.documents", "remark.heading", "remark.quote", "letter_question.digest", "letter_question.fingerprint", "survey_turn.digest", "review_card.fingerprint", "review_log.fingerprint", "revision.media", "revision.path", "scope.territory_id", "sign_in.id", "territory.zone", "territory_change.after", "territory_change.before", "territory_change.territory_id", "submission.browser", "submission.network", "submission.path", "submission.reason",
}  # fmt: skip
"""Keys, digests, and rows that go as a whole with their person."""
COURSE = {
    "fact_change.before",
    "fact_change.fact_id",
    "fact_seen.fact_id",
    "fact_change.after",
    "fact_seen.value",
    "draft.text",
    "planned_publication.text",
    "planned_publication.why",
    "revision.text",
    "sent_text.text",
    "search_document.fingerprint",
    "search_section.anchor",
    "search_section.heading",
    "search_section.text",
    "search_section.title",
    "search_section.tokens",
    "search_section.weights",
    "search_section.words",
    "site_revision.values",
}
"""The course itself, and what the site says of itself. Revisions are immutable, and a name in them is a subject of the course: an operator's guide says how to change it."""


def test_every_column_that_could_hold_a_name_is_placed() -> None:
    """A new text column is cleaned by an erasure (`free_text`, `typed`, `emptied`), or said here to hold nobody."""
    found, cleaned = set(), {f"{table}.{column}" for table, column in erasure.OTHER_TEXTS}
    for one in treatments():
        cleaned |= {f"{one.table}.{column}" for column in (*one.free_text, *one.typed, *one.emptied)}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON | Text) or (isinstance(column.type, String) and (column.type.length or 999) > 60):
                found.add(f"{table.name}.{column.name}")
    assert found - cleaned - NO_PERSON_IN - COURSE == set()
    assert not (NO_PERSON_IN | COURSE) & cleaned


def test_a_person_erases_themselves_in_two_steps(app: Flask) -> None:
    ines = stored_person(app)
    client = app.test_client()
    sign_in(client)
    client.see("/compte")
    page = client.see(client.page.link("Effacer mon compte"))
    assert "C’est définitif" in page.text
    client.see(page.link("Continuer"))
    client.submit(ERASE_FOR_GOOD, 422, current="un autre mot de passe", sure="y")
    client.submit(ERASE_FOR_GOOD, 422, current=PASSWORD, sure=None)
    with app.app_context():
        assert db.session.get_one(Person, ines).email == INES
    page = client.submit(ERASE_FOR_GOOD, current=PASSWORD, sure="y")
    assert "Votre compte est effacé" in page.text
    assert client.get("/compte").status_code == 302
    with app.app_context():
        assert db.session.get_one(Person, ines).name == ERASED_PERSON
        assert db.session.get_one(Erasure, ines).actor_id == ines


def test_an_administrator_erases_in_two_steps(app: Flask) -> None:
    ines = stored_person(app)
    stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client, "bruno.lambert@croisee.example")
    page = client.see(f"/administration/personnes/{ines}/effacement")
    assert "sans rien qui la nomme" in page.text
    assert "vous nomme" not in page.text
    client.see(page.link("Continuer"))
    client.submit(ERASE_FOR_GOOD, 422, address="bruno.lambert@croisee.example", sure="y")
    page = client.submit(ERASE_FOR_GOOD, address=INES.upper(), ground="depart", sure="y")
    assert page.h1 == "Personnes"
    assert ERASED_PERSON not in page.text
    for rest in ("", "/effacement", "/donnees", "/roles", "/informations", "/lien", "/fusion"):
        client.see(f"/administration/personnes/{ines}{rest}", 404)
    token = page.form(SIGN_OUT)["fields"]["csrf_token"]
    for act in ("reouverture", "invitation", "lien", "voir-comme", "sessions"):
        assert client.post(f"/administration/personnes/{ines}/{act}", data={"csrf_token": token}).status_code == 404
    visitor = app.test_client()
    visitor.see("/connexion")
    visitor.submit(SIGN_IN, 422, email=INES, password=PASSWORD)
    page = client.see("/administration/actes?acte=person_erased")
    assert "motif : La personne a quitté le réseau" in page.text
    assert f"/administration/personnes/{ines}" not in page.html, "nobody has a page any more"


def test_the_last_administrator_stays(app: Flask) -> None:
    stored_person(app, roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client)
    page = client.see("/compte/effacement")
    assert "Vous êtes la seule personne qui administre" in page.text
    client.see("/compte/effacement/confirmation")
    client.submit(ERASE_FOR_GOOD, 422, current=PASSWORD, sure="y")
    assert "seule qui administre" in client.page.text
