"""Checks and reads a Word document or a pasted page, in a process of its own (`app/platform/sandbox.py`): a line of JSON and bytes in, JSON out.

The line is [kind, name, title], of which the kind is `docx`, `html` for a whole page, `paste` for a part of one, or `returned` for a file
that went out to be read and comes back. Whatever somebody hides in a document, it may take a bounded time and memory here, and neither the site's process nor its secrets are at
hand. Nothing is ever fetched: what a document points at elsewhere is left out."""

from __future__ import annotations

import base64
import io
import json
import sys
import zipfile
from typing import Any

import mammoth  # type: ignore[import-untyped]  # ships no types
from defusedxml.ElementTree import fromstring, tostring

from app.authoring.incoming import image_process
from app.authoring.incoming.word import docx_changes, habits, papers, safety
from app.authoring.incoming.word.composing import ComposedLesson, compose, compose_pasted
from app.authoring.incoming.word.markdown import PICTURE, markdown
from app.authoring.incoming.word.papers import Lists
from app.content.values.text import MAX_CHARACTERS
from app.platform.zips import FileRefused

MOST_PICTURES = 60
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = """
p[style-name='Title'] => p.titre:fresh
p[style-name='Titre'] => p.titre:fresh
p[style-name='Titre 1'] => h1:fresh
p[style-name='Titre 2'] => h2:fresh
p[style-name='Titre 3'] => h3:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
highlight => strong
p[style-name='toc 1'] => !
p[style-name='toc 2'] => !
p[style-name='toc 3'] => !
p[style-name='TOC Heading'] => !
"""


class WordReader:
    """One document: its HTML, the images in their order, and what was lost, by the number of its mark."""

    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self.remarks: list[str] = []

    def docx(self, data: bytes) -> str:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            marked = self._mark_document(parts)
        options = {"style_map": _STYLES, "include_embedded_style_map": False, "external_file_access": False}
        converted = mammoth.convert_to_html(io.BytesIO(marked), convert_image=mammoth.images.img_element(self._picture), **options)
        return str(converted.value)

    def _mark_document(self, parts: zipfile.ZipFile) -> bytes:
        """The same document, with marks in the place of what would be lost."""
        names, main = set(parts.namelist()), _main_part(parts)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for name in parts.namelist():
                data = parts.read(name)
                if name == main:
                    root = fromstring(data, forbid_dtd=True)
                    self._type_numbers(root, parts, main.rpartition("/")[0])
                    habits.mark_losses(root, self._comments(parts, names), self.remarks)
                    data = tostring(root, "utf-8")
                copy.writestr(name, data)
        self._margins(parts, names)
        return out.getvalue()

    def _type_numbers(self, root: Any, parts: zipfile.ZipFile, folder: str) -> None:
        """What Word numbers and marks by itself, as people type it."""
        body = root.find(f"{_W}body")
        if body is not None:
            lists = Lists(docx_changes.tree_of(parts, f"{folder}/numbering.xml"), docx_changes.tree_of(parts, f"{folder}/styles.xml"))
            papers.type_numbers(body, lists, self._remark)

    def _remark(self, said: str) -> str:
        self.remarks.append(said)
        return f"{habits.OPEN}{len(self.remarks) - 1}{habits.CLOSE}"

    @staticmethod
    def _comments(parts: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
        if "word/comments.xml" not in names:
            return {}
        root = fromstring(parts.read("word/comments.xml"), forbid_dtd=True)
        return {comment.get(f"{_W}id", ""): habits.words(comment) for comment in root.iter(f"{_W}comment")}

    def _margins(self, parts: zipfile.ZipFile, names: set[str]) -> None:
        """Headers and footers, which a lesson has not."""
        margins = [name for name in names if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")]
        if any(habits.words(fromstring(parts.read(name), forbid_dtd=True)) for name in margins):
            self.remarks.append("L’en-tête et le pied de page ne sont pas repris.")

    def _picture(self, image: Any) -> dict[str, str]:
        try:
            with image.open() as file:
                self.pictures.append(file.read() if len(self.pictures) < MOST_PICTURES else b"")
        except (KeyError, ValueError, OSError):
            self.pictures.append(b"")
        return {"src": f"{PICTURE}{len(self.pictures) - 1}"}


def _main_part(parts: zipfile.ZipFile) -> str:
    """The name of the part that holds the text: Word's web editor calls it otherwise."""
    try:
        relations = fromstring(parts.read("_rels/.rels"), forbid_dtd=True)
    except KeyError:
        return "word/document.xml"
    targets = (each.get("Target", "") for each in relations if each.get("Type", "").endswith("/officeDocument"))
    return next(targets, "word/document.xml").lstrip("/")


def answer(kind: str, name: str, title: str, data: bytes) -> dict[str, Any]:
    """The texts and the pictures, in base 64; or why there are none."""
    try:
        if kind == "returned":
            return came_back(name, data)
        made = compose_document(kind, name, title, data)
    except FileRefused as refused:
        return {"refused": refused.sentence}
    pictures = [(each.name, base64.b64encode(each.data).decode(), each.width, each.height) for each in made.pictures.values()]
    return {"title": made.title, "lesson": made.lesson, "quiz": made.quiz, "pictures": pictures}


def came_back(name: str, data: bytes) -> dict[str, Any]:
    """What a file says that readers changed. Raises FileRefused, for what no lesson became too: it will be compared where everybody waits."""
    safety.check(name, data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        found = docx_changes.read_returned(parts, _main_part(parts))
    if sum(len(each["text"]) for each in (*found["pieces"], *found["comments"])) + sum(map(len, found["notes"])) > 2 * MAX_CHARACTERS:
        raise FileRefused("Ce fichier est bien plus long que la leçon qu’il était : ne renvoyez que cette leçon.")
    return found


def compose_document(kind: str, name: str, title: str, data: bytes) -> ComposedLesson:
    """Raises FileRefused."""
    reading = WordReader()
    if kind == "paste":
        return ComposedLesson("", compose_pasted(markdown(data.decode("utf-8", "replace"), reading.remarks, reading.pictures), reading.remarks), "", {})
    if kind == "docx":
        safety.check(name, data)
        html = reading.docx(data)
    else:
        html = data.decode("utf-8", "replace")
    return compose(markdown(html, reading.remarks, reading.pictures), reading.remarks, reading.pictures, title, image_process.answers)


if __name__ == "__main__":
    KIND, NAME, TITLE = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write(json.dumps(answer(KIND, NAME, TITLE, sys.stdin.buffer.read())))
