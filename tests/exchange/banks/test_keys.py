"""What is said of the worth of answers is true of the question that is kept, marked as the site marks it; where nothing is said, it is worth what it was.

Keys are compared by marking every answer that somebody may give, not by reading sentences.
"""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.choices import TickedOptions
from app.assessment.kinds.gaps import FilledGaps
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import TypedText
from app.content.values.quiz import Choices
from app.exchange.banks.bank import BankItem, question_of
from app.exchange.banks.reading import converting as told
from tests.exchange.banks.banking import answer, one, xml

TOWNS = ("Lille", "Douai", "Calais", "Arras", "Roubaix")
WORTH = st.lists(st.sampled_from(["100", "99.99999", "90", "50", "33.33333", "25", "0", "0", "-33.33333", "-50", "-100"]), min_size=2, max_size=5)
WHOLE = 99.9


def marked(item: BankItem, response: TickedOptions | TypedText | FilledGaps) -> float:
    question = question_of(item.text)
    assert question is not None
    return float(kind_of(question).grade(response, Lexicon()).fraction)


def choices(shape: str, worth: list[str], several: bool) -> BankItem:
    """`gift` as Moodle writes it, `equals` as people do who begin each right answer by its sign."""
    if shape == "xml":
        return one(xml("multichoice", f"<single>{str(not several).lower()}</single>" + "".join(map(answer, worth, TOWNS))))
    signs = ["=" if shape == "equals" and float(each) > 0 else "~" for each in worth]
    return one("Où ? {" + " ".join(f"{sign}%{each}%{town}" for sign, each, town in zip(signs, worth, TOWNS, strict=False)) + "}")


@settings(deadline=None, max_examples=60)
@given(shape=st.sampled_from(["xml", "gift", "equals"]), worth=WORTH, several=st.booleans())
def test_choices_are_worth_what_is_said(shape: str, worth: list[str], several: bool) -> None:
    item = choices(shape, worth, several)
    assume(item.kept)
    question = question_of(item.text)
    assert question is not None
    if not isinstance(question.answer, Choices):  # GIFT's `{=a =b}` is a text to type
        assert shape == "equals"
        return
    shares = {option.key: max(-1.0, float(each) / 100) for option, each in zip(question.answer.options, worth, strict=True)}
    ticks = question.answer.kind.value == "multiple"
    given_ones = chain.from_iterable(combinations(shares, count) for count in range(1, len(shares) + 1 if ticks else 2))
    marks = {keys: marked(item, TickedOptions(keys)) for keys in given_ones}
    right = [option.key for option in question.answer.options if option.correct]
    if not ticks:
        assert all((mark == 1) is (shares[key] * 100 >= WHOLE) for (key,), mark in marks.items()), "a part is never made a whole"
        assert set(marks.values()) <= {0.0, 1.0}
    if told.EQUAL_PARTS in item.lost:
        assert len({marks[key,] for key in right}) == 1
        assert [keys for keys, mark in marks.items() if mark == 1] == [tuple(right)]
    if told.WRONG_TICKED in item.lost:
        assert marks[tuple(shares)] == 0
    if told.ONE_SUFFICED in item.lost:
        assert not ticks
    if told.NO_PENALTY in item.lost:
        assert not ticks
    if not item.lost:
        assert all(abs(mark - min(1, max(0, sum(shares[key] for key in keys)))) < 0.02 for keys, mark in marks.items()), "silence means the same"


@settings(deadline=None, max_examples=60)
@given(shape=st.sampled_from(["xml", "gift"]), worth=WORTH, strict=st.booleans())
def test_what_is_typed_is_worth_what_is_said(shape: str, worth: list[str], strict: bool) -> None:
    written = "Où ? {" + " ".join(f"=%{each}%{town}#Dit." for each, town in zip(worth, TOWNS, strict=False)) + "}"
    told_too = "".join(answer(each, town, "Dit.") for each, town in zip(worth, TOWNS, strict=False))
    item = one(xml("shortanswer", f"<usecase>{int(strict)}</usecase>{told_too}") if shape == "xml" else written)
    assert item.kept is any(float(each) >= WHOLE for each in worth)
    assume(item.kept)
    assert (told.NO_PART_TYPED in item.lost) is any(0 < float(each) < WHOLE for each in worth)
    for each, town in zip(worth, TOWNS, strict=False):
        assert marked(item, TypedText(town)) == (float(each) >= WHOLE)


@settings(deadline=None, max_examples=60)
@given(shape=st.sampled_from(["xml", "gift"]), worth=WORTH)
def test_numbers_are_worth_what_is_said(shape: str, worth: list[str]) -> None:
    years = [str(1980 + 10 * place) for place in range(len(worth))]
    written = "Quand ? {#" + " ".join(f"=%{each}%{year}:0" for each, year in zip(worth, years, strict=True)) + "}"
    item = one(xml("numerical", "".join(map(answer, worth, years))) if shape == "xml" else written)
    assert item.kept is any(float(each) >= WHOLE for each in worth)
    assume(item.kept)
    assert (told.NO_PART_NUMBER in item.lost) is any(0 < float(each) < WHOLE for each in worth)
    for each, year in zip(worth, years, strict=True):
        assert marked(item, TypedText(year)) == (float(each) >= WHOLE)


@settings(deadline=None, max_examples=60)
@given(code=st.sampled_from(["SA", "MC", "NM"]), worth=WORTH, leading=st.booleans())
def test_gaps_are_worth_what_is_said(code: str, worth: list[str], leading: bool) -> None:
    words = [str(1980 + 10 * place) for place in range(len(worth))] if code == "NM" else TOWNS
    body = "~".join(f"%{each}%{word}" for each, word in zip(worth, words, strict=False))
    item = one(xml("cloze", "", f"C’est {{1:{code}:{'~' * leading}{body}}}."))
    rights = sum(float(each) >= WHOLE for each in worth)
    assert item.kept is (rights == 1 if code == "MC" else rights > 0)
    assume(item.kept)
    assert any("une partie des points" in said for said in item.lost) is any(0 < float(each) < WHOLE for each in worth)
    for each, word in zip(worth, words, strict=False):
        assert marked(item, FilledGaps((word,))) == (float(each) >= WHOLE)


@pytest.mark.parametrize(("true", "false", "right"), [("100", "0", "Vrai"), ("0", "100", "Faux"), ("100", "50", "Vrai"), ("50", "0", ""), ("100", "100", "")])
def test_a_truth_is_the_one_that_is_worth_all(true: str, false: str, right: str) -> None:
    item = one(xml("truefalse", answer(true, "true") + answer(false, "false")))
    assert item.kept is bool(right)
    assert not right or f"Réponse : {right}" in item.text
    assert (told.NO_PART in item.lost) is (right != "" and "50" in (true, false))
