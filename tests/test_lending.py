"""An application that a test lent back serves the next one, and only one made of the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import app as package
from app.platform.settings import current_settings
from tests.making import lending, make_app, make_settings


@pytest.fixture(autouse=True)
def _lent_applications() -> None:
    """Each `with lending()` below stands for a test."""


def test_the_next_test_has_it_as_it_was_made_on_a_folder_of_its_own(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "one", organisation="La ville")
    with lending():
        first = make_app(settings)
        first.config["CSRF"] = first.jinja_env.globals["typed"] = "of a test"
    with lending():
        again = make_app(make_settings(tmp_path / "two", organisation="La ville"))
        assert again is first
        assert "CSRF" not in again.config
        assert "typed" not in again.jinja_env.globals
        with again.app_context():
            assert current_settings().instance_path == tmp_path / "two"
        assert make_app(settings) is not first, "one test has one of its own for each site"


def test_one_that_is_told_otherwise_or_leaves_something_out_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(folder: str, **changes: str) -> object:
        with lending():
            return make_app(make_settings(tmp_path / folder, **changes))

    whole = made("whole", organisation="Le département")
    assert made("other", organisation="La région") is not whole
    without = package.packages()[:-1]
    with monkeypatch.context() as patch:
        patch.setattr(package, "packages", lambda: without)
        assert made("fewer", organisation="Le département") is not whole
    assert made("again", organisation="Le département") is whole


def test_one_that_was_given_pages_is_lent_no_more(tmp_path: Path) -> None:
    with lending():
        first = make_app(make_settings(tmp_path / "one", organisation="L’État"))
        first.url_map.add(first.url_rule_class("/rien", endpoint="nothing"))
    with lending():
        assert make_app(make_settings(tmp_path / "two", organisation="L’État")) is not first
