"""Words for figures, as the learner's own pages say them."""

from __future__ import annotations

from app.learning.cards import RETRY_WORDS, STATE_WORDS
from app.learning.rules import ElementProgress, State


def words(progress: ElementProgress | None) -> str:
    """« en cours », as the learner's own pages say it."""
    if progress is None:
        return STATE_WORDS[State.NOT_STARTED]
    return RETRY_WORDS if progress.state == State.IN_PROGRESS and progress.attempts else STATE_WORDS[progress.state]
