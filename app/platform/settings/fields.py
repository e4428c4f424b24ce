"""Every setting there is: each `Setting` is the whole truth about one.

Its name, its default, how it is read, and the sentence that the operators' guide prints: a test compares that guide with this list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from app.features import COMPLETE, FEATURES, read_wish

SHORTEST_KEY = 32
"""Characters."""
PROXY, ADDRESS = "mandataire", "adresse"
"""Who sends images and files in the place of the site."""


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
    from limits import parse  # thirty modules, which most sites, who set no rate, do without

    if parse(value).amount < 1:
        raise ValueError(value)
    return value


def _day(value: str) -> str:
    return date.fromisoformat(value.strip()).isoformat()


def _yes_no(value: str) -> bool:
    known = {"oui": True, "non": False, "1": True, "0": False, "true": True, "false": False}
    return known[value.strip().lower()]


def _one_of(*words: str) -> Callable[[str], str]:
    def read_word(value: str) -> str:
        if value not in words:
            raise ValueError(value)
        return value

    return read_word


def _key(value: str) -> str:
    if len(value) < SHORTEST_KEY or not value.isascii():
        raise ValueError(value)
    return value


def _keys(value: str) -> str:
    return " ".join(_key(key) for key in value.split())


def _web_address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(value)
    return value.strip()


def _sentry_address(value: str) -> str:
    parts = urlsplit(_web_address(value))
    if not parts.username or not parts.path.rpartition("/")[2].isdigit():
        raise ValueError(value)
    return value.strip()


def _database(value: str) -> str:
    """SQLAlchemy's address, with the drivers that are installed here."""
    scheme = urlsplit(value).scheme
    if scheme in ("postgres", "postgresql"):
        return "postgresql+psycopg" + value[len(scheme) :]
    if scheme in ("sqlite", "postgresql+psycopg"):
        return value
    raise ValueError(value)


def _features(value: str) -> str:
    read_wish(value)
    return value.strip()


