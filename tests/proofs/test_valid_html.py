"""The Nu checker, of those who write HTML itself, has nothing to say of any page of the real course, as each role sees it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.npm_tools import program, tool
from tests.proofs.learners import Scriptless, sign_in
from tests.proofs.test_pages import WHO, addresses, more, values
from tests.strict import StrictClient

__all__ = ["values"]

pytestmark = pytest.mark.proof

LOST = "/nulle-part"
"""A page of error."""


def test_the_nu_checker_has_nothing_to_say(app: Flask, values: dict[str, Any], passwords: dict[str, str], tmp_path: Path) -> None:
    java, jar = program("java", "default-jre-headless"), tool("vnu-jar") / "build/dist/vnu.jar"
    for who, email in WHO.items():
        client = StrictClient(app)
        if email:
            sign_in(Scriptless(client), email, passwords[email])
        for path in [*addresses(app, values), *(more(app, values) if who == "learner" else []), LOST]:
            answer = client.get(path)
            if answer.mimetype == "text/html" and (answer.status_code == 200 or path == LOST):
                (tmp_path / f"{who}{path.replace('/', '_')}.html").write_bytes(answer.data)
    assert len(list(tmp_path.iterdir())) > 130
    checked = subprocess.run([java, "-jar", jar, "--format", "json", tmp_path], capture_output=True, text=True, timeout=300)
    found = [f"{line['url'].rsplit('/', 1)[1]}:{line['lastLine']} {line['message']} « {line['extract']} »" for line in json.loads(checked.stderr)["messages"]]
    assert not found, "\n".join(sorted(found))
