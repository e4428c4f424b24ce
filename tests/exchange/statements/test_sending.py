"""The ledger told to a store that answers well, badly, late or not at all: nothing is lost, nothing is told twice, the order is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.administration.privacy.erasure import erase
from app.exchange.statements import queries, services
from app.exchange.statements.queries import LrsAccount, LrsParked, statements_due
from app.exchange.statements.rules import BATCH, TRIES
from app.identity.models import Person
from app.identity.services import lock_person
from app.operations import doctor
from app.platform.db import db, writing
from app.platform.settings.tables import Lrs
from app.record.ledger import append
from app.record.progress.rules import EventType
from tests.exchange.statements.ledger import SITE, Site, a_site
from tests.identity.builders import stored_person

MANY = [f"lecon-{number:03}" for number in range(BATCH + 30)]


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    with a_site(app) as made:
        yield made


def test_the_ledger_leaves_once_by_hundreds_and_in_order(any_app: Flask) -> None:
    with a_site(any_app) as site:
        site.write(*MANY)
        assert (site.send().sent, site.there(), site.store.posts) == (len(MANY), MANY, [100, 30])
        assert site.send().sent == 0
        assert site.store.posts == [100, 30], "nothing waits, nothing is asked"
        site.write("encore")
        site.send(minutes=1)
        assert site.there() == [*MANY, "encore"]
        with any_app.app_context(), writing() as session:
            session.execute(text("UPDATE lrs_queue SET cursor = 0"))
        site.send(minutes=1)
        assert len(site.store.kept) == len(MANY) + 1, "a replay doubles nothing"


def test_what_leaves_names_nobody(site: Site) -> None:
    site.write("lecon", event="waived", reason="Inès a déjà suivi cela", actor_id=site.person)
    site.send()
    told = json.dumps(list(site.store.kept.values()), ensure_ascii=False)
    assert not [word for word in ("Inès", "Carpentier", "@", "déjà suivi") if word in told]
    (one,) = site.store.kept.values()
    assert one["actor"]["account"]["homePage"] == SITE
    assert site.store.headers["X-Experience-Api-Version"] == "1.0.3"


@pytest.mark.parametrize(("behaviour", "told"), [
    ({"answer": 500}, "Réponse 500. Le serveur se repose."),
    ({"answer": 503}, "Réponse 503. Le serveur se repose."),
    ({"answer": 429}, "Réponse 429. Le serveur se repose."),
    ({"answer": 302}, "Réponse 302 : l’adresse n’est pas celle d’un entrepôt. Le serveur se repose."),
    ({"answer": 0}, "Pas de réponse. La connexion a été coupée."),
    ({"hang": threading.Event()}, "Pas de réponse. Elle n’est pas venue en quelques secondes."),
])  # fmt: skip
def test_a_store_that_fails_is_waited_for(site: Site, behaviour: dict[str, object], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PATIENCE", 0.2)
    site.write("une", "deux", "trois")
    for name, value in behaviour.items():
        setattr(site.store, name, value)
    assert site.send().said == told
    assert len(site.store.posts) == 1
    site.send(seconds=30)
    assert len(site.store.posts) == 1, "a minute is waited"
    if site.store.hang:
        site.store.hang.set()
    site.store.answer = 200
    assert site.send(seconds=31).sent == 3
    assert (site.there(), site.parked(), site.queue().tries) == (["une", "deux", "trois"], [], 0)


def test_a_wrong_key_an_address_without_a_store_and_a_closed_port(site: Site) -> None:
    site.write("une")
    for number, (changes, told) in enumerate([
        ({"secret": "un autre"}, 'Réponse 401 : la clé ou le secret n’est pas le bon. {"detail": "Invalid authentication credentials"}'),
        ({"address": f"http://127.0.0.1:{site.store.port}/ailleurs"}, "Réponse 404 : l’adresse n’est pas celle d’un entrepôt. Not Found"),
        ({"address": "http://127.0.0.1:9"}, "Pas de réponse. Rien n’écoute à cette adresse."),
        ({"secret": "", "secret_file": "/nulle/part"}, "Pas de réponse. Le fichier du secret n’est pas lisible."),
    ], 1):  # fmt: skip
        site.declare(site.store.lrs(**changes))
        report = site.send(hours=7)
        assert (report.said, report.sent, site.queue().tries) == (told, 0, number)
    site.declare(site.store.lrs())
    assert site.send(hours=7).sent == 1


def test_a_day_without_its_store_loses_nothing(site: Site) -> None:
    site.store.answer = 0
    for minute in range(0, 24 * 60, 10):
        site.write(f"lecon-{minute}")
        site.send(minutes=10)
    assert 8 < len(site.store.posts) < 16, "later and later, six hours apart at most"
    site.store.answer = 200
    site.send(hours=6)
    assert site.there() == [f"lecon-{minute}" for minute in range(0, 24 * 60, 10)]


@pytest.mark.parametrize("status", [400, 413])
def test_the_culprit_alone_is_parked_with_the_words_of_the_store(site: Site, status: int) -> None:
    site.write(*MANY[:100])
    site.store.refused, site.store.refuses_with = {"lecon-037", "lecon-099"}, status
    report = site.send()
    assert (report.sent, report.parked) == (98, 2)
    assert site.there() == [one for one in MANY[:100] if one not in site.store.refused]
    assert site.parked() == ["lecon-037", "lecon-099"]
    assert len(site.store.posts) < 30
    with site.app.app_context():
        assert db.session.scalars(select(LrsParked.said).limit(1)).one() == f'Réponse {status}. {{"detail": "Statement invalid"}}'
    site.store.refused = {"lecon-099"}
    site.decide(services.again)
    assert (site.send(minutes=1).sent, site.parked()) == (1, ["lecon-099"])
    with site.app.app_context():
        assert not statements_due(db.session, site.now), "what is refused again waits for somebody"


def test_a_store_that_refuses_everything_is_waited_for(site: Site) -> None:
    site.write(*MANY[:40])
    site.store.refused = set(MANY)
    report = site.send()
    assert (report.parked, report.said) == (10, 'Réponse 400. {"detail": "Statement invalid"}')
    assert site.parked() == MANY[:10]
    site.store.refused = set()
    site.send(minutes=1)
    assert site.there() == MANY[10:40]
    site.decide(services.again)
    site.send(minutes=1)
    assert (len(site.store.kept), site.parked()) == (40, [])


@pytest.mark.parametrize("verb", [services.again, services.pause])
def test_after_twenty_tries_it_stops_until_somebody_asks(site: Site, verb: Callable[..., None]) -> None:
    site.write("une")
    site.store.answer = 401
    reports = [site.send(hours=6) for _ in range(TRIES)]
    assert [report.stopped for report in reports] == [*[False] * (TRIES - 1), True]
    site.send(days=30)
    assert len(site.store.posts) == TRIES
    assert doctors(site) == [(False, "Entrepôt de traces region : arrêté (Réponse 401 : la clé ou le secret n’est pas le bon. Le serveur se repose) ; corrigez, puis « Réessayer maintenant » dans « Traces d’apprentissage ».")]  # fmt: skip
    site.store.answer = 200
    if verb is services.pause:
        site.decide(verb, paused=True)
        assert not site.send(minutes=1).stopped, "what somebody holds back has not failed"
        site.decide(verb, paused=False)
    else:
        site.decide(verb)
    assert site.send(minutes=1).sent == 1
    assert doctors(site) == [(True, "Entrepôt de traces region : à jour.")]


def doctors(site: Site) -> list[tuple[bool, str]]:
    with site.app.app_context():
        return list(doctor._stores(site.app.config["CROISEE"]))


def test_what_is_refused_once_more_holds_nothing_back(site: Site) -> None:
    site.write(*MANY[:40])
    site.store.refused = set(MANY[:40:2])
    assert site.send().parked == 20
    site.write("ensuite")
    site.decide(services.again)
    report = site.send(minutes=1)
    assert (report.sent, report.said, len(site.parked())) == (1, "", 20)
    with site.app.app_context():
        assert not statements_due(db.session, site.now)


def test_at_the_last_try_one_statement_that_breaks_the_store_is_looked_for(site: Site) -> None:
    site.write(*MANY[:8])
    site.store.refused, site.store.refuses_with = {"lecon-005"}, 500
    for _ in range(TRIES):
        assert site.there() == []
        site.send(hours=6)
    assert (site.parked(), len(site.store.kept)) == (["lecon-005"], 7)


def test_a_statement_that_is_there_otherwise_is_there(site: Site) -> None:
    site.write("une", "deux", "trois")
    site.send()
    for each in site.store.kept.values():
        each["verb"]["display"]["fr"] = "autrement"
    with site.app.app_context(), writing() as session:
        session.execute(text("UPDATE lrs_queue SET cursor = 0"))
    assert (site.send(minutes=1).sent, len(site.store.kept), site.parked()) == (3, 3, [])


def test_a_store_may_begin_on_a_day_and_another_be_told_all(site: Site) -> None:
    site.write("avant")
    begins = (site.now + timedelta(days=1)).date().isoformat()
    site.declare(site.store.lrs(since=begins), site.store.lrs(name="autre", address="http://127.0.0.1:9"))
    site.now += timedelta(days=2)
    site.write("apres")
    site.write("avant", event="override_revoked", source="decision")
    with site.app.app_context():
        first, second = services.send(site.app.config["CROISEE"], site.now)
    assert (first.sent, site.there()) == (1, ["apres"]), "what takes back something untold is not told"
    assert second.said.startswith("Pas de réponse")


def test_paused_nothing_leaves_and_nothing_is_lost(site: Site) -> None:
    site.decide(services.pause, paused=True)
    site.write("une")
    site.send(hours=1)
    assert site.store.posts == []
    site.decide(services.pause, paused=False)
    assert site.send().sent == 1


def test_paused_while_it_sends_one_batch_is_the_last(site: Site) -> None:
    site.write(*MANY)

    def post(lrs: Lrs, statements: Sequence[dict[str, Any]]) -> services.LrsAnswer:
        site.decide(services.pause, paused=True)
        return services.post(lrs, statements)

    with site.app.app_context():
        services.send(site.app.config["CROISEE"], site.now, post)
    assert (site.there(), site.queue().sent) == (MANY[:BATCH], BATCH)


def test_two_senders_at_once_tell_everything_once(site: Site) -> None:
    site.write(*MANY)

    def post(lrs: object, statements: object) -> services.LrsAnswer:
        if len(site.store.posts) < 1:
            site.store.posts.append(0)
            site.send()  # another machine, while this one waits for its answer
        return services.post(lrs, statements)  # type: ignore[arg-type]

    with site.app.app_context():
        services.send(site.app.config["CROISEE"], site.now, post)
    assert (site.there(), site.queue().sent) == (MANY, len(MANY))


def test_a_row_that_is_numbered_early_and_committed_late_is_not_passed_over(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the row that waits has the lower number; on SQLite nobody else writes meanwhile."""
    monkeypatch.setattr(queries, "BETWEEN", 0)
    with a_site(any_app) as site:
        if any_app.config["CROISEE"].database_url.startswith("sqlite"):
            site.write("tard", "tot")
            site.send()
        else:
            other = stored_person(any_app, name="Paul Autre")
            with any_app.app_context(), db.sessionmaker() as quick, db.sessionmaker() as slow:
                lock_person(quick, other)  # it begins to write first, and its row comes last
                append(slow, site.person, "tard", EventType.VIEWED, site.now, "tard")
                append(quick, other, "tot", EventType.VIEWED, site.now, "tot")
                quick.commit()
                with any_app.app_context():
                    assert services.send(any_app.config["CROISEE"], site.now) == [services.Report("region", said=services.UNSETTLED)]
                slow.commit()
            site.send(minutes=1)
        assert site.there() == ["tard", "tot"]


def test_of_whoever_is_erased_nothing_leaves_any_more(any_app: Flask) -> None:
    with a_site(any_app) as site:
        site.write("avant", "refusee")
        site.store.refused = {"refusee"}
        site.send()
        site.write("apres")
        with any_app.app_context():
            erase(db.session, any_app.config["CROISEE"], db.session.get_one(Person, site.person), actor_id=None, ground="demande", now=site.now)
            db.session.commit()
            assert db.session.scalars(select(LrsAccount)).all() == []
        site.decide(services.again)
        site.send(minutes=1)
        assert (site.there(), site.parked()) == (["avant"], [])
        with any_app.app_context():
            assert db.session.scalars(select(LrsAccount)).all() == []
            assert not statements_due(db.session, site.now)


def test_from_a_shell(site: Site) -> None:
    site.write("une")
    run = site.app.test_cli_runner().invoke
    assert run(args=["statements", "send"]).output.replace("\xa0", " ") == "region : 1 trace envoyée\n"
    assert json.loads(run(args=["statements", "send", "--json"]).output)[0]["sent"] == 0
    site.declare()
    assert run(args=["statements", "send"]).output == "Rien à envoyer.\n"