class Setting(Struct, frozen=True):
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
    Setting("CROISEE_POOLER", "pooler", "non", _yes_no, "oui ou non", "PostgreSQL est derrière PgBouncer, en mode transaction."),
    Setting(
        "CROISEE_ENV",
        "environment",
        "development",
        _one_of("development", "production", "test"),
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
    Setting(
        "CROISEE_SITE_URL",
        "site_url",
        "",
        _text,
        "une adresse https://…",
        "Adresse publique du site, avec le préfixe sous lequel il est servi s’il y en a un : courriels, attestations, aperçus de liens.",
    ),
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
    Setting(
        "CROISEE_SECRET_KEY_FALLBACKS",
        "secret_key_fallbacks",
        "",
        _keys,
        "des clés de 32 caractères ou plus, séparées par des espaces",
        "Clés d’avant, la plus récente d’abord : ce qu’elles ont signé vaut encore.",
        secret=True,
    ),
    Setting(
        "CROISEE_FEATURES",
        "features",
        "",
        _features,
        f"des mots séparés par des virgules, + ou - devant chacun : {', '.join(one.key for one in FEATURES)} ; {COMPLETE} : tout",
        "Fonctions que ce site propose ou non, par exemple `-surveys,+api` : la page « Ce que propose le site » ne les change plus. `complet` : tout ce que personne n’a éteint.",
    ),
    Setting("CROISEE_COURSE", "course", "", _text, "un chemin de dossier", "Dossier qui contient `modules/` et `quizzes/` ; vide : celui du logiciel."),
    Setting("CROISEE_SMTP_HOST", "smtp_host", "", _text, "un nom de serveur", "Serveur de courriel ; vide : aucun courriel ne part, la file les garde."),
    Setting("CROISEE_SMTP_PORT", "smtp_port", "587", _port, "un nombre de 1 à 65535", "Port du serveur de courriel."),
    Setting("CROISEE_SMTP_USER", "smtp_user", "", _text, "un texte", "Identifiant sur le serveur de courriel."),
    Setting("CROISEE_SMTP_PASSWORD", "smtp_password", "", _text, "un texte", "Mot de passe sur le serveur de courriel.", secret=True),
    Setting("CROISEE_SMTP_TLS", "smtp_tls", "oui", _yes_no, "oui ou non", "Chiffrer la connexion au serveur de courriel (STARTTLS)."),
    Setting("CROISEE_MAIL_FROM", "mail_from", "", _text, "une adresse de courriel", "Expéditeur des courriels ; sans nom devant l’adresse, le nom du site."),
    Setting("CROISEE_BOUNCES", "bounces", "", _text, "un chemin de dossier", "Boîte Maildir qui reçoit les courriels revenus ; vide : ils ne sont pas lus."),
    Setting(
        "CROISEE_BACKUPS", "backups", "", _text, "un chemin de dossier", "Dossier qui reçoit une sauvegarde par nuit ; vide : aucune ne se fait d’elle-même."
    ),
    Setting("CROISEE_BACKUPS_DAYS", "backups_days", "30", _number, "un nombre de jours", "Durée de garde de ces sauvegardes."),
    Setting(
        "CROISEE_BUCKET",
        "bucket",
        "",
        _text,
        "le nom d’un seau",
        "Seau compatible S3 qui garde les images, les fichiers, les envois en attente et les effacements ; vide : des dossiers de l’instance.",
    ),
    Setting("CROISEE_BUCKET_URL", "bucket_url", "", _web_address, "une adresse https://…", "Adresse de l’entrepôt qui tient ce seau."),
    Setting("CROISEE_BUCKET_REGION", "bucket_region", "us-east-1", _text, "un nom de région", "Région de cet entrepôt, par exemple fr-par."),
    Setting("CROISEE_BUCKET_KEY", "bucket_key", "", _text, "un texte", "Clé d’accès à ce seau."),
    Setting("CROISEE_BUCKET_SECRET", "bucket_secret", "", _text, "un texte", "Clé secrète de ce seau.", secret=True),
    Setting(
        "CROISEE_BUCKET_PATH_STYLE",
        "bucket_path_style",
        "oui",
        _yes_no,
        "oui ou non",
        "Le nom du seau est dans le chemin de l’adresse ; non : devant le nom de l’hôte.",
    ),
    Setting(
        "CROISEE_DOWNLOADS",
        "downloads",
        "site",
        _one_of("site", PROXY, ADDRESS),
        "site, mandataire ou adresse",
        "Qui envoie images et fichiers : le site, nginx devant lui, ou, pour les gros fichiers d’un seau, une adresse signée de cinq minutes.",
    ),
    Setting("CROISEE_PROXIES", "proxies", "0", _number, "un nombre", "Nombre de serveurs mandataires de confiance devant le logiciel."),
    Setting(
        "CROISEE_LIMITS_STORAGE",
        "limits_storage",
        "base://",
        _text,
        "base://, memory:// ou redis://…",
        "Où sont comptées les limites de débit : dans la base, pour tous les processus et toutes les machines ; en mémoire, chaque processus compte à part.",
    ),
    Setting(
        "CROISEE_LOGIN_LIMIT",
        "login_limit",
        "10 per minute",
        _rate,
        "un nombre et une durée, par exemple 10 per minute",
        "Mots de passe refusés permis pour un même compte depuis une même adresse ; les autres limites en découlent.",
    ),
    Setting("CROISEE_LOG_FORMAT", "log_format", "texte", _one_of("texte", "json"), "texte ou json", "Forme du journal ; en JSON, un objet par ligne."),
    Setting(
        "CROISEE_ERRORS_WEBHOOK", "errors_webhook", "", _web_address, "une adresse https://…", "Adresse qui reçoit en JSON les erreurs du serveur.", secret=True
    ),
    Setting(
        "CROISEE_ERRORS_SENTRY",
        "errors_sentry",
        "",
        _sentry_address,
        "une adresse https://clé@hôte/numéro",
        "Projet Sentry, ou compatible, qui reçoit les erreurs du serveur, sans rien de personnel.",
        secret=True,
    ),
    Setting(
        "CROISEE_METRICS_TOKEN",
        "metrics_token",
        "",
        _key,
        "32 caractères ou plus, sans accent",
        "Jeton qui ouvre `/metrics` ; vide : cette page n’existe pas.",
        secret=True,
    ),
    Setting(
        "CROISEE_FACTOR_FROM",
        "factor_from",
        "",
        _day,
        "une date, par exemple 2027-02-28",
        "Jour à partir duquel un second facteur est demandé à qui administre, forme ou suit des territoires ; vide : il est proposé, sans plus.",
    ),
)
"""In the order of the operators' guide."""
