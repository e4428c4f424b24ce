"""What makes two questions the same: their fingerprint, by which statistics are kept and copies found."""

from __future__ import annotations

import hashlib
import json

from app.content.values.quiz import Answer
from app.content.values.text import Fragment


def question_fingerprint(statement: Fragment, answer: Answer) -> str:
    """SHA-256 over what a learner meets and what is right: statement, options, key; not feedback, points or white space."""
    content = [answer.kind.value, statement.text, *answer.identity()]
    plain_content = [" ".join(str(part).split()) for part in content]
    return hashlib.sha256(json.dumps(plain_content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
