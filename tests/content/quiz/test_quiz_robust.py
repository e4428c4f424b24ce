"""Hypothesis: the quiz parser never raises, loses no line without a word, and takes a bounded time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.didactics import check_quiz
from app.content.documents.describe import describe_quiz
from app.content.text.normalise import normalise
from app.content.values.quiz import GAP_CLOSE, GAP_OPEN, Choices, Gaps, Matching, NumberAnswer, OpenText, Ordering, Question, Quiz, ShortText
from tests.content.hostile import SIZES
from tests.content.quiz.parsing import parse_quiz
from tests.content.quiz.quiz_robust import PIECES, VALID, mutated
from tests.content.quiz.quiz_writings import HEAD

SECONDS = 20
"""Generous, for a machine that does something else besides: alone, the slowest takes 3."""


def read(text: str) -> Quiz | None:
    """Everything that a quiz goes through when a course is checked."""
    quiz, problems = parse_quiz("quizzes/a.md", text)
    last = normalise(text).count("\n") + 1
    assert all(1 <= problem.line <= last for problem in problems)
    assert all(problem.message and problem.hint for problem in problems if problem.code != "E01")
    if quiz is not None:
        check_quiz(quiz)
        assert list(describe_quiz(quiz))
        for question in quiz.questions:
            check_sound(question)
    return quiz


def check_sound(question: Question) -> None:
    """What every other package relies on."""
    assert question.id
    assert question.statement.text.strip()
    assert re.fullmatch("[0-9a-f]{64}", question.fingerprint)
    assert (question.points == 0) == isinstance(question.answer, OpenText)
    answer = question.answer
    if isinstance(answer, Choices):
        assert 2 <= len(answer.options) <= 26
        assert any(option.correct for option in answer.options)
        assert all(option.text.text.strip() for option in answer.options)
    elif isinstance(answer, ShortText):
        assert answer.accepted
        assert all(typed.text for typed in answer.accepted)
    elif isinstance(answer, NumberAnswer):
        assert answer.accepted
        assert all(interval.low <= interval.high for interval in answer.accepted)
    elif isinstance(answer, Matching):
        assert len(answer.pairs) >= 2
        assert all(pair.left.text and pair.right for pair in answer.pairs)
    elif isinstance(answer, Ordering):
        assert len(answer.items) >= 3
    elif isinstance(answer, OpenText):
        assert answer.model.text.strip()
        assert GAP_OPEN not in answer.model.text
    else:
        assert isinstance(answer, Gaps)
        assert re.findall(f"{GAP_OPEN}(\\d+){GAP_CLOSE}", answer.body.text) == [str(index) for index in range(len(answer.gaps))]
        assert answer.gaps
        assert all(gap.accepted and (not gap.menu or gap.accepted[0] in gap.menu) for gap in answer.gaps)


@settings(max_examples=150)
@given(st.text(max_size=400))
def test_parsing_never_raises_on_any_text(text: str) -> None:
    read(text)
    read(HEAD + text)
    read(HEAD + "## Question {#abc}\n\n" + text)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_parsing_never_raises_on_pieces_of_the_format(body: str) -> None:
    read(HEAD + body)
    read(HEAD + "## Question {#abc}\n\n" + body)


@settings(max_examples=500)
@given(mutated())
def test_parsing_never_raises_on_mutated_quizzes(text: str) -> None:
    read(text)


WORDS = re.compile(r"perdu\d")


@settings(max_examples=300)
@given(st.sampled_from(VALID), st.data())
def test_a_word_put_anywhere_is_understood_somewhere_or_named_by_a_problem(text: str, data: st.DataObject) -> None:
    """Nothing is silently lost: a line added to a quiz shows in it, or a problem tells of it."""
    head_lines = HEAD.count("\n")
    lines = text.split("\n")
    index = data.draw(st.integers(head_lines, len(lines)))
    lines.insert(index, data.draw(st.sampled_from(["perdu7", "  perdu7", "- perdu7", "> perdu7", "perdu7 : oui", "a) perdu7", "1. perdu7", "| perdu7 |"])))
    quiz, problems = parse_quiz("quizzes/a.md", "\n".join(lines))
    if quiz is None or any(problem.is_error for problem in problems):
        return
    said = "\n".join(describe_quiz(quiz)) + "".join(situation.text.text for situation in quiz.situations)
    named = any(problem.line == index + 1 for problem in problems)
    assert named or "perdu7" in said or hidden_on_purpose(lines, index), "\n".join(lines)


def hidden_on_purpose(lines: list[str], index: int) -> bool:
    """Inside an HTML comment, or a source: neither is the question's text."""
    before = "\n".join(lines[:index])
    return before.count("<!--") > before.count("-->") or "[^" in "\n".join(lines[max(0, index - 2) : index])


