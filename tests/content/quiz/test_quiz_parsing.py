"""What a Quiz holds beyond the words that describe it: lines, Markdown as written, keys, fingerprints, sources."""

from __future__ import annotations

import pytest

from app.content.quiz.reader import read_quiz
from app.content.values.quiz import GAP_CLOSE, GAP_OPEN, Choices, Gaps, Matching, NumberAnswer, OpenText, Question, Quiz
from tests.content.quiz.parsing import parse_quiz
from tests.content.quiz.quiz_writings import HEAD


def quiz_of(body: str) -> Quiz:
    quiz, _ = parse_quiz("quizzes/essai.md", HEAD + body)
    assert quiz is not None
    return quiz


def question_of(body: str) -> Question:
    return quiz_of(body).questions[0]


@pytest.mark.parametrize("key", ["Modèle :", "**Modèle :**", "**Modèle** :", "*modèle :*"])
def test_a_model_keeps_the_emphasis_that_opens_it(key: str) -> None:
    answer = question_of(f"## Que répondez-vous ? {{#repondre}}\n\nRéponse libre\n\n{key} *Je propose* une rencontre.\n").answer
    assert isinstance(answer, OpenText)
    assert answer.model.text == "*Je propose* une rencontre."


def test_fragments_keep_their_markdown_and_their_lines() -> None:
    question = question_of(
        "## Qui **signe** ? {#signe}\n\nVoir :\n\n- un\n- deux\n\n- [x] Le *préfet*\n\n  ![x](images/a.png)\n  > Oui,\n  > **oui**.\n- [ ] b\n\n> Fin.\n> > Cité.\n"
    )
    assert question.statement.text == "Qui **signe** ?\n\nVoir :\n\n- un\n- deux"
    assert question.line == question.statement.line == 6
    answer = question.answer
    assert isinstance(answer, Choices)
    assert (answer.options[0].text.text, answer.options[0].text.line) == ("Le *préfet*\n\n![x](images/a.png)", 13)
    assert answer.options[0].feedback is not None
    assert (answer.options[0].feedback.text, answer.options[0].feedback.line) == ("Oui,\n**oui**.", 16)
    assert question.explanation is not None
    assert (question.explanation.text, question.explanation.line) == ("Fin.\n> Cité.", 20)


def test_options_keep_the_key_of_their_place_in_the_file() -> None:
    answer = question_of("## V {#vrai-faux}\n\n- [ ] Faux\n- [x] Vrai\n").answer
    assert isinstance(answer, Choices)
    assert [(option.key, option.text.text, option.correct) for option in answer.options] == [("2", "Vrai", True), ("1", "Faux", False)]
    assert answer.fixed_order


def test_a_call_out_stays_one() -> None:
    question = question_of("## Q {#qqq}\n\n> [!NOTE]\n> Lisez.\n\n- [x] a\n- [ ] b\n\n> [!TIP]\n> Retenez.\n")
    assert question.statement.text == "Q\n\n> [!NOTE]\n> Lisez."
    assert question.explanation is not None
    assert question.explanation.text == "> [!TIP]\n> Retenez."


def test_gaps_are_numbered_where_they_stand_in_each_question() -> None:
    quiz = quiz_of("## A {#aaa}\n\nUn [[un]] et `[[code]]`.\n\n## B {#bbb}\n\n| x |\n|---|\n| [[a \\| b | c]] et [[(d) | e]] |\n")
    first, second = (question.answer for question in quiz.questions)
    assert isinstance(first, Gaps)
    assert isinstance(second, Gaps)
    assert first.body.text == f"Un {GAP_OPEN}0{GAP_CLOSE} et `[[code]]`."
    assert second.body.text == f"| x |\n|---|\n| {GAP_OPEN}0{GAP_CLOSE} et {GAP_OPEN}1{GAP_CLOSE} |"
    assert [(gap.accepted, gap.menu) for gap in second.gaps] == [(("a | b", "c"), ()), (("d",), ("d", "e"))]


def test_equal_right_items_are_one_target() -> None:
    answer = question_of("## A {#aaa}\n\n- Préfet => L'État\n- Recteur => l'état\n- Maire => Commune\n").answer
    assert isinstance(answer, Matching)
    assert [pair.right for pair in answer.pairs] == ["L'État", "L'État", "Commune"]


