"""The demonstration: invented people, loaded once, their passwords kept for their owner alone, never in production."""

from __future__ import annotations

import json
import stat
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.administration.privacy.erasure import erase
from app.content.values.library import Network
from app.identity import services
from app.identity.models import Membership, Person
from app.identity.passwords import password_faults
from app.identity.rules import ROLE_WORDS, Level, Role, territory_id
from app.operations.demonstration import load as demo
from app.operations.demonstration.accounts import FILE, PEOPLE, PLANS, LoadedPerson, Stage, stored_accounts
from app.platform.db import db
from tests.identity.builders import NOW, TODAY, cite, network, sign_in
from tests.making import make_app, make_settings

CITES = {
    "Nord": "Denain|Lille Sud|Maubeuge|Roubaix|Tourcoing Nord Est|Valenciennes / Anzin|Douai / Waziers|Dunkerque / Grande-Synthe|Fourmies|Loos|Lille Nord Est"
    "|Hautmont / Louvroil / Neuf-Mesnil|Tourcoing Sud",
    "Pas-de-Calais": "Arras|Boulogne-sur-Mer|Avion|Béthune|Calais|Lens|Liévin",
    "Oise": "Creil|Beauvais|Montataire|Compiègne",
    "Aisne": "Saint-Quentin|Soissons|Laon",
    "Somme": "Amiens Nord|Amiens Étouvie",
}


def whole() -> Network:
    return network(*(cite(name, departement) for departement, names in CITES.items() for name in names.split("|")))


@pytest.fixture
def ready(app: Flask) -> Flask:
    with app.app_context():
        services.sync_territories(db.session, whole())
        db.session.commit()
    return app


def load(app: Flask, now: datetime = NOW) -> demo.Loading:
    with app.app_context():
        done = demo.load(db.session, app.config["CROISEE"], now)
        db.session.commit()
        return done


def file_of(app: Flask) -> Path:
    return Path(app.config["CROISEE"].instance_path) / FILE


