"""What is pasted in a text, as Markdown; and a Word document that comes back from its readers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import draft_of, published_revision, working_text
from app.authoring.editor.snippets import next_note
from app.authoring.incoming.uploads import LONGEST_PASTE, instance
from app.authoring.models import SentText, blueprint
from app.content.papers.paper import mark_in
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import sandbox
from app.platform.db import db
from app.platform.web.endpoints import act

READER = Path(__file__).parent / "word" / "process.py"
"""Not imported: what it needs to read stays out of the workers."""
LIMITS = sandbox.SandboxLimits(mebibytes=1430, seconds=20, patience=25)
"""More than an ordinary document needs; a request has thirty seconds."""
_CALLED = re.compile(r"\[\^([^\]\s]+)\]")
_DEFINED = re.compile(r"\[\^n\d+\]: ")


def came_back(instance: Path, data: bytes) -> Mapping[str, Any]:
    """What a file says that went out to be read. Raises FileRefused, TooBusy."""
    return _answer(instance, "returned", "x.docx", data)


def _answer(instance: Path, kind: str, name: str, data: bytes) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = json.loads(
        sandbox.read_file(
            instance,
            READER,
            data,
            LIMITS,
            header=(kind, name),
            too_long="Ce document demande trop de temps pour être repris : coupez-le en deux.",
            unreadable="Ce document n’a pas pu être lu : ouvrez-le dans votre traitement de texte et enregistrez-le de nouveau.",
        )
    )
    return answer


def find_sent_text(session: Session, data: bytes, author_id: int) -> SentText | None:
    """What a file was made from that went out to be read: one's own sending of it before a colleague's; None for any other file, and for what is of no course any more."""
    document_id, fingerprint = mark_in(data) or ("", "")
    if not document_id or (draft_of(session, document_id, author_id) is None and published_revision(session, document_id) is None):
        return None
    query = select(SentText).where(SentText.document_id == document_id, SentText.fingerprint == fingerprint)
    return session.scalar(query.order_by(SentText.author_id != author_id, SentText.sent_at.desc()).limit(1))


def convert_pasted(instance: Path, html: str, around: str) -> tuple[str, str]:
    """A part of a page as Markdown, and its notes apart, under labels that the text around it has not. Raises FileRefused, TooBusy."""
    found = str(_answer(instance, "paste", "", html.encode(errors="replace"))["text"])
    labels = list(dict.fromkeys(_CALLED.findall(found)))
    first = int(next_note(around)[1:])
    for number, label in enumerate(labels):
        found = found.replace(f"[^{label}]", f"[^\0{first + number}]")
    lines = found.replace("[^\0", "[^n").split("\n")
    notes = [line for line in lines if _DEFINED.match(line)]
    return "\n".join(line for line in lines if not _DEFINED.match(line)).strip("\n"), "\n".join(notes)


@blueprint.post("/documents/<document_id>/collage")
@act(who=AUTHORS, large_form=(LONGEST_PASTE, LONGEST_PASTE))
def paste(document_id: str) -> ResponseReturnValue:
    """What was copied elsewhere, as Markdown: for a script, which writes it where the caret is. Keeps nothing."""
    text = working_text(db.session, document_id, current_person().id)
    db.session.rollback()  # reading may take a second: no transaction is open meanwhile
    body, notes = convert_pasted(instance(), request.form.get("html", ""), request.form.get("text", text.text))
    return jsonify(text=body, notes=notes)
