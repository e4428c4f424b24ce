"""Ids that follow titles: until a text is published, its id is what its title makes it, and whoever names it follows."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.models import PlannedPublication, ReadingRequest
from app.content.store.models import Document


def settle(desk: Desk) -> dict[str, str]:
    """Give every text that was never published the id of its title; old id → new one. One that was written by hand, promised or lent to read stays."""
    held = {*desk.session.scalars(select(PlannedPublication.document_id)), *desk.session.scalars(select(ReadingRequest.document_id))}
    for identifier, document in list(desk.drafted()):
        wanted = create.identifier_of(document.title)
        kept = re.fullmatch(rf"(?:texte-)?{re.escape(wanted)}(?:-\d+)?", identifier) or identifier in held
        if not kept and desk.session.get(Document, identifier) is None:
            desk.rename_id(identifier, create.free_id(desk, document.title))
    return desk.renamed
