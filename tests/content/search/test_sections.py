"""What is found of each document: titles, tables, alternatives, footnotes; never an answer, nor a scene that one has not reached."""

from __future__ import annotations

import pytest

from app.content.documents.reader import parse
from app.content.search.entries import SearchKind, plain_line, sections_of

LESSON = """---
id : la-lecon
titre : La leçon
durée : 12
objectifs :
- O1 : Savoir → M1
achèvement : lu
---

Le début, avec un [lien](https://exemple.example/chemin) et **du gras**.[^a]

## Un titre {#ici}

| Instance | Qui préside |
|---|---|
| Comité | Le sous-préfet |

![Un organigramme à trois branches](images/x.png)

> [!QUESTION]
> Qui tranche ?
>
> Réponse : Vrai
>
> Explication : Secretissime.

> [!NOTE]
> Une remarque.

[^a]: Un rapport rarissime, 2022 (vérifié : 2026-11)
"""

QUIZ = """---
id : le-quiz
titre : Le quiz
leçon : la-lecon
---

## Qui préside le comité ? {#q-un}

- [x] Le bonchoix
- [ ] Le mauvaischoix

> Parce que explicationcachee.

Objectif : O1
"""


def test_a_lesson_is_found_by_its_titles_its_tables_its_alternatives_and_its_footnotes() -> None:
    document, _ = parse("modules/m/01-la-lecon.md", LESSON)
    assert document is not None
    first, second = sections_of(document)
    assert (first.kind, first.ref, first.anchor, first.title, first.heading) == (SearchKind.LESSON, "la-lecon", "", "La leçon", "")
    assert (second.anchor, second.heading) == ("ici", "Un titre")
    assert first.text == "Le début, avec un lien et du gras."
    for word in ("Instance · Qui préside", "Le sous-préfet", "Un organigramme à trois branches", "Une remarque", "rarissime"):
        assert word in second.text
    for word in ("tranche", "Vrai", "Secretissime", "NOTE", "images/", "---"):
        assert word not in second.text


@pytest.mark.parametrize(
    "asked",
    [
        "> [!QUESTION]\n> Qui tranche ?\n>\n> Réponse : Secretissime",
        " > [!QUESTION]\n > Qui tranche ?\n >\n > Réponse : Secretissime",
        ">  [!question] Qui tranche ?\n>\n> Réponse : Secretissime",
        ">[!Question]\n>Qui tranche ?\n>\n>- [x] L’un\nou Secretissime",
        "> [!QUESTION]\n> Qui tranche ?\n   > ## Secretissime\n   > Réponse : Vrai",
        ">\t[!CHOIX]\n>\n>\t- [Secretissime](#ici)",
        "- Un point\n\n  > [!QUESTION]\n  > Secretissime ?",
    ],
)
def test_no_writing_of_a_question_lets_its_answer_be_found(asked: str) -> None:
    document, _ = parse("modules/m/01-la-lecon.md", f"{LESSON.partition('Le début')[0]}Le début.\n\n{asked}\n\nLa suite.\n\n## Un titre {{#ici}}\n\nLa fin.\n")
    assert document is not None
    found = sections_of(document)
    assert "Secretissime" not in str(found)
    assert "La suite." in str(found)
    assert found[-1].text == "La fin."


def test_a_mark_in_a_block_of_code_hides_nothing() -> None:
    document, _ = parse("modules/m/01-la-lecon.md", f"{LESSON.partition('Le début')[0]}```\n> [!QUESTION]\n> Un exemple\n```\n")
    assert document is not None
    assert "Un exemple" in sections_of(document)[0].text


def test_of_a_quiz_only_statements_are_found() -> None:
    document, _ = parse("quizzes/le-quiz.md", QUIZ)
    assert document is not None
    (question,) = sections_of(document)
    assert (question.kind, question.ref, question.anchor, question.text) == (SearchKind.QUESTION, "le-quiz", "q-un", "Qui préside le comité\u202f?")


def test_the_number_of_a_section_is_that_of_its_name() -> None:
    document, _ = parse("modules/m/01-la-lecon.md", LESSON)
    assert document is not None
    assert [section.id for section in sections_of(document)] == [section.id for section in sections_of(document)]
    assert len({section.id for section in sections_of(document)}) == 2


def test_fields_of_a_tool_and_signs_of_markdown_are_not_words() -> None:
    assert plain_line("- [ ] Nom : [[nom du projet => La troïka]]\n> cité\n```\nx\n```") == "Nom\u202f: nom du projet La troïka cité x"
