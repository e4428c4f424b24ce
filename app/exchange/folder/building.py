"""A folder as static pages: relative links, read from a disk as from any server, quizzes that mark themselves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from app.exchange.folder.pages import SCRIPTS, STATIC, FolderPages, file_of, lead_on, relative
from app.exchange.folder.reading import FolderReader
from app.exchange.folder.rendering import BUILT, bare_app, beside, render
from app.platform.errors import DomainError

MARK = ".croisee-build"
"""Left in a folder that a build wrote, which the next one may empty."""
_ASKED = re.compile(r' src="(/(?:media|cles)/[^"]+)"')


class NotOurs(DomainError):
    """What stands there was not built: it is not thrown away."""

    def __init__(self, out: Path) -> None:
        super().__init__(f"{out} contient déjà autre chose qu’une copie statique : choisissez un dossier vide ou nouveau.")


def build(root: Path, out: Path, on: date) -> tuple[int, int]:
    """Writes the pages of a folder. Returns how many pages, and how many errors their files have. Raises NotOurs."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).exists())):
        raise NotOurs(out)
    held = FolderReader(root).read(on)
    pages = FolderPages(held, root.resolve().name, on, whole=False)
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    for name, data in _files(pages):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    (out / MARK).write_text("", encoding="utf-8")
    return len(pages.makers), held.tally[0]


def _files(pages: FolderPages) -> Iterator[tuple[str, bytes]]:
    app, asked = bare_app(), {f"{STATIC}{name}" for name in BUILT}
    for address in pages.makers:
        html = render(app, pages, address, live=False)
        asked.update(_ASKED.findall(html))
        if 'src="/cles/' in html:
            asked.update(f"{STATIC}js/{name}" for name in SCRIPTS)
        yield file_of(address), lead_on(html, partial(relative, here=address)).encode()
    for address in sorted(asked):
        if found := beside(app, pages, address):
            yield address.strip("/"), found[0]
