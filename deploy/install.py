"""`make install SITE=…`: Croisée on a Debian machine, by one command run as root; run again, it upgrades. The guide: docs/exploitants/machine.md.

Nothing that serves is touched before the new version stands whole beside it, the site is backed up, and the new version restored that backup in a folder
of its own. Only then the site stops, its database is migrated, and it starts again: for seconds. Standard library only: it runs before anything is there.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from machine import BACKUPS, CURRENT, OPT, UNITS, Stop, account, croisee, manages, packages, place_proxy, place_units, point, run, say, settings
from versions import equip, laid, prune, revived

SOURCE = Path(__file__).resolve().parents[1]
SECONDS_TO_BE_READY = 90
HERE = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks this machine itself: `http_proxy`, by which many reach the network, knows nothing of it."""


def secured(before: Path | None, version: Path, known: dict[str, object]) -> Path | None:
    """A backup of the site as it is, which the new version restored and migrated beside it; None where there is no site yet."""
    if before is None and croisee(version, "database", "state", why="La base ne répond pas. Rien n’a changé.").split()[-1:] == ["vide"]:
        return None
    folder = Path(str(known.get("backups") or BACKUPS))
    moment = "relance" if before == version else "avant"  # what a version saved of itself is no way back to the one before
    path = folder / f"croisee-{time.strftime('%Y-%m-%d')}-{moment}-{version.name}-{time.strftime('%H%M%S')}.zip"
    why = "La sauvegarde d’avant la mise à jour ne se fait pas. Rien n’a changé : le site sert la version d’avant."
    croisee(before or version, "backup", str(path), why=why)
    say(f"Sauvegardé : {path}")
    why = "La nouvelle version ne sait pas reprendre cette sauvegarde. Rien n’a changé : le site sert la version d’avant. Dites-le à qui fournit le logiciel."
    say(croisee(version, "drill", str(path), why=why).strip().splitlines()[-1])
    return path


@contextmanager
def stopped(before: Path | None) -> Iterator[None]:
    """The site, while its database changes; started again as it was where that fails."""
    try:
        if manages() and before:
            run("systemctl", "stop", *UNITS, why="Le site ne s’arrête pas : systemctl status croisee")
        yield
    except BaseException:
        if manages() and before:
            subprocess.run(["systemctl", "start", *UNITS], check=False)
        raise


def way_back(saved: Path | None) -> str:
    return f"Pour revenir en arrière : docs/exploitants/machine.md, « Revenir », avec {saved}." if saved else ""


def start(known: dict[str, object], saved: Path | None) -> None:
    if not manages():
        say("systemd ne tourne pas ici (une image ?) : les unités sont posées, et partiront au démarrage de la machine.")
        run("systemctl", "enable", "--quiet", *UNITS, why="Les unités ne s’activent pas.", env={**os.environ, "SYSTEMD_OFFLINE": "1"})
        return
    run("systemctl", "daemon-reload", why="systemd ne relit pas ses unités.")
    why = f"Le site ne démarre pas : journalctl -u croisee dit pourquoi. {way_back(saved)}"
    run("systemctl", "enable", "--quiet", *UNITS, why=why)
    run("systemctl", "restart", *UNITS, why=why)
    address = f"http://127.0.0.1:{known.get('port', 8000)}/healthz/ready"
    for _ in range(2 * SECONDS_TO_BE_READY):
        try:
            with HERE.open(address, timeout=5) as answer:
                say(f"Le site est prêt : {json.load(answer)['status']}.")
                return
        except OSError:
            time.sleep(0.5)
    raise Stop(why)


def install(version: Path, site: str) -> None:
    before = CURRENT.resolve() if CURRENT.exists() else None
    packages()
    account()
    known = settings(version, site)
    equip(version)
    if before:
        revived(before)
    saved = secured(before, version, known)
    with stopped(before):
        why = f"La base ne se prépare pas. Le site repart dans la version d’avant ; « croisee doctor » dit si elle va avec cette base. {way_back(saved)}"
        say(croisee(version, "prepare", why=why).strip())
        place_units(version)
        point(CURRENT, version)
    start(known, saved)
    place_proxy(version, known)
    prune(version, before)
    if before and before != version:
        say(f"La version d’avant, s’il faut y revenir : {before.name}, avec {saved}")
    say(f"Croisée {version.name} est installée. Ses commandes : croisee doctor, croisee accounts create… (docs/exploitants/comptes.md)")


def opt_of(root: str) -> Path:
    """Where the versions stand: of this machine, or of the one whose files are in `root`. Raises Stop where those are of no machine."""
    if root and not Path(root, "usr/bin/python3").exists():
        raise Stop(f"{root} n’est pas la racine d’une machine Debian où python3 est installé. Rien n’a changé.")
    return Path(root or "/") / OPT.relative_to("/")


def main(site: str, root: str) -> None:
    """`root`: another machine's files, an image's for instance, in which everything is then done."""
    os.umask(0o022)
    if os.geteuid() != 0:
        raise Stop("Il faut être root : sudo make install SITE=…")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a connection that is cut must not leave the site stopped
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Arrêt : interrompu. Relancez make install."))
    opt = opt_of(root)
    opt.mkdir(parents=True, exist_ok=True)
    with (opt / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("Une autre installation est en cours sur cette machine.") from None
        version = laid(SOURCE, opt)
        if not root:
            install(version, site)
    if root:
        inside = f"/{version.relative_to(root)}/deploy/install.py"
        os.execvp("chroot", ["chroot", root, "/usr/bin/python3", inside, site])


if __name__ == "__main__":
    try:
        main(*[*sys.argv[1:], "", ""][:2])
    except (Stop, OSError) as stop:
        sys.exit(f"Arrêt : {stop}")
    except KeyboardInterrupt:
        sys.exit("Arrêt : interrompu. Relancez make install.")
