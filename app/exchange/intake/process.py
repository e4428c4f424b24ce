"""Reads what an author gives, in a process of its own (`app/platform/sandbox.py`): a line of JSON, [name], and bytes in; sources and pictures as JSON out."""

from __future__ import annotations

import base64
import json
import sys

import msgspec

from app.authoring.incoming import image_process
from app.exchange.intake.files import sources_of
from app.platform.zips import FileRefused


def answer(name: str, data: bytes) -> bytes:
    try:
        found = sources_of(name, data, image_process.answers)
    except FileRefused as refused:
        return json.dumps({"refused": refused.sentence}).encode()
    pictures = {name: base64.b64encode(picture).decode() for name, picture in found.pictures.items()}
    return msgspec.json.encode({"sources": found.sources, "pictures": pictures})


if __name__ == "__main__":
    (NAME,) = json.loads(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(answer(NAME, sys.stdin.buffer.read()))
