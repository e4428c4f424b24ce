"""Normal forms at a bounded cost: what is cut of runs of marks, and what never is."""

from __future__ import annotations

import ast
import sys
import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import app as package
from app.content.text.normalise import normalise
from app.identity.passwords import MAXIMUM, TOO_LONG, normalise_password, password_faults
from app.identity.rules import ADDRESS_LENGTH, normalise_address
from app.platform.french import fold
from app.platform.unicode import _MAYBE_MARKS, LONGEST, MOST_MARKS, Form, bounded_marks, normal_form, one_line
from app.platform.web.edge import Fields
from tests.strict import StrictClient

FORMS: tuple[Form, ...] = get_args(Form)
HOSTILE = "a" + "\u0301\u0327" * 20_000
"""Nearly a second of an unmended Python, with every thread held: four times as much at twice the length."""
SIGNS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
marks = st.text(st.sampled_from("aéΰक़\u0301\u0327\u0344\u0f73\u034f\uff9e\u3099≠ "), max_size=120)


def longest_run(text: str) -> int:
    run = longest = 0
    for letter in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(letter) else 0
        longest = max(longest, run)
    return longest


def test_no_mark_escapes_the_pattern_and_no_sign_is_made_of_more() -> None:
    for sign in SIGNS:
        if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0]):
            assert _MAYBE_MARKS.fullmatch(sign * 10), f"U+{ord(sign):04X}"
        assert len(unicodedata.normalize("NFD", sign)) <= LONGEST


@given(marks)
def test_runs_are_bounded_once_for_all_and_nothing_else_is_touched(text: str) -> None:
    bounded = bounded_marks(text)
    assert bounded.replace("\u034f", "") == text.replace("\u034f", "")
    assert longest_run(bounded) <= MOST_MARKS
    assert bounded_marks(bounded) == bounded
    if longest_run(text) <= MOST_MARKS:
        assert bounded == text
    for form in FORMS:
        assert normal_form(normal_form(text, form), form) == normal_form(text, form)
        assert unicodedata.is_normalized(form, normal_form(text, form))


@pytest.mark.parametrize("text", ["", "Béthune", "🏫" * 50, "─" * 200, "ﬁ² ΰ", "e\u0301" * 500, "क्षि" * 40, "שָׁלוֹם"])
def test_what_people_write_is_the_normal_form_of_python(text: str) -> None:
    assert bounded_marks(text) == text
    assert all(normal_form(text, form) == unicodedata.normalize(form, text) for form in FORMS)


@pytest.mark.parametrize("most", [1, 10, 254])
def test_no_more_is_read_than_may_be_kept(most: int) -> None:
    longest = "\u1f82" * most
    spelt = unicodedata.normalize("NFD", longest)
    assert len(spelt) == LONGEST * most
    assert normal_form(spelt, "NFKC", most) == longest
    assert len(normal_form(spelt + "a", "NFKC", most)) == most + 1
    assert most < len(normal_form("b" * 1_000_000, "NFKC", most)) < 9 * most


def test_the_doors_bound_what_they_are_given() -> None:
    assert len(normalise_address(HOSTILE)) > ADDRESS_LENGTH
    assert len(normalise_password(HOSTILE)) > MAXIMUM
    assert password_faults(HOSTILE, "Inès Morel", "ines@ecole.example") == (TOO_LONG,)
    for composed in (fold(HOSTILE), normalise(HOSTILE), Fields({"next": HOSTILE})["next"]):
        assert longest_run(composed) <= MOST_MARKS


def test_a_sign_in_of_marks_is_refused_like_another(app: Flask) -> None:
    client = StrictClient(app)
    app.config["WTF_CSRF_ENABLED"] = False
    for field in ("email", "password"):
        typed = {"email": "ines@ecole.example", "password": "une phrase de passe", "next": f"//{HOSTILE}"} | {field: HOSTILE}
        assert client.post("/connexion", data=typed).status_code == 422


def test_what_stands_on_one_line_has_no_sign_that_nobody_sees() -> None:
    """Nothing else goes: the joiners of Arabic and Indian letters, and of pictures, change what is seen."""
    dropped = {sign for sign in SIGNS if not sign.isspace() and one_line(f"a{sign}b") == "ab"}
    assert {unicodedata.category(sign) for sign in dropped} == {"Cc", "Cf"}
    assert dropped >= set("\0\x7f\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert not dropped & {"\u200c", "\u200d"}


@given(st.text())
def test_one_line_is_one_and_stays_so(text: str) -> None:
    found = one_line(text)
    assert one_line(found) == found == found.strip()
    assert len((found + "-").splitlines()) == 1


def test_nothing_of_ours_normalises_by_itself() -> None:
    """A text that goes past `normal_form` may be any length."""
    allowed = {Path("platform/unicode.py"), Path("operations/machine.py"), Path("migrations/versions/0012_people_search.py")}
    root = Path(package.__file__ or "").parent
    for path in root.rglob("*.py"):
        if path.relative_to(root) in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("normalize", "is_normalized"):
                assert not (isinstance(node.value, ast.Name) and node.value.id == "unicodedata"), path
            if isinstance(node, ast.ImportFrom) and node.module == "unicodedata":
                assert not {name.name for name in node.names} & {"normalize", "is_normalized"}, path
