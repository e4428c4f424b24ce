"""Quiz → attempt → outcome: presenting, matching, grading. No pages; `learning` shows them.

Pure files, in the order of their imports: `french`, `folding`, `lexicon`, `matching`, `quantities` (is it the same answer?), `drawing` and
`pool` (which questions, in which order), `responses` (what was answered), `rules` (what it is worth), `policies` (when, how often, in which
words), `presenting` (a question without its key), `correcting` (a question with it). Then `models`, `queries`, `services`.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Make the tables known. There is nothing to register: no page, no command."""
    from app.assessment import models  # noqa: F401
