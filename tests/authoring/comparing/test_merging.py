"""Three-way merge: what one side alone changed enters, what both changed is asked, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.comparing.three_way import AgreedChunk, MergeConflict, MergeResult, Resolution, Take, merge3
from app.authoring.comparing.word_diff import MOST_LINES

LINE = st.sampled_from(["a", "b", "c", "un mot", "un autre mot", ""])
TEXT = st.lists(LINE, max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXT, TEXT)
@settings(max_examples=100)
def test_a_side_that_changed_nothing_gives_the_other(base: str, other: str) -> None:
    assert merge3(base, base, other).text == other
    assert merge3(base, other, base).text == other
    assert merge3(base, other, other).text == other


@given(TEXT, TEXT, TEXT)
@settings(max_examples=100)
def test_the_sides_are_treated_alike(base: str, mine: str, theirs: str) -> None:
    swapped = [MergeConflict(each.base, each.theirs, each.mine) if isinstance(each, MergeConflict) else each for each in merge3(base, theirs, mine).chunks]
    assert tuple(swapped) == merge3(base, mine, theirs).chunks


def edits(mark: str) -> st.SearchStrategy[list[tuple[int, str]]]:
    """Changes to a text of ten lines: at a place, lines that nobody else could have written, or nothing (the line is taken out)."""
    written = st.integers(0, 99).map(lambda number: f"{mark}{number}")
    return st.lists(st.tuples(st.integers(0, 9), written | st.just("")), max_size=5)


def edited(base: list[str], changes: list[tuple[int, str]]) -> list[str]:
    lines = list(base)
    for place, text in changes:
        lines[place] = text
    return [line for line in lines if line]


@given(edits("moi"), edits("autre"))
@settings(max_examples=150)
def test_nothing_that_either_side_wrote_is_lost(mine: list[tuple[int, str]], theirs: list[tuple[int, str]]) -> None:
    base = [f"ligne {number}" for number in range(10)]
    sides = [edited(base, changes) for changes in (mine, theirs)]
    merged = merge3(*("".join(f"{line}\n" for line in lines) for lines in (base, *sides)))
    everything = "".join(chunk.text if isinstance(chunk, AgreedChunk) else chunk.mine + chunk.theirs for chunk in merged.chunks)
    for lines in sides:
        assert all(f"{line}\n" in everything for line in lines if line not in base)
    taken = {take: merged.resolve_conflicts({place: Resolution(take) for place in range(len(merged.conflicts))}) for take in Take}
    assert all(f"{line}\n" in taken[Take.MINE] for line in sides[0] if line not in base)
    assert all(f"{line}\n" in taken[Take.THEIRS] for line in sides[1] if line not in base)
    assert all(f"{line}\n" in taken[Take.BOTH] for lines in sides for line in lines if line not in base)
    kept_by_both = [line for line in base if all(line in lines for lines in sides)]
    assert [line for line in taken[Take.MINE].splitlines() if line in kept_by_both] == kept_by_both


BASE = "Titre\n\nLe préfet signe.\n\nLe maire aussi.\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("Le préfet signe seul.", "Le préfet signe.", "Le préfet signe seul."),
        ("Le grand préfet signe.", "Le préfet signe demain.", "Le grand préfet signe demain."),  # one line, words apart
        ("Le recteur signe.", "Le recteur signe.", "Le recteur signe."),
    ],
)
def test_words_of_one_line_apart_are_no_conflict(mine: str, theirs: str, expected: str) -> None:
    old = "Le préfet signe."
    assert merge3(BASE, BASE.replace(old, mine), BASE.replace(old, theirs)).text == BASE.replace(old, expected)


def conflict() -> MergeResult:
    return merge3(BASE, BASE.replace("préfet", "recteur"), BASE.replace("préfet", "président"))


def test_the_same_words_changed_twice_are_asked() -> None:
    merged = conflict()
    assert merged.text is None
    assert merged.conflicts == (MergeConflict("Le préfet signe.\n", "Le recteur signe.\n", "Le président signe.\n"),)
    assert [type(chunk) for chunk in merged.chunks] == [AgreedChunk, MergeConflict, AgreedChunk]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Resolution(Take.MINE), "Le recteur signe.\n"),
        (Resolution(Take.THEIRS), "Le président signe.\n"),
        (Resolution(Take.BOTH), "Le recteur signe.\nLe président signe.\n"),
        (Resolution(Take.EDITED, "Tous deux signent.\n"), "Tous deux signent.\n"),
        (Resolution(Take.EDITED, ""), ""),
    ],
)
def test_a_conflict_is_settled_in_one_of_four_ways(choice: Resolution, expected: str) -> None:
    assert conflict().resolve_conflicts({0: choice}) == BASE.replace("Le préfet signe.\n", expected)


def test_a_conflict_without_a_choice_is_refused() -> None:
    with pytest.raises(KeyError):
        conflict().resolve_conflicts({})


def test_both_keep_their_lines_apart_without_a_last_line_feed() -> None:
    merged = merge3("fin", "fin à moi", "fin à toi")
    assert merged.resolve_conflicts({0: Resolution(Take.BOTH)}) == "fin à moi\nfin à toi"


def test_what_one_takes_out_and_the_other_changes_is_asked() -> None:
    merged = merge3("a\nb\nc\n", "a\nc\n", "a\nB\nc\n")
    assert merged.conflicts == (MergeConflict("b\n", "", "B\n"),)


@pytest.mark.parametrize(("lines", "together"), [(MOST_LINES, False), (MOST_LINES + 1, True)])
def test_lines_are_compared_one_by_one_up_to_a_bound(lines: int, together: bool) -> None:
    """Mine changes both ends, theirs the middle: beyond the bound nobody looks for what stayed between them."""
    base = [f"ligne{number}\n" for number in range(lines)]
    mine, theirs = ["moi\n", *base[1:-1], "moi\n"], [*base[:999], "autre\n", *base[1000:]]
    merged = merge3("".join(base), "".join(mine), "".join(theirs))
    assert merged.conflicts == ((MergeConflict("".join(base), "".join(mine), "".join(theirs)),) if together else ())
    assert together or merged.text == "".join([*mine[:999], "autre\n", *mine[1000:]])
