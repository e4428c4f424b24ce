"""What several tests share: the Nu checker, of those who write HTML itself, has nothing to say of any page of the real course, as each role sees it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.npm_tools import program, tool


def check(pages: Path, at_least: int) -> None:
    """Every file of a folder, in one run."""
    assert len(list(pages.iterdir())) >= at_least
    java, jar = program("java", "default-jre-headless"), tool("vnu-jar") / "build/dist/vnu.jar"
    checked = subprocess.run([java, "-jar", jar, "--format", "json", pages], capture_output=True, text=True, timeout=600)
    found = [f"{line['url'].rsplit('/', 1)[1]}:{line['lastLine']} {line['message']} « {line['extract']} »" for line in json.loads(checked.stderr)["messages"]]
    assert not found, "\n".join(sorted(found))
