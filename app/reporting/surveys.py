"""What people answered to surveys: their pages for managers, and the workbook of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import IO, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.library import AGREEMENT, Measure, Survey, SurveyAnswerShape, SurveyQuestion
from app.identity.rules import MODERATORS, REPORTERS
from app.identity.sign_in.guards import current_person
from app.learner.surveys import services
from app.learner.surveys.queries import SubjectResult, SurveyFigure, SurveyResult, figures, results
from app.learner.surveys.rules import FLOOR, QuestionCounts, TextFault, sum_counts, text_mark
from app.learner.surveys.services import FaultMissing, TextGone
from app.platform import clock, log
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.french import capital, day_of, french_date, french_datetime, number, percent, plural
from app.platform.site import current_site
from app.platform.unicode import neutral
from app.platform.web.edge import XLSX, written_file
from app.platform.web.endpoints import act, page
from app.reporting.grid.exports import file_name, open_workbook
from app.reporting.overview.charts import ChartPicture, PictureKind, PictureRow

# --- What the pages receive ---
# The same for everybody, whatever their territory, for a territory is too few people.

MEASURES = {Measure.SATISFACTION: "Satisfaction", Measure.REUSE: "Réutilisé dans mon travail"}
"""The two figures that Mentor watches, in its words."""


class ShownFigure(Struct, frozen=True):
    words: str
    share: str
    """« 92 % », or why there is none."""
    told: str


class SurveyLine(Struct, frozen=True):
    survey: Survey
    people: int
    """0 below five people."""
    until: date | None


class OpinionsPage(Struct, frozen=True):
    figures: tuple[ShownFigure, ...]
    lines: tuple[SurveyLine, ...]


class AnswerText(Struct, frozen=True):
    text: str
    mark: str
    people: int
    """Who wrote exactly that."""


class TextPage(Struct, frozen=True):
    """One text, before it is taken out."""

    survey: Survey
    question: str
    written: AnswerText
    error: str
    faults: tuple[tuple[str, str], ...] = tuple((fault.value, capital(fault.value)) for fault in TextFault)


class SurveyResultPage(Struct, frozen=True):
    survey: Survey
    subjects: tuple[tuple[str, str], ...]
    """(id, title) of what may be told."""
    chosen: str
    """Empty for all together."""
    people: int
    until: date | None
    pictures: tuple[ChartPicture, ...]
    untold: tuple[str, ...]
    """Questions that fewer than five people answered."""
    judged: tuple[SurveyQuestion, ...]
    """Questions on a scale of agreement, whose shares are compared."""
    by_subject: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(title, people, share of each judged question)."""
    heads: list[str | list[str]]
    """Of that table; a list is of numbers."""
    over_time: tuple[ChartPicture, ...]
    """Of each judged question on one subject: the share of each lot."""
    texts: tuple[tuple[str, tuple[AnswerText, ...]], ...]
    """Of each free question, what was written; empty for whoever may not read it."""
    reads_texts: bool


def opinions_page(session: Session, course: Course, on: date) -> OpinionsPage:
    found = results(session, course, on)
    told = figures(found)
    return OpinionsPage(
        tuple(shown_figure(measure, told.get(measure)) for measure in Measure),
        tuple(SurveyLine(result.survey, result.people, result.until) for result in found),
    )


def shown_figure(measure: Measure, figure: SurveyFigure | None) -> ShownFigure:
    if figure is None:
        return ShownFigure(MEASURES[measure], "–", f"Moins de {FLOOR} réponses : rien n’est montré.")
    told = f"{number(figure.favourable)} réponses favorables sur {number(figure.people)} à « {figure.question} », jusqu’au {french_date(figure.until)}"
    return ShownFigure(MEASURES[measure], percent(figure.share), told)


def result_of(session: Session, course: Course, survey_id: str, on: date) -> SurveyResult:
    """Raises NotYours."""
    found = next((result for result in results(session, course, on) if result.survey.id == survey_id), None)
    if found is None:
        raise NotYours
    return found


