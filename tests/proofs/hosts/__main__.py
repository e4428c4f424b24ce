"""`make hosts`: a thousand learners, or as many as said, and a year of letters to two hundred people."""

from __future__ import annotations

import logging
import sys

from app.platform.log import logger
from tests.proofs.hosts.network import lacking
from tests.proofs.hosts.table import ELSEWHERE, lines
from tests.proofs.machine import Refused


def main() -> int:
    if lack := lacking():
        print(lack)
        return 1
    found = []
    try:
        for line in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, at_once=16):
            logger.setLevel(logging.WARNING)  # what this process does for them is no news
            print(line, flush=True)
            found.append(line.well)
    except Refused as refused:
        print(refused)
        return 1
    print(ELSEWHERE)
    return 0 if all(found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
