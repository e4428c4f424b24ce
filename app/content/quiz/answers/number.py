"""What types of answer share in saying how they are understood; and numbers as a trainer writes them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from app.content.quiz.keys import QuizKey
from app.content.text.markdown import inline_tokens, plain
from app.content.values.quiz import Answer, Interval, NumberAnswer, name_of
from app.content.values.text import Fragment

A = TypeVar("A", bound=Answer)

_ESCAPED = re.compile(r"\\(=>|→)")
SETTINGS = frozenset({QuizKey.POINTS, QuizKey.TAGS, QuizKey.OBJECTIVE, QuizKey.LESSON, QuizKey.LEVEL, QuizKey.IDENTIFIER})


class AnswerShape(ABC, Generic[A]):
    def name(self, answer: A) -> str:
        return name_of(answer).capitalize()

    @abstractmethod
    def lines(self, answer: A) -> Iterator[str]:
        """The answer in French words."""

    def settings(self, answer: A) -> frozenset[QuizKey]:
        """Returns the settings that have an effect on this shape of answer."""
        return SETTINGS


def with_plain_arrows(text: str) -> str:
    """`\\=>` outside a matching is still a real arrow."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def words(fragment: Fragment) -> str:
    """One line of plain words, without Markdown's marks."""
    return " ".join(plain(inline_tokens(fragment.text)).split())


def comment(feedback: Fragment | None) -> Iterator[str]:
    if feedback:
        yield f"    commentaire : {words(feedback)}"


# --- Numbers: `2014`, `1 362 ± 10`, `1 362 (à 10 près)`, `2014 à 2016`, `12,5 %` ---

