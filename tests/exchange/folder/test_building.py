"""Static pages of a folder: relative, whole, written over nothing that is somebody's; and what readers see changed between two commits."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from app.exchange.folder.building import NotOurs, build
from app.exchange.folder.changes import NoVersion, tell_changes
from tests.exchange.folder.folders import LESSON, ON, Folder

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def git(folder: Path, *words: str) -> str:
    own = ("-c", "user.name=Inès", "-c", "user.email=ines@example.org")
    return subprocess.run(["git", "-C", str(folder), *own, *words], capture_output=True, text=True, check=True).stdout


def test_every_address_of_every_page_is_a_file_beside_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    folder.replace("Une liste commence", "![Une salle](images/salle.png)\n\nUne liste commence")
    (folder.root / "modules/preparer-une-reunion/images").mkdir()
    (folder.root / "modules/preparer-une-reunion/images/salle.png").write_bytes(PNG)
    out = tmp_path / "pages"
    assert build(folder.root, out, ON) == (9, 0)
    pages = list(out.rglob("*.html"))
    for page in pages:
        for address in re.findall(r' (?:href|src)="([^"#]+)', page.read_text(encoding="utf-8")):
            assert address.startswith("https://") or (page.parent / address).resolve().is_file(), (page, address)
    sheets = [(sheet, name) for sheet in out.rglob("*.css") for name in re.findall(r'url\("([^"?)]+)', sheet.read_text(encoding="utf-8"))]
    assert sheets
    assert all((sheet.parent / name).is_file() for sheet, name in sheets)
    assert len(list(out.glob("media/*.png"))) == 1
    assert "preview.js" not in "".join(page.read_text(encoding="utf-8") for page in pages), "a preview's own remain there"


def test_a_build_replaces_a_build_and_nothing_else(tmp_path: Path) -> None:
    folder, out = Folder(tmp_path / "cours"), tmp_path / "pages"
    build(folder.root, out, ON)
    (folder.root / LESSON).unlink()
    build(folder.root, out, ON)
    assert not (out / "lecons/annoncer-le-but.html").exists()
    for taken in (folder.root, folder.root / LESSON.replace("01-annoncer-le-but", "module")):
        with pytest.raises(NotOurs):
            build(folder.root, taken, ON)
    assert (folder.root / "quizzes").is_dir()


def test_what_readers_see_changed_between_two_commits(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    git(tmp_path, "init", "-q", "cours")
    git(folder.root, "add", ".")
    git(folder.root, "commit", "-qm", "Début")
    folder.replace("Mardi, neuf heures.", "Jeudi, neuf heures.")
    folder.replace(
        "- [x] Devant le groupe, avant de se lever\n- [ ] Le lendemain",
        "- [ ] Devant le groupe, avant de se lever\n- [x] Le lendemain",
        "quizzes/decider-ensemble-quiz.md",
    )
    folder.replace("durée : 5", "durée : 5\nnotes : rien que les lecteurs voient")
    said = "\n".join(tell_changes(folder.root, "HEAD", None, ON))
    assert "[-Mardi-]{+Jeudi+}, neuf heures." in said
    assert "decider-ensemble-quiz" in said, "a key that moves is a change that readers see"
    git(folder.root, "commit", "-qam", "Suite")
    assert list(tell_changes(folder.root, "HEAD", "HEAD", ON)) == ["Rien ne change pour les lecteurs."]
    assert "\n".join(tell_changes(folder.root, "HEAD~1", "HEAD", ON)) == said
    with pytest.raises(NoVersion):
        list(tell_changes(folder.root, "--output=ailleurs", None, ON))
    with pytest.raises(NoVersion):
        list(tell_changes(tmp_path, "HEAD", None, ON))
