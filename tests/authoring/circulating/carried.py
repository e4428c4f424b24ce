"""Files that go out to be read and come back, as readers leave them: with changes that Word tracks, with comments."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.authoring.circulating.edits import EditedText, carry_edits
from app.authoring.circulating.passages import passages
from app.authoring.circulating.values import ReturnedFile, parse_returned
from app.authoring.circulating.views import paper_of
from app.authoring.incoming.word.process import came_back
from app.content.papers.files import TEXTS
from app.content.papers.paper import mark

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
PRINT = "a" * 64
HEAD = "---\nid : essai\ntitre : Le contrat\ndurée : 5\n---\n\n"


def out(text: str, extension: str = "docx", notes: Mapping[str, str] | None = None) -> bytes:
    return TEXTS[extension].write(paper_of(passages(text, notes or {}), {}, NOW, mark("essai", PRINT)))


def back(data: bytes) -> ReturnedFile:
    return parse_returned(came_back("x.docx", data))


def carried(text: str, change: Callable[[Any], None] | None = None, notes: Mapping[str, str] | None = None) -> EditedText:
    """A lesson out in a Word document, changed there, and in again."""
    data = out(text, notes=notes)
    return carry_edits(text, notes or {}, back(changed(data, change) if change else data))


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    document = docx.Document(io.BytesIO(data))
    change(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def paragraph(document: Any, words: str) -> Any:
    cells = (each for table in document.tables for row in table.rows for cell in row.cells for each in cell.paragraphs)
    return next(each for each in (*document.paragraphs, *cells) if words in each.text)


def tracked(document: Any, old: str, new: str, author: str = "Jeanne Lefèvre") -> None:
    """Some words of one run become others, as Word writes it while it tracks changes."""
    run = next(each for each in paragraph(document, old).runs if old in each.text)
    before, _, after = run.text.partition(old)
    run.text = before
    said = f'w:id="900" w:author="{author}" w:date="2026-11-27T09:00:00Z" {nsdecls("w")}'
    pieces = (
        f'<w:del {said}><w:r><w:delText xml:space="preserve">{old}</w:delText></w:r></w:del>',
        f'<w:ins {said}><w:r><w:t xml:space="preserve">{new}</w:t></w:r></w:ins>',
        f'<w:r {nsdecls("w")}><w:t xml:space="preserve">{after}</w:t></w:r>',
    )
    for piece in reversed(pieces):
        run._r.addnext(parse_xml(piece))


def commented(document: Any, words: str, text: str, author: str = "Jeanne Lefèvre") -> None:
    run = next(each for each in paragraph(document, words).runs if words in each.text)
    document.add_comment(run, text=text, author=author, initials="JL")


def followed(document: Any, words: str, new: str, style: str | None = None) -> None:
    """A paragraph after the one that has these words."""
    added = document.add_paragraph(new, style=style)
    paragraph(document, words)._p.addnext(added._p)


def removed(document: Any, words: str) -> None:
    element = paragraph(document, words)._p
    element.getparent().remove(element)
