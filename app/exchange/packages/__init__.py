"""A module as a package that an LMS plays, SCORM 1.2 or cmi5, by one writer: it stands alone, and marks as the site does.

`contents.py` says what a package holds, `manifests.py` what it leaves behind. Its scripts (`static/js/packages/`) look up what each answer is worth in the key that
a type of question makes (`assessment/kinds/package_key.py`); what they read themselves, a typed text and a number, is compared with Python by
`tests/exchange/packages/readings.json` (decision 41).
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.exchange.packages import views

    app.register_blueprint(views.blueprint)
