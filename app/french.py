"""French typography, applied when text is shown and never to what is stored: narrow no-break spaces, apostrophes, quotation marks."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

NARROW = "\u202f"
"""Before `; : ! ?` and `%`, inside « », between groups of digits."""
NO_BREAK = "\u00a0"
"""Between a number or a title and the word that it belongs to."""

_SPACE = "[ \u00a0\u202f]"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'"), "’"),
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    (re.compile(r'"([^"\n]+)"'), "«\\1»"),
    (re.compile(rf"«{_SPACE}*"), f"«{NARROW}"),
    (re.compile(rf"{_SPACE}*»"), f"{NARROW}»"),
    (re.compile(rf"(?:^|(?<=[^\s(\[«])){_SPACE}+(?=[;:!?])"), NARROW),
    (re.compile(r"(?<=[\w)\]»’])(?=[;:!?]+(?:\s|$))(?<![;:!?])"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}(?=\d{{3}}(?!\d))"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}?(?=[%‰€])"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}(?=(?:millions?|milliards?|euros?|ans|km|h)\b)"), NO_BREAK),
    (re.compile(rf"(?<=\b[nN]°){_SPACE}?(?=\d)"), NO_BREAK),
    (re.compile(rf"(?<=\bart\.){_SPACE}(?=\d)"), NO_BREAK),
    (re.compile(rf"\b(M\.|MM\.|Mme|Mmes|Dr|Pr){_SPACE}(?=[A-ZÀ-Ý])"), f"\\1{NO_BREAK}"),
)
# None of the rules can match a text that has none of these.
_ANY = re.compile("['\"«»;:!?%‰€°]|\\d |\\.\\.\\.|M\\.|Mme|Dr |Pr |art\\.")


def french(text: str) -> str:
    """One run of text as a French printer sets it. Idempotent; digits, letters and order never change."""
    if _ANY.search(text) is None:
        return text
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def grouped(value: int) -> str:
    """« 12 000 », with a narrow space between thousands."""
    return f"{value:,}".replace(",", NARROW)


PARIS = ZoneInfo("Europe/Paris")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")


def day_of(moment: datetime) -> date:
    """The day in Paris: today, for whoever reads a page."""
    return moment.astimezone(PARIS).date()


def french_date(value: datetime | date) -> str:
    """« 9 juin 2022 », in Paris."""
    if isinstance(value, datetime):
        value = day_of(value)
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day}{NO_BREAK}{MONTHS[value.month - 1]} {value.year}"


def french_datetime(value: datetime) -> str:
    """« 9 juin 2022 à 14 h 05 », in Paris."""
    local = value.astimezone(PARIS)
    return f"{french_date(value)} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02d}"


def number(value: float | Fraction, decimals: int = 0) -> str:
    """« 1 362 » or « 12,5 », with a narrow space between thousands."""
    return f"{float(value):,.{decimals}f}".replace(",", NARROW).replace(".", ",")


def percent(fraction: float | Fraction) -> str:
    """A share as « 69 % », rounded down: nobody reads 70 % and fails at 70."""
    return f"{floor(Fraction(fraction) * 100)}{NARROW}%"


def plural(count: int, one: str, many: str = "") -> str:
    """« 1 élément », « 4 éléments »: French counts 0 and 1 as singular."""
    word = one if abs(count) < 2 else (many or one + "s")
    return f"{number(count)}{NO_BREAK}{word}"


_SILENT = re.compile(r"[aeiouhœæ]|y[^aeiou]", re.IGNORECASE)


def of(name: str) -> str:
    """« de Mehdi », « d’Inès »: the preposition before a name. An h is taken as silent."""
    return f"d’{name}" if _SILENT.match(unicodedata.normalize("NFD", name)) else f"de {name}"


def mark(value: Fraction | Decimal | int) -> str:
    """Points as « 1,5 » or « 2 », rounded down to hundredths: nobody reads a mark that was not reached."""
    text = f"{floor(value * 100) / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def fold(text: str) -> str:
    """Lower case without accents: « Béthune » sorts and compares as « bethune »."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)).lower()


def french_number(value: Decimal | Fraction | int) -> str:
    """« 5,6 »: exact for a decimal, rounded down to hundredths for a fraction."""
    exact = Decimal(floor(value * 100)) / 100 if isinstance(value, Fraction) else Decimal(value)
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def counted(count: Decimal | Fraction | int, word: str) -> str:
    """« 1 question », « 8 questions », « 1,5 point »: French counts below 2 as singular."""
    return f"{french_number(count)}{NO_BREAK}{word}{'s' if count >= 2 else ''}"