_SPACES = re.compile(r"\s+")
_DIGITS = r"-?(?:\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3}){2,}|\d+)(?:[.,]\d+)?"
_WORD = r"[^\W\d_][^\W\d_'’/²³.-]*(?:[-/'’][^\W\d_²³]+)*[²³]?"
_VALUE = re.compile(rf"({_DIGITS}) ?((?:[kMG]?[%‰€$]|°[CF]?|{_WORD})(?: {_WORD}){{0,4}})?")
_MARGIN = re.compile(r" ?(?:±|\+ ?/ ?-|\+-|plus ou moins) ?", re.IGNORECASE)
_NEAR = re.compile(r"(.+?)[ ,(]* ?à (\S.*) près ?\)?", re.IGNORECASE)
_RANGE = re.compile(r"(?:(de|entre) )?(\S.*?) ?(?: (à|et) |\.\.+|…) ?(\S.*)", re.IGNORECASE)
_BRACKETS = re.compile(r"[\[(] ?(\S[^;]*?) ?; ?(\S[^;]*?) ?[\])] ?(.*)")
_VAGUE = re.compile(
    rf"(environ|env\.?|près de|à peu près|autour de|plus de|moins de|au moins|au plus|jusqu['’]à|~|≈|>=?|<=?|≥|≤) ?{_DIGITS}(?: ?[kMG]?[%€]| ?{_WORD})?",
    re.IGNORECASE,
)
_HYPHENED = re.compile(rf"(\d+)(?: ?[%€])? ?[-–—] ?(\d+)(?: ?{_WORD}| ?[%€])?")
_JOINED = re.compile(rf"({_DIGITS})(?: ?(?:,|;|/| ou | et ) ?{_DIGITS})+", re.IGNORECASE)
_NOT_UNITS = frozenset(
    re.findall(
        r"\w+",
        "et ou à près er re ère e è ème nd nde demi janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
)
_SPELT = {"h": "heure", "j": "jour", "min": "minute", "s": "seconde", "m": "mètre", "km": "kilomètre", "€": "euro"}
_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")
_LONGEST = 120
"""Characters of a number with its tolerance and unit: more is a text."""


class NumberReading(Struct, frozen=True):
    """A number understood. `clean` is how it should have been written, where that differs."""

    interval: Interval
    unit: str = ""
    clean: str = ""


class NumberDoubt(Struct, frozen=True):
    """A number that has two readings, or none: what to say, and what to write instead."""

    message: str
    hint: str


def lone_unit(texts: Sequence[str], numbers: Sequence[NumberReading | NumberDoubt | None]) -> str:
    """What among several answers is the unit of another (`24 h | heures`), hence right without any number; empty where nothing is. « par an » may answer « à quelle fréquence ? »: a word alone answers none."""
    units = {_whole_unit(number.unit) for number in numbers if isinstance(number, NumberReading) and number.unit}
    return next((text for text, number in zip(texts, numbers, strict=True) if number is None and text.isalpha() and _whole_unit(text) in units), "")


def _whole_unit(written: str) -> str:
    """`h` and `heures` as `heure`."""
    unit = written.casefold()
    return _SPELT.get(unit, unit.removesuffix("s"))


def read_number(written: str) -> NumberReading | NumberDoubt | None:
    """A number, a number with a tolerance, or a range; None for a text."""
    text = _SPACES.sub(" ", written).strip().replace("−", "-")
    if not text or len(text) > _LONGEST or not any(sign.isdigit() for sign in text):
        return None
    return _with_margin(text) or _near(text) or _range(text) or _brackets(text) or _plain(text) or _doubt(text)


def _plain(text: str) -> NumberReading | NumberDoubt | None:
    found = _VALUE.fullmatch(text)
    unit = (found[2] or "") if found else ""
    if found is None or _NOT_UNITS & set(unit.casefold().split()):
        return None
    if _THOUSANDS.fullmatch(found[1]):
        spaced, comma = found[1].replace(".", " "), found[1].replace(".", ",")
        return NumberDoubt(f"« {text} » a deux lectures : {spaced}, ou {comma}.", f"Écrivez {spaced} avec une espace, ou {comma} avec une virgule.")
    value = _decimal(found[1])
    clean = text.replace(".", " ") if found[1].count(".") > 1 else ""
    return NumberReading(Interval(value, value, text), unit, clean)


def _decimal(digits: str) -> Decimal:
    digits = digits.replace(" ", "")
    return Decimal(digits.replace(".", "") if digits.count(".") > 1 else digits.replace(",", "."))


def bare(value: Decimal) -> str:
    """`1362.50` → `1362.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_typed(value: Decimal) -> str:
    """`1362.50` → `1362,5`."""
    return bare(value).replace(".", ",")


def _with_margin(text: str) -> NumberReading | NumberDoubt | None:
    """`1 362 ± 10`."""
    parts = _MARGIN.split(text)
    if len(parts) != 2 or not parts[0]:
        return None
    centre, margin = _plain(parts[0]), _plain(parts[1])
    if not isinstance(centre, NumberReading) or not isinstance(margin, NumberReading):
        return NumberDoubt(f"« {text} » : la tolérance n’est pas comprise.", "Écrivez par exemple : Réponse : 1 362 ± 10")
    if margin.unit.startswith("%") and not centre.unit:
        return _percent_doubt(parts[0], centre, margin, text)
    relative = margin.unit.startswith("%") and not centre.unit.startswith("%")
    return _around(centre, margin, relative, text)


def _near(text: str) -> NumberReading | NumberDoubt | None:
    """`1 362 (à 10 près)`, `1 362 (à 10 % près)`."""
    found = _NEAR.fullmatch(text)
    centre, margin = (_plain(found[1]), _plain(found[2])) if found else (None, None)
    if not isinstance(centre, NumberReading) or not isinstance(margin, NumberReading):
        return None
    percent = margin.unit.startswith("%")
    if percent and centre.unit.startswith("%"):
        return _percent_doubt(found[1] if found else text, centre, margin, text)
    return _around(centre, margin, percent, text)


def _percent_doubt(number: str, centre: NumberReading, margin: NumberReading, text: str) -> NumberDoubt:
    value, share = centre.interval.low, margin.interval.low
    plain = number.removesuffix("%").strip()
    message = f"« {text} » a deux lectures : {plain} % à {as_typed(share)} points près, ou {number} à {as_typed(share)} % près."
    return NumberDoubt(message, f"Écrivez {plain} % ± {as_typed(share)}, ou {number} ± {as_typed(abs(value) * share / 100)}.")


def _around(centre: NumberReading, margin: NumberReading, relative: bool, text: str) -> NumberReading | NumberDoubt:
    value, reach = centre.interval.low, margin.interval.low
    own = margin.unit if margin.unit and not relative and not margin.unit.startswith("point") else ""
    if own and centre.unit and own != centre.unit:
        return NumberDoubt(f"« {text} » : deux unités, « {centre.unit} » et « {own} ».", "Donnez la tolérance dans l’unité de la réponse.")
    if reach < 0:
        return NumberDoubt(f"« {text} » : une tolérance est positive.", f"Écrivez {as_typed(value)} ± {as_typed(-reach)}")
    unit = centre.unit or own
    clean = ""
    if relative:
        reach = abs(value) * reach / 100
        clean = f"{centre.interval.shown} ± {as_typed(reach)}"
    return NumberReading(Interval(value - reach, value + reach, text), unit, clean)


def _range(text: str) -> NumberReading | NumberDoubt | None:
    """`2014 à 2016`, `entre 10 et 12 %`."""
    found = _RANGE.fullmatch(text)
    if found is None or (found[3] == "et") != (bool(found[1]) and found[1].casefold() == "entre"):
        return None
    low, high = _plain(found[2]), _plain(found[4])
    if not isinstance(low, NumberReading) or not isinstance(high, NumberReading):
        return None
    return _between(low, high, text, "" if found[3] == "à" and not found[1] else " à ")


def _brackets(text: str) -> NumberReading | NumberDoubt | None:
    """`[10 ; 12] %`."""
    found = _BRACKETS.fullmatch(text)
    low, high = (_plain(found[1]), _plain(f"{found[2]} {found[3]}".strip())) if found else (None, None)
    return _between(low, high, text, " à ") if isinstance(low, NumberReading) and isinstance(high, NumberReading) else None


def _between(low: NumberReading, high: NumberReading, text: str, rewritten: str) -> NumberReading | NumberDoubt:
    first, last = low.interval.low, high.interval.low
    unit = high.unit or low.unit
    if low.unit and low.unit != unit:
        return NumberDoubt(f"« {text} » : deux unités, « {low.unit} » et « {unit} ».", "Écrivez les deux bornes dans la même unité.")
    if first > last:
        return NumberDoubt(f"« {text} » : l’intervalle va du plus grand au plus petit.", f"Écrivez : {as_typed(last)} à {as_typed(first)}")
    clean = f"{as_typed(first)} à {as_typed(last)} {unit}".strip() if rewritten else ""
    return NumberReading(Interval(first, last, text), unit, clean)


def _doubt(text: str) -> NumberDoubt | None:
    if found := _VAGUE.fullmatch(text):
        message = f"« {text} » ne dit pas ce qui est accepté : « {found[1]} » n’est ni un nombre ni un intervalle."
        return NumberDoubt(message, "Dites de combien on peut s’écarter, « 1 362 ± 10 », ou donnez un intervalle, « 1 300 à 1 400 ».")
    if found := _HYPHENED.fullmatch(text):
        hint = f"Pour un intervalle, écrivez {found[1]} à {found[2]} ; pour ce texte, mettez-le sous « Réponse : », - [x] {text}"
        return NumberDoubt(f"« {text} » a deux lectures : de {found[1]} à {found[2]}, ou le texte tel quel.", hint)
    if _JOINED.fullmatch(text):
        numbers = re.findall(_DIGITS, text)
        hint = f"Pour plusieurs nombres acceptés, écrivez {' | '.join(numbers)} ; pour ce texte, mettez-le sous « Réponse : », - [x] {text}"
        return NumberDoubt(f"« {text} » a deux lectures : {len(numbers)} nombres acceptés, ou le texte tel quel.", hint)
    return None


def interval_in_words(interval: Interval, unit: str) -> str:
    """« de 1352 à 1372 habitants »."""
    low, high = (format(value, "f").replace(".", ",") for value in (interval.low, interval.high))
    return f"{low if low == high else f'de {low} à {high}'}{f' {unit}' if unit else ''}"


class NumberShape(AnswerShape[NumberAnswer]):
    def lines(self, answer: NumberAnswer) -> Iterator[str]:
        for interval in answer.accepted:
            yield f"accepté : {interval_in_words(interval, answer.unit)}"
        if answer.unit:
            yield "unité exigée" if answer.unit_required else "unité facultative, montrée à côté du champ"

    def settings(self, answer: NumberAnswer) -> frozenset[QuizKey]:
        return SETTINGS | {QuizKey.UNIT, QuizKey.TOLERANCE}
