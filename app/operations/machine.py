"""What the doctor checks of the machine around the site: versions, units, nginx, secrets, backups. What an installation does not have is not missed."""

from __future__ import annotations

import difflib
import os
import platform
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from app.operations.backup.write import newest
from app.operations.jobs.queries import JobTimer
from app.platform import clock
from app.platform.db import db
from app.platform.french import exact, french_datetime, number, plural
from app.platform.settings import PACKAGE, ROOT, Settings
from app.platform.storage.folder import StoreAway
from app.platform.storage.places import probe

Finding = tuple[bool, str]
"""(all is well, the sentence)."""

SHIPPED = ROOT / "deploy"
"""Absent where a wheel is installed: units and nginx are then whoever's who wrote them."""
UNITS = ("croisee.service", "croisee-travaux.service")
UNIT_FOLDER, RUNNING, PROXY = Path("/etc/systemd/system"), Path("/sys/fs/cgroup/system.slice"), Path("/etc/nginx/conf.d/croisee.conf")
EXAMPLE = "croisee.exemple.fr"
OWN_LINES = re.compile(r"\s*(#|$|server [\w.\[\]:-]+( [\w=]+)*;|server_name |ssl_certificate|listen |limit_conn |return 301 )")
"""Of nginx's file: what each site changes (its name, certificates, machines, connections of an address), and comments."""
AGAIN = "relancez make install (docs/exploitants/machine.md)"
POSTGRESQL = range(15, 19)
MARKS, SLOW_ORDERING = 20_000, 0.05
"""In seconds: a mended Python takes two thousandths, another a third of a second."""
BACKUP_AGE, DRILL_AGE = timedelta(days=2), timedelta(days=15)


def versions(_settings: Settings) -> Iterator[Finding]:
    database = f"SQLite {sqlite3.sqlite_version}"
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            major = (connection.dialect.server_version_info or (0,))[0]
        database = f"PostgreSQL {major}"
        if major not in POSTGRESQL:
            yield False, f"{database} : Croisée est éprouvée de la {POSTGRESQL[0]} à la {POSTGRESQL[-1]} ; changez de version de PostgreSQL."
    yield True, f"Versions : Croisée dans {PACKAGE.parent}, Python {platform.python_version()}, {database}."
    other = [f"{name} {there} au lieu de {pinned}" for name, pinned, there in _library_versions() if there != pinned]
    if other:
        yield (
            False,
            f"{plural(len(other), 'bibliothèque n’est pas celle prévue', 'bibliothèques ne sont pas celles prévues')} : {'; '.join(other[:3])} ; {AGAIN}.",
        )


def interpreter(settings: Settings) -> Iterator[Finding]:
    """Measured, as distributions mend a Python without changing its version."""
    if (seconds := ordering_seconds()) > SLOW_ORDERING:
        yield (
            not settings.production,
            f"Python {platform.python_version()} met {number(seconds, 2)} s à ranger {exact(MARKS)} accents : il lui manque un correctif de sécurité "
            "(gh-149079) ; mettez à jour le Python de Debian (docs/exploitants/machine.md).",
        )


def ordering_seconds() -> float:
    """Seconds of processor that Python itself takes for one letter under many marks: the site never hands it so many."""
    text, began = "a" + "\u0301\u0327" * (MARKS // 2), time.process_time()
    unicodedata.normalize("NFC", text)
    return time.process_time() - began


def _library_versions() -> Iterator[tuple[str, str, str]]:
    """(library, version that is pinned, version that is here) of those that every Python needs."""
    pinned = ROOT / "requirements" / "app.txt"
    text = pinned.read_text(encoding="utf-8") if pinned.is_file() else ""
    for name, version in re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+) \\$", text, re.MULTILINE):
        try:
            yield name, version, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, version, "absente"


