"""What managers read of surveys: the same for everybody, whatever their territory, for a territory is too few people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy.orm import Session

from app.content.values.course import Course
from app.content.values.surveys import AGREEMENT, Measure, Survey, SurveyAnswerShape, SurveyQuestion
from app.learner.surveys.queries import SubjectResult, SurveyFigure, SurveyResult, figures, results
from app.learner.surveys.rules import FLOOR, QuestionCounts, TextFault, sum_counts, text_mark
from app.platform.errors import NotYours
from app.platform.french import capital, french_date, number, percent, plural
from app.reporting.overview.charts import ChartPicture, PictureKind, PictureRow
from app.reporting.overview.charts_svg import draw_picture

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


class SurveyPicture(Struct, frozen=True):
    id: str
    title: str
    sentence: str
    html: Markup


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
    pictures: tuple[SurveyPicture, ...]
    untold: tuple[str, ...]
    """Questions that fewer than five people answered."""
    judged: tuple[SurveyQuestion, ...]
    """Questions on a scale of agreement, whose shares are compared."""
    by_subject: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(title, people, share of each judged question)."""
    heads: list[str | list[str]]
    """Of that table; a list is of numbers."""
    over_time: tuple[SurveyPicture, ...]
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
        pictures=tuple(_picture_of_counts(question, counts) for question, counts in told if counts.answered and question.asked is not SurveyAnswerShape.FREE),
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


def _over_time(subject: SubjectResult, question: SurveyQuestion) -> SurveyPicture:
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
    picture = ChartPicture(f"temps-{question.id}", PictureKind.BARS, question.title, _trend_words(shares), ("Période", "Réponses favorables"), rows, full=100)
    return _draw_picture(picture)


def _trend_words(shares: Sequence[Fraction | int]) -> str:
    first, last = percent(shares[0]), percent(shares[-1])
    return f"{first} de réponses favorables." if len(shares) == 1 else f"De {first} à {last} de réponses favorables, de la première période à la dernière."


def _picture_of_counts(question: SurveyQuestion, counts: QuestionCounts) -> SurveyPicture:
    return _draw_picture(picture_of(question, counts))


def _draw_picture(picture: ChartPicture) -> SurveyPicture:
    return SurveyPicture(picture.id, picture.title, picture.sentence, draw_picture(picture))


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