def survey_result_page(session: Session, course: Course, survey_id: str, wanted: str, on: date, reads_texts: bool) -> SurveyResultPage:
    """`wanted`: one module or path; what names none that may be told is ignored."""
    result = result_of(session, course, survey_id, on)
    kept = [subject for subject in result.subjects if subject.id == wanted] or list(result.subjects)
    chosen = wanted if len(kept) == 1 and kept[0].id == wanted else ""
    told = [(question, _total(kept, question)) for question in result.survey.questions]
    judged = tuple(question for question in result.survey.questions if question.options == AGREEMENT)
    return SurveyResultPage(
        survey=result.survey,
        subjects=tuple((subject.id, subject.title) for subject in result.subjects),
        chosen=chosen,
        people=sum(subject.people for subject in kept),
        until=max((lot.until for subject in kept for lot in subject.lots), default=None),
        pictures=tuple(picture_of(question, counts) for question, counts in told if counts.answered and question.asked is not SurveyAnswerShape.FREE),
        untold=tuple(question.title for question, counts in told if not counts.answered),
        judged=judged,
        by_subject=tuple(_subject(subject, judged) for subject in result.subjects) if len(kept) > 1 else (),
        heads=["Sur", ["Réponses"], *([question.title] for question in judged)],
        over_time=tuple(_over_time(kept[0], question) for question in judged if _total(kept, question).answered) if len(kept) == 1 else (),
        texts=tuple((question.title, _answer_texts(question, counts)) for question, counts in told if counts.texts) if reads_texts else (),
        reads_texts=reads_texts,
    )


def text_page(session: Session, course: Course, survey_id: str, mark: str, on: date, error: str = "") -> TextPage:
    """Raises NotYours where nothing of the kind is told."""
    result = result_of(session, course, survey_id, on)
    for question in result.survey.questions:
        found = next((one for one in _answer_texts(question, result.question(question)) if one.mark == mark), None)
        if found:
            return TextPage(result.survey, question.title, found, error)
    raise NotYours


def _answer_texts(question: SurveyQuestion, counts: QuestionCounts) -> tuple[AnswerText, ...]:
    return tuple(AnswerText(text, text_mark(question.id, text), people) for text, people in Counter(counts.texts).items())


def _total(subjects: list[SubjectResult], question: SurveyQuestion) -> QuestionCounts:
    return sum_counts(one.total for subject in subjects for one in subject.questions if one.question.id == question.id)


def _subject(subject: SubjectResult, judged: tuple[SurveyQuestion, ...]) -> tuple[str, str, tuple[str, ...]]:
    return subject.title, number(subject.people), tuple(share_words(question, _total([subject], question)) for question in judged)


def share_words(question: SurveyQuestion, counts: QuestionCounts) -> str:
    share = counts.share(question)
    return f"moins de {FLOOR}" if share is None else percent(share)


def _over_time(subject: SubjectResult, question: SurveyQuestion) -> ChartPicture:
    """A bar a lot, of the share of its favourable answers."""
    lots = [lot for one in subject.questions if one.question.id == question.id for lot in one.lots]
    shares = [lot.told.share(question) or 0 for lot in lots]
    rows = tuple(
        PictureRow(
            f"Du {french_date(lot.since)} au {french_date(lot.until)}",
            (Decimal(floor(share * 100)),),
            (f"{percent(share)} de {plural(lot.told.answered, 'réponse')}",),
        )
        for lot, share in zip(lots, shares, strict=True)
    )
    return ChartPicture(f"temps-{question.id}", PictureKind.BARS, question.title, _trend_words(shares), ("Période", "Réponses favorables"), rows, full=100)


def _trend_words(shares: Sequence[Fraction | int]) -> str:
    first, last = percent(shares[0]), percent(shares[-1])
    return f"{first} de réponses favorables." if len(shares) == 1 else f"De {first} à {last} de réponses favorables, de la première période à la dernière."


def picture_of(question: SurveyQuestion, counts: QuestionCounts) -> ChartPicture:
    """A scale is one bar shared out, the best word first; options are a bar each, of all who answered."""
    kind = PictureKind.SHARES if question.asked is SurveyAnswerShape.SCALE else PictureKind.BARS
    rows = tuple(_row(option, counts) for option in (question.options[::-1] if kind is PictureKind.SHARES else question.options))
    full = 0 if kind is PictureKind.SHARES else counts.answered
    return ChartPicture(f"p-{question.id}", kind, question.title, sentence(question, counts), ("Réponse", "Personnes"), rows, full=full)


def _row(option: str, counts: QuestionCounts) -> PictureRow:
    people = counts.counts.get(option, 0)
    return PictureRow(option, (Decimal(people),), (number(people),))


def sentence(question: SurveyQuestion, counts: QuestionCounts) -> str:
    """What the picture says, in words."""
    if question.options == AGREEMENT:
        favourable = sum(counts.counts.get(option, 0) for option in question.options[-2:])
        return f"{plural(favourable, 'réponse favorable', 'réponses favorables')} sur {number(counts.answered)} ({share_words(question, counts)})."
    first = max(question.options, key=lambda option: counts.counts.get(option, 0))
    people = counts.counts.get(first, 0)
    return f"Le plus choisi : « {first} », par {plural(people, 'personne')} sur {number(counts.answered)}."


# --- The workbook of a survey ---
# What its page says, lot by lot, so that nothing can be found by subtraction there either.

