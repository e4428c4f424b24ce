"""Answers, drafts and notes sent once their session had ended: kept for whoever had signed in with that browser, and given back there to them alone.

The `returns` of a view (`platform.web.endpoints`) says that its form is kept. Of any other form nothing is: the guard says so, and leads back to its page.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Request, current_app, request, url_for
from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app.identity import sessions
from app.identity.models import Person
from app.identity.services import SignedIn
from app.identity.sessions import Browser
from app.identity.sign_in import guards
from app.platform import clock, hooks
from app.platform.db import db, writing
from app.platform.errors import NotYours
from app.platform.web.endpoints import find
from app.record.progress.models import Submission

MOST = 20
"""Forms kept of one person; the register of personal data says how long."""
REPLAYED = "reprise"
"""The field that says which kept form is sent again."""
SOFTENED = {("then", "correct"): ("then", "stay"), ("erase", "1"): ("then", "stay")}
"""(field, value) of a form that would end something → what is sent on return. « Valider ma réponse » closes a question, « Effacer ma réponse »
takes away what the page of return shows: the answer is saved, and the question is shown, where those buttons stand."""


class ResumePage(Struct, frozen=True):
    """What was typed, shown again, with the form that sends it."""

    id: str
    what: str
    """What was being sent, in words."""
    address: str
    fields: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    """(label, words) of what was typed."""
    at: datetime
    over: bool
    """Sent again already, or given up."""


def init_app(app: Flask) -> None:
    hooks.keep_submission.give(app, keep_for_return)
    app.jinja_env.globals["kept_here"] = kept_here


# --- Keeping ---------------------------------------------------------------------------------------------------------


def keep_for_return() -> str | None:
    """Keep the form of this request, if its view says so, and return the address that gives it back.

    Only from a browser where somebody had signed in: anybody else is a stranger, and writes nothing.
    """
    said, browser = find(request.endpoint or ""), sessions.this_browser()
    if said is None or said.returns is None or browser is None:
        return None
    with writing() as session:
        kept = _keep(session, request, browser, clock.now()) if _may_send(session, browser.person_id, request.endpoint or "") else None
    return url_for("learning.resume", submission_id=kept) if kept else None


def _may_send(session: Session, person_id: int, endpoint: str) -> bool:
    """Their account is open, and the form one of those that they are shown."""
    person = session.get(Person, person_id)
    return person is not None and person.active and guards.may(person.role_set, endpoint)


def _keep(session: Session, sent: Request, browser: Browser, now: datetime) -> str:
    _make_room(session, browser)
    fields = [[name, value] for name, value in sent.form.items(multi=True) if name not in ("csrf_token", REPLAYED)]
    row = Submission(id=secrets.token_urlsafe(24), person_id=browser.person_id, path=sent.path[:300], fields=fields, browser=browser.digest, at=now)
    session.add(row)
    session.flush()
    return row.id


def _make_room(session: Session, browser: Browser) -> None:
    """Of one person too many: the oldest of this browser go first. A flood throws away nothing of what others typed."""
    mine = select(Submission.id).where(Submission.person_id == browser.person_id)
    held = session.scalars(mine.order_by(Submission.browser != browser.digest, Submission.at, Submission.id)).all()
    if len(held) >= MOST:
        session.execute(delete(Submission).where(Submission.id.in_(held[: len(held) - MOST + 1])))


# --- Giving back -----------------------------------------------------------------------------------------------------


def resume_page(session: Session, submission_id: str, person: SignedIn, browser: Browser | None) -> ResumePage:
    """Raises `NotYours` for what does not exist, or was sent by somebody else, from another browser, or to a page that they may not open any more."""
    row = _kept_form(session, submission_id, person.id, browser)
    endpoint, values = _target(row.path) if row else ("", {})
    said = find(endpoint)
    if row is None or said is None or said.returns is None or not guards.may(person.roles, endpoint):
        raise NotYours
    shown = tuple(pair for pair in said.returns.words(session, person.id, values, _as_sent(row)) if pair[1])
    fields = (*(SOFTENED.get((name, value), (name, value)) for name, value in row.fields), (REPLAYED, row.id))
    return ResumePage(row.id, said.returns.what, row.path, fields, shown, row.at, row.replayed_at is not None)


def _target(path: str) -> tuple[str, Mapping[str, Any]]:
    """(endpoint, its values) of the form that posts to a path; an empty endpoint for none."""
    try:
        return current_app.url_map.bind("localhost").match(path, method="POST")
    except HTTPException:
        return "", {}


def _as_sent(row: Submission) -> dict[str, list[str]]:
    """The form as `request.form.to_dict(flat=False)` gave it."""
    sent: dict[str, list[str]] = {}
    for name, value in row.fields:
        sent.setdefault(name, []).append(value)
    return sent


def _kept_form(session: Session, submission_id: str, person_id: int, browser: Browser | None) -> Submission | None:
    """A kept form that this person, in this browser, may send again, or has."""
    if browser is None:
        return None
    row = session.scalar(select(Submission).where(Submission.id == submission_id, Submission.person_id == person_id))
    return row if row is not None and hmac.compare_digest(row.browser or "", browser.digest) else None


def kept_here(address: str | None) -> bool:
    """Tell the sign-in page whether this address gives back what this browser sent: anybody may write it in a link."""
    browser = sessions.this_browser()
    submission_id = (address or "").rpartition("/")[2]
    return (
        address == url_for("learning.resume", submission_id=submission_id)
        and browser is not None
        and _kept_form(db.session, submission_id, browser.person_id, browser) is not None
    )


def close(session: Session, submission_id: str, person_id: int, now: datetime) -> bool:
    """Mark a kept form as sent again, or given up; the first time stands. False when it is not theirs, or not of this browser."""
    if _kept_form(session, submission_id, person_id, sessions.this_browser()) is None:
        return False
    session.execute(update(Submission).where(Submission.id == submission_id, Submission.replayed_at.is_(None)).values(replayed_at=now))
    return True


def close_replayed(session: Session, person_id: int, now: datetime) -> None:
    """Close the kept form that the present one sends again, if it does: call it when what it holds is saved."""
    if submission_id := request.form.get(REPLAYED):
        close(session, submission_id, person_id, now)
