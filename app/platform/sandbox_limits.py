"""What a process of our own begins with (`app.platform.sandbox`): it bounds itself before the code that is asked for is read, and imports nothing of `app` for it."""

from __future__ import annotations

import resource
import runpy
import sys
from pathlib import Path

HERE = Path(__file__)


def limit_process(mebibytes: int, seconds: int) -> None:
    """Limits this process from now on: memory, processor time, no file written. A lower limit already set stays."""
    limits = {resource.RLIMIT_AS: mebibytes * 1024 * 1024, resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    for what, most in limits.items():
        soft, hard = (limit if limit != resource.RLIM_INFINITY else sys.maxsize for limit in resource.getrlimit(what))
        most = min(most, soft, hard)
        # At the lower of its two limits of time a process is told which it is (SIGXCPU), at the higher it is killed without a word.
        resource.setrlimit(what, (most, min(most + 1, hard) if what == resource.RLIMIT_CPU else most))


if __name__ == "__main__":
    limit_process(int(sys.argv[1]), int(sys.argv[2]))
    del sys.argv[:3]
    sys.path.insert(0, str(HERE.parents[2]))
    runpy.run_path(sys.argv[0], run_name="__main__")
