"""What makes two questions the same: their fingerprint, by which statistics are kept and copies found."""

from __future__ import annotations

import hashlib
import json

from app.content.values.quiz import Answer, Choices, Matching, Number, Ordering, ShortText
from app.content.values.text import Fragment


def question_fingerprint(statement: Fragment, answer: Answer) -> str:
    """SHA-256 over what a learner meets and what is right: statement, options, key; not feedback, points or white space."""
    content = [answer.kind.value, statement.text, *_content(answer)]
    plain_content = [" ".join(str(part).split()) for part in content]
    return hashlib.sha256(json.dumps(plain_content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _content(answer: Answer) -> list[object]:
    if isinstance(answer, Choices):
        return [part for option in answer.options for part in (option.text.text, option.correct)]
    if isinstance(answer, ShortText):
        return [answer.strict, *(typed.text for typed in answer.accepted)]
    if isinstance(answer, Number):
        return [answer.unit, *(f"{interval.low:f} {interval.high:f}" for interval in answer.accepted)]
    if isinstance(answer, Matching):
        return [*(part for pair in answer.pairs for part in (pair.left.text, pair.right)), "", *answer.distractors]
    if isinstance(answer, Ordering):
        return [item.text.text for item in answer.items]
    return [answer.body.text, *(part for gap in answer.gaps for part in ("|".join(gap.accepted), "|".join(gap.menu)))]
