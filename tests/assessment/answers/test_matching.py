"""Typed answers: the trainers' file of pairs, and what it cannot say."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.answers.compare import AnswerDoubt, AskAgain, MatchRule, MatchVerdict, match_short_text, match_text, one_mistake
from app.assessment.answers.doubts import ask_again
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.answers.numbers import Quantity, match_number, read_quantity
from app.assessment.kinds.gaps import FilledGaps, GapsKind
from app.content.values.course import Confusables, Glossary
from app.content.values.quiz import TypedAnswer
from tests import builders
from tests.assessment.answers.matching import ACCEPTED, AGAIN, LEXICON, PAIRS, REFUSED, Pair, _entry, number_of, table_rows


def told(found: MatchVerdict | AskAgain | None) -> str:
    """As the tables name it."""
    return found.rule.value if isinstance(found, MatchVerdict) else found.doubt.value if found else "refusé"


def what_happens(pair: Pair) -> str:
    if pair.section.startswith("Nombres"):
        return told(match_number(pair.typed, number_of(pair.expected)))
    strict = pair.section.startswith("Textes exacts")
    found = match_text(pair.typed, pair.expected.split(" / "), LEXICON, "", strict=strict)
    return told(found or (None if strict else ask_again(pair.typed, pair.expected.split(" / "), LEXICON, "")))


def test_accepts_or_asks_again(subtests: pytest.Subtests) -> None:
    for pair in [*ACCEPTED, *AGAIN]:
        with subtests.test(str(pair)):
            assert what_happens(pair) == pair.said


def test_refuses(subtests: pytest.Subtests) -> None:
    for pair in REFUSED:
        with subtests.test(str(pair)):
            assert what_happens(pair) == "refusé", pair.said


@dataclass(frozen=True)
class InQuestion:
    """A number typed into a question, or into a gap of a text, that says something of it."""

    line: int
    statement: str
    typed: str
    expected: str
    said: str

    def __str__(self) -> str:
        return f"{PAIRS.name}:{self.line} {self.typed}"


def test_a_number_with_the_words_of_its_question(subtests: pytest.Subtests) -> None:
    for asked in [InQuestion(line, *cells) for line, cells in table_rows("Nombres dans une question")]:
        with subtests.test(str(asked)):
            assert told(match_number(asked.typed, number_of(asked.expected), asked.statement)) == asked.said


@pytest.mark.parametrize("asked", [InQuestion(line, *cells) for line, cells in table_rows("Nombres dans un trou")], ids=str)
def test_a_number_with_the_words_around_its_gap(asked: InQuestion) -> None:
    answer = builders.gaps(asked.statement.replace("[]", f"[[{asked.expected.replace(' / ', ' | ')}]]"))
    kind, filled = GapsKind(builders.question(answer, "phrase")), FilledGaps((asked.typed,))
    verdict, sentence = kind.grade(filled, LEXICON).verdicts[0], kind.unclear(filled, LEXICON)
    assert told(verdict) == (asked.said if asked.said in set(MatchRule) else "refusé")
    assert sentence.startswith("Trou 1\u202f: ") == (asked.said in set(AnswerDoubt))


def test_the_file_is_large_enough() -> None:
    whole = [row[1][-1] for title in ("Questions entières", "Nombres dans une question", "Nombres dans un trou") for row in table_rows(title)]
    accepted = len(ACCEPTED) + sum(said in set(MatchRule) for said in whole)
    refused = len(REFUSED) + len(AGAIN) + len(whole) - sum(said in set(MatchRule) for said in whole)
    assert accepted + refused >= 250
    assert refused >= (accepted + refused) / 2
    assert {pair.said for pair in ACCEPTED} == {rule.value for rule in MatchRule}
    assert {pair.said for pair in AGAIN} | set(whole) >= {doubt.value for doubt in AnswerDoubt}


@dataclass(frozen=True)
class Asked:
    """A whole question with a typed answer: what is typed, what is expected or foreseen as a mistake, and what the question itself says."""

    line: int
    statement: str
    typed: str
    expected: str
    mistake: str
    exact: str
    said: str

    def __str__(self) -> str:
        return f"{PAIRS.name}:{self.line} {self.typed}"


WHOLE = [Asked(line, *cells) for line, cells in table_rows("Questions entières")]


@pytest.mark.parametrize("asked", WHOLE, ids=str)
def test_a_whole_question(asked: Asked) -> None:
    answer = builders.short_text(asked.expected, mistakes=((asked.mistake, "Explication."),), strict=asked.exact == "oui")
    found = match_short_text(asked.typed, answer, LEXICON, asked.statement)
    assert asked.said == ("erreur" if isinstance(found, TypedAnswer) else found.rule.value if found else "refusé")


@pytest.mark.parametrize("rule", MatchRule)
def test_each_rule_has_a_sentence_that_names_the_expected_form(rule: MatchRule) -> None:
    sentence = MatchVerdict(rule, "REP+").sentence
    assert sentence.endswith(".")
    assert rule == MatchRule.EXACT or "«\u202fREP+\u202f»" in sentence
    assert not re.search(r" [:;»]|« ", sentence)


def test_a_sigle_of_the_statement_is_no_answer() -> None:
    long = "quartier prioritaire de la politique de la ville"
    assert match_text("QPV", [long], LEXICON, "Que veut dire le sigle **QPV** ?") is None
    assert match_text("Q.P.V.", [long], LEXICON, "Que veut dire « QPV » ?") is None
    assert match_text(f"le {long}", ["QPV"], LEXICON, f"Quel est le sigle du {long} ?") is None
    assert match_text("QPV", [long], LEXICON, "Comment s’appelle ce quartier ?") == MatchVerdict(MatchRule.SIGLE, long)
    assert match_text("Q.P.V.", ["QPV"], LEXICON, "Quel sigle a remplacé ZUS, QPV ou REP ?") == MatchVerdict(MatchRule.SIGLE, "QPV")


def test_an_expected_mistake_beats_a_tolerance_and_yields_to_the_right_answer() -> None:
    answer = builders.short_text("secrétaire", "REP+", mistakes=(("secretaires", "Un seul."), ("REP", "Sans le plus."), ("rep+", "Impossible.")))
    assert match_short_text("secretaires", answer, LEXICON, "") == TypedAnswer("secretaires", builders.fragment("Un seul."))
    assert match_short_text("secretaire", answer, LEXICON, "") == MatchVerdict(MatchRule.ACCENTS, "secrétaire")
    assert match_short_text("REP", answer, LEXICON, "") == TypedAnswer("REP", builders.fragment("Sans le plus."))
    assert match_short_text("REP+", answer, LEXICON, "") == MatchVerdict(MatchRule.EXACT, "REP+")
    assert match_short_text("autre chose", answer, LEXICON, "") is None


def test_blank_is_never_accepted() -> None:
    assert match_text(" \u00a0\u200b ", ["", "le"], LEXICON, "") is None


def test_an_empty_lexicon_forgives_what_no_pair_forbids() -> None:
    assert match_text("ministère", ["ministre"], Lexicon(), "") == MatchVerdict(MatchRule.TYPO, "ministre")


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=3), st.booleans())
def test_matching_never_raises_and_an_accepted_writing_is_always_accepted(typed: str, accepted: list[str], strict: bool) -> None:
    match_text(typed, accepted, LEXICON, typed, strict)
    for writing in accepted:
        if verdict := match_text(writing, accepted, LEXICON, "", strict):
            assert verdict.rule == MatchRule.EXACT
        else:
            assert not writing.strip() or all(not letter.isprintable() or letter.isspace() for letter in writing)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.sampled_from([",", "."]), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_a_number_is_read_whatever_its_writing(value: int, decimals: int, point: str, space: str) -> None:
    digits = f"{abs(value):0{decimals + 1}d}"
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    written = ("-" if value < 0 else "") + f"{int(whole):,}".replace(",", space) + (point + rest if rest else "")
    read = read_quantity(written)
    if re.fullmatch(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", written):
        assert isinstance(read, AskAgain)
        assert read.doubt == AnswerDoubt.POINT
    else:
        assert isinstance(read, Quantity)
        assert read.value * 10**decimals == value
        assert (read.before, read.after) == ("", "")


@given(st.text(max_size=40))
def test_reading_a_number_never_raises(text: str) -> None:
    read_quantity(text)


def test_a_lexicon_is_made_once_of_the_same_values_and_anew_of_others() -> None:
    glossary, none = Glossary((_entry("CPO", "convention pluriannuelle d’objectifs"),)), Confusables()
    made = lexicon_of(glossary, none)
    assert lexicon_of(glossary, none) is made
    assert lexicon_of(Glossary(), none) != made
    for _ in range(20):
        lexicon_of(Glossary(), none)
    assert lexicon_of(glossary, none) == made


LETTERS = st.sampled_from("abcdez")


@given(st.text(LETTERS, min_size=1, max_size=8), st.data())
def test_one_mistake_is_an_edit_and_two_are_not(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word)))
    letter = data.draw(LETTERS)
    longer = word[:place] + letter + word[place:]
    assert one_mistake(longer, word)
    assert one_mistake(word, longer)
    assert not one_mistake(longer + "yy", word)
    if place < len(word):
        assert word[place] == letter or one_mistake(word[:place] + letter + word[place + 1 :], word)
    if place + 1 < len(word) and word[place] != word[place + 1]:
        assert one_mistake(word[:place] + word[place + 1] + word[place] + word[place + 2 :], word)
