"""The clone of a followed repository, by the git command of the machine: its keys and helpers are the operator's."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from app.platform.errors import DomainError
from app.platform.settings import Settings
from app.platform.settings.tables import Git

PATIENCE = 120
"""Seconds that one git command may take."""
SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "core.autocrlf=false", "-c", "protocol.ext.allow=never", "-c", "gc.auto=0")
"""Nothing of a repository runs here, and no file of it leads out of the clone."""
_USER = re.compile(r"(?<=://)[^/@\s]+@")


class GitFailed(DomainError):
    """git refused, or did not answer."""

    status = 503

    def __init__(self, told: str) -> None:
        said = [_USER.sub("", line) for line in told.strip().splitlines() if line.strip()]
        first = next((line for line in said if line.startswith(("fatal:", "error:", "remote:", " !"))), said[-1] if said else "git n’a rien dit")
        super().__init__(f"Le dépôt ne répond pas comme il faut : {first.removeprefix('fatal: ').strip()[:200]}")


class Outrun(DomainError):
    """Somebody pushed meanwhile: one begins again from what is there now."""

    sentence = "Le dépôt a reçu autre chose entre-temps : le prochain passage reprendra."


class Tip(Struct, frozen=True):
    """The last commit of the followed branch."""

    sha: str
    subject: str
    at: str
    """ISO 8601."""


class Repository(Struct, frozen=True):
    git: Git
    root: Path
    """The clone."""

    @property
    def course(self) -> Path:
        return self.root / self.git.path if self.git.path else self.root

    @property
    def branch_ref(self) -> str:
        return f"refs/remotes/origin/{self.git.branch}"

    @property
    def shown_remote(self) -> str:
        """Its address, without what opens it."""
        return _USER.sub("", self.git.remote)

    def run(self, *words: str, folder: Path | None = None, more: Mapping[str, str] | None = None) -> str:
        """What git prints. Raises GitFailed."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith("GIT_SSH")}
        env = own | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", **(more or {})}
        try:
            done = subprocess.run(["git", *SAFE, *words], cwd=folder or self.root, env=env, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603, S607 — the machine's git
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitFailed(
                "git est introuvable sur cette machine" if isinstance(error, FileNotFoundError) else f"sans réponse en {PATIENCE} secondes"
            ) from None
        if done.returncode:
            raise GitFailed(done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace")

    def refresh(self) -> None:
        """Takes what is pushed: the clone is then the tip of the branch. Raises GitFailed."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not (self.root / ".git").is_dir():
            self.run("init", "-q")
        self.run("fetch", "-q", "--no-tags", "--end-of-options", self.git.remote, f"+refs/heads/{self.git.branch}:{self.branch_ref}")
        self.run("checkout", "-q", "--force", "--detach", self.branch_ref)
        self.run("clean", "-qfdx")

    def tip(self) -> Tip:
        """Raises GitFailed where nothing was taken yet."""
        sha, at, subject = self.run("log", "-1", "--format=%H%n%aI%n%s", self.branch_ref).split("\n")[:3]
        return Tip(sha, subject, at)

    def addresses(self, paths: Iterable[str]) -> dict[str, str]:
        """Path of the course → the address of whoever committed it last."""
        return {path: self.run("log", "-1", "--format=%ae", self.branch_ref, "--", path, folder=self.course).strip() for path in paths}

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """The course of the branch's tip in a folder aside, where commits are made; gone afterwards."""
        aside = self.root.with_name(f"{self.root.name}-sortie")
        shutil.rmtree(aside, ignore_errors=True)
        self.run("worktree", "prune")
        self.run("worktree", "add", "-q", "--force", "--detach", str(aside), self.branch_ref)
        try:
            yield aside / self.git.path if self.git.path else aside
        finally:
            self.run("worktree", "remove", "--force", str(aside))

    def commit(self, folder: Path, paths: Iterable[str], author: tuple[str, str], subject: str) -> None:
        """`paths`: those of `folder` that changed. `author`: a name and an address."""
        name, address = author
        signed = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": address, "GIT_COMMITTER_NAME": "Croisée", "GIT_COMMITTER_EMAIL": address}
        self.run("add", "--all", "--", *paths, folder=folder)
        self.run("commit", "-q", "--allow-empty-message", "-m", subject, folder=folder, more=signed)

    def push(self, folder: Path) -> None:
        """To the followed branch, never by force; to a branch of its own, as what it proposes now. Raises Outrun, GitFailed."""
        target = self.git.push or self.git.branch
        if target != self.git.branch:
            return self._propose(folder, target)
        try:
            self.run("push", "-q", "--end-of-options", self.git.remote, f"HEAD:refs/heads/{target}", folder=folder)
        except GitFailed as error:
            raise Outrun if "rejected" in error.sentence or "fetch first" in error.sentence else error from None

    def _propose(self, folder: Path, target: str) -> None:
        """Nothing where that branch holds the same files already: it is not made new each time."""
        known = self.run("ls-remote", "--heads", "--end-of-options", self.git.remote, f"refs/heads/{target}").split()
        if known:
            self.run("fetch", "-q", "--no-tags", "--end-of-options", self.git.remote, f"+refs/heads/{target}:refs/remotes/origin/{target}")
            trees = self.run("rev-parse", f"refs/remotes/origin/{target}^{{tree}}", "HEAD^{tree}", folder=folder).split()
            bases = self.run("merge-base", f"refs/remotes/origin/{target}", self.branch_ref).strip(), self.run("rev-parse", self.branch_ref).strip()
            if trees[0] == trees[1] and bases[0] == bases[1]:
                return
        self.run("push", "-q", "--force", "--end-of-options", self.git.remote, f"HEAD:refs/heads/{target}", folder=folder)


def repository_of(settings: Settings) -> Repository | None:
    """None where the site follows none."""
    return Repository(settings.git, settings.instance_path / "git") if settings.git else None


@contextmanager
def one_at_a_time(repository: Repository) -> Iterator[None]:
    """The clone is one: the job and the button wait for each other."""
    repository.root.parent.mkdir(parents=True, exist_ok=True)
    with repository.root.with_name(f"{repository.root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
