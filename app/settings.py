"""Settings, frozen: defaults < `instance/settings.toml` < environment. What is not known here is refused.

Each `Setting` below is the whole truth about one setting: its name, its default, how it is read, and the sentence that the operators'
guide prints. A test compares that guide with this list.
"""

from __future__ import annotations

import difflib
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from limits import parse

from app.errors import SettingsError
from app.files import write_once

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
INSTALLED = (PACKAGE / "course").is_dir()
"""From a wheel, which holds the course (setup.py). In the repository it stands beside the package."""
COURSE = PACKAGE / "course" if INSTALLED else ROOT
DOCS = (PACKAGE if INSTALLED else ROOT) / "docs"
"""Of which a wheel holds the declarations that pages are made from."""

SHORTEST_KEY = 32
"""Characters."""


def _text(value: str) -> str:
    return value.strip()


def _number(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(value)
    return number


def _port(value: str) -> int:
    port = int(value)
    if not 1 <= port <= 65535:
        raise ValueError(value)
    return port


def _rate(value: str) -> str:
    if parse(value).amount < 1:
        raise ValueError(value)
    return value


def _yes_no(value: str) -> bool:
    known = {"oui": True, "non": False, "1": True, "0": False, "true": True, "false": False}
    return known[value.strip().lower()]


def _environment(value: str) -> str:
    if value not in ("development", "production", "test"):
        raise ValueError(value)
    return value


def _database(value: str) -> str:
    """SQLAlchemy's address, with the drivers that are installed here."""
    scheme = urlsplit(value).scheme
    if scheme in ("postgres", "postgresql"):
        return "postgresql+psycopg" + value[len(scheme) :]
    if scheme in ("sqlite", "postgresql+psycopg"):
        return value
    raise ValueError(value)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `field` is its name in `Settings` and, in lower case, in settings.toml; `variable` its name in the environment."""

    variable: str
    field: str
    default: str
    read: Callable[[str], Any]
    expects: str
    meaning: str
    secret: bool = False
    """No page and no message shows its value."""


SETTINGS = (
    Setting("PORT", "port", "8000", _port, "un nombre de 1 à 65535", "Port d’écoute de `make serve`."),
    Setting(
        "DATABASE_URL",
        "database_url",
        "",
        _database,
        "sqlite:///… ou postgresql://…",
        "Base de données ; vide : le fichier SQLite `croisee.sqlite` du dossier d’instance.",
    ),
    Setting(
        "CROISEE_ENV",
        "environment",
        "development",
        _environment,
        "development, production ou test",
        "En production, la démonstration est refusée et les cookies exigent HTTPS.",
    ),
    Setting(
        "CROISEE_INSTANCE",
        "instance",
        "",
        _text,
        "un chemin de dossier",
        "Dossier d’instance : base, clé secrète, médias, settings.toml ; vide : `instance/` du dépôt. Un logiciel installé le demande.",
    ),
    Setting("CROISEE_CONTACT", "contact", "", _text, "un texte", "À qui demander un compte ; affiché sur la page de connexion et aux visiteurs."),
    Setting("CROISEE_ORGANISATION", "organisation", "", _text, "un texte", "Organisme qui délivre le cours ; écrit sur les attestations et les certificats."),
    Setting("CROISEE_SITE_URL", "site_url", "", _text, "une adresse https://…", "Adresse publique du site : courriels, attestations, aperçus de liens."),
    Setting("CROISEE_PUBLIC", "public", "oui", _yes_no, "oui ou non", "Ouvrir aux visiteurs la présentation, des leçons, le glossaire, la frise et le réseau."),
    Setting(
        "CROISEE_SECRET_KEY",
        "secret_key",
        "",
        _text,
        "32 caractères ou plus",
        "Clé des sessions ; vide : tirée au premier démarrage et gardée dans le dossier d’instance.",
        secret=True,
    ),
    Setting("CROISEE_COURSE", "course", "", _text, "un chemin de dossier", "Dossier qui contient `modules/` et `quizzes/` ; vide : celui du logiciel."),
    Setting("CROISEE_SMTP_HOST", "smtp_host", "", _text, "un nom de serveur", "Serveur de courriel ; vide : aucun courriel ne part, la file les garde."),
    Setting("CROISEE_SMTP_PORT", "smtp_port", "587", _port, "un nombre de 1 à 65535", "Port du serveur de courriel."),
    Setting("CROISEE_SMTP_USER", "smtp_user", "", _text, "un texte", "Identifiant sur le serveur de courriel."),
    Setting("CROISEE_SMTP_PASSWORD", "smtp_password", "", _text, "un texte", "Mot de passe sur le serveur de courriel.", secret=True),
    Setting("CROISEE_SMTP_TLS", "smtp_tls", "oui", _yes_no, "oui ou non", "Chiffrer la connexion au serveur de courriel (STARTTLS)."),
    Setting("CROISEE_MAIL_FROM", "mail_from", "", _text, "une adresse de courriel", "Expéditeur des courriels."),
    Setting("CROISEE_PROXIES", "proxies", "0", _number, "un nombre", "Nombre de serveurs mandataires de confiance devant le logiciel."),
    Setting(
        "CROISEE_LIMITS_STORAGE",
        "limits_storage",
        "memory://",
        _text,
        "memory:// ou redis://…",
        "Où sont comptées les limites de débit ; en mémoire, chaque processus compte à part.",
    ),
    Setting(
        "CROISEE_LOGIN_LIMIT",
        "login_limit",
        "10 per minute",
        _rate,
        "un nombre et une durée, par exemple 10 per minute",
        "Mots de passe refusés permis pour un même compte depuis une même adresse ; les autres limites en découlent.",
    ),
)
"""In the order of the operators' guide."""

# Read by the scripts of the build, not by the application: known, so that the check of names lets them pass.
BUILD_VARIABLES = frozenset({"CROISEE_CI"})


@dataclass(frozen=True, slots=True)
class Settings:
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
    proxies: int = 0
    limits_storage: str = "memory://"
    login_limit: str = "10 per minute"
    origins: tuple[tuple[str, str], ...] = ()
    """(field, where its value comes from): défaut, settings.toml, environnement."""

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def media_path(self) -> Path:
        return self.instance_path / "media"

    def address_of(self, path: str) -> str:
        """The address of a page as others are told it: the site's own, never the Host that a request claims. Empty where no address is set."""
        return self.site_url.rstrip("/") + path if self.site_url else ""


def current_settings() -> Settings:
    """Those of the application that serves this request or runs this command."""
    settings: Settings = current_app.config["CROISEE"]
    return settings


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings for this process. Raises `SettingsError`, in French, with the name and the valid values."""
    environ = os.environ if environ is None else environ
    _refuse_unknown(
        (name for name in environ if name.startswith("CROISEE_") and name not in BUILD_VARIABLES),
        {s.variable for s in SETTINGS},
        "Variable d’environnement inconnue",
    )
    instance = _instance(environ.get("CROISEE_INSTANCE", ""))
    written = _read_toml(instance / "settings.toml")
    values: dict[str, Any] = {}
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
    course = values.pop("course")
    values["database_url"] = values["database_url"] or f"sqlite:///{instance / 'croisee.sqlite'}"
    values["secret_key"] = _secret_key(instance, values["secret_key"])
    return Settings(instance_path=instance, course_path=Path(course).resolve() if course else COURSE, origins=origins, **values)


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
    _refuse_unknown(written, {s.field for s in SETTINGS if s.field != "instance"}, f"Réglage inconnu dans {path}")
    return written


def _refuse_unknown(names: Any, known: set[str], what: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f" Vouliez-vous dire {near[0]} ?" if near else ""
            raise SettingsError(f"{what} : {name}.{advice} Réglages valables : {', '.join(sorted(known))}.")


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
