"""What several tests share: a repository, somebody who pushes to it, and a site that follows it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.content.store.queries import Publication, Revision
from app.exchange.git.following import GitReport, follow
from app.exchange.git.repository import repository_of
from app.identity.rules import Role
from app.platform.db import db
from app.platform.settings.tables import Git
from tests.content.cases import example_course
from tests.content.course_folder import LESSON
from tests.content.publishing import publish
from tests.identity.builders import create_person
from tests.making import make_app, make_settings

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
QUIZ = "quizzes/exemple-un-quiz.md"
WORDS = "Le préfet signe le contrat de ville."
"""Of the lesson, in its middle."""


def git(folder: Path, *words: str, **env: str) -> str:
    own = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **env}
    quiet = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")  # what git tidies behind one’s back, it locks
    done = subprocess.run(["git", *quiet, "-c", "init.defaultBranch=main", *words], cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {words}: {done.stderr}"
    return done.stdout


class Forge:
    """A bare repository, and the clone of Karim, who has no account."""

    def __init__(self, folder: Path, template: Path | None = None) -> None:
        self.bare, self.clone = folder / "depot.git", folder / "karim"
        if template:
            shutil.copytree(template, folder)
            git(self.clone, "remote", "set-url", "origin", str(self.bare))
            return
        folder.mkdir(parents=True)
        git(folder, "init", "-q", "--bare", "depot.git")
        git(folder, "--git-dir=depot.git", "config", "receive.autogc", "false")
        git(folder, "clone", "-q", "depot.git", "karim")
        for path, text in example_course().items():
            self.write(path, text)
        self.push("Début")

    def write(self, path: str, text: str) -> None:
        (self.clone / path).parent.mkdir(parents=True, exist_ok=True)
        (self.clone / path).write_text(text, encoding="utf-8")

    def push(self, subject: str = "Suite", address: str = "karim@example.org") -> None:
        signed = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "Karim"), ("EMAIL", address))}
        git(self.clone, "add", "-A")
        git(self.clone, "commit", "-q", "--allow-empty", "-m", subject, **signed)
        git(self.clone, "push", "-q", "origin", "HEAD:main")

    def pull(self) -> None:
        git(self.clone, "fetch", "-q", "origin")
        git(self.clone, "reset", "-q", "--hard", "origin/main")

    def read(self, path: str = LESSON, branch: str = "main") -> str:
        return git(self.bare, "show", f"{branch}:{path}")

    def edit(self, old: str, new: str, path: str = LESSON, address: str = "karim@example.org") -> None:
        """From what is there, and pushed."""
        self.pull()
        text = (self.clone / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))
        self.push(address=address)

    def authors(self, branch: str = "main") -> list[str]:
        return git(self.bare, "log", "--format=%an <%ae>", branch).splitlines()


class GitSite:
    """The site, inside its application; two trainers."""

    def __init__(self, app: Flask, forge: Forge) -> None:
        self.app, self.forge, self.now = app, forge, NOON
        self.ines = create_person(db.session, roles=[Role.TRAINER]).id
        self.basile = create_person(db.session, name="Basile Roche", roles=[Role.TRAINER], password=None).id
        db.session.commit()

    def set_git(self, **changes: Any) -> None:
        settings = self.app.config["CROISEE"]
        self.app.config["CROISEE"] = replace(settings, git=replace(settings.git, **changes))

    def follow(self) -> GitReport:
        self.now += timedelta(minutes=5)
        settings = self.app.config["CROISEE"]
        repository = repository_of(settings)
        assert repository
        db.session.rollback()
        return follow(repository, settings, self.now)

    def text(self, document_id: str = "exemple-un") -> str:
        db.session.rollback()
        found = select(Revision.text).join(Publication, Publication.revision_id == Revision.id).where(Publication.document_id == document_id)
        return db.session.scalar(found) or ""

    def publish(self, old: str, new: str, path: str = LESSON, document_id: str = "exemple-un", author: int = 0) -> None:
        text = self.text(document_id)
        assert old in text
        publish(db.session, path, text.replace(old, new), author_id=author or self.ines, now=self.now)
        db.session.commit()

    def revisions(self, document_id: str = "exemple-un") -> list[Revision]:
        db.session.rollback()
        return list(db.session.scalars(select(Revision).where(Revision.document_id == document_id).order_by(Revision.id)))


@contextmanager
def site_of(folder: Path, forge: Forge, *, features: str = "complet", **changes: Any) -> Iterator[GitSite]:
    settings = make_settings(
        folder, git=Git("git", remote=str(forge.bare), **changes), course_path=folder / "git", site_url="https://cours.example.org", features=features
    )
    app = make_app(settings)
    with app.app_context():
        yield GitSite(app, forge)
        db.session.rollback()
        db.engine.dispose()
