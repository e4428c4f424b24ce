"""What several tests share: a wheel holds the whole application and its course, and serves them where nothing of the repository is."""

from __future__ import annotations

import subprocess

from app.platform.settings import ROOT


def tracked(*folders: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return listed.rstrip("\0").split("\0")
