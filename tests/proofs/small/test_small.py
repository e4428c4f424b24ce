"""A minute of `make small`: nothing is killed, nothing fails, and it fits. How long a page takes is judged by hand, on a quiet machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proofs.small.machine import MEMORY, missing_means
from tests.proofs.small.region import region

pytestmark = [pytest.mark.proof, pytest.mark.long, pytest.mark.xdist_group("small")]


def test_a_region_on_the_smallest_machine(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    if lack := missing_means():
        pytest.skip(lack)
    found = region(tmp_path, people=200, seconds=20, day=False)
    record_property("shown", str(found))
    assert found.wrong == []
    assert found.crowd.tally.wrong == {}
    assert found.killed == 0
    assert found.requests > 200, "they went on until the end"
    assert max(found.most.values()) < MEMORY
