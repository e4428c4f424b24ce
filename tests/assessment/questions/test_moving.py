"""↑ and ↓ of an ordering without a script: read from the form, they rank every row; and what is quoted has no guillemets in guillemets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.kinds.ordering import MOVE, RankedItems, ShownOrdering, item_field, moved_row
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, quote_text
from tests import builders
from tests.assessment.rendering import PlainRenderer

LAYOUT = QuestionLayout(4, "question")
KIND = kind_of(builders.question(builders.ordering("Un", "Deux", "Trois", "Quatre")))
FIELDS = [item_field(place) for place in range(1, 5)]


def rows(given: object) -> list[str]:
    """The fields in the order in which the page shows them."""
    shown = KIND.present(LAYOUT, PlainRenderer(), given)  # type: ignore[arg-type]
    assert isinstance(shown, ShownOrdering)
    return [item.name for item in shown.items]


@given(st.permutations(FIELDS), st.sampled_from(FIELDS), st.sampled_from(("up", "down")))
def test_a_press_moves_one_row_by_one_place_and_leaves_the_others_in_their_order(order: list[str], row: str, way: str) -> None:
    ranked = {field: [str(place)] for place, field in enumerate(order, 1)}
    after = rows(KIND.read_answer(LAYOUT, {**ranked, MOVE: [f"{row} {way}"]}))
    place = order.index(row)
    assert after.index(row) == min(max(place + (1 if way == "down" else -1), 0), 3)
    assert [field for field in after if field != row] == [field for field in order if field != row]


@given(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from("1234")), st.sampled_from(FIELDS), st.sampled_from(("up", "down")))
def test_after_a_press_every_row_has_its_own_rank_whatever_had_one_before(ranks: dict[str, str], row: str, way: str) -> None:
    read = KIND.read_answer(LAYOUT, {**{field: [rank] for field, rank in ranks.items()}, MOVE: [f"{row} {way}"]})
    assert isinstance(read, RankedItems)
    assert KIND.is_complete(read)


def test_a_page_whose_rows_lack_a_rank_keeps_the_order_that_it_drew() -> None:
    assert rows(KIND.blank) == FIELDS
    assert rows(KIND.read_answer(LAYOUT, {"rang-e3": ["1"]})) == FIELDS


@pytest.mark.parametrize(
    ("pressed", "row"), [("rang-e2 up", "rang-e2"), ("rang-e12 down", "rang-e12"), ("rang-e2", ""), ("rang-e2 left", ""), ("x up", ""), ("", "")]
)
def test_only_what_a_button_sends_names_a_row(pressed: str, row: str) -> None:
    assert moved_row(pressed) == row


@pytest.mark.parametrize(
    ("text", "said"),
    [("Le maire", "« Le maire »"), ("« La généralisation »", "« “La généralisation” »"), ("dit «\u202foui\u202f» deux fois", "« dit “oui” deux fois »")],
)
def test_what_is_quoted_has_inner_quotes_inside(text: str, said: str) -> None:
    assert quote_text(text) == said
