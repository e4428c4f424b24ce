"""A person's page, decisions and requests: who may look, what scores are for, what the learner reads."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.assessment.models import AttemptRequest, ExtraAttempt
from app.identity.models import Person
from app.identity.rules import TRAINERS
from app.platform.db import db
from app.platform.web.endpoints import Endpoint, gathered
from app.record.progress.models import Attestation, ElementState, LearningEvent
from app.reporting.week.views import GRANTED
from tests.reporting.conftest import SignIn
from tests.words import GIVE_REASON, SAVE_DECISION, SIGN_OUT

REASON = "Vu ensemble en réunion le 3 novembre."


def number(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Person.id).where(Person.name == name)).one()


def test_the_page_says_what_the_learner_reads(as_: SignIn, app: Flask) -> None:
    name = "Damien Platteau"
    theirs = as_("damien.platteau").see("/progression")
    page = as_("solene.wattiez").see(f"/pilotage/personnes/{number(app, name)}")
    lead = next(theirs.text_of(each) for each in theirs.all("p") if each.get("class") == "lead")
    assert page.h1 == name
    assert lead.rstrip(".").rpartition(" : ")[2] in page.text.replace("\u202f:", " :")
    begun = next(theirs.text_of(each) for each in theirs.all("span") if theirs.text_of(each).startswith("Parcours commencé"))
    assert begun.removeprefix("Parcours c") in page.text


def test_one_person_is_one_screen_of_answers_then_their_modules_folded(as_: SignIn, app: Flask) -> None:
    page = as_("solene.wattiez").see(f"/pilotage/personnes/{number(app, 'Damien Platteau')}")
    (facts,) = (each for each in page.all("dl") if each.get("class") == "person-facts")
    told = {page.text_of(row.find("dt")): page.text_of(row.find("dd")) for row in facts.iter("div")}
    assert {"Où", "Depuis quand", "Ensuite", "Échéance", "Appels"} <= told.keys()
    assert all(told.values())
    assert "Lille Sud" in told["Où"]
    assert told["Ensuite"] in page.text_of(page.all("main")[0]).split("Étapes du module", 1)[1], "a step of a module below"
    folds = [each for each in page.all("details") if "states" in str(each.get("class"))]
    assert len(folds) >= 6
    assert not [each for each in page.all("details") if each.get("open") is not None]
    assert len(page.all("table")) == sum(len(list(fold.iter("table"))) for fold in folds), "no row stands unfolded"


def test_the_state_in_words_is_that_of_the_list(as_: SignIn, app: Flask) -> None:
    client = as_("aurelie.dussart")
    head, *rows = csv.reader(io.StringIO(client.get("/pilotage/personnes.csv").get_data().decode("utf-8-sig")), delimiter=";")
    assert len({row[head.index("Situation")] for row in rows}) == 4
    for row in rows:
        lead = next(each for each in client.see(f"/pilotage/personnes/{row[0]}").all("p") if each.get("class") == "lead")
        assert client.page.text_of(lead).lower().startswith(row[head.index("Situation")]), row[1]


def test_scores_are_for_the_formateurs_of_the_cohort(as_: SignIn, app: Flask) -> None:
    path = f"/pilotage/personnes/{number(app, 'Youssef Benkaddour')}"
    assert "Meilleure note" in as_("thomas.delvigne").see(path).text
    for name in ("karim.haddouche", "marguerite.fauquembergue", "aurelie.dussart"):
        page = as_(name).see(path)
        assert "Meilleure note" not in page.text
        assert not re.search(r"\bnotes?\b", page.text_of(page.all("main")[0]).lower())  # the title of a lesson may say « noter »


@pytest.mark.parametrize("name", ["solene.wattiez", "ines.carpentier", "bastien.lorthiois"])
def test_beyond_reach_no_page_and_no_decision(as_: SignIn, app: Flask, name: str) -> None:
    path = f"/pilotage/personnes/{number(app, 'Youssef Benkaddour')}"
    client = as_(name)
    client.see(path, 404)
    client.see("/pilotage/personnes/999999", 404)
    client.see("/aide")
    token = client.see("/compte").form(SIGN_OUT)["fields"]["csrf_token"]
    element = _left_to_do(app, "Youssef Benkaddour", any_state=True)
    sent = client.post(f"{path}/decisions", data={"csrf_token": token, "element": element, "act": "dispense", "reason": REASON})
    assert sent.status_code == 404
    with app.app_context():
        assert db.session.scalar(select(LearningEvent.id).where(LearningEvent.reason == REASON)) is None


def _left_to_do(app: Flask, name: str, any_state: bool = False) -> str:
    with app.app_context():
        from app.content.store.queries import course
        from app.record.progress.queries import path_progress_of

        person = db.session.scalars(select(Person.id).where(Person.name == name)).one()
        mine = path_progress_of(db.session, course(db.session), person)
        return mine.path_elements()[0] if any_state else str(mine.next_id)


def test_a_waiver_is_in_the_ledger_seen_by_the_learner_and_revocable(as_: SignIn, app: Flask) -> None:
    element, client = _left_to_do(app, "Damien Platteau"), as_("solene.wattiez")
    path = f"/pilotage/personnes/{number(app, 'Damien Platteau')}"
    client.see(path)
    client.submit(SAVE_DECISION, status=422, element=element, act="dispense", reason="  ")
    assert GIVE_REASON in client.page.text
    page = client.submit(SAVE_DECISION, element=element, act="dispense", reason=REASON)
    assert REASON in page.text
    assert REASON in as_("damien.platteau").see("/progression").text
    client.see(path)
    client.submit(SAVE_DECISION, status=422, element=element, act="validation", reason=REASON)
    assert "déjà" in client.page.text
    client.see(path)
    client.submit(SAVE_DECISION, element=element, act="retrait", reason="Erreur de ma part.")
    assert "Erreur de ma part." in as_("damien.platteau").see("/progression").text
    client.submit(SAVE_DECISION, status=422, element=element, act="retrait", reason="Encore.")
    with app.app_context():
        rows = db.session.scalars(select(LearningEvent).where(LearningEvent.element_id == element, LearningEvent.source == "decision"))
        mine = [(row.event, row.reason) for row in rows if row.person_id == int(path.rsplit("/", 1)[1])]
        assert mine == [("waived", REASON), ("override_revoked", "Erreur de ma part.")]
        state = db.session.get(ElementState, (int(path.rsplit("/", 1)[1]), element))
        assert state is not None
        assert not state.manual


def test_nobody_decides_for_themselves(as_: SignIn, app: Flask) -> None:
    me = number(app, "Aurélie Dussart")
    client = as_("aurelie.dussart")
    assert SAVE_DECISION not in client.see(f"/pilotage/personnes/{me}").text
    token = client.page.form(SIGN_OUT)["fields"]["csrf_token"]
    element = _left_to_do(app, "Damien Platteau")
    sent = client.post(f"/pilotage/personnes/{me}/decisions", data={"csrf_token": token, "element": element, "act": "dispense", "reason": REASON})
    assert sent.status_code == 404


def test_who_only_reads_is_shown_no_decision(as_: SignIn, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, path = as_("solene.wattiez"), f"/pilotage/personnes/{number(app, 'Damien Platteau')}"
    assert SAVE_DECISION in client.see(path).text
    monkeypatch.setitem(gathered.of(app), "reporting.decide", Endpoint(TRAINERS))
    assert SAVE_DECISION not in client.see(path).text


@pytest.fixture
def asked(app: Flask) -> int:
    """A request of somebody who learns in Thomas's cohort and lives in the Nord."""
    with app.app_context():
        from app.content.store.queries import course

        person = db.session.scalars(select(Person.id).where(Person.name == "Youssef Benkaddour")).one()
        quiz = next(iter(course(db.session).quizzes))
        from datetime import UTC, datetime

        request = AttemptRequest(person_id=person, quiz_id=quiz, message="Puis-je réessayer ?", asked_at=datetime(2026, 11, 1, tzinfo=UTC))
        db.session.add(request)
        db.session.commit()
        return request.id