def test_numbers_keep_the_writing_of_the_trainer() -> None:
    answer = question_of("## A {#aaa}\n\nRéponse : 1 362 ± 10 | 2 000 à 2 100\n").answer
    assert isinstance(answer, NumberAnswer)
    assert [(str(each.low), str(each.high), each.shown) for each in answer.accepted] == [("1352", "1372", "1 362 ± 10"), ("2000", "2100", "2 000 à 2 100")]


def test_questions_of_a_situation_know_it() -> None:
    quiz = quiz_of("# Situation : cas {#cas-un}\n\nLe *cas*.\n\n## A {#aaa}\n\nRéponse : x\n\n# Suite\n\n## B {#bbb}\n\nRéponse : y\n")
    assert [question.situation_id for question in quiz.questions] == ["cas-un", ""]
    assert (quiz.situations[0].title, quiz.situations[0].text.text, quiz.situations[0].text.line) == ("Cas", "Le *cas*.", 8)


def test_sources_stand_in_the_quiz_and_nowhere_else() -> None:
    quiz = quiz_of("Intro.\n\n## A {#aaa}\n\nRéponse : x\n\n> Parce que.[^s1]\nObjectif : O1\n[^s1]: Source, 2024 (vérifié : 2026-11)\n")
    assert [(source.label, source.text) for source in quiz.sources] == [("s1", "Source, 2024")]
    assert quiz.introduction.text == "Intro."
    assert quiz.questions[0].explanation is not None
    assert quiz.questions[0].explanation.text == "Parce que.[^s1]"


BASE = "## Qui signe ? {#signe}\n\n- [x] Le préfet\n- [ ] Le maire\n"


def fingerprint(body: str) -> str:
    return question_of(body).fingerprint


def test_feedback_points_place_and_white_space_leave_the_fingerprint() -> None:
    dressed = "Intro.\n\n## 3.  Qui  signe ? {#autre}\n\n* [x]  Le  préfet\n  > Oui.\n\n* [ ] Le maire\n\n> Fin.\n\nPoints : 3\nNiveau : 2\n"
    assert fingerprint(dressed) == fingerprint(BASE)


def test_statement_options_and_key_make_the_fingerprint() -> None:
    others = [
        BASE.replace("signe ?", "paie ?"),
        BASE.replace("Le maire", "La maire"),
        BASE.replace("[x]", "[ ]").replace("- [ ] Le maire", "- [x] Le maire"),
        BASE + "- [ ] Le recteur\n",
        BASE + "\nChoix : multiple\n",
        "## Qui signe ? {#signe}\n\nRéponse : Le préfet\n",
        "## Qui signe ? {#signe}\n\nRéponse exacte : Le préfet\n",
    ]
    assert len({fingerprint(body) for body in [BASE, *others]}) == len(others) + 1


def test_facts_of_the_body_carry_the_lines_of_the_file() -> None:
    """Words rewritten, lines put in: headings, links, images and notes still stand where they were typed."""
    body = "## A {#aaa}\n\na) un\nb) deux\n> voir [b](autre#x)\nBonne réponse : a\n> Parce que.[^n]\n[^n]: Source\n## B {#bbb}\n\n![alt](images/i.png)\n\nRéponse : x\n"
    quiz, scan = read_quiz("quizzes/essai.md", HEAD + body)
    assert quiz is not None
    assert [(heading.anchor, heading.line) for heading in scan.headings] == [("aaa", 6), ("bbb", 14)]
    assert [(link.target, link.line) for link in scan.links] == [("autre", 10)]
    assert [(image.name, image.line) for image in scan.images] == [("i.png", 16)]
    assert [(source.label, source.line) for source in scan.sources] == [("n", 13)]
    assert [(call.label, call.line) for call in scan.calls] == [("n", 12)]
    assert not [found for found in scan.problems if found.is_error]


def test_sigles_inside_gaps_are_known_to_the_checks() -> None:
    _, scan = read_quiz("quizzes/essai.md", HEAD + "## A {#aaa}\n\nLe [[PEDT | projet]] du CLAS.\n")
    assert scan.acronyms == {"CLAS": 8, "PEDT": 8}
