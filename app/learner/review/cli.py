"""`flask review`: pauses for school holidays, and the log checked against the cards.

The log, replayed, must give the cards: what differs is a fault of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.learner.review import emails
from app.learner.review.deck import ReviewCard, ReviewLog
from app.learner.review.rules import MISSES, CardStanding, ReviewEntry, replay_entries
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, plural

PEOPLE = 500
"""Read together."""


def differing(session: Session) -> Iterator[int]:
    """Numbers of the cards that are not what their log makes."""
    last = 0
    while people := session.scalars(
        select(ReviewCard.person_id).where(ReviewCard.person_id > last).distinct().order_by(ReviewCard.person_id).limit(PEOPLE)
    ).all():
        logs = select(ReviewLog).where(ReviewLog.person_id.in_(people)).order_by(ReviewLog.card_id, ReviewLog.number)
        standings = {
            card: replay_entries(ReviewEntry(row.at, row.fingerprint, row.rating, measured=row.number == 0) for row in rows)
            for card, rows in groupby(session.scalars(logs), lambda row: row.card_id)
        }
        for card in session.scalars(select(ReviewCard).where(ReviewCard.person_id.in_(people)).order_by(ReviewCard.id)):
            if not agrees(card, standings.get(card.id)):
                yield card.id
        last = people[-1]
        session.expunge_all()


def agrees(card: ReviewCard, standing: CardStanding | None) -> bool:
    if standing is None:
        return card.answers == 0 and card.stability is None
    memory = standing.memory
    made = (standing.fingerprint, standing.answers, standing.misses, memory.stability, memory.difficulty, memory.state, memory.last_review)
    held = (card.fingerprint, card.answers, card.misses, card.stability, card.difficulty, card.state, card.last_review)
    return made == held and card.due == memory.due + timedelta(days=card.put_off) and (card.withdrawn_at is not None) == (standing.misses >= MISSES)


# --- Commands --------------------------------------------------------------------------------------------------------

review = AppGroup("review", help="La révision : vacances, vérification.")


@review.command()
def verify() -> None:
    """Rejoue le journal des révisions et le compare aux cartes."""
    wrong = list(differing(db.session))
    if wrong:
        raise click.ClickException(f"{plural(len(wrong), 'carte ne suit pas', 'cartes ne suivent pas')} son journal : {', '.join(map(str, wrong[:20]))}.")
    click.echo("Chaque carte est ce que son journal en fait.")


@review.command()
def pause() -> None:
    """Met en pause qui entre en vacances scolaires, avant la lettre du jour."""
    paused = emails.begin_holidays(day_of(clock.now()))
    click.echo(f"Vacances scolaires : {plural(paused, 'révision mise', 'révisions mises')} en pause.")
