"""What the page of a quiz's statistics receives: each question in words, then in figures. Aggregates only: nobody is named, nothing of one person shows."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.assessment.item_analysis import figures as statistics
from app.assessment.item_analysis.figures import MIN_SHOWN, ItemFigures, PickFigures, QuizFigures
from app.assessment.item_analysis.remarks import FEWEST_PICKERS, ItemRemark, RemarkBasis, remarks
from app.assessment.kinds.kind import Pick
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import as_text
from app.assessment.models import Attempt
from app.assessment.questions.pool import PoolQuestion, pool_of
from app.assessment.questions.present import statement_title
from app.assessment.statistics.first_attempts import FirstAttempts, read_first_attempts
from app.content.values.course import Course
from app.content.values.quiz import Quiz, name_of


class QuestionStatistics(Struct, frozen=True):
    """A question at one fingerprint."""

    question_id: str
    fingerprint: str
    document_id: str
    """The file that holds it."""
    title: str
    kind: str
    line: int | None
    """In the published file; None for a question that changed since, or is no longer asked."""
    figures: ItemFigures
    guess: Fraction
    picks: tuple[tuple[Pick, PickFigures], ...]
    remarks: tuple[ItemRemark, ...]

    @property
    def alarm(self) -> ItemRemark | None:
        return next((remark for remark in self.remarks if remark.alarm), None)


class QuizStatistics(Struct, frozen=True):
    quiz_id: str
    title: str
    people: int
    """First attempts, whatever the questions they held."""
    whole: QuizFigures
    drawn: bool
    """Each attempt holds other questions: consistency is undefined."""
    now: tuple[QuestionStatistics, ...]
    """As published today, in the order of the quiz."""
    before: tuple[QuestionStatistics, ...]
    """As they were asked before they changed or went."""

    @property
    def alarms(self) -> tuple[QuestionStatistics, ...]:
        return tuple(one for one in self.now if one.alarm)


def first_attempts(session: Session) -> dict[str, tuple[int, int]]:
    """Quiz id → how many people have sent an attempt that counts, and how many passed with their first."""
    passed = func.sum(case((and_(Attempt.number == 1, Attempt.passed.is_(True)), 1), else_=0))
    sent = select(Attempt.quiz_id, func.count(Attempt.person_id.distinct()), passed).where(~Attempt.practice, Attempt.submitted_at.is_not(None))
    return {quiz_id: (people, int(at_once)) for quiz_id, people, at_once in session.execute(sent.group_by(Attempt.quiz_id))}


def quiz_statistics(session: Session, quiz: Quiz, course: Course) -> QuizStatistics:
    found = read_first_attempts(session, quiz.id)
    figures = statistics.item_figures(found.attempts)
    pool = {pooled.question.fingerprint: pooled for pooled in pool_of(course, quiz) if pooled.question.points}
    drawn = quiz.policy.draw is not None and quiz.policy.draw < len(pool)
    alike = found.attempts if drawn else [one for one in found.attempts if one.marks.keys() == pool.keys()]
    gone = [item for item in found.asked if item not in pool and figures[item].people >= MIN_SHOWN]
    return QuizStatistics(
        quiz_id=quiz.id,
        title=quiz.title,
        people=len(found.attempts),
        whole=statistics.publishable_quiz(statistics.quiz_figures(alike)),
        drawn=drawn,
        now=tuple(_question(found, item, pooled, figures.get(item, ItemFigures(0)), pooled.question.line) for item, pooled in pool.items()),
        before=tuple(_question(found, item, found.asked[item], figures[item], None) for item in gone),
    )


def _question(found: FirstAttempts, item: str, pooled: PoolQuestion, figures: ItemFigures, line: int | None) -> QuestionStatistics:
    question, shown = pooled.question, statistics.publishable_figures(figures)
    guess = kind_of(question).guess_share()
    picked = _picks(found, item, pooled, shown.people) if shown.people >= MIN_SHOWN else ()
    return QuestionStatistics(
        question_id=question.id,
        fingerprint=item,
        document_id=pooled.quiz.id,
        title=as_text(statement_title(question)),
        kind=name_of(question.answer),
        line=line,
        figures=shown,
        guess=guess,
        picks=picked,
        remarks=remarks(RemarkBasis(shown, picked, guess)),
    )


def _picks(found: FirstAttempts, item: str, pooled: PoolQuestion, asked: int) -> tuple[tuple[Pick, PickFigures], ...]:
    """The options in the file's order, those that nobody picked included; of what was typed, what several wrote alike, the most frequent first."""
    options = kind_of(pooled.question).pickable()
    picked = statistics.pick_figures(item, found.attempts, fewest=1 if options else FEWEST_PICKERS)
    figures = {key: statistics.publishable_pick(one, asked) for key, one in picked.items()}
    if options:
        return tuple((option, figures.get(option.key, PickFigures(0, 0.0, None))) for option in options)
    return tuple((found.picks[item][key], one) for key, one in figures.items())
