"""What the editor says before publishing: the text's own problems, those between files, those that it would make elsewhere; in bounded time."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from markdown_it.token import Token
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.authoring.drafts import queries, services
from app.authoring.drafts.queries import WorkingText, working_text
from app.authoring.drafts.services import CourseCheck
from app.authoring.editor import queries as editor_queries
from app.authoring.editor.previews import DocumentPreview, preview
from app.content.checks import check_timeless
from app.content.documents.index import CourseIndex
from app.content.rendering.page import PageRenderer
from app.content.text import markdown
from app.content.values.course import Course, Glossary
from app.content.values.text import Fragment
from tests.authoring.atelier import LESSON, MODULE, QUIZ, Atelier
from tests.identity.builders import TODAY
from tests.record import courses
from tests.record.world import words_of

_numbers = itertools.count()


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


def check(atelier: Atelier, document: str, old: str, new: str) -> CourseCheck:
    """The published text of a document with a change."""

    def work(session: Session) -> CourseCheck:
        text = working_text(session, document, 1)
        assert old in text.text
        return services.check([replace(text, text=text.text.replace(old, new))], queries.published_readings(session), TODAY)

    return atelier.world.read(work)


def codes(found: CourseCheck) -> set[str]:
    return {problem.code for problem in found.texts[0].problems}


def test_a_link_to_what_does_not_exist_is_seen_with_the_draft_in_its_place(atelier: Atelier) -> None:
    assert "E13" in codes(check(atelier, LESSON, "Bonjour", "[Là](nulle-part). Bonjour"))
    assert "E13" not in codes(check(atelier, LESSON, "Bonjour", "[Là](suite). Bonjour"))
    assert "E14" not in codes(check(atelier, LESSON, "Bonjour", f"[Là]({LESSON}#tout-neuf). Bonjour\n\n## Neuf {{#tout-neuf}}\n\nB"))


def test_what_it_would_break_elsewhere_is_said_and_nothing_else(atelier: Atelier) -> None:
    assert check(atelier, LESSON, "Bonjour", "Bonsoir").elsewhere == ()
    atelier.publish("suite", f"Voir [le préfet]({LESSON}#le-prefet).")
    [broken] = check(atelier, LESSON, "{#le-prefet}", "{#la-prefete}").elsewhere
    assert (broken.code, broken.path) == ("E14", "modules/un/02-suite.md")


def test_an_id_of_another_file_is_taken(atelier: Atelier) -> None:
    checked = check(atelier, QUIZ, "{#troika}", "{#suite}")
    assert "E07" in codes(checked)
    assert len(checked.texts[0].errors) == 1


def test_the_advice_on_a_quiz_and_a_stale_source_are_there(atelier: Atelier) -> None:
    assert "A08" in codes(check(atelier, QUIZ, "Qui forme la troïka ?", "Qui ne forme pas la troïka ?"))
    stale = "Bonjour[^s1]. Bonjour"
    checked = check(atelier, LESSON, "Bonjour", f"{stale}\n\n[^s1]: Titre, éditeur, 2020 (vérifié : 2020-01 ; à revoir : 2021-01)\n\nB")
    assert "A21" in codes(checked)


def test_an_image_that_the_draft_has_not_is_missing(atelier: Atelier) -> None:
    assert "E15" in codes(check(atelier, LESSON, "Bonjour", "![Une carte](images/carte.png)\n\nBonjour"))


def test_a_course_too_large_to_read_at_once_is_read_in_turns(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until all is read, only the text itself is judged, and the page says so."""
    monkeypatch.setattr(queries, "MOST_READ", 3000)
    names = [f"longue-{next(_numbers)}" for _ in range(6)]
    texts = tuple(courses.lesson(name, module="un", body=f"Phrase {name}. " * 60) for name in names)
    path, module = courses.module("module-un", names)
    atelier = Atelier(app, ((path.replace("module-un/", "un/"), module), *texts, courses.path(["module-un"])))
    turns = [atelier.world.read(lambda session: queries.published_readings(session)) for _ in range(6)]
    assert not turns[0].complete
    assert turns[-1].complete
    assert [len(turn.readings) for turn in turns] == sorted(len(turn.readings) for turn in turns)
    text = WorkingText(names[0], 1, texts[0][0], texts[0][1].replace("Phrase", "[Là](nulle-part)"), {}, None, None)
    partial = services.check([text], turns[0], TODAY)
    assert not partial.complete
    assert "E13" not in codes(partial)
    assert "E13" in codes(services.check([text], turns[-1], TODAY))


@pytest.mark.parametrize(
    ("document", "old", "new"),
    [
        (LESSON, "Bonjour", "[Là](nulle-part). Un sigle : QZXV."),
        (LESSON, "Bonjour", "> [!QUESTION]\n> Une question ?\n>\n> - [x] Oui\n> - [ ] Non\n\nBonjour"),
        (MODULE, "histoire : ", "histoire : nulle-part\nancienne : "),
        (QUIZ, "seuil : 70 %", "seuil : 70 %\nleçon : nulle-part"),
    ],
)
def test_a_draft_is_told_what_its_file_would_be(atelier: Atelier, document: str, old: str, new: str) -> None:
    def work(session: Session) -> tuple[set[Any], set[Any]]:
        course, text = queries.everything_published(session), working_text(session, document, 1)
        text = replace(text, text=text.text.replace(old, new, 1))
        told = services.check([text], course, TODAY).texts[0].problems
        index = CourseIndex({**course.readings, document: text.reading}.values())
        filed = [*text.reading.problems, *(found for found in check_timeless(index) if found.path == text.path)]
        return {(found.code, found.line) for found in told}, {(found.code, found.line) for found in filed}

    told, filed = atelier.world.read(work)
    assert told == filed != set()


