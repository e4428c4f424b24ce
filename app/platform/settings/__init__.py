"""Settings, frozen: defaults < `instance/settings.toml` < environment. A name that is not in `SETTINGS` is refused."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import current_app
from msgspec import Struct

from app.platform.errors import SettingsError
from app.platform.files import write_once
from app.platform.settings import tables
from app.platform.settings.fields import ADDRESS, SETTINGS, SHORTEST_KEY, Setting
from app.platform.settings.tables import Git, Lrs, Provider, refuse_unknown

PACKAGE = Path(__file__).resolve().parents[2]
ROOT = PACKAGE.parent
INSTALLED = (PACKAGE / "course").is_dir()
"""From a wheel, which holds the course (setup.py). In the repository it stands beside the package."""
COURSE = PACKAGE / "course" if INSTALLED else ROOT
DOCS = (PACKAGE if INSTALLED else ROOT) / "docs"
"""Of which a wheel holds the declarations that pages are made from."""

TABLES: Mapping[str, Callable[[Any, str], Any]] = {"oidc": tables.read_providers, "lrs": tables.read_lrs_stores, "git": tables.read_git}
"""Of settings.toml alone: tables, which no variable of the environment could hold."""

OF_BUCKET = ("bucket", "bucket_url", "bucket_key", "bucket_secret")
"""All of them, or none."""

EXTRAS = (("database_url", "postgresql", "psycopg", "postgres"), ("bucket", "", "obstore", "s3"), ("metrics_token", "", "prometheus_client", "watch"), ("errors_sentry", "", "sentry_sdk", "watch"))  # fmt: skip
"""(setting, how its value begins, the library that serves it, what installs it): what an installation by name leaves out until a setting asks for it."""

# Read by the scripts of the build, not by the application: known, so that the check of names lets them pass.
BUILD_VARIABLES = frozenset({"CROISEE_CI"})


class Settings(Struct, frozen=True):
    """Every setting, read and checked. Build it with `load`, or by keyword in tests."""

    instance_path: Path
    database_url: str
    secret_key: str
    course_path: Path = COURSE
    environment: str = "development"
    port: int = 8000
    contact: str = ""
    organisation: str = ""
    site_url: str = ""
    public: bool = True
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = True
    mail_from: str = ""
    bounces: str = ""
    backups: str = ""
    backups_days: int = 30
    bucket: str = ""
    bucket_url: str = ""
    bucket_region: str = "us-east-1"
    bucket_key: str = ""
    bucket_secret: str = ""
    bucket_path_style: bool = True
    downloads: str = "site"
    proxies: int = 0
    limits_storage: str = "base://"
    login_limit: str = "10 per minute"
    secret_key_fallbacks: str = ""
    """With spaces between."""
    pooler: bool = False
    log_format: str = "texte"
    errors_webhook: str = ""
    errors_sentry: str = ""
    metrics_token: str = ""
    factor_from: str = ""
    features: str = ""
    """As `app.features.read_wish` reads it."""
    oidc: tuple[Provider, ...] = ()
    """The institutions whose own sign-in opens this site (`[oidc.…]` of settings.toml)."""
    lrs: tuple[Lrs, ...] = ()
    """Where statements of the ledger are sent (`[lrs.…]` of settings.toml)."""
    git: Git | None = None
    """The repository that this site follows (`[git]` of settings.toml): its clone is then the course's folder."""
    origins: tuple[tuple[str, str], ...] = ()
    """(field, where its value comes from): défaut, settings.toml, environnement."""

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def factor_since(self) -> date | None:
        """Returns from when a second factor is required of the roles that need one; None: it is only offered."""
        return date.fromisoformat(self.factor_from) if self.factor_from else None

    @property
    def keys(self) -> list[str]:
        """What is signed is checked by each of these, and signed by the last."""
        return [*reversed(self.secret_key_fallbacks.split()), self.secret_key]

    def address_of(self, path: str) -> str:
        """The address of a page as others are told it: the site's own, never the Host that a request claims. Empty where no address is set."""
        return self.site_url.rstrip("/") + path if self.site_url else ""


def current_settings() -> Settings:
    """Returns the settings of the running application."""
    settings: Settings = current_app.config["CROISEE"]
    return settings


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings for this process. Raises `SettingsError`, in French, with the name and the valid values."""
    environ = os.environ if environ is None else environ
    refuse_unknown(
        (name for name in environ if name.startswith("CROISEE_") and name not in BUILD_VARIABLES),
        {s.variable for s in SETTINGS},
        "Variable d’environnement inconnue : ",
    )
    instance = _instance(environ.get("CROISEE_INSTANCE", ""))
    written = _read_toml(instance / "settings.toml")
    values: dict[str, Any] = {name: read(written.get(name, {}), str(instance / "settings.toml")) for name, read in TABLES.items()}
    origins: list[tuple[str, str]] = []
    for setting in SETTINGS:
        raw, origin = _raw(setting, environ, written)
        values[setting.field] = _value(setting, raw, origin)
        origins.append((setting.field, origin))
    return _settings(instance, values, tuple(origins))


def _instance(given: str) -> Path:
    """Beside an installed package there is the environment's `site-packages`, which an upgrade may throw away: nothing is kept there."""
    if INSTALLED and not given:
        raise SettingsError("Le réglage CROISEE_INSTANCE est vide : un logiciel installé demande le dossier où garder sa base, sa clé et ses images.")
    return Path(given or ROOT / "instance").resolve()


