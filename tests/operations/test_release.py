"""`make release`: a version is cut from what is unreleased, or nothing is written and one sentence says why."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from app.platform.settings import ROOT
from tests.operations.deploying import deploy_module

DAY = date(2026, 12, 1)
CHANGELOG = "# What changed\n\n## Unreleased\n\n### Added\n\n- One thing.\n\n## 0.9 (2026-11-30)\n\n- Another.\n"
UPGRADE = "# Upgrading\n\n## From 0.9 to 1.0.0\n\nNothing.\n"


@pytest.fixture(scope="module")
def release() -> ModuleType:
    return deploy_module("release.py")


def test_what_was_unreleased_becomes_the_version(release: ModuleType) -> None:
    changelog, notes = release.cut_changelog(CHANGELOG, "1.0.0", DAY)
    assert [line for line in changelog.splitlines() if line.startswith("## ")] == ["## Unreleased", "## 1.0.0 (2026-12-01)", "## 0.9 (2026-11-30)"]
    assert notes == "### Added\n\n- One thing.\n"
    with pytest.raises(release.Refused):
        release.cut_changelog(changelog, "1.0.1", DAY)  # nothing is unreleased any more


@pytest.mark.parametrize(
    ("asked", "last", "why"),
    [("0.9.0", "0.9.0", "newer"), ("0.8", "0.9.0", "newer"), ("", "0.9.0", "no version"), ("un", "0.9.0", "no version"), ("1.0.1", "1.0.0", "UPGRADE")],
)
def test_a_version_that_cannot_be_is_refused(release: ModuleType, asked: str, last: str, why: str) -> None:
    with pytest.raises(release.Refused, match=why):
        release.check_version(asked, last, UPGRADE)
    release.check_version("1.0.0", "0.9.0", UPGRADE)


@pytest.mark.proof
def test_a_release_is_one_commit_and_its_files_give_the_same_bytes_again(tmp_path: Path) -> None:
    """In a copy of the repository: nothing of this one is touched."""
    clone, git = tmp_path / "clone", ["git", "-c", "safe.directory=*", "-c", "user.name=Une Personne", "-c", "user.email=une.personne@ville.example"]
    clone.mkdir()
    listed = subprocess.run([*git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.rstrip(b"\0").decode().split("\0")
    for name in listed:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_bytes((ROOT / name).read_bytes())
    (clone / "UPGRADE.md").write_text("# Upgrading\n\n## To 99.0.0\n\nNothing to do.\n", encoding="utf-8")
    (clone / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        **{f"GIT_{who}_{what}": "x@y.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    for arguments in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *arguments], cwd=clone, env=environment, check=True)

    def run(version: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "deploy/release.py", version], cwd=clone, env=environment, capture_output=True, text=True)

    assert "newer" in run("0.0.1").stderr
    assert subprocess.run(["git", "status", "--porcelain"], cwd=clone, env=environment, capture_output=True).stdout == b""
    done = run("99.0.0")
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in (clone / "build" / "release").iterdir()}
    assert set(made) == {"croisee-99.0.0-py3-none-any.whl", "croisee-99.0.0.tar.gz", "croisee.cdx.json", "notes.md", "SHA256SUMS"}
    assert made["notes.md"].decode() == "### Added\n\n- One thing.\n"
    assert subprocess.run(["git", "describe", "--exact-match"], cwd=clone, env=environment, capture_output=True, text=True).stdout.strip() == "v99.0.0"
    again = subprocess.run([sys.executable, "-c", "import sys; sys.path.insert(0, 'deploy'); import release; release.write_files('### Added\\n\\n- One thing.\\n')"], cwd=clone, env=environment)  # fmt: skip
    assert again.returncode == 0
    wheel = "croisee-99.0.0-py3-none-any.whl"
    assert (clone / "build" / "release" / wheel).read_bytes() == made[wheel]
