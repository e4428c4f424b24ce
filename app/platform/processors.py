"""How many processors the site may use."""

from __future__ import annotations

import os
import sys


def processors() -> int:
    """Of those of the machine, as many as this process was given (`taskset`, `AllowedCPUs=` of a unit, a container's set)."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
