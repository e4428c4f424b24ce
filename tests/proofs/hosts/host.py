"""A host of the site: gunicorn and the jobs beside it, on a machine of its own; and nginx before two of them, with the operators' own files."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.jwk import RSAKey

from app.record import badges
from tests.bench.serving import BIN, ROOT, gunicorn, wait_for
from tests.proofs.hosts.database import Base
from tests.proofs.hosts.network import Network
from tests.proofs.shipped import behind_nginx, nginx

NAME = "croisee.exemple.fr"
"""Of the site, as `deploy/nginx.conf` has it."""
GUIDE = ROOT / "docs" / "exploitants" / "plusieurs-machines.md"
KEY = "une-clef-de-preuve-que-les-deux-machines-partagent"
LIMIT = 5
PROXY, A, B = 2, 11, 12
"""Numbers of the machines, as in the guide."""


@dataclass
class Host:
    network: Network
    number: int
    folder: Path
    """Its own is a folder there, of its number."""
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.network.address(self.number)

    @property
    def instance(self) -> Path:
        return self.folder / str(self.number)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.number}.log"

    def environ(self) -> dict[str, str]:
        self.instance.mkdir(exist_ok=True)
        told = {
            "CROISEE_INSTANCE": str(self.instance),
            "CROISEE_ENV": "production",
            "CROISEE_PROXIES": "1",
            "CROISEE_SITE_URL": f"https://{NAME}",
            "CROISEE_SECRET_KEY": KEY,
            "CROISEE_LOGIN_LIMIT": f"{LIMIT} per minute",
            "CROISEE_POOLER": "oui",
            "DATABASE_URL": self.database,
        }
        return {**os.environ, **told, **self.settings}

    def flask(self, *words: str) -> str:
        done = subprocess.run(self._on(str(BIN / "flask"), "--app", "app", *words), cwd=ROOT, env=self.environ(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        with self.log.open("ab") as told:
            for command in (gunicorn(f"{self.address}:8000"), (str(BIN / "flask"), "--app", "app", "jobs", "run")):
                self.processes.append(subprocess.Popen(self._on(*command), cwd=ROOT, env=self.environ(), stdout=told, stderr=told, start_new_session=True))
        wait_for(8000, self.processes[0], self.address, self.log)

    def _on(self, *command: str) -> list[str]:
        return self.network.on(self.number, *command)

    def tracebacks(self) -> list[str]:
        """The last of them that its log has."""
        return re.findall(r"^Traceback.*?^\w[^\n]*", self.log.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[-3:]

    def kill(self) -> None:
        """The power goes: each process of it, at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, what: signal.Signals) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, what) if what is signal.SIGKILL else process.send_signal(what)
        for process in self.processes:
            process.wait(timeout=60)
        self.processes.clear()


@contextmanager
def hosts(network: Network, folder: Path, base: Base, settings: dict[str, str]) -> Iterator[tuple[Host, Host, float]]:
    """Both of the guide, with the one key of badges that it asks for, prepared at once as it says they may be, and serving; and how long that took."""
    first, second = both = [Host(network, number, folder, base.pooled(), dict(settings)) for number in (A, B)]
    key = json.dumps(RSAKey.generate_key(2048, {"kid": "preuve"}).as_dict(private=True))
    for each in both:
        each.instance.mkdir()
        (each.instance / badges.FILE).write_text(key, encoding="utf-8")
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: each.flask("prepare"), both))
    seconds = time.monotonic() - began
    with ExitStack() as stack:
        for each in both:
            stack.callback(each.stop)
            each.start()
        yield first, second, seconds


@contextmanager
def proxy(network: Network, folder: Path) -> Iterator[str]:
    """The address of nginx before them. The shipped file, with the two lines of the guide in its `upstream`."""
    address = network.address(PROXY)
    (upstream,) = re.findall(r"^   (upstream croisee \{.*?^   \})", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    site = behind_nginx(
        folder,
        (r"^upstream croisee \{(?s:.*?)^\}", re.sub(r"10\.0\.0\.(\d+)", rf"{network.prefix}.\1", upstream)),
        (r"listen (80|443)\b", rf"listen {address}:\1"),
    )
    with nginx(folder, site, 443, address, lambda *command: network.on(PROXY, *command)):
        yield address
