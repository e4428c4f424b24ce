"""A course begun in a temporary folder, and its pages as a preview answers them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from werkzeug.test import Client, TestResponse

from app.exchange.folder.beginning import begin_course
from app.exchange.folder.preview import Preview

ON = date(2026, 12, 1)
HOST = "http://127.0.0.1:8000"
LESSON = "modules/preparer-une-reunion/01-annoncer-le-but.md"


class Folder:
    """`root` holds the course that `croisee new` writes."""

    def __init__(self, root: Path, *, begun: bool = True) -> None:
        self.root = root
        if begun:
            begin_course(root)
        self.preview = Preview(root, lambda: ON)
        self.client: Client = self.preview.app.test_client()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str, path: str = LESSON) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, base_url=HOST)

    def addresses(self) -> list[str]:
        return [*self.preview.pages().makers, "/remarques"]
