"""What the site weighs on this machine, for `flask doctor`: the share of memory of its processes (PSS), beside what there is for them. Linux alone tells it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from app.operations.machine import Finding
from app.platform.french import exact
from app.platform.settings import ROOT, Settings

PROCESSES, GROUPS = Path("/proc"), Path("/sys/fs/cgroup")
MEGABYTE = 1_000_000
TIGHT = 0.9
"""Of what there is: a PDF or a Word document takes some 60 MB more for as long as it is made or read."""
ROLES = (("pages", ("app/operations/serving.py",)), ("travaux", ("jobs", "run")), ("pages et travaux", ("serve",)))
"""What a process does → words of its command that stand together."""


TITLE = "gunicorn: "
"""How gunicorn calls its processes where `setproctitle` is installed, which Croisée does not ask for."""


class SiteProcess(Struct, frozen=True):
    pid: int
    role: str
    size: int
    """Bytes: what is common to several processes is divided among them."""


def check_weight(settings: Settings) -> Iterator[Finding]:
    """Nothing where the site is not running, or is another account's."""
    found = list(site_processes(settings.instance_path))
    if not found:
        return
    whole, room = sum(each.size for each in found), min(memory_limits(found[0].pid), default=0)
    roles = {role: [each.size for each in found if each.role == role] for role in dict.fromkeys(each.role for each in found)}
    parts = " ; ".join(f"{role} : {_megabytes(sum(sizes))}, en {len(sizes)} processus" for role, sizes in roles.items())
    told = f"Mémoire : le site pèse {_megabytes(whole)} Mo ({parts})" + (f" sur {_megabytes(room)} Mo permis" if room else "")
    well = not room or whole <= TIGHT * room
    yield well, f"{told}." if well else f"{told} : donnez-lui davantage, ou moins de processus (WEB_CONCURRENCY=1, docs/exploitants/grandir.md)."


def _megabytes(size: int) -> str:
    return exact(round(size / MEGABYTE))


def site_processes(instance: Path) -> Iterator[SiteProcess]:
    """Those of this account that serve this folder, and the processes that they began, which bear the same command."""
    for folder in sorted(PROCESSES.glob("[0-9]*"), key=lambda each: int(each.name)):
        with suppress(OSError):  # of another account, or gone meanwhile
            role = _role((folder / "cmdline").read_bytes().decode(errors="replace").split("\0"))
            if role and _serves(folder, instance) and (size := proportional_size(folder)):
                yield SiteProcess(int(folder.name), role, size)


def _role(words: list[str]) -> str:
    """Empty: none of ours."""
    if words[0].startswith(TITLE):
        return ROLES[0][0]
    ours = any("gunicorn" in word or "flask" in word for word in words)
    return next((role for role, told in ROLES if ours and any(tuple(words[n : n + len(told)]) == told for n in range(len(words)))), "")


def _serves(folder: Path, instance: Path) -> bool:
    """Of what has a title, which is written over its environment, it is enough that it runs this version."""
    environ, where = (folder / "environ").read_bytes().strip(b"\0"), (folder / "cwd").resolve()
    told = re.search(rb"(?:^|\0)CROISEE_INSTANCE=([^\0]+)", environ)
    return where == ROOT if not environ else (where / os.fsdecode(told[1] if told else b"instance")).resolve() == instance.resolve()


def proportional_size(folder: Path) -> int:
    """Bytes of the process whose folder of `/proc` this is; 0 where it has ended."""
    told = re.search(r"^Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text(encoding="ascii"), re.MULTILINE)
    return int(told[1]) * 1024 if told else 0


def memory_limits(pid: int) -> Iterator[int]:
    """Bytes that a process and its like may take together: of its group, of each group around it, and of the machine."""
    with suppress(OSError):
        yield int(re.findall(r"^MemTotal:\s+(\d+) kB", (PROCESSES / "meminfo").read_text(encoding="ascii"), re.MULTILINE)[0]) * 1024
        own = re.search(r"^0::/(.*)$", (PROCESSES / str(pid) / "cgroup").read_text(encoding="utf-8"), re.MULTILINE)
        group = GROUPS / own[1] if own else GROUPS
        for each in (group, *group.parents):
            with suppress(OSError, ValueError):  # no limit: « max »
                yield int((each / "memory.max").read_text(encoding="ascii"))
