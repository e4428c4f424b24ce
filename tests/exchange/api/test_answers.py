"""What every answer of the API has: pieces that hold when people come, marks, languages, limits, and a trace for whoever is read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.exchange.api.queries import ApiToken
from app.exchange.api.rules import COARSE
from app.identity import tries
from app.identity.audit import SEEN
from app.identity.models import Membership
from app.identity.tries import BASE
from app.platform.db import db
from app.platform.french import day_of
from app.record.progress.models import Attestation
from tests.exchange.api.programs import LISTS, Region
from tests.identity.builders import both_sent, create_person, statements


def journal(region: Region) -> list[tuple[int, int, str]]:
    """(reader, person, what)."""
    query = select(SEEN.c.reader_id, SEEN.c.person_id, SEEN.c.what).order_by(SEEN.c.id, SEEN.c.person_id)
    return region.world.read(lambda session: [tuple(row) for row in session.execute(query)])


def newcomer(region: Region, name: str) -> None:
    def work(session: Session) -> None:
        person = create_person(session, name, password=None)
        session.add(Membership(person_id=person.id, territory_id="cite-lens", started_on=day_of(region.world.clock.now())))

    region.world.write(work)


def test_who_comes_or_goes_meanwhile_moves_nobody(both: Region) -> None:
    token = both.token()
    before = [item["id"] for item in both.walk("people", token, limit=500)]
    told, address = [], "/people?limit=2"
    for number in range(20):
        piece = both.read(address, token)
        told += [item["id"] for item in piece["items"]]
        if piece["next"] is None:
            break
        newcomer(both, f"Zoé {number}" if number else "Aaron Premier")
        if number > 2:
            break
        address = piece["next"].removeprefix("/api/v1")
    assert told[: len(before)] == before[: len(told)]
    assert len(told) == len(set(told)) > 2


def test_the_next_piece_is_told_twice(small: Region) -> None:
    answer = small.ask("/people?limit=2", small.token())
    assert answer.headers["Link"] == f'<{json.loads(answer.get_data())["next"]}>; rel="next"'
    assert "Link" not in small.ask("/people", small.token()).headers


def test_each_reading_is_in_the_journal_in_the_name_of_who_made_the_token(both: Region) -> None:
    token, ana = both.token("cite-lille-sud"), both.people["Ana Sud"]
    pair = {ana, both.people["Boris Sud"]}
    for name in ("people", "progress", "enrolments", "attestations"):
        before = len(journal(both))
        both.read(f"/{name}", token)
        assert journal(both)[before:] == [(both.admin, number, f"api.{name}") for number in sorted(pair)], "a row a person, as files have"
    before = len(journal(both))
    both.read(f"/people/{ana}", token)
    both.read(f"/meetings/{both.meetings['tous']}", token)
    assert journal(both)[before:] == [(both.admin, ana, "api.people"), (both.admin, ana, "api.meetings")]
    for path, method in (("/people", "HEAD"), ("/meetings", "GET"), ("/catalogue", "GET"), ("/people?x=1", "GET"), ("/people/999999", "GET")):
        both.ask(path, token, method)
    mark = both.ask("/people", token).headers["ETag"]
    after = len(journal(both))
    assert both.ask("/people", token, If_None_Match=mark).status_code == 304
    assert len(journal(both)) == after == before + 4, "what was shown, and nothing else"


def test_what_a_client_has_already_is_not_sent_again(small: Region) -> None:
    token = small.token()
    for path in ("", "/people", "/progress", "/meetings", "/catalogue"):
        first = small.ask(path, token)
        again = small.ask(path, token, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    newcomer(small, "Nora Neuve")
    mark = small.ask("/people", token).headers["ETag"]
    assert small.ask("/people", token, If_None_Match='W/"autre"').headers["ETag"] == mark


def test_headers_methods_and_formats(small: Region) -> None:
    token = small.token()
    for path in ("", *(f"/{name}" for name in LISTS), "/catalogue"):
        answer, head = small.ask(path, token), small.ask(path, token, "HEAD")
        assert (head.status_code, head.get_data(), head.headers["Content-Length"]) == (200, b"", answer.headers["Content-Length"])
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")
        assert not {"Set-Cookie", "Access-Control-Allow-Origin"} & set(answer.headers.keys())
        options = small.ask(path, "", "OPTIONS", Origin="https://ailleurs.example", Access_Control_Request_Method="GET")
        assert (options.status_code, set(options.headers["Allow"].split(", "))) == (200, {"GET", "HEAD", "OPTIONS"})
        assert not any(name.startswith("Access-Control") for name, _value in options.headers)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            refused = small.ask(path, token, method)
            assert (refused.status_code, refused.mimetype) == (405, "application/problem+json")
            assert "GET" in refused.headers["Allow"]
    for accept, status in (("application/json", 200), ("*/*", 200), ("application/*;q=0.5", 200), ("text/html", 406), ("application/json;q=0", 406)):
        assert small.ask("/people", token, Accept=accept).status_code == status, accept


@pytest.mark.parametrize(
    ("asked", "language"), [("", "fr"), ("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB", "en"), ("de, en;q=0.5", "en"), ("de", "fr"), ("*", "fr"), (";;", "fr")]
)
def test_a_problem_is_told_in_the_language_that_was_asked_for(small: Region, asked: str, language: str) -> None:
    for path, status in (("/people", 401), ("/nulle-part", 404)):
        answer = small.ask(path, **({"Accept_Language": asked} if asked else {}))
        told = json.loads(answer.get_data())
        assert (answer.status_code, told["status"], answer.headers["Content-Language"]) == (status, status, language)
        assert ("oken" in told["title"] or "found" in told["title"]) is (language == "en")
        assert "Accept-Language" in answer.headers["Vary"]


def test_a_failure_of_ours_is_a_problem_too(small: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(small.world.app.view_functions, "api.catalogue", lambda: 1 / 0)
    small.world.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = small.ask("/catalogue", small.token())
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "reference" in json.loads(answer.get_data())


def test_a_token_has_its_own_limit_in_the_database(both: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    config = both.world.app.config
    monkeypatch.setattr(tries, "PROGRAM", 3)
    monkeypatch.setitem(config, "CROISEE", replace(config["CROISEE"], limits_storage=BASE))
    tries.init_app(both.world.app)
    one, other = both.token(), both.token()
    assert [both.ask("", one).status_code for _ in range(4)] == [200, 200, 200, 429]
    both.world.clock.moment += timedelta(seconds=20)
    refused = both.ask("", one)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert "40 s" in refused.get_data(as_text=True)
    assert both.ask("", other).status_code == 200
    both.world.clock.moment += timedelta(seconds=41)
    assert sorted(answer.status_code for answer in both_sent([lambda: both.ask("", one)] * 5)) == [200, 200, 200, 429, 429], "at once, no more than three"


def test_its_last_use_is_known_to_some_minutes(small: Region) -> None:
    token = small.token()

    def used() -> object:
        return small.world.read(lambda session: session.scalar(select(ApiToken.used_at)))

    assert used() is None
    small.ask("/catalogue", token)
    first = used()
    assert first == small.world.clock.now()
    small.world.clock.moment += COARSE - timedelta(seconds=1)
    small.ask("/catalogue", token)
    assert used() == first
    small.world.clock.moment += timedelta(seconds=1)
    small.ask("/catalogue", token)
    assert used() == small.world.clock.now()


def test_what_changed_since(both: Region) -> None:
    token, clock = both.token(), both.world.clock
    clock.pass_by(days=2)
    since = clock.now().isoformat().replace("+", "%2B")
    assert [both.walk(f"{name}", token, 500) != [] for name in ("progress", "enrolments", "attestations")] == [True] * 3
    assert [both.read(f"/{name}?updated_since={since}", token)["items"] for name in ("progress", "enrolments", "attestations")] == [[], [], []]
    both.world.finish(both.people["Boris Sud"], "un-a")
    revoked = both.people["Chloé Lens"]
    both.world.write(lambda session: _revoke(session, f"a-{revoked}", both))
    told = both.read(f"/progress?updated_since={since}", token)["items"]
    assert [item["person_id"] for item in told] == [both.people["Boris Sud"]]
    assert [item["id"] for item in both.read(f"/attestations?updated_since={since}", token)["items"]] == [f"a-{revoked}"]


def _revoke(session: Session, number: str, region: Region) -> None:
    session.get_one(Attestation, number).revoked_at = region.world.clock.now()


def _count_statements(both: Region, path: str, token: str) -> int:
    with statements(both.world.app) as sent:
        assert both.ask(path, token).status_code == 200
    return len(sent)


def test_as_many_statements_for_a_hundred_people_as_for_ten(both: Region) -> None:
    token, counts = both.token(), []
    for rows in (10, 100):
        for number in range(rows):
            newcomer(both, f"Personne {rows} {number}")
        found = []
        for path in (*(f"/{name}?limit=500" for name in LISTS), f"/meetings/{both.meetings['tous']}", f"/progress/{both.people['Ana Sud']}"):
            both.ask(path, token)
            found.append(min(_count_statements(both, path, token) for _ in range(2)))  # one of the two may read again what the clock ages
        counts.append(found)
    assert counts[0] == counts[1]
    with both.world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SEEN)) > 200
