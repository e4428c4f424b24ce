"""What a text costs its server: in proportion to its length whatever its shape, and never more than a large lesson a few times over.

Processor time is compared with that of the same run, so that a slow or busy machine changes nothing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.ctx import RequestContext

from app.authoring.drafts import queries
from app.authoring.drafts.queries import WorkingText
from app.authoring.editor import views as editor_views
from app.authoring.editor.queries import TextPair
from app.authoring.incoming import archive, archive_files
from app.authoring.incoming.image_process import answers
from app.content.checks import check_links
from app.content.documents.describe import describe_question
from app.content.documents.index import MOST_COMPARED, CourseIndex, document_id
from app.content.documents.reader import parse, read_document
from app.content.rendering.html import render
from app.content.rendering.state import page_state
from app.content.text import normalise as intake
from app.content.text.markdown import tokens
from app.content.text.normalise import marks_read, normalise, readable
from app.content.text.parts import parse_text
from app.content.text.scan import scan_text
from app.content.values import text as limits
from app.content.values.course import Course, Glossary, Lesson
from app.content.values.quiz import Quiz
from app.platform import french, zips
from app.platform.db import db
from tests.authoring.atelier import Atelier
from tests.authoring.incoming.zips import zipped
from tests.authoring.shapes import LESSON, LESSON_HEAD, QUIZ, SHAPES
from tests.making import make_app, make_settings
from tests.words import DID_YOU_MEAN

SIZE = 20_000
TIMES = 3.0
"""Twice the text costs twice as much, and a little for what noise there is; the square would cost four times."""
NOTHING = 0.02
"""Seconds below which a cost says nothing."""
LARGEST = 384_000
LESSONS = 40
"""Of 20 kB each, previewed one after the other: a second of an idle machine, and what no text may exceed."""
TRIES = 40
"""A neighbour may hold the processor for some seconds; the first try that is right ends it."""
ROOT = Path(__file__).parents[2]
COURSE = [*ROOT.glob("modules/**/*.md"), *ROOT.glob("quizzes/*.md")]
WORK = Callable[[str, str], object]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(make_settings(tmp_path_factory.mktemp("costs")))
    Atelier(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def site(made: Flask) -> Iterator[Flask]:
    """During a request, which ends with its test: another test may have an application of its own."""
    with asked(made):
        yield made


def asked(app: Flask) -> RequestContext:
    return app.test_request_context("/atelier/documents/accueil/apercu", method="POST")


def panels(path: str, text: str) -> dict[str, str]:
    """What the editor's script asks for at each pause of typing."""
    written = WorkingText(document_id(read_document(path, text[:2_000])) or "accueil", 1, path, text, {}, None, None)
    return editor_views._panels(TextPair(written), "etat", datetime(2026, 11, 24, 12, tzinfo=UTC))


def cost(work: WORK, path: str, text: str) -> float:
    """Processor seconds of a text that nothing remembers."""
    queries._typed.kept.clear()
    parse_text.cache_clear()
    french._french.cache_clear()  # else a text that fits in what it keeps is measured against one that does not
    french._replace_spaces.cache_clear()
    gc.disable()  # what a collection costs depends on everything else that the process holds
    begin = time.thread_time()
    try:
        work(path, text)
        return time.thread_time() - begin
    finally:
        gc.enable()


def grows(work: WORK, name: str, size: int) -> float:
    """How many times more the shape costs at twice the size; the least of a few tries, since noise only adds."""
    path, shape = SHAPES[name]
    texts = shape(size), shape(2 * size)
    least = [float("inf"), float("inf")]
    for _ in range(TRIES):
        least = [min(known, cost(work, path, text)) for known, text in zip(least, texts, strict=True)]
        if least[1] < TIMES * max(NOTHING, least[0]):
            break
    return least[1] / max(NOTHING, least[0])


def describing(path: str, text: str) -> Callable[[], object]:
    quiz = read_document(path, text, bounded=False).document
    assert isinstance(quiz, Quiz)
    return lambda: [list(describe_question(number, question)) for number, question in enumerate(quiz.questions, 1)]


def rendering(path: str, text: str) -> Callable[[], object]:
    parsed = tokens(text)
    return lambda: render(parsed, page_state(Course(1), Glossary()))


def gathering(path: str, text: str) -> Callable[[], object]:
    parsed = tokens(text)
    return lambda: scan_text(path, text, 1, parsed)


