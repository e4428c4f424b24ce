"""Answers of people in a hurry to the questions of the course, a list of the trainers' file: what is right is accepted or asked again, what is wrong never accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from app.assessment.answers.compare import MatchRule, match_text
from app.assessment.answers.doubts import ask_again
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.answers.normalise import agreed_spellings
from app.assessment.kinds.gaps import gap_field
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout
from app.assessment.kinds.typed_text import FIELD as TYPED
from app.content.values.course import Confusables
from app.content.values.quiz import Question, ShortText
from tests.assessment.answers.test_matching import table_rows
from tests.course import the_course
from tests.exchange.packages.grading import Case

SMALL = ["de", "du", "des", "d'", "l'", "la", "le", "les", "à", "au", "aux", "et", "en"]


def course_lexicon() -> Lexicon:
    return lexicon_of(the_course.glossary(), next(each for each in the_course.documents() if isinstance(each, Confusables)))


@dataclass(frozen=True)
class Typed:
    case: Case
    text: str
    right: bool

    @property
    def question(self) -> Question:
        return self.case.question

    def __str__(self) -> str:
        return f"{self.question.id} : {self.text}"


def _case(question: Question, gap: str, text: str) -> Case:
    field = gap_field(int(gap) - 1) if gap else TYPED
    return Case(question, QuestionLayout(0, question.id), {field: [text]})


def _typed() -> list[Typed]:
    questions = {question.id: question for _, question in the_course.questions()}
    found = []
    for _, (reference, right, wrong) in table_rows("Au téléphone"):
        name, _, gap = reference.partition("#")
        for texts, is_right in ((right, True), (wrong, False)):
            found += [Typed(_case(questions[name], gap, text), text, is_right) for text in texts.split(" / ")]
    return found


LEXICON = course_lexicon()
ON_THE_PHONE = _typed()
WORDS_OF_WRONG = [typed for typed in ON_THE_PHONE if not typed.right and isinstance(typed.question.answer, ShortText)]


def becomes(typed: Typed) -> str:
    kind = kind_of(typed.question)
    given_answer, unclear = kind.read_clearly(typed.case.layout, typed.case.form, LEXICON)
    if unclear:
        return "asked"
    return "accepted" if any(kind.grade(given_answer, LEXICON).verdicts) else "refused"


def test_what_is_right_is_seldom_refused_and_what_is_wrong_never_accepted() -> None:
    assert len(ON_THE_PHONE) >= 300
    told = [(typed, becomes(typed)) for typed in ON_THE_PHONE]
    assert [str(typed) for typed, what in told if what == "accepted" and not typed.right] == []
    right = Counter(what for typed, what in told if typed.right)
    assert right["accepted"] >= 0.85 * right.total(), right
    assert right["refused"] <= 0.04 * right.total(), [str(typed) for typed, what in told if typed.right and what == "refused"]


def _accepted(question: Question) -> list[str]:
    assert isinstance(question.answer, ShortText)
    return [one.text for one in question.answer.accepted]


def _words(text: str) -> Counter[str]:
    return Counter(min(agreed_spellings(text)).split()) - Counter({word: 9 for small in SMALL for word in min(agreed_spellings(small)).split()})


@given(st.sampled_from(WORDS_OF_WRONG), st.data())
def test_no_small_word_and_no_order_makes_a_wrong_answer_right(typed: Typed, data: st.DataObject) -> None:
    accepted = _accepted(typed.question)
    assume(all(_words(typed.text) != _words(one) for one in accepted))
    words = [word for word in typed.text.split() if data.draw(st.booleans()) or word not in SMALL]
    written = [small for word in data.draw(st.permutations(words)) for small in (*data.draw(st.lists(st.sampled_from(SMALL), max_size=2)), word)]
    assert match_text(" ".join(written), accepted, LEXICON, typed.question.statement.text) is None, written


@given(st.sampled_from(ON_THE_PHONE), st.data())
def test_a_tolerance_changes_small_words_the_order_or_one_long_word(typed: Typed, data: st.DataObject) -> None:
    """Whatever is typed of the words that people type, with a slip."""
    assume(isinstance(typed.question.answer, ShortText))
    accepted = _accepted(typed.question)
    words = data.draw(st.permutations([*data.draw(st.sampled_from(accepted)).split(), *data.draw(st.lists(st.sampled_from(typed.text.split()), max_size=1))]))
    text = " ".join(words)
    place = data.draw(st.integers(0, len(text) - 1))
    slip = text[:place] + data.draw(st.sampled_from(["", "x", text[place], text[place] * 2])) + text[place + 1 :]
    verdict = match_text(slip, accepted, LEXICON, typed.question.statement.text)
    if verdict is None or verdict.rule not in (MatchRule.FULL_WORDS, MatchRule.TYPO):
        return
    mine, theirs = (min(agreed_spellings(one)).split() for one in (slip, verdict.expected))
    missing = _words(verdict.expected) - _words(slip)
    assert [letter for letter in " ".join(mine) if letter.isdigit()] == [letter for letter in " ".join(theirs) if letter.isdigit()]
    if verdict.rule is MatchRule.FULL_WORDS:
        assert not missing
    else:
        assert sum(missing.values()) <= 1


@given(st.sampled_from(ON_THE_PHONE), st.sampled_from(ON_THE_PHONE))
def test_a_known_name_among_words_is_asked_whatever_the_key(typed: Typed, other: Typed) -> None:
    """Where nothing is expected that could be near, what is asked is asked of any key."""
    assume(isinstance(other.question.answer, ShortText))
    statement = typed.question.statement.text
    if asked := ask_again(typed.text, ["zzz"], LEXICON, statement):
        assert ask_again(typed.text, _accepted(other.question), LEXICON, statement) == asked
