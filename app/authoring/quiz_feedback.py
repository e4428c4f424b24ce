"""`/atelier/statistiques`, how questions fare; `/atelier/quiz/<id>/reprise`, attempts marked again by corrected keys."""

from __future__ import annotations

from datetime import datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy.orm import Session

from app.assessment.item_analysis import MIN_INDEX, MIN_SHOWN, ItemFigures, PickFigures, QuizFigures
from app.assessment.kinds.kind import Pick
from app.assessment.kinds.responses import as_text
from app.assessment.questions.correct import statement_title
from app.assessment.regrading import NothingToRegrade, PastRegrading, RegradingEffect, past_regradings, survey
from app.assessment.sentences import sentences
from app.assessment.statistics import QuestionStatistics, first_attempts, quiz_statistics
from app.authoring.models import blueprint
from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.quiz import Quiz
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.review.queries import ReviewedQuestion, most_forgotten
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotYours, TooManyCharacters
from app.platform.french import capital, french, number, plural
from app.platform.web.endpoints import act, page
from app.record import services
from app.record.services import DecisionWithoutReason

# --- Marking again ---------------------------------------------------------------------------------------------------


class ChangedQuestion(Struct, frozen=True):
    title: str
    url: str
    """Its line in the editor."""
    line: int
    obstacle: str


class RegradePage(Struct, frozen=True):
    quiz_id: str
    title: str
    changes: tuple[ChangedQuestion, ...]
    survey: RegradingEffect
    elsewhere: tuple[tuple[str, str], ...]
    """(title, address of its own page) of other quizzes that ask a changed question too."""
    past: tuple[PastRegrading, ...]
    reason: str
    """As typed, where it was refused."""
    error: str


def line_url(document_id: str, line: int) -> str:
    """A line of a text, in the editor."""
    return url_for("authoring.edit", document_id=document_id, ligne=line, _anchor="texte")


def regrade_page(session: Session, quiz_id: str, *, reason: str = "", error: str = "") -> RegradePage:
    published = course(session)
    quiz = published.quizzes.get(quiz_id)
    if quiz is None:
        raise NotYours
    found = survey(session, published, quiz_id)
    changes = tuple(
        ChangedQuestion(as_text(statement_title(change.question)), line_url(change.document_id, change.question.line), change.question.line, change.obstacle)
        for change in found.changes
    )
    return RegradePage(
        quiz_id=quiz_id,
        title=quiz.title,
        changes=changes,
        survey=found,
        elsewhere=_elsewhere(published, quiz_id, {change.question.id for change in found.changes}),
        past=past_regradings(session, quiz_id),
        reason=reason,
        error=error,
    )


def _elsewhere(published: Course, quiz_id: str, question_ids: set[str]) -> tuple[tuple[str, str], ...]:
    """A question is held by one quiz and may be taken by others (`reprend`): each has attempts of its own."""
    others = (quiz for quiz in published.quizzes.values() if quiz.id != quiz_id)
    asking = [quiz for quiz in others if question_ids & {*quiz.reuses, *(question.id for question in quiz.questions)}]
    return tuple((quiz.title, url_for("authoring.regrade", quiz_id=quiz.id)) for quiz in asking)


# --- Statistics ------------------------------------------------------------------------------------------------------
# Each quiz with its number of first attempts, then one quiz, in words first.

NONE = "–"
GOOD_ALPHA, POOR_ALPHA = 75, 64
"""Moodle's reading of the coefficient of internal consistency, in percent."""


class QuizLine(Struct, frozen=True):
    title: str
    url: str
    people: int
    at_once: int
    """Percent of them who passed with their first attempt."""


class ForgottenLine(Struct, frozen=True):
    question: ReviewedQuestion
    url: str


class QuizzesPage(Struct, frozen=True):
    lines: tuple[QuizLine, ...]
    """The quizzes that enough people took, the least passed first."""
    silent: tuple[QuizLine, ...]
    fewest: int
    forgotten: tuple[ForgottenLine, ...]
    """What reviews miss most."""


class PickLine(Struct, frozen=True):
    """An option, or what several people typed alike."""

    name: str
    text: str
    correct: bool
    people: int
    share: int
    correlation: str


