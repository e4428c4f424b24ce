"""A Debian machine to install on: this one's files, or another system's, beneath a layer that takes what is written, with processes, a network and a
systemd of its own.

Nothing of it outlives the test, and this machine is not touched. It needs root and what a kernel of Linux gives root: namespaces and overlays.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MOUNTED = """
set -e
mount -t tmpfs none {folder}
mkdir {folder}/upper {folder}/work {root}
mount -t overlay overlay -o lowerdir={beneath},upperdir={folder}/upper,workdir={folder}/work {root}
mount -t proc proc {root}/proc
mount --rbind /dev {root}/dev
mount -t tmpfs none {root}/run
mount -t tmpfs none {root}/tmp
{hidden}
echo mounted
exec sleep infinity
"""
BOOTED = """
mount -t proc proc {root}/proc
mount -t sysfs -o ro sysfs {root}/sys
mount -t cgroup2 none {root}/sys/fs/cgroup
ip link set lo up
exec chroot {root} /usr/bin/env -i container=croisee PATH={path} /lib/systemd/systemd --unit=multi-user.target --log-target=null
"""
INDEX = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("PIP_")]
"""Where packages come from here, there too."""
HIDDEN = ("/etc/systemd/system", "/opt", "/var/lib/croisee", "/etc/nginx/sites-enabled")
"""What this machine has of its own there is not a new machine's."""


class Refused(Exception):
    """What holds us is no machine that can hold another: nothing of ours is at fault."""


class Machine:
    """One that is installed on: first its files alone, as an image's; after `boot`, a machine that runs."""

    def __init__(self, folder: Path, beneath: Path) -> None:
        self.folder, self.root = folder, folder / "root"
        hidden = "\n".join(f"mkdir -p {self.root}{path}; mount -t tmpfs none {self.root}{path}" for path in HIDDEN)
        script = MOUNTED.format(folder=folder, root=self.root, beneath=beneath, hidden=hidden)
        self.holder = subprocess.Popen(["unshare", "--mount", "bash", "-c", script], stdout=subprocess.PIPE, text=True, umask=0o022)
        assert self.holder.stdout
        if self.holder.stdout.readline() != "mounted\n":
            raise Refused("this kernel gives root no namespace or no overlay")
        self.systemd: subprocess.Popen[bytes] | None = None
        self.beside = ["nsenter", "-t", str(self.holder.pid), "--mount"]
        self.inside = [*self.beside]

    def run(self, *command: str, code: int = 0, **environ: str) -> str:
        """In the machine, as root; what it wrote."""
        chroot = ["chroot", str(self.root)] if self.systemd is None else []
        words = [*self.inside, *chroot, "env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", *INDEX, *(f"{name}={value}" for name, value in environ.items()), *command]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/", umask=0o022)
        assert done.returncode == code, done.stdout
        return done.stdout

    def outside(self, *command: str, code: int = 0) -> str:
        """With this machine's files, and that machine's at `root`."""
        words = [*self.beside, "env", f"PATH={PATH}", *command]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, umask=0o022)
        assert done.returncode == code, done.stdout
        return done.stdout

    def shell(self, script: str, code: int = 0) -> str:
        return self.run("sh", "-euc", script, code=code)

    def boot(self) -> None:
        script = BOOTED.format(root=self.root, path=PATH)
        words = [*self.beside, "unshare", "--pid", "--fork", "--kill-child", "--net", "--uts", "--cgroup", "--mount", "bash", "-euc", script]
        self.systemd = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, umask=0o022)
        for _ in range(200):
            if pid := self._first():
                self.inside = ["nsenter", "-t", pid, "--mount", "--pid", "--net", "--uts", "--cgroup", "--root", "--wd"]
                state = subprocess.run([*self.inside, "systemctl", "is-system-running", "--wait"], capture_output=True, text=True, check=False)
                if state.stdout.strip() in ("running", "degraded"):
                    return
            time.sleep(0.1)
        raise Refused("no systemd starts in a namespace here")

    def _first(self) -> str:
        """The number, here, of that machine's first process."""
        assert self.systemd
        with_children = Path(f"/proc/{self.systemd.pid}/task/{self.systemd.pid}/children")
        children = with_children.read_text(encoding="ascii").split() if with_children.exists() else []
        named = [child for child in children if Path(f"/proc/{child}/comm").read_text(encoding="ascii").strip() == "systemd"]
        return named[0] if named else ""

    def close(self) -> None:
        for process in (self.systemd, self.holder):
            if process:
                process.kill()
                process.wait(timeout=60)
        if self.holder.stdout:
            self.holder.stdout.close()


@contextmanager
def machine(folder: Path, beneath: Path = Path("/")) -> Iterator[Machine]:
    try:
        made = Machine(folder, beneath)
    except Refused as refused:
        pytest.xfail(str(refused))
    try:
        yield made
    except Refused as refused:
        pytest.xfail(str(refused))
    finally:
        made.close()


def lacking() -> str:
    """What this machine lacks to hold another; empty: nothing."""
    if os.geteuid() != 0:
        return "needs root: it makes a machine of its own in namespaces"
    missing = [name for name in ("/lib/systemd/systemd", "/usr/sbin/nginx", "/usr/bin/python3") if not Path(name).exists()]
    if missing or not shutil.which("ip"):
        return f"no {', '.join(missing) or 'ip'}: apt-get install systemd nginx-light python3-venv iproute2"
    return ""
