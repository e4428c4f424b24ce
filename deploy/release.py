"""`make release VERSION=1.0.0`: cuts the changelog, writes the version, commits, tags, and writes build/release: wheel, source archive, SBOM, digests, notes.

Nothing is pushed. Before anything is written, it refuses a version that is not newer than the last, changes that are not committed, an « Unreleased » that says
nothing, and an UPGRADE.md that does not name the version. Files have the date of the commit: the same commit gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "release"
CHANGELOG, PROJECT, CATALOGUE, UPGRADE = ROOT / "CHANGELOG.md", ROOT / "pyproject.toml", ROOT / "publiccode.yml", ROOT / "UPGRADE.md"
UNRELEASED = "## Unreleased\n"


class Refused(Exception):
    """Why nothing was released, as a sentence."""


def cut_changelog(text: str, version: str, day: date) -> tuple[str, str]:
    """The changelog with what was unreleased under this version, and these notes alone. Raises `Refused` where there are none."""
    before, found, rest = text.partition(UNRELEASED)
    notes = rest.partition("\n## ")[0].strip()
    if not found or not notes:
        raise Refused("CHANGELOG.md has nothing under « Unreleased »: nobody could be told what this version changes.")
    return f"{before}{UNRELEASED}\n## {version} ({day.isoformat()})\n{rest}", f"{notes}\n"


def check_version(asked: str, last: str, upgrade: str) -> None:
    """Raises `Refused` where the version is no version, is not newer, or where an operator would find nothing of it in UPGRADE.md."""
    try:
        newer = Version(asked) > Version(last)
    except InvalidVersion:
        raise Refused(f"« {asked} » is no version: write it as 1.2.3.") from None
    if not newer:
        raise Refused(f"{asked} is not newer than {last}.")
    if not re.search(rf"^## .*\b{re.escape(asked)}\b", upgrade, re.MULTILINE):
        raise Refused(f"UPGRADE.md has no title that names {asked}: say what to do, or that there is nothing to do.")


def replace_once(path: Path, pattern: str, text: str) -> None:
    written, count = re.subn(pattern, text, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    if not count:
        raise Refused(f"{path.name} has no line like {pattern}.")
    path.write_text(written, encoding="utf-8")


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def write_version(version: str, day: date) -> str:
    """Writes the version where it is said, and returns its notes."""
    last = re.search(r'^version = "(.+)"$', PROJECT.read_text(encoding="utf-8"), re.MULTILINE)
    check_version(version, last[1] if last else "0", UPGRADE.read_text(encoding="utf-8") if UPGRADE.is_file() else "")
    changelog, notes = cut_changelog(CHANGELOG.read_text(encoding="utf-8"), version, day)
    replace_once(PROJECT, r'^version = ".+"$', f'version = "{version}"')
    replace_once(CATALOGUE, r'^softwareVersion: ".+?"', f'softwareVersion: "{version}"')
    replace_once(CATALOGUE, r"^releaseDate: .*$", f"releaseDate: {day.isoformat()}")
    CHANGELOG.write_text(changelog, encoding="utf-8")
    return notes


def write_files(notes: str) -> None:
    """Writes build/release from the commit that stands."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    os.environ["SOURCE_DATE_EPOCH"] = git("log", "-1", "--format=%ct")
    for kind in ("sdist", "wheel"):
        build = f"from setuptools import build_meta; build_meta.build_{kind}({str(OUT)!r})"
        subprocess.run([sys.executable, "-c", build], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "deploy/sbom.py", str(OUT / "croisee.cdx.json")], cwd=ROOT, check=True)
    (OUT / "notes.md").write_text(notes, encoding="utf-8")
    digests = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(OUT.iterdir()))
    (OUT / "SHA256SUMS").write_text(digests, encoding="utf-8")


def main(version: str, day: date) -> None:
    if git("status", "--porcelain"):
        raise Refused("Some changes are not committed: a release is one commit, and no more than is seen.")
    notes = write_version(version, day)
    git("commit", "--quiet", "--all", "--message", f"release: publish {version}\n\nThe changelog is cut; UPGRADE.md says what an operator has to do.")
    write_files(notes)
    try:
        git("tag", "--annotate", f"v{version}", "--message", f"Croisée {version}")
    except subprocess.CalledProcessError as error:
        print(f"The tag was not made ({error.stderr.strip()}): git tag --annotate v{version}")
    print(f"Croisée {version} is in {OUT.relative_to(ROOT)}. To publish it: push the commit and the tag, then these files.")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "", date.today())  # noqa: DTZ011 — the day of whoever releases
    except Refused as refused:
        sys.exit(str(refused))
