"""« Les personnes à appeler »: the database finds the few who are the most urgent, the rules say why."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, select

from app.assessment.models import AttemptRequest
from app.content.values.course import Course
from app.learning.figures.store import BILLION
from app.learning.progress.models import NEVER, PersonFigures
from app.reporting.grid.columns import element_title
from app.reporting.grid.rows import Line, Reader, columns
from app.reporting.scope import selection
from app.reporting.scope.rules import ALMOST, HESITATES, MOST_CALLS, WELCOME, Candidate, Situation, to_call


def calls(reader: Reader) -> list[tuple[Line, str]]:
    """(person, reason), the most urgent first; never the reader. One SELECT."""
    figures, now = PersonFigures, reader.now
    asks = figures.person_id.in_(select(AttemptRequest.person_id).where(AttemptRequest.answered_at.is_(None)))
    waiting = case((figures.last_at > NEVER, figures.last_at), else_=figures.opened_at)
    rank = _rank(reader, asks, waiting)
    kept = selection.kept_by(reader.reach, reader.asked, now)
    each = select(figures.person_id, rank.label("rank"), waiting.label("waiting"), asks.label("asks")).where(*kept).subquery()
    other = each.c.rank.is_not(None), each.c.person_id != reader.reach.reader_id
    first = select(each).where(*other).order_by(each.c.rank, each.c.waiting, each.c.person_id).limit(MOST_CALLS).subquery()
    query = columns(reader.reach).add_columns(selection.key_of(reader.asked).label("key"), first.c.asks)
    rows = reader.session.execute(query.join(first, first.c.person_id == figures.person_id)).all()
    lines = {line.id: line for line in reader.lines(rows)}
    candidates = [_candidate(reader.course, lines[row.id], bool(row.asks)) for row in rows]
    return [(lines[call.person_id], call.reason) for call in to_call(candidates, now)]


def _rank(reader: Reader, asks: ColumnElement[bool], waiting: ColumnElement[object]) -> ColumnElement[int | None]:
    """The urgency that `rules.to_call` gives, nothing for whoever need not be called: a test compares them."""
    figures, now = PersonFigures, reader.now
    stuck, idle = (selection.is_in(one, now) for one in (Situation.STUCK, Situation.NOT_STARTED))
    return case(
        (figures.finished, None),
        (asks, 0),
        (and_(figures.failing_id.is_not(None), waiting <= now - timedelta(days=HESITATES)), 1),
        (and_(stuck, figures.share >= int(ALMOST * BILLION)), 2),
        (stuck, 3),
        (and_(idle, figures.opened_at < now - WELCOME), 4),
    )


def _candidate(course: Course, line: Line, asks: bool) -> Candidate:
    quiz = line.figures.failing_id
    return Candidate(line.id, line.situation, line.figures.path, line.since, line.last_at, asks, element_title(course, quiz) if quiz else None)
