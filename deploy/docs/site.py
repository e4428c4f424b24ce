"""`make docs`: the site of the documentation, in build/docs, which works from a disk too.

Its pages are those of docs/ and the papers at the top of the repository, where a forge shows them: both are copied into one folder, build/docs-source, and links
between them lead to where each now stands. A page that no menu names, a link or an anchor that leads nowhere, and a title twice in the menus stop it."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "build" / "docs-source"
SITE = ROOT / "build" / "docs"
SETTINGS = Path(__file__).with_name("settings.toml")
PAPERS = (
    "LISEZMOI.md",
    "README.md",
    "ROADMAP.md",
    "GOVERNANCE.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
    "AUTHORS.md",
    "UPGRADE.md",
    "CHANGELOG.md",
)
HOME = "docs/README.md"
LINK = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|(?P<before>\]\()(?!\w+:|#)(?P<target>[^)\s#]+)", re.MULTILINE | re.DOTALL)  # fmt: skip
"""A link, or code, which holds none."""
WORKER = re.compile(r"https://[^\s\"]+/iframe-worker/shim")
ELSEWHERE = re.compile(r"""<(?:script|img|iframe|link(?=[^>]*rel="?(?:stylesheet|preload)))[^>]*(?:src|href)="?(https?:[^">]+)""")


def page_place(path: str) -> str:
    """Where a file of the repository stands on the site."""
    return "index.md" if path == HOME else path.removeprefix("docs/")


def lead_links(path: str, text: str) -> tuple[str, set[str]]:
    """The text of this file with links that lead on the site, and the files of the repository that it links to."""
    found: set[str] = set()

    def lead(link: re.Match[str]) -> str:
        if link["target"] is None:
            return link[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link["target"]))
        found.add(target)
        return link["before"] + posixpath.relpath(page_place(target), posixpath.dirname(page_place(path)) or ".")

    return LINK.sub(lead, text), found


def gather_pages() -> None:
    """Writes build/docs-source, with what its pages link to besides. Raises `SystemExit` where a link leads to no file."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    paths = [*PAPERS, *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("docs/**/*.md")))]
    linked: set[str] = set()
    for path in paths:
        text, found = lead_links(path, (ROOT / path).read_text(encoding="utf-8"))
        if missing := sorted(target for target in found if not (ROOT / target).exists()):
            sys.exit(f"{path} links to {', '.join(missing)}, which is not there.")
        linked |= found
        (SOURCE / page_place(path)).parent.mkdir(parents=True, exist_ok=True)
        (SOURCE / page_place(path)).write_text(text, encoding="utf-8")
    for target in linked - set(paths):
        if (ROOT / target).is_file():
            (SOURCE / page_place(target)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / target, SOURCE / page_place(target))


def menu_pages(menu: Any) -> Iterator[str]:
    """Each page that the menus name, however deep."""
    if isinstance(menu, str):
        yield menu
    for each in menu if isinstance(menu, list) else menu.values() if isinstance(menu, dict) else ():
        yield from menu_pages(each)


def check_menus() -> None:
    """Raises `SystemExit` where a page is in no menu: nobody would find it. Decisions are reached by their table."""
    named = set(menu_pages(tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["project"]["nav"]))
    there = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.md") if path.parent.name != "decisions"} | {"decisions/README.md"}
    if wrong := sorted(named ^ there):
        sys.exit(f"deploy/docs/settings.toml and the pages differ: {', '.join(wrong)}.")


def main() -> None:
    gather_pages()
    check_menus()
    settings = shutil.copyfile(SETTINGS, SOURCE.with_name("docs.toml"))  # the generator writes nothing outside the folder of its settings
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", settings], cwd=ROOT)
    if not done.returncode:
        keep_to_this_host()
    sys.exit(done.returncode)


def keep_to_this_host() -> None:
    """Each page loads our worker in the place of the generator's, which stands on another host. Raises `SystemExit` where a page loads anything else from elsewhere."""
    shutil.copyfile(Path(__file__).with_name("worker.js"), SITE / "assets" / "worker.js")
    for path in SITE.rglob("*.html"):
        up = "../" * (len(path.relative_to(SITE).parts) - 1)
        text = WORKER.sub(f"{up}assets/worker.js", path.read_text(encoding="utf-8"))
        if found := ELSEWHERE.search(text):
            sys.exit(f"{path.relative_to(ROOT)} loads {found[1]}.")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