def units(_settings: Settings) -> Iterator[Finding]:
    """Checks the systemd units by their files: without dbus, systemd answers root alone."""
    placed = [name for name in UNITS if (UNIT_FOLDER / name).exists()]
    running = [name for name in placed if _runs(name)]
    for name in placed:
        if (SHIPPED / name).exists() and _text(SHIPPED / name) != _text(UNIT_FOLDER / name):
            yield False, f"{UNIT_FOLDER / name} n’est pas l’unité de cette version : {AGAIN} ; ce qui est à vous se met par systemctl edit."
        if not (UNIT_FOLDER / "multi-user.target.wants" / name).is_symlink():
            yield False, f"{name} ne part pas avec la machine : systemctl enable {name}"
        if name not in running:
            yield False, f"{name} ne tourne pas : systemctl start {name}, et journalctl -u {name} si rien n’y fait."
    if placed and (missing := [name for name in UNITS if name not in placed]):
        yield False, f"Il manque l’unité {missing[0]} : {AGAIN}."
    elif placed and running == placed:
        yield True, f"Unités en marche : {', '.join(running)}."


def _runs(unit: str) -> bool:
    try:
        return bool(_text(RUNNING / unit / "cgroup.procs").strip())
    except OSError:
        return False


def proxy(settings: Settings) -> Iterator[Finding]:
    """What nginx is told, but for what is each site's own."""
    if not (PROXY.exists() and (SHIPPED / "nginx.conf").exists()):
        return
    site = urlsplit(settings.site_url).hostname or EXAMPLE
    shipped = _text(SHIPPED / "nginx.conf").replace(EXAMPLE, site)
    there, here = ([line for line in text.splitlines() if not OWN_LINES.match(line)] for text in (shipped, _text(PROXY)))
    changed = sum(1 for line in difflib.ndiff(there, here) if line[0] in "+-")
    sentence = (
        "celui qui est livré"
        if not changed
        else f"{plural(changed, 'ligne diffère', 'lignes diffèrent')} de celui qui est livré : diff {PROXY} {SHIPPED}/nginx.conf"
    )
    yield not changed, f"nginx : {PROXY} : {sentence}."


def secrets(settings: Settings) -> Iterator[Finding]:
    """What stands outside of the instance's folder: the settings that it points to, and the backups."""
    for path in (settings.instance_path / "settings.toml", Path(settings.backups) if settings.backups else None):
        if path and path.exists() and settings.instance_path not in path.resolve().parents and _open(path.resolve()):
            yield False, f"{path.resolve()} est lisible par d’autres comptes de la machine : chmod o= {path.resolve()}"


def _open(path: Path) -> bool:
    """May others read it? The group of whoever serves is its own."""
    known = path.stat()
    return bool(known.st_mode & 0o007) or (bool(known.st_mode & 0o070) and known.st_gid not in {os.getegid(), *os.getgroups()})


def backups(settings: Settings) -> Iterator[Finding]:
    if not settings.backups:
        yield not settings.production, "Sauvegardes : aucune ne se fait d’elle-même ; donnez un dossier à CROISEE_BACKUPS (docs/exploitants/sauvegarde.md)."
        return
    now, found = clock.now(), newest(settings)
    if found is None:
        yield True, f"Sauvegardes : la première se fera cette nuit dans {settings.backups}."
        return
    old = now.timestamp() - found.stat().st_mtime > BACKUP_AGE.total_seconds()
    yield not old, f"Dernière sauvegarde : {found.name}{' ; elle a plus de deux jours, regardez « Travaux »' if old else ''}."
    row = db.session.get(JobTimer, "drill")
    if row is None or row.ended_at is None:
        yield True, "Exercice de restauration : le premier se fera dimanche, ou dès maintenant par flask drill."
    elif row.well:  # one that failed is told with the other jobs
        late = now - row.ended_at > DRILL_AGE
        yield (
            not late,
            f"Dernier exercice de restauration : réussi le {french_datetime(row.ended_at)}{' ; il a plus de quinze jours, lancez flask drill' if late else ''}.",
        )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


CHECKS = (versions, interpreter, units, proxy, secrets, backups)


def bucket(settings: Settings) -> Iterator[Finding]:
    if not settings.bucket:
        return
    try:
        probe(settings)
    except StoreAway as error:
        yield False, f"Le seau {settings.bucket} ({settings.bucket_url}) ne répond pas comme il faut : {error.why}. Vérifiez les réglages CROISEE_BUCKET_…"
        return
    clear = settings.bucket_url.startswith("http://")
    yield True, f"Seau {settings.bucket} ({urlsplit(settings.bucket_url).hostname}) : lu, écrit et effacé{', sans chiffrement en chemin' if clear else ''}."