def test_a_request_is_answered_once_with_a_reason(as_: SignIn, app: Flask, asked: int) -> None:
    thomas = as_("thomas.delvigne")
    page = thomas.see(f"/pilotage/personnes/{number(app, 'Youssef Benkaddour')}")
    assert page.text.index("Puis-je réessayer ?") < page.text.index("Étapes du module")
    page = thomas.see(page.link("Répondre à cette demande").partition("#")[0])
    form = page.form(f"/pilotage/demandes/{asked}")
    send = {**form["fields"], "answer": "oui"}
    assert thomas.post(form["action"], data={**send, "answer": "non", "reason": " "}).status_code == 422
    assert GIVE_REASON in thomas.page.text
    assert thomas.post(form["action"], data=send).status_code == 303, "one button gives it"
    assert f"/pilotage/demandes/{asked}" not in thomas.see("/pilotage").html
    assert thomas.post(form["action"], data={**send, "reason": "Encore."}).status_code == 303
    with app.app_context():
        given = db.session.scalars(select(ExtraAttempt).where(ExtraAttempt.reason.in_([GRANTED, "Encore."]))).all()
        assert [row.reason for row in given] == [GRANTED]


def test_ones_own_request_is_left_to_somebody_else(as_: SignIn, app: Flask, asked: int) -> None:
    reader = as_("aurelie.dussart")
    mine = number(app, "Aurélie Dussart")
    with app.app_context():
        db.session.get_one(AttemptRequest, asked).person_id = mine
        db.session.commit()
    page = reader.see("/pilotage")
    assert f"/pilotage/demandes/{asked}" not in page.html