def test_the_home_judges_every_draft_as_the_editor_does(atelier: Atelier) -> None:
    for number in range(12):
        atelier.new(f"Leçon {number}")
    assert "Avec des erreurs (12)" in words_of(atelier.client.see("/atelier"))
    problems = words_of(atelier.client.see("/atelier/documents/lecon-0"))
    errors = re.findall(r"(\d+) erreur", problems)[0]
    assert f"{errors} erreur" in words_of(atelier.client.see("/atelier?voir=erreurs"))


def test_the_home_counts_problems_and_turns_its_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    atelier = Atelier(app)
    atelier.publish(LESSON, "Un sigle que nul n’explique : QZXV.")
    counts = atelier.world.read(lambda session: services.problem_counts(queries.published_readings(session), 1, TODAY))
    errors, advice = counts[LESSON]
    assert errors == 0
    assert advice >= 1
    monkeypatch.setattr("app.authoring.home.PER_PAGE", 3)
    first, last = atelier.client.see("/atelier?q=e"), atelier.client.see("/atelier?q=e&page=3")
    assert first.text != last.text
    assert "Leçon suite" in last.text
    assert atelier.client.see("/atelier?q=e&page=99").text == last.text


def test_a_lesson_and_its_quiz_both_new_see_each_other(atelier: Atelier) -> None:
    """What a trainer writes elsewhere counts as there; what a colleague writes does not."""
    atelier.new("Toute neuve")
    checked = check_around(atelier, 1)
    assert "E21" not in codes(checked)
    bruno = atelier.world.person(name="Bruno Lambert", enrolled=False)
    assert "E21" in codes(check_around(atelier, bruno))


def check_around(atelier: Atelier, author: int) -> CourseCheck:
    path, text = courses.quiz("quiz-neuf", lesson="toute-neuve")
    written = WorkingText("quiz-neuf", author, path, text, {}, None, None)
    return atelier.world.read(lambda session: services.check([written], queries.course_around(session, "quiz-neuf", author), TODAY))


def test_what_is_typed_takes_no_more_room_than_a_few_texts(atelier: Atelier) -> None:
    """Each letter is another text: a morning of typing must not fill a worker."""
    path, text = courses.lesson("ma-lecon")
    typed = [queries.reading_of(path, f"{text}{'a' * number}") for number in range(queries.KEPT_TYPED + 20)]
    assert len(queries._typed.kept) == queries.KEPT_TYPED
    assert queries.reading_of(path, f"{text}{'a' * (queries.KEPT_TYPED + 19)}") is typed[-1]
    assert queries.reading_of(path, text) is not typed[0]


def test_what_was_typed_here_is_not_read_again_once_it_is_published(atelier: Atelier) -> None:
    """Whoever waits for the lock of publications finds it published, and looks at it while they hold the lock."""
    path, text = courses.lesson(f"typed-{next(_numbers)}", module="module-un")
    typed = queries.reading_of(path, text)
    atelier.world.publish((path, text))
    assert any(found is typed for found in atelier.world.read(queries.published_readings).readings.values())


def test_counts_are_put_in_their_place_at_once(atelier: Atelier) -> None:
    """Emptied first and filled then, they were gone under a thread that had just seen them."""
    published = atelier.world.read(queries.published_readings)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: services.problem_counts(published, number % 3, TODAY), range(300)))
    assert all(counts == found[0] for counts in found)
    assert len(services._latest_counts) == 1


@pytest.mark.parametrize("document", [MODULE, LESSON, "glossary", "timeline"])
def test_a_preview_parses_its_body_once_whatever_others_look_at_meanwhile(atelier: Atelier, monkeypatch: pytest.MonkeyPatch, document: str) -> None:
    """The body is read, somebody opens a quiz of five questions, the body is shown."""
    fields = atelier.open(document)
    parsed: list[str] = []
    parse = markdown.PARSER.parse

    def counted(text: str, env: dict[str, Any]) -> list[Token]:
        parsed.append(text)
        return parse(text, env)

    def meanwhile(course: Course, *arguments: Any) -> DocumentPreview:
        for number in range(5):
            PageRenderer(course, Glossary()).html(Fragment(f"Question {number}", 1))
        return preview(course, *arguments)

    monkeypatch.setattr(markdown.PARSER, "parse", counted)
    monkeypatch.setattr(editor_queries, "preview", meanwhile)
    atelier.client.post(f"/atelier/documents/{document}/apercu", data={**fields, "text": fields["text"] + "\nUn mot de plus.\n"})
    assert len([text for text in parsed if "Un mot de plus" in text]) == 1


def test_a_text_that_was_typed_before_it_was_published_is_not_read_again(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is typed since: its reading stays with those of what is published."""
    path, text = courses.rewritten(courses.lesson(LESSON, module=MODULE, quiz=QUIZ))
    queries.reading_of(path, text)
    atelier.world.publish((path, text))
    atelier.world.read(queries.published_readings)
    for number in range(queries.KEPT_TYPED + 1):
        queries.reading_of("modules/x/01-x.md", f"{text}\n{number} {next(_numbers)}")
    monkeypatch.setattr(queries, "read_document", lambda *_text: pytest.fail("read again"))
    assert atelier.world.read(queries.published_readings).complete
