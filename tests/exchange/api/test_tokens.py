"""The page of tokens: made by who administers, shown once, taken back; and what the grid's file says is what a program reads."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

from sqlalchemy import func, select

from app.administration.privacy import erasure
from app.exchange.api.queries import ApiToken
from app.identity.audit import AdministrativeAct
from app.identity.models import Person, Scope
from app.identity.rules import Role
from app.platform.french import day_of
from app.reporting.grid.columns import COLUMNS
from app.reporting.grid.exports import csv_value
from tests.exchange.api.programs import Region
from tests.identity.builders import with_factor
from tests.strict import Page, StrictClient
from tests.words import CREATE_TOKEN

TOKEN = re.compile(r"croisee_[A-Za-z0-9_-]{43}")
PAGE = "/administration/jetons"


def made(client: StrictClient, **changes: str) -> Page:
    client.see(PAGE)
    return client.submit(CREATE_TOKEN, status=200, name="SIRH de Lens", territory="cite-lens", **changes)


def acts(region: Region) -> list[str]:
    return region.world.read(lambda session: list(session.scalars(select(AdministrativeAct.act).order_by(AdministrativeAct.id))))


def test_made_shown_once_used_taken_back(small: Region) -> None:
    client = small.world.signed_in(small.admin)
    page = made(client)
    (token,) = set(TOKEN.findall(page.html))
    assert "ne le montrera plus" in page.text
    row = small.world.read(lambda session: session.scalars(select(ApiToken)).one())
    assert token not in repr(vars(row)), "what is stored is no token"
    assert row.expires_on == day_of(small.world.clock.now()) + timedelta(days=90)
    again = client.see(PAGE)
    assert not TOKEN.search(again.html)
    assert row.prefix in again.text
    assert "n’a jamais servi" in again.text
    assert small.read("/people", token)["items"]
    assert "a servi le" in client.see(PAGE).text
    page = client.submit("Révoquer le jeton")
    assert "1 ancien jeton" in page.text
    assert small.ask("/people", token).status_code == 401
    assert client.post(f"{PAGE}/{row.id}/revocation", data={"csrf_token": client.page.form("Créer")["fields"]["csrf_token"]}).status_code == 303
    assert client.post(f"{PAGE}/999/revocation", data={"csrf_token": client.page.form("Créer")["fields"]["csrf_token"]}).status_code == 404
    assert [act for act in acts(small) if act.startswith("token")] == ["token_made", "token_revoked"]


def test_a_form_that_is_sent_twice_makes_one_token_which_passes_by_no_cookie(small: Region) -> None:
    client = small.world.signed_in(small.admin)
    client.see(PAGE)
    fields = {**client.page.form(CREATE_TOKEN)["fields"], "name": "SIRH de Lens", "territory": "cite-lens"}
    answers = [client.post(PAGE, data=fields) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    (token,) = {token for answer in answers for token in TOKEN.findall(answer.text)}
    assert small.read("/people", token)["items"]
    assert tokens(small) == 1
    assert acts(small).count("token_made") == 1
    with client.session_transaction() as held:
        assert token not in repr(dict(held))
    assert client.submit(CREATE_TOKEN, status=200, name="Un autre", territory="cite-lens")
    assert tokens(small) == 2
    small.world.clock.pass_by(minutes=11)
    again = client.post(PAGE, data=fields)
    assert again.status_code == 409
    assert token not in again.text
    assert tokens(small) == 2
    assert client.submit(CREATE_TOKEN, status=200, name="Un troisième", territory="cite-lens"), "the page that refused has a form that works"


def tokens(region: Region) -> int:
    return region.world.read(lambda session: session.scalar(select(func.count()).select_from(ApiToken))) or 0


def test_what_is_refused_comes_back_with_what_was_typed(small: Region) -> None:
    client = small.world.signed_in(small.admin)
    client.see(PAGE)
    for day, sentence in (("2027-12-01", "Un an au plus"), ("2026-11-23", "est passé"), ("", "Indiquez un jour"), ("demain", "Indiquez une date")):
        page = client.submit(CREATE_TOKEN, 422, name="SIRH de Lens", territory="cite-lens", expires_on=day)
        assert sentence in page.text
        assert page.form(CREATE_TOKEN)["fields"]["name"] == "SIRH de Lens"
    client.submit(CREATE_TOKEN, 422, name=" ", territory="cite-lens")
    client.submit(CREATE_TOKEN, 422, name="x" * 81, territory="cite-lens", expires_on="2026-12-01")
    client.submit(CREATE_TOKEN, 422, name="SIRH", territory="cite-inconnue", expires_on="2026-12-01")
    assert tokens(small) == 0


def test_a_factor_that_was_shown_long_ago_is_asked_for_again(small: Region) -> None:
    client = small.world.signed_in(small.admin)
    with_factor(small.world.app, small.admin)
    client.see(PAGE)
    small.world.clock.pass_by(minutes=20)
    client.submit(CREATE_TOKEN, follow=False, name="SIRH", territory="cite-lens")
    assert client.get("/administration").status_code == 200
    assert tokens(small) == 0


def test_the_token_of_somebody_erased_ends_with_them(small: Region) -> None:
    token, settings = small.token(), small.world.app.config["CROISEE"]
    small.world.write(
        lambda session: erasure.erase(session, settings, session.get_one(Person, small.admin), actor_id=None, ground="depart", now=small.world.clock.now())
    )
    assert small.ask("", token).status_code == 401
    assert tokens(small) == 0


def test_a_program_reads_what_the_grids_file_says(both: Region) -> None:
    both.world.finish(both.people["Ana Sud"], "un-a-quiz")
    manager = both.world.person("Mona Chef", enrolled=False, role=Role.MANAGER)
    both.world.write(lambda session: session.add(Scope(person_id=manager, territory_id="departement-nord")))
    data = both.world.signed_in(manager).get("/pilotage/personnes.csv").get_data(as_text=True)
    rows = {int(row["Numéro"]): row for row in csv.DictReader(io.StringIO(data.lstrip("\ufeff")), delimiter=";")}
    told = {item["person_id"]: item for item in both.walk("progress", both.token("departement-nord"))}
    assert told.keys() == rows.keys()
    for number, item in told.items():
        for column in (column for column in COLUMNS if column.key and not column.code):
            value = item[column.key]
            day = f"{value[8:]}/{value[5:7]}/{value[:4]}" if isinstance(value, str) else value
            written = f"{value:.1f}".replace(".", ",") if isinstance(value, float) else csv_value(day)
            assert written == rows[number][column.name], column.name
        assert (item["situation"] == "in_progress") is (rows[number]["Situation"] == "en cours")
        module = next(one for one in item["modules"] if one["id"] == "mod-un")
        assert (str(module["done"]), str(module["required"])) == (rows[number]["Module mod-un : faites"], rows[number]["Module mod-un : demandées"])