class QuestionLine(Struct, frozen=True):
    id: str
    """Of the section on the page."""
    place: str
    """« ligne 42 », or that the question is no longer asked so."""
    url: str | None
    title: str
    kind: str
    people: int
    figures: tuple[tuple[str, str], ...]
    """(what it is, the value in French) of each figure of the table, in the order of `COLUMNS`."""
    picks: tuple[PickLine, ...]


class SentenceLine(Struct, frozen=True):
    text: str
    why: str
    title: str
    url: str
    """Where the question is mended."""
    key: bool


class StatisticsPage(Struct, frozen=True):
    quiz_id: str
    title: str
    people: int
    silent: bool
    """Too few people for anything."""
    indexed: bool
    """Enough people for indices."""
    fewest: int
    fewest_indexed: int
    sentences: tuple[SentenceLine, ...]
    questions: tuple[QuestionLine, ...]
    before: tuple[QuestionLine, ...]
    whole: tuple[tuple[str, str, str], ...]
    """(what it is, the value, how to read it) of the quiz as a whole."""


COLUMNS = ("Réponses", "Réussite", "Hasard", "Écart type", "Discrimination", "Efficacité", "Poids voulu", "Poids réel", "Temps")


def quizzes_page(session: Session, now: datetime) -> QuizzesPage:
    published, counts = course(session), first_attempts(session)
    lines = [_quiz_line(quiz, *counts.get(quiz.id, (0, 0))) for quiz in published.quizzes.values()]
    shown = sorted((line for line in lines if line.people >= MIN_SHOWN), key=lambda line: (line.at_once, -line.people, line.title))
    silent = sorted((line for line in lines if line.people < MIN_SHOWN), key=lambda line: line.title)
    forgotten = tuple(ForgottenLine(one, line_url(one.document_id, one.line)) for one in most_forgotten(session, published, now))
    return QuizzesPage(tuple(shown), tuple(silent), MIN_SHOWN, forgotten)


