"""A small network: a bridge of this machine, and machines on it that have an address of their own and nothing else of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.machine import Refused

HERE = 1
"""The number of this machine, where the database and the learners are."""
NEEDED = ("/usr/sbin/nginx", "/usr/sbin/pgbouncer")


@dataclass(frozen=True)
class Network:
    bridge: str
    prefix: str

    def address(self, number: int) -> str:
        return f"{self.prefix}.{number}"

    def name(self, number: int) -> str:
        return f"{self.bridge}-{number}"

    def on(self, number: int, *command: str) -> list[str]:
        """That command, run by that machine."""
        return ["ip", "netns", "exec", self.name(number), *command]


def lacking() -> str:
    """What this machine lacks to hold others; empty: nothing."""
    if os.geteuid() != 0:
        return "needs root: it makes machines of its own in namespaces"
    missing = [name for name in NEEDED if not Path(name).exists()] + ["ip"] * (not shutil.which("ip"))
    return f"no {', '.join(missing)}: apt-get install nginx-light pgbouncer iproute2" if missing else ""


@contextmanager
def network(*numbers: int) -> Iterator[Network]:
    """One machine a number, from 2 on."""
    here = os.getpid()
    made = Network(f"cr{here}", f"10.{200 + here % 50}.{here // 50 % 250}")
    try:
        _tell("link", "add", made.bridge, "type", "bridge")
        _tell("addr", "add", f"{made.address(HERE)}/24", "dev", made.bridge)
        _tell("link", "set", made.bridge, "up")
        for number in numbers:
            _plug(made, number)
        yield made
    finally:
        for number in numbers:
            subprocess.run(["ip", "netns", "del", made.name(number)], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", made.bridge], capture_output=True, check=False)


def _plug(made: Network, number: int) -> None:
    name, cable = made.name(number), f"{made.bridge}v{number}"
    _tell("netns", "add", name)
    _tell("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
    _tell("link", "set", cable, "master", made.bridge, "up")
    _tell("-n", name, "addr", "add", f"{made.address(number)}/24", "dev", "eth0")
    for each in ("lo", "eth0"):
        _tell("-n", name, "link", "set", each, "up")


def _tell(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"this kernel gives root no namespace or no bridge: {done.stderr.strip()}")
