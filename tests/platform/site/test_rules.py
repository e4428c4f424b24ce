"""The site as a value: what is stored is what is read again, and a colour that nobody could read is refused with its contrast."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.platform.colours import PALETTE, Colour, contrast, read_colour, refusal
from app.platform.site_rules import SETTINGS, UNTOLD, Choice, Line, Site, Text, read_days, site_as_json, site_from_json

TEXTS = [name for name, one in SETTINGS.items() if isinstance(one, (Line, Text, Choice))]
COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(
    st.dictionaries(st.sampled_from(TEXTS), st.text(max_size=20)),
    st.sets(st.dates(), max_size=3),
    st.dictionaries(st.text("ab-", min_size=1), st.tuples(COLOUR, COLOUR)),
)
def test_what_is_stored_is_read_again(texts: dict[str, str], days: set[date], colours: dict[str, tuple[str, str]]) -> None:
    site = Site(**texts, days_off=tuple(sorted(days)), colours={line: Colour(*pair) for line, pair in colours.items()})
    assert site_from_json(site_as_json(site), 0) == site


def test_each_setting_is_declared_and_says_what_it_is() -> None:
    assert [name for name in Site.__struct_fields__ if name not in SETTINGS] == ["version", "on"]
    assert [name for name, one in SETTINGS.items() if not one.title] == []
    assert [name for name, one in SETTINGS.items() if one.group and not one.help] == ["colours"], "whose fields say the course's own"


def test_what_is_stored_is_what_earlier_versions_stored() -> None:
    site = Site(name="Fils", days_off=(date(2027, 1, 2),), answer_days=9, colours={"a": Colour("#a63d17", "#f0966f")}, region="974", logo="x.webp")
    rows = {"name": "Fils", "days_off": ["2027-01-02"], "answer_days": 9, "colours": {"a": ["#a63d17", "#f0966f"]}, "region": "974", "logo": "x.webp"}
    assert site_as_json(site) == rows
    assert site_from_json(rows, 7) == replace(site, version=7)


def test_a_site_that_was_told_nothing_stores_nothing() -> None:
    assert site_as_json(Site()) == site_as_json(UNTOLD) == {}
    assert site_from_json({"unknown": "of another version"}, 3) == Site(version=3)


@pytest.mark.parametrize(
    ("written", "days", "sentence"),
    [
        ("", (), ""),
        ("02/01/2027\n\n2027-01-03\n02/01/2027", (date(2027, 1, 2), date(2027, 1, 3)), ""),
        ("31/02/2027", (), "Ligne 1 : « 31/02/2027 » n’est pas une date. Écrivez un jour par ligne, par exemple 02/01/2027."),
        ("02/01/2027\ndemain", (), "Ligne 2 : « demain » n’est pas une date. Écrivez un jour par ligne, par exemple 02/01/2027."),
    ],
)
def test_days_off(written: str, days: tuple[date, ...], sentence: str) -> None:
    assert read_days(written) == (days, sentence)


def test_the_palette_reads() -> None:
    assert [refusal(colour) for colour in PALETTE] == [""] * len(PALETTE)


@pytest.mark.parametrize(
    ("colour", "said"),
    [
        (Colour("#ffff00", "#f29cc0"), "La couleur #ffff00 ne se lit pas en clair : contraste 1,03, il faut au moins 4,5. Choisissez-la plus foncée."),
        (Colour("#8a1c4a", "#333333"), "plus claire."),
        (Colour("#8a1c4a", "#f29cc0"), ""),
    ],
)
def test_a_colour_that_nobody_reads_is_refused(colour: Colour, said: str) -> None:
    assert refusal(colour).endswith(said)
    assert bool(refusal(colour)) == bool(said)


@given(COLOUR, COLOUR)
def test_what_is_accepted_reads_on_its_own_ground(light: str, dark: str) -> None:
    colour = Colour(light, dark)
    if not refusal(colour):
        assert contrast(light, colour.tint("light")) >= 4.5
        assert contrast(dark, colour.tint("dark")) >= 4.5


@pytest.mark.parametrize(("written", "read"), [(" #A63D17 ", "#a63d17"), ("a63d17", ""), ("#fff", ""), ("red", ""), ("#a63d17;}", "")])
def test_a_colour_is_six_hexadecimals(written: str, read: str) -> None:
    assert read_colour(written) == read
