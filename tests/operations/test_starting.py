"""`flask serve`: one command prepares a site, runs its jobs beside it and serves it; all of it stops together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.bench.serving import ROOT, free_port, wait_for

TOKEN = "jeton-de-mesure-0123456789abcdefghij"


@pytest.mark.proof
def test_a_whole_site_by_one_command(tmp_path: Path) -> None:
    """Its lines are JSON, and both of its processes are counted together."""
    port = free_port()
    own = {"CROISEE_INSTANCE": str(tmp_path / "instance"), "PORT": str(port), "CROISEE_ENV": "production", "CROISEE_SITE_URL": "https://croisee.example"}
    environ = {**os.environ, **own, "CROISEE_METRICS_TOKEN": TOKEN, "CROISEE_LOG_FORMAT": "json"}
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    with (tmp_path / "log").open("wb") as told, subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=told) as process:
        wait_for(port, process)
        for _ in range(20):
            urlopen(f"http://127.0.0.1:{port}/aide", timeout=30).close()
        with urlopen(Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}), timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    assert 'croisee_requests_total{endpoint="web.help",status="2xx"} 20.0' in lines
    assert {"croisee_processes 2.0", "croisee_database_up 1.0"} <= set(lines)
    assert process.returncode == 0
    said = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert sum(line.get("route") == "/aide" for line in said) == 20
