"""What the printed papers of a scope say: the report of a group, and one page for a steering committee."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.platform.french import capital, french, french_date, french_datetime, number, plural
from app.reporting.grid.columns import Output, columns_of, output_columns
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport, ReportRow
from app.reporting.overview.aggregates import Population, population_of, situations_of
from app.reporting.overview.chart_queries import pictures_of
from app.reporting.overview.charts import ChartPicture
from app.reporting.overview.queries import CiteState, cites, cites_of, cites_sentence, elsewhere_words, figures_of
from app.reporting.scope import scope_words
from app.reporting.scope_rules import SITUATION_WORDS, SMALL, PathSituation
from app.reporting.selection import LIST_FIELDS
from app.reporting.targets import TargetLine, targets
from app.reporting.words import GLOSSARY

# --- The printed report ---
# Plain values, as JSON holds them, in words. The same filter, people and figures as the grid.

TEMPLATE = Path(__file__).with_name("report.typ")
MOST = 500
"""People who are listed; beyond, totals."""


def printed_report(report: PeopleReport) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Builds the printed report: figures and pictures of one path, and the people of the grid."""
    population, batch = population_of(report), report.batch(MOST)
    listed, total = batch.rows, batch.total
    chosen = report.filter.of_people().fields().keys() - LIST_FIELDS - {"module"}
    states = {} if chosen - {"parcours"} else cites(report.scope, population.everywhere)
    columns = columns_of(report)
    shown = output_columns(Output.PAPER, columns)
    computed = f"Calculé le {french_datetime(report.now)}"
    scope = scope_words(report.scope)
    values = {
        "title": "Rapport de pilotage",
        "description": f"{scope}. {computed}.",
        "scope": f"{scope}.",
        "computed": computed,
        "filter": f"Choix : {french(filter_words(report))}." if chosen else "Toutes les personnes de ce périmètre.",
        "counts": _counts(population),
        "note": " ".join(_notes(population)),
        "pictures": [_picture(picture) for picture in pictures_of(population)],
        "cites": cites_sentence(states.values()),
        "empty": [report.scope.tree.path_name(cite) for cite, state in states.items() if state is CiteState.EMPTY],
        "listed": _list_words(total),
        "columns": [column.title for column in shown],
        "shares": [column.share for column in shown],
        "rows": [[column.on_paper(row) for column in shown] for row in listed],
        "beyond": _beyond(situations_of(population.groups if report.filter.path else population.everywhere), listed) if total > MOST else [],
        "notes": [
            *([column.name, french(column.explanation)] for column in columns if column.explained),
            *([capital(one.word), french(f"{capital(one.meaning)}.")] for one in GLOSSARY),
        ],
    }
    return tuple(row.id for row in listed), values


def _notes(population: Population) -> Iterator[str]:
    if population.path_title:
        yield f"Ces chiffres sont ceux du parcours « {population.path_title} »."
    if population.elsewhere:
        yield elsewhere_words(population.elsewhere)
    if population.total < SMALL:
        yield f"Moins de {SMALL} personnes : aucune moyenne n’est donnée, elle désignerait quelqu’un."


def _counts(population: Population) -> list[list[str]]:
    by = [(words.capitalize(), population.by_situation[one]) for one, words in SITUATION_WORDS.items()]
    others = ("En retard", population.late), ("Attestations délivrées", population.levels.end.attested)
    return [[words, number(count)] for words, count in (("Personnes inscrites", population.total), *by, *others)]


def _picture(picture: ChartPicture) -> dict[str, Any]:
    return {
        "kind": picture.kind.value,
        "title": french(picture.title),
        "sentence": french(picture.sentence),
        "alt": french(picture.description),
        "columns": list(picture.columns),
        "full": picture.full,
        "rows": [
            {"label": french(row.label), "values": [float(one) for one in row.values], "texts": list(row.texts), "mark": row.mark} for row in picture.rows
        ],
    }


def _list_words(total: int) -> str:
    if not total:
        return "Personne ne répond à ces choix ensemble."
    if total > MOST:
        return f"Les {MOST} premières personnes sur {number(total)}, dans l’ordre de la liste ; les totaux suivent."
    return f"{plural(total, 'personne')}, dans l’ordre de la liste."


def _beyond(counts: Counter[PathSituation], listed: Sequence[ReportRow]) -> list[list[str]]:
    first = Counter(row.situation for row in listed)
    rows = [(words.capitalize(), first[one], counts[one]) for one, words in SITUATION_WORDS.items()]
    return [[words, *map(number, (here, everywhere - here, everywhere))] for words, here, everywhere in (*rows, ("Toutes", len(listed), counts.total()))]


# --- One page for a steering committee ---
# Figures and drawings of a scope over a period, and nobody's name.

COMMITTEE_TEMPLATE = Path(__file__).with_name("committee.typ")
MOST_BARS, MOST_LINES = 7, 4


def committee_page(report: PeopleReport) -> dict[str, Any]:
    population, scope, asked_targets = population_of(report), scope_words(report.scope), targets(report)
    report = population.report
    pictures, levels = pictures_of(population), population.levels
    computed = f"Calculé le {french_datetime(report.now)}"
    asked = {name: value for name, value in report.filter.fields().items() if name not in LIST_FIELDS | {"depuis", "jusque"}}
    return {
        "title": f"Où en est le parcours « {population.path_title} »" if population.path_title else "Où en est la formation",
        "description": f"{scope}. {computed}.",
        "scope": f"{scope}.",
        "period": f"Période : du {french_date(levels.since)} au {french_date(levels.until)}.",
        "filter": french(f"Choix : {filter_words(report, ordered=False)}.") if asked else "",
        "conclusion": french(conclusion(population)),
        "computed": computed,
        "counts": [[figure.words.capitalize(), number(figure.value), figure.movement] for figure in figures_of(population)],
        "lines": [french(line) for line in _lines(population, asked_targets, cites_sentence(cites_of(population).values()))],
        "pictures": [_committee_picture(picture) for picture in pictures],
        "note": "" if pictures else f"Moins de {SMALL} personnes : aucun dessin n’est donné, il désignerait quelqu’un.",
    }


def conclusion(population: Population) -> str:
    """What the page comes to, in three sentences at most: where people are, what moved, where they stop."""
    sentences = {picture.id: picture.sentence for picture in pictures_of(population)}
    told = [sentences[name] for name in ("situations", "semaines") if name in sentences]
    stops = sentences.get("modules", "").partition(". ")[0]
    return " ".join([*told, *([f"{stops}."] if stops.startswith("On s’arrête") else [])])


def _lines(population: Population, aims: Sequence[TargetLine], cites: str) -> list[str]:
    others = [elsewhere_words(population.elsewhere)] if population.elsewhere else []
    aimed = [f"Cohorte « {target.name} » : {target.words}" for target in aims[:MOST_LINES]]
    return [*others, *aimed, *([cites] if cites else [])]


def _committee_picture(picture: ChartPicture) -> dict[str, Any]:
    """Its longest lists are cut, and say so: the page is one page."""
    told = _picture(picture)
    kept = told["rows"] if picture.kind.value == "weeks" else told["rows"][:MOST_BARS]
    return {**told, "rows": kept, "more": len(picture.rows) - len(kept)}
