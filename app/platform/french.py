"""French, said once: the typography of what is shown (never of what is stored), dates, numbers, plurals, letters without their accents. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Literal
from zoneinfo import ZoneInfo

from app.platform.unicode import normal_form

NARROW = "\u202f"
"""Before `; : ! ?` and `%`, inside « », between groups of digits."""
NO_BREAK = "\u00a0"
"""Between a number or a title and the word that it belongs to."""
JOINED = "\u2011"
"""The hyphen of « répondez-vous », where no line ends."""

_SPACE = "[ \u00a0\u202f]"
_UNITS = "millions?|milliards?|euros?|ans|mois|semaines?|jours?|heures?|minutes?|secondes?|km|h|octets|[kKM]o"
_LETTERS: tuple[tuple[Sequence[str], re.Pattern[str], str], ...] = (
    ("'", re.compile(r"'(?<=\w.)"), "’"),
    (("...",), re.compile(r"\.\.\.(?<!\.\.\.\.)(?!\.)"), "…"),
    ('"', re.compile(r'"([^"\n]+)"'), "«\\1»"),
    ("«", re.compile(rf"«{_SPACE}*"), f"«{NARROW}"),
    ("»", re.compile(rf"{_SPACE}*»"), f"{NARROW}»"),
    (";:!?", re.compile(rf"{_SPACE}(?:(?<=^.)|(?<=[^\s(\[«].)){_SPACE}*(?=[;:!?])"), NARROW),
    (";:!?", re.compile(r"[;:!?](?<=[\w)\]»’].)(?=[;:!?]*(?:\s|$))"), rf"{NARROW}\g<0>"),
    ("%‰€", re.compile(r"[%‰€](?<=\d.)"), rf"{NARROW}\g<0>"),
    ("°", re.compile(r"°(?<=\b[nN].)(?=\d)"), f"°{NO_BREAK}"),
)
"""What a trainer's keyboard leaves to the printer: characters to replace, spaces to add and to join. Each with the characters that it begins or ends with, and looking at what
it may begin with before what stands around it: a whole course is set in a sync."""
_NARROW = re.compile(
    rf"{_SPACE}(?:(?<=«.)|(?=»)"
    r"|(?=[;:!?])(?:(?<=^.)|(?<=[^\s(\[«].))"
    r"|(?=[%‰€])(?:(?<=^.)|(?<=\d.))"
    r"|(?=\d{3}(?!\d))(?<=\d.))"
)
_NO_BREAK = re.compile(
    rf"{_SPACE}(?:(?=(?:{_UNITS})\b)(?:(?<=^.)|(?<=\d.))"
    r"|(?=\d|$)(?:(?<=\b[nN]°.)|(?<=\b[Ll]igne.)|(?<=\b[Pp]age.)|(?<=\b[Qq]uestion.)|(?<=\b[Vv]ersion.))"
    r"|(?=\d)(?<=\bart\..)"
    r"|(?=[A-ZÀ-Ý]|$)(?:(?<=\bM\..)|(?<=\bMM\..)|(?<=\bMme.)|(?<=\bMmes.)|(?<=\bDr.)|(?<=\bPr.)))"
)
"""Which space stands where, by what is before and after. What begins or ends a run of text stands beside a value or a tag."""


_PRONOUNS = "je|tu|ils?|elles?|on|nous|vous|ce|moi|toi|lui|leur|les?|la|en|y|ci|là"
_INVERTED = re.compile(rf"(?<=[^\W\d_])-(?=(?:t-)?(?:(?:{_PRONOUNS})-)*(?:{_PRONOUNS})(?![\w/@-]|\.\w))")
"""The hyphen before a pronoun that nothing follows: « a-t-il », « donnez-le-moi », « ceux-ci », never « Aulnoy-lez-Valenciennes »."""


def _hyphen_for(found: re.Match[str]) -> str:
    """As it was in an address, which may be copied."""
    word = found.string[found.string.rfind(" ", 0, found.start()) + 1 : found.start()]
    return "-" if "/" in word or "@" in word else JOINED


def _unbroken(text: str) -> str:
    """The spaces of French, and the hyphens at which no line may end."""
    if "-" in text:
        text = _INVERTED.sub(_hyphen_for, text)
    return _NO_BREAK.sub(NO_BREAK, _NARROW.sub(NARROW, text))


def french(text: str) -> str:
    """One run of text of the course as a French printer sets it. Idempotent; digits, letters and order never change."""
    return _french(text) if len(text) <= _A_LINE else _french.__wrapped__(text)


_A_LINE = 1_000
"""A draft may hold all its text in one run, another one with each preview: that is set anew."""


@lru_cache(maxsize=2_000)
def _french(text: str) -> str:
    """The same runs come back with each question that is shown or corrected."""
    for signs, pattern, replacement in _LETTERS:
        if any(map(text.__contains__, signs)):
            text = pattern.sub(replacement, text)
    return _unbroken(text)


def with_french_spaces(text: str) -> str:
    """A sentence of ours with its French spaces: each plain space, and each hyphen before a pronoun, that a line must not end at is replaced, nothing else changes.

    What a person wrote may stand inside: it keeps its letters and its length. An address, which holds no space, is left as it is.
    """
    if " " not in text:
        return text
    return _replace_spaces(text) if len(text) <= _SHORT else _replace_spaces.__wrapped__(text)


_SHORT = 60


@lru_cache(maxsize=4_000)
def _replace_spaces(text: str) -> str:
    """A list says the same few words of hundreds of people."""
    return _unbroken(text)


def short(text: str, most: int) -> str:
    """The text, or its beginning and « … »: `most` characters at most."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


