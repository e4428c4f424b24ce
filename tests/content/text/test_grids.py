"""What a tool's tables work out: numbers read, formulas understood or refused, results shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.text.grids import CellFormula, CellNotUnderstood, CellNumber, Copy, formula_of, grids, mark_fields, number_of, with_results
from app.content.text.markdown import plain, tokens

TITLES = ("Action", "Accordé", "Dépensé (en euros)", "Reste")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12 000 €", CellNumber(Decimal(12000), "€")),
        ("12\u202f000\u00a0€", CellNumber(Decimal(12000), "€")),
        ("40 %", CellNumber(Decimal(40), "%")),
        ("-3,5", CellNumber(Decimal("-3.5"), "")),
        ("0 €", CellNumber(Decimal(0), "€")),
        ("24 € de l'heure", None),
        ("4 sur 8", None),
        ("", None),
        ("30 juin", None),
    ],
)
def test_numbers(words: str, number: CellNumber | None) -> None:
    assert number_of(words) == number


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("= somme", ()),
        ("=Somme", ()),
        ("= Accordé − Dépensé (en euros)", (("+", 1), ("−", 2))),
        ("= accorde - dépensé en euros", (("+", 1), ("−", 2))),
        ("= Accordé + Reste − Reste", (("+", 1), ("+", 3), ("−", 3))),
        ("= Reste / Accordé", (("+", 3), ("/", 1))),
    ],
)
def test_formulas(words: str, terms: tuple[tuple[str, int], ...]) -> None:
    formula = formula_of(words, TITLES)
    assert formula == CellFormula(words[1:].strip() if terms else "somme", terms)


@pytest.mark.parametrize("words", ["=", "= Accordé", "= Accordé − Versé", "= Accordé / Reste / Reste", "= 12 + 3", "= Accordé *  Reste"])
def test_formulas_that_are_not_understood(words: str) -> None:
    with pytest.raises(CellNotUnderstood):
        formula_of(words, TITLES)


def test_what_is_no_formula() -> None:
    assert formula_of("Accordé − Dépensé", TITLES) is None


TABLE = "| A | B | C | D |\n|---|---|---|---|\n{rows}\n| Total | = somme | = somme | = B − C |\n"


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_totals_are_those_of_the_rows(pairs: list[tuple[int, int]]) -> None:
    rows = "\n".join(f"| [[=> x]] | [[=> {one} €]] | [[=> {other} €]] | = B − C |" for one, other in pairs)
    (grid,) = grids(tokens(mark_fields(TABLE.format(rows=rows), Copy.FILLED)))
    *lines, total = grid.rows
    assert [cell.number.value for cell in total[1:] if cell.number] == [
        sum(one for one, _ in pairs),
        sum(other for _, other in pairs),
        sum(one - other for one, other in pairs),
    ]
    assert [line[3].number.value for line in lines if line[3].number] == [one - other for one, other in pairs]


def test_a_share_of_nothing_is_nothing() -> None:
    table = "| A | B |\n|---|---|\n| 5 | = A / B |\n| 0 | = B / A |\n"
    (grid,) = grids(tokens(table))
    assert [row[1].number for row in grid.rows] == [None, None]
    assert "".join(plain(token.children) for token in with_results(tokens(table), Copy.BLANK) if token.type == "inline").count("=") == 2
