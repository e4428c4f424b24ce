"""The file of a funder: for whoever was active within a period, dates, results, attestations and announced hours; read some people at a time.

Nothing is told that Croisée did not record: an announced duration is no time spent. Satisfaction is told of the whole site, module by module: a survey
is answered without a name, so that no row of a person has any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from app.learner.surveys.queries import results
from app.platform.db import in_chunks
from app.platform.french import day_of, french_date, french_datetime
from app.record.progress.models import Attestation, ElementState, PersonFigures
from app.record.progress.path_progress import element_of, minutes_of
from app.record.progress.rules import State
from app.reporting.grid.columns import Value, day_if_any
from app.reporting.grid.exports import write_cell
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PIECE, PeopleReport, ReportRow
from app.reporting.overview.aggregates import period_of
from app.reporting.scope import selection
from app.reporting.scope.rules import SITUATION_WORDS, PathSituation

LEARNED = [state.value for state in State if state.done and state is not State.WAIVED]
PEOPLE, PROOFS, OPINIONS, NOTES = "Personnes", "Attestations", "Satisfaction", "Lire ce fichier"

COLUMNS: tuple[tuple[str, int, str], ...] = (
    ("Nom", 28, "Le nom de la personne sur ce site, le jour du fichier."),
    ("Territoires", 36, "Ceux auxquels la personne appartient le jour du fichier."),
    ("Cohortes", 28, "Celles où la personne apprend, parmi celles que vous pouvez nommer."),
    ("Premier acte", 14, "Le jour de la première leçon ouverte ou du premier quiz commencé."),
    ("Dernier acte", 14, "Le jour de la dernière activité enregistrée."),
    ("Parcours terminé le", 14, "Vide tant que le parcours n’est pas terminé."),
    ("Échéance", 14, "Le jour pour lequel le parcours est à terminer ; vide sans échéance."),
    ("Situation", 16, "Terminé ; en cours ; à l’arrêt : rien depuis plus de 21 jours ; pas commencé."),
    ("Éléments faits", 12, "Leçons et quiz terminés, validés ou dispensés."),
    ("Éléments demandés", 12, "Ce que le parcours demande à la personne."),
    ("Dont dispensés", 12, "Ce dont la personne a été dispensée : compté comme fait, jamais dans les heures."),
    ("Quiz réussis", 12, "Tous les quiz réussis depuis le début ; aucune note ne figure dans ce fichier."),
    ("Attestations", 12, "Celles qui valent le jour du fichier ; leur liste est dans la deuxième feuille."),
    ("Heures annoncées", 12, "La durée annoncée de ce qui est terminé, sans les dispenses : ce n’est pas un temps mesuré."),
)


class Recorded(Struct, frozen=True):
    """Of some people: what their row tells besides their figures."""

    minutes: Mapping[int, int]
    passed: Mapping[int, int]
    proofs: Mapping[int, Sequence[tuple[str, datetime]]]


def active_on_path(report: PeopleReport) -> tuple[int, ...]:
    """Of one path: hours and results of several would not add up."""
    return active(report.of_one_path())


def active(report: PeopleReport) -> tuple[int, ...]:
    """Whoever did something between the two days, in order: their first act is before its end, their last one after its beginning."""
    since, until = period_of(report.filter, report.scope.on)
    conditions: list[ColumnElement[bool]] = [
        PersonFigures.first_at.is_not(None),
        *selection.within(PersonFigures.first_at, None, until),
        *selection.within(PersonFigures.last_at, since, None),
    ]
    inside = frozenset(report.session.scalars(report.selected().where(*conditions)))
    return tuple(number for number in report.people() if number in inside)


def write(target: IO[bytes], report: PeopleReport, people: Sequence[int], scope: str, site: str) -> None:
    """The workbook, some people at a time. `people`: as `active_on_path` tells them."""
    report = report.of_one_path()
    import xlsxwriter  # which takes a while to come, and few ask for it

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"{site} : fichier pour un financeur", "created": report.now.replace(tzinfo=None)})
        formats = {"head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), "day": book.add_format({"num_format": "dd/mm/yyyy"})}
        formats["share"] = book.add_format({"num_format": "0.0"})
        first, second, opinions, notes = (book.add_worksheet(name) for name in (PEOPLE, PROOFS, OPINIONS, NOTES))
        _head(first, [(name, width) for name, width, _ in COLUMNS], formats)
        _head(second, [("Nom", 28), ("Attestation", 60), ("Émise le", 14)], formats)
        last = proofs = 0
        for row, recorded in _rows(report, people):
            last += 1
            for place, value in enumerate(_cells(row, recorded)):
                write_cell(first, last, place, value, formats)
            for title, issued_at in recorded.proofs.get(row.id, ()):
                proofs += 1
                for place, told in enumerate(_proof(row.name, title, issued_at)):
                    write_cell(second, proofs, place, told, formats)
        first.autofilter(0, 0, last, len(COLUMNS) - 1)
        _opinions(opinions, report, formats)
        _notes(notes, report, scope, len(people), formats)


def _head(sheet: Any, columns: Sequence[tuple[str, int]], formats: Mapping[str, Any]) -> None:
    for place, (_name, width) in enumerate(columns):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.write_row(0, 0, [name for name, _width in columns], formats["head"])


def _rows(report: PeopleReport, people: Sequence[int]) -> Iterator[tuple[ReportRow, Recorded]]:
    for part in in_chunks(people, PIECE):
        recorded = _recorded(report, part)
        for row in report.everything(people=part):
            yield row, recorded


def _recorded(report: PeopleReport, people: Sequence[int]) -> Recorded:
    """Two SELECTs."""
    minutes: dict[int, int] = {}
    passed: dict[int, int] = {}
    states = select(ElementState.person_id, ElementState.element_id, ElementState.state)
    for number, element_id, state in report.session.execute(states.where(ElementState.person_id.in_(people), ElementState.state.in_(LEARNED))):
        element = element_of(report.course, element_id)
        minutes[number] = minutes.get(number, 0) + (minutes_of(element) if element else 0)
        passed[number] = passed.get(number, 0) + (state == State.COMPLETE_PASS.value)
    proofs: dict[int, list[tuple[str, datetime]]] = {}
    held = select(Attestation.person_id, Attestation.title, Attestation.issued_at).where(Attestation.revoked_at.is_(None))
    for number, title, issued_at in report.session.execute(held.where(Attestation.person_id.in_(people)).order_by(Attestation.issued_at, Attestation.id)):
        proofs.setdefault(number, []).append((title, issued_at))
    return Recorded(minutes, passed, proofs)


def _cells(row: ReportRow, recorded: Recorded) -> tuple[str | int | float | date | None, ...]:
    path, figures = row.figures.path, row.figures
    return (
        row.name,
        row.places,
        ", ".join(row.cohorts),
        day_if_any(row.first_at),
        day_if_any(row.last_at),
        day_of(figures.completed_at) if figures.completed_at and row.situation is PathSituation.FINISHED else None,
        figures.due_on,
        SITUATION_WORDS[row.situation].capitalize(),
        path.done,
        path.required,
        path.waived,
        recorded.passed.get(row.id, 0),
        len(recorded.proofs.get(row.id, ())),
        round(recorded.minutes.get(row.id, 0) / 60, 1),
    )


def _proof(name: str, title: str, issued_at: datetime) -> tuple[str | date, ...]:
    return name, title, day_of(issued_at)


def _opinions(sheet: Any, report: PeopleReport, formats: Mapping[str, Any]) -> None:
    """What may be told of surveys, from five answers on: the same whatever the scope and the period."""
    _head(sheet, [("Sur quoi", 40), ("Question", 60), ("Réponses", 12), ("Satisfaction (part favorable, %)", 18), ("Jusqu’au", 14)], formats)
    place = 0
    for result in results(report.session, report.course, report.scope.on):
        for subject in result.subjects:
            for one in subject.questions:
                share = one.total.share(one.question) if one.question.measure else None
                if share is not None:
                    place += 1
                    cells: tuple[Value | float, ...] = (subject.title, one.question.title, one.total.answered, round(float(share) * 100, 1), one.lots[-1].until)
                    for column, value in enumerate(cells):
                        write_cell(sheet, place, column, value, formats)


def _notes(sheet: Any, report: PeopleReport, scope: str, people: int, formats: Mapping[str, Any]) -> None:
    since, until = period_of(report.filter, report.scope.on)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    lines = [
        ("Périmètre", scope),
        ("Choix", filter_words(report, ordered=False) or "toutes les personnes de ce périmètre"),
        ("Période", f"du {french_date(since)} au {french_date(until)} : les personnes qui y ont fait quelque chose, {people} en tout"),
        ("Calculé le", french_datetime(report.now)),
        (
            "Satisfaction",
            "La feuille de ce nom : la part des réponses favorables aux enquêtes, sur tout le site, à partir de cinq réponses. Les enquêtes sont sans nom : aucune ligne de personne n’en dit rien.",
        ),
        *((name, words) for name, _width, words in COLUMNS),
    ]
    sheet.write_row(0, 0, ["Ce qui est dit", "Comment le lire"], formats["head"])
    for number, line in enumerate(lines, 1):
        for place, words in enumerate(line):
            sheet.write_string(number, place, words)
