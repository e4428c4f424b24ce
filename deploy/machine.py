"""What a version needs of the machine around it: Debian's packages, an account, folders, settings, units, nginx."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

OPT, LIB, ETC, BACKUPS = Path("/opt/croisee"), Path("/var/lib/croisee"), Path("/etc/croisee"), Path("/var/backups/croisee")
SETTINGS = ETC / "settings.toml"
CURRENT = OPT / "current"
"""The version that serves: a link, changed in one step."""
COMMAND = Path("/usr/local/bin/croisee")
UNITS = ("croisee.service", "croisee-travaux.service")
UNIT_FOLDER = Path("/etc/systemd/system")
NGINX, PROXY = Path("/usr/sbin/nginx"), Path("/etc/nginx/conf.d/croisee.conf")
EXAMPLE = "croisee.exemple.fr"
"""The site's name in the files of this folder."""
ACCOUNT = "croisee"


class Stop(Exception):
    """What went wrong, and what to do, in a sentence."""


def say(sentence: str) -> None:
    with suppress(OSError):  # whose terminal has closed hears nothing, and the work goes on
        print(sentence, flush=True)


def run(*command: str | Path, why: str, **how: object) -> str:
    """What a command wrote. Raises Stop with `why` and its last words."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **how)  # type: ignore[call-overload]
    if done.returncode:
        raise Stop(f"{why}\n{done.stdout.rstrip()}")
    return str(done.stdout)


def croisee(version: Path, *words: str, why: str) -> str:
    """`flask --app app …` of a version, under the account that serves."""
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(LIB), "CROISEE_INSTANCE": str(LIB)}
    command = (version / ".venv/bin/python", "-m", "flask", "--app", "app", *words)
    return run(*command, why=why, env=environ, cwd=version, user=ACCOUNT, group=ACCOUNT, extra_groups=(), umask=0o077)


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Where it is not so already. Never half of it."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # settings hold passwords
        file.write(text)
    beside.chmod(mode)
    beside.replace(path)


def point(link: Path, target: Path) -> None:
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)


def packages() -> None:
    """Debian's, where they are missing."""
    probe = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    there = {"python3-venv": probe.returncode == 0, "nginx": NGINX.exists(), "passwd": bool(shutil.which("useradd", path=f"{os.environ['PATH']}:/usr/sbin"))}
    missing = [name for name, found in there.items() if not found]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Stop(f"Il manque {' et '.join(missing)} : installez-les par le gestionnaire de paquets de la machine, puis recommencez.")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", why="apt-get update ne répond pas : vérifiez le réseau de la machine, puis recommencez.", env=environ)
    why = f"Les paquets {' et '.join(missing)} ne s’installent pas : installez-les par apt-get, puis recommencez."
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, why=why, env=environ)


def account() -> None:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ("useradd", "--system", "--user-group", "--home-dir", LIB, "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT)
        run(*command, why=f"Le compte {ACCOUNT} ne se crée pas.")
    for folder in (LIB, BACKUPS):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(folder, ACCOUNT, ACCOUNT)
        folder.chmod(0o700)


def settings(version: Path, site: str) -> dict[str, object]:
    """Written once, then the operator's: readable by root and the account that serves, which finds them in its folder."""
    own = LIB / "settings.toml"
    if own.is_file() and not own.is_symlink() and not SETTINGS.exists():  # an installation by hand
        write(SETTINGS, own.read_text(encoding="utf-8"), 0o600)
        own.unlink()
    if not SETTINGS.exists():
        site = site.lower()
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", site):
            raise Stop("Donnez le nom du site, sans https:// ni accent : make install SITE=cites.votre-ville.fr")
        write(SETTINGS, (version / "deploy/settings.toml").read_text(encoding="utf-8").replace(EXAMPLE, site), 0o600)
        say(f"Réglages : {SETTINGS}, à compléter (contact, courriel).")
    os.chown(SETTINGS, 0, grp.getgrnam(ACCOUNT).gr_gid)
    SETTINGS.chmod(0o640)
    if own.is_file() and not own.is_symlink():
        raise Stop(f"{own} et {SETTINGS} se contredisent : réunissez-les dans le second, effacez le premier, puis recommencez.")
    if not own.exists():
        point(own, SETTINGS)
    try:
        known = tomllib.loads(own.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise Stop(f"{SETTINGS} n’est pas lisible ({error}) : corrigez-le, puis recommencez.") from None
    if "environment" not in known:
        raise Stop(f'Ajoutez environment = "production" à {SETTINGS}, puis recommencez : sans cette ligne, des comptes inventés entreraient dans la base.')
    return known


def place_units(version: Path) -> None:
    for name in UNITS:
        write(UNIT_FOLDER / name, (version / "deploy" / name).read_text(encoding="utf-8"))
    write(COMMAND, (version / "deploy" / "croisee").read_text(encoding="utf-8"), 0o755)


def proxy_file(version: Path, known: dict[str, object]) -> str:
    site = re.sub(r"^https?://|[:/].*$", "", str(known.get("site_url", EXAMPLE)))
    port = known.get("port", 8000)
    return (version / "deploy/nginx.conf").read_text(encoding="utf-8").replace(EXAMPLE, site).replace("127.0.0.1:8000", f"127.0.0.1:{port}")


def place_proxy(version: Path, known: dict[str, object]) -> None:
    """Only once its certificates are there and nginx takes it; a file that is of none of our versions stays as it is."""
    text, old = proxy_file(version, known), PROXY.read_text(encoding="utf-8") if PROXY.exists() else None
    certificates = re.findall(r"^\s*ssl_certificate(?:_key)?\s+(\S+);", text, re.MULTILINE)
    if not NGINX.exists() or old == text:
        return
    ours = [proxy_file(each, known) for each in (OPT / "versions").glob("[!.]*") if (each / "deploy/nginx.conf").exists()]
    if old is not None and old not in ours:
        say(f"nginx : {PROXY} a été changé ici, il reste. À comparer : diff {PROXY} {CURRENT}/deploy/nginx.conf")
        return
    if missing := [path for path in certificates if not Path(path).exists()]:
        say(f"nginx : en attente du certificat ({missing[0]}). Obtenez-le (docs/exploitants/machine.md), puis relancez make install.")
        return
    write(PROXY, text)
    try:
        run(NGINX, "-t", "-q", why="nginx refuse sa configuration ; elle est retirée, ce qu’il servait ne change pas. Corrigez, puis relancez make install.")
    except Stop:
        write(PROXY, old) if old is not None else PROXY.unlink()
        raise
    if manages():
        run("systemctl", "reload-or-restart", "nginx", why="nginx ne se recharge pas : journalctl -u nginx")
    say(f"nginx : {PROXY}")


def manages() -> bool:
    """Does systemd run this machine? In an image or a container it does not."""
    return Path("/run/systemd/system").is_dir()
