"""`/compte/mes-donnees`: all of it, readable and as a file; nobody else's."""

from __future__ import annotations

import json

from flask import Flask

from app.administration.privacy.journal import Readable
from app.administration.privacy.register import tables
from app.identity.rules import Role
from app.platform.db import db
from app.record.progress.models import NEVER
from tests.administration.filled import ADDRESS, NAME, fill
from tests.identity.builders import carry_session, sign_in, stored_person
from tests.words import ALL_YOUR_DATA, DOWNLOAD_ALL


def test_readable_and_as_a_file(app: Flask) -> None:
    with app.app_context():
        person, _ = fill(db.session)
        db.session.commit()
    client = app.test_client()
    carry_session(client, person.id)
    page = client.see("/compte/mes-donnees")
    for one in tables.treatments():
        assert one.title in page.text
    assert f"Je suis {NAME}" in page.text
    for words in ("TerritoireLens", "dispensé", "Automne", ALL_YOUR_DATA, "Rôles changés"):
        assert words in page.text
    response = client.get(page.link(DOWNLOAD_ALL))
    data = json.loads(response.get_data(as_text=True))
    assert "attachment" in response.headers["Content-Disposition"]
    assert NAME not in response.headers["Content-Disposition"]
    rows = {one["titre"]: one["lignes"] for one in data["traitements"]}
    assert rows["Compte"][0]["adresse de courriel"] == ADDRESS
    assert rows["Territoires"] == [{"territoire": "cite-lens", "depuis le": "2026-11-24", "jusqu’au": None}]
    assert "Bruno" not in str(data)


def test_an_administrator_answers_a_request(app: Flask) -> None:
    ines = stored_person(app)
    stored_person(app, name="Bruno Lambert", roles=[Role.ADMINISTRATOR])
    client = app.test_client()
    sign_in(client, "bruno.lambert@croisee.example")
    page = client.see(f"/administration/personnes/{ines}/donnees")
    assert page.h1 == "Données d’Inès Carpentier"
    assert client.get(page.link(DOWNLOAD_ALL)).get_json()["personne"] == ines


def test_what_is_stored_in_a_shape_is_told_in_words(app: Flask) -> None:
    pins = [["une-lecon", "un-module", "2026-11-24T22:54:26.708476+00:00"], ["un-quiz", "un-module", "2026-11-24T22:54:26.708476+00:00"]]
    with app.app_context():
        said = Readable(db.session)
        assert said("last_at", NEVER) is None
        assert said("modules", '{"un-module":[6,11],"un-autre":[0,13]}') == "un-module : 6 sur 11 ; un-autre : 0 sur 13"
        assert said("pins", pins) == "une-lecon ; un-quiz"
        assert said("changes", pins) == pins
