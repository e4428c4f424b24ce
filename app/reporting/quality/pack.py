"""What an auditor takes away: the tiles, the results, the surveys. Nobody is named, unless a sample was drawn."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from app.learner.surveys.queries import SurveyResult
from app.platform.french import french_date, french_datetime, number, percent
from app.platform.web.spreadsheets import neutral
from app.platform.zips import packed
from app.reporting.quality.queries import QualityPage, ResultsPage, SamplePage
from app.reporting.surveys import export

BOM = "\ufeff"


def pack(page: QualityPage, told: ResultsPage, surveys: Iterable[SurveyResult], site: str, sample: SamplePage | None = None) -> bytes:
    files = {
        "lire-moi.txt": _read_me(page, site, sample),
        "indicateurs.csv": _table(("Indicateur", "Ce qu’il demande", "Ce que le site a enregistré", "Ce que l’organisme ajoute"), _indicators(page)),
        "resultats.csv": _table(("Année de début", "Jusqu’au", "Personnes", "Parcours terminés", "Arrêtés", "Semaines (médiane)"), _results(told)),
    }
    for one in surveys:
        target = io.BytesIO()
        export.write(target, one, page.computed_at, site, reads_texts=False)
        files[f"enquetes/{one.survey.id}.xlsx"] = target.getvalue()
    if sample:
        files["echantillon.csv"] = _table(("Nom", "Commencé le", "Terminé le"), ((one.name, _day(one.begun), _day(one.done)) for one in sample.people))
    return packed(files)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([neutral(value) for value in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def _indicators(page: QualityPage) -> Iterable[Sequence[str]]:
    for _, tiles in page.criteria:
        for tile in tiles:
            found = " ; ".join(one.words for one in tile.evidence) or "rien"
            yield str(tile.indicator.number), tile.indicator.title, found, tile.indicator.beside


def _results(told: ResultsPage) -> Iterable[Sequence[str]]:
    for one in told.years:
        weeks = number(one.weeks) if one.weeks else "moins de cinq personnes"
        yield str(one.year), french_date(one.until), number(one.people), percent(one.done), percent(one.gone), weeks


def _day(day: date | None) -> str:
    return french_date(day) if day else ""


def _read_me(page: QualityPage, site: str, sample: SamplePage | None) -> bytes:
    named = "Il nomme les personnes d’un échantillon tiré au hasard : l’acte est au journal, et chacune peut le lire." if sample else "Il ne nomme personne."
    lines = (
        f"{site} : dossier pour un audit, calculé le {french_datetime(page.computed_at)}.",
        named,
        "Les numéros sont ceux du référentiel national ; les phrases sont les nôtres.",
        f"Le guide officiel : {page.guide}",
    )
    return ("\r\n".join(lines) + "\r\n").encode()
