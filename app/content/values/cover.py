"""What a course says of itself in cours.md: its name, for whom it is, and the histories that it tells, drawn as lines that cross."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.content.values.text import CROSSING
from app.platform.colours import PALETTE, Colour
from app.platform.french import capital, join_words

MOST_LINES = len(PALETTE)
COUNTS = ("", "", "deux ", "trois ", "quatre ", "cinq ")
ONE = {"": "une histoire", "les": "l’histoire", "des": "de l’histoire"}


class CourseHistory(Struct, frozen=True):
    """A history of the course. `id` is what modules and dates write."""

    id: str
    name: str
    said: str
    """Inside a sentence: « la politique de la ville »."""
    colour: Colour
    side: str = ""
    """Who comes from it, by the employer: « etat », « collectivite », « education »; empty for nobody in particular."""
    line: int = 0


class Cover(Struct, frozen=True):
    title: str = "cours des cités éducatives"
    """As it goes on after a comma: « cours d’acculturation… »."""
    audience: str = "les équipes des cités éducatives"
    """Whom it trains, with an article."""
    heading: str = "Un cours pour les cités éducatives"
    """The great title of its first page."""
    promise: str = ""
    """What one gains, in a sentence or two."""
    introduction: str = ""
    """A few sentences, for whoever does not know it."""
    lines: tuple[CourseHistory, ...] = ()
    crossing: str = "Croisement"
    """The name of the place where the lines cross."""
    crossing_said: str = "au croisement"
    """Inside a sentence."""

    @property
    def crossing_title(self) -> str:
        return capital(self.crossing_said)


def default_lines(histories: Iterable[str]) -> tuple[CourseHistory, ...]:
    """The lines of a course that describes none: as its files name them, in the order of their first mention."""
    found = [each for each in dict.fromkeys(histories) if each != CROSSING][:MOST_LINES]
    words = [each.replace("-", " ") for each in found]
    return tuple(CourseHistory(each, capital(said), said, PALETTE[place]) for place, (each, said) in enumerate(zip(found, words, strict=True)))


def count_in_words(lines: tuple[CourseHistory, ...], article: str = "") -> str:
    """« trois histoires », « les trois histoires », « des trois histoires »."""
    return ONE[article] if len(lines) == 1 else f"{article} {COUNTS[len(lines)]}histoires".strip()


def list_in_words(lines: tuple[CourseHistory, ...]) -> str:
    """« la politique de la ville, les politiques éducatives locales et l’éducation prioritaire »."""
    return join_words([line.said for line in lines])
