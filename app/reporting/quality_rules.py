"""The indicators of the national reference that a course can give evidence of, in our own words; and the results of a year. Pure.

Numbers are those of the reference in force since 1 November 2026 (decree 2026-728). Those of apprenticeship, of certifications, of jobs found are left
out: this course is about none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

GUIDE = "https://travail-emploi.gouv.fr/referentiel-national-qualite-guide-de-lecture-qualiopi"
"""The official guide: the only wording that an auditor goes by."""
FEWEST = 5
"""People below whom no result is told."""
GONE = timedelta(days=90)
"""Without anything done, before the end of a period, before somebody who has not finished counts as having stopped."""


class Indicator(Struct, frozen=True):
    number: int
    title: str
    """What it asks, in our own words."""
    beside: str = ""
    """What the site cannot show, and the organisation adds."""


class QualityCriterion(Struct, frozen=True):
    title: str
    indicators: tuple[Indicator, ...]


CRITERIA = (
    QualityCriterion(
        "Informer le public",
        (
            Indicator(1, "Chacun peut lire, avant de commencer, ce que le cours apprend, à qui, en combien de temps et à quelles conditions."),
            Indicator(2, "Les résultats du cours sont publics et datés."),
        ),
    ),
    QualityCriterion(
        "Fixer des objectifs, adapter le parcours",
        (
            Indicator(4, "Le besoin de la personne est recueilli.", "Le besoin de l’employeur, quand il est recueilli ailleurs."),
            Indicator(5, "Les objectifs disent ce que l’on saura faire, et se vérifient."),
            Indicator(6, "Le contenu suit les objectifs et s’adapte à la personne."),
            Indicator(8, "Ce que la personne sait déjà est mesuré à l’entrée."),
        ),
    ),
    QualityCriterion(
        "Accueillir, accompagner, évaluer",
        (
            Indicator(9, "Les règles et le déroulement sont présentés à l’arrivée."),
            Indicator(10, "Le parcours est suivi, et ajusté à la personne."),
            Indicator(11, "L’atteinte des objectifs est évaluée pendant et à la fin."),
            Indicator(
                12,
                "L’abandon est prévenu ; les violences, le harcèlement et les discriminations aussi.",
                "La procédure de prévention des violences, du harcèlement et des discriminations.",
            ),
        ),
    ),
    QualityCriterion(
        "Donner les moyens",
        (
            Indicator(17, "Les moyens humains et techniques conviennent.", "Les locaux et l’équipement des rencontres."),
            Indicator(18, "Les personnes qui interviennent sont connues et coordonnées.", "Les missions de chacune."),
            Indicator(19, "Les ressources sont à disposition, à jour, et le suivi à distance se vérifie.", "Le nom du référent pédagogique."),
        ),
    ),
    QualityCriterion(
        "Qualifier celles et ceux qui forment",
        (
            Indicator(21, "Les compétences de chacun sont définies et évaluées.", "Les CV, les diplômes, les entretiens."),
            Indicator(22, "Ces compétences sont entretenues.", "Le plan de formation de l’équipe."),
        ),
    ),
    QualityCriterion(
        "Rester au fait du métier",
        (
            Indicator(23, "Le droit est suivi, et ce qui change est repris dans le cours."),
            Indicator(24, "Le métier et ses compétences sont suivis."),
            Indicator(25, "Les façons d’enseigner et les techniques sont suivies.", "La veille pédagogique de l’équipe."),
            Indicator(26, "Les personnes handicapées sont accueillies et orientées.", "Le réseau de partenaires et le référent handicap."),
        ),
    ),
    QualityCriterion(
        "Écouter et améliorer",
        (
            Indicator(30, "L’avis des personnes, des employeurs et des formateurs est recueilli.", "L’avis des financeurs."),
            Indicator(31, "Les difficultés et les réclamations sont traitées."),
            Indicator(32, "Ce qui est relevé mène à des améliorations.", "L’analyse des risques qualité."),
            Indicator(33, "Les personnes évaluent les contenus et l’enseignement, module par module."),
        ),
    ),
)


# --- Results ---


class Learnt(Struct, frozen=True):
    """One person's path, in days; None for what has not happened."""

    begun: date
    last: date
    done: date | None


class YearResult(Struct, frozen=True):
    """The results of those who began in one year, at the end of a quarter. Hidden below five people."""

    year: int
    until: date
    people: int
    done: Fraction
    """Share of those who finished."""
    gone: Fraction
    """Share of those who did not, and have done nothing for three months."""
    weeks: int | None
    """Median, from the first act to the last element; None where fewer than five finished."""

    def as_json(self) -> dict[str, Any]:
        """Converts the result to JSON values."""
        return {**asdict(self), "until": self.until.isoformat(), "done": str(self.done), "gone": str(self.gone)}


def year_of(stored: Mapping[str, Any]) -> YearResult:
    return YearResult(**{**stored, "until": date.fromisoformat(stored["until"]), "done": Fraction(stored["done"]), "gone": Fraction(stored["gone"])})


def last_quarter(on: date) -> date:
    """The last day of the last quarter that is over: results are told up to then, and change four times a year."""
    return date(on.year, 3 * ((on.month - 1) // 3) + 1, 1) - timedelta(days=1)


def year_results(people: Iterable[Learnt], until: date) -> tuple[YearResult, ...]:
    """The latest year first."""
    years: dict[int, list[Learnt]] = {}
    for one in people:
        if one.begun <= until:
            years.setdefault(one.begun.year, []).append(one)
    return tuple(_of_year(year, years[year], until) for year in sorted(years, reverse=True) if len(years[year]) >= FEWEST)


def _of_year(year: int, people: list[Learnt], until: date) -> YearResult:
    done = [one for one in people if one.done and one.done <= until]
    gone = [one for one in people if not (one.done and one.done <= until) and one.last < until - GONE]
    weeks = [max(1, -(-(one.done - one.begun).days // 7)) for one in done if one.done]
    middle = round(median(weeks)) if len(weeks) >= FEWEST else None
    return YearResult(year, until, len(people), Fraction(len(done), len(people)), Fraction(len(gone), len(people)), middle)
