"""Reads a file of questions in a process of its own (`app/platform/sandbox.py`): bytes in; out, a bank as JSON, or the sentence of a refusal."""

from __future__ import annotations

import json
import sys

from app.authoring.incoming import image_process
from app.exchange.banks.bank import pack_bank
from app.exchange.banks.reading.reader import bank_of
from app.platform.zips import FileRefused


def answer(data: bytes) -> bytes:
    try:
        return pack_bank(bank_of(data, image_process.answers))
    except FileRefused as refused:
        return json.dumps({"refused": refused.sentence}).encode()


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
