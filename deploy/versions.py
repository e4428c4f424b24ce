"""The versions of Croisée on this machine, each in a folder of its own, with an environment that those share which pin the same libraries."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from machine import OPT, Stop, point, run

TREE = ("app", "modules", "quizzes", "docs", "deploy", "requirements", "LICENSE", "CHANGELOG.md", "README.md", "Makefile", "pyproject.toml")
KEPT = 3
"""Versions that stay, to go back to."""
ROOM = 1024**3


def files(source: Path) -> Iterator[Path]:
    """Those of a version, in one order."""
    for name in TREE:
        found = (source / name,) if (source / name).is_file() else sorted((source / name).rglob("*"))
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


def named(source: Path) -> str:
    """A version by its number and its content: the same files are the same version."""
    digest = hashlib.sha256()
    for path in files(source):
        digest.update(f"{path.relative_to(source)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    number = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return f"{number}-{digest.hexdigest()[:10]}"


def laid(source: Path, opt: Path) -> Path:
    """The files of the version in a folder of theirs, readable by all and writable by root alone."""
    if missing := [name for name in TREE if not (source / name).exists()]:
        raise Stop(f"Cette copie du logiciel est incomplète, il y manque {missing[0]} : reprenez-la (git status), puis recommencez. Rien n’a changé.")
    target = opt / "versions" / named(source)
    if target.is_dir():
        return target
    if shutil.disk_usage(opt).free < ROOM:
        raise Stop(f"Il faut un gibioctet libre dans {opt} : faites de la place, puis recommencez.")
    beside = target.with_name(f".{target.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    for path in files(source):
        copy = beside / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o755 if os.access(path, os.X_OK) and path.parent.name == "deploy" else 0o644)
    beside.rename(target)
    return target


def equip(version: Path) -> None:
    """The environment of a version, kept under the digest of what is pinned: a version that pins the same shares it."""
    pinned = version / "requirements" / "app.txt"
    digest = hashlib.sha256(pinned.read_bytes() + sys.version.encode()).hexdigest()[:10]
    environment = OPT / "environments" / f"python{sys.version_info.major}.{sys.version_info.minor}-{digest}"
    if not (environment / "complete").exists():
        python = environment / "bin" / "python"
        run(sys.executable, "-m", "venv", "--clear", environment, why="L’environnement Python ne se crée pas : installez python3-venv, puis recommencez.")
        why = "Les bibliothèques ne s’installent pas : vérifiez le réseau, ou le dépôt de paquets que la machine interroge (pip config list), puis recommencez."
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pinned, why=why)
        (environment / "complete").touch()
    point(version / ".venv", environment)
    run(version / ".venv/bin/python", "-m", "compileall", "-q", version / "app", why="Le logiciel ne se compile pas : cette copie est abîmée.")


def revived(version: Path) -> None:
    """Its environment again where the Python that made it is gone, as a newer Debian takes it away: the backup is made by it."""
    python = version / ".venv/bin/python"
    if not python.exists() or subprocess.run([python, "-c", "import flask"], capture_output=True, check=False).returncode:
        equip(version)


def prune(version: Path, before: Path | None) -> None:
    """Old versions and environments that none of those kept uses. None goes where the same version is installed again: which one came before it,
    to go back to, is no longer known then, and tries that failed are newer."""
    if version == before:
        return
    found = sorted((OPT / "versions").glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = {version, before, *found[:KEPT]}
    for path in found:
        if path not in kept:
            shutil.rmtree(path)
    used = {(path / ".venv").resolve() for path in (OPT / "versions").glob("[!.]*")}
    for path in (OPT / "environments").iterdir():
        if path not in used:
            shutil.rmtree(path)
