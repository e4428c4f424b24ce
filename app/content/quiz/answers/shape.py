"""What types of answer share; what each says of itself to whoever writes it: in words, and which settings it heeds."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Generic, TypeVar

from app.content.quiz.source.keys import QuizKey
from app.content.text.markdown import inline_tokens, plain
from app.content.values.quiz import Answer, name_of
from app.content.values.text import Fragment

A = TypeVar("A", bound=Answer)

_ESCAPED = re.compile(r"\\(=>|→)")
SETTINGS = frozenset({QuizKey.POINTS, QuizKey.TAGS, QuizKey.OBJECTIVE, QuizKey.LESSON, QuizKey.LEVEL, QuizKey.IDENTIFIER})


class AnswerShape(ABC, Generic[A]):
    def name(self, answer: A) -> str:
        return name_of(answer).capitalize()

    @abstractmethod
    def lines(self, answer: A) -> Iterator[str]:
        """The answer in French words."""

    def settings(self, answer: A) -> frozenset[QuizKey]:
        """Returns the settings that have an effect on this shape of answer."""
        return SETTINGS


def with_plain_arrows(text: str) -> str:
    """`\\=>` outside a matching is still a real arrow."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def words(fragment: Fragment) -> str:
    """One line of plain words, without Markdown's signs."""
    return " ".join(plain(inline_tokens(fragment.text)).split())


def comment(feedback: Fragment | None) -> Iterator[str]:
    if feedback:
        yield f"    commentaire : {words(feedback)}"
