"""The machine: one processor, and a memory bounded by a group of the kernel's where one can be made. Elsewhere it is only measured, and the table says so.

The clients are outside of it, on what other processor there is.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.operations.weight import proportional_size
from tests.proofs.hosts.network import Network
from tests.proofs.shipped import NGINX

MEMORY = 512 * 1024 * 1024
ADDRESS = "127.0.44.1"
NUMBER = 1
"""Of the machine."""
GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Small(Network):
    """What is started on it has one processor, and shares what memory there is. The network is this machine's."""

    processor: int = 0
    group: Path | None = None

    def address(self, number: int) -> str:
        return ADDRESS

    def on(self, number: int, *command: str) -> list[str]:
        into = f"echo $$ > {self.group}/cgroup.procs && " if self.group else ""
        return ["sh", "-c", f'{into}exec taskset -c {self.processor} "$@"', "small", *command]

    def sizes(self) -> dict[int, int]:
        """By process, its share of the memory, in bytes."""
        found = {}
        for pid in descendants(os.getpid()):
            with suppress(OSError):
                if os.sched_getaffinity(pid) == {self.processor}:
                    found[pid] = proportional_size(Path(f"/proc/{pid}"))
        return found

    @property
    def kill_count(self) -> int:
        """By the kernel, for want of memory."""
        told = [self.group / name for name in ("memory.events", "memory.oom_control")] if self.group else []
        return sum(int(count) for path in told if path.exists() for count in re.findall(r"^oom_kill (\d+)", path.read_text(encoding="ascii"), re.MULTILINE))


@contextmanager
def small() -> Iterator[Small]:
    group = _made_group()
    try:
        yield Small("", "", max(os.sched_getaffinity(0)), group)
    finally:
        if group:
            group.rmdir()


def _made_group() -> Path | None:
    """Bounded as the machine's memory is; None where this kernel, or who holds us, lets nobody make one."""
    own = Path("/proc/self/cgroup").read_text(encoding="utf-8")
    old = re.search(r"^\d+:memory:(.*)$", own, re.MULTILINE)
    name = f"croisee-small-{os.getpid()}"
    for parent, limit in ((GROUPS, "memory.max"), *([(GROUPS / "memory" / old[1].lstrip("/"), "memory.limit_in_bytes")] if old else [])):
        with suppress(OSError):
            (parent / name).mkdir()
            if (parent / name / limit).exists():
                (parent / name / limit).write_text(str(MEMORY), encoding="ascii")
                return parent / name
            (parent / name).rmdir()
    return None


def descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from descendants(child)


class Watch(threading.Thread):
    """Notes the most memory that the machine's processes held together, under the name of what goes on."""

    def __init__(self, machine: Small) -> None:
        super().__init__(daemon=True)
        self.machine, self.doing, self.ended = machine, "", threading.Event()
        self.most: dict[str, int] = {}

    def run(self) -> None:
        while not self.ended.wait(0.25):
            if doing := self.doing:
                self.most[doing] = max(self.most.get(doing, 0), sum(self.machine.sizes().values()))

    def end(self) -> None:
        self.ended.set()
        self.join()

    @contextmanager
    def note_most_while(self, what: str) -> Iterator[None]:
        before, self.doing = self.doing, what
        try:
            yield
        finally:
            self.doing = before


def missing_means() -> str:
    if os.geteuid() != 0:
        return "needs root: a group of processes, and nginx on its port"
    return "" if NGINX else "no nginx: apt-get install nginx-light"