HEADS = ("Sur quoi", "Question", "Première semaine", "Dernière semaine", "Personnes qui ont répondu", "Réponse", "Personnes")
WIDTHS = (36, 60, 16, 16, 14, 40, 12)


def write(target: IO[bytes], result: SurveyResult, now: datetime, site: str, reads_texts: bool) -> None:
    with open_workbook(target, f"{site} : {result.survey.title}", now) as (book, formats):
        head = formats["head"]
        _sheet(book.add_worksheet("Réponses"), HEADS, WIDTHS, _rows(result), head)
        if reads_texts:
            _sheet(book.add_worksheet("Réponses libres"), ("Question", "Ce qui est écrit"), (60, 110), _texts(result), head)
        _sheet(book.add_worksheet("Lire ce fichier"), ("Ce qui est dit", "Comment le lire"), (26, 110), _notes(result, now), head)


def _sheet(sheet: Any, heads: Sequence[str], widths: Sequence[int], rows: Iterator[Sequence[str | int]], head: Any) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, head)
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, place, value)
            else:
                sheet.write_string(line, place, neutral(value))


def _rows(result: SurveyResult) -> Iterator[Sequence[str | int]]:
    for subject in result.subjects:
        for one in subject.questions:
            for lot in one.lots if one.question.asked is not SurveyAnswerShape.FREE else ():
                place = (subject.title, one.question.title, french_date(lot.since), french_date(lot.until), lot.told.answered)
                yield from ((*place, option, lot.told.counts.get(option, 0)) for option in one.question.options)


def _texts(result: SurveyResult) -> Iterator[Sequence[str]]:
    for question in result.survey.questions:
        yield from ((question.title, text) for text in result.question(question).texts)


def _notes(result: SurveyResult, now: datetime) -> Iterator[Sequence[str]]:
    yield "Enquête", f"{result.survey.title} ({result.survey.moment.value})"
    yield "Calculé le", french_datetime(now)
    yield "Qui a répondu", "Personne n’y est nommé, et rien ne relie une réponse à une autre : le site garde des totaux par semaine, pas de fiches."
    yield (
        "Périodes",
        f"Des semaines entières, réunies jusqu’à {FLOOR} réponses au moins ; une période montrée ne change plus. La suite attend d’en réunir autant.",
    )
    yield "Territoires", "Aucun : une enquête ne se lit pas par territoire, où trop peu de personnes répondent."


# --- `/pilotage/enquetes` ---
# What people think of the course, for whoever reads reports; what they wrote, for who writes the course or administers.

blueprint = Blueprint("opinions", __name__, url_prefix="/pilotage/enquetes")


def _reads_texts() -> bool:
    return not MODERATORS.isdisjoint(current_person().roles)


@blueprint.get("")
@page(who=REPORTERS)
def index() -> str:
    page = opinions_page(db.session, course(db.session), day_of(clock.now()))
    return render_template("reporting/surveys/index.html", page=page)


@blueprint.get("/<survey_id>")
@page(who=REPORTERS)
def survey(survey_id: str) -> str:
    wanted = request.args.get("sur", "")
    page = survey_result_page(db.session, course(db.session), survey_id, wanted, day_of(clock.now()), _reads_texts())
    return render_template("reporting/surveys/survey.html", page=page)


@blueprint.get("/<survey_id>/textes/<mark>")
@page(who=MODERATORS)
def text(survey_id: str, mark: str) -> str:
    return _text(survey_id, mark)


@blueprint.post("/<survey_id>/textes/<mark>")
@act(who=MODERATORS)
def withdraw_text(survey_id: str, mark: str) -> ResponseReturnValue:
    now, back = clock.now(), redirect(url_for("opinions.survey", survey_id=survey_id), 303)
    try:
        count = services.withdraw_text(db.session, course(db.session), survey_id, mark, request.form.get("motif", ""), current_person().id, now)
    except FaultMissing as error:
        return _text(survey_id, mark, error.sentence), error.status
    except TextGone as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return back
    flash("Le texte est retiré." if count == 1 else f"Le texte est retiré, {count} fois.", "success")
    db.session.commit()
    return back


def _text(survey_id: str, mark: str, error: str = "") -> str:
    page = text_page(db.session, course(db.session), survey_id, mark, day_of(clock.now()), error)
    return render_template("reporting/surveys/text.html", page=page)


@blueprint.get("/<survey_id>/resultats.xlsx")
@page(who=REPORTERS, fresh_factor=True)
def file(survey_id: str) -> Response:
    now = clock.now()
    result = result_of(db.session, course(db.session), survey_id, day_of(now))
    reads, site = _reads_texts(), current_site().name
    log.event("survey_exported", reader=current_person().id, survey=survey_id)
    return written_file(lambda book: write(book, result, now, site, reads), XLSX, file_name(now, "xlsx", survey_id))
