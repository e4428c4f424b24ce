"""The workbook of a survey: what its page says, lot by lot, so that nothing can be found by subtraction there either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from app.content.values.surveys import SurveyAnswerShape
from app.learner.surveys.queries import SurveyResult
from app.learner.surveys.rules import FLOOR
from app.platform.french import french_date, french_datetime
from app.platform.web.spreadsheets import neutral

HEADS = ("Sur quoi", "Question", "Première semaine", "Dernière semaine", "Personnes qui ont répondu", "Réponse", "Personnes")
WIDTHS = (36, 60, 16, 16, 14, 40, 12)


def write(target: IO[bytes], result: SurveyResult, now: datetime, site: str, reads_texts: bool) -> None:
    import xlsxwriter  # which takes a while to come, and few ask for it

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"{site} : {result.survey.title}", "created": now.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _sheet(book.add_worksheet("Réponses"), HEADS, WIDTHS, _rows(result), head)
        if reads_texts:
            _sheet(book.add_worksheet("Réponses libres"), ("Question", "Ce qui est écrit"), (60, 110), _texts(result), head)
        _sheet(book.add_worksheet("Lire ce fichier"), ("Ce qui est dit", "Comment le lire"), (26, 110), _notes(result, now), head)


def _sheet(sheet: Any, heads: Sequence[str], widths: Sequence[int], rows: Iterator[Sequence[str | int]], head: Any) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, head)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, neutral(value))


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
