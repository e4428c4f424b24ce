"""A form sent once its session has ended: kept for whoever had signed in with that browser, and given back there to them alone."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import Request
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.identity.sessions import limits
from app.identity.sessions.browsers import Browser
from app.identity.sign_in import admission
from app.learner.kept_forms.quarantine import KEPT, forget_old, form_fields, size_of
from app.learner.kept_forms.queries import waiting
from app.learner.kept_forms.rules import KeptForm, to_forget
from app.platform.web.endpoints import Return, kept_return
from app.record.progress.models import Submission

LONGEST = 16 * 1024
"""Characters of a form: more than any answer needs, where its view says nothing else."""


def keep(session: Session, request: Request, browser: Browser, now: datetime) -> str | None:
    """Store what was sent. Returns its unguessable id, or None when it may not be kept: too long, no room, or not theirs to send."""
    endpoint = request.endpoint or ""
    back = kept_return(endpoint)
    fields = _worth_keeping(request, back) if back else []
    size = size_of(fields)
    if back is None or size > (back.longest or LONGEST) or not _may_send(session, browser.person_id, endpoint):
        return None
    row = Submission(
        id=secrets.token_urlsafe(24),
        person_id=browser.person_id,
        path=request.path[:300],
        fields=fields,
        size=size,
        browser=browser.digest,
        network=limits.place_digest(),
        kind=KEPT,
        at=now,
    )
    forget_old(session, KEPT, now)
    if not _make_room(session, row):
        return None
    session.add(row)
    session.flush()
    return row.id


def _worth_keeping(request: Request, back: Return) -> list[list[str]]:
    """Of a sensitive act, what is read again; of any other form, all of it."""
    return [pair for pair in form_fields(request) if not back.sensitive or pair[0] in back.typed]


def _may_send(session: Session, person_id: int, endpoint: str) -> bool:
    """Their account is open, and the form one of those that they are shown."""
    person = session.get(Person, person_id)
    return person is not None and person.active and admission.may(person.role_set, endpoint)


def _make_room(session: Session, row: Submission) -> bool:
    kept, long = Submission.kind == KEPT, Submission.size > LONGEST
    near = or_(Submission.browser == row.browser, Submission.person_id == row.person_id, Submission.network == row.network)
    columns = (Submission.id, Submission.browser, Submission.person_id, Submission.network, long, Submission.replayed_at.is_not(None), Submission.at)
    held = [KeptForm(*each) for each in session.execute(select(*columns).where(kept, near))]
    new = KeptForm(row.id, row.browser, row.person_id, row.network, row.size > LONGEST, False, row.at)
    total, total_long = (session.scalar(select(func.count()).select_from(Submission).where(kept, *more)) or 0 for more in ((), (long,)))
    gone = to_forget(held, new, total, total_long)
    if gone:
        session.execute(delete(Submission).where(Submission.id.in_(gone)))
    return gone is not None


def close(session: Session, submission_id: str, person_id: int, browser: Browser | None, now: datetime) -> bool:
    """Mark a kept form as sent again, or given up; the first time stands. False when it is not theirs."""
    if waiting(session, submission_id, person_id, browser) is None:
        return False
    session.execute(update(Submission).where(Submission.id == submission_id, Submission.replayed_at.is_(None)).values(replayed_at=now))
    return True
