"""By what a question is known, what becomes of an answer that is sent, and the text that one takes away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learner.notebook.rules import (
    LONGEST,
    Fate,
    LessonNotes,
    ModuleNotes,
    Notebook,
    NoteLine,
    SentAnswer,
    as_text,
    fate,
    join_answers,
    mark_of,
    normalise_answer,
    parse_question,
)

TEXTS = st.text(max_size=40).map(normalise_answer)


@pytest.mark.parametrize(
    "written", ["Qui porte le **PRE** ?", "qui porte le pre?", "Qui  porte le [PRE](glossaire.md) ?", "Qui porte, le PRÉ !", "Qui porte\nle PRE[^s1] ?"]
)
def test_a_question_is_known_by_its_words(written: str) -> None:
    assert parse_question(written).key == parse_question("Qui porte le PRE ?").key


@pytest.mark.parametrize("written", ["Qui porte le PEDT ?", "Qui porte un PRE ?", "Qui porte le PRE, et où ?", ""])
def test_put_otherwise_it_is_another_one(written: str) -> None:
    assert parse_question(written).key != parse_question("Qui porte le PRE ?").key


def test_what_is_read_of_a_question() -> None:
    assert parse_question("Qui *porte*\nle [PRE](g.md)[^s1], ici ? S'il").words == "Qui porte le PRE, ici\u202f? S’il"


@pytest.mark.parametrize(
    ("stored", "shown", "text", "expected"),
    [
        ("", "", "", Fate.UNCHANGED),
        ("", "", "Un mot", Fate.STORED),
        ("Un mot", "Un mot", "Deux", Fate.STORED),
        ("Un mot", "Un mot", "", Fate.STORED),
        ("Un mot", "Un mot", "Un mot", Fate.UNCHANGED),
        ("Un mot", "", "Un mot", Fate.UNCHANGED),  # sent twice
        ("Ailleurs", "Un mot", "Un mot", Fate.UNCHANGED),  # left as it was shown: what was stored since stays
        ("Ailleurs", "", "", Fate.UNCHANGED),
        ("Ailleurs", "Un mot", "Deux", Fate.ELSEWHERE),
        ("Ailleurs", "Un mot", "", Fate.ELSEWHERE),
        ("", "Un mot", "Deux", Fate.ELSEWHERE),
        ("", "", "é" * LONGEST, Fate.STORED),
        ("", "", "é" * (LONGEST + 1), Fate.TOO_LONG),
        ("é" * (LONGEST + 1), "é" * (LONGEST + 1), "é" * (LONGEST + 1), Fate.UNCHANGED),  # two answers of a merge
    ],
)
def test_what_becomes_of_an_answer(stored: str, shown: str, text: str, expected: Fate) -> None:
    assert fate(stored, SentAnswer("k", mark_of(shown), text)) is expected


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["opens", "saves"]), TEXTS), max_size=12))
def test_two_windows_never_lose_a_text_that_its_writer_has_not_seen(acts: list[tuple[str, str, str]]) -> None:
    stored, shown = "", {"A": "", "B": ""}
    for window, act, text in acts:
        if act == "opens":
            shown[window] = stored
        elif (found := fate(stored, SentAnswer("k", mark_of(shown[window]), text))) is Fate.STORED:
            assert shown[window] == stored, "what it replaces was before the writer's eyes"
            stored = shown[window] = text
            assert fate(stored, SentAnswer("k", mark_of(""), text)) is Fate.UNCHANGED, "sent again, nothing happens"
        elif found is Fate.ELSEWHERE:
            assert text != stored
            shown[window] = stored  # the page says what is stored: sent again, it is on purpose
            assert fate(stored, SentAnswer("k", mark_of(stored), text)) is Fate.STORED
        else:
            assert text in (stored, shown[window])


@given(st.text(st.characters(exclude_characters="\r"), max_size=60))
def test_an_answer_is_stored_with_one_kind_of_line_end(text: str) -> None:
    assert normalise_answer(normalise_answer(text)) == normalise_answer(text)
    assert normalise_answer(text.replace("\n", "\r\n")) == normalise_answer(text.replace("\n", "\r")) == normalise_answer(text)


@given(TEXTS, TEXTS)
def test_two_answers_that_become_one_are_both_there(first: str, second: str) -> None:
    assert first in join_answers(first, second)
    assert second in join_answers(first, second)
    assert join_answers(first, first) == first


def book(*said: str, question: str = "Qui signe ?") -> Notebook:
    lines = tuple(NoteLine(number, question, number, answer, datetime(2026, 11, 26, tzinfo=UTC)) for number, answer in enumerate(said, 1))
    return Notebook((ModuleNotes("La ville", "ville", (LessonNotes("un-a", "Les débuts", lines, 0, 0),)),))


def test_the_text_that_one_takes_away() -> None:
    assert as_text(book("Le maire.\n\nPuis le préfet."), date(2026, 11, 26)).splitlines() == [
        "Mon carnet", "==========", "", "Mes réponses aux questions «\u202fSur mon territoire\u202f», au 26\u00a0novembre 2026.", "",
        "", "LA VILLE", "========", "", "", "Les débuts", "----------", "", "Qui signe ?", "", "    Le maire.", "", "    Puis le préfet.",
    ]  # fmt: skip


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=300).map(normalise_answer), max_size=4))
def test_it_holds_every_answer_whole(said: list[str]) -> None:
    lines = as_text(book(*said, question="Un mot " * 40), date(2026, 11, 26)).split("\n")
    assert [line.removeprefix("    ") for line in lines if line.startswith("    ")] == [line for line in said if line]
    assert max(map(len, [line for line in lines if not line.startswith("    ")])) <= 78
