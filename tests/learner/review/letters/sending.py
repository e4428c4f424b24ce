"""Somebody who asked for the weekly letter on a site that sends mail, its letters and their addresses."""

from __future__ import annotations

import re

from msgspec.structs import replace
from sqlalchemy import select

from app.identity import emails
from app.learner.review import emails as services
from app.platform.french import day_of
from app.platform.mail.outbox import OutgoingMail
from tests.learner.review.reviewing import Reviewer
from tests.strict import StrictClient


def asking(reviewer: Reviewer) -> Reviewer:
    """The letter is asked for on the page of the review, on a site that sends mail."""
    reviewer.world.app.config["CROISEE"] = replace(reviewer.world.app.config["CROISEE"], site_url="https://croisee.example", smtp_host="127.0.0.1", smtp_port=9)
    reviewer.client.see("/revision")
    reviewer.client.submit("Enregistrer", by_mail="1")
    return reviewer


def send(reviewer: Reviewer) -> int:
    settings, now = reviewer.world.app.config["CROISEE"], reviewer.world.clock.now()
    with reviewer.world.app.test_request_context():
        services.begin_holidays(day_of(now))
        return emails.send_weeks(settings, now)


def letters(reviewer: Reviewer) -> list[OutgoingMail]:
    return reviewer.world.read(lambda session: list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))))


def addresses(reviewer: Reviewer) -> list[str]:
    return re.findall(r"https://croisee\.example(/revision/lettre/\S+)", letters(reviewer)[-1].text)


def stranger(reviewer: Reviewer) -> StrictClient:
    client = reviewer.world.app.test_client()
    assert isinstance(client, StrictClient)
    return client