def test_a_request_beyond_reach_is_neither_seen_nor_answered(as_: SignIn, app: Flask, asked: int) -> None:
    solene = as_("solene.wattiez")
    page = solene.see("/pilotage")
    assert "Youssef" not in page.text
    token = page.form(SIGN_OUT)["fields"]["csrf_token"]
    assert solene.post(f"/pilotage/demandes/{asked}", data={"csrf_token": token, "reason": REASON, "answer": "oui"}).status_code == 404


# --- Attestations ----------------------------------------------------------------------------------------------------


def _attestation(app: Flask, name: str) -> str:
    with app.app_context():
        held = select(Attestation.id).join(Person, Person.id == Attestation.person_id).where(Person.name == name, Attestation.subject_id == "cites-educatives")
        return db.session.scalars(held).one()


def test_an_attestation_is_revoked_with_a_reason_and_held_again(as_: SignIn, app: Flask) -> None:
    client, path = as_("thomas.delvigne"), f"/pilotage/personnes/{number(app, 'Youssef Benkaddour')}"
    act = f"{path}/attestations/{_attestation(app, 'Youssef Benkaddour')}"
    token = client.see(path).form(SAVE_DECISION)["fields"]["csrf_token"]
    for reason, sentence in (("  ", "Donnez la raison de la révocation"), ("x" * 3000, "C’est trop long")):
        assert client.post(act, data={"csrf_token": token, "reason": reason}).status_code == 422
        assert sentence in client.page.text
        assert reason.strip() in client.page.text
    assert client.post(act, data={"csrf_token": token, "reason": REASON}).status_code == 303
    assert f"{REASON}" in client.see(path).text
    assert "Attestation révoquée" in app.test_client().see(f"/attestations/{act.rpartition('/')[2]}").text  # type: ignore[attr-defined]
    assert REASON in as_("youssef.benkaddour").see("/progression").text
    assert client.post(act, data={"csrf_token": token, "act": "retablir"}).status_code == 303
    assert "révoquée" not in client.see(path).text


def test_beyond_reach_and_for_oneself_no_attestation_is_revoked(as_: SignIn, app: Flask) -> None:
    held, youssef, damien = (_attestation(app, "Youssef Benkaddour"), number(app, "Youssef Benkaddour"), number(app, "Damien Platteau"))
    for who, person in (("solene.wattiez", youssef), ("ines.carpentier", youssef), ("youssef.benkaddour", youssef), ("solene.wattiez", damien)):
        client = as_(who)
        token = client.see("/compte").form(SIGN_OUT)["fields"]["csrf_token"]
        sent = client.post(f"/pilotage/personnes/{person}/attestations/{held}", data={"csrf_token": token, "reason": REASON})
        assert sent.status_code == 404, (who, person)
    with app.app_context():
        assert db.session.get_one(Attestation, held).revoked_at is None