def rows(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        people = db.session.execute(select(Person.id, Person.email, Person.password, Person.fs_uniquifier, Person.created_at).order_by(Person.id))
        places = db.session.execute(select(Membership.person_id, Membership.territory_id, Membership.started_on, Membership.ended_on).order_by(Membership.id))
        return [tuple(row) for row in [*people, *places]]


def test_the_people_are_as_asked() -> None:
    assert len(PEOPLE) >= 46
    assert len({person.email for person in PEOPLE}) == len(PEOPLE)
    assert all(person.email.endswith("@croisee.example") and person.email.isascii() for person in PEOPLE)
    assert {role for person in PEOPLE for role in person.roles} == set(Role)
    assert {person.stage for person in PEOPLE} == set(Stage) == PLANS.keys()
    assert max(person.days for person in PEOPLE) > 180
    first = PEOPLE[0]
    assert (first.main_role, first.stage) == (Role.LEARNER, Stage.NOTHING)
    assert [person.scope.split("-")[0] for person in PEOPLE if person.scope] == ["cite", "departement", "region"]
    learners = [person for person in PEOPLE if person.stage is not Stage.STAFF]
    assert len({person.territory for person in learners}) >= 20


def test_a_load_opens_everything(ready: Flask) -> None:
    done = load(ready)
    assert (done.opened, done.missing) == (len(PEOPLE), ())
    with ready.app_context():
        tree = services.territory_tree(db.session)
        departements = Counter(tree.ancestors(number)[1].name for number in db.session.scalars(select(Membership.territory_id)))
        manager = services.person_by_address(db.session, "karim.haddouche@croisee.example")
        assert manager is not None
        assert services.scope_of(db.session, manager.id) == {territory_id(Level.DEPARTEMENT, "Nord")}
        moved = services.person_by_address(db.session, "ludovic.pamart@croisee.example")
        assert moved is not None
        assert [(place.name, place.ended_on is None) for place in services.belongings(db.session, moved.id)] == [
            ("Valenciennes / Anzin", True),
            ("Maubeuge", False),
        ]
        assert moved.created_at == NOW - timedelta(days=90)
        first = services.person_by_address(db.session, PEOPLE[0].email)
        assert first is not None
        assert "cite-lille-sud" in services.territories_of(db.session, first.id, TODAY)
    assert departements.keys() == CITES.keys()


def test_a_second_load_changes_nothing_and_is_fast(ready: Flask) -> None:
    load(ready)
    before, text = rows(ready), file_of(ready).read_bytes()
    stamp = file_of(ready).stat().st_mtime_ns
    start = time.perf_counter()
    done = load(ready, NOW + timedelta(days=30))
    assert time.perf_counter() - start < 0.5
    assert done.opened == 0
    assert rows(ready) == before
    assert (file_of(ready).read_bytes(), file_of(ready).stat().st_mtime_ns) == (text, stamp)


def test_passwords_are_drawn_good_and_for_their_owner_alone(ready: Flask, tmp_path: Path) -> None:
    done = load(ready)
    assert stat.S_IMODE(file_of(ready).stat().st_mode) == 0o600
    assert len({account.password for account in done.accounts}) == len(PEOPLE)
    for account, person in zip(done.accounts, PEOPLE, strict=True):
        assert password_faults(account.password, person.name, person.email) == ()
    other = make_app(make_settings(tmp_path / "other"))
    assert {account.password for account in load(other).accounts}.isdisjoint(account.password for account in done.accounts)


def test_each_account_signs_in(ready: Flask) -> None:
    for account in load(ready).accounts[:6]:
        client = ready.test_client()
        sign_in(client, account.email, account.password)
        assert ROLE_WORDS[Role(account.role)] in client.see("/compte").text


def test_a_lost_database_keeps_the_passwords_of_the_file(ready: Flask, tmp_path: Path) -> None:
    kept = load(ready).accounts
    again = make_app(make_settings(Path(ready.config["CROISEE"].instance_path), database_url=f"sqlite:///{tmp_path / 'again.sqlite'}"))
    assert [account.password for account in load(again).accounts] == [account.password for account in kept]


def test_a_lost_or_broken_file_gives_new_passwords_that_work(ready: Flask) -> None:
    old = load(ready).accounts[0]
    file_of(ready).write_text("{", encoding="utf-8")
    done = load(ready)
    assert done.opened == 0
    assert done.accounts[0].password != old.password
    client = ready.test_client()
    sign_in(client, old.email, done.accounts[0].password)
    assert client.get("/compte").status_code == 200


def test_whoever_is_erased_leaves_the_file(ready: Flask) -> None:
    load(ready)
    with ready.app_context():
        person = services.person_by_address(db.session, PEOPLE[0].email)
        assert person is not None
        erase(db.session, ready.config["CROISEE"], person, actor_id=None, ground="sur demande", now=NOW)
        db.session.commit()
    assert [account.email for account in stored_accounts(ready.config["CROISEE"])] == [person.email for person in PEOPLE[1:]]


def test_without_a_network_the_people_come_and_the_places_are_named(app: Flask) -> None:
    done = load(app)
    assert done.opened == len(PEOPLE)
    assert "cite-lille-sud" in done.missing


def test_each_part_is_added_each_time(ready: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, datetime]] = []

    def part(session: Session, people: Sequence[LoadedPerson], now: datetime) -> None:
        assert session.scalar(select(func.count()).select_from(Person)) == len(people)
        seen.append((len({person.stage for person in people}), now))

    monkeypatch.setattr(demo, "PARTS", (part,))
    load(ready)
    load(ready)
    assert seen == [(len(Stage), NOW)] * 2


def test_production_refuses_it(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path / "production", environment="production"))
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "La démonstration est refusée en production" in result.output
    assert rows(app) == []
    assert not file_of(app).exists()


def test_the_commands(ready: Flask) -> None:
    run = ready.test_cli_runner()
    result = run.invoke(args=["demo", "accounts", "--json"])
    assert result.exit_code == 1
    assert "flask demo load" in result.output
    first = run.invoke(args=["demo", "load"])
    accounts = json.loads(run.invoke(args=["demo", "accounts", "--json"]).stdout)
    assert len(accounts) == len(PEOPLE)
    assert list(accounts[0]) == ["role", "email", "password", "territory"]
    assert [account["role"] for account in accounts[:6]] == ["apprenant", "formateur", "responsable", "responsable", "responsable", "administrateur"]
    assert [account["territory"] for account in accounts[:6]] == ["Lille Sud", None, "Lille Sud", "Nord", "Hauts-de-France", None]
    assert all(account["password"] in first.output for account in accounts)
    assert "déjà chargée" in run.invoke(args=["demo", "load"]).output
