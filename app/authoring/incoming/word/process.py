"""Reads what was pasted in a text, or a Word document that comes back from its readers, in a process of its own (`app/platform/sandbox.py`): a line of JSON and bytes in, JSON out.

The line is [kind, name], of which the kind is `paste` for a part of a page, or `returned` for a file that went out to be read. Whatever somebody
hides in a document, it may take a bounded time and memory here, and neither the site's process nor its secrets are at hand. Nothing is ever
fetched: what a document points at elsewhere is left out."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

from app.authoring.incoming.word import docx_changes, habits, safety
from app.authoring.incoming.word.markdown import markdown
from app.authoring.incoming.word.safety import main_part
from app.content.values.text import MAX_CHARACTERS
from app.platform.zips import FileRefused


def answer(kind: str, name: str, data: bytes) -> dict[str, Any]:
    """What was asked; or why it is not given."""
    try:
        return came_back(name, data) if kind == "returned" else {"text": convert_paste(data.decode("utf-8", "replace"))}
    except FileRefused as refused:
        return {"refused": refused.sentence}


def came_back(name: str, data: bytes) -> dict[str, Any]:
    """What a file says that readers changed. Raises FileRefused, for what no lesson became too: it will be compared where everybody waits."""
    safety.check(name, data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        found = docx_changes.read_returned(parts, main_part(parts))
    if sum(len(each["text"]) for each in (*found["pieces"], *found["comments"])) + sum(map(len, found["notes"])) > 2 * MAX_CHARACTERS:
        raise FileRefused("Ce fichier est bien plus long que la leçon qu’il était : ne renvoyez que cette leçon.")
    return found


def convert_paste(html: str) -> str:
    """A part of a page as Markdown, its notes at its end."""
    remarks: list[str] = []
    return habits.markdown_of_paste(markdown(html, remarks, []), remarks)


if __name__ == "__main__":
    KIND, NAME = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write(json.dumps(answer(KIND, NAME, sys.stdin.buffer.read())))