def _settings(instance: Path, values: dict[str, Any], origins: tuple[tuple[str, str], ...]) -> Settings:
    del values["instance"]
    course = values.pop("course") or (str(instance / "git" / values["git"].path) if values["git"] else "")
    values["database_url"] = values["database_url"] or f"sqlite:///{instance / 'croisee.sqlite'}"
    values["secret_key"] = _secret_key(instance, values["secret_key"])
    _refuse_half_a_bucket(values)
    _refuse_missing_libraries(values)
    return Settings(instance_path=instance, course_path=Path(course).resolve() if course else COURSE, origins=origins, **values)


def _refuse_half_a_bucket(values: Mapping[str, Any]) -> None:
    """Half of it would keep what comes in where nobody looks for it."""
    missing = [f"CROISEE_{field.upper()}" for field in OF_BUCKET if not values[field]]
    if 0 < len(missing) < len(OF_BUCKET):
        raise SettingsError(f"Le seau n’est réglé qu’à moitié : donnez aussi {', '.join(missing)}, ou retirez {', '.join(_bucket_variables(values))}.")
    if values["downloads"] == ADDRESS and missing:
        raise SettingsError("CROISEE_DOWNLOADS vaut « adresse », qui est celle d’un seau : réglez CROISEE_BUCKET, ou choisissez « site » ou « mandataire ».")


def _refuse_missing_libraries(values: Mapping[str, Any]) -> None:
    """At the start, rather than when somebody first needs it."""
    for field, begins, library, extra in EXTRAS:
        if values[field] and values[field].startswith(begins) and find_spec(library) is None:
            variable = next(setting.variable for setting in SETTINGS if setting.field == field)
            raise SettingsError(f"Le réglage {variable} demande une bibliothèque qui n’est pas installée ici : installez « croisee[{extra}] ».")


def _bucket_variables(values: Mapping[str, Any]) -> list[str]:
    return [f"CROISEE_{field.upper()}" for field in OF_BUCKET if values[field]]


def _raw(setting: Setting, environ: Mapping[str, str], written: Mapping[str, Any]) -> tuple[str, str]:
    if setting.variable in environ:
        return environ[setting.variable], "environnement"
    if setting.field in written:
        value = written[setting.field]
        return ("oui" if value else "non") if isinstance(value, bool) else str(value), "settings.toml"
    return setting.default, "défaut"


def _value(setting: Setting, raw: str, origin: str) -> Any:
    if raw == "" and setting.default == "":
        return ""
    try:
        return setting.read(raw)
    except (ValueError, KeyError):
        shown = "" if setting.secret else f" « {raw} »"
        raise SettingsError(f"Le réglage {setting.variable}{shown} ({origin}) n’est pas valable : il faut {setting.expects}.") from None


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} n’est pas lisible : {error}") from None
    refuse_unknown(written, {s.field for s in SETTINGS if s.field != "instance"} | TABLES.keys(), f"Réglage inconnu dans {path} : ")
    return written


def _secret_key(instance: Path, given: str) -> str:
    """The key given, or the one kept in the instance folder, drawn once, readable by its owner alone."""
    if given:
        if len(given) < SHORTEST_KEY:
            raise SettingsError(f"Le réglage CROISEE_SECRET_KEY est trop court : il faut {SHORTEST_KEY} caractères ou plus.")
        return given
    path = instance / "secret_key"
    try:
        if not path.exists():
            write_once(path, secrets.token_hex(32).encode("ascii"))
        key = path.read_text(encoding="ascii", errors="ignore").strip()
    except OSError as error:
        advice = "rendez ce dossier accessible, ou changez CROISEE_INSTANCE"
        raise SettingsError(f"La clé secrète {path} ne peut être ni lue ni écrite ({error.strerror}) : {advice}.") from None
    if len(key) < SHORTEST_KEY:
        advice = "remettez-y celle de vos copies, ou effacez ce fichier : une autre clé sera tirée, et chacun devra se reconnecter"
        raise SettingsError(f"La clé secrète {path} est incomplète, il y faut {SHORTEST_KEY} caractères ou plus : {advice}.")
    return key
