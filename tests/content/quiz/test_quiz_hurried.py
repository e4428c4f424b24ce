"""Two badly written quizzes, of a hurried Word user and of a Moodle habitué: each line is understood, or explained."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.content.documents.describe import describe_question, describe_quiz
from app.content.quiz.keys import bare, key_line
from app.content.quiz.report import RewriteNotes, number_lines
from app.content.quiz.sections import SectionPart, sections
from app.content.quiz.settings import QUIZ_KEYS
from app.content.text.head import read_head
from app.content.text.normalise import normalise
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from tests.content.cases import FIXTURES
from tests.content.quiz.parsing import parse_quiz

NAMES = ("quiz-word-presse", "quiz-moodle-habitue")
_SPAN = re.compile(r"(\d+)(?: à (\d+))?")
_WORD = re.compile(r"[^\W_]{2,}")


class Account:
    """Which lines of a quiz its problems name, and which words its questions and introduction hold."""

    def __init__(self, text: str) -> None:
        self.text = normalise(text)
        quiz, self.problems = parse_quiz("quizzes/essai.md", self.text)
        assert quiz is not None
        self.quiz: Quiz = quiz
        self.named = {line for problem in self.problems for line in lines_named(problem)}
        _, body, self.first_line, _ = read_head("", self.text, QUIZ_KEYS)
        self.sections = sections(number_lines(body, self.first_line), self.quiz.title, RewriteNotes())

    def unexplained(self) -> Iterator[tuple[int, str]]:
        """The lines that nobody would miss if they had vanished."""
        for number, line in self._lines():
            if line.strip() and number not in self.named and not self._understood(number, line):
                yield number, line

    def _lines(self) -> Iterator[tuple[int, str]]:
        yield from enumerate(self.text.split("\n"), 1)

    def _understood(self, number: int, line: str) -> bool:
        if number < self.first_line:
            return line.strip() == "---" or bare(line.partition(":")[0]) in {bare(key) for key in QUIZ_KEYS}
        section = next(each for each in reversed(self.sections) if each.line <= number)
        question = next((each for each in self.quiz.questions if each.line == section.line), None)
        if section.part is SectionPart.QUESTION and question is None:
            end = next((each.line for each in self.sections if each.line > section.line), 10**6)
            return any(problem.is_error and problem.code != "E06" and section.line <= problem.line < end for problem in self.problems)
        said = " ".join(describe_question(1, question) if question else describe_quiz(self.quiz))
        return self._words(line) <= set(_WORD.findall(bare(said)))

    @staticmethod
    def _words(line: str) -> set[str]:
        """The words of a line, its key, its id and a question's number left out."""
        plain = re.sub(r"\{#[^}]*\}|[Qq]uestion \d+", "", line)
        key = key_line(plain)
        return set(_WORD.findall(bare(key.value if key else plain)))


def lines_named(problem: Problem) -> set[int]:
    """The line of a problem, and those that its message tells: « (lignes 26 à 27, 30) »."""
    found = {problem.line}
    for spans in re.findall(r"\(lignes? ([^)]*)\)", problem.message):
        for first, last in _SPAN.findall(spans):
            found.update(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_line_is_understood_or_explained(name: str) -> None:
    account = Account((FIXTURES / f"{name}.md").read_text(encoding="utf-8"))
    assert list(account.unexplained()) == []


@pytest.mark.parametrize("name", NAMES)
def test_most_questions_are_understood_or_pointed_to_the_import_and_the_others_refused_with_a_remedy(name: str) -> None:
    account = Account((FIXTURES / f"{name}.md").read_text(encoding="utf-8"))
    written = sum(section.part is SectionPart.QUESTION for section in account.sections)
    pointed = sum("« Importer »" in problem.hint for problem in account.problems)
    assert len(account.quiz.questions) + pointed >= written / 2
    assert all(problem.hint for problem in account.problems)


def test_a_lost_line_would_be_seen() -> None:
    """The measure itself: a word that no question holds and no problem names is found."""
    account = Account((FIXTURES / f"{NAMES[0]}.md").read_text(encoding="utf-8"))
    account.text = account.text.replace("b) Le préfet", "b) Le préfet et le perroquet", 1)
    assert [line for _, line in account.unexplained()] == ["b) Le préfet et le perroquet"]


def test_written_again_as_the_messages_say_the_word_quiz_has_no_problem_left() -> None:
    """The remedies, applied by hand: see quiz-word-presse-corrige.md."""
    _, problems = parse_quiz("quizzes/essai.md", (FIXTURES / "quiz-word-presse-corrige.md").read_text(encoding="utf-8"))
    assert [str(problem) for problem in problems] == []
