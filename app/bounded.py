"""Our own code in a process of its own, with little memory, little time and nothing of our environment: bytes in, bytes out.

Whatever somebody hides in a document, the worker that asked lives on. This file is also what the process begins with: it bounds itself
before the code that is asked for is read, and imports nothing of `app` for it.
"""

from __future__ import annotations

import resource
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__)


def output(code: Path, *arguments: str, data: bytes, mebibytes: int, seconds: int, patience: float) -> bytes:
    """What a file of ours writes when it is given `data`: of addresses, of processor, and of waiting, only so much.

    Raises subprocess.TimeoutExpired, and CalledProcessError where it fails or is stopped.
    """
    command = [sys.executable, "-I", "-B", str(HERE), str(mebibytes), str(seconds), str(code), *arguments]
    done = subprocess.run(  # noqa: S603 — nothing of the command comes from a request
        command, input=data, capture_output=True, timeout=patience, env={"PYTHONUTF8": "1"}, cwd=tempfile.gettempdir(), check=True
    )
    return done.stdout


def bound(mebibytes: int, seconds: int) -> None:
    """From here on, the system stops this process when it takes more, and it writes no file. A limit that is lower already stays."""
    limits = {resource.RLIMIT_AS: mebibytes * 1024 * 1024, resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    for what, most in limits.items():
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    bound(int(sys.argv[1]), int(sys.argv[2]))
    del sys.argv[:3]
    sys.path.insert(0, str(HERE.parent.parent))
    runpy.run_path(sys.argv[0], run_name="__main__")
