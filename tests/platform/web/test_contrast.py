"""The colours of both schemes can be told apart: contrasts of WCAG 2.2 (1.4.3, 1.4.11), computed from the tokens themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app
from app.content.rendering.sheet import sheet
from app.content.values.course import CourseHistory
from app.platform.colours import GROUNDS as CHECKED
from app.platform.colours import ON_LINE, PALETTE, TEXT, contrast

CSS = Path(app.__file__).parent / "static" / "css"
TOKEN = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")
PAIR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
CONTROL = 3.0
LINES = (*(f"line-{number}" for number in range(1, len(PALETTE) + 1)), "crossing")
SHEET = sheet(tuple(CourseHistory(f"ligne-{number}", "", "", colour) for number, colour in enumerate(PALETTE)))
VERDICTS = ("right", "wrong", "partial")
GROUNDS = ("paper", "surface", "raised", *(f"{name}-tint" for name in LINES + VERDICTS))


def schemes(text: str) -> dict[str, dict[str, str]]:
    pairs = PAIR.findall(text)
    return {"light": {name: light for name, light, _ in pairs}, "dark": {name: dark for name, _, dark in pairs}}


SCHEMES = schemes((CSS / "tokens.css").read_text(encoding="utf-8") + SHEET)
# Paper is a third scheme: print.css gives its colours.
SCHEMES["print"] = {**SCHEMES["light"], **dict(TOKEN.findall((CSS / "print.css").read_text(encoding="utf-8") + SHEET))}


def too_close(colours: dict[str, str], pairs: list[tuple[str, str]], needed: float) -> list[str]:
    found = [(front, back, contrast(colours[front], colours[back])) for front, back in pairs]
    return [f"{front} on {back}: {ratio:.2f}" for front, back, ratio in found if ratio < needed]


def test_the_formula_gives_the_published_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_reads_on_every_ground(scheme: str) -> None:
    pairs = [(front, back) for front in ("ink", "ink-soft", *LINES, *VERDICTS) for back in GROUNDS]
    pairs += [("on-line", name) for name in LINES + VERDICTS] + [("on-ink", "ink")]
    assert too_close(SCHEMES[scheme], pairs, TEXT) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_and_focus_stand_out_from_every_ground(scheme: str) -> None:
    assert too_close(SCHEMES[scheme], [(front, back) for front in ("edge", "focus") for back in GROUNDS], CONTROL) == []


def test_the_rule_knows_the_grounds_of_the_tokens() -> None:
    """By which a colour that a course or a site chooses is accepted."""
    for scheme, grounds in CHECKED.items():
        assert grounds == tuple(SCHEMES[scheme][name] for name in ("paper", "surface", "raised"))
        assert ON_LINE[scheme] == SCHEMES[scheme]["on-line"]


def test_colours_are_chosen_in_the_tokens_alone() -> None:
    strays = [f"{path.name}: {found}" for path in sorted(CSS.rglob("*.css")) if path.name not in ("tokens.css", "print.css") for found in _colours(path)]
    assert strays == []


def _colours(path: Path) -> list[str]:
    return re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(|:\s*(?:white|black|red|gray|grey)\b", path.read_text(encoding="utf-8"))


def test_a_token_that_is_used_exists() -> None:
    sheets = {path.name: path.read_text(encoding="utf-8") for path in sorted(CSS.rglob("*.css"))} | {"sheet": SHEET}
    set_somewhere = {name for text in sheets.values() for name in re.findall(r"(--[a-z0-9-]+):", text)}
    used = {(sheet, name) for sheet, text in sheets.items() for name in re.findall(r"var\((--[a-z0-9-]+)\)", text)}
    assert sorted((sheet, name) for sheet, name in used if name not in set_somewhere) == []
