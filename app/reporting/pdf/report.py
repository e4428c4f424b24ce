"""What the printed report tells: plain values, as JSON holds them, in words. The same filter, people and figures as the grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.french import french, french_date, french_datetime, number, plural
from app.reporting.grid.columns import FIXED, Heading, cells, headings, place_names
from app.reporting.grid.queries import filter_words
from app.reporting.grid.rows import Line, Reader
from app.reporting.overview.chart_queries import pictures_of
from app.reporting.overview.charts import Picture
from app.reporting.overview.groups import Crowd, crowd_of
from app.reporting.overview.map import District, districts, told
from app.reporting.overview.queries import attestations, scope_words
from app.reporting.scope.rules import SITUATION_WORDS, SMALL, percentage

MOST = 500
"""People who are listed; beyond, totals."""
HEADS = ("Personne", "Territoires", "Situation", "Avancement", "Dernière activité", "Parcours terminé")
EXPLAINED = frozenset({"Dernière activité le", "Situation", "Éléments faits", "Éléments demandés", "Avancement (%)", "Parcours terminé le"})


@dataclass(frozen=True, slots=True)
class Report:
    """`people`: whom it names."""

    people: tuple[int, ...]
    values: dict[str, Any]


def report(reader: Reader) -> Report:
    crowd, listed = crowd_of(reader), reader.batch(MOST).lines
    filtered = bool(reader.asked.fields().keys() - {"tri", "module"})
    cites = () if filtered else districts(reader.reach, crowd.groups)
    shown = headings(reader.course, reader.calculator.modules, reader.asked.module)
    computed = f"Calculé le {french_datetime(reader.now)}"
    scope = scope_words(reader.reach)
    told_values = {
        "title": "Rapport de pilotage",
        "description": f"{scope}. {computed}.",
        "scope": f"{scope}.",
        "computed": computed,
        "filter": f"Choix\u202f: {french(filter_words(reader))}." if filtered else "Toutes les personnes de ce périmètre.",
        "counts": _counts(crowd),
        "note": "" if crowd.total >= SMALL else f"Moins de {SMALL} personnes\u202f: aucune moyenne n’est donnée, elle désignerait quelqu’un.",
        "pictures": [_picture(picture) for picture in pictures_of(crowd)],
        "cites": told(cites),
        "districts": [_district(one) for one in cites],
        "listed": _listed(crowd.total),
        "columns": [*HEADS, *(heading.title for heading in shown)],
        "rows": [_row(line, shown, reader) for line in listed],
        "beyond": _beyond(crowd, listed) if crowd.total > MOST else [],
        "notes": [[column.name, french(column.explanation)] for column in FIXED if column.name in EXPLAINED],
    }
    return Report(tuple(line.id for line in listed), told_values)


def _counts(crowd: Crowd) -> list[list[str]]:
    by = [(words.capitalize(), crowd.by_situation[one]) for one, words in SITUATION_WORDS.items()]
    return [[words, number(count)] for words, count in (("Personnes inscrites", crowd.total), *by, ("Attestations délivrées", attestations(crowd.reader)))]


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "kind": picture.kind.value,
        "title": picture.title,
        "sentence": french(picture.sentence),
        "alt": french(picture.description),
        "columns": list(picture.columns),
        "full": picture.full,
        "rows": [
            {"label": french(row.label), "values": [float(one) for one in row.values], "texts": list(row.texts), "mark": row.mark} for row in picture.rows
        ],
    }


def _district(district: District) -> dict[str, Any]:
    return {"name": district.name, "tiles": [{"name": tile.name, "people": number(tile.people), "words": tile.words} for tile in district.tiles]}


def _listed(total: int) -> str:
    if not total:
        return "Personne ne répond à ces choix ensemble."
    if total > MOST:
        return f"Les {MOST} premières personnes sur {number(total)}, dans l’ordre de la grille\u202f; les totaux suivent."
    return f"{plural(total, 'personne')}, dans l’ordre de la grille."


def _row(line: Line, shown: tuple[Heading, ...], reader: Reader) -> list[str]:
    path, done = line.figures.path, line.figures.completed_at
    return [
        line.name,
        place_names(line, reader.reach),
        SITUATION_WORDS[line.situation],
        f"{number(float(percentage(path)), 1)}\u202f% ({path.done} sur\u00a0{path.required})",
        french_date(line.last_at) if line.last_at else "–",
        french_date(done) if done else "–",
        *(cell.words for cell in cells(line, shown, reader.asked.module)),
    ]


def _beyond(crowd: Crowd, listed: Sequence[Line]) -> list[list[str]]:
    first = Counter(line.situation for line in listed)
    rows = [(words.capitalize(), first[one], crowd.by_situation[one]) for one, words in SITUATION_WORDS.items()]
    return [[words, *map(number, (here, everywhere - here, everywhere))] for words, here, everywhere in (*rows, ("Toutes", len(listed), crowd.total))]