def _quiz_line(quiz: Quiz, people: int, at_once: int) -> QuizLine:
    return QuizLine(quiz.title, url_for("authoring.question_statistics", quiz_id=quiz.id), people, 100 * at_once // people if people else 0)


def statistics_page(session: Session, quiz_id: str) -> StatisticsPage:
    published = course(session)
    quiz = published.quizzes.get(quiz_id)
    if quiz is None:
        raise NotYours
    found = quiz_statistics(session, quiz, published)
    return StatisticsPage(
        quiz_id=quiz_id,
        title=quiz.title,
        people=found.people,
        silent=found.people < MIN_SHOWN,
        indexed=found.people >= MIN_INDEX,
        fewest=MIN_SHOWN,
        fewest_indexed=MIN_INDEX,
        sentences=tuple(
            SentenceLine(each.text, each.why, each.question.title, line_url(each.question.document_id, each.question.line or 1), each.key)
            for each in sentences(found.now)
        ),
        questions=tuple(_line(question, f"question-{place}") for place, question in enumerate(sorted(found.now, key=_doubt), 1)),
        before=tuple(_line(question, f"avant-{place}") for place, question in enumerate(found.before, 1)),
        whole=tuple(_whole(found.whole, found.drawn)),
    )


def _doubt(question: QuestionStatistics) -> tuple[bool, bool, float, int]:
    """What is wrong first: what is to be checked, what is good to know, then what least tells people apart, in the file's order."""
    index = question.figures.discrimination
    return not question.alarm, not question.remarks, 100.0 if index is None else index, question.line or 0


def _line(question: QuestionStatistics, identifier: str) -> QuestionLine:
    return QuestionLine(
        id=identifier,
        place=f"Ligne {question.line}" if question.line else "Version précédente",
        url=line_url(question.document_id, question.line) if question.line else None,
        title=question.title,
        kind=question.kind,
        people=question.figures.people,
        figures=tuple(zip(COLUMNS, _values(question.figures, float(question.guess)), strict=True)),
        picks=tuple(_pick(pick, figures) for pick, figures in question.picks),
    )


def _values(figures: ItemFigures, guess: float) -> tuple[str, ...]:
    return (
        str(figures.people),
        percent(figures.facility),
        percent(100 * guess) if guess else NONE,
        percent(figures.deviation),
        percent(figures.discrimination),
        percent(figures.efficiency),
        percent(figures.intended_weight),
        percent(figures.effective_weight),
        _time(figures.seconds),
    )


def _pick(pick: Pick, figures: PickFigures) -> PickLine:
    """What the label already quotes is not said again beside it."""
    label = pick.label.removeprefix("l’").removeprefix("la ")
    quoted = all(f"« {part} »" in label for part in pick.text.split(" → "))
    return PickLine(capital(label), "" if quoted else pick.text, pick.correct, figures.people, round(figures.share), decimal(figures.correlation))


def _whole(figures: QuizFigures, drawn: bool) -> list[tuple[str, str, str]]:
    rows = [
        ("Note moyenne", percent(figures.mean), "Un quiz à seuil se réussit : une moyenne haute y est normale."),
        ("Écart type", percent(figures.deviation), "À quel point les notes diffèrent d’une personne à l’autre."),
        ("Asymétrie", decimal(figures.skewness), "Négative : quelques notes sont bien plus basses que les autres."),
        ("Aplatissement", decimal(figures.kurtosis), "Positif : quelques notes sont très loin de la moyenne."),
        ("Cohérence interne (alpha de Cronbach)", percent(figures.alpha), _consistency(figures.alpha, drawn)),
        ("Part du hasard dans les écarts", percent(figures.error_ratio), "Ce qui, dans l’écart entre deux notes, ne vient pas de ce que l’on sait."),
        ("Erreur de mesure", percent(figures.standard_error), "Deux notes plus proches que cela disent la même chose."),
    ]
    return [(name, value, french(words)) for name, value, words in rows]


def _consistency(alpha: float | None, drawn: bool) -> str:
    if drawn:
        return "Sans objet : les questions sont tirées au sort, chacun a les siennes."
    if alpha is None:
        return "Trop peu de tentatives aux mêmes questions, ou des notes toutes égales."
    if alpha >= GOOD_ALPHA:
        return "Bonne : les questions mesurent la même chose."
    if alpha >= POOR_ALPHA:
        return "Passable."
    return "Faible : les questions ne vont pas ensemble, ou sont trop peu nombreuses."


def percent(value: float | None) -> str:
    return NONE if value is None else french(f"{value:.0f} %".replace("-0 ", "0 ").replace("-", "−"))


def decimal(value: float | None) -> str:
    return NONE if value is None else number(value, 2).replace("-", "−")


def _time(seconds: int | None) -> str:
    if seconds is None:
        return NONE
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"


# --- `/atelier/statistiques` -----------------------------------------------------------------------------------------
# Which question is bad. Aggregates only.


@blueprint.get("/statistiques")
@page(who=AUTHORS)
def statistics() -> str:
    return render_template("authoring/feedback/statistics.html", page=quizzes_page(db.session, clock.now()))


@blueprint.get("/statistiques/<quiz_id>")
@page(who=AUTHORS)
def question_statistics(quiz_id: str) -> str:
    return render_template("authoring/feedback/question_statistics.html", page=statistics_page(db.session, quiz_id))


# --- `/atelier/quiz/<id>/reprise` ------------------------------------------------------------------------------------
# What marking again would do, then the decision.


@blueprint.get("/quiz/<quiz_id>/reprise")
@page(who=AUTHORS)
def regrade(quiz_id: str) -> str:
    return render_template("authoring/feedback/regrade.html", page=regrade_page(db.session, quiz_id))


@blueprint.post("/quiz/<quiz_id>/reprise")
@act(who=AUTHORS)
def confirm_regrade(quiz_id: str) -> ResponseReturnValue:
    """Sent twice, it is done once; a learner who submits at the same moment waits, or is found by the next one."""
    reason = request.form.get("reason", "")
    try:
        done = services.regrade(db.session, course(db.session), quiz_id, actor_id=current_person().id, reason=reason, now=clock.now())
    except (DecisionWithoutReason, TooManyCharacters) as error:
        page = regrade_page(db.session, quiz_id, reason=reason, error=error.sentence)
        return make_response(render_template("authoring/feedback/regrade.html", page=page), 422)
    except NothingToRegrade as error:
        flash(error.sentence)
        return redirect(url_for("authoring.regrade", quiz_id=quiz_id), 303)
    counts = (
        plural(done.raised, "note relevée", "notes relevées"),
        plural(done.maintained, "maintenue"),
        plural(done.passing, "quiz réussi de plus", "quiz réussis de plus"),
    )
    flash(f"C’est fait : {', '.join(counts)}.", "success")
    db.session.commit()
    return redirect(url_for("authoring.regrade", quiz_id=quiz_id), 303)