def spent(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return max(NOTHING, time.thread_time() - begin)


@pytest.mark.parametrize(
    ("name", "prepare", "size"), [("gaps", describing, 80_000), ("tables without rows", rendering, 40_000), ("sigles packed", gathering, 120_000)]
)
def test_what_grew_with_the_square_no_longer_does(name: str, prepare: Callable[[str, str], Callable[[], object]], size: int) -> None:
    """Each alone: inside a whole preview it would show at sizes that a developer does not wait for."""
    path, shape = SHAPES[name]
    small, large = prepare(path, shape(size)), prepare(path, shape(2 * size))
    assert any(spent(large) < TIMES * spent(small) for _ in range(3))  # again where a noise came between


def test_the_shapes_are_many_and_of_their_size() -> None:
    assert len(SHAPES) >= 86
    assert {name: len(shape(SIZE)) for name, (_, shape) in SHAPES.items() if not SIZE // 2 < len(shape(SIZE)) < 2 * SIZE} == {}


@pytest.mark.proof
@pytest.mark.long
def test_twice_the_text_costs_twice_as_much(site: Flask, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests) -> None:
    """Without the bound, which would hide what grows."""
    for bound in ("MAX_MARKS", "MAX_QUIZ_MARKS"):
        monkeypatch.setattr(intake, bound, 4 * SIZE)  # more signs than letters: but a short row's cells are bounded still
    for name in SHAPES:
        with subtests.test(name):
            assert grows(panels, name, SIZE) < TIMES


@pytest.fixture(scope="module")
def second(made: Flask) -> float:
    """What a second of an idle machine is worth on this one, today."""
    path, shape = SHAPES["prose"]
    text = shape(20_000)
    with asked(made):
        return LESSONS * min(cost(panels, path, text) for _ in range(5))


@pytest.mark.proof
@pytest.mark.long
def test_the_largest_text_previews_within_a_second(site: Flask, second: float, subtests: pytest.Subtests) -> None:
    for name, (path, shape) in SHAPES.items():
        text = shape(LARGEST)
        with subtests.test(name):
            assert any(cost(panels, path, text) < second for _ in range(TRIES))


# --- The bound -------------------------------------------------------------------------------------------------------


def test_the_largest_file_of_the_course_is_a_fifth_of_what_is_read() -> None:
    for path in COURSE:
        assert readable(str(path.relative_to(ROOT)), normalise(path.read_text(encoding="utf-8")) * 5)[1] is None, path.name


@pytest.mark.parametrize("name", ["bullets", "brackets", "small tables", "options", "glossary of known words"])
def test_what_goes_too_far_is_said_with_its_line_and_the_beginning_is_shown(name: str) -> None:
    path, shape = SHAPES[name]
    text = shape(90_000)
    reading = read_document(path, text)
    found = next(each for each in reading.problems if "La suite n’est pas lue" in each.message)
    assert (found.code, reading.publishable) == ("E02", False)
    assert 1 < found.line <= text.count("\n") + 1
    assert reading.document is not None


def test_what_is_published_already_is_read_whole() -> None:
    path, shape = SHAPES["small tables"]
    document, problems = parse(path, shape(60_000))
    assert isinstance(document, Lesson)
    assert len(document.body.text) > 59_000
    assert problems == ()


def test_nearest_ids_are_sought_among_so_many_and_no_more() -> None:
    """Each dead link is compared with each title: 3,000 titles and 1,000 links took forty seconds."""
    path, shape = SHAPES["anchors nowhere"]
    reading = read_document(path, shape(8_000))
    titles = len(reading.scan.headings)
    hints = [found.hint for found in check_links(CourseIndex([reading]))]
    assert len(hints) == titles > 180
    assert [hint.startswith(DID_YOU_MEAN) for hint in hints] == [number <= MOST_COMPARED // titles for number in range(1, titles + 1)]


def several(name: str, count: int) -> bytes:
    """A zip of texts of this shape."""
    path, shape = SHAPES[name]
    text = shape(LARGEST)
    return zipped({path.replace("01", f"{number:02}"): text for number in range(count)})


@pytest.mark.parametrize(("name", "count"), [("sigles packed", 17), ("numbers", 17)])
def test_an_archive_of_too_much_text_is_refused_before_it_is_read(name: str, count: int) -> None:
    with pytest.raises(zips.FileRefused, match="trop de texte"):
        archive_files.read_archive(several(name, count), answers)
    assert len(archive_files.read_archive(several(name, 3), answers).documents) == 3


def test_an_archive_may_hold_five_times_the_course() -> None:
    texts = {str(file.relative_to(ROOT)): normalise(file.read_text(encoding="utf-8")) for file in COURSE}
    assert 5 * sum(map(len, texts.values())) < limits.MOST_TEXT
    assert 5 * sum(marks_read(path, text) for path, text in texts.items()) < limits.MOST_TEXT_MARKS


@pytest.mark.proof
def test_problems_of_an_archive_are_found_by_file_at_once(second: float) -> None:
    """Each of 2,900 files looked through the problems of all."""
    files = {f"modules/un/{number:04}-a.md": LESSON_HEAD.replace("accueil", f"a-{number}") + "[a](b)\n" * 12 for number in range(2_900)}
    begin = time.process_time()
    plan = archive.import_plan(zipped(files), archive.PublishedCourse(1, {}, (), {}), date(2026, 11, 24), answers)
    assert [sum(each.code == "E13" for each in verdict.problems) for verdict in plan.verdicts] == [12] * 2_900
    assert time.process_time() - begin < 6 * second


@pytest.mark.parametrize("path", [LESSON, QUIZ])
def test_a_text_too_long_comes_back_with_a_sentence_and_all_that_was_typed(app: Flask, path: str) -> None:
    atelier = Atelier(app)
    document = "accueil" if path == LESSON else "accueil-quiz"
    fields = atelier.open(document)
    typed = fields["text"] + "un mot\n" * 60_000
    answer = atelier.client.post(f"/atelier/documents/{document}", data={**fields, "text": typed})
    assert answer.status_code == 422
    assert "dépasse 400 000 caractères" in answer.text
    assert atelier.client.page.form("Enregistrer")["fields"]["text"].removeprefix("\n") == typed
    assert atelier.drafts() == []


def test_a_gap_in_the_head_of_a_table_stays_out_of_its_name(site: Flask) -> None:
    text = "---\nid : accueil-quiz\ntitre : T\nleçon : accueil\n---\n## Complétez {#trous}\n\nUn [[mot]] | b\n---|---\nd | [[e]]\n"
    pane = panels(QUIZ, text)["pane"]
    assert 'Un …, b">' in pane
    assert pane.count('<input class="gap"') == 2


def test_a_gap_in_the_words_of_an_image_is_refused() -> None:
    text = "---\nid : q-un\ntitre : T\nleçon : accueil\n---\n## Complétez {#trous}\n\n![un [[mot]]](images/a.png) [[deux]]\n"
    assert "E36" in [found.code for found in read_document(QUIZ, text).problems]
