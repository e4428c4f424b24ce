"""What templates may call: dates and numbers in French, plurals, static addresses, the navigation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from app.web.assets import static_url

PARIS = ZoneInfo("Europe/Paris")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
NBSP, NNBSP = "\u00a0", "\u202f"


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    current: bool


MENU = (
    ("Parcours", "learning.home"),
    ("Frise", "learning.timeline"),
    ("Glossaire", "learning.glossary"),
    ("Réseau", "network.network"),
    ("Ma progression", "learning.record"),
    ("Atelier", "authoring.home"),
    ("Pilotage", "reporting.overview"),
    ("Administration", "administration.index"),
)
"""(label, endpoint) of the main navigation. An endpoint that does not exist, or is not this person's, is left out."""


def day_of(moment: datetime) -> date:
    """The day in Paris: today, for whoever reads a page."""
    return moment.astimezone(PARIS).date()


def french_date(value: datetime | date) -> str:
    """« 9 juin 2022 », in Paris."""
    if isinstance(value, datetime):
        value = day_of(value)
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def french_datetime(value: datetime) -> str:
    """« 9 juin 2022 à 14 h 05 », in Paris."""
    local = value.astimezone(PARIS)
    return f"{french_date(value)} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def time_element(value: datetime | date, with_hour: bool = False) -> Markup:
    """A `<time>` element with the machine's form in `datetime`."""
    shown = french_datetime(value) if with_hour and isinstance(value, datetime) else french_date(value)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), shown)


def number(value: float | Fraction, decimals: int = 0) -> str:
    """« 1 362 » or « 12,5 », with a narrow space between thousands."""
    return f"{float(value):,.{decimals}f}".replace(",", NNBSP).replace(".", ",")


def percent(fraction: float | Fraction) -> str:
    """A share as « 69 % », rounded down: nobody reads 70 % and fails at 70."""
    return f"{floor(Fraction(fraction) * 100)}{NNBSP}%"


def plural(count: int, one: str, many: str = "") -> str:
    """« 1 élément », « 4 éléments »: French counts 0 and 1 as singular."""
    word = one if abs(count) < 2 else (many or one + "s")
    return f"{number(count)}{NBSP}{word}"


_SILENT = re.compile(r"[aeiouhœæ]|y[^aeiou]", re.IGNORECASE)


def of(name: str) -> str:
    """« de Mehdi », « d’Inès »: the preposition before a name. An h is taken as silent."""
    return f"d’{name}" if _SILENT.match(unicodedata.normalize("NFD", name)) else f"de {name}"


def mark(value: Fraction | Decimal | int) -> str:
    """Points as « 1,5 » or « 2 », rounded down to hundredths: nobody reads a mark that was not reached."""
    text = f"{floor(value * 100) / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


_NOT_PHRASING = re.compile(r"<(?!/?(?:p|em|strong|s|code|abbr|sup|sub|br|span|a)\b)")
_PARAGRAPHS = re.compile(r"</p>\s*<p>")


def phrasing(html: Markup) -> Markup | None:
    """Rendered paragraphs as what a `<label>` may hold; None when there is more in them than text (a list, a figure, a button)."""
    if _NOT_PHRASING.search(html):
        return None
    text = _PARAGRAPHS.sub('</span><span class="paragraph">', str(html).strip())
    return Markup(text.replace("<p>", '<span class="paragraph">').replace("</p>", "</span>"))  # noqa: S704 — rendered HTML, its tags renamed


def place(endpoint: str, **values: Any) -> str:
    """Address of an endpoint; empty when it does not exist here, or is not for the person who reads this page."""
    allowed: Callable[[str], bool] = current_app.extensions.get("croisee_may", lambda endpoint: True)
    return url_for(endpoint, **values) if endpoint in current_app.view_functions and allowed(endpoint) else ""


def nav_items() -> list[NavItem]:
    """The main navigation of the person who reads this page."""
    return [NavItem(label, url, request.endpoint == endpoint) for label, endpoint in MENU if (url := place(endpoint))]


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date=french_date, datetime=french_datetime, time=time_element, number=number, percent=percent, plural=plural, mark=mark, of=of, phrasing=phrasing
    )
    app.jinja_env.globals.update(static_url=static_url, nav_items=nav_items, place=place, settings=app.config["CROISEE"])
