"""What readers will see changed between two versions of a folder that git keeps, page by page, in words."""

from __future__ import annotations

import html
import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.authoring.comparing.word_diff import DiffLine, DiffMark, compare_lines
from app.exchange.folder.pages import FolderPages
from app.exchange.folder.reading import FolderReader
from app.exchange.folder.rendering import bare_app, render
from app.platform.errors import DomainError
from app.platform.french import plural

PATIENCE = 60
"""Seconds that git may take."""
_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
_TEMPLATES = re.compile(r"<nav.*?</nav>|</?template[^>]*>", re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|li|h\d|div|section|tr|td|th|dt|dd|summary|legend|label|figcaption|option|details|aside|blockquote|pre|fieldset|text)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
OPEN = {DiffMark.SAME: ("", ""), DiffMark.REMOVED: ("[-", "-]"), DiffMark.ADDED: ("{+", "+}")}


class NoVersion(DomainError):
    """git does not know what was asked."""


def tell_changes(folder: Path, before: str, after: str | None, on: date) -> Iterator[str]:
    """The lines that say it; `after` is what is on the disk where it is None. Raises NoVersion."""
    with tempfile.TemporaryDirectory() as aside:
        old = read_pages(take_version(folder, before, Path(aside, "avant")), on)
        new = read_pages(take_version(folder, after, Path(aside, "apres")) if after else folder, on)
    moved = 0
    for address in dict.fromkeys((*new, *old)):
        title, lines = new.get(address) or old[address]
        words = list(_difference(old.get(address, ("", []))[1], new.get(address, ("", []))[1]))
        if not words:
            continue
        moved += 1
        state = "" if address in old and address in new else ", page nouvelle" if address in new else ", page retirée"
        yield f"{title} ({address}){state}"
        yield from (f"  {line}" for line in (words if not state else [plural(len(lines), "passage")]))
    yield "Rien ne change pour les lecteurs." if not moved else f"{plural(moved, 'page change', 'pages changent')}."


def take_version(folder: Path, version: str, into: Path) -> Path:
    """The files of a folder as a commit, a branch or a tag has them, written in `into`. Raises NoVersion."""
    done = subprocess.run(["git", "-C", str(folder), "archive", "--end-of-options", f"{version}:./"], capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603, S607 — git of this machine
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise NoVersion(f"git ne trouve pas « {version} » dans {folder} : {why}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(into, filter="data")
    return into


def read_pages(folder: Path, on: date) -> dict[str, tuple[str, list[str]]]:
    """Address → the title of a page, and its passages, one a line; the answers of its questions among them."""
    pages, app = FolderPages(FolderReader(folder).read(on), "cours", on, whole=True), bare_app()
    return {address: (pages[address].title, passages_of(render(app, pages, address, live=False))) for address in pages.makers}


def passages_of(page: str) -> list[str]:
    """What one reads of a page, one passage a line."""
    found = _MAIN.search(page)
    text = _TAG.sub("", _BLOCK.sub("\n", _TEMPLATES.sub("", found[0] if found else "")))
    return [line for each in html.unescape(text).split("\n") if (line := " ".join(each.split()))]


def _difference(before: list[str], after: list[str]) -> Iterator[str]:
    return (_line(line) for line in compare_lines(before, after) if line.changed)


def _line(line: DiffLine) -> str:
    return "".join(f"{OPEN[span.mark][0]}{span.text}{OPEN[span.mark][1]}" for span in line.parts)
