"""What is asked again before it is marked, type by type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.kinds.gaps import FilledGaps
from app.assessment.kinds.matching import MatchedPairs
from app.assessment.kinds.ordering import RankedItems
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout, QuestionResponse, TypedText
from app.content.values.course import Confusables, Glossary, GlossaryEntry
from app.content.values.quiz import Answer, Question, QuestionType
from tests import builders

QUESTIONS = {question.kind: question for question in builders.one_of_each()}
SIGLES = (("REP", "réseau d’éducation prioritaire"), ("REP+", "réseau d’éducation prioritaire renforcé"))
LEXICON = lexicon_of(Glossary(tuple(GlossaryEntry(sigle, text, builders.fragment(""), "", 1) for sigle, text in SIGLES)), Confusables())


def asked(answer: Answer, given_answer: QuestionResponse, lexicon: Lexicon = LEXICON, statement: str = "Jusqu’à quel âge ? (en années)") -> str:
    """With plain spaces and hyphens."""
    return kind_of(builders.question(answer, "une", statement)).unclear(given_answer, lexicon).translate({0x202F: " ", 0xA0: " ", 0x2011: "-"})


ORDER = builders.ordering("un", "deux", "trois")
PAIRS = builders.matching("Préfet => État", "Recteur => Éducation", "Maire => Commune")


@pytest.mark.parametrize(
    ("answer", "given_answer", "sentence"),
    [
        (builders.number("25"), TypedText("25 ans"), ""),
        (builders.number("25"), TypedText("26 ans"), ""),
        (builders.number("25"), TypedText("25 mois"), "Écrivez le nombre seul : « mois » n’est pas un mot de la question."),
        (builders.number("25"), TypedText("3.500"), "« 3.500 » se lit de deux façons : écrivez « 3 500 » ou « 3,5 »."),
        (builders.number("25"), TypedText("environ 25"), "Écrivez le nombre seul, sans « environ »."),
        (builders.number("25"), TypedText("plus de 25"), "Écrivez le nombre seul, sans « plus de »."),
        (builders.number("25", unit="€"), TypedText("25 mois"), "Écrivez le nombre seul, ou suivi de « € » : « mois » n’est pas un mot de la question."),
        (builders.number("25", unit="€", unit_required=True), TypedText("25"), "Écrivez aussi l’unité : le nombre, puis « € »."),
        (builders.number("25"), TypedText("24 ou 25"), "« 24 ou 25 » se lit comme plusieurs nombres : écrivez-en un seul."),
        (builders.short_text("REP"), TypedText("réseau d’éducation prioritaire (REP)"), ""),
        (builders.short_text("REP"), TypedText("préfet"), ""),
        (
            builders.short_text("REP"),
            TypedText("réseau d’éducation prioritaire (REP+)"),
            "Votre réponse dit deux choses : dans le glossaire du cours, « REP+ » n’est pas le sigle de « réseau d’éducation prioritaire ». "
            "Écrivez l’un ou l’autre.",
        ),
        (builders.short_text("REP", strict=True), TypedText("réseau d’éducation prioritaire (REP+)"), ""),
        (ORDER, RankedItems((("1", 1), ("2", 2), ("3", 3))), ""),
        (ORDER, RankedItems((("1", 3), ("2", 2), ("3", 1))), ""),
        (ORDER, RankedItems((("1", 2), ("2", 2), ("3", 3))), "Le rang 2 est donné plusieurs fois : donnez à chaque ligne un rang différent."),
        (ORDER, RankedItems((("1", 1), ("3", 3))), "Il manque 1 rang : donnez-en un à chaque ligne."),
        (ORDER, RankedItems((("3", 3),)), "Il manque 2 rangs : donnez-en un à chaque ligne."),
        (PAIRS, MatchedPairs((("1", "État"), ("2", "Commune"), ("3", "Commune"))), ""),
        (PAIRS, MatchedPairs((("1", "État"), ("3", "Commune"))), "Il reste 1 ligne sans réponse : choisissez une proposition sur chaque ligne."),
        (builders.gaps("Elle dure [[5 | cinq]] ans, [[(oui) | non]]."), FilledGaps(("5 ans", "oui")), ""),
        (builders.gaps("Elle dure [[5 | cinq]] ans, [[(oui) | non]]."), FilledGaps(("5 mois", "")), "Trou 1 : écrivez le nombre seul : « mois » n’est pas un mot de la question."),
        (builders.gaps("Le [[REP]] et le [[REP+]]."), FilledGaps(("réseau", "réseau d’éducation prioritaire (REP+)")), "Trou 2 : votre réponse dit deux choses"),
    ],
)  # fmt: skip
def test_the_sentence_that_helps(answer: Answer, given_answer: QuestionResponse, sentence: str) -> None:
    said = asked(answer, given_answer)
    assert said == sentence or (sentence and said.startswith(sentence))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_a_blank_answer_is_not_unclear(question: Question) -> None:
    assert kind_of(question).unclear(kind_of(question).blank, LEXICON) == ""


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
@given(seed=st.integers(0, 10**6), right=st.booleans())
def test_the_sample_answers_are_clear(question: Question, seed: int, right: bool) -> None:
    layout, kind = QuestionLayout(seed, question.id), kind_of(question)
    assert kind.unclear(kind.read_answer(layout, kind.sample(layout, right)), Lexicon()) == ""


@given(st.lists(st.integers(1, 4), max_size=4))
def test_an_ordering_is_clear_when_it_is_whole(ranks: list[int]) -> None:
    kind = kind_of(QUESTIONS[QuestionType.ORDERING])
    given_answer = RankedItems(tuple((str(place), rank) for place, rank in enumerate(ranks, 1)))
    assert (kind.unclear(given_answer, LEXICON) == "") == (given_answer.is_blank or kind.is_complete(given_answer))


@given(st.text(max_size=30) | st.tuples(st.sampled_from(["5", "3.500", "12"]), st.text(max_size=8)).map("".join))
def test_what_is_asked_again_is_never_accepted(text: str) -> None:
    """Stored all the same, by an older version, it is worth nothing: nobody is marked right by what cannot be read."""
    for answer in (builders.number("5"), builders.number("12", unit="%"), builders.short_text("REP"), builders.gaps("Elle dure [[5]] ans.")):
        kind = kind_of(builders.question(answer))
        typed = FilledGaps((text,)) if kind.question.kind == QuestionType.GAPS else TypedText(text)
        if kind.unclear(typed, LEXICON):
            assert kind.grade(typed, LEXICON).fraction == 0