PARIS = ZoneInfo("Europe/Paris")
_zone = PARIS
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def zone() -> ZoneInfo:
    """Returns the time zone of dates and hours: the site's own, Paris by default."""
    return _zone


def use_zone(chosen: ZoneInfo) -> None:
    """One a process, as one process serves one site (`app.platform.site`, decision 29)."""
    global _zone
    _zone = chosen


def day_of(moment: datetime) -> date:
    """The day where the site is: today, for whoever reads a page."""
    return moment.astimezone(_zone).date()


def day_and_month(day: date) -> str:
    """« 9 juin », « 1er juin »."""
    return f"{'1er' if day.day == 1 else day.day}{NO_BREAK}{MONTHS[day.month - 1]}"


def month_and_year(day: date) -> str:
    """« juin 2022 »."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def french_date(value: datetime | date) -> str:
    """« 9 juin 2022 », in Paris."""
    day = day_of(value) if isinstance(value, datetime) else value
    return f"{day_and_month(day)} {day.year}"


def capital(text: str) -> str:
    """Returns the text with a capital, its other letters unchanged."""
    return text[:1].upper() + text[1:]


def date_words(when: str) -> str:
    """« 1er juillet 1981 », « juillet 1981 » or « 1981 », of « 1981-07-01 », « 1981-07 » or « 1981 »."""
    year, *rest = map(int, when.split("-"))
    if not rest:
        return when
    return month_and_year(date(year, rest[0], 1)) if len(rest) == 1 else french_date(date(year, rest[0], rest[1]))


def french_datetime(value: datetime) -> str:
    """« 9 juin 2022 à 14 h 05 », in Paris."""
    return f"{french_date(value)} à {french_hour(value)}"


def french_hour(value: datetime) -> str:
    """« 14 h 05 », in Paris."""
    local = value.astimezone(_zone)
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02d}"


def number(value: float | Fraction | Decimal, decimals: int = 0) -> str:
    """« 1 362 » or « 12,5 »: rounded to `decimals`, all of them written, with a narrow space between thousands."""
    return f"{value if isinstance(value, int) else float(value):,.{decimals}f}".replace(",", NARROW).replace(".", ",")


def exact(value: Decimal | int) -> str:
    """« 5,6 » or « 1 362 »: every decimal that counts and no other, with a narrow space between thousands."""
    text = f"{Decimal(value):,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(",", NARROW).replace(".", ",")


def mark(value: Fraction | Decimal | int) -> str:
    """Points as « 1,5 » or « 2 », rounded down to hundredths: nobody reads a mark that was not reached."""
    return exact(Decimal(floor(value * 100)) / 100)


def percent(fraction: float | Fraction) -> str:
    """A share as « 69 % », rounded down: nobody reads 70 % and fails at 70."""
    return f"{floor(Fraction(fraction) * 100)}{NARROW}%"


def nth(number: int) -> str:
    """« 1re », « 2e »: before a feminine word, such as « vague »."""
    return f"{number}{'re' if number == 1 else 'e'}"


def agree(count: Decimal | int, one: str, many: str = "") -> str:
    """The word in the number that `count` asks for: « a » or « ont », « maintenue » or « maintenues ». French counts below 2 as singular."""
    return one if -2 < count < 2 else (many or one + "s")


def plural(count: Decimal | int, one: str, many: str = "") -> str:
    """« 0 étape », « 4 étapes », « 1,5 point »: the exact number and its word."""
    return f"{exact(count)}{NO_BREAK}{agree(count, one, many)}"


def duration(minutes: int) -> str:
    """« 40 minutes », « 1 heure », « 5 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return plural(rest, "minute")
    return f"{hours}{NO_BREAK}h{NO_BREAK}{rest:02d}" if rest else plural(hours, "heure")


def weight_words(weight: int) -> str:
    """« 641 Ko », « 12,4 Mo », of bytes: only what is empty weighs nothing."""
    if round(weight / 1_000) < 1_000:
        return f"{max(min(weight, 1), round(weight / 1_000))}{NO_BREAK}Ko"
    return f"{number(weight / 1_000_000, 1)}{NO_BREAK}Mo"


_SILENT = re.compile(r"[aeiouhœæ]|y[^aeiou]", re.IGNORECASE)


def join_words(words: Sequence[str], link: str = "et") -> str:
    """« un, deux et trois », or « ou »."""
    return f" {link} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def of(name: str) -> str:
    """« de Mehdi », « d’Inès »: the preposition before a name. An h is taken as silent."""
    return f"d’{name}" if _SILENT.match(strip_accents(name)) else f"de {name}"


def first_name(name: str) -> str:
    """« Jean-Baptiste », of « Jean-Baptiste Wauquier »: what somebody is called by."""
    return name.split(" ")[0]


def que(name: str) -> str:
    """« que Mehdi », « qu’Inès »."""
    return f"qu’{name}" if _SILENT.match(strip_accents(name)) else f"que {name}"


def strip_accents(text: str, form: Literal["NFD", "NFKD"] = "NFD") -> str:
    """The letters without their accents. NFKD also takes « ﬁ », « ² » and full-width letters for the usual ones."""
    return "".join(letter for letter in normal_form(text, form) if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Lower case without accents: « Béthune » sorts and compares as « bethune »."""
    return strip_accents(text, "NFKD").lower()
