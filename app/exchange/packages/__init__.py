"""A module as a package that an LMS plays, SCORM 1.2 or cmi5, by one writer: it stands alone, and marks as the site does.

`contents.py` says what a package holds and `told.py` what it leaves behind. Its scripts (`static/js/packages/`) mark answers by the formulas of `assessment`
written again: whoever changes one changes both (decision 41).
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.packages import views

    app.register_blueprint(views.blueprint)
