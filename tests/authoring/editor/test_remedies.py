"""One-click remedies, on every fixture of problems and of hurried writing: each mends what it names, none brings an error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.editor import remedies
from app.content.checks import check_notes
from app.content.documents.describe import lines
from app.content.documents.index import CourseIndex
from app.content.documents.reader import DocumentReading, read_document
from app.content.quiz.tidy import tidy
from app.content.values.text import Problem
from tests.content import cases
from tests.content.quiz import quiz_writings
from tests.record import courses

QUIZ_PATH, QUIZ = courses.quiz("mon-quiz", lesson="ma-lecon", questions=courses.EIGHT, seuil="70 %")
LESSON_PATH, LESSON = courses.lesson("ma-lecon", body="Un texte[^s1], et [un lien](ma-lecon#fin).\n\n## Fin {#fin}\n\nVoilà.\n\n[^s1]: Source, éditeur, 2024")


def examples() -> Iterator[tuple[str, str, Problem]]:
    """(path, text, problem) of every bad example that has a remedy: those of one file, and those between files."""
    for writing in quiz_writings.writings():
        for found in read_document(quiz_writings.PATH, writing.text).problems:
            yield quiz_writings.PATH, writing.text, found
    for case in cases.cases():
        if case.bad:
            for found in case.problems():
                if found.path in case.files:
                    yield found.path, case.files[found.path], found


def offered(text: str, found: Problem) -> str:
    written = text.split("\n")
    return remedies.label(found, written[found.line - 1] if 0 < found.line <= len(written) else "", remedies.tidied_lines(text, [found]))


Remedied = list[tuple[str, str, Problem]]


@pytest.fixture(scope="module")
def with_remedy() -> Remedied:
    """Not when this file is imported: a worker that runs none of it would read a thousand texts too."""
    return [(path, text, found) for path, text, found in examples() if offered(text, found)]


def meaning(reading: DocumentReading) -> list[str]:
    """The document in words, wherever its lines stand: a remedy may add or remove some."""
    return [re.sub(r"ligne[ -]\d+", "ligne", line) for line in lines(reading)]


def errors(reading: DocumentReading) -> int:
    return sum(found.is_error for found in reading.problems)


def test_no_remedy_of_the_fixtures_makes_things_worse(with_remedy: Remedied) -> None:
    """Nor, for a writing that was understood, changes what it means; and nearly every button that is offered does what it says."""
    refused = Counter[str]()
    for path, text, found in with_remedy:
        after = remedies.mend_text(path, text, found)
        if after is None:
            refused[found.code] += 1
            continue
        before, now = read_document(path, text), read_document(path, after)
        assert errors(now) <= errors(before), (path, found, after)
        assert CourseIndex([now]).broken <= CourseIndex([before]).broken
        if found.code == "A20":
            assert meaning(now) == meaning(before), (found, after)
    mended = Counter(found.code for _, _, found in with_remedy) - refused
    assert {"A20", "E05", "E06", "E07", "E08", "E17", "E20", "E23", "E50", "A27", "A08"} <= mended.keys()
    assert refused.total() < 0.35 * len(with_remedy), refused


def every(path: str, text: str) -> str:
    """All the remedies of a text, one after the other, as an impatient trainer clicks."""
    for _ in range(60):
        written = (remedies.mend_text(path, text, found) for found in read_document(path, text).problems if offered(text, found))
        after = next((one for one in written if one is not None), None)
        if after is None:
            return text
        text = after
    raise AssertionError("the remedies never end")


def test_clicking_all_of_them_comes_to_an_end(with_remedy: Remedied) -> None:
    for path, text in dict.fromkeys((path, text) for path, text, _ in with_remedy):
        done = every(path, text)
        assert every(path, done) == done
        assert errors(read_document(path, done)) <= errors(read_document(path, text))


@settings(max_examples=60)
@given(
    st.sampled_from([(QUIZ_PATH, QUIZ), (LESSON_PATH, LESSON)]),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["drop", "twice", "typo", "id"])), min_size=1, max_size=4),
)
def test_whatever_was_broken_a_remedy_brings_no_error_and_is_done_once(document: tuple[str, str], accidents: list[tuple[int, str]]) -> None:
    path, text = document
    for place, accident in accidents:
        text = broken(text, place, accident)
    for found in read_document(path, text).problems:
        after = remedies.mend_text(path, text, found)
        if after is None:
            continue
        assert errors(read_document(path, after)) <= errors(read_document(path, text))
        again = remedies.mend_text(path, after, found)
        assert again is None or Counter(read_document(path, again).problems)[found] <= Counter(read_document(path, after).problems)[found]
    assert every(path, every(path, text)) == every(path, text)


def broken(text: str, place: int, accident: str) -> str:
    """What happens to a text that somebody types."""
    written = text.split("\n")
    index = place % len(written)
    line = written[index]
    changed = {"drop": [], "twice": [line, line], "typo": [line[:2] + line[3:]], "id": [line.partition(" {#")[0]]}[accident]
    return "\n".join([*written[:index], *changed, *written[index + 1 :]])


@pytest.mark.parametrize(
    ("path", "line", "wrong", "code", "right"),
    [
        (QUIZ_PATH, "seuil : 70 %", "seuill : 70 %", "E05", "seuil : 70 %"),
        (QUIZ_PATH, "## Qui forme la troïka ? {#troika}", "## Qui forme la troïka ?", "E06", "## Qui forme la troïka ? {#qui-forme-la-troika}"),
        (QUIZ_PATH, "{#troika}", "{#signataire}", "E07", "{#signataire-2}"),
        (LESSON_PATH, "[^s1]: Source, éditeur, 2024", "", "E20", "[^s1]: Source à écrire : titre, éditeur, date"),
        (LESSON_PATH, "(ma-lecon#fin)", "(lecon:ma-lecon#fin)", "E18", "(ma-lecon#fin)"),
        (LESSON_PATH, "## Fin {#fin}", "#### Fin {#fin}", "A27", "## Fin {#fin}"),
        (LESSON_PATH, "Voilà.", "Voilà <!-- à revoir", "E17", "Voilà <!-- à revoir -->"),
        (LESSON_PATH, "durée : 10\n", "", "E10", "durée : 12\n"),
    ],
)
def test_what_each_writes(path: str, line: str, wrong: str, code: str, right: str) -> None:
    good = QUIZ if path == QUIZ_PATH else LESSON
    text = good.replace(line, wrong, 1)
    found = next(found for found in all_problems(path, text) if found.code == code)
    assert offered(text, found)
    after = remedies.mend_text(path, text, found)
    assert after is not None
    assert right in after
    assert code not in {each.code for each in all_problems(path, after)}


def all_problems(path: str, text: str) -> list[Problem]:
    """Those of the text, and those between it and a course that has nothing else."""
    reading = read_document(path, text)
    return [*reading.problems, *check_notes(CourseIndex([reading]))]


def test_only_a_trainer_knows_the_right_answer() -> None:
    text = QUIZ.replace("[x] Le préfet", "[ ] Le préfet", 1)
    [found] = [found for found in read_document(QUIZ_PATH, text).problems if found.code == "E03"]
    assert offered(text, found) == ""
    assert remedies.mend_text(QUIZ_PATH, text, found) is None


def test_a_habit_of_several_lines_is_tidied_with_the_whole_quiz() -> None:
    """« Ranger le quiz » writes what `tidy` does, the function before the quiz's reader; each of its habits is gone at once."""
    clean = QUIZ.partition("\n## ")[0] + "\n## Qui signe ? {#qui}\n\n- [ ] Le maire\n- [x] Le préfet\n\n> Il signe.\n"
    text = clean.replace("- [ ] Le maire\n- [x] Le préfet\n", "a) Le maire\nb) Le préfet\nBonne réponse : b\n")
    [found] = [found for found in read_document(QUIZ_PATH, text).problems if found.code == "A20"]
    assert offered(text, found) == remedies.TIDY == "Ranger le quiz"
    after = remedies.mend_text(QUIZ_PATH, text, found)
    assert after == tidy(QUIZ_PATH, text)[0]
    assert read_document(QUIZ_PATH, after).problems == read_document(QUIZ_PATH, clean).problems