HOSTILE = {
    "10,000 options": "- [ ] option\n" * 10_000,
    "10,000 right options": "".join(f"- [x] option {number}\n" for number in range(10_000)),
    "10,000 lines in letters": "".join(f"{'abcdefghij'[number % 10]}) option\n" for number in range(10_000)) + "\nBonne réponse : b\n",
    "10,000 bullets and a right answer": "".join(f"- option {number}\n" for number in range(10_000)) + "\nBonne réponse : option 9999\n",
    "10,000 nested quotes": ">" * 10_000 + " x\n",
    "10,000 nested quotes under an option": "- [x] a\n" + ">" * 10_000 + " x\n- [ ] b\n",
    "10,000 pairs": "- a => b\n" * 10_000,
    "30,000 steps": "1. a\n" * 30_000,
    "40,000 gaps": ("[[a|b]] " * 2_000 + "\n") * 20,
    "gaps never closed": ("[[" * 9_000 + "\n") * 20,
    "gaps and code": ("`[[" * 6_000 + "\n") * 20,
    "braces": ("{=" * 9_000 + "\n") * 20,
    "braces on lines of their own": "{\n" * 100_000,
    "answers in braces": "{=a ~b}\n" * 20_000,
    "30,000 settings": "Points : 2\n" * 30_000,
    "30,000 answers": "Réponse : a\n" * 30_000,
    "15,000 questions": "".join(f"## Question {number}\n\nRéponse : a\n\n" for number in range(15_000)),
    "60,000 titles": "# a\n" * 60_000,
    "underlined titles": "a\nb\n---\n" * 40_000,
    "fences that no other closes": "".join("`" * length + "\n\n" for length in range(800, 3, -1)),
    "spaces": ("- [x] a" + " " * 19_000 + ")\n") * 10 + (" " * 19_000 + "x\n") * 10,
    "arrows": ("- " + "-" * 18_000 + "\n") * 20,
    "equals": ("- " + "=>" * 9_000 + "\n") * 20,
    "drawn boxes": ("☐ " * 9_000 + "\n") * 15,
    "30,000 open answers": "Réponse libre\nModèle : a\n" * 15_000,
    "bars": "Réponse : " + "a|" * 9_000 + "\n",
    "digits": "Réponse : " + "1 " * 9_000 + "\n",
    "feedback set apart": "- [x] a\n\n> q\n\n" * 10_000,
    "10,000 cases": "# Situation : a {#abc}\n\nt\n" * 10_000,
    "taken up": "![[a]]\n" * 40_000,
    "misspelt settings": "Ojectif : x\n" * 30_000,
    "word processor's bullets": "• [x] x\n" * 30_000,
}


@pytest.mark.parametrize("size", SIZES)
def test_hostile_quizzes_take_a_bounded_time(size: int, subtests: pytest.Subtests) -> None:
    for name, hostile in HOSTILE.items():
        with subtests.test(name):
            start = time.process_time()
            _, problems = parse_quiz("quizzes/a.md", (HEAD + "## Question {#abc}\n\n" + hostile)[:size])
            assert time.process_time() - start < SECONDS
            assert problems


def test_a_line_of_a_megabyte_is_refused_at_once() -> None:
    quiz, problems = parse_quiz("quizzes/a.md", HEAD + "## Question {#abc}\n\n- [x] " + "a" * 1_000_000)
    assert quiz is None
    assert [problem.code for problem in problems] == ["E02"]
