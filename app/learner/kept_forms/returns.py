"""A form that is sent once its session is over: kept for whoever comes back by the same browser."""

from __future__ import annotations

from flask import Flask, request, url_for

from app.identity.sessions import browsers
from app.learner.kept_forms.queries import waiting
from app.learner.kept_forms.services import keep
from app.platform import clock, hooks
from app.platform.db import db, writing


def init_app(app: Flask) -> None:
    from app.learner.kept_forms import cli  # noqa: F401 — adds its commands to `flask learning`

    hooks.keep_submission.give(app, keep_for_return)
    app.jinja_env.globals["kept_here"] = kept_here


def keep_for_return() -> str | None:
    """A form sent by somebody whose session is gone, or whose factor was shown too long ago: keep it, and say which page gives it back.

    Only from a browser where somebody had signed in: anybody else is a stranger, and writes nothing.
    """
    browser = browsers.this_browser()
    if browser is None:
        return None
    with writing() as session:
        kept = keep(session, request, browser, clock.now())
    return url_for("learning.resume", submission_id=kept) if kept else None


def kept_here(address: str | None) -> bool:
    """The sign-in page asks: does this address give back what this browser sent? Anybody may write it in a link."""
    browser = browsers.this_browser()
    submission_id = (address or "").rpartition("/")[2]
    return (
        address == url_for("learning.resume", submission_id=submission_id)
        and browser is not None
        and waiting(db.session, submission_id, browser.person_id, browser) is not None
    )
