"""What people think of the course, asked once they have done a part of it, and counted without them.

When a survey is asked and what is told of its answers are in `rules.py` (decision 33); what it may ask, in `content/documents/survey_file.py`.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.learner.surveys import services, views
    from app.platform import hooks

    app.register_blueprint(views.blueprint)
    hooks.week_lines.of(app)[services.KIND] = services.lines
    hooks.lengths.of(app).update({"survey_text": services.LONGEST_TEXT})
    merged.connect(services.follow_merge)
