"""Settings: defaults < settings.toml < environment; what is unknown or malformed is refused in words; the operators' guide names each."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path
from typing import get_type_hints

import pytest
from msgspec.structs import fields

from app.platform import settings
from app.platform.errors import SettingsError
from app.platform.settings import EXTRAS, ROOT, Settings, load
from app.platform.settings.fields import SETTINGS

GUIDE = ROOT / "docs" / "exploitants" / "reglages.md"


def given(folder: Path, **environ: str) -> Settings:
    return load({"CROISEE_INSTANCE": str(folder), **environ})


def write(folder: Path, text: str) -> None:
    (folder / "settings.toml").write_text(text, encoding="utf-8")


def test_nothing_is_needed(tmp_path: Path) -> None:
    found = given(tmp_path / "instance")
    assert (found.port, found.environment, found.login_limit, found.smtp_tls) == (8000, "development", "10 per minute", True)
    assert found.database_url == f"sqlite:///{tmp_path / 'instance' / 'croisee.sqlite'}"
    assert found.course_path == ROOT
    assert not found.production


BUCKET = {"CROISEE_BUCKET": "media", "CROISEE_BUCKET_URL": "https://s3.example", "CROISEE_BUCKET_KEY": "k", "CROISEE_BUCKET_SECRET": "s"}
ASKING = {
    "postgres": {"DATABASE_URL": "postgresql+psycopg://hote/base"},
    "s3": BUCKET,
    "watch": {"CROISEE_METRICS_TOKEN": "j" * 40, "CROISEE_ERRORS_SENTRY": "https://cle@sentry.example/1"},
}


@pytest.mark.parametrize(("field", "_begins", "library", "extra"), EXTRAS)
def test_a_setting_whose_library_is_not_installed_names_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str, _begins: str, library: str, extra: str
) -> None:
    """A person who installed `croisee` alone reads it at the start; whoever set nothing of it never does."""
    given(tmp_path, **ASKING[extra])
    monkeypatch.setattr(settings, "find_spec", lambda name: None if name == library else True)
    given(tmp_path)
    with pytest.raises(SettingsError, match=re.escape(f"croisee[{extra}]")) as refused:
        given(tmp_path, **ASKING[extra])
    assert next(each.variable for each in SETTINGS if each.field == field) in refused.value.message


def test_each_library_that_a_setting_asks_for_is_an_extra_of_the_package() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {extra: {re.split(r"[\[>]", one)[0].replace("-", "_") for one in libraries} for extra, libraries in extras.items()}
    assert {(extra, library) for extra, libraries in named.items() for library in libraries} - {("maths", "latex2mathml")} == {
        (extra, library) for _, _, library, extra in EXTRAS
    }


def test_the_environment_outranks_the_file_which_outranks_the_default(tmp_path: Path) -> None:
    write(tmp_path, 'port = 9000\ncontact = "La cellule"\nsmtp_tls = false\n')
    found = given(tmp_path, PORT="9100")
    assert (found.port, found.contact, found.smtp_tls) == (9100, "La cellule", False)
    origins = dict(found.origins)
    assert (origins["port"], origins["contact"], origins["proxies"]) == ("environnement", "settings.toml", "défaut")


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("PORT", "0", "un nombre de 1 à 65535"),
        ("PORT", "huit mille", "un nombre de 1 à 65535"),
        ("DATABASE_URL", "mysql://hote/base", "sqlite:///… ou postgresql://…"),
        ("CROISEE_ENV", "prod", "development, production ou test"),
        ("CROISEE_PROXIES", "-1", "un nombre"),
        ("CROISEE_SMTP_TLS", "peut-être", "oui ou non"),
        ("CROISEE_LOGIN_LIMIT", "dix par minute", "un nombre et une durée, par exemple 10 per minute"),
        ("CROISEE_LOGIN_LIMIT", "0 per minute", "un nombre et une durée, par exemple 10 per minute"),
    ],
)
def test_what_is_malformed_is_refused_with_what_is_valid(tmp_path: Path, variable: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        given(tmp_path, **{variable: value})
    assert refused.value.message == f"Le réglage {variable} « {value} » (environnement) n’est pas valable : il faut {expected}."


def test_what_is_unknown_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"CROISEE_CONTACTS\. Vouliez-vous dire CROISEE_CONTACT \? Réglages valables : CROISEE_BACKUPS, "):
        given(tmp_path, CROISEE_CONTACTS="x")
    write(tmp_path, 'contcat = "x"\n')
    with pytest.raises(SettingsError, match=r"contcat\. Vouliez-vous dire contact \?"):
        given(tmp_path)


def test_names_that_are_not_ours_pass(tmp_path: Path) -> None:
    assert given(tmp_path, HOME="/", CROISEE_CI="1", UNRELATED="x").port == 8000


@pytest.mark.parametrize("text", ["port = ", "\x00", "port = 8000\nport = 9000\n"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError, match=r"settings\.toml n’est pas lisible"):
        given(tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_of_postgresql_use_the_driver_that_is_installed(tmp_path: Path, scheme: str) -> None:
    assert given(tmp_path, DATABASE_URL=f"{scheme}://hote/base").database_url == "postgresql+psycopg://hote/base"


def test_the_key_is_drawn_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = given(tmp_path / "instance").secret_key
    assert len(first) == 64
    assert given(tmp_path / "instance").secret_key == first
    assert stat.S_IMODE((tmp_path / "instance" / "secret_key").stat().st_mode) == 0o600
    assert given(tmp_path / "other").secret_key != first


def test_a_key_that_is_too_short_is_refused_and_never_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        given(tmp_path, CROISEE_SECRET_KEY="abc-confidentiel")
    assert "confidentiel" not in refused.value.message
    assert given(tmp_path, CROISEE_SECRET_KEY="x" * 32).secret_key == "x" * 32


def test_a_key_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="ne peut être ni lue ni écrite"):
        given(tmp_path / "file" / "instance")


@pytest.mark.parametrize("left", [b"", b"abc-confidentiel", b"\xff\xfe"])
def test_a_key_that_was_cut_short_is_refused_with_what_to_do(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(left)
    with pytest.raises(SettingsError) as refused:
        given(tmp_path)
    assert f"La clé secrète {tmp_path / 'secret_key'} " in refused.value.message
    assert "confidentiel" not in refused.value.message
    assert (tmp_path / "secret_key").read_bytes() == left


def test_the_list_and_the_value_name_the_same_settings() -> None:
    named = {field.name for field in fields(Settings)} - {"instance_path", "course_path", "origins", "oidc", "lrs", "git"}
    assert {setting.field for setting in SETTINGS} - {"instance", "course"} == named
    hints = get_type_hints(Settings)
    for setting in SETTINGS:
        if setting.default and setting.field in hints:
            assert isinstance(setting.read(setting.default), hints[setting.field]), setting.variable


def test_defaults_of_the_list_and_of_the_value_agree(tmp_path: Path) -> None:
    """A test that builds `Settings` by keyword gets what an operator who sets nothing gets."""
    built = Settings(instance_path=tmp_path, database_url="", secret_key="")
    found = given(tmp_path)
    skipped = {"instance_path", "database_url", "secret_key", "origins"}
    for field in fields(Settings):
        if field.name not in skipped:
            assert getattr(found, field.name) == getattr(built, field.name), field.name


BUCKET = {
    "CROISEE_BUCKET": "seau",
    "CROISEE_BUCKET_URL": "https://s3.exemple.fr",
    "CROISEE_BUCKET_KEY": "une-cle",
    "CROISEE_BUCKET_SECRET": "un-secret",
}


@pytest.mark.parametrize("missing", BUCKET)
def test_a_bucket_is_set_whole_or_not_at_all(tmp_path: Path, missing: str) -> None:
    assert given(tmp_path, **BUCKET, CROISEE_DOWNLOADS="adresse").bucket_path_style
    with pytest.raises(SettingsError) as refused:
        given(tmp_path, **{name: value for name, value in BUCKET.items() if name != missing})
    assert f"donnez aussi {missing}, ou retirez" in refused.value.message
    assert "un-secret" not in refused.value.message


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"CROISEE_DOWNLOADS": "adresse"}, "réglez CROISEE_BUCKET"),
        ({"CROISEE_DOWNLOADS": "nginx"}, "site, mandataire ou adresse"),
        ({**BUCKET, "CROISEE_BUCKET_URL": "s3.exemple.fr"}, "une adresse https://…"),
    ],
)
def test_what_the_bucket_cannot_be_told_is_a_sentence(tmp_path: Path, environ: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        given(tmp_path, **environ)


def test_the_operators_guide_says_of_each_setting_what_the_code_says() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| `?([a-z_]+|–)`? \| (.*?) \| (.*?) \| (.*) \|$", text, re.MULTILINE)
    assert [row[0] for row in rows] == [setting.variable for setting in SETTINGS]
    for (variable, in_file, default, expects, meaning), setting in zip(rows, SETTINGS, strict=True):
        assert in_file == ("–" if setting.field == "instance" else setting.field), variable
        assert default == (f"`{setting.default}`" if setting.default else "vide"), variable
        assert (expects, meaning) == (setting.expects, setting.meaning), variable
