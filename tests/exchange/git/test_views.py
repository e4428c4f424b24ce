"""`/atelier/depot`: what is followed, a passage at once, and what a site without the feature or the table answers; the settings that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.platform.errors import SettingsError
from app.platform.settings.tables import Git, read_git
from tests.exchange.git.site import WORDS, Forge, GitSite, site_of
from tests.identity.builders import sign_in
from tests.record.world import words_of
from tests.strict import StrictClient
from tests.words import SKIP_NOW


def signed_in(site: GitSite) -> StrictClient:
    client = StrictClient(site.app)
    sign_in(client)
    return client


def text_of(site: GitSite) -> str:
    with site.app.app_context():
        return site.text()


def test_a_passage_at_once_and_what_it_says(tmp_path: Path) -> None:
    forge = Forge(tmp_path / "forge")
    with site_of(tmp_path / "instance", forge) as site:
        site.follow()
    forge.edit(WORDS, "La préfète signe.")
    client = signed_in(site)
    assert "« Début »" in words_of(client.see("/atelier/depot"))
    answer = words_of(client.submit(SKIP_NOW))
    assert "modules/exemple/01-un.md" in answer
    assert "« Suite »" in answer
    assert "La préfète signe." in text_of(site)


def test_a_repository_that_is_away_is_said_and_loses_nothing(tmp_path: Path) -> None:
    with site_of(tmp_path / "instance", Forge(tmp_path / "forge")) as site:
        site.follow()
    before = text_of(site)
    site.set_git(remote=str(tmp_path / "ailleurs"))
    client = signed_in(site)
    client.see("/atelier/depot")
    assert "Le dépôt ne répond pas comme il faut" in words_of(client.submit(SKIP_NOW))
    assert text_of(site) == before


def test_without_the_table_the_page_says_so_and_without_the_feature_there_is_none(tmp_path: Path) -> None:
    with site_of(tmp_path / "instance", Forge(tmp_path / "forge")) as site:
        pass
    site.app.config["CROISEE"] = replace(site.app.config["CROISEE"], git=None)
    client = signed_in(site)
    assert "Aucun dépôt n’est suivi" in words_of(client.see("/atelier/depot"))
    with site_of(tmp_path / "autre", Forge(tmp_path / "autre-forge"), features="complet, -git") as site:
        pass
    assert signed_in(site).get("/atelier/depot").status_code == 404


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"branch": "main"}, "remote manque"),
        ({"remote": "--upload-pack=touch /tmp/x"}, "tiret"),
        ({"remote": "ext::sh -c true"}, "programme"),
        ({"remote": "/srv/cours", "branch": "-f"}, "branch"),
        ({"remote": "/srv/cours", "branch": "a..b"}, "branch"),
        ({"remote": "/srv/cours", "push": "a b"}, "push"),
        ({"remote": "/srv/cours", "path": "../ailleurs"}, "path"),
        ({"remote": "/srv/cours", "arrive": "autrement"}, "arrive"),
        ({"remote": "/srv/cours", "arrive": "brouillons"}, "drafts_to"),
        ({"remote": "/srv/cours", "depot": "x"}, "inconnu"),
    ],
)
def test_a_table_that_will_not_do_is_refused_in_a_sentence(table: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_git(table, "settings.toml")
    assert said in refused.value.message


def test_a_table_that_is_not_written_follows_nothing() -> None:
    assert read_git({}, "settings.toml") is None
    assert read_git({"remote": "/srv/cours"}, "settings.toml") == Git("git", remote="/srv/cours")
