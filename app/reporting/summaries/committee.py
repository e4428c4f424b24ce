"""One page for a steering committee, as plain values: figures and drawings of a scope over a period, and nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.platform.french import french, french_date, french_datetime, number
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import PeopleReport
from app.reporting.overview.aggregates import Population, period_of, population_of
from app.reporting.overview.chart_queries import pictures_of, shares
from app.reporting.overview.charts import ChartPicture, percent
from app.reporting.overview.map import districts_of, map_sentence
from app.reporting.overview.queries import attestations, elsewhere_words, scope_words
from app.reporting.overview.targets import TargetLine, targets
from app.reporting.scope.rules import SITUATION_WORDS, SMALL, mean_percentage

TEMPLATE = Path(__file__).with_name("committee.typ")
SHOWN = ("situations", "modules", "semaines", "territoires")
"""The drawings of the page, in the order of what is kept: four."""
MOST_BARS, MOST_LINES = 7, 4


def committee_page(report: PeopleReport) -> dict[str, Any]:
    population, scope, asked_targets = population_of(report), scope_words(report.scope), targets(report)
    report = population.report
    since, until = period_of(report.filter, report.scope.on)
    mean = mean_percentage(shares(population))
    pictures = {picture.id: picture for picture in pictures_of(population)}
    chosen = [picture for name in SHOWN if (picture := pictures.get(name))][:4]
    cites = districts_of(population)
    computed = f"Calculé le {french_datetime(report.now)}"
    asked = {name: value for name, value in report.filter.fields().items() if name not in ("tri", "depuis", "jusque")}
    return {
        "title": "Où en est la formation",
        "description": f"{scope}. {computed}.",
        "scope": f"{scope}.",
        "period": f"Période : du {french_date(since)} au {french_date(until)}.",
        "filter": french(f"Choix : {filter_words(report, ordered=False)}.") if asked else "",
        "computed": computed,
        "counts": [
            ["Personnes inscrites", number(population.total)],
            *([words.capitalize(), number(population.by_situation[one])] for one, words in SITUATION_WORDS.items()),
            ["En retard", number(population.late)],
            ["Avancement moyen", percent(mean) if mean is not None else f"tu sous {SMALL} personnes"],
            ["Attestations délivrées", number(attestations(report))],
        ],
        "lines": [french(line) for line in _lines(population, asked_targets, map_sentence(cites) if cites else "")],
        "pictures": [_picture(picture) for picture in chosen],
        "note": "" if chosen else f"Moins de {SMALL} personnes : aucun dessin n’est donné, il désignerait quelqu’un.",
    }


def _lines(population: Population, aims: Sequence[TargetLine], cites: str) -> list[str]:
    others = [elsewhere_words(population.elsewhere)] if population.elsewhere else []
    aimed = [f"Cohorte « {target.name} » : {target.words}" for target in aims[:MOST_LINES]]
    return [*others, *aimed, *([cites] if cites else [])]


def _picture(picture: ChartPicture) -> dict[str, Any]:
    """Its longest lists are cut, and say so: the page is one page."""
    kept = picture.rows if picture.kind.value == "weeks" else picture.rows[:MOST_BARS]
    return {
        "kind": picture.kind.value,
        "title": french(picture.title),
        "sentence": french(picture.sentence),
        "alt": french(picture.description),
        "full": picture.full,
        "heads": list(picture.columns),
        "rows": [{"label": french(row.label), "values": [float(one) for one in row.values], "texts": list(row.texts), "mark": row.mark} for row in kept],
        "more": len(picture.rows) - len(kept),
    }
