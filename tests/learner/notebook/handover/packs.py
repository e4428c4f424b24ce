"""Packs that nobody made with Croisée, or that were changed since."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.learner.notebook.handover_rules import CONTENTS, FORMAT, MANIFEST, VERSION
from app.platform.zips import pack_zip

ENTRY = {"genre": "lecon", "ref": "un-b", "ancre": "debut", "titre": "Leçon un-b", "passage": "Première partie", "texte": "Voir Paul", "date": "2026-11-24"}
CONTENT: dict[str, Any] = {"auteur": "Paul", "date": "2026-11-25", "entrees": [ENTRY, {**ENTRY, "texte": ""}]}


def pack(content: Any = None, more: dict[str, bytes] | None = None, **manifest: Any) -> bytes:
    """A pack as it should be, but for what is said."""
    data = content if isinstance(content, bytes) else json.dumps(CONTENT if content is None else content).encode()
    files = {CONTENTS: data, **(more or {})}
    said = {"format": FORMAT, "version": VERSION, "fichiers": {name: hashlib.sha256(one).hexdigest() for name, one in files.items()}, **manifest}
    return pack_zip({**files, MANIFEST: json.dumps(said).encode()})


def with_entry(**changes: Any) -> Any:
    return {**CONTENT, "entrees": [{**ENTRY, **changes}]}
