"""A survey: what people are asked of the course, once they have done a part of it. None of its questions has a right answer."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.content.values.text import Fragment, Source


class Moment(StrEnum):
    """When a survey is asked, and of whom (`moment`)."""

    HOT = "à chaud"
    """As soon as a module, or the path, is done."""
    COLD = "à froid"
    """Some months after the end of the path."""
    MANAGER = "responsable"
    """At the same time, of whoever looks after the territory of those who finished."""


class After(StrEnum):
    """What one has just done (`après`)."""

    MODULE = "module"
    PATH = "parcours"


class SurveyAnswerShape(StrEnum):
    """The shape of an answer."""

    SCALE = "échelle"
    SINGLE = "choix unique"
    MULTIPLE = "choix multiple"
    FREE = "réponse libre"


class Measure(StrEnum):
    """Which figure of the site a scale feeds (`Mesure`)."""

    SATISFACTION = "satisfaction"
    REUSE = "réutilisation"


AGREEMENT = ("Pas du tout d’accord", "Plutôt pas d’accord", "Plutôt d’accord", "Tout à fait d’accord")
"""The four words of a scale that gives none of its own. From the least to the most: the last two are favourable."""
FAVOURABLE = 2
"""How many of the four words of a scale are."""


class SurveyQuestion(Struct, frozen=True):
    id: str
    title: str
    asked: SurveyAnswerShape
    options: tuple[str, ...]
    """As shown; empty for a free answer. What is counted is counted under these words: others begin anew."""
    help: Fragment
    """What stands between the title and the answers."""
    line: int
    measure: Measure | None = None


class Survey(Struct, frozen=True):
    """`modules/enquetes/<slug>.md`."""

    id: str
    title: str
    moment: Moment
    after: frozenset[After]
    introduction: Fragment
    questions: tuple[SurveyQuestion, ...]
    sources: tuple[Source, ...] = ()
    path: str = ""
    author: str = ""
    calls: tuple[str, ...] = ()
