"""Answers of people in a hurry to the questions of the course, a list of the trainers' file: what is right is accepted or asked again, what is wrong never accepted."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.assessment.answers.compare import MatchRule, match_text
from app.assessment.answers.doubts import ask_again
from app.assessment.answers.normalise import agreed_spellings
from app.assessment.kinds.registry import kind_of
from app.content.values.quiz import Question, ShortText
from tests.assessment.answers.on_the_phone import LISTS, Typed, course_lexicon, on_the_phone, people_typed

SMALL = ["de", "du", "des", "d'", "l'", "la", "le", "les", "à", "au", "aux", "et", "en"]


WRONG_WORDS = st.deferred(lambda: st.sampled_from([typed for typed in on_the_phone() if not typed.right and isinstance(typed.question.answer, ShortText)]))


def becomes(typed: Typed) -> str:
    kind = kind_of(typed.question)
    given_answer, unclear = kind.read_clearly(typed.case.layout, typed.case.form, course_lexicon())
    if unclear:
        return "asked"
    return "accepted" if any(kind.grade(given_answer, course_lexicon()).verdicts) else "refused"


@pytest.mark.parametrize("title", LISTS)
def test_what_is_right_is_seldom_refused_and_what_is_wrong_never_accepted(title: str) -> None:
    assert len(people_typed(title)) >= 300
    told = [(typed, becomes(typed)) for typed in people_typed(title)]
    assert [str(typed) for typed, what in told if what == "accepted" and not typed.right] == []
    right = Counter(what for typed, what in told if typed.right)
    assert right["accepted"] >= 0.85 * right.total(), right
    assert right["refused"] <= 0.04 * right.total(), [str(typed) for typed, what in told if typed.right and what == "refused"]


def _accepted(question: Question) -> list[str]:
    assert isinstance(question.answer, ShortText)
    return [one.text for one in question.answer.accepted]


def _words(text: str) -> Counter[str]:
    return Counter(min(agreed_spellings(text)).split()) - Counter({word: 9 for small in SMALL for word in min(agreed_spellings(small)).split()})


@given(WRONG_WORDS, st.data())
def test_no_small_word_and_no_order_makes_a_wrong_answer_right(typed: Typed, data: st.DataObject) -> None:
    accepted = _accepted(typed.question)
    assume(all(_words(typed.text) != _words(one) for one in accepted))
    words = [word for word in typed.text.split() if data.draw(st.booleans()) or word not in SMALL]
    written = [small for word in data.draw(st.permutations(words)) for small in (*data.draw(st.lists(st.sampled_from(SMALL), max_size=2)), word)]
    assert match_text(" ".join(written), accepted, course_lexicon(), typed.question.statement.text) is None, written


@given(st.sampled_from(on_the_phone()), st.data())
def test_a_tolerance_changes_small_words_the_order_or_one_long_word(typed: Typed, data: st.DataObject) -> None:
    """Whatever is typed of the words that people type, with a slip."""
    assume(isinstance(typed.question.answer, ShortText))
    accepted = _accepted(typed.question)
    words = data.draw(st.permutations([*data.draw(st.sampled_from(accepted)).split(), *data.draw(st.lists(st.sampled_from(typed.text.split()), max_size=1))]))
    text = " ".join(words)
    place = data.draw(st.integers(0, len(text) - 1))
    slip = text[:place] + data.draw(st.sampled_from(["", "x", text[place], text[place] * 2])) + text[place + 1 :]
    verdict = match_text(slip, accepted, course_lexicon(), typed.question.statement.text)
    if verdict is None or verdict.rule not in (MatchRule.FULL_WORDS, MatchRule.TYPO):
        return
    mine, theirs = (min(agreed_spellings(one)).split() for one in (slip, verdict.expected))
    missing = _words(verdict.expected) - _words(slip)
    assert [letter for letter in " ".join(mine) if letter.isdigit()] == [letter for letter in " ".join(theirs) if letter.isdigit()]
    if verdict.rule is MatchRule.FULL_WORDS:
        assert not missing
    else:
        assert sum(missing.values()) <= 1


@given(st.sampled_from(on_the_phone()), st.sampled_from(on_the_phone()))
def test_a_known_name_among_words_is_asked_whatever_the_key(typed: Typed, other: Typed) -> None:
    """Where nothing is expected that could be near, what is asked is asked of any key."""
    assume(isinstance(other.question.answer, ShortText))
    statement = typed.question.statement.text
    if asked := ask_again(typed.text, ["zzz"], course_lexicon(), statement):
        assert ask_again(typed.text, _accepted(other.question), course_lexicon(), statement) == asked
