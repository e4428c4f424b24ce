"""Formulas: what is one and what is a sum, what each says, and that nothing else than MathML comes out."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.search.entries import plain_line
from app.content.text.maths import MathsNotUnderstood, formula, words_of
from tests.content.rendering.lessons import html, strict

SUMS = "5 $ et 10 $", "$5 et $10", "US$5-US$7", "5$ à 10$", "($/an) et ($/mois)", "$5 et 6$", "$la ville et son école$", "5 $ = 4 €, 10 $", "$100$", r"5 \$x\$"


@pytest.mark.parametrize("text", SUMS)
def test_a_sum_is_never_a_formula(text: str) -> None:
    assert "<math" not in html(f"Cela coûte {text}, dit-il.\n")


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        ("E = mc^2", "E = mc²"),
        (r"\frac{\text{élèves boursiers}}{\text{élèves}} \times 100", "(élèves boursiers)/élèves × 100"),
        ("3 000 + 1,5 %", "3 000 + 1,5 %"),
        (r"\sqrt{a+b} \leq x_1^2", "√(a + b) ≤ x₁²"),
        (r"\sum_{i=1}^n 2x", "∑_(i = 1)ⁿ2x"),
        (r"\begin{matrix}a&b\\c&d\end{matrix}", "(a, b ; c, d)"),
        (r"\text{<script>}", "<script>"),
    ],
)
def test_a_formula_is_drawn_and_said_in_words(latex: str, words: str) -> None:
    made = formula(latex)
    assert made.words == words
    shown = html(f"Ainsi ${latex}$ ici.\n\n$$\n{latex}\n$$\n")
    assert shown.count("<math") == 2
    assert 'display="block"' in shown
    strict(shown)
    found = " ".join(plain_line(f"Ainsi ${latex}$ ici.").split())
    assert found == f"Ainsi {words.replace('_', '')} ici."


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\foo{x}", "n’est pas connue"),
        (r"\frac{1}", "Il y manque quelque chose"),
        ("x_", "Rien ne suit"),
        (r"\sqrt{2", "n’est jamais fermée"),
        ("2}", "n’a pas été ouverte"),
        (r"\href{javascript:alert(1)}{x}", "n’est pas permise"),
        (r"\left( a", "n’a pas son"),
        ("{" * 50 + "}" * 50, "Trop d’accolades"),
        ("a" * 401, "trop longue"),
    ],
)
def test_what_is_wrong_is_said(latex: str, said: str) -> None:
    with pytest.raises(MathsNotUnderstood, match=said):
        formula(latex)


def tags(mathml: str) -> set[str]:
    return set(re.findall(r"<(\w+)", mathml))


@given(st.text(alphabet="\\{}[]()^_&%$#<>\"'ax12 ,.frtex", max_size=60) | st.text(max_size=40))
def test_nothing_but_mathml_comes_out(latex: str) -> None:
    try:
        made = formula(latex)
    except MathsNotUnderstood:
        return
    assert all(
        tag == "math" or re.fullmatch("m(?:row|i|n|o|text|space|frac|su[bp]|subsup|sqrt|root|style|over|under|underover)", tag) for tag in tags(made.mathml)
    )
    assert not re.search(r"\son\w+=|\shref=|\sstyle=", made.mathml.replace('alttext="', "").partition(">")[2])


def test_without_its_library_a_formula_stays_as_typed_and_its_writer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    with pytest.raises(MathsNotUnderstood, match="croisee\\[maths\\]"):
        formula("x^2 + 77")
    assert words_of("x^2 + 77") == "x^2 + 77"
