"""« Ce que propose le site »: what is on, who decides, what a switch changes, and that it changes it at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import func, select

from app.administration.features import choose, switches
from app.features import ALL, COMPLETE, FEATURES, KNOWN, feature_of_command, features_on, read_wish
from app.identity.rules import Role
from app.platform.db import db
from app.platform.errors import SettingsError
from app.platform.settings import Settings, load
from app.platform.site import SiteRevision
from app.platform.site_rules import UNTOLD
from tests.record.world import World

PAGE = "/administration/site/fonctions"
SIMPLE = frozenset(one.key for one in FEATURES if one.simple)


def test_an_operator_comes_before_an_administrator_who_comes_before_the_profile() -> None:
    assert features_on({}, "") == SIMPLE
    assert features_on({}, COMPLETE) == ALL
    assert features_on({"surveys": True, "review": False}, "") == SIMPLE - {"review"} | {"surveys"}
    assert features_on({"surveys": True, "review": False}, "-surveys, +review") == SIMPLE
    assert features_on({"review": False}, COMPLETE) == ALL - {"review"}
    assert features_on({"of a later version": True}, "") == SIMPLE


def test_what_needs_another_is_off_without_it() -> None:
    assert "handover" not in features_on({"handover": True, "notebook": False}, "")
    assert "handover" in features_on({"handover": True}, "")
    assert all(KNOWN[one.needs] for one in FEATURES if one.needs)


@given(st.dictionaries(st.sampled_from(sorted(ALL)), st.booleans()), st.sets(st.sampled_from(sorted(ALL))))
def test_what_is_ticked_is_what_is_on_and_only_changes_are_kept(chosen: dict[str, bool], ticked: set[str]) -> None:
    site = replace(UNTOLD, features=chosen)
    with_settings = _settings("")
    after = choose(site, with_settings, ticked)
    assert {one.feature.key for one in switches(after, with_settings) if one.wanted} == ticked
    assert choose(after, with_settings, ticked) == after


def _settings(wish: str) -> Settings:
    return Settings(instance_path=Path(), database_url="", secret_key="", features=wish)


def test_what_an_operator_fixed_is_not_changed_by_the_page() -> None:
    after = choose(UNTOLD, _settings("+surveys"), SIMPLE)
    assert after.features == {}
    fixed = {one.feature.key for one in switches(after, _settings("+surveys")) if one.fixed}
    assert fixed == {"surveys"}


def test_a_word_that_is_no_feature_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sondages"):
        read_wish("-sondages")
    with pytest.raises(SettingsError, match=r"CROISEE_FEATURES.*surveys"):
        load({"CROISEE_INSTANCE": str(tmp_path), "CROISEE_FEATURES": "-sondages"})


def test_the_longest_words_of_a_command_say_its_feature() -> None:
    assert feature_of_command(("library", "watch")) == "links"
    assert feature_of_command(("review", "pause")) == "review"
    assert feature_of_command(("mail", "send")) == ""


def test_a_switch_holds_at_once_and_what_was_there_comes_back(world: World) -> None:
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    world.person()
    admin, learner = world.client("Aude Admin"), world.client()
    assert learner.get("/carnet").status_code == 200
    page = admin.see(PAGE)
    assert all(one.name in page.text and one.adds in page.text for one in FEATURES)
    admin.submit("Enregistrer", on=sorted(ALL - {"notebook"}))
    assert learner.get("/carnet").status_code == 404
    assert "carnet" not in learner.see("/").text.lower()
    assert re.search(r"Carnet\s: non", admin.see("/administration/site/historique").text)
    admin.see(PAGE)
    admin.submit("Enregistrer", on=sorted(ALL))
    assert learner.get("/carnet").status_code == 200


def test_saving_what_is_already_so_writes_nothing(world: World) -> None:
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    admin = world.client("Aude Admin")
    admin.see(PAGE)
    admin.submit("Enregistrer", on=sorted(ALL))
    with world.app.app_context():
        assert db.session.scalar(select(func.count(SiteRevision.id))) == 0


def test_the_command_says_what_is_on_and_who_decided(world: World) -> None:
    world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], features=f"{COMPLETE},-api")
    rows = json.loads(world.app.test_cli_runner().invoke(args=["features", "list", "--json"]).stdout)
    assert [row["key"] for row in rows] == [one.key for one in FEATURES]
    told = {row["key"]: (row["on"], row["fixed"]) for row in rows}
    assert told["api"] == (False, True)
    assert told["review"] == (True, False)
    assert told["surveys"] == (True, False)
