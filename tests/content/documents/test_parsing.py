"""Modules, lessons, and which parser a path calls for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.documents.reader import kind_of, parse, read_document
from app.content.values.course import Lesson, Module
from app.content.values.text import CROSSING, CompletionCriterion, DocumentKind, Heading, Link, Objective, Source
from tests.content.cases import example_course

LESSON = """---
id : les-acteurs
titre : Les acteurs : qui fait quoi
durée : 12 min
objectifs :
- O1 : Nommer, puis situer → M1
- O2 : Dire qui signe → M2
quiz : les-acteurs-quiz
facultatif : oui
auteur : A. B.
---

Un soir. Voir [la suite](autre-lecon#haut) et [ici](#le-prefet).[^s1]

## Le préfet {#le-prefet}

![Une carte](images/carte.png) Le préfet.[^s2]

### Un détail

Rien.

## Sur mon territoire

- Qui signe **chez moi** ?
- Et ailleurs ?

[^s1]: Titre, éditeur, 2024, <https://example.org/a> (vérifié : 2026-11 ; à revoir : 2027-11)
[^s2]: Autre titre (vérifié : 2026-11-24)
"""


def lesson(text: str = LESSON) -> Lesson:
    document, problems = parse("modules/acteurs/01-les-acteurs.md", text)
    assert problems == ()
    assert isinstance(document, Lesson)
    return document


def test_a_lesson_whole() -> None:
    read_lesson = lesson()
    assert read_lesson.title == "Les acteurs\u202f: qui fait quoi"
    assert (read_lesson.minutes, read_lesson.optional, read_lesson.criterion, read_lesson.author) == (12, True, CompletionCriterion.READ, "A. B.")
    assert read_lesson.objectives == (Objective("O1", "Nommer, puis situer", "M1", 6), Objective("O2", "Dire qui signe", "M2", 7))
    assert read_lesson.quiz_id == "les-acteurs-quiz"
    assert read_lesson.headings == (
        Heading(2, "Le préfet", "le-prefet", 15),
        Heading(3, "Un détail", "un-detail", 19),
        Heading(2, "Sur mon territoire", "sur-mon-territoire", 23),
    )
    assert read_lesson.links == (Link("autre-lecon", "haut", 13), Link("", "le-prefet", 13))
    assert read_lesson.images == ("carte.png",)
    assert read_lesson.territory_questions == ("Qui signe **chez moi** ?", "Et ailleurs ?")
    assert read_lesson.sources == (
        Source("s1", "Titre, éditeur, 2024, <https://example.org/a>", 28, date(2026, 11, 1), date(2027, 11, 1)),
        Source("s2", "Autre titre", 29, date(2026, 11, 24), None),
    )
    assert read_lesson.body.line == 12
    assert read_lesson.path == "modules/acteurs/01-les-acteurs.md"
    assert not read_lesson.public
    assert lesson(LESSON.replace("facultatif", "public")).public


def test_words_are_those_that_a_reader_reads() -> None:
    assert lesson("---\nid : abc\ntitre : T\ndurée : 1\n---\nUn deux **trois** [quatre](#a).[^a]\n\n## Cinq {#a}\n\n[^a]: six sept\n").words == 5


def test_a_module_whole() -> None:
    text = "---\nid : acteurs\ntitre : Les acteurs\nhistoire : croisement\nobjectifs :\n- M1 : Dire\nleçons : un-deux, trois\nquiz : bilan\n---\nTexte.\n"
    document, problems = parse("modules/acteurs/module.md", text)
    assert problems == ()
    assert isinstance(document, Module)
    assert (document.id, document.history, document.lesson_ids, document.final_quiz_id) == ("acteurs", CROSSING, ("un-deux", "trois"), "bilan")
    assert document.objectives == (Objective("M1", "Dire", "", 6),)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("modules/a/module.md", DocumentKind.MODULE),
        ("modules/a/01-b.md", DocumentKind.LESSON),
        ("quizzes/a.md", DocumentKind.QUIZ),
        ("modules/glossaire.md", DocumentKind.GLOSSARY),
        ("modules/frise.md", DocumentKind.TIMELINE),
        ("modules/parcours.md", DocumentKind.PATHS),
        ("modules/confusions.md", DocumentKind.CONFUSABLES),
        ("modules/reseau.md", DocumentKind.NETWORK),
        ("modules/sources.md", DocumentKind.SOURCES),
        ("modules/README.md", None),
        ("modules/../secret.md", None),
        ("modules/a/../../secret.md", None),
        ("quizzes/../a.md", None),
        ("quizzes/a/b.md", None),
        ("/etc/passwd", None),
    ],
)
def test_the_kind_is_read_from_the_path(path: str, kind: DocumentKind | None) -> None:
    assert kind_of(path) is kind


def test_errors_of_the_body_leave_the_value() -> None:
    document, problems = parse("modules/a/b.md", LESSON.replace("[^s2]: Autre", "[^s1]: Autre"))
    assert isinstance(document, Lesson)
    assert [found.code for found in problems] == ["E24"]
    assert not read_document("modules/a/b.md", LESSON.replace("[^s2]: Autre", "[^s1]: Autre")).publishable


def test_windows_writing_is_the_same_lesson() -> None:
    assert lesson("\ufeff" + LESSON.replace("\n", "\r\n")) == lesson()


PATHS = ("modules/a/module.md", "modules/a/b.md", *example_course(), "modules/frise.md", "modules/confusions.md", "modules/reseau.md", "modules/sources.md")
_LINES = st.sampled_from(
    ("---", "id : abc", "titre : T", "## T {#a}", "- [x] a", "- a => b", "| a | b |", "|---|---|", "a", ": b. c", "[^a]: n", "[^a]", "> [!NOTE]", "```barres",
     "```", "<!--", "- 1981 · croisement · t", "Réponse : 2", "modules : a", "  - x", "1. a", "[[a | b]]", "\0", "# Situation : s {#s}", "> b", "")
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(set(PATHS)))
@given(data=st.data())
def test_parsing_never_raises(path: str, data: Any) -> None:
    """On any text, and on texts made of the pieces that the grammars look for."""
    text = data.draw(st.one_of(st.text(), st.lists(_LINES).map("\n".join)))
    document, problems = parse(path, text)
    assert document is None or type(document).__name__
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= found.line <= lines + 1 for found in problems), problems
