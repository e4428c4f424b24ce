"""Two hosts of the guide on one PostgreSQL behind PgBouncer, nginx before them: a dozen learners, and the letters of three weeks. `make hosts` does more of each, kills a host and
restarts PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.proofs.hosts.network import lacking
from tests.proofs.hosts.table import lines
from tests.proofs.machine import Refused

pytestmark = [pytest.mark.proof, pytest.mark.night, pytest.mark.long, pytest.mark.postgres, pytest.mark.xdist_group("hosts")]


def test_two_hosts_do_what_the_guide_promises(record_property: Callable[[str, object], None]) -> None:
    if lack := lacking():
        pytest.skip(lack)
    try:
        found = list(lines(size=12, at_once=3, last=date(2026, 9, 21), whole=False))
    except Refused as refused:
        pytest.xfail(str(refused))
    record_property("shown", "\n".join(map(str, found)))
    assert [line for line in found if not line.well] == []
